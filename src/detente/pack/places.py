"""The places of the pack format, found from the models, and the number table."""

import re
import types
import typing
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, NamedTuple, TypeVar, Union

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from detente.pack.model import Model
from detente.pack.number import NumberRow, WrittenNumber
from detente.pack.quantity import unit_in_words
from detente.pack.toml import KeyPath

PATTERN_WORDS = {
    r"^[a-z][a-z0-9_]*$": "small letters, digits and _, a letter first",
    r"^[a-z0-9][a-z0-9-]*$": "small letters, digits and -",
    r"^[0-9a-f]{64}$": "the SHA-256 of the passage: 64 digits 0 to 9 and a to f",
    r"^[A-F][1-6]$": "a letter A to F and a digit 1 to 6, such as C3",
}
KIND_WORDS = {
    "string": "a text in quotes",
    "int": "a whole number",
    "bool": "true or false",
    "float": "a number",
    "date": "a day such as 2026-02-06, without quotes",
    "tuple": "a list in square brackets",
    "dict": "a table",
    "mapping": "a table",
    "model": "a table",
}


Mark = TypeVar("Mark")

REASONS = ("gives", "because", "assumed")
"""Keys that occur in so many tables that they suggest none of them."""


class Allowed(NamedTuple):
    """A place of the format: its type, and its field if it has one."""

    kind: Any
    field: FieldInfo | None

    @property
    def row(self) -> NumberRow | None:
        """Return the number's row, or None if the place holds no number."""
        return row_of(self.field)


def key_of(name: str, field: FieldInfo) -> str:
    """Return the key that a field has in the text."""
    return field.alias or name


def mark_of(field: FieldInfo | None, kind: type[Mark]) -> Mark | None:
    """Return the first mark of a type on a field, or None."""
    marks = field.metadata if field is not None else ()
    return next((mark for mark in marks if isinstance(mark, kind)), None)


def row_of(field: FieldInfo | None) -> NumberRow | None:
    """Return the row of a field that is a number, or None."""
    return mark_of(field, NumberRow)


class WrittenField(NamedTuple):
    """A field of a part of a pack, with the value that the pack has there."""

    path: KeyPath
    part: Annotated[BaseModel, "the part that has the field"]
    field: FieldInfo
    value: Any


def walk(value: object, path: KeyPath = ()) -> Iterator[WrittenField]:
    """Yield every field of a part and of the parts within it, in the order of the format.

    Parts in lists are left out, and so are the keys of a number.
    """
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            here, below = (*path, key_of(name, field)), getattr(value, name)
            yield WrittenField(here, value, field, below)
            if row_of(field) is None:
                yield from walk(below, here)
    elif isinstance(value, Mapping):
        for key, below in value.items():
            yield from walk(below, (*path, key))


@cache
def fields_of(part: type[BaseModel]) -> Mapping[str, FieldInfo]:
    """Return the fields of a part, by their keys in the text."""
    return {key_of(name, field): field for name, field in part.model_fields.items()}


def place_at(path: KeyPath, root: type[BaseModel] = Model) -> Allowed | None:
    """Return the place of the format at a path, or None if the format has none there.

    `root`, here and below: the model of the whole text, a pack unless another is given.
    """
    place = Allowed(root, None)
    for part in path:
        below = place_below(place.kind, part)
        if below is None:
            return None
        place = below
    return place


def place_below(kind: Any, part: str | int) -> Allowed | None:
    """Return the place under a key or index of a value of this bare type."""
    inside = _inside(kind)
    if inside.fields is not None:
        return inside.fields.get(str(part))
    return inside.item if inside.is_table or isinstance(part, int) else None


class _Contents(NamedTuple):
    """Contents of a place: fields by key, or the type of the entries of a table or list."""

    fields: Mapping[str, Allowed] | None = None
    item: Allowed | None = None
    is_table: bool = False


@cache
def _inside(kind: Any) -> _Contents:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        places = {k: Allowed(bare(field.annotation), field) for k, field in fields_of(kind).items()}
        return _Contents(fields=places)
    if origin is tuple:
        return _Contents(item=Allowed(bare(arguments[0]), None))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _Contents(item=Allowed(bare(arguments[1]), None), is_table=True)
    return _Contents()


