import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.beliefs import BOUNDLESS, Grid, after_act, point, probability
from detente.kernel.equation import RESIDUAL_ALLOWED, round_trip, solve_nodes
from detente.kernel.layout import new_record
from detente.kernel.nodes import MOVES, Entry, Node, Payoffs, add_move, set_priors
from detente.kernel.posteriors import worth_at
from detente.kernel.question import place_loaded_posterior, solve_or_evaluate

POINTS = 7
STEP = 4 if numba.config.DISABLE_JIT else 1
"""Of the places of folds, without the compiler every fourth is tried."""
GRID = Grid(-4.5, 1.5, POINTS)
tables = st.lists(st.floats(-0.5, 0.5), min_size=3 * POINTS * 2, max_size=3 * POINTS * 2)
precisions = st.floats(1.0, 60.0)


def node_of(values, precision, *, mover=0):
    node = new_record(Node)
    node.precision, node.tolerance, node.mover, node.moves = precision, 0.01, mover, 3
    node.most_shift = BOUNDLESS
    node.move[:3] = [0, 1, 2]
    node.weight[:3] = [1.0, 0.1, 0.01]
    set_priors(node, GRID, 1)
    worth = np.array(values).reshape(3, POINTS, 2)
    node.value[:3, :POINTS, mover : mover + 2] = worth
    node.value[:3, :POINTS, 2 - mover : 4 - mover] = 0.5 * worth
    return node


def solve(node):
    start = np.array(node.all_equations.prior[:POINTS])
    posteriors = np.repeat(start[None], MOVES, axis=0)
    solve_nodes(node, GRID, start, posteriors)
    return node


@given(tables, precisions)
def test_policies_are_chances(values, precision):
    node = solve(node_of(values, precision))
    for policy in (node.firm_policy, node.unresolved_policy):
        np.testing.assert_allclose(policy[:3, :POINTS].sum(axis=0), 1.0, atol=1e-12)
        assert (policy[:3, :POINTS] >= 0.0).all()


@given(tables, st.floats(1.0, 20.0))
def test_choice_given_bayes_and_bayes_given_choice_agree(values, precision):
    node = solve(node_of([0.1 * value for value in values], precision))
    residuals = [round_trip(node, GRID, prior) for prior in range(POINTS)]

    assert max(residuals) < RESIDUAL_ALLOWED


@given(tables, st.floats(1.0, 20.0), st.floats(0.1, 1.5))
def test_they_agree_too_where_no_move_may_say_more_than_so_much(values, precision, most):
    node = node_of([0.1 * value for value in values], precision)
    node.most_shift = most
    solve(node)
    residuals = [round_trip(node, GRID, prior) for prior in range(POINTS)]
    reached = (
        GRID.origin + GRID.step * (node.all_equations.cell + node.all_equations.share)[:3, :POINTS]
    )
    shift = np.abs(reached - node.all_equations.prior[:POINTS])

    assert max(residuals) < RESIDUAL_ALLOWED
    assert shift.max() <= most + 1e-9


@given(tables, precisions)
def test_the_public_belief_is_a_martingale_at_every_node(values, precision):
    node = solve(node_of(values, precision))
    belief = np.array([probability(prior) for prior in node.all_equations.prior[:POINTS]])
    firm, other = node.firm_policy[:3, :POINTS], node.unresolved_policy[:3, :POINTS]
    seen = belief * firm + (1.0 - belief) * other
    after = belief * firm / seen

    np.testing.assert_allclose((seen * after).sum(axis=0), belief, atol=1e-12)


def test_types_that_value_all_alike_say_nothing_by_what_they_do():
    worth = np.zeros((3, POINTS, 2))
    worth[1] = 0.2
    node = solve(node_of(worth, 20.0))

    priors = np.array(node.all_equations.prior[:POINTS])

    np.testing.assert_allclose(node.all_equations.log_odds[:3, :POINTS], [priors] * 3, atol=0.01)


