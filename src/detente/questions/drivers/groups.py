"""Groups of numbers, drawn again: which may move an outcome, and how much of its variance is due.

All groups are drawn again in few worlds, and in more those that change futures there and do not
seem to matter; large tables of those that may are then taken apart. What a group moves bounds what
any of its numbers does. The groups that move the outcome most are drawn again in worlds that did
not choose them, for their total effects (Jansen 1999).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, NamedTuple

import numpy as np

from detente.ensemble.intervention import AS_IT_IS, BLOCK, Intervention
from detente.ensemble.measures import outcome_of
from detente.ensemble.study import Study
from detente.estimate.estimate import Estimate
from detente.questions.drivers.inputs import Inputs
from detente.questions.drivers.swings import FINALISTS, Play, ends_of
from detente.questions.drivers.variance import Redraws, highest, jansen, part_of

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


class Screened(NamedTuple):
    """What may move an outcome, and how far; what moves it most comes first."""

    groups: Annotated[list[str], "that may matter"]
    numbers: Annotated[list[str], "to be moved by themselves"]
    bounds: Annotated[dict[str, float], "how far each number may move the share"]


@dataclass(frozen=True)
class Groups:
    """The groups of what is not known in a run, and the outcome that they may move."""

    study: Study
    outcome: str
    inputs: Inputs
    variances: Annotated[np.ndarray, "what each world of the run gives for its variance"]
    play: Play

    def screened(self) -> Screened:
        """Return what may move the outcome."""
        groups, tables = self.inputs.groups, self.inputs.tables
        rows = self._screen(groups)
        bounds = self._bounds(groups, rows)
        loud = [name for name, bound in bounds.items() if bound >= self.quiet]
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

    def totals(self, names: Sequence[str], size: tuple[int, int]) -> dict[str, Estimate]:
        """Return the total effects of the first groups that are distinguished from none.

        `size`: up to which world, and after how many.
        """
        worlds, after = size
        few = {name: self.inputs.groups[name] for name in names[:FINALISTS]}
        rows = self._rows(self._redraws(few), min(worlds, after + TOTALS_IN), after)
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
        redraws = self._redraws(groups, holds_stakes=holds_stakes)
        rows = self._rows(redraws, FIRST_WORLDS)
        bounds = self._bounds(groups, rows)
        still = {
            name: change
            for name, change in redraws.items()
            if bounds[name] < self.quiet and self._changes(change)
        }
        return rows | self._rows(still, MORE_WORLDS)

    def _changes(self, redraw: Intervention) -> bool:
        """Say whether some future comes to something else in the worlds that come first."""
        one, other = (self.study.rows(each, FIRST_WORLDS) for each in (AS_IT_IS, redraw))
        return not np.array_equal(one, other)

    def _bounds(
        self, groups: Mapping[str, Sequence[str]], rows: Mapping[str, np.ndarray]
    ) -> dict[str, float]:
        """Return how far any number of each group may move the outcome, in a straight line."""
        return {
            name: math.sqrt(highest(rows[name])) * max([NORMAL_SWING, *map(self.length, paths)])
            for name, paths in groups.items()
        }

    def _redraws(
        self, groups: Mapping[str, Sequence[str]], *, holds_stakes: bool = False
    ) -> dict[str, Intervention]:
        return {
            name: self.redraws.of(paths, holds_stakes=holds_stakes)
            for name, paths in groups.items()
        }

    def _rows(
        self, redraws: Mapping[str, Intervention], worlds: int, after: int = 0
    ) -> dict[str, np.ndarray]:
        """Return half the square by which each redraw moves the share, by world."""
        self.play(list(redraws.values()), worlds, after)
        pairs = {name: (AS_IT_IS, change) for name, change in redraws.items()}
        size = worlds, after
        return {name: apart(self.study, self.outcome, pair, size) for name, pair in pairs.items()}


def apart(
    study: Study, outcome: str, pair: Iterable[Intervention], size: tuple[int, int]
) -> np.ndarray:
    """Return half the square by which an outcome's share differs under two interventions, by world.

    `size`: up to which world, and after how many.
    """
    worlds, after = size
    rows = (study.rows(one, worlds, after=after) for one in pair)
    return jansen(*(outcome_of(outcome).happened(row).astype(float) for row in rows))
