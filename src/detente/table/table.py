"""A table: people decide for some actors, all others follow their policies.

Only decisions are stored. The position of the table is computed by playing again from the first day
with the same world, the same draws and the decisions so far.
"""

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np

from detente.endings import Ending
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.errors import DetenteError
from detente.kernel.beliefs import probability
from detente.kernel.decision import FOLLOW
from detente.kernel.endings import Event
from detente.kernel.limits import LONGEST_HORIZON
from detente.kernel.seated import SeatedFuture
from detente.kernel.talks import Negotiation
from detente.questions.trace import Happening
from detente.questions.wording import titles
from detente.table.log import (
    DECISION,
    EVENT,
    EXTENDED,
    HANDED,
    NOTE,
    UMPIRE,
    UNDO,
    LogLine,
    TableLog,
)
from detente.table.questions import WAITING, Seat, SeatQuestion
from detente.table.sight import PublicStanding, SeatView, own_of, seen_by, standing
from detente.table.worlds import (
    SeatedWorld,
    TableSetting,
    UmpireAct,
    acts_of,
    changes_in,
    seat_world,
)
from detente.text import did_you_mean, show
from detente.views.trace import DAILY

SCHEMA = "detente/table/1"
PERSON, POLICY, FORCED, HELD = "person", "policy", "forced", "held"
"""Who decided; forced: there was only one choice; held: the last answer still applied."""
STANDS_FOR = 30
"""A waiting seat is asked the same question again after this time without events [days]."""
QUIET = {*DAILY, "beliefs", "incident", "sign", "speaks"}
"""Kinds of events after which a waiting seat is not asked again."""


class Decision(NamedTuple):
    """A decision of a table."""

    seat: str
    move: Annotated[int, "number in the kernel, or FOLLOW"]
    by: str
    intent: str
    says: str
    day: int


class TablePosition(NamedTuple):
    """The position of a table."""

    after: Annotated[int, "number of the last line of the log"]
    played: SeatedFuture
    question: Annotated[SeatQuestion | None, "None once the future has ended"]
    decisions: tuple[Decision, ...]

    def decided(self, seat: str) -> tuple[Decision, ...]:
        """Return the decisions of the person on a seat."""
        return tuple(one for one in self.decisions if (one.seat, one.by) == (seat, PERSON))


