"""Worlds of a few stages for small games, in which only what a game enables can happen."""

from typing import cast

import numpy as np

from detente.kernel.layout import Array, new_record
from detente.kernel.solution import WarTable
from detente.kernel.talks import ChallengerMove, DefenderMove
from detente.kernel.world import World
from verification.model.slow.stakes import (
    BY_ALLY,
    BY_CHALLENGER,
    BY_DEFENDER,
    CAMPAIGNS,
    JOINT,
    JOINT_CAMPAIGN,
    is_war,
)

BELIEF_LIMIT = 3.0
"""Log-odds at which the kernel's grid ends in these games; past 1 in 20 their worths are flat."""
CAMPAIGN_PAYS = np.array([[[0.0, -0.05, 0.01]], [[-0.06, -0.04, 0.0]]])
"""What a campaign brings beyond a strike, by the challenger's type and holder."""
TOGETHER_PAYS = np.array([0.04, -0.02, 0.03])
"""What force of two brings beyond that of one, by holder."""
TIGHT = 1e-9
"""Largest residual of a choice: what is left between the two solvers is the grid's."""


def quiet(*days: float, ceiling: int = 2) -> World:
    """Return a world of so many stages in which no one does anything but hold.

    Force ends its dispute, until a game lets it go on.
    """
    world = cast("World", new_record(World))
    world.calendar.stages = len(days)
    world.calendar.stage_days[: len(days)] = days
    world.calendar.ceiling[:] = ceiling
    world.belief_limit = BELIEF_LIMIT
    world.tolerance = TIGHT
    set_talks(world)
    set_stakes(world)
    set_incidents(world)
    set_force(world)
    return world


def set_talks(world: World) -> None:
    """Set paces and chances; nothing comes about by itself but what a game sets."""
    talks = world.talks
    talks.precision = 16.0
    talks.discount_rate = 0.002
    talks.challenger_pace = 0.12
    talks.defender_pace = 0.09
    talks.failed_strike_factor = 2.0
    talks.ultimatum_days = 9.0
    talks.raise_days = 14.0
    talks.ratify_probability = 0.85
    talks.unrest_days = 20.0
    talks.hard_log_odds = -0.62
    talks.tough_log_odds = -0.2


def set_stakes(world: World) -> None:
    """Set what is at stake."""
    talks = world.talks
    talks.packages = 2
    talks.challenger_deal[:2] = [0.17, 0.31]
    talks.defender_gain[:2] = [0.14, 0.06]
    talks.defender_concession[:2] = [0.15, 0.27]
    talks.ally_deal[:2] = [0.03, 0.11]
    talks.challenger_demand = 0.40
    talks.defender_demand = 0.33
    talks.ally_demand = 0.2
    talks.capitulation = 0.3
    talks.publicity = 0.5
    talks.vow_retreat = 0.25
    talks.credibility_cost = 0.07
    talks.drop_cost = 0.09
    talks.yield_cost = 0.05
    talks.challenger_price[:], talks.defender_price[:] = 0.004, 0.003
    talks.challenger_price[ChallengerMove.RAISE] = 0.012
    talks.defender_price[DefenderMove.ADVANCE] = 0.02
    talks.challenger_standoff = 0.00012
    talks.force_cost = 0.0001
    talks.defender_standoff = 0.00022
    talks.ally_standoff = 0.0001
    talks.restraint_cost = 0.03
    talks.restraint_success = 0.6


def set_incidents(world: World) -> None:
    """Set what is known of the contact zones, where nothing happens yet."""
    incidents = world.incidents
    incidents.hostile_probability = 0.15
    incidents.sensitivity = 0.85
    incidents.false_alarm = 0.2
    incidents.restraint = 0.12
    incidents.alarm_weight = 0.3
    incidents.escalation_probability = 0.06
    incidents.failed_rate_factor = 2.0
    incidents.failed_escalation_factor = 1.5


def set_force(world: World) -> None:
    """Set how force is replied to, what plans there are, and what may follow once it stops."""
    war, aftermath = world.war, world.aftermath
    war.restraint_probability, war.absorb_share = 0.6, 0.4
    war.theatre.token_share = 0.2
    war.theatre.limited_days, war.theatre.raised_days, war.theatre.campaign_days = 5, 7, 20
    war.vow_price = 0.06
    war.plan_if_hard[:] = [0.15, 0.2, 0.25, 0.4]
    war.plan_if_soft[:] = [0.35, 0.3, 0.2, 0.15]
    spread_plans(world)
    war.challenger_stake, war.defender_stake, war.ally_stake = 0.5, 0.45, 0.3
    aftermath.ends_dispute = 1
    aftermath.resume_rate = 0.012
    aftermath.text_factor = 0.6
    aftermath.fade_factor = 1.8
    aftermath.concession_factor = 2.5
    aftermath.limited_factor = 1.6
    aftermath.incident_factor = 1.3
    aftermath.strike_factor = 1.2


def spread_plans(world: World) -> None:
    """Give strikes the first two plans, and campaigns the others."""
    war = world.war
    for kind, chances in enumerate((war.plan_if_hard, war.plan_if_soft)):
        war.plan_by_scale[kind] = 0.0
        war.plan_by_scale[kind, 0, :2] = chances[:2] / chances[:2].sum()
        war.plan_by_scale[kind, 1, 2:] = chances[2:] / chances[2:].sum()


