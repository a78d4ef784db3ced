"""Counts a run's futures: endings by world, deals and force by day, how force began and ended."""

from collections.abc import Iterable
from typing import Annotated, NamedTuple

import numpy as np

from detente.endings import SETTLEMENTS, Ending, numbers_of
from detente.ensemble.store import Rows
from detente.ensemble.weighing import Weighing, mean_of
from detente.kernel.endings import FUTURE, Ceasefire, FirstShot, Trigger, Violence

NOBODY = -1
"""The initiator in a future without use of force by decision."""
INITIATORS = ("challenger", "defender", "ally")
"""The actors that can use force first, in the order of the column `initiator`."""
BEGINNERS = (*INITIATORS, "together")
"""The actors that can begin force, in the order of the column `began`; two can do so together."""
SIDES = INITIATORS[:2]

_FLAGS = 3
"""Number of bits of a class besides its ending."""
CLASSES = len(Ending) << _FLAGS
"""Number of classes of futures."""


class FutureClass(NamedTuple):
    """The parts of a future's class."""

    ending: Ending
    has_failed: bool
    has_dealt: bool
    has_agreed: bool


def classes(rows: Rows) -> np.ndarray:
    """Return the class of each future: its ending, and what else happened in it.

    The other parts: talks failed at any time; a deal was made at any time, even if it broke or came
    after force; a deal or a standstill exists at the end, whatever happened before.
    """
    has_failed = rows["failed_day"] >= 0
    has_dealt = np.isin(rows["settlement"], numbers_of("deal")) | (rows["broken_deal_day"] >= 0)
    has_agreed = np.isin(rows["settlement"], numbers_of("deal", "standstill"))
    endings = rows["ending"].astype(np.int64)
    found: np.ndarray = endings << _FLAGS | has_agreed << 2 | has_failed << 1 | has_dealt
    return found


def parts_of(kind: int) -> FutureClass:
    """Return the parts of a class."""
    return FutureClass(
        Ending(kind >> _FLAGS), bool(kind >> 1 & 1), bool(kind & 1), bool(kind >> 2 & 1)
    )


class Tally(NamedTuple):
    """Counts of one option's futures."""

    classes: Annotated[np.ndarray, "futures of each world by class, shape (worlds, CLASSES)"]
    axes: Annotated[
        np.ndarray, "the same by violence and settlement, shape (worlds, violences, settlements)"
    ]
    deals: Annotated[
        np.ndarray, "deals struck on each day, less those broken, shape (worlds, days)"
    ]
    forces: Annotated[
        np.ndarray, "first use of force by decision on each day, shape (worlds, days)"
    ]
    settlements: Annotated[
        np.ndarray, "disputes settled without a deal or force on each day, shape (worlds, days)"
    ]
    first_force: Annotated[
        np.ndarray, "futures with force by who and how, shape (worlds, 3, triggers)"
    ]
    first_shots: Annotated[
        np.ndarray,
        "futures with force by whether it became war, how the first shot came and whose it was, "
        "shape (2, worlds, first shots, 3)",
    ]
    chosen: Annotated[np.ndarray, "of these, first shots that a side chose, shape (2, worlds)"]
    mistakes: Annotated[
        np.ndarray,
        "of each first shot chosen by mistake its world, its gap [value] and whether it became "
        "war, shape (mistakes, 3)",
    ]
    war_ends: Annotated[np.ndarray, "wars by why they stopped, shape (worlds, ceasefires)"]
    checks: Annotated[np.ndarray, "nodes visited, nodes unsettled, rows that break a law"]

    @property
    def futures(self) -> int:
        """Return the number of futures."""
        return int(self.classes.sum())


