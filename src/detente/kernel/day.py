"""One day of a crisis, in the order in which things happen."""

from detente.kernel.agenda import race_chance
from detente.kernel.arithmetic import log
from detente.kernel.beliefs import probability, widen
from detente.kernel.consult import answer_by_rule
from detente.kernel.decision import Asked, Docket
from detente.kernel.draws import Purpose, uniforms
from detente.kernel.endings import Event, Settlement, Trigger, Violence
from detente.kernel.first_shot import name_lapse, name_reply
from detente.kernel.friends import (
    ask_partners,
    gain_over_waiting,
    has_ally_in_doubt,
    weigh_ally,
)
from detente.kernel.hazards import public_gain
from detente.kernel.incidents import (
    REPORT_IF_ACCIDENT,
    REPORT_IF_HOSTILE,
    alarms,
    escalation_probability,
    reply_to_alarm,
)
from detente.kernel.jit import jit
from detente.kernel.mediation import has_message, let_mediators
from detente.kernel.moves import make_move, whose_move
from detente.kernel.partners import open_ceiling
from detente.kernel.places import (
    LEVELS,
    advanced,
    force_of,
    is_under_way,
    posture_at,
    raised,
    step_of,
    turned,
    under_ceiling,
)
from detente.kernel.play import (
    Life,
    Play,
    begin_force,
    choose_cell,
    fail_talks,
    has_days,
    has_failed,
    learn_of_challenger,
    learn_of_defender,
    note,
    note_belief,
    settle_quarrel,
    stage_today,
    stand_at,
    standing_of,
    visit,
)
from detente.kernel.posture import sign_shift, take_sign
from detente.kernel.seats import NOTHING, Query, agrees, ask_of_two, has_seat
from detente.kernel.tables import Question
from detente.kernel.talks import Regime
from detente.kernel.world import State


@jit
def live_days(play: Play) -> None:
    """Live day after day: nature, an incident, the ally, one move, mediators, an ultimatum's lapse.

    What is asked every day is asked of the life alone: the policies are many tables, dear to hand
    on, and are handed on only where something happens.
    """
    life = play.life
    state = life.state
    while is_open(life):
        today = state.day
        take_snapshot(life)
        let_nature(life, play.rules.docket)
        if is_still(state, today) and is_disputed(life) and state.regime == Regime.NO_TEXT:
            argue(life, play.rules.docket)
        if is_still(state, today) and meets_incident(life):
            meet_incident(play)
        if is_still(state, today) and has_ally_in_doubt(life):
            weigh_ally(play)
        side = whose_move(life) if is_still(state, today) else -1
        if side >= 0:
            make_move(play, side)
        if is_still(state, today) and has_message(life):
            let_mediators(play)
        if is_still(state, today) and state.regime == Regime.ULTIMATUM and lapses(life):
            let_lapse(play)
        if is_still(state, today):
            state.day += 1


@jit
def is_still(state: State, today: int) -> bool:
    """Say whether the day goes on: no end, and no fighting or deal that takes days away."""
    return state.has_ended == 0 and state.day == today


@jit
def is_open(life: Life) -> bool:
    """Say whether there is a day left to live, in this epoch and on the same side of force."""
    return life.state.level == life.world.level and has_days(life)


@jit
def take_snapshot(life: Life) -> None:
    """Note the beliefs on the snapshot day, before anything happens."""
    if life.state.day == life.world.calendar.snapshot_day:
        life.state.snap_hard = probability(life.state.hard)
        life.state.snap_tough = probability(life.state.tough)


@jit
def let_nature(life: Life, docket: Docket) -> None:
    """Let forces leave, the programme grow, the quarrel fade, a text get ready, talks resume."""
    state = life.state
    daily = life.daily
    draws = uniforms(life.luck, state.day, Purpose.NATURE, 0)
    if life.world.partners.deciders > 0:
        ask_partners(life, docket)
    cap_force(life)
    if is_under_way(state.posture):
        let_arrive(life)
    if step_of(state.stance) < LEVELS - 1 and draws[0] < daily.grows:
        state.stance = advanced(state.stance)
        note(life, Event.PROGRAMME_GROWS, 1, step_of(state.stance), 0.0)
    stir(life, draws[3])
    if draws[1] < daily.fades:
        note(life, Event.FADES, 0, 0, 0.0)
        settle_quarrel(state, Settlement.FADES, -1)
    elif state.regime == Regime.NO_TEXT and draws[2] < daily.readies and not is_disputed(life):
        state.regime = turned(state.regime)
        note(life, Event.TEXT_READY, 0, 0, 0.0)
    elif state.regime == Regime.FAILED and draws[2] < daily.resumes:
        state.regime = turned(state.regime)
        note(life, Event.TALKS_RESUME, 0, 0, 0.0)


