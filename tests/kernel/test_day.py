import numpy as np
import pytest

from detente.endings import Ending
from detente.kernel.beliefs import probability
from detente.kernel.crisis import play_row
from detente.kernel.day import (
    advance_days,
    cap_force,
    draw_arrival,
    draw_sign,
    judge_alarm,
    play_incident,
)
from detente.kernel.decision import AS_SOLVED, Lapse, new_decision_record
from detente.kernel.draws import Draws
from detente.kernel.endings import FUTURE, Event, Trigger
from detente.kernel.friends import play_ally_pressure, play_partner_decisions
from detente.kernel.hazards import NO_PRESS
from detente.kernel.limits import PARTIES
from detente.kernel.moves import NO_MOVE_CLOSED, raise_withheld
from detente.kernel.partners import CONSENT, FORCE, reset_decisions
from detente.kernel.places import LEVELS, posture_at
from detente.kernel.posture import FIRST_OF_CAMPAIGNS
from detente.kernel.talks import ChallengerMove, DefenderMove, Regime
from detente.kernel.theatre import ForceScale, Onset
from tests.kernel.worlds import (
    HOST,
    let_decide,
    let_host_change,
    quiet_play,
    random_worlds,
    unsolved_play,
    watch_for_a_sign,
)

NO_SEATS = new_decision_record(AS_SOLVED)
HORIZON = 40
pytestmark = pytest.mark.plain


def play_with_an_ally(**answer):
    """Return a future whose ally presses for force for sure, and how that is surely answered."""
    world = next(random_worlds(1, grid="tiny", horizon=HORIZON))
    world.talks.restraint_success = 1.0
    play = unsolved_play(world)
    set_press(play, **answer)
    return play


def set_press(play, **answer):
    """Let an ally that presses go ahead, and be answered as is given."""
    means = {"goes_ahead": 1.0, "may_go_alone": 1.0}
    play.policies.press[:] = NO_PRESS._replace(**means | answer)


def live_out(play):
    """Live a future in which force ends the dispute to its end."""
    play_row(
        (play, play, play, play),
        play.trajectory.draws.future,
        np.zeros(1, FUTURE).view(np.recarray)[0],
    )


def reported_by(play):
    """Return the day and the Event of each line of a future, shape (lines, 2)."""
    return (
        play.trajectory.state.lines[: int(play.trajectory.state.lines_written), :2]
        .astype(int)
        .tolist()
    )


def test_an_ally_that_is_held_back_begins_nothing():
    play = play_with_an_ally(restrains=1.0)
    play_ally_pressure(play)

    assert [kind for _, kind in reported_by(play)] == [Event.RESTRAINED]
    assert play.trajectory.state.began == -1


@pytest.mark.parametrize(
    ("answer", "began"),
    [
        ({"with_strike": 1.0}, Onset.JOINT_STRIKE),
        ({"with_campaign": 1.0}, Onset.JOINT_CAMPAIGN),
        ({"aside": 1.0}, Onset.BY_ALLY),
        ({"aside": 1.0, "campaigns": 1.0}, Onset.ALLY_CAMPAIGN),
    ],
)
def test_force_begins_as_the_challenger_answers_an_ally_that_presses(answer, began):
    play = play_with_an_ally(**answer)
    play_ally_pressure(play)
    state = play.trajectory.state
    reported = [kind for _, kind in reported_by(play)]

    assert state.began == began
    assert state.trigger == Trigger.ALLY
    assert reported[0] == Event.ALLY_STRIKES
    assert (reported[1] == Event.STRIKES) == (began in (Onset.JOINT_STRIKE, Onset.JOINT_CAMPAIGN))


@pytest.mark.parametrize("scale", [ForceScale.LIMITED, ForceScale.CAMPAIGN])
def test_the_challenger_joins_a_campaign_of_its_ally_at_its_own_scale(scale):
    play = play_with_an_ally(aside=1.0, campaigns=1.0)
    play.policies.follows[..., ForceScale.CAMPAIGN, :, :] = 0.0
    play.policies.follows[..., ForceScale.CAMPAIGN, :, scale] = 1.0
    play_ally_pressure(play)
    state = play.trajectory.state
    lines = state.lines[: int(state.lines_written)]
    joins = [line[4] for line in lines if line[1] == Event.JOINS and line[2] == PARTIES]

    assert state.began == Onset.ALLY_CAMPAIGN
    assert (state.plan >= FIRST_OF_CAMPAIGNS) == (scale == ForceScale.CAMPAIGN)
    assert joins == [float(scale)]


