import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.moves import make_choice

HOLD = 2
weights = st.lists(st.floats(0.01, 1.0), min_size=10, max_size=10)
factors = st.floats(0.05, 1.0)
draws = st.floats(0.0, 0.999999)


def row_of(values):
    row = np.array(values).reshape(2, 5)
    return (row / row.sum(axis=1, keepdims=True)).astype(np.float32)


def daily(row, factor):
    scaled = row.astype(float) * np.where(np.arange(5) == HOLD, 1.0, factor)
    rest = row[:, HOLD].astype(float) + factor * (1.0 - row[:, HOLD].astype(float))
    return scaled / rest[:, None]


@given(weights, factors, st.sampled_from([0, 1]))
def test_moves_are_made_as_often_as_the_rescaled_policy_says(values, factor, own):
    row = row_of(values)
    grid = (np.arange(2000) + 0.5) / 2000
    moves = [make_choice(row, HOLD, own, factor, draw).move for draw in grid]
    seen = np.bincount(moves, minlength=5) / 2000

    np.testing.assert_allclose(seen, daily(row, factor)[own], atol=1.1e-3)


@given(weights, factors, draws, st.sampled_from([0, 1]))
def test_bayes_is_told_how_likely_the_move_was_for_either_type(values, factor, draw, own):
    row = row_of(values)
    choice = make_choice(row, HOLD, own, factor, draw)

    np.testing.assert_allclose(
        [choice.if_firm, choice.if_not], daily(row, factor)[:, choice.move], rtol=1e-12
    )


@given(weights, factors, draws, draws)
def test_a_higher_draw_never_makes_a_more_peaceful_move(values, factor, one, other):
    row = row_of(values)
    low, high = sorted([one, other])

    assert (
        make_choice(row, HOLD, 0, factor, low).move <= make_choice(row, HOLD, 0, factor, high).move
    )


@given(weights, draws)
def test_a_move_with_no_chance_is_never_made(values, draw):
    row = row_of(values)
    row[:, 4] = 0.0

    assert make_choice(row, HOLD, 0, 1.0, draw).move != 4
