"""Three answers to the same questions on one scale: this model's, past crises', others' views.

Under the key `strip`, `detente show --json` and `detente report --json` print one object,
`detente/strip/1`. By name:

- reference: kind, crises, first, last (years) and source of the past crises that the pack names by
  `[reference]`; null if it names none. outside: the file of views, null if none lies there.
- rows: outcome, day, date and given (conditions) of each question. model: share, low, high (90 %
  interval), spread_low, spread_high (5th and 95th percentile across worlds), middle_low,
  middle_high (quartiles across worlds); null where no future meets the conditions. past: share,
  low, high, chance_low and chance_high (if force or war were as likely on each day of a crisis);
  null where past crises do not say. others: key, who, kind, low, high, date (on which it
  was read), days_late (days after the as-of date; below 0 before), size, source of each view.
- gaps: where two of the three differ by more than a factor of two and a point, of each outcome on
  the last such day: outcome, day, date, given, one and other (model, past or others), view (its
  key, or null), factor (null where one of them is 0), cause and numbers. cause: chance (past crises
  are too few to tell), known_miss (the model is known to miss past crises of the kind that way),
  unsourced (numbers without a source move the outcome most: numbers has their paths), unasked (of
  this outcome `detente drivers` was not asked) or unknown.

Nothing is averaged, and nothing that is played depends on any of it.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, groupby
from string import ascii_lowercase
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

from detente import notebook
from detente.data import fields_of
from detente.ensemble.measures import KNOWN
from detente.ensemble.run import Run
from detente.estimate.estimate import Estimate
from detente.evidence.ledger import ledger
from detente.pack.outside import OutsideView
from detente.pack.quantity import accepted
from detente.questions.asking import AskedShare, DatedShare, ask_each
from detente.questions.drivers import played as drivers_played
from detente.questions.outside import Outside, outside_of
from detente.questions.past.definitions import BANDS
from detente.questions.past.reference import Reference, reference_of
from detente.questions.wording import NAMES, count, in_full

ASKED = ("force", "any_war", "agreement")
"""Outcomes that are always compared."""
DAYS = (30, 61, 152, 365)
"""Days by which they are compared, up to the horizon: one, two, five and twelve months."""
FACTOR, POINT = 2.0, 0.01
"""Two answers differ if one is more than FACTOR times the other, and at least a point larger."""
RATES = {"force": "serious", "any_war": "war", "agreement": "agreement"}
"""Keys of these outcomes in the table of past crises."""
MOST_NAMED = 2
"""Maximum number of inputs without a source that are named."""

Whose: TypeAlias = Literal["model", "past", "others"]
Cause: TypeAlias = Literal["chance", "known_miss", "unsourced", "unasked", "unknown"]


class StripRow(NamedTuple):
    """One question, and the three answers to it."""

    asked: DatedShare
    past: Estimate | None
    others: tuple[OutsideView, ...]

    @property
    def model(self) -> Estimate | None:
        """Return the share in this model; None if no future meets the conditions."""
        return self.asked.share if self.asked.futures else None

    @property
    def given(self) -> str:
        """Return the conditions in words, after a comma; empty if there is none."""
        held = " and ".join(NAMES.get(text, text) for text in self.asked.given)
        return f", given {held}" if held else ""

    @property
    def stated(self) -> Iterator[tuple[Whose, OutsideView | None, float, float]]:
        """Yield whose answer it is, the view if it is one, and both ends of the answer."""
        if self.model is not None:
            yield "model", None, self.model.value, self.model.value
        if self.past is not None:
            yield "past", None, self.past.value, self.past.value
        for one in self.others:
            yield "others", one, one.low, one.high

    def as_json(self) -> dict[str, Any]:
        """Return its fields for JSON."""
        model: dict[str, Any] | None = None
        if self.model is not None:
            low, high = self.asked.middle_half
            model = {**self.model.as_json(), "middle_low": low, "middle_high": high}
        return {
            **fields_of(self.asked, "outcome day date given"),
            "model": model,
            "past": self.past,
            "others": [one.content() for one in self.others],
        }


class Gap(NamedTuple):
    """Two different answers to one question, and the reason if it is known."""

    row: StripRow
    one: Whose
    other: Whose
    view: OutsideView | None
    factor: float
    cause: Cause = "unknown"
    numbers: Annotated[tuple[str, ...], "paths of those without a source, the first most"] = ()

    def as_json(self) -> dict[str, Any]:
        """Return its fields for JSON."""
        return {
            **fields_of(self.row.asked, "outcome day date given"),
            **fields_of(self, "one other"),
            "view": None if self.view is None else self.view.key,
            "factor": self.factor if math.isfinite(self.factor) else None,
            **fields_of(self, "cause numbers"),
        }


@dataclass(frozen=True, repr=False)
class Strip(notebook.Shown):
    """The answers of this model, past crises of the kind and others to the same questions."""

    main_table = "rows"

    run: Run
    reference: Reference | None
    outside: Outside
    rows: tuple[StripRow, ...]

    @property
    def letters(self) -> dict[str, str]:
        """Return the letter of each view in the figure, by its key; later ones share the last."""
        last = len(ascii_lowercase) - 1
        return {key: ascii_lowercase[min(at, last)] for at, key in enumerate(self.outside.views)}

    def who(self, view: OutsideView) -> str:
        """Return who holds a view, with its letter, their number, and when it was read."""
        late = (
            f", {count(view.days_late, 'day')} after the pack's day" if view.days_late > 0 else ""
        )
        return (
            f"{self.letters[view.key]}: {view.who} ({view.size or view.stated.kind}), read on "
            f"{in_full(view.stated.date)}{late}"
        )

    @property
    def is_compared(self) -> bool:
        """Return whether there is an answer besides the model's."""
        return self.reference is not None or bool(self.outside.views)

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """The last gap of each pair, for each outcome, with its cause.

        Of several views on that day, the farthest.
        """
        found = []
        for _, rows in groupby(self.rows, key=lambda row: (row.asked.outcome, row.asked.given)):
            last: dict[tuple[Whose, Whose], Gap] = {}
            for row in rows:
                gaps = sorted(_apart(row), key=lambda gap: gap.factor)
                last |= {(gap.one, gap.other): gap for gap in gaps}
            # If the model differs from one of two, a gap between these two says nothing new.
            own = [gap for gap in last.values() if gap.one == "model"]
            found += own or list(last.values())
        return tuple(self._with_cause(gap) for gap in found)

    def _with_cause(self, gap: Gap) -> Gap:
        row, outcome = gap.row, gap.row.asked.outcome
        if gap.one != "model" or row.model is None:
            return gap
        if gap.other == "past" and row.past is not None:
            if row.past.low <= row.model.value <= row.past.high:
                return gap._replace(cause="chance")
            if self._is_known_miss(outcome, is_below=row.model.value < row.past.value):
                return gap._replace(cause="known_miss")
        if outcome not in self._unsourced:
            return gap._replace(cause="unasked")
        numbers = self._unsourced[outcome]
        return gap._replace(cause="unsourced", numbers=numbers) if numbers else gap

    def _is_known_miss(self, outcome: str, *, is_below: bool) -> bool:
        """Return whether the fitted model is outside history's interval in this direction."""
        if self.reference is None or outcome not in RATES:
            return False
        key = f"{self.reference.of.start}.{RATES[outcome]}"
        band, given = BANDS[key], accepted().provenance["foretold"][key]
        end = band.low if is_below else band.high
        return end is not None and (given < end if is_below else given > end)

    @cached_property
    def _unsourced(self) -> dict[str, tuple[str, ...]]:
        """The numbers without a source that move each outcome most, if that was computed before."""
        crisis = self.run.crisis_if_kept
        if crisis is None or not self.run.record.is_own_model:
            return {}
        bare = {row.field for row in ledger(crisis.numbers.items(), crisis.claims).unsupported}
        found = {}
        for outcome in {row.asked.outcome for row in self.rows}:
            known = drivers_played(self.run, outcome=outcome)
            if known is not None:
                found[outcome] = tuple(path for path in known.numbers if path in bare)[:MOST_NAMED]
        return found

    def content(self) -> dict[str, Any]:
        """Return its fields in the object of `detente show --json`."""
        known = self.reference
        return {
            "schema": "detente/strip/1",
            "run": str(self.run.folder),
            "reference": known and fields_of(known, "kind crises first last source"),
            "outside": None if self.outside.path is None else str(self.outside.path),
            **fields_of(self, "rows gaps"),
            "digest": self.run.digest,
        }


