"""Every number of a crisis, those included that its pack leaves to defaults and the catalogue."""

import weakref
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from pydantic import BaseModel

from detente.evidence.ledger import ORIGINS
from detente.pack.military import Against, Arsenal, Defence, Layer
from detente.pack.model import DatedEvent, Model
from detente.pack.number import NumberRow, WrittenNumber, number_findings, quantity_of
from detente.pack.places import key_of, row_of
from detente.pack.quantity import Quantity
from detente.pack.sides import opponents
from detente.pack.toml import KeyPath, dotted, read_shipped

Table = Mapping[str, Any]
SHELVES = {"arsenals": "threats", "defences": "layers"}
"""The shelf of the catalogue that holds the systems of a table."""
OF_DEFENCE = ("detection_probability",)
"""What a whole defence gives for all its layers and all kinds of weapons."""
RADARS = "radars"
"""The shelf of the radars that a defence may name."""
OF_PROGRAMME = frozenset(
    {
        ("programme", "growth_rate"),
        ("moves", "advance"),
        ("aims", "challenger", "programme"),
        ("war", "direct_action_success"),
    }
)
"""What happens to a programme alone: to none of it, where the defender has none."""
NO_PROGRAMME = WrittenNumber(
    value=0.0, assumed="the defender has no programme", because=("default",)
)


class Slot(NamedTuple):
    """A place where a number may stand: what the pack writes there, or what stands in for it.

    It `applies` if its actor has a role that reads it; where a system is not known, its figures
    are not missing.
    """

    path: KeyPath
    row: NumberRow
    written: WrittenNumber | None
    fallback: WrittenNumber | None
    origin: str
    applies: bool
    is_known_system: bool


def catalogue(shelf: str) -> Table:
    """Return the known systems of a shelf, `threats`, `layers` or `radars`, with their figures."""
    return read_shipped(f"catalogue/{shelf}.toml")


def systems_at(path: KeyPath) -> tuple[str, ...]:
    """Return the systems that a field at a path may name, or none if it names no system."""
    shelf = None
    if len(path) > 1 and path[-1] == "system":
        shelf = SHELVES.get(str(path[0]))
    elif len(path) == len(("defences", "actor", "radar")) and path[-1] == "radar":
        shelf = RADARS
    return tuple(catalogue(shelf)) if shelf else ()


def slots(model: Model) -> tuple[Slot, ...]:
    """Return every place for a number that a crisis has, in the order of the format.

    They are found once and kept as long as the model, of which no part ever changes.
    """
    found = _SLOTS.get(id(model))
    if found is None:
        found = _SLOTS[id(model)] = tuple(_slots_of(model, (), model))
        weakref.finalize(model, _SLOTS.pop, id(model)).atexit = False
    return found


_SLOTS: dict[int, tuple[Slot, ...]] = {}
"""Those that were found, by the identity of their model."""


def _slots_of(part: BaseModel, path: KeyPath, model: Model) -> Iterator[Slot]:
    roles = roles_of(path, model)
    system = _system_of(part)
    is_known = system is None or system[1] in catalogue(system[0])
    for name, key, row in _fields(type(part)):
        value, here = getattr(part, name), (*path, key)
        if row is None:
            yield from _slots_below(value, here, model)
            continue
        applies = not row.roles or bool(set(row.roles) & set(roles))
        if isinstance(part, Against):
            fallback, origin = _fallback_by_kind(here, model)
        elif here in OF_PROGRAMME and not has_programme(model):
            fallback, origin = NO_PROGRAMME, "default"
        else:
            default = row.default_of(roles or (str(path[-1]),)) if applies else None
            fallback, origin = _fallback(part, here, default)
        yield Slot(here, row, value, fallback, origin, applies, is_known)


@cache
def _fields(part: type[BaseModel]) -> tuple[tuple[str, str, NumberRow | None], ...]:
    """Return the name, the key and the row of each field of a part."""
    fields = part.model_fields.items()
    return tuple((name, key_of(name, field), row_of(field)) for name, field in fields)


