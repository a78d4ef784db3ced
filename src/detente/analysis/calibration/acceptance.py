"""Which values of the calibrated numbers give history's rates, and what they are told from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, NamedTuple

import numpy as np

from detente.analysis.calibration import emulator
from detente.analysis.calibration.emulator import Emulator
from detente.analysis.calibration.moments import (
    Condition,
    Shares,
    are_met,
    conditions,
    is_met,
    value_of,
)
from detente.ensemble.design import SCALES, UPPER_SCORE, draw_worlds
from detente.errors import DetenteError
from detente.kernel.layout import Array
from detente.pack.quantity import Quantity

BLOCK = 1 << 15
"""Draws from the priors that are held against the bands at a time."""
MOST_BLOCKS = 64
"""Blocks after which no more are drawn."""
OTHER_SEED = 1
"""Added to the seed of the worlds played, so that candidates are not the same draws."""

Priors = Mapping[str, Quantity]


class Block(NamedTuple):
    """What is left of a block of draws: values and conditions of those accepted, and why."""

    rows: Mapping[str, Array]
    values: Mapping[str, Array]
    met_alone: Mapping[str, float]

    @property
    def accepted(self) -> int:
        """Return how many draws met every condition."""
        return len(next(iter(self.rows.values())))


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
    calibrated numbers of the same worlds. Draws are taken until `rows` or more are accepted, and
    the first ones are kept.

    Raises
    ------
    DetenteError
        If no draw meets every condition.
    """
    known = scores(priors, points)
    blocks = _try_until(rows, _fit(known, played), priors, seed + OTHER_SEED)
    accepted = sum(block.accepted for block in blocks)
    if accepted == 0:
        raise _none_accepted(blocks)
    return Fitted(
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
) -> list[Block]:
    """Draw from the priors until enough rows are accepted, or too much was drawn."""
    blocks: list[Block] = []
    while len(blocks) < MOST_BLOCKS and sum(block.accepted for block in blocks) < rows:
        blocks.append(_try_block(fitted, priors, seed, len(blocks)))
    return blocks


def _try_block(
    fitted: Mapping[str, Mapping[str, Emulator]], priors: Priors, seed: int, number: int
) -> Block:
    """Draw from the priors and keep what meets every condition."""
    drawn = draw_worlds(priors, (), worlds=BLOCK, seed=seed, first=number * BLOCK)
    foretold = _foretell(fitted, scores(priors, drawn))
    values = {name_of(each): value_of(each, foretold) for each in conditions()}
    met = are_met(foretold)
    kept = {path: column[met] for path, column in drawn.items()}
    return Block(kept, {key: value[met] for key, value in values.items()}, _met_alone(values))


def _joined(parts: Sequence[Array], rows: int) -> Array:
    return np.concatenate(parts)[:rows]


def _met_alone(values: Mapping[str, Array]) -> dict[str, float]:
    """Return the share of draws that meet each condition by itself."""
    return {
        name_of(each): float(is_met(each, values[name_of(each)]).mean()) for each in conditions()
    }


def _none_accepted(blocks: Sequence[Block]) -> DetenteError:
    met = blocks[0].met_alone
    rarest = sorted(met, key=met.__getitem__)[:3]
    told = ", ".join(f"{name} by {met[name]:.1%}" for name in rarest)
    return DetenteError(
        f"none of {len(blocks) * BLOCK:,} draws from the priors meets every band; met by fewest: "
        f"{told}",
        where="the priors",
        hint="widen a prior, or look at what the reference packs hold fixed",
    )


def name_of(condition: Condition) -> str:
    """Return a condition's name: its band, and the share where that is another."""
    group = condition.key.split(".")[0]
    return f"{group}.{condition.share}"


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
