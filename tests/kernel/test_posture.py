import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.places import (
    LEVELS,
    POSTURES,
    STANCES,
    advanced,
    force_of,
    has_vowed,
    imposed_at,
    is_under_way,
    lowered,
    posture_at,
    stance_at,
    step_of,
)
from detente.kernel.posture import PLANS, draw_plan, is_alert, sign_shift, update_plan_belief

IF_HARD = np.array([0.15, 0.45, 0.30, 0.10])
IF_SOFT = np.array([0.70, 0.20, 0.07, 0.03])
chances = st.lists(st.floats(0.01, 1.0), min_size=4, max_size=4).map(
    lambda weights: np.array(weights) / np.sum(weights)
)
likelihoods = st.lists(st.floats(0.01, 1.0), min_size=8, max_size=8).map(
    lambda drawn: np.array(drawn).reshape(2, 4)
)
"""How likely a sign is for each type of challenger and plan."""


@given(st.floats(1.0, 20.0), st.floats(0.1, 10.0))
def test_a_sign_of_direct_action_points_to_a_hard_challenger(ratio, scale):
    seen = scale * np.array([[1.0, 1.0, ratio, ratio]] * 2)
    shift = sign_shift(seen, IF_HARD, IF_SOFT)

    assert shift >= -1e-12
    assert abs(shift - sign_shift(seen / scale, IF_HARD, IF_SOFT)) < 1e-9


@given(chances, chances)
def test_a_sign_that_is_as_likely_for_both_types_and_all_plans_says_nothing(if_hard, if_soft):
    assert abs(sign_shift(np.full((2, 4), 0.3), if_hard, if_soft)) < 1e-12


@given(chances, chances, st.floats(0.1, 20.0), st.floats(0.01, 1.0))
def test_a_sign_of_force_shifts_the_odds_by_its_ratio_whatever_the_plans(
    if_hard, if_soft, ratio, scale
):
    seen = scale * np.array([[ratio] * 4, [1.0] * 4])
    before = if_hard.copy()
    shift = sign_shift(seen, if_hard, if_soft)
    update_plan_belief(seen[0], if_hard)

    assert abs(shift - np.log(ratio)) < 1e-9
    np.testing.assert_allclose(if_hard, before, atol=1e-12)


def test_the_shift_is_the_log_of_the_ratio_of_means():
    shift = sign_shift(np.array([[1.0, 1.0, 4.0, 4.0]] * 2), IF_HARD, IF_SOFT)

    assert abs(shift - np.log((0.6 + 1.6) / (0.9 + 0.4))) < 1e-12


@given(chances, chances, likelihoods, st.floats(0.05, 0.95))
def test_type_and_plan_are_believed_together_as_bayes_has_it(if_hard, if_soft, seen, hard):
    joint = np.array([hard * if_hard, (1.0 - hard) * if_soft]) * seen
    joint /= joint.sum()
    odds = np.log(hard / (1.0 - hard)) + sign_shift(seen, if_hard, if_soft)
    update_plan_belief(seen[0], if_hard)
    update_plan_belief(seen[1], if_soft)
    after = 1.0 / (1.0 + np.exp(-odds))

    np.testing.assert_allclose(after * if_hard, joint[0], atol=1e-9)
    np.testing.assert_allclose((1.0 - after) * if_soft, joint[1], atol=1e-9)


@given(chances, chances, likelihoods, st.floats(0.05, 0.95))
def test_a_sign_seen_or_not_leaves_the_belief_as_it_was_on_average(if_hard, if_soft, seen, hard):
    odds = np.log(hard / (1.0 - hard))
    mean = 0.0
    for reported in (0.999 * seen, 1.0 - 0.999 * seen):
        after = 1.0 / (1.0 + np.exp(-odds - sign_shift(reported, if_hard, if_soft)))
        mean += after * float(hard * if_hard @ reported[0] + (1.0 - hard) * if_soft @ reported[1])

    assert abs(mean - hard) < 1e-9


@given(chances)
def test_plans_are_drawn_as_often_as_they_are_likely(prior):
    draws = (np.arange(2000) + 0.5) / 2000
    seen = np.bincount([draw_plan(prior, draw) for draw in draws], minlength=len(PLANS))

    np.testing.assert_allclose(seen / 2000, prior, atol=1.1e-3)


def test_a_draw_beyond_the_sum_of_rounded_chances_is_the_last_plan():
    prior = np.full(len(PLANS), (1.0 - 1e-9) / len(PLANS))

    assert draw_plan(prior, np.nextafter(1.0, 0.0)) == len(PLANS) - 1


def test_alert_follows_force_in_view_or_failed_talks():
    assert not is_alert(0, False)
    assert is_alert(1, False)
    assert is_alert(0, True)


@pytest.mark.parametrize("force", range(LEVELS - 1))
def test_a_raise_under_way_is_not_in_view_until_it_arrives(force):
    ordered = posture_at(force) + 1

    assert is_under_way(ordered)
    assert force_of(ordered) == force
    assert force_of(ordered + 1) == force + 1
    assert not is_under_way(ordered + 1)


@pytest.mark.parametrize("force", range(LEVELS - 1))
def test_a_raise_under_way_can_be_called_back(force):
    assert lowered(posture_at(force) + 1) == posture_at(force)


@pytest.mark.parametrize("force", range(1, LEVELS))
def test_what_has_arrived_is_lowered_by_a_whole_level(force):
    assert lowered(posture_at(force)) == posture_at(force - 1)


def test_postures_and_stances_have_a_place_each():
    plain = sorted({posture_at(force) + way for force in range(LEVELS) for way in (0, 1)})[:-1]
    assert [*plain, *map(imposed_at, range(LEVELS))] == [*range(POSTURES)]
    assert sorted(stance_at(step, vow) for step in range(LEVELS) for vow in (0, 1)) == [
        *range(STANCES)
    ]


@pytest.mark.parametrize("stance", range(STANCES))
def test_a_step_of_the_programme_keeps_the_vow_and_there_is_none_past_the_last(stance):
    further = advanced(stance)

    assert has_vowed(further) == has_vowed(stance)
    assert step_of(further) == min(step_of(stance) + 1, LEVELS - 1)
