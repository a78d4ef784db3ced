"""Worlds: each number spread evenly over what it may be, and fixed by its name."""

import hashlib
import os
import subprocess
import sys
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from detente.ensemble.design import (
    SCRAMBLES,
    coordinates,
    correlate,
    draw_worlds,
    quantile,
)
from detente.pack.correlations import ClashingCorrelationsError, cholesky, sine
from detente.pack.quantity import Quantity


class Pair(NamedTuple):
    of: tuple[str, str]
    rank: float


def ranged(low, high, shape, within=None):
    return Quantity("range", "real", low, high, shape=shape, within=within)


FIXED = Quantity("fixed", "real", 3.5, 3.5)
NORMAL = ranged(-2.0, 5.0, "normal")
LOGNORMAL = ranged(0.01, 0.2, "lognormal")
LOGITNORMAL = ranged(0.2, 0.9, "logitnormal")
UNIFORM = ranged(10.0, 30.0, "uniform")
CLIPPED = ranged(0.5, 2.0, "lognormal", within=(0.6, 1.5))
VALUES = Quantity("values", "count", 2.0, 7.0, values=(7.0, 2.0, 3.0), weights=(1.0, 2.0, 1.0))
EVEN_VALUES = Quantity("values", "count", 1.0, 4.0, values=(1.0, 2.0, 3.0, 4.0))
CHANCE = Quantity("chance", "switch", 0.2, 0.4, probability=0.3)
GAMMA = Quantity("gamma", "positive", 0.08, 5.0, gamma_shape=0.84, mean=1.0, within=(0.08, 5.0))
NUMBERS = {
    "moves.tempo": GAMMA,
    "programme.growth_rate": LOGNORMAL,
    "actors.a.hard_probability": LOGITNORMAL,
    "moves.precision": UNIFORM,
    "war.limited_days": VALUES,
    "talks.wide_agenda": CHANCE,
    "talks.packages": FIXED,
    "relief.real": NORMAL,
}
PAIRS = (
    Pair(("moves.tempo", "programme.growth_rate"), 0.6),
    Pair(("relief.real", "programme.growth_rate"), -0.4),
)
KNOWN = "69579b25b527859d0da2e7892b7475ee001786a60486e7b427f9c48148585319"
"""Digest of 64 worlds of NUMBERS under PAIRS, on every machine."""
NUMPY_EXTRAS = ("X86_V4", "AVX512_ICL", "AVX512_SPR", "X86_V3", "AVX512F", "AVX2", "FMA3")

names = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=12)
seeds = st.integers(0, 2**63 - 1)
inside = st.floats(2.0**-53, 1.0 - 2.0**-53)
quantities = st.sampled_from([*NUMBERS.values(), CLIPPED, EVEN_VALUES])


def digest():
    drawn = draw_worlds(NUMBERS, PAIRS, worlds=64, seed=20260101)
    return hashlib.sha256(b"".join(drawn[path].tobytes() for path in NUMBERS)).hexdigest()


def numpy_extras():
    """Return those of numpy's processor features that this machine's numpy knows and uses."""
    features = np._core._multiarray_umath.__cpu_features__  # noqa: SLF001
    baseline = np._core._multiarray_umath.__cpu_baseline__  # noqa: SLF001
    return [name for name in NUMPY_EXTRAS if features.get(name) and name not in baseline]


@given(st.lists(names, min_size=1, max_size=4, unique=True), seeds, st.integers(0, 8))
def test_the_first_points_of_a_scramble_fall_one_in_each_equal_share(paths, seed, power):
    points = 2**power
    drawn = coordinates(paths, worlds=points * SCRAMBLES, seed=seed)
    scrambles = drawn.reshape(len(paths), points, SCRAMBLES)
    shares = np.sort(np.floor(scrambles * points), axis=1)

    assert np.array_equal(shares, np.broadcast_to(np.arange(points)[:, None], shares.shape))


@given(names, seeds, st.integers(0, 5), st.integers(0, 20))
def test_every_later_block_of_points_does_too(path, seed, power, block):
    points = 2**power
    worlds = points * SCRAMBLES
    drawn = coordinates([path], worlds=worlds, seed=seed, first=block * worlds)
    shares = np.sort(np.floor(drawn.reshape(points, SCRAMBLES) * points), axis=0)

    assert np.array_equal(shares, np.broadcast_to(np.arange(points)[:, None], shares.shape))


