"""Random numbers by address: the draws of a future on a day for a purpose are always the same.

A counter-based generator computes each draw from a counter and a key. One word of the counter holds
the purpose (6 bits), the day (12) and the block (14), two hold the future, and one the world. The
key is the seed. Therefore the options of a run share their draws, and a single future can be played
again.
"""

import math
from enum import IntEnum
from typing import Annotated, Any, NamedTuple, TypeAlias

import numpy as np

from detente.kernel.arithmetic import binomial
from detente.kernel.jit import jit

# All constants are unsigned: numba gives the sum of a signed and an unsigned number another type.
WORD = np.uint64(0xFFFFFFFF)
BITS = np.uint64(32)
"""A mask for the bits of a word, and their number."""
MULTIPLIER_0 = np.uint64(0xD2511F53)
MULTIPLIER_1 = np.uint64(0xCD9E8D57)
WEYL_0 = np.uint64(0x9E3779B9)
WEYL_1 = np.uint64(0xBB67AE85)
ROUNDS = 10
DAY_SHIFT = 14
PURPOSE_SHIFT = 26
STEP = 1.0 / 4294967296.0
FINE_STEP = 1.0 / 4503599627370496.0
FINE_HALF = 67108864.0
"""2^26: a fine uniform uses 26 bits of each of two words."""
SPARE = np.uint64(6)
"""Bits of each word that a fine uniform does not use."""


class Purpose(IntEnum):
    """The purpose of a draw, 6 bits of its address.

    The number of a purpose never changes, and a number is never reused, since that would change the
    draws of every future.
    """

    TYPES = 0
    NATURE = 1
    INCIDENT = 2
    INCIDENT_CELL = 3
    ALLY = 4
    MOVE = 5
    MOVE_CELL = 6
    ANSWER = 7
    RATIFY = 8
    LAPSE = 9
    WAR_ANSWER = 10
    WAR_COMMON = 11
    WAR_RAID = 12
    WAR_DAY = 13
    WAR_JOIN = 14
    SIGN = 16
    REPORT = 17
    BREAKING = 18
    MEDIATOR = 15
    DISPUTE = 19
    PARTNER = 20
    RULING = 21
    WORLD = 60


class Draws(NamedTuple):
    """The address of one future's draws, of which some purposes may use those of another future.

    Sharing the draws of some purposes between two futures is the pick-freeze design, by which Sobol
    indices are estimated.
    """

    seed: Annotated[int, "seed of the run, 0 or more"]
    world: Annotated[int, "index of the world, below 2^32"]
    future: Annotated[int, "index of the future within the world"]
    offset: Annotated[int, "how much higher the other future's index is"]
    purposes: Annotated[int, "a bit for each Purpose whose draws are the other future's"]


@jit
def draws_of(draws: Draws, future: int) -> Draws:
    """Return the draws of another future, with the same `purposes` and `offset`."""
    return Draws(draws.seed, draws.world, future, draws.offset, draws.purposes)


@jit
def other_draws(draws: Draws, offset: int) -> Draws:
    """Return the draws of the future whose index is higher by `offset`, for all purposes."""
    return Draws(draws.seed, draws.world, draws.future + offset, 0, 0)


Words: TypeAlias = tuple[Any, Any, Any, Any]
"""Four words of 32 bits, each stored in an unsigned 64-bit number or an array of these."""


def mix(counter: Words, key: tuple[Any, Any]) -> Words:
    """Return four random 32-bit words for a counter and a key, Philox4x32-10.

    Words are stored in 64 bits, which no product of two words exceeds. Source: Salmon, Moraes, Dror
    & Shaw 2011, with the constants of their library Random123.
    """
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(ROUNDS):
        p0 = MULTIPLIER_0 * c0
        p1 = MULTIPLIER_1 * c2
        c0, c1, c2, c3 = (
            (p1 >> BITS) ^ c1 ^ k0,
            p1 & WORD,
            (p0 >> BITS) ^ c3 ^ k1,
            p0 & WORD,
        )
        k0 = (k0 + WEYL_0) & WORD
        k1 = (k1 + WEYL_1) & WORD
    return c0, c1, c2, c3


philox = jit(mix)


@jit
def words(draws: Draws, day: int, purpose: int, block: int) -> Words:
    """Return the four random words at an address."""
    place = np.uint64(purpose << PURPOSE_SHIFT | day << DAY_SHIFT | block)
    future = np.uint64(draws.future + (draws.purposes >> purpose & 1) * draws.offset)
    seed = np.uint64(draws.seed)
    counter = (place, future >> BITS, future & WORD, np.uint64(draws.world))
    return philox(counter, (seed & WORD, seed >> BITS))


@jit
def uniforms(draws: Draws, day: int, purpose: int, block: int) -> tuple[float, float, float, float]:
    """Return four independent uniforms in (0, 1), each `(word + 1/2) / 2^32`."""
    w0, w1, w2, w3 = words(draws, day, purpose, block)
    # Adding 1/2 excludes 0 and 1, at which quantiles are infinite.
    return (
        (float(w0) + 0.5) * STEP,
        (float(w1) + 0.5) * STEP,
        (float(w2) + 0.5) * STEP,
        (float(w3) + 0.5) * STEP,
    )


@jit
def uniform(draws: Draws, day: int, purpose: int, block: int) -> float:
    """Return one uniform in (0, 1), the first of the four at an address."""
    return uniforms(draws, day, purpose, block)[0]


@jit
def fine_uniform(draws: Draws, day: int, purpose: int, block: int) -> float:
    """Return one uniform in (0, 1) of 52 bits, from two words; it resolves the tails better."""
    w0, w1, _, _ = words(draws, day, purpose, block)
    return (float(w0 >> SPARE) * FINE_HALF + float(w1 >> SPARE) + 0.5) * FINE_STEP


WHOLE = 1e-9
"""Tolerance in rounding down, for numbers that are whole up to a rounding error."""


class Chance(NamedTuple):
    """The source of random numbers; in expected mode means replace draws."""

    is_expected: Annotated[bool, "whether means stand for draws"]
    draws: Draws
    day: Annotated[int, "calendar day"]
    base: Annotated[int, "address at which this side's draws start"]


@jit
def draw_block(chance: Chance, purpose: int, block: int) -> tuple[float, float, float, float]:
    """Return four uniforms at an address; in expected mode four medians, which nothing reads."""
    if chance.is_expected:
        return (0.5, 0.5, 0.5, 0.5)
    return uniforms(chance.draws, chance.day, purpose, chance.base + block)


@jit
def count(trials: float, probability: float, uniform: float, is_expected: bool) -> float:
    """Return a binomial number of successes, by inversion of one uniform; their mean if expected.

    `trials` n is whole if the number is drawn. The mean is `n p`.
    """
    if is_expected:
        return trials * probability
    return binomial(trials, probability, uniform)


@jit
def whole_part(amount: float, is_expected: bool) -> float:
    """Return an amount rounded down to a whole number; unchanged in expected mode."""
    # Rounding may leave a quotient that should be whole slightly too small.
    return amount if is_expected else float(math.floor(amount + WHOLE))


@jit
def round_fairly(amount: float, uniform: float, is_expected: bool) -> float:
    """Return an amount rounded up or down at random, with the amount as its mean.

    It is unchanged in expected mode.
    """
    # Always rounding down would change losses by up to 30 % (docs/decisions.md).
    return amount if is_expected else float(math.floor(amount + uniform))
