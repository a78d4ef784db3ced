"""All that holds in one world: one draw of everything that is not known."""

from typing import Annotated, Protocol

from detente.kernel.agenda import Dispute
from detente.kernel.beliefs import Grid
from detente.kernel.incidents import Incidents
from detente.kernel.jit import jit
from detente.kernel.layout import dtype_of
from detente.kernel.mediators import Mediators
from detente.kernel.posture import Calendar
from detente.kernel.talks import Aftermath, Talks
from detente.kernel.theatre import Answer
from detente.kernel.war import War

AFTER_STRIKE = 1
AFTER_WAR = 2
"""Levels of a future past force; 0 before it."""


class World(Protocol):
    """One world, encoded; at run time a record."""

    talks: Annotated[Talks, "rates, packages and stakes of the bargaining"]
    incidents: Annotated[Incidents, "the contact zones"]
    dispute: Annotated[Dispute, "what is in dispute about the talks themselves"]
    mediators: Annotated[Mediators, "who speaks for peace, and how well each knows"]
    calendar: Annotated[Calendar, "days, stages and force ceilings"]
    war: Annotated[War, "force on both sides and what it costs"]
    aftermath: Annotated[Aftermath, "how the dispute goes on after force"]
    level: Annotated[int, "what went before: 0 no force, 1 a limited strike, 2 a war"]
    belief_points: Annotated[int, "grid points for each belief"]
    belief_limit: Annotated[float, "log-odds at which the grid ends, both ways"]
    tolerance: Annotated[float, "largest residual of a node's equation [log-odds]"]
    are_types_known: Annotated[int, "1 if both sides' types are public from the first day"]


WORLD = dtype_of(World)


def grid_of(world: World) -> Grid:
    """Return the belief grid of a world."""
    step = 2.0 * world.belief_limit / (world.belief_points - 1)
    return Grid(-float(world.belief_limit), float(step), int(world.belief_points))


@jit
def level_after(reply: int) -> int:
    """Return the level that force leads to: a war if it is answered in full, else a strike."""
    return AFTER_WAR if reply == Answer.FULL else AFTER_STRIKE
