"""The bargaining: packages along the efficient frontier, and the worth of each to both sides."""

from enum import IntEnum
from typing import Annotated, NamedTuple, Protocol

from detente.kernel.arithmetic import exp, log
from detente.kernel.jit import jit
from detente.kernel.layout import Array

PACKAGES = 5
"""Most packages of a crisis, the size of tables."""
LEAST_BEND = 1e-6
"""Curvature below which an issue counts as linear.

With less curvature, rounding errors of a price would move the issue's position too much.
"""
LEAST_DEMAND = 1e-280
"""Gain to the challenger at or below which an issue has no price, as that could overflow."""


class Regime(IntEnum):
    """The regime of the talks."""

    NO_TEXT = 0
    TEXT_READY = 1
    ULTIMATUM = 2
    FAILED = 3
    STANDSTILL = 4
    """For a time both sides refrain from force, raises and steps; nothing else is agreed."""


class ChallengerMove(IntEnum):
    """The challenger's moves, peaceful to violent; an offer of package p is 0 + p."""

    OFFER = 0
    DROP = 5
    STANDSTILL = 6
    """Offer a standstill."""
    LIFT = 7
    """Lift a blockade."""
    LOWER = 8
    HOLD = 9
    RAISE = 10
    IMPOSE = 11
    """Impose a blockade."""
    ULTIMATUM = 12
    WALK_OUT = 13
    TAKE = 14
    """Take a share of an issue without shots."""
    STRIKE = 15
    CAMPAIGN = 16


class DefenderMove(IntEnum):
    """The defender's moves, peaceful to violent; an offer of package p is 0 + p."""

    OFFER = 0
    YIELD = 5
    STANDSTILL = 6
    """Offer a standstill."""
    HOLD = 7
    VOW = 8
    ADVANCE = 9
    WALK_OUT = 10
    STRIKE = 11


CHALLENGER_MOVES = 17
DEFENDER_MOVES = 12


