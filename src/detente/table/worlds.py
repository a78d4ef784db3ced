"""The world of a table: a world of a run, with events that an umpire adds during play.

An umpire's event is unforeseen and holds from its day on. Days before it are played as they were,
by the same policies; from that day on the world is solved again.
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
    BranchStart,
    Chapter,
    SeatedFuture,
    Seating,
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
    """An act of an umpire: an event, or more days."""

    day: Annotated[int, "first day on which it holds"]
    name: Annotated[str, "the event in words"]
    settings: Annotated[tuple[str, ...], "changes, `FIELD=VALUE`"]
    horizon: Annotated[int, "new horizon; 0 if unchanged"]


class TableSetting(NamedTuple):
    """The option, world and future of a table, and the actors that people play."""

    option: str
    world: int
    future: int
    persons: tuple[str, ...]


@dataclass(frozen=True)
class SeatedWorld:
    """A solved world of a run for tables, with the acts of an umpire."""

    run: Run
    stage: Stage
    option: str
    world: int
    before: "Annotated[SeatedWorld | None, 'as it was until the last day that has any']" = None
    acts: Annotated[tuple[UmpireAct, ...], "acts of the umpire, by day"] = ()

    @cached_property
    def at_first(self) -> tuple[Any, Any]:
        """The kernel's record of the world and its policies, without the umpire's acts."""
        if self.before is not None:
            return self.before.at_first
        return self.stage.solved(self.option, self.world)

    @property
    def encoded(self) -> Any:
        """Return the kernel's record of the world, without the umpire's acts."""
        return self.at_first[0]

    @property
    def solved(self) -> Any:
        """Return the policies of the world, without the umpire's acts."""
        return self.at_first[1]

    @cached_property
    def crisis(self) -> Crisis:
        """The crisis under the option, with the umpire's acts."""
        return crisis_after(self.stage.crises[self.option], self.acts)

    @property
    def talks(self) -> Negotiation:
        """Return the talks at the start, with initial beliefs."""
        return epochs_of(self.encoded).start.talks

    @property
    def horizon(self) -> int:
        """Return the number of days that are played."""
        return max(self.run.record.settings.horizon, *(act.horizon for act in self.acts), 0)

    @cached_property
    def chapters(self) -> tuple[Chapter, ...]:
        """The worlds and policies by the day from which they hold: one for each day with an act.

        Raises `DetenteError` if the crisis is invalid after an act.
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
        """Return this world with an umpire's acts; results are cached."""
        first = next((act.day for act in acts), None)
        if first is None:
            return self
        of_day = tuple(act for act in acts if act.day == first)
        if of_day not in self._later:
            self._later[of_day] = replace(self, before=self, acts=(*self.acts, *of_day))
        return self._later[of_day].after(acts[len(of_day) :])

    @cached_property
    def seats(self) -> Mapping[str, Seat]:
        """The actors that people may play, by key."""
        return {seat.key: seat for seat in seats_of(self.crisis)}

    @cached_property
    def names(self) -> Names:
        """The words of a trace for parties and packages."""
        numbers = self.stage.numbers(self.option, self.world)
        return names_in_world(self.crisis, self.run.record, numbers, horizon=self.horizon)

    def draws(self, future: int) -> Draws:
        """Return the draws of a future."""
        return Draws(self.stage.settings.seed, self.world, future, 0, 0)

    def numbers_of(self, persons: Sequence[str]) -> tuple[int, ...]:
        """Return the kernel's numbers of the seats of these actors."""
        return tuple(number for key in persons for number in self.seats[key].numbers)

    def question(self, played: SeatedFuture, place: int) -> SeatQuestion:
        """Return a question of a future in words, by its index."""
        return question_at(played, place, self.seats.values(), self.names)

    def play(
        self, future: int, persons: Sequence[str], script: Sequence[int], *, waits: bool = True
    ) -> SeatedFuture:
        """Play a future with people on seats, up to the first unanswered question."""
        seating = Seating(self.numbers_of(persons), script)
        return play_seated(self.chapters, seating, self.draws(future), waits=waits)

    def game(self, played: SeatedFuture, day: int) -> Play:
        """Return the world and policies that apply to a future on a day before force."""
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
        """Play `count` branches of a future from a decision on, with new draws; return rows."""
        seating = Seating(self.numbers_of(place.persons), script)
        turn = BranchStart(self.draws(place.future), day)
        numbers = NUMBERED + np.arange(count)
        return play_branches(self.chapters, seating, turn, numbers)


def seat_world(run: Run, option: str, world: int) -> SeatedWorld:
    """Return a world of a run for tables.

    Raises `DetenteError` if another version of the model or own rules made the run, or the option
    or world does not exist.
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
    """Return the umpire's acts in a log, by day."""
    acts = [
        UmpireAct(**{**line.body, "settings": tuple(line.body["settings"])})
        for line in lines
        if line.kind in {EVENT, EXTENDED}
    ]
    return tuple(sorted(acts, key=lambda act: act.day))


def changes_in(act: UmpireAct) -> dict[str, Change]:
    """Return the changes of an umpire's event by field.

    Raises `DetenteError` if a setting is invalid, repeats a field or divides an attack, or an event
    has none.
    """
    changes = parse_settings(act.settings)
    if not changes and not act.horizon:
        hint = "say what it changes, as an event of a pack does: FIELD=VALUE"
        raise DetenteError("changes nothing", where=act.name or "an event", hint=hint)
    return changes


def crisis_after(crisis: Crisis, acts: Sequence[UmpireAct]) -> Crisis:
    """Return a crisis with an umpire's acts as events of its calendar.

    Raises `DetenteError` if there are too many, or a field does not exist, cannot have its value or
    only applies at the start.
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
    """Return the epochs of a world from an unforeseen event on."""
    views = epochs_of(world).views
    first = next(view.first for view in views if int(view.worlds[0].calendar.begins) == day)
    return Epochs(tuple(view.from_epoch(first) for view in views if view.first >= first))
