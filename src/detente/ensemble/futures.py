"""Which future of a run is meant: `0:7`, or a world and an index."""

import operator
import re
from typing import TypeAlias

from detente.errors import DetenteError

Address: TypeAlias = str | tuple[int, int]
"""World and index of a future, as text, `12:345`, or as two numbers."""
WRITTEN = re.compile(r"([0-9]{1,9}):([0-9]{1,10})")


def address_of(future: Address) -> tuple[int, int]:
    """Return the world and the index of a future.

    Raises
    ------
    DetenteError
        If it is not two whole numbers.
    """
    if not isinstance(future, str):
        return _pair(future)
    written = WRITTEN.fullmatch(future)
    if written is None:
        raise _unclear(future)
    return int(written[1]), int(written[2])


def _pair(future: tuple[int, int]) -> tuple[int, int]:
    try:
        world, index = future
        return operator.index(world), operator.index(index)
    except (TypeError, ValueError) as fault:
        raise _unclear(future) from fault


def _unclear(future: object) -> DetenteError:
    hint = "give world and index, for example 12:345, or (12, 345) in Python"
    return DetenteError(f"{future!r} is not WORLD:INDEX", where="future", hint=hint)
