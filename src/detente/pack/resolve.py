"""Every number of a crisis, those included that its pack leaves to defaults and the catalogue."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, NamedTuple

from pydantic import BaseModel

from detente.errors import DetenteError
from detente.pack.military import Arsenal, Layer
from detente.pack.model import Model
from detente.pack.number import Measure, Number, Path, number_findings, quantity_of
from detente.pack.places import key_of, measure_of
from detente.pack.quantity import Quantity
from detente.pack.toml import Unreadable, parse

Table = Mapping[str, Any]
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


class Slot(NamedTuple):
    """A place where a number may stand: what the pack writes there, or what stands in for it.

    It `applies` if its actor has a role that reads it; where a system is not known, its figures
    are not missing.
    """

    path: Path
    measure: Measure
    written: Number | None
    fallback: Number | None
    origin: str
    applies: bool
    is_known_system: bool


def dotted(path: Path) -> str:
    """Return a path as users write it: `correlations[0].of`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            key = part if BARE_KEY.fullmatch(part) else f'"{part}"'
            text += f".{key}" if text else key
    return text


def catalogue(shelf: str) -> Table:
    """Return the known systems of a shelf, `threats` or `layers`, with their figures."""
    return _package_table(f"catalogue/{shelf}.toml")


@cache
def _package_table(name: str) -> Table:
    file = resources.files("detente.pack").joinpath(*name.split("/"))
    table = parse(file.read_text(encoding="utf-8"))
    if isinstance(table, Unreadable):
        raise DetenteError(table.found, where=name, hint="install detente again")
    return MappingProxyType(table)


def slots(model: Model) -> Iterator[Slot]:
    """Yield every place for a number that a crisis has, in the order of the format."""
    yield from _slots_of(model, (), model)


def _slots_of(part: BaseModel, path: Path, model: Model) -> Iterator[Slot]:
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        here = (*path, key_of(name, field))
        measure = measure_of(field)
        if measure is not None:
            yield _slot(part, here, measure, value, model)
        else:
            yield from _slots_below(value, here, model)


def _slots_below(value: object, path: Path, model: Model) -> Iterator[Slot]:
    if isinstance(value, BaseModel):
        yield from _slots_of(value, path, model)
    elif isinstance(value, Mapping):
        for key, below in value.items():
            yield from _slots_below(below, (*path, key), model)


def _slot(
    part: BaseModel, path: Path, measure: Measure, written: Number | None, model: Model
) -> Slot:
    roles = roles_of(path, model)
    applies = not measure.roles or bool(set(measure.roles) & set(roles))
    is_known = not isinstance(part, Arsenal | Layer) or part.system in catalogue(_shelf(part))
    fallback, origin = _fallback(part, path, roles)
    return Slot(path, measure, written, fallback, origin, applies, is_known)


def roles_of(path: Path, model: Model) -> tuple[str, ...]:
    """Return the roles of the actor whose part of the crisis a path is in."""
    is_owned = len(path) > 1 and path[0] in {"actors", "arsenals", "defences"}
    actor = model.actors.get(str(path[1])) if is_owned else None
    return actor.roles if actor else ()


def _shelf(part: Arsenal | Layer) -> str:
    return "threats" if isinstance(part, Arsenal) else "layers"


def _fallback(part: BaseModel, path: Path, roles: tuple[str, ...]) -> tuple[Number | None, str]:
    key = str(path[-1])
    if isinstance(part, Arsenal | Layer):
        figure = _number(f"catalogue/{_shelf(part)}", part.system, key)
        tables = ["arsenals" if isinstance(part, Arsenal) else "layers"]
        if figure is not None:
            return figure, "catalogue"
    else:
        tables = [f"actors.{role}" for role in roles] if path[0] == "actors" else [str(path[0])]
    found = (_number("defaults", table, key) for table in tables)
    default = next((number for number in found if number is not None), None)
    return default, "default" if default else ""


@cache
def _number(file: str, table: str, key: str) -> Number | None:
    below: Any = _package_table(f"{file}.toml")
    for part in (*table.split("."), key):
        below = below.get(part, {})
    return Number.model_validate(below) if below else None


def resting(slot: Slot) -> Number | None:
    """Return the number in a place, if there is one, with what it rests on."""
    if slot.written is None and slot.fallback is not None:
        return as_origin(slot.fallback, slot.origin)
    return slot.written


def as_origin(number: Number, origin: str) -> Number:
    """Return a default or a figure of the catalogue as one that says so."""
    return number.model_copy(update={"because": (origin,)})


def quantities(model: Model) -> Mapping[str, Quantity]:
    """Return every number of a crisis by its dotted path; those with faults are left out."""
    numbers = {}
    for slot in slots(model):
        number = resting(slot)
        if number is None or not slot.applies:
            continue
        if not any(number_findings(number, slot.measure, slot.path)):
            numbers[dotted(slot.path)] = quantity_of(number, slot.measure)
    return MappingProxyType(numbers)
