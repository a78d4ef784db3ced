"""Whether a host lets the forces on its soil be used: withdrawn and given anew within a future."""

from typing import Annotated, Protocol

from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.limits import PARTIES
from detente.kernel.places import has_vowed
from detente.kernel.posture import Calendar
from detente.kernel.talks import Regime


class Hosts(Protocol):
    """How readily each host withdraws its consent and gives it anew; by third party, a record."""

    are_asked: Annotated[int, "1 if any host may withdraw its consent within a future"]
    withdrawal_rate: Annotated[Array, (PARTIES,), "rate at which it withdraws it [1/day]"]
    threat_factor: Annotated[Array, (PARTIES,), "the same while a threat stands, times"]
    struck_factor: Annotated[Array, (PARTIES,), "the same once its soil has been hit, times"]
    renewal_rate: Annotated[Array, (PARTIES,), "rate at which it gives it anew [1/day]"]


class Consents(Protocol):
    """Where each host of a future stands; by third party, a record."""

    withholds: Annotated[Array, (PARTIES,), "1 while it lets no force be used", int]
    was_struck: Annotated[Array, (PARTIES,), "1 once its soil has been hit", int]
    patience: Annotated[Array, (PARTIES,), "how much more makes it change its mind, 0 if undrawn"]


@jit
def all_consent(consents: Consents) -> None:
    """Set a future's hosts back to the as-of date."""
    for party in range(PARTIES):
        consents.withholds[party] = 0
        consents.was_struck[party] = 0
        consents.patience[party] = 0.0


@jit
def stands_threat(stance: int, regime: int) -> bool:
    """Say whether a threat stands: an ultimatum that runs, or the defender's vow to answer."""
    return regime == Regime.ULTIMATUM or has_vowed(stance)


@jit
def rate_of_change(hosts: Hosts, consents: Consents, party: int, is_threatened: bool) -> float:
    """Rate at which a host changes its mind: 0 for one that never withdraws [1/day]."""
    if consents.withholds[party] == 1:
        return hosts.renewal_rate[party]
    rate = hosts.withdrawal_rate[party]
    if is_threatened:
        rate *= hosts.threat_factor[party]
    if consents.was_struck[party] == 1:
        rate *= hosts.struck_factor[party]
    return rate


@jit
def open_ceiling(calendar: Calendar, consents: Consents, stage: int) -> int:
    """Return the highest force level in a stage, without the forces of hosts that withhold them."""
    withheld = 0
    for party in range(PARTIES):
        if consents.withholds[party] == 1:
            withheld += calendar.hosted[party, stage]
    if withheld == 0:
        return calendar.ceiling[stage]
    return min(calendar.ceiling[stage], max(calendar.there[stage] - withheld, 0))
