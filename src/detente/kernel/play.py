"""What a future in play needs at hand, and the few things that every step of it does."""

from typing import NamedTuple

from detente.kernel.beliefs import Grid, after_act, after_move, pick, probability, widen
from detente.kernel.cascade import OPEN
from detente.kernel.decision import Rules, draw_from
from detente.kernel.draws import Luck, Purpose, turned_luck, uniforms
from detente.kernel.endings import Event, Settlement
from detente.kernel.hearing import begin_hearing
from detente.kernel.jit import jit
from detente.kernel.limits import PARTIES
from detente.kernel.menus import deal
from detente.kernel.partners import FORCE
from detente.kernel.places import (
    Place,
    Standing,
    after_force,
    failed,
    force_of,
    posture_at,
    step_of,
)
from detente.kernel.posture import PLANS, draw_plan
from detente.kernel.seats import Query, ask_of_two, ask_reply, has_seat
from detente.kernel.tables import Policies, Question
from detente.kernel.talks import Regime, lasting_share
from detente.kernel.theatre import BY_DEFENDER, LOSSES, Campaign, Diary, GoingIn, Situation
from detente.kernel.war import Battle, fight
from detente.kernel.world import LINES, Daily, State, World, level_after

RARE = 1e-30
"""Chances are held above this when beliefs are updated: tables hold 32 bits."""
TOLD = 0.02
"""A belief that moves by less is not told in a trace."""
EVEN = 0.5
"""Share won by neither side."""


class Life(NamedTuple):
    """One future: its world, its luck and its state; light enough to be handed on every day."""

    world: World
    luck: Luck
    daily: Daily
    state: State


class Scene(NamedTuple):
    """A future in play but for the rules that sides have of their own.

    The compiler recognises its type at once, that of rules only after a search.
    """

    life: Life
    policies: Policies
    grid: Grid
    campaign: Campaign


class Play(NamedTuple):
    """One future in play, with both sides' policies and the room to fight a war in."""

    life: Life
    policies: Policies
    grid: Grid
    campaign: Campaign
    rules: Rules


class Cell(NamedTuple):
    """The pair of beliefs whose policy is played today."""

    tough: int
    hard: int


@jit
def note(life: Life, kind: int, first: int, second: int, value: float) -> None:
    """Write a line of the future's trace, on the day that it lives."""
    note_on(life, life.state.day, kind, first, second, value)


@jit
def note_on(life: Life, day: int, kind: int, first: int, second: int, value: float) -> None:
    """Write a line of the future's trace; lines past its end are dropped."""
    state = life.state
    if state.told < LINES:
        line = state.lines[state.told]
        line[0] = day
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
    most = life.daily.most_shift
    state.hard = after_move(state.hard, max(if_hard, RARE), max(if_soft, RARE), most)
    note_belief(life, 0, before, probability(state.hard))


@jit
def learn_of_defender(life: Life, if_tough: float, if_weak: float) -> None:
    """Update the public belief about the defender after an act of its."""
    state = life.state
    before = probability(state.tough)
    most = life.daily.most_shift
    state.tough = after_move(state.tough, max(if_tough, RARE), max(if_weak, RARE), most)
    note_belief(life, 1, before, probability(state.tough))


@jit
def note_belief(life: Life, side: int, before: float, after: float) -> None:
    """Write a belief into the trace where it has moved enough to tell."""
    if abs(after - before) >= TOLD:
        note(life, Event.BELIEFS, side, 0, after)


@jit
def visit(play: Play, question: int, stage: int, cell: Cell) -> None:
    """Count a decision node, and whether its fixed point was settled."""
    state = play.life.state
    state.visited += 1
    posture = state.posture if question < Question.REPLY else posture_at(force_of(state.posture))
    unsettled = play.policies.unsettled[stage, posture, state.stance, question]
    state.unsettled += int(unsettled[cell.tough, cell.hard])


@jit
def luck_now(life: Life) -> Luck:
    """Return whose luck holds today in what began before, such as a war or a deal."""
    state = life.state
    if state.apart == 0 or state.day < state.turns_on:
        return life.luck
    return turned_luck(life.luck, state.apart)


@jit
def stage_today(life: Life) -> int:
    """Return the stage whose policies hold today."""
    return life.world.calendar.stage_of_day[life.state.day]


@jit
def has_days(life: Life) -> bool:
    """Say whether a future goes on today, in the epoch of its world and before it is to stop."""
    calendar = life.world.calendar
    if life.state.has_ended == 1 or life.state.day >= life.state.until:
        return False
    return calendar.epoch_of_stage[stage_today(life)] == calendar.epoch


@jit
def standing_of(state: State) -> Standing:
    """Return where a future stands."""
    return Standing(state.posture, state.stance, state.regime)


@jit
def stand_at(state: State, there: Standing) -> None:
    """Put a future where a move leads."""
    state.posture = there.posture
    state.stance = there.stance
    state.regime = there.regime


@jit
def has_failed(state: State) -> bool:
    """Say whether talks have failed."""
    return state.regime == Regime.FAILED