def test_an_ally_without_means_begins_nothing_that_the_challenger_stands_aside_of():
    play = play_with_an_ally(aside=1.0, may_go_alone=0.0)
    play_ally_pressure(play)

    assert reported_by(play) == []


@pytest.mark.parametrize(
    ("ceiling", "regime", "after"),
    [
        (0, Regime.ULTIMATUM, Regime.FAILED),
        (1, Regime.ULTIMATUM, Regime.ULTIMATUM),
        (0, Regime.TEXT_READY, Regime.TEXT_READY),
    ],
)
def test_an_ultimatum_fails_when_the_force_behind_it_has_to_leave(ceiling, regime, after):
    trajectory = play_with_an_ally(aside=1.0).trajectory
    trajectory.world.calendar.ceiling[:] = ceiling
    trajectory.state.regime, trajectory.state.stage, trajectory.state.posture = (
        regime,
        -1,
        posture_at(2),
    )
    cap_force(trajectory)

    assert trajectory.state.posture == posture_at(ceiling)
    assert trajectory.state.regime == after
    assert trajectory.state.lines[0, 1:4].tolist() == [Event.POSTURE_CAPPED, 0, ceiling]


@pytest.mark.parametrize(("ceiling", "arrives"), [(1, False), (2, True)])
def test_a_raise_arrives_under_its_ceiling_only(ceiling, arrives):
    trajectory = play_with_an_ally(aside=1.0).trajectory
    trajectory.world.calendar.ceiling[:] = ceiling
    trajectory.world.calendar.signs = 0
    trajectory.daily.arrival_probability = 1.0
    trajectory.state.posture = ordered = posture_at(1) + 1
    draw_arrival(trajectory)

    assert trajectory.state.posture == (posture_at(2) if arrives else ordered)


def test_forces_are_out_of_use_while_their_host_withholds_them():
    play = quiet_play(horizon=HORIZON)
    trajectory, state = play.trajectory, play.trajectory.state
    trajectory.world.calendar.ceiling[:] = 2
    let_host_change(trajectory.world, withdraws=1e9, consents=0.2)
    state.posture, state.stage = posture_at(2), 0
    play_partner_decisions(trajectory, NO_SEATS)
    cap_force(trajectory)

    assert raise_withheld(trajectory, 0) == ChallengerMove.RAISE
    assert state.posture == posture_at(1)
    trajectory.world.partners.renewal_rate[HOST] = 1e9
    play_partner_decisions(trajectory, NO_SEATS)
    assert raise_withheld(trajectory, 0) == NO_MOVE_CLOSED
    assert [kind for _, kind in reported_by(play)] == [
        Event.WITHDRAWS,
        Event.POSTURE_CAPPED,
        Event.CONSENTS,
    ]


@pytest.mark.parametrize(("vowed", "struck", "times"), [(0, 0, 1.0), (1, 0, 2.0), (1, 1, 4.0)])
def test_a_host_withdraws_at_a_rate_that_threats_and_strikes_on_its_soil_move(vowed, struck, times):
    futures, days, rate = 500, 10, 0.02
    trajectory = quiet_play(horizon=HORIZON).trajectory
    let_host_change(trajectory.world, withdraws=rate)
    state = trajectory.state
    state.stance, withheld = LEVELS * vowed, 0
    for future in range(futures):
        reset_decisions(state.partner_decisions)
        state.partner_decisions.was_struck[HOST] = struck
        for state.day in range(days):
            play_partner_decisions(trajectory._replace(draws=Draws(1, 0, future, 0, 0)), NO_SEATS)
        withheld += int(state.partner_decisions.is_reversed[CONSENT, HOST])

    assert withheld / futures == pytest.approx(1.0 - np.exp(-rate * times * days), abs=0.06)


@pytest.mark.parametrize("force", [0, 1, 2])
def test_a_friend_sends_all_it_has_the_sooner_the_more_force_is_in_view(force):
    futures, days, rate = 500, 10, 0.03
    trajectory = quiet_play(horizon=HORIZON).trajectory
    trajectory.world.partners.raise_rate[HOST] = rate
    let_decide(trajectory.world, HOST)
    state, sent = trajectory.state, 0
    state.posture = posture_at(force)
    for future in range(futures):
        reset_decisions(state.partner_decisions)
        for state.day in range(days):
            play_partner_decisions(trajectory._replace(draws=Draws(1, 0, future, 0, 0)), NO_SEATS)
        sent += int(state.partner_decisions.is_reversed[FORCE, HOST])

    assert sent / futures == pytest.approx(1.0 - np.exp(-rate * force * days), abs=0.06)


