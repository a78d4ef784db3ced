"""Views of how likely an outcome is by a date, written by users or referred to by name.

Names are view:KEY of `outside.toml`, judgement:KEY of the pack, and past:OUTCOME@DATE, the share
among past crises of the pack's kind.

A view is OUTCOME@DATE=CHANCE, or LOW-HIGH in place of the chance; without a date it is by the
horizon. Conditions follow a vertical bar, OUTCOME@DATE|CONDITION=CHANCE, in the form of `detente
ask --given`. The outcome can also be a column of the futures with its value, such as
scale=campaign, which counts on the day of the first use of force.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, NamedTuple, TypeVar

import numpy as np

from detente.ensemble.measures import KNOWN, day_decided, outcome_of
from detente.ensemble.run import Run
from detente.ensemble.store import Rows
from detente.errors import DetenteError
from detente.questions.given import Condition, condition, day_of, each, meets
from detente.questions.outside import views_of
from detente.questions.past.reference import OUTCOMES as PAST
from detente.questions.past.reference import reference_of
from detente.text import between, offered, show

FORM = "write OUTCOME@DATE=CHANCE or OUTCOME@DATE|CONDITION=LOW-HIGH, as force@2026-03-31=.40"
CHANCE = re.compile(r"(\d*\.?\d+) *(%?) *(?:- *(\d*\.?\d+) *(%?))?")
T = TypeVar("T")


class HeldView(NamedTuple):
    """The chance of an outcome by a day that somebody states, given conditions."""

    written: Annotated[str, "as --to takes it"]
    outcome: Annotated[str, "an outcome, an ending, or a column with its value"]
    day: Annotated[int, "until which it counts [days since the as-of date]"]
    given: tuple[str, ...]
    low: float
    high: Annotated[float, "the same as `low` if one chance is held"]
    who: Annotated[str, "whose view it is, empty if nobody is named"]
    comes: Annotated[Callable[[Rows], np.ndarray], "says of each future whether it has come"]
    conditions: tuple[Condition, ...]

    @property
    def asks(self) -> tuple[str, int, frozenset[str]]:
        """Return the question, for comparison of views."""
        return self.outcome, self.day, frozenset(self.given)

    def content(self, run: Run) -> dict[str, Any]:
        """Return its fields for JSON."""
        return {
            "view": self.written,
            "outcome": self.outcome,
            "by": {"day": self.day, "date": run.record.date_of(self.day)},
            "given": list(self.given),
            "held": [self.low, self.high],
            "who": self.who,
        }


def views_on(run: Run, to: str | Sequence[str]) -> tuple[HeldView, ...]:
    """Read views on a run.

    Raises `DetenteError` if there is none, one cannot be read or is about nothing that the run has,
    or two are on the same question.
    """
    views = [view_of(run, text.strip()) for text in each(to)]
    if not views:
        raise DetenteError("no view is given", where="--to", hint=FORM)
    seen: dict[tuple[str, int, frozenset[str]], HeldView] = {}
    for view in views:
        before = seen.setdefault(view.asks, view)
        if before is not view:
            what = f"is of the same question as {before.written}"
            raise DetenteError(what, where=f"--to {view.written}", hint="give each question once")
    return tuple(views)


def view_of(run: Run, text: str) -> HeldView:
    """Read a view; raises as `views_on` does."""
    where, (named, _, name) = f"--to {text}", text.partition(":")
    if named == "view":
        stated = _named(name, views_of(run), "view", where)
        ends = stated.low, stated.high
        return _read(run, text, stated.outcome, stated.day, stated.given, ends, stated.who)
    if named == "judgement":
        judged = _named(name, run.crisis.model.judgements, "judgement", where)
        by = None if judged.by is None else judged.by.isoformat()
        return _read(run, text, judged.outcome, by, judged.given, judged.probability, judged.who)
    if named == "past":
        outcome, _, by = (part.strip() for part in name.partition("@"))
        return _of_past(run, text, outcome, by or None)
    question, equals, chance = text.rpartition("=")
    if not equals:
        raise DetenteError("says no chance", where=where, hint=FORM)
    asked, *given = (part.strip() for part in question.split("|"))
    outcome, _, by = (part.strip() for part in asked.partition("@"))
    ends = _chance(chance.strip(), where)
    return _read(run, text, outcome, by or None, given, ends)


def _named(name: str, known: Mapping[str, T], what: str, where: str) -> T:
    """Return a view of `outside.toml`, or a judgement of the pack, by its name."""
    if name in known:
        return known[name]
    write = "write outside.toml" if what == "view" else f"write [judgements.{name}] in the pack"
    hint = offered(name, known, f"{what}s") if known else write
    raise DetenteError(f"there is no {what} {show(name)}", where=where, hint=hint)


def _of_past(run: Run, text: str, outcome: str, by: str | None) -> HeldView:
    """Return the view that an outcome is as frequent as in past crises of the pack's kind."""
    where, past = f"--to {text}", reference_of(run.crisis)
    if past is None:
        hint = "add [reference] with start to the pack: docs/how-to/pack.md"
        raise DetenteError(
            "the pack does not say which past crises are of its kind", where=where, hint=hint
        )
    outcome_of(outcome, where=where)
    share = past.share(outcome, day_of(run, by, where=where))
    if share is None:
        hint = f"known are {', '.join(PAST)}"
        raise DetenteError(f"past crises do not have {outcome}", where=where, hint=hint)
    who = f"{past.crises} past crises of the kind, {between(past.first, past.last)}"
    return _read(run, text, outcome, by, (), (share.value, share.value), who)


