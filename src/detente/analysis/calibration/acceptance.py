"""Which values of the calibrated numbers give history's moments, and how they are found.

One world is one draw of the calibrated numbers and of everything else that is not known. What the
model gives for given values of the first is a mean over all the rest; a regression over the worlds
played takes that mean without playing any values twice (Beaumont, Zhang & Balding 2002, section 3,
with a global quadratic in place of a local line). Shares keep to 0 and 1 by a logit link, fitted to
the worlds' shares by quasi-likelihood (Papke & Wooldridge 1996). Draws from the priors are accepted
by how far their named moments, as predicted, lie from history's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Annotated, NamedTuple

import numpy as np

from detente.analysis.calibration.moments import (
    Moment,
    Shares,
    distance,
    mean_of,
    moments,
    named,
    value_of,
)
from detente.ensemble.design import SCALES, UPPER_SCORE, draw_worlds
from detente.kernel.layout import Array
from detente.pack.quantity import Quantity

TOLERANCE = 1.0
"""Distance up to which a draw is accepted: off by what history's own sample leaves open."""
STEPS = 50
"""Most steps of Newton's method; ten are enough for shares that are not all 0 or 1."""
CLOSE_ENOUGH = 1e-8
RIDGE = 1.0
"""Weight of the prior that a number does not matter: it keeps fits of few worlds finite."""
RIDGE_OF_CURVES = 100.0
"""The same for squares and products: with it 2,048 worlds foretell those left out best."""
GROUPS = 10
"""Groups of worlds, by what is foretold, in which that is held against what was played."""
BLOCK = 1 << 15
"""Draws from the priors that are held against history at a time."""
MOST_BLOCKS = 64
"""Blocks after which no more are drawn, and the closest draws are taken."""
OTHER_SEED = 1
"""Added to the seed of the worlds played, so that candidates are not the same draws."""

Priors = Mapping[str, Quantity]


class Emulator(NamedTuple):
    """Weights of a constant, the numbers, their squares and products, for one share."""

    weights: Annotated[Array, "one for each feature, shape (features,)"]


Fit = Mapping[str, Emulator]
"""Emulators of the shares of a variant, by name."""


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


def foretell_each(fitted: Mapping[str, Fit], points: Array) -> dict[str, dict[str, Array]]:
    """Return the shares of each variant at each point, shape (points,) each."""
    design = features(points)
    return {
        variant: {key: _logistic(design @ one.weights) for key, one in each.items()}
        for variant, each in fitted.items()
    }


def crosswise(points: Array, shares: Array) -> Array:
    """Return the shares that each half of the worlds predicts for the other, shape (points,)."""
    half = np.arange(len(points)) % 2 == 0
    foretold = np.empty(len(points))
    for side in (half, ~half):
        foretold[~side] = foretell(fit(points[side], shares[side]), points[~side])
    return foretold


def _logistic(x: Array) -> Array:
    within: Array = 1.0 / (1.0 + np.exp(-np.clip(x, -30.0, 30.0)))
    return within


class PlayedDraws(NamedTuple):
    """What was played of a variant: the calibrated numbers of each world, and what came of them."""

    points: Annotated[Mapping[str, Array], "values by number, shape (worlds,) each"]
    shares: Annotated[Shares, "shape (worlds,) each"]


class DrawBatch(NamedTuple):
    """What is left of a block of draws: those accepted, or the closest if these are few."""

    rows: Mapping[str, Array]
    distances: Array
    accepted: int


@dataclass(frozen=True)
class Acceptance:
    """What calibration came to."""

    priors: Priors
    rows: Annotated[Mapping[str, Array], "accepted values by number, shape (rows,) each"]
    candidates: int
    accepted: Annotated[int, "candidates within the tolerance that was asked for"]
    tolerance: Annotated[float, "distance up to which rows were taken"]
    errors: Annotated[Mapping[str, float], "of each moment, foretold against played"]
    before: Annotated[Mapping[str, float], "each moment at the priors, as played"]
    means: Annotated[Mapping[str, float], "each moment over the accepted rows, as foretold"]

    @property
    def rate(self) -> float:
        """Return the share of candidates within the tolerance that was asked for."""
        return self.accepted / self.candidates

    @property
    def kept(self) -> int:
        """Return how many rows of accepted values there are."""
        return len(next(iter(self.rows.values())))

    def left_of(self, path: str) -> float:
        """Return how much of a number's prior spread is left, as standard scores have it."""
        return float(scores({path: self.priors[path]}, {path: self.rows[path]}).std())

    def is_met(self) -> bool:
        """Say whether as many draws as are kept are within the tolerance."""
        return self.accepted >= self.kept


