"""Play of the futures of a solved world, from the as-of date to one row each."""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias, cast

import numpy as np

from detente.endings import Ending
from detente.kernel.agenda import types_behind
from detente.kernel.beliefs import Grid, probability
from detente.kernel.consult import refuse_faults
from detente.kernel.day import advance_days
from detente.kernel.decision import (
    AS_SOLVED,
    DecisionRecord,
    RuleFault,
    Rules,
    new_decision_record,
)
from detente.kernel.draws import Draws, Purpose, draws_of, uniform, uniforms
from detente.kernel.endings import EVENT, FUTURE, MOST_ROUNDS, Event, Future, Violence
from detente.kernel.jit import Called, jit, written_out
from detente.kernel.layout import Array, as_arrays, new_record
from detente.kernel.limits import PARTIES
from detente.kernel.mediators import clear_messages
from detente.kernel.partners import reset_decisions
from detente.kernel.places import at_start, force_of
from detente.kernel.play import (
    Play,
    Scene,
    Trajectory,
    has_days,
    move_to,
    play_from,
    write_event,
    write_event_on,
)
from detente.kernel.posture import EVENTS, PLANS, draw_plan
from detente.kernel.ruling import Verdict, draw_result
from detente.kernel.solution import GAMES, Solved, worlds_of
from detente.kernel.tables import Policies, new_policies
from detente.kernel.talks import Regime
from detente.kernel.theatre import (
    CHALLENGER,
    DEFENDER,
    IN_AIRCRAFT,
    IN_ECONOMY,
    IN_FORCES,
    TOGETHER,
    Campaign,
    scale_of,
    who_begins,
)
from detente.kernel.war import NO_FRONT
from detente.kernel.world import (
    AFTER_TAKING,
    STATE,
    Daily,
    Epochs,
    State,
    World,
    epochs_of,
    fill_daily,
    grid_of,
)

Plays: TypeAlias = tuple[Play, Play, Play, Play]
"""A future in play in each game: before force, after a limited strike, a war, a taking."""
Scenes: TypeAlias = tuple[Scene, Scene, Scene, Scene]
"""The same without the rules of both sides."""
BATCH = 64
"""Futures that are advanced together if events divide their days into epochs.

The state of each, with a trace of some 330 kB, is kept from one epoch to the next.
"""


def play(  # noqa: PLR0913  a world, which of its futures, and by whose rules
    world: World | Epochs,
    solved: Solved,
    *,
    seed: int,
    number: int,
    first: int,
    futures: int,
    rules: tuple[Called, Called] = AS_SOLVED,
    offset: int = 0,
    purposes: int = 0,
) -> Array:
    """Play futures `first` to `first + futures - 1` of world `number`; return rows of FUTURE.

    `rules` are the rules of challenger and defender. `purposes` has a bit for each Purpose whose
    draws are those of the future `offset` further on. Raises DetenteError if a rule returns chances
    that cannot be played.
    """
    rows = np.zeros(futures, FUTURE).view(np.recarray)
    draws = Draws(seed, number, first, offset, purposes)
    epochs = new_plays_by_epoch(world, solved, draws, rules)
    play_futures(epochs, np.arange(first, first + futures), rows)
    refuse_faults(epochs[0][0].rules, number)
    return rows


def play_listed(
    world: World | Epochs, solved: Solved, *, seed: int, number: int, futures: Array
) -> Array:
    """Play the listed futures of world `number`; return rows of FUTURE."""
    rows = np.zeros(len(futures), FUTURE).view(np.recarray)
    if len(futures) > 0:
        play_futures(new_plays_by_epoch(world, solved, Draws(seed, number, 0, 0, 0)), futures, rows)
    return rows


def play_futures(epochs: Sequence[Plays], futures: Array, rows: Array) -> State:
    """Play the listed futures epoch by epoch into `rows`; return the state of the last one."""
    if len(epochs) == 1:
        play_each(epochs[0], futures, rows)
        return epochs[0][0].trajectory.state
    states = np.zeros(min(BATCH, len(futures)), STATE).view(np.recarray)
    for start in range(0, len(futures), BATCH):
        batch = futures[start : start + BATCH]
        for plays in epochs:
            advance_epoch(*scenes_of(plays), batch, states)
        close_futures(*scenes_of(epochs[-1]), batch, states, rows[start : start + BATCH])
    return cast("State", states[(len(futures) - 1) % BATCH])


