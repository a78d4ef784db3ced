import numpy as np
import pytest

from detente.pack import load
from verification.model import fit
from verification.model.sampling import paths_of, sample_of, with_means, with_numbers

SMALL = {"seed": 1, "grid": "tiny"}


@pytest.fixture(scope="module")
def crisis():
    return load("reference-nonviolent")


def test_a_role_stands_for_its_actor_and_a_star_for_any_key(crisis):
    assert paths_of(crisis, "actors.challenger.war_cost") == ("actors.alpha.war_cost",)
    assert len(paths_of(crisis, "actors.*.war_cost")) == 2
    with pytest.raises(KeyError, match="war_costs"):
        paths_of(crisis, "actors.*.war_costs")


def test_what_is_not_set_is_drawn_as_before(crisis):
    before = sample_of(crisis, 3, 1, **SMALL).draws
    after = sample_of(with_numbers(crisis, {"moves.precision": 30}), 3, 1, **SMALL).draws
    changed = {path for path in before[0] if before[0][path] != after[0][path]}

    assert [draw["moves.precision"] for draw in after] == [30.0] * 3
    assert changed == {"moves.precision"}


def test_stronger_means_are_more_weapons_and_harder_forces_of_that_side(crisis):
    draw = sample_of(crisis, 1, 1, **SMALL).draws[0]
    after = with_means("defender", 4.0)(crisis, draw)
    changed = {path for path in draw if draw[path] != after[path]}

    assert changed == {"arsenals.beta.aircraft.stock", "defences.beta.hardness"}
    assert after["defences.beta.hardness"] == 4.0 * draw["defences.beta.hardness"]


def test_a_step_stays_in_its_range():
    luck = np.random.default_rng(1)
    steps = [fit.moved(0.2, (0.18, 0.22), luck) for _ in range(200)]

    assert min(steps) >= 0.18
    assert max(steps) <= 0.22
    assert len(set(steps)) > 10


def test_a_range_above_0_stays_above_and_another_keeps_its_width():
    luck = np.random.default_rng(1)
    above = [fit.moved({"range": [0.01, 0.3]}, (0.001, 0.5), luck)["range"] for _ in range(200)]
    across = [fit.moved({"range": [-0.1, 0.3]}, (-0.5, 0.5), luck)["range"] for _ in range(200)]

    assert [high / low for low, high in above] == pytest.approx([30.0] * 200)
    assert [high - low for low, high in across] == pytest.approx([0.4] * 200)


def test_distance_is_the_root_mean_square_of_how_far_moments_are_off():
    def one(is_off):
        return fit.Measured("", "", 0.0, 0.0, 0.0, is_off)

    assert fit.distance_of([one(3.0), one(-1.0)]) == pytest.approx(5**0.5)
    assert fit.distance_of([one(np.nan)]) == fit.FARTHEST
