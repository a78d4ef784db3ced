"""Finds the values of the calibrated numbers that reproduce history's moments.

One world is one draw of the calibrated numbers and of everything else that is not known. For given
calibrated numbers, a moment is a mean over the rest. A regression over the worlds played estimates
this mean without playing any values twice (Beaumont, Zhang & Balding 2002, section 3, with a global
quadratic in place of a local line). A logit link keeps shares between 0 and 1; it is fitted to the
worlds' shares by quasi-likelihood (Papke & Wooldridge 1996). Draws from the priors are accepted by
the distance of their predicted named moments from history's: a population of draws is moved while
the tolerance shrinks (Del Moral, Doucet & Jasra 2012).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, NamedTuple

import numpy as np

from detente.ensemble.design import LEAST, SCALES, UPPER_SCORE, coordinates, law_of
from detente.kernel.layout import Array
from detente.lab.calibration.moments import Moment, Shares, distance, mean_of, named, value_of
from detente.lab.regression import features, logistic, logistic_weights
from detente.pack.quantity import Quantity

TOLERANCE = 1.0
"""Distance beyond the closest draw within which draws are accepted: history's sampling error."""
RIDGE = 1.0
"""Penalty on linear weights, which keeps fits of few worlds finite."""
RIDGE_OF_CURVES = 100.0
"""Penalty on squares and products; with it 2,048 worlds predict left-out worlds best."""
GROUPS = 10
"""Groups of worlds by prediction in which predictions are compared with play."""
BLOCK = 1 << 15
"""Draws from the priors that are processed at once."""
BLOCKS = 8
"""Number of blocks from which the first population is selected."""
OTHER_SEED = 1
"""Added to the seed of the worlds played, so that candidates are other draws."""
MOST_ROUNDS = 200
MOVES = 8
"""Metropolis steps of each draw in a round."""
STEP = 1.2
"""Width of a step: half of the usual one for a normal law, as this law is uniform inside a
bound.
"""
SETTLED = 40
"""Rounds at the final tolerance, so that draws forget their origin."""

Priors = Mapping[str, Quantity]
Distance = Callable[[Array], Array]
"""A function from coordinates in the priors, shape (rows, numbers), to distances, shape (rows,)."""


Fit = Mapping[str, Array]
"""Weights of `features` for each share of a variant, shape (features,) each."""


def fit(points: Array, shares: Array) -> Array:
    """Return the weights of a share, from arrays of shapes (points, numbers) and (points,)."""
    design = features(points)
    penalty = np.full(design.shape[1], RIDGE_OF_CURVES)
    penalty[: 1 + points.shape[1]] = RIDGE
    penalty[0] = 0.0
    return logistic_weights(design, shares, penalty)


def predict_each(fitted: Mapping[str, Fit], points: Array) -> dict[str, dict[str, Array]]:
    """Return the predicted shares of each variant at each point, shape (points,) each."""
    design = features(points)
    return {
        variant: {key: logistic(design @ weights) for key, weights in each.items()}
        for variant, each in fitted.items()
    }


def crosswise(points: Array, shares: Array) -> Array:
    """Return shares predicted for each half of the worlds from the other, shape (points,)."""
    half = np.arange(len(points)) % 2 == 0
    predicted = np.empty(len(points))
    for side in (half, ~half):
        weights = fit(points[side], shares[side])
        predicted[~side] = logistic(features(points[~side]) @ weights)
    return predicted


class PlayedDraws(NamedTuple):
    """The calibrated numbers of each world of a variant, and the shares that were played."""

    points: Annotated[Mapping[str, Array], "values by number, shape (worlds,) each"]
    shares: Annotated[Shares, "shape (worlds,) each"]


class Population(NamedTuple):
    """A population of draws: coordinates in the priors, and distances from history."""

    places: Annotated[Array, "coordinates in the priors [0-1], shape (rows, numbers)"]
    distances: Annotated[Array, "shape (rows,)"]


@dataclass(frozen=True)
class Acceptance:
    """The result of a calibration."""

    priors: Priors
    asked: Annotated[tuple[Moment, ...], "moments of history, named ones and checks"]
    rows: Annotated[Mapping[str, Array], "accepted values by number, shape (rows,) each"]
    candidates: Annotated[int, "draws from the priors that were compared at first"]
    accepted: Annotated[int, "number of these within TOLERANCE"]
    closest: Annotated[float, "distance of the closest draw"]
    tolerance: Annotated[float, "greatest distance of a row"]
    errors: Annotated[Mapping[str, float], "error of each moment's prediction"]
    before: Annotated[Mapping[str, float], "each moment as played at the priors"]
    means: Annotated[Mapping[str, float], "each moment as predicted over the accepted rows"]

    def left_of(self, path: str) -> float:
        """Return the share of a number's prior spread that remains, in standard scores."""
        return float(scores({path: self.priors[path]}, {path: self.rows[path]}).std())


