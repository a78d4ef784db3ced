"""Puts a chosen text into every free-text field of a pack, found by walking the schema of packs."""

import json
import typing
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from annotated_types import MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from detente.evidence.claim import StandIn
from detente.pack.places import fields_of


def is_free(one: FieldInfo) -> bool:
    """Say whether a field takes any text."""
    marks = [*one.metadata, *_marks(one.annotation)]
    return any(isinstance(mark, StandIn) and mark.value == "text" for mark in marks)


def _least(one: FieldInfo) -> int:
    """Return how many texts a list of them holds at least; 0 for a text."""
    return max((mark.min_length for mark in one.metadata if isinstance(mark, MinLen)), default=0)


def _marks(kind: Any) -> Iterator[Any]:
    yield from getattr(kind, "__metadata__", ())
    for argument in typing.get_args(kind):
        yield from _marks(argument)


def armed(value: Any, kind: Any, payload: str, seen: Counter[str]) -> Any:
    """Return a value of a pack in which every free text is the payload; `seen` counts by field."""
    if isinstance(value, Mapping):
        part = _part_for(value, kind)
        if part is not None:
            return _armed_part(value, part, payload, seen)
        below = next((args[1] for args in _mappings(kind)), None)
        return {key: armed(one, below, payload, seen) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [armed(one, kind, payload, seen) for one in value]
    return value


def _armed_part(
    value: Mapping[str, Any], part: type[BaseModel], payload: str, seen: Counter[str]
) -> dict[str, Any]:
    done = dict(value)
    for key, one in fields_of(part).items():
        is_reason = key == "assumed"
        if is_free(one) or is_reason:
            done[key] = [payload] * many if (many := _least(one)) else payload
            seen[f"{part.__name__}.{key}"] += 1
        elif key in done:
            done[key] = armed(done[key], one.annotation, payload, seen)
    return done


def _part_for(value: Mapping[str, Any], kind: Any) -> type[BaseModel] | None:
    """Return the part of a pack that a table is: that which has all of its keys."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind if set(value) <= set(fields_of(kind)) else None
    if typing.get_origin(kind) is not None and any(_mappings(kind)):
        return None
    parts = (_part_for(value, argument) for argument in typing.get_args(kind))
    return next((part for part in parts if part is not None), None)


def _mappings(kind: Any) -> Iterator[tuple[Any, ...]]:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        yield arguments
    elif origin is not None:
        for argument in arguments:
            yield from _mappings(argument)


def to_toml(value: Any) -> str:
    """Return a value as TOML writes it in line."""
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_quoted(key)} = {to_toml(one)}" for key, one in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(to_toml, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    return _quoted(value) if isinstance(value, str) else repr(value)


def _quoted(text: str) -> str:
    return f'"{"".join(map(_spelt, text))}"'


def _spelt(character: str) -> str:
    if " " <= character < "\x7f":
        return json.dumps(character)[1:-1]
    return f"\\U{ord(character):08x}"
