import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.estimate.intervals import without_each
from detente.estimate.tilting import tilt, weighing_of

WORLDS = 64


def shares(seed, many=3):
    return np.random.default_rng(seed).beta(2.0, 4.0, size=(many, WORLDS))


def views(seed):
    """Return amounts that are to be 0, one row, and such as are to be 0 at least, two."""
    amounts = shares(seed)
    moved = np.random.default_rng(seed + 1).uniform(-0.06, 0.06, 3)
    rows = amounts - (amounts.mean(axis=1) + moved)[:, None]
    return rows[:1], rows[1:] * np.random.default_rng(seed + 2).choice([-1.0, 1.0], (2, 1))


@given(st.integers(0, 10_000))
def test_all_views_hold_and_weights_are_a_product_of_the_views_that_bind(seed):
    exact, at_least = views(seed)
    found = tilt(exact, at_least)
    binding = np.vstack([exact, at_least[at_least @ found.weights < 1e-9]])
    terms = np.column_stack([np.ones(WORLDS), binding.T])
    logs = np.log(found.weights)
    slopes, left = np.linalg.lstsq(terms, logs, rcond=None)[:2]

    assert exact @ found.weights == pytest.approx([0.0], abs=1e-10)
    assert np.all(at_least @ found.weights >= -1e-10)
    assert left.sum() < 1e-12
    assert np.all(slopes[2:] >= -1e-9)


def test_a_range_that_holds_already_moves_nothing():
    rows = shares(3)[:1] - 0.05

    assert tilt(np.empty((0, WORLDS)), rows).entropy == 0.0


def test_views_that_no_weights_hold_together_have_none():
    one, *_ = shares(5)

    assert tilt(np.array([one - 0.3, 2.0 * one - 0.7])) is None
    assert tilt(one - 0.3) is not None


def test_what_is_held_cannot_vary_from_scramble_to_scramble():
    happened = np.random.default_rng(7).binomial(200, shares(7)[0])
    rows = happened / 200 - happened.mean() / 200 - 0.05
    found = weighing_of(tilt(rows), rows)
    without = without_each(happened, np.full(WORLDS, 200), found)

    assert without == pytest.approx(np.full(8, happened.mean() / 200 + 0.05))
    assert found.weights.mean() == pytest.approx(1.0)
