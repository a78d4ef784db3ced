"""Who may sit at a table, and what each is asked, in the crisis's own terms."""

from collections.abc import Iterator
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

CHALLENGER, DEFENDER = 0, 1
"""The seats of the principals."""


class Seat(NamedTuple):
    """An actor that may be a person's."""

    key: str
    name: str
    numbers: Annotated[tuple[int, ...], "what the kernel asks when it asks this actor"]


class SeatChoice(NamedTuple):
    """One thing that may be chosen."""

    move: Annotated[int, "as the kernel numbers it"]
    says: str


class SeatQuestion(NamedTuple):
    """What is asked of whom."""

    seat: str
    day: int
    asked: Asked
    says: str
    choices: tuple[SeatChoice, ...]

    @property
    def is_forced(self) -> bool:
        """Say whether there is one thing only to do."""
        return len(self.choices) == 1


class RawQuestion(NamedTuple):
    """A question as the kernel has it."""

    seat: Annotated[int, "number of the seat"]
    day: int
    asked: Asked
    about: int
    legal: tuple[int, ...]


def seats_of(crisis: Crisis) -> tuple[Seat, ...]:
    """Return who may sit at a table of a crisis: the principals first."""
    numbers: dict[str, list[int]] = {}
    for number, key in _numbered(crisis):
        numbers.setdefault(key, []).append(number)
    actors = crisis.model.actors
    return tuple(Seat(key, actors[key].name, tuple(found)) for key, found in numbers.items())


def _numbered(crisis: Crisis) -> Iterator[tuple[int, str]]:
    yield CHALLENGER, crisis.of_role("challenger")
    yield DEFENDER, crisis.of_role("defender")
    for key in crisis.all_of_role("ally"):
        yield ALLY_SEAT, key
    for place, key in enumerate(third_parties(crisis)):
        yield PARTY_SEATS + place, key
    for place, key in enumerate(crisis.all_of_role("mediator")):
        yield MEDIATOR_SEATS + place, key


def question_at(played: SeatedFuture, place: int) -> RawQuestion:
    """Return a question of a future by its place: the last may wait for its answer."""
    table = played.table
    return RawQuestion(
        int(table.seats[place]),
        int(table.days[place]),
        Asked(int(table.kinds[place])),
        int(table.abouts[place]),
        tuple(int(move) for move in np.flatnonzero(table.legal[place])),
    )


def in_words(raw: RawQuestion, seat: Seat, names: Names) -> SeatQuestion:
    """Return a question with what it asks and what may be chosen in words."""
    known = names.on(raw.day)
    choices = tuple(SeatChoice(move, _choice(raw, move, known)) for move in raw.legal)
    return SeatQuestion(seat.key, raw.day, raw.asked, _question(raw, known), choices)


def chosen(question: SeatQuestion, answer: str) -> SeatChoice:
    """Return the choice that an answer means: its number, or words that only one of them holds.

    Raises
    ------
    DetenteError
        If it means none, or several.
    """
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


def _question(raw: RawQuestion, names: Names) -> str:
    challenger, defender, ally = (
        names.parties.get(role, "an ally") for role in ("challenger", "defender", "ally")
    )
    starter = (challenger, defender, ally)[max(raw.about, 0) % 3]
    matter = raw.about % len(MATTERS)
    other = names.parties["challenger" if raw.seat == DEFENDER else "defender"]
    says = {
        Asked.MOVE: "You may act today. What do you do?",
        Asked.OFFER: f"{other} offers you a text: {_package(names, raw.about)}. Do you accept?",
        Asked.ULTIMATUM: f"{challenger} sets you an ultimatum. Do you yield?",
        Asked.LAPSE: "Your ultimatum has lapsed. Do you make it good?",
        Asked.REPLY: f"Force was begun against you by {starter}. How do you reply?",
        Asked.ALARM: "An alarm at the contact zone: your commander takes it for an attack"
        f"{_report(raw.about)}. Does he reply?",
        Asked.STRIKE: f"You weigh a strike of your own on {defender}. Do you go for it?",
        Asked.RESTRAIN: f"{ally} is about to strike {defender}. Do you try to hold it back?",
        Asked.CONSENT: "The forces on your soil are in question again. Do you change your mind?",
        Asked.SUPPORT: "What you send your side is in question again. Do you change your mind?",
        Asked.CONCEDE: f"It is still disputed what {MATTERS[matter]} of the talks will be, and you "
        f"are pressed to give way: {names.terms[matter]}. Do you?",
        Asked.BREAK: f"The deal holds: {_package(names, raw.about)}. It no longer suits all of you "
        "at home. Do you break it?",
        Asked.JOIN: _joining(raw, names),
        Asked.CLOSE: "You are at war in full. Do you close the chokepoint to trade?",
        Asked.TERMS: _terms(raw),
        Asked.MESSAGE: f"You are asked what you make of {defender}, and would be believed. You "
        f"hold it to be {'resolved' if raw.about == TOUGH else 'unresolved'}. What do you say?",
    }
    return says[raw.asked]


