"""The course of a crisis: endings by day, durations, and the costs of war.

`detente show --json` prints it as `course`, with what `detente run --json` prints. By name:

- option.
- days, by_day.ENDING: for each day from 0 to the horizon the share of all futures that have ended
  in this way by then. War counts on the day on which it began, other use of force on the day of
  the first.
- endings.NAME, of each ending and outcome: a list over few days of {day, share, low, high,
  spread_low, spread_high}.
- until.NAME: days until futures end, of those that end so. fighting.NAME: days of fighting, of
  `limited_strike` and `any_war`. Each has cases (futures) and the quantiles quarter, half,
  three_quarters and nineteen_in_20 as {value, low, high, spread_low, spread_high, worlds}, or is
  null where no future ended so. low and high are the 90 % interval, null where cases
  are too few; spread_low and spread_high the 5th and 95th percentile, without sampling noise,
  across the `worlds` that hold cases enough, null if these are too few.
- losses.SIDE.KIND: the same of wars alone, for challenger and defender: all, forces, aircraft,
  economy. 1 is the worth of all forces and bases that a side has there, on which scale the pack
  rates aircraft and economy. destroyed: share of the disputed capabilities destroyed.
  cost_to_others: what a closed chokepoint cost all others, in billion dollars.
- answer: what became of the crisis, in sentences of at most 120 words together; the last says how
  far to rely on them.
- support.numbers, support.credible: numbers, and those that rest on a credible claim or on past
  crises (docs/show.md); null if the pack of the run cannot be read any more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.lib.recfunctions import repack_fields

from detente import notebook
from detente.data import fields_of
from detente.ensemble.measures import ENDINGS, OUTCOMES, SETS
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.tally import SIDES
from detente.ensemble.weighing import mean_of
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import estimate_share
from detente.estimate.quantiles import Among, Quantiles, quantiles
from detente.evidence.ledger import CALIBRATED, LedgerRow, ledger
from detente.kernel.endings import Violence

DAYS = (7, 30, 60, 90, 180, 270)
"""Days at which shares are reported, if before the horizon; the horizon is added."""
FOUGHT = ("limited_strike", "any_war")
"""Outcomes whose days of fighting are reported."""
NEEDED = (
    *("world", "ending", "ending_day", "first_force_day", "war_day", "war_days"),
    *("failed_day", "settlement", "broken_deal_day"),
)
"""Columns that are read of all futures, not only of wars."""
KINDS = {"all": "loss", "forces": "military_loss", "aircraft": "aircraft_loss"}
KINDS |= {"economy": "economy_loss"}
"""Kinds of a side's losses, and the suffixes of their columns."""
CREDIBLE_SOURCES = "ABC"
CREDIBLE_CLAIMS = "12"
"""Grades of a credible claim: at least fairly reliable, and at least probably true."""


class DayShare(NamedTuple):
    """The share of futures with an ending by a day."""

    day: int
    share: Estimate


class Support(NamedTuple):
    """The number of a pack's numbers, and of those with a credible source."""

    numbers: int
    credible: int


