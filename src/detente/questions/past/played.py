"""Counts a run of a reference pack by the definitions of past crises, and compares the two."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente.endings import numbers_of
from detente.ensemble import folder as folders
from detente.ensemble.run import Run
from detente.ensemble.store import Rows
from detente.ensemble.tally import is_chosen
from detente.errors import DetenteError
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import (
    QUANTILE,
    estimate_share,
    noise_of_means,
    variance_over_worlds,
)
from detente.kernel.endings import Violence
from detente.kernel.layout import Array
from detente.pack.files import merge, read
from detente.questions.past import SPANS
from detente.questions.past.definitions import (
    BANDS,
    LEVELS,
    QUARTILES,
    STARTS,
    Band,
    hazard_interval,
)

VIOLENT, ALL = "violent", "all"
PLAYED_RATES = ("war", "serious", "none", "agreement")
"""Rates of past crises that are counted in a run as well."""
PARTS_OF: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "agreement_after_war": ("agreement_war", "war"),
        "given_up_after_war": ("given_up_war", "war"),
        "faded_after_war": ("faded_war", "war"),
        "war_given_force": ("war", "serious"),
    }
)
"""Conditional rates: what is counted, and among what."""
NEVER = Estimate(*(0.0,) * 7)
"""The share without violence after a violent start, which is 0 by definition."""


class Played(NamedTuple):
    """The counts of a reference pack's run by the definitions of past crises, by world."""

    start: Annotated[str, "start of the crises that its pack represents, a key of STARTS"]
    futures: Annotated[int, "futures of each world"]
    happened: Annotated[Mapping[str, Array], "futures in which it happened, shape (worlds,) each"]
    ended: Annotated[
        Array,
        "futures by the day on which their crisis ended, those open at the horizon on that day, "
        "shape (worlds, horizon + 1)",
    ]
    ended_if: Annotated[
        Mapping[str, Array], "the same by level of violence, shape (worlds, horizon + 1) each"
    ] = MappingProxyType({})

    @property
    def horizon(self) -> int:
        """Return the horizon of the futures [days]."""
        return int(self.ended.shape[1]) - 1

    @property
    def reached(self) -> Array:
        """Return the share of futures whose crisis has ended by each day, shape (horizon + 1,)."""
        return np.asarray(self.ended.sum(axis=0).cumsum() / self.ended.sum())


def count(run: Run, start: str) -> Played:
    """Count a run by the definitions of past crises."""
    settings = run.record.settings
    return count_rows(run.rows(), start, settings.worlds, settings.horizon)


