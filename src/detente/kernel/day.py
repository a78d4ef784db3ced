"""One day of a crisis, its events in order."""

from detente.endings import Ending
from detente.kernel.agenda import race_chance
from detente.kernel.arithmetic import log
from detente.kernel.beliefs import probability, to_float64
from detente.kernel.consult import lapse_by_rule
from detente.kernel.decision import Asked, DecisionRecord, Lapse
from detente.kernel.draws import Purpose, uniforms
from detente.kernel.endings import Event, Trigger, Violence
from detente.kernel.first_shot import classify_lapse, classify_reply, lapse_chance
from detente.kernel.friends import (
    considers_strike,
    gain_over_waiting,
    play_ally_pressure,
    play_partner_decisions,
)
from detente.kernel.hazards import public_gain
from detente.kernel.incidents import (
    REPORT_IF_ACCIDENT,
    REPORT_IF_HOSTILE,
    escalation_probability,
    raises_alarm,
    reply_to_alarm,
)
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.mediation import has_message, play_mediation
from detente.kernel.moves import make_move, reverse_taking, whose_move
from detente.kernel.partners import open_ceiling
from detente.kernel.places import (
    LEVELS,
    advanced,
    after_standstill,
    force_of,
    is_imposed,
    is_under_way,
    next_regime,
    raised,
    step_of,
    under_ceiling,
)
from detente.kernel.play import (
    Play,
    Trajectory,
    begin_force,
    choose_cell,
    count_node,
    end_dispute,
    fail_talks,
    has_days,
    has_failed,
    learn_of_challenger,
    learn_of_defender,
    move_to,
    stage_today,
    standing_of,
    write_belief,
    write_event,
)
from detente.kernel.posture import sign_shift, update_plan_belief
from detente.kernel.seats import NO_SUBJECT, Query, agrees, chooses_first, has_seat
from detente.kernel.tables import Question
from detente.kernel.talks import Regime
from detente.kernel.theatre import ForceScale, Onset
from detente.kernel.world import State


@jit
def advance_days(play: Play) -> None:
    """Play day after day until the future ends or leaves this epoch or level.

    The order of a day is: force that the defender decided the day before against a taking; nature,
    a dispute about the talks, an incident, the ally, one move, mediators, an ultimatum's lapse.
    Checks of every day receive the trajectory alone: passing on the policies is costly, so it
    happens only when something takes place.
    """
    trajectory = play.trajectory
    state = trajectory.state
    while has_day_left(trajectory):
        today = state.day
        take_snapshot(trajectory)
        if state.reverses == 1:
            reverse_taking(play)
        if is_still(state, today):
            play_nature(trajectory, play.rules.decision)
        # A dispute about the talks waits while talks have failed or an ultimatum runs (MODEL 5.6).
        if is_still(state, today) and is_disputed(trajectory) and state.regime == Regime.NO_TEXT:
            play_terms_dispute(trajectory, play.rules.decision)
        if is_still(state, today) and has_incident(trajectory):
            play_incident(play)
        if is_still(state, today) and considers_strike(trajectory):
            play_ally_pressure(play)
        side = whose_move(trajectory) if is_still(state, today) else -1
        if side >= 0:
            make_move(play, side)
        if is_still(state, today) and has_message(trajectory):
            play_mediation(play)
        if is_still(state, today) and state.regime == Regime.ULTIMATUM and lapses(trajectory):
            play_lapse(play)
        # Force and a broken deal have already set a later day.
        if is_still(state, today):
            state.day += 1


@jit
def is_still(state: State, today: int) -> bool:
    """Say whether today continues: the future has not ended, and no war or deal moved the day."""
    return state.has_ended == 0 and state.day == today


@jit
def has_day_left(trajectory: Trajectory) -> bool:
    """Say whether a day is left to play in this epoch and at this level of force."""
    return trajectory.state.level == trajectory.world.level and has_days(trajectory)


@jit
def take_snapshot(trajectory: Trajectory) -> None:
    """Store both beliefs if today is the snapshot day, before anything happens."""
    if trajectory.state.day == trajectory.world.calendar.snapshot_day:
        trajectory.state.snap_hard = probability(trajectory.state.hard)
        trajectory.state.snap_tough = probability(trajectory.state.tough)


