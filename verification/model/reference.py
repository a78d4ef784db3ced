"""Textbook results on bargaining and war, independent of the model, which is checked by them.

A is the side that demands; a share of 1 is all that is in dispute. Each function takes the inputs
of a case by name and returns its outputs by name.
"""

from collections.abc import Callable, Mapping
from typing import Any

Inputs = Mapping[str, Any]
Outputs = dict[str, float]


def first_strike_stability(inputs: Inputs) -> Outputs:
    """By how much the advantage of striking first exceeds what war costs both sides together.

    gap = (p_first - p_second) - (c_A + c_B), shares of the prize. Above 0 no division leaves both
    sides at least as well off as striking first, so no peace is stable. Both sides are taken to be
    risk-neutral. Fearon 1995; Powell 2006.
    """
    advantage = inputs["first"] - inputs["second"]
    return {"gap": advantage - (inputs["cost_A"] + inputs["cost_B"])}


def alternating_offers(inputs: Inputs) -> Outputs:
    """Share of the side that proposes first when offers alternate without end.

    share = (1 - δ2) / (1 - δ1 δ2), δ the discount from one offer to the next of the first and of
    the second proposer. Needs δ1 δ2 < 1: two sides that never tire agree on no single division.
    Rubinstein 1982.
    """
    first, second = inputs["discount_1"], inputs["discount_2"]
    if first * second >= 1.0:
        raise ValueError("discount_1 times discount_2 is 1 or more; one side at least must tire")
    return {"proposer": (1.0 - second) / (1.0 - first * second)}


def offers_before_deadline(inputs: Inputs) -> Outputs:
    """Share of the side that proposes first when only so many offers can be made, then nothing.

    Backward from the last offer, whose maker keeps all: share = 1, then share ← 1 - δ share for
    each earlier offer. Ståhl 1972.
    """
    share = 1.0
    for _ in range(int(inputs["offers"]) - 1):
        share = 1.0 - inputs["discount"] * share
    return {"proposer": share}


def screening_uniform(inputs: Inputs) -> Outputs:
    """Best demand, and the chance of war it carries, when the other's cost of war is unknown.

    B's cost c is uniform on [0, C]. B accepts a demand x if 1 - x + s >= 1 - p - c, with s a
    mediator's carrot that B gets on acceptance, so war(x) = (x - p - s) / C, held within [0, 1].
    A maximises (1 - war) x + war (p - c_A): x = p + (C + s - c_A) / 2, which is no less than p + s
    (below it A gives away share without lowering the risk) and no more than 1.
    Fearon 1995; the carrot is our extension.
    """
    win, largest_cost, carrot = inputs["win_probability"], inputs["cost_max"], inputs["carrot"]
    if largest_cost <= 0.0:
        raise ValueError("cost_max is 0 or less; the range of costs must have a length")
    interior = win + (largest_cost + carrot - inputs["cost_A"]) / 2.0
    offer = min(1.0, max(win + carrot, interior))
    return {"offer": offer, "war": max(0.0, (offer - win - carrot) / largest_cost)}


def commitment_threshold(inputs: Inputs) -> Outputs:
    """Shift of power to A in one period beyond which no offer of A keeps D from war now.

    The prize yields 1 a period and costs of war are lump sums in the same unit. D gets
    (1 - p)/(1 - δ) - c_D by fighting now; the most that A can promise is the whole of today's yield
    and, from tomorrow on, all that leaves A as well off as war would:
    1 + δ [(1 - p - Δ)/(1 - δ) + c_A]. Equal at Δ = (1 - δ)(p + c_D + δ c_A) / δ.
    Powell 2004, 2006.
    """
    discount = inputs["discount"]
    cost = inputs["cost_D"] + discount * inputs["cost_A"]
    return {"shift": (1.0 - discount) * (inputs["win_probability"] + cost) / discount}


MODELS: dict[str, Callable[[dict[str, Any]], Outputs]] = {
    "first_strike_stability": first_strike_stability,
    "alternating_offers": alternating_offers,
    "offers_before_deadline": offers_before_deadline,
    "screening_uniform": screening_uniform,
    "commitment_threshold": commitment_threshold,
}
