"""What is known of a number: a fixed value, a range, or draws of the accepted set."""

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
"""Years of the past crises to which a shipped accepted set was fitted."""
ALL_YEARS: Period = "1945-1989"
"""The accepted set that packs use unless they name another."""
SETS: Mapping[Period, str] = MappingProxyType(
    {ALL_YEARS: ACCEPTED, "1945-1962": f"backtest/{ACCEPTED}"}
)
"""The shipped accepted sets; all hold the same numbers."""
PRIORS = "priors.toml"
"""Priors of the calibrated numbers, as a file of a pack."""


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
        """Return whether this is the domain of an amount rather than of a share or a yes-or-no."""
        return self.shape in {"normal", "lognormal"}

    def holds(self, value: float) -> bool:
        """Return whether the domain contains a value."""
        if not self.lower <= value <= self.upper:
            return False
        return not self.whole or value == math.floor(value)

    def shape_of(self, low: float, high: float) -> Shape:
        """Return the default shape of a range: uniform if an end is at a bound of the domain."""
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
    """The largest value that a unit allows, and why."""

    most: float
    why: str
    least: float = 0.0
    """Smallest value, where the model divides by the number or takes its logarithm."""


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
"""Bounds by unit, for numbers whose domain has no end and whose row gives no bounds."""


def unit_in_words(unit: str) -> str:
    """Return a unit as a person reads it: the unit `basket` of JSON is called the stakes."""
    return {
        "1/basket": "per stakes",
        "basket": "of the stakes",
        "basket a unit of loss": "of the stakes a unit of loss",
        "basket/day": "of the stakes a day",
    }.get(unit, unit)


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number of a crisis, resolved: its distribution and the claims that it rests on.

    `low` and `high` depend on the kind: the value itself if `fixed`; the 5th and 95th percentile of
    a `range`, or its ends if the shape is `uniform`; the least and greatest of `values`; the ends
    of the probability of a `chance`; the bounds `within` which a `gamma` is cut; the 5th and 95th
    percentile of an `accepted` number, whose `values` has one value for each row of the accepted
    set.
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
    """Claims that it rests on, or its origin if the pack does not give it (default, catalogue)."""
    gives: tuple[str, ...] = ()
    """Those of the claims that give its size; the others only bear on it."""
    assumed: str | None = None
    unit: str = ""
    limits: tuple[float, float] = (-math.inf, math.inf)
    """Limits of the field; no draw is outside them."""

    @property
    def is_fixed(self) -> bool:
        """Return whether the value is the same in every world."""
        return self.low == self.high and self.kind in {"fixed", "values"}


class Accepted(NamedTuple):
    """An accepted set: a column for each calibrated number, and how the set was made.

    Values of one row belong together. The order of rows has no meaning.
    """

    provenance: Mapping[str, Any]
    columns: Mapping[str, tuple[float, ...]]

    @property
    def rows(self) -> int:
        """Return the number of accepted rows."""
        return len(next(iter(self.columns.values())))


@cache
def accepted(period: Period = ALL_YEARS) -> Accepted:
    """Return a shipped accepted set: that of all years unless a period is named."""
    table = read_shipped(SETS[period])
    return Accepted(MappingProxyType(table["provenance"]), MappingProxyType(table["numbers"]))


def priors_text() -> bytes:
    """Return a file of a pack that sets the calibrated numbers to their priors."""
    return resources.files("detente.pack").joinpath(PRIORS).read_bytes()
