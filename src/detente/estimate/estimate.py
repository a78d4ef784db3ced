"""A figure with its uncertainty: the one type of all results that have an interval."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Annotated, Any, Literal, Protocol, Self, TypeAlias

Kind: TypeAlias = Literal["share", "mean", "difference", "shift", "estimate", "value", "swing"]
"""What a figure is; JSON has it under this name."""
ENDS = ("low", "high", "spread_low", "spread_high", "chance_low", "chance_high")


class WithJson(Protocol):
    """Anything that can be written as JSON."""

    def as_json(self) -> dict[str, Any]:
        """Return the form for JSON."""


@dataclass(frozen=True, slots=True)
class Estimate:  # noqa: PLW1641 - a frozen dataclass has a hash
    """A figure with its interval and its range across worlds.

    What an estimator does not give is NaN.
    """

    value: float
    low: Annotated[float, "90 % interval over worlds and chance, what another seed would give"]
    high: Annotated[float, "90 % interval over worlds and chance, what another seed would give"]
    spread_low: Annotated[float, "5th percentile across worlds, sampling noise removed"] = math.nan
    spread_high: Annotated[float, "95th percentile across worlds, sampling noise removed"] = (
        math.nan
    )
    chance_low: Annotated[float, "90 % sampling interval, the worlds held fixed"] = math.nan
    chance_high: Annotated[float, "90 % sampling interval, the worlds held fixed"] = math.nan
    kind: Kind = "share"

    def __eq__(self, other: object) -> bool:
        """Return whether both give the same figures; NaN equals NaN."""
        if type(other) is not type(self):
            return NotImplemented
        return all(
            _is_same(getattr(self, each.name), getattr(other, each.name)) for each in fields(self)
        )

    @property
    def is_clear(self) -> bool:
        """Return whether the interval excludes 0."""
        return self.low > 0.0 or self.high < 0.0

    @property
    def most(self) -> float:
        """Return the larger absolute end of the interval."""
        return max(-self.low, self.high)

    @property
    def interval(self) -> tuple[float, float, float]:
        """Return the figure and the ends of its interval."""
        return self.value, self.low, self.high

    @property
    def spread(self) -> tuple[float, float]:
        """Return the ends of the range across worlds."""
        return self.spread_low, self.spread_high

    def of_kind(self, kind: Kind, **ends: float) -> Self:
        """Return this as a figure of another kind, with other ends if given."""
        return replace(self, kind=kind, **ends)

    def scaled(self, factor: float) -> Self:
        """Return this in another unit: all figures times `factor`, above 0."""
        return replace(self, **{name: factor * getattr(self, name) for name in ("value", *ENDS)})

    def within(self, least: float, most: float) -> Self:
        """Return this with all figures clipped to bounds."""
        figures = {name: getattr(self, name) for name in ("value", *ENDS)}
        return replace(self, **{name: min(max(x, least), most) for name, x in figures.items()})

    def as_json(self) -> dict[str, Any]:
        """Return the figure under the name of its kind, its interval, and what else is known.

        Unknown ends are null.
        """
        known = [end for end in ENDS[2:] if not math.isnan(getattr(self, end))]
        figures = {
            self.kind: self.value,
            **{end: getattr(self, end) for end in (*ENDS[:2], *known)},
        }
        return {name: None if math.isnan(one) else one for name, one in figures.items()}


NONE = Estimate(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, "difference")
"""The difference of a thing from itself."""


def nested(figures: Mapping[tuple[str, ...], Any]) -> dict[str, Any]:
    """Return figures nested by the parts of their dotted names, for JSON."""
    whole: dict[str, Any] = {}
    for key, one in figures.items():
        part = whole
        for name in key[:-1]:
            part = part.setdefault(name, {})
        part[key[-1]] = one
    return whole


def _is_same(one: object, other: object) -> bool:
    """Return whether two fields are equal; NaN equals NaN."""
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    return one == other
