"""A Sobol design on a run: new worlds played in which some coordinates are taken from other worlds.

The rows of the design are the first worlds of the run (A), as many others that share no coordinate
with them (B), and for each number or group the worlds A with its coordinates taken from B. All
worlds of a row play the same chance. What is played lies in the run's folder, a file for each name
and batch of rows, written whole: a design that was stopped goes on, a larger one adds to a
smaller one, and every outcome is read from the same files.

With `m` the expected share of the outcome in a world, C the worlds A with some coordinates from B,
and V the variance of `m`,

    first order: mean of m_B (m_C - m_A) / V    (Saltelli et al. 2010)
    total:       mean of (m_A - m_C)^2 / 2V     (Jansen 1999)
    V:           mean of (m_A - m_B)^2 / 2

The worlds of a row share their chance, future by future. So products of shares are taken over pairs
of different futures only, which leaves no noise of chance in them.
"""

import hashlib
import math
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, NamedTuple

import numpy as np

from detente.analysis.drivers.given import Effect, SensitivityIndex, block_starts
from detente.analysis.drivers.inputs import Inputs, values_at
from detente.ensemble import folder as folders
from detente.ensemble.design import coordinates
from detente.ensemble.kept import File, Kept, Play, array_file
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.runners import Stage, Stretch, Values
from detente.ensemble.shares import student
from detente.ensemble.simulate import stage_of
from detente.ensemble.tally import classes
from detente.errors import DetenteError
from detente.pack import Crisis

ROWS = 64
"""Rows of a design unless given."""
LEAST_ROWS, MOST_ROWS = 16, 4096
MOST_FUTURES = 1000
"""Futures that each world of a design plays, at most: chance is taken off anyway."""
COMMAND = "drivers RUN --design"
BATCH = 8
"""Rows in one file."""
AGAIN = " again"
"""Added to a number's name for the coordinates of the worlds B; no field has a space."""
ONE, OTHER = "A", "B"
BLOCKS = 32
"""Blocks of rows, at least, if there are rows enough."""


class PickFreezeRows(NamedTuple):
    """What one number or group gives in each row of the design, shape (rows,)."""

    first: np.ndarray
    total: np.ndarray
    variance: np.ndarray


class Whole(NamedTuple):
    """The futures of the worlds A and B in which the outcome came about, shape (rows, futures)."""

    one: Annotated[np.ndarray, "A"]
    other: Annotated[np.ndarray, "B"]

    @property
    def share(self) -> float:
        """Return the outcome's share of all these futures."""
        return float(0.5 * (self.one.mean() + self.other.mean()))

    @property
    def variances(self) -> np.ndarray:
        """Return what each row gives for the variance across worlds, without sampling noise."""
        one, other = self.one, self.other
        squares = product(one, one) + product(other, other)
        rows: np.ndarray = 0.5 * squares - product(one, other)
        return rows

    @property
    def variance(self) -> float:
        """Return the variance of the expected share over worlds."""
        return float(self.variances.mean())


class Batch(NamedTuple):
    """Some rows of one kind of world, one after another."""

    kind: str
    first: int


