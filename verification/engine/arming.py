"""Puts a chosen text into every free-text field of a pack, found by walking the schema of packs."""

import typing
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from detente.evidence.claim import StandIn
from detente.pack import files
from detente.pack.model import Model
from detente.pack.places import bare, fields_of
from detente.pack.writing import inline_lines


def armed_pack(name: str, payload: str) -> tuple[dict[str, Any], Counter[str]]:
    """Return a shipped pack in which every free text is the payload; and how many, by field."""
    seen: Counter[str] = Counter()
    return armed(files.merge(files.read(name).files).tree, Model, payload, seen), seen


def write_pack(folder: Path, tree: Mapping[str, Any]) -> None:
    """Write a pack in one file into a new folder."""
    folder.mkdir(parents=True)
    (folder / "crisis.toml").write_text("\n".join(inline_lines(tree)), encoding="utf-8")


def is_free(one: FieldInfo) -> bool:
    """Say whether a field takes any text."""
    marks = [*one.metadata, *_marks(one.annotation)]
    return any(isinstance(mark, StandIn) and mark.value == "text" for mark in marks)


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
    if isinstance(value, tuple):
        return tuple(armed(one, kind, payload, seen) for one in value)
    return value


def _armed_part(
    value: Mapping[str, Any], part: type[BaseModel], payload: str, seen: Counter[str]
) -> dict[str, Any]:
    done = dict(value)
    for key, one in fields_of(part).items():
        is_reason = key == "assumed"
        if is_free(one) or is_reason:
            # A list keeps its length, which another field may state; none is added.
            is_list = typing.get_origin(bare(one.annotation)) is tuple
            if is_list and key not in done:
                continue
            done[key] = (payload,) * len(done[key]) if is_list else payload
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
