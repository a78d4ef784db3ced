"""Fields that stand straight under a table whose parts each need a key of their own."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, NamedTuple, get_origin

from pydantic import BaseModel

from detente.pack.model import Model
from detente.pack.number import FORMS, Finding, Number
from detente.pack.places import Place, fields_of, place_below
from detente.pack.toml import Path, Tree, dotted

MOST_LISTED = 4
"""Fields without a key that a fault names."""


class Keyless(NamedTuple):
    """The fields of a part that stand in a table of such parts, without a key of the part's own."""

    table: Path
    fields: tuple[str, ...]
    levels: Annotated[int, "keys from the table to a part: 2 where the first is an actor's"]
    says: str
    is_alone: bool

    @property
    def path(self) -> Path:
        """Return where the fault is: the table, or the first of the fields if others are right."""
        return self.table if self.is_alone else (*self.table, self.fields[0])

    @property
    def finding(self) -> Finding:
        """Return the one fault that these fields are."""
        more = ", …" if len(self.fields) > MOST_LISTED else ""
        found = f"{', '.join(self.fields[:MOST_LISTED])}{more} without a key of their own"
        header = ".".join((dotted(self.table), *("ACTOR", "KEY")[-self.levels :]))
        return Finding(self.path, found, self.says, f"write [{header}]", on_key=True)


def keyless(tree: Tree, root: type[BaseModel] = Model) -> Iterator[Keyless]:
    """Yield the fields of a text that lack the key of their part, table by table."""
    yield from _in_table(tree, (), Place(root, None), "")


def _in_table(table: Tree, path: Path, place: Place, says: str) -> Iterator[Keyless]:
    says = (place.field.description if place.field else None) or says
    kind, levels = _part_of(place.kind)
    fields = tuple(key for key, value in table.items() if levels and not _is_part(value))
    if levels and fields_of(kind).keys() & set(fields):
        yield Keyless(path, fields, levels, says, len(fields) == len(table))
    for key, value in table.items():
        below = place_below(place.kind, key)
        if below is not None and below.kind is not Number and _is_part(value):
            yield from _in_table(value, (*path, key), below, says)


@cache
def _part_of(kind: Any) -> tuple[type[BaseModel], int]:
    """Return the part that a type of table holds, and how many keys lead to it; 0 if it is none."""
    levels = 0
    while isinstance(get_origin(kind), type) and issubclass(get_origin(kind), Mapping):
        bare = place_below(kind, "")
        kind, levels = (bare.kind if bare else None), levels + 1
    is_part = isinstance(kind, type) and issubclass(kind, BaseModel)
    return (kind, levels) if is_part else (Model, 0)


def _is_part(value: Any) -> bool:
    """Say whether a value may be a part: a table, and not one that is a number."""
    if not isinstance(value, dict):
        return False
    is_number = bool(FORMS.keys() & value.keys()) and value.keys() <= Number.model_fields.keys()
    return not is_number
