"""The worth of each end of a crisis to both sides and the ally, from the model's definitions."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from detente.kernel.layout import Array
from detente.kernel.solution import WarTable
from detente.kernel.world import World
from verification.model.slow.beliefs import (
    ALLY,
    HARD,
    HOLDERS,
    SOFT,
    TOUGH,
    WEAK,
    Beliefs,
    probability,
)
from verification.model.slow.states import Regime, Standing

BY_CHALLENGER, BY_DEFENDER, BY_ALLY, CAMPAIGN, JOINT, JOINT_CAMPAIGN, ALLY_CAMPAIGN = range(7)
"""Who begins force, a limited strike or a campaign: challenger, defender, ally, or two together."""
CAMPAIGNS = (CAMPAIGN, JOINT_CAMPAIGN, ALLY_CAMPAIGN)
TOGETHER = {
    BY_CHALLENGER: JOINT,
    CAMPAIGN: JOINT_CAMPAIGN,
    BY_ALLY: JOINT,
    ALLY_CAMPAIGN: JOINT_CAMPAIGN,
}
"""What force of one of the two allies becomes once the other joins it."""
ABSORBED, TOKEN, FULL = range(3)
"""How the side that force is begun against replies."""
WEIGHED_EVERY = 3
"""Days after each of which the challenger weighs joining force that its ally began [days]."""
RAREST = 1e-60
"""A chance below this tells no more."""


def is_war(onset: int, reply: int) -> bool:
    """Say whether force is a war: a campaign is whatever the reply, a strike if that is full."""
    return onset in CAMPAIGNS or reply == FULL


class Shown(NamedTuple):
    """What comes after fighting that has shown the challenger's plan and left a dispute open."""

    shift: float
    """What the plan adds to the belief that the challenger is resolved [log-odds]."""
    weight: Array
    """Chance of it, times the discount, at hard and soft beliefs, shape (2, holders)."""
    step: int
    """Where the programme is left."""


class Stakes:
    """Worths of ends, shape (holders,), and of force by beliefs; MODEL 5.2, MODEL3 2 and 3.

    `level`: what went before, 0 no force, 1 a limited strike, 2 a war.
    """

    def __init__(self, world: World, war: WarTable, level: int) -> None:
        self.talks = world.talks
        self.war = world.war
        self.at_once = war.worth[level]
        self.continuation_discount = war.continuation_discount
        self.is_first = level == 0

    def flows(self, standing: Standing) -> Array:
        """Return what the dispute costs each holder a day."""
        challenger = self.talks.challenger_standoff * (1 + standing.step)
        challenger += self.talks.force_cost * standing.force
        ally = self.talks.ally_standoff * (1 + standing.step)
        defender = self.talks.defender_standoff
        flows = np.array([challenger, challenger, defender, defender, ally])
        if standing.is_blockaded:
            flows += self.talks.blockade_cost[[0, 0, 1, 1, 2]]
        return flows

    def for_ever(self, standing: Standing) -> Array:
        """Return the worth of a dispute that stays as it is."""
        return np.asarray(-self.flows(standing) / self.talks.discount_rate)

    def faded(self, standing: Standing) -> Array:
        """Return the worth of a dispute that fades: no force, and the defender pays no more."""
        worth = self.for_ever(Standing(step=standing.step))
        worth[[TOUGH, WEAK]] = 0.0
        return worth

    def dropped(self, standing: Standing) -> Array:
        """Return the worth of a demand dropped: dearer after force shown or an ultimatum."""
        worth = self.faded(standing)
        worth[[HARD, SOFT]] -= self.talks.drop_cost * (1 + self.talks.publicity * standing.force)
        if standing.regime is Regime.ULTIMATUM:
            worth[[HARD, SOFT]] -= self.talks.credibility_cost
        return worth

    def price(self, standing: Standing) -> float:
        """Return what each unit conceded costs the defender: more under threat and after a vow."""
        seen = self.talks.capitulation * self.talks.publicity * standing.force
        return float(1.0 + seen + (self.talks.vow_retreat if standing.has_vowed else 0.0))

    def yielded(self, standing: Standing) -> Array:
        """Return the worth of the whole demand conceded without a text."""
        challenger = self.talks.challenger_demand
        defender = -self.price(standing) * self.talks.defender_demand - self.talks.yield_cost
        return np.array([challenger, challenger, defender, defender, self.talks.ally_demand])

    def deal(self, standing: Standing, package: int) -> Array:
        """Return the worth of a package agreed and ratified."""
        challenger = self.talks.challenger_deal[package]
        defender = self.talks.defender_gain[package]
        defender -= self.price(standing) * self.talks.defender_concession[package]
        return np.array([challenger, challenger, defender, defender, self.talks.ally_deal[package]])

    def lasting(self) -> float:
        """Return the discounted share of time over which a deal holds, `rho / (rho + h)`."""
        breaks = self.talks.breaking_rate.sum()
        return float(self.talks.discount_rate / (self.talks.discount_rate + breaks))

    def readiness(self) -> tuple[float, float, float]:
        """Return how readily each reply to force comes to mind: none, a token, a full one."""
        restrained, absorbed = self.war.restraint_probability, self.war.absorb_share
        return restrained * absorbed, restrained * (1.0 - absorbed), 1.0 - restrained

    def has_ally(self) -> bool:
        """Say whether two may begin force together (MODEL4 6)."""
        parties = self.war.theatre.third_parties
        return bool((parties.is_ally[: parties.count] > 0.0).any())

    def has_means(self) -> bool:
        """Say whether the ally may begin force alone."""
        return self.has_ally() and bool(self.war.theatre.challenger_arsenal.is_held_back)

    def least_days(self, onset: int, reply: int) -> int:
        """Return how long force lasts at the least (MODEL4 2)."""
        theatre = self.war.theatre
        if onset in CAMPAIGNS:
            return int(theatre.campaign_days)
        return int(theatre.raised_days if reply == FULL else theatre.limited_days)

    def saved(self, standing: Standing) -> Array:
        """Return what the challenger saves if it joins its ally's campaign with a strike."""
        war = self.war
        cheaper = (1.0 - war.joint_relief) * (war.war_cost[0] - war.strike_cost[standing.force])
        motive = war.motive[0] if self.is_first else np.zeros(2)
        saved = np.zeros(HOLDERS)
        saved[[HARD, SOFT]] = cheaper - (1.0 - war.strike_motive) * motive
        return saved

    def broken_vow(self, standing: Standing, onset: int, reply: int) -> float:
        """Return what a reply costs a defender that has vowed to answer in full."""
        if onset == BY_DEFENDER or not standing.has_vowed:
            return 0.0
        return float(self.war.vow_price * (1.0, 1.0 - self.war.theatre.token_share, 0.0)[reply])

    def force(self, standing: Standing, onset: int, reply: int, beliefs: Beliefs) -> Array:
        """Return the worth of force while it lasts; a side averages over the other's types."""
        table = self.at_once[standing.force, standing.step, onset, reply]
        tough, hard = probability(beliefs.tough), probability(beliefs.hard)
        of_challenger = np.stack([hard, 1.0 - hard])
        of_defender = np.stack([tough, 1.0 - tough])
        worth = np.zeros((len(tough), HOLDERS))
        worth[:, [HARD, SOFT]] = (table[:, :, 0] @ of_defender).T
        worth[:, [TOUGH, WEAK]] = (table[:, :, 1].T @ of_challenger).T
        worth[:, ALLY] = np.einsum("ak,ab,bk->k", of_challenger, table[:, :, 2], of_defender)
        return worth

    def shown(self, standing: Standing, onset: int, reply: int) -> Iterator[Shown]:
        """List what fighting may show and leave; each side looks ahead by its own view of it.

        A challenger that answers a strike in full fights by the plans of a campaign.
        """
        is_campaign = onset in CAMPAIGNS or (onset == BY_DEFENDER and reply == FULL)
        plans = self.war.plan_by_scale[:, 1 if is_campaign else 0].T
        for plan, (firm, other) in enumerate(plans):
            views = self.continuation_discount[standing.force, standing.step, onset, reply, plan]
            shift = np.log(max(firm, RAREST)) - np.log(max(other, RAREST))
            for step in range(standing.step + 1):
                challenger, defender = views[:, step]
                seen = np.array([challenger, challenger, defender, defender, challenger])
                weight = np.outer([firm, other], seen)
                weight[:, HARD], weight[:, SOFT] = firm * challenger, other * challenger
                if weight.any():
                    yield Shown(float(shift), weight, step)


