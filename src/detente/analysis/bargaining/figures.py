"""Numbers of the game by name: in the median world, or over worlds with their spread."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from detente.analysis.bargaining.game import Key, Reading

LOW, MEDIAN, HIGH = 0.05, 0.5, 0.95


class Figure(NamedTuple):
    """A number of the game: in the median world, or its median over worlds and its spread."""

    value: float
    spread_low: float | None
    spread_high: float | None
    worlds: int


class Share(NamedTuple):
    """In which share of worlds something is so; 0 or 1 in the median world."""

    share: float
    worlds: int


def over_worlds(readings: Sequence[Reading], *, is_spread: bool) -> dict[Key, Figure | Share]:
    """Return each number's median and spread over the worlds that have it."""
    keys = dict.fromkeys(key for reading in readings for key in reading)
    return {
        key: _over_worlds([each[key] for each in readings if key in each], is_spread=is_spread)
        for key in keys
    }


def _over_worlds(values: Sequence[float], *, is_spread: bool) -> Figure | Share:
    if isinstance(values[0], bool):
        return Share(sum(values) / len(values), len(values))
    if not is_spread:
        return Figure(float(values[0]), None, None, len(values))
    low, middle, high = np.quantile(values, (LOW, MEDIAN, HIGH)).tolist()
    return Figure(middle, low, high, len(values))
