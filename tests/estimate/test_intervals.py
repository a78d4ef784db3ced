import json
import math
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from detente.ensemble.design import SCRAMBLES, coordinates
from detente.estimate.intervals import (
    MIDDLE_HALF,
    QUANTILE,
    by_scramble,
    consistent,
    ends_over_worlds,
    estimate_mean,
    estimate_ratio,
    estimate_share,
    jackknife,
    more_needed,
    noise_of_means,
    student,
    variance_over_worlds,
    without_each,
)
from detente.estimate.variance import Split, split

REPETITIONS = 1000
FEW = 16
"""Worlds; `verification.evidence.coverage` counts, more often, what intervals hold over many."""
COUNTS = st.lists(st.integers(0, 12), min_size=1, max_size=30)


@given(COUNTS)
def test_an_interval_alone_is_that_of_the_estimate(counts):
    share = estimate_share(np.array(counts), 12)

    assert estimate_share(np.array(counts), 12, levels=None).interval == share.interval


@pytest.mark.parametrize("counts", [[16, 0, 1, 0], [8, 8, 8, 0], [41, 0, 0, 0, 1, 1, 0, 0]])
def test_an_interval_over_few_worlds_does_not_reach_far_beyond_what_they_span(counts):
    share = estimate_share(np.array(counts), 100)
    odds = max(counts) / (100 - max(counts))

    assert share.chance_high <= share.high
    assert share.high / (1.0 - share.high) <= 5.0 * odds + 1e-9


@given(st.lists(st.tuples(*[st.integers(0, 4)] * 3), min_size=1, max_size=30))
def test_a_part_reaches_no_higher_and_no_lower_than_its_whole(counts):
    one, two, three = np.array(counts).T
    sums = {"part": one, "whole": one + two, "all of it": one + two + three}
    shares = {key: estimate_share(happened, 12) for key, happened in sums.items()}
    found = consistent(shares, {"part": [1], "whole": [1, 2], "all of it": [1, 2, 3]})
    ordered = list(found.values())

    assert [each.low for each in ordered] == sorted(each.low for each in ordered)
    assert [each.high for each in ordered] == sorted(each.high for each in ordered)
    assert all(each.low <= each.value <= each.high for each in ordered)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=40))
def test_an_interval_holds_its_share_and_stays_within_0_and_1(counts):
    share = estimate_share(np.array(counts), 12)

    assert 0.0 <= share.low <= share.chance_low <= share.value
    assert share.value <= share.chance_high <= share.high <= 1.0
    assert 0.0 <= share.spread_low <= share.spread_high <= 1.0


@given(st.lists(st.integers(0, 12), min_size=1, max_size=40))
def test_what_did_not_happen_is_as_sure_as_what_did(counts):
    happened = np.array(counts)

    share, other = estimate_share(happened, 12), estimate_share(12 - happened, 12)

    assert share.low == pytest.approx(1.0 - other.high)
    assert share.chance_low == pytest.approx(1.0 - other.chance_high)
    assert share.spread_low == pytest.approx(1.0 - other.spread_high)


def test_worlds_that_differ_within_their_scramble_alone_leave_only_chance():
    within = estimate_share(np.repeat([20, 80], SCRAMBLES), 100)
    between = estimate_share(np.tile([20, 80], SCRAMBLES), 100)

    assert (within.low, within.high) == (within.chance_low, within.chance_high)
    assert between.high - between.low > 3.0 * (within.high - within.low)


def test_the_variance_of_a_mean_over_scrambles_is_students_of_their_means():
    by_world = np.random.default_rng(1).normal(size=6 * SCRAMBLES)
    of_scrambles = by_world.reshape(6, SCRAMBLES).mean(axis=0)
    wider = (1.8946 / QUANTILE) ** 2  # Student's t of 7 degrees of freedom

    assert variance_over_worlds(by_world, 0.0) == pytest.approx(
        of_scrambles.var(ddof=1) / SCRAMBLES * wider, rel=1e-3
    )


