"""One future in play: its records, and acts that several of its rules share."""

from typing import Any, NamedTuple

from detente.endings import Ending
from detente.kernel.arithmetic import EVEN, log
from detente.kernel.beliefs import (
    Grid,
    after_act,
    after_move,
    draw_grid_point,
    probability,
    to_float64,
)
from detente.kernel.cascade import NEVER_CLOSED
from detente.kernel.decision import ALLY_SEAT, Asked, DecisionRecord, Rules, draw_from
from detente.kernel.draws import Draws, Purpose, other_draws, uniforms
from detente.kernel.endings import Event, Violence
from detente.kernel.jit import jit, written_out
from detente.kernel.layout import Array
from detente.kernel.limits import PARTIES
from detente.kernel.menus import worth_of_package
from detente.kernel.partners import FORCE
from detente.kernel.places import (
    Place,
    Standing,
    after_failed_talks,
    after_force,
    force_of,
    posture_at,
    step_of,
)
from detente.kernel.posture import FIRST_OF_CAMPAIGNS, PLANS, draw_plan
from detente.kernel.seats import Query, choose_reply, chooses_first, has_seat
from detente.kernel.tables import Policies, Question
from detente.kernel.talks import Regime, lasting_share
from detente.kernel.theatre import (
    BY_ALLY,
    BY_DEFENDER,
    LOSSES,
    Campaign,
    DirectAction,
    ForceScale,
    Onset,
    Reply,
    Situation,
    WarLog,
    has_joint_force,
    is_war,
    scale_of,
    scale_of_plan,
    who_begins,
)
from detente.kernel.war import NO_FRONT, WarOutcome, fight, reply_weight
from detente.kernel.war_decisions import begin_decisions
from detente.kernel.world import (
    AFTER_TAKING,
    LINES,
    Daily,
    State,
    World,
    keep_probability,
    level_after,
)

RARE = 1e-30
"""Least chance that enters Bayes' rule here, since tables of policies hold 32 bits."""
LEAST_SHIFT_WRITTEN = 0.02
"""Smallest change of a belief that the trace reports [0-1]."""


class Trajectory(NamedTuple):
    """One future in one world: its draws and its state.

    Functions that need no policies receive this alone: policies are many tables, and passing them
    on is costly.
    """

    world: World
    draws: Draws
    daily: Daily
    state: State


class Scene(NamedTuple):
    """A future in play without the functions that are both sides' own rules.

    At each call from Python numba knows the type of a scene at once. For a tuple that contains
    functions it searches all fields of any record in the same tuple.
    """

    trajectory: Trajectory
    policies: Policies
    grid: Grid
    campaign: Campaign
    decision: DecisionRecord


class Play(NamedTuple):
    """One future in play, with both sides' policies and rules and a record to fight a war in."""

    trajectory: Trajectory
    policies: Policies
    grid: Grid
    campaign: Campaign
    rules: Rules


@written_out
def play_from(arrays: Any, rules: Any) -> Play:
    """Return a future in play from arrays of one record each (`layout.as_arrays`)."""
    trajectory = arrays.trajectory
    return Play(
        Trajectory(trajectory.world[0], trajectory.draws, trajectory.daily[0], trajectory.state[0]),
        arrays.policies,
        arrays.grid,
        arrays.campaign[0],
        Rules(rules.of_challenger, rules.of_defender, arrays.decision[0]),
    )


class Cell(NamedTuple):
    """The grid point of beliefs whose policy is played: its indices by belief."""

    tough: int
    hard: int


@jit
def write_event(trajectory: Trajectory, kind: int, first: int, second: int, value: float) -> None:
    """Append a line to the trace, dated today."""
    write_event_on(trajectory, trajectory.state.day, kind, first, second, value)


@jit
def write_event_on(
    trajectory: Trajectory, day: int, kind: int, first: int, second: int, value: float
) -> None:
    """Append a line to the trace; lines past the end of the array are dropped."""
    state = trajectory.state
    if state.lines_written < LINES:
        line = state.lines[state.lines_written]
        line[0] = day
        line[1] = kind
        line[2] = first
        line[3] = second
        line[4] = value
        state.lines_written += 1


@jit
def choose_cell(play: Play, tough_draw: float, hard_draw: float) -> Cell:
    """Draw the grid point near the public beliefs whose policy both sides play.

    Both draws are public, so that both sides know which policy is played.
    """
    return Cell(
        draw_grid_point(play.grid, play.trajectory.state.tough, tough_draw),
        draw_grid_point(play.grid, play.trajectory.state.hard, hard_draw),
    )


