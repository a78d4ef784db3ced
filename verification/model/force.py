"""What a raise of force predicts, which is outside the moments of a fit."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, NamedTuple

import numpy as np

from detente.ensemble.store import Rows
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import QUANTILE, by_scramble, effective_size, jackknife
from detente.kernel.layout import Array
from detente.lab.calibration.moments import NON_VIOLENT
from detente.questions.past.played import VIOLENT, has_raised

WINDOW = 14
"""Within how long force is expected after a raise [days]."""
LEAST_RATIO: Mapping[str, float] = {NON_VIOLENT: 3.0, VIOLENT: 2.0}
"""Judgement: how many times likelier force is after a first raise than on a day before any."""


def count_force(parts: Iterable[Rows], worlds: int) -> dict[str, Array]:
    """Count raises and calm days of each world, shape (worlds,) each.

    A day is calm while the crisis is open, without force and before any raise. On `calm_force` of
    the calm days force is at most `WINDOW` days away.
    """
    counts: dict[str, Array] = {}
    for rows in parts:
        for name, each in reported_by(rows).items():
            found = np.bincount(rows["world"], weights=each, minlength=worlds)
            counts[name] = counts.get(name, 0.0) + found
    return counts


def reported_by(rows: Rows) -> dict[str, Array]:
    """Return what each future adds to those counts."""
    first, raised = rows["first_force_day"].astype(int), rows["raised_day"].astype(int)
    has_force, is_foreseen = first >= 0, has_raised(rows)
    last = np.where(has_force, first, rows["ending_day"])
    calm = np.where(is_foreseen, raised, last)
    near = np.minimum(calm, first) - np.maximum(0, first - WINDOW)
    return {
        "raised": is_foreseen,
        "raised_force": is_foreseen & has_force & (first - raised <= WINDOW),
        "calm_days": calm,
        "calm_force": np.where(has_force, np.maximum(near, 0), 0),
    }


class RaiseRatio(NamedTuple):
    """How likely force is within `WINDOW` days of a first raise, and how that compares."""

    after: Annotated[float, "chance of force after a first raise"]
    before: Annotated[float, "the same from a calm day on"]
    ratio: Estimate


def raise_ratio(counts: Mapping[str, Array]) -> RaiseRatio:
    """Return how many times likelier force is after a first raise than on a calm day."""
    names = ("raised_force", "raised", "calm_force", "calm_days")
    sums = np.stack([counts[name] for name in names]).astype(float)
    after, before = _chances(sums.sum(axis=1))
    left = np.array([_ratio(one) for one in sums.sum(axis=1) - by_scramble(sums.T)])
    ratio = after / before if before > 0.0 else np.nan
    reach = QUANTILE * np.sqrt(jackknife(left, effective_size(sums[1]))) if after else np.nan
    return RaiseRatio(after, before, Estimate(ratio, ratio - reach, ratio + reach))


def _chances(sums: Array) -> Sequence[float]:
    force, raised, near, days = sums
    return force / max(raised, 1.0), near / max(days, 1.0)


def _ratio(sums: Array) -> float:
    after, before = _chances(sums)
    return after / before if before > 0.0 else np.nan
