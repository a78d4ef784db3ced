"""Worlds of a run in which some of what is not known is drawn again, on the same chance.

The first worlds of a run are A; the worlds B share no coordinate with them; for a number or a group
the worlds C are A with its coordinates taken from B. All worlds of a row play the same chance.

With `m` the expected share of the outcome in a world, and V the variance of `m`,

    first order: mean of m_B (m_C - m_A) / V    (Saltelli et al. 2010)
    total:       mean of (m_A - m_C)^2 / 2V     (Jansen 1999)

Products of shares are taken over pairs of different futures only, which leaves no noise of chance
in them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, NamedTuple

import numpy as np

from detente.analysis.drivers.inputs import Inputs, values_at
from detente.ensemble.alterations import Alteration
from detente.ensemble.pairing import Pairing
from detente.ensemble.shares import mean_over, student

AGAIN = " again"
"""Added to a number's name for the coordinates of the worlds B; no field has a space."""
BLOCKS = 32
"""Blocks of rows, at least, if there are rows enough."""
SMALLEST_BLOCK = 2
LEAST_VARIANCE = 1e-12
"""Worlds whose shares vary less than this are alike but for rounding."""


class SensitivityIndex(NamedTuple):
    """A part of the variance over worlds with its 90 % interval."""

    share: float
    low: float
    high: float


class PickFreezeRows(NamedTuple):
    """What one number or group gives in each row, shape (rows,)."""

    first: np.ndarray
    total: np.ndarray
    variance: np.ndarray


class Whole(NamedTuple):
    """The futures of the worlds A and B in which the outcome came about, shape (rows, futures)."""

    one: Annotated[np.ndarray, "A"]
    other: Annotated[np.ndarray, "B"]

    @property
    def share(self) -> float:
        """Return the outcome's share of all these futures."""
        return float(0.5 * (self.one.mean() + self.other.mean()))

    @property
    def variances(self) -> np.ndarray:
        """Return what each row gives for the variance across worlds, without sampling noise."""
        return jansen(self.one, self.other)

    @property
    def variance(self) -> float:
        """Return the variance of the expected share over worlds."""
        return float(self.variances.mean())


@dataclass(frozen=True)
class Redraws:
    """Worlds of a run with some coordinates drawn again."""

    pairing: Pairing
    inputs: Inputs

    @cached_property
    def own(self) -> dict[str, np.ndarray]:
        """Return the coordinates of the worlds A."""
        ground = self.pairing.ground
        return self.inputs.uniforms(worlds=ground.worlds, seed=ground.seed)

    @cached_property
    def other(self) -> dict[str, np.ndarray]:
        """Return the coordinates of the worlds B."""
        ground = self.pairing.ground
        return self.inputs.uniforms(worlds=ground.worlds, seed=ground.seed, label=AGAIN)

    def everything(self) -> Alteration:
        """Return what makes the worlds A the worlds B."""
        return self.of(self.inputs.coordinates)

    def of(self, members: Sequence[str], *, holds_stakes: bool = False) -> Alteration:
        """Return what draws some coordinates again; `holds_stakes` as of an alteration."""
        mixed = {**self.own, **{name: self.other[name] for name in members}}
        moved = self.inputs.moved_by(members)
        values = values_at(self.pairing.ground.crisis, mixed, moved)
        return Alteration(values, holds_stakes=holds_stakes)


def rows_of(whole: Whole, mixed: np.ndarray) -> PickFreezeRows:
    """Return what the worlds C, in which `mixed` is the outcome, give in each row."""
    one, other = whole
    moved = mixed.mean(axis=1) - one.mean(axis=1)
    first = product(other, mixed) - product(other, one) - whole.share * moved
    return PickFreezeRows(first, jansen(one, mixed), whole.variances)


def jansen(one: np.ndarray, mixed: np.ndarray) -> np.ndarray:
    """Return half the square by which two worlds' expected shares differ, without bias, by row."""
    total: np.ndarray = 0.5 * (product(one, one) + product(mixed, mixed)) - product(one, mixed)
    return total


def product(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the product of two worlds' expected shares, without bias, for each row."""
    futures = one.shape[1]
    same = (one * other).mean(axis=1)
    unbiased: np.ndarray = (futures * one.mean(axis=1) * other.mean(axis=1) - same) / (futures - 1)
    return unbiased


def block_starts(worlds: int, blocks: int) -> np.ndarray:
    """Return the first world of each block, of a power of 2: so the design spreads neighbours."""
    size = max(SMALLEST_BLOCK, 1 << max(0, (worlds // blocks).bit_length() - 1))
    return np.arange(0, worlds, size)


def ratio_of_means(above: np.ndarray, below: np.ndarray) -> SensitivityIndex:
    """Return a ratio of means with its interval (Fieller 1954), from blocks of rows.

    It holds every part S for which the mean of `above - S below` is not farther off 0 than so many
    of its standard errors, by Student's t. Where the variance below may well be none, any part is
    possible.
    """
    starts = block_starts(len(above), BLOCKS)
    sums = np.add.reduceat([above, below], starts, axis=1)
    (of_top, joint), (_, of_bottom) = (np.cov(sums) / len(starts)).tolist()
    top, bottom = sums.mean(axis=1).tolist()
    wide = student(len(starts) - 1) ** 2
    return _fieller((top, wide * of_top), (bottom, wide * of_bottom), wide * joint)


def part_of(above: np.ndarray, below: np.ndarray) -> SensitivityIndex:
    """Return a ratio of means with its interval, of rows that need not be of the same worlds."""
    (top, of_top), (bottom, of_bottom) = map(_mean_of_blocks, (above, below))
    return _fieller((top, of_top), (bottom, of_bottom), 0.0)


def highest(rows: np.ndarray) -> float:
    """Return the upper end of the 90 % interval of a mean that is not below 0."""
    return max(0.0, mean_over(rows).high)


def _mean_of_blocks(rows: np.ndarray) -> tuple[float, float]:
    """Return the mean of rows and the square of half its 90 % interval, from blocks of them."""
    starts = block_starts(len(rows), BLOCKS)
    sizes = np.diff([*starts, len(rows)])
    means = np.add.reduceat(rows, starts) / sizes
    reach = student(len(starts) - 1) * float(np.std(means, ddof=1))
    return float(rows.mean()), reach * reach / len(starts)


def _fieller(
    above: tuple[float, float], below: tuple[float, float], joint: float
) -> SensitivityIndex:
    """Return a ratio from each mean and the square of its reach, and what both share of these."""
    (top, of_top), (bottom, of_bottom) = above, below
    square = bottom * bottom - of_bottom
    if bottom <= 0.0 or square <= 0.0:
        return SensitivityIndex(min(max(top / bottom, 0.0), 1.0) if bottom > 0.0 else 0.0, 0.0, 1.0)
    middle = (top * bottom - joint) / square
    reach = math.sqrt(max(0.0, middle**2 - (top * top - of_top) / square))
    share = min(max(top / bottom, 0.0), 1.0)
    return SensitivityIndex(
        share, min(max(middle - reach, 0.0), share), max(min(middle + reach, 1.0), share)
    )