@jit
def fail_talks(state: State) -> None:
    """Let talks fail."""
    stand_at(state, failed(standing_of(state)))
    if state.failed_day < 0:
        state.failed_day = state.day


@jit
def settle_quarrel(state: State, settlement: int, package: int) -> None:
    """End the future without force."""
    state.settlement = settlement
    state.package = package
    state.has_ended = 1


@jit
def begin_force(play: Play, who: int, trigger: int) -> None:
    """Let force be used that was ordered today, answered and fought out; the dispute may go on."""
    life = play.life
    state = life.state
    if state.rounds == 0:
        state.first_force_day = state.day
        state.initiator = who
        state.trigger = trigger
        note(life, Event.FIRST_SHOT, who, state.first_shot, state.first_shot_gap)
    state.rounds += 1
    reply = answer_force(play, who)
    if state.has_ended == 1:
        return
    show_plan(life)
    force = force_of(state.posture)
    send_friends(state, play.campaign)
    situation = Situation(force, step_of(state.stance), who, state.plan, reply)
    battle = fight_out(play, situation)
    if state.has_ended == 1:
        return
    count_cost(state, play.campaign, battle)
    is_over = battle.is_imposed or life.world.aftermath.ends_dispute == 1
    tell_fighting(life, play.campaign.diary, battle, battle.days)
    tell_end(life, battle, is_over)
    if is_over:
        end_by_force(life, battle)
    else:
        go_on(life, battle, reply)


@jit
def send_friends(state: State, campaign: Campaign) -> None:
    """Let the friends who have sent all they have do so in the war that begins."""
    for party in range(PARTIES):
        sent = state.stances.has_turned[FORCE, party]
        campaign.belligerents.has_sent[party] = float(sent)


@jit
def fight_out(play: Play, situation: Situation) -> Battle:
    """Fight a war that begins today, again with each answer of a person who decides in it."""
    life = play.life
    state = life.state
    hearing = play.campaign.hearing
    begin_hearing(hearing, play.rules.docket.table, life.world.calendar.horizon - state.day)
    hearing.turns_on, hearing.apart = state.turns_on - state.day, state.apart
    battle = fight(life.world.war, play.campaign, life.luck, state.day, situation)
    while hearing.is_open == 1 and state.has_ended == 0:
        ask_in_war(play, battle)
        battle = fight(life.world.war, play.campaign, life.luck, state.day, situation)
    return battle


@jit
def ask_in_war(play: Play, battle: Battle) -> None:
    """Ask who decides on a day of a war, and tell the war up to it; what waits stays told."""
    state = play.life.state
    hearing = play.campaign.hearing
    begun, told = state.day, state.told
    tell_fighting(play.life, play.campaign.diary, battle, hearing.day)
    state.day = begun + hearing.day
    query = Query(hearing.asked, hearing.about, 0)
    chances = (hearing.chance, 0.0 if hearing.would == 1 else 1.0)
    is_first = ask_of_two(state, play.rules.docket, hearing.seat, query, chances)
    hearing.answers[hearing.answered] = 1 if is_first else 0
    hearing.answered += 1
    state.day = begun
    if state.has_ended == 0:
        state.told = told


@jit
def answer_force(play: Play, who: int) -> int:
    """Let the side that force was begun against reply, and everyone learn from it."""
    life = play.life
    state = life.state
    draws = uniforms(life.luck, state.day, Purpose.WAR_ANSWER, 0)
    cell = choose_cell(play, draws[1], draws[2])
    stage = stage_today(life)
    visit(play, Question.REPLY + who, stage, cell)
    force = force_of(state.posture)
    row = play.policies.replies[stage, force, state.stance, who, cell.tough, cell.hard]
    own = state.challenger_type if who == BY_DEFENDER else state.defender_type
    mover = 0 if who == BY_DEFENDER else 1
    if has_seat(play.rules.docket.table, mover):
        reply = ask_reply(state, play.rules.docket, mover, who, row[own], draws[0])
    else:
        reply = draw_from(row[own], draws[0])
    note(life, Event.ANSWERS, who, reply, widen(row[own, reply]))
    if who == BY_DEFENDER:
        learn_of_challenger(life, widen(row[0, reply]), widen(row[1, reply]))
    else:
        learn_of_defender(life, widen(row[0, reply]), widen(row[1, reply]))
    return reply


@jit
def show_plan(life: Life) -> None:
    """Let everyone see the challenger's plan in how it fights, and learn something of its type."""
    state = life.state
    before = probability(state.hard)
    if_hard, if_soft = state.plan_if_hard[state.plan], state.plan_if_soft[state.plan]
    note(life, Event.SHOWS_PLAN, 0, state.plan, before * if_hard + (1.0 - before) * if_soft)
    state.hard = after_act(state.hard, if_hard, if_soft)
    note_belief(life, 0, before, probability(state.hard))
    for plan in range(len(PLANS)):
        is_shown = 1.0 if plan == state.plan else 0.0
        state.plan_if_hard[plan] = state.plan_if_soft[plan] = is_shown


