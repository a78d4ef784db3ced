"""Worlds of a run played again with changes, kept in its folder: a file a world, whole or not."""

import hashlib
import json
import shlex
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import as_completed
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente.analysis.engagement.fighting import Battles, fight_world
from detente.analysis.engagement.terms import SIDES, Terms
from detente.analysis.hypotheses.measures import ACTS, COLUMNS, FUTURES, acts_of
from detente.ensemble import folder as folders
from detente.ensemble import store
from detente.ensemble.bundle import is_within_bundle, spare_folder
from detente.ensemble.foundation import dated, plain, read_again
from detente.ensemble.lock import adding
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.runners import Clock, Stage, Stretch, workers
from detente.ensemble.simulate import Listener, stage_of
from detente.ensemble.tables import NotAsExpectedError, read_within
from detente.errors import DetenteError
from detente.pack import Change, Crisis

MOST_FUTURES = 1000
"""Futures that each world plays, at most."""
MOST_FOLLOWED = 32
"""Futures of each world whose traces are read, at most: that takes a hundred times as long."""
MOST_CAMPAIGNS = 128
"""Campaigns of raids that each world fights, at most."""
RAID_TERMS = Terms(force=2, plan="sustained", by="challenger", days=10, rest=0)
"""Raids of the challenger with all that is in reach, as `detente engage` has them."""


class Arm(NamedTuple):
    """A crisis with some fields changed, and what is kept of its futures."""

    changes: Annotated[str, "new values by field, as JSON"]
    kept: str

    @property
    def name(self) -> str:
        """Return a name that tells it from all others."""
        return f"{self.kept}-{hashlib.sha256(self.changes.encode()).hexdigest()[:16]}"


class Place(NamedTuple):
    """Where what was played of one world lies."""

    run: Run
    arm: Arm
    world: int

    @property
    def path(self) -> Path:
        """Return the file; where a bundle lacks it, one that is kept as long as the process."""
        path = self.run.folder / folders.HYPOTHESES / self.arm.name / f"{self.world:06d}.played"
        if not is_within_bundle(path) or path.is_file():
            return path
        return spare_folder() / self.run.digest / self.arm.name / path.name

    @property
    def rows(self) -> int:
        """Return how many futures, or campaigns, are kept."""
        most = {FUTURES: MOST_FUTURES, ACTS: MOST_FOLLOWED}.get(self.arm.kept, MOST_CAMPAIGNS)
        return min(most, self.run.record.settings.futures_of_a_world)


def arm_of(changes: Mapping[str, Change], kept: str) -> Arm:
    """Return an arm, the same for the same changes in any order."""
    written = {field: plain(value) for field, value in changes.items()}
    return Arm(json.dumps(written, sort_keys=True), kept)


def read(place: Place) -> np.ndarray | None:
    """Return what was kept of a world; None if it is not there as it was written for this run."""
    kind = COLUMNS[place.arm.kept]
    size = place.rows * kind.itemsize
    try:
        content = read_within(place.path, size + hashlib.sha256().digest_size)
    except (NotAsExpectedError, OSError):
        return None
    if content[size:] != _seal(place, content[:size]):
        return None
    return np.frombuffer(content[:size], kind)


def write(place: Place, rows: np.ndarray) -> None:
    """Keep a world, sealed together with the run, the model and the changes that it is of."""
    content = rows.tobytes()
    store.write_aside(place.path, content + _seal(place, content))


def _seal(place: Place, content: bytes) -> bytes:
    arm, record = place.arm, place.run.record
    text = f"{place.run.digest} {record.model} {arm.kept} {arm.changes} {place.world} "
    return hashlib.sha256(text.encode() + content).digest()


def read_all(run: Run, arm: Arm, worlds: int) -> np.ndarray:
    """Return what was kept of the first worlds, shape (worlds, futures).

    Raises
    ------
    DetenteError
        If some of it is not there.
    """
    found = [read(Place(run, arm, world)) for world in range(worlds)]
    whole = [rows for rows in found if rows is not None]
    if len(whole) < len(found):
        what = "what was played was changed while it was read"
        raise DetenteError(what, where=str(run.folder), hint="ask again")
    return np.stack(whole)


def missing(run: Run, arms: Sequence[Arm], worlds: int) -> list[Place]:
    """Return the worlds of arms that do not lie there, arm by arm."""
    places = [Place(run, arm, world) for arm in arms for world in range(worlds)]
    return [place for place in places if read(place) is None]


