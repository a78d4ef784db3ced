import numpy as np
import pytest

from detente.kernel.crisis import Solved, SolverReport, begin, grid_of, set_out
from detente.kernel.day import cap_force, let_arrive, weigh_ally
from detente.kernel.draws import Luck
from detente.kernel.endings import Event, Trigger
from detente.kernel.hazards import ALLY
from detente.kernel.places import posture_at
from detente.kernel.tables import new_policies
from detente.kernel.talks import Regime
from tests.kernel.worlds import random_worlds, war_table

BY_THE_ALLY = 2
WAITING = 0.5
"""What a day without force is worth to everyone."""
REPORT = SolverReport(0, 0, 0, 0, 0, 0, 0.0, (0.0,) * 4)


def play_in_which_the_ally_gains(to_the_challenger):
    """Return a future in which an ally's strike brings it 1, and the challenger so much."""
    world = next(random_worlds(1, grid="tiny", horizon=40))
    world.talks.precision = 1000.0
    world.talks.restraint_success, world.talks.restraint_cost = 1.0, 0.1
    policies = new_policies(int(world.calendar.stages), grid_of(world).points)
    policies.worth[:] = WAITING
    policies.force[:, :, BY_THE_ALLY, ..., ALLY] = WAITING + 1.0
    policies.force[:, :, BY_THE_ALLY, ..., :2] = WAITING + to_the_challenger
    solved = Solved(policies, war_table(), REPORT, (0.0,) * 4)
    play = set_out(world, solved, Luck(1, 0, 0))
    begin(play.life)
    return play


@pytest.mark.parametrize(("gain", "is_restrained"), [(-1.0, True), (1.0, False)])
def test_an_ally_is_held_back_from_a_strike_that_harms_the_challenger(gain, is_restrained):
    play = play_in_which_the_ally_gains(gain)
    weigh_ally(play)
    state = play.life.state
    told = state.lines[: int(state.told), 1]

    assert np.isin(Event.RESTRAINED, told) == is_restrained
    assert np.isin(Event.ALLY_STRIKES, told) == (not is_restrained)
    assert bool(state.has_ended) == (not is_restrained)
    assert is_restrained or state.trigger == Trigger.ALLY


@pytest.mark.parametrize(
    ("ceiling", "regime", "after"),
    [
        (0, Regime.ULTIMATUM, Regime.FAILED),
        (1, Regime.ULTIMATUM, Regime.ULTIMATUM),
        (0, Regime.TEXT_READY, Regime.TEXT_READY),
    ],
)
def test_an_ultimatum_fails_when_the_force_behind_it_has_to_leave(ceiling, regime, after):
    life = play_in_which_the_ally_gains(0.0).life
    life.world.calendar.ceiling[:] = ceiling
    life.state.regime, life.state.stage, life.state.posture = regime, -1, posture_at(2)
    cap_force(life)

    assert life.state.posture == posture_at(ceiling)
    assert life.state.regime == after
    assert life.state.lines[0, 1:4].tolist() == [Event.POSTURE_CAPPED, 0, ceiling]


@pytest.mark.parametrize(("ceiling", "arrives"), [(1, False), (2, True)])
def test_a_raise_arrives_under_its_ceiling_only(ceiling, arrives):
    life = play_in_which_the_ally_gains(0.0).life
    life.world.calendar.ceiling[:] = ceiling
    life.world.calendar.signs = 0
    life.daily.arrives = 1.0
    life.state.posture = ordered = posture_at(1) + 1
    let_arrive(life)

    assert life.state.posture == (posture_at(2) if arrives else ordered)
