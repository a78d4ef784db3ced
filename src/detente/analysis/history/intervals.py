"""How sure a count, a rate or a length of the past lets us be: 95 % intervals."""

import math
from collections.abc import Iterator, Sequence
from itertools import accumulate

QUANTILE = 1.959963984540054
"""Normal quantile that leaves 2.5 % on each side: historical bands are 95 %."""
TAIL = 0.025


def share_interval(happened: int, crises: int) -> tuple[float, float]:
    """Return Wilson's score interval of a share (Wilson 1927); there is at least one crisis."""
    share, squared = happened / crises, QUANTILE * QUANTILE / crises
    centre = (share + squared / 2.0) / (1.0 + squared)
    half = QUANTILE * math.sqrt(share * (1.0 - share) / crises + squared / (4.0 * crises))
    half /= 1.0 + squared
    return max(0.0, min(centre - half, share)), min(1.0, max(centre + half, share))


def hazard_interval(
    endings: float, days: float, normal_quantile: float = QUANTILE
) -> tuple[float, float]:
    """Return the score interval of endings a day, the count taken as Poisson.

    `n + z^2 / 2 -+ z sqrt(n + z^2 / 4)`, over the days that open crises lived, more than none: what
    Wilson's interval becomes where each day's chance is small. `z`, the normal quantile, is that of
    95 % unless given.
    """
    squared = normal_quantile * normal_quantile
    centre = endings + squared / 2.0
    half = normal_quantile * math.sqrt(endings + squared / 4.0)
    return max(0.0, centre - half) / days, (centre + half) / days


def quantile_interval(ordered: Sequence[float], level: float) -> tuple[float | None, float | None]:
    """Return an interval of the quantile at a level between 0 and 1, whatever the distribution.

    How many values lie below the quantile is binomial. So its ends are values in their order, the
    closest that leave 2.5 % at most on each side; an end is None where too few values reach it.
    """
    count = len(ordered)
    below = list(accumulate(_binomial(count, level)))
    low_rank = sum(chance <= TAIL for chance in below)
    high_rank = 1 + sum(chance < 1.0 - TAIL for chance in below)
    low = ordered[low_rank - 1] if low_rank >= 1 else None
    high = ordered[high_rank - 1] if high_rank <= count else None
    return low, high


def _binomial(count: int, chance: float) -> Iterator[float]:
    """Yield the chances of 0, 1, ... successes."""
    for successes in range(count + 1):
        failures = count - successes
        ways = math.lgamma(count + 1) - math.lgamma(successes + 1) - math.lgamma(failures + 1)
        yield math.exp(ways + successes * math.log(chance) + failures * math.log1p(-chance))