def play_missing(
    run: Run,
    arms: Sequence[Arm],
    worlds: int,
    *,
    threads: int,
    progress: Listener | None = None,
) -> None:
    """Play the worlds that do not lie there; on an interrupt leave whole files only.

    Raises
    ------
    DetenteError
        If a change is not allowed, or a file cannot be written.
    """
    wanted = missing(run, arms, worlds)
    if not wanted:
        return
    clock = Clock(len(arms) * worlds, progress)
    clock.tell(clock.total - len(wanted))
    stage = _stage(run, dict.fromkeys(place.arm for place in wanted), worlds)
    files = [place.path for place in wanted]
    try:
        with adding(run, folders.HYPOTHESES, files, "hypotheses"):
            _play_on_threads(stage, wanted, clock, threads)
    except KeyboardInterrupt as stop:
        stop.add_note(how_to_go_on(run))
        raise
    except OSError as fault:
        what = folders.unwritable(run.folder, fault).what
        raise DetenteError(what, where=str(run.folder), hint=how_to_go_on(run)) from fault


def how_to_go_on(run: Run) -> str:
    """Return the advice that goes with tests that were stopped."""
    return f"go on with: detente hypotheses {shlex.quote(str(run.folder))}"


def _stage(run: Run, arms: Mapping[Arm, Any], worlds: int) -> Stage:
    base = read_again(run.folder, run.record)[BASE]
    crises = {BASE: base, **{arm.name: changed(base, arm) for arm in arms}}
    settings = run.record.settings.model_copy(update={"worlds": worlds})
    return stage_of(run.folder, crises, settings)


def changed(crisis: Crisis, arm: Arm) -> Crisis:
    """Return a crisis with the changes of an arm.

    Raises
    ------
    DetenteError
        If one is not allowed, as in a run whose own changes do not go with it.
    """
    changes = {field: dated(value) for field, value in json.loads(arm.changes).items()}
    return crisis.with_changes(changes) if changes else crisis


def _play_on_threads(stage: Stage, wanted: list[Place], clock: Clock, threads: int) -> None:
    if not stage.kernel.is_warm():
        # Compiled by the main thread, which an interrupt reaches at once.
        clock.tell(0, is_compiling=True)
        clock.tell(_play(stage, wanted.pop(0), threading.Event()))
    with workers(threads) as (pool, stop):
        for done in as_completed([pool.submit(_play, stage, place, stop) for place in wanted]):
            clock.tell(done.result())


def _play(stage: Stage, place: Place, stop: threading.Event) -> int:
    """Play one world of an arm and keep it; return 1, or 0 if it is too late."""
    if stop.is_set():
        return 0
    work = {FUTURES: _futures, ACTS: _acts}.get(place.arm.kept, _raids)
    write(place, work(stage, place))
    return 1


def _futures(stage: Stage, place: Place) -> np.ndarray:
    world = stage.encoded(place.arm.name, place.world)
    solved = stage.kernel.solve(world, with_exploitability=False)
    played = stage.played(world, solved, Stretch(place.world, 0, place.rows))
    rows = np.zeros(place.rows, COLUMNS[place.arm.kept])
    for column in rows.dtype.names or ():
        rows[column] = played[column]
    return rows


def _acts(stage: Stage, place: Place) -> np.ndarray:
    world = stage.encoded(place.arm.name, place.world)
    solved = stage.kernel.solve(world, with_exploitability=False)
    days = stage.played(world, solved, Stretch(place.world, 0, place.rows))["ending_day"]
    told = [
        acts_of(int(day), stage.followed(world, solved, place.world, future))
        for future, day in enumerate(days)
    ]
    return np.array(told, COLUMNS[place.arm.kept])


def _raids(stage: Stage, place: Place) -> np.ndarray:
    crisis, drawn = stage.crises[place.arm.name], stage.values[place.arm.name]
    numbers = {path: float(values[place.world]) for path, values in drawn.items()}
    battles = Battles(crisis, RAID_TERMS, stage.settings.seed, place.rows)
    outcomes = fight_world(battles, place.world, numbers).outcomes[SIDES.index("defender")]
    rows = np.zeros(place.rows, COLUMNS[place.arm.kept])
    if ("aircraft", "first") in outcomes:
        rows["aircraft"] = outcomes["aircraft", "first"]
        rows["down"] = outcomes["aircraft", "down"]
    return rows
