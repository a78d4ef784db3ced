"""Which values of the calibrated numbers give history's rates, and what they are told from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from detente.analysis.calibration import emulator
from detente.analysis.calibration.emulator import Emulator
from detente.analysis.calibration.moments import Condition, Shares, are_met, conditions, value_of
from detente.ensemble.design import SCALES, draw_worlds
from detente.errors import DetenteError
from detente.kernel.layout import Array
from detente.pack.quantity import Quantity

CANDIDATES = 1 << 17
"""Draws from the priors that are held against the bands."""
OTHER_SEED = 1
"""Added to the seed of the worlds played, so that candidates are not the same draws."""

Priors = Mapping[str, Quantity]


@dataclass(frozen=True)
class Fitted:
    """What calibration came to."""

    priors: Priors
    rows: Annotated[Mapping[str, Array], "accepted values by number, shape (rows,) each"]
    candidates: int
    accepted: int
    errors: Annotated[Mapping[str, float], "of each share of each start, foretold against played"]
    means: Annotated[Mapping[str, float], "of each condition over the accepted rows, as foretold"]

    @property
    def rate(self) -> float:
        """Return the share of candidates that met every condition."""
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
) -> Fitted:
    """Return the values, among draws from the priors, with which every condition is met.

    `played`: shares by start and name, one for each world, shape (worlds,). `points`: the
    calibrated numbers of the same worlds. At most `rows` rows are kept, the first ones accepted.

    Raises
    ------
    DetenteError
        If no draw meets every condition.
    """
    fitted = _fit(scores(priors, points), played)
    candidates = draw_worlds(priors, (), worlds=CANDIDATES, seed=seed + OTHER_SEED)
    foretold = _foretell(fitted, scores(priors, candidates))
    met = np.flatnonzero(are_met(foretold))
    if len(met) == 0:
        raise DetenteError(
            f"none of {CANDIDATES:,} draws from the priors meets every band; nearest: "
            + _worst(foretold),
            where="the priors",
            hint="widen a prior, or look at what the reference packs hold fixed",
        )
    kept = met[:rows]
    at_kept = {start: {key: x[kept] for key, x in each.items()} for start, each in foretold.items()}
    return Fitted(
        priors,
        {path: values[kept] for path, values in candidates.items()},
        CANDIDATES,
        len(met),
        _errors(scores(priors, points), played),
        {name_of(each): float(value_of(each, at_kept).mean()) for each in conditions()},
    )


def name_of(condition: Condition) -> str:
    """Return a condition's name: its band, and the share where that is another."""
    group = condition.key.split(".")[0]
    return f"{group}.{condition.share}"


def scores(priors: Priors, values: Mapping[str, Array]) -> Array:
    """Return numbers as standard scores of their priors, shape (points, numbers)."""
    return np.column_stack([_score(priors[path], values[path]) for path in priors])


NORMAL_95 = 1.6448536269514722
"""Standard score of the 95th percentile of a normal number."""


def _score(prior: Quantity, values: Array) -> Array:
    if prior.shape == "uniform":
        middle, deviation = 0.5 * (prior.low + prior.high), (prior.high - prior.low) / np.sqrt(12.0)
        scaled: Array = (values - middle) / deviation
        return scaled
    there = SCALES[prior.shape or "normal"].there
    low, high = there(float(prior.low)), there(float(prior.high))
    moved = np.array([there(value) for value in values.tolist()])
    return NORMAL_95 * (2.0 * moved - low - high) / (high - low)


def _fit(points: Array, played: Mapping[str, Shares]) -> dict[str, dict[str, Emulator]]:
    return {
        start: {key: emulator.fit(points, shares) for key, shares in each.items()}
        for start, each in played.items()
    }


def _foretell(
    fitted: Mapping[str, Mapping[str, Emulator]], points: Array
) -> dict[str, dict[str, Array]]:
    return {
        start: {key: emulator.foretell(one, points) for key, one in each.items()}
        for start, each in fitted.items()
    }


def _errors(points: Array, played: Mapping[str, Shares]) -> dict[str, float]:
    return {
        f"{start}.{key}": emulator.error(points, shares)
        for start, each in played.items()
        for key, shares in each.items()
    }


def _worst(foretold: Mapping[str, Shares]) -> str:
    """Name the conditions that fewest draws meet."""
    met = {
        name_of(each): float(((value >= each.low) & (value <= each.high)).mean())
        for each in conditions()
        for value in [value_of(each, foretold)]
    }
    rarest = sorted(met, key=met.__getitem__)[:3]
    return ", ".join(f"{name} ({met[name]:.1%} of the draws)" for name in rarest)
