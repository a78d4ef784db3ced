"""A Sobol design on a run: new worlds played in which some coordinates are taken from other worlds.

The rows of the design are the first worlds of the run (A), as many others that share no coordinate
with them (B), and for each number or group the worlds A with its coordinates taken from B. All
worlds of a row play the same chance. What is played lies in the run's folder, a file for each name
and stretch of rows, written whole: a design that was stopped goes on, a larger one adds to a
smaller one, and every outcome is read from the same files.
"""

import hashlib
import shlex
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np

from detente.analysis.drivers.inputs import Inputs, values_at
from detente.analysis.drivers.pickfreeze import Whole, effect_of
from detente.analysis.drivers.quadratic import Effect
from detente.ensemble import folder as folders
from detente.ensemble import record as records
from detente.ensemble import store
from detente.ensemble.bundle import is_within_bundle, spare_folder
from detente.ensemble.design import coordinates
from detente.ensemble.lock import adding
from detente.ensemble.run import Run
from detente.ensemble.runners import Clock, Stage, Stretch, Values, workers
from detente.ensemble.simulate import Listener, stage_of
from detente.errors import DetenteError
from detente.kernel.endings import Ending
from detente.pack import Crisis

ROWS = 64
"""Rows of a design unless told otherwise."""
LEAST_ROWS, MOST_ROWS = 16, 4096
MOST_FUTURES = 1000
"""Futures that each world of a design plays, at most: chance is taken off anyway."""
COMMAND = "detente drivers RUN --design"
STRETCH = 8
"""Rows in one file."""
AGAIN = " again"
"""Added to a number's name for the coordinates of the worlds B; no field has a space."""
ONE, OTHER = "A", "B"


class Places(NamedTuple):
    """One stretch of rows of one kind of world, and where its endings lie."""

    name: str
    first: int
    path: Path
    rows: int


