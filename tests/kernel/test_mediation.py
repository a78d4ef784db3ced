"""What a mediator sees before it speaks, and what its word does."""

import pytest

from detente.kernel.beliefs import point
from detente.kernel.endings import Event
from detente.kernel.mediation import outlook_at, send_message
from detente.kernel.mediators import TOUGH, WEAK
from tests.kernel.worlds import quiet_play

pytestmark = pytest.mark.plain

WORTHS = {"challenger": 0.3, "tough": 0.2, "weak": 0.1}


@pytest.mark.parametrize("tough", [-1.0, 0.0, 2.0])
def test_a_mediator_sees_what_today_is_worth_to_each_type(tough):
    play = quiet_play()
    play.policies.worth[..., :4] = [0.3, 0.3, 0.2, 0.1]
    found = outlook_at(play, tough)

    assert {name: getattr(found, name) for name in WORTHS} == pytest.approx(WORTHS)
    assert found.slope == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(("defender", "sign"), [(TOUGH, 1.0), (WEAK, -1.0)])
def test_a_word_that_is_believed_moves_belief_to_what_it_says(defender, sign):
    """The challenger gains by knowing either way, and the mediator sides with it."""
    play = quiet_play()
    state, mediators = play.trajectory.state, play.trajectory.world.mediators
    mediators.count, mediators.accuracy[0], mediators.bias[0] = 1, 0.9999, 1.0
    play.policies.worth[..., 1, :, :2] = 0.0
    state.tough, state.defender_type = point(play.grid, 1), defender
    send_message(play, 0)

    assert state.lines[0, 1:4].tolist() == [Event.SPEAKS, 0, defender]
    assert sign * (state.tough - point(play.grid, 1)) > 1.0
