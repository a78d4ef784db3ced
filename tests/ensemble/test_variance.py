import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.ensemble.variance import Split, split

COUNTS = st.lists(st.integers(0, 12), min_size=1, max_size=30)


@given(COUNTS)
def test_both_parts_are_shares_that_lie_in_their_intervals(counts):
    found = split(np.array(counts), 12)

    assert 0.0 <= found.low <= found.not_knowing <= found.high <= 1.0
    assert found.total >= 0.0


@given(COUNTS)
def test_both_parts_make_the_whole_and_mirror_each_other(counts):
    content = split(np.array(counts), 12).as_json()
    chance, not_knowing = content["chance"], content["not_knowing"]

    assert chance["share"] + not_knowing["share"] == pytest.approx(1.0)
    assert chance["low"] == pytest.approx(1.0 - not_knowing["high"])
    assert chance["high"] == pytest.approx(1.0 - not_knowing["low"])


@given(COUNTS)
def test_what_did_not_happen_varies_as_what_did(counts):
    happened = np.array(counts)

    assert split(happened, 12) == pytest.approx(split(12 - happened, 12), abs=1e-9)


@given(st.integers(1, 20), st.integers(1, 20), st.sampled_from([0.0, 1.0]))
def test_where_nothing_varies_nothing_is_known_and_nothing_breaks(worlds, futures, share):
    found = split(np.full(worlds, share * futures), futures)

    assert found == Split(0.0, 0.0, 0.0, 1.0)
    assert not found.is_known
    assert "NaN" not in json.dumps(found.as_json())


@pytest.mark.parametrize(("happened", "futures"), [([7], 20), ([0, 1, 1, 0], 1), ([1], 1)])
def test_one_world_or_one_future_of_each_tells_nothing(happened, futures):
    assert split(np.array(happened), futures)[1:] == (0.0, 0.0, 1.0)


def test_worlds_that_settle_everything_leave_nothing_to_chance():
    found = split(np.array([0, 50] * 32), 50)

    assert (found.not_knowing, found.high) == (1.0, 1.0)
    assert 0.9 < found.low < 1.0


def test_worlds_that_are_alike_leave_everything_to_chance():
    found = split(np.full(64, 30), 100)

    assert (found.not_knowing, found.low) == (0.0, 0.0)
    assert 0.0 < found.high < 0.01


def test_both_parts_are_estimated_without_bias():
    luck = np.random.default_rng(8)
    within = between = 0.0
    for _ in range(1000):
        found = split(luck.binomial(6, luck.beta(2.0, 3.0, 10)), 6)
        within += found.total * (1.0 - found.not_knowing) / 1000
        between += found.total * found.not_knowing / 1000

    assert within == pytest.approx(0.2, abs=0.006)
    assert between == pytest.approx(0.04, abs=0.006)


def test_more_worlds_narrow_the_interval():
    few, many = (split(np.tile([10, 20, 30, 60], copies), 100) for copies in (4, 40))

    assert many.high - many.low < (few.high - few.low) / 2.0
