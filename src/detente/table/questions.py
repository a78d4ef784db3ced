"""Actors that people may play, and their questions in the crisis's own terms."""

from collections.abc import Iterable
from typing import Annotated, NamedTuple

import numpy as np

from detente.ensemble.encode.supporters import third_parties
from detente.errors import DetenteError
from detente.kernel.decision import (
    ALLY_SEAT,
    MEDIATOR_SEATS,
    PARTY_SEATS,
    Asked,
)
from detente.kernel.mediators import TOUGH
from detente.kernel.seated import SeatedFuture
from detente.kernel.talks import PACKAGES, ChallengerMove, DefenderMove
from detente.pack import Crisis
from detente.questions.names import MATTERS, Names
from detente.text import capitalised

CHALLENGER, DEFENDER = 0, 1
"""Numbers of the principals' seats."""
HOLD, HOLD_OUT, HOLD_FIRE, FIGHT_ON = "hold: change nothing", "hold out", "hold fire", "fight on"
KEEP, LEAVE, LEAVE_OPEN, STAY_OUT = (
    "keep it",
    "leave it as it is",
    "leave it open for now",
    "stay out for now",
)
WAITING = (HOLD, HOLD_OUT, HOLD_FIRE, FIGHT_ON, KEEP, LEAVE, LEAVE_OPEN, STAY_OUT)
"""Answers that change nothing; they are repeated for a seat until something happens."""


class Seat(NamedTuple):
    """An actor that a person may play."""

    key: str
    name: str
    numbers: Annotated[tuple[int, ...], "numbers of its seats in the kernel"]


class SeatChoice(NamedTuple):
    """One of the possible answers."""

    move: Annotated[int, "number in the kernel"]
    says: str


class SeatQuestion(NamedTuple):
    """A question to a seat."""

    seat: str
    day: int
    asked: Asked
    says: str
    choices: tuple[SeatChoice, ...]

    @property
    def is_forced(self) -> bool:
        """Return whether there is only one choice."""
        return len(self.choices) == 1


def seats_of(crisis: Crisis) -> tuple[Seat, ...]:
    """Return the actors of a crisis that people may play, the principals first."""
    numbered = [
        (CHALLENGER, crisis.of_role("challenger")),
        (DEFENDER, crisis.of_role("defender")),
        *((ALLY_SEAT, key) for key in crisis.all_of_role("ally")),
        *enumerate(third_parties(crisis), PARTY_SEATS),
        *enumerate(crisis.all_of_role("mediator"), MEDIATOR_SEATS),
    ]
    numbers: dict[str, list[int]] = {}
    for number, key in numbered:
        numbers.setdefault(key, []).append(number)
    actors = crisis.model.actors
    return tuple(Seat(key, actors[key].name, tuple(found)) for key, found in numbers.items())


def question_at(
    played: SeatedFuture, place: int, seats: Iterable[Seat], names: Names
) -> SeatQuestion:
    """Return a question of a future in words, by its index; the last may be unanswered."""
    table = played.table
    number, about, day = (int(values[place]) for values in (table.seats, table.abouts, table.days))
    asked, known = Asked(int(table.kinds[place])), names.on(day)
    kind, filling = KINDS[asked], _filling(number, about, known)
    choices = []
    for move in np.flatnonzero(table.legal[place]).tolist():
        if asked is Asked.MOVE:
            says = _move(number, move, known)
        else:
            says = kind.answers[move].format_map(filling)
        choices.append(SeatChoice(move, says))
    seat = next(seat for seat in seats if number in seat.numbers)
    says = capitalised(kind.asks.format_map(filling))
    return SeatQuestion(seat.key, day, asked, says, tuple(choices))


def chosen(question: SeatQuestion, answer: str) -> SeatChoice:
    """Return the choice that an answer means, by its number or by words that only one contains."""
    choices = question.choices
    if answer.isdecimal():
        if 1 <= int(answer) <= len(choices):
            return choices[int(answer) - 1]
        raise DetenteError(f"there is no choice {answer}", hint=f"use 1 to {len(choices)}")
    sought = answer.casefold()
    begin = [one for one in choices if one.says.casefold().startswith(sought)]
    meant = begin or [one for one in choices if sought in one.says.casefold()]
    if len(meant) != 1:
        what = "that may mean several choices" if meant else "that is none of the choices"
        raise DetenteError(what, hint=f"use a number from 1 to {len(choices)}, or ? to explain")
    return meant[0]


