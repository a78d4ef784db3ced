"""An outcome by quarter of the number that it is most correlated with: what would have to be true.

Among hundreds of numbers some are correlated with an outcome by chance. So the number is selected
in every second world, and the result comes from the others.
"""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import numpy as np

from detente.ensemble.measures import outcome_of
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.estimate.variance import by_world
from detente.questions.conditions import correlated_fields, numbers_of, read_numbers
from detente.questions.weigh import moved
from detente.questions.weigh.moved import QUARTERS, Quarter, quarters_of

LEAST_WORLDS = 32
"""With fewer worlds no number is sought."""


class Quartered(NamedTuple):
    """An outcome in the quarters of the worlds by one number, lowest values first."""

    outcome: str
    field: str
    shares: Annotated[tuple[float, ...], "of the futures, by quarter [0-1]"]
    ends: Annotated[tuple[float, ...], "of the number between the quarters, and its first and last"]


def quartered(run: Run, outcome: str) -> Quartered | None:
    """Return the outcome by quarter of its most correlated number; None if no correlation is clear.

    Weighted worlds are not divided: the parts would not have a quarter of the weight.

    Raises `DetenteError` if there is no such outcome, or the run is damaged.
    """
    shares = by_world(run, outcome).shares
    if len(shares) < LEAST_WORLDS or run.weighing is not None:
        return None
    numbers, _ = read_numbers(run, len(shares), [outcome])
    choosing, judging = (np.arange(len(shares)) % 2 == side for side in range(2))
    columns = dict(zip(numbers.fields, numbers.values[choosing].T, strict=True))
    found = correlated_fields(numbers_of(columns, int(choosing.sum())), shares[choosing])
    for field in found[:1]:
        values = numbers.values[judging, field]
        parts = quarters_of(numbers_of({"": values}, len(values)).places[:, 0], values)
        by_quarter = tuple(float(shares[judging][part].mean()) for part in parts)
        rises = np.corrcoef(numbers.places[choosing, field], shares[choosing])[0, 1] > 0.0
        # It must hold in the other worlds as well; a yes or no has no quarters.
        if len(parts) == QUARTERS and rises == (by_quarter[-1] > by_quarter[0]):
            ends = np.quantile(values, np.linspace(0.0, 1.0, QUARTERS + 1))
            return Quartered(outcome, numbers.fields[field], by_quarter, tuple(ends.tolist()))
    return None


def fields_correlated_with(run: Run, outcomes: Sequence[str]) -> list[str]:
    """Return the numbers with which outcomes are correlated across worlds, without playing.

    Those of the first outcome come first, the strongest first. The cause may be another number that
    is correlated with them; `drivers` finds it.

    Raises `DetenteError` if there is no such outcome, or the run is damaged.
    """
    worlds = run.record.settings.worlds
    if worlds < LEAST_WORLDS:
        return []
    numbers, _ = read_numbers(run, worlds, outcomes)
    found = (
        numbers.fields[field]
        for outcome in outcomes
        for field in correlated_fields(numbers, by_world(run, outcome).shares)
    )
    return list(dict.fromkeys(found))


def shares_by_quarter(run: Run, outcome: str, field: str) -> tuple[Quarter, ...]:
    """Return an outcome by quarter of a given number, in all worlds of the run.

    A difference between quarters is not a finding: among hundreds of numbers some show one by
    chance. The result is empty if the worlds do not differ in the number, or are too few.

    Raises `DetenteError` if there is no such outcome, or the run is damaged.
    """
    settings = run.record.settings
    numbers, _ = read_numbers(run, settings.worlds, [outcome])
    if field not in numbers.fields or settings.worlds < LEAST_WORLDS or run.weighing is not None:
        return ()
    part = outcome_of(outcome, where=outcome).counted(run.tally(BASE).classes)
    futures, column = settings.futures_of_a_world, numbers.fields.index(field)
    places, values = numbers.places[:, column], numbers.values[:, column]
    return moved.shares_by_quarter(places, values, part, np.full(len(part), futures), futures)
