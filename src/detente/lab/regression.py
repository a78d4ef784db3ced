"""Quadratic and logistic regression for calibration and the back-test."""

from itertools import combinations_with_replacement
from typing import Annotated, NamedTuple

import numpy as np

from detente.kernel.layout import Array

STEPS = 200
"""Upper limit on steps of Newton's method; ten are enough unless shares are all 0 or 1."""
CLOSE_ENOUGH = 1e-8
FARTHEST = 30.0
"""Log-odds are cut to this range."""
PENALTIES = (3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
"""Candidate penalties on squared weights, per standard deviation of the attribute."""
FOLDS, SHUFFLES = 10, 5
LEAST_MEAN = 1e-6
"""Least mean share for the initial weights."""


def features(points: Array) -> Array:
    """Return a constant, the coordinates, their squares and products, shape (points, features).

    `points` has shape (points, numbers).
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

    Shares between 0 and 1 are fitted by quasi-likelihood (Papke & Wooldridge 1996). `design` has
    the terms of each point, the constant first, shape (points, terms); `penalty` is that on each
    squared weight, shape (terms,).
    """
    mean = np.clip(shares.mean(), LEAST_MEAN, 1.0 - LEAST_MEAN)
    weights = np.zeros(design.shape[1])
    weights[0] = np.log(mean / (1.0 - mean))
    # Keeps the curvature invertible if a term is constant.
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


class Ridge(NamedTuple):
    """Weights of attributes in the log-odds of a share, within each of two groups.

    `group` is 0 or 1 for each row. An attribute counts as its difference from the group's mean,
    times the group's weight; unknown values (NaN) count nothing.
    """

    means: Annotated[Array, "of each attribute, shape (2, attributes)"]
    weights: Annotated[Array, "log-odds a unit, shape (2, attributes)"]
    covariance: Annotated[Array, "of level and weights, shape (2, 1 + attributes, 1 + attributes)"]
    penalty: float


def moves(values: Array, group: Array, means: Array, weights: Array) -> Array:
    """Return the shift of the log-odds of each row by its attributes (a ridge), shape (rows,)."""
    above = np.nan_to_num(values - means[group])
    found: Array = (above * weights[group]).sum(axis=1)
    return found


class CrossValidated(NamedTuple):
    """Brier scores of rows left out of the fit, a tenth in turn; lower is better."""

    ridge: float
    groups: Annotated[float, "of the shares of both groups"]


def best_ridge(values: Array, group: Array, happened: Array) -> tuple[Ridge, CrossValidated]:
    """Return the ridge with the penalty that forecasts left-out rows best, and its scores.

    `values` are attributes, shape (rows, attributes), NaN if unknown; `group` is 0 or 1 and
    `happened` the result, shape (rows,).
    """
    draws = np.random.Generator(np.random.Philox(0))
    folds = [draws.permutation(len(group)) % FOLDS for _ in range(SHUFFLES)]
    scores = {
        penalty: np.mean([_left_out(values, group, happened, one, penalty) for one in folds], 0)
        for penalty in PENALTIES
    }
    best = min(scores, key=lambda penalty: float(scores[penalty][0]))
    return _ridge(values, group, happened, best), CrossValidated(*scores[best].tolist())


def _left_out(
    values: Array, group: Array, happened: Array, fold: Array, penalty: float
) -> tuple[float, float]:
    """Return Brier scores of rows left out fold by fold: of the ridge, and of group shares."""
    squares = np.empty((2, len(group)))
    for one in range(FOLDS):
        left = fold == one
        fitted = _ridge(values[~left], group[~left], happened[~left], penalty)
        level = log_odds_by(group[~left], happened[~left])[group[left]]
        moved = moves(values[left], group[left], fitted.means, fitted.weights)
        odds = np.array([level + moved, level])
        squares[:, left] = np.square(logistic(odds) - happened[left])
    ridge, groups = squares.mean(axis=1).tolist()
    return ridge, groups


def log_odds_by(group: Array, happened: Array) -> Array:
    """Return the log-odds of the share in each group, plus half a row of each kind, shape (2,)."""
    came = np.array([happened[group == one].sum() for one in (0, 1)]) + 0.5
    others = np.array([(~happened[group == one]).sum() for one in (0, 1)]) + 0.5
    odds: Array = np.log(came / others)
    return odds


def _ridge(values: Array, group: Array, happened: Array, penalty: float) -> Ridge:
    """Fit a ridge (le Cessie & van Houwelingen 1992).

    Each group has a free level. The weight of an attribute is a common one plus a difference
    between groups, in standard deviations of the attribute; the penalty shrinks both to 0. The
    covariance is that of the posterior whose prior is the penalty.
    """
    means = np.array([np.nanmean(values[group == one], axis=0) for one in (0, 1)])
    scale = np.nanstd(values, axis=0)
    scale = np.where(scale > 0.0, scale, 1.0)
    above = np.nan_to_num(values - means[group]) / scale
    apart = above * (group - 0.5)[:, None]
    design = np.column_stack([group == 0, group == 1, above, apart]).astype(float)
    attributes = values.shape[1]
    held = np.array([0.0, 0.0] + [penalty] * (2 * attributes))
    found = logistic_weights(design, happened, held)
    expected = logistic(design @ found)
    curve = design.T @ (design * (expected * (1.0 - expected))[:, None]) + np.diag(held)
    spread = np.linalg.inv(curve)
    weights, covariance = [], []
    for one in (0, 1):
        # Matrix that maps the fitted terms to this group's level and weights.
        transform = np.zeros((1 + attributes, len(found)))
        transform[0, one] = 1.0
        transform[1:, 2 : 2 + attributes] = np.diag(1.0 / scale)
        transform[1:, 2 + attributes :] = np.diag((one - 0.5) / scale)
        weights.append((transform @ found)[1:])
        covariance.append(transform @ spread @ transform.T)
    return Ridge(means, np.array(weights), np.array(covariance), penalty)