@pytest.mark.parametrize("worlds", [2, 5, 8, 11, 15, 21])
def test_where_scrambles_are_few_or_uneven_worlds_drawn_alone_have_their_variance(worlds):
    drawn = np.random.default_rng(worlds).normal(size=(4000, worlds))
    free = min(worlds, SCRAMBLES) - 1.0
    found = [variance_over_worlds(one, 0.0) for one in drawn]
    wider = (student(free) / QUANTILE) ** 2

    assert np.mean(found) / wider == pytest.approx(1.0 / worlds, rel=0.06)


@pytest.mark.parametrize("shape", [(1.0, 4.0), (0.3, 6.0)])
def test_nine_in_ten_intervals_over_scrambled_worlds_hold_the_truth(shape):
    rng = np.random.default_rng(2)
    names = [f"{number} {again}" for number in "ab" for again in range(REPETITIONS)]
    one, other = coordinates(names, worlds=64, seed=3).reshape(2, REPETITIONS, 64)
    chances = stats.beta(*shape).ppf(np.where(other < 0.7, one, other))
    shares = [estimate_share(rng.binomial(400, each), 400) for each in chances]

    assert 0.87 <= held_in(shares, chances.mean()) <= 0.94


@given(st.lists(st.integers(0, 12), min_size=2, max_size=30))
def test_sums_of_scrambles_make_the_whole_and_few_worlds_are_one_each(counts):
    by_world = np.array(counts)
    sums = by_scramble(by_world)

    assert sums.sum() == by_world.sum()
    assert len(sums) == min(SCRAMBLES, len(by_world))


def test_in_one_world_the_interval_is_wilsons():
    share = estimate_share(np.array([30]), 101)
    centre, half = 30 / 101, QUANTILE
    variance = centre * (1 - centre) / 100 + half**2 / (4 * 101**2)
    middle = (centre + half**2 / (2 * 101)) / (1 + half**2 / 101)
    reach = half * math.sqrt(variance) / (1 + half**2 / 101)

    assert (share.low, share.high) == pytest.approx((middle - reach, middle + reach))
    assert (share.chance_low, share.chance_high) == (share.low, share.high)


def test_a_share_among_all_futures_is_the_share_of_all():
    happened, all_of_them = np.array([3, 40, 25]), np.full(3, 50)

    found = asdict(estimate_ratio(happened, all_of_them, 50))

    assert found == pytest.approx(asdict(estimate_share(happened, 50)))


def test_over_worlds_that_weigh_alike_the_jackknife_is_students_variance_of_a_mean():
    shares = np.array([0.06, 0.8, 0.5, 0.22])
    left_out = without_each(shares, np.ones(4))

    assert jackknife(left_out, effective=4.0) == pytest.approx(variance_over_worlds(shares, 0.0))


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=30))
def test_a_share_among_some_futures_lies_in_its_interval(counts):
    part, rest = np.array([*counts, (1, 1)]).T
    share = estimate_ratio(part, part + rest, 12)

    assert share.value == pytest.approx(part.sum() / (part + rest).sum())
    assert 0.0 <= share.low <= share.value <= share.high <= 1.0
    assert 0.0 <= share.spread_low <= share.spread_high <= 1.0


@pytest.mark.parametrize("happened", [0, 50])
def test_an_interval_has_a_width_even_where_nothing_varied(happened):
    share = estimate_share(np.full(20, happened), 50)

    assert 0.0 < share.high - share.low < 0.01


def test_worlds_that_differ_widen_the_interval_and_leave_less_to_chance():
    alike = estimate_share(np.full(20, 25), 50)
    unlike = estimate_share(np.array([0, 50] * 10), 50)

    assert unlike.high - unlike.low > 3.0 * (alike.high - alike.low)
    assert by_chance(unlike) < by_chance(alike)


def by_chance(share):
    return share.chance_high - share.chance_low


def test_chance_in_a_worlds_mean_is_the_variance_of_its_futures_over_their_number():
    futures = np.array([[0.0, 0.0, 1.0, 1.0, -1.0, 0.5], [0.25, 0.0, 0.0, 0.0, 0.0, 1.0]])
    squares = (futures * futures).mean(axis=1)
    found = noise_of_means(futures.mean(axis=1), squares, futures.shape[1])

    assert found == pytest.approx(futures.var(axis=1, ddof=1).mean() / futures.shape[1])


