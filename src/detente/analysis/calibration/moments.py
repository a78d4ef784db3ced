"""What is asked of the model: shares that have to lie within history's bands."""

from collections.abc import Iterator, Mapping
from typing import Annotated, NamedTuple

import numpy as np

from detente.analysis.history.bands import BANDS, STARTS
from detente.analysis.history.beside import ALL, PLAYED_RATES, Played
from detente.analysis.history.rates import QUARTILES
from detente.kernel.layout import Array

NON_VIOLENT, VIOLENT = STARTS
ENDED_BY = "ended_by_"
MARGIN = 0.01
"""How far inside its band a share that is foretold has to lie: foretelling errs, and of the draws
that it puts at an edge of a band those pass for which it errs inwards."""

Shares = Mapping[str, Array]
"""Shares by name, one for each point."""


class Condition(NamedTuple):
    """A weighted sum of shares of both starts that has to lie within bounds."""

    key: Annotated[str, "the band that it comes from"]
    share: Annotated[str, "the share, of the same name for both starts"]
    weights: Annotated[Mapping[str, float], "weight of each start"]
    low: float
    high: float


def conditions() -> tuple[Condition, ...]:
    """Return what accepted values have to meet: rates and quartiles of each start, and of all.

    That a quarter of crises lasts 20 to 30 days at most means that less than a quarter has ended by
    the 19th, and at least a quarter by the 30th.
    """
    crises = sum(STARTS.values())
    mixture = {start: begun / crises for start, begun in STARTS.items()}
    groups = {start: {start: 1.0} for start in STARTS} | {ALL: mixture}
    return tuple(
        condition
        for group, weights in groups.items()
        for condition in (*_rates(group, weights), *_quartiles(group, weights))
    )


def _rates(group: str, weights: Mapping[str, float]) -> Iterator[Condition]:
    for rate in PLAYED_RATES:
        # After a violent start there is no crisis without violence, by definition.
        counted = {key: share for key, share in weights.items() if (key, rate) != (VIOLENT, "none")}
        for low, high in _bounds(f"{group}.{rate}"):
            yield Condition(f"{group}.{rate}", rate, counted, low, high)


def _quartiles(group: str, weights: Mapping[str, float]) -> Iterator[Condition]:
    for name, level in QUARTILES.items():
        key = f"{group}.{name}"
        for low, high in _bounds(key):
            yield Condition(key, ended_by(low - 1.0), weights, 0.0, level)
            yield Condition(key, ended_by(high), weights, level, 1.0)


def _bounds(key: str) -> Iterator[tuple[float, float]]:
    """Yield the ends of a band, if there is one."""
    band = BANDS.get(key)
    if band is not None and band.low is not None and band.high is not None:
        yield band.low, band.high


def ended_by(day: float) -> str:
    """Return the name of the share of crises that have ended by a day."""
    return f"{ENDED_BY}{day:g}"


def shares_of(played: Played) -> dict[str, Array]:
    """Return each share that conditions ask for, by world, shape (worlds,)."""
    ended = played.ended.cumsum(axis=1) / played.futures
    shares = {key: counts / played.futures for key, counts in played.happened.items()}
    names = sorted({each.share for each in conditions()} - shares.keys())
    return {**shares, **{name: ended[:, int(name.removeprefix(ENDED_BY))] for name in names}}


def value_of(condition: Condition, shares: Mapping[str, Shares]) -> Array:
    """Return the weighted sum of a condition, one for each point."""
    parts = [weight * shares[start][condition.share] for start, weight in condition.weights.items()]
    total: Array = np.sum(parts, axis=0)
    return total


def is_met(condition: Condition, value: Array) -> Array:
    """Say at which points a condition's sum lies within its bounds, by the margin at least.

    No share can lie below 0 or above 1: these are bounds without a margin.
    """
    low = condition.low + MARGIN * (condition.low > 0.0)
    high = condition.high - MARGIN * (condition.high < 1.0)
    met: Array = (value >= low) & (value <= high)
    return met


def are_met(shares: Mapping[str, Shares]) -> Array:
    """Say at which points every condition holds, shape (points,)."""
    met: Array = np.all([is_met(each, value_of(each, shares)) for each in conditions()], axis=0)
    return met