@jit
def play_nature(trajectory: Trajectory, decision: DecisionRecord) -> None:
    """Apply nature's events: force ceilings, arrivals, the programme, unrest, fading, talks."""
    state = trajectory.state
    daily = trajectory.daily
    u = uniforms(trajectory.draws, state.day, Purpose.NATURE, 0)
    # Hosts come first: a change of consent changes today's ceiling.
    if trajectory.world.partners.deciders > 0:
        play_partner_decisions(trajectory, decision)
    cap_force(trajectory)
    if is_imposed(state.posture):
        state.blockade_days += 1
    if is_under_way(state.posture):
        draw_arrival(trajectory)
    if step_of(state.stance) < LEVELS - 1 and u[0] < daily.growth_probability:
        state.stance = advanced(state.stance)
        write_event(trajectory, Event.PROGRAMME_GROWS, 1, step_of(state.stance), 0.0)
    draw_unrest(trajectory, u[3])
    # All changes of regime share u[2], since only one of them is possible in each regime.
    if u[1] < daily.fading_probability:
        write_event(trajectory, Event.FADES, 0, 0, 0.0)
        end_dispute(state, Ending.FADES, -1)
    elif (
        state.regime == Regime.NO_TEXT
        and u[2] < daily.draft_probability
        and not is_disputed(trajectory)
    ):
        state.regime = next_regime(state.regime)
        write_event(trajectory, Event.TEXT_READY, 0, 0, 0.0)
    elif state.regime == Regime.FAILED and u[2] < daily.resumption_probability:
        state.regime = next_regime(state.regime)
        write_event(trajectory, Event.TALKS_RESUME, 0, 0, 0.0)
    elif state.regime == Regime.STANDSTILL and u[2] < daily.standstill_end_probability:
        end_standstill(trajectory)


@jit
def end_standstill(trajectory: Trajectory) -> None:
    """End a standstill that has run out: a draft deal is ready, or talks begin again."""
    draw = uniforms(trajectory.draws, trajectory.state.day, Purpose.NATURE, 1)[1]
    is_ready = draw < trajectory.world.talks.standstill_talks and not is_disputed(trajectory)
    move_to(trajectory.state, after_standstill(standing_of(trajectory.state), is_ready))
    write_event(trajectory, Event.STANDSTILL_ENDS, 0, 1 if is_ready else 0, 0.0)


@jit
def is_disputed(trajectory: Trajectory) -> bool:
    """Say whether the agenda or venue of the talks is in dispute: then no draft deal gets ready."""
    return trajectory.state.conceded < trajectory.world.dispute.matters


@jit
def play_terms_dispute(trajectory: Trajectory, decision: DecisionRecord) -> None:
    """Play a day of the dispute about the talks: a side may concede, and all learn from the delay.

    The world fixes which side concedes, and types were drawn conditional on that. Given the types,
    the time until it concedes has the sum of both sides' rates of conceding (MODEL 5.6). A person
    in the conceding side's seat may hold out as long as it likes.
    """
    state = trajectory.state
    dispute = trajectory.world.dispute
    rate = dispute.rate[state.conceded]
    either = rate[0, state.challenger_type] + rate[1, state.defender_type]
    # A wait at a constant rate is memoryless, so that each day may draw a new one.
    left = -log(uniforms(trajectory.draws, state.day, Purpose.DISPUTE, state.conceded)[0]) / either
    who, matter = dispute.conceder[state.conceded], dispute.matter[state.conceded]
    is_over = left < 1.0 and agrees(state, decision, who, Asked.CONCEDE, matter)
    days = left if is_over else 1.0
    if is_over:
        write_event(trajectory, Event.CONCEDES, who, matter, state.day + days)
        state.conceded += 1
    # Holding out is also evidence of a type (MODEL 5.6).
    by_challenger, by_defender = is_over and who == 0, is_over and who == 1
    if_hard = race_chance(rate[0, 0], days, by_challenger)
    learn_of_challenger(trajectory, if_hard, race_chance(rate[0, 1], days, by_challenger))
    if_tough = race_chance(rate[1, 0], days, by_defender)
    learn_of_defender(trajectory, if_tough, race_chance(rate[1, 1], days, by_defender))


@jit
def cap_force(trajectory: Trajectory) -> None:
    """Lower force to its ceiling on the first day of a stage, or when a host withdraws consent.

    A blockade that needs more force ends then.
    """
    state = trajectory.state
    stage = stage_today(trajectory)
    if stage == state.stage:
        return
    state.stage = stage
    ceiling = open_ceiling(trajectory.world.calendar, state.partner_decisions, stage)
    there = under_ceiling(trajectory.world.talks, standing_of(state), ceiling)
    if there.posture != state.posture:
        write_event(trajectory, Event.POSTURE_CAPPED, 0, ceiling, 0.0)
        if is_imposed(state.posture) and not is_imposed(there.posture):
            write_event(trajectory, Event.LIFTS, 0, 1, 0.0)
        if there.regime != state.regime:
            fail_talks(state)
        move_to(state, there)