def strip(run: Run) -> Strip:
    """Return the answers of this model, past crises of the kind and others to the same questions.

    They are about force, war and agreements by one, two, five and twelve months or the horizon, and
    about the questions of the views in `outside.toml`. Nothing is played.

    Raises `DetenteError` if a file of the run is damaged; `Faults` with every fault of the file of
    views.
    """
    outside, crisis = outside_of(run), run.crisis_if_kept
    reference = None if crisis is None else reference_of(crisis)
    horizon = run.record.settings.horizon
    days = (*(day for day in DAYS if day < horizon), horizon)
    views: dict[AskedShare, list[OutsideView]] = {
        AskedShare(outcome, day): [] for outcome in ASKED for day in days
    }
    for view in outside.views.values():
        views.setdefault(AskedShare(view.outcome, view.day, view.given), []).append(view)

    def place(one: AskedShare) -> tuple[int, tuple[str, ...], int]:
        order = (*ASKED, *(key for key in KNOWN if key not in ASKED))
        return order.index(one.outcome), one.given, one.day

    asked = sorted(views, key=place)
    rows = []
    for one, share in zip(asked, ask_each(run, asked), strict=True):
        rows.append(StripRow(share, _past(reference, share), tuple(views[one])))
    return Strip(run, reference, outside, tuple(rows))


def next_to(found: Strip, share: DatedShare) -> Strip:
    """Return past crises' and others' answers to one more question, with its row alone."""
    question = share.outcome, share.day, tuple(sorted(share.given))
    views = found.outside.views.values()
    others = tuple(view for view in views if (view.outcome, view.day, view.given) == question)
    return replace(found, rows=(StripRow(share, _past(found.reference, share), others),))


def _past(reference: Reference | None, share: DatedShare) -> Estimate | None:
    """Return past crises' answer to a question; None if it has conditions."""
    if reference is None or share.given:
        return None
    return reference.share(share.outcome, share.day)


def _apart(row: StripRow) -> Iterator[Gap]:
    """Yield pairs that differ by a factor and by a point; for ranges, between the nearest ends."""
    for one, other in combinations(row.stated, 2):
        (low, high), (other_low, other_high) = one[2:], other[2:]
        less, more = (high, other_low) if high < other_low else (other_high, low)
        if one[0] != other[0] and more - less >= POINT and more > FACTOR * less:
            yield Gap(row, one[0], other[0], other[1], more / less if less else math.inf)
