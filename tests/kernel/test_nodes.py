import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.nodes import choose, highest, inclusive_value

worths = st.lists(st.floats(-3.0, 3.0), min_size=2, max_size=8)
precisions = st.floats(0.5, 60.0)


def chances_of(values, precision, weights=None):
    chances = np.zeros(len(values))
    weights = np.ones(len(values)) if weights is None else np.array(weights)
    value = choose(np.array(values), weights, precision, chances)
    return value, chances


@given(worths, precisions)
def test_chances_sum_to_one_and_a_better_move_is_made_more_often(values, precision):
    _, chances = chances_of(values, precision)
    order = np.argsort(values, kind="stable")

    assert abs(chances.sum() - 1.0) < 1e-12
    assert (np.diff(chances[order]) >= -1e-15).all()


@given(worths, precisions, st.floats(-5.0, 5.0))
def test_only_differences_of_worth_matter(values, precision, shift):
    value, chances = chances_of(values, precision)
    moved, same = chances_of([worth + shift for worth in values], precision)

    np.testing.assert_allclose(same, chances, atol=1e-9)
    assert abs(moved - value - shift) < 1e-9


@given(worths, precisions)
def test_a_move_listed_twice_at_half_its_weight_changes_nothing(values, precision):
    value, chances = chances_of(values, precision)
    again, doubled = chances_of(
        [*values, values[-1]], precision, [1.0] * (len(values) - 1) + [0.5, 0.5]
    )

    assert abs(again - value) < 1e-12
    np.testing.assert_allclose(doubled[:-2], chances[:-1], atol=1e-12)


@given(worths, precisions)
def test_the_expected_value_lies_between_the_mean_and_the_best(values, precision):
    value, _ = chances_of(values, precision)

    assert np.mean(values) - 1e-9 <= value <= highest(np.array(values)) + 1e-9


@given(worths, precisions)
def test_the_inclusive_value_is_at_least_the_best_and_tends_to_it(values, precision):
    best = highest(np.array(values))
    value = inclusive_value(np.array(values), np.ones(len(values)), precision)

    assert best - 1e-12 <= value <= best + np.log(len(values)) / precision + 1e-12