@jit
def learn_of_challenger(trajectory: Trajectory, if_hard: float, if_soft: float) -> None:
    """Update the public belief about the challenger by Bayes' rule after its act."""
    state = trajectory.state
    before = probability(state.hard)
    # Any act may be a slip, so that none shifts a belief by more than `most` (MODEL 5.4).
    most = trajectory.daily.most_shift
    state.hard = after_move(state.hard, max(if_hard, RARE), max(if_soft, RARE), most)
    write_belief(trajectory, 0, before, probability(state.hard))


@jit
def learn_of_defender(trajectory: Trajectory, if_tough: float, if_weak: float) -> None:
    """Update the public belief about the defender by Bayes' rule after its act."""
    state = trajectory.state
    before = probability(state.tough)
    most = trajectory.daily.most_shift
    state.tough = after_move(state.tough, max(if_tough, RARE), max(if_weak, RARE), most)
    write_belief(trajectory, 1, before, probability(state.tough))


@jit
def write_belief(trajectory: Trajectory, side: int, before: float, after: float) -> None:
    """Append a belief to the trace if it changed by LEAST_SHIFT_WRITTEN or more."""
    if abs(after - before) >= LEAST_SHIFT_WRITTEN:
        write_event(trajectory, Event.BELIEFS, side, 0, after)


@jit
def count_node(play: Play, question: int, stage: int, cell: Cell) -> None:
    """Count a decision node that the future reaches, and whether its equation was solved.

    A decision under force is solved by force level alone, so that a raise under way does not count.
    """
    state = play.trajectory.state
    state.visited += 1
    is_reply = Question.REPLY <= question < Question.TAKING
    posture = posture_at(force_of(state.posture)) if is_reply else state.posture
    unsettled = play.policies.unsettled[stage, posture, state.stance, question]
    state.unsettled += int(unsettled[cell.tough, cell.hard])


@jit
def draws_today(trajectory: Trajectory) -> Draws:
    """Return the draws for events of something that began earlier, such as a war or a deal.

    A branch uses another future's draws from the day `State.offset_from` on.
    """
    state = trajectory.state
    if state.offset == 0 or state.day < state.offset_from:
        return trajectory.draws
    return other_draws(trajectory.draws, state.offset)


@jit
def stage_today(trajectory: Trajectory) -> int:
    """Return the stage whose policies apply today."""
    return trajectory.world.calendar.stage_of_day[trajectory.state.day]


@jit
def has_days(trajectory: Trajectory) -> bool:
    """Say whether there is a day to play: not ended, before its last day, within this epoch."""
    calendar = trajectory.world.calendar
    if trajectory.state.has_ended == 1 or trajectory.state.day >= trajectory.state.until:
        return False
    # The next epoch has another world (MODEL 5.10).
    return calendar.epoch_of_stage[stage_today(trajectory)] == calendar.epoch


@jit
def standing_of(state: State) -> Standing:
    """Return the posture, stance and regime of a future."""
    return Standing(state.posture, state.stance, state.regime)


@jit
def move_to(state: State, there: Standing) -> None:
    """Set the posture, stance and regime of a future."""
    state.posture = there.posture
    state.stance = there.stance
    state.regime = there.regime


@jit
def has_failed(state: State) -> bool:
    """Say whether talks have failed."""
    return state.regime == Regime.FAILED


@jit
def fail_talks(state: State) -> None:
    """Set the talks to failed and store the first day on which they failed."""
    move_to(state, after_failed_talks(standing_of(state)))
    if state.failed_day < 0:
        state.failed_day = state.day


@jit
def end_dispute(state: State, settlement: int, package: int) -> None:
    """End the future without force."""
    state.settlement = settlement
    state.package = package
    state.has_ended = 1