def _slots_below(value: object, path: KeyPath, model: Model) -> Iterator[Slot]:
    if isinstance(value, BaseModel):
        yield from _slots_of(value, path, model)
    elif isinstance(value, Mapping):
        for key, below in value.items():
            yield from _slots_below(below, (*path, key), model)


def roles_of(path: KeyPath, model: Model) -> tuple[str, ...]:
    """Return the roles of the actor whose part of the crisis a path is in."""
    is_owned = len(path) > 1 and path[0] in {"actors", "arsenals", "defences"}
    actor = model.actors.get(str(path[1])) if is_owned else None
    return actor.roles if actor else ()


def has_programme(model: Model) -> bool:
    """Say whether the defender has a programme: whether its pack says how hard that is to break."""
    return any(defence.programme_hardness is not None for defence in model.defences.values())


def _system_of(part: BaseModel) -> tuple[str, str] | None:
    """Return the shelf of the catalogue and the system there that a part names, if it does."""
    if isinstance(part, Arsenal):
        return SHELVES["arsenals"], part.system
    if isinstance(part, Layer):
        return SHELVES["defences"], part.system
    if isinstance(part, Defence) and part.radar is not None:
        return RADARS, part.radar
    return None


def _fallback(
    part: BaseModel, path: KeyPath, default: WrittenNumber | None
) -> tuple[WrittenNumber | None, str]:
    system = _system_of(part)
    if isinstance(part, DatedEvent) and part.between is None:
        return None, ""
    if system is not None:
        shelf, name = system
        figure = _in_catalogue(shelf, name, str(path[-1]))
        if figure is not None:
            return figure, "catalogue"
    return default, default.because[0] if default else ""


def _fallback_by_kind(path: KeyPath, model: Model) -> tuple[WrittenNumber | None, str]:
    """Return what the catalogue has of a layer against a kind of weapons that it meets.

    A number that the pack gives for all kinds goes before it.
    """
    _, owner, _, key, _, kind, figure = map(str, path)
    defence = model.defences[owner]
    layer = defence.layers[key]
    of_all = defence if figure in OF_DEFENCE else layer
    given = getattr(of_all, figure, None)
    # One that only repeats what stands in for it is none of the pack's own.
    is_own = given is not None and not set(ORIGINS) & set(given.because)
    if is_own or kind not in kinds_met(model, owner):
        return None, ""
    number = _in_catalogue("layers", f"{layer.system}.against.{kind}", figure)
    return number, "catalogue" if number else ""


def kinds_met(model: Model, owner: str) -> tuple[str, ...]:
    """Return the kinds of weapons that an actor's defence may meet: all of the other side."""
    others = [model.arsenals.get(key, {}) for key in opponents(model, owner)]
    kinds = [kind_of(arsenal.system) for classes in others for arsenal in classes.values()]
    return tuple(dict.fromkeys(kinds))


def kind_of(system: str) -> str:
    """Return the kind of a class of weapons of the catalogue, as layers distinguish them."""
    return str(catalogue("threats").get(system, {}).get("kind", ""))


@cache
def _in_catalogue(shelf: str, table: str, key: str) -> WrittenNumber | None:
    """Return a figure of the catalogue, as a number that rests on being that."""
    below: Any = catalogue(shelf)
    for part in (*table.split("."), key):
        below = below.get(part, {})
    return WrittenNumber.model_validate({**below, "because": "catalogue"}) if below else None


def resting(slot: Slot) -> WrittenNumber | None:
    """Return the number in a place, if there is one, with what it rests on."""
    return slot.fallback if slot.written is None else slot.written


def quantities(model: Model) -> Mapping[str, Quantity]:
    """Return every number of a crisis by its dotted path; those with faults are left out."""
    numbers = {}
    for slot in slots(model):
        number = resting(slot)
        if number is None or not slot.applies:
            continue
        # Defaults and the catalogue are without faults: their own tests see to that.
        if number is slot.fallback or not any(number_findings(number, slot.row, slot.path)):
            numbers[dotted(slot.path)] = quantity_of(number, slot.row, model.accepted_set)
    return MappingProxyType(numbers)
