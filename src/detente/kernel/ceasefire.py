"""How fighting stops: by will, by exhaustion, by what battle has taught, by terms."""

from detente.kernel.air_defence import Chance, draw_block
from detente.kernel.arithmetic import arrival
from detente.kernel.draws import Purpose
from detente.kernel.endings import Ceasefire
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
GOES_ON = int(Ceasefire.NONE)
LIMITED = int(Ceasefire.LIMITED)
SPENT = int(Ceasefire.SPENT)
LEARNT = int(Ceasefire.LEARNT)
MEDIATED = int(Ceasefire.MEDIATED)
RAN_OUT = int(Ceasefire.RAN_OUT)
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
def is_out_of_control(conflict: Conflict) -> bool:
    """Say whether no one can stop the fighting yet."""
    return float(conflict.campaign.day) < conflict.theatre.control_lost_days


@jit
def certain_ceasefire(conflict: Conflict) -> int:
    """Return what stops the fighting today whatever is drawn, a Ceasefire; GOES_ON if nothing does.

    A limited strike stops on its last day. A war cannot stop while control is lost; then it does
    when a side is spent, or else when both have learnt enough to come to terms (MODEL 7).
    """
    day = float(conflict.campaign.day)
    if is_restrained(conflict.situation):
        return LIMITED if day >= conflict.theatre.limited_days else GOES_ON
    if is_out_of_control(conflict):
        return GOES_ON
    if is_spent(conflict, CHALLENGER) or is_spent(conflict, DEFENDER):
        return SPENT
    if has_range_reopened(conflict):
        return LEARNT
    return RAN_OUT if day >= LONGEST else GOES_ON


@jit
def mediation_probability(conflict: Conflict) -> float:
    """Chance that mediators find terms today, in a war that someone can stop."""
    if is_restrained(conflict.situation) or is_out_of_control(conflict):
        return 0.0
    return arrival(conflict.theatre.terms_rate, 1.0)


@jit
def stop_probability(conflict: Conflict) -> float:
    """Chance that fighting stops after today."""
    if certain_ceasefire(conflict) != GOES_ON:
        return 1.0
    return mediation_probability(conflict)


@jit
def is_limited(conflict: Conflict) -> bool:
    """Say whether force stayed a limited strike: no full answer, and losses below LIMITED_LOSS."""
    loss = conflict.campaign.loss
    is_small = max(loss[CHALLENGER], loss[DEFENDER]) < LIMITED_LOSS
    return is_restrained(conflict.situation) and is_small


@jit
def draw_ceasefire(conflict: Conflict, day: Chance) -> int:
    """Draw what stops the fighting after today, a Ceasefire; GOES_ON if nothing does."""
    certain = certain_ceasefire(conflict)
    if certain != GOES_ON:
        return certain
    draws = draw_block(day, WAR_DAY, TERMS_BLOCK)
    return MEDIATED if draws[0] < mediation_probability(conflict) else GOES_ON
