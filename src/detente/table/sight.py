"""What each seat may see: a white list of events of a trace, and its own side's state.

Events that are not listed are invisible. Numbers of an event that a seat may not know are cleared
before the event is put into words, so that no sentence can reveal them: what an incident was, the
chance that the model gives an act, why a mediator is not believed, disputes among other allies.

`detente play --json` prints one object, `detente/play/1`. By name:

- table, run, seats (keys of the actors that people play), lines (number in the log), decisions
  (their number), ended.
- seat: whose turn it is, or the first seat after the end. The rest is what this seat may see: day,
  talks, force (the challenger's, deployed [0-2]), is_under_way, step (of the defender's programme
  [0-2]), has_vowed, hard and tough (public beliefs that challenger and defender are resolved
  [0-1]), is_imposed (a blockade or similar measure is in place), own: is_firm and plan, null for
  actors other than principals; happened[]: day, says; question: asked, says, choices (in words),
  null after the end; waits: whether another seat is asked.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente.kernel.beliefs import probability
from detente.kernel.decision import ALLY_SEAT, Asked, SeatScript
from detente.kernel.endings import EVENT as LINE
from detente.kernel.endings import Event
from detente.kernel.mediators import SILENT
from detente.kernel.places import force_of, has_vowed, is_imposed, is_under_way, step_of
from detente.kernel.seated import SeatedFuture
from detente.kernel.talks import Regime
from detente.kernel.world import State
from detente.questions.names import Names
from detente.questions.trace import Happening, happenings_of
from detente.table.log import DECISION, EVENT, EXTENDED, HANDED, NOTE, TABLE, UNDO, LogLine
from detente.table.questions import CHALLENGER, DEFENDER, Seat, SeatQuestion

ALL = ("first", "second", "value")
WHO = ("first",)
FIGURES = ("first", "second")
REGIMES = {
    Regime.NO_TEXT: "talks go on, and no draft deal is ready",
    Regime.TEXT_READY: "a draft deal is ready to be put on the table",
    Regime.ULTIMATUM: "an ultimatum runs",
    Regime.FAILED: "talks have failed",
    Regime.STANDSTILL: "a standstill holds",
}
"""Words for the state of the talks."""
INSTEAD = {
    **dict.fromkeys((Asked.REPLY, Asked.JOIN, Asked.CLOSE, Asked.TERMS), "force is used"),
    Asked.BREAK: "a deal is in force",
}
"""Words where a question comes in fighting or under a deal, when there are no talks."""
SEEN: dict[Event, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            *(Event.TEXT_READY, Event.PROGRAMME_GROWS, Event.POSTURE_CAPPED, Event.TALKS_RESUME),
            *(Event.FADES, Event.RAISES, Event.LOWERS, Event.ARRIVES, Event.OFFERS, Event.ACCEPTS),
            *(Event.REJECTS, Event.RATIFIED, Event.NOT_RATIFIED, Event.ULTIMATUM, Event.REFUSES),
            *(Event.YIELDS, Event.DROPS, Event.WALKS_OUT, Event.STRIKES, Event.ADVANCES),
            *(Event.LAPSES, Event.BACKS_DOWN, Event.FORCE_ENDS, Event.HORIZON, Event.BELIEFS),
            *(Event.SIGN, Event.UNREST, Event.VOWS, Event.BREAKS, Event.CLOSES, Event.CEASEFIRE),
            *(Event.JOINS, Event.LEAVES, Event.DISPUTED, Event.CONCEDES, Event.HAPPENS),
            *(Event.WITHDRAWS, Event.CONSENTS, Event.SENDS, Event.CALLS_BACK, Event.GOES_IN),
            *(Event.ALLY_STRIKES, Event.SHOWS_PLAN, Event.RULES, Event.IMPOSES, Event.LIFTS),
            *(Event.OFFERS_STANDSTILL, Event.AGREES_STANDSTILL, Event.REFUSES_STANDSTILL),
            *(Event.STANDSTILL_ENDS, Event.BREAKS_STANDSTILL, Event.FRONT),
            *(Event.TAKES, Event.RESTORES),
        ),
        ALL,
    ),
    Event.ANSWERS: FIGURES,
    Event.SPEAKS: FIGURES,
    Event.MEETS_TAKING: FIGURES,
    Event.INCIDENT: ("first", "value"),
    Event.REPLY: WHO,
    Event.ESCALATES: WHO,
}
"""Events that every seat sees, and their visible numbers."""
OWN: dict[Event, tuple[tuple[str, ...], Callable[[np.void], tuple[int, ...]]]] = {
    Event.RAIDS: (ALL, lambda line: (int(line["first"]),)),
    Event.LOSES: (ALL, lambda line: (int(line["first"]),)),
    Event.RESTRAINED: (WHO, lambda _: (CHALLENGER, ALLY_SEAT)),
}
"""Events that only some seats see: their visible numbers, and these seats."""
UNCERTAIN: dict[Event, Callable[[Happening, Names], str]] = {
    Event.INCIDENT: lambda one, names: (
        f"incident at the contact zone: {'an' if one.value > 0.0 else 'no'} alarm on the side of "
        f"{names.parties[('challenger', 'defender')[one.first]]}; its cause is not known"
    ),
    Event.ANSWERS: lambda one, _: one.text.partition(" (chance")[0],
    Event.MEETS_TAKING: lambda one, _: one.text.partition(" (chance")[0],
    Event.REPLY: lambda one, _: one.text.replace(" (chance 0 %)", ""),
    Event.ESCALATES: lambda one, _: one.text.replace(" (chance 0 %)", ""),
}
"""Words for events of which some numbers are cleared."""


LOG_SEEN = {
    TABLE: ("schema", "option", "persons"),
    HANDED: ("seat", "to"),
    EVENT: ("day", "name"),
    # The day of an extension is hidden: it is the day of another seat's question.
    EXTENDED: ("name", "horizon"),
}
"""Lines of the log that every seat sees, and their visible fields."""
LOG_OWN = (DECISION, UNDO, NOTE)
"""Lines of the log that a seat sees if they are its own."""


class PublicStanding(NamedTuple):
    """The public state of a future."""

    day: Annotated[int, "day of the question or the end; for a waiting seat, of its last event"]
    talks: Annotated[str, "state of the talks in words; after the end, how it ended"]
    force: Annotated[int, "challenger's force deployed [0-2]"]
    is_under_way: Annotated[bool, "whether more has been ordered"]
    step: Annotated[int, "step of the defender's programme [0-2]"]
    has_vowed: Annotated[bool, "whether the defender has vowed to answer force"]
    hard: Annotated[float, "public belief that the challenger is resolved [0-1]"]
    tough: Annotated[float, "public belief that the defender is resolved [0-1]"]
    is_imposed: Annotated[bool, "whether a blockade or similar measure is in place"]


class Own(NamedTuple):
    """What only a principal itself knows."""

    is_firm: Annotated[bool, "whether it is resolved, that is, war hurts it less"]
    plan: Annotated[int | None, "its plan, for the challenger only"]


class SeatView(NamedTuple):
    """All that a seat may see."""

    seat: str
    standing: PublicStanding
    own: Own | None
    happened: tuple[Happening, ...]
    question: Annotated[SeatQuestion | None, "None if it is another's turn"]
    waits: Annotated[bool, "whether another seat is asked; details are hidden"]

    def content(self) -> dict[str, Any]:
        """Return the view as `detente play --json` prints it."""
        asked = self.question
        return {
            "seat": self.seat,
            **self.standing._asdict(),
            "own": self.own,
            "happened": [{"day": one.day, "says": one.text} for one in self.happened],
            "question": asked
            and {
                "asked": asked.asked,
                "says": asked.says,
                "choices": [choice.says for choice in asked.choices],
            },
            "waits": self.waits,
        }


def seen_by(seat: Seat, lines: Iterable[np.void], names: Names) -> tuple[Happening, ...]:
    """Return the events that a seat may see in words; hidden numbers are cleared before."""
    cleared, seen = [], []
    for line in lines:
        event = Event(int(line["kind"]))
        if event in SEEN:
            cleared.append(_with(line, SEEN[event]))
        elif event in OWN and set(OWN[event][1](line)) & set(seat.numbers):
            cleared.append(_with(line, OWN[event][0]))
    for one in happenings_of(cleared, names):
        event = Event[one.kind.upper()]
        is_hedged = event in UNCERTAIN
        seen.append(one._replace(text=UNCERTAIN[event](one, names)) if is_hedged else one)
    return tuple(seen)


def log_seen_by(seat: Seat, lines: Iterable[LogLine]) -> Iterator[LogLine]:
    """Yield the lines of a log that a seat may see: the settings of the table, and its own lines.

    World and future stay hidden, and so do seals, with which guesses could be checked. Lines are
    renumbered, since gaps would reveal how often others have decided.
    """
    number = 0
    for line in lines:
        if line.kind in LOG_SEEN:
            body = {key: line.body[key] for key in LOG_SEEN[line.kind] if key in line.body}
        elif line.kind in LOG_OWN and line.seat == seat.key:
            body = dict(line.body)
        else:
            continue
        number += 1
        yield line._replace(number=number, body=body, seal="")


def _with(line: np.void, fields: tuple[str, ...]) -> np.void:
    """Return an event with only the given numbers; the others are cleared."""
    kept = np.zeros(1, LINE)
    for field in ("day", "kind", *fields):
        kept[field] = line[field]
    if line["kind"] == Event.SPEAKS:
        kept["value"] = SILENT
    found: np.void = kept[0]
    return found


def standing(played: SeatedFuture) -> PublicStanding:
    """Return the public state of a future."""
    state, table = played.state, played.table
    at: State | SeatScript = state
    day, hard, tough = state.day, state.hard, state.tough
    talks = None
    if played.is_waiting:
        # `state` is from the end of the day, but the question came within the day.
        at, last = table, int(table.asked) - 1
        day, hard, tough = table.days[last], table.hard[last], table.tough[last]
        talks = INSTEAD.get(Asked(int(table.kinds[last])))
    posture, stance = int(at.posture), int(at.stance)
    return PublicStanding(
        int(day),
        talks or REGIMES[Regime(int(at.regime))],
        force_of(posture),
        bool(is_under_way(posture)),
        step_of(stance),
        bool(has_vowed(stance)),
        float(probability(float(hard))),
        float(probability(float(tough))),
        bool(is_imposed(posture)),
    )


def types_of(played: SeatedFuture) -> tuple[int, int]:
    """Return both sides' types."""
    return int(played.state.challenger_type), int(played.state.defender_type)


def own_of(seat: Seat, played: SeatedFuture) -> Own | None:
    """Return what only a seat itself knows: its type, and for the challenger also its plan."""
    challenger, defender = types_of(played)
    if CHALLENGER in seat.numbers:
        return Own(challenger == 0, int(played.state.plan))
    return Own(defender == 0, None) if DEFENDER in seat.numbers else None
