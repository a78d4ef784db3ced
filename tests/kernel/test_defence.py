import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.defence import (
    Approach,
    Envelope,
    detection_range,
    engagement_window,
    looks,
    occupancy,
    prepare,
    radar_horizon,
    radar_range,
    restore_defence,
)
from tests.kernel.duels import DefenceStatus, Layer, Wall, blank, defence_of, long_range

heights = st.floats(0.0, 20_000.0)
distances = st.floats(0.0, 500.0)
seconds = st.floats(0.1, 2000.0)


@given(heights, heights, st.floats(0.0, 1000.0))
def test_a_higher_target_is_seen_from_farther(radar, target, more):
    assert radar_horizon(radar, target + more) >= radar_horizon(radar, target)


@given(heights, heights)
def test_radar_and_target_see_each_other_at_the_same_distance(radar, target):
    assert radar_horizon(radar, target) == pytest.approx(radar_horizon(target, radar))


@given(st.floats(0.0, 1000.0), st.floats(0.0, 100.0))
def test_sixteen_times_the_cross_section_is_seen_twice_as_far(reference, ratio):
    once, sixteen = radar_range(reference, ratio), radar_range(reference, 16.0 * ratio)

    assert sixteen == pytest.approx(2.0 * once)


def test_a_low_flyer_is_seen_at_the_horizon_whatever_the_radar():
    defence = defence_of(Wall())
    defence.radar_height = 20.0
    defence.detection_range = 1000.0

    low = detection_range(defence, Approach(0.24, 1.0, 50.0))

    assert low == radar_horizon(20.0, 50.0)


@given(distances, distances, st.floats(0.05, 3.0))
def test_seeing_before_one_must_to_be_ready_in_time_buys_nothing(reach, more, speed):
    envelope = Envelope(reach=reach, minimum_reach=5.0, reaction=10.0)
    in_time = reach + speed * 10.0 + 1e-9

    window = engagement_window(in_time, speed, envelope)

    assert window == (reach - 5.0) / speed
    assert engagement_window(in_time + more, speed, envelope) == window


@given(distances, st.floats(0.05, 3.0))
def test_what_is_seen_within_reach_leaves_the_time_to_react_less(seen_at, speed):
    envelope = Envelope(reach=seen_at, minimum_reach=5.0, reaction=10.0)

    window = engagement_window(seen_at, speed, envelope)

    assert window == pytest.approx((seen_at - 5.0) / speed - 10.0)


@given(distances, st.floats(0.05, 3.0), st.floats(1.0, 3.0))
def test_the_faster_the_weapon_the_less_time_is_left(seen_at, speed, times):
    envelope = Envelope(reach=600.0, minimum_reach=0.0, reaction=10.0)

    slow = engagement_window(seen_at, speed, envelope)

    assert engagement_window(seen_at, speed * times, envelope) <= slow + 1e-9


@given(st.floats(-100.0, 2000.0), seconds, st.integers(0, 9).map(float))
def test_looks_are_whole_and_within_their_bounds(window, service_time, most):
    number = looks(window, service_time, most)

    assert 0.0 <= number <= most
    assert number == int(number)
    assert (number == 0.0) == (window < 0.0 or most == 0.0)


@given(st.floats(0.0, 2000.0), seconds, seconds)
def test_a_target_keeps_one_channel_busy_at_most(window, service_time, arrival_time):
    busy = occupancy(window, service_time, arrival_time)

    assert 0.0 < busy <= 1.0
    assert occupancy(window, service_time, 2.0 * arrival_time) <= busy


def test_each_layer_is_prepared_by_its_own_reach():
    defence = defence_of(Wall((Layer(), Layer())))
    long_range(defence)
    defence.minimum_reach[1] = 300.0

    prepare(defence, 2, Approach(0.24, 0.1, 50.0), 60.0)

    assert defence.looks[0, 2] == 2.0
    assert defence.looks[1, 2] == 0.0
    assert 0.0 < defence.occupancy[0, 2] < 1.0


def test_a_layer_has_time_for_each_class_by_its_own_service_and_no_look_at_what_it_leaves_alone():
    defence = defence_of(Wall())
    long_range(defence)
    defence.service_time[0, 1] = 1e4
    defence.engages[0, 2] = 0.0

    for threat in range(3):
        prepare(defence, threat, Approach(0.24, 0.1, 50.0), 60.0)

    assert defence.looks[0, :3].tolist() == [2.0, 1.0, 0.0]
    assert defence.occupancy[0, 0] < defence.occupancy[0, 1]


def test_a_defence_starts_with_all_its_batteries_and_their_rounds():
    stand = blank(DefenceStatus)
    stand.damaged[0] = 5.0

    restore_defence(defence_of(Wall((Layer(batteries=3.0, rounds=20.0),))), stand)

    assert stand.batteries[0] == 3.0
    assert stand.damaged[0] == 0.0
    assert stand.rounds[0] == 60.0