def count(parts: Iterable[Rows], worlds: int, horizon: int) -> Tally:
    """Count futures, part by part."""
    by_day = (worlds, horizon + 1)
    tally = Tally(
        classes=np.zeros((worlds, CLASSES), np.int64),
        axes=np.zeros((worlds, len(Violence), max(SETTLEMENTS) + 1), np.int64),
        deals=np.zeros(by_day, np.int64),
        forces=np.zeros(by_day, np.int64),
        settlements=np.zeros(by_day, np.int64),
        first_force=np.zeros((worlds, len(INITIATORS), len(Trigger)), np.int64),
        first_shots=np.zeros((2, worlds, len(FirstShot), len(INITIATORS)), np.int64),
        chosen=np.zeros((2, worlds), np.int64),
        mistakes=np.zeros((0, 3)),
        war_ends=np.zeros((worlds, len(Ceasefire)), np.int64),
        checks=np.zeros(3, np.int64),
    )
    mistakes = [tally.mistakes]
    for rows in parts:
        cells = rows["world"].astype(np.int64) * CLASSES + classes(rows)
        tally.classes.ravel()[:] += np.bincount(cells, minlength=tally.classes.size)
        np.add.at(tally.axes, (rows["world"], rows["violence"], rows["settlement"]), 1)
        is_force = np.isin(rows["ending"], numbers_of("strike", "war"))
        is_deal = np.isin(rows["ending"], numbers_of("deal"))
        # Only deals that broke before any use of force.
        first = rows["first_force_day"]
        is_before_force = (first < 0) | (rows["broken_day"] <= first)
        broken = rows[is_before_force & (rows["broken_day"] >= 0)]
        tally.deals[:] += _by_day(rows[is_deal], "ending_day", by_day)
        tally.deals[:] += _by_day(broken, "broken_deal_day", by_day)
        tally.deals[:] -= _by_day(broken, "broken_day", by_day)
        tally.forces[:] += _by_day(rows[is_force], "first_force_day", by_day)
        is_settled = np.isin(rows["ending"], numbers_of("yields", "fades"))
        tally.settlements[:] += _by_day(rows[is_settled], "ending_day", by_day)
        chosen, became_war = is_chosen(rows), rows["violence"] >= Violence.WAR
        forced, as_war = rows[is_force], became_war[is_force].astype(np.int64)
        np.add.at(tally.first_force, (forced["world"], forced["initiator"], forced["trigger"]), 1)
        shots = (as_war, forced["world"], forced["first_shot"], forced["initiator"])
        np.add.at(tally.first_shots, shots, 1)
        by_choice = chosen[is_force]
        np.add.at(tally.chosen, (as_war[by_choice], forced["world"][by_choice]), 1)
        np.add.at(tally.war_ends, (rows["world"][became_war], rows["ceasefire"][became_war]), 1)
        mistaken = chosen & (rows["first_shot_gap"] < 0.0)
        columns = (rows["world"], rows["first_shot_gap"], became_war)
        mistakes.append(np.column_stack([column[mistaken] for column in columns]))
        tally.checks[:] += rows["visited"].sum(), rows["unsettled"].sum(), violations(rows)
    return tally._replace(mistakes=np.concatenate(mistakes))


def _by_day(rows: Rows, column: str, shape: tuple[int, ...]) -> np.ndarray:
    """Count futures by world and the day in a column, shape (worlds, days)."""
    worlds, days = shape
    cells = rows["world"].astype(np.int64) * days + rows[column]
    return np.asarray(np.bincount(cells, minlength=worlds * days).reshape(shape))


