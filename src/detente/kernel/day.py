"""One day of a crisis, in the order in which things happen."""

from detente.kernel.arithmetic import arrival
from detente.kernel.beliefs import probability, widen
from detente.kernel.draws import Purpose, uniforms
from detente.kernel.endings import Event, Settlement, Trigger, Violence
from detente.kernel.incidents import (
    REPORT_IF_ACCIDENT,
    REPORT_IF_HOSTILE,
    after_alarm,
    after_report,
    escalation_probability,
    incident_rate,
    reply_probability,
)
from detente.kernel.jit import jit
from detente.kernel.menus import FAILED, IN_ULTIMATUM, NO_TEXT, TEXT_READY
from detente.kernel.moves import FIRST_ANSWER, make_move, whose_move
from detente.kernel.play import (
    Life,
    Play,
    begin_force,
    choose_cell,
    fail_talks,
    has_failed,
    learn_of_challenger,
    note,
    settle_quarrel,
    stage_today,
    visit,
)
from detente.kernel.tables import LEVELS, Question

NATURE = int(Purpose.NATURE)
INCIDENT = int(Purpose.INCIDENT)
INCIDENT_CELL = int(Purpose.INCIDENT_CELL)
LAPSE = int(Purpose.LAPSE)
LAPSE_QUESTION = int(Question.LAPSE)
TACIT = int(Settlement.TACIT)
CLASH = int(Violence.CLASH)
BY_LAPSE = int(Trigger.LAPSE)
BY_INCIDENT = int(Trigger.INCIDENT)
BY_MISREAD = int(Trigger.MISREAD)
BY_ALLY = int(Trigger.ALLY)
PROGRAMME_GROWS = int(Event.PROGRAMME_GROWS)
POSTURE_CAPPED = int(Event.POSTURE_CAPPED)
TEXT_IS_READY = int(Event.TEXT_READY)
TALKS_RESUME = int(Event.TALKS_RESUME)
FADES = int(Event.FADES)
HAPPENS = int(Event.INCIDENT)
REPLY = int(Event.REPLY)
ESCALATES = int(Event.ESCALATES)
ALLY_STRIKES = int(Event.ALLY_STRIKES)
LAPSES = int(Event.LAPSES)
STRIKES = int(Event.STRIKES)
BACKS_DOWN = int(Event.BACKS_DOWN)


@jit
def live_day(play: Play) -> None:
    """Live one day: nature, an incident, the ally, one principal's move, an ultimatum's lapse."""
    life = play.life
    state = life.state
    take_snapshot(life)
    let_nature(life)
    if state.has_ended == 0 and meets_incident(life):
        meet_incident(play)
    if state.has_ended == 0 and ally_strikes(life):
        note(life, ALLY_STRIKES, 2, 0, 0.0)
        begin_force(play, 2, BY_ALLY)
    side = whose_move(life) if state.has_ended == 0 else -1
    if side >= 0:
        make_move(play, side)
    if state.has_ended == 0 and state.regime == IN_ULTIMATUM and lapses(life):
        let_lapse(play)


@jit
def take_snapshot(life: Life) -> None:
    """Note the beliefs on the snapshot day, before anything happens."""
    if life.state.day == life.world.calendar.snapshot_day:
        life.state.snap_hard = probability(life.state.hard)
        life.state.snap_tough = probability(life.state.tough)


@jit
def let_nature(life: Life) -> None:
    """Let forces leave, the programme grow, the quarrel fade, a text get ready, talks resume."""
    state = life.state
    talks = life.world.talks
    draws = uniforms(life.luck, state.day, NATURE, 0)
    cap_force(life)
    if state.step < LEVELS - 1 and draws[0] < arrival(talks.growth_rate, 1.0):
        state.step += 1
        note(life, PROGRAMME_GROWS, 1, state.step, 0.0)
    if draws[1] < arrival(talks.fade_rate, 1.0):
        note(life, FADES, 0, 0, 0.0)
        settle_quarrel(state, TACIT, -1)
    elif state.regime == NO_TEXT and draws[2] < arrival(talks.text_rate, 1.0):
        state.regime = TEXT_READY
        note(life, TEXT_IS_READY, 0, 0, 0.0)
    elif state.regime == FAILED and draws[2] < arrival(talks.exit_rate, 1.0):
        state.regime = NO_TEXT
        note(life, TALKS_RESUME, 0, 0, 0.0)


@jit
def cap_force(life: Life) -> None:
    """Bring force down to its ceiling on the first day of a stage."""
    state = life.state
    calendar = life.world.calendar
    stage = stage_today(life)
    is_first = state.day == 0 or calendar.stage_of_day[state.day - 1] != stage
    if is_first and state.force > calendar.ceiling[stage]:
        state.force = calendar.ceiling[stage]
        note(life, POSTURE_CAPPED, 0, state.force, 0.0)


