"""An ally that presses the challenger for force, and the challenger's response (MODEL4 6)."""

from collections.abc import Mapping
from math import exp
from typing import Annotated, NamedTuple

import numpy as np

from detente.kernel.layout import Array
from detente.kernel.talks import Negotiation
from verification.model.slow.beliefs import ALLY, HARD, SOFT
from verification.model.slow.stakes import ALLY_CAMPAIGN, BY_ALLY, JOINT, JOINT_CAMPAIGN
from verification.model.slow.states import TOP, Regime, Standing


class Pressed(NamedTuple):
    """What comes of it: rates a day, or chances in a stage."""

    begins: Annotated[Mapping[int, float], "that force begins, by onset"]
    restrained: Annotated[float, "that the challenger tries to hold its ally back"]

    def within(self, days: float) -> "Pressed":
        """Return the chances within a stage, linear in its days."""
        begins = {onset: days * rate for onset, rate in self.begins.items()}
        return Pressed(begins, days * self.restrained)


class Offer(NamedTuple):
    """One thing that the challenger may do about it."""

    challenger: Annotated[float, "worth to it, the public mean over its types"]
    ally: Annotated[float, "worth to the ally"]
    begins: Annotated[Mapping[int, float], "chance that force begins, by onset"]


def press(
    talks: Negotiation,
    standing: Standing,
    waits: Array,
    force: Mapping[int, Array],
) -> Pressed:
    """Return how often an ally presses and what then begins, all on what is believed at first.

    `waits` and `force`: worths by holder, those of force by onset; without force of the ally's own
    it has no means to go alone. The challenger joins in a strike
    or, with all its force there, in a campaign, stands aside, or restrains an ally that could go
    alone. It answers by quantal response; the ally, which foresees that, goes ahead by what it
    expects over waiting. Alone it strikes or begins a campaign by what these are worth to it.
    """
    hard = 1.0 / (1.0 + exp(-talks.hard_log_odds))

    def to_challenger(worths: Array) -> float:
        return float(hard * worths[HARD] + (1.0 - hard) * worths[SOFT])

    def to_both(worths: Array) -> tuple[float, float]:
        return to_challenger(worths), float(worths[ALLY])

    quiet, has_means = to_both(waits), BY_ALLY in force
    alone, ways = quiet, {}
    if has_means:
        larger = leans(talks.precision * (force[ALLY_CAMPAIGN][ALLY] - force[BY_ALLY][ALLY]))
        ways = {BY_ALLY: 1.0 - larger, ALLY_CAMPAIGN: larger}
        both = np.array([to_both(force[onset]) for onset in ways])
        alone = tuple(np.array([*ways.values()]) @ both)
    breach = talks.breach_cost if standing.regime is Regime.STANDSTILL else 0.0
    joined = {onset: to_both(force[onset]) for onset in (JOINT, JOINT_CAMPAIGN)}
    joined = {onset: (own - breach, of_ally) for onset, (own, of_ally) in joined.items()}
    offers = [Offer(*joined[JOINT], {JOINT: 1.0}), Offer(*alone, ways)]
    if standing.force == TOP:
        offers.append(Offer(*joined[JOINT_CAMPAIGN], {JOINT_CAMPAIGN: 1.0}))
    tries = 0.0
    if has_means:
        works = talks.restraint_success
        held = [works * q + (1.0 - works) * a for q, a in zip(quiet, alone, strict=True)]
        unheld = {onset: (1.0 - works) * share for onset, share in ways.items()}
        offers.append(Offer(held[0] - talks.restraint_cost, held[1], unheld))
    pulls = np.exp(talks.precision * np.array([one.challenger - quiet[0] for one in offers]))
    chances = pulls / pulls.sum()
    expected = float(chances @ [one.ally for one in offers])
    goes = leans(talks.precision * (expected - quiet[1]))
    often = talks.ally_rate + talks.ally_rate_per_step * standing.step
    often *= 1.0 + talks.ally_rate_by_force * standing.force
    often *= 1.0 + talks.ally_rate_after_round * talks.recent_round
    if has_means:
        tries = float(chances[-1])
    begins: dict[int, float] = {}
    for chance, offer in zip(chances, offers, strict=True):
        for onset, share in offer.begins.items():
            begins[onset] = begins.get(onset, 0.0) + often * goes * float(chance) * share
    return Pressed(begins, often * goes * tries)


def leans(pull: float) -> float:
    """Return the chance of a choice that is worth so much more, in units of noise."""
    return 1.0 / (1.0 + exp(-pull))
