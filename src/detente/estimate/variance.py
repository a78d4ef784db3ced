"""Splits the variance of an outcome into chance and differences between worlds."""

import math
from collections.abc import Callable
from typing import Annotated, NamedTuple

import numpy as np

from detente.ensemble.measures import outcome_of
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.weighing import Weighing, mean_of
from detente.estimate.intervals import QUANTILE, variance_of_worlds

HALVINGS = 50
"""Bisection steps that find an end of an interval to the last digit."""


class ByWorld(NamedTuple):
    """An outcome's share of the futures in each world."""

    shares: Annotated[np.ndarray, "shape (worlds,)"]
    noise: Annotated[np.ndarray, "variance that chance gives to each, shape (worlds,)"]


def by_world(run: Run, outcome: str, option: str = BASE) -> ByWorld:
    """Return an outcome's share in each world under an option, with its chance variance.

    The chance variance is `p (1 - p) / (M - 1)` for M futures of a world, without bias; with one
    future a world it is that of all futures together.

    Raises `DetenteError` if there is no such outcome or option, or the run is damaged.
    """
    futures = run.record.settings.futures_of_a_world
    shares = outcome_of(outcome).counted(run.tally(option).classes) / futures
    if futures == 1:
        mean = float(shares.mean())
        return ByWorld(shares, np.full(len(shares), mean * (1.0 - mean)))
    return ByWorld(shares, shares * (1.0 - shares) / (futures - 1))


class Split(NamedTuple):
    """The variance of a yes-or-no of futures, and its share between worlds."""

    total: Annotated[float, "variance of a future's yes or no"]
    not_knowing: Annotated[float, "share of the variance that lies between worlds"]
    low: Annotated[float, "90 % interval of that share over worlds and chance"]
    high: Annotated[float, "90 % interval of that share over worlds and chance"]

    @property
    def is_known(self) -> bool:
        """Return whether anything varied and both parts can be estimated."""
        return (self.low, self.high) != (0.0, 1.0)

    def as_json(self) -> dict[str, float | dict[str, float]]:
        """Return both parts with their intervals; together they make 1."""
        return {
            "total": self.total,
            "chance": _part(1.0 - self.not_knowing, 1.0 - self.high, 1.0 - self.low),
            "not_knowing": _part(self.not_knowing, self.low, self.high),
        }


def _part(share: float, low: float, high: float) -> dict[str, float]:
    return {"share": share, "low": low, "high": high}


def split(happened: np.ndarray, futures: int, weighing: Weighing | None = None) -> Split:
    """Split the variance of a yes or no from the count in each world, of `futures` played in each.

    By the law of total variance: within worlds it is the mean of `p (1 - p)`, between worlds the
    variance of `p`. Both are estimated without bias by a one-way analysis of variance (Sun, Apley &
    Staum 2011): `M / (M - 1)` times the mean of `p_k (1 - p_k)`, and the variance of the worlds'
    shares less a part in M of that. The share between worlds is the intraclass
    correlation (Ridout, Demetrio & Firth 1999).

    Its interval is a score interval, as Wilson's for a share: it holds every candidate that the
    worlds contradict by no more than the normal quantile, were chances beta over worlds with the
    mean found and the candidate's correlation. Worlds count as drawn alone; as points of a Sobol
    sequence they vary less. One world, one future of each, or futures that all agree say nothing:
    all is taken to lie within worlds, with an interval from 0 to 1.
    """
    by_world = happened / futures
    worlds: float = len(happened)
    mean = math.fsum(by_world) / worlds
    if weighing is not None:
        worlds, mean = weighing.effective, float(mean_of(by_world, weighing))
    # These say nothing of the parts: no two worlds, no two futures of one, or no variance.
    if worlds <= 1.0 or futures == 1 or mean in (0.0, 1.0):
        return Split(mean * (1.0 - mean), 0.0, 0.0, 1.0)
    chances = by_world * (1.0 - by_world)
    within = float(mean_of(chances, weighing)) * futures / (futures - 1)
    # Without bias the estimate may fall below 0, which no variance does.
    between = max(0.0, variance_of_worlds(by_world, weighing) - within / futures)
    share = between / (within + between)

    # Not a bootstrap over worlds, which held the truth in 72 to 89 of 100 (docs/decisions.md).
    def is_below(candidate: float, deviations: float) -> bool:
        score = between * (1.0 - candidate) - candidate * within
        variance = _score_variance(mean, candidate, futures) / (worlds - 1)
        return score > deviations * math.sqrt(max(0.0, variance))

    low, _ = _crossing(lambda candidate: is_below(candidate, QUANTILE), (0.0, share))
    _, high = _crossing(lambda candidate: is_below(candidate, -QUANTILE), (share, 1.0))
    return Split(within + between, share, low, high)


def _crossing(is_below: Callable[[float], bool], ends: tuple[float, float]) -> tuple[float, float]:
    """Return, by bisection, the two neighbouring numbers between which `is_below` turns false."""
    low, high = ends
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        low, high = (middle, high) if is_below(middle) else (low, middle)
    return low, high


def _score_variance(mean: float, share: float, futures: int) -> float:
    """Return the variance of one world's term in the score, its chance drawn from a beta law.

    The score compares `(1 - share) (p - mean)^2` with `p (1 - p)`, so that its mean is 0 where
    `share` is true.
    """
    weight = futures / (futures - 1) * (share + (1.0 - share) / futures)
    score = np.array(
        [
            (1.0 - share) * mean * mean,
            -2.0 * (1.0 - share) * mean - weight,
            1.0 - share + weight,
        ]
    )
    moments = _moments(mean, share, futures)
    average = score @ moments[:3]
    return float(np.convolve(score, score) @ moments - average * average)


def _moments(mean: float, share: float, futures: int) -> np.ndarray:
    """Return the means of the powers 0 to 4 of a beta-binomial share."""
    falling = [1.0, futures * mean]
    for count in range(1, 4):
        again = (mean * (1.0 - share) + count * share) / (1.0 - share + count * share)
        falling.append(falling[-1] * (futures - count) * again)
    powers = np.array(_POWERS) @ falling
    return np.asarray(powers / float(futures) ** np.arange(5))


_POWERS = (
    (1.0, 0.0, 0.0, 0.0, 0.0),
    (0.0, 1.0, 0.0, 0.0, 0.0),
    (0.0, 1.0, 1.0, 0.0, 0.0),
    (0.0, 1.0, 3.0, 1.0, 0.0),
    (0.0, 1.0, 7.0, 6.0, 1.0),
)
"""Powers as sums of falling factorials: Stirling numbers of the second kind."""
