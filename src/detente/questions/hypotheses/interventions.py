"""Interventions on a run: its worlds played with changes by the engine, and what is measured there.

A measure is a ratio of two sums over futures. Of an outcome the lower sum counts futures, so that
it is a share; of a rate it is days of talks, of what happens in wars it is the number of wars.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, NamedTuple

import numpy as np

from detente.ensemble.intervention import Intervention
from detente.ensemble.run import Run
from detente.ensemble.study import PlayedWorld, Readout
from detente.ensemble.tally import INITIATORS
from detente.kernel.endings import Ending, Event
from detente.pack import Change
from detente.questions.engagement.fighting import SIDES, Battles, RaidTerms, fight_world
from detente.questions.given import day_of_outcome

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
            ("war_day", "<i2"),
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
MOST = {FUTURES: 200, ACTS: 8, RAIDS: 64}
"""Futures, traces or campaigns of each world, at most: a trace takes a hundred times as long."""
RAID_TERMS = RaidTerms(force=2, plan="sustained", by="challenger", days=10, rest=0)
"""Raids of the challenger with all that is in reach, as `detente engage` has them."""


class Probe(NamedTuple):
    """What is changed in the worlds of a run, and what is kept of their futures."""

    change: Intervention
    kept: str


def probe_of(changes: Mapping[str, Change], kept: str) -> Probe:
    """Return an intervention that sets fields to new values."""
    return Probe(Intervention(dict(changes)), kept)


def rows_of(run: Run, kept: str) -> int:
    """Return how many futures, traces or campaigns are kept of each world."""
    return min(MOST[kept], run.record.settings.futures_of_a_world)


def _futures(world: PlayedWorld) -> np.ndarray:
    played = world.played()
    rows = np.zeros(len(played), COLUMNS[FUTURES])
    for column in rows.dtype.names or ():
        rows[column] = played[column]
    return rows


def _acts(world: PlayedWorld) -> np.ndarray:
    stage, (encoded, solved) = world.stage, world.solved()
    days = stage.played(encoded, solved, world.stretch)["ending_day"]
    acts = [
        acts_of(int(day), stage.followed(encoded, solved, world.stretch.world, future))
        for future, day in enumerate(days)
    ]
    return np.array(acts, COLUMNS[ACTS])


def _raids(world: PlayedWorld) -> np.ndarray:
    stage, (number, _, campaigns) = world.stage, world.stretch
    battles = Battles(stage.crises[world.option], RAID_TERMS, stage.settings.seed, campaigns)
    numbers = stage.numbers(world.option, number)
    outcomes = fight_world(battles, number, numbers).outcomes[SIDES.index("defender")]
    rows = np.zeros(campaigns, COLUMNS[RAIDS])
    if ("aircraft", "first") in outcomes:
        rows["aircraft"] = outcomes["aircraft", "first"]
        rows["down"] = outcomes["aircraft", "down"]
    return rows


READ = {FUTURES: _futures, ACTS: _acts, RAIDS: _raids}
READINGS = {kept: Readout(kept, COLUMNS[kept], read) for kept, read in READ.items()}


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
    day = day_of_outcome(kept, measure)
    is_so = day >= 0
    if by_day is not None:
        is_so &= day <= by_day
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
