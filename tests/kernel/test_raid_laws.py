"""Laws of raids and campaigns: what is conserved, what never helps whom, and in which limits."""

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.kernel.defence import Approach, prepare
from detente.kernel.draws import Draws
from detente.kernel.logbook import Span, fight_campaigns
from detente.kernel.theatre import CHALLENGER, DEFENDER, ONSETS, Reply, Situation
from tests.kernel.duels import (
    EXPECTED,
    Layer,
    Wall,
    defence_of,
    drawn,
    long_range,
    meet_with,
    new_war,
    raids,
    send,
    share,
    walls,
)

FUTURES = 300 if numba.config.DISABLE_JIT else 4000
FEW = settings(max_examples=10 if numba.config.DISABLE_JIT else 60)
PLENTY = 1e6
chances = st.one_of(st.just(EXPECTED), st.integers(0, 50).map(drawn))


def all_layers(wall, **changes):
    return wall._replace(layers=tuple(layer._replace(**changes) for layer in wall.layers))


def leaks_no_more(better, worse):
    return better.leakers <= worse.leakers + 1e-9


@given(walls, raids, raids, chances)
def test_leakers_and_kills_are_the_reliable_weapons(wall, missiles, drones, chance):
    fought = send(wall, (missiles, drones), decoys=(5.0, 3.0), chance=chance)
    kills = fought.raid.reliable - fought.raid.weapons

    assert kills.min() >= -1e-9
    assert fought.leakers + kills.sum() == pytest.approx(missiles + drones)
    assert kills.sum() <= fought.raid.shots + 1e-7


@given(walls, raids, chances)
def test_rounds_fired_are_missing_from_the_layer_that_fired_them(wall, weapons, chance):
    fought = send(wall, (weapons,), decoys=(9.0,), chance=chance)
    held = np.array([layer.batteries * layer.rounds for layer in wall.layers])
    count = len(held)

    np.testing.assert_allclose(fought.stand.rounds[:count] + fought.raid.fired[:count], held)
    assert fought.raid.fired.sum() == pytest.approx(fought.raid.shots)


@given(walls, raids)
def test_more_batteries_never_help_the_raid(wall, weapons):
    more = wall._replace(layers=tuple(x._replace(batteries=x.batteries + 1.0) for x in wall.layers))

    assert leaks_no_more(send(more, (weapons,)), send(wall, (weapons,)))


@given(walls, raids, share)
def test_surer_shots_never_help_the_raid(wall, weapons, surer):
    better = wall._replace(
        layers=tuple(
            layer._replace(kill_probability=max(layer.kill_probability, surer))
            for layer in wall.layers
        )
    )

    assert leaks_no_more(send(better, (weapons,)), send(wall, (weapons,)))


@given(walls, raids, raids, raids)
def test_weapons_of_another_class_never_help_the_defence(wall, missiles, drones, more):
    fewer = send(wall, (missiles, drones)).raid.weapons[0]

    assert fewer <= send(wall, (missiles, drones + more)).raid.weapons[0] + 1e-9


def test_a_bigger_salvo_empties_a_short_magazine_sooner():
    """The law that more shots never help the raid ends where rounds run short."""
    short = Wall((Layer(0.6, 1.0, PLENTY, 1.0, 20.0, looks=1.0),), 1.0)

    assert send(all_layers(short, salvo=2.0), (40.0,)).leakers > send(short, (40.0,)).leakers


@given(walls, raids)
def test_a_bigger_salvo_never_helps_the_raid_that_both_magazines_can_meet(wall, weapons):
    """Each layer fires its salvo at each target in each look at most."""
    enough = wall._replace(
        layers=tuple(
            layer._replace(rounds=2.0 * (layer.salvo + 1.0) * weapons) for layer in wall.layers
        )
    )
    bigger = wall._replace(
        layers=tuple(layer._replace(salvo=layer.salvo + 1.0) for layer in enough.layers)
    )

    assert leaks_no_more(send(bigger, (weapons,)), send(enough, (weapons,)))


ROOMY = all_layers(Wall((Layer(), Layer(0.5, 1.0))), channels=PLENTY, rounds=PLENTY)


def seen_from(wall, detection_range):
    """Send cruise missiles that are seen at a range [km]."""
    defence = defence_of(wall)
    long_range(defence)
    defence.radar_height = PLENTY
    defence.detection_range = detection_range
    prepare(defence, 0, Approach(0.24, 1.0, 50.0), 90.0)
    return meet_with(defence, (40.0,))


@FEW
@given(walls, st.floats(1.0, 400.0))
def test_seeing_from_farther_never_helps_the_raid(wall, near):
    assert leaks_no_more(seen_from(wall, 2.0 * near), seen_from(wall, near))


@FEW
@given(walls)
def test_range_leads_to_what_coverage_channels_and_rounds_allow(wall):
    """Past the weapon's own reach range buys nothing."""
    fought = seen_from(wall, 1e6)
    held = sum(layer.batteries * layer.rounds / layer.salvo for layer in wall.layers)
    uncovered = np.prod([1.0 - layer.coverage * (layer.batteries > 0.0) for layer in wall.layers])

    assert fought.leakers == pytest.approx(seen_from(wall, 400.0).leakers, rel=1e-12)
    assert fought.leakers >= 40.0 - held - 1e-9
    assert fought.leakers >= 40.0 * uncovered - 1e-9


def test_range_alone_leads_to_coverage_where_nothing_else_is_short():
    sure = all_layers(ROOMY, kill_probability=1.0 - 1e-12, coverage=0.7)
    fought = seen_from(sure._replace(detection_probability=1.0), 1e6)

    assert fought.leakers == pytest.approx(40.0 * (1.0 - 0.95 * 0.7) ** 2)


