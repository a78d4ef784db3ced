"""The smallest change that makes the second-best option the best, and what it takes for a goal."""

import math
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente.analysis.compare.differences import ByWorld, Difference
from detente.analysis.compare.numbers import Numbers, that_go_with
from detente.analysis.compare.tilting import Moved, Tilt, moved_by, tilt
from detente.ensemble.shares import QUANTILE, without_chance

LEAST_PLACE, MOST_PLACE = 0.02, 0.98
"""A number that must go farther out than that is no answer: few worlds lie there."""


class TurningPoint(NamedTuple):
    """How far one number must go, the others as they come with it, for two options to be equal."""

    field: str
    is_above: Annotated[bool, "whether the second is the better one above that place"]
    place: Annotated[float, "among all worlds, 0 to 1"]
    low: Annotated[float, "90 % interval of the place"]
    high: Annotated[float, "90 % interval of the place"]
    value: Annotated[float, "of the number at that place"]


class Reweighted(NamedTuple):
    """What it takes of the worlds to bring a mean to a target; `why` if it cannot be told."""

    tilt: Tilt | None
    moved: tuple[Moved, ...]
    why: str

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "entropy": self.tilt.entropy if self.tilt else None,
            "effective": self.tilt.effective if self.tilt else None,
            "moved": [one._asdict() for one in self.moved],
            "why": self.why,
        }


class Flip(NamedTuple):
    """What makes the second-best option the best."""

    best: str
    second: str
    lead: Difference
    worlds: Reweighted
    number: TurningPoint | None

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "best": self.best,
            "second": self.second,
            "lead": self.lead._asdict(),
            "worlds": self.worlds.as_json(),
            "number": self.number._asdict() if self.number else None,
        }


def reweighted(amounts: ByWorld, target: float, numbers: Numbers) -> Reweighted:
    """Return the smallest re-weighting of the worlds that brings the mean to the target."""
    drawn_in = without_chance(amounts.means, amounts.noise)
    if np.ptp(drawn_in) == 0.0:
        return Reweighted(None, (), "worlds do not differ on it by more than chance")
    found = tilt(drawn_in, target)
    if found is None:
        return Reweighted(None, (), "no weighting of these worlds gives it")
    if not found.is_enough:
        why = f"it would rest on {found.effective:.1f} worlds, too few to tell"
        return Reweighted(found, (), why)
    moved = moved_by(found, numbers, drawn_in)
    return Reweighted(found, moved, "" if moved else "no single number stands out")


def turning_point(amounts: ByWorld, numbers: Numbers) -> TurningPoint | None:
    """Return the number that must move least from the middle for the mean to be 0, if there is one.

    A straight line of the amounts over the places of each number that goes with them; the interval
    is Fieller's (1954).
    """
    found = [
        _point(amounts.means, numbers, field) for field in that_go_with(numbers, amounts.means)
    ]
    there = [point for point in found if LEAST_PLACE <= point.place <= MOST_PLACE]
    return min(there, key=lambda point: abs(point.place - 0.5), default=None)


def _point(means: np.ndarray, numbers: Numbers, field: int) -> TurningPoint:
    places = numbers.places[:, field]
    slope, mean = np.polyfit(places - 0.5, means, 1)
    place = 0.5 - mean / slope
    low, high = _fieller(places - 0.5, means, float(slope), float(mean))
    return TurningPoint(
        field=numbers.fields[field],
        is_above=bool(slope < 0.0),
        place=float(place),
        low=max(0.0, 0.5 + low),
        high=min(1.0, 0.5 + high),
        value=float(np.quantile(numbers.values[:, field], min(max(place, 0.0), 1.0))),
    )


def _fieller(
    centred: np.ndarray, means: np.ndarray, slope: float, mean: float
) -> tuple[float, float]:
    """Return the ends of `d` with `(mean + slope d)^2 <= q^2 s^2 (1 / n + d^2 / S)`."""
    rest = means - mean - slope * centred
    allowed = QUANTILE**2 * float(rest @ rest) / (len(means) - 2)
    square = slope**2 - allowed / float(centred @ centred)
    if square <= 0.0:
        return -0.5, 0.5
    half = mean * slope / square
    reach = math.sqrt(max(0.0, half**2 - (mean**2 - allowed / len(means)) / square))
    return -half - reach, -half + reach
