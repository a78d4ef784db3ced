"""Refuses options that take, blockade, shorten warning, or add force to whoever begins it.

An option lifts, reduces, notifies, observes, separates or defends. Anything else about an attack
belongs in the pack itself, where it is not ranked.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal, NamedTuple

from detente.pack.model import Change, Model
from detente.pack.number import Finding
from detente.pack.places import INSTEAD, REFUSED, divides_attack
from detente.pack.quantity import Quantity
from detente.pack.sides import side_of
from detente.text import show

Aim = Literal["force", "price", "threat", "warning", "taking", "blockade", "standstill"]
HINTS: Mapping[Aim, str] = {
    "force": "an option may lower, delay or withdraw force of the challenger and its friends",
    "price": "an option may make force dearer for the challenger and its friends, never cheaper",
    "threat": "an option may make the challenger less willing to use force or threaten, never more",
    "warning": "an option may lengthen warning, never shorten it",
    "taking": "an option may make a taking harder, never easier",
    "blockade": "an option lifts, eases or watches it; who imposes more is for the pack to say",
    "standstill": "an option makes a standstill likelier, longer or firmer, and no breach cheaper",
}
"""What an option may do instead."""
OF_FORCE = ("any_war", "war", "regional_war", "force", "deal", "deal_ever", "agreement")
"""Outcomes for which a number of the challenger's force may take several values."""


class Guarded(NamedTuple):
    """Fields that an option may move in one direction only."""

    aim: Aim
    way: Annotated[int, "1 if they may only be raised or put off, -1 if lowered, 0 if neither"]
    fields: Annotated[str, "their dotted paths, as a regular expression"]
    of_attacker: Annotated[bool | None, "of one side's actors alone, with its friends"] = None


GUARDED = (
    Guarded("force", -1, r"forces\.\w+\.(level|deployed|leaves)", of_attacker=True),
    Guarded("force", 1, r"forces\.\w+\.arrives", of_attacker=True),
    # An event that brings force may come later.
    Guarded("force", 1, r"events\.\w+\.(date|luck)", of_attacker=True),
    Guarded("force", -1, r"posture\.(presence|raise_ordered)|plans\.effort\.\w+"),
    Guarded("force", -1, r"moves\.(challenger_strike|campaign_readiness)|\w+\.strike_factor"),
    Guarded("force", 1, r"moves\.raise_cost|actors\.\w+\.force_cost"),
    Guarded(
        "price",
        1,
        r"actors\.\w+\.(war_cost|strike_cost|standing_start_cost|hit_price)",
        of_attacker=True,
    ),
    # An ultimatum is the challenger's alone; the defender's vow (`moves.vow`) is free.
    Guarded("threat", -1, r"moves\.(challenger_motive|ultimatum)|talks\.ultimatum_runs"),
    Guarded("threat", -1, r"war\.strike_motive"),
    Guarded("threat", -1, r"actors\.\w+\.motive", of_attacker=True),
    Guarded(
        "force",
        -1,
        r"actors\.\w+\.(presence|raise_rate|join_probability|stands_by|consent|strike_rate\w*)",
        of_attacker=True,
    ),
    Guarded("force", -1, r"actors\.\w+\.troops\.(strength|ready)", of_attacker=True),
    Guarded("force", 1, r"actors\.\w+\.troops\.days_to_move", of_attacker=True),
    Guarded(
        "force",
        -1,
        r"arsenals\.\w+\.\w+\.(launch_capacity|replenishment|reliability|hit_damage|returns)",
        of_attacker=True,
    ),
    Guarded("force", 0, r"land\.\w+"),
    Guarded("warning", 1, r"posture\.raise_days|ultimatum\.days|incidents\.sensitivity"),
    Guarded("warning", 1, r"events\.\w+\.foreseen"),
    Guarded("warning", -1, r"arsenals\.\w+\.\w+\.speed", of_attacker=True),
    Guarded("warning", 1, r"arsenals\.\w+\.\w+\.cross_section", of_attacker=True),
    Guarded(
        "warning",
        1,
        r"defences\.\w+\.(detection_\w+|radar_height|tracking_probability)",
        of_attacker=False,
    ),
    Guarded("warning", -1, r"defences\.\w+\.silence", of_attacker=False),
    Guarded("taking", -1, r"issues\.\w+\.takeable|taking\.(rate|holds)"),
    Guarded("taking", 1, r"taking\.(protest_cost|reversal_\w+)"),
    Guarded("blockade", 1, r"blockade\.(lift_rate|impose_cost|challenger_cost|ally_cost)"),
    Guarded(
        "blockade",
        -1,
        r"blockade\.(stands|impose_rate|lift_cost|defender_cost|third_cost|incident_factor)",
    ),
    Guarded("blockade", -1, r"sanctions\.defender_cost"),
    Guarded("standstill", 1, r"standstill\.(offers|days|breach_cost)"),
    Guarded("standstill", -1, r"standstill\.incident_factor"),
)
"""Refused changes, in addition to those of numbers that divide an attack (`divides_attack`)."""


