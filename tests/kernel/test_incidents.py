from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.incidents import (
    Incidents,
    after_alarm,
    after_report,
    alarm_probability,
    incident_rate,
    mean_reply,
    reply_probability,
)
from detente.kernel.layout import new_record

shares = st.floats(0.01, 0.99)


def zones(hostile=0.15, sensitivity=0.85, false_alarm=0.2, *, hotline=0):
    incidents = new_record(Incidents)
    incidents.rate, incidents.rate_per_force = 0.03, 0.005
    incidents.hostile_probability = hostile
    incidents.sensitivity, incidents.false_alarm = sensitivity, false_alarm
    incidents.restraint, incidents.alarm_weight = 0.17, 0.35
    incidents.has_hotline = hotline
    incidents.failed_rate_factor = 2.0
    return incidents


@given(shares, shares, shares)
def test_belief_after_an_alarm_or_none_averages_to_the_prior(hostile, sensitivity, false_alarm):
    incidents = zones(hostile, sensitivity, false_alarm)
    alarm = alarm_probability(incidents)
    missed = hostile * (1.0 - sensitivity)

    assert abs(alarm * after_alarm(incidents) + missed - hostile) < 1e-12


@given(shares)
def test_a_second_report_tells_hostile_from_accident(belief):
    assert after_report(belief, False) < belief < after_report(belief, True)


def test_a_hotline_lowers_replies_to_accidents():
    belief = after_alarm(zones())
    without = reply_probability(zones(), 20.0, -0.01, belief)
    confirmed = reply_probability(zones(), 20.0, -0.01, after_report(belief, True))
    denied = reply_probability(zones(), 20.0, -0.01, after_report(belief, False))

    assert 0.1 * confirmed + 0.9 * denied < without


def test_the_mean_reply_averages_over_what_the_hotline_may_say():
    belief = after_alarm(zones())
    confirms = 0.9 * belief + 0.1 * (1.0 - belief)
    confirmed = reply_probability(zones(), 20.0, -0.01, after_report(belief, True))
    denied = reply_probability(zones(), 20.0, -0.01, after_report(belief, False))
    mean = confirms * confirmed + (1.0 - confirms) * denied

    assert abs(mean_reply(zones(hotline=1), 20.0, -0.01) - mean) < 1e-12
    assert mean_reply(zones(), 20.0, -0.01) == reply_probability(zones(), 20.0, -0.01, belief)


@given(st.floats(-0.05, 0.05), shares)
def test_a_commander_replies_more_readily_the_surer_of_an_attack(stake, belief):
    surer = min(belief + 0.1, 1.0)

    assert reply_probability(zones(), 20.0, stake, surer) > reply_probability(
        zones(), 20.0, stake, belief
    )


def test_force_and_failed_talks_bring_more_incidents():
    rates = [incident_rate(zones(), force, False) for force in range(3)]
    failed = [incident_rate(zones(), force, True) for force in range(3)]

    assert rates == [0.03, 0.04, 0.05]
    assert failed == [2.0 * rate for rate in rates]
