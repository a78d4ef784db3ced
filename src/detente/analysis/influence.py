"""How far an outcome moves if a claim is wrong: the weakest evidence with the largest weight first.

A claim that is wrong puts the numbers that rest on it where the worlds have them farthest from
their middle: at the less likely answer of a chance, at an end of a range; several numbers together
lie as far out as the farthest of them, in the direction that moves the outcome most. The outcome's
share is taken as a straight line in where these numbers lie among the worlds, fitted by least
squares over the worlds that a run has; everything else goes on as the worlds have it.

The length of the fitted line varies by blocks of worlds (a cluster-robust variance: Liang & Zeger
1986), as neighbours in the design are not independent. A length of noise is above none, so its
interval holds every true length under which the length found is not surprising (test inversion),
and what is reported is the length found less what noise adds to its square.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente import notebook
from detente.analysis.conditions import WorldNumbers, read_numbers
from detente.analysis.drivers.redraws import block_starts
from detente.analysis.outcomes import by_world
from detente.ensemble.foundation import read_base_again
from detente.ensemble.run import Run
from detente.evidence.claim import Claim

OUTCOMES = ("any_war", "deal")
"""Outcomes that are asked about unless others are named."""
TAIL = 0.05
"""Chance left on each side of an interval."""
LEAST_WORLDS = 16
"""With fewer, intervals say nothing."""
MISTAKEN = 0.05
"""Chance that any claim at all stands out where none has to do with the outcome."""
DRAWS, MANY_DRAWS = 4000, 400_000
"""Draws of noise for ends of intervals, and for what the largest of many claims reaches."""
HALVINGS = 20
BLOCKS = 16
"""There are so many blocks of worlds, and fewer than twice as many, if there are worlds enough."""
LEAST_SPREAD = 1e-9
"""A place that adds less than this to those before it is left out."""
NOTHING = 1e-24
"""Squares that add up to less are rounding."""
GRADES = 12.0
"""What the two ranks of the weakest grade, F6, add up to."""


class Shift(NamedTuple):
    """How far an outcome's share moves if a claim is wrong, either way, with its 90 % interval."""

    shift: float
    low: float
    high: float
    stands_out: Annotated[bool, "more than the largest of so many claims would by chance"]
    rises_with: Annotated[bool | None, "the one number; None if several, or too small to tell"]

    @property
    def is_estimable(self) -> bool:
        """Say whether it can be distinguished from none."""
        return self.low > 0.0


@dataclass(frozen=True)
class ClaimInfluence:
    """How outcomes move if a claim is wrong; no shifts where no number that varies rests on it."""

    claim: Claim
    fields: tuple[str, ...]
    fixed: tuple[str, ...]
    shifts: Mapping[str, Shift]

    @property
    def weakness(self) -> float:
        """Return how weak a claim is, from A1 at 1/6 to F6 at 1: its two ranks, added."""
        source, said = self.claim.grade[0], self.claim.grade[1]
        return ("ABCDEF".index(source) + 1 + int(said)) / GRADES

    @property
    def weight(self) -> float:
        """Return the claim's weakness times its largest shift, of the estimable ones if any."""
        estimable = [one.shift for one in self.shifts.values() if one.is_estimable]
        all_of_them = [one.shift for one in self.shifts.values()]
        return self.weakness * max(estimable or all_of_them, default=0.0)

    @property
    def order(self) -> tuple[bool, bool, float]:
        """Return what claims are put in order by: estimable ones first, then by weight."""
        is_estimable = any(one.is_estimable for one in self.shifts.values())
        return not is_estimable, not self.shifts, -self.weight


@dataclass(frozen=True, repr=False)
class Influences(notebook.Shown):
    """How outcomes move if a claim is wrong, the weakest claims with the most weight first."""

    run: Run
    outcomes: tuple[str, ...]
    shares: Mapping[str, float]
    claims: Mapping[str, ClaimInfluence]
    notes: tuple[str, ...]

    def as_json(self) -> list[dict[str, Any]]:
        """Return what `detente evidence RUN --json` prints as `influence`, a row an outcome."""
        return [
            {
                "claim": key,
                "outcome": outcome,
                "grade": one.claim.grade,
                "shift": shift.shift,
                "low": shift.low,
                "high": shift.high,
                "told": shift.is_estimable,
                "stands_out": shift.stands_out,
                "rises_with": shift.rises_with,
                "fields": list(one.fields),
            }
            for key, one in self.claims.items()
            for outcome, shift in one.shifts.items()
        ]


def influence(run: Run, *, outcomes: Sequence[str] = OUTCOMES) -> Influences:
    """Say how far outcomes move if a claim is wrong, from the worlds that a run has.

    Raises
    ------
    DetenteError
        If there is no such outcome, the run is damaged, or its pack was changed.
    """
    crisis = read_base_again(run.folder, run.record)
    shares = {outcome: by_world(run, outcome).shares for outcome in outcomes}
    numbers, _ = read_numbers(run)
    resting = {
        key: [field for field, number in crisis.numbers.items() if key in number.because]
        for key in crisis.claims
    }
    found = {key: _of_claim(crisis.claims[key], resting[key], numbers) for key in crisis.claims}
    if run.record.settings.worlds >= LEAST_WORLDS:
        found = dict(_with_shifts(found, numbers, shares))
    ordered = sorted(found.items(), key=lambda pair: pair[1].order)
    means = {outcome: float(one.mean()) for outcome, one in shares.items()}
    notes = tuple(_notes(run.record.settings.worlds))
    return Influences(run, tuple(outcomes), means, dict(ordered), notes)


