"""Groups of numbers, drawn again: which may move an outcome, and their parts of its variance.

All groups are drawn again in few worlds. Those that change futures there without a large effect are
drawn again in more; large tables that may have one are divided. The effect of a group bounds that
of any of its numbers. The groups with the largest effects are drawn again in worlds that had no
part in the selection, for their total effects.

The first worlds of a run are A; the worlds C are A with the coordinates of a group taken from
worlds that share no coordinate with A. With `m` the expected share of the outcome in a world, and V
the variance of `m`, the total effect is

    mean of (m_A - m_C)^2 / 2V     (Jansen 1999)

Products of shares are computed over pairs of different futures only, so that they have no bias from
sampling noise.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, NamedTuple

import numpy as np

from detente.ensemble.design import draw_at
from detente.ensemble.intervention import AS_IT_IS, BLOCK, Intervention
from detente.ensemble.measures import outcome_of
from detente.ensemble.study import Study, Worlds
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import QUANTILE, mean_over, variance_over_worlds
from detente.questions.drivers.inputs import Inputs
from detente.questions.drivers.swings import FINALISTS, ends_of

FIRST_WORLDS, MORE_WORLDS = BLOCK, 2 * BLOCK
"""Worlds in which all groups are drawn again, and those in which quiet ones are."""
TOTALS_IN = 16
"""Maximum number of worlds in which total effects are computed."""
QUIET = 0.2
"""A number is not moved alone if its group can move the share by at most this multiple of the
share's standard deviation across worlds."""
NORMAL_SWING = 2.563
"""Length of the swing of a normally distributed number [standard deviations]."""
MOST_TRIED = 81
"""Maximum number of numbers that are moved alone: those of the groups with the largest effects."""
LARGE = 16
"""Tables of tables with more numbers are divided before single numbers are moved."""


AGAIN = " again"
"""Suffix of a number's name for the coordinates that are drawn again; no field has a space."""
LEAST_VARIANCE = 1e-12
"""A smaller variance of shares over worlds is a rounding error."""


class Screened(NamedTuple):
    """The groups and numbers that may move an outcome, the largest effects first."""

    groups: Annotated[list[str], "that may matter"]
    numbers: Annotated[list[str], "to be moved by themselves"]
    bounds: Annotated[dict[str, float], "largest possible effect of each number on the share"]


@dataclass(frozen=True)
class Redraws:
    """Worlds of a run with some coordinates drawn again."""

    study: Study
    inputs: Inputs

    @cached_property
    def uniforms(self) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        """Return the coordinates of the worlds, and those that are drawn again."""
        base = self.study.baseline
        own, other = (
            self.inputs.uniforms(worlds=base.worlds, seed=base.seed, label=label)
            for label in ("", AGAIN)
        )
        return own, other

    def of(self, members: Sequence[str], *, holds_stakes: bool = False) -> Intervention:
        """Return the intervention that draws some coordinates again.

        `holds_stakes` as in an intervention.
        """
        own, other = self.uniforms
        mixed = {**own, **{name: other[name] for name in members}}
        moved = {path: self.inputs.numbers[path] for path in self.inputs.moved_by(members)}
        values = draw_at(moved, mixed, self.study.baseline.crisis.correlations)
        return Intervention(values, holds_stakes=holds_stakes)


