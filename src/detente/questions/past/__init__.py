"""History: base rates of past crises, and the bands of history that the model is calibrated to.

`detente lab rates --json` prints one object, `detente/rates/1`: `file`, `sha256`, `source`, `from`,
`to`, `with_wars`, `crises`; `interval`, the level of all intervals; `groups` and `rates`, what they
count, in words; `shares` {GROUP.RATE: {happened, crises, share, low, high}}; `lengths`
{GROUP.QUARTILE: {crises, days, low, high}}; `hazards` [{from_day, to_day, endings, days, rate, low,
high}] and `hazard_falls`, whether the last is below the first; `bands` {KEY: {says, value, low,
high, unit, source}}; `like_for_like`, whether the crises counted are those of the bands; `outside`,
the keys of rates that lie outside their band; `not_in_table`, the keys of bands that the table
cannot speak to; `unlike_dates`, how many crises have a length that is not that between their dates.
A figure is null if there are too few crises.

`detente run --json` and `detente show --json` have the key `history` for a pack that says with
`reference` which past crises it stands for: {KEY: {share or days, low, high, history, history_low,
history_high, inside}} by the keys of bands, `low` and `high` the 90 % interval and `history_low`
and `history_high` that of 95 %; `hazards` [{from_day, to_day, a_day, low, high}] and
`hazard_falls`, as it does in history. A length at the horizon is of that or more, and `inside` is
null where that leaves it open. `violent.none` is 0 by definition and has no history.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from detente.data import fields_of
from detente.errors import DetenteError
from detente.notebook import Shown
from detente.questions.past.definitions import (
    BANDS,
    CONDITIONAL,
    FIRST_YEAR,
    GROUPS,
    HISTORY,
    ICB,
    LAST_YEAR,
    LEVELS,
    QUARTILES,
    RATES,
    STARTED,
    STARTS,
    Band,
    History,
    hazard_interval,
    length_band,
    length_key,
    quantile_interval,
    share_band,
    share_interval,
)
from detente.questions.past.table import PastCrises, PastCrisis, TableFaults, read_crises

__all__ = [
    "BANDS",
    "FIRST_YEAR",
    "HISTORY",
    "LAST_YEAR",
    "Band",
    "BaseRates",
    "History",
    "PastCrises",
    "PastCrisis",
    "Selection",
    "TableFaults",
    "base_rates",
    "read_crises",
]


SPANS = ((0, 60), (60, 180), (180, 360))
"""Spans of days of a crisis for which the hazard is estimated: from, up to."""
FURTHEST_APART = 7
"""Maximum difference between a given length and the dates without a note [days]."""


class Rate(NamedTuple):
    """How often something happened, with its 95 % Wilson interval; None without crises."""

    happened: int
    crises: int
    share: float | None
    low: float | None
    high: float | None


class Length(NamedTuple):
    """A quartile of lengths [days] with its 95 % interval; None if there are too few crises."""

    crises: int
    days: float | None
    low: float | None
    high: float | None


class Hazard(NamedTuple):
    """Endings per day among open crises, in a span of days, with their 95 % interval."""

    from_day: int
    to_day: int
    endings: int
    days: float
    rate: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Selection:
    """Which crises are counted: the years in which they began, and whether inside ongoing wars."""

    first: int = FIRST_YEAR
    last: int = LAST_YEAR
    with_wars: bool = False

    def admits(self, crisis: PastCrisis) -> bool:
        """Return whether a crisis is counted."""
        is_in_time = self.first <= crisis.began.year <= self.last
        return is_in_time and (self.with_wars or not crisis.is_in_war)

    @property
    def is_of_bands(self) -> bool:
        """Return whether these are the crises of the bands."""
        return self == Selection()


@dataclass(frozen=True, repr=False)
class BaseRates(Shown):
    """Base rates of the selected crises; keys of shares and lengths are `GROUP.NAME`."""

    main_table = "shares"

    table: PastCrises
    selection: Selection
    crises: tuple[PastCrisis, ...]
    shares: dict[str, Rate]
    lengths: dict[str, Length]
    hazards: tuple[Hazard, ...]

    @property
    def outside(self) -> tuple[str, ...]:
        """Return the keys of rates outside of their band, or unequal to one without an interval."""
        found = []
        for key, value in self.banded.items():
            band = BANDS[key]
            low, high = (band.value if end is None else end for end in (band.low, band.high))
            if low is None or high is None or not low <= value <= high:
                found.append(key)
        return tuple(found)

    @property
    def banded(self) -> dict[str, float]:
        """Return the rates that have a band and at least one known crisis, by key."""
        values = {key: share.share for key, share in self.shares.items()}
        values |= {key: length.days for key, length in self.lengths.items()}
        return {key: value for key, value in values.items() if key in BANDS and value is not None}

    @property
    def not_in_table(self) -> tuple[str, ...]:
        """Return the keys of bands for which this table has no figures."""
        return tuple(key for key in BANDS if key not in self.shares | self.lengths)

    @property
    def history(self) -> History:
        """Return these crises as a history, with the shipped keys that have a figure here.

        A length is left out if there are too few crises for its interval. Bands without figures in
        a table are those that ship.
        """
        shares = {
            key: share_band(key, share.happened, share.crises)
            for key, share in self.shares.items()
            if key in BANDS and share.crises
        }
        lengths = {
            key: length_band(key, one.crises, one.days, one.low, one.high)
            for key, one in self.lengths.items()
            if key in BANDS
            and one.days is not None
            and one.low is not None
            and one.high is not None
        }
        others = {key: BANDS[key] for key in self.not_in_table}
        starts = {
            start: sum(GROUPS[start].holds(one) or False for one in self.crises) for start in STARTS
        }
        years = self.selection.first, self.selection.last
        return History({**shares, **lengths, **others}, starts, *years, self.table.sha256)

    @property
    def hazard_falls(self) -> bool | None:
        """Return whether crises end faster in the first span than in the last; None if unknown."""
        first, last = self.hazards[0].rate, self.hazards[-1].rate
        return None if first is None or last is None else last < first

    @property
    def unlike_dates(self) -> int:
        """Return the number of crises whose given length differs much from their dates."""
        lengths = (
            (crisis.days, (crisis.ended - crisis.began).days + 1)
            for crisis in self.crises
            if crisis.days is not None and crisis.ended is not None
        )
        return sum(abs(between - days) > FURTHEST_APART for days, between in lengths)

    def content(self) -> dict[str, Any]:
        """Return the object that `detente lab rates --json` prints."""
        return {
            "schema": "detente/rates/1",
            "file": self.table.name,
            "sha256": self.table.sha256,
            "source": ICB,
            "from": self.selection.first,
            "to": self.selection.last,
            "with_wars": self.selection.with_wars,
            "crises": len(self.crises),
            "interval": 0.95,
            "groups": {key: group.says for key, group in GROUPS.items()},
            "rates": {key: rate.says for key, rate in {**RATES, **CONDITIONAL}.items()},
            **fields_of(self, "shares lengths hazard_falls hazards"),
            "bands": BANDS,
            "like_for_like": self.selection.is_of_bands,
            **fields_of(self, "outside not_in_table unlike_dates"),
        }


def base_rates(table: PastCrises, selection: Selection | None = None) -> BaseRates:
    """Compute the base rates of the selected crises, by default those of the bands.

    Raises `DetenteError` if there are none.
    """
    selection = selection or Selection()
    crises = tuple(crisis for crisis in table.crises if selection.admits(crisis))
    if not table.crises:
        hint = "put one row for each crisis under the names of the columns"
        raise DetenteError("the table has no crises", where=table.name, hint=hint)
    if not crises:
        years = [crisis.began.year for crisis in table.crises]
        wars = "" if selection.with_wars else " outside ongoing wars"
        what = f"no crisis{wars} began in {selection.first} to {selection.last}"
        hint = f"those in the table began in {min(years)} to {max(years)}: change --from and --to"
        hint += "" if selection.with_wars else ", or add --with-wars"
        raise DetenteError(what, where=table.name, hint=hint)
    shares: dict[str, Rate] = {}
    lengths: dict[str, Length] = {}
    for group, definition in GROUPS.items():
        members = [crisis for crisis in crises if definition.holds(crisis)]
        is_of_start = group in STARTED
        for rate, measure in {**RATES, **(CONDITIONAL if is_of_start else {})}.items():
            shares[f"{group}.{rate}"] = share_of([measure.holds(crisis) for crisis in members])
        for level in (None, *(LEVELS if is_of_start else ())):
            days = _lengths(one for one in members if level is None or LEVELS[level].holds(one))
            for name, share in QUARTILES.items():
                lengths[length_key(group, name, level)] = quartile_of(days, share)
    hazards = tuple(hazard_of(_lengths(crises), span) for span in SPANS)
    return BaseRates(table, selection, crises, shares, lengths, hazards)


def share_of(answers: Sequence[bool | None]) -> Rate:
    """Return the share of yes among the known answers."""
    known = [answer for answer in answers if answer is not None]
    happened = sum(known)
    if not known:
        return Rate(0, 0, None, None, None)
    low, high = share_interval(happened, len(known))
    return Rate(happened, len(known), happened / len(known), low, high)


def quartile_of(days: Sequence[float], level: float) -> Length:
    """Return the quantile of lengths at a level, interpolated between values."""
    if not days:
        return Length(0, None, None, None)
    low, high = quantile_interval(days, level)
    return Length(len(days), float(np.quantile(days, level)), low, high)


def hazard_of(days: Sequence[float], span: tuple[int, int]) -> Hazard:
    """Return the endings divided by the days that crises were open, within a span of days."""
    start, end = span
    open_days = sum(min(max(length, start), end) - start for length in days)
    endings = sum(start <= length < end for length in days)
    if open_days == 0.0:
        return Hazard(start, end, endings, 0.0, None, None, None)
    low, high = hazard_interval(endings, open_days)
    return Hazard(start, end, endings, open_days, endings / open_days, low, high)


def _lengths(crises: Iterable[PastCrisis]) -> list[float]:
    """Return the known lengths, sorted."""
    return sorted(crisis.days for crisis in crises if crisis.days is not None)