@jit
def begin_force(play: Play, onset: int, trigger: int) -> None:
    """Play a use of force: the reply, the fighting, and the end or continuation of the dispute.

    The order matters. The reply is chosen before the plan is seen, the plan is seen before the
    fighting, and the costs are counted before the end is written.
    """
    begun = joint_onset(play, onset)
    who = who_begins(begun)
    trajectory = play.trajectory
    state = trajectory.state
    # A row reports the first use of force only.
    if state.rounds == 0:
        state.first_force_day = state.day
        state.began = begun
        state.trigger = trigger
        write_event(trajectory, Event.FIRST_SHOT, who, state.first_shot, state.first_shot_gap)
    state.rounds += 1
    if state.regime == Regime.STANDSTILL:
        write_event(trajectory, Event.BREAKS_STANDSTILL, who, 0, 0.0)
    reply = answer_force(play, begun)
    # A future that waits for a person's decision counts as ended.
    if state.has_ended == 1:
        return
    # The challenger's plan depends on the scale at which it would join its ally.
    follows = chances_to_follow(play, begun, reply)
    choose_plan(trajectory, scale_of_challenger(trajectory, begun, reply, follows))
    reveal_plan(trajectory)
    deploy_friends(state, play.campaign)
    situation = Situation(force_of(state.posture), step_of(state.stance), begun, state.plan, reply)
    play.campaign.belligerents.challenger_join_probability = follows[0] + follows[1]
    outcome = fight_to_end(play, situation)
    if state.has_ended == 1:
        return
    count_cost(state, play.campaign, outcome)
    if state.level == AFTER_TAKING:
        restore_taken(trajectory, begun, reply)
    record_joining(state, play.campaign.war_log, begun)
    # Encoding never sets `ends_dispute`: only small games in tests and checks do.
    is_over = outcome.is_imposed or trajectory.world.aftermath.ends_dispute == 1
    write_fighting(trajectory, play.campaign.war_log, outcome, outcome.days)
    write_end_of_force(trajectory, outcome, is_over)
    if is_over:
        end_by_force(trajectory, outcome)
    else:
        continue_dispute(trajectory, outcome, level_after(begun, reply))


@jit
def restore_taken(trajectory: Trajectory, onset: int, reply: int) -> None:
    """Draw whether force restores what was taken; a war puts all of it at stake (MODEL 5.13)."""
    state = trajectory.state
    keeps = keep_probability(trajectory.world.talks, onset, reply)
    draw = uniforms(draws_today(trajectory), state.day, Purpose.WAR_ANSWER, 3)[0]
    if draw >= keeps:
        write_event(trajectory, Event.RESTORES, 1 if is_war(onset, reply) else 0, 0, state.taken)
        state.taken = 0.0


@jit
def joint_onset(play: Play, onset: int) -> int:
    """Return the onset of force that the challenger begins: its ally may join at once."""
    # The ally joins at once only force that the challenger begins alone (MODEL 4.3).
    if onset not in (Onset.STRIKE, Onset.CAMPAIGN):
        return onset
    if not has_joint_force(play.trajectory.world.war.theatre):
        return onset
    state = play.trajectory.state
    scale = scale_of(onset)
    stage = stage_today(play.trajectory)
    joins = play.policies.joins[stage, force_of(state.posture), state.stance, scale]
    draw = uniforms(play.trajectory.draws, state.day, Purpose.ALLY, 2)[0]
    decision = play.rules.decision
    is_joint = draw < joins
    if has_seat(decision.table, ALLY_SEAT):
        query = Query(Asked.JOIN, 0, 1)
        is_joint = chooses_first(state, decision, ALLY_SEAT, query, (joins, draw))
    if not is_joint:
        return onset
    write_event(play.trajectory, Event.ALLY_STRIKES, ALLY_SEAT, scale, joins)
    return Onset.JOINT_STRIKE if scale == ForceScale.LIMITED else Onset.JOINT_CAMPAIGN


@jit
def chances_to_follow(play: Play, onset: int, reply: int) -> tuple[float, float]:
    """Return the chances that the challenger joins its ally's force, with a strike and a campaign.

    They are for each time that it weighs joining, and 0 unless its ally began alone.
    """
    if who_begins(onset) != BY_ALLY:
        return 0.0, 0.0
    state = play.trajectory.state
    stage, force = stage_today(play.trajectory), force_of(state.posture)
    table = play.policies.follows[stage, force, step_of(state.stance), scale_of(onset), reply]
    return float(table[ForceScale.LIMITED]), float(table[ForceScale.CAMPAIGN])


@jit
def scale_of_challenger(
    trajectory: Trajectory, onset: int, reply: int, follows: tuple[float, float]
) -> int:
    """Return the scale of the challenger's own force, on which its plan depends.

    If its ally began a campaign alone, the scale at which it would join is drawn.
    """
    # A strike of the ally is joined with a strike only (MODEL 4.3).
    if who_begins(onset) != BY_ALLY or scale_of(onset) == ForceScale.LIMITED:
        return scale_of_plan(onset, reply)
    # The plan is drawn before the fighting, and so is the scale at which it may join later.
    draw = uniforms(draws_today(trajectory), trajectory.state.day, Purpose.WAR_ANSWER, 4)[0]
    with_strike, with_campaign = follows
    joins = with_strike + with_campaign
    return ForceScale.LIMITED if draw * joins < with_strike else ForceScale.CAMPAIGN


