"""Quantiles of how long something lasts or what it costs, where it happens, with intervals.

The interval of a quantile, over worlds and chance, contains the values at which the share of
futures at or below does not differ clearly from the level (Francisco & Fuller 1991). The precision
of that share differs from value to value: fewer worlds carry extreme values, so that the interval
extends farther there than the precision at the quantile itself suggests (Woodruff 1952). Both the
number of futures in which something happens and their values are sampled, so that the share is a
ratio (`intervals.estimate_ratio`).
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
"""Share of the futures at or below each quantile."""
TAIL = 0.05
"""Largest chance that no case is beyond the quantile for which an end of the interval is given."""
LEAST_EITHER_SIDE = 5
"""Fewest values on either side of a world's own quantile."""
LEAST_WORLDS = 19
"""Fewest worlds for a range: with fewer, their 5th percentile is below all of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Quantile(Estimate):
    """A quantile with its interval.

    An end for which there are too few cases or worlds is NaN.
    """

    kind: Kind = "value"
    worlds: Annotated[int, "worlds with futures enough for a quantile of their own"] = 0

    @property
    def is_sure(self) -> bool:
        """Return whether there are enough cases for both ends of the interval."""
        return not (math.isnan(self.low) or math.isnan(self.high))

    def as_json(self) -> dict[str, Any]:
        """Return the form for JSON; unknown figures are null."""
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
    """Return the quantiles of a value, or None if the event happens in no future."""
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
    """Return one quantile; `reached` is the cumulative weight of the ordered values."""
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

    The low end is the first value at which the share at or below may reach the level; the high end
    is the first at which it surely does.
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
    """Return percentiles over worlds of the worlds' own quantiles, and the number of worlds.

    The sampling variance of a world's quantile is the square of half the distance between its
    values one standard error of the level below and above.
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