def guard_findings(model: Model, numbers: Mapping[str, Quantity]) -> Iterator[Finding]:
    """Yield a fault for each change that no option may make."""
    for key, option in model.options.items():
        for name, value in option.change.items():
            path = ("options", key, "change", name)
            if divides_attack(name):
                yield Finding(path, name, REFUSED, INSTEAD, on_key=True)
            for aim, allowed in _refusals(name, value, model, numbers):
                yield Finding(path, show(value), allowed, HINTS[aim])


def is_initiators_force(name: str, model: Model, numbers: Mapping[str, Quantity]) -> bool:
    """Return whether a field says how much force the challenger and its friends have, and when."""
    return any(
        aim == "force"
        and bool(re.fullmatch(fields, name))
        and (of_attacker is None or of_attacker == _is_of_attacker(name, model, numbers))
        for aim, _, fields, of_attacker in GUARDED
    )


def _refusals(
    name: str, value: Change, model: Model, numbers: Mapping[str, Quantity]
) -> Iterator[tuple[Aim, str]]:
    """Yield the reasons to refuse a change, and what is allowed instead."""
    for aim, way, fields, of_attacker in GUARDED:
        if not re.fullmatch(fields, name):
            continue
        if of_attacker is not None and of_attacker != _is_of_attacker(name, model, numbers):
            continue
        *parts, field = name.split(".")
        holder = _part(model, parts)
        known, number = getattr(holder, field, None), numbers.get(name)
        if isinstance(value, bool) and isinstance(known, bool):
            if value != (way > 0):
                yield aim, show(way > 0)
        elif isinstance(value, date) and isinstance(known, date):
            if value < known if way > 0 else value > known:
                yield aim, f"{show(known)}, as in the pack, or {'later' if way > 0 else 'earlier'}"
        elif isinstance(value, (int, float)) and holder is not None:
            # Whichever of its values a number has in a world, an option moves it no other way.
            level = known if isinstance(known, int) else None
            end = level if number is None else number.high if way > 0 else number.low
            if way == 0:
                yield aim, "no change of this field"
            elif end is None:
                yield aim, "no change where the pack leaves it out"
            elif way * value < way * end:
                yield aim, f"{end:g}, as in the pack, or {'more' if way > 0 else 'less'}"


def _part(model: Model, path: Sequence[str]) -> object:
    """Return the part of a model at a path, or None if there is none."""
    part: Any = model
    for key in path:
        part = part.get(key) if isinstance(part, Mapping) else getattr(part, key, None)
    return part


def _is_of_attacker(name: str, model: Model, numbers: Mapping[str, Quantity]) -> bool:
    """Return whether a field is the challenger's, its friend's, or an event's that brings force."""
    table, key, *_ = name.split(".")
    if table == "events":
        event = model.events.get(key)
        changes = event.change.items() if event else ()
        return any(True for change in changes for _ in _refusals(*change, model, numbers))
    owner = model.forces[key].actor if key in model.forces and table == "forces" else key
    return owner in model.actors and side_of(model.actors[owner], model) == "challenger"
