from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from detente.kernel.arithmetic import arrival
from detente.kernel.crisis import new_plays
from detente.kernel.draws import Draws
from detente.kernel.layout import as_arrays, new_record
from detente.kernel.places import LEVELS, POSTURES, RAISING, posture_at
from detente.kernel.world import Daily, fill_daily
from tests.kernel.worlds import random_worlds, war_table

RATES = {
    "growth_probability": "growth_rate",
    "fading_probability": "fade_rate",
    "draft_probability": "text_rate",
    "resumption_probability": "exit_rate",
    "unrest_probability": "unrest_rate",
}
MEANS = {"arrival_probability": "raise_days", "lapse_probability": "ultimatum_days"}


def chances(world):
    daily = cast("Daily", new_record(Daily))
    fill_daily(as_arrays(world), as_arrays(daily))
    return daily


@pytest.fixture
def world():
    return next(random_worlds(1, grid="tiny"))


def test_what_comes_at_a_rate_comes_today_with_the_chance_of_a_day(world):
    daily = chances(world)

    assert {name: daily[name] for name in RATES} == {
        name: arrival(float(world.talks[rate]), 1.0) for name, rate in RATES.items()
    }
    assert {name: daily[name] for name in MEANS} == {
        name: arrival(1.0 / float(world.talks[days]), 1.0) for name, days in MEANS.items()
    }


def test_an_ally_weighs_a_strike_more_often_with_each_step_of_the_programme(world):
    weighed = chances(world).ally_pressure_probability

    assert weighed.min() > 0.0
    assert (np.diff(weighed, axis=1) > 0.0).all()


def test_forces_meet_more_often_the_more_are_there_and_after_failed_talks(world):
    incident = chances(world).incident_probability

    assert (np.diff(incident[: posture_at(LEVELS - 1) + 1 : 2, :2], axis=0) > 0.0).all()
    assert (incident[:RAISING, 1] > incident[:RAISING, 0]).all()


def test_both_sides_move_as_often_as_their_paces_have_it(world):
    daily = chances(world)
    paces = np.array([world.talks.challenger_pace, world.talks.defender_pace])

    assert daily.move_probability == arrival(float(paces.sum()), 1.0)
    assert daily.challenger_move_probability / daily.move_probability == pytest.approx(
        paces[0] / paces.sum(), rel=1e-15
    )


def test_a_stages_policy_counts_less_for_a_day_the_longer_the_stage(world):
    calendar = world.calendar
    days = calendar.stage_days[: calendar.stages]
    factor = chances(world).stage_to_day_factor[: calendar.stages]
    longest, shortest = days.argmax(), days.argmin()

    assert days[longest] > days[shortest]
    assert (factor[days == 1.0] == 1.0).all()
    assert 0.0 < factor[longest] < factor[shortest] <= 1.0


def test_nobody_moves_where_neither_side_has_a_pace(world):
    world.talks.challenger_pace = world.talks.defender_pace = 0.0
    daily = chances(world)

    assert daily.move_probability == daily.challenger_move_probability == 0.0
    assert not daily.stage_to_day_factor.any()


def test_a_strike_comes_to_mind_more_readily_in_unrest_and_as_readily_in_the_mean(world):
    talks = world.talks
    spells = talks.unrest_rate * talks.unrest_days
    calm, unrest = chances(world).justification_factor

    assert calm < 1.0 < unrest
    assert (calm + spells * unrest) / (1.0 + spells) == pytest.approx(1.0, rel=1e-12)


def test_a_future_is_set_out_with_the_chances_of_its_world(world):
    world.aftermath.ends_dispute = 1
    solved = SimpleNamespace(policies=None, war=war_table(), later=(), wars=(), surprises=())
    solved.parts = (solved,)
    room, *_ = new_plays(world, solved, Draws(1, 0, 0, 0, 0))

    assert np.asarray(room.trajectory.daily).tobytes() == np.asarray(chances(world)).tobytes()
    assert room.trajectory.daily.incident_probability.shape == (POSTURES, 3)
