"""Weights of worlds that agree with given conditions and differ least from equal weights."""

import math
from collections.abc import Sequence
from typing import Annotated, NamedTuple

import numpy as np

from detente.ensemble.design import SCRAMBLES
from detente.ensemble.weighing import Weighing
from detente.estimate.intervals import effective_size

LEAST_EFFECTIVE = 8.0
"""Least effective number of worlds for an answer."""
STEPS = 200
"""Most steps of Newton's method, which takes about ten."""
HALVINGS = 40
"""Most halvings of a step that goes too far."""
ENOUGH = 1e-4
"""Part of the promised decrease that a step must achieve (Armijo)."""
SMALL = 1e-13
"""Remaining misfit at which the search ends, relative to the largest amount: rounding error."""
BINDS = 1e-9
"""Slack below which an inequality counts as binding, relative to the largest amount."""


class Tilt(NamedTuple):
    """The re-weighting nearest to equal weights that satisfies the conditions."""

    weights: Annotated[np.ndarray, "of the worlds, they add up to 1, shape (worlds,)"]
    entropy: Annotated[float, "relative to equal weights [nats]"]

    @property
    def effective(self) -> float:
        """Return the effective number of worlds (Kish 1965)."""
        return effective_size(self.weights)

    @property
    def is_enough(self) -> bool:
        """Return whether the effective number of worlds is large enough."""
        return self.effective >= LEAST_EFFECTIVE


def tilt(amounts: np.ndarray, at_least: np.ndarray | None = None) -> Tilt | None:
    """Return the weights nearest to equal ones under which mean amounts are 0, or 0 at least.

    Nearest in relative entropy `sum w log(K w)` (Csiszar 1975; for views of a market Meucci 2008).
    With `x` the amounts of a world, the weights are `w ~ exp(s x)`, where the slopes `s` make
    `sum exp(s x)` least; those of `at_least` are not negative. That is convex, and Newton's method
    finds it, held to the bounds as Bertsekas (1982) does.

    The weighted means of `amounts` are to be 0, shape (worlds,) or (conditions, worlds); those of
    `at_least` are to be 0 or more, shape (conditions, worlds). None if no weights do it without
    leaving a world out.
    """
    rows = np.atleast_2d(amounts)
    exact = len(rows)
    if at_least is not None:
        rows = np.vstack([rows, at_least])
    sizes = np.abs(rows).max(axis=1, keepdims=True)
    # In shares of the largest amount, so that one tolerance serves conditions of any unit.
    rows = rows / np.where(sizes > 0.0, sizes, 1.0)
    slopes, worlds = np.zeros(len(rows)), rows.shape[1]

    def at(slopes: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the logarithm of the sum to be minimised, and the weights."""
        exponents = slopes @ rows
        # The largest exponent is taken out, which cancels in the weights and keeps sums finite.
        top = float(exponents.max())
        raw = np.exp(exponents - top)
        total = float(raw.sum())
        return top + math.log(total), raw / total

    value, weights = at(slopes)
    for _ in range(STEPS):
        means = rows @ weights
        # Of what is to be 0 at least and is, a slope of 0 stays.
        is_free = (np.arange(len(rows)) < exact) | (slopes > 0.0) | (means < 0.0)
        if np.all(np.abs(means[is_free]) <= SMALL):
            used = weights[weights > 0.0]
            return Tilt(weights, max(0.0, math.fsum(used * np.log(worlds * used))))
        free = rows[is_free]
        spread = (free * weights) @ free.T - np.outer(means[is_free], means[is_free])
        step = np.zeros(len(rows))
        # Least squares, as two conditions may say the same and leave the matrix singular.
        step[is_free] = -np.linalg.lstsq(spread, means[is_free], rcond=None)[0]
        for _ in range(HALVINGS):
            moved = slopes + step
            # A slope below 0 would push a mean down that is only asked to be 0 at least.
            moved[exact:] = np.maximum(moved[exact:], 0.0)
            lower, found = at(moved)
            if lower <= value + ENOUGH * float(means @ (moved - slopes)) + SMALL:
                break
            step /= 2.0
        # Below the logarithm of 1 each world has an exponent below 0: slopes of any length do.
        if lower < 0.0 or np.array_equal(moved, slopes):
            return None
        slopes, value, weights = moved, lower, found
    return None


def weighing_of(found: Tilt, amounts: np.ndarray, at_least: np.ndarray | None = None) -> Weighing:
    """Return the weights that `tilt` found, and those fitted without each scramble.

    If no weights fit without some scramble, the weights of the other worlds are kept. An inequality
    counts as a condition if it is binding.
    """
    rows, worlds = np.atleast_2d(amounts), len(found.weights)
    conditions = len(rows)
    if at_least is not None:
        sizes = np.abs(at_least).max(axis=1, initial=0.0)
        conditions += int(np.sum(at_least @ found.weights <= BINDS * sizes))
    without = []
    for scramble in range(min(SCRAMBLES, worlds)):
        left = np.arange(worlds) % SCRAMBLES != scramble
        again = tilt(rows[:, left], None if at_least is None else at_least[:, left])
        weights = np.zeros(worlds)
        weights[left] = found.weights[left] if again is None else again.weights
        without.append(weights * worlds)
    return Weighing("views", found.weights * worlds, np.array(without), conditions)


def weighted_quantiles(
    values: np.ndarray, weights: np.ndarray, places: Sequence[float] | np.ndarray
) -> np.ndarray:
    """Return weighted quantiles; half of a value's own weight counts as below it."""
    order = np.argsort(values, kind="stable")
    own = weights[order]
    # Half of its own weight lies below a value, so that equal weights give the usual middle.
    below = (np.cumsum(own) - own / 2.0) / own.sum()
    return np.asarray(np.interp(places, below, values[order]))