def _read(  # noqa: PLR0913, PLR0917  all that a view says
    run: Run,
    written: str,
    outcome: str,
    by: int | str | None,
    given: Sequence[str],
    ends: tuple[float, float],
    who: str = "",
) -> HeldView:
    where = f"--to {written}"
    day = day_of(run, by, where=where)
    if outcome in KNOWN or "=" not in outcome:
        about = outcome_of(outcome, where=where)

        def comes(rows: Rows) -> np.ndarray:
            return about.has_come(rows, day)
    else:
        shows = condition(run, outcome, where=where)

        def comes(rows: Rows) -> np.ndarray:
            return np.asarray(shows.holds(rows) & (day_decided(rows) <= day))

    read = tuple(condition(run, one, where=where) for one in given)
    names = tuple(one.written for one in read)
    return HeldView(written, outcome, day, names, *ends, who, comes, read)


def _chance(text: str, where: str) -> tuple[float, float]:
    """Read a chance or a range of chances."""
    found = CHANCE.fullmatch(text)
    if found is None:
        raise DetenteError(f"{show(text)} is not a chance", where=where, hint=FORM)
    first, percent, second, has_percent = found.groups()
    ends = [float(first)] if second is None else [float(first), float(second)]
    if percent or has_percent:
        ends = [end / 100.0 for end in ends]
    low, high = ends[0], ends[-1]
    if high > 1.0:
        hint = "write 40% or .40 for 40 of 100"
        raise DetenteError(f"{text} is above 100 %", where=where, hint=hint)
    if second is None and not 0.0 < low < 1.0:
        hint = "no weights make anything certain: give more than 0 and less than 1, such as .01"
        raise DetenteError(f"{text} would be certain", where=where, hint=hint)
    if second is not None and not low < high:
        hint = "write the lower end first"
        raise DetenteError(f"{text} is not a range", where=where, hint=hint)
    if (low, high) == (0.0, 1.0):
        raise DetenteError("0-1 says nothing", where=where, hint="give a narrower range")
    return low, high


class ViewCounts(NamedTuple):
    """Counts of each world's futures for views, shape (views, worlds) each."""

    part: Annotated[np.ndarray, "those that meet its conditions in which the outcome has come"]
    whole: Annotated[np.ndarray, "those that meet its conditions"]


def count(run: Run, option: str, views: Sequence[HeldView]) -> ViewCounts:
    """Count the futures of an option for views.

    Raises `DetenteError` if there is no such option, or a file of the run is damaged.
    """
    worlds = run.record.settings.worlds_of(run.known(option))
    counted = ViewCounts(*np.zeros((2, len(views), worlds), np.int64))
    for rows in run.rows(option):
        for place, view in enumerate(views):
            part, whole = of_rows(view, rows)
            for counts, chosen in ((counted.part, part), (counted.whole, whole)):
                counts[place] += np.bincount(rows["world"][chosen], minlength=worlds)
    return counted


def of_rows(view: HeldView, rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """Return for each future whether it meets a view's conditions with the outcome, and at all."""
    whole = meets(rows, view.conditions)
    return whole & view.comes(rows), whole
