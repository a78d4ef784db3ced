"""By how much a change moves what is measured, future by future on the same draws."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from detente.analysis.hypotheses.measures import Counted

Values = np.ndarray
"""A number in each future whose mean is what is asked for, shape (worlds, futures)."""


def ratio(one: Counted) -> float:
    """Return a measure over all worlds and futures."""
    return float(one.above.sum() / one.below.sum())


def combined(arms: Sequence[Counted], weights: Sequence[float]) -> Values | None:
    """Return a weighted sum of ratios, spread out over futures; nothing if one has no events.

    A ratio `R = sum a / sum b` is the mean over futures of `R + (a - R b) / mean(b)`, its first
    order in both sums. Where `b` is 1 throughout, as for shares, that is `a` itself, exactly.
    """
    values: Values = np.zeros(arms[0].above.shape)
    for (above, below), weight in zip(arms, weights, strict=True):
        mean = float(below.mean())
        if mean == 0.0:
            return None
        level = ratio(Counted(above, below))
        values = values + weight * (level + (above - level * below) / mean)
    return values


def larger(square: Sequence[Counted]) -> Values | None:
    """Return by how much more the first of two changes moves a measure than the second, each way.

    `square` holds both settings of each: neither, the second, the first, both. The effect of each
    is its mean over both settings of the other.
    """
    first = combined(square, (-0.5, -0.5, 0.5, 0.5))
    second = combined(square, (-0.5, 0.5, -0.5, 0.5))
    if first is None or second is None:
        return None
    difference: Values = sized(first) - sized(second)
    return difference


def sized(values: Values) -> Values:
    """Return an effect turned so that its mean is not below 0."""
    return values if float(values.mean()) >= 0.0 else -values


def steps(arms: Sequence[Counted]) -> list[Values] | None:
    """Return what each of several steps does to a measure."""
    found = [combined(pair, (-1.0, 1.0)) for pair in pairwise(arms)]
    known = [one for one in found if one is not None]
    return known if len(known) == len(found) else None
