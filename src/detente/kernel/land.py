"""War on land as one front: who advances, how fast, and the losses of both sides."""

import math
from typing import Annotated, Protocol

from detente.kernel.arithmetic import exp, log
from detente.kernel.draws import Chance, Purpose, draw_block
from detente.kernel.jit import jit
from detente.kernel.layout import Array

BATTLE_BLOCK = 2050
"""Address of the draw for the intensity of a day's battle, after the draw for a closing."""
NO_ATTACKER = -1
"""Stands for the attacker where neither side can advance."""
BOTH = 2
"""Index of the weight of land for both sides together."""


class LandForces(Protocol):
    """Troops of both sides (challenger 0, defender 1) and the land in dispute; a record."""

    is_fought: Annotated[float, "1 if an issue is land that troops fight for"]
    strength: Annotated[Array, (2,), "all troops of each side for this war [thousand soldiers]"]
    ready: Annotated[Array, (2,), "share of them at the front at the start [0-1]"]
    days_to_move: Annotated[Array, (2,), "days over which the others arrive [days]"]
    held_at_first: Annotated[float, "share of the land that the challenger holds at first [0-1]"]
    advantage: Annotated[float, "strength that an attack needs, as a multiple of the defence's, d"]
    attrition: Annotated[
        float, "loss rate of a side against an equal one without advantage, k [1/day]"
    ]
    crossing_days: Annotated[float, "duration of an unopposed advance over all the land [days]"]
    weight: Annotated[
        Array, (3,), "share of land in what war can settle: challenger, defender, both [0-1]"
    ]


class Front(Protocol):
    """The state of a war on land; a record."""

    held: Annotated[float, "share of the land that the challenger holds [0-1]"]
    troops: Annotated[Array, (2,), "troops of each side at the front [thousand soldiers]"]
    lost: Annotated[Array, (2,), "troops that each side has lost [thousand soldiers]"]


@jit
def begin_front(land: LandForces, front: Front) -> None:
    """Set up the first morning: only ready troops are at the front."""
    front.held = land.held_at_first
    for side in range(2):
        front.troops[side] = land.strength[side] * land.ready[side]
        front.lost[side] = 0.0


@jit
def add_reinforcements(land: LandForces, front: Front, day: int) -> None:
    """Add the troops that arrive between yesterday morning and this morning.

    `day` of the war counts from 0. Troops that were not ready arrive evenly over `days_to_move`.
    """
    if day == 0:
        return
    for side in range(2):
        coming = land.strength[side] * (1.0 - land.ready[side])
        there = min(float(day) / land.days_to_move[side], 1.0)
        before = min(float(day - 1) / land.days_to_move[side], 1.0)
        front.troops[side] += coming * (there - before)


@jit
def can_advance(land: LandForces, front: Front, side: int) -> bool:
    """Say whether a side can advance: the other holds land, and has less than 1/d of its troops."""
    others = front.held if side == 1 else 1.0 - front.held
    return others > 0.0 and front.troops[side] > land.advantage * front.troops[1 - side]


@jit
def attacker_today(land: LandForces, front: Front, first: int, is_answered: bool) -> int:
    """Return the side that attacks: `first` if it can advance, else the other, or NOBODY.

    The struck side attacks only if it answers in full.
    """
    if can_advance(land, front, first):
        return first
    if is_answered and can_advance(land, front, 1 - first):
        return 1 - first
    return NO_ATTACKER


@jit
def exchange(own: float, other: float, worth: float, time: float) -> tuple[float, float]:
    """Return the remaining strength of two forces under Lanchester's square law.

    `dx = -w y dt`, `dy = -x dt / w`: `w` is the worth of a soldier of `other` relative to one of
    `own`, and `x^2 - w^2 y^2` is constant. So `x(t) = x cosh t - w y sinh t`, and
    `y(t) = y cosh t - x sinh t / w`, until one is 0. `time` is the rate of loss times the days of
    fighting.
    """
    grown, shrunk = exp(time), exp(-time)
    even, odd = 0.5 * (grown + shrunk), 0.5 * (grown - shrunk)
    own_left = own * even - worth * other * odd
    other_left = other * even - own * odd / worth
    # The constant of the square law is what remains once the other side has none.
    stays = own * own - worth * worth * other * other
    if other_left <= 0.0 and stays >= 0.0:
        return math.sqrt(stays), 0.0
    if own_left <= 0.0:
        return 0.0, math.sqrt(max(-stays, 0.0)) / worth
    return own_left, other_left


@jit
def battle_days(chance: Chance) -> float:
    """Return the days of fighting that today counts for, 1 on average [days].

    It is drawn from an exponential distribution: a few days decide much, most decide little.
    """
    if chance.is_expected:
        return 1.0
    return -log(draw_block(chance, Purpose.WAR_DAY, BATTLE_BLOCK)[0])


@jit
def fight_on_land(
    land: LandForces, front: Front, first: int, is_answered: bool, day: int, chance: Chance
) -> None:
    """Fight one day on land, `day` of the war from 0, in which side `first` used force first.

    The attacker loses `k d` times the troops opposite, the defence `k / d` times; where nobody
    attacks both lose as the defence does. With `s` the attacker's strength over `d` times the
    defence's, the front moves by `v (1 - 1/s)` a day. The attacker loses the share `k / s` a day,
    so that over a time `t` the front moves by `v (t + ln(x(t) / x) / k)`. Where `s` is 1 there is
    no advance, and both lose equal shares. Rules of force ratios are contested (MODEL 7).
    """
    add_reinforcements(land, front, day)
    attacker = attacker_today(land, front, first, is_answered)
    days = battle_days(chance)
    if attacker == NO_ATTACKER:
        # Both lose as the defence does, k / d (MODEL 7).
        time = land.attrition * days / land.advantage
        own, other = exchange(front.troops[0], front.troops[1], 1.0, time)
        apply_losses(front, 0, own, other)
        return
    before = front.troops[attacker]
    time = land.attrition * days
    own, other = exchange(before, front.troops[1 - attacker], land.advantage, time)
    # An attacker is stronger than the defence, so that it keeps troops and the logarithm is finite.
    taken = (days + log(own / before) / land.attrition) / land.crossing_days
    if attacker == 0:
        front.held = min(front.held + taken, 1.0)
    else:
        front.held = max(front.held - taken, 0.0)
    apply_losses(front, attacker, own, other)


@jit
def apply_losses(front: Front, side: int, own: float, other: float) -> None:
    """Set the remaining troops of both sides and count their losses."""
    front.lost[side] += front.troops[side] - own
    front.lost[1 - side] += front.troops[1 - side] - other
    front.troops[side] = own
    front.troops[1 - side] = other


@jit
def lost_share(land: LandForces, front: Front, side: int) -> float:
    """Return the share of all its troops that a side has lost [0-1]."""
    strength = land.strength[side]
    return front.lost[side] / strength if strength > 0.0 else 0.0


@jit
def with_land(land: LandForces, front: Front, settled: float, holder: int) -> float:
    """Return the share won by the challenger of all that war can settle, land included.

    Land counts by the front's movement since the war began, below 0 if the challenger lost some.
    All else counts by `settled`. `holder` selects the weights: 0, 1 or BOTH.
    """
    weight = land.weight[holder]
    return (1.0 - weight) * settled + weight * (front.held - land.held_at_first)
