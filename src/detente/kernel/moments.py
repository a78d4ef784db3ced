"""What a war brings, in the mean and with its spread, for each step of the programme."""

from typing import NamedTuple, TypeAlias

from detente.kernel.jit import jit
from detente.kernel.losses import programme_broken
from detente.kernel.theatre import CHALLENGER, DEFENDER, Conflict

HALF = 0.5


class Moments(NamedTuple):
    """Means, squares and products of what a war brings."""

    damage: float
    challenger: float
    defender: float
    damage_squared: float
    challenger_squared: float
    defender_squared: float
    damage_challenger: float
    damage_defender: float


Wars: TypeAlias = tuple[Moments, Moments, Moments]
"""What a war brings with each step that the programme may have made, or under each answer."""


@jit
def certain_worth(
    weights: tuple[float, float],
    means: tuple[float, float],
    products: tuple[float, float, float],
    aversion: float,
) -> float:
    """Worth of an uncertain weighted sum of two amounts, its mean less `r/2` of its variance."""
    mean = weights[0] * means[0] + weights[1] * means[1]
    return mean - HALF * aversion * variance_of(weights, means, products)


@jit
def variance_of(
    weights: tuple[float, float],
    means: tuple[float, float],
    products: tuple[float, float, float],
) -> float:
    """Variance of a weighted sum of two amounts from their means, squares and product."""
    first = products[0] - means[0] * means[0]
    second = products[1] - means[1] * means[1]
    together = products[2] - means[0] * means[1]
    return (
        weights[0] * weights[0] * first
        + weights[1] * weights[1] * second
        + 2.0 * weights[0] * weights[1] * together
    )


@jit
def no_moments() -> Moments:
    """Return moments of nothing yet."""
    return Moments(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@jit
def with_outcomes(steps: Wars, mass: float, conflict: Conflict) -> Wars:
    """Add a war that stops now, with its chance, for each step that the programme may have made."""
    return (
        with_outcome(steps[0], mass, conflict, 0),
        with_outcome(steps[1], mass, conflict, 1),
        with_outcome(steps[2], mass, conflict, 2),
    )


@jit
def with_outcome(moments: Moments, mass: float, conflict: Conflict, step: int) -> Moments:
    """Add a war that stops now, with its chance."""
    damage = programme_broken(conflict, DEFENDER, step)
    challenger = strain(conflict, CHALLENGER)
    defender = strain(conflict, DEFENDER)
    return Moments(
        moments.damage + mass * damage,
        moments.challenger + mass * challenger,
        moments.defender + mass * defender,
        moments.damage_squared + mass * damage * damage,
        moments.challenger_squared + mass * challenger * challenger,
        moments.defender_squared + mass * defender * defender,
        moments.damage_challenger + mass * damage * challenger,
        moments.damage_defender + mass * damage * defender,
    )


@jit
def strain(conflict: Conflict, side: int) -> float:
    """Losses and days of war, in the units of losses: a day wears like its fatigue."""
    loss: float = conflict.campaign.loss[side]
    return loss + conflict.theatre.fatigue_rate * conflict.campaign.day