def trace_future(
    world: World | Epochs,
    solved: Solved,
    *,
    seed: int,
    number: int,
    future: int,
    rules: tuple[Called, Called] = AS_SOLVED,
) -> Array:
    """Play one future again and return its trace, rows of EVENT."""
    rows = np.zeros(1, FUTURE)
    epochs = new_plays_by_epoch(world, solved, Draws(seed, number, future, 0, 0), rules)
    state = play_futures(epochs, np.array([future]), rows)
    lines = np.zeros(int(state.lines_written), EVENT).view(np.recarray)
    for column, name in enumerate(lines.dtype.names):
        lines[name] = state.lines[: int(state.lines_written), column]
    # A war is written on its first day, and an event may fall within it: sort by day.
    return lines[np.argsort(lines.day, kind="stable")] if len(epochs) > 1 else lines


class SharedState(NamedTuple):
    """Records that all epochs and levels of a future share."""

    draws: Draws
    state: State
    campaign: Campaign
    rules: Rules


def new_plays(
    world: World | Epochs, solved: Solved, draws: Draws, rules: tuple[Called, Called] = AS_SOLVED
) -> Plays:
    """Return a future ready to be played, by level as in `Plays`."""
    return new_plays_by_epoch(world, solved, draws, rules)[0]


def new_plays_by_epoch(
    world: World | Epochs, solved: Solved, draws: Draws, rules: tuple[Called, Called] = AS_SOLVED
) -> list[Plays]:
    """Return the plays of each epoch, with the world that both sides expect in it."""
    return plays_sharing(world, solved, new_shared_state(draws, rules))


def new_shared_state(draws: Draws, rules: tuple[Called, Called] = AS_SOLVED) -> SharedState:
    """Return new records that all epochs of a future share."""
    return SharedState(
        draws,
        cast("State", new_record(State)),
        cast("Campaign", new_record(Campaign)),
        Rules(*rules, new_decision_record(rules)),
    )


def plays_sharing(world: World | Epochs, solved: Solved, shared: SharedState) -> list[Plays]:
    """Return the plays of each epoch; all use the shared records."""
    epochs, solutions = epochs_of(world), solved.parts
    plays = []
    for part, place in epochs.places.values():
        own = solutions[part]
        settled = (own.war, *own.wars)[place].settled
        # Games after force are about the share that it leaves open, the mean in this world (5.9).
        worlds = worlds_of(epochs.parts[part].worlds[place], settled)
        plays.append(plays_of_epoch(worlds, (own.policies, *own.later), shared))
    return plays


def plays_of_epoch(
    worlds: Sequence[World], policies: Sequence[Policies], shared: SharedState
) -> Plays:
    """Return the plays of one epoch, by level.

    In a world without games after force or after a taking another play fills their place; no future
    reaches it.
    """
    plays = []
    for world, solution in zip(worlds, policies, strict=True):
        daily = cast("Daily", new_record(Daily))
        fill_daily(as_arrays(world), as_arrays(daily))
        trajectory = Trajectory(world, shared.draws, daily, shared.state)
        plays.append(Play(trajectory, solution, grid_of(world), shared.campaign, shared.rules))
    before, after_strike, after_war, *others = plays if len(plays) > 1 else plays * GAMES
    return before, after_strike, after_war, others[0] if others else before


def play_each(plays: Plays, futures: Array, rows: Array) -> None:
    """Play the listed futures, a row each.

    Playing stops once a rule has returned chances that cannot be played; the fault stays in the
    decision record.
    """
    scenes, rules = scenes_of(plays)
    play_rows(scenes, rules, futures, rows)


def compile_playing() -> None:
    """Compile the functions that play futures, or load them, without playing one."""
    shared = new_shared_state(Draws(0, 0, 0, 0, 0))
    world, daily = cast("World", new_record(World)), cast("Daily", new_record(Daily))
    trajectory = Trajectory(world, shared.draws, daily, shared.state)
    grid = Grid(0.0, 1.0, 2)
    policies = new_policies(1, grid.points)
    play = Play(trajectory, policies, grid, shared.campaign, shared.rules)
    play_each((play, play, play, play), np.arange(0), np.zeros(0, FUTURE).view(np.recarray))


def scenes_of(plays: Plays) -> tuple[Scenes, Rules]:
    """Return a future in play as arguments of compiled functions: arrays of one record, and rules.

    The decision record is in the scenes and not in the rules, since numba searches all fields of a
    record in the same tuple as functions (`Scene`).
    """
    rules = plays[0].rules
    before, after_strike, after_war, taken = (
        Scene(*as_arrays((*one[:-1], rules.decision))) for one in plays
    )
    scenes = before, after_strike, after_war, taken
    return scenes, rules._replace(decision=cast("DecisionRecord", None))