def _notes(worlds: int) -> Iterator[str]:
    if worlds < LEAST_WORLDS:
        yield f"{LEAST_WORLDS} worlds are needed to say anything; the run has {worlds}"


def _of_claim(claim: Claim, resting: Sequence[str], numbers: WorldNumbers) -> ClaimInfluence:
    varied = tuple(field for field in resting if field in numbers.fields)
    return ClaimInfluence(claim, varied, tuple(one for one in resting if one not in varied), {})


def _with_shifts(
    claims: Mapping[str, ClaimInfluence], numbers: WorldNumbers, shares: Mapping[str, np.ndarray]
) -> Iterator[tuple[str, ClaimInfluence]]:
    place = {field: column for column, field in enumerate(numbers.fields)}
    among = sum(bool(one.fields) for one in claims.values())
    for key, one in claims.items():
        columns = numbers.places[:, [place[field] for field in one.fields]]
        shifts = {
            outcome: shift_of(share, columns, among=among) for outcome, share in shares.items()
        }
        there = shifts if one.fields else {}
        yield key, ClaimInfluence(one.claim, one.fields, one.fixed, there)


def shift_of(shares: np.ndarray, places: np.ndarray, *, among: int) -> Shift:
    """Say how far a share moves with numbers that lie at `places`, shape (worlds, numbers).

    `among` is how many such questions are asked.
    """
    functions = orthonormal(places)
    worlds, count = functions.shape
    if count == 0:
        return Shift(0.0, 0.0, 0.0, stands_out=False, rises_with=None)
    deviations = shares - math.fsum(shares) / worlds
    slopes = functions.T @ deviations / worlds
    error = _error(deviations - functions @ slopes, functions)
    reach = _reach(places)
    found = math.sqrt(float(slopes @ slopes))
    if error == 0.0:
        moved = reach * found
        return Shift(moved, moved, moved, stands_out=found > 0.0, rises_with=_rises(slopes, places))
    free = len(block_starts(worlds, BLOCKS)) - 1
    lengths = _Lengths(found / error, count, free)
    low, high = lengths.end(1.0 - TAIL), lengths.end(TAIL)
    likely = min(max(math.sqrt(max(0.0, lengths.found**2 - count)), low), max(low, high))
    scale = reach * error
    return Shift(
        scale * likely,
        scale * low,
        scale * max(high, likely),
        stands_out=lengths.found > _largest_by_chance(count, free, among),
        rises_with=_rises(slopes, places) if low > 0.0 else None,
    )


def orthonormal(columns: np.ndarray) -> np.ndarray:
    """Return functions that span the given ones, over rows of equal weight; copies are left out."""
    kept: list[np.ndarray] = []
    for column in columns.T:
        rest = column - column.mean()
        for one in kept:
            rest = rest - (rest @ one) / len(rest) * one
        spread = math.sqrt(float(rest @ rest) / len(rest))
        if spread > LEAST_SPREAD:
            kept.append(rest / spread)
    return np.array(kept).reshape(len(kept), len(columns)).T


def _error(rest: np.ndarray, functions: np.ndarray) -> float:
    """Return the standard error of a slope, alike for all, from what blocks of worlds leave."""
    worlds, count = functions.shape
    starts = block_starts(worlds, BLOCKS)
    left = np.add.reduceat(rest[:, None] * functions, starts, axis=0) / worlds
    few = len(starts) / (len(starts) - 1.0) * (worlds - 1.0) / max(1.0, worlds - 1.0 - count)
    squares = float((left * left).sum())
    return math.sqrt(few * squares / count) if squares > NOTHING else 0.0


def _reach(places: np.ndarray) -> float:
    """Return how far out the farthest value of any number lies, in its standard deviations."""
    off = places - places.mean(axis=0)
    spreads = places.std(axis=0)
    there = spreads > 0.0
    return float((np.abs(off[:, there]).max(axis=0) / spreads[there]).max())


def _rises(slopes: np.ndarray, places: np.ndarray) -> bool | None:
    return bool(slopes[0] > 0.0) if places.shape[1] == 1 else None


class _Lengths(NamedTuple):
    """The length of a fitted line in standard errors, of so many slopes, each with its noise."""

    found: float
    slopes: int
    free: int

    def end(self, probability: float) -> float:
        """Return the true length of which the length found is the given quantile, 0 at least."""
        low, high = 0.0, self.found + _largest_by_chance(self.slopes, self.free, 1)
        if self._quantile(low, probability) >= self.found:
            return low
        for _ in range(HALVINGS):
            middle = 0.5 * (low + high)
            is_below = self._quantile(middle, probability) < self.found
            low, high = (middle, high) if is_below else (low, middle)
        return 0.5 * (low + high)

    def _quantile(self, length: float, probability: float) -> float:
        along, across = _noise(self.slopes, self.free, DRAWS)
        squares = (along + length) ** 2 + across
        return math.sqrt(float(np.quantile(squares, probability)))


@cache
def _noise(slopes: int, free: int, draws: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw errors of slopes, Student's t together: along the true line, and squared across it."""
    luck = np.random.default_rng(1)
    wider = free / luck.chisquare(free, draws)
    across = luck.chisquare(slopes - 1, draws) if slopes > 1 else np.zeros(draws)
    return luck.normal(size=draws) * np.sqrt(wider), across * wider


@cache
def _largest_by_chance(slopes: int, free: int, among: int) -> float:
    """Return the length that the largest of so many exceeds by noise in 1 of 20 cases."""
    along, across = _noise(slopes, free, MANY_DRAWS)
    return math.sqrt(float(np.quantile(along**2 + across, 1.0 - MISTAKEN / max(1, among))))
