"""Interventions: changes to the worlds of a run, and the numbers of each world under them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np

from detente.ensemble.design import ACCEPTED, at_quantiles, coordinates, correlate
from detente.ensemble.foundation import plain
from detente.ensemble.runners import Values
from detente.ensemble.simulate import draw_changed
from detente.errors import DetenteError
from detente.pack import Change, Crisis
from detente.pack.quantity import DOMAINS, Quantity
from detente.text import did_you_mean

SIDES: tuple[Literal["left"], Literal["right"]] = ("left", "right")
BLOCK = 4
"""Number of worlds that are played, stored and read together."""


class NewRange(NamedTuple):
    """A new range of a number; each world keeps its quantile.

    As in a pack, the ends are the 5th and 95th percentile, or the ends of a uniform range.
    """

    low: float
    high: float


Setting: TypeAlias = Change | NewRange | np.ndarray
"""The new value of a field: a value as in a pack, a range, or a number for each world."""


@dataclass(frozen=True)
class Intervention:
    """Everything in which two plays of the same draws may differ; the rest is as in the run.

    An array in `settings` gives a number to each of the first worlds, shape (worlds,). With
    `holds_stakes` the disputes about the talks are decided by the unchanged worlds, which is faster
    to play.
    """

    settings: Mapping[str, Setting] = field(default_factory=dict)
    holds_stakes: bool = False

    @cached_property
    def name(self) -> str:
        """Return a name for its files, which is the same for the same changes in any order."""
        return hashlib.sha256(self.spelled(0).encode()).hexdigest()[:16]

    def spelled(self, first: int) -> str:
        """Return the changes to the block of worlds from `first` on, as JSON text."""
        settings = {path: _spell(new, first) for path, new in self.settings.items()}
        written = {"settings": settings, "switches": []}  # the key of answers kept with switches
        held = {"stakes": "held"} if self.holds_stakes else {}
        return json.dumps({**written, **held}, sort_keys=True)

    @property
    def fixed(self) -> dict[str, Change]:
        """Return the fields that are set to a single value in all worlds."""
        return {
            path: new
            for path, new in self.settings.items()
            if not isinstance(new, (NewRange, np.ndarray))
        }


AS_IT_IS = Intervention()
"""The empty intervention."""


def _spell(setting: Setting, first: int) -> Any:
    if isinstance(setting, NewRange):
        return {"low": setting.low, "high": setting.high}
    if isinstance(setting, np.ndarray):
        return {"worlds": setting[first : first + BLOCK].tolist()}
    return plain(setting)


@dataclass(frozen=True)
class Baseline:
    """The unchanged worlds of a run, to which interventions are applied."""

    crisis: Crisis
    values: Values
    worlds: int
    seed: int

    @cached_property
    def quantiles(self) -> Mapping[str, np.ndarray]:
        """Return the quantile of each varying number in each world, within 0 and 1.

        For a number of the accepted set it is the mean rank of its value there.
        """
        numbers = {path: one for path, one in self.crisis.numbers.items() if not one.is_fixed}
        alone = [path for path, number in numbers.items() if number.kind != ACCEPTED]
        drawn = coordinates(alone, worlds=self.worlds, seed=self.seed)
        spread = dict(zip(alone, drawn, strict=True))
        found = correlate(spread, self.crisis.correlations)
        for path in numbers.keys() - set(alone):
            ordered = np.sort(numbers[path].values)
            below, up_to = (np.searchsorted(ordered, self.values[path], side) for side in SIDES)
            found[path] = (below + up_to) / (2.0 * len(ordered))
        return found

    def under(self, intervention: Intervention) -> tuple[Crisis, Values]:
        """Return the crisis, and each number in each world, under an intervention.

        A number that the intervention changes neither directly nor indirectly keeps its values.

        Raises `DetenteError` if there is no such field or its new value is not allowed;
        `PackFaults` if a single value is not.
        """
        fixed = intervention.fixed
        crisis = self.crisis.with_changes(fixed) if fixed else self.crisis
        values = dict(self.values)
        if fixed:
            values = draw_changed(
                crisis, self.crisis, self.values, worlds=self.worlds, seed=self.seed
            )
        for path, new in intervention.settings.items():
            if path in fixed:
                continue
            if path not in self.crisis.numbers:
                all_of_them = "`detente check PACK --resolved` lists all"
                hint = did_you_mean(path, self.crisis.numbers) or all_of_them
                raise DetenteError("the pack has no such number", where=path, hint=hint)
            number = self.crisis.numbers[path]
            if isinstance(new, NewRange):
                number, places = moved(number, path, new), self.quantiles.get(path)
                if places is None:  # it does not vary yet
                    places = coordinates([path], worlds=self.worlds, seed=self.seed)[0]
                values[path] = at_quantiles(number, places)
                continue
            drawn = np.asarray(new)
            lowest, highest = number.limits
            if not (lowest <= drawn.min() and drawn.max() <= highest):
                hint = f"give numbers from {lowest:,.12g} to {highest:,.12g}"
                raise DetenteError("is outside the range that it may have", where=path, hint=hint)
            values[path] = np.concatenate([drawn, self.values[path][len(drawn) :]])
        return crisis, values


def moved(number: Quantity, path: str, new: NewRange) -> Quantity:
    """Return a number with another range, of the same shape if the new range allows it.

    Raises `DetenteError` if the range is out of order or exceeds the limits of its field, or if the
    number is a yes or no.
    """
    domain = DOMAINS[number.domain]
    lowest, highest = number.limits
    low, high = new
    if domain.whole:
        what = f"{low:g}:{high:g} is a range; it is {domain.words}"
        raise DetenteError(what, where=path, hint=f"set it: {path}=1")
    if not lowest <= low < high <= highest:
        what = f"{low:g}:{high:g} is not a range that it may have"
        hint = f"a lower end, then a higher one, from {lowest:,.12g} to {highest:,.12g}"
        raise DetenteError(what, where=path, hint=hint)
    shape = domain.shape_of(low, high)
    if number.kind == "range" and shape != "uniform":
        shape = number.shape or shape
    return replace(
        Quantity("range", number.domain, low, high, shape),
        because=number.because,
        unit=number.unit,
        limits=number.limits,
    )