@jit
def is_disputed(life: Life) -> bool:
    """Say whether agenda or venue are still in dispute: no text gets ready until they are not."""
    return life.state.conceded < life.world.dispute.matters


@jit
def argue(life: Life, docket: Docket) -> None:
    """Let a side concede today, or neither, and everyone learn from how long both held out.

    Who does is the world's; both sides' types are drawn as they are behind that outcome. Given
    them, the time until then has the rate of either's conceding (MODEL 5.6). A person in the seat
    of who concedes may hold out longer, as long as it likes.
    """
    state = life.state
    dispute = life.world.dispute
    rate = dispute.rate[state.conceded]
    either = rate[0, state.challenger_type] + rate[1, state.defender_type]
    left = -log(uniforms(life.luck, state.day, Purpose.DISPUTE, state.conceded)[0]) / either
    who, matter = dispute.conceder[state.conceded], dispute.matter[state.conceded]
    is_over = left < 1.0 and agrees(state, docket, who, Asked.CONCEDE, matter)
    days = left if is_over else 1.0
    if is_over:
        note(life, Event.CONCEDES, who, matter, state.day + days)
        state.conceded += 1
    by_challenger, by_defender = is_over and who == 0, is_over and who == 1
    if_hard = race_chance(rate[0, 0], days, by_challenger)
    learn_of_challenger(life, if_hard, race_chance(rate[0, 1], days, by_challenger))
    if_tough = race_chance(rate[1, 0], days, by_defender)
    learn_of_defender(life, if_tough, race_chance(rate[1, 1], days, by_defender))


@jit
def cap_force(life: Life) -> None:
    """Bring force down to its ceiling on the first day lived in a stage, or as a host withdraws."""
    state = life.state
    stage = stage_today(life)
    if stage == state.stage:
        return
    state.stage = stage
    highest = posture_at(open_ceiling(life.world.calendar, state.stances, stage))
    if state.posture > highest:
        there = under_ceiling(standing_of(state), highest)
        note(life, Event.POSTURE_CAPPED, 0, force_of(highest), 0.0)
        if there.regime != state.regime:
            fail_talks(state)
        stand_at(state, there)


@jit
def let_arrive(life: Life) -> None:
    """Let a raise that is under way arrive, if its ceiling lets it, and signs be seen or not."""
    state = life.state
    ceiling = open_ceiling(life.world.calendar, state.stances, stage_today(life))
    if force_of(state.posture) >= ceiling:
        return
    draws = uniforms(life.luck, state.day, Purpose.NATURE, 1)
    if draws[0] >= life.daily.arrives:
        return
    state.posture = raised(state.posture)
    note(life, Event.ARRIVES, 0, force_of(state.posture), 0.0)
    for sign in range(life.world.calendar.signs):
        watch_sign(life, sign, uniforms(life.luck, state.day, Purpose.SIGN, sign)[0])


@jit
def watch_sign(life: Life, sign: int, draw: float) -> None:
    """Let a sign be seen or not, and everyone learn from it (MODEL 2.3)."""
    state = life.state
    chances = life.world.calendar.sign_probability[sign]
    is_seen = 1 if draw < chances[1, state.plan] else 0
    likelihoods = chances[is_seen]
    note(life, Event.SIGN, sign, is_seen, 0.0)
    before = probability(state.hard)
    state.hard += sign_shift(likelihoods, state.plan_if_hard[:], state.plan_if_soft[:])
    note_belief(life, 0, before, probability(state.hard))
    take_sign(likelihoods, state.plan_if_hard[:])
    take_sign(likelihoods, state.plan_if_soft[:])


@jit
def stir(life: Life, draw: float) -> None:
    """Let a spell of unrest go on, end or begin; while it lasts a strike has a justification."""
    state = life.state
    if state.unrest_left > 0:
        state.unrest_left -= 1
    elif draw < life.daily.stirs:
        state.unrest_left = int(life.world.talks.unrest_days)
        note(life, Event.UNREST, 1, state.unrest_left, 0.0)


@jit
def meets_incident(life: Life) -> bool:
    """Say whether forces meet in an incident today."""
    state = life.state
    chances = life.daily.incident[force_of(state.posture)]
    chance = chances[1] if has_failed(state) else chances[0]
    return uniforms(life.luck, state.day, Purpose.INCIDENT, 0)[0] < chance


