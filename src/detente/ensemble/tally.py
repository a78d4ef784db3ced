"""Counts a run: endings and agreements by world, deals and force by day, how force began, ended."""

from collections.abc import Iterable
from typing import Annotated, NamedTuple

import numpy as np

from detente.ensemble.store import Rows
from detente.kernel.endings import FUTURE, Ceasefire, Ending, Trigger, Violence

NOBODY = -1
"""Initiator of a future without use of force by decision."""
INITIATORS = ("challenger", "defender", "ally")
"""Who can use force first, in the order of the column `initiator`."""
ON_TERMS = (Ceasefire.LEARNT, Ceasefire.MEDIATED)
"""How a war stops that stops because both sides agree to."""

OUTCOMES = {
    "deal": (Ending.COMPREHENSIVE_DEAL, Ending.NARROW_DEAL),
    "settled": (
        Ending.COMPREHENSIVE_DEAL,
        Ending.NARROW_DEAL,
        Ending.DEFENDER_YIELDS,
        Ending.CHALLENGER_DROPS,
        Ending.FADES,
    ),
    "force": (Ending.LIMITED_STRIKE, Ending.WAR, Ending.REGIONAL_WAR),
    "any_war": (Ending.WAR, Ending.REGIONAL_WAR),
}
"""Named sets of endings; each ending's key also names an outcome of one."""
ENDINGS = {ending.name.lower(): (ending,) for ending in Ending}


class Tally(NamedTuple):
    """Counts of one option's futures."""

    endings: Annotated[np.ndarray, "futures of each world by ending, shape (worlds, endings)"]
    deals: Annotated[np.ndarray, "deals struck on each day, less those broken, shape (days,)"]
    forces: Annotated[np.ndarray, "first use of force by decision on each day, shape (days,)"]
    first_force: Annotated[np.ndarray, "futures with force by who and how, shape (3, triggers)"]
    war_ends: Annotated[np.ndarray, "wars by why they stopped, shape (ceasefires,)"]
    agreements: Annotated[np.ndarray, "deals, and wars that stopped on terms, shape (worlds,)"]
    checks: Annotated[np.ndarray, "nodes visited, nodes unsettled, rows that break a law"]

    @property
    def futures(self) -> int:
        """Return how many futures were counted."""
        return int(self.endings.sum())


def count(parts: Iterable[Rows], worlds: int, horizon: int) -> Tally:
    """Count futures, part by part."""
    days = horizon + 1
    tally = empty(worlds, horizon)
    for rows in parts:
        cells = rows["world"].astype(np.int64) * len(Ending) + rows["ending"]
        tally.endings.ravel()[:] += np.bincount(cells, minlength=worlds * len(Ending))
        is_force = rows["ending"] >= Ending.LIMITED_STRIKE
        is_deal = rows["ending"] <= Ending.NARROW_DEAL
        tally.deals[:] += np.bincount(rows["ending_day"][is_deal], minlength=days)
        broken = rows[rows["broken_day"] >= 0]
        tally.deals[:] += np.bincount(broken["broken_deal_day"], minlength=days)
        tally.deals[:] -= np.bincount(broken["broken_day"], minlength=days)
        tally.forces[:] += np.bincount(rows["first_force_day"][is_force], minlength=days)
        _count_beginnings(tally, rows[is_force])
        _count_war_ends(tally, rows)
        _count_agreements(tally, rows)
        tally.checks[:] += rows["visited"].sum(), rows["unsettled"].sum(), violations(rows)
    return tally


def empty(worlds: int, horizon: int) -> Tally:
    """Return a tally of nothing."""
    by_day = horizon + 1
    return Tally(
        np.zeros((worlds, len(Ending)), np.int64),
        np.zeros(by_day, np.int64),
        np.zeros(by_day, np.int64),
        np.zeros((len(INITIATORS), len(Trigger)), np.int64),
        np.zeros(len(Ceasefire), np.int64),
        np.zeros(worlds, np.int64),
        np.zeros(3, np.int64),
    )


def violations(rows: Rows) -> int:
    """Count the futures that break a law of every future.

    Endings follow from their two axes, days from each other, and all amounts are finite.
    """
    is_force = rows["violence"] >= Violence.LIMITED_STRIKE
    expected = np.where(is_force, rows["violence"] + _STEP, rows["settlement"])
    began = rows["first_force_day"] >= 0
    is_broken = rows["ending"] != expected
    is_broken |= is_force != (rows["initiator"] != NOBODY)
    is_broken |= is_force != (rows["trigger"] != Trigger.NONE)
    is_broken |= is_force != (rows["ceasefire"] != Ceasefire.NONE)
    is_broken |= is_force != began
    is_broken |= rows["first_force_day"] > rows["ending_day"]
    is_broken |= rows["broken_deal_day"] > rows["broken_day"]
    is_broken |= rows["broken_day"] > rows["ending_day"]
    for name in _AMOUNTS:
        is_broken |= ~np.isfinite(rows[name])
    return int(is_broken.sum())


_AMOUNTS = tuple(name for name in FUTURE.names or () if FUTURE[name].kind == "f")
_STEP = Ending.LIMITED_STRIKE - Violence.LIMITED_STRIKE


def _count_beginnings(tally: Tally, rows: Rows) -> None:
    np.add.at(tally.first_force, (rows["initiator"], rows["trigger"]), 1)


def _count_war_ends(tally: Tally, rows: Rows) -> None:
    wars = rows[rows["violence"] >= Violence.WAR]
    tally.war_ends[:] += np.bincount(wars["ceasefire"], minlength=len(Ceasefire))


def _count_agreements(tally: Tally, rows: Rows) -> None:
    """Count what history would call an agreement: a deal, or a war that stopped on terms."""
    is_agreed = (rows["ending"] <= Ending.NARROW_DEAL) | np.isin(rows["ceasefire"], ON_TERMS)
    tally.agreements[:] += np.bincount(rows["world"][is_agreed], minlength=len(tally.agreements))


class Beginning(NamedTuple):
    """Who used force first and how, with the number of futures."""

    initiator: str
    trigger: Trigger
    futures: int


def beginnings(tally: Tally) -> list[Beginning]:
    """Return who used force first and how, most frequent first."""
    found = [
        Beginning(INITIATORS[who], Trigger(int(how)), int(tally.first_force[who, how]))
        for who, how in np.argwhere(tally.first_force)
    ]
    return sorted(found, key=lambda one: -one.futures)


def war_ends(tally: Tally) -> dict[Ceasefire, int]:
    """Return how many wars stopped for each reason, in the kernel's order."""
    return {why: int(tally.war_ends[why]) for why in Ceasefire if why is not Ceasefire.NONE}


def corridor(tally: Tally) -> list[tuple[int, float, float, float]]:
    """Return day, and the shares in which by then neither, a deal, or force has come.

    Open means: no deal in force and violence below limited strike up to that day.
    """
    deals = np.cumsum(tally.deals) / tally.futures
    forces = np.cumsum(tally.forces) / tally.futures
    return [
        (day, float(1.0 - deal - force), float(deal), float(force))
        for day, (deal, force) in enumerate(zip(deals, forces, strict=True))
    ]
