"""What is asked of the model: shares that have to lie within history's bands."""

from collections.abc import Iterator, Mapping
from typing import Annotated, NamedTuple

import numpy as np

from detente.analysis.history.bands import BANDS, STARTS
from detente.analysis.history.beside import ALL, Played
from detente.analysis.history.rates import QUARTILES
from detente.kernel.layout import Array

NON_VIOLENT, VIOLENT = STARTS
RATES = ("war", "serious", "none", "agreement")

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
    """Return what the accepted values have to meet: the rates of each start and of all crises.

    And the quartiles of all crises: that a quarter ends within 20 to 30 days means that at most a
    quarter has ended by the 20th, and at least a quarter by the 30th.
    """
    crises = sum(STARTS.values())
    mixture = {start: begun / crises for start, begun in STARTS.items()}
    groups = {start: {start: 1.0} for start in STARTS} | {ALL: mixture}
    found = [_rate(group, rate, weights) for group, weights in groups.items() for rate in RATES]
    found += [each for name, level in QUARTILES.items() for each in _quartile(name, level, mixture)]
    return tuple(each for each in found if each.weights)


def _rate(group: str, rate: str, weights: Mapping[str, float]) -> Condition:
    band = BANDS.get(f"{group}.{rate}")
    if rate == "none":  # after a violent start there is none, by definition
        weights = {start: weight for start, weight in weights.items() if start != VIOLENT}
    if band is None or band.low is None or band.high is None:
        return Condition(group, rate, {}, 0.0, 1.0)
    return Condition(f"{group}.{rate}", rate, weights, band.low, band.high)


def _quartile(name: str, level: float, mixture: Mapping[str, float]) -> Iterator[Condition]:
    band = BANDS[f"{ALL}.{name}"]
    if band.low is not None and band.high is not None:
        yield Condition(f"{ALL}.{name}", ended_by(band.low), mixture, 0.0, level)
        yield Condition(f"{ALL}.{name}", ended_by(band.high), mixture, level, 1.0)


def ended_by(day: float) -> str:
    """Return the name of the share of crises that have ended by a day."""
    return f"ended_by_{day:g}"


def shares_of(played: Played) -> dict[str, Array]:
    """Return each share that conditions ask for, by world, shape (worlds,)."""
    ended = played.ended.cumsum(axis=1) / played.futures
    bands = [BANDS[f"{ALL}.{name}"] for name in QUARTILES]
    days = [day for band in bands for day in (band.low, band.high) if day is not None]
    shares = {rate: played.happened[rate] / played.futures for rate in RATES}
    return {**shares, **{ended_by(day): ended[:, int(day)] for day in days}}


def value_of(condition: Condition, shares: Mapping[str, Shares]) -> Array:
    """Return the weighted sum of a condition, one for each point."""
    parts = [weight * shares[start][condition.share] for start, weight in condition.weights.items()]
    total: Array = np.sum(parts, axis=0)
    return total


def are_met(shares: Mapping[str, Shares]) -> Array:
    """Say at which points every condition holds, shape (points,)."""
    held = [
        (value >= each.low) & (value <= each.high)
        for each in conditions()
        for value in [value_of(each, shares)]
    ]
    met: Array = np.all(held, axis=0)
    return met