@jit
def record_joining(state: State, war_log: WarLog, onset: int) -> None:
    """Store the first day on which the challenger joined force that its ally began."""
    joined = war_log.joined_on[PARTIES]
    if who_begins(onset) == BY_ALLY and joined >= 0 and state.joined_day < 0:
        state.joined_day = state.day + joined


@jit
def choose_plan(trajectory: Trajectory, scale: int) -> None:
    """Draw the challenger's plan by its type and the scale of its force."""
    state, war = trajectory.state, trajectory.world.war
    chances = war.plan_by_scale[state.challenger_type, scale]
    draw = uniforms(draws_today(trajectory), state.day, Purpose.WAR_ANSWER, 2)[0]
    state.plan = draw_plan(chances, draw)
    # Everybody sees the scale of force, which rules out the plans of the other scale (MODEL 5.9).
    # Evidence about plans from earlier signs is dropped.
    for plan in range(len(PLANS)):
        state.plan_if_hard[plan] = war.plan_by_scale[0, scale, plan]
        state.plan_if_soft[plan] = war.plan_by_scale[1, scale, plan]


@jit
def deploy_friends(state: State, campaign: Campaign) -> None:
    """Deploy in this war all forces of the friends that have sent them."""
    for party in range(PARTIES):
        sent = state.partner_decisions.is_reversed[FORCE, party]
        campaign.belligerents.has_deployed_all[party] = float(sent)


@jit
def fight_to_end(play: Play, situation: Situation) -> WarOutcome:
    """Fight a war that begins today; fight it again after each answer of a person in it.

    Draws are fixed by their addresses, so that the days before an answer repeat exactly.
    """
    trajectory = play.trajectory
    state = trajectory.state
    decisions = play.campaign.decisions
    begin_decisions(
        decisions, play.rules.decision.table, trajectory.world.calendar.horizon - state.day
    )
    # A war counts days from its own first day.
    decisions.offset_from, decisions.offset = state.offset_from - state.day, state.offset
    outcome = fight(trajectory.world.war, play.campaign, trajectory.draws, state.day, situation)
    while decisions.is_waiting == 1 and state.has_ended == 0:
        ask_during_war(play, outcome)
        outcome = fight(trajectory.world.war, play.campaign, trajectory.draws, state.day, situation)
    return outcome


@jit
def ask_during_war(play: Play, outcome: WarOutcome) -> None:
    """Ask the person who decides on a day of the war, with the trace written up to that day.

    These lines stay only if the future waits for the answer; otherwise the whole war is written
    later.
    """
    state = play.trajectory.state
    decisions = play.campaign.decisions
    begun, lines_written = state.day, state.lines_written
    write_fighting(play.trajectory, play.campaign.war_log, outcome, decisions.day)
    # The question is dated by the day of the war on which it comes.
    state.day = begun + decisions.day
    query = Query(decisions.asked, decisions.about, 0)
    # A seat that follows its policy repeats the war's draw: a draw of 0 gives the first answer.
    chances = (decisions.chance, 0.0 if decisions.would == 1 else 1.0)
    is_first = chooses_first(state, play.rules.decision, decisions.seat, query, chances)
    decisions.answers[decisions.answered] = 1 if is_first else 0
    decisions.answered += 1
    state.day = begun
    if state.has_ended == 0:
        state.lines_written = lines_written


@jit
def answer_force(play: Play, onset: int) -> int:
    """Return the reply of the struck side, and update beliefs from it."""
    trajectory = play.trajectory
    state = trajectory.state
    u = uniforms(trajectory.draws, state.day, Purpose.WAR_ANSWER, 0)
    cell = choose_cell(play, u[1], u[2])
    stage = stage_today(trajectory)
    count_node(play, Question.REPLY + onset, stage, cell)
    force = force_of(state.posture)
    row = play.policies.replies[stage, force, state.stance, onset, cell.tough, cell.hard]
    who = who_begins(onset)
    own = state.challenger_type if who == BY_DEFENDER else state.defender_type
    mover = 0 if who == BY_DEFENDER else 1
    if has_seat(play.rules.decision.table, mover):
        reply = choose_reply(state, play.rules.decision, mover, who, row[own], u[0])
    else:
        reply = draw_from(row[own], u[0])
    record_first_reply(play, reply, row[own])
    write_event(trajectory, Event.ANSWERS, who, reply, to_float64(row[own, reply]))
    if who == BY_DEFENDER:
        learn_of_challenger(trajectory, to_float64(row[0, reply]), to_float64(row[1, reply]))
    else:
        learn_of_defender(trajectory, to_float64(row[0, reply]), to_float64(row[1, reply]))
    return reply


