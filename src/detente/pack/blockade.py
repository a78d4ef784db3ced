"""What an option may do to a blockade or another such measure: lift, ease or watch it."""

from collections.abc import Iterator, Mapping

from detente.pack.model import Model
from detente.pack.number import Finding
from detente.pack.quantity import Quantity
from detente.text import show

MILDER = {
    "blockade.impose_rate": -1,
    "blockade.lift_rate": 1,
    "blockade.impose_cost": 1,
    "blockade.lift_cost": -1,
    "blockade.challenger_cost": 1,
    "blockade.defender_cost": -1,
    "blockade.ally_cost": 1,
    "blockade.third_cost": -1,
    "blockade.incident_factor": -1,
}
"""Which way each of its numbers makes it rarer, shorter or lighter: up (1) or down (-1)."""
MILDER_HINT = "an option lifts, eases or watches it; who imposes more is for [blockade] to say"


def blockade_rules(model: Model, numbers: Mapping[str, Quantity]) -> Iterator[Finding]:
    """Yield a fault for each option that imposes a blockade, or makes it likelier or heavier."""
    for key, option in model.options.items():
        for name, value in option.change.items():
            path = ("options", key, "change", name)
            if name == "blockade.stands" and value is True:
                yield Finding(path, "true", "false: an option imposes nothing", MILDER_HINT)
            if name not in MILDER or name not in numbers or not isinstance(value, (int, float)):
                continue
            number, is_up = numbers[name], MILDER[name] > 0
            edge = number.high if is_up else number.low
            if value < edge if is_up else value > edge:
                allowed = f"{edge:g} or {'more' if is_up else 'less'}, so that it is no heavier"
                yield Finding(path, show(value), allowed, MILDER_HINT)
