"""Groups of numbers, drawn again: which may move an outcome, and how much of its variance is due.

All groups are drawn again in few worlds, and in more those that change futures there and do not
seem to matter; large tables of those that may are then taken apart. What a group moves bounds what
any of its numbers does. The groups that move the outcome most are drawn again in worlds that did
not choose them, for their total effects.

The first worlds of a run are A; the worlds C are A with the coordinates of a group taken from
worlds that share no coordinate with A. With `m` the expected share of the outcome in a world, and V
the variance of `m`, the total effect is

    mean of (m_A - m_C)^2 / 2V     (Jansen 1999)

Products of shares are taken over pairs of different futures only, which leaves no noise of chance
in them.
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
"""Worlds in which all groups are drawn again, and those that do not seem to matter there."""
TOTALS_IN = 16
"""Worlds in which total effects are worked out, at most."""
QUIET = 0.2
"""Numbers of groups none of which can move the share by more, of its standard deviation across
worlds, are not moved by themselves."""
NORMAL_SWING = 2.563
"""Length of the swing of a number that is normal [standard deviations]."""
MOST_TRIED = 81
"""Numbers that are moved by themselves, at most: those of the groups that may matter most."""
LARGE = 16
"""Tables of more numbers that hold tables are taken apart before single numbers are moved."""


AGAIN = " again"
"""Added to a number's name for the coordinates that are drawn again; no field has a space."""
LEAST_VARIANCE = 1e-12
"""Worlds whose shares vary less than this are alike but for rounding."""


class Screened(NamedTuple):
    """What may move an outcome, and how far; what moves it most comes first."""

    groups: Annotated[list[str], "that may matter"]
    numbers: Annotated[list[str], "to be moved by themselves"]
    bounds: Annotated[dict[str, float], "how far each number may move the share"]


@dataclass(frozen=True)
class Redraws:
    """Worlds of a run with some coordinates drawn again."""

    study: Study
    inputs: Inputs

    @cached_property
    def uniforms(self) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        """Return the coordinates of the worlds as they are, and those that are drawn again."""
        base = self.study.baseline
        own, other = (
            self.inputs.uniforms(worlds=base.worlds, seed=base.seed, label=label)
            for label in ("", AGAIN)
        )
        return own, other

    def of(self, members: Sequence[str], *, holds_stakes: bool = False) -> Intervention:
        """Return what draws some coordinates again; `holds_stakes` as of an intervention."""
        own, other = self.uniforms
        mixed = {**own, **{name: other[name] for name in members}}
        moved = {path: self.inputs.numbers[path] for path in self.inputs.moved_by(members)}
        values = draw_at(moved, mixed, self.study.baseline.crisis.correlations)
        return Intervention(values, holds_stakes=holds_stakes)


@dataclass(frozen=True)
class Groups:
    """The groups of what is not known in a run, and the outcome that they may move."""

    study: Study
    outcome: str
    inputs: Inputs
    variances: Annotated[np.ndarray, "what each world of the run gives for its variance"]

    def screened(self) -> Screened:
        """Return what may move the outcome."""
        groups, tables = self.inputs.groups, self.inputs.tables
        rows = self._screen(groups)
        bounds = self._bounds(groups, rows)
        loud = [name for name, bound in bounds.items() if bound >= self.quiet]
        # A large table bounds each of its numbers by all of it: taken apart, it lets fewer be moved
        # by themselves. Of so many parts the stakes are held, which is played faster.
        parts = {name: self.inputs.parts(name) for name in tables if name in loud}
        large = [name for name in parts if len(tables[name]) > LARGE and len(parts[name]) > 1]
        smaller = {key: one for name in large for key, one in parts[name].items()}
        own = {name: tables[name] for name in tables if name not in large} | smaller
        bounds |= self._bounds(smaller, self._screen(smaller, holds_stakes=True))
        of_numbers = {path: bounds[name] for name, paths in own.items() for path in paths}
        order = sorted(self.inputs.singles, key=lambda path: -of_numbers[path])
        tried = [path for path in order[:MOST_TRIED] if of_numbers[path] >= self.quiet]
        return Screened(sorted(loud, key=lambda name: -rows[name].mean()), tried, of_numbers)

    @property
    def quiet(self) -> float:
        """Return how far a number has to move the share to matter."""
        return QUIET * self.spread

    @property
    def spread(self) -> float:
        """Return the standard deviation of the expected share across worlds."""
        return math.sqrt(max(0.0, float(self.variances.mean())))

    @cached_property
    def redraws(self) -> Redraws:
        """Return what draws some of what is not known again."""
        return Redraws(self.study, self.inputs)

    def totals(self, names: Sequence[str], worlds: Sequence[int]) -> dict[str, Estimate]:
        """Return the total effects of the first groups that are distinguished from none."""
        few = {name: self.redraws.of(self.inputs.groups[name]) for name in names[:FINALISTS]}
        rows = self._rows(few, worlds[:TOTALS_IN])
        totals = {name: part_of(rows[name], self.variances) for name in few}
        return {name: total for name, total in totals.items() if total.low > 0.0}

    def length(self, path: str) -> float:
        """Return how long a number's swing is, in its standard deviations over worlds."""
        if path not in self.inputs.singles:
            return 0.0
        low, high = ends_of(self.inputs.numbers[path])
        spread = float(np.std(self.study.baseline.values[path]))
        return (high - low) / spread if spread > 0.0 else 0.0

    def _screen(
        self, groups: Mapping[str, Sequence[str]], *, holds_stakes: bool = False
    ) -> dict[str, np.ndarray]:
        """Return what groups move in few worlds, or in more where these leave it open.

        A group that changes no future at all in these moves nothing.
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
        """Return how far any number of each group may move the outcome, in a straight line."""
        return {
            name: math.sqrt(highest(rows[name])) * max([NORMAL_SWING, *map(self.length, paths)])
            for name, paths in groups.items()
        }

    def _rows(self, redraws: Mapping[str, Intervention], worlds: Worlds) -> dict[str, np.ndarray]:
        """Return half the square by which each redraw moves the share, by world."""
        self.study.play([AS_IT_IS, *redraws.values()], worlds)
        return {
            name: apart(self.study, self.outcome, (AS_IT_IS, change), worlds)
            for name, change in redraws.items()
        }


def apart(study: Study, outcome: str, pair: Iterable[Intervention], worlds: Worlds) -> np.ndarray:
    """Return half the square by which a share differs under two interventions, by world."""
    rows = (study.rows(one, worlds) for one in pair)
    return jansen(*(outcome_of(outcome).happened(row).astype(float) for row in rows))


def jansen(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return half the square by which two worlds' expected shares differ, without bias, by row."""
    total: np.ndarray = 0.5 * (product(one, one) + product(other, other)) - product(one, other)
    return total


def product(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the product of two worlds' expected shares, without bias, for each row."""
    futures = one.shape[1]
    same = (one * other).mean(axis=1)
    unbiased: np.ndarray = (futures * one.mean(axis=1) * other.mean(axis=1) - same) / (futures - 1)
    return unbiased


def highest(rows: np.ndarray) -> float:
    """Return the upper end of the 90 % interval of a mean that is not below 0."""
    return max(0.0, mean_over(rows).high)


def part_of(above: np.ndarray, below: np.ndarray) -> Estimate:
    """Return a ratio of means with its interval (Fieller 1954), from rows by world.

    It holds every part S for which the mean of `above - S below` is not farther off 0 than so many
    of its standard errors, by Student's t; the rows need not be of the same worlds. Where the
    variance below may well be none, any part is possible.
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
