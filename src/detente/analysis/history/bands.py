"""What history says that the model is calibrated to, in one place for all who hold it against that.

A band is of crises that began in 1945 to 1989 outside ongoing wars, unless it says otherwise;
crises from 1990 on are kept for testing the model once. Keys are those of the rates and lengths
that `detente lab rates` computes, as far as its table holds them.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from types import MappingProxyType
from typing import Literal, NamedTuple

FIRST_YEAR, LAST_YEAR = 1945, 1989
"""Years in which the crises of the bands began, both included."""
ICB = "International Crisis Behavior project (Brecher & Wilkenfeld)"
QUARTILES = (26.0, 65.0, 184.0)
"""Days within which a quarter, half and three quarters of the crises ended."""
COMPUTED = "ICB version 16 (Brecher & Wilkenfeld), computed"
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


class Band(NamedTuple):
    """A figure of history with its 95 % interval; None is what no source gives."""

    says: str
    value: float | None
    low: float | None
    high: float | None
    unit: Literal["share", "days"]
    source: str


STARTS: Mapping[str, int] = MappingProxyType({"non_violent": 141, "violent": 125})
"""How many of the crises began in which way."""


def _share(says: str, happened: int, crises: int) -> Band:
    """Return the band of a share from counts, its interval Wilson's."""
    low, high = share_interval(happened, crises)
    return Band(says, happened / crises, low, high, "share", COMPUTED)


def _days(says: str, days: float, low: float | None = None, high: float | None = None) -> Band:
    """Return the band of a quartile, its interval from values in their order."""
    return Band(says, days, low, high, "days", COMPUTED)


BANDS: Mapping[str, Band] = MappingProxyType(
    {
        "all.war": _share("full-scale war", 33, 266),
        "non_violent.war": _share("full-scale war after a non-violent start", 12, 141),
        "violent.war": _share("full-scale war after a violent start", 21, 125),
        "all.serious": _share("serious clashes or war", 107, 266),
        "non_violent.serious": _share("serious clashes or war after a non-violent start", 34, 141),
        "violent.serious": _share("serious clashes or war after a violent start", 73, 125),
        "all.none": _share("no violence", 72, 266),
        "non_violent.none": _share("no violence after a non-violent start", 69, 141),
        "all.agreement": _share("agreement", 90, 266),
        "non_violent.agreement": _share("agreement after a non-violent start", 46, 141),
        "violent.agreement": _share("agreement after a violent start", 44, 125),
        "all.quarter": _days("a quarter of crises last at most", QUARTILES[0], 20.0, 30.0),
        "all.half": _days("half of crises last at most", QUARTILES[1], 51.0, 78.0),
        "all.three_quarters": _days(
            "three quarters of crises last at most", QUARTILES[2], 130.0, 230.0
        ),
        "non_violent.quarter": _days(
            "a quarter of crises with a non-violent start last at most", 27.75, 20.0, 34.0
        ),
        "non_violent.half": _days(
            "half of crises with a non-violent start last at most", 75.0, 42.0, 91.0
        ),
        "non_violent.three_quarters": _days(
            "three quarters of crises with a non-violent start last at most", 192.25, 147.0, 233.0
        ),
        "violent.quarter": _days(
            "a quarter of crises with a violent start last at most", 23.0, 15.0, 31.0
        ),
        "violent.half": _days("half of crises with a violent start last at most", 59.0, 47.0, 73.0),
        "violent.three_quarters": _days(
            "three quarters of crises with a violent start last at most", 151.5, 98.0, 258.0
        ),
        "response.half": _days("half of major responses follow the trigger within", 4.5),
        "response.three_quarters": _days("three quarters of major responses follow within", 16.0),
        "mediation_start.half": _days("half of mediations begin within", 36.0),
        "recurrence": Band(
            "another crisis follows within five years", 0.47, None, None, "share", COMPUTED
        ),
        "naval_encounter": Band(
            "a naval encounter escalates",
            None,
            0.0,
            0.04,
            "share",
            "assumed: of about 72 unsafe US-Iran encounters of 2015-2017 none went to war",
        ),
        "compellence": Band(
            "a compellent threat succeeds",
            None,
            share_interval(63, 210)[0],
            share_interval(86, 210)[1],
            "share",
            "30 % without force (Sechser & Fuhrmann 2013) to 41 % of 210 (Sechser 2011), and what "
            "210 threats leave open at either end",
        ),
        "pre_emption": Band("a war is pre-emptive", 3 / 67, None, None, "share", "Reiter 1995"),
    }
)
