"""Measures of a war's state: damage, losses, remaining strength, and how far it is decided."""

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
"""Index of the expectation about a defence before its picture and its shock are known."""
OWN = 1
"""Index of the expectation once both are known."""
EXHAUSTED_BELOW = 0.25
"""Share of its first strength below which a side is exhausted.

A round number, which few wars in `oman-2026` and `shatt-1980` reach. With half of it few do, too;
with twice as much 1 % and 28 % of their wars end by exhaustion.
"""
LEAST_REMAINING = 0.05
"""Least remaining share of a side's first forces and first weapons in its strength.

Without it a strength could be 0, and the logarithm of the ratio of strengths infinite. It is well
below EXHAUSTED_BELOW, or no side could be exhausted. With half or twice as much no future of
`oman-2026` differs, and one in 6,000 of `shatt-1980`.
"""
LEAST_BEFORE_LOGARITHM = 1e-6
"""Least value of weapons, of forces and of the share that passes a defence, before a logarithm."""


@jit
def broken_share(damage_taken: float, hardness: float) -> float:
    """Return the share broken by damage D at a hardness S, `1 - exp(-D / S)` (MODEL 6.3) [0-1]."""
    return 1.0 - exp(-damage_taken / hardness)


@jit
def count_losses(conflict: Conflict) -> None:
    """Update both sides' losses and the damage to the disputed capabilities.

    Damage to the programme is no loss, since it is what the war is about. So the course of a war
    does not depend on the programme's step.
    """
    campaign = conflict.campaign
    for side in range(2):
        value = defence_of(conflict.theatre, side).value
        lost = campaign.lost[side]
        lost[IN_FORCES] = value[MILITARY] * forces_lost(conflict, side)
        lost[IN_AIRCRAFT] = aircraft_loss(conflict, side)
        lost[IN_ECONOMY] = value[ECONOMY] * broken_part(conflict, side, ECONOMY)
        closing: float = conflict.theatre.chokepoint.cost[side]
        lost[IN_ECONOMY] += closing * campaign.passage.closed_days
        # Only the challenger raids on the ground (MODEL 6.8).
        if side == CHALLENGER:
            lost[IN_AIRCRAFT] += campaign.loss_in_direct_action
        campaign.loss[side] = lost[IN_FORCES] + lost[IN_AIRCRAFT] + lost[IN_ECONOMY]
    campaign.damage = broken_part(conflict, DEFENDER, PROGRAMME)


@jit
def broken_part(conflict: Conflict, side: int, category: int) -> float:
    """Return the broken share of one category of a side [0-1]."""
    if category == PROGRAMME:
        return programme_broken(conflict, side, conflict.situation.step)
    hardness = defence_of(conflict.theatre, side).hardness[category]
    return broken_share(conflict.campaign.damage_taken[side, category], hardness)


@jit
def forces_lost(conflict: Conflict, side: int) -> float:
    """Return the lost share of a side's forces, `1 - (1 - b) (1 - q)` [0-1].

    Raids have broken the share b, and the side has lost the share q of its troops on land.
    """
    broken = broken_part(conflict, side, MILITARY)
    land = conflict.theatre.land
    if land.is_fought <= 0.0:
        return broken
    return 1.0 - (1.0 - broken) * (1.0 - lost_share(land, conflict.campaign.front, side))


@jit
def programme_broken(conflict: Conflict, side: int, step: int) -> float:
    """Return the share of a side's programme that the blows so far break at a given step [0-1]."""
    hardness = defence_of(conflict.theatre, side).hardness[PROGRAMME]
    hardness *= 1.0 + conflict.theatre.hardening * step
    return broken_share(conflict.campaign.damage_taken[side, PROGRAMME], hardness)


