"""Copies numbers that need no computation from the pack into the kernel's records."""

import re
from collections.abc import Mapping
from functools import cache
from math import floor
from typing import Annotated, Any, NamedTuple

from detente.kernel.talks import ChallengerMove, DefenderMove
from detente.pack.model import Model
from detente.pack.places import number_table
from detente.pack.quantity import DOMAINS

SLOT = re.compile(r"(?P<record>\w+)\.(?P<field>\w+)(\[(?P<place>\w+)\])?")
"""A slot in a row of the number table: `Record.field` or `Record.field[place]`. A place is an index
or, in a table of moves, the name of a move."""
MOVES = {"challenger": ChallengerMove, "defender": DefenderMove}
"""The moves of each side, by the first word of the fields that are tables of moves."""


class Copied(NamedTuple):
    """A number that is copied unchanged into a field of a kernel record."""

    path: Annotated[str, "of the number"]
    field: Annotated[str, "of the record"]
    index_in_field: Annotated[int | None, "if its row names one"]
    is_rounded: Annotated[bool, "whether it is a count, or a yes or no"]
    may_lack: Annotated[bool, "whether a crisis may be without it"]


def whole(amount: float) -> float:
    """Round a drawn count to the nearest whole number, halves upwards."""
    return float(floor(amount + 0.5))


def copy_numbers(
    values: Mapping[str, float],
    record: Any,
    kind: str,
    *,
    of: str = "",
    role: str = "",
    index: int | None = None,
) -> None:
    """Copy into a new kernel record the numbers whose rows name a slot of it.

    If several rows name the same slot, it holds their sum: a price may have a part that is specific
    to an actor.

    `values` has the numbers of a world, by dotted path. `kind` is the type of the record, for
    example `Negotiation`. `of` is the part of the pack to copy from, for example `actors.iran`, and
    `role` the role of that actor; by default the numbers of all parts that a crisis has once are
    copied. `index` is the index at which the numbers go, if the fields of the record are arrays.
    """
    for number in copied(kind, of, role):
        if number.may_lack and number.path not in values:
            continue
        value = whole(values[number.path]) if number.is_rounded else values[number.path]
        if number.index_in_field is not None:
            getattr(record, number.field)[number.index_in_field] += value
        elif index is not None:
            # Such arrays may have been filled with what holds if a number is left out.
            getattr(record, number.field)[index] = value
        else:
            setattr(record, number.field, getattr(record, number.field) + value)


@cache
def copied(kind: str, of: str = "", role: str = "") -> tuple[Copied, ...]:
    """Return the numbers that are copied into a record; parameters as for `copy_numbers`."""
    numbers = []
    for pattern, row in number_table().items():
        table, _, key = pattern.rpartition(".")
        if not (_is_one_of(of, table) if of else "*" not in table):
            continue
        for slot in row.slots_of(role, key):
            named = SLOT.fullmatch(slot)
            if named is not None and named["record"] == kind:
                is_rounded = row.domain == "count" or DOMAINS[row.domain].whole
                path = f"{of or table}.{key}"
                # Parts such as the blockade or the last round are optional.
                first = path.partition(".")[0]
                may_lack = bool(row.otherwise) or Model.model_fields[first].default is None
                numbers.append(Copied(path, named["field"], index_of(named), is_rounded, may_lack))
    return tuple(numbers)


def index_of(named: re.Match[str]) -> int | None:
    """Return the index that a slot names in its field, or None if it names none."""
    index = named["place"]
    if index is None or index.isdigit():
        return int(index) if index else None
    return MOVES[named["field"].split("_")[0]][index.upper()]


def _is_one_of(part: str, table: str) -> bool:
    """Return whether a part of a pack, say `actors.iran`, matches a table, say `actors.*`."""
    keys, patterns = part.split("."), table.split(".")
    pairs = zip(keys, patterns, strict=False)
    return len(keys) == len(patterns) and all(known in {"*", key} for key, known in pairs)