def test_a_friend_calls_back_what_it_sent_only_once_no_force_is_in_view():
    trajectory = quiet_play(horizon=HORIZON).trajectory
    partners, stances = trajectory.world.partners, trajectory.state.partner_decisions
    partners.raise_rate[HOST] = partners.lower_rate[HOST] = 1e9
    let_decide(trajectory.world, HOST)
    trajectory.state.posture = posture_at(1)
    play_partner_decisions(trajectory, NO_SEATS)
    play_partner_decisions(trajectory, NO_SEATS)
    held = int(stances.is_reversed[FORCE, HOST])
    trajectory.state.posture = posture_at(0)
    play_partner_decisions(trajectory, NO_SEATS)

    assert (held, int(stances.is_reversed[FORCE, HOST])) == (1, 0)
    reported = trajectory.state.lines[: int(trajectory.state.lines_written), 1].tolist()
    assert reported == [Event.SENDS, Event.CALLS_BACK]


def test_a_third_partys_consent_and_what_it_sends_have_draws_of_their_own():
    trajectory = quiet_play(horizon=HORIZON).trajectory
    trajectory.world.partners.raise_rate[HOST] = 1e-9
    let_host_change(trajectory.world, withdraws=1e-9)
    trajectory.state.posture, hazards = posture_at(1), []
    for future in range(200):
        reset_decisions(trajectory.state.partner_decisions)
        play_partner_decisions(trajectory._replace(draws=Draws(1, 0, future, 0, 0)), NO_SEATS)
        hazards.append(trajectory.state.partner_decisions.remaining_hazard[:, HOST].copy())
    consent, force = np.transpose(hazards)

    assert min(consent.min(), force.min()) > 0.0
    assert abs(np.corrcoef(consent, force)[0, 1]) < 0.2


@pytest.mark.parametrize(("seen", "draw"), [(1, 0.0), (0, 0.999)])
def test_a_sign_moves_what_is_believed_of_type_and_plan_together_as_bayes_has_it(seen, draw):
    trajectory = quiet_play(horizon=HORIZON).trajectory
    watch_for_a_sign(trajectory.world)
    state = trajectory.state
    chances = trajectory.world.calendar.sign_probability[0, seen]
    hard = probability(state.hard)
    joint = np.array([hard * state.plan_if_hard, (1.0 - hard) * state.plan_if_soft]) * chances
    joint /= joint.sum()
    draw_sign(trajectory, 0, draw)
    hard = probability(state.hard)

    assert trajectory.state.lines[0, 1:4].tolist() == [Event.SIGN, 0, seen]
    np.testing.assert_allclose(hard * state.plan_if_hard, joint[0], rtol=1e-9)
    np.testing.assert_allclose((1.0 - hard) * state.plan_if_soft, joint[1], rtol=1e-9)


@pytest.mark.parametrize(("is_tough", "draw"), [(True, 0.5), (False, 0.5)])
def test_a_sign_of_the_defender_goes_by_its_type_and_moves_what_is_believed_of_it(is_tough, draw):
    trajectory = quiet_play(horizon=HORIZON).trajectory
    calendar, state = trajectory.world.calendar, trajectory.state
    calendar.signs, calendar.sign_is_of_defender[0] = 1, 1.0
    calendar.sign_probability[0, 1] = [[0.6], [0.2]]
    calendar.sign_probability[0, 0] = [[0.4], [0.8]]
    state.defender_type = 0 if is_tough else 1
    tough, hard = float(state.tough), float(state.hard)
    draw_sign(trajectory, 0, draw)
    ratio = 0.6 / 0.2 if is_tough else 0.4 / 0.8

    assert state.tough == pytest.approx(tough + np.log(ratio))
    assert state.hard == hard


@pytest.mark.parametrize(("hostile", "trigger"), [(1.0, Trigger.INCIDENT), (0.0, Trigger.MISREAD)])
def test_force_after_an_alarm_is_by_incident_if_it_was_hostile_and_else_by_misreading(
    hostile, trigger
):
    play = quiet_play(horizon=HORIZON)
    incidents = play.trajectory.world.incidents
    incidents.hostile_probability, incidents.restraint = hostile, -9.0
    incidents.sensitivity = incidents.false_alarm = incidents.escalation_probability = 1.0
    play_incident(play)

    assert play.trajectory.state.trigger == trigger


