"""What a war has broken and cost so far."""

from detente.kernel.arithmetic import exp
from detente.kernel.defence import ECONOMY, MILITARY, PROGRAMME
from detente.kernel.jit import jit
from detente.kernel.theatre import (
    DEFENDER,
    IN_AIRCRAFT,
    IN_ECONOMY,
    IN_FORCES,
    Conflict,
    arsenal_of,
    defence_of,
)


@jit
def broken_share(blows: float, hardness: float) -> float:
    """Share of something that blows have broken, `1 - exp(-blows / S)` (MODEL 6.3)."""
    return 1.0 - exp(-blows / hardness)


@jit
def count_losses(conflict: Conflict) -> None:
    """Bring both sides' losses and the damage to the disputed capabilities up to date.

    The programme is no loss: what is broken of it is what the war is about. So a war goes the same
    way whatever step the programme has made.
    """
    campaign = conflict.campaign
    for side in range(2):
        value = defence_of(conflict.theatre, side).value
        lost = campaign.lost[side]
        lost[IN_FORCES] = value[MILITARY] * broken_part(conflict, side, MILITARY)
        lost[IN_AIRCRAFT] = lost_value(conflict, side)
        lost[IN_ECONOMY] = value[ECONOMY] * broken_part(conflict, side, ECONOMY)
        lost[IN_ECONOMY] += lost_trade(conflict, side)
        campaign.loss[side] = lost[IN_FORCES] + lost[IN_AIRCRAFT] + lost[IN_ECONOMY]
    campaign.damage = broken_part(conflict, DEFENDER, PROGRAMME)


@jit
def broken_part(conflict: Conflict, side: int, category: int) -> float:
    """Share of one category of a side that is broken."""
    if category == PROGRAMME:
        return programme_broken(conflict, side, conflict.situation.step)
    hardness = defence_of(conflict.theatre, side).hardness[category]
    return broken_share(conflict.campaign.blows[side, category], hardness)


@jit
def programme_broken(conflict: Conflict, side: int, step: int) -> float:
    """Share of a side's programme that the blows so far break, had it made so many steps."""
    hardness = defence_of(conflict.theatre, side).hardness[PROGRAMME]
    hardness *= 1.0 + conflict.theatre.hardening * step
    return broken_share(conflict.campaign.blows[side, PROGRAMME], hardness)


@jit
def lost_trade(conflict: Conflict, side: int) -> float:
    """Loss in trade that a closed chokepoint has cost so far [normalised]."""
    cost: float = conflict.theatre.chokepoint.cost[side]
    return cost * conflict.campaign.passage.closed_days


@jit
def lost_value(conflict: Conflict, side: int) -> float:
    """Loss in weapons that return, aircraft, by the share of them shot down [normalised]."""
    campaign = conflict.campaign
    arsenal = arsenal_of(conflict.theatre, side)
    total = 0.0
    for threat in range(arsenal.classes):
        first = campaign.first_stock[side, threat]
        if arsenal.returns[threat] > 0.0 and first > 0.0:
            total += arsenal.value[threat] * campaign.shot_down[side, threat] / first
    return total
