"""A court or an arbiter that rules on the dispute: its verdict, and the effects of the verdict."""

from enum import IntEnum

from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.talks import Negotiation


class Verdict(IntEnum):
    """The side in whose favour a court has ruled."""

    OPEN = 0
    """The court has not ruled yet, or there is none."""
    CHALLENGER = 1
    DEFENDER = 2
    NOBODY = 3
    """The court does not rule in time, and nothing changes."""


RESULTS = 3
"""Number of possible results of a ruling: every Verdict except OPEN."""


@jit
def draw_result(chances: Array, draw: float) -> int:
    """Return a Verdict, selected by one uniform draw from the chances of all but OPEN.

    `chances` has shape (RESULTS,). A result with a chance of 0 is never drawn, whatever the
    rounding of the others.
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
    """Change each side's cost of giving way after a ruling (MODEL 5.11).

    The ruling makes giving way cheaper for the losing side, which can blame the court, and costlier
    for the winning side by the same amount. `weight` is added to or subtracted from the costs of
    yielding and of dropping the demand [basket], and changes the price of a concession by that
    share. Winning by force is worth as much as before. Source: Allee & Huth 2006, on rulings as
    cover at home.
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
