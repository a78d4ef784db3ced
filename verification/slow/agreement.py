"""How far the kernel's grid is off from a small game's exact worths."""

from typing import Annotated, NamedTuple

import numpy as np

from detente.kernel.crisis import new_node
from detente.kernel.layout import Array
from detente.kernel.nodes import HOLDERS, POINTS
from detente.kernel.policy import solve_backward, value_at
from detente.kernel.tables import Desk, new_policies, new_work
from verification.slow.cases import Small
from verification.slow.game import Game

AGREED = 1e-3
"""Largest difference of a worth at the start on the kernel's finest grid."""
WELL_FITTED = 2e-4
"""Largest error of the slow solver's own polynomials for its word to count."""
DEGREES = 32
"""Degrees of those polynomials, enough for every game listed."""


class Verdict(NamedTuple):
    """What comparing both solvers on one game showed."""

    worths: Annotated[Array, "at the start by the slow solver, shape (holders,)"]
    misfit: Annotated[float, "largest error of its polynomials"]
    off: Annotated[list[float], "largest difference of the kernel's worths, by grid"]

    def is_agreed(self) -> bool:
        """Say whether the kernel agrees on the last grid, and the slow solver can be trusted."""
        return self.off[-1] < AGREED and self.misfit < WELL_FITTED


def by_kernel(small: Small, points: int = POINTS) -> Array:
    """Return the worth at the start to each holder, by the kernel on a grid of beliefs."""
    world = small.world
    world.belief_points = points
    policies = new_policies(int(world.calendar.stages), points)
    desk = Desk(world, policies, new_work(policies), new_node(world), grid_of(world))
    solve_backward(desk, small.war)
    beliefs = (float(world.talks.tough_log_odds), float(world.talks.hard_log_odds))
    return np.array([value_at(desk, beliefs, holder) for holder in range(HOLDERS)])


def compare(small: Small, *points: int, degrees: int = DEGREES) -> Verdict:
    """Solve a game slowly, and by the kernel on grids of beliefs with so many points a side."""
    game = Game(small.world, small.war, degrees)
    worths = game.at_start()
    off = [float(np.abs(by_kernel(small, each) - worths).max()) for each in points]
    return Verdict(worths, game.misfit(), off)
