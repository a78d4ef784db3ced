"""A table: people decide for some actors of a crisis, all others follow their solved policies.

The decisions are all that is kept. Where the table stands is played from the first day on, each
time again: the same world and the same luck, and what was decided so far.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente.analysis.names import Names, names_in_world
from detente.analysis.seats.log import (
    DECISION,
    HANDED,
    NOTE,
    UMPIRE,
    UNDO,
    LogLine,
    TableLog,
)
from detente.analysis.seats.questions import RawQuestion, Seat, SeatQuestion, in_words, seats_of
from detente.analysis.seats.sight import PublicStanding, SeatView, own_of, seen_by, standing_of
from detente.ensemble.foundation import read_again
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.runners import Stage
from detente.ensemble.simulate import stage_of
from detente.errors import DetenteError
from detente.kernel.decision import FOLLOW, Asked
from detente.kernel.draws import Luck
from detente.kernel.seated import SeatedFuture, Seating, Turn, play_branches, play_seated
from detente.pack import Crisis

SCHEMA = "detente/table/1"
PERSON, POLICY, FORCED = "person", "policy", "forced"
"""By whom a decision was taken; one that is forced was the only thing to do."""
NUMBERED = 1 << 30
"""Luck for branches begins here, past that of all futures of a run."""


class Decision(NamedTuple):
    """One decision of a table."""

    seat: str
    move: Annotated[int, "as the kernel numbers it, or FOLLOW"]
    by: str
    intent: str
    says: str
    day: int


class TableSetting(NamedTuple):
    """Which future of which world of a run is played, and for whom people decide."""

    option: str
    world: int
    future: int
    persons: tuple[str, ...]


class TablePosition(NamedTuple):
    """Where a table stands."""

    after: Annotated[int, "number of the last line of the log"]
    played: SeatedFuture
    question: Annotated[SeatQuestion | None, "what is asked; None once the future has ended"]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True)
class SeatedWorld:
    """One world of a run, solved, on which tables are played."""

    run: Run
    stage: Stage
    option: str
    world: int

    @cached_property
    def encoded(self) -> Any:
        """What the model reads of the world."""
        return self.stage.encoded(self.option, self.world)

    @cached_property
    def solved(self) -> Any:
        """The policies."""
        return self.stage.solved(self.encoded, self.world)

    @cached_property
    def crisis(self) -> Crisis:
        """The crisis under the option."""
        return self.stage.crises[self.option]

    @cached_property
    def seats(self) -> Mapping[str, Seat]:
        """Who may sit, by key."""
        return {seat.key: seat for seat in seats_of(self.crisis)}

    @cached_property
    def names(self) -> Names:
        """What a trace calls everybody, and what packages hold."""
        numbers = self.stage.numbers(self.option, self.world)
        return names_in_world(self.crisis, self.run.record, numbers)

    def luck(self, future: int) -> Luck:
        """Return the luck of a future."""
        return Luck(self.stage.settings.seed, self.world, future, 0, 0)

    def numbers_of(self, persons: Sequence[str]) -> tuple[int, ...]:
        """Return what the model asks when it asks these actors."""
        return tuple(number for key in persons for number in self.seats[key].numbers)

    def seat_of(self, number: int) -> Seat:
        """Return whose seat has a number."""
        return next(seat for seat in self.seats.values() if number in seat.numbers)

    def play(
        self, future: int, persons: Sequence[str], script: Sequence[int], *, waits: bool = True
    ) -> SeatedFuture:
        """Play a future with people on seats, to the first question that was not answered yet."""
        seating = Seating(self.numbers_of(persons), script)
        return play_seated(self.encoded, self.solved, seating, self.luck(future), waits=waits)

    def branch(
        self, place: TableSetting, script: Sequence[int], day: int, count: int
    ) -> np.ndarray:
        """Play a future on from a decision with other luck, so many times; return rows."""
        seating = Seating(self.numbers_of(place.persons), script)
        turn = Turn(self.luck(place.future), day)
        numbers = NUMBERED + np.arange(count)
        return play_branches(self.encoded, self.solved, seating, turn, numbers)


def ground(run: Run, option: str, world: int) -> SeatedWorld:
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
        hint = f"worlds are numbered from 0 to {worlds - 1}"
        raise DetenteError(f"there is no world {world}", where=str(run.folder), hint=hint)
    crises = read_again(run.folder, run.record)
    asked = {name: crises[name] for name in (BASE, option)}
    return SeatedWorld(run, stage_of(run.folder, asked, run.record.settings), option, world)


class PlayTable:
    """A table that lies in a file."""

    def __init__(self, log: TableLog, on: SeatedWorld, place: TableSetting) -> None:
        self.log = log
        self.ground = on
        self.place = place

    @property
    def run(self) -> Run:
        """Return the run it is played on."""
        return self.ground.run

    def position(self) -> TablePosition:
        """Return where the table stands, worked out from its log alone."""
        lines = self.log.lines()
        decisions = tuple(decisions_of(lines))
        return self._played(len(lines), decisions)

    def advance(self) -> TablePosition:
        """Go on through what nobody is to be asked: the only thing to do, and seats handed over."""
        lines = self.log.lines()
        position = self._played(len(lines), tuple(decisions_of(lines)))
        while (question := position.question) is not None:
            is_policy = holders(lines).get(question.seat) == POLICY
            if not question.is_forced and not is_policy:
                break
            by, move = (POLICY, FOLLOW) if is_policy else (FORCED, question.choices[0].move)
            self._write(position, Decision(question.seat, move, by, "", "", question.day))
            lines = self.log.lines()
            position = self._played(len(lines), tuple(decisions_of(lines)))
        return position

    def decide(self, seat: str, move: int, *, intent: str = "", after: int | None = None) -> None:
        """Take a decision; it is on the disk when this returns.

        `after`: number of the last line of the log that was seen, the newest unless given.

        Raises
        ------
        MovedOnError
            If something was decided since.
        DetenteError
            If it is not the seat's turn, or the move cannot be made.
        """
        position = self.position()
        question = position.question
        if question is None or question.seat != seat:
            turn = "the table has ended" if question is None else f"it is {question.seat}'s turn"
            raise DetenteError(f"{seat} is not asked: {turn}", where=str(self.log.path))
        says = {choice.move: choice.says for choice in question.choices}
        if move not in says:
            hint = f"it may: {'; '.join(says.values())}"
            raise DetenteError(f"{seat} cannot do that", where=str(self.log.path), hint=hint)
        seen = position if after is None else position._replace(after=after)
        self._write(seen, Decision(seat, move, PERSON, intent, says[move], question.day))

    def undo(self, seat: str) -> Decision:
        """Take back a seat's last decision, if no other person has decided since; return it.

        Raises
        ------
        DetenteError
            If it has decided nothing, or another has.
        """
        position = self.position()
        mine = [one for one in position.decisions if one.by == PERSON]
        if not mine or mine[-1].seat != seat:
            what = "nothing to take back: " + (
                f"{mine[-1].seat} has decided since" if mine else "nothing was decided"
            )
            raise DetenteError(what, where=str(self.log.path))
        self.log.add(seat, UNDO, {}, after=position.after)
        return mine[-1]

    def hand_over(self, seat: str, to: str) -> None:
        """Hand a seat to another person, by name, or to its policy: POLICY."""
        self.known(seat)
        self.log.add(UMPIRE, HANDED, {"seat": seat, "to": to}, after=len(self.log.lines()))

    def give_time(self, minutes: Annotated[int, "[minutes]"]) -> None:
        """Give each decision so much time from now on; 0 for as long as it takes."""
        self.log.add(UMPIRE, NOTE, {"minutes": minutes}, after=len(self.log.lines()))

    def let_policy(self, seat: str) -> None:
        """Let a seat's policy take one decision, for which the seat has had its time.

        Raises
        ------
        MovedOnError
            If something was decided meanwhile.
        DetenteError
            If the seat is not asked, or its time is not over.
        """
        position, due = self.position(), due_at(self.log.lines())
        question = position.question
        if question is None or question.seat != seat:
            raise DetenteError(f"{seat} is not asked", where=str(self.log.path))
        if due is None or now() < due:
            hint = "wait until it is over, or hand the seat over"
            raise DetenteError(f"{seat} has time left", where=str(self.log.path), hint=hint)
        self._write(position, Decision(seat, FOLLOW, POLICY, "", "", question.day))

    def known(self, seat: str) -> Seat:
        """Return a seat of the table that is a person's.

        Raises
        ------
        DetenteError
            If there is none of that name.
        """
        if seat not in self.place.persons:
            hint = f"people sit for: {', '.join(self.place.persons)}"
            raise DetenteError(f"no person sits for {seat!r}", where=str(self.log.path), hint=hint)
        return self.ground.seats[seat]

    def view(self, seat: str, position: TablePosition | None = None) -> SeatView:
        """Return what one seat sees, and nothing else."""
        at = self.position() if position is None else position
        own, played, question = self.known(seat), at.played, at.question
        is_mine = question is not None and question.seat == seat
        return SeatView(
            seat,
            standing(played),
            own_of(own, types_of(played), int(played.state.plan)),
            seen_by(own, played.lines, self.ground.names),
            question if is_mine else None,
            question is not None and not is_mine,
        )

    def _played(self, after: int, decisions: tuple[Decision, ...]) -> TablePosition:
        script = [one.move for one in decisions]
        played = self.ground.play(self.place.future, self.place.persons, script)
        question = None
        if played.is_waiting:
            raw = raw_question(played)
            seat = self.ground.seat_of(raw.seat)
            question = in_words(raw, seat, self.ground.names)
        return TablePosition(after, played, question, decisions)

    def _write(self, position: TablePosition, decision: Decision) -> None:
        body = decision._asdict()
        self.log.add(body.pop("seat"), DECISION, body, after=position.after)


def open_table(path: Path) -> PlayTable:
    """Open the table that lies in a file.

    Raises
    ------
    DetenteError
        If none does, its run is gone or another, or it was begun with another version of the model.
    """
    log = TableLog(path)
    body = log.lines()[0].body
    run = Run.open(body["run"])
    if run.digest != body["digest"]:
        hint = "put back the run that the table was begun on"
        raise DetenteError(f"{body['run']} holds another run", where=str(path), hint=hint)
    place = TableSetting(body["option"], body["world"], body["future"], tuple(body["persons"]))
    return PlayTable(log, ground(run, place.option, place.world), place)


def decisions_of(lines: Sequence[LogLine]) -> Iterator[Decision]:
    """Yield the decisions of a log that stand; what was taken back does not."""
    standing: list[Decision] = []
    for line in lines:
        if line.kind == DECISION:
            standing.append(Decision(seat=line.seat, **line.body))
        elif line.kind == UNDO:
            while standing and standing.pop().by != PERSON:
                pass
    yield from standing


def holders(lines: Sequence[LogLine]) -> dict[str, str]:
    """Return who holds each seat that was handed over."""
    return {line.body["seat"]: line.body["to"] for line in lines if line.kind == HANDED}


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


def due_at(lines: Sequence[LogLine]) -> datetime | None:
    """Return when the time is over of who is asked now; None if there is no limit."""
    given = [line.body["minutes"] for line in lines if "minutes" in line.body]
    if not given or not given[-1]:
        return None
    return datetime.fromisoformat(lines[-1].at) + timedelta(minutes=given[-1])


def raw_question(played: SeatedFuture) -> RawQuestion:
    """Return what a future waits for."""
    table = played.table
    at = int(table.asked) - 1
    legal = tuple(int(move) for move in np.flatnonzero(table.legal[at]))
    return RawQuestion(
        int(table.seats[at]),
        int(table.days[at]),
        Asked(int(table.kinds[at])),
        int(table.abouts[at]),
        legal,
    )


def standing(played: SeatedFuture) -> PublicStanding:
    """Return where a future stands, as far as everybody knows."""
    state, table = played.state, played.table
    if not played.is_waiting:
        where = (int(state.posture), int(state.stance), int(state.regime))
        return standing_of(int(state.day), (float(state.hard), float(state.tough)), where)
    at = int(table.asked) - 1
    beliefs = float(table.hard[at]), float(table.tough[at])
    where = (int(table.posture), int(table.stance), int(table.regime))
    return standing_of(int(table.days[at]), beliefs, where)


def types_of(played: SeatedFuture) -> tuple[int, int]:
    """Return both sides' types."""
    return int(played.state.challenger_type), int(played.state.defender_type)
