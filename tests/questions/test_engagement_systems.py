import pytest

from detente import load
from detente.questions.engagement import systems, weapons_without_claim, without_claim

KINDS = ("aircraft", "cruise_missiles")
OUTER = "defences.iran.layers.reported_long_range."


def shots(layer):
    return {shot.kind: shot for shot in layer.against}


@pytest.fixture(scope="module")
def layers():
    return {each.key: each for each in systems(load("oman-2026"), "defender")}


def test_a_reported_system_has_the_chance_of_being_there_and_of_working(layers):
    outer = layers["reported_long_range"]

    assert outer.there == pytest.approx(0.4 * 0.65)
    assert outer.is_reported
    assert not layers["short_range"].is_reported


def test_a_system_that_was_set_to_be_there_is_no_longer_reported():
    there = {OUTER + "present": True, OUTER + "operational": True}
    outer, *_ = systems(load("oman-2026", changes=there), "defender")

    assert outer.there == 1.0
    assert not outer.is_reported


def test_what_no_claim_gives_or_is_known_but_widely_is_unproven(layers):
    aircraft, cruise_missiles = (shots(layers["domestic_long_range"])[kind] for kind in KINDS)

    assert shots(layers["s300"])["aircraft"].because == ()
    assert aircraft.because == ("bavar-untested", "no-air-superiority")
    assert cruise_missiles.because == ("bavar-untested",)
    assert aircraft.gives == ()
    assert aircraft.kill_high < cruise_missiles.kill_low
    assert all(layer.is_unproven for layer in layers.values())


def test_a_narrow_chance_that_a_claim_gives_is_not_unproven(layers):
    outer = layers["domestic_long_range"]
    narrow = tuple(shot._replace(kill_low=0.5, kill_high=0.6) for shot in outer.against)
    given = tuple(shot._replace(gives=shot.because) for shot in narrow)

    assert outer._replace(against=narrow).is_unproven
    assert not outer._replace(against=given).is_unproven


def test_a_layer_is_not_judged_by_what_it_never_fires_at():
    upper, *_ = systems(load("oman-2026"), "challenger")

    assert shots(upper)["drones"].fires == 0.0
    assert shots(upper)["ballistic_missiles"].fires == 1.0


def test_numbers_that_no_claim_gives_are_named():
    crisis = load("oman-2026")

    assert without_claim(crisis, "iran") == (
        "defences.iran.tracking_probability",
        "defences.iran.poor_tracking",
    )
    assert weapons_without_claim(crisis, "defender") == ("ballistic_missiles", "drones")
