import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.estimate.intervals import estimate_ratio
from detente.estimate.quantiles import LEAST_WORLDS, LEVELS, Among, quantiles

DAYS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 30)), min_size=1, max_size=40)


def among(values, homes, worlds=4, futures=40):
    return Among(np.array(values, float), np.array(homes, np.int32), worlds, futures)


def drawn(rng, worlds, cases, shift=0.0):
    """Return normal values in worlds whose means spread by `shift`."""
    means = shift * rng.normal(size=worlds)
    values = means[:, None] + rng.normal(size=(worlds, cases))
    return Among(values.ravel(), np.repeat(np.arange(worlds), cases), worlds, 2 * cases)


def levels(found):
    return [getattr(found, name) for name in LEVELS]


def test_what_never_happens_has_no_quantiles():
    assert quantiles(among([], [])) is None


@given(DAYS)
def test_a_quantile_lies_in_its_interval_and_quantiles_in_their_order(cases):
    homes, values = zip(*cases, strict=True)
    found = levels(quantiles(among(values, homes)))

    assert all(one.low <= one.value for one in found if not math.isnan(one.low))
    assert all(one.value <= one.high for one in found if not math.isnan(one.high))
    assert [one.value for one in found] == sorted(one.value for one in found)


@given(DAYS)
def test_a_quantile_is_the_first_value_that_its_share_does_not_exceed(cases):
    homes, values = zip(*cases, strict=True)
    half = quantiles(among(values, homes)).half.value

    assert np.mean(np.array(values) <= half) >= 0.5
    assert np.mean(np.array(values) < half) < 0.5


@given(DAYS, st.randoms(use_true_random=False))
def test_the_order_of_futures_changes_nothing(cases, rng):
    shuffled = rng.sample(cases, len(cases))
    one, other = (
        quantiles(among([day for _, day in listed], [home for home, _ in listed]))
        for listed in (cases, shuffled)
    )

    assert one == other


def test_an_end_is_the_first_value_of_which_the_share_at_or_below_it_may_or_must_be_the_level():
    cases = drawn(np.random.default_rng(7), 32, 40, shift=1.0)
    found = quantiles(cases).nineteen_in_20
    low, high = shares_around(cases, found.low), shares_around(cases, found.high)

    assert low[0][1] < LEVELS["nineteen_in_20"] <= low[1][1]
    assert high[0][0] < LEVELS["nineteen_in_20"] <= high[1][0]


def shares_around(cases, value):
    """Return the intervals of the shares below a value and of those at or below it."""
    whole = np.bincount(cases.homes)
    parts = (
        np.bincount(cases.homes[is_part])
        for is_part in (cases.values < value, cases.values <= value)
    )
    shares = (estimate_ratio(part, whole, cases.futures, levels=None) for part in parts)
    return [share.interval[1:] for share in shares]


def test_quantiles_go_with_a_shift_and_a_scale():
    one = drawn(np.random.default_rng(1), 32, 40, shift=1.0)
    moved = quantiles(one._replace(values=2.0 * one.values + 3.0))

    for plain, other in zip(levels(quantiles(one)), levels(moved), strict=True):
        expected = [2.0 * end + 3.0 for end in plain.interval]

        assert other.interval == pytest.approx(expected)


def test_more_worlds_narrow_the_interval_and_more_futures_of_them_do_not():
    rng = np.random.default_rng(2)
    sizes = (64, 25), (64, 1600), (1024, 25)
    few, long, wide = (quantiles(drawn(rng, *size, shift=1.0)).half for size in sizes)

    assert width(wide) < 0.35 * width(few)
    assert width(long) > 0.6 * width(few)
    assert long.spread_high - long.spread_low > 0.6 * (few.spread_high - few.spread_low)


def width(quantile):
    return quantile.high - quantile.low


def test_worlds_that_are_alike_have_next_to_no_spread():
    half = quantiles(drawn(np.random.default_rng(3), 64, 200)).half

    assert half.spread_high - half.spread_low < 0.1


def test_too_few_worlds_say_no_spread():
    half = quantiles(drawn(np.random.default_rng(4), LEAST_WORLDS - 1, 50)).half

    assert math.isnan(half.spread_low)
    assert half.worlds == LEAST_WORLDS - 1


def test_a_world_with_few_cases_reports_its_half_and_not_its_nineteen_in_20():
    found = quantiles(drawn(np.random.default_rng(5), 20, 12))

    assert (found.half.worlds, found.quarter.worlds, found.nineteen_in_20.worlds) == (20, 0, 0)


@pytest.mark.parametrize(
    ("name", "cases", "ends"),
    [
        ("half", 4, (False, False)),
        ("half", 5, (True, True)),
        ("three_quarters", 10, (True, False)),
        ("three_quarters", 11, (True, True)),
        ("nineteen_in_20", 58, (True, False)),
        ("nineteen_in_20", 59, (True, True)),
    ],
)
def test_an_end_is_reported_once_a_case_beyond_the_quantile_is_all_but_sure(name, cases, ends):
    one = getattr(quantiles(among(range(cases), np.zeros(cases), futures=80)), name)

    assert (not math.isnan(one.low), not math.isnan(one.high)) == ends
