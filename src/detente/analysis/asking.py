"""A share by a date among the futures that show something, and addresses of such futures.

`detente ask --json` prints one object, `detente/ask/1`. By name:

- run, option, outcome, digest (of the run).
- by: day and date until which the outcome counts; given: the conditions, as they were written.
- share: of the futures that meet all conditions, those in which the outcome has come by then. low,
  high: 90 % interval over worlds and chance together. spread_low, spread_high: 5th and 95th
  percentile across worlds, sampling noise removed.
- of: futures and worlds, those that meet the conditions and the worlds in which there are any.
- notes: why the share says little, where it does.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from typing import Annotated, Any, Literal, NamedTuple, Self, TypeAlias, get_args

import numpy as np

from detente import notebook
from detente.analysis.conditions import LEAST_EFFECTIVE as LEAST_WORLDS
from detente.analysis.outcomes import KNOWN, members_of
from detente.analysis.reweighting import Effective, fewest, over_worlds, without_each
from detente.analysis.update import LEAST_FUTURES
from detente.ensemble.foundation import read_base_again
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.shares import estimate_among
from detente.ensemble.store import Rows
from detente.ensemble.tally import INITIATORS, MEMBERS, NOBODY, classes
from detente.errors import DetenteError
from detente.kernel.endings import (
    FUTURE,
    Ceasefire,
    Ending,
    FirstShot,
    Settlement,
    Trigger,
    Violence,
)
from detente.kernel.posture import PLANS
from detente.text import did_you_mean

Pick: TypeAlias = Literal["typical", "early", "late"]
NEVER, DAY = "never", "_day"
"""What stands for a day that does not come, and how the columns of days end."""
FIRST_FORCE_BY = "first_force_by"
"""Another name of the column `initiator`, whose values may be actors of the pack."""
COMPARED = (
    *("ending_day", "first_force_day", "failed_day", "war_days", "rounds"),
    *("challenger_loss", "defender_loss"),
)
"""The columns by which a future is near to the middle of others."""
YES_OR_NO = {"yes": True, "no": False}


def _coded(kind: type[IntEnum]) -> dict[str, int]:
    return {member.name.lower(): int(member) for member in kind}


CODES: Mapping[str, Mapping[str, int]] = {
    "ending": _coded(Ending),
    "settlement": _coded(Settlement),
    "violence": _coded(Violence),
    "trigger": _coded(Trigger),
    "first_shot": _coded(FirstShot),
    "ceasefire": _coded(Ceasefire),
    "initiator": {"none": NOBODY, **{role: place for place, role in enumerate(INITIATORS)}},
    "plan": {plan: place for place, plan in enumerate(PLANS)},
    "challenger_type": {"hard": 0, "soft": 1},
    "defender_type": {"tough": 0, "weak": 1},
}
"""Columns whose numbers have names."""


class Condition(NamedTuple):
    """Something that a future shows or does not show."""

    written: str
    holds: Annotated[Callable[[Rows], np.ndarray], "says it of each future, shape (rows,)"]


class WideShare(NamedTuple):
    """A share whose interval is over worlds and chance together."""

    share: float
    low: Annotated[float, "90 % interval over worlds and chance"]
    high: Annotated[float, "90 % interval over worlds and chance"]
    spread_low: Annotated[float, "5th percentile across worlds, sampling noise removed"]
    spread_high: Annotated[float, "95th percentile across worlds, sampling noise removed"]


class Counted(NamedTuple):
    """Futures of each world, of shape (worlds,) each."""

    whole: Annotated[np.ndarray, "those that are looked at"]
    by_day: Annotated[np.ndarray, "those of them in which the outcome has come by a day"]
    ever: Annotated[np.ndarray, "those of them in which it comes by the horizon"]

    @classmethod
    def none(cls, worlds: int) -> Self:
        """Return counts of nothing."""
        return cls(*np.zeros((3, worlds), np.int64))

    def add(self, homes: np.ndarray, days: np.ndarray, last: int) -> None:
        """Count futures by their worlds and the days on which the outcome comes, -1 for never."""
        has_come = days >= 0
        for counts, chosen in (
            (self.whole, np.ones(len(days), bool)),
            (self.by_day, has_come & (days <= last)),
            (self.ever, has_come),
        ):
            counts[:] += np.bincount(homes[chosen], minlength=len(counts))


@dataclass(frozen=True, repr=False)
class DatedShare(notebook.Shown):
    """How often an outcome has come by a day, among the futures that meet some conditions."""

    run: Run
    option: str
    outcome: str
    day: Annotated[int, "days since the as-of date"]
    given: tuple[str, ...]
    among: Annotated[Counted, "the futures that meet all conditions"]
    everywhere: Annotated[Counted, "all futures of the option"]

    @property
    def date(self) -> date:
        """Return the day as a date."""
        return date_of(self.run, self.day)

    @property
    def share(self) -> WideShare:
        """Return the share that was asked for."""
        return self.share_of(self.among.by_day, self.among)

    def share_of(self, part: np.ndarray, among: Counted) -> WideShare:
        """Return the share that some of the futures counted have of all of them."""
        return share_among(part, among.whole, self.run.record.settings.futures_of_a_world)

    @property
    def futures(self) -> int:
        """Return how many futures meet the conditions."""
        return int(self.among.whole.sum())

    @property
    def worlds(self) -> int:
        """Return in how many worlds there are any of them."""
        return int(np.count_nonzero(self.among.whole))

    @property
    def notes(self) -> tuple[str, ...]:
        """Say where too few futures or worlds carry the share to tell much."""
        effective = fewest(self.among.whole)
        if self.futures >= LEAST_FUTURES and effective >= LEAST_WORLDS:
            return ()
        return (
            f"few futures meet this: {self.futures:,}, as many as {effective:.1f} worlds with "
            f"equally many would have; {LEAST_FUTURES} in {LEAST_WORLDS:g} worlds tell something",
        )

    def as_json(self) -> dict[str, Any]:
        """Return what `detente ask --json` prints."""
        return {
            "schema": "detente/ask/1",
            "run": str(self.run.folder),
            "option": self.option,
            "outcome": self.outcome,
            "by": {"day": self.day, "date": self.date.isoformat()},
            "given": list(self.given),
            **self.share._asdict(),
            "of": {"futures": self.futures, "worlds": self.worlds},
            "notes": list(self.notes),
            "digest": self.run.digest,
        }


def ask(
    run: Run,
    *,
    outcome: str = "any_war",
    by: date | int | str | None = None,
    given: Sequence[str] = (),
    option: str = BASE,
) -> DatedShare:
    """Say how often an outcome has come by a day, among the futures that show something.

    Nothing is played. A future with use of force counts on the day of the first, others on the day
    on which they end; talks that failed and deals made at any time on their own day. Conditions are
    on the whole of a future, until the horizon.

    Parameters
    ----------
    run
        A finished run.
    outcome
        An outcome or an ending.
    by
        A date, such as "2026-04-01", or days since the as-of date; the horizon unless given.
    given
        Conditions that must all hold: "COLUMN=VALUE" or "COLUMN=LOW:HIGH" (both ends count, either
        may be left out) by the columns of the futures, such as "first_force_day=0:60" or
        "first_force_by=iran", or an outcome alone, such as "talks_ever_failed".
    option
        The option whose futures are counted.

    Raises
    ------
    DetenteError
        If there is no such outcome, option, column or value, the day does not lie between the as-of
        date and the horizon, no future meets the conditions, or a file of the run is damaged.
    """
    members_of(outcome, where="--outcome")
    conditions, day = [condition(run, one) for one in _each(given)], day_of(run, by)
    everywhere, among = (Counted.none(run.record.settings.worlds) for _ in range(2))
    for rows in run.rows(run.known(option)):
        chosen, days = _meets(rows, conditions), _day_of_outcome(rows, outcome)
        everywhere.add(rows["world"], days, day)
        among.add(rows["world"][chosen], days[chosen], day)
    if not among.whole.any():
        raise _no_future(run, conditions)
    written = tuple(one.written for one in conditions)
    return DatedShare(run, option, outcome, day, written, among, everywhere)


def share_among(part: np.ndarray, whole: np.ndarray, futures: int) -> WideShare:
    """Return the share of `part` in `whole`, counts in each world, of `futures` played in each.

    It is a ratio of two sums over worlds. Its interval comes from the ratio without each world in
    turn (jackknife), on the scale of log-odds, by Student's law with as many worlds as carry it in
    effect: `reweighting.over_worlds`. It is never narrower than the sampling interval with the
    worlds held fixed, and from 0 to 1 where all futures lie in one world. The range across worlds
    is that of `shares.estimate_among`.
    """
    sampled = estimate_among(part, whole, futures)
    if np.count_nonzero(whole) == 1:
        return WideShare(sampled.share, 0.0, 1.0, sampled.spread_low, sampled.spread_high)
    effective = Effective(float(whole.sum()), fewest(part, whole - part))
    low, high = over_worlds(sampled.share, without_each(part, whole), effective)
    ends = min(low, sampled.low), max(high, sampled.high)
    return WideShare(sampled.share, *ends, sampled.spread_low, sampled.spread_high)


def day_of(run: Run, by: date | int | str | None) -> int:
    """Return a date, or a number of days since the as-of date, as the latter.

    Raises
    ------
    DetenteError
        If it is neither, or does not lie between the as-of date and the horizon.
    """
    start, horizon = date.fromisoformat(run.record.as_of), run.record.settings.horizon
    day = horizon if by is None else _read_day(run, str(by), where="--by")
    if 0 <= day <= horizon:
        return day
    what = f"{by} lies before the as-of date" if day < 0 else f"{by} lies beyond the horizon"
    last = start + timedelta(horizon)
    hint = f"give a date from {start} to {last}, or a day from 0 to {horizon}"
    longer = "" if day < 0 else f"; a run with --horizon {day} reaches it"
    raise DetenteError(what, where="--by", hint=hint + longer)


def date_of(run: Run, day: int) -> date:
    """Return the date of a day of a run."""
    return date.fromisoformat(run.record.as_of) + timedelta(day)


def _read_day(run: Run, text: str, *, where: str) -> int:
    try:
        if "-" in text.lstrip("-"):
            return (date.fromisoformat(text) - date.fromisoformat(run.record.as_of)).days
        return int(text)
    except ValueError:
        hint = "give a date such as 2026-04-01, or days since the as-of date, such as 54"
        raise DetenteError(f"{text!r} is no day", where=where, hint=hint) from None


def condition(run: Run, text: str) -> Condition:
    """Read a condition on futures: COLUMN=VALUE, COLUMN=LOW:HIGH, or an outcome.

    Raises
    ------
    DetenteError
        If there is no such outcome, column or value.
    """
    name, has_value, value = (part.strip() for part in text.partition("="))
    written = f"{name}{has_value}{value}"
    if name in KNOWN:
        return _on_outcome(written, name, value if has_value else "yes")
    column = "initiator" if name == FIRST_FORCE_BY else name
    if column not in _columns():
        what, names = f"there is no column {name!r}", (*KNOWN, FIRST_FORCE_BY, *_columns())
        hint = did_you_mean(name, names) or f"columns and outcomes: {', '.join(names)}"
        raise DetenteError(what, where=_where(text), hint=hint)
    if not value:
        hint = f"write {name}=VALUE or {name}=LOW:HIGH"
        raise DetenteError("has no value", where=_where(text), hint=hint)
    low, high = _bounds(run, column, value, where=_where(written))
    return Condition(written, lambda rows: (rows[column] >= low) & (rows[column] <= high))


def _columns() -> tuple[str, ...]:
    return FUTURE.names or ()


def _where(text: str) -> str:
    return f"--given {text}"


def _each(given: Sequence[str]) -> Sequence[str]:
    return (given,) if isinstance(given, str) else given


def _on_outcome(written: str, outcome: str, value: str) -> Condition:
    if value not in YES_OR_NO:
        hint = f"write {outcome}, or {outcome}=no"
        raise DetenteError(f"{value!r} is neither yes nor no", where=_where(written), hint=hint)
    comes, members = YES_OR_NO[value], MEMBERS[outcome]
    return Condition(written, lambda rows: np.isin(classes(rows), members) == comes)


def _bounds(run: Run, column: str, text: str, *, where: str) -> tuple[float, float]:
    """Return the least and the greatest value that meets a condition on a column."""
    low, is_range, high = (part.strip() for part in text.partition(":"))
    if not is_range:
        value = _value(run, column, low, where)
        return value, value
    least = _value(run, column, low, where) if low else 0.0 if _has_days(column) else -np.inf
    most = _value(run, column, high, where) if high else np.inf
    if least > most:
        hint = f"write the lower end first: {high}:{low}"
        raise DetenteError(f"{low} lies above {high}", where=where, hint=hint)
    return least, most


def _has_days(column: str) -> bool:
    return column.endswith(DAY)


def _value(run: Run, column: str, text: str, where: str) -> float:
    if _has_days(column):
        return float(NOBODY) if text == NEVER else float(_read_day(run, text, where=where))
    names = {**CODES.get(column, {}), **(actors_of(run) if column == "initiator" else {})}
    if text.lower() in names:
        return float(names[text.lower()])
    try:
        return float(text)
    except ValueError:
        hint = f"{did_you_mean(text, names)} {column} is one of: {', '.join(names)}".strip()
        number = f"{column} is a number"
        what = f"{column} is never {text!r}" if names else f"{text!r} is no number"
        raise DetenteError(what, where=where, hint=hint if names else number) from None


def actors_of(run: Run) -> dict[str, int]:
    """Return the place of who may use force first by what a pack calls it: its key and its name.

    Keys stand in the pack; without it only the names in the run's record are known.
    """
    named = {run.record.parties[role]: place for place, role in enumerate(INITIATORS)}
    found = {name.lower().replace(" ", "_"): place for name, place in named.items()}
    try:
        crisis = read_base_again(run.folder, run.record)
    except DetenteError:
        return found
    keys = (
        (key, place) for place, role in enumerate(INITIATORS) for key in crisis.all_of_role(role)
    )
    return {**found, **dict(keys)}


def _meets(rows: Rows, conditions: Collection[Condition]) -> np.ndarray:
    chosen = np.ones(len(rows), bool)
    for one in conditions:
        chosen &= one.holds(rows)
    return chosen


def _day_of_outcome(rows: Rows, outcome: str) -> np.ndarray:
    """Return the day on which an outcome counts in each future, -1 where it never comes."""
    if outcome == "talks_ever_failed":
        failed: np.ndarray = rows["failed_day"]
        return failed
    if outcome == "deal_ever":
        is_kept = rows["settlement"] <= Settlement.NARROW_DEAL
        kept = np.where(is_kept, rows["ending_day"], -1)
        return np.where(rows["broken_deal_day"] >= 0, rows["broken_deal_day"], kept)
    comes = np.isin(classes(rows), MEMBERS[outcome])
    return np.where(comes, _day_it_counts(rows), -1)


def _day_it_counts(rows: Rows) -> np.ndarray:
    first = rows["first_force_day"]
    return np.where(first >= 0, first, rows["ending_day"])


def _no_future(run: Run, conditions: Sequence[Condition]) -> DetenteError:
    what = " and ".join(one.written for one in conditions)
    hint = "leave a condition out, widen a range, or play a larger run"
    return DetenteError(f"no future of the run has {what}", where=str(run.folder), hint=hint)


class FoundFuture(NamedTuple):
    """One future: where it lies in its run, and how it ended."""

    world: int
    future: int
    ending: str
    ending_day: int
    first_force_day: Annotated[int, "-1 if no force was used"]

    @property
    def address(self) -> str:
        """Return its world and index as commands take them."""
        return f"{self.world}:{self.future}"


@dataclass(frozen=True, repr=False)
class FoundFutures(notebook.Shown):
    """A few of the futures that meet some conditions, by one rule."""

    run: Run
    option: str
    given: tuple[str, ...]
    pick: Pick
    matching: Annotated[int, "futures that meet all conditions"]
    futures: tuple[FoundFuture, ...]

    def as_json(self) -> dict[str, Any]:
        """Return what `detente find --json` prints."""
        return {
            "schema": "detente/find/1",
            "run": str(self.run.folder),
            "option": self.option,
            "given": list(self.given),
            "pick": self.pick,
            "matching": self.matching,
            "futures": [
                {"future": one.address, "ending": one.ending, "ending_day": one.ending_day}
                for one in self.futures
            ],
            "digest": self.run.digest,
        }


def find(  # noqa: PLR0913  every way to choose among futures
    run: Run,
    *,
    ending: str | None = None,
    begun_by: str | None = None,
    given: Sequence[str] = (),
    pick: Pick = "typical",
    count: int = 3,
    option: str = BASE,
) -> FoundFutures:
    """Find a few futures to look at: `trace(run, future=found.futures[0].address)`.

    Parameters
    ----------
    run
        A finished run.
    ending
        An ending or an outcome.
    begun_by
        Who used force first: a role, or an actor of the pack.
    given
        Further conditions, as `ask` takes them.
    pick
        Which of the futures that match: "early" and "late" are those that are decided first and
        last, by the day of the first use of force, or else by the day on which they end. "typical"
        are those nearest to the medians of all that match: between the future's value and the
        median lies some share of the matching futures, and the sum of these shares is smallest
        over the days of its end, of the first use of force and of the failure of talks, the days of
        fighting, how often force was used, and both sides' losses. Of equal ones, the first by
        world and index.
    count
        How many at most.
    option
        The option whose futures are looked at.

    Raises
    ------
    DetenteError
        If there is no such ending, actor, column, value or option, none is asked for, no future
        matches, or a file of the run is damaged.
    """
    if count < 1 or pick not in get_args(Pick):
        hint = f"ask for one or more that are {' or '.join(get_args(Pick))}"
        raise DetenteError(f"{count} that are {pick}", where="find", hint=hint)
    members_of(ending or KNOWN[0], where="--ending")
    asked = [*([ending] if ending else []), *_each(given)]
    asked += [f"{FIRST_FORCE_BY}={begun_by}"] if begun_by else []
    conditions = [condition(run, one) for one in asked]
    parts = [rows[_meets(rows, conditions)] for rows in run.rows(run.known(option))]
    rows = np.concatenate(parts)
    if not len(rows):
        raise _no_future(run, conditions)
    chosen = rows[np.argsort(_rank(rows, pick), kind="stable")[:count]]
    written = tuple(one.written for one in conditions)
    return FoundFutures(run, option, written, pick, len(rows), tuple(_found(chosen)))


def _rank(rows: Rows, pick: Pick) -> np.ndarray:
    """Return what futures are ordered by, the smallest first."""
    if pick == "typical":
        away: np.ndarray = sum(
            (share_to_median(rows[column]) for column in COMPARED), np.zeros(len(rows))
        )
        return away.round(9)
    day = _day_it_counts(rows).astype(np.int64)
    return day if pick == "early" else -day


def share_to_median(values: np.ndarray) -> np.ndarray:
    """Return which share of the values lies between each and their median, 0 if it is the median.

    Equal values count as one place: of a column that is mostly "never", "never" is the middle.
    """
    _, place, often = np.unique(values, return_inverse=True, return_counts=True)
    above = np.cumsum(often) / len(values)
    below = above - often / len(values)
    shares: np.ndarray = np.maximum(np.maximum(below - 0.5, 0.5 - above), 0.0)[place]
    return shares


def _found(rows: Rows) -> Iterator[FoundFuture]:
    for row in rows:
        world, future, day, force = (
            int(row[name]) for name in ("world", "future", "ending_day", "first_force_day")
        )
        yield FoundFuture(world, future, Ending(int(row["ending"])).name.lower(), day, force)
