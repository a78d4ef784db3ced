"""Interventions on a run: what hypotheses change in its worlds, and what is kept of them."""

from typing import NamedTuple

import numpy as np

from detente.ensemble.intervention import Intervention
from detente.ensemble.measures import ACTS, FUTURES, RAIDS
from detente.ensemble.run import Run
from detente.ensemble.study import PlayedWorld, Readout
from detente.kernel.endings import Event
from detente.questions.engagement.fighting import SIDES, Battles, RaidTerms, fight_world

COLUMNS = {
    FUTURES: np.dtype(
        [
            ("ending", "i1"),
            ("violence", "i1"),
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
"""What is kept of each future, of the traces of a few, or of campaigns, for measures to read."""
MOST = {FUTURES: 200, ACTS: 8, RAIDS: 64}
"""Futures, traces or campaigns of each world, at most: a trace takes a hundred times as long."""
RAID_TERMS = RaidTerms(force=2, plan="sustained", by="challenger", days=10, rest=0)
"""Raids of the challenger with all that is in reach, as `detente engage` has them."""


class Probe(NamedTuple):
    """What is changed in the worlds of a run, and what is kept of their futures."""

    change: Intervention
    kept: str


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


def acts_of(ending_day: int, events: np.ndarray) -> tuple[int, int, int, int]:
    """Count what was done in a future, from its trace.

    To yield counts where it answers an ultimatum, and not where it comes of the defender's own.
    """
    kinds = events["kind"]
    said = kinds[np.isin(kinds, (Event.ULTIMATUM, Event.REFUSES, Event.YIELDS))]
    yields = (said[1:] == Event.YIELDS) & (said[:-1] == Event.ULTIMATUM)
    offers, ultimatums = (int((kinds == kind).sum()) for kind in (Event.OFFERS, Event.ULTIMATUM))
    return ending_day, offers, ultimatums, int(yields.sum())