def test_scrambles_of_a_number_are_unrelated():
    drawn = coordinates([f"number{n}" for n in range(400)], worlds=2 * SCRAMBLES, seed=5)
    first, second = drawn[:, :SCRAMBLES], drawn[:, SCRAMBLES:]
    found = np.corrcoef(first, rowvar=False)[np.triu_indices(SCRAMBLES, 1)]
    within = [np.corrcoef(first[:, one], second[:, one])[0, 1] for one in range(SCRAMBLES)]

    assert np.abs(found).max() < 4.0 / 20.0
    assert max(within) < -0.6  # two points of one scramble lie in different halves


@given(st.lists(names, min_size=1, max_size=4, unique=True), seeds)
def test_more_worlds_keep_those_there_were(paths, seed):
    few = coordinates(paths, worlds=10, seed=seed)
    many = coordinates(paths, worlds=40, seed=seed)
    later = coordinates(paths, worlds=7, seed=seed, first=3)

    assert np.array_equal(many[:, :10], few)
    assert np.array_equal(many[:, 3:10], later)


@given(st.lists(names, min_size=2, max_size=6, unique=True), seeds)
def test_a_number_more_moves_no_other(paths, seed):
    with_all = coordinates(sorted(paths), worlds=8, seed=seed)
    alone = [coordinates([path], worlds=8, seed=seed)[0] for path in sorted(paths)]

    assert np.array_equal(with_all, alone)


@given(names, seeds)
def test_name_and_seed_fix_a_number(path, seed):
    drawn = [
        coordinates([name], worlds=4, seed=key)[0].tolist()
        for name, key in ((path, seed), (path + "x", seed), (path, seed ^ 1), (path, seed ^ 2**50))
    ]

    assert len({tuple(places) for places in drawn}) == len(drawn)


def test_coordinates_lie_inside_the_unit_interval_at_52_bits():
    drawn = coordinates(["a", "b"], worlds=512, seed=0)

    assert 0.0 < drawn.min() < drawn.max() < 1.0
    assert np.all(drawn * 2.0**52 % 1.0 == 0.5)


def test_scrambles_are_uniform_within_each_share():
    drawn = coordinates([f"number{n}" for n in range(200)], worlds=16, seed=7)
    within = (drawn * 16.0) % 1.0

    assert stats.kstest(within.ravel(), "uniform").pvalue > 0.001
    assert stats.kstest(drawn[:, 0], "uniform").pvalue > 0.001


def test_two_numbers_are_unrelated():
    drawn = coordinates([f"number{n}" for n in range(40)], worlds=1024, seed=3)
    correlations = np.corrcoef(drawn)[np.triu_indices(40, 1)]

    assert abs(correlations.mean()) < 0.01
    assert np.abs(correlations).max() < 5.0 * 1.26 / 32.0
    assert correlations.std() == pytest.approx(1.26 / 32.0, rel=0.15)


@pytest.mark.parametrize("quantity", [NORMAL, LOGNORMAL, LOGITNORMAL])
def test_the_ends_of_a_range_are_its_5th_and_95th_percentile(quantity):
    assert quantile(quantity, 0.05) == pytest.approx(quantity.low, rel=1e-14)
    assert quantile(quantity, 0.95) == pytest.approx(quantity.high, rel=1e-14)


@pytest.mark.parametrize(
    ("quantity", "middle"),
    [
        (NORMAL, 1.5),
        (LOGNORMAL, np.sqrt(0.01 * 0.2)),
        (LOGITNORMAL, special.expit((special.logit(0.2) + special.logit(0.9)) / 2.0)),
        (UNIFORM, 20.0),
        (FIXED, 3.5),
        (GAMMA, stats.gamma(0.84, scale=1.0 / 0.84).median()),
    ],
)
def test_the_median_is_the_middle_on_the_scale_of_the_shape(quantity, middle):
    assert quantile(quantity, 0.5) == pytest.approx(middle, rel=1e-13)


def test_the_ends_of_a_uniform_range_are_its_ends():
    assert quantile(UNIFORM, 2.0**-53) == pytest.approx(10.0, abs=1e-14)
    assert quantile(UNIFORM, 1.0 - 2.0**-53) == pytest.approx(30.0, abs=1e-14)


@given(inside)
def test_a_gamma_number_agrees_with_another_program(u):
    whole = Quantity("gamma", "positive", 0.0, 1e9, gamma_shape=3.0, mean=6.0)

    assert quantile(whole, u) == pytest.approx(stats.gamma.ppf(u, 3.0, scale=2.0), rel=1e-9)


@given(inside)
def test_what_lies_outside_is_cut_to_the_bounds(u):
    assert 0.6 <= quantile(CLIPPED, u) <= 1.5
    assert 0.08 <= quantile(GAMMA, u) <= 5.0


