import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.air_defence import (
    STAGES,
    batteries_lost,
    batteries_repaired,
    block_of,
    erlang_loss,
    fired_share,
    manned_probability,
    served_share,
    suppression_hazard,
)
from detente.kernel.defence import CLASSES, LAYERS
from detente.kernel.draws import count, draw_block, round_fairly, whole_part
from tests.kernel.duels import (
    EXPECTED,
    DefenceStatus,
    Layer,
    Wall,
    blank,
    by_class,
    drawn,
    meet_with,
    raids,
    send,
    share,
    walls,
)

FUTURES = 300
PERFECT = Wall((Layer(1.0, 1.0, 1e3, 1.0, 1e9, 1.0, 1.0),), 1.0, 1.0)


def all_layers(wall, **changes):
    return wall._replace(layers=tuple(layer._replace(**changes) for layer in wall.layers))


def no_more(fewer, more):
    return more.leakers <= fewer.leakers + 1e-9


@given(walls, raids, raids)
def test_every_weapon_leaks_or_is_killed(wall, missiles, drones):
    fought = send(wall, (missiles, drones))

    assert np.all(fought.raid.weapons >= -1e-9)
    assert np.all(fought.raid.weapons <= fought.raid.reliable + 1e-9)


@given(walls, raids, st.integers(0, 50))
def test_draws_are_of_whole_weapons(wall, weapons, future):
    fought = send(wall, (weapons,), decoys=(7.0,), chance=drawn(future))

    assert 0.0 <= fought.leakers <= weapons
    assert fought.leakers == np.floor(fought.leakers)
    assert fought.raid.decoys[0] == np.floor(fought.raid.decoys[0])


@given(walls, raids, raids, st.sampled_from([EXPECTED, drawn(3)]))
def test_leakers_are_reported_by_why_to_the_last(wall, missiles, drones, chance):
    fought = send(wall, (missiles, drones), decoys=(5.0, 0.0), chance=chance)

    assert fought.raid.why.sum() == pytest.approx(fought.leakers, abs=1e-7)
    assert fought.raid.why.min() >= -1e-7


@given(walls, raids, st.sampled_from([EXPECTED, drawn(4)]))
def test_rounds_are_never_owed_and_batteries_never_used_up(wall, weapons, chance):
    fought = send(wall, (weapons, weapons), decoys=(9.0,), chance=chance)
    held = [layer.batteries * layer.rounds for layer in wall.layers]

    assert np.all(fought.stand.rounds[: len(held)] >= 0.0)
    assert np.all(fought.stand.rounds[: len(held)] <= held)
    assert list(fought.stand.batteries[: len(held)]) == [layer.batteries for layer in wall.layers]


@given(walls, raids, st.integers(0, 50))
def test_rounds_go_in_whole_salvos(wall, weapons, future):
    fought = send(wall, (weapons,), decoys=(9.0,), chance=drawn(future))
    salvos = [
        (layer.batteries * layer.rounds - left) / layer.salvo
        for layer, left in zip(wall.layers, fought.stand.rounds, strict=False)
    ]

    assert salvos == np.floor(salvos).tolist()


@given(walls, raids)
def test_each_weapon_killed_cost_a_salvo(wall, weapons):
    fought = send(wall, (weapons,))
    salvos = sum(
        (layer.batteries * layer.rounds - left) / layer.salvo
        for layer, left in zip(wall.layers, fought.stand.rounds, strict=False)
    )

    assert weapons - fought.leakers <= salvos + 1e-7


@given(walls, raids)
def test_more_shots_never_help_the_raid_while_rounds_last(wall, weapons):
    ample = all_layers(wall, rounds=1e6)
    more = ample._replace(layers=tuple(x._replace(salvo=x.salvo + 1.0) for x in ample.layers))

    assert no_more(send(ample, (weapons,)), send(more, (weapons,)))


@given(walls, raids)
def test_more_rounds_never_help_the_raid(wall, weapons):
    more = wall._replace(layers=tuple(x._replace(rounds=x.rounds + 5.0) for x in wall.layers))

    assert no_more(send(wall, (weapons,)), send(more, (weapons,)))


@given(walls, raids)
def test_more_channels_never_help_the_raid(wall, weapons):
    more = wall._replace(layers=tuple(x._replace(channels=x.channels + 1.0) for x in wall.layers))

    assert no_more(send(wall, (weapons,)), send(more, (weapons,)))


@given(walls, raids, share, share)
def test_better_command_never_helps_the_raid(wall, weapons, one, other):
    worse = wall._replace(integration=min(one, other))
    better = wall._replace(integration=max(one, other))

    assert no_more(send(worse, (weapons,)), send(better, (weapons,)))


@given(walls, raids, raids)
def test_more_weapons_never_leak_less(wall, weapons, more):
    assert send(wall, (weapons,)).leakers <= send(wall, (weapons + more,)).leakers + 1e-9


