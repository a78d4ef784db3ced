"""Figures of worlds that do not count alike."""

import math

import numpy as np
import pytest

from detente.ensemble.weighing import Weighing
from detente.estimate.intervals import estimate_mean, estimate_ratio, estimate_share
from detente.estimate.paired import WorldMeans, estimate_amount
from detente.estimate.quantiles import Among, quantiles
from detente.estimate.variance import split

FUTURES = 50
DRAWS = np.random.default_rng(7)
HAPPENED = DRAWS.integers(0, FUTURES + 1, 64)
MOVED = DRAWS.normal(0.1, 0.3, 64)


def weighed(weights: np.ndarray) -> Weighing:
    """Return weights that stay what they are whatever scramble is left out."""
    without = [np.where(np.arange(64) % 8 == scramble, 0.0, weights) for scramble in range(8)]
    return Weighing("made up", weights, np.array(without))


KINDS = {
    "share": lambda weighing: estimate_share(HAPPENED, FUTURES, weighing),
    "ratio": lambda weighing: estimate_ratio(HAPPENED // 3, HAPPENED, FUTURES, weighing),
    "mean": lambda weighing: estimate_mean(MOVED, MOVED**2 + 0.1, FUTURES, weighing),
    "amount": lambda weighing: estimate_amount(
        WorldMeans(MOVED, MOVED**2 + 0.1, FUTURES, weighing)
    ),
}


def among(weighing: Weighing | None) -> Among:
    values = np.arange(64 * FUTURES, dtype=float)
    return Among(values, values.astype(int) % 64, 64, FUTURES, weighing)


@pytest.mark.parametrize("kind", KINDS)
def test_equal_weights_change_nothing_but_how_percentiles_over_worlds_are_read(kind):
    alike, found = KINDS[kind](None), KINDS[kind](weighed(np.full(64, 3.0)))

    for end in ("value", "low", "high", "chance_low", "chance_high"):
        assert getattr(found, end) == pytest.approx(getattr(alike, end), abs=1e-4), end
    for end in ("spread_low", "spread_high"):
        assert getattr(found, end) == pytest.approx(getattr(alike, end), abs=0.05), end


@pytest.mark.parametrize("kind", KINDS)
def test_worlds_of_no_weight_do_not_count(kind):
    weights = weighed(np.where(np.arange(64) < 32, 1.0, 0.0))
    changed = KINDS[kind](weights)
    HAPPENED[40], MOVED[40], before = 0, 5.0, (HAPPENED[40], MOVED[40])

    try:
        assert KINDS[kind](weights) == changed
    finally:
        HAPPENED[40], MOVED[40] = before


def test_the_fewer_worlds_carry_a_share_the_wider_is_its_interval():
    widths = []
    for tilt in (0.0, 1.0, 2.0):
        found = estimate_share(HAPPENED, FUTURES, weighed(np.exp(tilt * np.sin(np.arange(64)))))
        widths.append(found.high - found.low)

    assert widths == sorted(widths)


def test_a_quantile_has_half_of_the_weight_at_or_below_it():
    weights = np.where(np.arange(64) < 16, 5.0, 1.0)
    one = among(weighed(weights))
    found = quantiles(one)

    assert found is not None
    carried = weights[one.homes]
    below = carried[one.values <= found.half.value].sum() / carried.sum()
    assert below == pytest.approx(0.5, abs=0.01)
    assert found.half.low < found.half.value < found.half.high


def test_what_lies_between_worlds_is_of_those_that_carry_the_weight():
    happened = np.where(np.arange(64) < 32, 25, np.where(np.arange(64) % 2, 0, FUTURES))
    alike, differing = (
        weighed(np.where((np.arange(64) < 32) == is_first, 1.0, 0.0)) for is_first in (1, 0)
    )

    assert split(happened, FUTURES, alike).not_knowing == 0.0
    assert split(happened, FUTURES, differing).not_knowing > 0.9
    assert not math.isnan(split(happened, FUTURES).not_knowing)