def _joining(raw: RawQuestion, names: Names) -> str:
    """Ask whether to join a war; `about`: which side, and 2 more after a hit."""
    if raw.seat == CHALLENGER:
        return f"{names.parties.get('ally', 'Your ally')} is at war. Do you join the fighting?"
    side = names.parties[("challenger", "defender")[raw.about % 2]]
    hit = " You have been hit yourself." if raw.about > 1 else ""
    return f"{side}, on whose side you are, is at war.{hit} Do you join the fighting?"


def _terms(raw: RawQuestion) -> str:
    if raw.about == 1:
        return "Mediators have found terms on which the fighting could stop. Do you stop?"
    return (
        "There are terms to be had: fighting on would cost both sides no less than what they "
        "still disagree on. Do you stop?"
    )


def _report(about: int) -> str:
    if about < 0:
        return ""
    return "; the hotline " + ("does not deny it" if about == 1 else "says that it was an accident")


def _package(names: Names, package: int) -> str:
    return names.packages[package] if 0 <= package < len(names.packages) else "a package"


def _choice(raw: RawQuestion, move: int, names: Names) -> str:
    if raw.asked is Asked.MOVE:
        return _move(raw.seat, move, names)
    if raw.asked is Asked.CONSENT:
        first = "let them be used again" if raw.about == 1 else "withdraw your consent"
        return (first, "leave it as it is")[move]
    if raw.asked is Asked.SUPPORT:
        first = "call back what you sent" if raw.about == 1 else "send all you have"
        return (first, "leave it as it is")[move]
    if raw.asked is Asked.MESSAGE:
        defender = names.parties["defender"]
        return (f"say that {defender} is resolved", f"say that {defender} is unresolved")[move]
    return _ANSWERS[raw.asked][move]


_ANSWERS = {
    Asked.OFFER: ("accept", "reject"),
    Asked.ULTIMATUM: ("yield", "refuse"),
    Asked.LAPSE: ("strike", "back down; talks fail"),
    Asked.REPLY: ("absorb it without a reply", "answer with a token", "answer in full"),
    Asked.ALARM: ("reply: a clash, which may grow", "hold fire"),
    Asked.STRIKE: ("go for the strike", "leave it"),
    Asked.RESTRAIN: ("try to hold it back", "let it strike"),
    Asked.CONCEDE: ("concede it", "hold out"),
    Asked.BREAK: ("break it; talks fail", "keep it"),
    Asked.JOIN: ("join the fighting", "stay out for now"),
    Asked.CLOSE: ("close it for as long as the war goes on", "leave it open for now"),
    Asked.TERMS: ("stop fighting on these terms", "fight on"),
}


def _move(seat: int, move: int, names: Names) -> str:
    if move < PACKAGES:
        return f"offer package {move + 1}: {_package(names, move)}"
    other = names.parties["defender" if seat == CHALLENGER else "challenger"]
    if seat == CHALLENGER:
        return _CHALLENGER[ChallengerMove(move)].format(other)
    return _DEFENDER[DefenderMove(move)].format(other)


_CHALLENGER = {
    ChallengerMove.DROP: "drop your demand: the dispute ends",
    ChallengerMove.LOWER: "lower your force by a level, or call back what is under way",
    ChallengerMove.HOLD: "hold: change nothing",
    ChallengerMove.RAISE: "order more force",
    ChallengerMove.ULTIMATUM: "set {} an ultimatum",
    ChallengerMove.WALK_OUT: "walk out: talks fail",
    ChallengerMove.STRIKE: "strike {}",
}
_DEFENDER = {
    DefenderMove.YIELD: "yield without a text: the dispute ends",
    DefenderMove.HOLD: "hold: change nothing",
    DefenderMove.VOW: "vow in public to answer force with force",
    DefenderMove.ADVANCE: "advance your programme by a step",
    DefenderMove.WALK_OUT: "walk out: talks fail",
    DefenderMove.STRIKE: "strike {} first",
}
