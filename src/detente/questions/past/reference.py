"""Past crises of the kind that a pack names: the shares of their outcomes by day.

A pack names its kind by `[reference]`: how it began, and attributes that the fit knows (`detente
lab rates --attributes` lists them). What ships of past crises is in `pack/reference.toml`, which
`detente lab kinds` computes from a user's own copy of the table.

- How many came to serious clashes or war: the share among crises with the same start, its log-odds
  moved by the attributes given, with weights of a ridge regression. An attribute that is left out
  moves nothing. War is a share of these and an agreement one of all, by the start alone, as
  attributes do not tell them apart.
- By which day: an agreement is dated by the end of its crisis. It competes with other ends, so the
  curve is the share of all crises that have ended by agreement, the cumulative incidence. Nearly
  all ends are known, so that it is simply counted.
- The table has no day of the first serious clash, nor of the first day of war. Each day of a crisis
  is assumed to be equally likely. What any other assumption could give lies between all of them on
  the first day and all on the last, and the interval is at least as wide.
- After a violent start the trigger was a violent act. The table does not say whether that act was
  the serious clash or others followed; the curve counts both.

`detente lab rates --attributes --json` prints one object, `detente/attributes/1`: `source`, `from`,
`to`, `crises`, what it was fitted on; `penalty` and `brier` {attributes, start}, Brier scores of
crises left out of the fit, with attributes and by the start alone; `attributes` {KEY: {says,
allowed, weight {START: log-odds of serious clashes or war a unit}}}.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from detente.estimate.estimate import Estimate
from detente.estimate.intervals import interval
from detente.kernel.layout import Array
from detente.notebook import Shown
from detente.pack import Crisis
from detente.pack.kind import ATTRIBUTES, MOST_BEFORE, MOST_DOUBLINGS, PastKind, allowed_of
from detente.pack.toml import read_shipped
from detente.questions.past.definitions import GROUPS, ICB
from detente.questions.past.table import PastCrisis
from detente.text import between

_SHIPPED = read_shipped("reference.toml")
OUTCOMES = {
    "force": "serious",
    "any_war": "war",
    "agreement": "agreement",
    "deal_ever": "agreement",
}
"""Keys of a run's outcomes among past crises; in the table a deal ends a crisis.