class PlayTable:
    """A table stored in a file."""

    def __init__(self, log: TableLog, on: SeatedWorld, place: TableSetting) -> None:
        self.log = log
        self.begun_on = on
        self.place = place

    @property
    def seated(self) -> SeatedWorld:
        """Return the world that is played, with the umpire's events."""
        return self.begun_on.after(acts_of(self.log.lines()))

    @property
    def run(self) -> Run:
        """Return the run of the table's world."""
        return self.begun_on.run

    def refused(self, what: str, hint: str = "") -> DetenteError:
        """Return an error about this table."""
        return DetenteError(what, where=str(self.log.path), hint=hint)

    def position(self) -> TablePosition:
        """Return the position of the table, computed from its log."""
        return self._played(self.log.lines())

    def advance(self) -> TablePosition:
        """Decide until a person has to, and return the position.

        These decisions are forced moves, moves of seats given to their policies, and repeated
        answers of a person who plays alone.
        """
        lines, is_alone = self.log.lines(), len(self.place.persons) == 1
        position = self._played(lines)
        while (question := position.question) is not None:
            if holders(lines).get(question.seat) == POLICY:
                by, move = POLICY, FOLLOW
            elif question.is_forced:
                by, move = FORCED, question.choices[0].move
            elif is_alone and (answer := self._standing_answer(position, question)) is not None:
                by, move = HELD, answer
            else:
                break
            self._write(position, Decision(question.seat, move, by, "", "", question.day))
            lines = self.log.lines()
            position = self._played(lines)
        return position

    def _standing_answer(self, position: TablePosition, question: SeatQuestion) -> int | None:
        """Return the last answer of a person who waits, if it still applies.

        None if the person has to be asked: the last answer was an action, the question is another,
        an event was seen since, or STANDS_FOR is over.
        """
        for at, last in reversed(list(enumerate(position.decisions))):
            if (last.seat, last.by) != (question.seat, PERSON):
                continue
            before = self.seated.question(position.played, at)
            if before.asked is question.asked:
                break
        else:
            return None
        is_same = (before.says, before.choices) == (question.says, question.choices)
        if last.says not in WAITING or not is_same or question.day - last.day >= STANDS_FOR:
            return None
        seen = seen_by(self.known(question.seat), position.played.lines, self.seated.names)
        news = any(one.day >= last.day and one.kind not in QUIET for one in seen)
        return None if news else last.move

    def decide(self, seat: str, move: int, *, intent: str = "", after: int | None = None) -> None:
        """Make a decision; it is on disk when this returns.

        `after`: number of the last line of the log that the seat saw, by default the newest.

        Raises `MovedOnError` if another line was added since; `DetenteError` if it is not the
        seat's turn, or the move is not possible.
        """
        position = self.position()
        question = position.question
        if question is None or question.seat != seat:
            turn = "the table has ended" if question is None else f"it is {question.seat}'s turn"
            raise self.refused(f"{seat} is not asked: {turn}")
        says = {choice.move: choice.says for choice in question.choices}
        if move not in says:
            hint = f"it may: {'; '.join(says.values())}"
            raise self.refused(f"{seat} cannot do that", hint)
        seen = position if after is None else position._replace(after=after)
        self._write(seen, Decision(seat, move, PERSON, intent, says[move], question.day))

    def undo(self, seat: str) -> Decision:
        """Take back and return a seat's last decision, if no other person has decided since.

        Raises `DetenteError` if there is no decision to take back, or another person has decided
        since.
        """
        position = self.position()
        by_people = [one for one in position.decisions if one.by == PERSON]
        if not by_people or by_people[-1].seat != seat:
            what = "nothing to take back: " + (
                f"{by_people[-1].seat} has decided since" if by_people else "nothing was decided"
            )
            raise self.refused(what)
        self.log.add(seat, UNDO, {}, after=position.after)
        if holders(self.log.lines()).get(seat) == POLICY:  # it wants to decide
            self.hand_over(seat, PERSON)
        return by_people[-1]

    def hand_over(self, seat: str, to: str) -> None:
        """Give a seat to another person, by name, or to its policy: POLICY."""
        self.known(seat)
        self.log.add(UMPIRE, HANDED, {"seat": seat, "to": to}, after=len(self.log.lines()))

    def give_time(self, minutes: Annotated[int, "[minutes]"]) -> None:
        """Set the time limit for each decision from now on; 0 for none."""
        self.log.add(UMPIRE, NOTE, {"minutes": minutes}, after=len(self.log.lines()))

    def let_policy(self, seat: str) -> None:
        """Let a seat's policy make one decision after the seat's time limit.

        Raises `MovedOnError` if another line was added meanwhile; `DetenteError` if the seat is not
        asked, or has time left.
        """
        position, due = self.position(), due_at(self.log.lines())
        question = position.question
        if question is None or question.seat != seat:
            raise self.refused(f"{seat} is not asked")
        if due is None or now() < due:
            hint = "wait until it is over, or hand the seat over"
            raise self.refused(f"{seat} has time left", hint)
        self._write(position, Decision(seat, FOLLOW, POLICY, "", "", question.day))

    def put_in(self, name: str, settings: Sequence[str]) -> UmpireAct:
        """Add an unforeseen event now; it is on disk when this returns.

        It happens on the day of the current question, before it, or on the next day if somebody has
        decided on that day. `settings`: fields with their values from then on, `FIELD=VALUE`.

        Raises `DetenteError` if the table is over, the event has no name, or a field does not exist
        or cannot have the value.
        """
        position = self.position()
        day = _next_day(position)
        if position.question is None or day >= self.seated.horizon:
            hint = "give it more days first, if the crisis has not ended"
            raise self.refused("no day of the table is left", hint)
        if not name.strip():
            raise self.refused("an event without a name", hint="say in words what happens")
        act = UmpireAct(day, name.strip(), tuple(settings), 0)
        changes_in(act)
        self._act(position, EVENT, act)
        return act

    def extend(self, days: Annotated[int, "[days]"]) -> UmpireAct:
        """Extend the table by some days, which all actors know from now on.

        Raises `DetenteError` if the crisis ended before its last day, fighting outlasts it, or the
        horizon would be too long.
        """
        position, horizon = self.position(), self.seated.horizon
        if not self.goes_on(position):
            hint = "take a decision back, or begin another table"
            what = "the crisis has ended, or fighting goes on past its last day"
            raise self.refused(what, hint)
        if not 1 <= days <= LONGEST_HORIZON - horizon:
            hint = f"it plays {horizon} days; use 1 to {LONGEST_HORIZON - horizon} more"
            raise self.refused(f"it cannot go on for {days} more days", hint)
        is_over = position.question is None
        day, last = horizon if is_over else _next_day(position), horizon + days
        act = UmpireAct(day, f"the table goes on for {days} more days", (), last)
        self._act(position, EXTENDED, act)
        return act

    def goes_on(self, position: TablePosition) -> bool:
        """Return whether a table has not ended, or ended only because its days were over."""
        played = position.played
        if played.is_waiting:
            return True
        return int(played.state.has_ended) == 0 and played.played_to <= self.seated.horizon

    def ended(self, position: TablePosition) -> str:
        """Return how a finished table ended, such as "the crisis is over: deal"."""
        ending = Ending(int(position.played.row["ending"]))
        what = "last day" if self.goes_on(position) else "crisis"
        return f"the {what} is over: {titles(self.run.record)[ending.name.lower()]}"

    def _act(self, position: TablePosition, kind: str, act: UmpireAct) -> None:
        """Write an act of the umpire, after checking that it can be played."""
        acts = acts_of(self.log.lines())
        _ = self.begun_on.after(sorted((*acts, act), key=lambda one: one.day)).chapters
        self.log.add(UMPIRE, kind, act._asdict(), after=position.after)

    def known(self, seat: str) -> Seat:
        """Return a seat that a person plays; raise DetenteError for any other name."""
        if seat not in self.place.persons:
            hint = f"people sit for: {', '.join(self.place.persons)}"
            raise self.refused(f"no person sits for {show(seat)}", hint)
        return self.seated.seats[seat]

    def view(self, seat: str, position: TablePosition | None = None) -> SeatView:
        """Return what a seat may see."""
        at = self.position() if position is None else position
        who, played, question = self.known(seat), at.played, at.question
        is_mine = question is not None and question.seat == seat
        waits = question is not None and not is_mine
        happened = seen_by(who, played.lines, self.seated.names)
        stands = standing(played)
        if question is None:
            stands = stands._replace(talks=self.ended(at))
        return SeatView(
            seat,
            last_seen(played, who, happened, self.begun_on.talks) if waits else stands,
            own_of(who, played),
            happened,
            question if is_mine else None,
            waits,
        )

    def _played(self, lines: Sequence[LogLine]) -> TablePosition:
        decisions, on = tuple(decisions_of(lines)), self.begun_on.after(acts_of(lines))
        script = [one.move for one in decisions]
        played = on.play(self.place.future, self.place.persons, script)
        question = None
        if played.is_waiting:
            question = on.question(played, int(played.table.asked) - 1)
        return TablePosition(len(lines), played, question, decisions)

    def _write(self, position: TablePosition, decision: Decision) -> None:
        body = decision._asdict()
        self.log.add(body.pop("seat"), DECISION, body, after=position.after)


