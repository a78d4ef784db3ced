"""What befalls both sides in a stage, as the recursion reckons with it."""

import numpy as np
import pytest

from detente.kernel.hazards import BEGUN_BY, ForceByAlly, cap_chances, mix_fading, mix_force
from detente.kernel.places import Place
from detente.kernel.solution import new_workspaces
from detente.kernel.talks import over_stage
from tests.kernel.worlds import plain_world, war_table

pytestmark = pytest.mark.plain

START = Place(0, 0, 0)
REGIME = 0
FIRM_GAINS = 0.2
"""What force brings a firm side over waiting; the other type loses as much."""
WORTH_OF_FORCE = 1.0
NOBODY = ForceByAlly(0.0, 0.0, 0.0, 0.0, 0.0)
"""No ally presses for force."""


def moved_by_incidents(side):
    """Return how far incidents on one side move the worth of a third, by both beliefs.

    Force is worth as much as waiting to all but that side and the ally, to which it is worth 1;
    nobody can be restrained from a reply but by what force brings. Shape (tough, hard).
    """
    world = plain_world(ally_rate=0.0, ally_rate_per_step=0.0)
    world.incidents.has_hotline = 0
    world.incidents.alarm_weight = world.incidents.restraint = 0.0
    (workspace,) = new_workspaces(world, war_table())
    force = workspace.work.force[:, :, side]
    force[..., 2 * side] = FIRM_GAINS
    force[..., 2 * side + 1] = -FIRM_GAINS
    force[..., 4] = WORTH_OF_FORCE
    waiting, belief = workspace.work.now[0, 0, REGIME], workspace.node.belief
    for tough in range(workspace.grid.points):
        for hard in range(workspace.grid.points):
            worths = (waiting[tough, hard], workspace.work.force[0, 0, :, tough, hard])
            mix_force(world, worths, (belief[tough], belief[hard]), (0.3, 1.0), NOBODY)
    return waiting[:, :, 4]


@pytest.mark.parametrize("side", [0, 1])
def test_a_commander_goes_by_what_is_believed_of_his_own_side(side):
    by_own_belief = np.moveaxis(moved_by_incidents(side), 1 - side, 0)

    assert (np.diff(by_own_belief, axis=0) > 0.0).all()
    np.testing.assert_allclose(np.diff(by_own_belief, axis=1), 0.0, atol=1e-15)


@pytest.mark.parametrize(
    ("chances", "whole"),
    [((0.5, 0.3, 0.8, 0.0, 0.4, 0.1), 1.0), ((0.1, 0.2, 0.3, 0.05, 0.0, 0.1), 0.75)],
)
def test_chances_of_force_come_to_one_at_most_and_keep_their_proportions(chances, whole):
    scaled = np.array(cap_chances(chances))

    assert len(scaled) == len(BEGUN_BY)
    assert scaled.sum() == pytest.approx(whole)
    np.testing.assert_allclose(scaled / scaled.sum(), np.array(chances) / sum(chances))


def test_each_side_pays_for_a_stage_in_which_nothing_happens():
    world = plain_world(fade_rate=0.0)
    (workspace,) = new_workspaces(world, war_table())
    workspace.work.now[:] = 0.0
    mix_fading(workspace, START)
    talks, days = world.talks, world.calendar.stage_days[START.stage]
    later = workspace.work.next_stage[START.posture, START.stance, REGIME]

    assert (later[..., :4] < 0.0).all()
    np.testing.assert_allclose(
        later[..., 2:4], -over_stage(talks.discount_rate, days) * talks.defender_standoff
    )
