"""What follows for a hypothesis from what was measured: borne out, spoken against, or neither.

A result is a number that lies above its threshold if the hypothesis holds. The interval is of its
mean over worlds, as if worlds and chance were drawn again. The hypothesis may hold in one world
and not in another, so that the mean alone decides nothing: a verdict is given where the interval
and the 5th to 95th percentile over worlds lie on the same side.
"""

import math
from collections.abc import Sequence
from typing import Annotated, Literal, NamedTuple, TypeAlias

import numpy as np

from detente.analysis.paired import WorldMeans, estimate_amount
from detente.ensemble.shares import without_chance

Verdict: TypeAlias = Literal["supported", "rejected", "cannot_tell"]
SUPPORTED: Verdict = "supported"
REJECTED: Verdict = "rejected"
CANNOT_TELL: Verdict = "cannot_tell"
FEWEST_WORLDS = 16
"""With fewer nothing is said of how worlds differ, and no verdict given."""


class EstimateOverWorlds(NamedTuple):
    """A number over worlds, with how sure it is and how worlds differ in it."""

    estimate: float
    low: Annotated[float, "90 % interval of the mean over worlds, worlds and chance together"]
    high: Annotated[float, "90 % interval of the mean over worlds, worlds and chance together"]
    spread_low: Annotated[float | None, "5th percentile across worlds, no sampling noise"] = None
    spread_high: Annotated[float | None, "95th percentile across worlds, no sampling noise"] = None


class Result(NamedTuple):
    """One thing that was measured, and what follows from it."""

    name: Annotated[str, "what was measured, in words"]
    unit: str
    scale: Annotated[float, "what 1 is shown as"]
    estimate: EstimateOverWorlds
    threshold: float
    expects: Annotated[str, "more or less than the threshold"]
    holds_in: Annotated[float | None, "share of worlds in which it is borne out"]
    verdict: Verdict
    why: Annotated[str, "why nothing is estimable; empty if something is"]
    levels: Annotated[tuple[float, ...], "the measure itself at each step, if there are any"] = ()


class Criterion(NamedTuple):
    """What is asked of a number: how it is called, and which way it should lie."""

    name: str
    unit: str
    scale: float
    threshold: float = 0.0
    expects: str = "more"

    @property
    def sign(self) -> float:
        """Return 1 if more is expected, -1 if less."""
        return 1.0 if self.expects == "more" else -1.0

    def result(
        self, found: EstimateOverWorlds, holds_in: float | None, verdict: Verdict, why: str
    ) -> Result:
        """Return what was measured and what follows from it."""
        rest = (self.threshold, self.expects, holds_in, verdict, why)
        return Result(self.name, self.unit, self.scale, found, *rest)


def estimate(values: np.ndarray) -> EstimateOverWorlds:
    """Estimate a mean from its value in each future, shape (worlds, futures).

    Worlds are clusters: the interval is that of Student's t over their means, no narrower than
    chance. Of one world it is of chance alone.
    """
    return EstimateOverWorlds(*estimate_amount(by_world(values))[:5])


def by_world(values: np.ndarray) -> WorldMeans:
    """Return the mean and the mean square in each world."""
    return WorldMeans(values.mean(axis=1), (values * values).mean(axis=1), values.shape[1])


def judge(criterion: Criterion, values: np.ndarray) -> Result:
    """Say what follows from a number in each future, shape (worlds, futures)."""
    found = estimate(values)
    one = by_world(values)
    beyond = criterion.sign * (without_chance(one.means, one.noise) - criterion.threshold)
    holds_in = float((beyond > 0.0).mean())
    verdict, why = decide(criterion, found, len(values), holds_in)
    return criterion.result(found, holds_in, verdict, why)


def judge_interval(criterion: Criterion, found: EstimateOverWorlds, worlds: int) -> Result:
    """Say what follows from an estimate that is one number for all worlds."""
    verdict, why = decide(criterion, found, worlds, None)
    return criterion.result(found, None, verdict, why)


def undecided(criterion: Criterion, why: str) -> Result:
    """Return a result of which nothing could be measured."""
    nothing = EstimateOverWorlds(math.nan, math.nan, math.nan)
    return criterion.result(nothing, None, CANNOT_TELL, why)


def decide(
    criterion: Criterion, found: EstimateOverWorlds, worlds: int, holds_in: float | None
) -> tuple[Verdict, str]:
    """Return the verdict, and why there is none if there is none.

    Borne out: interval and spread lie beyond the threshold. Spoken against: both do not reach
    beyond it.
    """
    if worlds < FEWEST_WORLDS:
        return CANNOT_TELL, f"{worlds} world(s) are too few; {FEWEST_WORLDS} are needed"
    low, high = _beyond(criterion, found.low, found.high)
    least, most = (low, high) if found.spread_low is None else _spread(criterion, found)
    if low > 0.0 and least > 0.0:
        return SUPPORTED, ""
    if high <= 0.0 and most <= 0.0:
        return REJECTED, ""
    if low > 0.0 or high <= 0.0:
        return CANNOT_TELL, _split(holds_in or 0.0, is_borne_out=low > 0.0)
    return CANNOT_TELL, "the interval leaves both open; more worlds may tell"


def _split(holds_in: float, *, is_borne_out: bool) -> str:
    on_average = "it holds" if is_borne_out else "it does not hold"
    return f"on average {on_average}, but worlds differ: it holds in {100.0 * holds_in:.0f} of 100"


def _beyond(criterion: Criterion, low: float, high: float) -> tuple[float, float]:
    """Return the ends of an interval less the threshold, above 0 where it is borne out."""
    ends = sorted(criterion.sign * (end - criterion.threshold) for end in (low, high))
    return ends[0], ends[1]


def _spread(criterion: Criterion, found: EstimateOverWorlds) -> tuple[float, float]:
    return _beyond(criterion, found.spread_low or 0.0, found.spread_high or 0.0)


def together(results: Sequence[Result], needs: str) -> tuple[Verdict, Result | None]:
    """Return the verdict on a hypothesis, and the result on which it rests.

    With `all` each result has to bear it out, and one that speaks against it rejects it; with `any`
    one is enough, and all have to speak against it.
    """
    if not results:
        return CANNOT_TELL, None
    decisive = REJECTED if needs == "all" else SUPPORTED
    other = SUPPORTED if needs == "all" else REJECTED
    for result in results:
        if result.verdict == decisive:
            return decisive, result
    for result in results:
        if result.verdict == CANNOT_TELL:
            return CANNOT_TELL, result
    return other, results[0]
