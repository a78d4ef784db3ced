import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.agenda import Stake, concession_rate, first_to_concede, mean_delay

paces = st.floats(0.001, 1.0)
precisions = st.floats(0.5, 60.0)
worths = st.floats(-2.0, 2.0)
costs = st.floats(0.0, 0.1)
rates = st.floats(1e-6, 1.0)


@given(precisions, worths, st.floats(0.01, 2.0), st.floats(0.001, 0.1))
def test_a_side_is_indifferent_at_the_hazard_of_the_war_of_attrition(precision, others, gap, cost):
    pace = cost / gap
    stake = Stake(own=others + gap, others=others, delay_cost=cost)

    assert concession_rate(pace, precision, stake) == pytest.approx(pace / 2.0, rel=1e-6)


@given(paces, precisions, worths, worths, costs)
def test_nobody_concedes_faster_than_the_pace(pace, precision, own, others, cost):
    assert 0.0 <= concession_rate(pace, precision, Stake(own, others, cost)) <= pace


@given(paces, precisions, worths, worths, costs, st.floats(0.0, 1.0))
def test_what_holding_out_costs_hastens_and_what_it_saves_delays(
    pace, precision, own, others, cost, more
):
    rate = concession_rate(pace, precision, Stake(own, others, cost))

    assert concession_rate(pace, precision, Stake(own, others, cost + more)) >= rate
    assert concession_rate(pace, precision, Stake(own + more, others, cost)) <= rate


@given(rates, rates)
def test_either_side_concedes_first_the_faster_one_more_often(rate, other):
    first = first_to_concede(rate, other)

    assert first + first_to_concede(other, rate) == pytest.approx(1.0)
    assert (first >= 0.5) == (rate >= other)


def test_races_between_two_hazards_end_as_stated():
    rates = np.array([0.02, 0.05])
    times = np.random.default_rng(1).exponential(1.0 / rates, (200_000, 2))
    is_first = times[:, 0] < times[:, 1]
    ends = times.min(axis=1)

    assert is_first.mean() == pytest.approx(first_to_concede(*rates), abs=4.0 * 0.5 / 200_000**0.5)
    assert ends.mean() == pytest.approx(mean_delay(*rates), abs=4.0 * ends.std() / 200_000**0.5)


def test_of_two_sides_that_would_never_concede_either_may_be_first():
    stake = Stake(own=1e4, others=-1e4, delay_cost=0.0)
    rate = concession_rate(0.1, 60.0, stake)

    assert first_to_concede(rate, rate) == 0.5
    assert mean_delay(rate, rate) > 1e9