@dataclass(frozen=True)
class Design:
    """A design on one option of a run: which coordinates are taken from B, by name."""

    run: Run
    option: str
    inputs: Inputs
    crisis: Crisis
    names: Mapping[str, tuple[str, ...]]
    rows: int

    @property
    def futures(self) -> int:
        """Return how many futures each world plays."""
        return min(MOST_FUTURES, self.run.record.settings.futures_of_a_world)

    @property
    def worlds(self) -> int:
        """Return how many worlds the design has."""
        return self.rows * (len(self.names) + 2)

    def places(self) -> list[Places]:
        """Return the stretches of the design."""
        return [
            Places(name, first, self._file(name, first), STRETCH)
            for name in (ONE, OTHER, *self.names)
            for first in range(0, self.rows, STRETCH)
        ]

    def missing(self) -> list[Places]:
        """Return the stretches that do not lie there whole."""
        return [place for place in self.places() if self.read(place) is None]

    def read(self, place: Places) -> np.ndarray | None:
        """Return the endings of a stretch, shape (rows, futures); None if it is not there whole."""
        size = STRETCH * self.futures
        try:
            if place.path.stat().st_size != size + hashlib.sha256().digest_size:
                return None
            content = place.path.read_bytes()
        except OSError:
            return None
        if content[size:] != self._seal(place, content[:size]):
            return None
        return np.frombuffer(content[:size], np.int8).reshape(STRETCH, self.futures)

    def write(self, place: Places, endings: np.ndarray) -> None:
        """Store the endings of a stretch, sealed together with the run that they belong to."""
        content = endings.astype(np.int8).tobytes()
        store.write_aside(place.path, content + self._seal(place, content))

    def happened(self, name: str, members: Sequence[Ending]) -> np.ndarray:
        """Return in which futures one of the endings came, shape (rows, futures).

        Raises
        ------
        DetenteError
            If a stretch of the design is not there.
        """
        found = [self.read(place) for place in self.places() if place.name == name]
        whole = [endings for endings in found if endings is not None]
        if len(whole) < len(found):
            what = "the design was changed while it was read"
            raise DetenteError(what, where=str(self.run.folder), hint="ask again")
        return np.isin(np.concatenate(whole)[: self.rows], list(members)).astype(float)

    def values(self) -> dict[str, Values]:
        """Return each number in each row, for each kind of world."""
        seed = self.run.record.settings.seed
        rows = -(-self.rows // STRETCH) * STRETCH
        one = self.inputs.uniforms(worlds=rows, seed=seed)
        renamed = [path + AGAIN for path in one]
        other = dict(zip(one, coordinates(renamed, worlds=rows, seed=seed), strict=True))
        kinds = {ONE: one, OTHER: other}
        for name, members in self.names.items():
            kinds[name] = {**one, **{path: other[path] for path in members}}
        return {name: values_at(self.crisis, places) for name, places in kinds.items()}

    def _file(self, name: str, first: int) -> Path:
        short = hashlib.sha256(name.encode()).hexdigest()[:16]
        place = self.run.folder
        if is_within_bundle(place):  # which takes no file: kept as long as the process
            place = spare_folder() / self.run.digest
        name = f"{short}-{first:05d}-{self.futures}.endings"
        return place / folders.DRIVERS / self.option / name

    def _seal(self, place: Places, content: bytes) -> bytes:
        members = " ".join(self.names.get(place.name, ()))
        text = f"{self.run.digest} {self.option} {place.name} {place.first} {members}"
        return hashlib.sha256(text.encode() + content).digest()


def check_rows(run: Run, rows: int) -> None:
    """Refuse a design that is too small, too large, or of a run that cannot carry one.

    Raises
    ------
    DetenteError
        If the rows are out of their bounds, chance cannot be told apart, or the run was made with
        another version of the model.
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


def play(
    design: Design, *, threads: int, progress: Listener | None = None, command: str = COMMAND
) -> None:
    """Play what of a design does not lie there; on an interrupt leave whole files only.

    `command` is the one that goes on with it, with RUN for the run.

    Raises
    ------
    DetenteError
        If a file cannot be written.
    """
    missing = design.missing()
    if not missing:
        return
    run = design.run
    clock = Clock(len(design.places()) * STRETCH, progress)
    clock.tell(clock.total - len(missing) * STRETCH)
    settings = run.record.settings
    stage = stage_of(run.folder, {records.BASE: design.crisis}, settings)
    values = design.values()
    files = [place.path for place in missing]
    try:
        with adding(run, folders.DRIVERS, files, "drivers --design"):
            _play_on_threads(design, (stage, values), missing, clock, threads)
    except KeyboardInterrupt as stop:
        stop.add_note(f"go on with: {command.replace('RUN', shlex.quote(str(run.folder)))}")
        raise
    except OSError as fault:
        raise folders.unwritable(run.folder, fault) from fault


_Ready: TypeAlias = tuple[Stage, Mapping[str, Values]]
"""What is needed to play worlds, and the numbers of each kind of world."""


def _play_on_threads(
    design: Design, ready: _Ready, missing: list[Places], clock: Clock, threads: int
) -> None:
    stop = threading.Event()
    if not ready[0].kernel.is_warm():
        # Compiled by the main thread, which an interrupt reaches at once.
        clock.tell(0, is_compiling=True)
        clock.tell(_play_stretch(design, ready, missing.pop(0), stop))
    with workers(threads) as (pool, stop):
        waiting = [pool.submit(_play_stretch, design, ready, place, stop) for place in missing]
        for done in as_completed(waiting):
            clock.tell(done.result())


def _play_stretch(design: Design, ready: _Ready, place: Places, stop: threading.Event) -> int:
    """Play one stretch of rows and store it; return its rows, or 0 if it is too late."""
    stage, values = ready
    endings = np.empty((STRETCH, design.futures), np.int8)
    for row in range(STRETCH):
        if stop.is_set():
            return 0
        endings[row] = _endings(design, stage, values[place.name], place.first + row)
    design.write(place, endings)
    return STRETCH


def _endings(design: Design, stage: Stage, values: Values, row: int) -> np.ndarray:
    numbers = {path: float(drawn[row]) for path, drawn in values.items()}
    settings = stage.settings
    world = stage.kernel.encode(
        design.crisis, numbers, grid=settings.grid, horizon=settings.horizon
    )
    solved = stage.kernel.solve(world, with_exploitability=False)
    played = stage.played(world, solved, Stretch(row, 0, design.futures))
    endings: np.ndarray = played["ending"]
    return endings


def whole(design: Design, members: Sequence[Ending]) -> Whole:
    """Return in which futures of the worlds A and B one of the endings came."""
    return Whole(design.happened(ONE, members), design.happened(OTHER, members))


def effects(
    design: Design, worlds: Whole, members: Sequence[Ending]
) -> Iterator[tuple[str, Effect]]:
    """Return the effect of each name of the design on an outcome.

    Raises
    ------
    DetenteError
        If the design was not played.
    """
    for name in design.names:
        yield name, effect_of(worlds, design.happened(name, members))