def count_rows(parts: Iterable[Rows], start: str, worlds: int, horizon: int) -> Played:
    """Count futures by the definitions of past crises, part by part; each world has as many.

    War is full-scale or regional war; serious violence is any use of force; no violence excludes
    even a clash; an agreement is a deal that holds at the end, whatever came before, or a
    standstill, since both sides declare it. A crisis lasts until it is settled; one that is open at
    the horizon lasts longer.
    """
    happened: dict[str, Array] = {}
    ended = {key: np.zeros((worlds, horizon + 1), np.int64) for key in (ALL, *LEVELS)}
    futures = 0
    for rows in parts:
        happens = outcomes_of(rows)
        days = np.minimum(rows["ending_day"], horizon)
        for key, is_so in happens.items():
            counts = np.bincount(rows["world"][is_so], minlength=worlds)
            happened[key] = happened.get(key, 0) + counts
        for key, by_day in ended.items():
            is_so = happens[key] if key in happens else np.full(len(rows), True)
            np.add.at(by_day, (rows["world"][is_so], days[is_so]), 1)
        futures += len(rows)
    return Played(start, futures // worlds, happened, ended.pop(ALL), ended)


def outcomes_of(rows: Rows) -> dict[str, Array]:
    """Return how each future counts by these definitions, and how its first strike came about."""
    violence, settlement = rows["violence"], rows["settlement"]
    is_war = violence >= Violence.WAR
    is_agreed = np.isin(settlement, numbers_of("deal", "standstill"))
    chosen = is_chosen(rows)
    return {
        "war": is_war,
        "serious": violence >= Violence.LIMITED_STRIKE,
        "clashes": violence == Violence.LIMITED_STRIKE,
        "none": violence == Violence.NONE,
        "agreement": is_agreed,
        "agreement_war": is_agreed & is_war,
        "given_up_war": np.isin(settlement, numbers_of("yields")) & is_war,
        "faded_war": np.isin(settlement, numbers_of("fades")) & is_war,
        "chosen": chosen,
        "mistakes": chosen & (rows["first_shot_gap"] < 0.0),
        "answered_full": rows["answer_gap"] != 0.0,
        "mistaken_full": rows["answer_gap"] < 0.0,
        "foreseen_war": is_war & has_raised(rows),
    }


def has_raised(rows: Rows) -> Array:
    """Return for each future whether the challenger ordered more force before any was used."""
    raised, first = rows["raised_day"], rows["first_force_day"]
    return np.asarray((raised >= 0) & ((first < 0) | (raised <= first)))


class PlayedFigure(NamedTuple):
    """A share or a length with its 90 % interval, and history's band."""

    value: float
    low: float
    high: float
    band: Band | None
    is_at_horizon: bool = False
    """Whether it is a length of at least this value."""

    @property
    def is_inside(self) -> bool | None:
        """Return whether it is in history's 95 % interval; None if that cannot be decided."""
        if self.band is None or self.band.low is None or self.band.high is None:
            return None
        if self.is_at_horizon and self.value <= self.band.high:
            return None
        return self.band.low <= self.value <= self.band.high

    def as_json(self) -> dict[str, Any]:
        """Return it for JSON, in the unit of its band and with the band."""
        band = self.band
        return {
            band.unit if band else "share": self.value,
            "low": self.low,
            "high": self.high,
            "history": band.value if band else None,
            "history_low": band.low if band else None,
            "history_high": band.high if band else None,
            "inside": self.is_inside,
        }


class PlayedHazard(NamedTuple):
    """Endings per day among open crises, in a span of days, with their 90 % interval."""

    from_day: int
    to_day: int
    a_day: float
    low: float
    high: float


@dataclass(frozen=True)
class AgainstHistory:
    """The figures of one start, or of all crises, compared with history's.

    Keys of figures are those of the bands. `hazards` has the spans in which crises ended.
    """

    group: str
    figures: Mapping[str, PlayedFigure]
    hazards: tuple[PlayedHazard, ...]

    @property
    def hazard_falls(self) -> bool | None:
        """Return whether crises end faster at first than later, as in history; None if unknown."""
        if len(self.hazards) < len(SPANS):
            return None
        return self.hazards[-1].a_day < self.hazards[0].a_day

    def as_json(self) -> dict[str, Any]:
        """Return the object `history` of `detente run --json`."""
        return {
            **{key: figure.as_json() for key, figure in self.figures.items()},
            "hazards": [hazard._asdict() for hazard in self.hazards],
            "hazard_falls": self.hazard_falls,
        }


def start_of(run: Run) -> str | None:
    """Return the start of the past crises that a run's pack represents; None if it has none.

    None as well if the pack in the run's folder was changed: the counts can be shown without it.
    """
    try:
        text = read(run.folder / folders.PACK)
    except DetenteError:
        return None
    word = merge(text.files).tree.get("reference") if text.digest == run.record.pack else None
    return word if isinstance(word, str) and word in STARTS else None


def against_history(run: Run) -> AgainstHistory | None:
    """Return a run's figures compared with history, if its pack represents past crises."""
    start = start_of(run)
    return None if start is None else compared(start, [(1.0, count(run, start))])


Parts = Sequence[tuple[float, Played]]
"""Runs with their weights, which add up to 1."""


def compared(group: str, parts: Parts) -> AgainstHistory:
    """Compare the weighted parts of a group with its bands."""
    figures = {}
    for rate in PLAYED_RATES:
        shares = [(weight, _share(played, rate)) for weight, played in parts]
        figures[f"{group}.{rate}"] = mixed(shares, BANDS.get(f"{group}.{rate}"))
    for name, level in QUARTILES.items():
        figures[f"{group}.{name}"] = quantile(parts, level, BANDS[f"{group}.{name}"])
    return AgainstHistory(group, figures, tuple(_hazards(parts)))


def _share(played: Played, rate: str) -> Estimate:
    if rate == "none" and played.start == VIOLENT:
        return NEVER
    return estimate_share(played.happened[rate], played.futures)


def mixed(shares: Sequence[tuple[float, Estimate]], band: Band | None = None) -> PlayedFigure:
    """Return a weighted sum of independent shares with its interval.

    Each end is `sqrt(sum (w d)^2)` from the sum, where `d` is the distance of that end from each
    share (Zou & Donner 2008).
    """
    value = math.fsum(weight * share.value for weight, share in shares)
    below = math.hypot(*(weight * (share.value - share.low) for weight, share in shares))
    above = math.hypot(*(weight * (share.high - share.value) for weight, share in shares))
    return PlayedFigure(value, max(0.0, value - below), min(1.0, value + above), band)


def quantile(parts: Parts, level: float, band: Band | None = None) -> PlayedFigure:
    """Return the first day by which a share of crises has ended, with its interval."""

    def share_by(day: int) -> PlayedFigure:
        return mixed(
            [
                (weight, estimate_share(played.ended[:, : day + 1].sum(axis=1), played.futures))
                for weight, played in parts
            ]
        )

    reached = sum(weight * played.reached for weight, played in parts)
    return first_day(np.asarray(reached), level, share_by, band)


def first_day(
    reached: Array, level: float, share_by: Callable[[int], PlayedFigure], band: Band | None
) -> PlayedFigure:
    """Return the first day by which a share is reached, given the shares by day.

    The ends are the days that correspond to the ends of the share's interval (Woodruff 1952).
    """
    horizon = len(reached) - 1

    def day_of(share: float) -> int:
        return min(int(np.searchsorted(reached, share)), horizon)

    day = day_of(level)
    share = share_by(day)
    low, high = (day_of(level + end - share.value) for end in (share.low, share.high))
    return PlayedFigure(day, low, high, band, is_at_horizon=day == horizon)


def _hazards(parts: Parts) -> Iterator[PlayedHazard]:
    """Yield the hazard of each span: endings divided by days open.

    The variance of the ratio, over worlds and chance, is that of the endings less those expected at
    this rate; the interval is that of a Poisson count with the same relative variance.
    """
    days = np.arange(parts[0][1].horizon + 1)
    for start, end in SPANS:
        # Crises at the horizon are still open.
        is_ended = (days >= start) & (days < min(end, days[-1]))
        open_days = np.clip(days, start, end) - start
        endings = _mean(parts, is_ended)
        if endings == 0.0 or _mean(parts, open_days) == 0.0:
            continue
        a_day = endings / _mean(parts, open_days)
        more = is_ended - a_day * open_days
        variance = math.fsum(weight**2 * _variance(played, more) for weight, played in parts)
        if variance == 0.0:  # all futures alike: counted as one ending
            variance = endings**2
        count = endings**2 / variance
        ends = hazard_interval(count, count / a_day, QUANTILE)
        yield PlayedHazard(start, end, a_day, *ends)


def _mean(parts: Parts, by_day: Array) -> float:
    """Return the mean over crises of an amount by the day on which they ended."""
    return math.fsum(
        weight * float(played.ended.sum(axis=0) @ by_day) / played.ended.sum()
        for weight, played in parts
    )


def _variance(played: Played, by_day: Array) -> float:
    """Return the variance of that mean over worlds and chance."""
    means, squares = (played.ended @ one / played.futures for one in (by_day, by_day**2))
    return variance_over_worlds(means, noise_of_means(means, squares, played.futures))
