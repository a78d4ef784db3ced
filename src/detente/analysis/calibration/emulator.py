"""A smooth stand-in for what the model gives on average, as a function of the calibrated numbers.

One world is one draw of the calibrated numbers and of everything else that is not known. What the
model gives for given values of the first is a mean over all the rest; a regression over the worlds
played takes that mean without playing any values twice (Beaumont, Zhang & Balding 2002, section 3,
with a global quadratic in place of a local line). Shares keep to 0 and 1 by a logit link, fitted to
the worlds' shares by quasi-likelihood (Papke & Wooldridge 1996).
"""

from itertools import combinations_with_replacement
from typing import Annotated, NamedTuple

import numpy as np

from detente.kernel.layout import Array

STEPS = 50
"""Most steps of Newton's method; ten are enough for shares that are not all 0 or 1."""
CLOSE_ENOUGH = 1e-8
RIDGE = 1.0
"""Weight of the prior that a number does not matter: it keeps fits of few worlds finite."""
RIDGE_OF_CURVES = 100.0
"""The same for squares and products: with it 2,048 worlds foretell those left out best."""
GROUPS = 10
"""Groups of worlds, by what is foretold, in which that is held against what was played."""


class Emulator(NamedTuple):
    """Weights of a constant, the numbers, their squares and products, for one share."""

    weights: Annotated[Array, "one for each feature, shape (features,)"]


def features(points: Array) -> Array:
    """Return a constant, the coordinates, their squares and products, shape (points, features).

    `points`: standard scores of the numbers, shape (points, numbers).
    """
    numbers = range(points.shape[1])
    products = [
        points[:, one] * points[:, other]
        for one, other in combinations_with_replacement(numbers, 2)
    ]
    return np.column_stack([np.ones(len(points)), points, *products])


def fit(points: Array, shares: Array) -> Emulator:
    """Fit a share, played once at each point: shapes (points, numbers) and (points,)."""
    design = features(points)
    mean = min(max(float(shares.mean()), 1e-6), 1.0 - 1e-6)
    weights = np.zeros(design.shape[1])
    weights[0] = np.log(mean / (1.0 - mean))
    penalty = np.full(design.shape[1], RIDGE_OF_CURVES)
    penalty[: 1 + points.shape[1]] = RIDGE
    penalty[0] = 0.0
    for _ in range(STEPS):
        expected = _logistic(design @ weights)
        slope = design.T @ (shares - expected) - penalty * weights
        spread = expected * (1.0 - expected)
        curve = design.T @ (design * spread[:, None]) + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        weights = weights + step
        if np.abs(step).max() < CLOSE_ENOUGH:
            break
    return Emulator(weights)


def foretell(emulator: Emulator, points: Array) -> Array:
    """Return the share that the model gives at each point, shape (points,)."""
    return _logistic(features(points) @ emulator.weights)


def error(points: Array, shares: Array) -> float:
    """Return how far shares foretold lie from those played in worlds not used for the fit.

    Each half of the worlds is foretold from the other. Within tenths by what is foretold, the mean
    of one is held against that of the other; the root of the mean square is returned.
    """
    half = np.arange(len(points)) % 2 == 0
    foretold = np.empty(len(points))
    for side in (half, ~half):
        foretold[~side] = foretell(fit(points[side], shares[side]), points[~side])
    groups = np.array_split(np.argsort(foretold, kind="stable"), GROUPS)
    gaps = [float(foretold[group].mean() - shares[group].mean()) for group in groups]
    return float(np.sqrt(np.mean(np.square(gaps))))


def _logistic(x: Array) -> Array:
    within: Array = 1.0 / (1.0 + np.exp(-np.clip(x, -30.0, 30.0)))
    return within
