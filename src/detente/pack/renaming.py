"""Keys that differ between two packs although what stands under them is the same."""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from pydantic import BaseModel

from detente.evidence.ledger import ORIGINS
from detente.pack.crisis import Crisis
from detente.pack.military import Force
from detente.pack.model import Model
from detente.pack.quantity import Quantity
from detente.pack.toml import KeyPath, dotted

ACTORS = (("actors",), ("arsenals",), ("defences",))
"""The tables that have the key of an actor; the first tells whether it is the same."""

ACTORS_OF_A_FORCE = ("actor", "host")
"""The fields by which a force names actors."""


class Rename(NamedTuple):
    """A key of a table that is another one in the second pack."""

    table: KeyPath
    old: str
    new: str

    @property
    def before(self) -> str:
        """Return the dotted path of what was renamed, below keys that the second pack has."""
        return dotted((*self.table, self.old))

    @property
    def after(self) -> str:
        """Return the dotted path that it has now."""
        return dotted((*self.table, self.new))


class _Part(NamedTuple):
    """What stands under a key: as it is written, and all its numbers."""

    written: BaseModel
    numbers: Mapping[str, Quantity]


def align(before: Crisis, after: Crisis) -> tuple[Crisis, tuple[Rename, ...]]:
    """Return the first of two packs with the keys of the second, and what this renames.

    A part is renamed if only the first pack has its key, only the second has the other, and all
    numbers under the two are the same, with what they rest on. Defaults and figures of the
    catalogue are the same for many: where no number is written, all else must be the same too.
    """
    aligned, actors = _aligned(before, after, [ACTORS[0]])
    aligned, others = _aligned(aligned, after, list(_tables(aligned.model)))
    return aligned, (*actors, *others)


def _tables(model: Model) -> Iterator[KeyPath]:
    """Yield the tables but that of actors in which a key may be renamed."""
    yield from (("issues",), ("forces",), ("indicators",), ("signs",))
    yield from (("arsenals", actor) for actor in model.arsenals)
    yield from (("defences", actor, "layers") for actor in model.defences)


def _aligned(
    before: Crisis, after: Crisis, tables: Sequence[KeyPath]
) -> tuple[Crisis, tuple[Rename, ...]]:
    renames = tuple(rename for table in tables for rename in _renames(before, after, table))
    for rename in renames:
        before = _renamed(before, rename)
    return before, renames


def _renames(before: Crisis, after: Crisis, table: KeyPath) -> Iterator[Rename]:
    old, new = _parts(before, table), _parts(after, table)
    gone = {key: part for key, part in old.items() if key not in new}
    come = {key: part for key, part in new.items() if key not in old}
    for is_same in (operator.eq, _has_its_numbers):  # the surest first
        for key, part in tuple(gone.items()):
            found = next((other for other in come if is_same(part, come[other])), None)
            if found is not None:
                del gone[key], come[found]
                yield Rename(table, key, found)


def _has_its_numbers(part: _Part, other: _Part) -> bool:
    is_written = any(not set(ORIGINS) & set(number.because) for number in part.numbers.values())
    return is_written and part.numbers == other.numbers


def _parts(crisis: Crisis, path: KeyPath) -> Mapping[str, _Part]:
    table: Any = crisis.model
    for key in path:
        is_part = isinstance(table, BaseModel)
        table = getattr(table, str(key)) if is_part else table.get(key, {})
    return {key: _Part(part, _numbers_under(crisis, (*path, key))) for key, part in table.items()}


def _numbers_under(crisis: Crisis, path: KeyPath) -> Mapping[str, Quantity]:
    start = f"{dotted(path)}."
    return {
        field.removeprefix(start): number
        for field, number in crisis.numbers.items()
        if field.startswith(start)
    }


def _renamed(crisis: Crisis, rename: Rename) -> Crisis:
    """Return a crisis in which a part has its new key, also where others name it."""
    tables = ACTORS if rename.table == ACTORS[0] else (rename.table,)
    model = crisis.model
    for table in tables:
        model = _with_key(model, table, rename)
    if rename.table == ACTORS[0]:
        model = model.model_copy(update={"forces": _with_actor(model.forces, rename)})

    def moved(field: str) -> str:
        starts = {dotted((*table, rename.old)): dotted((*table, rename.new)) for table in tables}
        start = next((start for start in starts if field.startswith(f"{start}.")), "")
        return starts.get(start, "") + field.removeprefix(start)

    numbers = {moved(field): number for field, number in crisis.numbers.items()}
    return replace(crisis, model=_with_paths(model, moved), numbers=numbers)


def _with_key(part: Any, table: KeyPath, rename: Rename) -> Any:
    """Return a part with the new key in a table that lies below it."""
    if not table:
        return {rename.new if key == rename.old else key: below for key, below in part.items()}
    key, rest = str(table[0]), table[1:]
    if isinstance(part, BaseModel):
        return part.model_copy(update={key: _with_key(getattr(part, key), rest, rename)})
    return {**part, key: _with_key(part[key], rest, rename)}


def _with_actor(forces: Mapping[str, Force], rename: Rename) -> Mapping[str, Force]:
    moved = {}
    for key, force in forces.items():
        named = [role for role in ACTORS_OF_A_FORCE if getattr(force, role) == rename.old]
        moved[key] = force.model_copy(update=dict.fromkeys(named, rename.new))
    return moved


def _with_paths(model: Model, moved: Callable[[str], str]) -> Model:
    """Return a model in which options and correlations name fields by their new paths."""
    options = {}
    for key, option in model.options.items():
        change = {moved(field): value for field, value in option.change.items()}
        options[key] = option.model_copy(update={"change": change})
    correlations = tuple(
        pair.model_copy(update={"of": tuple(map(moved, pair.of))}) for pair in model.correlations
    )
    return model.model_copy(update={"options": options, "correlations": correlations})
