"""By how much an option differs from another: paired on the same draws, with intervals."""

import math
from typing import Annotated, NamedTuple

import numpy as np

from detente.analysis.compare.pairs import LOSSES, Pairs
from detente.ensemble.shares import QUANTILE, estimate_mean, noise_of_means, spread_of_amounts


class Difference(NamedTuple):
    """How much more there is of something under one option than under another."""

    difference: float
    low: Annotated[float, "90 % interval of chance, the worlds held fixed"]
    high: Annotated[float, "90 % interval of chance, the worlds held fixed"]
    spread_low: Annotated[float, "5th percentile over worlds, chance removed"]
    spread_high: Annotated[float, "95th percentile over worlds, chance removed"]

    @property
    def is_clear(self) -> bool:
        """Say whether chance cannot have made it up."""
        return self.low > 0.0 or self.high < 0.0


NOTHING = Difference(0.0, 0.0, 0.0, 0.0, 0.0)
"""The difference of an option from itself."""


class ByWorld(NamedTuple):
    """A paired difference in each world."""

    means: Annotated[np.ndarray, "over a world's futures, shape (worlds,)"]
    squares: Annotated[np.ndarray, "mean square over a world's futures, shape (worlds,)"]
    futures: Annotated[int, "of each world"]

    @property
    def noise(self) -> float:
        """Return the mean chance variance of a world's mean."""
        return noise_of_means(*self)


def between(pairs: Pairs, option: int, other: int) -> ByWorld:
    """Return how much more often the outcome comes under one option than under another."""
    counts, both = pairs.counts, pairs.together[:, option, other]
    more = counts[:, option] - counts[:, other]
    unlike = counts[:, option] + counts[:, other] - 2 * both
    return ByWorld(more / pairs.futures, unlike / pairs.futures, pairs.futures)


def of_measure(pairs: Pairs, measure: str, option: int) -> Difference:
    """Return how a measure differs from the base's."""
    one = ByWorld(
        pairs.sums[measure][:, option] / pairs.futures,
        pairs.squares[measure][:, option] / pairs.futures,
        pairs.futures,
    )
    return estimate_amount(one) if measure in LOSSES else estimate_difference(one)


def estimate_difference(one: ByWorld) -> Difference:
    """Estimate a difference of shares, each between -1 and 1."""
    return Difference(*estimate_mean(*one))


def estimate_amount(one: ByWorld) -> Difference:
    """Estimate a difference of amounts that know no bounds, by the normal law.

    The worlds are strata: the variance of the mean is `sum_k v_k / (M - 1) / K^2`.
    """
    mean = float(np.mean(one.means))
    reach = QUANTILE * math.sqrt(one.noise / len(one.means))
    spread = spread_of_amounts(one.means, one.noise)
    return Difference(mean, mean - reach, mean + reach, *spread)