def open_table(path: Path) -> PlayTable:
    """Return the table in a file.

    Raises `DetenteError` if the file is no table, its run is missing or another, or another version
    of the model began the table.
    """
    log = TableLog(path)
    body = log.lines()[0].body
    run = Run.open(body["run"])
    if run.digest != body["digest"]:
        hint = "put back the run that the table was begun on"
        raise DetenteError(f"{body['run']} holds another run", where=str(path), hint=hint)
    place = TableSetting(body["option"], body["world"], body["future"], tuple(body["persons"]))
    return PlayTable(log, seat_world(run, place.option, place.world), place)


def _next_day(position: TablePosition) -> int:
    """Return the first day on which an event changes no earlier decision."""
    day = 0 if position.question is None else position.question.day
    last = position.decisions[-1].day if position.decisions else -1
    return max(day, last + 1, 1)


def decisions_of(lines: Sequence[LogLine]) -> Iterator[Decision]:
    """Yield the decisions of a log without those taken back."""
    standing: list[Decision] = []
    for line in lines:
        if line.kind == DECISION:
            standing.append(Decision(seat=line.seat, **line.body))
        elif line.kind == UNDO:
            while standing and standing.pop().by != PERSON:
                pass
    yield from standing


def holders(lines: Sequence[LogLine]) -> dict[str, str]:
    """Return the holder of each seat that was handed over."""
    return {line.body["seat"]: line.body["to"] for line in lines if line.kind == HANDED}