@given(tables, st.floats(1.0, 20.0))
def test_without_learning_the_answer_is_plain_quantal_response(values, precision):
    flat = np.repeat(np.array(values).reshape(3, POINTS, 2)[:, :1], POINTS, axis=1)
    node = solve(node_of(flat, precision))
    pull = node.weight[:3] * np.exp(precision * flat[:, 0, 0])

    np.testing.assert_allclose(node.firm_policy[:3, 0], pull / pull.sum(), rtol=1e-9)


@given(tables, st.floats(1.0, 20.0), st.sampled_from([-1e5, -300.0, 300.0, 1e5]), st.integers(0, 1))
def test_what_all_moves_have_in_common_changes_no_choice(values, precision, common, own):
    worth = 0.1 * np.array(values).reshape(3, POINTS, 2)
    usual = solve(node_of(worth, precision))
    worth[:, :, own] += common
    far = solve(node_of(worth, precision))

    np.testing.assert_allclose(
        far.firm_policy[:3, :POINTS], usual.firm_policy[:3, :POINTS], atol=0.02
    )
    assert far.unsettled[:POINTS].sum() == 0


@given(st.lists(st.floats(-1e9, 1e9), min_size=6 * POINTS, max_size=6 * POINTS), precisions)
def test_however_far_apart_worths_lie_policies_are_chances(values, precision):
    node = solve(node_of(values, precision))

    for policy in (node.firm_policy, node.unresolved_policy):
        np.testing.assert_allclose(policy[:3, :POINTS].sum(axis=0), 1.0, atol=1e-12)
    assert np.isfinite(node.result[:POINTS]).all()


@given(tables, st.floats(1.0, 20.0), st.sampled_from([0, 2]))
def test_a_best_reply_is_never_worse_than_the_policy(values, precision, mover):
    node = node_of([0.1 * value for value in values], precision, mover=mover)
    beliefs = (1, POINTS) if mover == 0 else (POINTS, 1)
    table = np.zeros((*beliefs, 2, MOVES), np.float32)
    start = np.array(node.all_equations.prior[:POINTS])
    solve_or_evaluate(node, GRID, start, np.repeat(start[None], MOVES, axis=0), table)
    worth = np.array(node.result[:POINTS])
    node.is_best_response = 1
    solve_or_evaluate(node, GRID, start, np.zeros((MOVES, POINTS)), table)
    best = np.array(node.result[:POINTS])

    assert (best[:, mover : mover + 2] >= worth[:, mover : mover + 2] - 0.02).all()
    np.testing.assert_allclose(
        best[:, 2 - mover : 4 - mover], worth[:, 2 - mover : 4 - mover], atol=0.02
    )


@given(st.floats(-9.0, 9.0))
def test_worth_is_linear_between_grid_points_and_flat_beyond(log_odds):
    node = node_of(np.arange(3 * POINTS * 2) / 100.0, 10.0)
    expected = np.interp(log_odds, node.all_equations.prior[:POINTS], node.value[1, :POINTS, 0])

    assert abs(worth_at(node, GRID, (1, 0), 0, log_odds) - expected) < 1e-12


def test_an_act_that_only_one_type_makes_moves_the_belief_its_way():
    assert after_act(0.0, 0.9, 0.1) > 0.0 > after_act(0.0, 0.1, 0.9)


def folded_node(first=0.03, second=0.0, last=0.0):
    """Return a node whose first move pays the firm type more, the surer it makes others of it.

    So may its second, by `second`; its last pays it `last`.
    """
    worth = np.zeros((3, POINTS, 2))
    log_odds = np.array([point(GRID, place) for place in range(POINTS)])
    worth[0, :, 0], worth[1, :, 0], worth[2, :, 0] = first * log_odds, second * log_odds, last
    worth[1, :, 0] += 1.5 * second
    return node_of(worth, 60.0)


