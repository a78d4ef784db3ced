"""The dispute after force: fewer stakes to bargain over, and other rates."""

from copy import deepcopy

import numpy as np

from detente.kernel.solution import WarTable
from detente.kernel.talks import ChallengerMove, DefenderMove
from detente.kernel.world import World
from verification.model.slow.stakes import (
    ABSORBED,
    ALLY_CAMPAIGN,
    BY_ALLY,
    BY_CHALLENGER,
    BY_DEFENDER,
    CAMPAIGN,
    CAMPAIGNS,
    FULL,
    JOINT,
    JOINT_CAMPAIGN,
    TOKEN,
    Stakes,
    is_war,
)
from verification.model.slow.states import TOP


def after_strike(world: World, war: WarTable) -> World:
    """Return the world of a dispute after a limited strike, which settles as much as most do."""
    left = what_is_left(world, mean_settled(world, war, is_after_war=False))
    end_sooner(left)
    return left


def after_war(world: World, war: WarTable) -> World:
    """Return the world of a dispute after a war."""
    return what_is_left(world, mean_settled(world, war, is_after_war=True))


def mean_settled(world: World, war: WarTable, *, is_after_war: bool) -> float:
    """Return what such force settles, the mean over all ways in which it may come."""
    stakes = Stakes(world, war, level=0)
    onsets = [BY_CHALLENGER, BY_DEFENDER, CAMPAIGN]
    if stakes.has_ally():
        onsets += [JOINT, JOINT_CAMPAIGN]
    if stakes.has_means():
        onsets += [BY_ALLY, ALLY_CAMPAIGN]
    found = []
    for onset in onsets:
        # The challenger has all its force deployed where it is in a campaign.
        levels = slice(TOP, None) if onset in CAMPAIGNS else slice(None)
        replies = [each for each in (ABSORBED, TOKEN, FULL) if is_war(onset, each) == is_after_war]
        found.append(war.settled[levels, :, onset, replies].ravel())
    return float(np.concatenate(found).mean())


def what_is_left(world: World, settled: float) -> World:
    """Return a world without what force has settled, a share of what war can settle (MODEL3 3)."""
    left = deepcopy(world)
    take_off(left, settled)
    change_paces(left)
    return left


def take_off(world: World, settled: float) -> None:
    """Take what is settled off demands, packages and what the dispute costs a day."""
    talks, war = world.talks, world.war
    talks.challenger_demand -= settled * talks.challenger_demand_settled
    talks.defender_demand -= settled * talks.defender_demand_settled
    talks.ally_demand -= settled * talks.ally_demand_settled
    talks.challenger_deal -= settled * talks.challenger_deal_settled
    talks.defender_concession -= settled * talks.defender_concession_settled
    talks.ally_deal -= settled * talks.ally_deal_settled
    talks.challenger_standoff *= 1.0 - settled * war.challenger_stake
    talks.defender_standoff *= 1.0 - settled * war.defender_stake
    talks.ally_standoff *= 1.0 - settled * war.ally_stake


def end_sooner(world: World) -> None:
    """Let a dispute fade and either side give in more often: what went before is answered for."""
    talks, sooner = world.talks, world.aftermath.limited_factor
    talks.fade_rate *= sooner
    talks.challenger_rate[ChallengerMove.DROP] *= sooner
    talks.defender_rate[DefenderMove.YIELD] *= sooner


def change_paces(world: World) -> None:
    """Let talks be off until they resume: force has called the last vow in, and ends a blockade."""
    talks, aftermath = world.talks, world.aftermath
    talks.exit_rate = aftermath.resume_rate
    talks.text_rate *= aftermath.text_factor
    talks.fade_rate *= aftermath.fade_factor
    talks.challenger_rate[ChallengerMove.DROP] *= aftermath.concession_factor
    talks.defender_rate[DefenderMove.YIELD] *= aftermath.concession_factor
    talks.failed_strike_factor = aftermath.strike_factor
    talks.defender_rate[DefenderMove.VOW] = 0.0
    talks.has_blockade = 0
    talks.recent_round = 1.0
    world.incidents.failed_rate_factor = aftermath.incident_factor
    world.incidents.failed_escalation_factor = 1.0