@given(inside)
def test_no_draw_lies_outside_of_what_its_field_may_be(u):
    wide = Quantity("range", "rate", 0.001, 0.9, shape="lognormal", limits=(0.0, 1.0))

    assert 0.0 <= quantile(wide, u) <= 1.0


@pytest.mark.parametrize(
    ("u", "value"), [(0.01, 2.0), (0.49, 2.0), (0.51, 3.0), (0.74, 3.0), (0.76, 7.0), (0.999, 7.0)]
)
def test_values_come_in_order_by_their_weights(u, value):
    assert quantile(VALUES, u) == value


def test_values_without_weights_are_equally_likely():
    assert [quantile(EVEN_VALUES, u) for u in (0.2, 0.3, 0.6, 0.8)] == [1.0, 2.0, 3.0, 4.0]


def test_a_chance_is_so_in_the_worlds_with_the_highest_coordinates():
    assert [quantile(CHANCE, u) for u in (0.05, 0.69, 0.71, 0.95)] == [0.0, 0.0, 1.0, 1.0]


@given(quantities, inside, inside)
def test_a_value_never_falls_as_its_coordinate_rises(quantity, one, other):
    low, high = sorted((one, other))

    assert quantile(quantity, low) <= quantile(quantity, high) + 1e-11


def test_a_fixed_number_is_the_same_in_every_world():
    drawn = draw_worlds(NUMBERS, (), worlds=5, seed=1)

    assert drawn["talks.packages"].tolist() == [3.5] * 5
    assert list(drawn) == list(NUMBERS)


def test_a_chance_is_so_in_its_share_of_the_worlds():
    drawn = draw_worlds(NUMBERS, (), worlds=1024, seed=1)

    assert drawn["talks.wide_agenda"].mean() == pytest.approx(0.3, abs=1.0 / 1024.0)


@given(seeds, inside)
def test_changing_what_is_known_of_a_number_moves_no_other(seed, high):
    before = draw_worlds(NUMBERS, PAIRS, worlds=4, seed=seed)
    changed = {**NUMBERS, "relief.real": ranged(-3.0, high, "normal"), "new": UNIFORM}
    after = draw_worlds(changed, PAIRS, worlds=4, seed=seed)

    assert all(
        np.array_equal(before[path], after[path]) for path in NUMBERS if "relief" not in path
    )


@pytest.mark.parametrize("rank", [-0.9, -0.3, 0.0, 0.5, 0.95])
def test_correlated_numbers_have_nearly_the_rank_correlation_asked_for(rank):
    pair = Pair(("moves.tempo", "moves.precision"), rank)
    drawn = draw_worlds(NUMBERS, [pair], worlds=4096, seed=11)
    found = stats.spearmanr(drawn["moves.tempo"], drawn["moves.precision"]).statistic

    assert found == pytest.approx(rank, abs=0.06 * (1.0 - abs(rank)) + 0.01)


def test_over_many_seeds_ranks_are_correlated_as_asked_for_and_not_as_normal_scores_are():
    pair = Pair(("moves.tempo", "moves.precision"), 0.5)
    tied = {path: NUMBERS[path] for path in pair.of}
    worlds = [draw_worlds(tied, [pair], worlds=1024, seed=seed) for seed in range(32)]
    found = [stats.spearmanr(*one.values()).statistic for one in worlds]

    assert np.mean(found) == pytest.approx(0.5, abs=0.008)


def test_a_correlation_leaves_each_number_its_own_distribution():
    pair = Pair(("relief.real", "moves.precision"), 0.8)
    drawn = draw_worlds(NUMBERS, [pair], worlds=4096, seed=11)
    uniform = stats.uniform(10.0, 20.0)

    assert stats.kstest(drawn["moves.precision"], uniform.cdf).pvalue > 0.001
    assert np.quantile(drawn["relief.real"], (0.05, 0.95)) == pytest.approx((-2.0, 5.0), abs=0.3)


def test_a_correlation_moves_only_the_second_of_its_two_numbers_by_name():
    plain = draw_worlds(NUMBERS, (), worlds=16, seed=2)
    tied = draw_worlds(NUMBERS, [Pair(("relief.real", "moves.tempo"), 0.7)], worlds=16, seed=2)
    moved = [path for path in NUMBERS if not np.array_equal(plain[path], tied[path])]

    assert moved == ["relief.real"]


def test_a_correlation_more_moves_no_pair_that_it_does_not_touch():
    pairs = [Pair(("a", "b"), 0.5), Pair(("c", "d"), 0.9)]
    places = dict(zip("abcd", coordinates(list("abcd"), worlds=16, seed=2), strict=True))
    both, one = correlate(places, pairs), correlate(places, pairs[:1])

    assert np.array_equal(both["b"], one["b"])
    assert not np.array_equal(both["d"], one["d"])


