"""Decisions of third parties within a future: consent of hosts, deployments of friends."""

from typing import Annotated, Protocol

from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.limits import PARTIES
from detente.kernel.posture import Calendar

DECISIONS = 2
"""Decisions of a third party: whether it consents, and whether it deploys all its forces."""
CONSENT, FORCE = range(DECISIONS)


class Partners(Protocol):
    """Rates at which third parties change their decisions within a future; a record, by party."""

    deciders: Annotated[int, "how many may change their mind within a future"]
    decider: Annotated[Array, (PARTIES,), "which of the third parties these are", int]
    withdrawal_rate: Annotated[
        Array, (PARTIES,), "rate at which a host withdraws its consent [1/day]"
    ]
    threat_factor: Annotated[Array, (PARTIES,), "factor on that rate during a threat"]
    struck_factor: Annotated[Array, (PARTIES,), "factor once its soil has been hit"]
    renewal_rate: Annotated[Array, (PARTIES,), "rate at which it renews its consent [1/day]"]
    raise_rate: Annotated[
        Array, (PARTIES,), "rate at which a friend sends all it has, by force level [1/day]"
    ]
    lower_rate: Annotated[
        Array, (PARTIES,), "rate at which it calls that back with no force deployed [1/day]"
    ]


class PartnerDecisions(Protocol):
    """State of the third parties in a future; a record, by party."""

    is_reversed: Annotated[
        Array, (DECISIONS, PARTIES), "1 while a host withholds its consent, a friend sends all", int
    ]
    was_struck: Annotated[Array, (PARTIES,), "1 once its soil has been hit", int]
    remaining_hazard: Annotated[
        Array, (DECISIONS, PARTIES), "sum of daily rates until it changes its mind, 0 if undrawn"
    ]


@jit
def reset_decisions(decisions: PartnerDecisions) -> None:
    """Reset the third parties of a future to their state on the as-of date."""
    for party in range(PARTIES):
        decisions.was_struck[party] = 0
        for kind in range(DECISIONS):
            decisions.is_reversed[kind, party] = 0
            decisions.remaining_hazard[kind, party] = 0.0


@jit
def rate_of_consent(
    partners: Partners, decisions: PartnerDecisions, party: int, is_threatened: bool
) -> float:
    """Return the rate at which a host changes its decision on consent [1/day].

    It withdraws its consent, or renews it if it has withdrawn it.
    """
    if decisions.is_reversed[CONSENT, party] == 1:
        return partners.renewal_rate[party]
    rate = partners.withdrawal_rate[party]
    if is_threatened:
        rate *= partners.threat_factor[party]
    if decisions.was_struck[party] == 1:
        rate *= partners.struck_factor[party]
    return rate


@jit
def rate_of_force(partners: Partners, decisions: PartnerDecisions, party: int, force: int) -> float:
    """Return the rate at which a friend deploys all its forces, or withdraws them again [1/day].

    The rate depends on the challenger's deployed force, whichever side the friend supports: it
    reinforces the threat or answers it.
    """
    if decisions.is_reversed[FORCE, party] == 1:
        return partners.lower_rate[party] if force == 0 else 0.0
    return partners.raise_rate[party] * force


@jit
def open_ceiling(calendar: Calendar, decisions: PartnerDecisions, stage: int) -> int:
    """Return the highest force level open in a stage, without forces that hosts withhold."""
    withheld = 0
    for party in range(PARTIES):
        if decisions.is_reversed[CONSENT, party] == 1:
            withheld += calendar.levels_hosted[party, stage]
    if withheld == 0:
        return calendar.ceiling[stage]
    # The forces present may exceed the highest level. Those that hosts withhold are subtracted from
    # all of them, so that the level falls only once the rest is smaller.
    return min(calendar.ceiling[stage], max(calendar.levels_present[stage] - withheld, 0))
