"""Which forces may be deployed and when, and what signs say of the challenger's plan."""

from typing import Annotated, Protocol

from detente.kernel.arithmetic import log
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.limits import PARTIES
from detente.kernel.ruling import RESULTS

STAGES = 256
"""Most stages that a calendar holds."""
DAYS = 1024
"""Most days that a calendar holds."""

PLANS = ("display", "stand_off", "sustained", "direct_action")
FIRST_OF_CAMPAIGNS = 2
"""The first plan that is a campaign; those before it are strikes."""
DIRECT_ACTION = 3
"""The plan under which forces go in."""
EVENTS = 16
"""Most events of a crisis, with those that an umpire puts in at a table."""
SIGNS = 4
"""Most signs that are watched for when forces arrive."""


@jit
def sign_shift(likelihoods: Array, if_hard: Array, if_soft: Array) -> float:
    """Shift in the log-odds that the challenger is resolved, from one sign.

    `likelihoods`: how likely the sign is for each type and plan, up to a factor, shape (2, plans);
    `if_hard`, `if_soft`: chance of each plan for that type, shape (plans,). The shift is
    `log(sum_d L(d, hard) Pr(d | hard) / sum_d L(d, soft) Pr(d | soft))` (MODEL 2.3).
    """
    hard = 0.0
    soft = 0.0
    for plan in range(len(PLANS)):
        hard += likelihoods[0, plan] * if_hard[plan]
        soft += likelihoods[1, plan] * if_soft[plan]
    # Each type is taken at its mean over the plans, since which plan it has is not known either.
    return log(hard / soft)


@jit
def take_sign(likelihoods: Array, weights: Array) -> None:
    """Update one type's chances of the plans by a sign; shapes (plans,); `weights` sum to 1."""
    total = 0.0
    for plan in range(len(PLANS)):
        weights[plan] *= likelihoods[plan]
        total += weights[plan]
    for plan in range(len(PLANS)):
        weights[plan] /= total


@jit
def draw_plan(chances: Array, draw: float) -> int:
    """Return the plan of a challenger, from one draw."""
    cumulative = 0.0
    for plan in range(len(PLANS)):
        cumulative += chances[plan]
        if draw < cumulative:
            return plan
    # Rounding may leave the sum of chances a hair below 1.
    return len(PLANS) - 1


@jit
def is_alert(force: int, has_failed: bool) -> bool:
    """Say whether the defender is on alert: with force deployed, or after failed talks."""
    return force >= 1 or has_failed


class Calendar(Protocol):
    """Days to play, stages to solve and the force that may be deployed; a record.

    Events divide the days into epochs, each with a world of its own. Every such world holds the
    whole calendar: the stages of all epochs, the ceilings that both sides expect, and the epoch's
    number.
    """

    horizon: Annotated[int, "days played [days]"]
    snapshot_day: Annotated[int, "day on which beliefs are noted in the rows [days]"]
    stages: Annotated[int, "stages solved, the days past the horizon included"]
    stage_days: Annotated[Array, (STAGES,), "length of each stage [days]"]
    stage_of_day: Annotated[Array, (DAYS,), "stage of each day", int]
    ceiling: Annotated[Array, (STAGES,), "highest force level open to the challenger", int]
    there: Annotated[Array, (STAGES,), "levels of all its forces that are there", int]
    hosted: Annotated[Array, (PARTIES, STAGES), "of these, on the soil of each third party", int]
    force_at_start: Annotated[int, "force level on the as-of date"]
    epoch_of_stage: Annotated[Array, (STAGES,), "epoch of each stage", int]
    epoch: Annotated[int, "the epoch in which this world holds"]
    begins: Annotated[int, "first day of the epoch [days]"]
    begun_by: Annotated[Array, (EVENTS,), "1 for each event that begins the epoch", int]
    friend_moves: Annotated[
        Array,
        (PARTIES,),
        "1 for each friend of which force arrives as it begins, -1 if it leaves",
        int,
    ]
    may_have_vowed: Annotated[int, "1 if the defender could vow in an epoch before"]
    may_have_grown: Annotated[int, "1 if the programme could grow in an epoch before"]
    signs: Annotated[int, "signs that are watched for when forces arrive"]
    sign_probability: Annotated[
        Array,
        (SIGNS, 2, 2, len(PLANS)),
        "chance that a sign is not seen with an arrival, and that it is, by type and plan",
    ]
    sign_is_of_defender: Annotated[
        Array, (SIGNS,), "1 for a sign of the defender: its chances go by its type, not the other's"
    ]
    result: Annotated[int, "what a court has found where this world holds, a Verdict"]
    result_probability: Annotated[Array, (RESULTS,), "chance of each result but OPEN"]
    ruling_day: Annotated[int, "day on which it has ruled, 0 before it [days]"]


@jit
def ceiling_after(calendar: Calendar, stage: int) -> int:
    """Return the highest force level in the stage that follows."""
    following = min(stage + 1, calendar.stages - 1)
    return calendar.ceiling[following]
