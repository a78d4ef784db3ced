"""The worth of force while it lasts, from the results of a certain war (MODEL4 2 to 4 and 6)."""

from typing import Annotated, NamedTuple

from detente.kernel.theatre import Warfare
from verification.model.slow.beliefs import CHALLENGER, DEFENDER
from verification.model.slow.stakes import (
    ALLY_CAMPAIGN,
    BY_ALLY,
    BY_DEFENDER,
    CAMPAIGNS,
    FULL,
    JOINT,
    JOINT_CAMPAIGN,
    is_war,
)

FIRM = 0
"""The resolved type of a side."""
DONE = (0.0, 0.5, 1.0)
"""How far each reply answers force."""
ALONE, JOINED = (BY_ALLY, ALLY_CAMPAIGN), (JOINT, JOINT_CAMPAIGN)
HALF_A_WAR = 0.5
"""Price of a limited strike to the ally, next to that of a war."""


class Act(NamedTuple):
    """Force that is begun and answered in one way, by one type of each side."""

    force: Annotated[int, "the challenger's force level"]
    onset: int
    reply: int
    types: Annotated[tuple[int, int], "of challenger and defender, 0 the firm one"]


class Brought(NamedTuple):
    """What a war is sure to bring."""

    settled: float
    days: float
    losses: Annotated[tuple[float, float], "of both sides"]
    felt: Annotated[tuple[float, float, float], "of being hit: challenger, defender, ally"]


def worth(war: Warfare, act: Act, brought: Brought) -> tuple[float, float, float]:
    """Return the worth of the first force to challenger, defender and ally."""
    kappa = war.challenger_loss_weight[act.types[0]], war.defender_loss_weight[act.types[1]]
    challenger = war.challenger_stake * brought.settled - kappa[0] * brought.losses[0]
    defender = -war.defender_stake * brought.settled - kappa[1] * brought.losses[1]
    ally = war.ally_stake * brought.settled - war.ally_loss_weight * brought.losses[0]
    hit = [price * felt for price, felt in zip(war.hit_price, brought.felt, strict=True)]
    challenger += of_challenger(war, act, brought.days) - hit[0]
    defender += of_defender(war, act, brought.days) - hit[1]
    ally += of_ally(war, act, brought.days) - hit[2]
    return float(challenger), float(defender), float(ally)


def of_challenger(war: Warfare, act: Act, days: float) -> float:
    """Return what the challenger gives for its act: its price, days, motive and first blow."""
    motive, daily = war.motive[CHALLENGER, act.types[0]], days * war.theatre.fatigue_rate
    if act.onset in ALONE:
        return 0.0
    if act.onset == BY_DEFENDER:
        if act.reply == FULL:
            return float(war.strike_motive * motive - war.war_cost[CHALLENGER] - daily)
        return -daily - unanswered(war, act, CHALLENGER)
    if act.onset in CAMPAIGNS:
        cost, serves = war.war_cost[CHALLENGER], 1.0
    else:
        costs = war.raised_cost if act.reply == FULL else war.strike_cost
        cost, serves = costs[act.force], war.strike_motive
    if act.onset in JOINED:
        cost *= 1.0 - war.joint_relief
    return float(serves * motive - cost - daily + war.first_strike_bonus)


def of_defender(war: Warfare, act: Act, days: float) -> float:
    """Return the same of the defender; it pays for a war, whoever makes one, and its own force."""
    cost = days * war.theatre.fatigue_rate
    if act.onset == BY_DEFENDER:
        cost -= war.first_strike_bonus
    else:
        cost += unanswered(war, act, DEFENDER)
    if act.onset == BY_DEFENDER or is_war(act.onset, act.reply):
        cost += war.war_cost[DEFENDER]
    if act.onset == BY_DEFENDER or act.reply == FULL:
        cost -= war.motive[DEFENDER, act.types[1]]
    return float(-cost)


def of_ally(war: Warfare, act: Act, days: float) -> float:
    """Return the same of the ally, which pays where it begins, alone or not."""
    if act.onset not in ALONE + JOINED:
        return 0.0
    cost = war.ally_war_cost * (1.0 if is_war(act.onset, act.reply) else HALF_A_WAR)
    if act.onset in JOINED:
        cost *= 1.0 - war.joint_relief
    bonus = war.first_strike_bonus if act.onset in ALONE else 0.0
    serves = 1.0 if act.onset in CAMPAIGNS else war.strike_motive
    return float(serves * war.ally_motive + bonus - cost - days * war.theatre.fatigue_rate)


def unanswered(war: Warfare, act: Act, side: int) -> float:
    """Return the lasting price of what the struck side does not answer."""
    price = war.unanswered[side]
    price += war.resolve_gap * (0.5 if act.types[side] == FIRM else -0.5)
    price += war.campaign_gap if act.onset in CAMPAIGNS else 0.0
    return float((1.0 - DONE[act.reply]) * price)
