"""What must hold of whole futures, whatever the numbers: the traps of the model, as tests."""

import functools

import numba
import numpy as np
import pytest

from detente.endings import Ending
from detente.kernel.endings import Trigger, Violence
from detente.kernel.talks import challenger_worth, defender_worth
from tests.kernel.worlds import (
    calibration,
    complete_world,
    doubled_packages,
    plain_world,
    rows_of,
    share_of_force,
    war_table,
)

pytestmark = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="needs thousands of futures")

FUTURES = 10_000
"""Of most worlds."""
POINTLESS = {"hard": -0.3, "soft": -0.5, "first_strike": 0.0}
"""A war table with which striking gains nothing."""


@functools.cache
def usual():
    """Return the futures of the plain world."""
    return rows_of(plain_world(), war=war_table(), futures=30_000)


def test_a_package_listed_twice_at_half_its_rate_changes_no_future():
    once = usual()[:FUTURES]
    twice = rows_of(doubled_packages(plain_world()), war=war_table(), futures=FUTURES)

    assert share_of_force(once) > 0.05
    np.testing.assert_array_equal(once, twice)


def test_the_pace_of_moves_only_caps_speed_when_striking_gains_nothing():
    force = [
        share_of_force(
            rows_of(
                plain_world(challenger_pace=pace, defender_pace=pace), war=war_table(**POINTLESS)
            )
        )
        for pace in (0.2, 0.6)
    ]

    assert abs(force[1] - force[0]) < 0.1 * force[0]


def test_the_length_of_a_stage_hardly_matters():
    force = [
        share_of_force(
            rows_of(plain_world(stage_days=days, horizon=240), war=war_table(), futures=30_000)
        )
        for days in (2, 8)
    ]

    assert abs(force[1] - force[0]) < 0.003


@pytest.mark.parametrize("hard", [-40.0, 40.0])
@pytest.mark.parametrize("tough", [-40.0, 40.0])
@pytest.mark.parametrize("war_of_the_hard", [-0.12, -0.2])
def test_complete_information_and_enforceable_deals_leave_no_reason_for_war(
    hard, tough, war_of_the_hard
):
    world = complete_world(hard, tough)
    war = war_table(hard=war_of_the_hard)
    best_of_force = war.worth[0, :, 0, 0, ..., 0].max()
    rows = rows_of(world, war=war, futures=FUTURES)

    assert challenger_worth(world.talks, 1) > best_of_force + 0.1
    assert defender_worth(world.talks, 1, 2, False) > war.worth[0, 0, ..., 1].max() + 0.05
    assert (rows.violence >= 3).mean() < 0.01


def test_beliefs_are_martingales_and_calibrated_on_a_fixed_day_and_at_the_end():
    rows = usual()
    played_futures = rows[rows.snap_hard >= 0.0]
    hard, tough = rows.challenger_type == 0, rows.defender_type == 0

    assert abs(rows.belief_hard.mean() - 0.35) < 0.005
    assert abs(rows.belief_tough.mean() - 0.45) < 0.005
    assert rows.belief_hard.std() > 0.1
    assert (
        calibration(played_futures.snap_hard.astype(float), played_futures.challenger_type == 0)
        < 4.0
    )
    assert (
        calibration(played_futures.snap_tough.astype(float), played_futures.defender_type == 0)
        < 4.0
    )
    assert calibration(rows.belief_hard.astype(float), hard) < 4.0
    assert calibration(rows.belief_tough.astype(float), tough) < 4.0


def test_a_first_strike_advantage_brings_more_strikes_by_both_and_fewer_threats_of_force():
    """Who may be struck first gives in or strikes before an ultimatum can lapse."""
    rows = [
        rows_of(plain_world(), war=war_table(first_strike=advantage), futures=FUTURES)
        for advantage in (0.0, 0.08, 0.2)
    ]
    by_trigger = [np.bincount(each.trigger, minlength=len(Trigger)) / len(each) for each in rows]
    strikes, lapses = np.transpose(by_trigger)[[Trigger.STRIKE, Trigger.LAPSE]]
    by_defender = [float((each.initiator == 1).mean()) for each in rows]

    assert np.diff(strikes).min() > 0.005
    assert np.diff(by_defender).min() > 0.001
    assert lapses[2] < 0.5 * lapses[0]


def by_misreading(**zones):
    world = plain_world()
    for name, value in zones.items():
        setattr(world.incidents, name, value)
    rows = rows_of(world, war=war_table(), futures=FUTURES)
    return float((rows.trigger == Trigger.MISREAD).mean())


def test_false_alarms_bring_misread_incidents_and_a_hotline_fewer():
    few = by_misreading(false_alarm=0.05)
    many = by_misreading(false_alarm=0.25)
    with_hotline = by_misreading(false_alarm=0.25, has_hotline=1)

    assert few < many
    assert with_hotline < many


def test_no_force_without_anyone_to_use_it():
    world = plain_world(ally_rate=0.0, ally_rate_per_step=0.0)
    world.incidents.rate = world.incidents.rate_per_force = 0.0
    world.talks.challenger_rate[9:] = 0.0
    world.talks.defender_rate[9:] = 0.0
    rows = rows_of(world, war=war_table(), futures=FUTURES)

    assert (rows.first_force_day == -1).all()
    assert (rows.violence == 0).all()


def test_every_kind_of_ending_comes_of_the_shipped_rules():
    rows = usual()
    endings = np.bincount(rows.ending, minlength=len(Ending))

    assert (endings[Ending.NARROW_DEAL : Ending.REGIONAL_WAR] > 0).all()
    assert endings.sum() == 30_000


def test_endings_follow_violence_and_settlement():
    rows = usual()
    forced = rows.violence >= 2

    above = Ending.LIMITED_STRIKE - Violence.LIMITED_STRIKE
    np.testing.assert_array_equal(rows.ending[forced], rows.violence[forced] + above)
    np.testing.assert_array_equal(rows.ending[~forced], rows.settlement[~forced])
    np.testing.assert_array_equal(rows.first_force_day >= 0, forced)
    np.testing.assert_array_equal(rows.initiator >= 0, forced)
    assert (rows.ending_day[~forced] <= 365).all()
