"""Reads outside views of a crisis from `outside.toml`, with all faults of the file.

The file lies in a pack's folder or next to a run but is part of neither: no checksum covers it, and
it changes nothing that is played. Here alone a date may be later than the pack's as-of date;
`OutsideView.days_late` says by how many days.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator, Field

from detente.errors import DetenteError
from detente.evidence.claim import Day, StandIn, Text, WrittenPart
from detente.pack import files
from detente.pack.crisis import Crisis
from detente.pack.files import OUTSIDE, merge
from detente.pack.judgements import Conditions, Likelihood, outcome_rules, probability_rules
from detente.pack.number import Finding, Key
from detente.pack.observed import read_apart
from detente.text import show

MOST_VIEWS = 100
YEAR = timedelta(days=365)
"""Most that a view may be older than the pack, where the day the crisis began is not given."""

ViewKind = Literal["market", "forecasters", "expert", "own"]


def _counted(value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{value:,}" if is_number else value


class StatedView(WrittenPart):
    """How likely somebody outside this project takes an outcome to be by a date."""

    outcome: Annotated[Text, Field(description="an outcome or an ending"), StandIn("any_war")]
    by: Annotated[Day, Field(description="the last day on which it counts")]
    given: Conditions = ()
    probability: Likelihood
    who: Annotated[Text, Field(description="whose view it is")]
    date: Annotated[Day, Field(description="the day on which it was read")]
    size: Annotated[
        Text | None,
        BeforeValidator(_counted),
        Field(description="how many forecasters, or what was traded: a number or a text"),
    ] = None
    source: Annotated[Text, Field(description="where it stands")]
    kind: Annotated[ViewKind, Field(description="who holds it"), StandIn("own")]


class OutsideFile(WrittenPart):
    """A whole file of views."""

    pack: Annotated[Text, Field(description="the name of the pack that they are about")]
    began: Annotated[
        Day | None,
        Field(description="the day on which the crisis began: no view was read before it"),
    ] = None
    view: Mapping[Key, StatedView] = Field(
        default_factory=dict,
        max_length=MOST_VIEWS,
        description="what others think, by a key of your own",
    )


class OutsideView(NamedTuple):
    """A view with its key in the file, on the days of a run."""

    key: str
    stated: StatedView
    day: Annotated[int, "days from the as-of date to the last day on which the outcome counts"]
    days_late: Annotated[int, "days after the as-of date on which it was read; below 0 before"]

    @property
    def outcome(self) -> str:
        """Return the outcome that the view is about."""
        return self.stated.outcome

    @property
    def given(self) -> tuple[str, ...]:
        """Return the conditions of the view, sorted and without repeats."""
        return tuple(sorted({"".join(one.split()) for one in self.stated.given}))

    @property
    def low(self) -> float:
        """Return the lower end of the range, or the probability."""
        return self.stated.probability[0]

    @property
    def high(self) -> float:
        """Return the upper end of the range, or the probability."""
        return self.stated.probability[1]

    @property
    def middle(self) -> float:
        """Return the probability by which the view is scored: the middle of a range."""
        return (self.low + self.high) / 2.0

    @property
    def who(self) -> str:
        """Return whose view this is."""
        return self.stated.who

    @property
    def size(self) -> str:
        """Return how many hold the view, or the traded sum, in words; empty if not given."""
        counted = {"market": "{} traded", "forecasters": "{} forecasters", "expert": "{} experts"}
        size = self.stated.size or ""
        is_number = size.replace(",", "").replace(".", "").isdigit()
        return counted.get(self.stated.kind, "{} people").format(size) if is_number else size

    def content(self) -> dict[str, Any]:
        """Return the view as data for JSON."""
        return {
            "key": self.key,
            "who": self.who,
            "kind": self.stated.kind,
            "low": self.low,
            "high": self.high,
            "date": self.stated.date,
            "days_late": self.days_late,
            "size": self.size,
            "source": self.stated.source,
        }


class ViewScope(NamedTuple):
    """What a view may be about: a pack, its as-of date, and the last day of a run."""

    pack: str
    as_of: date
    horizon: Annotated[int | None, "days; None where no run is known"]

    @property
    def last(self) -> date:
        """Return the last day of the run."""
        return date.max if self.horizon is None else self.as_of + timedelta(self.horizon)


def views_at(crisis: Crisis, horizon: int | None = None) -> Mapping[str, OutsideView]:
    """Return the views next to a pack, for a run of `horizon` days.

    Conditions are checked later, when there is a run.

    Raises `Faults` with every fault of the file.
    """
    for path in at_pack(crisis.text.name):
        if path.is_file() and is_about(path, crisis.name):
            return read_outside(path, ViewScope(crisis.name, crisis.as_of, horizon), check=str)
    return {}


def at_pack(source: str) -> Iterator[Path]:
    """Yield the path of a pack's file of views, if the pack is given by a path."""
    pack = Path(source)
    if pack.is_dir() and pack.name != source:
        yield pack / OUTSIDE
    elif pack.suffix == ".toml":
        yield pack.parent / OUTSIDE


