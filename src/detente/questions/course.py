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
    came: Annotated[
        Mapping[str, np.ndarray], "futures by ending, world and day, shape (worlds, days)"
    ]
    until: Mapping[str, Quantiles | None]
    fighting: Mapping[str, Quantiles | None]
    losses: Mapping[str, Mapping[str, Quantiles | None]]
    destroyed: Quantiles | None
    cost_to_others: Quantiles | None
    support: Support | None

    @property
    def ways(self) -> tuple[str, ...]:
        """Return all endings, sets of endings first."""
        return (*SETS, *ENDINGS)

    @property
    def horizon(self) -> int:
        """Return the horizon of the futures [days]."""
        return int(self.came["deal"].shape[1]) - 1

    @property
    def worlds(self) -> int:
        """Return the number of worlds."""
        return len(self.came["deal"])

    def by_day(self, outcome: str) -> np.ndarray:
        """Return the share of futures with an ending by each day, shape (days,)."""
        counts = mean_of(self.came[outcome], self.run.weighing_of(self.worlds)).cumsum()
        shares: np.ndarray = counts / self.futures
        return shares

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

    Raises
    ------
    DetenteError
        If the run has no such option, or a file of it is missing or was changed.
    """
    settings = run.record.settings
    worlds, days = settings.worlds_of(option), settings.horizon + 1
    parts = [
        (repack_fields(rows[list(NEEDED)]), rows[rows["violence"] >= Violence.WAR])
        for rows in run.rows(option)
    ]
    futures, wars = map(np.concatenate, zip(*parts, strict=True))
    ways = {key: OUTCOMES[key].day(futures) for key in (*ENDINGS, *SETS)}
    futures_of_a_world, weighing = settings.futures_of_a_world, run.weighing_of(worlds)

    def counted(day: np.ndarray) -> np.ndarray:
        cells = futures["world"].astype(np.int64)[day >= 0] * days + day[day >= 0]
        return np.bincount(cells, minlength=worlds * days).reshape(worlds, days)

    def among(values: np.ndarray, homes: np.ndarray) -> Quantiles | None:
        return quantiles(Among(values, homes, worlds, futures_of_a_world, weighing))

    def of_those(day: np.ndarray, values: np.ndarray) -> Quantiles | None:
        return among(values[day >= 0], futures["world"][day >= 0])

    def of_wars(column: str) -> Quantiles | None:
        return among(wars[column], wars["world"])

    crisis, support = run.crisis_if_kept, None
    if crisis is not None:
        rows = ledger(crisis.numbers.items(), crisis.claims).rows
        support = Support(len(rows), sum(map(is_credible, rows)))
    return Course(
        run=run,
        option=option,
        futures=settings.futures_of_a_world,
        came={key: counted(day) for key, day in ways.items()},
        until={key: of_those(day, day) for key, day in ways.items()},
        fighting={key: of_those(ways[key], futures["war_days"]) for key in FOUGHT},
        losses={
            side: {kind: of_wars(f"{side}_{column}") for kind, column in KINDS.items()}
            for side in SIDES
        },
        destroyed=of_wars("damage"),
        cost_to_others=of_wars("world_cost"),
        support=support,
    )


def is_credible(row: LedgerRow) -> bool:
    """Return whether a number rests on a credible claim or on past crises."""
    if CALIBRATED in row.because:
        return True
    return bool(row.grade) and row.grade[0] in CREDIBLE_SOURCES and row.grade[1] in CREDIBLE_CLAIMS
