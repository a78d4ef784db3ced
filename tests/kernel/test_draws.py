import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from detente.kernel.draws import Draws, Purpose, fine_uniform, mix, philox, uniform, uniforms, words
from detente.kernel.jit import jit

MANY = 2_000 if numba.config.DISABLE_JIT else 250_000
"""Blocks of four draws."""

# Known answers of Random123 (Salmon et al. 2011): counter, key, result.
KNOWN = [
    (
        (0x00000000, 0x00000000, 0x00000000, 0x00000000),
        (0x00000000, 0x00000000),
        (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8),
    ),
    (
        (0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF),
        (0xFFFFFFFF, 0xFFFFFFFF),
        (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
    ),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]

seeds = st.integers(0, 2**63 - 1)
worlds = st.integers(0, 2**31 - 1)
futures = st.integers(0, 2**62)
days = st.integers(0, 4095)
blocks = st.integers(0, 16383)
purposes = st.sampled_from([int(purpose) for purpose in Purpose])
lucks = st.builds(Draws, seeds, worlds, futures, st.just(0), st.just(0))


@jit
def draw_many(seed: int, table: np.ndarray) -> None:
    for row in range(table.shape[0]):
        source = Draws(seed, row % 64, row, 0, 0)
        drawn = uniforms(source, row % 365, 12, row % 1000)
        for column in range(4):
            table[row, column] = drawn[column]


def unsigned(numbers):
    return tuple(np.uint64(number) for number in numbers)


def draw_independently(seed, blocks):
    """Philox4x32-10 once more, written over 32-bit lanes with a key schedule made beforehand."""
    row = np.arange(blocks, dtype=np.uint64)
    place = (12 << 26) + (row % 365) * 2**14 + row % 1000
    lanes = [part.astype(np.uint32) for part in (place, row // 2**32, row % 2**32, row % 64)]
    weyl = np.array([0x9E3779B9, 0xBB67AE85], np.uint32)
    start = np.array([seed % 2**32, seed // 2**32], np.uint32)
    for key in start + np.arange(10, dtype=np.uint32)[:, None] * weyl:
        left = (lanes[0].astype("<u8") * np.uint64(0xD2511F53)).view("<u4").reshape(-1, 2)
        right = (lanes[2].astype("<u8") * np.uint64(0xCD9E8D57)).view("<u4").reshape(-1, 2)
        lanes = [
            right[:, 1] ^ lanes[1] ^ key[0],
            right[:, 0],
            left[:, 1] ^ lanes[3] ^ key[1],
            left[:, 0],
        ]
    return (np.stack(lanes, axis=1) + 0.5) / 2.0**32


@pytest.mark.parametrize(("counter", "key", "result"), KNOWN)
def test_the_generator_gives_the_published_answers(counter, key, result):
    assert philox(unsigned(counter), unsigned(key)) == result


def test_a_million_draws_equal_those_of_another_implementation():
    drawn = np.zeros((MANY, 4))

    draw_many(2**40 + 12345, drawn)

    assert np.array_equal(drawn, draw_independently(2**40 + 12345, MANY))


def test_arrays_of_words_give_what_single_words_give():
    counters = np.array([counter for counter, _, _ in KNOWN], np.uint64).T
    keys = np.array([key for _, key, _ in KNOWN], np.uint64).T

    mixed = np.array(mix(tuple(counters), tuple(keys))).T

    assert mixed.tolist() == [list(result) for _, _, result in KNOWN]


@given(lucks, days, purposes, blocks)
def test_uniforms_lie_inside_the_unit_interval(source, day, purpose, block):
    drawn = uniforms(source, day, purpose, block)

    assert all(0.0 < u < 1.0 for u in drawn)
    assert all(u * 2.0**32 % 1.0 == 0.5 for u in drawn)
    assert all(type(u) is float for u in drawn)


@given(lucks, days, purposes, blocks)
def test_a_single_uniform_is_the_first_of_four(source, day, purpose, block):
    assert uniform(source, day, purpose, block) == uniforms(source, day, purpose, block)[0]


@given(lucks, days, purposes, blocks)
def test_a_fine_uniform_continues_a_coarse_one(source, day, purpose, block):
    fine = fine_uniform(source, day, purpose, block)

    assert 0.0 < fine < 1.0
    assert fine * 2.0**52 % 1.0 == 0.5
    assert abs(fine - uniform(source, day, purpose, block)) < 2.0**-25


@given(lucks, days, purposes, blocks)
def test_the_draws_of_some_purposes_are_those_of_another_future(source, day, purpose, block):
    other = source._replace(future=source.future + 7)
    mixed = source._replace(offset=7, purposes=1 << purpose)

    assert words(mixed, day, purpose, block) == words(other, day, purpose, block)
    assert words(mixed, day, purpose ^ 1, block) == words(source, day, purpose ^ 1, block)


@given(lucks, days, purposes, blocks)
def test_every_part_of_the_address_matters(source, day, purpose, block):
    addresses = [
        (source, day, purpose, block),
        (source._replace(seed=source.seed ^ 1), day, purpose, block),
        (source._replace(seed=source.seed ^ 2**40), day, purpose, block),
        (source._replace(world=source.world ^ 1), day, purpose, block),
        (source._replace(future=source.future ^ 1), day, purpose, block),
        (source._replace(future=source.future ^ 2**40), day, purpose, block),
        (source, day ^ 1, purpose, block),
        (source, day, purpose ^ 1, block),
        (source, day, purpose, block ^ 1),
    ]

    assert len({tuple(map(int, words(*address))) for address in addresses}) == len(addresses)


def test_a_draw_does_not_depend_on_what_was_drawn_before():
    forward = [uniform(Draws(7, 0, future, 0, 0), 3, 5, 0) for future in range(10)]
    backward = [uniform(Draws(7, 0, future, 0, 0), 3, 5, 0) for future in reversed(range(10))]

    assert forward == backward[::-1]


def test_purposes_fit_six_bits_and_are_their_own():
    codes = [purpose.value for purpose in Purpose]

    assert len(set(Purpose)) == len(Purpose.__members__)
    assert min(codes) >= 0
    assert max(codes) < 2**6


def test_draws_are_uniform_and_the_four_of_a_block_unrelated():
    drawn = np.zeros((MANY, 4))

    draw_many(1, drawn)
    counts = np.histogram(drawn, bins=50, range=(0.0, 1.0))[0]

    assert stats.chisquare(counts).pvalue > 0.001
    assert np.abs(np.corrcoef(drawn.T) - np.eye(4)).max() < 4.5 / np.sqrt(MANY)
    assert np.abs(np.corrcoef(drawn[1:, 0], drawn[:-1, 0])[0, 1]) < 4.5 / np.sqrt(MANY)


def test_one_block_is_known():
    assert uniforms(Draws(1, 2, 3, 0, 0), 4, 5, 6) == (
        0.9811913430457935,
        0.1094514726428315,
        0.4339556343620643,
        0.032922649872489274,
    )
