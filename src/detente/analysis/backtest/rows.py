"""What a row of a table of past crises tells before its crisis is known: start and four inputs."""

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, NamedTuple

import numpy as np

from detente.analysis.history.definitions import GROUPS, RATES
from detente.analysis.history.played import VIOLENT
from detente.analysis.history.table import PastCrisis
from detente.kernel.layout import Array

MOST_DOUBLINGS = 3
"""A side eight times as strong counts as one that is more than that."""
TARGETS: Mapping[str, str] = MappingProxyType({key: RATES[key].title for key in ("serious", "war")})
"""What is forecast of a crisis, and what it is called."""


def _strength(crisis: PastCrisis) -> float | None:
    """Return how many times the challenger is twice as strong as the challenged, in whole steps."""
    challenged, challenger = crisis.capability_a, crisis.capability_b
    if not challenged or not challenger:
        return None
    doublings = round(math.log2(challenger / challenged))
    return float(min(max(doublings, -MOST_DOUBLINGS), MOST_DOUBLINGS))


def _either(crisis: PastCrisis) -> float | None:
    known = [one for one in (crisis.has_nuclear_a, crisis.has_nuclear_b) if one is not None]
    return float(any(known)) if known else None


def _truth(answer: bool | None) -> float | None:
    return None if answer is None else float(answer)


class Input(NamedTuple):
    """What a row tells of its crisis: in words, and how it is read; None where cells are blank."""

    says: str
    read: Callable[[PastCrisis], float | None]


INPUTS: Mapping[str, Input] = MappingProxyType(
    {
        "strength": Input(
            "doublings from the capabilities of the challenged side to the challenger's, in whole "
            f"steps of at most {MOST_DOUBLINGS} either way (cinc_A, cinc_B)",
            _strength,
        ),
        "nuclear": Input("one side or both have nuclear weapons (nuclear_A, nuclear_B)", _either),
        "rivals": Input(
            "the two had an earlier crisis with serious clashes or war (prior_serious)",
            lambda crisis: _truth(crisis.follows_serious),
        ),
        "neighbours": Input(
            "the two have a common border (contiguous)",
            lambda crisis: _truth(crisis.are_neighbours),
        ),
    }
)
"""What is read of a row besides its start. A blank moves nothing."""


class CrisisRows(NamedTuple):
    """Rows of a table, as a mapping reads them."""

    numbers: tuple[str, ...]
    years: Annotated[Array, "in which they began, shape (rows,)"]
    is_violent: Annotated[Array, "whether they began with violence, shape (rows,)"]
    inputs: Annotated[Array, "in the order of INPUTS, shape (rows, inputs)"]
    violence: Annotated[Array, "0 less, 1 serious clashes, 2 full-scale war, shape (rows,)"]
    blanks: Annotated[int, "rows with an input that is not known"]

    def input(self, name: str) -> Array:
        """Return what an input is in each row, shape (rows,)."""
        found: Array = self.inputs[:, list(INPUTS).index(name)]
        return found

    def happened(self, target: str) -> Array:
        """Return in which rows a target happened, shape (rows,)."""
        found: Array = self.violence > list(TARGETS).index(target)
        return found

    def where(self, mask: Array) -> "CrisisRows":
        """Return some of the rows."""
        numbers = tuple(one for one, is_in in zip(self.numbers, mask, strict=True) if is_in)
        return self._replace(
            numbers=numbers,
            **{
                name: getattr(self, name)[mask]
                for name in ("years", "is_violent", "inputs", "violence")
            },
        )


def rows_of(crises: Sequence[PastCrisis], first: int, last: int) -> CrisisRows:
    """Return the rows that began in some years, outside ongoing wars, with trigger and violence."""
    chosen = [one for one in crises if first <= one.began.year <= last and is_usable(one)]
    read = [[known.read(one) for known in INPUTS.values()] for one in chosen]
    return CrisisRows(
        tuple(one.number for one in chosen),
        np.array([one.began.year for one in chosen], dtype=np.int64),
        np.array([bool(GROUPS[VIOLENT].holds(one)) for one in chosen], dtype=bool),
        np.array([[value or 0.0 for value in row] for row in read]).reshape(-1, len(INPUTS)),
        np.array([sum(bool(RATES[key].holds(one)) for key in TARGETS) for one in chosen], int),
        sum(None in row for row in read),
    )


def is_usable(crisis: PastCrisis) -> bool:
    """Say whether a row can be judged: no part of an ongoing war, start and violence known."""
    return not crisis.is_in_war and None not in {crisis.trigger, crisis.violence}