class QuestionKind(NamedTuple):
    """A kind of question: its topic, its template, and its answers."""

    about: str
    asks: Annotated[str, "template with names in braces"]
    answers: Annotated[
        tuple[str, ...], "templates by the kernel's number; for a day's move see below"
    ] = ()


KINDS = {
    Asked.MOVE: QuestionKind(
        "what to do on a day of its own", "You may act today. What do you do?"
    ),
    Asked.OFFER: QuestionKind(
        "whether to accept a draft deal",
        "{other} offers you a draft deal: {package}. Do you accept?",
        ("accept", "reject"),
    ),
    Asked.ULTIMATUM: QuestionKind(
        "whether to back down before an ultimatum",
        "{challenger} sets you an ultimatum. Do you back down?",
        ("back down", "refuse"),
    ),
    Asked.STANDSTILL: QuestionKind(
        "whether to accept a standstill",
        "{other} offers you a standstill: for a time neither side uses force, raises it or takes "
        "a further step, and nothing else is agreed. Do you accept?",
        ("accept", "refuse"),
    ),
    Asked.LAPSE: QuestionKind(
        "whether to make an ultimatum good",
        "Your ultimatum has lapsed. Do you make it good?",
        ("strike", "back down; talks fail", "begin a campaign"),
    ),
    Asked.REPLY: QuestionKind(
        "how to reply to force",
        "Force was begun against you by {starter}. How do you reply?",
        ("absorb it without a reply", "answer with a token", "answer in full"),
    ),
    Asked.ALARM: QuestionKind(
        "whether a commander replies to an alarm",
        "An alarm at the contact zone: your commander takes it for an attack{report}. Does he "
        "reply?",
        ("reply: a clash, which may grow", HOLD_FIRE),
    ),
    Asked.STRIKE: QuestionKind(
        "whether to strike by itself",
        "You weigh a strike of your own on {defender}. Do you go for it?",
        ("go for the strike", "leave it"),
    ),
    Asked.RESTRAIN: QuestionKind(
        "whether to hold an ally back",
        "{ally} is about to strike {defender}. Do you try to hold it back?",
        ("try to hold it back", "let it strike"),
    ),
    Asked.CONSENT: QuestionKind(
        "whether forces on its soil may be used",
        "The forces on your soil are in question again. Do you change your mind?",
        ("{consent}", LEAVE),
    ),
    Asked.SUPPORT: QuestionKind(
        "whether to send what it has",
        "What you send your side is in question again. Do you change your mind?",
        ("{support}", LEAVE),
    ),
    Asked.CONCEDE: QuestionKind(
        "whether to give way on agenda or venue",
        "It is still disputed what {matter} of the talks will be, and you are pressed to give "
        "way: {term}. Do you?",
        ("concede it", HOLD_OUT),
    ),
    Asked.BREAK: QuestionKind(
        "whether to break a deal",
        "The deal holds: {package}. Part of your own side no longer supports the deal. Do you "
        "break it?",
        ("break it; talks fail", KEEP),
    ),
    Asked.JOIN: QuestionKind(
        "whether to join a war",
        "{at_war} Do you join the fighting?",
        ("join the fighting", STAY_OUT),
    ),
    Asked.CLOSE: QuestionKind(
        "whether to close the chokepoint",
        "You are at war in full. Do you close the chokepoint to trade?",
        ("close it for as long as the war goes on", LEAVE_OPEN),
    ),
    Asked.TERMS: QuestionKind(
        "whether to stop on terms",
        "{terms} Do you stop?",
        ("stop fighting on these terms", FIGHT_ON),
    ),
    Asked.TAKING: QuestionKind(
        "whether to accept what was taken",
        "{challenger} has taken {taken} without shots. What do you do?",
        (
            "accept it: you back down, and the dispute ends",
            "protest: the dispute goes on",
            "reverse it by force",
        ),
    ),
    Asked.MESSAGE: QuestionKind(
        "what to say of the other side",
        "You are asked what you make of {defender}, and would be believed. You hold it to be "
        "{held}. What do you say?",
        ("say that {defender} is resolved", "say that {defender} is unresolved"),
    ),
}


