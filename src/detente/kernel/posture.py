"""The calendar of deployable forces, and the evidence of signs about the challenger's plan."""

from typing import Annotated, Protocol

from detente.kernel.arithmetic import log
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.limits import PARTIES
from detente.kernel.ruling import RESULTS

STAGES = 256
"""Most stages of a calendar."""
DAYS = 1024
"""Most days of a calendar."""

PLANS = ("display", "stand_off", "sustained", "direct_action")
FIRST_OF_CAMPAIGNS = 2
"""The first plan of a campaign; the plans before it are those of a limited strike."""
DIRECT_ACTION = 3
"""The plan that includes raids on the ground (MODEL 6.8)."""
EVENTS = 16
"""Most events of a crisis, including those that an umpire adds at a table."""
SIGNS = 4
"""Most signs that may be seen when forces arrive."""


@jit
def sign_shift(likelihoods: Array, if_hard: Array, if_soft: Array) -> float:
    """Return the shift in the log-odds that the challenger is resolved, from one sign.

    `likelihoods`: likelihood of the sign for each type and plan, up to a factor, shape (2, plans);
    `if_hard`, `if_soft`: chance of each plan for a type, shape (plans,). The shift is
    `log(sum_d L(d, hard) Pr(d | hard) / sum_d L(d, soft) Pr(d | soft))` (MODEL 2.3).
    """
    hard = 0.0
    soft = 0.0
    for plan in range(len(PLANS)):
        hard += likelihoods[0, plan] * if_hard[plan]
        soft += likelihoods[1, plan] * if_soft[plan]
    # The plan is unknown, too, so each type's likelihood is averaged over its plans.
    return log(hard / soft)


@jit
def update_plan_belief(likelihoods: Array, weights: Array) -> None:
    """Update the chances of one type's plans by a sign (Bayes).

    `weights` are these chances, which sum to 1, and `likelihoods` those of the sign given each
    plan; both have shape (plans,).
    """
    total = 0.0
    for plan in range(len(PLANS)):
        weights[plan] *= likelihoods[plan]
        total += weights[plan]
    for plan in range(len(PLANS)):
        weights[plan] /= total


@jit
def draw_plan(chances: Array, draw: float) -> int:
    """Return a plan, selected by one uniform draw from the chance of each, shape (plans,)."""
    cumulative = 0.0
    for plan in range(len(PLANS)):
        cumulative += chances[plan]
        if draw < cumulative:
            return plan
    # Rounding may leave the sum of chances slightly below 1.
    return len(PLANS) - 1


@jit
def is_alert(force: int, has_failed: bool) -> bool:
    """Say whether the defender is on alert: with force deployed, or after failed talks."""
    return force >= 1 or has_failed


class Calendar(Protocol):
    """The days to play, the stages to solve and the force that may be deployed; a record.

    Events divide the days into epochs, and each epoch has a world of its own. Every one of these
    worlds has the whole calendar: the stages of all epochs, the force ceilings that both sides
    expect in them, and the number of its own epoch.
    """

    horizon: Annotated[int, "days played [days]"]
    snapshot_day: Annotated[int, "day on which beliefs are noted in the rows [days]"]
    stages: Annotated[int, "stages solved, the days past the horizon included"]
    stage_days: Annotated[Array, (STAGES,), "length of each stage [days]"]
    stage_of_day: Annotated[Array, (DAYS,), "stage of each day", int]
    ceiling: Annotated[Array, (STAGES,), "highest force level open to the challenger", int]
    levels_present: Annotated[Array, (STAGES,), "sum of the levels of its forces present", int]
    levels_hosted: Annotated[
        Array, (PARTIES, STAGES), "of these, on the soil of each third party", int
    ]
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
    result: Annotated[int, "ruling after which this world applies, a Verdict"]
    result_probability: Annotated[Array, (RESULTS,), "chance of each result but OPEN"]
    ruling_day: Annotated[int, "day on which it has ruled, 0 before it [days]"]


@jit
def ceiling_after(calendar: Calendar, stage: int) -> int:
    """Return the force ceiling of the next stage; the last stage's holds past the end."""
    following = min(stage + 1, calendar.stages - 1)
    return calendar.ceiling[following]
