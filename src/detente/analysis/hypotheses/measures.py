"""What tests of hypotheses measure in each future, as one number above another.

A measure is a ratio of two sums over futures. Of an outcome the lower sum counts futures, so that
it is a share; of a rate it is days of talks, of what happens in wars it is the number of wars.
"""

from collections.abc import Callable
from typing import Annotated, NamedTuple

import numpy as np

from detente.analysis.outcomes import members_of
from detente.ensemble.tally import INITIATORS
from detente.kernel.endings import Ending, Event

ALLY = INITIATORS.index("ally")
NEVER = np.iinfo(np.int64).max
"""A day past all days."""
DAYS_OF_A_RATE = 100.0
"""Rates are told for so many days of talks."""

FUTURES, ACTS, RAIDS = "futures", "acts", "raids"
"""What is kept: of each future, of the traces of a few, or of campaigns against the defender."""
COLUMNS = {
    FUTURES: np.dtype(
        [
            ("ending", "i1"),
            ("ending_day", "<i2"),
            ("first_force_day", "<i2"),
            ("failed_day", "<i2"),
            ("war_days", "<i2"),
            ("parties", "i1"),
            ("initiator", "i1"),
        ]
    ),
    ACTS: np.dtype(
        [("ending_day", "<i2"), ("offers", "<i2"), ("ultimatums", "<i2"), ("yields", "<i2")]
    ),
    RAIDS: np.dtype([("aircraft", "<f8"), ("down", "<f8")]),
}
"""And what of it."""


class Counted(NamedTuple):
    """A measure in each future: the share, rate or mean is the sum of one over that of the other.

    Each of shape (worlds, futures).
    """

    above: np.ndarray
    below: np.ndarray


class Measured(NamedTuple):
    """How a measure that is no outcome is read from what is kept."""

    kept: Annotated[str, "what it is read from"]
    unit: Annotated[str, "in which it is told"]
    scale: Annotated[float, "what a person is told for 1"]
    read: Callable[[np.ndarray], Counted]


def counted(measure: str, by_day: int | None, kept: np.ndarray) -> Counted:
    """Return a measure in each future, from what is kept of them, shape (worlds, futures)."""
    if measure in MEASURES:
        return MEASURES[measure].read(kept)
    is_so = np.isin(kept["ending"], members_of(measure))
    if by_day is not None:
        is_so &= _day(kept) <= by_day
    return Counted(is_so.astype(float), np.ones(kept.shape))


def kept_for(measure: str) -> str:
    """Return what has to be kept of a future for a measure."""
    return MEASURES[measure].kept if measure in MEASURES else FUTURES


def acts_of(ending_day: int, events: np.ndarray) -> tuple[int, int, int, int]:
    """Count what was done in a future, from its trace.

    To yield counts where it answers an ultimatum, and not where it comes of the defender's own.
    """
    kinds = events["kind"]
    said = kinds[np.isin(kinds, (Event.ULTIMATUM, Event.REFUSES, Event.YIELDS))]
    yields = (said[1:] == Event.YIELDS) & (said[:-1] == Event.ULTIMATUM)
    offers, ultimatums = (int((kinds == kind).sum()) for kind in (Event.OFFERS, Event.ULTIMATUM))
    return ending_day, offers, ultimatums, int(yields.sum())


def _day(kept: np.ndarray) -> np.ndarray:
    """Return the day on which each ending came about: that of first force, where there was any."""
    force = kept["first_force_day"]
    day: np.ndarray = np.where(force >= 0, force, kept["ending_day"])
    return day


def _or_never(day: np.ndarray) -> np.ndarray:
    return np.where(day >= 0, day.astype(np.int64), NEVER)


def _breakdown(kept: np.ndarray) -> Counted:
    """Return breakdowns per days of talks: talks failed, or ordered force, whichever came first."""
    day = np.minimum(_or_never(kept["failed_day"]), _or_never(kept["first_force_day"]))
    talks = np.maximum(1, np.minimum(day, kept["ending_day"]))
    return Counted((day < NEVER).astype(float), talks / DAYS_OF_A_RATE)


def _joined(kept: np.ndarray) -> Counted:
    """Return wars that a state joins: beyond the two sides, and an ally that struck first."""
    wars = kept["ending"] >= Ending.WAR
    joined = kept["parties"] > np.where(kept["initiator"] == ALLY, 3, 2)
    return Counted((wars & joined).astype(float), wars.astype(float))


def _war_days(kept: np.ndarray) -> Counted:
    wars = kept["ending"] >= Ending.WAR
    return Counted(np.where(wars, kept["war_days"], 0).astype(float), wars.astype(float))


def _offers(kept: np.ndarray) -> Counted:
    return Counted(kept["offers"].astype(float), np.maximum(1, kept["ending_day"]) / DAYS_OF_A_RATE)


def _yields(kept: np.ndarray) -> Counted:
    return Counted(kept["yields"].astype(float), kept["ultimatums"].astype(float))


def _aircraft_lost(kept: np.ndarray) -> Counted:
    return Counted(kept["down"], kept["aircraft"])


MEASURES = {
    "breakdown": Measured(FUTURES, "in 100 days of talks", 1.0, _breakdown),
    "joined": Measured(FUTURES, "of 100 wars", 100.0, _joined),
    "war_days": Measured(FUTURES, "days", 1.0, _war_days),
    "offers": Measured(ACTS, "in 100 days", 1.0, _offers),
    "yields": Measured(ACTS, "of 100 ultimatums", 100.0, _yields),
    "aircraft_lost": Measured(RAIDS, "of 100 aircraft", 100.0, _aircraft_lost),
}
"""Measures that are no outcomes."""