def _filling(seat: int, about: int, names: Names) -> dict[str, str]:
    """Return the words that replace the names in braces in the template of a question."""
    parties = names.parties
    challenger, defender, ally = (
        parties.get(role, "an ally") for role in ("challenger", "defender", "ally")
    )
    # In a war `about` is the side that this seat supports, plus 2 if it was hit itself.
    side = (challenger, defender)[about % 2]
    hit = " You have been hit yourself." if about > 1 else ""
    at_war = f"{side}, on whose side you are, is at war.{hit}"
    if seat == CHALLENGER:
        at_war = f"{parties.get('ally', 'Your ally')} is at war."
    elif seat == ALLY_SEAT:
        at_war = f"{challenger} is about to use force against {defender}."
    denied = "does not deny it" if about == 1 else "says that it was an accident"
    terms = "Mediators have found terms on which the fighting could stop."
    if about != 1:
        terms = (
            "Terms are possible: for both sides, fighting on would cost at least as much as "
            "their remaining differences are worth."
        )
    return {
        "challenger": challenger,
        "defender": defender,
        "ally": ally,
        "other": challenger if seat == DEFENDER else defender,
        "starter": (challenger, defender, ally, f"{challenger} and {ally}")[max(about, 0) % 4],
        "package": _package(names, about),
        "taken": names.taken,
        "matter": MATTERS[about % len(MATTERS)],
        "term": names.terms[about % len(MATTERS)],
        "report": "" if about < 0 else f"; the hotline {denied}",
        "at_war": at_war,
        "terms": terms,
        "held": "resolved" if about == TOUGH else "unresolved",
        "consent": "let them be used again" if about == 1 else "withdraw your consent",
        "support": "call back what you sent" if about == 1 else "send all you have",
    }


def _package(names: Names, package: int) -> str:
    return names.packages[package] if 0 <= package < len(names.packages) else "a package"


def _move(seat: int, move: int, names: Names) -> str:
    if move < PACKAGES:
        return f"offer package {move + 1}: {_package(names, move)}"
    other = names.parties["defender" if seat == CHALLENGER else "challenger"]
    if seat == CHALLENGER:
        return _CHALLENGER[ChallengerMove(move)].format(other, names.measure, names.taken)
    return _DEFENDER[DefenderMove(move)].format(other)


_CHALLENGER = {
    ChallengerMove.DROP: "withdraw your demand: the dispute ends",
    ChallengerMove.LOWER: "lower your force by a level, or call back what is under way",
    ChallengerMove.HOLD: HOLD,
    ChallengerMove.RAISE: "order more force",
    ChallengerMove.ULTIMATUM: "set {0} an ultimatum",
    ChallengerMove.WALK_OUT: "walk out: talks fail",
    ChallengerMove.STRIKE: "strike {0}",
    ChallengerMove.CAMPAIGN: "begin a campaign against {0}",
    ChallengerMove.STANDSTILL: "offer {0} a standstill: neither side uses force for a time",
    ChallengerMove.LIFT: "lift {1}",
    ChallengerMove.IMPOSE: "impose {1}",
    ChallengerMove.TAKE: "take {2} without shots",
}
_DEFENDER = {
    DefenderMove.YIELD: "back down without a deal: the dispute ends",
    DefenderMove.HOLD: HOLD,
    DefenderMove.VOW: "vow in public to answer force with force",
    DefenderMove.ADVANCE: "advance your programme by a step",
    DefenderMove.WALK_OUT: "walk out: talks fail",
    DefenderMove.STRIKE: "strike {} first",
    DefenderMove.STANDSTILL: "offer {} a standstill: neither side uses force for a time",
}
