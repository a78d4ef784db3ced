"""The numbers in which the worlds of a run differ, and which of them go with something."""

from statistics import NormalDist
from typing import Annotated, NamedTuple

import numpy as np

from detente.ensemble.run import Run
from detente.ensemble.worlds import read_worlds

MISTAKEN = 0.05
"""Chance that any number at all is named where none has to do with it."""


class Numbers(NamedTuple):
    """What worlds differ in."""

    fields: tuple[str, ...]
    values: Annotated[np.ndarray, "shape (worlds, fields)"]
    places: Annotated[
        np.ndarray, "where each lies among all worlds, 0 to 1, ties shared, shape (worlds, fields)"
    ]


def read_numbers(run: Run) -> tuple[Numbers, dict[str, float]]:
    """Return the numbers in which a run's worlds differ, and those that are the same in all.

    Raises
    ------
    DetenteError
        If the table of the worlds cannot be read or is not that of the run.
    """
    columns = read_worlds(run)
    same = {field: float(drawn[0]) for field, drawn in columns.items() if np.ptp(drawn) == 0.0}
    differ = {field: drawn for field, drawn in columns.items() if field not in same}
    return numbers_of(differ, run.record.settings.worlds), same


def numbers_of(columns: dict[str, np.ndarray], worlds: int) -> Numbers:
    """Return numbers with their places among all worlds."""
    values = np.column_stack([np.empty((worlds, 0)), *columns.values()])
    places = [_places(drawn) for drawn in columns.values()]
    return Numbers(tuple(columns), values, np.column_stack([np.empty((worlds, 0)), *places]))


def _places(drawn: np.ndarray) -> np.ndarray:
    _, kind, often = np.unique(drawn, return_inverse=True, return_counts=True)
    middle = np.cumsum(often) - 0.5 * often
    places: np.ndarray = middle[kind] / len(drawn)
    return places


def that_go_with(numbers: Numbers, amounts: np.ndarray) -> list[int]:
    """Return the places of the fields that go with an amount, those that go most with it first.

    Rank correlations: a field counts if its own is farther from 0 than the largest of so many
    would be by chance in 19 of 20 cases (Bonferroni), so that few worlds name few.
    """
    worlds, count = numbers.places.shape
    spread = numbers.places.std(axis=0) * amounts.std()
    if count == 0 or not np.any(spread):
        return []
    centred = amounts - amounts.mean()
    correlation = (centred @ (numbers.places - 0.5)) / worlds / spread
    least = NormalDist().inv_cdf(1.0 - MISTAKEN / (2.0 * count)) / np.sqrt(worlds - 1)
    order = np.argsort(-np.abs(correlation), kind="stable")
    return [int(field) for field in order if abs(correlation[field]) > least]
