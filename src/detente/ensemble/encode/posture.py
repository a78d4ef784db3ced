"""Days, stages and the forces in view, from the pack; what the signs say of the challenger."""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np

from detente.errors import DetenteError
from detente.kernel.posture import DAYS, PLANS, STAGES, Calendar, indicator_shift
from detente.pack.crisis import Crisis
from detente.pack.military import Force

STAGE_DAYS = {"tiny": 45, "normal": 8, "fine": 4}
"""Length of a stage within the horizon, by grid (MODEL 5.4)."""
LATE_STAGE_DAYS = 28
"""Length of a stage past the horizon, where only its shadow counts."""
LATE_STAGES = 3
"""Stages solved past the horizon: 84 days, after which the flows go on for ever (MODEL 1)."""
LONGEST_HORIZON = 730
HIGHEST_FORCE = 2
SNAPSHOT_SHARE = 6
"""Beliefs are noted in the rows after a sixth of the horizon: two months of a year."""


def encode_calendar(crisis: Crisis, calendar: Calendar, *, grid: str, horizon: int) -> None:
    """Fill the calendar: stages, the stage of each day, force ceilings, the force at the start."""
    if not 1 <= horizon <= LONGEST_HORIZON:
        raise DetenteError(
            f"a horizon of {horizon} days", where="--horizon", hint=f"use 1 to {LONGEST_HORIZON}"
        )
    lengths = stage_lengths(grid, horizon)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    calendar.horizon = horizon
    calendar.snapshot_day = horizon // SNAPSHOT_SHARE
    calendar.stages = len(lengths)
    calendar.stage_days[: len(lengths)] = lengths
    calendar.stage_of_day[:] = np.searchsorted(starts, np.arange(DAYS), side="right") - 1
    forces = tuple(crisis.model.forces.values())
    ceilings = [ceiling_on(forces, crisis.as_of + timedelta(int(start))) for start in starts]
    calendar.ceiling[: len(lengths)] = ceilings
    calendar.ceiling[len(lengths) :] = ceilings[-1]
    deployed = tuple(force for force in forces if force.deployed)
    calendar.force_at_start = ceiling_on(deployed, crisis.as_of)


def stage_lengths(grid: str, horizon: int) -> list[int]:
    """Return the length of each stage: short within the horizon, long past it."""
    step = STAGE_DAYS[grid]
    within, rest = divmod(horizon, step)
    lengths = [step] * within + ([rest] if rest else []) + [LATE_STAGE_DAYS] * LATE_STAGES
    if len(lengths) > STAGES:
        raise DetenteError(
            f"{len(lengths)} stages", where="--horizon", hint=f"at most {STAGES}: a coarser --grid"
        )
    return lengths


def ceiling_on(forces: tuple[Force, ...], day: date) -> int:
    """Return the highest force level that the forces present on a day allow."""
    present = (
        force.level
        for force in forces
        if force.arrives <= day and (force.leaves is None or day < force.leaves)
    )
    return min(HIGHEST_FORCE, sum(present))


def indicators_shift(crisis: Crisis, values: Mapping[str, float]) -> float:
    """Return the shift in the log-odds that the challenger is hard, from the signs seen so far."""
    shift = 0.0
    for key, indicator in crisis.model.indicators.items():
        ratio = values[f"indicators.{key}.likelihood_ratio"]
        likelihoods = [ratio if plan in indicator.points_to else 1.0 for plan in PLANS]
        shift += indicator_shift(np.array(likelihoods))
    return shift
