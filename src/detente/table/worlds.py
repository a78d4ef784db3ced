"""What a table is played on: a world of a run, with the events that an umpire puts in as it goes.

What an umpire puts in holds from its day on, and nobody has foreseen it: the days before are
played as they were, by the same policies, and the rest of the world is solved again from that day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente.ensemble.run import Run
from detente.ensemble.runners import NUMBERED, Stage
from detente.ensemble.simulate import stage_again
from detente.errors import DetenteError
from detente.kernel.crisis import new_shared_state, plays_sharing
from detente.kernel.draws import Draws
from detente.kernel.play import Play
from detente.kernel.posture import EVENTS
from detente.kernel.ruling import Verdict
from detente.kernel.seated import (
    Chapter,
    SeatedFuture,
    Seating,
    Turn,
    play_branches,
    play_seated,
)
from detente.kernel.talks import Negotiation
from detente.kernel.world import Epochs, World, epochs_of
from detente.pack import Change, Crisis
from detente.pack.model import DatedEvent
from detente.pack.options import parse_settings
from detente.questions.names import Names, names_in_world
from detente.table.log import EVENT, EXTENDED, LogLine
from detente.table.questions import Seat, SeatQuestion, question_at, seats_of


class UmpireAct(NamedTuple):
    """What an umpire puts in: an event, or more days."""

    day: Annotated[int, "from which on it holds, unforeseen before"]
    name: Annotated[str, "what happens, in words"]
    settings: Annotated[tuple[str, ...], "fields that it changes, `FIELD=VALUE`"]
    horizon: Annotated[int, "days that are played from then on, 0 as many as before"]


class TableSetting(NamedTuple):
    """Which future of which world of a run is played, and for whom people decide."""

    option: str
    world: int
    future: int
    persons: tuple[str, ...]


@dataclass(frozen=True)
class SeatedWorld:
    """One world of a run, solved, on which tables are played, with what an umpire put in."""

    run: Run
    stage: Stage
    option: str
    world: int
    before: "Annotated[SeatedWorld | None, 'as it was until the last day that has any']" = None
    acts: Annotated[tuple[UmpireAct, ...], "what the umpire put in, by day"] = ()

    @cached_property
    def at_first(self) -> tuple[Any, Any]:
        """What the model reads of the world and its policies, without what the umpire put in."""
        if self.before is not None:
            return self.before.at_first
        return self.stage.solved(self.option, self.world)

    @property
    def encoded(self) -> Any:
        """Return what the model reads of the world, without what the umpire put in."""
        return self.at_first[0]

    @property
    def solved(self) -> Any:
        """Return the policies there."""
        return self.at_first[1]

    @cached_property
    def crisis(self) -> Crisis:
        """The crisis under the option, with what the umpire put in."""
        return crisis_after(self.stage.crises[self.option], self.acts)

    @property
    def talks(self) -> Negotiation:
        """Return the talks as they are at the start, with what is believed of both sides then."""
        return epochs_of(self.encoded).start.talks

    @property
    def horizon(self) -> int:
        """Return how many days are played."""
        return max(self.run.record.settings.horizon, *(act.horizon for act in self.acts), 0)

    @cached_property
    def chapters(self) -> tuple[Chapter, ...]:
        """What is played from which day on: each day on which the umpire put something in.

        Raises `DetenteError` if the crisis cannot be as it then is.
        """
        if self.before is None:
            return (Chapter(0, self.encoded, self.solved),)
        kernel, day = self.stage.kernel, self.acts[-1].day
        numbers, grid = self.stage.numbers(self.option, self.world), self.stage.settings.grid
        whole = kernel.encode(self.crisis, numbers, grid=grid, horizon=self.horizon)
        rest = from_day(whole, day)
        solved = kernel.solve(rest, with_exploitability=False)
        return (*self.before.chapters, Chapter(day, rest, solved))

    @cached_property
    def _later(self) -> dict[tuple[UmpireAct, ...], "SeatedWorld"]:
        return {}

    def after(self, acts: Sequence[UmpireAct]) -> "SeatedWorld":
        """Return the same with what an umpire put in; what was worked out of it is kept."""
        first = next((act.day for act in acts), None)
        if first is None:
            return self
        of_day = tuple(act for act in acts if act.day == first)
        if of_day not in self._later:
            self._later[of_day] = replace(self, before=self, acts=(*self.acts, *of_day))
        return self._later[of_day].after(acts[len(of_day) :])

    @cached_property
    def seats(self) -> Mapping[str, Seat]:
        """Who may sit, by key."""
        return {seat.key: seat for seat in seats_of(self.crisis)}

    @cached_property
    def names(self) -> Names:
        """What a trace calls everybody, and what packages hold."""
        numbers = self.stage.numbers(self.option, self.world)
        return names_in_world(self.crisis, self.run.record, numbers, horizon=self.horizon)

    def draws(self, future: int) -> Draws:
        """Return the draws of a future."""
        return Draws(self.stage.settings.seed, self.world, future, 0, 0)

    def numbers_of(self, persons: Sequence[str]) -> tuple[int, ...]:
        """Return what the model asks when it asks these actors."""
        return tuple(number for key in persons for number in self.seats[key].numbers)

    def question(self, played: SeatedFuture, place: int) -> SeatQuestion:
        """Return a question of a future here, by its place."""
        return question_at(played, place, self.seats.values(), self.names)

    def play(
        self, future: int, persons: Sequence[str], script: Sequence[int], *, waits: bool = True
    ) -> SeatedFuture:
        """Play a future with people on seats, to the first question that was not answered yet."""
        seating = Seating(self.numbers_of(persons), script)
        return play_seated(self.chapters, seating, self.draws(future), waits=waits)

    def game(self, played: SeatedFuture, day: int) -> Play:
        """Return the world and the policies by which a future is played on a day before force."""
        chapter = next(one for one in reversed(self.chapters) if one.day <= day)
        ruling = int(played.state.ruling)
        plays = plays_sharing(chapter.world, chapter.solved, new_shared_state(self.draws(0)))
        before_force: Play
        for before_force, *_ in reversed(plays):
            calendar = before_force.trajectory.world.calendar
            if int(calendar.begins) <= day and int(calendar.result) in {Verdict.OPEN, ruling}:
                break
        return before_force

    def branch(
        self, place: TableSetting, script: Sequence[int], day: int, count: int
    ) -> np.ndarray:
        """Play a future on from a decision with other draws, so many times; return rows."""
        seating = Seating(self.numbers_of(place.persons), script)
        turn = Turn(self.draws(place.future), day)
        numbers = NUMBERED + np.arange(count)
        return play_branches(self.chapters, seating, turn, numbers)


def seat_world(run: Run, option: str, world: int) -> SeatedWorld:
    """Return a world of a run to play on.

    Raises
    ------
    DetenteError
        If the run was made by another version of the model or by own rules, or has no such option
        or world.
    """
    run.refuse_other_model()
    if run.record.settings.rules:
        hint = "play a table on a run without rules"
        raise DetenteError("was played by own rules", where=str(run.folder), hint=hint)
    run.known(option)
    worlds = run.record.settings.worlds_of(option)
    if not 0 <= world < worlds:
        hint = f"sets of assumptions are numbered from 0 to {worlds - 1}"
        raise DetenteError(
            f"there is no set of assumptions {world}", where=str(run.folder), hint=hint
        )
    return SeatedWorld(run, stage_again(run, option), option, world)


def acts_of(lines: Sequence[LogLine]) -> tuple[UmpireAct, ...]:
    """Return what the umpire has put in by a log, by day."""
    acts = [
        UmpireAct(**{**line.body, "settings": tuple(line.body["settings"])})
        for line in lines
        if line.kind in {EVENT, EXTENDED}
    ]
    return tuple(sorted(acts, key=lambda act: act.day))


def changes_in(act: UmpireAct) -> dict[str, Change]:
    """Return what an umpire's event changes, by field.

    Raises
    ------
    DetenteError
        If a setting is none, gives a field twice or divides an attack; or an event has none.
    """
    changes = parse_settings(act.settings)
    if not changes and not act.horizon:
        hint = "say what it changes, as an event of a pack does: FIELD=VALUE"
        raise DetenteError("changes nothing", where=act.name or "an event", hint=hint)
    return changes


def crisis_after(crisis: Crisis, acts: Sequence[UmpireAct]) -> Crisis:
    """Return a crisis with what an umpire put in among the events of its calendar.

    Raises
    ------
    DetenteError
        If they are too many, a field does not exist, cannot have its value or only holds at the
        start.
    """
    most = EVENTS - len(crisis.events)
    if len(acts) > most:
        hint = "begin another table"
        raise DetenteError(f"an umpire can add {most} events at most", where="events", hint=hint)
    for number, act in enumerate(acts, 1):
        event = DatedEvent.model_construct(
            name=act.name,
            date=crisis.as_of + timedelta(act.day),
            foreseen=False,
            assumed="put in by the umpire",
            change=changes_in(act),
        )
        crisis = crisis.with_event(f"umpire_{number}", event)
    return crisis


def from_day(world: World | Epochs, day: int) -> Epochs:
    """Return what is expected from an unforeseen event on, in place of the whole world."""
    views = epochs_of(world).views
    first = next(view.first for view in views if int(view.worlds[0].calendar.begins) == day)
    return Epochs(tuple(view.from_epoch(first) for view in views if view.first >= first))
