"""Quadratic and logistic regression, by which calibration and the back-test learn from plays."""

from itertools import combinations_with_replacement

import numpy as np

from detente.kernel.layout import Array

STEPS = 200
"""Most steps of Newton's method; ten are enough for shares that are not all 0 or 1."""
CLOSE_ENOUGH = 1e-8
FARTHEST = 30.0
"""Log-odds beyond which a share counts as 0 or 1."""
LEAST_MEAN = 1e-6
"""Mean share from which the search for weights begins at least."""


def features(points: Array) -> Array:
    """Return a constant, the coordinates, their squares and products, shape (points, features).

    `points`: shape (points, numbers).
    """
    products = [
        points[:, one] * points[:, other]
        for one, other in combinations_with_replacement(range(points.shape[1]), 2)
    ]
    return np.column_stack([np.ones(len(points)), points, *products])


def logistic(log_odds: Array) -> Array:
    """Return shares from their log-odds."""
    shares: Array = 1.0 / (1.0 + np.exp(-np.clip(log_odds, -FARTHEST, FARTHEST)))
    return shares


def logistic_weights(design: Array, shares: Array, penalty: Array) -> Array:
    """Return the weights of a logistic regression by Newton's method, shape (terms,).

    Shares between 0 and 1 are fitted by quasi-likelihood (Papke & Wooldridge 1996). `design`: the
    terms of each point, the constant first, shape (points, terms); `penalty`: of each weight's
    square, shape (terms,).
    """
    mean = np.clip(shares.mean(), LEAST_MEAN, 1.0 - LEAST_MEAN)
    weights = np.zeros(design.shape[1])
    weights[0] = np.log(mean / (1.0 - mean))
    # Added to the curvature, so that terms that are all alike leave it invertible.
    least_curve = CLOSE_ENOUGH * np.eye(len(weights))
    for _ in range(STEPS):
        expected = logistic(design @ weights)
        slope = design.T @ (shares - expected) - penalty * weights
        curve = design.T @ (design * (expected * (1.0 - expected))[:, None]) + np.diag(penalty)
        step = np.linalg.solve(curve + least_curve, slope)
        weights = weights + step
        if np.abs(step).max() < CLOSE_ENOUGH:
            break
    return weights
