import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.arithmetic import inverse_normal
from detente.kernel.defence import (
    NODES,
    apply_shock,
    has_good_picture,
    kill_probability_of_salvo,
    node_weight,
    picture_factor,
    shifted,
    shock_point,
    war_point,
)
from tests.kernel.duels import DefenceStatus, Layer, Wall, blank, defence_of, share, take_mean

POINTS = 801
shifts = st.floats(-6.0, 6.0)


@given(share, st.integers(1, 6))
def test_a_second_shot_never_helps_the_weapon(kill, shots):
    assert kill_probability_of_salvo(kill, shots + 1) >= kill_probability_of_salvo(kill, shots)


@given(share, shifts, st.floats(0.0, 3.0))
def test_a_shift_moves_a_probability_up_and_keeps_it_one(kill, shift, more):
    one, other = shifted(kill, np.exp(shift)), shifted(kill, np.exp(shift + more))

    assert 0.0 <= one <= other + 1e-12
    assert other <= 1.0


@given(st.floats(0.001, 0.999), shifts)
def test_a_shift_undone_leaves_the_probability(kill, shift):
    assert shifted(shifted(kill, np.exp(shift)), np.exp(-shift)) == pytest.approx(kill, rel=1e-9)


@given(share, st.integers(1, 4), shifts)
def test_a_layers_salvo_kills_under_the_shock_on_each_shot(kill, shots, shift):
    stand = blank(DefenceStatus)

    apply_shock(defence_of(Wall((Layer(kill, float(shots)),))), stand, shift)

    # A processor's last digit may differ between the compiled way and Python's.
    under_it = kill_probability_of_salvo(shifted(kill, np.exp(shift)), shots)
    assert stand.salvo_kill[0, 0] == pytest.approx(under_it, rel=1e-12)


@pytest.mark.parametrize("kill", [0.1, 0.4, 0.7, 0.9])
@pytest.mark.parametrize("spread", [0.2, 0.5, 0.9])
def test_the_points_give_the_mean_over_the_shock(kill, spread):
    draws = [inverse_normal((place + 0.5) / POINTS) for place in range(POINTS)]
    mean = np.mean([salvo_kill(kill, spread * draw) for draw in draws])
    points = [shock_point(war_point(node), raid) for node in range(2) for raid in (1.0, -1.0)]

    at_points = np.mean([salvo_kill(kill, spread * point) for point in points])

    assert at_points == pytest.approx(mean, abs=3e-3)


def salvo_kill(kill, shift):
    return kill_probability_of_salvo(shifted(kill, np.exp(shift)), 2)


@given(share)
def test_the_nodes_weights_are_chances(good):
    weights = [node_weight(good, node) for node in range(NODES)]

    assert sum(weights) == pytest.approx(1.0)
    assert sum(weights[: NODES // 2]) == pytest.approx(good)
    assert min(weights) >= 0.0


@given(share, st.floats(0.0, 1.5))
def test_the_nodes_picture_averages_to_the_mean_one(good, shock):
    defence = defence_of(Wall(tracking_probability=good, shock=shock))
    pictures = [picture_factor(defence, has_good_picture(node)) for node in range(NODES)]
    mean = sum(node_weight(good, node) * pictures[node] for node in range(NODES))
    stand = blank(DefenceStatus)

    take_mean(defence, stand)

    assert stand.picture == pytest.approx(mean)


def test_the_parts_of_the_shock_add_up_to_its_variance():
    points = [shock_point(war_point(node), raid) for node in range(2) for raid in (1.0, -1.0)]

    assert np.mean(points) == pytest.approx(0.0, abs=1e-12)
    assert np.mean(np.square(points)) == pytest.approx(1.0)


def test_without_a_common_cause_every_node_is_the_same():
    defence = defence_of(Wall((Layer(), Layer(0.3)), tracking_probability=1.0, shock=0.0))
    stands = [blank(DefenceStatus), blank(DefenceStatus)]

    apply_shock(defence, stands[0], defence.shock * -1.7)
    take_mean(defence, stands[1])

    assert stands[0].salvo_kill.tolist() == stands[1].salvo_kill.tolist()
    assert picture_factor(defence, True) == stands[1].picture == 1.0
