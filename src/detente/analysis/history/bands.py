"""What history says that the model is calibrated to, in one place for all who hold it against that.

A band is of crises that began in 1945 to 1989 outside ongoing wars, unless it says otherwise;
crises from 1990 on are kept for testing the model once. Keys are those of the rates and lengths
that `detente lab rates` computes, as far as its table holds them; the figures ship in
`pack/history.toml`. Those of other years, `base_rates` makes of a table.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from types import MappingProxyType
from typing import Annotated, Literal, NamedTuple

from detente.analysis.history.definitions import CONDITIONAL, LEVELS, RATES
from detente.pack.toml import read_shipped

FIRST_YEAR, LAST_YEAR = 1945, 1989
"""Years in which the crises of the bands began, both included."""
ICB = "International Crisis Behavior project (Brecher & Wilkenfeld)"
QUANTILE = 1.959963984540054
"""Normal quantile that leaves 2.5 % on each side: historical bands are 95 %."""
TAIL = 0.025


def share_interval(happened: float, crises: int) -> tuple[float, float]:
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
    crises: Annotated[int | None, "crises that it is computed from"] = None


class History(NamedTuple):
    """What past crises of some years were: their bands by key, and how many began in which way."""

    bands: Mapping[str, Band]
    starts: Mapping[str, int]
    first: Annotated[int, "year in which the first began"]
    last: int
    sha256: Annotated[str, "of the table that they stand in"]


_SHIPPED = read_shipped("history.toml")
STARTS: Mapping[str, int] = MappingProxyType(dict(_SHIPPED["starts"]))
"""How many of the crises began in which way."""
COMPUTED: str = _SHIPPED["provenance"]["source"]
"""What the bands are computed from that name no other source."""
_BEGUN = {
    "all": "",
    "non_violent": " after a non-violent start",
    "violent": " after a violent start",
}
_BEGAN = {"all": "", "non_violent": " with a non-violent start", "violent": " with a violent start"}
_QUARTERS = {"quarter": "a quarter", "half": "half", "three_quarters": "three quarters"}


def share_band(key: str, happened: int, crises: int) -> Band:
    """Return the band of a share from counts, its interval Wilson's."""
    group, rate = key.split(".")
    says = {**RATES, **CONDITIONAL}[rate].title + _BEGUN[group]
    low, high = share_interval(happened, crises)
    return Band(says, happened / crises, low, high, "share", COMPUTED, crises)


def length_band(key: str, crises: int, days: float, low: float, high: float) -> Band:
    """Return the band of a quartile, its interval from values in their order."""
    group, length = key.split(".")
    quartile, _, level = length.partition("_if_")
    among = f"{_BEGAN[group]} {LEVELS[level].title}" if level else _BEGAN[group]
    says = f"{_QUARTERS[quartile]} of crises{among} last at most"
    return Band(says, days, low, high, "days", COMPUTED, crises)


def _other(
    says: str,
    unit: Literal["share", "days"],
    source: str = COMPUTED,
    value: float | None = None,
    within: tuple[float | None, float | None] = (None, None),
) -> Band:
    """Return a band that the table of past crises cannot speak to."""
    return Band(says, value, *within, unit, source)


BANDS: Mapping[str, Band] = MappingProxyType(
    {key: share_band(key, *counts) for key, counts in _SHIPPED["shares"].items()}
    | {key: length_band(key, *figures) for key, figures in _SHIPPED["lengths"].items()}
    | {key: _other(**figures) for key, figures in _SHIPPED["others"].items()}
)
HISTORY = History(BANDS, STARTS, FIRST_YEAR, LAST_YEAR, _SHIPPED["provenance"]["sha256"])
"""What all packs are calibrated to."""
