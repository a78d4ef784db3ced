"""An outcome by quarter of the assumption that it goes with most: what would have to be true.

Among hundreds of numbers some go with an outcome by chance. So a number is chosen on every second
world, and what is said of it comes from the others, which did not choose it.
"""

from typing import Annotated, NamedTuple

import numpy as np

from detente.ensemble.run import Run
from detente.estimate.variance import by_world
from detente.questions.conditions import numbers_of, read_numbers, that_go_with
from detente.questions.weigh.moved import QUARTERS, quarters_of

LEAST_WORLDS = 32
"""With fewer worlds no number is looked for."""


class Quartered(NamedTuple):
    """An outcome in the quarters of the worlds by one number, from its lowest values up."""

    outcome: str
    field: str
    shares: Annotated[tuple[float, ...], "of the futures, by quarter [0-1]"]
    ends: Annotated[tuple[float, ...], "of the number between the quarters, and its first and last"]


def quartered(run: Run, outcome: str) -> Quartered | None:
    """Return the outcome by quarter of the number that it goes with most; None if none is clear.

    Worlds that are weighed are not parted: a quarter of them would no longer be one.

    Raises
    ------
    DetenteError
        If there is no such outcome, or the run is damaged.
    """
    shares = by_world(run, outcome).shares
    if len(shares) < LEAST_WORLDS or run.weighing is not None:
        return None
    numbers, _ = read_numbers(run, len(shares))
    choosing, judging = (np.arange(len(shares)) % 2 == side for side in range(2))
    columns = dict(zip(numbers.fields, numbers.values[choosing].T, strict=True))
    found = that_go_with(numbers_of(columns, int(choosing.sum())), shares[choosing])
    for field in found[:1]:
        values = numbers.values[judging, field]
        parts = quarters_of(numbers_of({"": values}, len(values)).places[:, 0], values)
        by_quarter = tuple(float(shares[judging][part].mean()) for part in parts)
        rises = np.corrcoef(numbers.places[choosing, field], shares[choosing])[0, 1] > 0.0
        # It holds in the other worlds too, or it was chance; a yes or no has no quarters.
        if len(parts) == QUARTERS and rises == (by_quarter[-1] > by_quarter[0]):
            ends = np.quantile(values, np.linspace(0.0, 1.0, QUARTERS + 1))
            return Quartered(outcome, numbers.fields[field], by_quarter, tuple(ends.tolist()))
    return None
