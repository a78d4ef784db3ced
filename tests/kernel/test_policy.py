"""The recursion over stages: what it works out, and where it begins."""

import functools

import numpy as np
import pytest

from detente.ensemble.encode import encode
from detente.kernel.places import Place, posture_at
from detente.kernel.policy import follow_branch, look_ahead, solve_backward, solve_moves
from detente.kernel.solution import set_desks
from detente.kernel.tables import reach_of
from detente.kernel.talks import DefenderMove, Regime
from detente.kernel.theatre import Answer
from tests.kernel.worlds import drawn, set_stages, war_table

pytestmark = pytest.mark.plain


def where_a_full_answer_to_the_hard_hurts():
    """Return a table of war with which the hard gains by being known: then it is not answered."""
    table = war_table()
    table.worth[:, :, :, 0, Answer.FULL, 0] -= 0.3
    return table


@functools.cache
def small(precision):
    """Return a desk at which a world of few stages and two beliefs a side was solved."""
    crisis, (values,) = drawn(1, 1)
    world = encode(crisis, values, grid="tiny", horizon=56)
    set_stages(world.calendar, 70)
    world.calendar.ceiling[:] = world.calendar.force_at_start = 1
    world.belief_points = 2
    world.mediators.count = 0
    world.talks.precision, world.talks.has_vowed = precision, 1
    world.talks.growth_rate = world.talks.defender_rate[DefenderMove.ADVANCE] = 0.0
    world.tolerance, world.aftermath.ends_dispute = 1e-6, 1
    (desk,) = set_desks(world, where_a_full_answer_to_the_hard_hurts())
    solve_backward(desk)
    return desk


@pytest.mark.parametrize(("ceilings", "raises"), [((1, 1), 0), ((1, 2), 1), ((2, 1), 0)])
def test_a_raise_can_be_ordered_for_the_next_stage(ceilings, raises):
    desk = small(4.0)
    kept = desk.world.calendar.ceiling.copy()
    desk.world.calendar.ceiling[:2] = ceilings
    reach = reach_of(desk, 0)
    desk.world.calendar.ceiling[:] = kept

    assert reach.postures == posture_at(ceilings[0]) + 1 + raises


def test_what_comes_after_a_stage_counts_less_by_the_length_of_that_stage():
    desk = small(4.0)
    talks, calendar = desk.world.talks, desk.world.calendar
    kept, calendar.stage_days[:2] = calendar.stage_days.copy(), [28.0, 7.0]
    desk.work.later[:] = 1.0
    look_ahead(desk, 0)
    calendar.stage_days[:] = kept

    np.testing.assert_allclose(desk.work.ahead, np.exp(-28.0 * talks.discount_rate), rtol=1e-12)


def test_a_stage_in_which_nobody_comes_to_move_is_worth_what_comes_after_it():
    desk = small(4.0)
    talks, ahead = desk.world.talks, desk.work.ahead.copy()
    paces = talks.challenger_pace, talks.defender_pace
    talks.challenger_pace = talks.defender_pace = 1e-12
    desk.work.ahead[:] = 0.25
    solve_moves(desk, Place(0, 0, 0), Regime.NO_TEXT)
    talks.challenger_pace, talks.defender_pace = paces
    desk.work.ahead[:] = ahead

    np.testing.assert_allclose(desk.work.now[0, 0, Regime.NO_TEXT], 0.25, rtol=1e-9)


@pytest.mark.parametrize(("precision", "is_folded"), [(4.0, False), (200.0, True)])
def test_the_branch_does_not_depend_on_where_its_search_begins(precision, is_folded):
    desk = small(precision)
    last = desk.world.calendar.stages - 1
    solved = desk.policies.challenger[last].copy(), desk.policies.defender[last].copy()
    assert (desk.node.folded_rows > 0) == is_folded

    desk.work.start[:] = desk.work.posteriors[:] = desk.world.belief_limit
    follow_branch(desk, last)

    assert desk.node.precision == precision
    np.testing.assert_allclose(desk.policies.challenger[last], solved[0], atol=1e-5)
    np.testing.assert_allclose(desk.policies.defender[last], solved[1], atol=1e-5)
