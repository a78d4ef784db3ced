"""The assumptions that move when worlds are weighted, and whether moving them alone is enough.

They are the numbers correlated with the weights by more than chance. How far these few must move,
if all others keep their values, is estimated from a fit: the weighted quantity as a sum of
functions of each number's rank and its square. The fitted values are weighted in place of the
worlds'.

The fit is to the worlds in which its numbers were selected, so it is biased upwards, or downwards
if the numbers interact. So new worlds are played with and without the numbers moved, on the same
draws. The first ones give the factor of the fit's error, and the numbers are moved farther or less
far by it. The next ones, which had no part in this, show whether the views then hold.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente.data import fields_of
from detente.ensemble.intervention import AS_IT_IS, Intervention
from detente.ensemble.record import Grid
from detente.ensemble.run import Run
from detente.ensemble.runners import Listener
from detente.ensemble.study import FUTURES, Readout, Study
from detente.ensemble.weighing import Weighing
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import (
    QUANTILE,
    effective_size,
    estimate_ratio,
    jackknife,
    without_each,
)
from detente.estimate.tilting import tilt, weighted_quantiles
from detente.kernel.endings import FUTURE
from detente.questions.conditions import MOST_MOVED, WorldNumbers, correlated_fields, read_numbers
from detente.questions.drivers.inputs import titled
from detente.questions.weigh.views import HeldView, ViewCounts, of_rows

QUARTERS = 4
PLACES = (0.05, 0.5, 0.95)
"""The quantiles of a number that are reported."""
NEW_WORLDS = 64
"""New worlds that are played in each of the two steps."""
GRID: Grid = "tiny"
"""The grid of new worlds, with and without the numbers moved: its error cancels."""
LEAST_FACTOR, MOST_FACTOR = 0.2, 2.0
"""Bounds of the factor of the fit's error."""
COMMAND = "weigh RUN"
ROWS = Readout("rows", FUTURE, lambda world: world.played(), worlds=1, about="new")
"""All columns of each future of a new world."""

Triple = tuple[float, float, float]


class Quarter(NamedTuple):
    """A view's share in the worlds of one quarter of a number."""

    low_end: Annotated[float, "of the number in these worlds"]
    high_end: float
    share: Estimate

    def as_json(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"low_end": self.low_end, "high_end": self.high_end, **self.share.as_json()}


class MovedAssumption(NamedTuple):
    """A number that is correlated with the weights by more than chance."""

    field: str
    title: str
    unit: str
    before: Annotated[Triple, "5th, 50th and 95th percentile over worlds"]
    after: Annotated[Triple, "the same with the weights"]
    quarters: Annotated[tuple[tuple[Quarter, ...], ...], "of each view, from low to high"]
    values: Annotated[np.ndarray, "in each world, shape (worlds,)"]
    weights: Annotated[np.ndarray, "of the worlds, shape (worlds,)"]

    @property
    def likely(self) -> tuple[float, float]:
        """Return the chance of yes for a yes or no, before and after."""
        return float(self.values.mean()), float(np.average(self.values, weights=self.weights))

    @property
    def is_switch(self) -> bool:
        """Return whether it is a yes or no."""
        return set(np.unique(self.values)) <= {0.0, 1.0}


class Moved(NamedTuple):
    """The numbers that move, and whether they alone can make the views hold."""

    numbers: tuple[MovedAssumption, ...]
    weights: Annotated[np.ndarray, "by which they move, shape (worlds,)"]
    is_enough: Annotated[bool, "whether the weights are by these numbers alone"]

    @property
    def effective(self) -> float:
        """Return the effective number of worlds with these weights."""
        return effective_size(self.weights)

    def content(self) -> dict[str, Any]:
        """Return its fields for JSON."""
        listed = [
            fields_of(number, "field title unit before after quarters") for number in self.numbers
        ]
        alone = fields_of(self, "is_enough effective") if listed else None
        return {"moved": listed, "alone": alone}


