"""How an engagement is asked for: who begins, with what force, for how long; a sweep; checked."""

import math
from typing import Annotated, NamedTuple

from detente.errors import DetenteError
from detente.kernel.limits import LONGEST_WAR
from detente.kernel.logbook import Span
from detente.kernel.posture import PLANS
from detente.kernel.theatre import Answer, Situation
from detente.pack import Crisis
from detente.pack.number import Measure
from detente.pack.options import targets
from detente.pack.places import INSTEAD, REFUSED, divides_attack
from detente.pack.quantity import Domain
from detente.text import did_you_mean, nearest, show

BEGINNERS = ("challenger", "defender", "ally")
"""Who may begin, in the kernel's order."""
SIDES = BEGINNERS[:2]
HIGHEST_FORCE = 2
LONGEST_REST = 90
"""Days without raids that can be followed; few repairs take longer."""
MOST_FUTURES = 200_000

FEWEST, MOST = 2, 41
"""Values that a sweep can have."""
FORM = "write FIELD=lo:hi:n, such as --sweep defences.iran.integration=0:1:5"
PARTS = 3
WHERE = "--sweep"


class RaidTerms(NamedTuple):
    """On which terms a campaign is fought."""

    force: Annotated[int, "force that the challenger has deployed [0-2]"]
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
        return Situation(self.force, 0, who, PLANS.index(self.plan), answer=Answer.FULL)


def check_terms(crisis: Crisis, terms: RaidTerms) -> None:
    """Check the terms that were asked for.

    Raises
    ------
    DetenteError
        If one of them is not allowed.
    """
    check_whole("force", terms.force, 0, HIGHEST_FORCE)
    check_whole("days", terms.days, 1, LONGEST_WAR)
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


class Sweep(NamedTuple):
    """A number of the crisis, and the values that it takes one after the other."""

    field: str
    low: float
    high: float
    steps: int

    @property
    def values(self) -> tuple[float, ...]:
        """Return the values at equal steps, both ends included."""
        width = self.high - self.low
        return tuple(self.low + width * step / (self.steps - 1) for step in range(self.steps))


def parse_sweep(text: str) -> Sweep:
    """Return the sweep that a text such as `FIELD=0:1:5` asks for.

    Raises
    ------
    DetenteError
        If the text is none.
    """
    field, equals, span = text.partition("=")
    parts = span.split(":")
    if not equals or not field.strip() or len(parts) != PARTS:
        raise DetenteError(f"{show(text)} is not a sweep", where=WHERE, hint=FORM)
    low, high = (_number(part, text) for part in parts[:2])
    try:
        steps = int(parts[2])
    except ValueError:
        what = f"{show(parts[2].strip())} is no number of values; use a whole number"
        raise DetenteError(f"{what} from {FEWEST} to {MOST}", where=WHERE, hint=FORM) from None
    return Sweep(field.strip(), low, high, steps)


def _number(part: str, text: str) -> float:
    try:
        number = float(part)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        what = f"{show(part.strip())} is no number in {show(text)}"
        raise DetenteError(what, where=WHERE, hint=FORM)
    return number


def check_sweep(crisis: Crisis, sweep: Sweep) -> Measure:
    """Return what the swept field measures.

    Raises
    ------
    DetenteError
        If it is no number of the crisis, cannot have these values, or divides an attack.
    """
    measure = _measure_of(crisis, sweep.field)
    if divides_attack(sweep.field):
        what = f"{sweep.field} is not swept; use {REFUSED}"
        raise DetenteError(what, where=WHERE, hint=INSTEAD)
    if sweep.field in crisis.changes:
        hint = f"leave out --set {sweep.field} or --sweep"
        raise DetenteError(f"{sweep.field} is given another value already", where=WHERE, hint=hint)
    if not FEWEST <= sweep.steps <= MOST:
        what = f"{sweep.steps} values; use a whole number from {FEWEST} to {MOST}"
        raise DetenteError(what, where=WHERE, hint=FORM)
    if not sweep.low < sweep.high:
        what = f"from {sweep.low:g} to {sweep.high:g}; use a lower end, then a higher one"
        raise DetenteError(what, where=WHERE, hint=_turned(sweep))
    _check_values(sweep, measure.limits)
    return measure


def _turned(sweep: Sweep) -> str:
    if sweep.low == sweep.high:
        return f"for one value use --set {sweep.field}={sweep.low:g}"
    return f"write {sweep.field}={sweep.high:g}:{sweep.low:g}:{sweep.steps}"


def _check_values(sweep: Sweep, domain: Domain) -> None:
    for value in sweep.values:
        if not domain.holds(value):
            what = f"{sweep.field} would be {value:g}; use {domain.words}"
            raise DetenteError(what, where=WHERE, hint="write a sweep within these limits")


def _measure_of(crisis: Crisis, field: str) -> Measure:
    known = targets(crisis.model)
    if field in known.numbers:
        return known.numbers[field][1]
    if field in known.others:
        hint = "name a number, such as defences.iran.integration; --set changes the others"
        raise DetenteError(f"{field} is no number", where=WHERE, hint=hint)
    near = nearest(field, known.numbers)
    hint = f"did you mean {near}?" if near else "name a number as defences.iran.integration"
    raise DetenteError(
        f"unknown field {show(field)}; use a number of the pack", where=WHERE, hint=hint
    )
