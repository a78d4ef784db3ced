"""Incidents where forces meet: an alarm, a commander who judges it, and a reply that may spread."""

from typing import Annotated, Protocol

from detente.kernel.arithmetic import logistic
from detente.kernel.beliefs import posterior
from detente.kernel.jit import jit
from detente.kernel.places import force_of, is_imposed
from detente.kernel.posture import is_alert

REPORT_IF_HOSTILE = 0.9
"""Chance that a hotline's second report confirms a hostile incident (MODEL 4.2)."""
REPORT_IF_ACCIDENT = 0.1
"""Chance that it wrongly confirms an accident."""


class ContactZones(Protocol):
    """What is known of the contact zones; a record."""

    rate: Annotated[float, "incidents with no force deployed [1/day]"]
    rate_per_force: Annotated[float, "more for each force level, twice that on alert [1/day]"]
    hostile_probability: Annotated[float, "chance that an incident is hostile"]
    sensitivity: Annotated[float, "chance of an alarm if hostile"]
    false_alarm: Annotated[float, "chance of an alarm if an accident"]
    has_hotline: Annotated[int, "1 if a second report reaches the struck side"]
    restraint: Annotated[float, "what holds a commander back from a reply [value]"]
    alarm_weight: Annotated[float, "what the belief in a hostile act adds to a reply [value]"]
    escalation_probability: Annotated[float, "chance that a reply becomes a use of force"]
    failed_rate_factor: Annotated[float, "factor on incidents after failed talks"]
    failed_escalation_factor: Annotated[float, "factor on escalation after failed talks"]
    are_accidents_known: Annotated[int, "1 if no accident raises an alarm, whatever is expected"]
    blockade_factor: Annotated[float, "factor on incidents during a blockade"]


@jit
def incident_rate(incidents: ContactZones, posture: int, has_failed: bool) -> float:
    """Return the rate of incidents: `i0 + i1 F (1 + alert)`, more after failed talks [1/day].

    There are more, or fewer, while a blockade stands.
    """
    force = force_of(posture)
    alert = 2.0 if is_alert(force, has_failed) else 1.0
    rate = incidents.rate + incidents.rate_per_force * force * alert
    if has_failed:
        rate *= incidents.failed_rate_factor
    return rate * incidents.blockade_factor if is_imposed(posture) else rate


@jit
def escalation_probability(incidents: ContactZones, has_failed: bool) -> float:
    """Return the chance that a reply becomes a use of force, at most 1 after failed talks."""
    if has_failed:
        return min(incidents.escalation_probability * incidents.failed_escalation_factor, 1.0)
    return incidents.escalation_probability


@jit
def raises_alarm(incidents: ContactZones, is_hostile: bool, draw: float) -> bool:
    """Say whether an incident raises an alarm, by its draw."""
    if is_hostile:
        return draw < incidents.sensitivity
    return incidents.are_accidents_known == 0 and draw < incidents.false_alarm


@jit
def alarm_probability(incidents: ContactZones) -> float:
    """Return the chance that an incident raises an alarm on the struck side."""
    # Accidents count here even where they are known: policies stay as they are then (MODEL 8).
    hostile = incidents.hostile_probability
    return hostile * incidents.sensitivity + (1.0 - hostile) * incidents.false_alarm


@jit
def hostile_after_alarm(incidents: ContactZones) -> float:
    """Return the chance that an incident was hostile, given the alarm."""
    return posterior(incidents.hostile_probability, incidents.sensitivity, incidents.false_alarm)


@jit
def hostile_after_report(belief: float, is_confirmed: bool) -> float:
    """Return the chance that it was hostile, after a hotline's second report."""
    if is_confirmed:
        return posterior(belief, REPORT_IF_HOSTILE, REPORT_IF_ACCIDENT)
    return posterior(belief, 1.0 - REPORT_IF_HOSTILE, 1.0 - REPORT_IF_ACCIDENT)


@jit
def reply_probability(
    incidents: ContactZones, precision: float, stake: float, belief: float
) -> float:
    """Return the chance that the local commander replies.

    `logistic(lambda (stake + k1 belief - k0))`, where `stake` is the chance of escalation times the
    public mean of the gain of force over waiting; a reply reveals no type.
    """
    return logistic(precision * (stake + incidents.alarm_weight * belief - incidents.restraint))


@jit
def reply_to_alarm(
    incidents: ContactZones, precision: float, stake: float, is_confirmed: bool
) -> float:
    """Return the chance of a reply to an alarm, given what a hotline's report would say.

    A commander asks before he fires: with one draw for both judgements, `min(reply after the alarm,
    reply after the report)`. MODEL 4.2.
    """
    belief = hostile_after_alarm(incidents)
    alone = reply_probability(incidents, precision, stake, belief)
    if incidents.has_hotline == 0:
        return alone
    asked = reply_probability(
        incidents, precision, stake, hostile_after_report(belief, is_confirmed)
    )
    return min(alone, asked)


@jit
def mean_reply(incidents: ContactZones, precision: float, stake: float) -> float:
    """Return the chance of a reply to an alarm, the mean over what a hotline may say."""
    if incidents.has_hotline == 0:
        return reply_to_alarm(incidents, precision, stake, False)
    belief = hostile_after_alarm(incidents)
    confirmed = belief * REPORT_IF_HOSTILE + (1.0 - belief) * REPORT_IF_ACCIDENT
    if_confirmed = reply_to_alarm(incidents, precision, stake, True)
    if_denied = reply_to_alarm(incidents, precision, stake, False)
    return confirmed * if_confirmed + (1.0 - confirmed) * if_denied