def accept(
    priors: Priors, played: Mapping[str, PlayedDraws], *, rows: int, seed: int
) -> Acceptance:
    """Return the values, among draws from the priors, whose named moments are close to history's.

    `played`: what was played of each variant. Draws are taken until `rows` or more lie within the
    tolerance, of which the first are kept; if so many never do, the closest are.
    """
    known = {variant: scores(priors, each.points) for variant, each in played.items()}
    fitted = {
        variant: {key: fit(known[variant], shares) for key, shares in each.shares.items()}
        for variant, each in played.items()
    }
    blocks = _try_until(rows, _only_named(fitted), priors, seed + OTHER_SEED)
    accepted = sum(block.accepted for block in blocks)
    kept, tolerance = _kept(blocks, rows)
    at_rows = foretell_each(fitted, scores(priors, kept))
    return Acceptance(
        priors,
        kept,
        len(blocks) * BLOCK,
        accepted,
        tolerance,
        _errors(known, played),
        _means({variant: each.shares for variant, each in played.items()}),
        _means(at_rows),
    )


def _means(shares: Mapping[str, Shares]) -> dict[str, float]:
    return {moment.key: mean_of(moment, shares) for moment in moments()}


def _only_named(fitted: Mapping[str, Fit]) -> dict[str, Fit]:
    """Return the emulators that the named moments need."""
    asked = {
        (variant, name)
        for moment in named()
        for variant in moment.weights
        for name in (moment.part, moment.whole)
    }
    return {
        variant: {key: one for key, one in each.items() if (variant, key) in asked}
        for variant, each in fitted.items()
    }


def _try_until(rows: int, fitted: Mapping[str, Fit], priors: Priors, seed: int) -> list[DrawBatch]:
    """Draw from the priors until enough draws are accepted, or too many were drawn."""
    blocks: list[DrawBatch] = []
    while len(blocks) < MOST_BLOCKS and sum(block.accepted for block in blocks) < rows:
        first = len(blocks) * BLOCK
        drawn = draw_worlds(priors, (), worlds=BLOCK, seed=seed, first=first)
        blocks.append(_sift(drawn, distance(foretell_each(fitted, scores(priors, drawn))), rows))
    return blocks


def _sift(drawn: Mapping[str, Array], distances: Array, rows: int) -> DrawBatch:
    """Return the draws of a block that are accepted, or the closest ones if these are few."""
    accepted = np.flatnonzero(distances <= TOLERANCE)
    closest = np.argsort(distances, kind="stable")[:rows]
    kept = accepted if len(accepted) >= rows else np.sort(closest)
    values = {path: column[kept] for path, column in drawn.items()}
    return DrawBatch(values, distances[kept], len(accepted))


def _kept(blocks: Sequence[DrawBatch], rows: int) -> tuple[dict[str, Array], float]:
    """Return the rows that are kept of all blocks, and the distance up to which they are."""
    distances = np.concatenate([block.distances for block in blocks])
    is_enough = sum(block.accepted for block in blocks) >= rows
    tolerance = TOLERANCE if is_enough else float(np.sort(distances)[rows - 1])
    chosen = np.flatnonzero(distances <= tolerance)[:rows]
    columns = {
        path: np.concatenate([block.rows[path] for block in blocks])[chosen]
        for path in blocks[0].rows
    }
    return columns, tolerance


def scores(priors: Priors, values: Mapping[str, Array]) -> Array:
    """Return numbers as standard scores of their priors, shape (points, numbers)."""
    return np.column_stack([_score(priors[path], values[path]) for path in priors])


def _score(prior: Quantity, values: Array) -> Array:
    if prior.shape == "uniform":
        middle, deviation = 0.5 * (prior.low + prior.high), (prior.high - prior.low) / np.sqrt(12.0)
        scaled: Array = (values - middle) / deviation
        return scaled
    there = SCALES[prior.shape or "normal"].there
    low, high = there(float(prior.low)), there(float(prior.high))
    moved = np.array([there(value) for value in values.tolist()])
    return UPPER_SCORE * (2.0 * moved - low - high) / (high - low)


def _errors(points: Mapping[str, Array], played: Mapping[str, PlayedDraws]) -> dict[str, float]:
    """Return how far each moment, predicted from other worlds, lies from what was played."""
    shares = {variant: each.shares for variant, each in played.items()}
    foretold = {
        variant: {key: crosswise(points[variant], share) for key, share in each.items()}
        for variant, each in shares.items()
    }
    return {moment.key: _error(moment, foretold, shares) for moment in moments()}


def _error(moment: Moment, foretold: Mapping[str, Shares], played: Mapping[str, Shares]) -> float:
    """Return the root mean square of the gaps within tenths of worlds by what is predicted."""
    order = np.argsort(value_of(moment, foretold), kind="stable")
    gaps = [
        mean_of(moment, foretold, group) - mean_of(moment, played, group)
        for group in np.array_split(order, GROUPS)
    ]
    return float(np.sqrt(np.mean(np.square(gaps))))
