import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.posture import PLAN_IF_HARD, PLAN_IF_SOFT, indicator_shift, is_alert


def test_plans_are_exhaustive_for_both_types():
    assert abs(sum(PLAN_IF_HARD) - 1.0) < 1e-12
    assert abs(sum(PLAN_IF_SOFT) - 1.0) < 1e-12


@given(st.floats(1.0, 20.0), st.floats(0.1, 10.0))
def test_a_sign_of_direct_action_points_to_a_hard_challenger(ratio, scale):
    likelihoods = scale * np.array([1.0, 1.0, ratio, ratio])

    assert indicator_shift(likelihoods) >= -1e-12
    assert abs(indicator_shift(likelihoods) - indicator_shift(likelihoods / scale)) < 1e-9


def test_a_sign_that_is_as_likely_under_every_plan_tells_nothing():
    assert abs(indicator_shift(np.full(4, 0.3))) < 1e-12


def test_the_shift_is_the_log_of_the_ratio_of_means():
    shift = indicator_shift(np.array([1.0, 1.0, 4.0, 4.0]))

    assert abs(shift - np.log((0.6 + 1.6) / (0.9 + 0.4))) < 1e-12


def test_alert_follows_force_in_view_or_failed_talks():
    assert not is_alert(0, False)
    assert is_alert(1, False)
    assert is_alert(0, True)