@given(walls, raids, raids)
def test_decoys_never_help_the_defence(wall, weapons, decoys):
    assert no_more(send(wall, (weapons,), decoys=(decoys,)), send(wall, (weapons,)))


@given(walls, raids, share)
def test_seeing_all_leaks_no_less_than_channels_and_rounds_allow(wall, weapons, kill):
    best = wall._replace(detection_probability=1.0, tracking_probability=1.0)
    halves = (np.floor(weapons / 2.0), np.ceil(weapons / 2.0))
    fought = meet_with(by_class(best, (1.0, kill), (1.0, 1.0)), halves)
    salvos = sum(x.batteries * x.rounds / x.salvo for x in wall.layers)
    looking = [x for x in wall.layers if x.batteries * x.looks > 0.0]
    # The pool serves no more than its channels keep busy; alone, batteries serve fewer.
    served = sum(x.batteries * x.channels / x.occupancy for x in looking)

    assert fought.leakers >= weapons - salvos - 1e-7
    assert fought.leakers >= weapons - served / 0.95 - 1e-7


pair = st.tuples(share, share)


@given(walls, raids, raids, pair, share)
def test_seeing_one_class_better_never_helps_against_another(wall, missiles, drones, kills, seen):
    raid = (missiles, drones)
    blind = meet_with(by_class(wall, kills, (1.0, seen)), raid)

    sharp = meet_with(by_class(wall, kills, (1.0, 1.0)), raid)

    assert blind.raid.weapons[0] <= sharp.raid.weapons[0] + 1e-9


def test_each_class_is_seen_and_hit_by_its_own_chances():
    fought = meet_with(by_class(PERFECT, (0.9, 0.2), (0.5, 1.0)), (10.0, 10.0))
    called = 0.95

    assert fought.raid.weapons[:2] == pytest.approx(
        [10.0 * (1.0 - called * 0.5 * 0.9), 10.0 * (1.0 - called * 0.2)]
    )


@given(walls, raids)
def test_seeing_more_never_helps_the_raid_that_no_shortage_shields(wall, weapons):
    blind = wall._replace(detection_probability=0.5 * wall.detection_probability)

    assert no_more(send(blind, (weapons,)), send(wall, (weapons,)))


@given(walls, raids)
def test_what_cannot_be_looked_at_leaks_unseen(wall, weapons):
    fought = send(all_layers(wall, looks=0.0), (weapons,))

    assert fought.raid.why.tolist() == pytest.approx([weapons, 0.0, 0.0, 0.0])


def test_the_order_of_layers_is_all_one_when_nothing_is_short():
    outer, inner = Layer(0.5, 1.0, 1e3, 1.0, 1e9), Layer(0.8, 2.0, 1e3, 1.0, 1e9)

    one = send(Wall((outer, inner)), (10.0,))
    other = send(Wall((inner, outer)), (10.0,))

    assert one.leakers == pytest.approx(other.leakers)


def test_each_shortage_shows_as_its_own_reason():
    short = {
        "unseen": PERFECT._replace(detection_probability=0.4),
        "no_channel": all_layers(PERFECT, channels=4.0, occupancy=1.0),
        "no_round": all_layers(PERFECT, rounds=4.0),
        "missed": all_layers(PERFECT, kill_probability=0.4),
    }
    seen = {why: wall_leaks(wall) for why, wall in short.items()}

    assert seen["unseen"] == pytest.approx([6.2, 0.0, 0.0, 0.0])
    assert seen["no_channel"][1] > 5.0
    assert seen["no_round"] == pytest.approx([0.5, 0.0, 5.5, 0.0])
    assert seen["missed"] == pytest.approx([0.5, 0.0, 0.0, 5.7])


def wall_leaks(wall):
    return send(wall, (10.0,)).raid.why.tolist()


def test_a_leaker_counts_by_the_farthest_that_any_layer_got_with_it():
    blind = Layer(1.0, 1.0, 1e3, 1.0, 1e9, 0.0, 1.0)
    misses = Layer(0.0, 1.0, 1e3, 1.0, 1e9, 1.0, 1.0)

    fought = send(Wall((blind, misses, blind), 1.0, 1.0), (10.0,))

    assert fought.raid.why.tolist() == pytest.approx([0.5, 0.0, 0.0, 9.5])


@given(st.floats(0.01, 60.0), st.integers(1, 30))
def test_erlang_loss_is_the_share_of_time_all_channels_are_busy(load, channels):
    ways = [1.0]
    for busy in range(1, channels + 1):
        ways.append(ways[-1] * load / busy)

    assert erlang_loss(load, float(channels)) == pytest.approx(ways[-1] / sum(ways), rel=1e-9)


@given(st.floats(0.0, 200.0), st.integers(1, 8), st.integers(1, 8))
def test_a_pool_serves_no_less_than_batteries_on_their_own(load, batteries, channels):
    alone = served_share(load, float(batteries), float(channels), 0.0)
    pooled = served_share(load, float(batteries), float(channels), 1.0)

    assert 0.0 <= alone <= pooled <= 1.0