SINGLE = Wall((Layer(0.5, 1.0, PLENTY, 1.0, PLENTY, 1.0, 1.0),), 1.0, 1.0)


def spread_of(wall):
    """Return the mean and the variance of the leakers of 30 weapons."""
    leakers = [send(wall, (30.0,), chance=drawn(future)).leakers for future in range(FUTURES)]
    return np.mean(leakers), np.var(leakers)


def test_without_a_common_cause_leakers_are_independent():
    mean, variance = spread_of(SINGLE)
    leaks = 1.0 - 0.95 * 0.5

    assert mean == pytest.approx(30.0 * leaks, abs=4.0 * np.sqrt(variance / FUTURES))
    # The variance of a sample varies by about the root of 2 / n.
    assert variance == pytest.approx(30.0 * leaks * (1.0 - leaks), rel=4.0 * np.sqrt(2.0 / FUTURES))


def test_two_layers_without_a_common_cause_leak_independently_too():
    _, variance = spread_of(SINGLE._replace(layers=SINGLE.layers * 2))
    leaks = (1.0 - 0.95 * 0.5) ** 2

    assert variance == pytest.approx(30.0 * leaks * (1.0 - leaks), rel=4.0 * np.sqrt(2.0 / FUTURES))


SPAN = Span(10, 8, 4)
counts = st.integers(0, 8).map(float)
situations = st.builds(
    Situation,
    force=st.integers(0, 2),
    step=st.just(0),
    onset=st.integers(0, ONSETS - 1),
    plan=st.integers(0, 3),
    reply=st.integers(0, 2),
)


def campaigns_of(situation, reserve, reload_rate, resupply):
    """Return the logs of a few drawn campaigns, and the theatre they are fought in."""
    theatre = new_war().theatre
    for defence in (theatre.challenger_defence, theatre.defender_defence):
        defence.reserve[:2] = reserve
        defence.reload_rate[:2] = reload_rate
        defence.resupply = resupply
    return theatre, fight_campaigns(theatre, situation, Draws(5, 0, 0, 0, 0), SPAN, 3)


@FEW
@given(situations, counts, counts, st.floats(0.0, 0.05))
def test_campaigns_make_no_rounds_and_no_batteries(situation, reserve, reload_rate, resupply):
    theatre, logs = campaigns_of(situation, reserve, reload_rate, resupply)
    for side, defence in enumerate((theatre.challenger_defence, theatre.defender_defence)):
        first = defence.batteries @ (defence.rounds + defence.reserve)
        days = np.arange(1, SPAN.raids + SPAN.rest + 1)
        supplied = days * resupply * (defence.batteries @ defence.rounds)
        there = logs.rounds[..., side] + logs.reserve[..., side]
        fired = logs.shots[..., side].cumsum(axis=1)
        wrecked = first + supplied - there - fired
        up = logs.batteries[..., side]

        # What is under way of each layer's supplies is less than one round.
        assert wrecked.min() > -defence.layers
        assert min(logs.rounds.min(), logs.reserve.min()) >= 0.0
        assert np.all(logs.rounds[..., side] <= defence.batteries @ defence.rounds)
        assert up.min() >= 0.0
        assert up.max() <= defence.batteries.sum()
        assert np.array_equal(up, np.floor(up))
        assert np.array_equal(there, np.floor(there))


@FEW
@given(situations, counts, counts)
def test_without_suppression_rounds_are_fired_or_there_to_the_last(situation, reserve, rate):
    theatre = new_war().theatre
    theatre.suppression = 0.0
    for defence in (theatre.challenger_defence, theatre.defender_defence):
        defence.reserve[:2] = reserve
        defence.reload_rate[:2] = rate
    logs = fight_campaigns(theatre, situation, Draws(5, 0, 0, 0, 0), SPAN, 3)
    held = [
        defence.batteries @ (defence.rounds + defence.reserve)
        for defence in (theatre.challenger_defence, theatre.defender_defence)
    ]

    there = logs.rounds + logs.reserve + logs.shots.cumsum(axis=1)
    assert np.all(there == held)


def test_what_is_launched_is_short_of_the_stocks_by_what_came_back():
    """Of what does not return, stocks fall by what is launched, friends' weapons aside."""
    logs = fight_campaigns(
        new_war().theatre, Situation(1, 0, 0, 2, reply=Reply.TOKEN), Draws(5, 0, 0, 0, 0), SPAN, 5
    )
    spent = logs.sent[:, :, DEFENDER, 0].sum(axis=1)
    flown = logs.worked[:, :, DEFENDER, 1] - logs.passed[:, :, DEFENDER, 1]
    reach = 0.35 + 0.65 / 2.0
    first = np.floor(np.array([400.0, 60.0]) * reach + 0.5).sum()

    left = logs.stock[:, -1, CHALLENGER]
    np.testing.assert_allclose(left, first - spent - flown.sum(axis=1))


@pytest.mark.parametrize("few", [1.0, 3.0, 5.0, 11.0])
def test_short_rounds_go_to_weapons_and_decoys_by_their_number(few):
    """However few rounds there are: whole salvos are dealt out without favour."""
    wall = Wall((Layer(1.0, 1.0, PLENTY, 1.0, few, 1.0, 1.0),), 1.0, 1.0)._replace(
        decoy_as_threat=1.0
    )
    killed = [
        20.0 - send(wall, (20.0,), decoys=(20.0,), chance=drawn(future)).leakers
        for future in range(FUTURES)
    ]
    expected = few * 19.0 / 39.0

    error = np.std(killed) / np.sqrt(FUTURES)
    assert np.mean(killed) == pytest.approx(expected, abs=4.0 * error + 1e-2)