@written_out
def plays_from(scenes: Scenes, rules: Rules) -> Plays:
    """Return a future in play from what `scenes_of` returns."""
    before, after_strike, after_war, taken = scenes
    return (
        play_from(before, rules),
        play_from(after_strike, rules),
        play_from(after_war, rules),
        play_from(taken, rules),
    )


@jit
def play_rows(scenes: Scenes, rules: Rules, futures: Array, rows: Array) -> None:
    """Play the listed futures by both sides' rules, a row each."""
    plays = plays_from(scenes, rules)
    decision = plays[0].rules.decision
    for index in range(rows.shape[0]):
        if decision.fault == RuleFault.NONE:
            play_row(plays, futures[index], rows[index])


@jit
def play_row(plays: Plays, future: int, row: Future) -> None:
    """Play one future to its end and write its row."""
    start = plays[0].trajectory
    draws = draws_of(start.draws, future)
    trajectory = Trajectory(start.world, draws, start.daily, start.state)
    begin_future(trajectory)
    advance_levels(plays, trajectory)
    close_future(trajectory, row)


@jit
def advance_epoch(scenes: Scenes, rules: Rules, futures: Array, states: Array) -> None:
    """Advance each listed future through one epoch, until a rule is at fault."""
    plays = plays_from(scenes, rules)
    start = plays[0].trajectory
    for index in range(futures.shape[0]):
        if plays[0].rules.decision.fault == RuleFault.NONE:
            draws = draws_of(start.draws, futures[index])
            trajectory = Trajectory(start.world, draws, start.daily, states[index])
            if trajectory.world.calendar.epoch == 0:
                begin_future(trajectory)
            if enter_epoch(trajectory):
                advance_levels(plays, trajectory)


@jit
def close_futures(scenes: Scenes, rules: Rules, futures: Array, states: Array, rows: Array) -> None:
    """Close the listed futures and write their rows."""
    start = play_from(scenes[0], rules).trajectory
    for index in range(futures.shape[0]):
        draws = draws_of(start.draws, futures[index])
        close_future(Trajectory(start.world, draws, start.daily, states[index]), rows[index])


@jit
def enter_epoch(trajectory: Trajectory) -> bool:
    """Enter an epoch; return whether its world has this future's result of the court.

    The ruling is drawn when a future enters the first epoch after it.
    """
    calendar, state = trajectory.world.calendar, trajectory.state
    if state.has_ended == 0 and calendar.result != Verdict.OPEN and state.ruling == Verdict.OPEN:
        draw = uniform(trajectory.draws, calendar.ruling_day, Purpose.RULING, 0)
        state.ruling = draw_result(calendar.result_probability[:], draw)
    # Each result has epochs of its own, and a future enters those of its result (MODEL 5.11).
    if state.ruling != calendar.result:
        return False
    if calendar.epoch > 0:
        write_epoch_events(trajectory)
    return True


@jit
def write_epoch_events(trajectory: Trajectory) -> None:
    """Write the events that begin an epoch into the trace of a future that goes on."""
    calendar = trajectory.world.calendar
    # All epochs after a ruling have its result; the first of them begins on the day of the ruling.
    if calendar.result != Verdict.OPEN and calendar.begins == calendar.ruling_day:
        chance = calendar.result_probability[calendar.result - 1]
        write_event_on(trajectory, calendar.begins, Event.RULES, calendar.result, 0, chance)
    for event in range(EVENTS):
        if calendar.begun_by[event] == 1 and trajectory.state.has_ended == 0:
            write_event_on(trajectory, calendar.begins, Event.HAPPENS, event, 0, 0.0)
    if trajectory.state.has_ended == 0:
        write_friend_moves(trajectory)


@jit
def write_friend_moves(trajectory: Trajectory) -> None:
    """Append to the trace which friends' forces arrive or leave as an epoch begins."""
    calendar = trajectory.world.calendar
    presence = trajectory.world.war.theatre.third_parties.presence
    for party in range(PARTIES):
        if calendar.friend_moves[party] > 0:
            write_event_on(trajectory, calendar.begins, Event.SENDS, party, 1, presence[party])
        elif calendar.friend_moves[party] < 0:
            write_event_on(trajectory, calendar.begins, Event.CALLS_BACK, party, 1, presence[party])


