"""Where a pack may have tables of its own: what a new one begins with, what may be taken out."""

import typing
from collections.abc import Collection, Iterator
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel

from detente.pack.crisis import Reading
from detente.pack.fields import Field, field_at
from detente.pack.files import merge
from detente.pack.model import Model
from detente.pack.places import (
    REASONS,
    Allowed,
    fields_of,
    headline_at,
    is_table,
    measure_of,
    place_at,
    place_below,
)
from detente.pack.toml import KeyPath, dotted
from detente.text import headed


class Opening(NamedTuple):
    """A place in which a pack may have tables of its own."""

    home: Annotated[KeyPath, "the table that holds such tables; for a single one its own path"]
    keys: Annotated[int, "how many keys of its own lead to it; a list and a single one need none"]
    is_list: bool
    says: Annotated[str, "what such tables are"]
    entries: Annotated[tuple[KeyPath, ...], "those that are there"]

    @property
    def name(self) -> str:
        """Return its home as users write it."""
        return dotted(self.home)

    @property
    def is_free(self) -> bool:
        """Say whether one more may stand there."""
        return bool(self.keys) or self.is_list or not self.entries

    def path(self, keys: tuple[str, ...]) -> KeyPath:
        """Return the path of a new table with keys of its own."""
        return (*self.home, len(self.entries)) if self.is_list else (*self.home, *keys)


def openings(reading: Reading) -> tuple[Opening, ...]:
    """Return where a pack may have tables of its own, in the order of the format."""
    return tuple(_below(merge(reading.text.files).tree, (), Model))


def _below(tree: Any, path: KeyPath, part: type[BaseModel]) -> Iterator[Opening]:
    for key, field in fields_of(part).items():
        here = (*path, key)
        place = place_below(part, key)
        there = tree.get(key) if isinstance(tree, dict) else None
        if place is None or measure_of(field) is not None:
            continue
        kind, keys, is_list = _part_in(place)
        if kind is None:
            continue
        entries = tuple(_entries(there, here, keys, is_list=is_list))
        if keys or is_list or field.default is None:
            yield Opening(here, keys, is_list, headed(headline_at(here)), entries)
        for entry in entries:
            yield from _below(_at(tree, entry[len(path) :]), entry, kind)


def _part_in(place: Allowed) -> tuple[type[BaseModel] | None, int, bool]:
    """Return the part that a place holds, how many keys lead to it, and whether it is in a list."""
    kind, keys = place.kind, 0
    while isinstance(typing.get_origin(kind), type) and is_table(Allowed(kind, None)):
        below = place_below(kind, "")
        kind, keys = (below.kind if below else None), keys + 1
    is_list = typing.get_origin(kind) is tuple
    kind = typing.get_args(kind)[0] if is_list else kind
    is_part = isinstance(kind, type) and issubclass(kind, BaseModel)
    return (kind if is_part else None), keys, is_list


def _entries(there: Any, path: KeyPath, keys: int, *, is_list: bool) -> Iterator[KeyPath]:
    """Yield the paths of the tables that are there."""
    if is_list:
        many = len(there) if isinstance(there, tuple) else 0
        yield from ((*path, place) for place in range(many))
    elif keys and isinstance(there, dict):
        for key, value in there.items():
            yield from _entries(value, (*path, key), keys - 1, is_list=False)
    elif not keys and isinstance(there, dict):
        yield path


def _at(tree: Any, path: KeyPath) -> Any:
    for part in path:
        tree = tree[part]
    return tree


def near(every: tuple[Opening, ...], table: str) -> list[Opening]:
    """Return where one more table may stand: in a table or next to it, or at the top."""
    free = [one for one in every if one.is_free]
    if not table:
        return [one for one in free if len(one.home) == 1]
    within = [one for one in free if dotted(one.home[:-1]) == table]
    return within + [one for one in free if table in {one.name, *map(dotted, one.entries)}]


def begun_with(path: KeyPath, wanted: Collection[str]) -> tuple[Field, ...]:
    """Return the fields of a new table that it cannot do without, and others that are wanted."""
    place = place_at(path)
    kind = place.kind if place else None
    known = fields_of(kind) if isinstance(kind, type) and issubclass(kind, BaseModel) else {}
    needed = {key for key, field in known.items() if field.is_required()} | {*REASONS, *wanted}
    return tuple(field_at((*path, key)) for key in known if key in needed - {"gives"})
