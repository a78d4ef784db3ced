"""First-order and total effects from worlds that have some of their coordinates from others.

Of each row of the design there are three worlds: A, B, which is drawn anew in everything, and C,
which is A with the coordinates of one number or group taken from B. With `m` the expected share of
the outcome in a world, and V its variance,

    first order: mean of m_B (m_C - m_A) / V    (Saltelli et al. 2010)
    total:       mean of (m_A - m_C)^2 / 2V     (Jansen 1999)
    V:           mean of (m_A - m_B)^2 / 2

The worlds of a row share their chance, future by future. So products of shares are taken over pairs
of different futures only, which leaves no noise of chance in them.
"""

import math
from typing import Annotated, NamedTuple

import numpy as np

from detente.analysis.drivers.quadratic import Effect, Part, block_starts
from detente.ensemble.shares import student

BLOCKS = 32
"""Blocks of rows, at least, if there are rows enough."""


class Row(NamedTuple):
    """What one number or group gives in each row of the design, shape (rows,)."""

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
        """Return what each row gives for the variance over worlds, chance removed."""
        one, other = self.one, self.other
        squares = product(one, one) + product(other, other)
        rows: np.ndarray = 0.5 * squares - product(one, other)
        return rows

    @property
    def variance(self) -> float:
        """Return the variance of the expected share over worlds."""
        return float(self.variances.mean())


def effect_of(whole: Whole, mixed: np.ndarray) -> Effect:
    """Return the effect of the coordinates that C has from B; `mixed` is the outcome in C."""
    rows = rows_of(whole, mixed)
    return Effect(ratio(rows.first, rows.variance), ratio(rows.total, rows.variance))


def rows_of(whole: Whole, mixed: np.ndarray) -> Row:
    """Return what the worlds C, in which `mixed` is the outcome, give in each row."""
    one, other = whole
    moved = mixed.mean(axis=1) - one.mean(axis=1)
    first = product(other, mixed) - product(other, one) - whole.share * moved
    total = 0.5 * (product(one, one) + product(mixed, mixed)) - product(one, mixed)
    return Row(first, total, whole.variances)


def product(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the product of two worlds' expected shares, without bias, for each row."""
    futures = one.shape[1]
    same = (one * other).mean(axis=1)
    unbiased: np.ndarray = (futures * one.mean(axis=1) * other.mean(axis=1) - same) / (futures - 1)
    return unbiased


def ratio(above: np.ndarray, below: np.ndarray) -> Part:
    """Return a ratio of means with its interval (Fieller 1954), from blocks of rows.

    It holds every part S for which the mean of `above - S below` is not farther off 0 than so many
    of its standard errors, by Student's t. Where the variance below may well be none, any part is
    possible.
    """
    starts = block_starts(len(above), BLOCKS)
    blocks = len(starts)
    sums = np.add.reduceat([above, below], starts, axis=1)
    top, bottom = sums.mean(axis=1).tolist()
    quantile = student(blocks - 1)
    (of_top, joint), (_, of_bottom) = (quantile**2 / blocks * np.cov(sums)).tolist()
    square = bottom * bottom - of_bottom
    if bottom <= 0.0 or square <= 0.0:
        return Part(min(max(top / bottom, 0.0), 1.0) if bottom > 0.0 else 0.0, 0.0, 1.0)
    middle = (top * bottom - joint) / square
    reach = math.sqrt(max(0.0, middle**2 - (top * top - of_top) / square))
    share = min(max(top / bottom, 0.0), 1.0)
    return Part(share, min(max(middle - reach, 0.0), share), max(min(middle + reach, 1.0), share))
