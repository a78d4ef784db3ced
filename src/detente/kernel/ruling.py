"""A court or an arbiter that rules on the dispute: whom it finds for, and what that changes."""

from enum import IntEnum

from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.talks import Negotiation


class Verdict(IntEnum):
    """Whom a court has found for."""

    OPEN = 0
    """It has not ruled yet, or there is no court."""
    CHALLENGER = 1
    DEFENDER = 2
    NOBODY = 3
    """It does not rule in its time, and nothing changes."""


RESULTS = 3
"""Results that a court may come to: all but OPEN."""


@jit
def draw_result(chances: Array, draw: float) -> int:
    """Return the Verdict of a draw, from the chance of each but OPEN, shape (RESULTS,).

    A result without a chance is never drawn, whatever the rounding of the others.
    """
    found = int(Verdict.OPEN)
    total = 0.0
    for place in range(chances.shape[0]):
        if chances[place] > 0.0:
            if found == Verdict.OPEN or draw >= total:
                found = place + 1
            total += chances[place]
    return found


@jit
def apply_ruling(talks: Negotiation, result: int, weight: float) -> None:
    """Change the cost of giving way to each side after a ruling (MODEL 5.11).

    Giving way to the side that was found for is cheaper by the weight, as the court bears the
    blame; it is as much dearer for that side itself. Yielding and dropping change by so many
    baskets, the price of a concession by that share. What force settles keeps its worth. Source:
    Allee & Huth 2006, on rulings as cover at home.
    """
    for_challenger = 0.0
    if result == Verdict.CHALLENGER:
        for_challenger = weight
    elif result == Verdict.DEFENDER:
        for_challenger = -weight
    talks.yield_cost -= for_challenger
    talks.drop_cost += for_challenger
    price = 1.0 - for_challenger
    talks.defender_demand *= price
    talks.defender_demand_settled *= price
    for package in range(talks.defender_concession.shape[0]):
        talks.defender_concession[package] *= price
        talks.defender_concession_settled[package] *= price
