"""Copies into the kernel's records the numbers that they hold as the pack gives them."""

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
"""How a row of the number table names a slot: a record of the kernel, its field, perhaps a place
in that, by its number or, in a table of moves, by the move."""
MOVES = {"challenger": ChallengerMove, "defender": DefenderMove}
"""The moves of each side, by how the fields that are tables of moves begin."""


class Copied(NamedTuple):
    """A number that a record of the kernel holds as the pack gives it."""

    path: Annotated[str, "of the number"]
    field: Annotated[str, "of the record"]
    place: Annotated[int | None, "in that field, if its row names one"]
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
    place: int | None = None,
) -> None:
    """Copy into a new record of the kernel the numbers whose rows name a slot of it.

    A place that several slots name holds their sum: the price of a move may have a part that is
    its actor's.

    Parameters
    ----------
    values
        The numbers of a world, by dotted path.
    record
        The record, of type `kind`, as `Negotiation`.
    of
        The part of the pack whose numbers are copied, as `actors.iran`. Unless it is given, all
        numbers are copied of parts that a crisis has once.
    role
        The role in which an actor has them.
    place
        Where in the fields of the record they go, if those are tables.
    """
    for one in copied(kind, of, role):
        if one.may_lack and one.path not in values:
            continue
        value = whole(values[one.path]) if one.is_rounded else values[one.path]
        if one.place is not None:
            getattr(record, one.field)[one.place] += value
        elif place is not None:
            getattr(record, one.field)[place] = value
        else:
            setattr(record, one.field, value)


@cache
def copied(kind: str, of: str = "", role: str = "") -> tuple[Copied, ...]:
    """Return the numbers that are copied into a record, as `copy_numbers` has these parameters."""
    found = []
    for pattern, row in number_table().items():
        table, _, key = pattern.rpartition(".")
        if not (_is_one_of(of, table) if of else "*" not in table):
            continue
        for slot in row.slots_of(role, key):
            named = SLOT.fullmatch(slot)
            if named is not None and named["record"] == kind:
                is_rounded = row.domain == "count" or DOMAINS[row.domain].whole
                path = f"{of or table}.{key}"
                # Some crises have no blockade, no last round and so on.
                first = path.partition(".")[0]
                may_lack = bool(row.otherwise) or Model.model_fields[first].default is None
                found.append(Copied(path, named["field"], place_of(named), is_rounded, may_lack))
    return tuple(found)


def place_of(named: re.Match[str]) -> int | None:
    """Return the place in its field that a slot names, if it names one."""
    place = named["place"]
    if place is None or place.isdigit():
        return int(place) if place else None
    return MOVES[named["field"].split("_")[0]][place.upper()]


def _is_one_of(part: str, table: str) -> bool:
    """Say whether a part of a pack, as `actors.iran`, stands in a table, as `actors.*`."""
    keys, patterns = part.split("."), table.split(".")
    pairs = zip(keys, patterns, strict=False)
    return len(keys) == len(patterns) and all(known in {"*", key} for key, known in pairs)
