"""Incidents on either side and an ally's force, which change the worth of waiting."""

from collections.abc import Mapping

import numpy as np

from detente.kernel.incidents import ContactZones
from detente.kernel.layout import Array
from detente.kernel.talks import Negotiation
from verification.model.slow.beliefs import (
    CHALLENGER,
    DEFENDER,
    HARD,
    SOFT,
    Beliefs,
    probability,
)
from verification.model.slow.pressing import Pressed
from verification.model.slow.stakes import BY_CHALLENGER, BY_DEFENDER, JOINT, JOINT_CAMPAIGN
from verification.model.slow.states import Regime, Standing

CONFIRMS_HOSTILE = 0.9
CONFIRMS_ACCIDENT = 0.1
"""Chance that a hotline's report calls a hostile incident, or an accident, hostile (MODEL 4.2)."""


class Contact:
    """The contact zones in one standing and for some days."""

    def __init__(
        self, talks: Negotiation, incidents: ContactZones, standing: Standing, days: float
    ) -> None:
        self.talks = talks
        self.incidents = incidents
        self.standing = standing
        self.days = days
        self.has_failed = standing.regime is Regime.FAILED

    def worth(
        self,
        waits: Array,
        force: Mapping[int, Array],
        beliefs: Beliefs,
        pressed: Pressed,
    ) -> Array:
        """Return the worth of waiting with what may break in on it.

        `waits`: worth by case and holder; `force`: that of force by onset. `pressed`: what comes of
        an ally that presses for force.
        """
        worth = waits.copy()
        chances: dict[int, Array | float] = {
            BY_CHALLENGER: self.clash(CHALLENGER, waits, force[BY_CHALLENGER], beliefs),
            BY_DEFENDER: self.clash(DEFENDER, waits, force[BY_DEFENDER], beliefs),
            **pressed.begins,
        }
        for onset, chance in chances.items():
            worth += np.reshape(chance, (-1, 1)) * (force[onset] - waits)
        worth[:, [HARD, SOFT]] -= pressed.restrained * self.talks.restraint_cost
        if self.standing.regime is Regime.STANDSTILL:
            joint = sum(pressed.begins.get(onset, 0.0) for onset in (JOINT, JOINT_CAMPAIGN))
            worth[:, [HARD, SOFT]] -= joint * self.talks.breach_cost
        return worth

    def rate(self) -> float:
        """Return incidents a day, `i0 + i1 F (1 + alert)`, more after failed talks."""
        alert = 1 if self.standing.force >= 1 or self.has_failed else 0
        rate = self.incidents.rate
        rate += self.incidents.rate_per_force * self.standing.force * (1 + alert)
        if self.standing.regime is Regime.STANDSTILL:
            rate *= self.talks.standstill_calm
        if self.standing.is_blockaded:
            rate *= self.incidents.blockade_factor
        return float(rate * (self.incidents.failed_rate_factor if self.has_failed else 1.0))

    def escalates(self) -> float:
        """Return the chance that a reply becomes use of force."""
        factor = self.incidents.failed_escalation_factor if self.has_failed else 1.0
        return min(float(self.incidents.escalation_probability * factor), 1.0)

    def clash(self, side: int, waits: Array, force: Array, beliefs: Beliefs) -> Array:
        """Return the chance that an incident on a side ends in use of force (MODEL 5.8)."""
        stake = self.escalates() * public_gain(side, waits, force, beliefs)
        alone = self.replies(stake, *self.alarm())
        reply = np.zeros(len(stake))
        for threat, accident in self.reports():
            asked = self.replies(stake, threat, accident)
            reply += (threat + accident) * np.minimum(alone, asked)
        return np.asarray(0.5 * self.days * self.rate() * reply * self.escalates())

    def replies(self, stake: Array, threat: float, accident: float) -> Array:
        """Return the chance that a commander replies who knows how likely either reached him."""
        suspicion = threat / (threat + accident)
        pull = stake + self.incidents.alarm_weight * suspicion - self.incidents.restraint
        return np.asarray(probability(self.talks.precision * pull))

    def alarm(self) -> tuple[float, float]:
        """Return the chances that an incident raises an alarm and is hostile, or an accident."""
        hostile = self.incidents.hostile_probability
        accident = (1 - hostile) * self.incidents.false_alarm
        return hostile * self.incidents.sensitivity, accident

    def reports(self) -> list[tuple[float, float]]:
        """Return the chances of each report, after a hostile incident and after an accident."""
        threat, accident = self.alarm()
        if not self.incidents.has_hotline:
            return [(threat, accident)]
        return [
            (threat * CONFIRMS_HOSTILE, accident * CONFIRMS_ACCIDENT),
            (threat * (1 - CONFIRMS_HOSTILE), accident * (1 - CONFIRMS_ACCIDENT)),
        ]


def public_gain(side: int, waits: Array, force: Array, beliefs: Beliefs) -> Array:
    """Return what force brings a side over waiting, the public mean over its types."""
    firm = probability(beliefs.of(side))
    gains = (force - waits)[:, 2 * side : 2 * side + 2]
    return np.asarray(firm * gains[:, 0] + (1.0 - firm) * gains[:, 1])
