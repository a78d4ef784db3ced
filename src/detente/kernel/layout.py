"""Makes records of annotated classes, which compiled code and plain Python both read."""

import functools
from operator import itemgetter
from typing import Annotated, Any, NamedTuple, TypeAlias, TypeVar, get_args, get_type_hints

import numpy as np

R = TypeVar("R")
Array: TypeAlias = np.ndarray
"""Numbers in one or more dimensions; each use states the shape in words."""


class Width(NamedTuple):
    """The type code by which numpy stores a number."""

    code: str


Float32: TypeAlias = Annotated[float, Width("f4")]
Int8: TypeAlias = Annotated[int, Width("i1")]
Int16: TypeAlias = Annotated[int, Width("i2")]
Int32: TypeAlias = Annotated[int, Width("i4")]

CODES = {float: "f8", int: "i8", bool: "i8"}
"""Numbers have 64 bits unless an annotation says otherwise; a bool is stored as 1 or 0."""


class KernelRecord(np.record):  # type: ignore[misc]  # numpy itself inherits from what it calls final
    """A record whose fields plain Python reads faster than those of numpy's own records.

    `np.record` first looks for a method with the name of a field, and then for the field, in Python
    code. That takes six times as long.
    """

    __getattribute__: Any = np.void.__getattribute__
    __getitem__: Any = np.void.__getitem__  # a record within the record has its own class already

    def __setattr__(self, name: str, value: Any) -> None:
        """Set a field; there are no other attributes."""
        self[name] = value


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
    fields = [(name, *_form(name, get_args(hint))) for name, hint in hints.items()]
    read = {name: property(itemgetter(name)) for name in hints}
    # Each record has a class: compiled code reads its dtype, plain Python its properties.
    records = type(cls.__name__, (KernelRecord,), read)
    return np.dtype((records, np.dtype(fields, align=True)))


def new_record(cls: type) -> KernelRecord:
    """Return a record of an annotated class, filled with zeros."""
    record: KernelRecord = np.zeros(1, dtype_of(cls))[0]
    return record


def copy_of(record: R) -> R:
    """Return a copy of a record.

    The bytes are copied at once; numpy copies field by field, which takes six times as long.
    """
    plain: Any = record
    copied: R = np.frombuffer(bytearray(plain.tobytes()), plain.dtype)[0]
    return copied


def as_arrays(value: Any) -> Any:
    """Return a value with an array of one record in place of each record in it.

    Compiled code accepts an array at once. For a record numpy first describes every field, which
    takes a hundred times as long and blocks all other threads. The array shares the record's
    memory.
    """
    if isinstance(value, np.record):
        return np.asarray(value).reshape(1)
    if isinstance(value, tuple):
        parts = map(as_arrays, value)
        return value._make(parts) if hasattr(value, "_make") else tuple(parts)
    return value


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