@dataclass(frozen=True)
class Groups:
    """The groups of uncertain numbers in a run, and the outcome that they may move."""

    study: Study
    outcome: str
    inputs: Inputs
    variances: Annotated[np.ndarray, "each world's contribution to the variance"]

    def screened(self) -> Screened:
        """Return the groups and numbers that may move the outcome."""
        groups, tables = self.inputs.groups, self.inputs.tables
        rows = self._screen(groups)
        bounds = self._bounds(groups, rows)
        loud = [name for name, bound in bounds.items() if bound >= self.quiet]
        # The bound of a large table applies to all its numbers; its parts have smaller bounds, so
        # that fewer numbers must be moved alone. There are many parts, so the stakes are held,
        # which is faster.
        parts = {name: self.inputs.parts(name) for name in tables if name in loud}
        large = [name for name in parts if len(tables[name]) > LARGE and len(parts[name]) > 1]
        smaller = {key: part for name in large for key, part in parts[name].items()}
        own = {name: tables[name] for name in tables if name not in large} | smaller
        bounds |= self._bounds(smaller, self._screen(smaller, holds_stakes=True))
        of_numbers = {path: bounds[name] for name, paths in own.items() for path in paths}
        order = sorted(self.inputs.singles, key=lambda path: -of_numbers[path])
        tried = [path for path in order[:MOST_TRIED] if of_numbers[path] >= self.quiet]
        return Screened(sorted(loud, key=lambda name: -rows[name].mean()), tried, of_numbers)

    @property
    def quiet(self) -> float:
        """Return the smallest effect on the share that counts."""
        return QUIET * self.spread

    @property
    def spread(self) -> float:
        """Return the standard deviation of the expected share across worlds."""
        return math.sqrt(max(0.0, float(self.variances.mean())))

    @cached_property
    def redraws(self) -> Redraws:
        """Return what draws coordinates again."""
        return Redraws(self.study, self.inputs)

    def totals(self, names: Sequence[str], worlds: Sequence[int]) -> dict[str, Estimate]:
        """Return the total effects of the first groups that are distinguishable from 0."""
        few = {name: self.redraws.of(self.inputs.groups[name]) for name in names[:FINALISTS]}
        rows = self._rows(few, worlds[:TOTALS_IN])
        totals = {name: part_of(rows[name], self.variances) for name in few}
        return {name: total for name, total in totals.items() if total.low > 0.0}

    def length(self, path: str) -> float:
        """Return the length of a number's swing, in its standard deviations over worlds."""
        if path not in self.inputs.singles:
            return 0.0
        low, high = ends_of(self.inputs.numbers[path])
        spread = float(np.std(self.study.baseline.values[path]))
        return (high - low) / spread if spread > 0.0 else 0.0

    def _screen(
        self, groups: Mapping[str, Sequence[str]], *, holds_stakes: bool = False
    ) -> dict[str, np.ndarray]:
        """Return the effects of groups in few worlds, or in more if these do not decide.

        A group that changes no future at all in the first worlds has no effect.
        """
        redraws = {
            name: self.redraws.of(paths, holds_stakes=holds_stakes)
            for name, paths in groups.items()
        }
        rows = self._rows(redraws, FIRST_WORLDS)
        bounds = self._bounds(groups, rows)
        unchanged = self.study.rows(AS_IT_IS, FIRST_WORLDS)
        still = {
            name: redraw
            for name, redraw in redraws.items()
            if bounds[name] < self.quiet
            and not np.array_equal(self.study.rows(redraw, FIRST_WORLDS), unchanged)
        }
        return rows | self._rows(still, MORE_WORLDS)

    def _bounds(
        self, groups: Mapping[str, Sequence[str]], rows: Mapping[str, np.ndarray]
    ) -> dict[str, float]:
        """Return how far any number of each group may move the outcome, if its effect is linear."""
        return {
            name: math.sqrt(highest(rows[name])) * max([NORMAL_SWING, *map(self.length, paths)])
            for name, paths in groups.items()
        }

    def _rows(self, redraws: Mapping[str, Intervention], worlds: Worlds) -> dict[str, np.ndarray]:
        """Return half the squared change of the share under each redraw, by world."""
        self.study.play([AS_IT_IS, *redraws.values()], worlds)
        return {
            name: apart(self.study, self.outcome, (AS_IT_IS, change), worlds)
            for name, change in redraws.items()
        }


def apart(study: Study, outcome: str, pair: Iterable[Intervention], worlds: Worlds) -> np.ndarray:
    """Return half the squared difference of a share under two interventions, by world."""
    rows = (study.rows(one, worlds) for one in pair)
    return jansen(*(outcome_of(outcome).happened(row).astype(float) for row in rows))


def jansen(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return half the squared difference of two worlds' expected shares, unbiased, by row."""
    return np.asarray(0.5 * (product(one, one) + product(other, other)) - product(one, other))


def product(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the product of two worlds' expected shares, unbiased, by row."""
    futures = one.shape[1]
    same = (one * other).mean(axis=1)
    return np.asarray((futures * one.mean(axis=1) * other.mean(axis=1) - same) / (futures - 1))


def highest(rows: np.ndarray) -> float:
    """Return the upper end of the 90 % interval of a mean, at least 0."""
    return max(0.0, mean_over(rows).high)


def part_of(above: np.ndarray, below: np.ndarray) -> Estimate:
    """Return a ratio of means with its interval (Fieller 1954), from rows by world.

    It contains every part S for which the mean of `above - S below` is not distinguishable from 0;
    the rows need not be of the same worlds. If the variance `below` may be 0, any part is possible.
    """
    top, bottom = float(above.mean()), float(below.mean())
    of_top, of_bottom = (QUANTILE**2 * variance_over_worlds(one, 0.0) for one in (above, below))
    square = bottom * bottom - of_bottom
    share = min(max(top / bottom, 0.0), 1.0) if bottom > 0.0 else 0.0
    if bottom <= 0.0 or square <= 0.0:
        return Estimate(share, 0.0, 1.0)
    middle = top * bottom / square
    reach = math.sqrt(max(0.0, middle**2 - (top * top - of_top) / square))
    return Estimate(
        share, min(max(middle - reach, 0.0), share), max(min(middle + reach, 1.0), share)
    )