@jit
def meet_incident(play: Play) -> None:
    """Let an incident strike one side, hostile or not, with an alarm or without."""
    life = play.life
    incidents = life.world.incidents
    draws = uniforms(life.luck, life.state.day, Purpose.INCIDENT, 0)
    is_hostile = draws[1] < incidents.hostile_probability
    is_alarmed = alarms(incidents, is_hostile, draws[2])
    side = int(2.0 * draws[3])
    note(life, Event.INCIDENT, side, 1 if is_hostile else 0, 1.0 if is_alarmed else 0.0)
    if is_alarmed:
        judge_alarm(play, side, is_hostile)


@jit
def judge_alarm(play: Play, side: int, is_hostile: bool) -> None:
    """Let the struck side's commander reply or hold, by the alarm and by what is at stake."""
    incidents = play.life.world.incidents
    draws = uniforms(play.life.luck, play.life.state.day, Purpose.INCIDENT, 1)
    confirms = REPORT_IF_HOSTILE if is_hostile else REPORT_IF_ACCIDENT
    escalates = escalation_probability(incidents, has_failed(play.life.state))
    gain = escalates * gain_of_force(play, side)
    precision = play.life.world.talks.precision
    is_confirmed = draws[0] < confirms
    reply = reply_to_alarm(incidents, precision, gain, is_confirmed)
    if not replies_to_alarm(play, side, is_confirmed, (reply, draws[1])):
        return
    play.life.state.violence = max(play.life.state.violence, Violence.CLASH)
    note(play.life, Event.REPLY, side, 0, reply)
    if draws[2] < escalates:
        note(play.life, Event.ESCALATES, side, 0, escalates)
        name_reply(play, is_hostile)
        begin_force(play, side, Trigger.INCIDENT if is_hostile else Trigger.MISREAD)


@jit
def replies_to_alarm(
    play: Play, side: int, is_confirmed: bool, chances: tuple[float, float]
) -> bool:
    """Say whether a side's commander replies: with a chance and by a draw, or as a person says."""
    docket = play.rules.docket
    if not has_seat(docket.table, side):
        return chances[1] < chances[0]
    report = 1 if is_confirmed else 0
    about = report if play.life.world.incidents.has_hotline == 1 else NOTHING
    return ask_of_two(play.life.state, docket, side, Query(Asked.ALARM, about, 1), chances)


@jit
def gain_of_force(play: Play, side: int) -> float:
    """Return what force would bring a side over waiting, the public mean over its types."""
    state = play.life.state
    draws = uniforms(play.life.luck, state.day, Purpose.INCIDENT_CELL, 0)
    cell = choose_cell(play, draws[0], draws[1])
    log_odds = state.hard if side == 0 else state.tough
    firm = 2 * side
    return public_gain(
        gain_over_waiting(play, cell, side, firm),
        gain_over_waiting(play, cell, side, firm + 1),
        probability(log_odds),
    )


@jit
def lapses(life: Life) -> bool:
    """Say whether an ultimatum lapses today, by its clock."""
    return uniforms(life.luck, life.state.day, Purpose.LAPSE, 0)[0] < life.daily.lapses


@jit
def let_lapse(play: Play) -> None:
    """Let an ultimatum lapse: the challenger strikes, or backs down and talks fail."""
    state = play.life.state
    draws = uniforms(play.life.luck, state.day, Purpose.LAPSE, 0)
    note(play.life, Event.LAPSES, 0, 0, 0.0)
    cell = choose_cell(play, draws[1], draws[2])
    stage = stage_today(play.life)
    visit(play, Question.LAPSE, stage, cell)
    tables = play.policies.answers[stage, state.posture, state.stance]
    row = tables[Question.LAPSE - Question.DEFENDER_ANSWER, cell.tough, cell.hard]
    chance = widen(row[state.challenger_type, 0])
    strikes = draws[3] < chance
    if play.rules.docket.is_asked[0] == 1:
        strikes = answer_by_rule(play, Question.LAPSE, cell, chance, draws[3])
    if strikes:
        note(play.life, Event.STRIKES, 0, 0, 0.0)
        name_lapse(play, chance)
        learn_of_challenger(play.life, widen(row[0, 0]), widen(row[1, 0]))
        begin_force(play, 0, Trigger.LAPSE)
    else:
        note(play.life, Event.BACKS_DOWN, 0, 0, 0.0)
        learn_of_challenger(play.life, 1.0 - widen(row[0, 0]), 1.0 - widen(row[1, 0]))
        fail_talks(play.life.state)
