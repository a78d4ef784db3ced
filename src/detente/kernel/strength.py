"""The state of a war: damage, losses, each side's remaining strength, and how far it is decided."""

import math

from detente.kernel.arithmetic import exp, log
from detente.kernel.defence import ECONOMY, MILITARY, PROGRAMME
from detente.kernel.jit import jit
from detente.kernel.land import lost_share
from detente.kernel.theatre import (
    CHALLENGER,
    DEFENDER,
    IN_AIRCRAFT,
    IN_ECONOMY,
    IN_FORCES,
    Conflict,
    Weaponry,
    arsenal_of,
    defence_of,
)

PUBLIC = 0
"""What the model expects of a defence before its picture and its shock are known."""
OWN = 1
"""What it expects once both are known."""
SPENT = 0.25
"""Share of its first strength below which a side is exhausted.

A round number, which few wars in `oman-2026` and `shatt-1980` reach. With half of it that stays so;
with twice as much 1 and 28 % of wars end by it.
"""
FLOOR = 0.05
"""Least share of its first forces and of its first weapons that a side counts as having: with none
its strength would be 0, and the ratio of strengths has a logarithm.

It lies well below SPENT, or no side could be exhausted. With half or twice as much no future of
`oman-2026` differs, and one in 6,000 of `shatt-1980`.
"""
LEAST = 1e-6
"""Least weight of weapons, of forces and of what passes a defence: their logarithm is taken."""


@jit
def broken_share(blows: float, hardness: float) -> float:
    """Return the share of something that blows have broken, `1 - exp(-blows / S)` (MODEL 6.3)."""
    return 1.0 - exp(-blows / hardness)


@jit
def count_losses(conflict: Conflict) -> None:
    """Update both sides' losses and the damage to the disputed capabilities.

    The programme is no loss: what is broken of it is what the war is about. So a war takes the same
    course whatever step the programme has made.
    """
    campaign = conflict.campaign
    for side in range(2):
        value = defence_of(conflict.theatre, side).value
        lost = campaign.lost[side]
        lost[IN_FORCES] = value[MILITARY] * forces_lost(conflict, side)
        lost[IN_AIRCRAFT] = lost_value(conflict, side)
        lost[IN_ECONOMY] = value[ECONOMY] * broken_part(conflict, side, ECONOMY)
        closing: float = conflict.theatre.chokepoint.cost[side]
        lost[IN_ECONOMY] += closing * campaign.passage.closed_days
        # Only the challenger has forces that go in (6.8).
        if side == CHALLENGER:
            lost[IN_AIRCRAFT] += campaign.lost_going_in
        campaign.loss[side] = lost[IN_FORCES] + lost[IN_AIRCRAFT] + lost[IN_ECONOMY]
    campaign.damage = broken_part(conflict, DEFENDER, PROGRAMME)


@jit
def broken_part(conflict: Conflict, side: int, category: int) -> float:
    """Return the share of one category of a side that is broken."""
    if category == PROGRAMME:
        return programme_broken(conflict, side, conflict.situation.step)
    hardness = defence_of(conflict.theatre, side).hardness[category]
    return broken_share(conflict.campaign.blows[side, category], hardness)


@jit
def forces_lost(conflict: Conflict, side: int) -> float:
    """Return the share of a side's forces that is gone: broken by raids, or lost on land.

    `1 - (1 - b) (1 - q)`, `q` being the share of its troops that it has lost.
    """
    broken = broken_part(conflict, side, MILITARY)
    land = conflict.theatre.land
    if land.is_fought <= 0.0:
        return broken
    return 1.0 - (1.0 - broken) * (1.0 - lost_share(land, conflict.campaign.front, side))


@jit
def programme_broken(conflict: Conflict, side: int, step: int) -> float:
    """Return the share of a programme that the blows so far break, had it made so many steps."""
    hardness = defence_of(conflict.theatre, side).hardness[PROGRAMME]
    hardness *= 1.0 + conflict.theatre.hardening * step
    return broken_share(conflict.campaign.blows[side, PROGRAMME], hardness)