def bare(kind: Any) -> Any:
    """Return a type without None and without annotations."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in {Union, types.UnionType}:
        return bare(next(arm for arm in arguments if arm is not type(None)))
    return bare(arguments[0]) if origin is typing.Annotated else kind


def is_table(place: Allowed) -> bool:
    """Return whether a place holds a table."""
    inside = _inside(place.kind)
    return inside.fields is not None or inside.is_table


def keys_at(path: KeyPath, root: type[BaseModel] = Model) -> tuple[str, ...]:
    """Return the keys that a table at a path may have; none if they are free."""
    place = place_at(path, root)
    return tuple(_inside(place.kind).fields or ()) if place else ()


def homes_of(key: str, root: type[BaseModel] = Model) -> tuple[str, ...]:
    """Return the top-level tables in which a key exists."""
    paths = (path for path, _ in every_place(root) if len(path) > 1 and path[-1] == key)
    return tuple(dict.fromkeys(path[0] for path in paths if key not in REASONS))


@cache
def every_place(root: type[BaseModel] = Model) -> tuple[tuple[tuple[str, ...], Allowed], ...]:
    """Return every place of the format by path, with * for a free key or an index."""
    return tuple(_below(root, ()))


def _below(kind: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Allowed]]:
    inside = _inside(kind)
    for key, place in (inside.fields or ({"*": inside.item} if inside.item else {})).items():
        yield (*path, key), place
        if place.kind is not WrittenNumber:
            yield from _below(place.kind, (*path, key))


def part_in(kind: Any) -> tuple[type[BaseModel] | None, int, bool]:
    """Return the model of the part in a place of this type, or None.

    Also returns how many free keys lead to it, and whether it is an entry of a list.
    """
    keys = 0
    while _inside(kind).is_table:
        below = place_below(kind, "")
        kind, keys = (below.kind if below else None), keys + 1
    is_list = typing.get_origin(kind) is tuple
    kind = typing.get_args(kind)[0] if is_list else kind
    is_part = isinstance(kind, type) and issubclass(kind, BaseModel)
    return (kind if is_part else None), keys, is_list


def row_words(row: NumberRow) -> str:
    """Return the domain and the meaning of a number, in words."""
    unit = f" [{unit_in_words(row.unit)}]" if row.unit else ""
    return f"{row.limits.words}{unit}: {row.says}"


def words_at(path: KeyPath, root: type[BaseModel] = Model) -> str:
    """Return in words what a path may hold."""
    place = place_at(path, root)
    if place is None:
        return "nothing"
    if place.row is not None:
        return f'a table such as {{ value = 1, assumed = "why" }}; {row_words(place.row)}'
    if typing.get_origin(place.kind) is typing.Literal:
        words = [str(word) for word in typing.get_args(place.kind)]
        return words[0] if len(words) == 1 else f"one of {', '.join(words)}"
    name = getattr(place.kind, "__name__", str(place.kind)).lower()
    return KIND_WORDS.get({"str": "string"}.get(name, name), "a table")


def description_at(path: KeyPath, root: type[BaseModel] = Model) -> str:
    """Return the description of the field at a path, or else the pattern of its text in words."""
    place = place_at(path, root)
    field = place.field if place else None
    if field is None:
        return ""
    patterns = (getattr(mark, "pattern", None) for mark in field.metadata)
    pattern = next((pattern for pattern in patterns if pattern), None)
    return field.description or (pattern_words(pattern) if pattern else "")


def headline_at(path: KeyPath) -> str:
    """Return the headline of a table: its field's description, or its model's first line."""
    place = place_at(path)
    part = getattr(place.kind, "__doc__", None) if place else None
    return description_at(path) or (part or "").split("\n")[0].rstrip(".")


def pattern_words(pattern: str) -> str:
    """Return a pattern in words."""
    return PATTERN_WORDS.get(pattern, pattern)


def quoted(expected: str) -> tuple[str, ...]:
    """Return the words that pydantic lists in single quotes."""
    return tuple(re.findall(r"'([^']*)'", expected))


REFUSED = "a number that does not divide an attack"
INSTEAD = "state it in the pack; detente does not seek the best attack"


def divides_attack(path: str) -> bool:
    """Return whether the number at a dotted path is part of how an attack is put together."""
    row = row_at(path)
    return row is not None and row.divides_attack


@cache
def number_table() -> Mapping[str, NumberRow]:
    """Return the number table: rows by path, with * for a free key."""
    rows = ((".".join(path), place.row) for path, place in every_place())
    return {path: row for path, row in rows if row is not None}


def row_at(path: str) -> NumberRow | None:
    """Return the row of a number by its dotted path, or None."""
    place = place_at(tuple(path.split(".")))
    return place.row if place else None


def meaning_of(path: str) -> str:
    """Return the meaning of a number by its dotted path, or an empty text."""
    row = row_at(path)
    return row.says if row else ""