@jit
def tell_fighting(life: Life, diary: Diary, battle: Battle, days: int) -> None:
    """Tell so many days of a war to the horizon: who joins, raids, losses, a closing of trade."""
    before = (0.0, 0.0)
    for day in range(min(days, life.world.calendar.horizon - life.state.day)):
        today = life.state.day + day
        tell_joining(life, diary, day)
        if day == 0 and diary.went_in != GoingIn.NONE:
            is_done = 1 if diary.went_in == GoingIn.SUCCEEDED else 0
            note(life, Event.GOES_IN, 0, is_done, 0.0)
        for side in range(2):
            launched, leaked = diary.launched[day, side], diary.leaked[day, 1 - side]
            if launched > 0.0:
                note_on(life, today, Event.RAIDS, side, int(launched), leaked)
        after = (diary.loss[day, 0], diary.loss[day, 1])
        for side in range(2):
            note_on(life, today, Event.LOSES, side, day + 1, after[side] - before[side])
        before = after
        if battle.closed_on == day:
            note_on(life, today, Event.CLOSES, 1, day + 1, battle.world_cost)


@jit
def tell_joining(life: Life, diary: Diary, day: int) -> None:
    """Tell who joins on a day of a war: third parties, and the challenger in one of its ally."""
    for party in range(PARTIES + 1):
        if diary.joined_on[party] == day:
            note_on(life, life.state.day + day, Event.JOINS, party, day + 1, 0.0)


@jit
def tell_end(life: Life, battle: Battle, is_over: bool) -> None:
    """Tell how force ended and why, and what it leaves in dispute."""
    today = min(life.state.day + battle.days, life.world.calendar.horizon)
    note_on(life, today, Event.FORCE_ENDS, battle.violence, battle.days, battle.damage)
    note_on(life, today, Event.CEASEFIRE, battle.ceasefire, 0, battle.share_won)
    note_on(life, today, Event.LEAVES, battle.step, 1 if is_over else 0, battle.settled)


@jit
def count_cost(state: State, campaign: Campaign, battle: Battle) -> None:
    """Add what force cost both sides, and how many others it hit."""
    if battle.violence >= state.violence:
        state.ceasefire = battle.ceasefire
    state.violence = max(state.violence, battle.violence)
    state.war_days += battle.days
    state.parties = max(state.parties, battle.parties)
    if battle.closed_on != OPEN and state.closed_day < 0:
        state.closed_day = state.day + battle.closed_on
    state.world_cost += battle.world_cost
    state.damage = 1.0 - (1.0 - state.damage) * (1.0 - battle.damage)
    for side in range(2):
        state.loss[side] += campaign.loss[side]
        for category in range(LOSSES):
            state.lost[side, category] += campaign.lost[side, category]
    hit = 0.0
    for party in range(PARTIES):
        hit += campaign.belligerents.was_hit[party]
        if campaign.belligerents.was_hit[party] > 0.0:
            state.stances.was_struck[party] = 1
    state.parties_hit = max(state.parties_hit, int(hit))


@jit
def end_by_force(life: Life, battle: Battle) -> None:
    """End the dispute with the fighting: the side that has prevailed has its way.

    Fighting that outlasts the horizon has settled nothing by then. Where force ends every dispute
    and nobody has prevailed, what was left is contained.
    """
    state = life.state
    state.day += battle.days
    stand_at(state, failed(standing_of(state)))
    if state.day >= life.world.calendar.horizon:
        return
    if battle.is_imposed:
        has_won = battle.share_won > EVEN
        state.settlement = Settlement.DEFENDER_YIELDS if has_won else Settlement.CHALLENGER_DROPS
    state.has_ended = 1


@jit
def go_on(life: Life, battle: Battle, reply: int) -> None:
    """Let the dispute go on once fighting stops, over what is left of it; talks are off."""
    state = life.state
    war = life.world.war
    state.day += battle.days
    state.level = max(state.level, level_after(reply))
    stand_at(state, after_force(state.posture, battle.step))
    own = war.plan_if_hard if state.challenger_type == 0 else war.plan_if_soft
    draw = uniforms(luck_now(life), state.day, Purpose.WAR_ANSWER, 1)[0]
    state.plan = draw_plan(own[:], draw)
    for plan in range(len(PLANS)):
        state.plan_if_hard[plan] = war.plan_if_hard[plan]
        state.plan_if_soft[plan] = war.plan_if_soft[plan]
    state.stage = -1


@jit
def worth_of_deal(play: Play, place: Place, cell: Cell, holder: int, package: int) -> float:
    """Return what a package is worth to a holder: while it lasts, and once it breaks."""
    talks = play.life.world.talks
    lasting = lasting_share(talks)
    failed = play.policies.worth[place.stage, place.posture, place.stance, Regime.FAILED]
    broken = (1.0 - lasting) * widen(failed[cell.tough, cell.hard, holder])
    return lasting * deal(talks, package, place)[holder] + broken