@jit
def lost_value(conflict: Conflict, side: int) -> float:
    """Return the loss in weapons that return, aircraft, by the share shot down [normalised]."""
    campaign = conflict.campaign
    arsenal = arsenal_of(conflict.theatre, side)
    total = 0.0
    for threat in range(arsenal.classes):
        first = campaign.first_stock[side, threat]
        if arsenal.returns[threat] > 0.0 and first > 0.0:
            total += arsenal.value[threat] * campaign.shot_down[side, threat] / first
    return total


@jit
def weapons_left(conflict: Conflict, side: int) -> float:
    """Return the damage that the remaining weapons would do, above a floor [hits].

    Each class counts by what it hits with when it works, and one that flies again by how often it
    would in the least days of a war.
    """
    arsenal = arsenal_of(conflict.theatre, side)
    left = 0.0
    first = 0.0
    for threat in range(arsenal.classes):
        weight = arsenal.hit_damage[threat] * arsenal.reliability[threat]
        weight *= flights(conflict, arsenal, threat)
        left += conflict.campaign.stock[side, threat] * weight
        # The floor counts in expected mode those owners alone who fight, as the stock does.
        present = conflict.campaign.present[side, threat]
        first += present * conflict.campaign.first_stock[side, threat] * weight
    return max(left, FLOOR * first, LEAST)


@jit
def flights(conflict: Conflict, arsenal: Weaponry, threat: int) -> float:
    """Return how often a weapon of a class is sent in the least days of a war, once or more."""
    again = arsenal.launch_rate[threat] * conflict.theatre.campaign_days
    return max(1.0, again * arsenal.returns[threat])


@jit
def strength(conflict: Conflict, side: int) -> float:
    """Return the strength left to a side, before the other's defence, `sqrt(H (1 - broken) P)`.

    `H` is the hardness of its forces and `P` the damage of its weapons: with twice the weapons and
    twice the hardness it is twice as strong.
    """
    whole = max(1.0 - forces_lost(conflict, side), FLOOR)
    forces = max(defence_of(conflict.theatre, side).hardness[MILITARY] * whole, LEAST)
    return math.sqrt(forces * weapons_left(conflict, side))


@jit
def note_strength(conflict: Conflict) -> None:
    """Keep the strength of both sides on the first morning."""
    for side in range(2):
        conflict.campaign.first_strength[side] = strength(conflict, side)


@jit
def is_exhausted(conflict: Conflict, side: int) -> bool:
    """Say whether a side has too little of its first strength left to fight on."""
    return strength(conflict, side) < SPENT * conflict.campaign.first_strength[side]


@jit
def passing(conflict: Conflict, kind: int, struck: int) -> float:
    """Return the share of working weapons that passes a defence, as known: PUBLIC or OWN."""
    return max(1.0 - conflict.campaign.foreseen[kind, struck], LEAST)


@jit
def edge(conflict: Conflict, struck: int) -> float:
    """Return by how much a defence differs in this war from its expectation [log strength].

    Half of the logarithm of what passes, as weapons count by their square root; below 0 if it does
    better.
    """
    own, public = passing(conflict, OWN, struck), passing(conflict, PUBLIC, struck)
    return 0.5 * log(own / public)


@jit
def log_ratio(conflict: Conflict) -> float:
    """Return the log of the challenger's strength over the defender's, after both defences."""
    ratio = strength(conflict, CHALLENGER) / strength(conflict, DEFENDER)
    # Of each side what passes the other's defence counts, by its square root as weapons do (7).
    passed = passing(conflict, OWN, DEFENDER) / passing(conflict, OWN, CHALLENGER)
    return log(ratio) + 0.5 * log(passed)


@jit
def decided(conflict: Conflict) -> float:
    """Return how far the fighting has decided who prevails, `1 - exp(-(L_A + L_B) / ell)` [0-1]."""
    # Without this a war would settle its outcome however short it is (docs/decisions.md).
    lost = conflict.campaign.loss[CHALLENGER] + conflict.campaign.loss[DEFENDER]
    return 1.0 - exp(-lost / conflict.theatre.deciding_loss)


@jit
def share_settled(damage: float, fought: float, won: float) -> float:
    """Return the share of what war can settle that goes the challenger's way [0-1].

    `D + (1 - D) phi pi`: `damage` D is what lasts of it, `fought` phi how far the fighting decides,
    and `won` pi the chance that the challenger prevails. Without damage and losses nothing is
    settled.
    """
    return damage + (1.0 - damage) * fought * won
