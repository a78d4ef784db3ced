"""Interventions on a run: its worlds played again with changes, on the same draws, and kept."""

import hashlib
import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Annotated, NamedTuple

import numpy as np

from detente.analysis.engagement.fighting import Battles, fight_world
from detente.analysis.engagement.terms import SIDES, Terms
from detente.analysis.hypotheses.measures import ACTS, COLUMNS, FUTURES, RAIDS, acts_of
from detente.ensemble import folder as folders
from detente.ensemble.foundation import dated, plain, read_again
from detente.ensemble.kept import File, Kept, Play, array_file
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.runners import Stage, Stretch
from detente.ensemble.simulate import stage_of
from detente.pack import Change, Crisis

MOST_FUTURES = 1000
"""Futures that each world plays, at most."""
MOST_FOLLOWED = 32
"""Futures of each world whose traces are read, at most: that takes a hundred times as long."""
MOST_CAMPAIGNS = 128
"""Campaigns of raids that each world fights, at most."""
RAID_TERMS = Terms(force=2, plan="sustained", by="challenger", days=10, rest=0)
"""Raids of the challenger with all that is in reach, as `detente engage` has them."""


class Intervention(NamedTuple):
    """Some fields of a crisis set to new values, and what is kept of its futures."""

    changes: Annotated[str, "new values by field, as JSON"]
    kept: str

    @property
    def name(self) -> str:
        """Return a name that tells it from all others."""
        return f"{self.kept}-{hashlib.sha256(self.changes.encode()).hexdigest()[:16]}"


class IntervenedWorld(NamedTuple):
    """A world of a run under an intervention."""

    under: Intervention
    world: int


def intervention_of(changes: Mapping[str, Change], kept: str) -> Intervention:
    """Return an intervention, the same for the same changes in any order."""
    written = {field: plain(value) for field, value in changes.items()}
    return Intervention(json.dumps(written, sort_keys=True), kept)


def worlds_under(interventions: Iterable[Intervention], worlds: int) -> list[IntervenedWorld]:
    """Return the first worlds under each intervention, one intervention after another."""
    return [IntervenedWorld(one, world) for one in interventions for world in range(worlds)]


def rows_of(run: Run, intervention: Intervention) -> int:
    """Return how many futures, or campaigns, are kept of each world."""
    most = {FUTURES: MOST_FUTURES, ACTS: MOST_FOLLOWED}.get(intervention.kept, MOST_CAMPAIGNS)
    return min(most, run.record.settings.futures_of_a_world)


def intervened(run: Run) -> Kept[IntervenedWorld, np.ndarray]:
    """Return what was played of a run under interventions, and what plays the rest.

    Of each world its futures or campaigns are kept, with the columns of `COLUMNS`, shape (rows,).
    """

    def file_of(one: IntervenedWorld) -> File[np.ndarray]:
        under, world = one
        about = f"{run.digest} {run.record.model} {under.kept} {under.changes} {world} "
        name = f"{under.name}/{world:06d}.played"
        return array_file(name, about, COLUMNS[under.kept], (rows_of(run, under),))

    return Kept(run, folders.HYPOTHESES, "hypotheses RUN", file_of, partial(_prepare, run))


def read_all(run: Run, intervention: Intervention, worlds: int) -> np.ndarray:
    """Return what was kept of the first worlds under an intervention, shape (worlds, rows).

    Raises
    ------
    DetenteError
        If some of it is not there.
    """
    return np.stack(intervened(run).read_all(worlds_under([intervention], worlds)))


def _prepare(run: Run, missing: Sequence[IntervenedWorld]) -> Play[IntervenedWorld, np.ndarray]:
    base = read_again(run.folder, run.record)[BASE]
    under = dict.fromkeys(one.under for one in missing)
    crises = {BASE: base, **{one.name: changed(base, one) for one in under}}
    worlds = 1 + max(one.world for one in missing)
    settings = run.record.settings.model_copy(update={"worlds": worlds})
    stage = stage_of(run.folder, crises, settings)

    def play(one: IntervenedWorld, _stop: threading.Event) -> np.ndarray:
        work = {FUTURES: _futures, ACTS: _acts}.get(one.under.kept, _raids)
        return work(stage, one, rows_of(run, one.under))

    return play


def changed(crisis: Crisis, intervention: Intervention) -> Crisis:
    """Return a crisis with the changes of an intervention.

    Raises
    ------
    DetenteError
        If one is not allowed, as in a run whose own changes do not go with it.
    """
    changes = {field: dated(value) for field, value in json.loads(intervention.changes).items()}
    return crisis.with_changes(changes) if changes else crisis


def _futures(stage: Stage, one: IntervenedWorld, futures: int) -> np.ndarray:
    world = stage.encoded(one.under.name, one.world)
    solved = stage.kernel.solve(world, with_exploitability=False)
    played = stage.played(world, solved, Stretch(one.world, 0, futures))
    rows = np.zeros(futures, COLUMNS[FUTURES])
    for column in rows.dtype.names or ():
        rows[column] = played[column]
    return rows


def _acts(stage: Stage, one: IntervenedWorld, futures: int) -> np.ndarray:
    world = stage.encoded(one.under.name, one.world)
    solved = stage.kernel.solve(world, with_exploitability=False)
    days = stage.played(world, solved, Stretch(one.world, 0, futures))["ending_day"]
    acts = [
        acts_of(int(day), stage.followed(world, solved, one.world, future))
        for future, day in enumerate(days)
    ]
    return np.array(acts, COLUMNS[ACTS])


def _raids(stage: Stage, one: IntervenedWorld, campaigns: int) -> np.ndarray:
    crisis, drawn = stage.crises[one.under.name], stage.values[one.under.name]
    numbers = {path: float(values[one.world]) for path, values in drawn.items()}
    battles = Battles(crisis, RAID_TERMS, stage.settings.seed, campaigns)
    outcomes = fight_world(battles, one.world, numbers).outcomes[SIDES.index("defender")]
    rows = np.zeros(campaigns, COLUMNS[RAIDS])
    if ("aircraft", "first") in outcomes:
        rows["aircraft"] = outcomes["aircraft", "first"]
        rows["down"] = outcomes["aircraft", "down"]
    return rows
