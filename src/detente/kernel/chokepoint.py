"""A passage for trade that the defender's side may close in war, and what that costs."""

from typing import Annotated, Protocol

from detente.kernel.air_defence import Chance, count, draw_block
from detente.kernel.arithmetic import arrival
from detente.kernel.draws import Purpose
from detente.kernel.jit import jit
from detente.kernel.layout import Array

CLOSING_BLOCK = 2049
"""Address of the day's draw for a closing, past those of both sides and for terms."""
OPEN = -1
"""Day of closing while there is none."""


class Chokepoint(Protocol):
    """How soon it is closed and what a day of that costs; at run time a record."""

    closing_rate: Annotated[float, "rate at which it is closed in a war in full [1/day]"]
    cost: Annotated[Array, (2,), "loss of each side a day while it is closed [normalised/day]"]
    world_cost: Annotated[float, "cost of a day to all others [billion dollars/day]"]


class Passage(Protocol):
    """Whether it is open; in expected mode by its chance. At run time a record."""

    closed: Annotated[float, "1 once it is closed"]
    closed_days: Annotated[float, "days for which it has been [days]"]
    closed_on: Annotated[int, "day of the war on which it was, OPEN before [days]"]


@jit
def open_passage(passage: Passage) -> None:
    """Set it open."""
    passage.closed = 0.0
    passage.closed_days = 0.0
    passage.closed_on = OPEN


@jit
def let_close(chokepoint: Chokepoint, passage: Passage, war_day: int, chance: Chance) -> None:
    """Let the defender's side close it today; it stays so for as long as the war goes on.

    A day of closure counts in full from the day of closing on.
    """
    draw = draw_block(chance, Purpose.WAR_DAY, CLOSING_BLOCK)[0]
    closes = arrival(chokepoint.closing_rate, 1.0)
    before = passage.closed
    passage.closed = before + count(1.0 - before, closes, draw, chance.is_expected)
    passage.closed_days += passage.closed
    if passage.closed_on == OPEN and passage.closed > 0.0:
        passage.closed_on = war_day
