"""A number of which more or less is known, from one that is fixed to the accepted set."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from detente.pack.toml import read_shipped

Kind = Literal["fixed", "range", "values", "chance", "gamma", "accepted"]
Shape = Literal["normal", "lognormal", "logitnormal", "uniform"]

ACCEPTED = "accepted.toml"
"""The file that `detente lab calibrate` writes."""
Period = Literal["1945-1989", "1945-1962"]
"""Years of the crises to which an accepted set that ships was fitted."""
ALL_YEARS: Period = "1945-1989"
"""The set that packs take from unless they name another."""
SETS: Mapping[Period, str] = MappingProxyType(
    {ALL_YEARS: ACCEPTED, "1945-1962": f"backtest/{ACCEPTED}"}
)
"""The sets that ship, all of the same numbers."""
PRIORS = "priors.toml"
"""What was known of the same numbers before, as a part of a pack."""


@dataclass(frozen=True, slots=True)
class Domain:
    """The values that a kind of number can take, both ends included, and its ranges' shape."""

    lower: float
    upper: float
    shape: Shape
    whole: bool
    words: str

    @property
    def is_open(self) -> bool:
        """Say whether it is the domain of an amount, and not of a share or of a yes or no."""
        return self.shape in {"normal", "lognormal"}

    def holds(self, value: float) -> bool:
        """Say whether the domain holds a value."""
        if not self.lower <= value <= self.upper:
            return False
        return not self.whole or value == math.floor(value)

    def shape_of(self, low: float, high: float) -> Shape:
        """Return the shape that a range has unless it names one: uniform at a bound."""
        return "uniform" if low <= self.lower or high >= self.upper else self.shape


DOMAINS: Mapping[str, Domain] = MappingProxyType(
    {
        "probability": Domain(0.0, 1.0, "logitnormal", False, "0 to 1 (30 % is 0.3)"),
        "share": Domain(0.0, 1.0, "logitnormal", False, "a share, 0 to 1 (30 % is 0.3)"),
        "positive": Domain(0.0, math.inf, "lognormal", False, "0 or more"),
        "rate": Domain(0.0, math.inf, "lognormal", False, "a rate a day, 0 or more"),
        "count": Domain(0.0, math.inf, "lognormal", False, "a count, 0 or more"),
        "real": Domain(-math.inf, math.inf, "normal", False, "any number"),
        "switch": Domain(0.0, 1.0, "uniform", True, "0 or 1, or a chance of 1"),
    }
)
"""A count is drawn as any positive number and rounded where it is encoded."""


class Bounds(NamedTuple):
    """How large a number can be in a unit, and why no larger."""

    most: float
    why: str
    least: float = 0.0
    """How small it can be where the model divides by it or takes its logarithm."""


