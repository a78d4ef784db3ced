"""Resolves every number of a crisis, filling in defaults and figures of the catalogue."""

import weakref
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from pydantic import BaseModel

from detente.evidence.ledger import ORIGINS
from detente.pack.military import Against
from detente.pack.model import DatedEvent, Model
from detente.pack.number import (
    NumberRow,
    OfCatalogue,
    WrittenNumber,
    number_findings,
    quantity_of,
)
from detente.pack.places import fields_of, mark_of, place_at, row_of, walk
from detente.pack.quantity import Quantity
from detente.pack.sides import opponents
from detente.pack.toml import KeyPath, dotted, read_shipped

Table = Mapping[str, Any]
OF_DEFENCE = ("detection_probability",)
"""Figures that a defence gives for all its layers and all kinds of weapons."""
NO_PROGRAMME = WrittenNumber(
    value=0.0, assumed="the defender has no programme", because=("default",)
)


class Slot(NamedTuple):
    """A place for a number in a crisis: what the pack writes there, and its fallback.

    `applies` is false if none of the actor's roles reads the number. Figures of an unknown system
    (`is_known_system` false) are not reported as missing.
    """

    path: KeyPath
    row: NumberRow
    written: WrittenNumber | None
    fallback: WrittenNumber | None
    origin: str
    applies: bool
    is_known_system: bool


def catalogue(shelf: str) -> Table:
    """Return a shelf of the catalogue (`threats`, `layers` or `radars`): systems and figures."""
    return read_shipped(f"catalogue/{shelf}.toml")


def systems_at(path: KeyPath) -> tuple[str, ...]:
    """Return the systems that the field at a path may name; empty if it names none."""
    place = place_at(path)
    mark = mark_of(place.field, OfCatalogue) if place is not None else None
    return tuple(catalogue(mark.shelf)) if mark is not None else ()


def slots(model: Model) -> tuple[Slot, ...]:
    """Return every place for a number in a crisis, in the order of the format.

    Cached for the life of the model, which never changes.
    """
    found = _SLOTS.get(id(model))
    if found is None:
        found = _SLOTS[id(model)] = tuple(_slots_of(model))
        weakref.finalize(model, _SLOTS.pop, id(model)).atexit = False
    return found


_SLOTS: dict[int, tuple[Slot, ...]] = {}
"""Slots found so far, by the identity of their model."""


def _slots_of(model: Model) -> Iterator[Slot]:
    for path, part, field, written in walk(model):
        row = row_of(field)
        if row is None:
            continue
        roles = roles_of(path, model)
        applies = not row.roles or bool(set(row.roles) & set(roles))
        naming, shelf = _naming(type(part))
        system = (getattr(part, naming) or "") if naming else ""
        fallback = row.default_of(roles or (str(path[-2]),)) if applies else None
        if isinstance(part, Against):
            fallback = _of_kind_in_catalogue(path, model)
        elif row.of_programme and not has_programme(model):
            fallback = NO_PROGRAMME
        elif isinstance(part, DatedEvent) and part.between is None:
            fallback = None  # a day that is known needs no luck
        elif system:
            fallback = _in_catalogue(shelf, system, str(path[-1])) or fallback
        origin = fallback.because[0] if fallback is not None else ""
        is_known = not system or system in catalogue(shelf)
        yield Slot(path, row, written, fallback, origin, applies, is_known)


@cache
def _naming(part: type[BaseModel]) -> tuple[str, str]:
    """Return the field by which a type of part names a system, and its shelf of the catalogue."""
    marks = ((key, mark_of(field, OfCatalogue)) for key, field in fields_of(part).items())
    return next(((key, mark.shelf) for key, mark in marks if mark is not None), ("", ""))


def roles_of(path: KeyPath, model: Model) -> tuple[str, ...]:
    """Return the roles of the actor to whom the part at a path belongs."""
    is_owned = len(path) > 1 and path[0] in {"actors", "arsenals", "defences"}
    actor = model.actors.get(str(path[1])) if is_owned else None
    return actor.roles if actor else ()


def has_programme(model: Model) -> bool:
    """Return whether the defender has a programme, that is, whether its hardness is given."""
    return any(defence.programme_hardness is not None for defence in model.defences.values())


def _of_kind_in_catalogue(path: KeyPath, model: Model) -> WrittenNumber | None:
    """Return the catalogue's figure of a layer against a kind of weapons that it meets.

    A figure that the pack itself gives for all kinds takes precedence: then None.
    """
    _, owner, _, key, _, kind, figure = map(str, path)
    defence = model.defences[owner]
    layer = defence.layers[key]
    given = getattr(defence if figure in OF_DEFENCE else layer, figure, None)
    # One that only repeats what stands in for it is none of the pack's own.
    is_own = given is not None and not set(ORIGINS) & set(given.because)
    if is_own or kind not in kinds_met(model, owner):
        return None
    return _in_catalogue("layers", f"{layer.system}.against.{kind}", figure)


def kinds_met(model: Model, owner: str) -> tuple[str, ...]:
    """Return the kinds of weapons that an actor's defence may meet: all of the other side's."""
    others = [model.arsenals.get(key, {}) for key in opponents(model, owner)]
    kinds = [kind_of(arsenal.system) for classes in others for arsenal in classes.values()]
    return tuple(dict.fromkeys(kinds))


def kind_of(system: str) -> str:
    """Return the kind of a class of weapons, as layers distinguish them, from the catalogue."""
    return str(catalogue("threats").get(system, {}).get("kind", ""))


@cache
def _in_catalogue(shelf: str, table: str, key: str) -> WrittenNumber | None:
    """Return a figure of the catalogue as a number whose origin is the catalogue."""
    below: Any = catalogue(shelf)
    for part in (*table.split("."), key):
        below = below.get(part, {})
    return WrittenNumber.model_validate({**below, "because": "catalogue"}) if below else None


def resting(slot: Slot) -> WrittenNumber | None:
    """Return the number in a place: the written one, else its fallback, else None."""
    return slot.fallback if slot.written is None else slot.written


def quantities(model: Model) -> Mapping[str, Quantity]:
    """Return every number of a crisis by its dotted path, without those that have faults."""
    numbers = {}
    for slot in slots(model):
        number = resting(slot)
        if number is None or not slot.applies:
            continue
        # Defaults and the catalogue are without faults: their own tests see to that.
        if number is slot.fallback or not any(number_findings(number, slot.row, slot.path)):
            numbers[dotted(slot.path)] = quantity_of(number, slot.row, model.accepted_set)
    return MappingProxyType(numbers)