def is_about(path: Path, pack: str) -> bool:
    """Return whether a file of views may be about a pack: it names that pack or none."""
    named = merge(files.read(path).files).tree.get("pack", pack)
    return named == pack or not isinstance(named, str)


def read_outside(
    path: Path, scope: ViewScope, *, check: Callable[[str], object]
) -> Mapping[str, OutsideView]:
    """Read the views of others on a crisis, by key.

    `check` raises `DetenteError` if a text is not a condition.

    Raises `DetenteError` if there is no such file or it cannot be read; `Faults` with every fault
    of its text.
    """
    hint = "put these right and ask again: nothing was played with them"
    rules = partial(_rules, scope, check)
    _, written = read_apart(path, OutsideFile, rules, of="views of others", hint=hint)
    return {
        key: OutsideView(key, one, (one.by - scope.as_of).days, (one.date - scope.as_of).days)
        for key, one in written.view.items()
    }


def _rules(
    scope: ViewScope, check: Callable[[str], object], written: OutsideFile
) -> Iterator[Finding]:
    if written.pack != scope.pack:
        hint = "put the file where that pack or a run of it lies, or correct the name"
        yield Finding(("pack",), show(written.pack), f"{scope.pack}, the pack of the run", hint)
    first, of_first = written.began, "the day on which the crisis began (began)"
    if first is None:
        first, of_first = scope.as_of - YEAR, "a year before the pack's day; began gives another"
    elif first > scope.as_of:
        hint = "correct the day on which the crisis began, or leave it out"
        yield Finding(("began",), show(first), f"{scope.as_of} (as_of) or earlier", hint)
    stands: dict[tuple[object, ...], str] = {}
    for key, view in written.view.items():
        path = ("view", key)
        yield from outcome_rules(view.outcome, (*path, "outcome"))
        if not scope.as_of < view.by <= scope.last:
            allowed = (
                f"a day after {scope.as_of} (as_of), up to {scope.last}, to which the run goes"
            )
            hint = "play a run with a longer --horizon, or drop the view"
            if view.by <= scope.as_of:
                hint = "the run begins after that day: drop the view"
            yield Finding((*path, "by"), show(view.by), allowed, hint)
        if view.date < first:
            allowed = f"{first} or later: {of_first}"
            hint = "correct the day on which it was read, or drop the view"
            yield Finding((*path, "date"), show(view.date), allowed, hint)
        elif view.date > view.by:
            hint = "by then it was known what came: drop the view"
            yield Finding((*path, "date"), show(view.date), f"{view.by} (by) or earlier", hint)
        yield from probability_rules((*path, "probability"), view.probability)
        for condition in view.given:
            try:
                check(condition)
            except DetenteError as fault:
                allowed = "a condition, as `detente ask --given` takes it"
                yield Finding(
                    (*path, "given"), f"{show(condition)}: {fault.what}", allowed, fault.hint
                )
        asked = view.outcome, view.by, frozenset(view.given), view.source, view.date
        if stands.setdefault(asked, key) != key:
            found = f"the question of view.{stands[asked]}, by the same source on the same day"
            allowed = "one view a question, source and day"
            yield Finding(path, found, allowed, "keep one of the two", on_key=True)