@pytest.mark.parametrize(("is_hostile", "share"), [(True, 0.9), (False, 0.1)])
def test_a_commander_with_a_hotline_replies_as_often_as_the_report_confirms(is_hostile, share):
    """A confirmed alarm is answered for sure and one that is denied is not."""
    play = quiet_play(horizon=HORIZON)
    incidents = play.trajectory.world.incidents
    incidents.hostile_probability, incidents.sensitivity, incidents.false_alarm = 0.5, 0.9, 0.3
    incidents.has_hotline, incidents.escalation_probability = 1, 0.0
    incidents.alarm_weight, incidents.restraint = 1.0, 0.5
    for future in range(400):
        trajectory = play.trajectory._replace(draws=Draws(1, 0, future, 0, 0))
        judge_alarm(play._replace(trajectory=trajectory), 0, is_hostile)

    assert {kind for _, kind in reported_by(play)} == {Event.REPLY}
    assert play.trajectory.state.lines_written / 400 == pytest.approx(share, abs=0.06)


def test_a_raise_waits_for_the_day_on_which_its_ceiling_rises():
    play = quiet_play(horizon=HORIZON)
    calendar, state = play.trajectory.world.calendar, play.trajectory.state
    calendar.stage_of_day[:7], calendar.stage_of_day[7:] = 0, 1
    calendar.ceiling[:2] = [1, 2]
    calendar.signs = 0
    play.trajectory.daily.arrival_probability = 1.0
    state.stage, state.posture = 0, posture_at(1) + 1
    advance_days(play)

    assert reported_by(play) == [[7, Event.ARRIVES]]


def test_what_nothing_ends_is_played_to_the_last_day_before_the_horizon_and_ends_on_it():
    play = quiet_play(horizon=HORIZON)
    play.trajectory.world.incidents.sensitivity = play.trajectory.world.incidents.false_alarm = 0.0
    play.trajectory.daily.incident_probability[:, 0] = 1.0
    live_out(play)

    assert play.trajectory.state.day == HORIZON
    assert reported_by(play) == [
        *([day, Event.INCIDENT] for day in range(HORIZON)),
        [HORIZON, Event.HORIZON],
    ]


@pytest.mark.parametrize(
    ("have_failed", "settlement"), [(0, Ending.CONTAINMENT), (1, Ending.TALKS_FAILED)]
)
def test_a_dispute_that_lasts_is_contained_unless_its_talks_have_failed(have_failed, settlement):
    play = quiet_play(horizon=HORIZON)
    play.trajectory.world.talks.have_failed = have_failed
    live_out(play)

    assert play.trajectory.state.settlement == settlement


@pytest.mark.parametrize(
    ("side", "event", "settlement"),
    [
        (0, Event.DROPS, Ending.CHALLENGER_DROPS),
        (1, Event.YIELDS, Ending.DEFENDER_YIELDS),
    ],
)
def test_a_move_on_the_day_on_which_an_ultimatum_lapses_comes_before_the_lapse(
    side, event, settlement
):
    """The challenger withdraws its demand for sure or the defender yields; no lapse is asked."""
    play = quiet_play(horizon=HORIZON)
    play.policies.challenger[..., ChallengerMove.DROP] = 1.0
    play.policies.defender[..., DefenderMove.YIELD] = 1.0
    daily = play.trajectory.daily
    daily.lapse_probability, daily.move_probability, daily.challenger_move_probability = (
        1.0,
        1.0,
        1.0 - side,
    )
    daily.stage_to_day_factor[:] = 1.0
    play.trajectory.state.regime = Regime.ULTIMATUM
    advance_days(play)

    assert reported_by(play) == [[0, event]]
    assert play.trajectory.state.settlement == settlement


def test_an_ultimatum_is_asked_once_on_the_day_on_which_it_lapses():
    play = quiet_play(horizon=HORIZON)
    play.policies.answers[..., 0] = 0.0
    play.trajectory.daily.lapse_probability = 1.0
    play.trajectory.state.regime = Regime.ULTIMATUM
    advance_days(play)

    assert reported_by(play) == [[0, Event.LAPSES], [0, Event.BACKS_DOWN]]
    assert (play.trajectory.state.visited, play.trajectory.state.regime) == (1, Regime.FAILED)


def test_a_spell_of_unrest_lasts_its_days():
    play = quiet_play(horizon=HORIZON)
    play.trajectory.world.talks.unrest_days = 3.0
    play.trajectory.daily.unrest_probability = 1.0
    live_out(play)

    assert reported_by(play)[:-1] == [[day, Event.UNREST] for day in range(0, HORIZON, 4)]