@jit
def advance_levels(plays: Plays, trajectory: Trajectory) -> None:
    """Play a future to its end or the epoch's end, at each level in turn."""
    state = trajectory.state
    # Level 0 plays no day once the future has left it.
    advance_level(plays[0], trajectory)
    while state.level > 0 and has_days(trajectory):
        advance_level(plays[state.level], trajectory)


@jit
def close_future(trajectory: Trajectory, row: Future) -> None:
    """Close a future that has ended or reached the horizon, and write its row."""
    state = trajectory.state
    if state.has_ended == 0:
        state.day = trajectory.world.calendar.horizon
        write_event(trajectory, Event.HORIZON, 0, 0, 0.0)
    # Without a settlement the regime gives the state of the dispute (MODEL 3).
    if state.settlement == Ending.CONTAINMENT:
        if state.regime == Regime.FAILED:
            state.settlement = Ending.TALKS_FAILED
        elif state.regime == Regime.STANDSTILL:
            state.settlement = Ending.STANDSTILL
    write_row(trajectory, row)


@jit
def advance_level(play: Play, trajectory: Trajectory) -> None:
    """Play a future at one level, until it ends, its epoch ends or its level changes."""
    own = Trajectory(
        play.trajectory.world, trajectory.draws, play.trajectory.daily, trajectory.state
    )
    advance_days(Play(own, play.policies, play.grid, play.campaign, play.rules))


@jit
def begin_future(trajectory: Trajectory) -> None:
    """Reset the state to the as-of date and draw both sides' types and the plan."""
    state = trajectory.state
    talks = trajectory.world.talks
    u = uniforms(trajectory.draws, 0, Purpose.TYPES, 0)
    state.day = 0
    state.until = trajectory.world.calendar.horizon
    state.offset = 0
    state.has_ended = 0
    move_to(state, at_start(trajectory.world.calendar.force_at_start, talks))
    state.hard = talks.hard_log_odds
    state.tough = talks.tough_log_odds
    state.challenger_type = 0 if u[0] < probability(state.hard) else 1
    state.defender_type = 0 if u[1] < probability(state.tough) else 1
    # The world fixes the side that concedes about the talks; types are drawn conditional on that
    # (MODEL 5.6).
    if trajectory.world.dispute.matters > 0:
        hard, tough = probability(state.hard), probability(state.tough)
        types = types_behind(trajectory.world.dispute, hard, tough, (u[0], u[1]))
        state.challenger_type, state.defender_type = types
    if trajectory.world.are_types_known == 1:
        # Beyond the ends of the grid, so that the policies of its corner are always played.
        reveal_types(state, 2.0 * trajectory.world.belief_limit)
    begin_plan(trajectory, u[2])
    clear_record(state)
    # A pack may begin in the dispute after a taking (MODEL 5.13).
    if talks.taking_holds == 1:
        state.level = AFTER_TAKING
        state.taken_day = 0
        state.taken = talks.taken_share
    begin_dispute(trajectory)


@jit
def begin_dispute(trajectory: Trajectory) -> None:
    """Reset the dispute about the talks and append its matters to the trace."""
    trajectory.state.conceded = 0
    for place in range(trajectory.world.dispute.matters):
        write_event(trajectory, Event.DISPUTED, trajectory.world.dispute.matter[place], 0, 0.0)


@jit
def reveal_types(state: State, certainty: float) -> None:
    """Set both beliefs to certainty of the true types, at log-odds that no act can reverse."""
    state.hard = certainty if state.challenger_type == 0 else -certainty
    state.tough = certainty if state.defender_type == 0 else -certainty


@jit
def begin_plan(trajectory: Trajectory, draw: float) -> None:
    """Draw the challenger's plan, and reset beliefs about it, unrest, stage, level and messages."""
    state = trajectory.state
    war = trajectory.world.war
    own = war.plan_if_hard if state.challenger_type == 0 else war.plan_if_soft
    state.plan = draw_plan(own[:], draw)
    for plan in range(len(PLANS)):
        state.plan_if_hard[plan] = war.plan_if_hard[plan]
        state.plan_if_soft[plan] = war.plan_if_soft[plan]
    state.unrest_left = 0
    state.stage = -1
    state.level = 0
    clear_messages(state.messages)
    reset_decisions(state.partner_decisions)


