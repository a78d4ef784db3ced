"""How annotated classes become records that compiled and plain Python both read."""

import functools
from operator import itemgetter
from typing import Annotated, Any, NamedTuple, TypeAlias, TypeVar, get_args, get_type_hints

import numpy as np

R = TypeVar("R")
Array: TypeAlias = np.ndarray
"""Numbers in one or more dimensions; the shape is stated in words at each use."""


class Width(NamedTuple):
    """How a number is stored."""

    code: str


Float32: TypeAlias = Annotated[float, Width("f4")]
Int8: TypeAlias = Annotated[int, Width("i1")]
Int16: TypeAlias = Annotated[int, Width("i2")]
Int32: TypeAlias = Annotated[int, Width("i4")]

CODES = {float: "f8", int: "i8", bool: "i8"}
"""Full width unless an annotation says otherwise; yes or no is 1 or 0."""


class KernelRecord(np.record):  # type: ignore[misc]  # numpy itself inherits from what it calls final
    """A record whose fields plain Python reads faster than numpy's own.

    `np.record` looks for a method of a field's name first, and then finds the field in Python: each
    read takes six times as long.
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
    # A class for each record: compiled code reads its dtype, plain Python its properties.
    records = type(cls.__name__, (KernelRecord,), read)
    return np.dtype((records, np.dtype(fields, align=True)))


def new_record(cls: type) -> KernelRecord:
    """Return a zeroed record of a class that reads the same in compiled and in plain Python."""
    record: KernelRecord = np.zeros(1, dtype_of(cls))[0]
    return record


def copy_of(record: R) -> R:
    """Return a copy of a record that compiled and plain Python both read.

    The bytes are copied whole: numpy copies field by field, which takes six times as long.
    """
    plain: Any = record
    copied: R = np.frombuffer(bytearray(plain.tobytes()), plain.dtype)[0]
    return copied


def as_arrays(value: Any) -> Any:
    """Return a value with an array of one record in place of each record in it.

    Compiled code takes an array at once; of a record numpy first describes every field, which takes
    a hundred times as long, while no other thread runs. The array is of the same memory.
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