def test_no_batteries_serve_nothing_and_draw_no_fire():
    assert served_share(3.0, 0.0, 4.0, 0.5) == 0.0
    assert served_share(0.0, 0.0, 4.0, 0.5) == 1.0
    assert suppression_hazard(10.0, 0.0, 20.0) == 0.0


@given(st.floats(0.0, 500.0), st.floats(0.01, 20.0))
def test_fewer_batteries_draw_more_fire_each(hits, batteries):
    alone = suppression_hazard(hits, batteries, 20.0)
    together = suppression_hazard(hits, 20.0, 20.0)

    assert alone >= together
    assert alone * batteries <= together * 20.0 + 1e-9


@given(st.integers(0, 40).map(float), st.floats(0.0, 5.0), st.floats(0.001, 0.999), st.booleans())
def test_batteries_are_lost_and_repaired_within_their_number(batteries, hazard, uniform, mean):
    lost = batteries_lost(batteries, hazard, uniform, mean)
    repaired = batteries_repaired(lost, 10.0, uniform, mean)

    assert 0.0 <= repaired <= lost <= batteries


def test_a_mean_stands_for_a_count():
    draws = [count(12.0, 0.3, (place + 0.5) / 4096, False) for place in range(4096)]

    assert np.mean(draws) == pytest.approx(count(12.0, 0.3, 0.5, True), abs=1e-2)


@given(st.floats(0.0, 500.0))
def test_fair_rounding_keeps_the_mean(amount):
    rounded = [round_fairly(amount, (place + 0.5) / 256, False) for place in range(256)]

    assert set(rounded) <= {np.floor(amount), np.floor(amount) + 1.0}
    assert np.mean(rounded) == pytest.approx(amount, abs=1 / 256)
    assert round_fairly(amount, 0.5, True) == amount


@given(st.integers(1, 12), st.floats(0.0, 1.0))
def test_a_layer_is_manned_if_any_of_its_batteries_is(first, share):
    stand = blank(DefenceStatus)
    stand.present[0], stand.first[0] = 1.0, first
    stand.batteries[0] = first * share

    manned = manned_probability(stand, 0, True)

    assert manned == pytest.approx(1.0 - (1.0 - share) ** first, abs=1e-12)
    assert share * (1.0 - 1e-12) <= manned <= 1.0
    assert manned_probability(stand, 0, False) == 1.0


@given(st.floats(0.0, 1e6))
def test_whole_parts_are_whole(amount):
    part = whole_part(amount, False)

    assert part == np.floor(part)
    assert amount - 1.0 < part <= amount + 1e-8


def test_every_layer_class_and_stage_has_its_own_address():
    blocks = {
        block_of(layer, threat, stage)
        for layer in range(LAYERS)
        for threat in range(CLASSES)
        for stage in range(STAGES)
    }

    assert len(blocks) == LAYERS * CLASSES * STAGES
    assert max(blocks) < 1023


def test_a_draw_depends_on_its_address_alone():
    chance = drawn(5, day=3)

    first = [draw_block(chance, 12, block) for block in range(20)]
    again = [draw_block(chance, 12, block) for block in reversed(range(20))]

    assert first == again[::-1]


def test_an_inner_layer_leaves_what_the_outer_one_does_unchanged():
    outer, inner = Layer(0.5, 1.0, rounds=12.0), Layer(0.7, 2.0)

    alone = send(Wall((outer,)), (40.0,), decoys=(8.0,), chance=drawn(11))
    both = send(Wall((outer, inner)), (40.0,), decoys=(8.0,), chance=drawn(11))

    assert alone.stand.rounds[0] == both.stand.rounds[0]
    assert both.leakers < alone.leakers


@pytest.mark.parametrize(
    "wall",
    [
        Wall(),
        Wall((Layer(rounds=3.0),)),
        Wall((Layer(channels=1.0, occupancy=0.9), Layer(0.4, 1.0))),
        Wall((Layer(coverage=0.3), Layer(0.8, 1.0, batteries=8.0), Layer(0.3, 1.0))),
    ],
)
def test_drawn_raids_leak_what_is_expected_of_them(wall):
    drawn_leakers = [
        send(wall, (30.0, 12.0), decoys=(10.0, 0.0), chance=drawn(future)).leakers
        for future in range(FUTURES)
    ]
    error = np.std(drawn_leakers) / np.sqrt(FUTURES)

    expected = send(wall, (30.0, 12.0), decoys=(10.0, 0.0)).leakers

    # 3 standard errors, and half a weapon for what rounding and bent averages do.
    assert np.mean(drawn_leakers) == pytest.approx(expected, abs=3.0 * error + 0.5)


def test_where_nothing_is_aimed_at_no_round_is_missed():
    assert fired_share(0.0, 0.0) == fired_share(0.0, -1.0) == 1.0