@jit
def clear_record(state: State) -> None:
    """Reset the fields of the state that the last future has set."""
    # One record serves all futures in turn: a new field must be reset here.
    state.snap_hard = -1.0
    state.snap_tough = -1.0
    state.violence = 0
    state.settlement = Ending.CONTAINMENT
    state.package = -1
    state.broken_deal_day = -1
    state.broken_day = -1
    state.failed_day = 0 if state.regime == Regime.FAILED else -1
    state.blockade_days = 0
    state.first_force_day = -1
    state.war_day = -1
    state.began = -1
    state.answer = -1
    state.answer_gap = 0.0
    state.raised_day = -1
    state.joined_day = -1
    state.trigger = 0
    state.rounds = 0
    state.first_shot = 0
    state.first_shot_gap = 0.0
    state.war_days = 0
    state.ceasefire = 0
    state.parties = 0
    state.closed_day = -1
    state.world_cost = 0.0
    state.loss[:] = 0.0
    state.lost[:] = 0.0
    state.parties_hit = 0
    state.damage = 0.0
    state.decisions_asked = 0
    state.visited = 0
    state.unsettled = 0
    state.ruling = Verdict.OPEN
    state.taken_day = -1
    state.taken = 0.0
    state.reverses = 0
    state.front = NO_FRONT
    state.lines_written = 0


@jit
def headline(state: State) -> int:
    """Return the ending: the violence from a limited strike up, else the settlement (MODEL 3)."""
    # Endings by force have the order of Violence, and a settlement has its ending's number.
    if state.violence >= Violence.LIMITED_STRIKE:
        return Ending.LIMITED_STRIKE + state.violence - Violence.LIMITED_STRIKE
    return state.settlement


@jit
def write_row(trajectory: Trajectory, row: Future) -> None:
    """Write a future's row."""
    state = trajectory.state
    row.world = trajectory.draws.world
    row.future = trajectory.draws.future
    row.ending = headline(state)
    row.ending_day = state.day
    row.first_force_day = state.first_force_day
    row.war_day = state.war_day
    write_beginning(state, row)
    row.violence = state.violence
    row.settlement = state.settlement
    row.trigger = state.trigger
    row.first_shot = state.first_shot
    row.first_shot_gap = state.first_shot_gap
    # The column has 8 bits.
    row.rounds = min(state.rounds, MOST_ROUNDS)
    row.package = state.package
    row.posture = force_of(state.posture)
    row.broken_deal_day = state.broken_deal_day
    row.broken_day = state.broken_day
    row.failed_day = state.failed_day
    row.war_days = state.war_days
    row.ceasefire = state.ceasefire
    row.parties = state.parties
    row.closed_day = state.closed_day
    write_losses(state, row)
    write_measures(state, row)


@jit
def write_beginning(state: State, row: Future) -> None:
    """Write the first use of force and the reply to it into a row."""
    row.began = -1
    row.scale = -1
    if state.began >= 0:
        row.began = who_begins(state.began)
        row.scale = scale_of(state.began)
    row.initiator = 0 if row.began == TOGETHER else row.began
    row.answer = state.answer
    row.answer_gap = state.answer_gap
    row.raised_day = state.raised_day
    row.joined_day = state.joined_day


@jit
def write_losses(state: State, row: Future) -> None:
    """Write losses, damage and other costs of force into a row."""
    row.challenger_loss = state.loss[CHALLENGER]
    row.defender_loss = state.loss[DEFENDER]
    row.challenger_military_loss = state.lost[CHALLENGER, IN_FORCES]
    row.challenger_aircraft_loss = state.lost[CHALLENGER, IN_AIRCRAFT]
    row.challenger_economy_loss = state.lost[CHALLENGER, IN_ECONOMY]
    row.defender_military_loss = state.lost[DEFENDER, IN_FORCES]
    row.defender_aircraft_loss = state.lost[DEFENDER, IN_AIRCRAFT]
    row.defender_economy_loss = state.lost[DEFENDER, IN_ECONOMY]
    row.parties_hit = state.parties_hit
    row.damage = state.damage
    row.world_cost = state.world_cost


@jit
def write_measures(state: State, row: Future) -> None:
    """Write types, beliefs and counts into a row."""
    row.challenger_type = state.challenger_type
    row.defender_type = state.defender_type
    row.belief_hard = probability(state.hard)
    row.belief_tough = probability(state.tough)
    row.snap_hard = state.snap_hard
    row.snap_tough = state.snap_tough
    row.plan = state.plan
    hard = probability(state.hard)
    of_hard = hard * state.plan_if_hard[state.plan]
    row.belief_plan = of_hard + (1.0 - hard) * state.plan_if_soft[state.plan]
    row.visited = state.visited
    row.unsettled = state.unsettled
    row.blockade_days = state.blockade_days
    row.taken_day = state.taken_day
    row.taken = state.taken
    row.front = state.front
