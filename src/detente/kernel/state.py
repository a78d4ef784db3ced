"""What one future is at one moment."""

from typing import Annotated, Protocol

from detente.kernel.layout import Array, dtype_of
from detente.kernel.mediators import Heard
from detente.kernel.posture import PLANS
from detente.kernel.theatre import LOSSES

LINES = 8192
"""Lines of a trace; a war writes four a day, and few futures have a hundred besides."""


class State(Protocol):
    """One future at one moment; at run time a record of STATE."""

    day: Annotated[int, "days since the as-of date [days]"]
    has_ended: Annotated[int, "1 once the future has ended"]
    posture: Annotated[int, "twice the challenger's force level, one more with a raise under way"]
    stance: Annotated[int, "programme step, three more once the defender has vowed"]
    regime: Annotated[int, "where the talks stand, a Regime"]
    conceded: Annotated[int, "matters in dispute about the talks that a side has conceded"]
    challenger_type: Annotated[int, "0 hard, 1 soft"]
    defender_type: Annotated[int, "0 tough, 1 weak"]
    plan: Annotated[int, "the challenger's plan, as PLANS lists them"]
    plan_if_hard: Annotated[Array, (len(PLANS),), "public belief in each plan, hard challenger"]
    plan_if_soft: Annotated[Array, (len(PLANS),), "the same, soft challenger"]
    heard: Annotated[Heard, "what the mediators have said"]
    level: Annotated[int, "0 before force, 1 after a limited strike, 2 after a war"]
    rounds: Annotated[int, "how often ordered force was used"]
    first_shot: Annotated[int, "how the first ordered force came about, a FirstShot"]
    first_shot_gap: Annotated[float, "its worth to who chose it beyond its best alternative"]
    stage: Annotated[int, "stage of the last day lived, -1 before the first"]
    unrest_left: Annotated[int, "days that a justification still lasts [days]"]
    hard: Annotated[float, "public belief that the challenger is hard [log-odds]"]
    tough: Annotated[float, "public belief that the defender is tough [log-odds]"]
    snap_hard: Annotated[float, "the same on the snapshot day [0-1]"]
    snap_tough: Annotated[float, "the same on the snapshot day [0-1]"]
    violence: Annotated[int, "highest violence so far, a Violence"]
    settlement: Annotated[int, "where the quarrel stands, a Settlement"]
    package: Annotated[int, "package agreed, -1 if none"]
    broken_deal_day: Annotated[
        int, "day of the first deal that was broken later, -1 if none [days]"
    ]
    broken_day: Annotated[int, "day on which it was broken, -1 if none [days]"]
    failed_day: Annotated[int, "first day on which talks failed, -1 if never [days]"]
    first_force_day: Annotated[int, "day of the first ordered force, -1 if none [days]"]
    initiator: Annotated[int, "who used force first, -1 if none"]
    trigger: Annotated[int, "what set it off, a Trigger"]
    war_days: Annotated[int, "days of fighting [days]"]
    ceasefire: Annotated[int, "why the fighting stopped, a Ceasefire"]
    parties: Annotated[int, "states and named groups fighting"]
    closed_day: Annotated[int, "day on which a chokepoint was closed, -1 if never [days]"]
    world_cost: Annotated[float, "what that cost all others [billion dollars]"]
    loss: Annotated[Array, (2,), "losses of each side [normalised]"]
    lost: Annotated[Array, (2, LOSSES), "the same by category [normalised]"]
    parties_hit: Annotated[int, "third parties hit on their soil or bases"]
    damage: Annotated[float, "share of the disputed capabilities destroyed [0-1]"]
    visited: Annotated[int, "decision nodes visited"]
    unsettled: Annotated[int, "visited nodes whose residual is above .02"]
    told: Annotated[int, "lines written to the trace"]
    lines: Annotated[Array, (LINES, 5), "day, Event, first, second and value of each line"]


STATE = dtype_of(State)