@jit
def meets_incident(life: Life) -> bool:
    """Say whether forces meet in an incident today."""
    rate = incident_rate(life.world.incidents, life.state.force, has_failed(life.state))
    return uniforms(life.luck, life.state.day, INCIDENT, 0)[0] < arrival(rate, 1.0)


@jit
def meet_incident(play: Play) -> None:
    """Let an incident strike one side, hostile or not, with an alarm or without."""
    life = play.life
    incidents = life.world.incidents
    draws = uniforms(life.luck, life.state.day, INCIDENT, 0)
    is_hostile = draws[1] < incidents.hostile_probability
    alarm = incidents.sensitivity if is_hostile else incidents.false_alarm
    side = int(2.0 * draws[3])
    note(life, HAPPENS, side, 1 if is_hostile else 0, 1.0 if draws[2] < alarm else 0.0)
    if draws[2] < alarm:
        judge_alarm(play, side, is_hostile)


@jit
def judge_alarm(play: Play, side: int, is_hostile: bool) -> None:
    """Let the struck side's commander reply or hold, by the alarm and by what is at stake."""
    incidents = play.life.world.incidents
    draws = uniforms(play.life.luck, play.life.state.day, INCIDENT, 1)
    belief = after_alarm(incidents)
    if incidents.has_hotline == 1:
        confirms = REPORT_IF_HOSTILE if is_hostile else REPORT_IF_ACCIDENT
        belief = after_report(belief, draws[0] < confirms)
    escalates = escalation_probability(incidents, has_failed(play.life.state))
    gain = escalates * gain_of_force(play, side)
    reply = reply_probability(incidents, play.life.world.talks.precision, gain, belief)
    if draws[1] >= reply:
        return
    play.life.state.violence = CLASH
    note(play.life, REPLY, side, 0, reply)
    if draws[2] < escalates:
        note(play.life, ESCALATES, side, 0, escalates)
        begin_force(play, side, BY_INCIDENT if is_hostile else BY_MISREAD)


@jit
def gain_of_force(play: Play, side: int) -> float:
    """Return what force would bring a side over waiting, the public mean over its types."""
    state = play.life.state
    draws = uniforms(play.life.luck, state.day, INCIDENT_CELL, 0)
    cell = choose_cell(play, draws[0], draws[1])
    stage = stage_today(play.life)
    worth = play.policies.worth[stage, state.force, state.step, state.regime]
    force = play.policies.force[state.force, state.step, side]
    own = 2 * side
    firm = probability(state.hard if side == 0 else state.tough)
    of_firm = force[cell.tough, cell.hard, own] - widen(worth[cell.tough, cell.hard, own])
    of_other = force[cell.tough, cell.hard, own + 1] - float(worth[cell.tough, cell.hard, own + 1])
    return firm * of_firm + (1.0 - firm) * of_other


@jit
def ally_strikes(life: Life) -> bool:
    """Say whether the ally strikes today, at its rate."""
    talks = life.world.talks
    rate = talks.ally_rate + talks.ally_rate_per_step * life.state.step
    return uniforms(life.luck, life.state.day, NATURE, 0)[3] < arrival(rate, 1.0)


@jit
def lapses(life: Life) -> bool:
    """Say whether an ultimatum lapses today, by its clock."""
    draw = uniforms(life.luck, life.state.day, LAPSE, 0)[0]
    return draw < arrival(1.0 / life.world.talks.ultimatum_days, 1.0)


@jit
def let_lapse(play: Play) -> None:
    """Let an ultimatum lapse: the challenger strikes, or backs down and talks fail."""
    state = play.life.state
    draws = uniforms(play.life.luck, state.day, LAPSE, 0)
    note(play.life, LAPSES, 0, 0, 0.0)
    cell = choose_cell(play, draws[1], draws[2])
    stage = stage_today(play.life)
    visit(play, LAPSE_QUESTION, stage, cell)
    table = play.policies.answers[stage, state.force, state.step, LAPSE_QUESTION - FIRST_ANSWER]
    row = table[cell.tough, cell.hard]
    if draws[3] < widen(row[state.challenger_type, 0]):
        note(play.life, STRIKES, 0, 0, 0.0)
        learn_of_challenger(play.life, widen(row[0, 0]), widen(row[1, 0]))
        begin_force(play, 0, BY_LAPSE)
    else:
        note(play.life, BACKS_DOWN, 0, 0, 0.0)
        learn_of_challenger(play.life, 1.0 - widen(row[0, 0]), 1.0 - widen(row[1, 0]))
        fail_talks(play.life.state)