class Negotiation(Protocol):
    """Rates, packages and stakes of the bargaining; a record. Units: MODEL 1."""

    precision: Annotated[float, "lambda of both sides [per unit of value]"]
    slip: Annotated[float, "least likelihood of an act under the type that it speaks against"]
    discount_rate: Annotated[float, "rho, the end of a mandate included [1/day]"]
    challenger_pace: Annotated[float, "most moves of the challenger [1/day]"]
    defender_pace: Annotated[float, "most moves of the defender [1/day]"]
    challenger_rate: Annotated[
        Array, (CHALLENGER_MOVES,), "rate of each move at indifference, hold 0 [1/day]"
    ]
    defender_rate: Annotated[
        Array, (DEFENDER_MOVES,), "rate of each move at indifference, hold 0 [1/day]"
    ]
    failed_strike_factor: Annotated[float, "factor on the rate of strikes after failed talks"]
    text_rate: Annotated[float, "rate at which a draft deal becomes ready [1/day]"]
    fade_rate: Annotated[float, "rate at which the dispute fades [1/day]"]
    exit_rate: Annotated[float, "rate at which failed talks resume [1/day]"]
    growth_rate: Annotated[float, "rate of the programme's next step [1/day]"]
    ultimatum_days: Annotated[float, "mean days until an ultimatum lapses [days]"]
    credibility_cost: Annotated[float, "challenger's cost of not acting on one [value]"]
    ratify_probability: Annotated[float, "chance that an agreed deal is ratified"]
    breaking_rate: Annotated[Array, (2,), "hazard that each side breaks a deal [1/day]"]
    packages: Annotated[int, "packages on the menu, soft to hard"]
    is_comprehensive: Annotated[
        Array, (PACKAGES,), "1 if the package moves every issue of the crisis", int
    ]
    challenger_deal: Annotated[Array, (PACKAGES,), "worth of each package to the challenger"]
    defender_gain: Annotated[Array, (PACKAGES,), "worth of its relief to the defender"]
    defender_concession: Annotated[Array, (PACKAGES,), "what the defender concedes in it"]
    challenger_demand: Annotated[float, "worth to the challenger of its whole demand, no relief"]
    defender_demand: Annotated[float, "what conceding it all costs the defender, no force deployed"]
    capitulation: Annotated[
        float, "by how much one force level shown in public raises the price of a concession"
    ]
    publicity: Annotated[float, "how public the venue is [0-1]"]
    drop_cost: Annotated[float, "challenger's cost of dropping its demand, no force deployed"]
    yield_cost: Annotated[float, "defender's cost of yielding without a deal"]
    challenger_price: Annotated[
        Array, (CHALLENGER_MOVES,), "challenger's own cost of each move, before its consequences"
    ]
    defender_price: Annotated[Array, (DEFENDER_MOVES,), "defender's own cost of each move"]
    vow_retreat: Annotated[float, "cost of each unit conceded after a public vow, e_B"]
    has_vowed: Annotated[int, "1 if the defender has vowed in public by the as-of date"]
    have_failed: Annotated[int, "1 if talks have failed by the as-of date"]
    ultimatum_runs: Annotated[int, "1 if the challenger's ultimatum runs on the as-of date"]
    raise_ordered: Annotated[int, "1 if more force is ordered by then and has not arrived"]
    raise_days: Annotated[float, "mean days until a raise of force arrives [days]"]
    unrest_rate: Annotated[float, "rate at which unrest offers a justification [1/day]"]
    unrest_days: Annotated[float, "days for which it does [days]"]
    justification: Annotated[float, "delta: by how much it lowers the price of a strike [value]"]
    challenger_standoff: Annotated[float, "psi: challenger's cost of the dispute [1/day]"]
    force_cost: Annotated[float, "k_F: cost of a force level [1/day]"]
    defender_standoff: Annotated[float, "sigma: defender's cost of the dispute [1/day]"]
    ally_rate: Annotated[float, "rate at which the ally weighs a strike [1/day]"]
    ally_rate_per_step: Annotated[float, "more for each programme step [1/day]"]
    ally_rate_by_force: Annotated[float, "share by which each force level raises both rates"]
    ally_rate_after_round: Annotated[float, "share by which a recent round raises the rate"]
    recent_round: Annotated[float, "how far a round of force lies behind, 1 just after one [0-1]"]
    ally_deal: Annotated[Array, (PACKAGES,), "worth of each package to the ally"]
    ally_demand: Annotated[float, "worth to the ally of the challenger's whole demand"]
    challenger_demand_settled: Annotated[
        float, "of the demand's worth to it, what complete damage settles"
    ]
    defender_demand_settled: Annotated[
        float, "of what the demand costs the defender, what complete damage settles"
    ]
    ally_demand_settled: Annotated[
        float, "of the demand's worth to the ally, what complete damage settles"
    ]
    challenger_deal_settled: Annotated[
        Array, (PACKAGES,), "of each package's worth to it, what complete damage settles"
    ]
    defender_concession_settled: Annotated[
        Array, (PACKAGES,), "of what the defender concedes, what complete damage settles"
    ]
    ally_deal_settled: Annotated[
        Array, (PACKAGES,), "of each package's worth to the ally, what complete damage settles"
    ]
    ally_standoff: Annotated[float, "ally's cost of the dispute [1/day]"]
    restraint_cost: Annotated[float, "k_R: challenger's cost of restraining the ally"]
    restraint_success: Annotated[float, "chance that the ally is restrained by it"]
    hard_log_odds: Annotated[float, "prior log-odds that the challenger is resolved"]
    tough_log_odds: Annotated[float, "prior log-odds that the defender is resolved"]
    standstill_days: Annotated[float, "mean days of a standstill, 0 if none is ever made [days]"]
    standstill_talks: Annotated[float, "chance that a draft deal is ready once its time is over"]
    standstill_calm: Annotated[float, "factor on incidents during a standstill"]
    breach_cost: Annotated[float, "cost of breaking it, to the side that orders force [value]"]
    stands_still: Annotated[int, "1 if one holds on the as-of date"]
    has_blockade: Annotated[int, "1 if the challenger has a blockade, or another such measure"]
    blockade_stands: Annotated[int, "1 if it stands on the as-of date"]
    blockade_force: Annotated[int, "least force level that it needs [0-2]"]
    blockade_cost: Annotated[
        Array, (3,), "what a day of it costs the challenger, the defender, the ally [1/day]"
    ]
    lift_cost: Annotated[float, "challenger's cost of lifting it in full public"]
    may_take: Annotated[int, "1 if the crisis has an issue of which a share can be taken"]
    taken_share: Annotated[float, "share of that issue that the challenger can take at once [0-1]"]
    challenger_taken: Annotated[float, "worth of that share to the challenger"]
    defender_taken: Annotated[
        float, "cost of the taking to the defender, with no force deployed [value]"
    ]
    ally_taken: Annotated[float, "worth of it to the ally"]
    challenger_deal_taken: Annotated[
        Array,
        (PACKAGES,),
        "part of each package's worth that it already holds after a taking [value]",
    ]
    defender_concession_taken: Annotated[
        Array, (PACKAGES,), "part of each concession that is already lost after a taking [value]"
    ]
    ally_deal_taken: Annotated[
        Array, (PACKAGES,), "part of each package's worth to the ally that is already taken [value]"
    ]
    protest_cost: Annotated[float, "challenger's cost, through third parties, of a protest"]
    reversal_readiness: Annotated[
        float, "weight of reversing a taking by force at once, a protest having 1"
    ]
    reversal_success: Annotated[
        float, "chance that force of the defender short of war restores what was taken"
    ]
    taking_holds: Annotated[int, "1 if it is held under protest on the as-of date"]


