"""A sweep: one number of a crisis and the values that it takes, read and checked."""

import math
from typing import NamedTuple

from detente.errors import DetenteError
from detente.pack import Crisis
from detente.pack.number import Measure
from detente.pack.options import targets
from detente.pack.quantity import Domain
from detente.text import nearest, show

FEWEST, MOST = 2, 41
"""Values that a sweep can have."""
FORM = "write FIELD=lo:hi:n, such as --sweep defences.iran.integration=0:1:5"
PARTS = 3
WHERE = "--sweep"


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
        If it is no number of the crisis or cannot have these values.
    """
    measure = _measure_of(crisis, sweep.field)
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
