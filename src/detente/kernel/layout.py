"""How the model's annotated classes become records that compiled and plain Python both read."""

import functools
from typing import Annotated, Any, NamedTuple, TypeAlias, get_args, get_type_hints

import numpy as np

Array: TypeAlias = np.ndarray
"""Numbers in a row or a table; the shape stands beside it in words."""


class Width(NamedTuple):
    """How a number is stored."""

    code: str


Float32: TypeAlias = Annotated[float, Width("f4")]
Int8: TypeAlias = Annotated[int, Width("i1")]
Int16: TypeAlias = Annotated[int, Width("i2")]
Int32: TypeAlias = Annotated[int, Width("i4")]

CODES = {float: "f8", int: "i8", bool: "i8"}
"""Full width unless an annotation says otherwise; yes or no is 1 or 0."""


@functools.cache
def dtype_of(cls: type) -> np.dtype[Any]:
    """Return the record type with one field for each annotation of a class.

    `Annotated[float, "text"]` (or `int`, `bool`, `Int8`, `Float32`, ...) is a number,
    `Annotated[Array, (4, 2), "text"]` a table of numbers, of whole ones if `int` comes last, and
    `Annotated[Part, "text"]` with an annotated class `Part` a record within the record.

    Raises
    ------
    TypeError
        If an annotation is none of these, or a field is named like a method of a record.
    """
    hints = get_type_hints(cls, include_extras=True)
    return np.dtype(
        [(name, *_form(name, get_args(hint))) for name, hint in hints.items()], align=True
    )


def new_record(cls: type) -> np.record:
    """Return a zeroed record of a class that reads the same in compiled and in plain Python."""
    record: np.record = np.zeros(1, dtype_of(cls)).view(np.recarray)[0]
    return record


def _form(name: str, parts: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a field's type, and its shape if it has one."""
    if hasattr(np.record, name):
        raise TypeError(f"{name} is also a method of a record, which plain Python would read")
    if not parts:
        raise TypeError(f"{name} needs Annotated[kind, text]")
    kind, *rest = parts
    if kind is Array:
        element = int if rest[-1] is int else float
        return CODES[element], rest[0]
    if kind in CODES:
        widths = [part.code for part in rest if isinstance(part, Width)]
        return (widths[0] if widths else CODES[kind],)
    if not get_type_hints(kind):
        raise TypeError(f"{name}: {kind.__name__} is no number, table or annotated class")
    return (dtype_of(kind),)