@pytest.mark.parametrize(("mean", "strength"), [(0.15, 9.9), (0.56, 9.75), (0.5, 1.0)])
def test_nine_in_ten_intervals_hold_the_truth_of_all_worlds_though_few_are_played(mean, strength):
    rng = np.random.default_rng(12)
    shape = mean * strength, (1.0 - mean) * strength, FEW
    shares = [estimate_share(rng.binomial(50, rng.beta(*shape)), 50) for _ in range(REPETITIONS)]

    assert 0.86 <= held_in(shares, mean) <= 0.94


def held_in(shares, truth):
    return np.mean([share.low <= truth <= share.high for share in shares])


def test_nine_in_ten_intervals_of_a_share_among_some_hold_the_truth_of_all_worlds():
    rng = np.random.default_rng(13)
    shares = []
    for _ in range(REPETITIONS):
        chance = rng.beta(2.0, 3.0, FEW)  # of the whole; of the part among it, half of that
        whole = rng.binomial(100, chance)
        shares.append(estimate_ratio(rng.binomial(whole, chance / 2.0), whole, 100))

    assert 0.86 <= held_in(shares, (0.2 / 0.4) / 2.0) <= 0.94


def test_the_spread_over_equal_worlds_is_chance_alone_and_is_taken_out():
    rng = np.random.default_rng(6)
    widths = [width(estimate_share(rng.binomial(100, np.full(64, 0.3)), 100)) for _ in range(200)]

    assert np.mean(widths) < 0.03
    assert np.mean(np.array(widths) == 0.0) > 0.3


def test_the_spread_over_different_worlds_is_that_of_the_worlds():
    rng = np.random.default_rng(7)
    truth = rng.beta(2.0, 5.0, 400)
    low, high = np.quantile(truth, (0.05, 0.95))

    share = estimate_share(rng.binomial(60, truth), 60)

    assert (share.spread_low, share.spread_high) == pytest.approx((low, high), abs=0.03)


@pytest.mark.parametrize(("futures", "near"), [(10, 0.04), (40, 0.03), (400, 0.01)])
def test_the_middle_half_of_worlds_is_theirs_and_not_that_of_chance(futures, near):
    rng = np.random.default_rng(8)
    truth = rng.beta(2.0, 5.0, 800)
    counts, whole = rng.binomial(futures, truth), np.full(800, futures)
    found = estimate_ratio(counts, whole, futures, levels=MIDDLE_HALF).spread

    assert found == pytest.approx(np.quantile(truth, MIDDLE_HALF), abs=near)


def width(share):
    return share.spread_high - share.spread_low


def test_with_one_future_a_world_all_is_called_chance():
    share = estimate_share(np.array([0, 1] * 32), 1)

    assert width(share) < 0.2


def test_the_worlds_still_needed_shrink_the_interval_to_a_point():
    few = typical_half(64)
    more = more_needed(0.3 - few, 0.3 + few, 64)

    assert more > 64
    assert typical_half(64 + more) == pytest.approx(0.01, rel=0.05)


def typical_half(worlds):
    """Return half the length of an interval over so many worlds drawn alone, over many draws."""
    rng = np.random.default_rng(15)
    counts = (rng.choice([20, 30, 40], worlds) for _ in range(REPETITIONS))
    ends = [estimate_share(each, 100, levels=None).interval[1:] for each in counts]
    return np.sqrt(np.mean(np.square(np.diff(ends) / 2.0)))