@jit
def aircraft_loss(conflict: Conflict, side: int) -> float:
    """Return the loss of weapons that return, aircraft, by the share shot down [normalised]."""
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
    """Return the damage that a side's remaining weapons could do, at least a floor [hits].

    A weapon counts with its damage times its reliability. One that returns is multiplied by its
    number of flights in the shortest war.
    """
    arsenal = arsenal_of(conflict.theatre, side)
    left = 0.0
    first = 0.0
    for threat in range(arsenal.classes):
        weight = arsenal.hit_damage[threat] * arsenal.reliability[threat]
        weight *= flights(conflict, arsenal, threat)
        left += conflict.campaign.stock[side, threat] * weight
        # In expected mode the stock is weighted by the chance that its owner fights, and so is the
        # floor.
        present = conflict.campaign.present[side, threat]
        first += present * conflict.campaign.first_stock[side, threat] * weight
    return max(left, LEAST_REMAINING * first, LEAST_BEFORE_LOGARITHM)


@jit
def flights(conflict: Conflict, arsenal: Weaponry, threat: int) -> float:
    """Return the number of flights of a weapon of a class in the shortest war, at least 1."""
    again = arsenal.launch_rate[threat] * conflict.theatre.campaign_days
    return max(1.0, again * arsenal.returns[threat])


@jit
def strength(conflict: Conflict, side: int) -> float:
    """Return a side's remaining strength before the other's defence, `sqrt(H (1 - lost) P)`.

    H is the hardness of its forces, and P the damage that its weapons could do. With twice the
    weapons and twice the hardness it is twice as strong.
    """
    whole = max(1.0 - forces_lost(conflict, side), LEAST_REMAINING)
    forces = max(
        defence_of(conflict.theatre, side).hardness[MILITARY] * whole, LEAST_BEFORE_LOGARITHM
    )
    return math.sqrt(forces * weapons_left(conflict, side))


@jit
def record_first_strength(conflict: Conflict) -> None:
    """Record the strength of both sides on the first morning of the war."""
    for side in range(2):
        conflict.campaign.first_strength[side] = strength(conflict, side)


@jit
def is_exhausted(conflict: Conflict, side: int) -> bool:
    """Say whether a side has less than EXHAUSTED_BELOW of the strength that it had at first."""
    return strength(conflict, side) < EXHAUSTED_BELOW * conflict.campaign.first_strength[side]


@jit
def expected_leakage(conflict: Conflict, kind: int, struck: int) -> float:
    """Return the expected share of working weapons that pass a side's defence [0-1].

    `kind` is the state of knowledge, PUBLIC or OWN.
    """
    return max(1.0 - conflict.campaign.expected_kill_share[kind, struck], LEAST_BEFORE_LOGARITHM)


@jit
def excess_leakage(conflict: Conflict, struck: int) -> float:
    """Return by how much the weapons that pass a defence exceed the expectation [log strength].

    Half of the logarithm of the ratio of both shares, as weapons count with their square root in
    strength. It is below 0 if the defence is better than expected.
    """
    own, public = (
        expected_leakage(conflict, OWN, struck),
        expected_leakage(conflict, PUBLIC, struck),
    )
    return 0.5 * log(own / public)


@jit
def log_ratio(conflict: Conflict) -> float:
    """Return the log of the challenger's strength over the defender's, after both defences."""
    ratio = strength(conflict, CHALLENGER) / strength(conflict, DEFENDER)
    # Only weapons that pass the other's defence count, with their square root (MODEL 7).
    passed = expected_leakage(conflict, OWN, DEFENDER) / expected_leakage(conflict, OWN, CHALLENGER)
    return log(ratio) + 0.5 * log(passed)


@jit
def decided_share(conflict: Conflict) -> float:
    """Return how far the fighting has decided who prevails, `1 - exp(-(L_A + L_B) / ell)` [0-1].

    L_A and L_B are the losses of the two sides, and ell is the theatre's `deciding_loss`.
    """
    # Without this factor even the shortest war would settle the outcome (docs/decisions.md).
    lost = conflict.campaign.loss[CHALLENGER] + conflict.campaign.loss[DEFENDER]
    return 1.0 - exp(-lost / conflict.theatre.deciding_loss)


@jit
def share_settled(damage: float, fought: float, won: float) -> float:
    """Return the share of the stakes open to settlement by war that the challenger gains [0-1].

    `D + (1 - D) phi pi`: `damage` D is the lasting damage, `fought` phi how far the fighting has
    decided who prevails, and `won` pi the chance that the challenger prevails. Without damage and
    losses nothing is settled.
    """
    return damage + (1.0 - damage) * fought * won