@dataclass(frozen=True)
class FewNumbers:
    """The numbers of a run correlated with weights by more than chance, at most `MOST_MOVED`."""

    run: Run
    views: Sequence[HeldView]
    counted: ViewCounts
    conditions: Annotated[
        tuple[np.ndarray, np.ndarray],
        "amounts whose weighted means must be 0, or at least 0, shape (conditions, worlds)",
    ]
    weighing: Weighing

    @cached_property
    def known(self) -> WorldNumbers:
        """Return all numbers in which the worlds differ."""
        outcomes = [view.outcome for view in self.views]
        return read_numbers(self.run, len(self.weighing.weights), outcomes)[0]

    @cached_property
    def named(self) -> list[int]:
        """Return the indices of those correlated with the weights, the farthest moved first."""
        return moved_fields(self.known, self.weighing.weights)

    def moved(self, factor: float = 1.0) -> Moved:
        """Return how they move, if their effect is `factor` times that of the fit.

        If they alone cannot make the views hold, they move as far as the fit says; if that is not
        possible either, as in the weights of the worlds.
        """
        alone = self._alone(factor) if self.named else None
        weights = alone
        if weights is None and self.named:
            weights = self._alone(1.0)
        if weights is None:
            weights = self.weighing.weights
        crisis, futures = self.run.crisis, self.run.record.settings.futures_of_a_world
        found = []
        for one in self.named:
            values, path = self.known.values[:, one], self.known.fields[one]
            places = self.known.places[:, one]
            quarters = tuple(
                shares_by_quarter(places, values, part, whole, futures)
                for part, whole in zip(*self.counted, strict=True)
            )
            before, after = (
                tuple(weighted_quantiles(values, each, PLACES).tolist())
                for each in (np.ones(len(values)), weights)
            )
            unit = crisis.numbers[path].unit
            named = path, titled(path, crisis), unit
            found.append(MovedAssumption(*named, before, after, quarters, values, weights))
        return Moved(tuple(found), weights, alone is not None)

    def _alone(self, factor: float) -> np.ndarray | None:
        """Return the weights based on these numbers alone that make the views hold, or None."""
        places = self.known.places[:, self.named]
        terms = np.column_stack([np.ones(len(places)), places, places**2])
        fitted = []
        for rows in self.conditions:
            by = (terms @ np.linalg.lstsq(terms, rows.T, rcond=None)[0]).T
            means = rows.mean(axis=1, keepdims=True) if len(rows) else rows
            fitted.append(means + factor * (by - means))
        found = tilt(*fitted)
        return found.weights if found is not None and found.is_enough else None


def moved_fields(known: WorldNumbers, weights: np.ndarray) -> list[int]:
    """Return the numbers correlated with weights by more than chance, at most `MOST_MOVED`."""
    leaning = np.log(np.maximum(weights, np.finfo(float).tiny))
    places = weights @ known.places / weights.sum()
    found = correlated_fields(known, leaning)
    return sorted(found, key=lambda one: -abs(float(places[one]) - 0.5))[:MOST_MOVED]


def quarters_of(places: np.ndarray, values: np.ndarray) -> list[np.ndarray]:
    """Return the worlds in each quarter of a number; by its values if there are few."""
    known = np.unique(values)
    if len(known) <= QUARTERS:
        return [values == value for value in known]
    quarter = np.minimum((places * QUARTERS).astype(int), QUARTERS - 1)
    return [quarter == place for place in range(QUARTERS)]


def shares_by_quarter(
    places: np.ndarray, values: np.ndarray, part: np.ndarray, whole: np.ndarray, futures: int
) -> tuple[Quarter, ...]:
    """Return the share that `part` has of `whole` by quarter of a number.

    `part` and `whole` are counts by world. A share is NaN where nothing is counted in `whole`.
    """
    found = []
    for group in quarters_of(places, values):
        share = Estimate(math.nan, math.nan, math.nan)
        if whole[group].any():
            share = estimate_ratio(part * group, whole * group, futures)
        found.append(Quarter(float(values[group].min()), float(values[group].max()), share))
    return tuple(found)


class TriedView(NamedTuple):
    """A view in new worlds with the numbers moved."""

    before: Annotated[Estimate, "in the run"]
    after: Annotated[Estimate, "in the run, plus the effect of moving the numbers in new worlds"]
    agrees: Annotated[bool, "whether its interval overlaps the view"]

    def as_json(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"before": self.before, **self.after.as_json(), "agrees": self.agrees}


