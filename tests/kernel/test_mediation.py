"""What a mediator sees before it speaks."""

import pytest

from detente.kernel.mediation import outlook_at
from tests.kernel.worlds import quiet_play

WORTHS = {"challenger": 0.3, "tough": 0.2, "weak": 0.1}


@pytest.mark.parametrize("tough", [-1.0, 0.0, 2.0])
def test_a_mediator_sees_what_today_is_worth_to_each_type(tough):
    play = quiet_play()
    play.policies.worth[..., :4] = [0.3, 0.3, 0.2, 0.1]
    found = outlook_at(play, tough)

    assert {name: getattr(found, name) for name in WORTHS} == pytest.approx(WORTHS)
    assert found.slope == pytest.approx(0.0, abs=1e-6)
