"""What is counted in each future to say what caused war, and how sure the counts let us be."""

from math import factorial
from typing import Annotated, NamedTuple, TypeAlias

import numpy as np

from detente.analysis.causes.coalitions import CoalitionWars
from detente.analysis.causes.credit import credit
from detente.ensemble.shares import Share, estimate, estimate_mean
from detente.kernel.causes import Mark, Mechanism

Key: TypeAlias = tuple[str, ...]
"""Name of a measure: what it is, and of which mechanism."""

KEYS = {mechanism: mechanism.name.lower() for mechanism in Mechanism}
UNIT = factorial(len(Mechanism))
"""Measures are whole numbers of one in so many."""


class Counts(NamedTuple):
    """One world's measures."""

    sums: Annotated[dict[Key, int], "over its futures, in units of 1/UNIT"]
    squares: Annotated[dict[Key, int], "of the same, in units of 1/UNIT squared"]


def count(judged: CoalitionWars) -> Counts:
    """Count one world, each kind of future once with how often it occurs."""
    joint = np.empty(len(judged.wars), [("wars", np.uint64), ("marks", np.uint8)])
    joint["wars"], joint["marks"] = judged.wars, judged.marks
    kinds, often = np.unique(joint, return_counts=True)
    measured = measure(kinds["wars"], kinds["marks"])
    return Counts(
        {key: int((often * value).sum()) for key, value in measured.items()},
        {key: int((often * value * value).sum()) for key, value in measured.items()},
    )


def measure(wars: np.ndarray, marks: np.ndarray) -> dict[Key, np.ndarray]:
    """Return each measure of each future, in whole numbers of 1/UNIT, shape (futures,)."""
    due = credit(wars, len(Mechanism))
    deliberate, placebo, resolved = (marks >> mark & 1 for mark in Mark)
    measured: dict[Key, np.ndarray] = {
        ("war",): due.war * UNIT,
        ("causes", "none"): due.none * UNIT,
        ("overdetermined",): due.overdetermined * UNIT,
        ("deliberate",): deliberate.astype(np.int64) * UNIT,
    }
    for mechanism, key in KEYS.items():
        measured["causes", key] = due.shapley[:, mechanism]
        measured["but_for", key] = due.but_for[:, mechanism] * UNIT
        measured["created", key] = due.created[:, mechanism] * UNIT
    for key, other in (("placebo", placebo), ("third_party_resolved", resolved)):
        measured[key, "prevented"] = due.war * (1 - other.astype(np.int64)) * UNIT
        measured[key, "created"] = (1 - due.war) * other.astype(np.int64) * UNIT
    return measured | _families(measured)


def _families(measured: dict[Key, np.ndarray]) -> dict[Key, np.ndarray]:
    """Return miscalculation and spoiler, and by how much the one exceeds all that is not."""
    misread, private = (
        measured["causes", KEYS[one]]
        for one in (Mechanism.MISREAD_INCIDENT, Mechanism.PRIVATE_INFORMATION)
    )
    spoiler = measured["causes", KEYS[Mechanism.THIRD_PARTY]]
    excess = misread + private - measured["deliberate",] - spoiler
    return {("miscalculation",): misread + private, ("spoiler",): spoiler, ("excess",): excess}


def estimate_all(worlds: list[Counts], futures: int) -> dict[Key, Share]:
    """Return the share of each measure with its intervals, from `futures` in each world."""
    return {key: _estimate(key, worlds, futures) for key in worlds[0].sums}


def _estimate(key: Key, worlds: list[Counts], futures: int) -> Share:
    sums = np.array([world.sums[key] for world in worlds])
    squares = np.array([world.squares[key] for world in worlds])
    if _is_yes_or_no(key):
        return estimate(sums // UNIT, futures)
    return estimate_mean(sums / (UNIT * futures), squares / (UNIT * UNIT * futures), futures)


def _is_yes_or_no(key: Key) -> bool:
    is_credit = key[0] == "causes" and key[1] != "none"
    return not is_credit and key[0] not in {"miscalculation", "spoiler", "excess"}
