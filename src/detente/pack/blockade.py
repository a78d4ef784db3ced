"""What an option may do to a blockade, sanctions or a standstill: lift or ease, keep or renew."""

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
FIRMER = {
    "standstill.offers": 1,
    "standstill.days": 1,
    "standstill.breach_cost": 1,
    "standstill.incident_factor": -1,
}
"""The same of a standstill: which way it is likelier, longer or firmer."""
FIRMER_HINT = "an option makes a standstill likelier, longer or firmer, and no breach cheaper"


def blockade_rules(model: Model, numbers: Mapping[str, Quantity]) -> Iterator[Finding]:
    """Yield a fault for each option that imposes a blockade, or makes it likelier or heavier.

    So it is with one that makes a standstill rarer, shorter or easier to break.
    """
    for key, option in model.options.items():
        for name, value in option.change.items():
            path = ("options", key, "change", name)
            if name == "blockade.stands" and value is True:
                yield Finding(path, "true", "false: an option imposes nothing", MILDER_HINT)
            is_up = MILDER.get(name) or FIRMER.get(name)
            if is_up is None or name not in numbers or not isinstance(value, (int, float)):
                continue
            edge = numbers[name].high if is_up > 0 else numbers[name].low
            if value < edge if is_up > 0 else value > edge:
                worse, hint = "heavier", MILDER_HINT
                if name in FIRMER:
                    worse, hint = "weaker", FIRMER_HINT
                allowed = f"{edge:g} or {'more' if is_up > 0 else 'less'}, so that it is no {worse}"
                yield Finding(path, show(value), allowed, hint)
