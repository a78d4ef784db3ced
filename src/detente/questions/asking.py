"""The share of an outcome by a date, given conditions, and futures that meet conditions.

`detente ask --json` prints one object, `detente/ask/1`. By name:

- run, option, outcome, digest (of the run).
- by: day and date until which the outcome counts; given: the conditions, as they were written.
- share: of the futures that meet all conditions, those in which the outcome has come by then. low,
  high: 90 % interval over worlds and chance together. spread_low, spread_high: 5th and 95th
  percentile across worlds, sampling noise removed.
- of: futures and worlds, those that meet the conditions and the worlds in which there are any.
- notes: why the share says little, where it does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias, get_args

import numpy as np

from detente import notebook
from detente.data import fields_of
from detente.endings import Ending, keys_of
from detente.ensemble.measures import KNOWN, day_decided, outcome_of
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.store import Rows
from detente.errors import DetenteError
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import MIDDLE_HALF, OUTER, estimate_ratio, fewest
from detente.estimate.tilting import LEAST_EFFECTIVE as LEAST_WORLDS
from detente.questions.given import (
    FIRST_FORCE_BY,
    condition,
    day_of,
    each,
    meets,
    no_future,
)
from detente.questions.reweighting import LEAST_FUTURES
from detente.questions.wording import titles

Pick: TypeAlias = Literal["typical", "early", "late"]
COMPARED = (
    *("ending_day", "first_force_day", "failed_day", "war_days", "rounds"),
    *("challenger_loss", "defender_loss"),
)
"""The columns by which the distance of a future from the medians is measured."""
STANDING = keys_of("standstill", "open", "failed")
"""Endings that are the state on the last day, and come on no earlier one."""


class Counted(NamedTuple):
    """Counts of futures by world, shape (worlds,) each."""

    whole: Annotated[np.ndarray, "those that are looked at"]
    by_day: Annotated[np.ndarray, "those of them in which the outcome has come by a day"]
    ever: Annotated[np.ndarray, "those of them in which it comes by the horizon"]

    def add(self, worlds: np.ndarray, days: np.ndarray, last: int) -> None:
        """Count futures by world; `days` are those on which the outcome comes, -1 for never."""
        has_come = days >= 0
        for counts, chosen in (
            (self.whole, np.ones(len(days), bool)),
            (self.by_day, has_come & (days <= last)),
            (self.ever, has_come),
        ):
            counts[:] += np.bincount(worlds[chosen], minlength=len(counts))


@dataclass(frozen=True, repr=False)
class DatedShare(notebook.Shown):
    """The share of futures with an outcome by a day, among those that meet some conditions."""

    run: Run
    option: str
    outcome: str
    day: Annotated[int, "days since the as-of date"]
    given: tuple[str, ...]
    among: Annotated[Counted, "the futures that meet all conditions"]
    everywhere: Annotated[Counted, "all futures of the option"]

    @property
    def date(self) -> date:
        """Return the date of the day."""
        return self.run.record.date_of(self.day)

    @property
    def share(self) -> Estimate:
        """Return the share."""
        return self.share_of(self.among.by_day, self.among)

    @property
    def middle_half(self) -> tuple[float, float]:
        """Return the range of the share in the middle half of worlds, sampling noise removed."""
        return self.share_of(self.among.by_day, self.among, levels=MIDDLE_HALF).spread

    def share_of(
        self, part: np.ndarray, among: Counted, *, levels: tuple[float, float] = OUTER
    ) -> Estimate:
        """Return the share of some of the counted futures in all of them."""
        futures, weighing = (
            self.run.record.settings.futures_of_a_world,
            self.run.weighing_of(len(part)),
        )
        return estimate_ratio(part, among.whole, futures, weighing, levels=levels)

    @property
    def futures(self) -> int:
        """Return how many futures meet the conditions."""
        return int(self.among.whole.sum())

    @property
    def worlds(self) -> int:
        """Return in how many worlds some do."""
        return int(np.count_nonzero(self.among.whole))

    @property
    def notes(self) -> tuple[str, ...]:
        """Return notes: it counts on the last day alone; it rests on few futures or worlds."""
        notes = []
        title = titles(self.run.record)[self.outcome]
        if self.outcome in STANDING and self.day < self.run.record.settings.horizon:
            notes.append(
                f"{title} counts only if it stands on the last day: one that held for a time and "
                "is over is not counted"
            )
        effective = fewest(self.among.whole)
        if self.futures < LEAST_FUTURES or effective < LEAST_WORLDS:
            notes.append(
                f"only {self.futures:,} courses of events meet this, in the equivalent of "
                f"{effective:.1f} sets of assumptions; an answer needs {LEAST_FUTURES} in "
                f"{LEAST_WORLDS:g} sets"
            )
        return tuple(notes)

    def content(self) -> dict[str, Any]:
        """Return the object that `detente ask --json` prints."""
        return {
            "schema": "detente/ask/1",
            "run": str(self.run.folder),
            **fields_of(self, "option outcome"),
            "by": {"day": self.day, "date": self.date},
            "given": list(self.given),
            **self.share.as_json(),
            "of": {"futures": self.futures, "worlds": self.worlds},
            "notes": self.notes,
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
    """Return how often an outcome has come by a day, among the futures that meet conditions.

    Nothing is played. War counts on the day on which it began, other use of force on the day of the
    first, and an ending without force on its own day; talks that failed and deals made at any time
    count on their own day. Conditions are on the whole of a future, until the horizon.

    Parameters
    ----------
    run
        A finished run.
    outcome
        An outcome or an ending.
    by
        A date, such as "2026-04-01", or days since the as-of date; by default the horizon.
    given
        Conditions that must all hold: "COLUMN=VALUE" or "COLUMN=LOW:HIGH" (both ends included,
        either can be left out) for the columns of the futures, such as "first_force_day=0:60" or
        "first_force_by=iran", or an outcome alone, such as "talks_ever_failed".
    option
        The option whose futures are counted.

    Raises
    ------
    DetenteError
        If there is no such outcome, option, column or value, the day is not between the as-of date
        and the horizon, no future meets the conditions, or a file of the run is damaged.
    """
    (found,) = ask_each(run, [AskedShare(outcome, day_of(run, by), tuple(each(given)))], option)
    if not found.futures:
        raise no_future(run, [condition(run, one) for one in found.given])
    return found


class AskedShare(NamedTuple):
    """An outcome by a day of a run, among the futures that meet some conditions."""

    outcome: str
    day: int
    given: tuple[str, ...] = ()


def ask_each(run: Run, asked: Sequence[AskedShare], option: str = BASE) -> tuple[DatedShare, ...]:
    """Return several such shares, reading futures once; unmet conditions raise no error."""
    about = [outcome_of(one.outcome, where="--outcome") for one in asked]
    conditions = [[condition(run, text) for text in one.given] for one in asked]
    worlds = run.record.settings.worlds_of(run.known(option))
    counts = np.zeros((len(asked), 2, 3, worlds), np.int64)
    found = tuple(
        DatedShare(
            run=run,
            option=option,
            outcome=one.outcome,
            day=one.day,
            given=tuple(each.written for each in conditions[place]),
            among=Counted(*counts[place, 0]),
            everywhere=Counted(*counts[place, 1]),
        )
        for place, one in enumerate(asked)
    )
    for rows in run.rows(option):
        days = {one.name: one.day(rows) for one in about}
        for share, required in zip(found, conditions, strict=True):
            chosen, day = meets(rows, required), days[share.outcome]
            share.everywhere.add(rows["world"], day, share.day)
            share.among.add(rows["world"][chosen], day[chosen], share.day)
    return found


class FoundFuture(NamedTuple):
    """The address of a future and how it ended."""

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
    """A few of the futures that meet some conditions, selected by one rule."""

    run: Run
    option: str
    given: tuple[str, ...]
    pick: Pick
    matching: Annotated[int, "futures that meet all conditions"]
    futures: tuple[FoundFuture, ...]

    def content(self) -> dict[str, Any]:
        """Return the object that `detente find --json` prints."""
        return {
            "schema": "detente/find/1",
            "run": str(self.run.folder),
            **fields_of(self, "option given pick matching"),
            "futures": [
                {"future": one.address, **fields_of(one, "ending ending_day")}
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
    """Find a few futures to examine: `trace(run, future=found.futures[0].address)`.

    Parameters
    ----------
    run
        A finished run.
    ending
        An ending or an outcome.
    begun_by
        Who used force first: a role, or an actor of the pack.
    given
        Further conditions, as for `ask`.
    pick
        Which of the matching futures: "early" and "late" are those that are decided first and last,
        by the day of the first use of force or, without any, the day on which they end. "typical"
        are those nearest to the medians of all that match: the distance is the share of the
        matching futures between the future's value and the median, summed over the days of its end,
        of the first use of force and of the failure of talks, the days of fighting, the number of
        uses of force, and both sides' losses. Ties are ordered by world and index.
    count
        Maximum number of futures.
    option
        The option whose futures are searched.

    Raises
    ------
    DetenteError
        If there is no such ending, actor, column, value or option, `count` is below 1, no future
        matches, or a file of the run is damaged.
    """
    if count < 1 or pick not in get_args(Pick):
        hint = f"ask for one or more that are {' or '.join(get_args(Pick))}"
        raise DetenteError(f"cannot list {count} that are {pick}", where="find", hint=hint)
    outcome_of(ending or KNOWN[0], where="--ending")
    asked = [*([ending] if ending else []), *each(given)]
    asked += [f"{FIRST_FORCE_BY}={begun_by}"] if begun_by else []
    conditions = [condition(run, one) for one in asked]
    parts = [rows[meets(rows, conditions)] for rows in run.rows(run.known(option))]
    rows = np.concatenate(parts)
    if not len(rows):
        raise no_future(run, conditions)
    rank = day_decided(rows).astype(np.int64)
    if pick == "typical":
        rank = far_from_medians(rows, run.weights_of_rows(rows))
    elif pick == "late":
        rank = -rank
    found = tuple(
        FoundFuture(
            world=int(row["world"]),
            future=int(row["future"]),
            ending=Ending(int(row["ending"])).name.lower(),
            ending_day=int(row["ending_day"]),
            first_force_day=int(row["first_force_day"]),
        )
        for row in rows[np.argsort(rank, kind="stable")[:count]]
    )
    written = tuple(one.written for one in conditions)
    return FoundFutures(run, option, written, pick, len(rows), found)


def most_typical(run: Run, rows: Rows) -> tuple[int, int]:
    """Return the address of the future that is nearest to the medians of all."""
    nearest = rows[np.argmin(far_from_medians(rows, run.weights_of_rows(rows)))]
    return int(nearest["world"]), int(nearest["future"])


def far_from_medians(rows: Rows, weights: np.ndarray) -> np.ndarray:
    """Return the distance of each future from the medians of all, summed over the columns compared.

    It is rounded, so that equally near futures come in the order of their addresses.
    """
    shares = [share_to_median(rows[column], weights) for column in COMPARED]
    return np.asarray(np.sum(shares, axis=0).round(9))


def share_to_median(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the share of values between each value and their median, 0 at the median.

    Equal values have one rank, so if most values of a column are "never", that is the median.
    """
    _, place = np.unique(values, return_inverse=True)
    often = np.bincount(place, weights) / weights.sum()
    above = np.cumsum(often)
    below = above - often
    return np.asarray(np.maximum(np.maximum(below - 0.5, 0.5 - above), 0.0)[place])