def test_the_futures_still_needed_shrink_the_interval_of_chance_to_the_width_asked():
    few = estimate_share(np.full(64, 30), 100)
    more = more_needed(few.chance_low, few.chance_high, 6400, 0.005)
    per_world = (6400 + more) // 64

    assert by_chance(
        estimate_share(np.full(64, 3 * per_world // 10), per_world)
    ) / 2 == pytest.approx(0.005, rel=0.02)


@pytest.mark.parametrize(("width", "more"), [(0.004, 0), (0.002, 3000), (0.001, 15_000)])
def test_half_the_width_needs_four_times_as_many(width, more):
    assert more_needed(0.296, 0.304, 1000, width) == pytest.approx(more, abs=1)


SIGNED = st.lists(
    st.lists(st.sampled_from([-1.0, -0.25, 0.0, 0.5, 1.0]), min_size=8, max_size=8),
    min_size=1,
    max_size=20,
)


def mean_of(futures):
    """Estimate the mean of signed amounts, shape (worlds, futures)."""
    return estimate_mean(futures.mean(axis=1), (futures**2).mean(axis=1), futures.shape[1])


@given(SIGNED)
def test_the_mean_of_signed_amounts_lies_in_its_interval_and_turns_with_their_sign(amounts):
    one, other = mean_of(np.array(amounts)), mean_of(-np.array(amounts))

    assert -1.0 <= one.low <= one.value <= one.high <= 1.0
    assert -1.0 <= one.spread_low <= one.spread_high <= 1.0
    assert one.low == pytest.approx(-other.high)
    assert one.spread_low == pytest.approx(-other.spread_high)


@pytest.mark.parametrize("amount", [-1.0, 0.0, 1.0])
def test_one_future_of_each_world_has_a_mean_and_an_interval(amount):
    found = mean_of(np.full((4, 1), amount))

    assert found.low <= found.value == amount <= found.high


def test_the_interval_of_chance_of_a_mean_holds_the_truth_nine_times_in_ten():
    generator = np.random.default_rng(7)
    chances = generator.dirichlet([1.0, 1.0, 1.0], size=8)
    truth = float((chances @ [-1.0, 0.0, 1.0]).mean())
    holds = 0
    for _ in range(REPETITIONS):
        draws = [generator.choice([-1.0, 0.0, 1.0], 60, p=chance) for chance in chances]
        found = mean_of(np.array(draws))
        holds += found.chance_low <= truth <= found.chance_high

    assert abs(holds / REPETITIONS - 0.9) < 0.03


def test_the_interval_of_a_mean_holds_the_truth_of_all_worlds_nine_times_in_ten():
    rng, means = np.random.default_rng(14), []
    for _ in range(REPETITIONS):
        fewer, _, more = rng.multinomial(60, rng.dirichlet([1.0, 1.0, 2.0], FEW)).T
        means.append(estimate_mean((more - fewer) / 60, (more + fewer) / 60, 60))

    assert 0.86 <= held_in(means, 0.25) <= 0.94


def test_where_few_worlds_carry_a_mean_its_interval_is_wider_and_reaches_to_their_side():
    even = np.repeat([-0.1, 0.3], 12)
    few = np.where(np.arange(24) < 3, 0.8, 0.0)
    broad, lopsided = (ends_over_worlds(one, 0.0) for one in (even, few))

    assert broad[1] - 0.1 == pytest.approx(0.1 - broad[0])
    assert lopsided[1] - 0.1 > 2.0 * (0.1 - lopsided[0])
    assert (lopsided[1] - lopsided[0]) / few.std() > (broad[1] - broad[0]) / even.std()


def test_the_interval_of_a_mean_that_one_world_in_four_carries_holds_it_nine_times_in_ten():
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(REPETITIONS):
        by_world = np.where(rng.random(24) < 0.25, rng.exponential(0.2, 24), 0.0)
        low, high = ends_over_worlds(by_world, 0.0)
        held += low <= 0.05 <= high

    assert 0.86 <= held / REPETITIONS <= 0.93


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
def test_one_world_or_one_future_of_each_says_nothing(happened, futures):
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
    rng = np.random.default_rng(8)
    within = between = 0.0
    for _ in range(1000):
        found = split(rng.binomial(6, rng.beta(2.0, 3.0, 10)), 6)
        within += found.total * (1.0 - found.not_knowing) / 1000
        between += found.total * found.not_knowing / 1000

    assert within == pytest.approx(0.2, abs=0.006)
    assert between == pytest.approx(0.04, abs=0.006)


def test_more_worlds_narrow_the_interval():
    few, many = (split(np.tile([10, 20, 30, 60], copies), 100) for copies in (4, 40))

    assert many.high - many.low < (few.high - few.low) / 2.0
