"""Moments of history for calibration, and the distance of the model from them.

A moment is a share of futures, or a ratio of two shares, such as of wars those that ended in an
agreement. For a quartile of lengths, the moment is the share of crises that have ended by the day
of history's quartile. Acceptance depends on the distance from named moments; all others are checks.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Annotated, NamedTuple

import numpy as np

from detente.kernel.layout import Array
from detente.questions.past.definitions import (
    HISTORY,
    LEVELS,
    QUANTILE,
    QUARTILES,
    STARTED,
    STARTS,
    Band,
    History,
    length_key,
    share_interval,
)
from detente.questions.past.played import ALL, PARTS_OF, PLAYED_RATES, VIOLENT, Played

NON_VIOLENT = next(iter(STARTS))
STRENGTHS = {"weaker": 0.5, "stronger": 2.0}
"""Factors on the challenger's means, by its strength."""
ENDED_BY = "ended_by_"
HORIZON = 365
"""Horizon of the futures from which moments are counted [days]."""
NAMED = (
    "non_violent.war",
    "non_violent.serious",
    "non_violent.none",
    "non_violent.agreement",
    "non_violent.half",
    "violent.war",
    "violent.serious",
    "violent.agreement",
    "violent.half",
    "non_violent.half_if_none",
    "all.half_if_clashes",
    "all.half_if_war",
    "all.given_up_after_war",
    "non_violent.war_given_force",
    "violent.war_given_force",
    "mistakes",
    "mistaken_full",
    "foreseen_war",
)
"""Moments on which acceptance depends; three are lengths by violence, one is how wars are
settled.
"""


class Variant(NamedTuple):
    """A pack that is played: a start, and a strength of the challenger."""

    start: str
    strength: str = ""

    @property
    def factor(self) -> float:
        """Return the factor on the challenger's means."""
        return STRENGTHS.get(self.strength, 1.0)


VARIANTS = {start: Variant(start) for start in STARTS} | {
    f"{start}_{strength}": Variant(start, strength) for start in STARTS for strength in STRENGTHS
}
"""All variants, by name."""
Shares = Mapping[str, Array]
"""Shares by name, each an array with one value for each point."""


class Moment(NamedTuple):
    """The ratio of two counts, in history with its interval."""

    key: Annotated[str, "key of its band"]
    says: Annotated[str, "description"]
    part: Annotated[str, "name of the numerator's share, for all variants"]
    whole: Annotated[str | None, "name of the denominator's share; None for all futures"]
    weights: Annotated[Mapping[str, float], "weight of each variant"]
    value: Annotated[float | None, "None if history has only bounds"]
    low: float
    high: float

    @property
    def counts(self) -> tuple[str, ...]:
        """Return the names of the shares that it is computed from."""
        return (self.part,) if self.whole is None else (self.part, self.whole)

    @property
    def is_named(self) -> bool:
        """Return whether acceptance depends on it."""
        return self.key in NAMED

    @property
    def spread(self) -> float:
        """Return history's standard error, from its 95 % interval."""
        return (self.high - self.low) / (2.0 * QUANTILE)


def moments(history: History = HISTORY) -> tuple[Moment, ...]:
    """Return all moments that the packs of the starts can show, named ones included.

    Lengths beyond `HORIZON` are left out, as futures do not show them.
    """
    found: list[Moment] = []
    for group in STARTED:
        weights = weights_of(group, history)
        # A violent start excludes crises without violence, by definition.
        calm = {start: weight for start, weight in weights.items() if start != VIOLENT}
        for rate in PLAYED_RATES:
            among = calm if rate == "none" else weights
            found += _if_banded(history, f"{group}.{rate}", (rate, None), among)
        for name in QUARTILES:
            found += _length(history, length_key(group, name), None, weights)
            for level in LEVELS:
                among = calm if level == "none" else weights
                found += _length(history, length_key(group, name, level), level, among)
        for rate, counts in PARTS_OF.items():
            found += _if_banded(history, f"{group}.{rate}", counts, weights)
        for strength in ("weaker", "similar", "stronger"):
            rate, ending = f"war_if_{strength}", f"_{strength}" if strength in STRENGTHS else ""
            # Weights within a strength: the starts of past crises of that strength.
            bands = {start: history.bands.get(f"{start}.{rate}") for start in weights}
            begun = {start: band.crises or 0 for start, band in bands.items() if band is not None}
            among = {
                f"{start}{ending}": crises / sum(begun.values()) for start, crises in begun.items()
            }
            found += _if_banded(history, f"{group}.{rate}", ("war", None), among)
    everywhere, calm = weights_of(ALL, history), weights_of(NON_VIOLENT, history)
    return (
        *found,
        *_if_banded(history, "mistakes", ("mistakes", "chosen"), everywhere),
        *_if_banded(history, "mistaken_full", ("mistaken_full", "answered_full"), everywhere),
        *_if_banded(history, "foreseen_war", ("foreseen_war", "war"), calm),
    )