class TakenStakes(Stakes):
    """The same once a share of an issue is taken: what is taken flows from then on (MODEL 5.11).

    The kernel counts it whole when it is taken. Here a stage in which the dispute ends has its flow
    to the end, and the end the share from the day, so that worths differ by some .0005.
    """

    def __init__(self, world: World, war: WarTable) -> None:
        super().__init__(world, war, 0)
        talks = world.talks
        gain, loss = float(talks.challenger_taken), -float(talks.defender_taken)
        self.taken = np.array([gain, gain, loss, loss, float(talks.ally_taken)])
        self.unmet = 1.0 - gain / float(talks.challenger_demand)
        self.before = Stakes(world, war, 0)

    def flows(self, standing: Standing) -> Array:
        """Return what the dispute costs each holder a day, less what it has of the share."""
        costs = super().flows(standing)
        met = 1.0 - self.unmet
        costs[[HARD, SOFT]] -= met * self.talks.challenger_standoff * (1 + standing.step)
        costs[ALLY] -= met * self.talks.ally_standoff * (1 + standing.step)
        return np.asarray(costs - self.talks.discount_rate * self.taken)

    def faded(self, standing: Standing) -> Array:
        """Return the worth of a dispute that fades: the share stays with who took it."""
        worth = super().faded(standing)
        worth[[TOUGH, WEAK]] = self.taken[TOUGH]
        return worth

    def yielded(self, standing: Standing) -> Array:
        """Return the worth of the rest of the demand conceded without a text."""
        worth = super().yielded(standing)
        worth[[TOUGH, WEAK]] += (1.0 - self.price(standing)) * self.taken[TOUGH]
        return worth

    def deal(self, standing: Standing, package: int) -> Array:
        """Return the worth of a package that moves issues from where the taking left them."""
        talks, worth = self.talks, super().deal(standing, package) + self.taken
        worth[[HARD, SOFT]] -= talks.challenger_deal_taken[package]
        worth[[TOUGH, WEAK]] += self.price(standing) * talks.defender_concession_taken[package]
        worth[ALLY] -= talks.ally_deal_taken[package]
        return np.asarray(worth)

    def accepted(self, standing: Standing) -> Array:
        """Return the worth of the taking if the defender backs down."""
        worth = self.taken + self.unmet * self.before.faded(standing)
        worth[[TOUGH, WEAK]] = self.price(standing) * self.taken[TOUGH] - self.talks.yield_cost
        return np.asarray(worth)

    def force(self, standing: Standing, onset: int, reply: int, beliefs: Beliefs) -> Array:
        """Return the worth of force: a war puts the share at stake, the defender may restore it."""
        kept = 0.0 if is_war(onset, reply) else 1.0
        if onset == BY_DEFENDER:
            kept *= 1.0 - self.talks.reversal_success
        return super().force(standing, onset, reply, beliefs) + kept * self.taken