@dataclass(frozen=True, repr=False)
class Course(notebook.Shown):
    """The course of a crisis under one option."""

    main_table = "endings"

    run: Run
    option: str
    futures: Annotated[int, "futures of each world"]
    rows: Annotated[np.ndarray, "the needed columns of all futures"]
    wars: Annotated[np.ndarray, "all columns of futures with war"]
    days: Annotated[Mapping[str, np.ndarray], "by ending, the day of each future, or never"]
    support: Support | None

    @cached_property
    def came(self) -> Mapping[str, np.ndarray]:
        """Futures by ending, world and day, shape (worlds, days)."""
        days = self.horizon + 1
        counts = {}
        for key, day in self.days.items():
            cells = self.rows["world"].astype(np.int64)[day >= 0] * days + day[day >= 0]
            counted = np.bincount(cells, minlength=self.worlds * days)
            counts[key] = counted.reshape(self.worlds, days)
        return counts

    def until_of(self, ending: str) -> Quantiles | None:
        """Return quantiles of the days until an ending, among the futures that reach it."""
        return self._of_ending(ending, self.days[ending])

    def fighting_of(self, ending: str) -> Quantiles | None:
        """Return quantiles of the days of fighting of the futures with an ending."""
        return self._of_ending(ending, self.rows["war_days"])

    @cached_property
    def until(self) -> Mapping[str, Quantiles | None]:
        """Quantiles of the days until each ending."""
        return {way: self.until_of(way) for way in self.days}

    @cached_property
    def fighting(self) -> Mapping[str, Quantiles | None]:
        """Quantiles of the days of fighting, by ending with fighting."""
        return {way: self.fighting_of(way) for way in FOUGHT}

    @cached_property
    def losses(self) -> Mapping[str, Mapping[str, Quantiles | None]]:
        """Quantiles of the losses of each side in a war, by kind of loss."""
        return {
            side: {kind: self._of_wars(f"{side}_{column}") for kind, column in KINDS.items()}
            for side in SIDES
        }

    @cached_property
    def destroyed(self) -> Quantiles | None:
        """Quantiles of the share of disputed capabilities that a war destroys."""
        return self._of_wars("damage")

    @cached_property
    def cost_to_others(self) -> Quantiles | None:
        """Quantiles of the cost of a closed chokepoint to third parties [billion dollars]."""
        return self._of_wars("world_cost")

    def _of_ending(self, ending: str, values: np.ndarray) -> Quantiles | None:
        has_ending = self.days[ending] >= 0
        return self._among(values[has_ending], self.rows["world"][has_ending])

    def _of_wars(self, column: str) -> Quantiles | None:
        return self._among(self.wars[column], self.wars["world"])

    def _among(self, values: np.ndarray, worlds: np.ndarray) -> Quantiles | None:
        weighing = self.run.weighing_of(self.worlds)
        return quantiles(Among(values, worlds, self.worlds, self.futures, weighing))

    @property
    def ways(self) -> tuple[str, ...]:
        """Return all endings, sets of endings first."""
        return (*SETS, *ENDINGS)

    @property
    def horizon(self) -> int:
        """Return the horizon of the futures [days]."""
        return self.run.record.settings.horizon

    @property
    def worlds(self) -> int:
        """Return the number of worlds."""
        return self.run.record.settings.worlds_of(self.option)

    def by_day(self, outcome: str) -> np.ndarray:
        """Return the share of futures with an ending by each day, shape (days,)."""
        counts = mean_of(self.came[outcome], self.run.weighing_of(self.worlds)).cumsum()
        return np.asarray(counts / self.futures)

    @property
    def reported_days(self) -> tuple[int, ...]:
        """Return the days at which shares are reported, the horizon last."""
        return (*(day for day in DAYS if day < self.horizon), self.horizon)

    def shares_by(self, outcome: str, days: Iterable[int]) -> tuple[DayShare, ...]:
        """Return the share of futures with an ending by each of some days."""
        counts, weighing = self.came[outcome], self.run.weighing_of(self.worlds)
        return tuple(
            DayShare(day, estimate_share(counts[:, : day + 1].sum(axis=1), self.futures, weighing))
            for day in days
        )

    def content(self) -> dict[str, Any]:
        """Return the object `course` of `detente show --json`."""
        return {
            "option": self.option,
            "days": list(range(self.horizon + 1)),
            "by_day": {key: self.by_day(key).tolist() for key in ENDINGS},
            "endings": {
                key: [
                    {"day": day, **share.as_json()}
                    for day, share in self.shares_by(key, self.reported_days)
                ]
                for key in (*ENDINGS, *SETS)
            },
            **fields_of(self, "until fighting losses destroyed cost_to_others support"),
        }


def course(run: Run, *, option: str = BASE) -> Course:
    """Return the endings by day, the durations of crises and wars, and the costs of wars.

    Raises `DetenteError` if the run has no such option, or a file of it is missing or was changed.
    """
    parts = [
        (repack_fields(rows[list(NEEDED)]), rows[rows["violence"] >= Violence.WAR])
        for rows in run.rows(option)
    ]
    futures, wars = map(np.concatenate, zip(*parts, strict=True))
    crisis, support = run.crisis_if_kept, None
    if crisis is not None:
        rows = ledger(crisis.numbers.items(), crisis.claims).rows
        support = Support(len(rows), sum(map(is_credible, rows)))
    return Course(
        run=run,
        option=option,
        futures=run.record.settings.futures_of_a_world,
        rows=futures,
        wars=wars,
        days={key: OUTCOMES[key].day(futures) for key in (*ENDINGS, *SETS)},
        support=support,
    )


def is_credible(row: LedgerRow) -> bool:
    """Return whether a number rests on a credible claim or on past crises."""
    if CALIBRATED in row.because:
        return True
    return bool(row.grade) and row.grade[0] in CREDIBLE_SOURCES and row.grade[1] in CREDIBLE_CLAIMS
