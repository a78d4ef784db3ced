"""Which values of the calibrated numbers give history's rates, and how they are found.

What is asked of the model are shares that have to lie within history's bands. One world is one draw
of the calibrated numbers and of everything else that is not known. What the model gives for given
values of the first is a mean over all the rest; a regression over the worlds played takes that mean
without playing any values twice (Beaumont, Zhang & Balding 2002, section 3, with a global quadratic
in place of a local line). Shares keep to 0 and 1 by a logit link, fitted to the worlds' shares by
quasi-likelihood (Papke & Wooldridge 1996).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Annotated, NamedTuple

import numpy as np

from detente.analysis.history.bands import BANDS, STARTS
from detente.analysis.history.played import ALL, PLAYED_RATES, Played
from detente.analysis.history.rates import QUARTILES
from detente.ensemble.design import SCALES, UPPER_SCORE, draw_worlds
from detente.errors import DetenteError
from detente.kernel.layout import Array
from detente.pack.quantity import Quantity

NON_VIOLENT, VIOLENT = STARTS
ENDED_BY = "ended_by_"
MARGIN = 0.01
"""How far inside its band a share that is foretold has to lie: foretelling errs, and of the draws
that it puts at an edge of a band those pass for which it errs inwards."""

Shares = Mapping[str, Array]
"""Shares by name, one for each point."""
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
"""Draws from the priors that are held against the bands at a time."""
MOST_BLOCKS = 64
"""Blocks after which no more are drawn."""
OTHER_SEED = 1
"""Added to the seed of the worlds played, so that candidates are not the same draws."""

Priors = Mapping[str, Quantity]


class Requirement(NamedTuple):
    """A weighted sum of shares of both starts that has to lie within bounds."""

    key: Annotated[str, "the band that it comes from"]
    share: Annotated[str, "the share, of the same name for both starts"]
    weights: Annotated[Mapping[str, float], "weight of each start"]
    low: float
    high: float


def requirements() -> tuple[Requirement, ...]:
    """Return what accepted values have to meet: rates and quartiles of each start, and of all.

    That a quarter of crises lasts 20 to 30 days at most means that less than a quarter has ended by
    the 19th, and at least a quarter by the 30th.
    """
    crises = sum(STARTS.values())
    mixture = {start: begun / crises for start, begun in STARTS.items()}
    groups = {start: {start: 1.0} for start in STARTS} | {ALL: mixture}
    return tuple(
        requirement
        for group, weights in groups.items()
        for requirement in (*_rates(group, weights), *_quartiles(group, weights))
    )


def _rates(group: str, weights: Mapping[str, float]) -> Iterator[Requirement]:
    for rate in PLAYED_RATES:
        # After a violent start there is no crisis without violence, by definition.
        counted = {key: share for key, share in weights.items() if (key, rate) != (VIOLENT, "none")}
        for low, high in _bounds(f"{group}.{rate}"):
            yield Requirement(f"{group}.{rate}", rate, counted, low, high)


def _quartiles(group: str, weights: Mapping[str, float]) -> Iterator[Requirement]:
    for name, level in QUARTILES.items():
        key = f"{group}.{name}"
        for low, high in _bounds(key):
            yield Requirement(key, ended_by(low - 1.0), weights, 0.0, level)
            yield Requirement(key, ended_by(high), weights, level, 1.0)


def _bounds(key: str) -> Iterator[tuple[float, float]]:
    """Yield the ends of a band, if there is one."""
    band = BANDS.get(key)
    if band is not None and band.low is not None and band.high is not None:
        yield band.low, band.high


def ended_by(day: float) -> str:
    """Return the name of the share of crises that have ended by a day."""
    return f"{ENDED_BY}{day:g}"


def shares_of(played: Played) -> dict[str, Array]:
    """Return each share that requirements ask for, by world, shape (worlds,)."""
    ended = played.ended.cumsum(axis=1) / played.futures
    shares = {key: counts / played.futures for key, counts in played.happened.items()}
    names = sorted({each.share for each in requirements()} - shares.keys())
    return {**shares, **{name: ended[:, int(name.removeprefix(ENDED_BY))] for name in names}}


def value_of(requirement: Requirement, shares: Mapping[str, Shares]) -> Array:
    """Return the weighted sum of a requirement, one for each point."""
    parts = [
        weight * shares[start][requirement.share] for start, weight in requirement.weights.items()
    ]
    total: Array = np.sum(parts, axis=0)
    return total


def is_met(requirement: Requirement, value: Array) -> Array:
    """Say at which points a requirement's sum lies within its bounds, by the margin at least.

    No share can lie below 0 or above 1: these are bounds without a margin.
    """
    low = requirement.low + MARGIN * (requirement.low > 0.0)
    high = requirement.high - MARGIN * (requirement.high < 1.0)
    met: Array = (value >= low) & (value <= high)
    return met


def are_met(shares: Mapping[str, Shares]) -> Array:
    """Say at which points every requirement holds, shape (points,)."""
    met: Array = np.all([is_met(each, value_of(each, shares)) for each in requirements()], axis=0)
    return met


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


class DrawBatch(NamedTuple):
    """What is left of a block of draws: values and requirements of those accepted, and why."""

    rows: Mapping[str, Array]
    values: Mapping[str, Array]
    met_alone: Mapping[str, float]

    @property
    def accepted(self) -> int:
        """Return how many draws met every requirement."""
        return len(next(iter(self.rows.values())))


@dataclass(frozen=True)
class Acceptance:
    """What calibration came to."""

    priors: Priors
    rows: Annotated[Mapping[str, Array], "accepted values by number, shape (rows,) each"]
    candidates: int
    accepted: int
    errors: Annotated[Mapping[str, float], "of each share of each start, foretold against played"]
    means: Annotated[Mapping[str, float], "of each requirement over the accepted rows, as foretold"]

    @property
    def rate(self) -> float:
        """Return the share of candidates that met every requirement."""
        return self.accepted / self.candidates

    @property
    def kept(self) -> int:
        """Return how many rows of accepted values there are."""
        return len(next(iter(self.rows.values())))

    def left_of(self, path: str) -> float:
        """Return how much of a number's prior spread is left, as standard scores have it."""
        return float(scores({path: self.priors[path]}, {path: self.rows[path]}).std())


