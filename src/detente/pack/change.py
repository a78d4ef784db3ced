"""A change of a field: what an option, a setting or a test of a hypothesis gives it."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

Change = float | bool | int | str | date
"""A new value of a field: a number fixed, a yes or no, a whole number, a word or a day."""
SCALAR = {"type": ["number", "boolean", "string"]}


def _scalar(value: Any) -> Any:
    if isinstance(value, (bool, int, float, str, date)):
        return value
    raise PydanticCustomError("change", "a number, true or false, a text or a day")


Changes = Mapping[str, Annotated[Change, PlainValidator(_scalar), WithJsonSchema(SCALAR)]]
"""New values of fields, by their dotted paths."""
