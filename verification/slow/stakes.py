"""What each end of a crisis is worth to both sides and the ally, from the model's definitions."""

import numpy as np

from detente.kernel.layout import Array
from detente.kernel.world import World
from verification.slow.beliefs import ALLY, HARD, HOLDERS, SOFT, TOUGH, WEAK, Beliefs, probability
from verification.slow.states import TOP, Regime, Standing

BY_CHALLENGER, BY_DEFENDER, BY_ALLY = range(3)


class Stakes:
    """Worths of ends, shape (holders,), and of force by beliefs; MODEL 5.2."""

    def __init__(self, world: World, war: Array) -> None:
        self.talks = world.talks
        self.war = war

    def flows(self, standing: Standing) -> Array:
        """Return what the quarrel costs each holder a day."""
        challenger = self.talks.challenger_standoff * (1 + standing.step)
        challenger += self.talks.force_cost * standing.force
        ally = self.talks.ally_standoff * (1 + standing.step)
        defender = self.talks.defender_standoff
        return np.array([challenger, challenger, defender, defender, ally])

    def for_ever(self, standing: Standing) -> Array:
        """Return the worth of a quarrel that stays as it is."""
        return np.asarray(-self.flows(standing) / self.talks.discount_rate)

    def faded(self, standing: Standing) -> Array:
        """Return the worth of a quarrel that fades: no force, and the defender pays no more."""
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

    def force(self, standing: Standing, who: int, beliefs: Beliefs) -> Array:
        """Return the worth of force that someone begins; a side averages over the other's types."""
        stance = standing.step + (TOP + 1 if standing.has_vowed else 0)
        table = self.war[standing.force, stance, who]
        tough, hard = probability(beliefs.tough), probability(beliefs.hard)
        of_challenger = np.stack([hard, 1.0 - hard])
        of_defender = np.stack([tough, 1.0 - tough])
        worth = np.zeros((len(tough), HOLDERS))
        worth[:, [HARD, SOFT]] = (table[:, :, 0] @ of_defender).T
        worth[:, [TOUGH, WEAK]] = (table[:, :, 1].T @ of_challenger).T
        worth[:, ALLY] = np.einsum("ak,ab,bk->k", of_challenger, table[:, :, 2], of_defender)
        return worth
