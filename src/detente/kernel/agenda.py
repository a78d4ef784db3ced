"""The dispute about agenda and venue: no draft deal is ready until one side concedes."""

from typing import Annotated, NamedTuple, Protocol

from detente.kernel.arithmetic import exp, logistic
from detente.kernel.jit import jit
from detente.kernel.layout import Array

AGENDA, VENUE = 0, 1
"""Matters about the talks that may be in dispute, in the order in which they are settled."""
MATTERS = 2

LEAST_EAGERNESS = 1e-30
"""Floor on the chance to concede, so that both sides' rates stay above 0."""


class TermsDispute(Protocol):
    """The disputed matters about the talks of a world; at run time a record."""

    matters: Annotated[int, "matters in dispute, settled one after the other"]
    matter: Annotated[Array, (MATTERS,), "subject of each dispute: AGENDA or VENUE", int]
    conceder: Annotated[Array, (MATTERS,), "who concedes it: 0 challenger, 1 defender", int]
    rate: Annotated[
        Array, (MATTERS, 2, 2), "rate at which each side concedes it, firm type and other [1/day]"
    ]


class Stake(NamedTuple):
    """The worth of a dispute about the talks to one side [basket]."""

    own: Annotated[float, "worth of the talks on its own terms [basket]"]
    others: Annotated[float, "worth of the talks on the other's terms [basket]"]
    delay_cost: Annotated[float, "cost of a day without talks [basket/day]"]


@jit
def concession_rate(pace: float, precision: float, stake: Stake) -> float:
    """Return the rate at which a side concedes the other's terms [1/day].

    `pace * logistic(lambda (V(other's) - V(own) + c / pace))`, MODEL 5.6: a side that concedes
    accepts the other's terms at once and saves the cost of waiting for the other to concede. It is
    indifferent if the pace is `c / (V(own) - V(other's))`, the hazard of the war of attrition
    (Hendricks, Weiss & Wilson 1988).
    """
    saved = stake.delay_cost / pace
    eagerness = logistic(precision * (stake.others - stake.own + saved))
    return pace * max(eagerness, LEAST_EAGERNESS)


@jit
def first_to_concede(rate: float, other_rate: float) -> float:
    """Return the chance that the side with `rate` concedes before the other."""
    return rate / (rate + other_rate)


@jit
def mean_delay(rate: float, other_rate: float) -> float:
    """Return the mean time until either side concedes [days]."""
    return 1.0 / (rate + other_rate)


@jit
def chance_of_outcome(dispute: TermsDispute, challenger_type: int, defender_type: int) -> float:
    """Return the chance that each matter is conceded as in this world, given both sides' types."""
    chance = 1.0
    for place in range(dispute.matters):
        conceder = dispute.conceder[place]
        own = challenger_type if conceder == 0 else defender_type
        other = defender_type if conceder == 0 else challenger_type
        rate = dispute.rate[place]
        chance *= first_to_concede(rate[conceder, own], rate[1 - conceder, other])
    return chance


@jit
def types_behind(
    dispute: TermsDispute, hard: float, tough: float, u: tuple[float, float]
) -> tuple[int, int]:
    """Return both sides' types, drawn given who concedes in this world (Bayes).

    `hard` and `tough` are the chances that the challenger and the defender are resolved, before
    anyone has conceded. Averaged over all worlds, the drawn types have these chances, and their
    correlation with who concedes follows from the rates.
    """
    of_hard = hard * mean_outcome(dispute, 0, tough)
    of_soft = (1.0 - hard) * mean_outcome(dispute, 1, tough)
    challenger = 0 if u[0] * (of_hard + of_soft) < of_hard else 1
    # The defender's type is drawn given the challenger's: the outcome depends on both, so that the
    # two are correlated once it is known.
    of_tough = tough * chance_of_outcome(dispute, challenger, 0)
    of_both = mean_outcome(dispute, challenger, tough)
    return challenger, 0 if u[1] * of_both < of_tough else 1


@jit
def mean_outcome(dispute: TermsDispute, challenger_type: int, tough: float) -> float:
    """Return the chance of this world's outcome for a type of challenger, averaged over defenders.

    `tough` is the chance that the defender is resolved.
    """
    of_tough = tough * chance_of_outcome(dispute, challenger_type, 0)
    return of_tough + (1.0 - tough) * chance_of_outcome(dispute, challenger_type, 1)


@jit
def race_chance(rate: float, days: float, concedes: bool) -> float:
    """Return the likelihood of one side's behaviour in a race, given its rate of conceding.

    That is the density of conceding after `days` if it concedes [1/day], else the chance that it
    holds out for `days`.
    """
    held_out = exp(-rate * days)
    return rate * held_out if concedes else held_out