def list_twice(node, column, *, apart=0.0):
    """Put a move on the menu once more, each listing at half the weight."""
    node.moves, node.move[3], node.weight[column] = 4, 3, 0.5 * node.weight[column]
    node.weight[3] = node.weight[column]
    node.value[3] = node.value[column] + apart
    return node


def test_a_fold_is_solved_on_the_fold():
    node = solve(folded_node())
    residuals = [round_trip(node, GRID, prior) for prior in range(POINTS)]

    assert node.folded_rows == 1
    assert node.fold_fixes > 0
    assert max(residuals) < RESIDUAL_ALLOWED


@pytest.mark.parametrize("last", [-0.02, 0.0, 0.02])
@pytest.mark.parametrize("second", [0.02, 0.03, 0.04, 0.05, 0.06][::STEP])
@pytest.mark.parametrize("first", [0.03, 0.04, 0.05][::STEP])
def test_a_fold_that_leads_to_another_is_solved_on_both(first, second, last):
    node = solve(folded_node(first, second, last))
    residuals = [round_trip(node, GRID, prior) for prior in range(POINTS)]

    assert node.fold_fixes > 0
    assert max(residuals) < 0.2 * RESIDUAL_ALLOWED


@pytest.mark.parametrize("second", [0.0, 0.02, 0.04, 0.06][::STEP])
@pytest.mark.parametrize("first", [0.03, 0.05])
@pytest.mark.parametrize("column", [0, 1, 2])
def test_a_move_listed_twice_is_made_as_often_and_put_on_the_fold_with_its_twin(
    first, second, column
):
    once = solve(folded_node(first, second))
    twice = solve(list_twice(folded_node(first, second), column))

    assert twice.fold_fixes == once.fold_fixes > 0
    for one, two in (
        (once.firm_policy, twice.firm_policy),
        (once.unresolved_policy, twice.unresolved_policy),
    ):
        np.testing.assert_array_equal(two[3, :POINTS], two[column, :POINTS])
        merged = np.array(two[:3, :POINTS])
        merged[column] *= 2.0
        np.testing.assert_allclose(merged, one[:3, :POINTS], atol=1e-9)


def test_a_move_listed_twice_a_hair_apart_is_put_on_the_fold_with_its_twin():
    for apart in (1e-9, 1e-6):
        once = solve(folded_node())
        twice = solve(list_twice(folded_node(), 0, apart=apart))
        merged = (twice.firm_policy[0] + twice.firm_policy[3])[:POINTS]

        np.testing.assert_allclose(merged, once.firm_policy[0, :POINTS], atol=100.0 * apart)


def test_of_several_solutions_the_one_near_the_last_stage_is_kept():
    high, low = folded_node(), folded_node()
    for node, shift in ((high, 4.0), (low, -4.0)):
        start = np.array(node.all_equations.prior[:POINTS])
        solve_nodes(node, GRID, start + shift, np.full((MOVES, POINTS), shift))

    assert not np.allclose(high.firm_policy[:3, 3], low.firm_policy[:3, 3], atol=0.05)


def test_a_move_of_no_weight_is_not_on_the_menu():
    node = new_record(Node)
    block = np.zeros((POINTS, POINTS, 5))
    for move, weight in enumerate((1.0, 0.0, 0.5)):
        add_move(node, GRID, Entry(move, weight, 0.0, 0.0, Payoffs(0.0, 0.0, 0.0, 0.0, 0.0)), block)

    assert node.moves == 2
    assert list(node.move[:2]) == [0, 2]


@pytest.mark.parametrize("prior", range(POINTS))
def test_a_move_that_a_type_never_makes_leaves_the_belief_where_it_was(prior):
    node = node_of([0.0] * (3 * POINTS * 2), 10.0)
    node.firm_policy[:2, prior] = [0.0, 0.5]
    node.unresolved_policy[:2, prior] = 0.5
    for move in range(2):
        place_loaded_posterior(node, GRID, prior, move)

    reached = node.all_equations.cell[:2, prior] + node.all_equations.share[:2, prior]
    np.testing.assert_allclose(reached, prior, atol=1e-12)