class Issues(NamedTuple):
    """Worth of each issue conceded in full, and its curvature on the way; shape (issues,)."""

    demanded: Annotated[Array, "worth of the whole demand to the challenger, a"]
    conceded: Annotated[Array, "cost of it to the defender, b"]
    gain_exponent: Annotated[Array, "alpha, above 0 to 1: a part z of it is worth a z^alpha"]
    cost_exponent: Annotated[Array, "beta, 1 or more: it costs b z^beta"]


class ForceAftermath(Protocol):
    """Rates and factors of a dispute that continues after force; a record."""

    ends_dispute: Annotated[int, "1 if force ends the dispute, whatever comes of it"]
    resume_rate: Annotated[float, "rate at which talks resume after force [1/day]"]
    text_factor: Annotated[float, "factor on the rate of draft deals after force [0-1]"]
    fade_factor: Annotated[float, "factor on the rate at which the dispute fades after force"]
    concession_factor: Annotated[float, "factor on the rates of dropping and yielding after force"]
    limited_factor: Annotated[
        float, "further factor on fading and conceding after a limited strike"
    ]
    incident_factor: Annotated[float, "factor on incidents after force while talks have failed"]
    strike_factor: Annotated[
        float, "factor on the rate of strikes after force while talks have failed"
    ]


@jit
def lasting_share(talks: Negotiation) -> float:
    """Return the share of a deal's worth that is realised before it breaks, `rho / (rho + h)`.

    A deal pays its flow until it breaks, at hazard h; failed talks follow. The expected discount of
    the day on which it breaks is `h / (rho + h)` (MODEL 5.2).
    """
    breaks = talks.breaking_rate[0] + talks.breaking_rate[1]
    return talks.discount_rate / (talks.discount_rate + breaks)


@jit
def order_by_price(demanded: Array, conceded: Array, order: Array) -> None:
    """Fill `order` with the issues, from the cheapest concession to the most costly.

    The price of an issue is the defender's cost of each unit that the challenger gains. Conceding
    in this order traces the efficient frontier of linear issues (Sebenius 1983).
    """
    for issue in range(demanded.shape[0]):
        place = issue
        while place > 0:
            other = order[place - 1]
            # Prices are compared by cross-multiplication, since an issue without gain has none.
            # Issues of equal price keep their order.
            if conceded[issue] * demanded[other] >= conceded[other] * demanded[issue]:
                break
            order[place] = other
            place -= 1
        order[place] = issue