There is no rate of deals without force: agreements count whatever happened before.
"""


TRAITS = {"great_power": "great power", "nuclear": "nuclear weapons", "pact": "great-power ally"}
"""Attributes of a side, in words for both sides together."""
SIDES = {
    (1.0, 1.0): "on both sides",
    (1.0, 0.0): "on the challenger's side alone",
    (0.0, 1.0): "on the defender's side alone",
    (0.0, 0.0): "on neither side",
}
"""Which of the challenger and the defender has an attribute, in words."""


def _strength(crisis: PastCrisis) -> float | None:
    """Return the log2 ratio of the challenger's to the defender's capabilities, within +-3."""
    defender, challenger = crisis.capability_a, crisis.capability_b
    if not defender or not challenger:
        return None
    doublings = math.log2(challenger / defender)
    return min(max(doublings, -MOST_DOUBLINGS), MOST_DOUBLINGS)


READ: Mapping[str, Callable[[PastCrisis], float | None]] = MappingProxyType(
    {
        "border": lambda crisis: crisis.are_neighbours,
        "allied": lambda crisis: crisis.are_allied,
        "challenger_great_power": lambda crisis: crisis.is_great_power_b,
        "defender_great_power": lambda crisis: crisis.is_great_power_a,
        "challenger_nuclear": lambda crisis: crisis.has_nuclear_b,
        "defender_nuclear": lambda crisis: crisis.has_nuclear_a,
        "challenger_pact": lambda crisis: crisis.has_pact_b,
        "defender_pact": lambda crisis: crisis.has_pact_a,
        "strength": _strength,
        "crises_before": lambda crisis: (
            None if crisis.crises_before is None else min(crisis.crises_before, MOST_BEFORE)
        ),
        "serious_before": lambda crisis: crisis.follows_serious,
        "recent": lambda crisis: crisis.follows_another,
    }
)
"""How each attribute is read from a row of the table, with side A as defender; None if blank."""


def attributes_of(crises: Sequence[PastCrisis]) -> Array:
    """Return attributes, NaN if a cell is blank, shape (crises, attributes)."""
    read = [[known(crisis) for known in READ.values()] for crisis in crises]
    return np.array(read, dtype=float).reshape(-1, len(READ))


@dataclass(frozen=True)
class Reference:
    """Past crises of a kind: their number, their years, and the shares of their outcomes."""

    of: PastKind

    @property
    def kind(self) -> str:
        """Return the kind in words: the start, then the pack's other attributes."""
        parts, given = [GROUPS[self.of.start].title.lower()], self.of.attributes
        for name, value in given.items():
            side, _, trait = name.partition("_")
            title = ATTRIBUTES[name].title
            if name == "strength":
                parts.append(f"challenger {2.0**value:.2g} times as strong as the defender")
            elif name == "crises_before":
                parts.append(f"{title}: {value:g}" + (" or more" if value == MOST_BEFORE else ""))
            elif side == "challenger" and f"defender_{trait}" in given:
                parts.append(f"{TRAITS[trait]} {SIDES[value, given[f'defender_{trait}']]}")
            elif side != "defender" or f"challenger_{trait}" not in given:
                parts.append(f"{title}" if value else f"no {title}")
        return ", ".join(parts)

    @property
    def crises(self) -> int:
        """Return the number of past crises with the same start."""
        return int(self._start["crises"])

    @property
    def first(self) -> int:
        """Return the first year in which one began."""
        return int(_SHIPPED["provenance"]["first_year"])

    @property
    def last(self) -> int:
        """Return the last year in which one began."""
        return int(_SHIPPED["provenance"]["last_year"])

    @property
    def source(self) -> str:
        """Return the source of the shares, in words."""
        made = _SHIPPED["provenance"]
        counted = f"{self.crises} crises with a {GROUPS[self.of.start].title.lower()}"
        fitted = (
            f", adjusted to this kind of crisis by a regression on all {made['crises']}"
            if self.of.attributes
            else ""
        )
        return f"{counted} outside ongoing wars, {between(self.first, self.last)}{fitted}; {ICB}"

    @property
    def _start(self) -> Mapping[str, Any]:
        start: Mapping[str, Any] = _SHIPPED["starts"][self.of.start]
        return start

    def share(self, outcome: str, day: int) -> Estimate | None:
        """Return the share of such crises with an outcome by a day; None if unknown.

        The 90 % interval is valid whatever the day on which a clash or war began; `chance_low` and
        `chance_high` assume that each day is equally likely. `outcome` is `force`, `any_war`,
        `agreement` or `deal_ever`; `day` counts from the first day of the crisis, day 0.
        """
        rate = OUTCOMES.get(outcome)
        if rate is None:
            return None
        start, known = self._start, _SHIPPED["days"]
        if rate == "agreement":
            parts = [_counted(start["agreement"], start["crises"])]
        else:
            parts = [self._serious()]
        if rate == "war":
            parts.append(_counted(start["war"], start["serious"]))
        ever = math.prod(share for share, _ in parts)
        by_day = {
            name: float(np.interp(day, known, curve)) for name, curve in start[rate + "_by"].items()
        }
        ended = by_day["ended"]
        come = by_day.get("begun", ended)
        parts.append(_counted(come * start[rate], start[rate]))
        share = ever * come
        variance = share**2 * sum(each / part**2 for part, each in parts if part > 0.0)
        draws = start["crises"]
        if variance > 0.0:
            draws = min(draws, share * (1.0 - share) / variance)
        chance = interval(share, variance, draws)
        if rate == "agreement":
            return Estimate(share, *chance)
        low, high = min(chance[0], ever * ended), max(chance[1], ever)
        return Estimate(share, low, high, chance_low=chance[0], chance_high=chance[1])

    def _serious(self) -> tuple[float, float]:
        """Return the share that came to serious clashes or war, and its variance."""
        start = self._start
        given, names = self.of.attributes, list(READ)
        above = np.array([given.get(name, start["means"][name]) for name in names])
        above = above - np.array([start["means"][name] for name in names])
        share = start["serious"] / start["crises"]
        odds = math.log(share / (1.0 - share))
        odds += float(above @ np.array([start["weights"][name] for name in names]))
        moved = 1.0 / (1.0 + math.exp(-odds))
        design = np.array([1.0, *above])
        variance = float(design @ np.array(start["covariance"]) @ design)
        return moved, (moved * (1.0 - moved)) ** 2 * variance


def _counted(happened: float, crises: float) -> tuple[float, float]:
    """Return a counted share and its variance."""
    share = happened / crises
    return share, share * (1.0 - share) / crises


class Attributes(Shown):
    """The attributes that a pack can give besides the start, and their weights in the fit."""

    main_table = "attributes"

    def content(self) -> dict[str, Any]:
        """Return the object that `detente lab rates --attributes --json` prints."""
        made, starts = _SHIPPED["provenance"], _SHIPPED["starts"]
        return {
            "schema": "detente/attributes/1",
            "source": made["source"],
            "from": made["first_year"],
            "to": made["last_year"],
            "crises": made["crises"],
            "penalty": made["penalty"],
            "brier": {"attributes": made["brier_attributes"], "start": made["brier_start"]},
            "attributes": {
                name: {
                    "says": field.description,
                    "allowed": allowed_of(name),
                    "weight": {start: one["weights"][name] for start, one in starts.items()},
                }
                for name, field in ATTRIBUTES.items()
            },
        }


def reference_of(crisis: Crisis) -> Reference | None:
    """Return past crises of the kind that a pack names; None if it names none."""
    kind = crisis.model.reference
    return None if kind is None else Reference(kind)