def test_worlds_asked_for_later_are_the_same_when_numbers_are_correlated():
    many = draw_worlds(NUMBERS, PAIRS, worlds=12, seed=2)
    later = draw_worlds(NUMBERS, PAIRS, worlds=4, seed=2, first=8)

    assert all(np.array_equal(many[path][8:], later[path]) for path in NUMBERS)


def test_a_number_that_is_known_is_tied_to_nothing():
    plain = draw_worlds(NUMBERS, (), worlds=8, seed=2)
    tied = draw_worlds(NUMBERS, [Pair(("talks.packages", "relief.real"), 0.7)], worlds=8, seed=2)

    assert all(np.array_equal(plain[path], tied[path]) for path in NUMBERS)


def test_correlations_that_contradict_each_other_are_refused():
    pairs = [
        Pair(("moves.tempo", "relief.real"), 0.9),
        Pair(("moves.precision", "relief.real"), 0.9),
        Pair(("moves.tempo", "moves.precision"), -0.9),
    ]

    with pytest.raises(ClashingCorrelationsError) as refused:
        draw_worlds(NUMBERS, pairs, worlds=4, seed=1)

    assert str(refused.value) == (
        "correlations: no numbers can be correlated like this: the ranks of relief.real with "
        "moves.precision, moves.tempo contradict those among the others; bring one of the ranks "
        "that involve relief.real nearer to 0"
    )


@given(st.floats(-np.pi / 6.0, np.pi / 6.0))
def test_the_sine_agrees_with_another_program(angle):
    assert sine(angle) == pytest.approx(np.sin(angle), rel=4e-16, abs=1e-300)


@given(st.lists(st.floats(-0.45, 0.45), min_size=3, max_size=3))
def test_the_lower_factor_times_itself_gives_the_matrix_back(off):
    matrix = [[1.0, off[0], off[1]], [off[0], 1.0, off[2]], [off[1], off[2], 1.0]]
    factor = np.array(cholesky(matrix, "abc"))

    assert factor @ factor.T == pytest.approx(np.array(matrix), abs=1e-15)
    assert np.all(np.triu(factor, 1) == 0.0)


def test_the_worlds_have_the_known_bits():
    assert digest() == KNOWN


@pytest.mark.parametrize(
    "settings",
    [
        {"NUMBA_DISABLE_JIT": "0", "NUMBA_CPU_NAME": "generic"},
        {
            "NUMBA_DISABLE_JIT": "1",
            "NPY_DISABLE_CPU_FEATURES": " ".join(numpy_extras()),
            "OPENBLAS_CORETYPE": "Haswell",
            "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-AVX2",
        },
    ],
    ids=["processor without extras", "plain, and libraries without extras"],
)
def test_the_worlds_have_the_same_bits_on_other_machines(settings):
    ran = subprocess.run(
        [sys.executable, __file__],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout == KNOWN


if __name__ == "__main__":
    sys.stdout.write(digest())


def accepted_column(*values):
    return Quantity("accepted", "real", min(values), max(values), values=values)


def test_calibrated_numbers_of_a_world_are_of_one_accepted_row():
    first = accepted_column(*range(100))
    second = accepted_column(*(3 * value for value in range(100)))
    drawn = draw_worlds({"a.one": first, "b.other": second}, (), worlds=64, seed=5)

    assert (drawn["b.other"] == 3 * drawn["a.one"]).all()
    assert len(np.unique(drawn["a.one"])) > 40


def test_every_accepted_row_is_drawn_as_often():
    drawn = draw_worlds({"a": accepted_column(*range(64))}, (), worlds=64 * SCRAMBLES, seed=5)

    assert (np.bincount(drawn["a"].astype(int)) == SCRAMBLES).all()


def test_a_calibrated_number_by_itself_has_the_quantiles_of_its_column():
    column = accepted_column(5.0, 1.0, 3.0, 2.0, 4.0)

    assert [quantile(column, u) for u in (0.01, 0.3, 0.5, 0.99)] == [1.0, 2.0, 3.0, 5.0]


def test_fixing_one_calibrated_number_moves_no_other():
    numbers = {"a": accepted_column(*range(100)), "b": accepted_column(*range(100, 200))}
    free = draw_worlds(numbers, (), worlds=16, seed=5)
    fixed = draw_worlds({**numbers, "a": FIXED}, (), worlds=16, seed=5)

    assert (free["b"] == fixed["b"]).all()
