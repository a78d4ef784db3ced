"""What forces are in view, and what they say of the challenger's plan."""

from typing import Annotated, Protocol

from detente.kernel.arithmetic import log
from detente.kernel.jit import jit
from detente.kernel.layout import Array

STAGES = 192
"""Most stages that a calendar holds."""
DAYS = 1024
"""Most days that a calendar holds."""

PLANS = ("display", "stand_off", "sustained", "direct_action")
PLAN_IF_HARD = (0.15, 0.45, 0.30, 0.10)
"""Chance of each plan for a hard challenger (MODEL 2.3)."""
PLAN_IF_SOFT = (0.70, 0.20, 0.07, 0.03)
"""The same for a soft one."""


@jit
def indicator_shift(likelihoods: Array) -> float:
    """Shift in the log-odds that the challenger is hard, from one indicator.

    `likelihoods`: how likely the sign is under each plan, up to a factor, shape (4,). The shift is
    `log(sum_d L(d) Pr(d | hard) / sum_d L(d) Pr(d | soft))` (MODEL 2.3).
    """
    if_hard = 0.0
    if_soft = 0.0
    for plan in range(4):
        if_hard += likelihoods[plan] * PLAN_IF_HARD[plan]
        if_soft += likelihoods[plan] * PLAN_IF_SOFT[plan]
    return log(if_hard / if_soft)


@jit
def is_alert(force: int, has_failed: bool) -> bool:
    """Say whether the defender stands on alert: force in view, or talks that failed."""
    return force >= 1 or has_failed


class Calendar(Protocol):
    """The days to play, the stages to solve, and the force that may be in view; a record."""

    horizon: Annotated[int, "days played [days]"]
    snapshot_day: Annotated[int, "day on which beliefs are noted in the rows [days]"]
    stages: Annotated[int, "stages solved, the days past the horizon included"]
    stage_days: Annotated[Array, (STAGES,), "length of each stage [days]"]
    stage_of_day: Annotated[Array, (DAYS,), "stage of each day", int]
    ceiling: Annotated[Array, (STAGES,), "highest force level open to the challenger", int]
    force_at_start: Annotated[int, "force level on the as-of date"]


@jit
def ceiling_after(calendar: Calendar, stage: int) -> int:
    """Highest force level in the stage that follows."""
    following = min(stage + 1, calendar.stages - 1)
    return calendar.ceiling[following]
