"""How little the worlds must be re-weighted for something else to come out, and what then moves."""

import math
from typing import Annotated, NamedTuple

import numpy as np

from detente.analysis.compare.numbers import Numbers, that_go_with

LEAST_EFFECTIVE = 8.0
"""Fewer worlds than that carry no answer."""
MOST_MOVED = 3
"""So many numbers are named."""
STEPS = 200
"""Halvings of the interval in which the tilt lies; double precision is reached before."""


class Moved(NamedTuple):
    """Where a number lies once worlds are re-weighted."""

    field: str
    place: Annotated[float, "weighted mean of its places among all worlds, before .5"]
    before: Annotated[float, "its median over worlds"]
    after: Annotated[float, "its weighted median"]


class Tilt(NamedTuple):
    """The smallest re-weighting of the worlds that brings a mean to a target."""

    weights: Annotated[np.ndarray, "of the worlds, they add up to 1, shape (worlds,)"]
    entropy: Annotated[float, "relative to equal weights [nats]"]

    @property
    def effective(self) -> float:
        """Return how many equally weighted worlds would carry as much (Kish 1965)."""
        return 1.0 / float(self.weights @ self.weights)

    @property
    def is_enough(self) -> bool:
        """Say whether enough worlds carry it."""
        return self.effective >= LEAST_EFFECTIVE


def tilt(amounts: np.ndarray, target: float) -> Tilt | None:
    """Return the weights nearest to equal ones whose mean amount is the target.

    Nearest in relative entropy `sum w log(K w)`, so that `w ~ exp(s x)` (Csiszar 1975). None if
    the target does not lie between the amounts, so that no weights reach it.
    """
    if not amounts.min() < target < amounts.max():
        return None
    spread = float(np.ptp(amounts))
    scaled = (amounts - target) / spread
    low, high = -1.0, 1.0
    while _mean(scaled, low) > 0.0:
        low *= 2.0
    while _mean(scaled, high) < 0.0:
        high *= 2.0
    for _ in range(STEPS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _mean(scaled, middle) < 0.0 else (low, middle)
    weights = _weights(scaled, 0.5 * (low + high))
    used = weights[weights > 0.0]
    return Tilt(weights, max(0.0, math.fsum(used * np.log(len(amounts) * used))))


def _weights(scaled: np.ndarray, slope: float) -> np.ndarray:
    exponents = slope * scaled
    raw = np.exp(exponents - exponents.max())
    weights: np.ndarray = raw / raw.sum()
    return weights


def _mean(scaled: np.ndarray, slope: float) -> float:
    return float(_weights(scaled, slope) @ scaled)


def moved_by(found: Tilt, numbers: Numbers, amounts: np.ndarray) -> tuple[Moved, ...]:
    """Return the numbers that a tilt moves most, of those that go with what it is to change."""
    places = found.weights @ numbers.places
    named = that_go_with(numbers, amounts)
    order = sorted(named, key=lambda field: -abs(float(places[field]) - 0.5))
    return tuple(
        Moved(
            numbers.fields[field],
            float(places[field]),
            float(np.median(numbers.values[:, field])),
            _median(numbers.values[:, field], found.weights),
        )
        for field in order[:MOST_MOVED]
    )


def _median(values: np.ndarray, weights: np.ndarray) -> float:
    order = np.argsort(values, kind="stable")
    place = int(np.searchsorted(np.cumsum(weights[order]), 0.5))
    return float(values[order[min(place, len(values) - 1)]])
