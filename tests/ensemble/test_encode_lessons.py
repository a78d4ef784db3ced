from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.ensemble.design import quantile
from detente.ensemble.encode.lessons import read_lessons
from detente.kernel.beliefs import evidence_shift, expected_loss, trust
from detente.pack import load

FIRST_ROUNDS = ["cuba-1962", "june-2025"]
SWITCHES = st.tuples(st.sampled_from([0.0, 1.0]), st.sampled_from([0.0, 1.0]))


@cache
def crisis(name="oman-2026"):
    return load(name)


@cache
def median(name="oman-2026"):
    return {path: quantile(number, 0.5) for path, number in crisis(name).numbers.items()}


def lessons(defender, challenger, changes=None):
    """Return the lessons of the median world, each side's switched on or off."""
    switches = {"lessons.defender_learns": defender, "lessons.challenger_learns": challenger}
    return read_lessons(crisis(), {**median(), **switches, **(changes or {})})


def test_a_defender_that_learnt_trusts_as_the_rule_of_the_kernel_says():
    reported = {"lessons.attack_count": 1.0, "lessons.no_attack_count": 4.0, "lessons.weight": 0.7}
    reported |= {"lessons.likelihood_ratio": 2.0}
    read = lessons(1.0, 0.0, reported)

    assert read.challenger_trust == trust(1.0, 4.0, 0.7)
    assert read.hard_shift == evidence_shift(0.7, 2.0)


def test_a_challenger_that_learnt_expects_losses_as_the_rule_of_the_kernel_says():
    reported = {
        "lessons.loss_expected": 2.0,
        "lessons.loss_expected_sd": 0.5,
        "lessons.weight": 0.7,
    }
    reported |= {"lessons.loss_seen": 1.0, "lessons.loss_seen_sd": 0.25}
    expected = expected_loss(2.0, 0.5, 1.0, 0.25, 0.7)

    assert lessons(0.0, 1.0, reported).challenger_loss_factor == expected / 2.0


def test_its_optimism_rises_by_the_confidence_that_it_took():
    reported = {"actors.us.optimism": 0.25, "lessons.confidence": 0.5}

    assert lessons(0.0, 0.0, reported).challenger_optimism == 0.25
    assert lessons(0.0, 1.0, reported).challenger_optimism == 0.75


@given(st.sampled_from([0.0, 1.0]))
def test_a_defender_that_learnt_nothing_goes_by_what_it_held(challenger):
    read = lessons(0.0, challenger)

    assert read.challenger_trust == 1.0
    assert read.hard_shift == 0.0


@given(st.sampled_from([0.0, 1.0]))
def test_a_challenger_that_learnt_nothing_goes_by_what_it_held(defender):
    read = lessons(defender, 0.0)

    assert read.challenger_loss_factor == 1.0
    assert read.challenger_optimism == median()["actors.us.optimism"]


@given(SWITCHES)
def test_neither_lesson_changes_the_optimism_of_the_defender(switches):
    assert lessons(*switches).defender_optimism == median()["actors.iran.optimism"]


@given(SWITCHES)
def test_neither_sides_lesson_changes_that_of_the_other(switches):
    defender, challenger = switches
    read = lessons(defender, challenger)
    alone, other = lessons(defender, 0.0), lessons(0.0, challenger)

    assert (read.challenger_trust, read.hard_shift) == (alone.challenger_trust, alone.hard_shift)
    assert read.challenger_loss_factor == other.challenger_loss_factor
    assert read.challenger_optimism == other.challenger_optimism


@given(SWITCHES, st.floats(0.0, 1.0))
def test_a_round_that_cost_what_was_expected_changes_no_loss_whatever_its_weight(switches, weight):
    reported = {"lessons.loss_expected": 1.0, "lessons.loss_seen": 1.0, "lessons.weight": weight}

    assert lessons(*switches, reported).challenger_loss_factor == pytest.approx(1.0, abs=1e-12)


def test_both_lessons_may_point_to_toughness_at_once():
    read = lessons(1.0, 1.0)

    assert read.hard_shift > 0.0
    assert read.challenger_trust < 1.0
    assert read.challenger_loss_factor < 1.0
    assert read.challenger_optimism > median()["actors.us.optimism"]


@pytest.mark.parametrize("name", FIRST_ROUNDS)
def test_a_first_round_has_no_lessons(name):
    read = read_lessons(crisis(name), median(name))
    optimism = median(name)["actors.us.optimism"]

    assert crisis(name).model.lessons is None
    assert (read.challenger_trust, read.hard_shift) == (1.0, 0.0)
    assert (read.challenger_loss_factor, read.challenger_optimism) == (1.0, optimism)


@pytest.mark.parametrize("spread", ["lessons.loss_expected_sd", "lessons.loss_seen_sd"])
def test_the_smallest_spread_that_can_be_written_is_still_one(spread):
    read = lessons(0.0, 1.0, {spread: 5e-324})

    assert 0.0 < read.challenger_loss_factor < 1.0 + 1e-9