@dataclass(frozen=True)
class Design:
    """A design on one option of a run: which coordinates are taken from B, by name."""

    run: Run
    option: str
    inputs: Inputs
    crisis: Crisis
    names: Mapping[str, tuple[str, ...]]
    rows: int
    command: str = COMMAND
    """What goes on with the design, with RUN for the run."""

    @property
    def futures(self) -> int:
        """Return how many futures each world plays."""
        return min(MOST_FUTURES, self.run.record.settings.futures_of_a_world)

    @property
    def worlds(self) -> int:
        """Return how many worlds the design has."""
        return self.rows * (len(self.names) + 2)

    @property
    def missing(self) -> int:
        """Return how many worlds are left to be played."""
        return BATCH * len(self.kept().missing(self.batches()))

    def batches(self) -> list[Batch]:
        """Return all that the design plays, batch by batch."""
        kinds = (ONE, OTHER, *self.names)
        return [Batch(kind, first) for kind in kinds for first in range(0, self.rows, BATCH)]

    def kept(self) -> Kept[Batch, np.ndarray]:
        """Return the class of each future of each batch, int8, shape (rows, futures)."""
        return Kept(self.run, folders.DRIVERS, self.command, self._file, self._prepare, BATCH)

    def happened(self, name: str, members: Sequence[int]) -> np.ndarray:
        """Return in which futures one of the classes came, shape (rows, futures).

        Raises
        ------
        DetenteError
            If a batch of the design is not there.
        """
        found = self.kept().read_all([batch for batch in self.batches() if batch.kind == name])
        return np.isin(np.concatenate(found)[: self.rows], list(members)).astype(float)

    def values(self) -> dict[str, Values]:
        """Return each number in each row, for each kind of world."""
        seed = self.run.record.settings.seed
        rows = -(-self.rows // BATCH) * BATCH
        one = self.inputs.uniforms(worlds=rows, seed=seed)
        renamed = [path + AGAIN for path in one]
        other = dict(zip(one, coordinates(renamed, worlds=rows, seed=seed), strict=True))
        kinds = {ONE: one, OTHER: other}
        for name, members in self.names.items():
            kinds[name] = {**one, **{path: other[path] for path in members}}
        return {name: values_at(self.crisis, places) for name, places in kinds.items()}

    def _file(self, batch: Batch) -> File[np.ndarray]:
        short = hashlib.sha256(batch.kind.encode()).hexdigest()[:16]
        name = f"{self.option}/{short}-{batch.first:05d}-{self.futures}.classes"
        members = " ".join(self.names.get(batch.kind, ()))
        about = f"{self.run.digest} {self.option} {batch.kind} {batch.first} {members}"
        return array_file(name, about, np.dtype(np.int8), (BATCH, self.futures))

    def _prepare(self, _missing: Sequence[Batch]) -> Play[Batch, np.ndarray]:
        run, values = self.run, self.values()
        stage = stage_of(run.folder, {BASE: self.crisis}, run.record.settings)

        def play(batch: Batch, stop: threading.Event) -> np.ndarray | None:
            found = np.empty((BATCH, self.futures), np.int8)
            for row in range(BATCH):
                if stop.is_set():
                    return None
                found[row] = _classes(self, stage, values[batch.kind], batch.first + row)
            return found

        return play


def check_rows(run: Run, rows: int) -> None:
    """Refuse a design that is too small, too large, or of a run that cannot carry one.

    Raises
    ------
    DetenteError
        If the rows are out of their bounds, each world has a single future, or the run was made
        with another version of the model.
    """
    where = str(run.folder)
    if not LEAST_ROWS <= rows <= MOST_ROWS:
        what = f"worlds is {rows}; use a whole number from {LEAST_ROWS} to {MOST_ROWS} for a design"
        raise DetenteError(what, where=where, hint=f"{ROWS} unless given")
    if run.record.settings.futures_of_a_world == 1:
        what = "with one future a world, chance and what is not known cannot be told apart"
        hint = "play with more futures than worlds: detente run PACK --futures 50000"
        raise DetenteError(what, where=where, hint=hint)
    run.refuse_other_model(instead="leave --design out")


def _classes(design: Design, stage: Stage, values: Values, row: int) -> np.ndarray:
    numbers = {path: float(drawn[row]) for path, drawn in values.items()}
    settings = stage.settings
    world = stage.kernel.encode(
        design.crisis, numbers, grid=settings.grid, horizon=settings.horizon
    )
    solved = stage.kernel.solve(world, with_exploitability=False)
    played = stage.played(world, solved, Stretch(row, 0, design.futures))
    return classes(played)


def whole(design: Design, members: Sequence[int]) -> Whole:
    """Return in which futures of the worlds A and B one of the classes came."""
    return Whole(design.happened(ONE, members), design.happened(OTHER, members))


def effects(design: Design, worlds: Whole, members: Sequence[int]) -> Iterator[tuple[str, Effect]]:
    """Return the effect of each name of the design on an outcome.

    Raises
    ------
    DetenteError
        If the design was not played.
    """
    for name in design.names:
        yield name, effect_of(worlds, design.happened(name, members))


def effect_of(whole: Whole, mixed: np.ndarray) -> Effect:
    """Return the effect of the coordinates that C has from B; `mixed` is the outcome in C."""
    rows = rows_of(whole, mixed)
    return Effect(
        ratio_of_means(rows.first, rows.variance), ratio_of_means(rows.total, rows.variance)
    )


def rows_of(whole: Whole, mixed: np.ndarray) -> PickFreezeRows:
    """Return what the worlds C, in which `mixed` is the outcome, give in each row."""
    one, other = whole
    moved = mixed.mean(axis=1) - one.mean(axis=1)
    first = product(other, mixed) - product(other, one) - whole.share * moved
    total = 0.5 * (product(one, one) + product(mixed, mixed)) - product(one, mixed)
    return PickFreezeRows(first, total, whole.variances)


def product(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the product of two worlds' expected shares, without bias, for each row."""
    futures = one.shape[1]
    same = (one * other).mean(axis=1)
    unbiased: np.ndarray = (futures * one.mean(axis=1) * other.mean(axis=1) - same) / (futures - 1)
    return unbiased


def ratio_of_means(above: np.ndarray, below: np.ndarray) -> SensitivityIndex:
    """Return a ratio of means with its interval (Fieller 1954), from blocks of rows.

    It holds every part S for which the mean of `above - S below` is not farther off 0 than so many
    of its standard errors, by Student's t. Where the variance below may well be none, any part is
    possible.
    """
    starts = block_starts(len(above), BLOCKS)
    blocks = len(starts)
    sums = np.add.reduceat([above, below], starts, axis=1)
    top, bottom = sums.mean(axis=1).tolist()
    quantile = student(blocks - 1)
    (of_top, joint), (_, of_bottom) = (quantile**2 / blocks * np.cov(sums)).tolist()
    square = bottom * bottom - of_bottom
    if bottom <= 0.0 or square <= 0.0:
        return SensitivityIndex(min(max(top / bottom, 0.0), 1.0) if bottom > 0.0 else 0.0, 0.0, 1.0)
    middle = (top * bottom - joint) / square
    reach = math.sqrt(max(0.0, middle**2 - (top * top - of_top) / square))
    share = min(max(top / bottom, 0.0), 1.0)
    return SensitivityIndex(
        share, min(max(middle - reach, 0.0), share), max(min(middle + reach, 1.0), share)
    )
