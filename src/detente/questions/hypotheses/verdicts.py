"""Verdicts on hypotheses: supported, rejected, or neither, given what was measured.

A result is a number that is above its threshold if the hypothesis holds. The verdict depends on the
interval of its mean over worlds and chance; the share of worlds in which the hypothesis holds is
reported with it. A share that exceeds its threshold by less than a point is small, and so is a rate
or a length that does by less than a twentieth of its value.
"""

import math
from collections.abc import Sequence
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

import numpy as np

from detente.data import in_json
from detente.ensemble.weighing import Weighing, mean_of
from detente.estimate.estimate import Estimate
from detente.estimate.paired import estimate_amount, means_of
from detente.questions.wording import few_worlds, unit_of_change

Verdict: TypeAlias = Literal["supported", "supported_small", "rejected", "cannot_tell"]
SUPPORTED: Verdict = "supported"
SUPPORTED_SMALL: Verdict = "supported_small"
REJECTED: Verdict = "rejected"
UNDECIDED: Verdict = "cannot_tell"
WEAKEST_FIRST = (REJECTED, UNDECIDED, SUPPORTED_SMALL, SUPPORTED)
POINT = 0.01
"""A share that exceeds its threshold by less is small."""
TWENTIETH = 0.05
"""A rate or a length that exceeds its threshold by less than this part of its value is small."""
FEWEST_WORLDS = 16
"""With fewer worlds there is no verdict."""
MOST_WORLDS = 10_000
"""Largest number of worlds that is advised."""


class Result(NamedTuple):
    """One measured number, and the verdict on it."""

    name: Annotated[str, "name in words"]
    unit: str
    scale: Annotated[float, "factor with which it is shown"]
    estimate: Estimate
    threshold: float
    expects: Annotated[str, "more or less than the threshold"]
    holds_in: Annotated[float | None, "share of worlds in which it holds"]
    verdict: Verdict
    why: Annotated[str, "why nothing is estimable; empty if something is"]
    levels: Annotated[tuple[float, ...], "the measure itself at each step, if there are any"] = ()

    def as_json(self) -> dict[str, Any]:
        """Return its fields in the object of `detente hypotheses --json`."""
        rest = self._asdict()
        name, numbers = rest.pop("name"), in_json(rest.pop("estimate"))
        measured = {key: numbers.pop(key) for key in ("estimate", "low", "high")}
        return {
            "name": name,
            **measured,
            **dict.fromkeys(("spread_low", "spread_high")),
            **numbers,
            **rest,
        }


class Criterion(NamedTuple):
    """The criterion for a number: its name, its unit, and the side of a threshold to be on."""

    name: str
    unit: str
    scale: float
    threshold: float = 0.0
    expects: str = "more"
    small: Annotated[float, "a smaller distance from the threshold is small"] = POINT
    bounds: Annotated[tuple[float, float], "range of the number"] = (-math.inf, math.inf)

    @property
    def sign(self) -> float:
        """Return 1 if more is expected, -1 if less."""
        return 1.0 if self.expects == "more" else -1.0

    def result(self, found: Estimate, holds_in: float | None, verdict: Verdict, why: str) -> Result:
        """Return the result for a measured number."""
        rest = (self.threshold, self.expects, holds_in, verdict, why)
        return Result(self.name, self.unit, self.scale, found, *rest)


def estimate(values: np.ndarray, weighing: Weighing | None = None) -> Estimate:
    """Estimate a mean from its value in each future, shape (worlds, futures).

    Worlds are clusters: the interval is Student's t over their means, at least as wide as the
    sampling interval, which is not reported separately. With one world it is the sampling interval.
    """
    found = estimate_amount(means_of(values, weighing))
    return found.of_kind("estimate", chance_low=math.nan, chance_high=math.nan)


def judge(criterion: Criterion, values: np.ndarray, weighing: Weighing | None = None) -> Result:
    """Return the result for a number in each future, shape (worlds, futures)."""
    beyond = criterion.sign * (means_of(values, weighing).drawn_in - criterion.threshold)
    found = estimate(values, weighing).within(*criterion.bounds)
    holds_in = float(mean_of(beyond > 0.0, weighing))
    return criterion.result(found, holds_in, *decide(criterion, found, len(values), weighing))


def undecided(criterion: Criterion, why: str) -> Result:
    """Return a result without a measurement."""
    nothing = Estimate(math.nan, math.nan, math.nan, kind="estimate")
    return criterion.result(nothing, None, UNDECIDED, why)


def decide(
    criterion: Criterion, found: Estimate, worlds: int, weighing: Weighing | None = None
) -> tuple[Verdict, str]:
    """Return the verdict, and the reason if there is none.

    Supported: the whole interval is beyond the threshold. Rejected: none of it is. Otherwise there
    is no verdict; if any difference is small, the reason says so.
    """
    left = worlds if weighing is None else weighing.effective
    if left < FEWEST_WORLDS:
        return (
            UNDECIDED,
            f"{few_worlds(left)}; {FEWEST_WORLDS} are needed",
        )
    ends = (found.low, found.value, found.high)
    low, middle, high = sorted(criterion.sign * (end - criterion.threshold) for end in ends)
    if low > 0.0:
        return (SUPPORTED if middle >= criterion.small else SUPPORTED_SMALL), ""
    if high <= 0.0:
        return REJECTED, ""
    if max(-low, high) < criterion.small:
        unit = unit_of_change(criterion.unit)
        size = f"{criterion.scale * criterion.small:.2g} {unit}"
        size = "one point" if size == "1 points" else size
        return UNDECIDED, f"the difference is smaller than {size}, and its sign is not known"
    reach = middle - low if middle > 0.0 else high - middle
    needed = worlds * (reach / middle) ** 2 if middle else math.inf
    if needed > MOST_WORLDS:
        return UNDECIDED, "the interval allows both, and a larger run would hardly decide it"
    return (
        UNDECIDED,
        f"the interval allows both: about {math.ceil(needed):,} sets of assumptions may decide it",
    )


def decisive(results: Sequence[Result], needs: str) -> Result | None:
    """Return the result on which the verdict on a hypothesis rests; None if there is no result.

    With `all` each result must support it, and one against it rejects it. With `any` one is enough,
    and only all against it reject it.
    """
    pick = min if needs == "all" else max
    return pick(results, key=lambda one: WEAKEST_FIRST.index(one.verdict), default=None)