def accept(
    priors: Priors,
    played: Mapping[str, Shares],
    points: Mapping[str, Array],
    *,
    rows: int,
    seed: int,
) -> Acceptance:
    """Return the values, among draws from the priors, with which every requirement is met.

    `played`: shares by start and name, one for each world, shape (worlds,). `points`: the
    calibrated numbers of the same worlds. Draws are taken until `rows` or more are accepted, and
    the first ones are kept.

    Raises
    ------
    DetenteError
        If no draw meets every requirement.
    """
    known = scores(priors, points)
    blocks = _try_until(rows, _fit_each(known, played), priors, seed + OTHER_SEED)
    accepted = sum(block.accepted for block in blocks)
    if accepted == 0:
        raise _none_accepted(blocks)
    return Acceptance(
        priors,
        {path: _joined([block.rows[path] for block in blocks], rows) for path in priors},
        len(blocks) * BLOCK,
        accepted,
        _errors(known, played),
        {
            key: float(_joined([block.values[key] for block in blocks], rows).mean())
            for key in blocks[0].values
        },
    )


def _try_until(
    rows: int, fitted: Mapping[str, Mapping[str, Emulator]], priors: Priors, seed: int
) -> list[DrawBatch]:
    """Draw from the priors until enough rows are accepted, or too much was drawn."""
    blocks: list[DrawBatch] = []
    while len(blocks) < MOST_BLOCKS and sum(block.accepted for block in blocks) < rows:
        blocks.append(_try_block(fitted, priors, seed, len(blocks)))
    return blocks


def _try_block(
    fitted: Mapping[str, Mapping[str, Emulator]], priors: Priors, seed: int, number: int
) -> DrawBatch:
    """Draw from the priors and keep what meets every requirement."""
    drawn = draw_worlds(priors, (), worlds=BLOCK, seed=seed, first=number * BLOCK)
    foretold = _foretell_each(fitted, scores(priors, drawn))
    values = {name_of(each): value_of(each, foretold) for each in requirements()}
    met = are_met(foretold)
    kept = {path: column[met] for path, column in drawn.items()}
    return DrawBatch(kept, {key: value[met] for key, value in values.items()}, _met_alone(values))


def _joined(parts: Sequence[Array], rows: int) -> Array:
    return np.concatenate(parts)[:rows]


def _met_alone(values: Mapping[str, Array]) -> dict[str, float]:
    """Return the share of draws that meet each requirement by itself."""
    return {
        name_of(each): float(is_met(each, values[name_of(each)]).mean()) for each in requirements()
    }


def _none_accepted(blocks: Sequence[DrawBatch]) -> DetenteError:
    met = blocks[0].met_alone
    rarest = sorted(met, key=met.__getitem__)[:3]
    told = ", ".join(f"{name} by {met[name]:.1%}" for name in rarest)
    return DetenteError(
        f"none of {len(blocks) * BLOCK:,} draws from the priors meets every band; met by fewest: "
        f"{told}",
        where="the priors",
        hint="widen a prior, or look at what the reference packs hold fixed",
    )


def name_of(requirement: Requirement) -> str:
    """Return a requirement's name: its band, and the share where that is another."""
    group = requirement.key.split(".")[0]
    return f"{group}.{requirement.share}"


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


def _fit_each(points: Array, played: Mapping[str, Shares]) -> dict[str, dict[str, Emulator]]:
    return {
        start: {key: fit(points, shares) for key, shares in each.items()}
        for start, each in played.items()
    }


def _foretell_each(
    fitted: Mapping[str, Mapping[str, Emulator]], points: Array
) -> dict[str, dict[str, Array]]:
    return {
        start: {key: foretell(one, points) for key, one in each.items()}
        for start, each in fitted.items()
    }


def _errors(points: Array, played: Mapping[str, Shares]) -> dict[str, float]:
    return {
        f"{start}.{key}": error(points, shares)
        for start, each in played.items()
        for key, shares in each.items()
    }