def let_campaign(world: World, *, readiness: float) -> None:
    """Let the challenger choose a campaign, as readily as that next to a strike."""
    rate = world.talks.challenger_rate
    rate[ChallengerMove.CAMPAIGN] = readiness * rate[ChallengerMove.STRIKE]


def let_press(world: World, rate: float, *, has_means: bool) -> None:
    """Give the challenger an ally that presses for force, with means of its own or without."""
    parties = world.war.theatre.third_parties
    parties.count, parties.is_ally[0] = 1, 1.0
    world.war.theatre.challenger_arsenal.is_held_back = float(has_means)
    world.talks.ally_rate, world.talks.ally_rate_per_step = rate, 0.5 * rate
    world.talks.ally_rate_by_force, world.talks.ally_rate_after_round = 0.7, 0.9
    world.talks.recent_round = 0.5
    world.war.war_cost[0], world.war.joint_relief, world.war.strike_motive = 0.2, 0.25, 0.6
    world.war.strike_cost[:], world.war.motive[0] = [0.12, 0.09, 0.08], [0.11, -0.07]


def let_go_on(world: World) -> None:
    """Let a dispute go on after force, over what force has not settled of it."""
    world.aftermath.ends_dispute = 0
    talks = world.talks
    talks.challenger_demand_settled = 0.5 * talks.challenger_demand
    talks.defender_demand_settled = 0.4 * talks.defender_demand
    talks.ally_demand_settled = 0.3 * talks.ally_demand
    talks.challenger_deal_settled[:] = 0.6 * talks.challenger_deal
    talks.defender_concession_settled[:] = 0.5 * talks.defender_concession
    talks.ally_deal_settled[:] = 0.4 * talks.ally_deal


def force_table() -> WarTable:
    """Return what force would bring, and how far the dispute goes on after it.

    Deployed force helps its owner, the programme hardens, striking first pays a little; a reply
    costs both sides. Used again it brings less.
    """
    level, step, onset, reply = np.ogrid[:3, :3, :7, :3]
    first = np.array([0.03, -0.03, 0.015, 0.03, 0.03, 0.03, 0.015])[onset]
    gain = (0.06 * level - 0.03 * step + first)[..., None, None]
    spared = np.array([1.0, 0.8, 0.0])[reply][..., None, None]
    challenger = np.array([-0.02, -0.29])[:, None] + np.array([-0.02, 0.03]) + 0.06 * spared
    defender = np.array([-0.03, 0.02])[:, None] + np.array([-0.33, -0.58])
    defender = defender + np.array([0.05, 0.12]) * spared
    worth = np.zeros((3, 3, 3, 7, 3, 2, 2, 3))
    worth[..., 0] = gain + challenger
    worth[..., 1] = -gain + defender
    worth[..., 2] = 0.5 * gain - 0.06 + 0.3 * challenger
    worth[:, :, :, list(CAMPAIGNS)] += CAMPAIGN_PAYS
    worth[:, :, :, [JOINT, JOINT_CAMPAIGN]] += TOGETHER_PAYS
    worth[1:] -= 0.02
    who = np.array([BY_CHALLENGER, BY_DEFENDER, BY_ALLY, 0, 0, 0, BY_ALLY])[onset]
    settled = np.array([0.05, 0.1, 0.6]) + 0.02 * (level + who)
    settled[:, :, list(CAMPAIGNS)] = [0.45, 0.5, 0.65]
    return WarTable(worth, dispute_left(), settled)


def dispute_left() -> Array:
    """Return the discount after force that leaves a dispute open, shape (3, 3, 7, 3, 4, 2, 3).

    A war may take a step off the programme, or impose an end; the defender sees it last longer.
    """
    left = np.zeros((3, 3, 7, 3, 4, 2, 3))
    plan, view = np.ogrid[:4, :2]
    lasts = 1.0 - 0.02 * plan - 0.03 * view
    for step, onset, reply in np.ndindex(3, 7, 3):
        cell = left[:, step, onset, reply]
        if is_war(onset, reply):
            cell[..., step] = 0.45 * lasts
            cell[..., max(step - 1, 0)] += 0.3 * lasts
        else:
            cell[..., step] = 0.97 * lasts
    return left


def let_challenger(world: World, **rates: float) -> None:
    """Set how often moves of the challenger come to mind [1/day], an offer of every package."""
    set_rates(world.talks.challenger_rate, ChallengerMove, rates, int(world.talks.packages))


def let_defender(world: World, **rates: float) -> None:
    """Set how often moves of the defender come to mind [1/day]."""
    set_rates(world.talks.defender_rate, DefenderMove, rates, int(world.talks.packages))


def set_rates(
    table: Array,
    moves: type[ChallengerMove] | type[DefenderMove],
    rates: dict[str, float],
    packages: int,
) -> None:
    """Fill a table of rates by the names of moves."""
    for name, rate in rates.items():
        first = int(moves[name.upper()])
        table[first : first + (packages if name == "offer" else 1)] = rate
