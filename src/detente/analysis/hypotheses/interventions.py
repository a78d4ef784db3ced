"""Interventions on a run: its worlds played again with changes, kept, and what is measured there.

A measure is a ratio of two sums over futures. Of an outcome the lower sum counts futures, so that
it is a share; of a rate it is days of talks, of what happens in wars it is the number of wars.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Annotated, NamedTuple

import numpy as np

from detente.analysis.engagement.fighting import Battles, fight_world
from detente.analysis.engagement.terms import SIDES, RaidTerms
from detente.analysis.outcomes import members_of
from detente.ensemble import folder as folders
from detente.ensemble.foundation import dated, plain, read_again
from detente.ensemble.kept import File, Kept, Play, array_file
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.runners import Stage, Stretch
from detente.ensemble.simulate import stage_of
from detente.ensemble.tally import INITIATORS, classes
from detente.kernel.endings import Ending, Event
from detente.pack import Change, Crisis

ALLY = INITIATORS.index("ally")
NEVER = np.iinfo(np.int64).max
"""A day past all days."""
DAYS_OF_A_RATE = 100.0
"""Rates are per so many days of talks."""

FUTURES, ACTS, RAIDS = "futures", "acts", "raids"
"""What is kept: of each future, of the traces of a few, or of campaigns against the defender."""
COLUMNS = {
    FUTURES: np.dtype(
        [
            ("ending", "i1"),
            ("ending_day", "<i2"),
            ("first_force_day", "<i2"),
            ("failed_day", "<i2"),
            ("war_days", "<i2"),
            ("parties", "i1"),
            ("initiator", "i1"),
            ("settlement", "i1"),
            ("broken_deal_day", "<i2"),
        ]
    ),
    ACTS: np.dtype(
        [("ending_day", "<i2"), ("offers", "<i2"), ("ultimatums", "<i2"), ("yields", "<i2")]
    ),
    RAIDS: np.dtype([("aircraft", "<f8"), ("down", "<f8")]),
}
"""And what of it."""
MOST_FUTURES = 1000
"""Futures that each world plays, at most."""
MOST_FOLLOWED = 32
"""Futures of each world whose traces are read, at most: that takes a hundred times as long."""
MOST_CAMPAIGNS = 128
"""Campaigns of raids that each world fights, at most."""
RAID_TERMS = RaidTerms(force=2, plan="sustained", by="challenger", days=10, rest=0)
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


class Ratio(NamedTuple):
    """A measure in each future: the share, rate or mean is the sum of one over that of the other.

    Each of shape (worlds, futures).
    """

    above: np.ndarray
    below: np.ndarray

    @property
    def overall(self) -> float:
        """Return the measure over all worlds and futures."""
        return float(self.above.sum() / self.below.sum())


class Measured(NamedTuple):
    """How a measure that is no outcome is read from what is kept."""

    kept: Annotated[str, "what it is read from"]
    unit: Annotated[str, "in which it is shown"]
    scale: Annotated[float, "what 1 is shown as"]
    read: Callable[[np.ndarray], Ratio]


def counted(measure: str, by_day: int | None, kept: np.ndarray) -> Ratio:
    """Return a measure in each future, from what is kept of them, shape (worlds, futures)."""
    if measure in MEASURES:
        return MEASURES[measure].read(kept)
    is_so = np.isin(classes(kept), members_of(measure))
    if by_day is not None:
        is_so &= _day(measure, kept) <= by_day
    return Ratio(is_so.astype(float), np.ones(kept.shape))


def kept_for(measure: str) -> str:
    """Return what has to be kept of a future for a measure."""
    return MEASURES[measure].kept if measure in MEASURES else FUTURES


def acts_of(ending_day: int, events: np.ndarray) -> tuple[int, int, int, int]:
    """Count what was done in a future, from its trace.

    To yield counts where it answers an ultimatum, and not where it comes of the defender's own.
    """
    kinds = events["kind"]
    said = kinds[np.isin(kinds, (Event.ULTIMATUM, Event.REFUSES, Event.YIELDS))]
    yields = (said[1:] == Event.YIELDS) & (said[:-1] == Event.ULTIMATUM)
    offers, ultimatums = (int((kinds == kind).sum()) for kind in (Event.OFFERS, Event.ULTIMATUM))
    return ending_day, offers, ultimatums, int(yields.sum())


def _day(measure: str, kept: np.ndarray) -> np.ndarray:
    """Return the day on which an outcome came about: of an ending that of first force, if any."""
    at_the_end = kept["ending_day"]
    if measure == "talks_ever_failed":
        return _or_never(kept["failed_day"])
    first = kept["broken_deal_day" if measure == "deal_ever" else "first_force_day"]
    day: np.ndarray = np.where(first >= 0, first, at_the_end)
    return day


def _or_never(day: np.ndarray) -> np.ndarray:
    return np.where(day >= 0, day.astype(np.int64), NEVER)


def _breakdown(kept: np.ndarray) -> Ratio:
    """Return breakdowns per days of talks: talks failed, or use of force, whichever came first."""
    day = np.minimum(_or_never(kept["failed_day"]), _or_never(kept["first_force_day"]))
    talks = np.maximum(1, np.minimum(day, kept["ending_day"]))
    return Ratio((day < NEVER).astype(float), talks / DAYS_OF_A_RATE)


def _joined(kept: np.ndarray) -> Ratio:
    """Return wars that a party joins: beyond the two sides, and an ally that struck first."""
    wars = kept["ending"] >= Ending.WAR
    joined = kept["parties"] > np.where(kept["initiator"] == ALLY, 3, 2)
    return Ratio((wars & joined).astype(float), wars.astype(float))


def _war_days(kept: np.ndarray) -> Ratio:
    wars = kept["ending"] >= Ending.WAR
    return Ratio(np.where(wars, kept["war_days"], 0).astype(float), wars.astype(float))


def _offers(kept: np.ndarray) -> Ratio:
    return Ratio(kept["offers"].astype(float), np.maximum(1, kept["ending_day"]) / DAYS_OF_A_RATE)


def _yields(kept: np.ndarray) -> Ratio:
    return Ratio(kept["yields"].astype(float), kept["ultimatums"].astype(float))


def _aircraft_lost(kept: np.ndarray) -> Ratio:
    return Ratio(kept["down"], kept["aircraft"])


MEASURES = {
    "breakdown": Measured(FUTURES, "in 100 days of talks", 1.0, _breakdown),
    "joined": Measured(FUTURES, "of 100 wars", 100.0, _joined),
    "war_days": Measured(FUTURES, "days", 1.0, _war_days),
    "offers": Measured(ACTS, "in 100 days", 1.0, _offers),
    "yields": Measured(ACTS, "of 100 ultimatums", 100.0, _yields),
    "aircraft_lost": Measured(RAIDS, "of 100 aircraft", 100.0, _aircraft_lost),
}
"""Measures that are no outcomes."""
