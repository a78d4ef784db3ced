"""How long something lasts, or how much it costs, where it happens: quantiles, and how sure.

The interval of a quantile, over worlds and chance, holds the values of which it cannot be said that
more of the futures, or fewer, lie at or below them (Francisco & Fuller 1991). How sure that share
is varies from value to value: fewer worlds carry what lies far out, so that the interval reaches
farther there than the share at the quantile itself would let it (Woodruff 1952). Of the futures in
which something happens both how many there are and which they are is sampled, so that the share is
a ratio, with the interval of one (`intervals.estimate_ratio`).
"""

import math
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente.ensemble.weighing import Weighing, mean_of
from detente.estimate.estimate import Estimate, Kind
from detente.estimate.intervals import estimate_ratio, percentiles, variance_of_worlds

LEVELS = {"quarter": 0.25, "half": 0.5, "three_quarters": 0.75, "nineteen_in_20": 0.95}
"""What share of the futures lies at or below each quantile."""
TAIL = 0.05
"""An end of an interval is given only where it would be rarer than this that no case lies beyond
the quantile."""
LEAST_EITHER_SIDE = 5
"""A world has a quantile of its own if at least so many of its values lie on either side."""
LEAST_WORLDS = 19
"""Nothing is said of how fewer worlds differ: their 5th percentile lies below all of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Quantile(Estimate):
    """A value that a share of the futures does not exceed.

    An end for which there are too few cases or worlds is not a number.
    """

    kind: Kind = "value"
    worlds: Annotated[int, "worlds with futures enough for a quantile of their own"] = 0

    @property
    def is_sure(self) -> bool:
        """Say whether there are cases enough for both ends of the interval."""
        return not (math.isnan(self.low) or math.isnan(self.high))

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON has it; what is not known is null."""
        across = {"spread_low": None, "spread_high": None}
        return {**across, **Estimate.as_json(self), "worlds": self.worlds}


class Among(NamedTuple):
    """A value for each future in which something happens."""

    values: Annotated[np.ndarray, "shape (cases,)"]
    homes: Annotated[np.ndarray, "the world of each, shape (cases,)"]
    worlds: Annotated[int, "worlds of the run"]
    futures: Annotated[int, "futures of each world"]
    weighing: Weighing | None = None


class Quantiles(NamedTuple):
    """Quantiles of a value among the futures in which something happens."""

    cases: Annotated[int, "futures in which it does"]
    quarter: Quantile
    half: Quantile
    three_quarters: Quantile
    nineteen_in_20: Quantile


def quantiles(among: Among) -> Quantiles | None:
    """Return the quantiles of a value; None where the thing does not happen in any future."""
    if len(among.values) == 0:
        return None
    order = np.lexsort((among.values, among.homes))
    by_home = among._replace(values=among.values[order], homes=among.homes[order])
    order = np.argsort(among.values, kind="stable")
    ordered, reached = among.values[order], None
    if among.weighing is not None:
        carried = among.weighing.weights[among.homes[order]]
        reached = np.cumsum(carried) / carried.sum()
    found = {name: _quantile(by_home, ordered, reached, level) for name, level in LEVELS.items()}
    return Quantiles(len(ordered), **found)


def _quantile(
    among: Among, ordered: np.ndarray, reached: np.ndarray | None, level: float
) -> Quantile:
    """Return one quantile; `reached` is the weight of all values up to each of those ordered."""
    value = _at(ordered, level, reached)
    cases = len(ordered)
    low, high = _interval(among, ordered, level)
    spread_low, spread_high, worlds = _spread(among, level, value)
    return Quantile(
        value,
        low if (1.0 - level) ** cases <= TAIL else math.nan,
        high if level**cases <= TAIL else math.nan,
        spread_low,
        spread_high,
        worlds=worlds,
    )


def _interval(among: Among, ordered: np.ndarray, level: float) -> tuple[float, float]:
    """Return the ends of a quantile's interval.

    The low end is the first value at which the share at or below may reach the level, the high end
    the first at which it surely does.
    """
    all_of_it = np.bincount(among.homes, minlength=among.worlds)

    @cache  # both ends are sought from the same places on
    def share_below(place: int) -> tuple[float, float]:
        is_below = among.values <= ordered[place]
        at_or_below = np.bincount(among.homes[is_below], minlength=among.worlds)
        sizes = at_or_below, all_of_it, among.futures, among.weighing
        return estimate_ratio(*sizes, levels=None).interval[1:]

    # The last value is left out: the share at or below it is 1 for certain.
    places = range(len(ordered) - 1)
    first = bisect_left(places, level, key=lambda place: share_below(place)[1])
    last = bisect_left(places, level, key=lambda place: share_below(place)[0])
    return float(ordered[first]), float(ordered[last])


def _at(ordered: np.ndarray, level: float, reached: np.ndarray | None = None) -> float:
    """Return the first value that at least this share of the values does not exceed."""
    if reached is None:
        # A product that should be whole may come out a hair too large.
        place = math.ceil(level * len(ordered) - 1e-9) - 1
    else:
        place = int(np.searchsorted(reached, level - 1e-9))
    return float(ordered[min(max(place, 0), len(ordered) - 1)])


def _spread(among: Among, level: float, value: float) -> tuple[float, float, int]:
    """Return the percentiles over worlds of a world's own quantile, and how many worlds tell one.

    The sampling variance of a world's quantile is the square of half the stretch between the values
    one standard error of the level below it and above it.
    """
    least = LEAST_EITHER_SIDE / min(level, 1.0 - level)
    starts = np.searchsorted(among.homes, np.arange(among.worlds + 1))
    has_own = np.diff(starts) >= least
    if among.weighing is not None:
        has_own &= among.weighing.weights > 0.0
    own = [
        among.values[start:end]
        for (start, end), is_one in zip(pairwise(starts), has_own, strict=True)
        if is_one
    ]
    if len(own) < LEAST_WORLDS:
        return math.nan, math.nan, len(own)
    weighing = None if among.weighing is None else among.weighing.of(has_own)
    by_world = np.array([_at(values, level) for values in own])
    noises = np.array([_noise(values, level) for values in own])
    mean = float(mean_of(by_world, weighing))
    between = variance_of_worlds(by_world, weighing) - float(mean_of(noises, weighing))
    if between <= 0.0:
        return value, value, len(own)
    low, high = percentiles(by_world, mean, between, noises, weighing)
    return max(low, float(by_world.min())), min(high, float(by_world.max())), len(own)


def _noise(values: np.ndarray, level: float) -> float:
    error = math.sqrt(level * (1.0 - level) / len(values))
    return ((_at(values, level + error) - _at(values, level - error)) / 2.0) ** 2
