"""The table of measures: what questions read from futures.

A measure is a ratio of two sums over futures. For an outcome the denominator counts futures, so the
ratio is a share; for a rate it is days of talks; for properties of wars it is the number of wars.
Code that plays and stores futures does not depend on measures: a measure reads what was stored. To
add a measure, add a row here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple, TypeAlias, TypeVar

import numpy as np

from detente import endings
from detente.endings import Ending, keys_of, numbers_of, titled
from detente.ensemble.store import Rows
from detente.ensemble.tally import CLASSES, INITIATORS, FutureClass, classes, parts_of
from detente.ensemble.weighing import Weighing
from detente.errors import DetenteError
from detente.kernel.endings import Violence
from detente.text import offered

T = TypeVar("T")
ALLY = INITIATORS.index("ally")
NEVER = np.iinfo(np.int64).max
"""A day later than any other."""
DAYS_OF_A_RATE = 100.0
"""Rates are per this number of days of talks."""
FUTURES, ACTS, RAIDS = "futures", "acts", "raids"
"""What a measure is read from: futures, traces of a few futures, or campaigns against the
defender."""


Days: TypeAlias = Callable[[Rows], np.ndarray]
"""Returns a day for each future."""


class Ratio(NamedTuple):
    """A measure's numerator and denominator in each future; the measure is the ratio of their sums.

    Both have the same shape, such as (worlds, futures).
    """

    above: np.ndarray
    below: np.ndarray

    def over(self, weighing: Weighing | None) -> float:
        """Return the measure over all worlds, weighted if `weighing` is given, and all futures."""
        if weighing is None:
            return float(self.above.sum() / self.below.sum())
        above, below = (weighing.weights @ part.sum(axis=1) for part in self)
        return float(above / below)


class Measure(NamedTuple):
    """A quantity that is read from each future, as a numerator and a denominator."""

    name: str
    title: str
    read: Callable[[np.ndarray], Ratio]
    unit: Annotated[str, "in which it is shown"] = "of 100 futures"
    scale: Annotated[float, "factor with which it is shown"] = 100.0
    source: Annotated[str, "one of FUTURES, ACTS, RAIDS"] = FUTURES


@dataclass(frozen=True)
class Outcome:
    """Something that happens in a future or not; its share of the futures is a measure."""

    name: str
    title: str
    members: Annotated[tuple[int, ...], "classes of the futures in which it happens"]
    days: Annotated[Days, "the day on which it happens, if it does"]

    @property
    def endings(self) -> tuple[Ending, ...]:
        """Return the endings of the futures in which it happens."""
        return tuple(dict.fromkeys(parts_of(one).ending for one in self.members))

    @property
    def comes(self) -> np.ndarray:
        """Return for each class whether it happens in its futures, shape (CLASSES,)."""
        return np.isin(np.arange(CLASSES), self.members)

    def happened(self, futures: np.ndarray) -> np.ndarray:
        """Return for each future whether it happens; `futures` are rows, or classes alone."""
        kinds = futures if futures.dtype.names is None else classes(futures)
        return np.isin(kinds, self.members)

    def counted(self, counts: np.ndarray) -> np.ndarray:
        """Return the number of futures in which it happens, from counts of shape (..., CLASSES)."""
        happened: np.ndarray = counts[..., list(self.members)].sum(axis=-1)
        return happened

    def day(self, rows: Rows) -> np.ndarray:
        """Return the day on which it happens in each future, -1 if it does not."""
        return np.where(self.happened(rows), self.days(rows), -1)

    @property
    def share(self) -> Measure:
        """Return the measure that is its share of the futures."""
        return Measure(self.name, self.title, lambda futures: _of_futures(self.happened(futures)))

    def has_come(self, rows: Rows, last: int) -> np.ndarray:
        """Return for each future whether it has happened by the day `last`."""
        day = self.day(rows)
        has_come: np.ndarray = (day >= 0) & (day <= last)
        return has_come

    def by(self, last: int) -> Measure:
        """Return the measure that is the share of futures in which it has happened by a day."""
        title = f"{self.title} by day {last}"
        return Measure(self.name, title, lambda rows: _of_futures(self.has_come(rows, last)))


def _of_futures(happened: np.ndarray) -> Ratio:
    return Ratio(happened.astype(float), np.ones(happened.shape))


def day_decided(rows: Rows) -> np.ndarray:
    """Return the day on which each future was decided: of its first force, or its last day."""
    first = rows["first_force_day"]
    return np.where(first >= 0, first, rows["ending_day"])


def _day_of_deal(rows: Rows) -> np.ndarray:
    """Return the day of the deal; if a deal broke, the day of that one, since it came first."""
    return np.where(rows["broken_deal_day"] >= 0, rows["broken_deal_day"], rows["ending_day"])


def _column(name: str) -> Days:
    def read(rows: Rows) -> np.ndarray:
        values: np.ndarray = rows[name]
        return values

    return read


def _comes(
    name: str, title: str, where: Callable[[FutureClass], bool], days: Days = day_decided
) -> Outcome:
    members = tuple(one for one in range(CLASSES) if where(parts_of(one)))
    return Outcome(name, title, members, days)


def _ends_in(name: str, title: str, keys: Sequence[str]) -> Outcome:
    numbers = [int(endings.ENDINGS[key]) for key in keys]
    days = _column("war_day") if set(numbers) <= set(numbers_of("war")) else day_decided
    return _comes(name, title, lambda future: future.ending in numbers, days)


SETS, EVER, ENDINGS = tuple(endings.SETS), tuple(endings.EVER), tuple(endings.ENDINGS)
"""Sets of endings; outcomes that can happen whatever the ending; endings."""
OUTCOMES = {
    **{
        name: _ends_in(name, title, keys_of(*kinds))
        for name, (title, kinds) in endings.SETS.items()
    },
    "deal_ever": _comes(
        "deal_ever", endings.EVER["deal_ever"], lambda one: one.has_dealt, _day_of_deal
    ),
    "talks_ever_failed": _comes(
        "talks_ever_failed",
        endings.EVER["talks_ever_failed"],
        lambda one: one.has_failed,
        _column("failed_day"),
    ),
    "agreement": _comes(
        "agreement", endings.EVER["agreement"], lambda one: one.has_agreed, _column("ending_day")
    ),
    **{key: _ends_in(key, titled(key), [key]) for key in ENDINGS},
}
KNOWN = tuple(OUTCOMES)
"""All outcomes, in the order in which they are shown."""


def endings_apart(by_outcome: Mapping[str, T]) -> dict[str, dict[str, T]]:
    """Return a mapping by outcome in two parts: endings, and all other outcomes."""
    return {
        "endings": {key: entry for key, entry in by_outcome.items() if key in ENDINGS},
        "outcomes": {key: entry for key, entry in by_outcome.items() if key not in ENDINGS},
    }


def outcome_of(name: str, *, where: str = "outcome") -> Outcome:
    """Return an outcome by its name; `where` is the place that an error names.

    Raises `DetenteError` if there is no such outcome.
    """
    if name in OUTCOMES:
        return OUTCOMES[name]
    refuse_consequence(name, "outcome", where=where)
    hint = offered(name, KNOWN, "outcomes")
    raise DetenteError(f"there is no outcome {name!r}", where=where, hint=hint)


CONSEQUENCES = (
    *("challenger_loss", "challenger_military_loss", "challenger_aircraft_loss"),
    *("challenger_economy_loss", "defender_loss", "defender_military_loss"),
    *("defender_aircraft_loss", "defender_economy_loss", "damage", "world_cost"),
    *("blockade_days", "taken_day", "taken", "front"),
)
"""Columns of what is taken, held, lost, destroyed and paid, whoever causes it.

