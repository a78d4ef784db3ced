"""A number of which more or less is known: fixed, a range, a set of values, or a chance."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Kind = Literal["fixed", "range", "values", "chance", "gamma", "accepted"]
Shape = Literal["normal", "lognormal", "logitnormal", "uniform"]


@dataclass(frozen=True, slots=True)
class Domain:
    """The values that a kind of number can take, and the shape of its ranges.

    It holds its lower and upper end, unless these are said to be outside.
    """

    lower: float
    upper: float
    shape: Shape
    whole: bool
    words: str
    lower_is_outside: bool = False
    upper_is_outside: bool = False

    def holds(self, value: float) -> bool:
        """Say whether the domain holds a value."""
        is_too_low = value <= self.lower if self.lower_is_outside else value < self.lower
        is_too_high = value >= self.upper if self.upper_is_outside else value > self.upper
        if is_too_low or is_too_high or math.isnan(value):
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
    assumed: str | None = None
    unit: str = ""

    @property
    def is_fixed(self) -> bool:
        """Say whether every world has the same value."""
        return self.low == self.high and self.kind in {"fixed", "values"}