def now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


def due_at(lines: Sequence[LogLine]) -> datetime | None:
    """Return when the time for the current question ends; None if there is no limit."""
    given = [line.body["minutes"] for line in lines if "minutes" in line.body]
    if not given or not given[-1]:
        return None
    return datetime.fromisoformat(lines[-1].at) + timedelta(minutes=given[-1])


def last_seen(
    played: SeatedFuture, seat: Seat, happened: Sequence[Happening], talks: Negotiation
) -> PublicStanding:
    """Return the state of a future as known to a seat that waits while another is asked.

    Force, programme, vow and talks change in public. Day and beliefs are those of the last event
    that the seat saw or question that it was asked, as beliefs also drift without events and would
    reveal how many days have passed. `talks`: has beliefs at the start.
    """
    table = played.table
    day, hard, tough = 0, talks.hard_log_odds, talks.tough_log_odds
    own_questions = np.flatnonzero(np.isin(table.seats[: int(table.asked)], seat.numbers))
    if len(own_questions):
        at = own_questions[-1]
        day, hard, tough = int(table.days[at]), table.hard[at], table.tough[at]
    believed = [float(probability(float(one))) for one in (hard, tough)]
    for one in happened:
        if one.kind == Event.BELIEFS.name.lower() and one.day >= day:
            believed[one.first] = one.value
    last = max([day, *(one.day for one in happened)])
    return standing(played)._replace(day=last, hard=believed[0], tough=believed[1])


LENGTHS = {"short": 4, "middle": 8, "long": 12}
"""Approximate number of decisions that a table asks for."""
SCANNED = 300
"""Futures of a world that are searched for one of the wanted length."""


class Wanted(NamedTuple):
    """The wanted settings of a new table; None means any."""

    seats: tuple[str, ...] = ()
    length: str = "middle"
    world: int | None = None
    draws: int | None = None
    option: str = BASE


def set_up(run: Run, wanted: Wanted, path: Path | None = None) -> PlayTable:
    """Set up a table on a run in a new file, by default with the challenger as seat.

    `path`: the file; by default a new one in the current folder.

    Raises `DetenteError` if an actor cannot be played, the option or world does not exist, or the
    file is not empty.
    """
    # A random number; the world and the future that follow from it are in the log.
    first = int.from_bytes(os.urandom(3), "big") if wanted.draws is None else wanted.draws
    worlds = run.record.settings.worlds_of(run.known(wanted.option))
    on = seat_world(run, wanted.option, first % worlds if wanted.world is None else wanted.world)
    persons = tuple(dict.fromkeys(wanted.seats)) or tuple(on.seats)[:1]
    for key in persons:
        if key not in on.seats:
            hint = did_you_mean(key, on.seats) or f"these may: {', '.join(on.seats)}"
            raise DetenteError(f"{show(key)} cannot sit at a table", where="--seat", hint=hint)
    future = suitable(on, persons, LENGTHS[wanted.length], first)
    if path is None:
        names = (f"table-{run.record.name}-{persons[0]}-{place}.sqlite" for place in count(1))
        path = next(free for free in map(Path, names) if not free.exists())
    return begin(path, on, future, persons)


def begin(path: Path, on: SeatedWorld, future: int, persons: Sequence[str]) -> PlayTable:
    """Set up a table in a new file, on a future of a world, with people for some actors."""
    place = TableSetting(on.option, on.world, future, tuple(persons))
    body = {
        "schema": SCHEMA,
        "run": str(Path(on.run.folder).absolute()),
        "digest": on.run.digest,
        "model": on.run.record.model,
        **place._asdict(),
    }
    return PlayTable(TableLog.begin(path, body), on, place)


def questions_in(on: SeatedWorld, future: int, persons: Sequence[str]) -> int:
    """Return the number of decisions that people would make in a future by their policies."""
    played = on.play(future, persons, (), waits=False)
    asked = slice(0, int(played.state.decisions_asked))
    return int((played.table.legal[asked].sum(axis=1) > 1).sum())


def suitable(on: SeatedWorld, persons: Sequence[str], length: int, first: int) -> int:
    """Return a future, from `first` on, with about `length` decisions for people."""
    best, apart = first, np.inf
    for future in range(first, first + SCANNED):
        away = abs(questions_in(on, future, persons) - length)
        if away < apart:
            best, apart = future, away
        if away <= 1:
            break
    return best