@jit
def record_first_reply(play: Play, reply: int, row: Array) -> None:
    """Store the reply to the first force, and the worth of the first full reply over the next best.

    A reply's chance is its weight times `e^(lambda worth)`, over a sum common to all replies
    (MODEL 5.3), which cancels here. `row` has the chances of replies of the true type, float32,
    shape (REPLIES,).
    """
    state, war = play.trajectory.state, play.trajectory.world.war
    if state.answer < 0:
        state.answer = reply
    if reply != Reply.FULL or state.answer_gap != 0.0:
        return
    best = log(RARE)
    for other in range(Reply.FULL):
        weight = reply_weight(war, other)
        if weight > 0.0 and row[other] > 0.0:
            best = max(best, log(to_float64(row[other]) / weight))
    worth = log(max(to_float64(row[reply]), RARE) / reply_weight(war, reply))
    state.answer_gap = (worth - best) / play.trajectory.world.talks.precision


@jit
def reveal_plan(trajectory: Trajectory) -> None:
    """Reveal the challenger's plan as force begins, and update the belief about its type."""
    state = trajectory.state
    before = probability(state.hard)
    if_hard, if_soft = state.plan_if_hard[state.plan], state.plan_if_soft[state.plan]
    write_event(
        trajectory, Event.SHOWS_PLAN, 0, state.plan, before * if_hard + (1.0 - before) * if_soft
    )
    # A plan is drawn by type and not chosen: no slip is possible, and the shift has no bound
    # (MODEL 5.9).
    state.hard = after_act(state.hard, if_hard, if_soft)
    write_belief(trajectory, 0, before, probability(state.hard))
    for plan in range(len(PLANS)):
        is_shown = 1.0 if plan == state.plan else 0.0
        state.plan_if_hard[plan] = state.plan_if_soft[plan] = is_shown


@jit
def write_fighting(trajectory: Trajectory, war_log: WarLog, outcome: WarOutcome, days: int) -> None:
    """Append days of a war to the trace: who joins, raids, losses, the closing of a chokepoint."""
    before = (0.0, 0.0)
    # A trace ends at the horizon, which fighting may outlast.
    for day in range(min(days, trajectory.world.calendar.horizon - trajectory.state.day)):
        today = trajectory.state.day + day
        write_joining(trajectory, war_log, day)
        if day == 0 and war_log.direct_action != DirectAction.NONE:
            is_done = 1 if war_log.direct_action == DirectAction.SUCCEEDED else 0
            write_event(trajectory, Event.GOES_IN, 0, is_done, 0.0)
        for side in range(2):
            # In the log launches are by the attacker, leakers by the struck side.
            launched, leaked = war_log.launched[day, side], war_log.leaked[day, 1 - side]
            if launched > 0.0:
                write_event_on(trajectory, today, Event.RAIDS, side, int(launched), leaked)
        after = (war_log.loss[day, 0], war_log.loss[day, 1])
        for side in range(2):
            write_event_on(
                trajectory, today, Event.LOSES, side, day + 1, after[side] - before[side]
            )
        before = after
        if outcome.closed_on == day:
            write_event_on(trajectory, today, Event.CLOSES, 1, day + 1, outcome.world_cost)


@jit
def write_joining(trajectory: Trajectory, war_log: WarLog, day: int) -> None:
    """Append who joins on a day of a war: third parties, and the challenger if its ally began.

    The line's value is 1 if the challenger joins with a campaign, and 0 otherwise.
    """
    for party in range(PARTIES + 1):
        if war_log.joined_on[party] == day:
            is_campaign = party == PARTIES and trajectory.state.plan >= FIRST_OF_CAMPAIGNS
            today = trajectory.state.day + day
            write_event_on(
                trajectory, today, Event.JOINS, party, day + 1, 1.0 if is_campaign else 0.0
            )


