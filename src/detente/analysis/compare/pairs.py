"""Counts the options of a run side by side, future by future, on the same worlds and chance."""

from collections.abc import Mapping, Sequence
from typing import Annotated, NamedTuple

import numpy as np

from detente.analysis.outcomes import members_of
from detente.ensemble.run import Run
from detente.ensemble.store import Rows
from detente.ensemble.tally import OUTCOMES
from detente.kernel.endings import Ending

FOLDS = 10
"""Parts into which the futures of a world are cut, to choose with all but one and judge with it."""
LOSSES = ("challenger_loss", "defender_loss", "world_cost")
"""Columns of futures that tell what a crisis costs each party and all others."""


class Pairs(NamedTuple):
    """What happened under each option, the base first, and in what each differs from the base."""

    options: tuple[str, ...]
    futures: Annotated[int, "of each world"]
    endings: Annotated[np.ndarray, "futures by ending, shape (worlds, options, 8)"]
    together: Annotated[
        np.ndarray, "futures with the outcome under both, shape (worlds, options, options)"
    ]
    folds: Annotated[np.ndarray, "futures with the outcome, shape (worlds, FOLDS, options)"]
    sums: Annotated[
        Mapping[str, np.ndarray],
        "each measure less the base's, over a world's futures, shape (worlds, options)",
    ]
    squares: Annotated[Mapping[str, np.ndarray], "of the same differences, squared"]

    @property
    def worlds(self) -> int:
        """Return how many worlds were counted."""
        return len(self.endings)

    @property
    def counts(self) -> np.ndarray:
        """Return the futures of each world with the outcome, shape (worlds, options)."""
        counts: np.ndarray = np.einsum("koo->ko", self.together)
        return counts


def count_pairs(run: Run, options: Sequence[str], outcome: str) -> Pairs:
    """Count a run's futures under some of its options, the base first.

    Raises
    ------
    DetenteError
        If a file of the run is missing or was changed.
    """
    pairs = _empty(run, tuple(options))
    for blocks in zip(*(run.rows(option) for option in options), strict=True):
        _add(pairs, blocks, members_of(outcome))
    return pairs


def _empty(run: Run, options: tuple[str, ...]) -> Pairs:
    worlds, count = run.record.settings.worlds, len(options)
    measures = (*OUTCOMES, *LOSSES)
    return Pairs(
        options=options,
        futures=run.record.settings.futures_of_a_world,
        endings=np.zeros((worlds, count, len(Ending)), np.int64),
        together=np.zeros((worlds, count, count), np.int64),
        folds=np.zeros((worlds, FOLDS, count), np.int64),
        sums={measure: np.zeros((worlds, count)) for measure in measures},
        squares={measure: np.zeros((worlds, count)) for measure in measures},
    )


def _add(pairs: Pairs, blocks: tuple[Rows, ...], members: Sequence[Ending]) -> None:
    """Add the same futures under each option."""
    worlds, futures = blocks[0]["world"], blocks[0]["future"]
    starts = np.flatnonzero(np.diff(worlds, prepend=-1))
    for place, rows in enumerate(blocks):
        np.add.at(pairs.endings[:, place], (worlds, rows["ending"]), 1)
    occurs = np.array([np.isin(rows["ending"], members) for rows in blocks])
    np.add.at(pairs.folds, (worlds, futures % FOLDS), occurs.T)
    for start, end in zip(starts, [*starts[1:], len(worlds)], strict=True):
        # Whole numbers, exact in double precision, which is multiplied faster than they are.
        one = occurs[:, start:end].astype(float)
        pairs.together[worlds[start]] += (one @ one.T).astype(np.int64)
    for measure in pairs.sums:
        values = np.array([_measured(rows, measure) for rows in blocks])
        less = values - values[0]
        pairs.sums[measure][worlds[starts]] += np.add.reduceat(less, starts, axis=1).T
        pairs.squares[measure][worlds[starts]] += np.add.reduceat(less * less, starts, axis=1).T


def _measured(rows: Rows, measure: str) -> np.ndarray:
    if measure in OUTCOMES:
        return np.isin(rows["ending"], OUTCOMES[measure]).astype(float)
    return rows[measure].astype(float)
