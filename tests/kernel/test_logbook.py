import numba
import numpy as np
import pytest

from detente.kernel.draws import Draws
from detente.kernel.logbook import Span, fight_campaigns
from detente.kernel.theatre import CHALLENGER, DEFENDER
from tests.kernel.duels import STRIKE, new_war

FUTURES = 3 if numba.config.DISABLE_JIT else 100
SPAN = Span(10, 12, 8)


@pytest.fixture(scope="module")
def logs():
    theatre = new_war().theatre
    theatre.defender_defence.reserve[:2] = 10.0
    theatre.defender_defence.reload_rate[:2] = 4.0
    return fight_campaigns(theatre, STRIKE, Draws(7, 0, 0, 0, 0), SPAN, FUTURES)


def test_what_works_is_killed_or_leaks_for_a_reason(logs):
    killed = logs.reliable - logs.leaked

    assert killed.min() >= 0.0
    assert (logs.reliable <= logs.launched).all()
    np.testing.assert_allclose(logs.why.sum(axis=-1), logs.leaked, atol=1e-6)


def test_rounds_are_fired_lost_or_still_there(logs):
    for side in (CHALLENGER, DEFENDER):
        there = logs.rounds[..., side] + logs.reserve[..., side]
        spent = np.cumsum(logs.shots[..., side], axis=1)
        first = there[:, 0] + spent[:, 0]

        assert (there + spent <= first[:, None] + 1e-6).all()
        assert there.min() >= 0.0


def test_no_raid_after_the_last_day_and_batteries_come_back(logs):
    rest = logs[:, SPAN.raids :]

    assert rest.launched.sum() == rest.shots.sum() == 0.0
    assert (np.diff(rest.batteries, axis=1) >= 0.0).all()
    assert (np.diff(rest.command, axis=1) >= 0.0).all()


def test_losses_and_damage_only_grow(logs):
    assert (np.diff(logs.loss, axis=1) >= -1e-12).all()
    assert (np.diff(logs.broken, axis=1) >= 0.0).all()
    assert logs.broken[:, -1, DEFENDER, 1].mean() > 0.0


def test_one_future_is_the_same_alone(logs):
    theatre = new_war().theatre
    theatre.defender_defence.reserve[:2] = 10.0
    theatre.defender_defence.reload_rate[:2] = 4.0
    alone = fight_campaigns(theatre, STRIKE, Draws(7, 0, 2, 0, 0), SPAN, 1)

    assert alone[0].tobytes() == logs[2].tobytes()


def test_classes_and_layers_add_up_to_the_whole(logs):
    np.testing.assert_array_equal(logs.sent.sum(axis=-1), logs.launched)
    np.testing.assert_array_equal(logs.worked.sum(axis=-1), logs.reliable)
    np.testing.assert_array_equal(logs.passed.sum(axis=-1), logs.leaked)
    np.testing.assert_array_equal(logs.fired.sum(axis=-1), logs.shots)
    assert (logs.passed <= logs.worked).all()
    assert (logs.worked <= logs.sent).all()
    assert logs.fired[:, 0, DEFENDER, :2].min() > 0.0