def accept(
    priors: Priors,
    played: Mapping[str, PlayedDraws],
    asked: tuple[Moment, ...],
    *,
    rows: int,
    seed: int,
) -> Acceptance:
    """Return values from the priors whose named moments are close to history's.

    `played`: results of each variant; `asked`: the moments of history. The closest of many draws
    from the priors are moved. In each round the tolerance shrinks to the median of their distances,
    draws beyond it are replaced by copies of others, and all take Metropolis steps that preserve
    the priors. It ends at `sqrt(d^2 + TOLERANCE^2)`, with `d` the distance of the closest draw: the
    sum of squares is larger by history's sampling error.
    """
    known = {variant: scores(priors, each.points) for variant, each in played.items()}
    fitted = {
        variant: {key: fit(known[variant], shares) for key, shares in each.shares.items()}
        for variant, each in played.items()
    }
    needed = {
        (variant, name)
        for moment in named(asked)
        for variant in moment.weights
        for name in moment.counts
    }
    named_only = {
        variant: {key: one for key, one in each.items() if (variant, key) in needed}
        for variant, each in fitted.items()
    }

    def distance_at(places: Array) -> Array:
        points = scores(priors, _values(priors, places))
        return distance(predict_each(named_only, points), asked)

    first, accepted = _closest(priors, distance_at, rows, seed + OTHER_SEED)
    draws = np.random.Generator(np.random.Philox(seed))
    found, closest = _narrowed(first, distance_at, draws)
    kept = _values(priors, found.places)
    shares = {variant: each.shares for variant, each in played.items()}
    accepted_shares = predict_each(fitted, scores(priors, kept))
    return Acceptance(
        priors,
        asked,
        kept,
        BLOCKS * BLOCK,
        accepted,
        closest,
        float(found.distances.max()),
        _errors(known, played, asked),
        {moment.key: mean_of(moment, shares) for moment in asked},
        {moment.key: mean_of(moment, accepted_shares) for moment in asked},
    )


def _values(priors: Priors, places: Array) -> dict[str, Array]:
    """Return the numbers at coordinates in their priors, shape (rows,) each."""
    laws = {path: law_of(prior) for path, prior in priors.items()}
    return {
        path: np.array([law(place) for place in column.tolist()])
        for (path, law), column in zip(laws.items(), places.T, strict=True)
    }


def _closest(priors: Priors, distance_at: Distance, rows: int, seed: int) -> tuple[Population, int]:
    """Return the closest of many draws from the priors, and the number within the tolerance."""
    kept: list[Population] = []
    accepted = 0
    for block in range(BLOCKS):
        places = coordinates(list(priors), worlds=BLOCK, seed=seed, first=block * BLOCK).T
        distances = distance_at(places)
        accepted += int((distances <= TOLERANCE).sum())
        closest = np.argsort(distances, kind="stable")[:rows]
        kept.append(Population(places[closest], distances[closest]))
    distances = np.concatenate([each.distances for each in kept])
    closest = np.argsort(distances, kind="stable")[:rows]
    places = np.concatenate([each.places for each in kept])
    return Population(places[closest], distances[closest]), accepted


def _narrowed(
    population: Population, distance_at: Distance, draws: np.random.Generator
) -> tuple[Population, float]:
    """Return a population after its tolerance has shrunk, and the distance of the closest draw."""
    closest = float(population.distances.min())
    settled = 0
    for _ in range(MOST_ROUNDS):
        asked = float(np.hypot(closest, TOLERANCE))
        tolerance = max(asked, float(np.median(population.distances)))
        settled += tolerance <= asked
        # Replace draws beyond the tolerance by copies of others.
        rows = np.arange(len(population.distances))
        is_beyond = population.distances > tolerance
        rows[is_beyond] = draws.choice(rows[~is_beyond], size=int(is_beyond.sum()))
        resampled = Population(population.places[rows], population.distances[rows])
        population = moved_within(resampled, tolerance, distance_at, draws)
        closest = min(closest, float(population.distances.min()))
        if settled >= SETTLED:
            break
    return population, closest


def moved_within(
    population: Population, tolerance: float, distance_at: Distance, draws: np.random.Generator
) -> Population:
    """Return a population after Metropolis steps that stay within a tolerance.

    Steps are normal, with the population's standard deviation times `STEP / sqrt(numbers)`, and are
    reflected at the ends of the priors, so that the population keeps the priors within the
    tolerance.
    """
    places, distances = population
    widths = STEP * places.std(axis=0) / np.sqrt(places.shape[1])
    for _ in range(MOVES):
        proposed = reflected(places + widths * draws.normal(size=places.shape))
        reached = distance_at(proposed)
        is_within = reached <= tolerance
        places = np.where(is_within[:, None], proposed, places)
        distances = np.where(is_within, reached, distances)
    return Population(places, distances)


def reflected(places: Array) -> Array:
    """Return coordinates reflected into the interval from 0 to 1."""
    folded = 1.0 - np.abs(1.0 - np.mod(places, 2.0))
    within: Array = np.clip(folded, LEAST, 1.0 - LEAST)
    return within


def scores(priors: Priors, values: Mapping[str, Array]) -> Array:
    """Return numbers as standard scores of their priors, shape (points, numbers)."""
    columns = []
    for path, prior in priors.items():
        if prior.shape == "uniform":
            middle = 0.5 * (prior.low + prior.high)
            columns.append((values[path] - middle) / ((prior.high - prior.low) / np.sqrt(12.0)))
            continue
        transform = SCALES[prior.shape or "normal"].there
        low, high = transform(float(prior.low)), transform(float(prior.high))
        moved = np.array([transform(value) for value in values[path].tolist()])
        columns.append(UPPER_SCORE * (2.0 * moved - low - high) / (high - low))
    return np.column_stack(columns)


def _errors(
    points: Mapping[str, Array], played: Mapping[str, PlayedDraws], asked: Sequence[Moment]
) -> dict[str, float]:
    """Return the error of each moment when predicted from other worlds.

    It is the root mean square of the differences within tenths of the worlds, by prediction.
    """
    shares = {variant: each.shares for variant, each in played.items()}
    predicted = {
        variant: {key: crosswise(points[variant], share) for key, share in each.items()}
        for variant, each in shares.items()
    }
    errors = {}
    for moment in asked:
        order = np.argsort(value_of(moment, predicted), kind="stable")
        gaps = [
            mean_of(moment, predicted, group) - mean_of(moment, shares, group)
            for group in np.array_split(order, GROUPS)
        ]
        errors[moment.key] = float(np.sqrt(np.mean(np.square(gaps))))
    return errors