UNITS: Mapping[str, Bounds] = MappingProxyType(
    {
        "": Bounds(1e3, "a factor beyond a thousand makes another model", 1e-3),
        "1/basket": Bounds(100.0, "the stakes are all that is in dispute", 0.01),
        "1/day": Bounds(
            10.0, "play goes by days, and what is more frequent happens every day", 1e-5
        ),
        "a battery": Bounds(1e3, "no battery has as many"),
        "a battery a day": Bounds(1e3, "no battery has as many"),
        "basket": Bounds(10.0, "the stakes are all that is in dispute"),
        "basket a unit of loss": Bounds(100.0, "the stakes are all that is in dispute"),
        "basket/day": Bounds(1.0, "a day costs less than all that is in dispute"),
        "batteries": Bounds(1e4, "no state has as many"),
        "billion dollars/day": Bounds(1e3, "the economy of the whole world makes 300"),
        "days": Bounds(3650.0, "a crisis is played over two years at most", 0.01),
        "decoys a weapon": Bounds(100.0, "no weapon brings as many"),
        "hits": Bounds(1e6, "no state has as many weapons", 0.01),
        "km": Bounds(2e4, "half the way around the Earth"),
        "log": Bounds(1.0, "a side that misreads war 2.7 times no longer decides"),
        "log-odds": Bounds(20.0, "odds of a billion to one are as good as certain"),
        "logit": Bounds(5.0, "odds change 150 times"),
        "m": Bounds(1e6, "well above the atmosphere"),
        "m/s": Bounds(1e4, "faster than anything in orbit", 1.0),
        "m2": Bounds(1e4, "as large as a ship"),
        "million dollars": Bounds(1e5, "no weapon costs as much"),
        "s": Bounds(86400.0, "a whole day", 0.1),
        "sd": Bounds(5.0, "farther from the mean than one in three million"),
        "shots": Bounds(100.0, "no salvo has as many"),
        "steps/day": Bounds(10.0, "there are two steps in all"),
        "thousand soldiers": Bounds(1e4, "no state has as many in one theatre"),
        "talks": Bounds(1e3, "no history counts as many", 0.01),
        "times the model's": Bounds(10.0, "beyond that it is another war", 0.01),
        "units of loss": Bounds(100.0, "one unit is all the forces of a side"),
        "units of loss/day": Bounds(1.0, "a day costs less than all the forces of a side"),
        "weapons": Bounds(1e6, "no state has as many"),
        "weapons a ship": Bounds(1e3, "no ship carries as many"),
        "weapons/day": Bounds(1e6, "no state has as many"),
    }
)
"""What a number may be by its unit, where its domain has no end and its field does not say."""


def unit_in_words(unit: str) -> str:
    """Return a unit as a person reads it. A basket, as JSON has it, is all that is in dispute."""
    return {
        "1/basket": "per stakes",
        "basket": "of the stakes",
        "basket a unit of loss": "of the stakes a unit of loss",
        "basket/day": "of the stakes a day",
    }.get(unit, unit)


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number of a crisis, resolved: what is known of it and what that rests on.

    `low` and `high` are the value itself when `fixed`; the 5th and 95th percentile of a `range`,
    or its ends if `uniform`; the least and the greatest of `values`; the ends of what is known of
    the probability of a `chance`; the bounds `within` which a `gamma` is cut; the 5th and the 95th
    percentile of what was `accepted`, of which `values` has a value for each row of the set.
    """

    kind: Kind
    domain: str
    low: float
    high: float
    shape: Shape | None = None
    values: tuple[float, ...] = ()
    weights: tuple[float, ...] = ()
    probability: float | None = None
    gamma_shape: float | None = None
    mean: float | None = None
    within: tuple[float, float] | None = None
    because: tuple[str, ...] = ()
    """All claims that it rests on, or the origin of a number that its pack does not give."""
    gives: tuple[str, ...] = ()
    """Those of the claims that give its size; the others only bear on it."""
    assumed: str | None = None
    unit: str = ""
    limits: tuple[float, float] = (-math.inf, math.inf)
    """What its field may be at all; no draw lies outside."""

    @property
    def is_fixed(self) -> bool:
        """Say whether every world has the same value."""
        return self.low == self.high and self.kind in {"fixed", "values"}


class Accepted(NamedTuple):
    """Rows of values that go together, a column for each number, and how they came about.

    Each column has one value for each row; the order of the rows tells nothing.
    """

    provenance: Mapping[str, Any]
    columns: Mapping[str, tuple[float, ...]]

    @property
    def rows(self) -> int:
        """Return how many rows were accepted."""
        return len(next(iter(self.columns.values())))


@cache
def accepted(period: Period = ALL_YEARS) -> Accepted:
    """Return an accepted set that ships, that of all years unless another is named."""
    table = read_shipped(SETS[period])
    return Accepted(MappingProxyType(table["provenance"]), MappingProxyType(table["numbers"]))


def priors_text() -> bytes:
    """Return the file of a pack that puts the calibrated numbers at their priors."""
    return resources.files("detente.pack").joinpath(PRIORS).read_bytes()
