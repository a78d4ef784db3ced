import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.incidents import (
    ContactZones,
    alarm_probability,
    escalation_probability,
    hostile_after_alarm,
    hostile_after_report,
    incident_rate,
    mean_reply,
    reply_probability,
    reply_to_alarm,
)
from detente.kernel.layout import new_record
from detente.kernel.places import posture_at

shares = st.floats(0.01, 0.99)
stakes = st.floats(-1.0, 1.0)
precisions = st.floats(1.0, 60.0)
weights = st.floats(0.0, 2.0)
CONFIRMS = {"hostile": 0.9, "accident": 0.1}
"""Chance that a report confirms an incident of each kind."""


def zones(hostile=0.15, sensitivity=0.85, false_alarm=0.2, *, hotline=0):
    incidents = new_record(ContactZones)
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

    assert abs(alarm * hostile_after_alarm(incidents) + missed - hostile) < 1e-12


@given(shares)
def test_a_second_report_reports_hostile_from_accident(belief):
    assert hostile_after_report(belief, False) < belief < hostile_after_report(belief, True)


@st.composite
def any_zones(draw):
    """Draw zones with a hotline, and the precision and the stake of a commander."""
    zone = zones(draw(shares), draw(shares), draw(shares), hotline=1)
    zone.restraint, zone.alarm_weight = draw(weights), draw(weights)
    return zone, draw(precisions), draw(stakes)


def without_hotline(zone, precision, stake):
    return reply_probability(zone, precision, stake, hostile_after_alarm(zone))


def chance_of_reply(zone, precision, stake, kind):
    """Return the chance of a reply to an alarm over an incident of a kind, over the reports."""
    confirms = CONFIRMS[kind]
    confirmed = reply_to_alarm(zone, precision, stake, True)
    return confirms * confirmed + (1.0 - confirms) * reply_to_alarm(zone, precision, stake, False)


@given(any_zones(), st.booleans())
def test_a_hotline_never_makes_a_reply_likelier_whatever_it_reports(case, is_confirmed):
    assert reply_to_alarm(*case, is_confirmed) <= without_hotline(*case)


@given(any_zones(), st.sampled_from(["hostile", "accident"]))
def test_nor_over_what_it_may_report_of_a_hostile_act_or_an_accident(case, kind):
    assert chance_of_reply(*case, kind) <= without_hotline(*case) * (1.0 + 1e-15)


@given(any_zones())
def test_a_report_that_confirms_leaves_the_chance_of_a_reply_as_it_was(case):
    """Rounding may leave a belief that is all but sure a hair below itself."""
    confirmed, alone = reply_to_alarm(*case, True), without_hotline(*case)

    assert confirmed == pytest.approx(alone, rel=1e-12)


@given(any_zones(), st.booleans())
def test_where_the_belief_counts_for_nothing_a_hotline_changes_nothing(case, is_confirmed):
    case[0].alarm_weight = 0.0

    assert reply_to_alarm(*case, is_confirmed) == without_hotline(*case)


@given(any_zones(), st.booleans())
def test_without_a_hotline_a_report_that_never_came_counts_for_nothing(case, is_confirmed):
    case[0].has_hotline = 0

    assert reply_to_alarm(*case, is_confirmed) == mean_reply(*case) == without_hotline(*case)


def test_a_hotline_spares_more_accidents_than_hostile_acts():
    case = zones(hotline=1), 20.0, -0.01
    alone = without_hotline(*case)

    assert chance_of_reply(*case, "accident") < 0.5 * alone
    assert 0.8 * alone < chance_of_reply(*case, "hostile") < alone


@given(any_zones())
def test_the_mean_reply_is_the_sum_over_what_happens(case):
    zone = case[0]
    hostile = zone.hostile_probability * zone.sensitivity
    accident = (1.0 - zone.hostile_probability) * zone.false_alarm
    replies = hostile * chance_of_reply(*case, "hostile")
    replies += accident * chance_of_reply(*case, "accident")

    assert mean_reply(*case) * alarm_probability(zone) == pytest.approx(replies, rel=1e-9)


@given(st.floats(-0.05, 0.05), shares)
def test_a_commander_replies_more_readily_the_surer_of_an_attack(stake, belief):
    surer = min(belief + 0.1, 1.0)

    assert reply_probability(zones(), 20.0, stake, surer) > reply_probability(
        zones(), 20.0, stake, belief
    )


def test_force_and_failed_talks_bring_more_incidents():
    rates = [incident_rate(zones(), posture_at(force), False) for force in range(3)]
    failed = [incident_rate(zones(), posture_at(force), True) for force in range(3)]

    assert rates == [0.03, 0.04, 0.05]
    assert failed == [2.0 * rate for rate in rates]


def test_failed_talks_make_escalation_likelier_and_never_more_than_certain():
    zone = zones()
    zone.failed_escalation_factor = 3.0
    chances = []
    for chance in (0.1, 0.5):
        zone.escalation_probability = chance
        chances.append([escalation_probability(zone, has_failed) for has_failed in (False, True)])

    assert chances == [[0.1, pytest.approx(0.3)], [0.5, 1.0]]
