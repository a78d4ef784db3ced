"""What part of the spread over worlds some functions carry, without the noise, and how sure.

An outcome's share in a world is `y = mean + sum_l b_l f_l(u) + rest`, with `f_l` orthonormal in the
world's uniforms `u`; a set of functions carries `sum b_l^2` of the variance. Each `b_l` is the mean
of `y f_l` over worlds, and the squares of these means would count every noise as an effect. So only
products of two different blocks of worlds are taken, whose mean is the sum of squares whatever else
moves `y`: other numbers, or chance (a U-statistic: Hoeffding 1948). Blocks rather than worlds, as
neighbours in the design are not independent: of worlds 2k and 2k + 1 one lies in each half of every
number.

The interval holds every share under which an estimate like the one found is not surprising, by a
bootstrap that draws blocks with replacement (test inversion: Carpenter 1999). Plain percentiles
fail where an effect is near none: the squares are then sums of squared noise.
"""

import math
from typing import Annotated, NamedTuple

import numpy as np

BLOCKS = 16
"""There are so many blocks of worlds, and fewer than twice as many, if there are worlds enough."""
SMALLEST_BLOCK = 2
REPETITIONS = 1000
"""Times that blocks are drawn anew."""
NORMAL = 1.6448536269514722
"""The normal quantile of 95 %."""
TAIL = 0.05
LEAST_VARIANCE = 1e-12
"""Worlds whose shares vary less than this are alike but for rounding."""
MOST_STRETCH = 20.0
"""Logarithm of the largest factor by which draws of blocks may move the variance."""
HALVINGS = 14
"""Ends of intervals are found to one in so many powers of 2."""


class Worlds(NamedTuple):
    """An outcome's share in each world, less its mean, and what blocks of worlds say of it."""

    deviations: Annotated[np.ndarray, "shape (worlds,)"]
    starts: Annotated[np.ndarray, "the first world of each block"]
    variance: Annotated[float, "over worlds, chance removed"]
    draws: Annotated[np.ndarray, "how much oftener than once a block is drawn, (draws, blocks)"]
    stretches: Annotated[np.ndarray, "factor on the variance in each draw, (draws,)"]


class Part(NamedTuple):
    """A part of the variance over worlds with its 90 % interval."""

    share: float
    low: float
    high: float


class Effect(NamedTuple):
    """What part of the variance over worlds is due to a number or a group."""

    first: Annotated[Part, "what it does on its own"]
    total: Annotated[Part, "that, and all it does together with others"]
    shapley: Annotated[Part | None, "its credit, if it goes together with others"] = None

    @property
    def main(self) -> Part:
        """Return the part by which numbers are put in order: Shapley's if there is one, or all."""
        return self.shapley or self.total


def block_starts(worlds: int, blocks: int = BLOCKS) -> np.ndarray:
    """Return the first world of each block, of a power of 2: so the design spreads neighbours."""
    size = max(SMALLEST_BLOCK, 1 << max(0, (worlds // blocks).bit_length() - 1))
    return np.arange(0, worlds, size)


def look_at(shares: np.ndarray, noise: np.ndarray, *, seed: int = 1) -> Worlds:
    """Return the worlds' deviations and what is needed to say how sure one is of their parts.

    `noise` is the variance that chance gives to each world's share.
    """
    worlds = len(shares)
    deviations = shares - math.fsum(shares) / worlds
    starts = block_starts(worlds)
    own = (deviations * deviations * worlds / (worlds - 1) - noise) / worlds
    variance = math.fsum(own)
    draws = (draw_blocks(len(starts), seed) - 1.0) * widening(len(starts))
    of_blocks = np.add.reduceat(own, starts) - variance * sizes(starts, worlds) / worlds
    relative = draws @ of_blocks / variance if variance > LEAST_VARIANCE else np.zeros(len(draws))
    stretches = np.exp(np.clip(relative, -MOST_STRETCH, MOST_STRETCH))
    return Worlds(deviations, starts, variance, draws, stretches)


def sizes(starts: np.ndarray, worlds: int) -> np.ndarray:
    """Return how many worlds each block holds."""
    return np.diff(np.append(starts, worlds))


def draw_blocks(blocks: int, seed: int) -> np.ndarray:
    """Return how often each block is drawn, with replacement, shape (draws, blocks)."""
    generator = np.random.default_rng(seed)
    return generator.multinomial(blocks, np.full(blocks, 1.0 / blocks), REPETITIONS)


def widening(blocks: int) -> float:
    """Return by how much draws of blocks are to be spread out, for how few blocks there are.

    That of Student's t over the normal, to the second order (Fisher's expansion).
    """
    free = blocks - 1
    student = NORMAL + (NORMAL**3 + NORMAL) / (4 * free)
    student += (5 * NORMAL**5 + 16 * NORMAL**3 + 3 * NORMAL) / (96 * free**2)
    return math.sqrt(blocks / free) * student / NORMAL


def products(worlds: Worlds, functions: np.ndarray) -> np.ndarray:
    """Return the products of all pairs of blocks, summed over functions, shape (blocks, blocks)."""
    moved = functions * worlds.deviations[:, None] / len(worlds.deviations)
    of_blocks = np.add.reduceat(moved, worlds.starts, axis=0)
    result: np.ndarray = of_blocks @ of_blocks.T
    return result


def together(worlds: Worlds, functions: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the same for each function times each of the others."""
    blocks = len(worlds.starts)
    result = np.zeros((blocks, blocks))
    for function in functions.T:
        result += products(worlds, others * function[:, None])
    return result


def part_of(worlds: Worlds, pairs: np.ndarray) -> Part:
    """Return the part of the variance over worlds that functions carry, from their products.

    An estimate below 0, which noise gives, counts as 0: the upper end never falls to nothing.
    """
    blocks = len(pairs)
    whole = float(pairs.sum())
    different = (whole - float(np.trace(pairs))) * blocks / (blocks - 1)
    share = different / worlds.variance
    along = worlds.draws @ pairs.sum(axis=1) / math.sqrt(max(whole, np.finfo(float).tiny))
    others = pairs - np.diag(np.diag(pairs))
    across = np.einsum("db,db->d", worlds.draws @ others, worlds.draws)
    errors = _Errors(
        2.0 * along / math.sqrt(worlds.variance),
        (across - across.mean()) / worlds.variance,
        worlds.stretches,
    )
    low = _end(errors, share, 1.0 - TAIL)
    share = min(max(share, 0.0), 1.0)
    high = _end(errors, share, TAIL)
    return Part(share, min(low, share), max(high, share))


class _Errors(NamedTuple):
    """How an estimate is off, in each draw of blocks."""

    along: Annotated[np.ndarray, "times the root of the true part"]
    across: Annotated[np.ndarray, "whatever the true part"]
    stretches: np.ndarray

    def quantile(self, part: float, probability: float) -> float:
        """Return a quantile of the estimates that a true part would give."""
        found = (part + math.sqrt(part) * self.along + self.across) / self.stretches
        return float(np.quantile(found, probability))


def _end(errors: _Errors, share: float, probability: float) -> float:
    """Return the true part of which the share found is the given quantile, from 0 to 1."""
    low, high = 0.0, 1.0
    if errors.quantile(low, probability) >= share:
        return low
    if errors.quantile(high, probability) <= share:
        return high
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if errors.quantile(middle, probability) < share:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
