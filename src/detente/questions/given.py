"""Conditions on the columns and outcomes of futures, as users write them.

A condition is COLUMN=VALUE, COLUMN=LOW:HIGH, or an outcome. Values of columns with codes have
names, days can be dates, and `never` is a day that does not come.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Annotated, NamedTuple

import numpy as np

from detente.ensemble.codes import CODES, has_days
from detente.ensemble.measures import CONSEQUENCES, KNOWN, OUTCOMES, refuse_consequence
from detente.ensemble.run import Run
from detente.ensemble.store import Rows
from detente.ensemble.tally import INITIATORS, NOBODY
from detente.errors import DetenteError
from detente.kernel.endings import FUTURE
from detente.text import did_you_mean, offered

NEVER = "never"
"""The value of a day that does not come."""
FIRST_FORCE_BY = "first_force_by"
"""Another name of the column `initiator`, whose values can be actors of the pack."""
COLUMNS = tuple(name for name in FUTURE.names or () if name not in CONSEQUENCES)
YES_OR_NO = {"yes": True, "no": False}


class Condition(NamedTuple):
    """A condition that a future meets or not."""

    written: str
    holds: Annotated[Callable[[Rows], np.ndarray], "whether each future meets it, shape (rows,)"]


def day_of(run: Run, by: date | int | str | None, *, where: str = "--by") -> int:
    """Return a date, or a number of days since the as-of date, as days since the as-of date.

    `where` is the place that an error names.

    Raises `DetenteError` if it is neither, or is not between the as-of date and the horizon.
    """
    horizon = run.record.settings.horizon
    day = horizon if by is None else _read_day(run, str(by), where=where)
    if 0 <= day <= horizon:
        return day
    what = f"{by} lies before the as-of date" if day < 0 else f"{by} lies beyond the horizon"
    record = run.record
    last = record.date_of(horizon)
    hint = f"give a date from {record.start} to {last}, or a day from 0 to {horizon}"
    longer = "" if day < 0 else f"; a run with --horizon {day} reaches it"
    raise DetenteError(what, where=where, hint=hint + longer)


def _read_day(run: Run, text: str, *, where: str) -> int:
    try:
        if "-" in text.lstrip("-"):
            return (date.fromisoformat(text) - run.record.start).days
        return int(text)
    except ValueError:
        hint = "give a date such as 2026-04-01, or days since the as-of date, such as 54"
        raise DetenteError(f"{text!r} is not a day", where=where, hint=hint) from None


def condition(run: Run, text: str, *, where: str = "--given") -> Condition:
    """Read a condition on futures: COLUMN=VALUE, COLUMN=LOW:HIGH, or an outcome.

    `where` is the place that an error names, before the condition.
    """
    name, has_value, value = (part.strip() for part in text.partition("="))
    written = f"{name}{has_value}{value}"
    where = f"{where} {written}"
    if name in KNOWN:
        value = value if has_value else "yes"
        if value not in YES_OR_NO:
            hint = f"write {name}, or {name}=no"
            raise DetenteError(f"{value!r} is neither yes nor no", where=where, hint=hint)
        outcome, comes = OUTCOMES[name], YES_OR_NO[value]
        return Condition(written, lambda rows: outcome.happened(rows) == comes)
    refuse_consequence(name, "condition", where=where)
    column = "initiator" if name == FIRST_FORCE_BY else name
    if column not in COLUMNS:
        what, names = f"there is no column {name!r}", (*KNOWN, FIRST_FORCE_BY, *COLUMNS)
        hint = did_you_mean(name, names) or f"columns and outcomes: {', '.join(names)}"
        raise DetenteError(what, where=where, hint=hint)
    if not value:
        hint = f"write {name}=VALUE or {name}=LOW:HIGH"
        raise DetenteError("has no value", where=where, hint=hint)
    low, is_range, high = (part.strip() for part in value.partition(":"))
    if not is_range:
        least = most = _value(run, column, low, where)
    else:
        least = _value(run, column, low, where) if low else 0.0 if has_days(column) else -np.inf
        most = _value(run, column, high, where) if high else np.inf
    if least > most:
        hint = f"write the lower end first: {high}:{low}"
        raise DetenteError(f"{low} lies above {high}", where=where, hint=hint)
    return Condition(written, lambda rows: (rows[column] >= least) & (rows[column] <= most))


def each(given: Sequence[str]) -> Sequence[str]:
    """Return a sequence of conditions; a single one can be a text."""
    return (given,) if isinstance(given, str) else given


def _value(run: Run, column: str, text: str, where: str) -> float:
    if has_days(column):
        return float(NOBODY) if text == NEVER else float(_read_day(run, text, where=where))
    is_of_parties = column in ("initiator", "began")
    names = {**CODES.get(column, {}), **(_actors_of(run) if is_of_parties else {})}
    if text.lower() in names:
        return float(names[text.lower()])
    try:
        return float(text)
    except ValueError:
        what, hint = f"{text!r} is not a number", f"{column} is a number"
        if names:
            what = f"{column} is never {text!r}"
            hint = offered(text, names, f"{column} is one of")
        raise DetenteError(what, where=where, hint=hint) from None


def _actors_of(run: Run) -> dict[str, int]:
    """Return the index of who may use force first, by the names in the pack: keys and names.

    Without the pack only the names in the run's record are known.
    """
    named = {run.record.parties[role]: place for place, role in enumerate(INITIATORS)}
    found = {name.lower().replace(" ", "_"): place for name, place in named.items()}
    crisis = run.crisis_if_kept
    for place, role in enumerate(INITIATORS):
        found |= dict.fromkeys(crisis.all_of_role(role) if crisis else (), place)
    return found


def meets(rows: Rows, conditions: Collection[Condition]) -> np.ndarray:
    """Return for each future whether it meets all conditions."""
    chosen = np.ones(len(rows), bool)
    for one in conditions:
        chosen &= one.holds(rows)
    return chosen


def no_future(run: Run, conditions: Sequence[Condition]) -> DetenteError:
    """Return the error that no future meets all conditions."""
    what = " and ".join(one.written for one in conditions)
    hint = "leave a condition out, widen a range, or play a larger run"
    return DetenteError(
        f"no course of events of the run has {what}", where=str(run.folder), hint=hint
    )
