"""Before the talks: what they will be about and where, settled when one side concedes."""

from typing import Annotated, NamedTuple

from detente.kernel.arithmetic import logistic
from detente.kernel.jit import jit

LEAST_EAGERNESS = 1e-30
"""No side is sure never to concede."""


class Stake(NamedTuple):
    """What a dispute about the talks is worth to one side."""

    own: Annotated[float, "worth of the talks on its own terms [basket]"]
    others: Annotated[float, "worth of the talks on the other's terms [basket]"]
    delay_cost: Annotated[float, "cost of a day without talks [basket/day]"]


@jit
def concession_rate(pace: float, precision: float, stake: Stake) -> float:
    """Rate at which a side concedes the other's terms [1/day].

    `pace * logistic(lambda (V(other's) - V(own) + c / pace))`, MODEL 5.6: conceding brings the
    other's terms at once and saves the delay until the other would have conceded. A side is
    indifferent where the pace is `c / (V(own) - V(other's))`, the hazard of the war of attrition
    (Hendricks, Weiss & Wilson 1988).
    """
    saved = stake.delay_cost / pace
    eagerness = logistic(precision * (stake.others - stake.own + saved))
    return pace * max(eagerness, LEAST_EAGERNESS)


@jit
def first_to_concede(rate: float, other_rate: float) -> float:
    """Chance that the side with `rate` concedes before the other."""
    return rate / (rate + other_rate)


@jit
def mean_delay(rate: float, other_rate: float) -> float:
    """Mean time until either concedes [days]."""
    return 1.0 / (rate + other_rate)