@jit
def concede(issues: Issues, order: Array, gain: float, positions: Array) -> None:
    """Fill each issue's position (0 status quo, 1 demand) so that the challenger gains `gain`.

    The cost to the defender is the least possible: all curved issues have the same marginal price,
    and the rest of the gain is conceded on linear issues in `order`.
    """
    price = marginal_price(issues, gain)
    left = gain
    for issue in range(order.shape[0]):
        if _is_curved(issues, issue):
            positions[issue] = position_at(issues, issue, price)
            left -= _gained(issues, issue, positions[issue])
    # The price of a linear issue is constant, so these are conceded one by one, the cheapest first.
    for place in range(order.shape[0]):
        issue = order[place]
        if not _is_curved(issues, issue):
            full = issues.demanded[issue]
            share = min(max(left / full, 0.0), 1.0) if full > 0.0 else 0.0
            positions[issue] = power(share, 1.0 / issues.gain_exponent[issue])
            left -= share * full


@jit
def marginal_price(issues: Issues, gain: float) -> float:
    """Return the defender's marginal cost of the challenger's gain, at the least-cost concession.

    The gain conceded rises with this price, which is found by bisection down to neighbouring
    floating-point numbers. It is 0 if no issue is curved, as no position then depends on it.
    """
    low, high, is_any = 0.0, 0.0, False
    for issue in range(issues.demanded.shape[0]):
        is_any = is_any or _is_curved(issues, issue)
        if issues.demanded[issue] > LEAST_DEMAND:
            high = max(high, _last_price(issues, issue))
    middle = 0.5 * high
    while is_any and low < middle < high:
        if _gained_at(issues, middle) < gain:
            low = middle
        else:
            high = middle
        middle = 0.5 * (low + high)
    # At the upper end at least `gain` is conceded.
    return high if is_any else 0.0


@jit
def _gained_at(issues: Issues, price: float) -> float:
    """Return the challenger's gain if everything below a price is conceded."""
    total = 0.0
    for issue in range(issues.demanded.shape[0]):
        total += _gained(issues, issue, position_at(issues, issue, price))
    return total


@jit
def position_at(issues: Issues, issue: int, price: float) -> float:
    """Return the position up to which a unit of gain costs the defender less than a price.

    At `z = (price a alpha / (b beta))^(1 / (beta - alpha))`, at most 1, marginal cost divided by
    marginal gain equals the price. A linear issue is conceded in full or not at all.
    """
    if issues.demanded[issue] <= LEAST_DEMAND:
        return 0.0
    last = _last_price(issues, issue)
    if not _is_curved(issues, issue):
        return 1.0 if last < price else 0.0
    return min(power(price / last, 1.0 / _bend(issues, issue)), 1.0)


@jit
def _last_price(issues: Issues, issue: int) -> float:
    """Return the highest price of a unit of gain on an issue, that at its full concession."""
    cost = issues.conceded[issue] * issues.cost_exponent[issue]
    return cost / (issues.demanded[issue] * issues.gain_exponent[issue])


@jit
def _is_curved(issues: Issues, issue: int) -> bool:
    """Say whether an issue's price rises on the way; it does not if conceding costs nothing."""
    return _bend(issues, issue) > LEAST_BEND and issues.conceded[issue] > 0.0


@jit
def _bend(issues: Issues, issue: int) -> float:
    return issues.cost_exponent[issue] - issues.gain_exponent[issue]


@jit
def _gained(issues: Issues, issue: int, position: float) -> float:
    return issues.demanded[issue] * power(position, issues.gain_exponent[issue])


@jit
def power(share: float, exponent: float) -> float:
    """Return a share raised to a power above 0; for the exponent 1 exactly the share itself."""
    if exponent == 1.0 or share <= 0.0:
        return share
    return exp(exponent * log(share))


@jit
def worth(weights: Array, exponents: Array, positions: Array) -> float:
    """Return the weighted sum of positions, each raised to its exponent."""
    total = 0.0
    for issue in range(weights.shape[0]):
        total += weights[issue] * power(positions[issue], exponents[issue])
    return total


@jit
def subtract_share(worth: Array, share: float, at_stake: Array) -> None:
    """Reduce the worth of each package by a share of its part `at_stake`, in place."""
    for package in range(worth.shape[0]):
        worth[package] -= share * at_stake[package]


@jit
def challenger_worth(talks: Negotiation, package: int) -> float:
    """Return the worth of a package to the challenger [value]."""
    return talks.challenger_deal[package]


