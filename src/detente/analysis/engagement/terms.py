"""How an engagement is fought: who begins, with what force, for how long, in how many worlds."""

from typing import Annotated, NamedTuple

from detente.errors import DetenteError
from detente.kernel.ceasefire import LONGEST
from detente.kernel.logbook import Span
from detente.kernel.posture import PLANS
from detente.kernel.theatre import FULL, Situation
from detente.pack import Crisis
from detente.text import did_you_mean

BEGINNERS = ("challenger", "defender", "ally")
"""Who may begin, in the kernel's order."""
SIDES = BEGINNERS[:2]
HIGHEST_FORCE = 2
LONGEST_REST = 90
"""Days without raids that can be followed; few repairs take longer."""
MOST_FUTURES = 200_000


class Terms(NamedTuple):
    """On which terms a campaign is fought."""

    force: Annotated[int, "force in view of the challenger [0-2]"]
    plan: Annotated[str, "the challenger's plan, one of PLANS"]
    by: Annotated[str, "who begins"]
    days: Annotated[int, "days of raids [days]"]
    rest: Annotated[int, "days without raids after them [days]"]

    @property
    def span(self) -> Span:
        """Return the days for the kernel."""
        return Span(0, self.days, self.rest)

    @property
    def situation(self) -> Situation:
        """Return how force begins for the kernel: in full on both sides, no programme step made."""
        who = BEGINNERS.index(self.by)
        return Situation(self.force, 0, who, PLANS.index(self.plan), answer=FULL)


def check_terms(crisis: Crisis, terms: Terms) -> None:
    """Check the terms that were asked for.

    Raises
    ------
    DetenteError
        If one of them is not allowed.
    """
    check_whole("force", terms.force, 0, HIGHEST_FORCE)
    check_whole("days", terms.days, 1, LONGEST)
    check_whole("rest", terms.rest, 0, LONGEST_REST)
    _check_word("plan", terms.plan, PLANS)
    _check_word("by", terms.by, BEGINNERS)
    if terms.by == "ally" and not crisis.all_of_role("ally"):
        what = "by is ally, and nobody in this crisis is one; use challenger or defender"
        raise DetenteError(what, where="by")


def check_side(side: str | None) -> tuple[str, ...]:
    """Return the sides whose defence is looked at: both unless one is named.

    Raises
    ------
    DetenteError
        If there is no such side.
    """
    if side is None:
        return SIDES
    _check_word("side", side, SIDES)
    return (side,)


def check_whole(name: str, value: int, least: int, most: int) -> None:
    """Check a whole number.

    Raises
    ------
    DetenteError
        If it is out of its bounds.
    """
    if not least <= value <= most:
        what = f"{name} is {value}; use a whole number from {least} to {most}"
        raise DetenteError(what, where=name)


def _check_word(name: str, word: str, allowed: tuple[str, ...]) -> None:
    if word not in allowed:
        what = f"{name} is {word!r}; use {' or '.join(allowed)}"
        raise DetenteError(what, where=name, hint=did_you_mean(word, allowed))
