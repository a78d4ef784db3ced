"""Measures the error of the kernel's grid against a small game's exact worths."""

from typing import Annotated, NamedTuple

import numpy as np

from detente.kernel.layout import Array
from detente.kernel.nodes import HOLDERS, MOST_POINTS
from detente.kernel.policy import value_at
from detente.kernel.solution import GAMES, solve_parts, workspace_of, worlds_of
from detente.kernel.tables import new_policies, new_work
from verification.model.slow.cases import Small
from verification.model.slow.game import dispute, until_ruling
from verification.model.slow.worlds import BELIEF_LIMIT

AGREED = 1e-3
"""Largest difference of a worth at the start on the kernel's finest grid."""
WELL_FITTED = 2e-4
"""Largest error of the slow solver's own polynomials for its word to count."""
FARTHER = 1.25
"""Times as far as the games' own grid of beliefs another one goes, which ends nearer to surety."""
DEGREES = 32
"""Degrees of those polynomials, enough for every game listed."""


class Verdict(NamedTuple):
    """What comparing both solvers on one game showed."""

    worths: Annotated[Array, "at the start by the slow solver, shape (holders,)"]
    misfit: Annotated[float, "largest error of its polynomials"]
    off: Annotated[list[float], "largest difference of the kernel's worths, by grid"]
    off_farther: Annotated[float, "on as many points as the last grid, which go farther"]
    off_as_shipped: Annotated[float, "on the last grid, the kernel's own coarser one after force"]

    def is_agreed(self) -> bool:
        """Say whether the kernel agrees on a finest grid, and the slow solver can be trusted.

        A grid errs by how far its points lie apart, and by where it ends: nearer to surety beliefs
        stay at its end.
        """
        return min(self.off[-1], self.off_farther) < AGREED and self.misfit < WELL_FITTED


def by_kernel(
    small: Small, points: int = MOST_POINTS, *, reach: float = 1.0, is_as_shipped: bool = False
) -> Array:
    """Return the worth at the start to each holder, by the kernel on a grid of beliefs.

    The grid goes `reach` times as far as the games' own. What follows force is solved as finely
    as the rest, or as coarsely as the kernel has it.
    """
    parts = []
    for world in (small.world, *small.results):
        world.belief_points = points
        world.belief_limit = reach * BELIEF_LIMIT
        worlds = worlds_of(world, small.war.settled)
        for later in [] if is_as_shipped else worlds[1:]:
            later.belief_points = points
            later.calendar = world.calendar
        policies = [
            new_policies(int(one.calendar.stages), one.belief_points, may_take=len(worlds) > GAMES)
            for one in worlds
        ]
        workspaces = [
            workspace_of(worlds, policies, small.war, level, new_work(of_level))
            for level, of_level in enumerate(policies)
        ]
        parts.append([workspaces])
    solve_parts(parts)
    talks = small.world.talks
    beliefs = (float(talks.tough_log_odds), float(talks.hard_log_odds))
    return np.array([value_at(parts[0][0][0], beliefs, holder) for holder in range(HOLDERS)])


def compare(small: Small, *points: int, degrees: int = DEGREES) -> Verdict:
    """Solve a game slowly, and by the kernel on grids of beliefs with so many points a side."""
    game = dispute(small.world, small.war, degrees)
    if small.results:
        calendar = small.results[0].calendar
        stage = int(np.argmax(calendar.epoch_of_stage == calendar.epoch))
        after = (dispute(world, small.war, degrees) for world in small.results)
        game = until_ruling(game, [*zip(calendar.result_probability, after, strict=False)], stage)
    worths = game.at_start()
    off = [largest(by_kernel(small, each) - worths) for each in points]
    farther = largest(by_kernel(small, points[-1], reach=FARTHER) - worths)
    shipped = largest(by_kernel(small, points[-1], is_as_shipped=True) - worths)
    return Verdict(worths, game.misfit(), off, farther, shipped)


def largest(differences: Array) -> float:
    """Return the largest of differences, whatever its sign."""
    return float(np.abs(differences).max())