They are shown, but futures, options and numbers cannot be selected by them.
"""


def refuse_consequence(name: str, role: Literal["outcome", "condition"], *, where: str) -> None:
    """Refuse a consequence as an outcome or condition; every question applies this rule.

    Raises `DetenteError` if the name is one of `CONSEQUENCES`.
    """
    if name in CONSEQUENCES:
        what = f"{name} is shown as a consequence, and is no {role}"
        raise DetenteError(what, where=where, hint="name an outcome, such as force or deal")


def _breakdown(rows: Rows) -> Ratio:
    """Return breakdowns per days of talks: talks fail or force is used, whichever comes first."""
    failed, forced = (
        np.where(rows[column] >= 0, rows[column].astype(np.int64), NEVER)
        for column in ("failed_day", "first_force_day")
    )
    day = np.minimum(failed, forced)
    talks = np.maximum(1, np.minimum(day, rows["ending_day"]))
    return Ratio((day < NEVER).astype(float), talks / DAYS_OF_A_RATE)


def _joined(rows: Rows) -> Ratio:
    """Return wars that another party joins, besides the two sides and an ally that struck first."""
    wars = rows["violence"] >= Violence.WAR
    joined = rows["parties"] > np.where(rows["initiator"] == ALLY, 3, 2)
    return Ratio((wars & joined).astype(float), wars.astype(float))


def _war_days(rows: Rows) -> Ratio:
    wars = rows["violence"] >= Violence.WAR
    return Ratio(np.where(wars, rows["war_days"], 0).astype(float), wars.astype(float))


def _offers(acts: np.ndarray) -> Ratio:
    return Ratio(acts["offers"].astype(float), np.maximum(1, acts["ending_day"]) / DAYS_OF_A_RATE)


def _amount(column: str, title: str, unit: str, scale: float) -> Measure:
    def read(rows: Rows) -> Ratio:
        return Ratio(rows[column].astype(float), np.ones(rows.shape))

    return Measure(column, title, read, unit, scale)


_PART = "hundredths of all that it has there"
_AMOUNTS = (
    _amount("challenger_loss", "challenger's losses", _PART, 100.0),
    _amount("defender_loss", "defender's losses", _PART, 100.0),
    _amount("world_cost", "costs to others", "billion dollars", 1.0),
)
_RATES = (
    Measure("breakdown", "breakdowns of talks", _breakdown, "in 100 days of talks", 1.0),
    Measure("joined", "wars that another party joins", _joined, "of 100 wars"),
    Measure("war_days", "length of wars", _war_days, "days", 1.0),
    Measure("offers", "offers", _offers, "in 100 days", 1.0, ACTS),
    Measure(
        "yields",
        "ultimatums that are yielded to",
        lambda acts: Ratio(acts["yields"].astype(float), acts["ultimatums"].astype(float)),
        "of 100 ultimatums",
        source=ACTS,
    ),
    Measure(
        "aircraft_lost",
        "aircraft that the attacker loses",
        lambda raids: Ratio(raids["down"], raids["aircraft"]),
        "of 100 aircraft",
        source=RAIDS,
    ),
)
SHOWN_CONSEQUENCES: Mapping[str, tuple[Measure, ...]] = {
    "blockade": (
        _amount("blockade_days", "days under the standing measure below force", "days", 1.0),
    ),
    "taking": (
        Measure(
            "taken_day",
            "{challenger} takes something without shots",
            lambda rows: _of_futures(rows["taken_day"] >= 0),
        ),
        Measure(
            "taken",
            "the first force afterwards does not undo it",
            lambda rows: _of_futures(rows["taken"] > 0.0),
        ),
    ),
    "land": (
        Measure("front", "troops fight for land", lambda rows: _of_futures(rows["front"] >= 0.0)),
        Measure(
            "front_held",
            "{challenger} holds more than half of the land as fighting ends",
            lambda rows: _of_futures(rows["front"] > 0.5),  # noqa: PLR2004
        ),
    ),
}
"""What is shown of consequences, by the table of the pack that they need; never a `MEASURES`."""
LOSSES = tuple(one.name for one in _AMOUNTS)
"""Measures of what a crisis costs each party and all others."""
MEASURES = {
    **{name: one.share for name, one in OUTCOMES.items()},
    **{one.name: one for one in (*_RATES, *_AMOUNTS)},
}
"""All measures: shares of outcomes, rates, amounts."""
