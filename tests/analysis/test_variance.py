"""The variance of an outcome, divided among worlds and the parts of a future's luck."""

import numpy as np
import pytest

import detente as dt
from detente.analysis.drivers.variance import EVERY, PARTS, decompose, shapley, values_of
from detente.kernel.draws import Purpose


def mixed(outcome, seed=1, futures=40_000):
    """Play a made-up future whose luck is one uniform a part, with every set of parts kept."""
    own, other = np.random.default_rng(seed).random((2, len(PARTS), futures))
    kept = [[bool(s >> part & 1) for part in range(len(PARTS))] for s in range(EVERY + 1)]
    return np.array([outcome(np.where(np.array(row)[:, None], own, other)) for row in kept])


def test_every_draw_of_a_future_belongs_to_one_part():
    drawn = [purpose for purposes in PARTS.values() for purpose in purposes]

    assert sorted(drawn) == sorted(set(Purpose) - {Purpose.WORLD})


def test_parts_that_act_alone_get_what_they_explain():
    values = values_of(mixed(lambda luck: luck[0] < 0.5))

    assert shapley(values) == pytest.approx([0.25, 0.0, 0.0, 0.0, 0.0], abs=0.004)


def test_what_two_parts_do_together_is_shared_between_them():
    values = values_of(mixed(lambda luck: (luck[1] < 0.5) ^ (luck[4] < 0.5)))

    assert shapley(values) == pytest.approx([0.0, 0.125, 0.0, 0.0, 0.125], abs=0.004)


def test_the_parts_add_up_to_the_variance_of_a_yes_or_no():
    values = values_of(mixed(lambda luck: luck[0] + luck[1] + luck[2] > 0.5))

    assert shapley(values).sum() == pytest.approx(values[EVERY])
    assert values[EVERY] == pytest.approx(1 / 48 * 47 / 48, abs=0.002)


def test_of_a_run_all_parts_add_up_to_one(tmp_path):
    run = dt.simulate(
        dt.load("reference-violent"), worlds=4, futures=400, grid="tiny", out=tmp_path / "run"
    )

    found = decompose(run, "force", worlds=4)

    assert list(found.parts) == ["world", *PARTS]
    assert sum(part.share for part in found.parts.values()) == pytest.approx(1.0)
    assert found.parts["acts"].low > 0.0
    assert all(0.0 <= one.low <= one.share <= one.high <= 1.0 for one in found.parts.values())
