import pytest

from detente import load
from detente.analysis.engagement.engagement import systems, weapons_without_claim, without_claim

OUTER = "defences.iran.layers.reported_long_range."


@pytest.fixture(scope="module")
def layers():
    return {each.key: each for each in systems(load("oman-2026"), "iran")}


def test_a_reported_system_has_the_chance_of_being_there_and_of_working(layers):
    outer = layers["reported_long_range"]

    assert outer.there == pytest.approx(0.4 * 0.65)
    assert outer.is_reported
    assert not layers["short_range"].is_reported


def test_a_system_that_was_set_to_be_there_is_no_longer_reported():
    there = {OUTER + "present": True, OUTER + "operational": True}
    outer, *_ = systems(load("oman-2026", changes=there), "iran")

    assert outer.there == 1.0
    assert not outer.is_reported


def test_what_rests_on_no_claim_or_is_known_but_widely_is_unproven(layers):
    assert layers["s300"].because == ()
    assert layers["domestic_long_range"].because == ("bavar-untested",)
    assert all(layer.is_unproven for layer in layers.values())


def test_a_narrow_chance_that_rests_on_a_claim_is_not_unproven(layers):
    outer = layers["domestic_long_range"]._replace(kill_low=0.5, kill_high=0.6)

    assert not outer.is_unproven


def test_numbers_without_a_claim_are_named():
    crisis = load("oman-2026")

    assert without_claim(crisis, "iran") == ("defences.iran.poor_tracking",)
    assert weapons_without_claim(crisis, "iran") == ("ballistic_missiles", "drones")