@jit
def write_end_of_force(trajectory: Trajectory, outcome: WarOutcome, is_over: bool) -> None:
    """Append how and why force ended, and what remains in dispute, to the trace."""
    today = min(trajectory.state.day + outcome.days, trajectory.world.calendar.horizon)
    write_event_on(
        trajectory, today, Event.FORCE_ENDS, outcome.violence, outcome.days, outcome.damage
    )
    if outcome.front > NO_FRONT:
        is_of_defender = trajectory.world.war.theatre.land.held_at_first <= 0.0
        write_event_on(trajectory, today, Event.FRONT, int(is_of_defender), 0, outcome.front)
    write_event_on(trajectory, today, Event.CEASEFIRE, outcome.ceasefire, 0, outcome.share_won)
    write_event_on(
        trajectory, today, Event.LEAVES, outcome.step, 1 if is_over else 0, outcome.settled
    )


@jit
def count_cost(state: State, campaign: Campaign, outcome: WarOutcome) -> None:
    """Add the costs of a use of force to the state, and count the third parties hit."""
    if outcome.violence >= state.violence:
        state.ceasefire = outcome.ceasefire
    if state.violence < Violence.WAR <= outcome.violence:
        state.war_day = state.day
    state.violence = max(state.violence, outcome.violence)
    state.war_days += outcome.days
    state.parties = max(state.parties, outcome.parties)
    if outcome.front > NO_FRONT:
        state.front = outcome.front
    if outcome.closed_on != NEVER_CLOSED and state.closed_day < 0:
        state.closed_day = state.day + outcome.closed_on
    state.world_cost += outcome.world_cost
    # Each round destroys a share of what earlier rounds have spared.
    state.damage = 1.0 - (1.0 - state.damage) * (1.0 - outcome.damage)
    for side in range(2):
        state.loss[side] += campaign.loss[side]
        for category in range(LOSSES):
            state.lost[side, category] += campaign.lost[side, category]
    hit = 0.0
    for party in range(PARTIES):
        hit += campaign.belligerents.was_hit[party]
        if campaign.belligerents.was_hit[party] > 0.0:
            # A host whose soil was hit withdraws its consent at another rate (MODEL 2.4).
            state.partner_decisions.was_struck[party] = 1
    state.parties_hit = max(state.parties_hit, int(hit))


@jit
def end_by_force(trajectory: Trajectory, outcome: WarOutcome) -> None:
    """End the dispute by force: the side that has prevailed imposes its terms.

    Fighting that outlasts the horizon settles nothing within it. In games where every use of force
    ends the dispute, talks have failed and nothing is settled if nobody has prevailed.
    """
    state = trajectory.state
    state.day += outcome.days
    move_to(state, after_failed_talks(standing_of(state)))
    if state.day >= trajectory.world.calendar.horizon:
        return
    if outcome.is_imposed:
        has_won = outcome.share_won > EVEN
        state.settlement = Ending.DEFENDER_YIELDS if has_won else Ending.CHALLENGER_DROPS
    state.has_ended = 1


@jit
def continue_dispute(trajectory: Trajectory, outcome: WarOutcome, level: int) -> None:
    """Continue the dispute after force over what remains of it; talks have failed.

    The plan is drawn again by type, since otherwise the first raid would reveal the plan of every
    later one. A stage of -1 makes the next day apply the force ceiling.
    """
    state = trajectory.state
    war = trajectory.world.war
    state.day += outcome.days
    # The level after a taking has the highest number but comes before force; other levels never
    # fall.
    state.level = level if state.level == AFTER_TAKING else max(state.level, level)
    move_to(state, after_force(state.posture, outcome.step))
    own = war.plan_if_hard if state.challenger_type == 0 else war.plan_if_soft
    draw = uniforms(draws_today(trajectory), state.day, Purpose.WAR_ANSWER, 1)[0]
    state.plan = draw_plan(own[:], draw)
    for plan in range(len(PLANS)):
        state.plan_if_hard[plan] = war.plan_if_hard[plan]
        state.plan_if_soft[plan] = war.plan_if_soft[plan]
    state.stage = -1


@jit
def worth_of_deal(play: Play, place: Place, cell: Cell, holder: int, package: int) -> float:
    """Return the worth of a package to a holder, counting that it may break [value].

    With `lasting` the discounted share before it breaks: `lasting U + (1 - lasting) V(failed)`
    (MODEL 5.2).
    """
    talks = play.trajectory.world.talks
    lasting = lasting_share(talks)
    failed = play.policies.worth[place.stage, place.posture, place.stance, Regime.FAILED]
    broken = (1.0 - lasting) * to_float64(failed[cell.tough, cell.hard, holder])
    return lasting * worth_of_package(talks, package, place)[holder] + broken