@jit
def defender_worth(talks: Negotiation, package: int, force: int, is_bound: bool) -> float:
    """Return the worth of a package to the defender: relief less concessions [value].

    `is_bound` says whether it has vowed in public. MODEL 5.2.
    """
    price = concession_price(talks, force, is_bound)
    return talks.defender_gain[package] - price * talks.defender_concession[package]


@jit
def rate_of_offer(talks: Negotiation, side: int, package: int) -> float:
    """Return the rate at which a side offers a package [1/day].

    Identical packages count as one offer: the first of them has the sum of their rates, and the
    others have 0. `side` is 0 for the challenger.
    """
    rate = 0.0
    for listing in range(talks.packages):
        if is_same_offer(talks, package, listing):
            if listing < package:
                return 0.0
            own = talks.challenger_rate[listing] if side == 0 else talks.defender_rate[listing]
            rate += own
    return rate


@jit
def is_same_offer(talks: Negotiation, one: int, other: int) -> bool:
    """Say whether two packages are worth the same to everyone and are reported as the same deal."""
    return (
        talks.challenger_deal[one] == talks.challenger_deal[other]
        and talks.defender_gain[one] == talks.defender_gain[other]
        and talks.defender_concession[one] == talks.defender_concession[other]
        and talks.ally_deal[one] == talks.ally_deal[other]
        and talks.is_comprehensive[one] == talks.is_comprehensive[other]
    )


@jit
def concession_price(talks: Negotiation, force: int, is_bound: bool) -> float:
    """Return the price of a concession: `1 + eta F publicity`, plus `e_B` after a vow.

    Deployed force makes a public concession look like capitulation, and a vow makes it a retreat
    (MODEL 5.2).
    """
    price = 1.0 + talks.capitulation * force * talks.publicity
    return price + talks.vow_retreat if is_bound else price


@jit
def justification_factor(talks: Negotiation, is_unrest: bool) -> float:
    """Return the factor on the weight of a strike from a justification, `e^(lambda delta)`.

    Unrest or a crackdown provides a justification for a time (MODEL 4.1); without it the factor is
    1.
    """
    return exp(talks.precision * talks.justification) if is_unrest else 1.0


@jit
def mean_justification_factor(talks: Negotiation) -> float:
    """Return the mean over time of the factor `justification_factor`, which both sides expect."""
    spells = talks.unrest_rate * talks.unrest_days
    share = spells / (1.0 + spells)
    return 1.0 + share * (justification_factor(talks, True) - 1.0)


@jit
def regimes_of(talks: Negotiation) -> int:
    """Return the number of regimes of a crisis; the last, a standstill, only if it may happen."""
    return Regime.STANDSTILL + 1 if talks.standstill_days > 0.0 else Regime.STANDSTILL


@jit
def may_offer_standstill(talks: Negotiation, regime: int) -> bool:
    """Say whether a side may offer a standstill: not during one, nor during an ultimatum."""
    return talks.standstill_days > 0.0 and regime not in (Regime.ULTIMATUM, Regime.STANDSTILL)


@jit
def cost_of_breach(talks: Negotiation, regime: int) -> float:
    """Return the cost to a side of breaking a standstill by ordering force [value]."""
    return talks.breach_cost if regime == Regime.STANDSTILL else 0.0


@jit
def standstill_factor(talks: Negotiation, regime: int) -> float:
    """Return the factor on the rate of incidents; 1 unless a standstill holds."""
    return talks.standstill_calm if regime == Regime.STANDSTILL else 1.0


@jit
def perpetual(flow: float, discount_rate: float) -> float:
    """Return the present worth of a flow that never ends."""
    return flow / discount_rate


@jit
def over_stage(discount_rate: float, days: float) -> float:
    """Return the discounted length of a stage, `(1 - e^(-rho days)) / rho` [days]."""
    return (1.0 - exp(-discount_rate * days)) / discount_rate


@jit
def challenger_flow(talks: Negotiation, force: int, step: int) -> float:
    """Return the challenger's cost of a day of the dispute, `psi (1 + N) + k_F F` [value/day]."""
    return talks.challenger_standoff * (1.0 + step) + talks.force_cost * force


@jit
def ally_flow(talks: Negotiation, step: int) -> float:
    """Return the ally's cost of a day of the dispute at a programme's step [value/day]."""
    return talks.ally_standoff * (1.0 + step)
