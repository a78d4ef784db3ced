"""What befalls both sides in a stage while neither moves: incidents, an ally, time."""

from typing import NamedTuple

from detente.kernel.arithmetic import arrival
from detente.kernel.beliefs import point, probability
from detente.kernel.incidents import (
    alarm_probability,
    escalation_probability,
    incident_rate,
    mean_reply,
)
from detente.kernel.jit import jit
from detente.kernel.menus import FAILED, NO_TEXT, TEXT_READY, faded
from detente.kernel.tables import LEVELS, REGIMES, Desk, Place
from detente.kernel.talks import Talks, challenger_flow, over_stage


@jit
def stake(desk: Desk, place: Place, regime: int, beliefs: tuple[int, int], side: int) -> float:
    """Chance of escalation times what force would bring a side over waiting, public mean."""
    has_failed = regime == FAILED
    now = desk.work.now[place.force, place.step, regime][beliefs[0], beliefs[1]]
    force = desk.policies.force[place.force, place.step, side][beliefs[0], beliefs[1]]
    log_odds = point(desk.grid, beliefs[1] if side == 0 else beliefs[0])
    firm = probability(log_odds)
    own = 2 * side
    gain = firm * (force[own] - now[own]) + (1.0 - firm) * (force[own + 1] - now[own + 1])
    return escalation_probability(desk.world.incidents, has_failed) * gain


@jit
def add_force(desk: Desk, place: Place, regime: int) -> None:
    """Add incidents on either side, and the ally's strike, to the worth of every belief."""
    incidents = desk.world.incidents
    talks = desk.world.talks
    days = desk.world.calendar.stage_days[place.stage]
    has_failed = regime == FAILED
    clashes = days * incident_rate(incidents, place.force, has_failed)
    clashes *= alarm_probability(incidents) * escalation_probability(incidents, has_failed)
    strikes = days * (talks.ally_rate + talks.ally_rate_per_step * place.step)
    for tough in range(desk.grid.points):
        for hard in range(desk.grid.points):
            beliefs = (tough, hard)
            by_a = stake(desk, place, regime, beliefs, 0)
            by_b = stake(desk, place, regime, beliefs, 1)
            share_a = 0.5 * clashes * mean_reply(incidents, talks.precision, by_a)
            share_b = 0.5 * clashes * mean_reply(incidents, talks.precision, by_b)
            mix_force(desk, place, regime, beliefs, (share_a, share_b, strikes))


@jit
def mix_force(
    desk: Desk,
    place: Place,
    regime: int,
    beliefs: tuple[int, int],
    shares: tuple[float, float, float],
) -> None:
    """Move the worth towards that of force begun by challenger, defender and ally."""
    now = desk.work.now[place.force, place.step, regime][beliefs[0], beliefs[1]]
    force = desk.policies.force[place.force, place.step]
    for holder in range(4):
        worth = now[holder]
        for who in range(3):
            change = force[who, beliefs[0], beliefs[1], holder] - worth
            now[holder] += shares[who] * change


class Nature(NamedTuple):
    """What chance does in a stage, and what the stage costs each side."""

    changes: float
    grows: float
    fades: float
    challenger_cost: float
    defender_cost: float


@jit
def nature_of(talks: Talks, place: Place, regime: int, days: float) -> Nature:
    """Chances of a change of regime, a programme step and a fade, and the flows of a stage."""
    changes = 0.0
    if regime == NO_TEXT:
        changes = arrival(talks.text_rate, days)
    elif regime == FAILED:
        changes = arrival(talks.exit_rate, days)
    paid = over_stage(talks.discount_rate, days)
    return Nature(
        changes,
        arrival(talks.growth_rate, days),
        arrival(talks.fade_rate, days),
        paid * challenger_flow(talks, place.force, place.step),
        paid * talks.defender_standoff,
    )


@jit
def add_nature(desk: Desk, place: Place) -> None:
    """Go back through nature, first in the day: programme, text, fading; then flows."""
    talks = desk.world.talks
    days = desk.world.calendar.stage_days[place.stage]
    now = desk.work.now[place.force]
    grown = min(place.step + 1, LEVELS - 1)
    fade = faded(talks, place.step)
    for regime in range(REGIMES):
        nature = nature_of(talks, place, regime, days)
        turned = turned_regime(regime)
        later = desk.work.later[place.force, place.step, regime]
        for tough in range(desk.grid.points):
            for hard in range(desk.grid.points):
                for holder in range(4):
                    stays = between(
                        now[place.step, regime, tough, hard, holder],
                        now[place.step, turned, tough, hard, holder],
                        nature.changes,
                    )
                    grows = between(
                        now[grown, regime, tough, hard, holder],
                        now[grown, turned, tough, hard, holder],
                        nature.changes,
                    )
                    cost = nature.defender_cost if holder // 2 else nature.challenger_cost
                    goes_on = between(stays, grows, nature.grows)
                    later[tough, hard, holder] = between(goes_on, fade[holder], nature.fades) - cost


@jit
def between(stays: float, changes: float, chance: float) -> float:
    """Mean of two worths, the second with a chance."""
    return (1.0 - chance) * stays + chance * changes


@jit
def turned_regime(regime: int) -> int:
    """Regime that chance brings: a text becomes ready, failed talks resume."""
    if regime == NO_TEXT:
        return TEXT_READY
    if regime == FAILED:
        return NO_TEXT
    return regime
