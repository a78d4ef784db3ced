"""A change of a field: what an option, a setting or a test of a hypothesis gives it."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, TypeGuard

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

Change = float | bool | int | str | date | tuple[str, ...]
"""A new value of a field: a number fixed, a yes or no, a whole number, a word, a day or words."""
FORM = {
    "anyOf": [
        {"type": ["number", "boolean", "string"]},
        {"type": "array", "items": {"type": "string"}},
    ]
}


def is_change(value: object) -> TypeGuard[Change]:
    """Say whether a value as TOML has it may be that of a field."""
    if isinstance(value, tuple):
        return all(isinstance(entry, str) for entry in value)
    return isinstance(value, (bool, int, float, str, date))


def as_changes(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return changes with their lists as those of a pack."""
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in changes.items()
    }


def _checked(value: Any) -> Any:
    if is_change(value):
        return value
    raise PydanticCustomError("change", "a number, true or false, a text, a day or a list of texts")


Changes = Mapping[str, Annotated[Change, PlainValidator(_checked), WithJsonSchema(FORM)]]
"""New values of fields, by their dotted paths."""
