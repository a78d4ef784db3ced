"""What a future in play needs at hand, and the few things that every step of it does."""

from typing import NamedTuple

from detente.kernel.beliefs import Grid, after_act, pick, probability
from detente.kernel.cascade import PARTIES
from detente.kernel.chokepoint import OPEN
from detente.kernel.daily import Daily
from detente.kernel.decision import Rules
from detente.kernel.draws import Luck, Purpose, uniforms
from detente.kernel.endings import Event
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.menus import FAILED
from detente.kernel.places import force_of, step_of
from detente.kernel.state import LINES, State
from detente.kernel.tables import Policies
from detente.kernel.theatre import LOSSES, Campaign, Situation
from detente.kernel.war import fight, pick_answer
from detente.kernel.world import World

RARE = 1e-30
"""Chances are held above this when beliefs are updated: tables hold 32 bits."""
TOLD = 0.02
"""A belief that moves by less is not told in a trace."""
BELIEFS = int(Event.BELIEFS)
WAR_ANSWER = int(Purpose.WAR_ANSWER)
ANSWERS = int(Event.ANSWERS)
FORCE_ENDS = int(Event.FORCE_ENDS)
CLOSES = int(Event.CLOSES)
CEASEFIRE = int(Event.CEASEFIRE)


class Life(NamedTuple):
    """One future: its world, its luck and its state; light enough to be handed on every day."""

    world: World
    luck: Luck
    daily: Daily
    state: State


class Play(NamedTuple):
    """One future in play, with both sides' policies and the room to fight a war in."""

    life: Life
    policies: Policies
    answers: Array
    """Chance of each answer of the struck side.

    By plan, force level, stance, who begins, both types and Answer.
    """
    grid: Grid
    campaign: Campaign
    rules: Rules


class Cell(NamedTuple):
    """The pair of beliefs whose policy is played today."""

    tough: int
    hard: int


@jit
def note(life: Life, kind: int, first: int, second: int, value: float) -> None:
    """Write a line of the future's trace; lines past its end are dropped."""
    state = life.state
    if state.told < LINES:
        line = state.lines[state.told]
        line[0] = state.day
        line[1] = kind
        line[2] = first
        line[3] = second
        line[4] = value
        state.told += 1


@jit
def choose_cell(play: Play, tough_draw: float, hard_draw: float) -> Cell:
    """Pick the policy cell near the public beliefs, by two public draws."""
    return Cell(
        pick(play.grid, play.life.state.tough, tough_draw),
        pick(play.grid, play.life.state.hard, hard_draw),
    )


@jit
def learn_of_challenger(life: Life, if_hard: float, if_soft: float) -> None:
    """Update the public belief about the challenger after an act of its."""
    state = life.state
    before = probability(state.hard)
    state.hard = after_act(state.hard, max(if_hard, RARE), max(if_soft, RARE))
    note_belief(life, 0, before, probability(state.hard))


@jit
def learn_of_defender(life: Life, if_tough: float, if_weak: float) -> None:
    """Update the public belief about the defender after an act of its."""
    state = life.state
    before = probability(state.tough)
    state.tough = after_act(state.tough, max(if_tough, RARE), max(if_weak, RARE))
    note_belief(life, 1, before, probability(state.tough))


@jit
def note_belief(life: Life, side: int, before: float, after: float) -> None:
    """Write a belief into the trace where it has moved enough to tell."""
    if abs(after - before) >= TOLD:
        note(life, BELIEFS, side, 0, after)


@jit
def visit(play: Play, question: int, stage: int, cell: Cell) -> None:
    """Count a decision node, and whether its fixed point was settled."""
    state = play.life.state
    state.visited += 1
    unsettled = play.policies.unsettled[stage, state.posture, state.stance, question]
    state.unsettled += int(unsettled[cell.tough, cell.hard])


@jit
def stage_today(life: Life) -> int:
    """Return the stage whose policies hold today."""
    return life.world.calendar.stage_of_day[life.state.day]


@jit
def has_failed(state: State) -> bool:
    """Say whether talks have failed."""
    return state.regime == FAILED


@jit
def fail_talks(state: State) -> None:
    """Let talks fail."""
    state.regime = FAILED
    if state.failed_day < 0:
        state.failed_day = state.day


@jit
def settle_quarrel(state: State, settlement: int, package: int) -> None:
    """End the future without force."""
    state.settlement = settlement
    state.package = package
    state.has_ended = 1


@jit
def count_cost(state: State, campaign: Campaign) -> None:
    """Note what a war that has ended cost both sides, and how many others it hit."""
    for side in range(2):
        state.loss[side] = campaign.loss[side]
        for category in range(LOSSES):
            state.lost[side, category] = campaign.lost[side, category]
    hit = 0.0
    for party in range(PARTIES):
        hit += campaign.belligerents.was_hit[party]
    state.parties_hit = int(hit)


@jit
def begin_force(play: Play, who: int, trigger: int) -> None:
    """Play the war that ordered force begins, to its end; it ends the future."""
    life = play.life
    state = life.state
    state.first_force_day = state.day
    state.initiator = who
    state.trigger = trigger
    force = force_of(state.posture)
    chances = play.answers[
        state.plan, force, state.stance, who, state.challenger_type, state.defender_type
    ]
    answer = pick_answer(chances, uniforms(life.luck, state.day, WAR_ANSWER, 0)[0])
    note(life, ANSWERS, who, answer, chances[answer])
    situation = Situation(force, step_of(state.stance), who, state.plan, answer)
    battle = fight(life.world.war, play.campaign, life.luck, state.day, situation)
    state.violence = battle.violence
    state.war_days = battle.days
    state.ceasefire = battle.ceasefire
    state.parties = battle.parties
    if battle.closed_on != OPEN:
        state.closed_day = state.day + battle.closed_on
        note(life, CLOSES, 1, battle.closed_on + 1, battle.world_cost)
    state.world_cost = battle.world_cost
    count_cost(state, play.campaign)
    state.damage = battle.damage
    note(life, FORCE_ENDS, battle.violence, battle.days, battle.damage)
    note(life, CEASEFIRE, battle.ceasefire, 0, 0.0)
    state.has_ended = 1
