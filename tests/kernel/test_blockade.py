"""A blockade or another such measure: what it costs, what it needs, and when it is lifted."""

import functools

import numpy as np
import pytest

from detente.kernel.arithmetic import exp
from detente.kernel.crisis import begin_future
from detente.kernel.day import cap_force, play_nature
from detente.kernel.endings import Event
from detente.kernel.incidents import incident_rate
from detente.kernel.legality import challenger_may
from detente.kernel.menus import daily_costs, weight_unit
from detente.kernel.places import (
    Standing,
    after_challenger,
    after_force,
    force_of,
    imposed_at,
    is_imposed,
    may_impose,
    may_lower,
    may_raise,
    posture_at,
    raised,
    under_ceiling,
)
from detente.kernel.policy import solve_backward
from detente.kernel.solution import change_rates, new_workspaces
from detente.kernel.tables import is_reachable, reachable_places
from detente.kernel.talks import ChallengerMove, Regime
from tests.kernel.worlds import cut_short, plain_world, quiet_play, war_table

pytestmark = pytest.mark.plain
COSTS = (0.004, 0.001, 0.0005)


def blockaded(talks, *, needs=1, costs=COSTS):
    """Let the challenger of a world have a blockade, which it lifts at a rate of .05 a day."""
    talks.has_blockade, talks.blockade_force = 1, needs
    talks.blockade_cost[:] = costs
    talks.challenger_price[ChallengerMove.IMPOSE], talks.lift_cost = 0.02, 0.05
    talks.challenger_rate[ChallengerMove.IMPOSE] = 0.01
    talks.challenger_rate[ChallengerMove.LIFT] = 0.05


@functools.cache
def solved(*, needs=1, costs=COSTS):
    """Return a small world with a blockade, solved."""
    world = cut_short(plain_world(horizon=56), 70)
    world.tolerance = 1e-6
    blockaded(world.talks, needs=needs, costs=costs)
    (workspace,) = new_workspaces(world, war_table())
    solve_backward(workspace)
    return workspace


def test_a_blockade_is_lifted_at_the_end_with_the_chance_that_a_hand_finds():
    workspace = solved()
    talks, calendar = workspace.world.talks, workspace.world.calendar
    last = int(calendar.stages) - 1
    days = float(calendar.stage_days[last])
    both = talks.challenger_pace + talks.defender_pace
    row = workspace.policies.challenger[last, imposed_at(1), 0, Regime.FAILED]
    # After the last stage a day of it costs .004 for ever; lifting costs its price in public.
    spared = exp(-talks.discount_rate * days) * 0.004 / talks.discount_rate
    gain = spared - talks.lift_cost * talks.publicity
    odds = 0.05 * weight_unit(talks.challenger_pace, both, days) * exp(talks.precision * gain)

    found = row[..., ChallengerMove.LIFT] / row[..., ChallengerMove.HOLD]
    np.testing.assert_allclose(found, odds, rtol=1e-5)


def test_each_pays_its_own_day_of_a_blockade():
    talks = solved().world.talks
    without, under = (daily_costs(talks, at(1), 0) for at in (posture_at, imposed_at))

    more = np.subtract(under, without)
    np.testing.assert_allclose(more, [0.004, 0.004, 0.001, 0.001, 0.0005], rtol=1e-9)


def test_a_day_under_a_blockade_is_worth_less_to_who_pays_for_it():
    work = solved(costs=(0.0, 0.01, 0.0)).work
    under, without = work.next_stage[imposed_at(1), 0, 0], work.next_stage[posture_at(1), 0, 0]

    assert (under[..., 2:4] < without[..., 2:4]).all()


def test_only_postures_with_the_force_that_it_needs_are_solved():
    workspace = solved(needs=1)
    reach = reachable_places(workspace, 0)
    ceiling = int(workspace.world.calendar.ceiling[0])

    solved_at = [is_reachable(reach, imposed_at(force), 0) for force in range(3)]
    assert solved_at == [1 <= force <= ceiling for force in range(3)]
    assert not workspace.policies.challenger[:, imposed_at(0)].any()


def test_a_blockade_ends_with_the_force_that_it_needs():
    talks = solved().world.talks
    here = Standing(imposed_at(2), 0, Regime.NO_TEXT)

    assert under_ceiling(talks, here, 1).posture == imposed_at(1)
    assert under_ceiling(talks, here, 0).posture == posture_at(0)
    assert not may_lower(talks, imposed_at(1), Regime.NO_TEXT)
    assert may_lower(talks, imposed_at(2), Regime.NO_TEXT)


def test_it_is_imposed_with_nothing_under_way_and_lifted_before_more_is_ordered():
    talks = solved().world.talks
    here = Standing(posture_at(1), 0, Regime.NO_TEXT)
    there = after_challenger(here, ChallengerMove.IMPOSE)

    assert there.posture == imposed_at(1)
    assert after_challenger(there, ChallengerMove.LIFT) == here
    impossible = (posture_at(0), raised(posture_at(1)), there.posture)
    assert not any(may_impose(talks, at, Regime.NO_TEXT) for at in impossible)
    assert may_impose(talks, posture_at(1), Regime.NO_TEXT)
    assert not may_impose(talks, posture_at(1), Regime.STANDSTILL)
    assert not may_raise(there.posture, Regime.NO_TEXT, 2)
    assert may_raise(here.posture, Regime.NO_TEXT, 2)


def test_force_ends_a_blockade_and_none_follows_it():
    world = plain_world()
    blockaded(world.talks)
    change_rates(world)

    assert after_force(imposed_at(2), 0).posture == posture_at(2)
    assert world.talks.has_blockade == 0


def test_forces_meet_more_often_while_it_stands():
    incidents = plain_world().incidents
    incidents.blockade_factor = 2.5
    rates = [incident_rate(incidents, at(1), False) for at in (posture_at, imposed_at)]

    assert rates[1] == 2.5 * rates[0]


def test_a_day_is_counted_while_it_stands_and_the_end_of_its_force_is_written():
    play = quiet_play()
    trajectory, state = play.trajectory, play.trajectory.state
    blockaded(trajectory.world.talks)
    begin_future(trajectory)
    state.posture, trajectory.world.calendar.ceiling[:] = imposed_at(1), 1
    play_nature(trajectory, play.rules.decision)
    counted, may_lift = state.blockade_days, challenger_may(trajectory, ChallengerMove.LIFT)
    trajectory.world.calendar.ceiling[:], state.stage = 0, -1
    cap_force(trajectory)
    kinds = [Event(int(line[1])) for line in state.lines[: int(state.lines_written)]]

    assert (counted, may_lift) == (1, True)
    assert kinds[-2:] == [Event.POSTURE_CAPPED, Event.LIFTS]
    assert not is_imposed(state.posture)
    assert force_of(state.posture) == 0
