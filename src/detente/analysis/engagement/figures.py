"""Numbers of many campaigns: their mean, what chance makes of it, and how worlds differ."""

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, NamedTuple, TypeAlias

import numpy as np

from detente.ensemble.shares import QUANTILE, Share, estimate, spread_of_amounts

Array: TypeAlias = np.ndarray
Key: TypeAlias = tuple[str, ...]
LOW, HIGH = 0.05, 0.95
SHARES = frozenset(
    ("leakage", "cause", "class", "broken", "down_share", "alive", "command", "sensors")
)
"""Parts of the names of numbers that lie from 0 to 1, and so do their intervals."""


class Figure(NamedTuple):
    """A number of campaigns: its mean over all of them, and three intervals of 90 %."""

    value: float
    low: Annotated[float | None, "of the mean by chance alone, the worlds held fixed"]
    high: Annotated[float | None, "of the mean by chance alone, the worlds held fixed"]
    spread_low: Annotated[float, "5th percentile of the worlds' means, chance removed"]
    spread_high: Annotated[float, "95th percentile of the worlds' means, chance removed"]
    campaign_low: Annotated[float | None, "5th percentile of single campaigns, over all worlds"]
    campaign_high: Annotated[float | None, "95th percentile of single campaigns, over all worlds"]
    worlds: Annotated[int, "worlds that have it"]


class Sums(NamedTuple):
    """Sums over the campaigns of one world, each of any shape; they add up."""

    counted: Array
    total: Array
    squares: Array

    @property
    def mean(self) -> Array:
        """Return the mean; where nothing was counted it is not a number."""
        return np.where(self.counted > 0, self.total / np.maximum(self.counted, 1.0), np.nan)

    @property
    def noise(self) -> Array:
        """Return the variance of the mean by chance; of a single campaign it is not a number."""
        varies = np.maximum(self.squares - self.total * self.mean, 0.0)
        divisor = np.maximum((self.counted - 1.0) * self.counted, 1.0)
        return np.where(self.counted > 1, varies / divisor, np.nan)


def sums_of(values: Array) -> Sums:
    """Sum up campaigns, the first axis; what is not a number in one is not counted."""
    is_there = ~np.isnan(values)
    known = np.where(is_there, values, 0.0)
    return Sums(is_there.sum(axis=0, dtype=float), known.sum(axis=0), (known * known).sum(axis=0))


def over_worlds(values: Sequence[Array]) -> Figure | Share:
    """Return what campaigns say together, one array a world; of a yes or no how often it is so.

    All worlds weigh the same, however many of their campaigns have the number.
    """
    if values[0].dtype == bool:
        return estimate(np.array([int(each.sum()) for each in values]), len(values[0]))
    sums = [sums_of(each) for each in values]
    figure = of_moments(
        np.array([float(each.mean) for each in sums]),
        np.array([float(each.noise) for each in sums]),
    )
    single = np.concatenate(values)
    low, high = np.quantile(single[~np.isnan(single)], (LOW, HIGH)).tolist()
    return figure._replace(campaign_low=low, campaign_high=high)


def of_moments(means: Array, noises: Array) -> Figure:
    """Return a figure from the mean of each world and that mean's variance by chance.

    Chance: the worlds are strata, so the variance of their mean is the mean of `noises` over their
    number. With one campaign a world all of it is called chance.
    """
    is_there = ~np.isnan(means)
    means, noises = means[is_there], noises[is_there]
    worlds = len(means)
    value = math.fsum(means) / worlds
    known = noises[~np.isnan(noises)]
    everything = float(np.var(means, ddof=1)) if worlds > 1 else 0.0
    noise = float(np.mean(known)) if len(known) else everything
    half = QUANTILE * math.sqrt(noise / worlds)
    low, high = spread_of_amounts(means, noise)
    return Figure(value, value - half, value + half, low, high, None, None, worlds)


def figures_of(worlds: Sequence[Mapping[Key, Array]]) -> dict[Key, Figure | Share]:
    """Return every number over the worlds that have it, and what rounds cost against weapons.

    `cost.exchange` is the price of rounds fired over that of the weapons they shot down, and
    `cost.to_spent` over all that the attacker is left without.
    """
    keys = dict.fromkeys(key for world in worlds for key in world)
    held = {key: [world[key] for world in worlds if key in world] for key in keys}
    figures: dict[Key, Figure | Share] = {
        key: _told(key, values) for key, values in held.items() if is_known(values)
    }
    for name, below in (("exchange", "shot_down"), ("to_spent", "spent")):
        figure = ratio(held["cost", "rounds"], held["cost", below])
        if figure is not None:
            figures["cost", name] = figure
    return figures


def _told(key: Key, values: Sequence[Array]) -> Figure | Share:
    figure = over_worlds(values)
    return figure if isinstance(figure, Share) else bounded(key, figure)


def bounded(key: Key, figure: Figure) -> Figure:
    """Return a figure whose interval of chance does not leave what the number can be."""
    if SHARES.isdisjoint(key):
        return figure
    low, high = (None if end is None else min(1.0, max(0.0, end)) for end in figure[1:3])
    return figure._replace(low=low, high=high)


def is_known(values: Sequence[Array]) -> bool:
    """Say whether any campaign of any world has a number."""
    return any(each.dtype == bool or not np.isnan(each).all() for each in values)


def ratio(above: Sequence[Array], below: Sequence[Array]) -> Figure | None:
    """Return the ratio of two sums over all campaigns, with its spread over worlds; not by chance.

    Nothing if what it is divided by is 0 in every world.
    """
    totals = [(math.fsum(a), math.fsum(b)) for a, b in zip(above, below, strict=True)]
    of_worlds = [a / b for a, b in totals if b > 0.0]
    if not of_worlds:
        return None
    value = math.fsum(a for a, _ in totals) / math.fsum(b for _, b in totals)
    low, high = spread_of_amounts(np.array(of_worlds), 0.0)
    return Figure(value, None, None, low, high, None, None, len(of_worlds))