def violations(rows: Rows) -> int:
    """Return the number of futures that break a law of every future.

    Endings follow from violence and settlement, days are in order, and all amounts are finite.
    """
    is_force = rows["violence"] >= Violence.LIMITED_STRIKE
    expected = np.where(is_force, rows["violence"] + _STEP, rows["settlement"])
    began = rows["first_force_day"] >= 0
    is_broken = rows["ending"] != expected
    is_broken |= is_force != (rows["initiator"] != NOBODY)
    is_broken |= is_force != (rows["trigger"] != Trigger.NONE)
    is_broken |= is_force != (rows["ceasefire"] != Ceasefire.NONE)
    is_broken |= is_force != began
    is_broken |= (rows["violence"] >= Violence.WAR) != (rows["war_day"] >= 0)
    is_broken |= (rows["war_day"] >= 0) & (rows["war_day"] < rows["first_force_day"])
    is_broken |= rows["first_force_day"] > rows["ending_day"]
    is_broken |= rows["war_day"] > rows["ending_day"]
    is_broken |= rows["broken_deal_day"] > rows["broken_day"]
    is_broken |= rows["broken_day"] > rows["ending_day"]
    for name in _AMOUNTS:
        is_broken |= ~np.isfinite(rows[name])
    return int(is_broken.sum())


_AMOUNTS = tuple(name for name in FUTURE.names or () if FUTURE[name].kind == "f")
_STEP = Ending.LIMITED_STRIKE - Violence.LIMITED_STRIKE


def is_chosen(rows: Rows) -> np.ndarray:
    """Return for each future whether a side chose the first shot, also by an ultimatum."""
    found: np.ndarray = np.isin(rows["first_shot"], _CHOSEN)
    found |= (rows["first_shot"] == FirstShot.LAPSED) & (rows["first_shot_gap"] != 0.0)
    return found


_CHOSEN = (FirstShot.CHOSEN_OVER_TEXT, FirstShot.CHOSEN_FORCE, FirstShot.MISTAKE)


class Beginning(NamedTuple):
    """The number of futures in which an actor used force first for one trigger."""

    initiator: str
    trigger: Trigger
    futures: int


def over_worlds(by_world: np.ndarray, weighing: Weighing | None) -> np.ndarray:
    """Return counts over all worlds; weighted ones are rounded to whole futures."""
    return np.asarray(np.rint(len(by_world) * mean_of(by_world, weighing)).astype(np.int64))


def beginnings(tally: Tally, weighing: Weighing | None = None) -> list[Beginning]:
    """Return who used force first and on which trigger, most frequent first."""
    counts = over_worlds(tally.first_force, weighing)
    found = [
        Beginning(INITIATORS[who], Trigger(int(how)), int(counts[who, how]))
        for who, how in np.argwhere(counts)
    ]
    return sorted(found, key=lambda one: -one.futures)


def war_ends(tally: Tally, weighing: Weighing | None = None) -> dict[Ceasefire, int]:
    """Return how many wars stopped for each reason, in the kernel's order."""
    counts = over_worlds(tally.war_ends, weighing)
    return {why: int(counts[why]) for why in Ceasefire if why is not Ceasefire.NONE}


class CorridorDay(NamedTuple):
    """The shares of futures in each state on a day."""

    day: int
    open: Annotated[float, "neither a deal in force nor use of force so far"]
    deal: float
    force: float
    settled: Annotated[float, "of those open, a side has backed down or it petered out"]
    unresolved: Annotated[float, "of those open, the dispute goes on"]


def standing(tally: Tally) -> dict[str, np.ndarray]:
    """Return the number of futures of each world in each state by day, shape (worlds, days) each.

    The keys are those of `CorridorDay`.
    """
    deals, forces, settled = (
        np.cumsum(each, axis=1) for each in (tally.deals, tally.forces, tally.settlements)
    )
    is_open = tally.classes.sum(axis=1)[:, None] - deals - forces
    counts = (is_open, deals, forces, settled, is_open - settled)
    return dict(zip(CorridorDay._fields[1:], counts, strict=True))


def corridor(tally: Tally, weighing: Weighing | None = None) -> list[CorridorDay]:
    """Return the shares of all futures in each state, day by day."""
    if weighing is None:
        shares = [counts.sum(axis=0) / tally.futures for counts in standing(tally).values()]
    else:
        futures = tally.futures / len(tally.classes)
        shares = [mean_of(counts, weighing) / futures for counts in standing(tally).values()]
    return [CorridorDay(day, *row) for day, row in enumerate(np.transpose(shares).tolist())]
