"""One side's defence over all campaigns: what it met, what it and the attacker lost, its layers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from detente.analysis.engagement.arena import owners
from detente.analysis.engagement.days import Day, tell_days
from detente.analysis.engagement.fighting import Fought
from detente.analysis.engagement.figures import Figure, Key, figures_of
from detente.analysis.engagement.systems import (
    System,
    systems,
    weapons_without_claim,
    without_claim,
)
from detente.analysis.engagement.terms import SIDES
from detente.analysis.nesting import nested
from detente.ensemble.shares import Share
from detente.pack import Crisis


@dataclass(frozen=True)
class Defended:
    """What a side's defence met, and what it and the attacker lost."""

    side: str
    party: str
    attacker: str
    systems: tuple[System, ...] = field(repr=False)
    classes: tuple[str, ...]
    unproven: tuple[str, ...]
    unpriced: tuple[str, ...]
    figures: Mapping[Key, Figure | Share] = field(repr=False)
    days: tuple[Day, ...] = field(repr=False)

    def get(self, *key: str) -> float | None:
        """Return a number, or the share of campaigns in which something is so."""
        figure = self.figures.get(key)
        return None if figure is None else figure[0]

    def as_json(self) -> dict[str, Any]:
        """Return this side as JSON has it."""
        return {
            "party": self.party,
            "attacker": self.attacker,
            "layers": [{**each._asdict(), "because": list(each.because)} for each in self.systems],
            "classes": list(self.classes),
            "unproven": list(self.unproven),
            "unpriced": list(self.unpriced),
            "figures": nested(self.figures),
            "days": [_day_as_json(day) for day in self.days],
        }


def _day_as_json(day: Day) -> dict[str, Any]:
    figures = {name: figure._asdict() for name, figure in day.figures.items()}
    return {"day": day.day, "is_raid": day.is_raid, **figures}


def tell_side(crisis: Crisis, side: str, raids: int, fought: Sequence[Fought]) -> Defended:
    """Return what the campaigns of all worlds say of one side's defence."""
    place = SIDES.index(side)
    owner, attacker = owners(crisis)[place], owners(crisis)[1 - place]
    return Defended(
        side,
        party=crisis.model.actors[owner].name,
        attacker=crisis.model.actors[attacker].name,
        systems=systems(crisis, owner),
        classes=tuple(crisis.model.arsenals.get(attacker, {})),
        unproven=without_claim(crisis, owner),
        unpriced=weapons_without_claim(crisis, attacker),
        figures=figures_of([each.outcomes[place] for each in fought]),
        days=tell_days([each.days[place] for each in fought], raids),
    )
