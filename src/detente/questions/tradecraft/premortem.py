"""The premortem: how war came about, and when it could last have been stopped.

For each of the most frequent ways to war a typical future is played again day by day. From the end
of each day with an event it is then continued many times with the same past and other draws: the
share of branches with war shows how far the outcome was decided by then.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente import notebook
from detente.data import fields_of
from detente.ensemble.measures import OUTCOMES
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.runners import Branching
from detente.ensemble.simulate import stage_again
from detente.ensemble.tally import INITIATORS
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import interval
from detente.kernel.endings import Event, FirstShot
from detente.questions.asking import most_typical
from detente.questions.summary import Summary
from detente.questions.trace import Trace, trace

WAR = "any_war"
MOST_WAYS = 3
"""Maximum number of ways to war that are shown."""
BRANCHES = 1000
"""Number of branches from each day."""
MOST_POINTS = 24
"""Maximum number of days of a future with branches, the last ones before war."""
STOPPABLE = 0.75
"""With war in a smaller share of the branches, it could still have been stopped."""
UNPLAYABLE = (
    "no course of events is continued: this run comes from another version of the model, or from "
    "the user's own rules"
)
QUIET = {
    one.name.lower()
    for one in (Event.BELIEFS, Event.RAIDS, Event.LOSES, Event.SIGN, Event.SHOWS_PLAN, Event.SPEAKS)
}
"""Events that are nobody's act, or are reported for each day of fighting."""


class BranchPoint(NamedTuple):
    """The end of a day of a future: its events, and the share of branches with war."""

    day: int
    says: tuple[str, ...]
    war: Annotated[Estimate, "share of branches with the same past"]


class WayToWar(NamedTuple):
    """A way in which wars begin: who fires first and how, with a typical future."""

    by: str
    first_shot: FirstShot
    share: Annotated[float, "of all wars"]
    trace: Trace
    points: Annotated[tuple[BranchPoint, ...], "by day; empty if the future is not continued"]

    @property
    def last(self) -> int | None:
        """Return the index of the last point before its war at which it could be stopped.

        None if there is none.
        """
        before = [
            place
            for place, one in enumerate(self.points)
            if one.day < self.trace.war_day and one.war.value < STOPPABLE
        ]
        return before[-1] if before else None

    @property
    def turn(self) -> int | None:
        """Return the index of the point before its war that made war likelier by most.

        None if no point made it clearly likelier than the one before.
        """
        before = [point.war for point in self.points if point.day < self.trace.war_day]
        rises = [later.low - earlier.high for earlier, later in pairwise(before)]
        most = max(rises, default=0.0)
        return 1 + rises.index(most) if most > 0.0 else None


@dataclass(frozen=True, repr=False)
class Premortem(notebook.Shown):
    """How the wars of a run came about, and when they could last have been stopped."""

    main_table = "ways"

    run: Run
    war: Estimate
    ways: tuple[WayToWar, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """Return the note if no future can be continued."""
        return () if self.run.record.is_playable else (UNPLAYABLE,)

    def content(self) -> dict[str, Any]:
        """Return the object that `detente show --view premortem --json` prints."""
        date_of = self.run.record.date_of
        return {
            "schema": "detente/premortem/1",
            "run": str(self.run.folder),
            "war": self.war,
            "ways": [
                {
                    **fields_of(way, "by first_shot share"),
                    "future": f"{way.trace.world}:{way.trace.future}",
                    "war_day": way.trace.war_day,
                    "war_date": date_of(way.trace.war_day),
                    "points": [
                        {**point._asdict(), "date": date_of(point.day)} for point in way.points
                    ],
                    **fields_of(way, "last turn"),
                }
                for way in self.ways
            ],
            "notes": self.notes,
        }


def premortem(
    run: Run, summary: Summary, *, most: int = MOST_WAYS, followed: Iterable[Trace] = ()
) -> Premortem:
    """Return the most frequent ways to war, each with a typical future and its turning points.

    `most` is the maximum number of ways. `followed` are futures that were followed before; one of
    them is used if its war began in that way.

    Raises `DetenteError` if the run is damaged, or this version reads other numbers from its pack.
    """
    shots = summary.base.war_shots
    ways = [
        (side, way, share)
        for way, by_side in ({} if shots is None else shots.sides).items()
        if way is not FirstShot.NONE
        for side, share in by_side.items()
        if share > 0.0
    ]
    rows = np.concatenate(list(run.rows()))
    wars = rows[OUTCOMES[WAR].happened(rows)]
    found = []
    at_hand = {(one.row["first_shot"], one.row["initiator"]): one for one in followed}
    for side, way, share in sorted(ways, key=lambda one: -one[2])[:most]:
        begun = way, INITIATORS.index(side)
        is_one = (wars["first_shot"] == begun[0]) & (wars["initiator"] == begun[1])
        one = at_hand.get(begun) or trace(run, future=most_typical(run, wars[is_one]))
        found.append(WayToWar(side, way, share, one, tuple(_points(run, one))))
    return Premortem(run, summary.base.outcomes[WAR], tuple(found))


def _points(run: Run, played: Trace) -> Iterator[BranchPoint]:
    """Yield the days of a future with events until war came, and the day before."""
    if not run.record.is_playable:
        return
    war_day = played.war_day
    acts: dict[int, list[str]] = {day: [] for day in {0, max(0, war_day - 1), war_day}}
    for happening in played.happenings:
        if happening.day <= war_day and happening.kind not in QUIET:
            acts.setdefault(happening.day, []).append(happening.text)
    stage = stage_again(run, BASE).remembering()
    encoded, solved = stage.solved(BASE, played.world)
    for day in sorted(acts)[-MOST_POINTS:]:
        branching = Branching(played.world, played.future, day, BRANCHES)
        comes = OUTCOMES[WAR].happened(stage.branched(encoded, solved, branching))
        share = float(comes.mean())
        ends = interval(share, share * (1.0 - share) / BRANCHES, BRANCHES)
        yield BranchPoint(day, tuple(acts[day]), Estimate(share, *ends))
