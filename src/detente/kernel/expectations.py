"""What both sides expect of each defence in a war, and what each day of battle teaches them."""

import math

from detente.kernel.air_defence import Raid
from detente.kernel.arithmetic import ROOT_OF_TWO_PI, exp, normal_probability
from detente.kernel.defence import ECONOMY, MILITARY
from detente.kernel.jit import jit
from detente.kernel.losses import broken_part
from detente.kernel.shocks import shifted
from detente.kernel.theatre import CHALLENGER, DEFENDER, Conflict, defence_of

PUBLIC = 0
"""What the model expects of a defence before anything is known of its picture and its shock."""
OWN = 1
"""What it would, knowing both."""
SLACK = 1e-9
"""Rounding error in a sum of beliefs."""


@jit
def arrived(raid: Raid) -> float:
    """Weapons of a raid that worked."""
    total = 0.0
    for threat in range(raid.classes):
        total += raid.reliable[threat]
    return total


@jit
def kill_share(raid: Raid) -> float:
    """Share of the weapons that worked which a defence has stopped; 0 if none came."""
    total = arrived(raid)
    leaked = 0.0
    for threat in range(raid.classes):
        leaked += raid.weapons[threat]
    return 1.0 - leaked / total if total > 0.0 else 0.0


@jit
def hold_beliefs(conflict: Conflict) -> None:
    """Set what each side believes of each defence before the first battle.

    Of the other's defence it believes what the model foresees, of its own part of what sets it
    apart besides; either moved by its optimism in log-odds, its own up and the other's down.
    """
    theatre = conflict.theatre
    foreseen = conflict.campaign.foreseen
    for side in range(2):
        ratio = exp(theatre.optimism[side])
        other = 1 - side
        known = theatre.self_knowledge * (foreseen[OWN, side] - foreseen[PUBLIC, side])
        of_own = shifted(foreseen[PUBLIC, side] + known, ratio)
        conflict.campaign.believed[side, side] = of_own
        conflict.campaign.believed[side, other] = shifted(foreseen[PUBLIC, other], 1.0 / ratio)


@jit
def revised(mean: float, strength: float, share: float) -> float:
    """Mean of a Beta belief after one more day of battle, `(N m + x) / (N + 1)`."""
    return (strength * mean + share) / (strength + 1.0)


@jit
def distance(gap: float, deviation: float) -> float:
    """Mean distance from 0 of a normal number of mean `gap`; the gap itself if it is certain.

    `d (2 Phi(d / s) - 1) + 2 s phi(d / s)`.
    """
    if deviation <= 0.0:
        return abs(gap)
    point = gap / deviation
    density = exp(-point * point / 2.0) / ROOT_OF_TWO_PI
    return gap * (2.0 * normal_probability(point) - 1.0) + 2.0 * deviation * density


@jit
def observe(conflict: Conflict, struck: int, is_expected: bool) -> None:
    """Let both sides see how a defence did today, be surprised by it and revise their beliefs.

    A day counts as one observation. A mean share stands for shares that spread about it as if each
    weapon were stopped or not by itself.
    """
    campaign = conflict.campaign
    weapons = arrived(campaign.raid)
    if weapons <= 0.0:
        return
    share = kill_share(campaign.raid)
    deviation = math.sqrt(max(share * (1.0 - share), 0.0) / weapons) if is_expected else 0.0
    strength = conflict.theatre.belief_strength + campaign.battles[struck]
    for side in range(2):
        mean = campaign.believed[side, struck]
        campaign.surprised[side] += distance(share - mean, deviation)
        campaign.believed[side, struck] = revised(mean, strength, share)
    campaign.battles[struck] += 1.0


@jit
def guarded(conflict: Conflict, side: int) -> float:
    """Sum up the forces and the economy behind a defence that are whole [units of loss]."""
    value = defence_of(conflict.theatre, side).value
    forces = value[MILITARY] * (1.0 - broken_part(conflict, side, MILITARY))
    economy = value[ECONOMY] * (1.0 - broken_part(conflict, side, ECONOMY))
    return float(forces + economy)


@jit
def disagreement(conflict: Conflict) -> float:
    """Sum up what both expect of fighting on beyond what there is [units of loss].

    Over both defences, by how much its owner thinks more of it than the other side does, times what
    it guards. Below 0 if each fears the other's more than that one trusts it.
    """
    total = 0.0
    for side in range(2):
        believed = conflict.campaign.believed
        total += (believed[side, side] - believed[1 - side, side]) * guarded(conflict, side)
    return total


@jit
def cost_of_going_on(conflict: Conflict) -> float:
    """Work out what the days that they look ahead cost both, at what a day has cost so far."""
    campaign = conflict.campaign
    days = max(float(campaign.day), 1.0)
    daily = (campaign.loss[CHALLENGER] + campaign.loss[DEFENDER]) / days
    return conflict.theatre.foresight * (daily + 2.0 * conflict.theatre.fatigue_rate)


@jit
def has_range_reopened(conflict: Conflict) -> bool:
    """Say whether there are terms again that both would rather have than fight on.

    There are once what they disagree about is no more than what going on costs them together
    (Wagner 2000; Smith & Stam 2004).
    """
    return disagreement(conflict) <= cost_of_going_on(conflict) + SLACK