class NewWorldsTrial(NamedTuple):
    """The views in new worlds with the numbers moved, on the same draws."""

    worlds: int
    futures: Annotated[int, "of each"]
    views: tuple[TriedView, ...]

    @property
    def is_confirmed(self) -> bool:
        """Return whether all views hold."""
        return all(view.agrees for view in self.views)

    def as_json(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {**self._asdict(), "confirmed": self.is_confirmed}


def try_out(
    few: FewNumbers, option: str, threads: int | None = None, progress: Listener | None = None
) -> tuple[Moved, NewWorldsTrial | None]:
    """Move the numbers as far as is enough in some new worlds, and test that in others.

    There is no trial if no number moves.

    Raises `DetenteError` if another version of the model made the run, or nothing can be played or
    stored.
    """
    moved = few.moved()
    if not moved.numbers:
        return moved, None
    worlds = len(moved.weights)
    study = Study(
        few.run,
        option,
        FUTURES,
        GRID,
        command=COMMAND,
        reading=ROWS,
        new_worlds=2 * NEW_WORLDS,
        threads=threads,
        progress=progress,
    )
    first, second = (
        range(worlds, worlds + NEW_WORLDS),
        range(worlds + NEW_WORLDS, study.baseline.worlds),
    )
    if moved.is_enough:
        tried = _tried(study, few, moved, first)
        aimed = [
            float(few.weighing.weights @ part / (few.weighing.weights @ whole))
            for part, whole in zip(*few.counted, strict=True)
        ]
        asked = np.array([goal - one.before.value for goal, one in zip(aimed, tried, strict=True)])
        came = np.array([one.after.value - one.before.value for one in tried])
        factor = float(asked @ came) / float(asked @ asked) if asked.any() else 1.0
        moved = few.moved(min(max(factor, LEAST_FACTOR), MOST_FACTOR))
    return moved, NewWorldsTrial(len(second), FUTURES, tuple(_tried(study, few, moved, second)))


def _tried(study: Study, few: FewNumbers, moved: Moved, new: range) -> list[TriedView]:
    """Return each view in some new worlds with the numbers moved."""
    last = range(new.stop)
    changed = Intervention(
        {
            one.field: drawn_by_weights(study, one.field, one.values, moved.weights)[: len(last)]
            for one in moved.numbers
        }
    )
    study.play([AS_IT_IS, changed], new)
    rows = [study.rows(under, new).reshape(-1) for under in (AS_IT_IS, changed)]
    futures, tried = few.run.record.settings.futures_of_a_world, []
    for view, part, whole in zip(few.views, *few.counted, strict=True):
        before = estimate_ratio(part, whole, futures)
        without, with_it = (
            [counts.reshape(len(new), FUTURES).sum(axis=1) for counts in of_rows(view, row)]
            for row in rows
        )
        tried.append(judge(view, before, without, with_it))
    return tried


def drawn_by_weights(
    study: Study, field: str, values: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Return a number in each world: as drawn in the run's worlds, weighted quantiles in new ones.

    `values` are those in the worlds of the run, which have the `weights`.
    """
    drawn, worlds = study.baseline.values[field], len(weights)
    places = study.baseline.quantiles[field][worlds:]
    if len(np.unique(values)) > QUARTERS:
        new = weighted_quantiles(values, weights, places)
    else:  # a few values are not interpolated
        new = np.quantile(values, places, method="inverted_cdf", weights=weights)
    return np.concatenate([drawn[:worlds], new])


def judge(
    view: HeldView,
    before: Estimate,
    without: Sequence[np.ndarray],
    with_it: Sequence[np.ndarray],
) -> TriedView:
    """Return whether a view holds: the run's share plus the effect of moving numbers in new worlds.

    `without` and `with_it` count in each new world the futures that meet the view's conditions and
    have the outcome, and those that meet the conditions. The variance is that of the run's share
    plus that of the paired difference.
    """
    (part, whole), (own_part, own_whole) = with_it, without
    added = float(part.sum() / whole.sum() - own_part.sum() / own_whole.sum())
    left_out = without_each(part, whole) - without_each(own_part, own_whole)
    of_run = (before.high - before.low) / 2.0 / QUANTILE
    reach = QUANTILE * math.sqrt(jackknife(left_out, len(whole)) + of_run**2)
    share = before.value + added
    after = Estimate(share, share - reach, share + reach).within(0.0, 1.0)
    return TriedView(before, after, after.low <= view.high and view.low <= after.high)
