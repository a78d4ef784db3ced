"""Whether a twin ends its futures as the kernel does, as far as chance lets one tell."""

import math
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from statistics import NormalDist, fmean, pvariance
from typing import Annotated, NamedTuple

import numpy as np

from benchmarks.peers.dispute import End
from detente.endings import Ending
from detente.kernel.endings import Trigger, Violence
from detente.kernel.layout import Array

JOINT = 0.99
"""Chance that all differences of two that play alike lie within their intervals."""
FORCED = {
    Trigger.STRIKE: "strike",
    Trigger.LAPSE: "lapse",
    Trigger.INCIDENT: "incident",
    Trigger.ALLY: "ally",
    Trigger.MISREAD: "misread",
}
MEAN_DAY = "mean day of the end"
BELIEFS = ("hard", "tough")
"""Beliefs in these move while their means stay: their squares tell how much is learnt."""


class Gap(NamedTuple):
    """One figure of both, and how far apart they may lie."""

    figure: str
    ours: float
    theirs: float
    allowed: Annotated[float, "half the width of the joint interval of the difference"]

    @property
    def is_agreed(self) -> bool:
        """Say whether chance can explain the difference."""
        return abs(self.ours - self.theirs) <= self.allowed


def ends_of(rows: Array) -> list[End]:
    """Return how the kernel's futures ended, with the first use of force as an end."""
    return [_end_of(row) for row in rows]


def _end_of(row: np.record) -> End:
    if row["violence"] < Violence.LIMITED_STRIKE:
        name = Ending(int(row["settlement"])).name.lower()
        beliefs = float(row["belief_hard"]), float(row["belief_tough"])
        return End(name, int(row["ending_day"]), *beliefs)
    # The twins do not follow what force teaches, nor what comes after it.
    return End(FORCED[Trigger(int(row["trigger"]))], int(row["first_force_day"]), 0.0, 0.0)


def compare(ours: Sequence[End], theirs: Sequence[End]) -> list[Gap]:
    """Return shares of endings, the mean day and what is learnt, with joint intervals (Bonferroni).

    Shares are of all endings that either has met.
    """
    figures: dict[str, Callable[[End], float]] = {
        name: partial(_is_named, name) for name in sorted({end.name for end in (*ours, *theirs)})
    }
    figures[MEAN_DAY] = lambda end: float(end.day)
    figures |= {f"belief in {kind}, squared": partial(_square, kind) for kind in BELIEFS}
    allowed = NormalDist().inv_cdf(1.0 - (1.0 - JOINT) / 2.0 / len(figures))
    return [
        _gap(figure, allowed, [of(end) for end in ours], [of(end) for end in theirs])
        for figure, of in figures.items()
    ]


def disagreements(gaps: Iterable[Gap]) -> list[Gap]:
    """Return the figures that chance cannot explain."""
    return [gap for gap in gaps if not gap.is_agreed]


def _is_named(name: str, end: End) -> float:
    return float(end.name == name)


def _square(kind: str, end: End) -> float:
    belief: float = getattr(end, kind)
    return 0.0 if end.name in FORCED.values() else belief * belief


def _gap(figure: str, allowed: float, ours: Sequence[float], theirs: Sequence[float]) -> Gap:
    error = math.sqrt(sum(_variance(each) / len(each) for each in (ours, theirs)))
    return Gap(figure, fmean(ours), fmean(theirs), allowed * error)


def _variance(values: Sequence[float]) -> float:
    """Variance, that of a share with one more of either kind so that none is thought certain."""
    if set(values) <= {0.0, 1.0}:
        share = (sum(values) + 1.0) / (len(values) + 2.0)
        return share * (1.0 - share)
    return pvariance(values)
