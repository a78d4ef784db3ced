"""What a run of a reference pack counts on history's scale, world by world."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Annotated, NamedTuple

import numpy as np

from detente.analysis.history.definitions import LEVELS
from detente.ensemble.run import Run
from detente.ensemble.store import Rows
from detente.ensemble.tally import is_chosen
from detente.kernel.endings import Settlement, Violence
from detente.kernel.layout import Array

VIOLENT, ALL = "violent", "all"
PLAYED_RATES = ("war", "serious", "none", "agreement")
"""Rates of past crises that a run tells."""
PARTS_OF: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "agreement_after_war": ("agreement_war", "war"),
        "given_up_after_war": ("given_up_war", "war"),
        "faded_after_war": ("faded_war", "war"),
    }
)
"""Rates under a condition: what is counted, and among what."""


class Played(NamedTuple):
    """What a run of a reference pack counts on history's scale, world by world."""

    start: Annotated[str, "how the crises began that its pack stands for, a key of STARTS"]
    futures: Annotated[int, "futures of each world"]
    happened: Annotated[Mapping[str, Array], "futures in which it happened, shape (worlds,) each"]
    ended: Annotated[
        Array,
        "futures by the day on which their crisis ended, those open at the horizon on that day, "
        "shape (worlds, horizon + 1)",
    ]
    ended_if: Annotated[
        Mapping[str, Array], "the same by level of violence, shape (worlds, horizon + 1) each"
    ] = MappingProxyType({})

    @property
    def horizon(self) -> int:
        """Return how long futures were followed [days]."""
        return int(self.ended.shape[1]) - 1

    @property
    def reached(self) -> Array:
        """Return the share of futures whose crisis has ended by each day, shape (horizon + 1,)."""
        reached: Array = self.ended.sum(axis=0).cumsum() / self.ended.sum()
        return reached


def count(run: Run, start: str) -> Played:
    """Count a run on history's scale."""
    settings = run.record.settings
    return count_rows(run.rows(), start, settings.worlds, settings.horizon)


def count_rows(parts: Iterable[Rows], start: str, worlds: int, horizon: int) -> Played:
    """Count futures on history's scale, part by part; each world has as many.

    War is full-scale war or a regional one, serious violence any use of force, no violence not even
    a clash, and an agreement a deal that stands at the end, whatever came before. A crisis lasts
    until it is settled; one that is open at the horizon lasts longer.
    """
    happened: dict[str, Array] = {}
    ended = {key: np.zeros((worlds, horizon + 1), np.int64) for key in (ALL, *LEVELS)}
    futures = 0
    for rows in parts:
        told = told_by(rows)
        days = np.minimum(rows["ending_day"], horizon)
        for key, is_so in told.items():
            counts = np.bincount(rows["world"][is_so], minlength=worlds)
            happened[key] = happened.get(key, 0) + counts
        for key, by_day in ended.items():
            is_so = told[key] if key in told else np.full(len(rows), True)
            np.add.at(by_day, (rows["world"][is_so], days[is_so]), 1)
        futures += len(rows)
    return Played(start, futures // worlds, happened, ended.pop(ALL), ended)


def told_by(rows: Rows) -> dict[str, Array]:
    """Return what history would say of each future, and how its first strike came about."""
    violence, settlement = rows["violence"], rows["settlement"]
    is_war = violence >= Violence.WAR
    is_agreed = settlement <= Settlement.NARROW_DEAL
    given_up = (Settlement.DEFENDER_YIELDS, Settlement.CHALLENGER_DROPS)
    chosen = is_chosen(rows)
    return {
        "war": is_war,
        "serious": violence >= Violence.LIMITED_STRIKE,
        "clashes": violence == Violence.LIMITED_STRIKE,
        "none": violence == Violence.NONE,
        "agreement": is_agreed,
        "agreement_war": is_agreed & is_war,
        "given_up_war": np.isin(settlement, given_up) & is_war,
        "faded_war": (settlement == Settlement.FADES) & is_war,
        "chosen": chosen,
        "mistakes": chosen & (rows["first_shot_gap"] < 0.0),
    }
