"""How fighting stops: by will, by exhaustion, by what battle has taught, by terms."""

from detente.kernel.air_defence import Chance, draw_block
from detente.kernel.arithmetic import arrival
from detente.kernel.draws import Purpose
from detente.kernel.expectations import has_range_reopened
from detente.kernel.jit import jit
from detente.kernel.theatre import (
    CHALLENGER,
    DEFENDER,
    Conflict,
    Theatre,
    arsenal_of,
    is_restrained,
)

WAR_DAY = int(Purpose.WAR_DAY)
TERMS_BLOCK = 2048
"""Address of the day's draw for terms, past those of both sides."""
LONGEST = 45
"""Days after which a war is taken to have run out (nearly all stop long before)."""
SPENT_WILL = 0.2
"""Will below which a side stops (MODEL 7)."""
SPENT_STOCK = 0.1
"""Share of its first stocks below which a side stops (MODEL 7)."""
LIMITED_LOSS = 0.1
"""Loss from which a strike is no longer limited (MODEL 3)."""


@jit
def will_left(theatre: Theatre, loss: float, days: float, surprised: float) -> float:
    """Will that a side has left, `1 - k_L L - k_T t - k_S S`: pain, length, what was not expected.

    `S` sums over the days and both defences by how much a kill share was not what it believed.
    """
    unexpected = theatre.surprise_weight * surprised
    return 1.0 - theatre.pain_weight * loss - theatre.fatigue_rate * days - unexpected


@jit
def stock_share(conflict: Conflict, side: int) -> float:
    """Share of a side's first stocks that is left, weighed by what they hit with."""
    campaign = conflict.campaign
    arsenal = arsenal_of(conflict.theatre, side)
    left = 0.0
    first = 0.0
    for threat in range(arsenal.classes):
        left += campaign.stock[side, threat] * arsenal.hit_damage[threat]
        first += campaign.first_stock[side, threat] * arsenal.hit_damage[threat]
    return left / first if first > 0.0 else 1.0


@jit
def is_spent(conflict: Conflict, side: int) -> bool:
    """Say whether a side can or will fight no longer."""
    campaign = conflict.campaign
    will = will_left(
        conflict.theatre, campaign.loss[side], float(campaign.day), campaign.surprised[side]
    )
    return will < SPENT_WILL or stock_share(conflict, side) < SPENT_STOCK


@jit
def stop_probability(conflict: Conflict) -> float:
    """Chance that fighting stops after today.

    A limited strike stops on its last day. A war cannot stop while control is lost; then it does
    when a side is spent, when both have learnt enough to come to terms, or when mediators find some
    (MODEL 7).
    """
    theatre = conflict.theatre
    day = float(conflict.campaign.day)
    if is_restrained(conflict.situation):
        return 1.0 if day >= theatre.limited_days else 0.0
    if day < theatre.control_lost_days:
        return 0.0
    if day >= LONGEST or is_spent(conflict, CHALLENGER) or is_spent(conflict, DEFENDER):
        return 1.0
    if has_range_reopened(conflict):
        return 1.0
    return arrival(theatre.terms_rate, 1.0)


@jit
def is_limited(conflict: Conflict) -> bool:
    """Say whether force stayed a limited strike: no full answer, and losses below LIMITED_LOSS."""
    loss = conflict.campaign.loss
    is_small = max(loss[CHALLENGER], loss[DEFENDER]) < LIMITED_LOSS
    return is_restrained(conflict.situation) and is_small


@jit
def has_stopped(conflict: Conflict, day: Chance) -> bool:
    """Draw whether fighting stops after today."""
    draws = draw_block(day, WAR_DAY, TERMS_BLOCK)
    return draws[0] < stop_probability(conflict)