@jit
def draw_arrival(trajectory: Trajectory) -> None:
    """Draw whether a raise under way arrives, if the ceiling allows it, and the signs it gives."""
    state = trajectory.state
    ceiling = open_ceiling(
        trajectory.world.calendar, state.partner_decisions, stage_today(trajectory)
    )
    if force_of(state.posture) >= ceiling:
        return
    u = uniforms(trajectory.draws, state.day, Purpose.NATURE, 1)
    if u[0] >= trajectory.daily.arrival_probability:
        return
    state.posture = raised(state.posture)
    write_event(trajectory, Event.ARRIVES, 0, force_of(state.posture), 0.0)
    for sign in range(trajectory.world.calendar.signs):
        draw_sign(trajectory, sign, uniforms(trajectory.draws, state.day, Purpose.SIGN, sign)[0])


@jit
def draw_sign(trajectory: Trajectory, sign: int, draw: float) -> None:
    """Draw whether a sign is seen, and update the beliefs about type and plan (MODEL 2.3)."""
    state, calendar = trajectory.state, trajectory.world.calendar
    chances = calendar.sign_probability[sign]
    if calendar.sign_is_of_defender[sign] > 0.0:
        is_seen = 1 if draw < chances[1, state.defender_type, 0] else 0
        write_event(trajectory, Event.SIGN, sign, is_seen, 0.0)
        before = probability(state.tough)
        # Such a sign depends only on the defender's type: chances are the same under every plan.
        state.tough += log(chances[is_seen, 0, 0] / chances[is_seen, 1, 0])
        write_belief(trajectory, 1, before, probability(state.tough))
        return
    is_seen = 1 if draw < chances[1, state.challenger_type, state.plan] else 0
    likelihoods = chances[is_seen]
    write_event(trajectory, Event.SIGN, sign, is_seen, 0.0)
    before = probability(state.hard)
    # The shift uses the chances of plans before the sign; they are updated after it.
    state.hard += sign_shift(likelihoods, state.plan_if_hard[:], state.plan_if_soft[:])
    write_belief(trajectory, 0, before, probability(state.hard))
    update_plan_belief(likelihoods[0], state.plan_if_hard[:])
    update_plan_belief(likelihoods[1], state.plan_if_soft[:])


@jit
def draw_unrest(trajectory: Trajectory, draw: float) -> None:
    """Advance, end or begin a spell of unrest, which gives a strike a justification."""
    state = trajectory.state
    if state.unrest_left > 0:
        state.unrest_left -= 1
    elif draw < trajectory.daily.unrest_probability:
        # Policies look ahead to unrest at its mean only (MODEL 5.8).
        state.unrest_left = int(trajectory.world.talks.unrest_days)
        write_event(trajectory, Event.UNREST, 1, state.unrest_left, 0.0)


@jit
def has_incident(trajectory: Trajectory) -> bool:
    """Say whether forces meet in an incident today."""
    state = trajectory.state
    chances = trajectory.daily.incident_probability[state.posture]
    chance = chances[1] if has_failed(state) else chances[0]
    if state.regime == Regime.STANDSTILL:
        chance = chances[2]
    return uniforms(trajectory.draws, state.day, Purpose.INCIDENT, 0)[0] < chance


@jit
def play_incident(play: Play) -> None:
    """Play an incident: draw whether it is hostile, the side that it hits, and any alarm."""
    trajectory = play.trajectory
    incidents = trajectory.world.incidents
    u = uniforms(trajectory.draws, trajectory.state.day, Purpose.INCIDENT, 0)
    is_hostile = u[1] < incidents.hostile_probability
    is_alarmed = raises_alarm(incidents, is_hostile, u[2])
    # Either side with an even chance, as `hazards.add_force` expects.
    side = int(2.0 * u[3])
    write_event(
        trajectory, Event.INCIDENT, side, 1 if is_hostile else 0, 1.0 if is_alarmed else 0.0
    )
    if is_alarmed:
        judge_alarm(play, side, is_hostile)