def full_day(regime):
    """Return a future of one day, on which all that can happen does and nothing ends it."""
    play = quiet_play(horizon=1)
    world, daily, state = play.trajectory.world, play.trajectory.daily, play.trajectory.state
    watch_for_a_sign(world)
    world.calendar.ceiling[:] = 2
    world.mediators.count = world.mediators.has_access[0] = 1
    world.incidents.sensitivity = world.incidents.false_alarm = 0.0
    world.talks.restraint_success = 1.0
    world.war.theatre.chokepoint.closing_rate = 0.0
    for chance in (
        "arrival_probability",
        "growth_probability",
        "unrest_probability",
        "draft_probability",
        "resumption_probability",
        "move_probability",
        "lapse_probability",
    ):
        daily[chance] = 1.0
    for chance in (
        "incident_probability",
        "ally_pressure_probability",
        "message_probability",
        "stage_to_day_factor",
    ):
        daily[chance][:] = 1.0
    set_press(play, restrains=1.0)
    play.policies.defender[..., DefenderMove.VOW] = 1.0
    state.regime, state.stance, state.posture = regime, 0, posture_at(0) + 1
    return play


def play_to_end(play):
    """Live a future to its end; return what happened, but for beliefs and days of fighting."""
    advance_days(play)
    return [Event(kind) for _, kind in reported_by(play) if kind not in LEFT_OUT]


NATURE = [Event.ARRIVES, Event.SIGN, Event.PROGRAMME_GROWS, Event.UNREST]
ACTS = [Event.INCIDENT, Event.RESTRAINED, Event.VOWS, Event.SPEAKS]
WAR = [Event.FIRST_SHOT, Event.ANSWERS, Event.SHOWS_PLAN]
WAR += [Event.FORCE_ENDS, Event.CEASEFIRE, Event.LEAVES]
LEFT_OUT = {Event.BELIEFS, Event.RAIDS, Event.LOSES}


@pytest.mark.parametrize(
    ("regime", "talks", "last"),
    [
        (Regime.NO_TEXT, [Event.TEXT_READY], []),
        (Regime.FAILED, [Event.TALKS_RESUME], []),
        (Regime.ULTIMATUM, [], [Event.LAPSES, Event.BACKS_DOWN]),
    ],
)
def test_a_day_on_which_everything_happens_has_nature_incident_ally_move_mediators_and_lapse(
    regime, talks, last
):
    play = full_day(regime)
    play.trajectory.world.calendar.snapshot_day = 0
    hard = probability(play.trajectory.state.hard)

    assert play_to_end(play) == [*NATURE, *talks, *ACTS, *last]
    assert play.trajectory.state.snap_hard == hard != probability(play.trajectory.state.hard)


def let_it_fade(play):
    play.trajectory.daily.fading_probability = 1.0


def let_incidents_grow(play):
    incidents = play.trajectory.world.incidents
    incidents.sensitivity = incidents.false_alarm = incidents.escalation_probability = 1.0
    incidents.restraint = -9.0


def let_nobody_hold_the_ally(play):
    play.trajectory.world.talks.restraint_success = 0.0


def let_the_defender_yield(play):
    play.policies.defender[..., DefenderMove.VOW] = 0.0
    play.policies.defender[..., DefenderMove.YIELD] = 1.0


def let_the_challenger_make_good_its_threat(play):
    play.policies.lapses[..., Lapse.STRIKES] = 1.0


@pytest.mark.parametrize(
    ("change", "happens"),
    [
        (let_it_fade, [Event.FADES]),
        (let_incidents_grow, [Event.INCIDENT, Event.REPLY, Event.ESCALATES, *WAR]),
        (let_nobody_hold_the_ally, [Event.INCIDENT, Event.ALLY_STRIKES, *WAR]),
        (let_the_defender_yield, [*ACTS[:2], Event.YIELDS]),
        (let_the_challenger_make_good_its_threat, [*ACTS, Event.LAPSES, Event.STRIKES, *WAR]),
    ],
)
def test_what_ends_a_future_comes_in_its_turn_and_is_the_last_of_its_day(change, happens):
    play = full_day(Regime.ULTIMATUM)
    change(play)

    assert play_to_end(play) == [*NATURE, *happens]
    assert play.trajectory.state.day >= 1 or play.trajectory.state.has_ended == 1
