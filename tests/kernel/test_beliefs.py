import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.beliefs import (
    Grid,
    after_act,
    after_move,
    draw_grid_point,
    most_shift,
    point,
    posterior,
    probability,
)

GRID = Grid(-4.5, 1.5, 7)
chances = st.floats(0.01, 0.99)
log_odds = st.floats(-8.0, 8.0)


@given(chances, chances, chances)
def test_a_belief_is_a_martingale_over_what_the_act_may_be(prior, if_so, if_not):
    seen = prior * if_so + (1.0 - prior) * if_not
    expected = seen * posterior(prior, if_so, if_not) + (1.0 - seen) * posterior(
        prior, 1.0 - if_so, 1.0 - if_not
    )

    assert abs(expected - prior) < 1e-12


@given(log_odds, chances, chances)
def test_log_odds_and_probabilities_say_the_same(belief, if_so, if_not):
    moved = after_act(belief, if_so, if_not)

    assert abs(probability(moved) - posterior(probability(belief), if_so, if_not)) < 1e-9


@given(log_odds, chances, chances, st.floats(0.01, 0.9))
def test_no_act_moves_a_belief_further_than_that_it_was_a_slip_allows(belief, if_so, if_not, slip):
    moved = after_move(belief, if_so, if_not, most_shift(slip))
    reported = after_act(belief, if_so, if_not)

    assert abs(moved - belief) <= min(-math.log(slip), abs(reported - belief)) + 1e-9
    assert after_move(belief, if_so, if_not, most_shift(0.0)) == reported


@given(log_odds, st.floats(0.001, 0.999))
def test_the_cell_played_is_a_neighbour_of_the_belief(belief, draw):
    cell = draw_grid_point(GRID, belief, draw)
    clamped = min(max(belief, -4.5), 4.5)

    assert 0 <= cell < GRID.points
    assert abs(point(GRID, cell) - clamped) <= GRID.step


def test_cells_are_played_in_proportion_to_their_nearness():
    draws = [(index + 0.5) / 1000 for index in range(1000)]
    upper = sum(draw_grid_point(GRID, 0.3, draw) == 4 for draw in draws)

    assert upper == 200


@pytest.mark.parametrize("belief", [math.nan, math.inf, -math.inf, 1e300])
def test_whatever_a_belief_is_the_cell_played_lies_on_the_grid(belief):
    assert 0 <= draw_grid_point(GRID, belief, 0.5) < GRID.points


@given(log_odds, chances)
def test_an_act_that_no_type_would_make_says_nothing(belief, chance):
    assert after_act(belief, 0.0, 0.0) == belief
    assert math.isfinite(after_act(belief, chance, 0.0))


@given(chances)
def test_a_sign_that_cannot_be_seen_says_nothing(prior):
    assert posterior(prior, 0.0, 0.0) == prior
