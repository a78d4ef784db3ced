"""The recursion over stages: what it works out, and where it begins."""

import functools

import numpy as np
import pytest

from detente.ensemble.encode import encode
from detente.kernel.aftermath import store_float32
from detente.kernel.layout import new_record
from detente.kernel.nodes import HOLDERS, Node
from detente.kernel.places import RAISING, Place, posture_at
from detente.kernel.policy import discount_next_stage, follow_branch, solve_backward, solve_moves
from detente.kernel.solution import new_workspaces
from detente.kernel.tables import reachable_places
from detente.kernel.talks import DefenderMove, Regime
from detente.kernel.theatre import Reply
from tests.kernel.worlds import drawn, set_stages, war_table

pytestmark = pytest.mark.plain


def where_a_full_answer_to_the_hard_hurts():
    """Return a table of war with which the hard gains by being known: then it is not answered."""
    table = war_table()
    table.worth[:, :, :, 0, Reply.FULL, 0] -= 0.3
    return table


@functools.cache
def small(precision):
    """Return a workspace in which a world of few stages and two beliefs a side was solved."""
    crisis, (values,) = drawn(1, 1)
    world = encode(crisis, values, grid="tiny", horizon=56)
    set_stages(world.calendar, 70)
    world.calendar.ceiling[:] = world.calendar.force_at_start = 1
    world.belief_points = 2
    world.mediators.count = 0
    world.talks.precision, world.talks.has_vowed = precision, 1
    world.talks.growth_rate = world.talks.defender_rate[DefenderMove.ADVANCE] = 0.0
    world.tolerance, world.aftermath.ends_dispute = 1e-6, 1
    (workspace,) = new_workspaces(world, where_a_full_answer_to_the_hard_hurts())
    solve_backward(workspace)
    return workspace


def test_a_worth_that_play_cannot_be_given_is_counted():
    node, worths = new_record(Node), np.zeros((2, 2, HOLDERS))
    worths[0, 1, 3], worths[1, 0, 0], worths[1, 1, 4] = np.nan, -np.inf, 3e38

    store_float32(node, worths, np.zeros(worths.shape, np.float32))

    assert node.not_representable == 2


@pytest.mark.parametrize(("ceilings", "raises"), [((1, 1), 0), ((1, 2), 1), ((2, 1), 0)])
def test_a_raise_can_be_ordered_for_the_next_stage(ceilings, raises):
    workspace = small(4.0)
    kept = workspace.world.calendar.ceiling.copy()
    workspace.world.calendar.ceiling[:2] = ceilings
    reach = reachable_places(workspace, 0)
    workspace.world.calendar.ceiling[:] = kept

    assert reach.postures == posture_at(ceilings[0]) + 1 + raises


def test_what_comes_after_a_stage_counts_less_by_the_length_of_that_stage():
    workspace = small(4.0)
    talks, calendar = workspace.world.talks, workspace.world.calendar
    kept, calendar.stage_days[:2] = calendar.stage_days.copy(), [28.0, 7.0]
    workspace.work.next_stage[:] = 1.0
    discount_next_stage(workspace, 0)
    calendar.stage_days[:] = kept

    np.testing.assert_allclose(
        workspace.work.continuation[:RAISING, :, : Regime.STANDSTILL],
        np.exp(-28.0 * talks.discount_rate),
        rtol=1e-12,
    )


def test_a_stage_in_which_nobody_comes_to_move_is_worth_what_comes_after_it():
    workspace = small(4.0)
    talks, ahead = workspace.world.talks, workspace.work.continuation.copy()
    paces = talks.challenger_pace, talks.defender_pace
    talks.challenger_pace = talks.defender_pace = 1e-12
    workspace.work.continuation[:] = 0.25
    solve_moves(workspace, Place(0, 0, 0), Regime.NO_TEXT)
    talks.challenger_pace, talks.defender_pace = paces
    workspace.work.continuation[:] = ahead

    np.testing.assert_allclose(workspace.work.now[0, 0, Regime.NO_TEXT], 0.25, rtol=1e-9)


@pytest.mark.parametrize(("precision", "is_folded"), [(4.0, False), (200.0, True)])
def test_the_branch_does_not_depend_on_where_its_search_begins(precision, is_folded):
    workspace = small(precision)
    last = workspace.world.calendar.stages - 1
    solved = workspace.policies.challenger[last].copy(), workspace.policies.defender[last].copy()
    assert (workspace.node.folded_rows > 0) == is_folded

    workspace.work.start[:] = workspace.work.posteriors[:] = workspace.world.belief_limit
    follow_branch(workspace, last)

    assert workspace.node.precision == precision
    np.testing.assert_allclose(workspace.policies.challenger[last], solved[0], atol=1e-5)
    np.testing.assert_allclose(workspace.policies.defender[last], solved[1], atol=1e-5)