@jit
def judge_alarm(play: Play, side: int, is_hostile: bool) -> None:
    """Draw whether the alarmed commander replies, and whether the reply escalates to force."""
    incidents = play.trajectory.world.incidents
    u = uniforms(play.trajectory.draws, play.trajectory.state.day, Purpose.INCIDENT, 1)
    confirms = REPORT_IF_HOSTILE if is_hostile else REPORT_IF_ACCIDENT
    escalates = escalation_probability(incidents, has_failed(play.trajectory.state))
    # The stake s of MODEL 4.2.
    gain = escalates * gain_of_force(play, side)
    precision = play.trajectory.world.talks.precision
    is_confirmed = u[0] < confirms
    reply = reply_to_alarm(incidents, precision, gain, is_confirmed)
    if not replies_to_alarm(play, side, is_confirmed, (reply, u[1])):
        return
    play.trajectory.state.violence = max(play.trajectory.state.violence, Violence.CLASH)
    write_event(play.trajectory, Event.REPLY, side, 0, reply)
    if u[2] < escalates:
        write_event(play.trajectory, Event.ESCALATES, side, 0, escalates)
        classify_reply(play, is_hostile)
        begun = Onset.STRIKE if side == 0 else Onset.BY_DEFENDER
        begin_force(play, begun, Trigger.INCIDENT if is_hostile else Trigger.MISREAD)


@jit
def replies_to_alarm(
    play: Play, side: int, is_confirmed: bool, chances: tuple[float, float]
) -> bool:
    """Say whether the commander replies; `chances` are the chance of a reply and its draw.

    A person in the side's seat decides instead of the draw.
    """
    decision = play.rules.decision
    if not has_seat(decision.table, side):
        return chances[1] < chances[0]
    report = 1 if is_confirmed else 0
    about = report if play.trajectory.world.incidents.has_hotline == 1 else NO_SUBJECT
    return chooses_first(
        play.trajectory.state, decision, side, Query(Asked.ALARM, about, 1), chances
    )


@jit
def gain_of_force(play: Play, side: int) -> float:
    """Return the gain of force over waiting to a side, the public mean over its types [value]."""
    state = play.trajectory.state
    u = uniforms(play.trajectory.draws, state.day, Purpose.INCIDENT_CELL, 0)
    cell = choose_cell(play, u[0], u[1])
    log_odds = state.hard if side == 0 else state.tough
    firm = 2 * side
    return public_gain(
        gain_over_waiting(play, cell, side, firm),
        gain_over_waiting(play, cell, side, firm + 1),
        probability(log_odds),
    )


@jit
def lapses(trajectory: Trajectory) -> bool:
    """Say whether an ultimatum lapses today."""
    return (
        uniforms(trajectory.draws, trajectory.state.day, Purpose.LAPSE, 0)[0]
        < trajectory.daily.lapse_probability
    )


@jit
def play_lapse(play: Play) -> None:
    """Play the lapse of an ultimatum: the challenger strikes, or backs down and talks fail."""
    state = play.trajectory.state
    u = uniforms(play.trajectory.draws, state.day, Purpose.LAPSE, 0)
    write_event(play.trajectory, Event.LAPSES, 0, 0, 0.0)
    cell = choose_cell(play, u[1], u[2])
    stage = stage_today(play.trajectory)
    count_node(play, Question.LAPSE, stage, cell)
    row = play.policies.lapses[stage, state.posture, state.stance, cell.tough, cell.hard]
    own = row[state.challenger_type]
    # A rule uses the same draw as the policy, so that only their chances differ.
    if play.rules.decision.is_asked[0] == 1:
        answer = lapse_by_rule(play, cell, own, u[3])
    else:
        answer = answer_to_lapse(own, u[3])
    if_hard, if_soft = lapse_chance(row[0], answer), lapse_chance(row[1], answer)
    if answer == Lapse.BACKS_DOWN:
        write_event(play.trajectory, Event.BACKS_DOWN, 0, 0, 0.0)
        learn_of_challenger(play.trajectory, if_hard, if_soft)
        fail_talks(play.trajectory.state)
        return
    scale = ForceScale.CAMPAIGN if answer == Lapse.CAMPAIGN else ForceScale.LIMITED
    write_event(play.trajectory, Event.STRIKES, 0, scale, 0.0)
    classify_lapse(play, own, answer)
    learn_of_challenger(play.trajectory, if_hard, if_soft)
    begin_force(
        play, Onset.CAMPAIGN if scale == ForceScale.CAMPAIGN else Onset.STRIKE, Trigger.LAPSE
    )


@jit
def answer_to_lapse(chances: Array, draw: float) -> int:
    """Return the challenger's answer to the lapse of its ultimatum, a Lapse.

    Force comes first in the draw, so that a policy with more of it uses it in more futures.
    """
    strikes, campaigns = to_float64(chances[Lapse.STRIKES]), to_float64(chances[Lapse.CAMPAIGN])
    if draw < strikes:
        return Lapse.STRIKES
    return Lapse.CAMPAIGN if draw < strikes + campaigns else Lapse.BACKS_DOWN