def weights_of(group: str, history: History = HISTORY) -> dict[str, float]:
    """Return the weight of each start in a group: 1 for a start, shares of past crises for all."""
    if group != ALL:
        return {group: 1.0}
    crises = max(1, sum(history.starts.values()))
    return {start: begun / crises for start, begun in history.starts.items()}


def _if_banded(
    history: History, key: str, counts: tuple[str, str | None], weights: Mapping[str, float]
) -> Iterator[Moment]:
    """Yield the moment of a share, if it has a band and weights."""
    band = history.bands.get(key)
    if band is not None and band.low is not None and band.high is not None and weights:
        yield Moment(key, band.says, *counts, weights, band.value, band.low, band.high)


def _length(
    history: History, key: str, level: str | None, weights: Mapping[str, float]
) -> Iterator[Moment]:
    """Yield the moment of a quartile, if it has a band within the horizon and weights."""
    band = history.bands.get(key)
    if band is not None and weights and day_of(band) < HORIZON:
        share = QUARTILES[key.split(".")[1].partition("_if_")[0]]
        ends = share_interval(share * (band.crises or 1), band.crises or 1)
        part = f"{ENDED_BY}{day_of(band)}"
        says = f"{band.says} {band.value:g} days"
        yield Moment(key, says, f"{level}_{part}" if level else part, level, weights, share, *ends)


def day_of(band: Band) -> int:
    """Return history's quartile, rounded down to whole days."""
    return math.floor(band.value or 0.0)


def named(asked: Sequence[Moment]) -> tuple[Moment, ...]:
    """Return the moments on which acceptance depends."""
    return tuple(moment for moment in asked if moment.is_named)


def counted(played: Played, name: str) -> Array:
    """Return the number of futures of each world with a share's event, shape (worlds,)."""
    level, ended, day = name.rpartition(ENDED_BY)
    if not ended:
        return played.happened[name]
    by_day = played.ended_if[level.rstrip("_")] if level else played.ended
    total: Array = by_day[:, : int(day) + 1].sum(axis=1)
    return total


def shares_asked(variant: str, asked: Sequence[Moment]) -> tuple[str, ...]:
    """Return the names of the shares of a variant that moments need, in a fixed order."""
    needed = (moment.counts for moment in asked if variant in moment.weights)
    return tuple(dict.fromkeys(chain.from_iterable(needed)))


def shares_of(played: Played, variant: str, asked: Sequence[Moment]) -> dict[str, Array]:
    """Return the shares of a variant that moments need, by world, shape (worlds,) each."""
    return {name: counted(played, name) / played.futures for name in shares_asked(variant, asked)}


def value_of(moment: Moment, shares: Mapping[str, Shares]) -> Array:
    """Return a moment from the shares of each variant at each point; 0 if the whole is 0."""

    def weighed(name: str) -> Array:
        each = [weight * shares[variant][name] for variant, weight in moment.weights.items()]
        return np.asarray(np.sum(each, axis=0))

    part = weighed(moment.part)
    if moment.whole is None:
        return part
    whole = weighed(moment.whole)
    ratio: Array = np.divide(part, whole, out=np.zeros_like(part), where=whole > 0.0)
    return ratio


def mean_of(
    moment: Moment, shares: Mapping[str, Shares], points: Array | slice = slice(None)
) -> float:
    """Return a moment from mean shares over some points, by default all, weighted equally."""
    means = {
        variant: {name: shares[variant][name][points].mean(keepdims=True) for name in moment.counts}
        for variant in moment.weights
    }
    return float(value_of(moment, means)[0])


def off(moment: Moment, value: Array) -> Array:
    """Return the distance of a moment from history, in standard errors of history.

    If history has only bounds, the distance is 0 between them.
    """
    if moment.value is None:
        beyond = np.maximum(np.maximum(value - moment.high, moment.low - value), 0.0)
    else:
        beyond = value - moment.value
    scaled: Array = beyond / moment.spread
    return scaled


def distance(shares: Mapping[str, Shares], asked: Sequence[Moment]) -> Array:
    """Return the root mean square of the distances of named moments at each point."""
    squares = [np.square(off(each, value_of(each, shares))) for each in named(asked)]
    rms: Array = np.sqrt(np.mean(squares, axis=0))
    return rms
