"""The contact zones, from the pack."""

from collections.abc import Mapping

from detente.ensemble.encode.mediators import Help
from detente.kernel.incidents import Incidents


def encode_incidents(values: Mapping[str, float], helped: Help, incidents: Incidents) -> None:
    """Fill the record of the contact zones."""
    incidents.rate = values["incidents.rate"]
    incidents.rate_per_force = values["incidents.rate_per_force"]
    incidents.hostile_probability = values["incidents.hostile_probability"]
    incidents.sensitivity = values["incidents.sensitivity"]
    incidents.false_alarm = values["incidents.false_alarm"] * helped.discretion
    incidents.has_hotline = int(values["incidents.hotline"] > 0)
    incidents.restraint = values["incidents.restraint"]
    incidents.alarm_weight = values["incidents.alarm_weight"]
    incidents.escalation_probability = values["incidents.escalation_probability"]
    incidents.failed_rate_factor = values["failure.incident_factor"]
    incidents.failed_escalation_factor = values["failure.escalation_factor"]
