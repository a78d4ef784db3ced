"""The worlds in which a dispute goes on after force: less is left of it, and time runs coarser."""

from collections.abc import Sequence

import numpy as np

from detente.kernel.layout import Array
from detente.kernel.posture import Calendar
from detente.kernel.tables import Policies, Sequel
from detente.kernel.talks import ChallengerMove, DefenderMove
from detente.kernel.theatre import Answer
from detente.kernel.world import AFTER_STRIKE, AFTER_WAR, World, grid_of

WORLDS = 3
"""Before force, after a limited strike, after a war."""
MERGED = 2
"""Stages before force that make one after it."""
POINTS = 5
"""Most points for each belief after force."""


def worlds_of(world: World, settled: Array) -> list[World]:
    """Return the worlds of a dispute before force, after a limited strike and after a war.

    `settled`: share of what war can settle that force settles, by force level, step, who begins and
    the reply; what follows goes by its means. Where force ends the dispute the first is the last.
    """
    if world.aftermath.ends_dispute == 1:
        return [world]
    after_strike, after_war = shares_settled(settled)
    return [
        world,
        world_after(world, AFTER_STRIKE, after_strike),
        world_after(world, AFTER_WAR, after_war),
    ]


def world_after(world: World, level: int, settled: float) -> World:
    """Return the world after force that has settled a share of what war can settle (MODEL3 3)."""
    later: World = np.array([world]).view(np.recarray)[0]
    later.level = level
    later.belief_points = min(int(world.belief_points), POINTS)
    leave_stakes(later, settled)
    change_rates(later)
    merge_stages(later.calendar)
    return later


def shares_settled(settled: Array) -> tuple[float, float]:
    """Return the share of what war can settle that a limited strike and a war settle, in the mean.

    `settled`: by force level, step, who begins and the reply.
    """
    return float(settled[..., : Answer.FULL].mean()), float(settled[..., Answer.FULL].mean())


def leave_stakes(world: World, settled: float) -> None:
    """Take what force has settled off what a deal, a concession and the stand-off are worth."""
    talks, war = world.talks, world.war
    talks.challenger_deal -= settled * talks.challenger_deal_settled
    talks.defender_concession -= settled * talks.defender_concession_settled
    talks.ally_deal -= settled * talks.ally_deal_settled
    talks.challenger_demand -= settled * talks.challenger_demand_settled
    talks.defender_demand -= settled * talks.defender_demand_settled
    talks.ally_demand -= settled * talks.ally_demand_settled
    talks.challenger_standoff *= 1.0 - settled * war.challenger_stake
    talks.defender_standoff *= 1.0 - settled * war.defender_stake
    talks.ally_standoff *= 1.0 - settled * war.ally_stake


def change_rates(world: World) -> None:
    """Let talks be off at first, and texts, fading and giving in go otherwise; no vow is left.

    A limited strike answers for what went before, so that disputes end sooner than after a war.
    """
    talks, incidents, aftermath = world.talks, world.incidents, world.aftermath
    sooner = aftermath.limited_factor if world.level == AFTER_STRIKE else 1.0
    talks.exit_rate = aftermath.resume_rate
    talks.text_rate *= aftermath.text_factor
    talks.fade_rate *= aftermath.fade_factor * sooner
    talks.challenger_rate[ChallengerMove.DROP] *= aftermath.concession_factor * sooner
    talks.defender_rate[DefenderMove.YIELD] *= aftermath.concession_factor * sooner
    talks.failed_strike_factor = aftermath.strike_factor
    incidents.failed_rate_factor = aftermath.incident_factor
    incidents.failed_escalation_factor = 1.0
    talks.has_vowed = 0
    talks.have_failed = 1
    talks.defender_rate[DefenderMove.VOW] = 0.0


def merge_stages(calendar: Calendar) -> None:
    """Make one stage of every two; the force open in it is what is open at its start."""
    count = int(calendar.stages)
    starts = np.arange(0, count, MERGED)
    days = np.add.reduceat(calendar.stage_days[:count], starts)
    ceilings = calendar.ceiling[starts]
    calendar.stages = len(starts)
    calendar.stage_days[:] = 0.0
    calendar.stage_days[: len(starts)] = days
    calendar.ceiling[: len(starts)] = ceilings
    calendar.ceiling[len(starts) :] = ceilings[-1]
    calendar.stage_of_day[:] = calendar.stage_of_day // MERGED


def sequels_of(
    worlds: Sequence[World], policies: Sequence[Policies], level: int
) -> tuple[Sequel, Sequel]:
    """Return what follows a limited strike and a war begun at a level; a war leaves its mark."""
    last = len(worlds) - 1
    own = worlds[level].calendar
    after_strike, after_war = (min(max(level, 1), last), min(AFTER_WAR, last))
    return (
        sequel_of(own, worlds[after_strike], policies[after_strike]),
        sequel_of(own, worlds[after_war], policies[after_war]),
    )


def sequel_of(own: Calendar, world: World, policies: Policies) -> Sequel:
    """Return what follows force in one world, by the stages of our own calendar."""
    ends = np.cumsum(own.stage_days[: int(own.stages)])
    calendar = world.calendar
    starts = np.concatenate([[0.0], np.cumsum(calendar.stage_days[: int(calendar.stages)])])
    place = np.interp(ends, starts, np.arange(len(starts), dtype=np.float64))
    return Sequel(policies.failed, grid_of(world), place)
