"""Published results on bargaining, reproduced by the kernel's own functions at their limits.

A model here only configures, sums and averages; every formula is the kernel's.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, cast

import numpy as np

from detente.kernel.arithmetic import arrival, decay, logit
from detente.kernel.beliefs import (
    BOUNDLESS,
    Grid,
    after_act,
    attack_probability,
    expected_loss,
    point,
    posterior,
    probability,
    trust,
)
from detente.kernel.causes import Mechanism
from detente.kernel.ceasefire import would_both_stop
from detente.kernel.equation import solve_nodes
from detente.kernel.hazards import mixed
from detente.kernel.incidents import (
    ContactZones,
    escalation_probability,
    hostile_after_alarm,
    hostile_after_report,
    incident_rate,
)
from detente.kernel.layout import Array, new_record
from detente.kernel.moments import WarCourse, no_course
from detente.kernel.nodes import (
    MOST_POINTS,
    MOVES,
    Node,
    choose,
    inclusive_value,
    set_points,
    set_prior,
    set_priors,
)
from detente.kernel.talks import Issues, concede, order_by_price, worth
from detente.kernel.theatre import (
    Campaign,
    Conflict,
    Onset,
    Reply,
    Situation,
    Theatre,
    Warfare,
)
from detente.kernel.war import worth as war_worth
from detente.questions.causes.credit import credit, plan_of

Inputs = dict[str, Any]
Outputs = Mapping[str, float]

SHARP = 1e7
"""A precision at which a quantal response is a best response to within a millionth."""
OFFERS = 26
"""Offers on either side of one that leaves the other side indifferent."""
NEAREST = 1e-8
"""The nearest of them, as a share of all that can be offered."""
ROUNDS = 500
"""Rounds of offers, enough for a small error of each to show."""
WAITING_DAYS = 0.25
WAITING_STAGES = 8000
"""Short stages, and so many that nothing after them counts."""
FRONTIER = 2001
"""Points of a frontier for each issue."""
LITTLE = 1e-4
"""Log-odds so small that chances about even move by a quarter of them."""
ONLOOKER = 2
"""Where a node keeps the defender's worth, an onlooker's who gets 1 if there is war."""

TWO = Mechanism.FIRST_STRIKE, Mechanism.FRICTION
"""Any two causes."""


class Choice(NamedTuple):
    """What a choice is worth, and how likely each of its moves is."""

    value: float
    chances: list[float]


def pick(*values: float, precision: float) -> Choice:
    """Choose between moves of weight one."""
    chances = np.zeros(len(values))
    value = choose(np.array(values, float), np.ones(len(values)), float(precision), chances)
    return Choice(value, [float(chance) for chance in chances])


def offers_about(*indifferent: float, top: float) -> list[float]:
    """Return offers from nothing to the top, ever finer about those that just might be accepted."""
    away = top * np.geomspace(NEAREST, 1.0, OFFERS)
    offers = [indifference + sign * away for indifference in indifferent for sign in (-1.0, 1.0)]
    return [float(offer) for offer in np.unique(np.clip(offers, 0.0, top))]


def offer_value(
    worths: Sequence[float], accepted: Sequence[float], refused: float
) -> tuple[int, float]:
    """Return which offer a sharp proposer makes, and what it is worth."""
    values = [
        chance * granted + (1.0 - chance) * refused
        for granted, chance in zip(worths, accepted, strict=True)
    ]
    value, chances = pick(*values, precision=SHARP)
    return int(np.argmax(chances)), value


def bargaining_range(case: Inputs) -> Outputs:
    """Find the shares that both prefer to a war won with a chance and paid for whatever happens."""
    war = cast("Warfare", new_record(Warfare))
    war.challenger_stake = war.defender_stake = 1.0
    war.war_cost[:] = float(case["cost_A"]), float(case["cost_B"])
    seen = no_course().challenger._replace(settled=float(case["win_probability"]))
    begun = Situation(0, 0, Onset.CAMPAIGN, 0, Reply.FULL)
    value = war_worth(war, WarCourse(seen, seen, 0.0), begun, (0, 0), (1.0, 0.0))
    order, share = np.zeros(1, np.int64), np.zeros(1)
    pie = Issues(*np.ones((4, 1)))
    concede(pie, order, value.challenger, share)
    low = float(share[0])
    concede(pie, order, -value.defender, share)
    return {"low": low, "high": float(share[0])}


def risk_return(case: Inputs) -> Outputs:
    """Make a take-it-or-leave-it demand of an opponent that is resolved or not."""
    win, tough = case["win_probability"], case["tough_probability"]
    safe, risky = win + case["cost_tough"], win + case["cost_weak"]
    shares = offers_about(safe, risky, top=1.0)
    resists = [
        [pick(-share, -win - case[cost], precision=SHARP).chances[1] for share in shares]
        for cost in ("cost_tough", "cost_weak")
    ]

    def demand(chance: float) -> tuple[float, float]:
        """Return the demand made, and the chance of war, of an opponent tough with a chance."""
        fights = [
            chance * hard + (1.0 - chance) * easy for hard, easy in zip(*resists, strict=True)
        ]
        index, _ = offer_value(shares, [1.0 - fight for fight in fights], win - case["cost_A"])
        return shares[index], fights[index]

    offer, war = demand(tough)
    threshold = crossing(lambda chance: demand(chance)[0] > 0.5 * (safe + risky))
    return {"threshold": threshold, "offer": offer, "war": war}


def crossing(holds: Callable[[float], bool]) -> float:
    """Return the chance at which something that holds at 0 stops holding."""
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if holds(middle) else (low, middle)
    return 0.5 * (low + high)


def frontier(case: Inputs) -> tuple[Array, Array]:
    """Return both sides' utilities along the efficient frontier of linear issues."""
    demanded, conceded = np.array(case["a"], float), np.array(case["b"], float)
    straight = np.ones(len(demanded))
    issues = Issues(demanded, conceded, straight, straight)
    order = np.zeros(len(demanded), np.int64)
    order_by_price(demanded, conceded, order)
    # As many points for each issue: one that is small to A may be large to B.
    corners = np.concatenate([[0.0], np.cumsum(demanded[order])])
    places = np.linspace(0.0, len(demanded), len(demanded) * (FRONTIER - 1) + 1)
    points = []
    for gain in np.interp(places, np.arange(len(corners)), corners):
        # No number until it is written, so that an issue left out is noticed.
        positions = np.full(len(demanded), np.nan)
        concede(issues, order, gain, positions)
        to_defender = worth(conceded, straight, 1.0 - positions)
        points.append((worth(demanded, straight, positions), to_defender))
    utilities = np.array(points)
    return utilities[:, 0], utilities[:, 1]


def nash_packages(case: Inputs) -> Outputs:
    """Pick the point of the frontier with the largest product of gains."""
    for_a, for_b = frontier(case)
    gains = np.maximum(for_a - case["d"][0], 0.0) * np.maximum(for_b - case["d"][1], 0.0)
    best = int(np.argmax(gains))
    return {"utility_A": for_a[best], "utility_B": for_b[best]}


def kalai_smorodinsky(case: Inputs) -> Outputs:
    """Pick the point of the frontier where both get the same share of their ideal gain."""
    for_a, for_b = frontier(case)
    is_rational = (for_a >= case["d"][0]) & (for_b >= case["d"][1])
    ideal_a = for_a[is_rational].max() - case["d"][0]
    ideal_b = for_b[is_rational].max() - case["d"][1]
    unequal = np.abs((for_a - case["d"][0]) / ideal_a - (for_b - case["d"][1]) / ideal_b)
    best = int(np.argmin(np.where(is_rational, unequal, np.inf)))
    return {"utility_A": for_a[best], "utility_B": for_b[best]}


def aqre_signalling(case: Inputs) -> Outputs:
    """Threaten, resist, fight or back down, with two types of challenger."""
    precision = float(case["lam"])
    strong, weak = (
        pick(case[war], -case["back_down_cost"], precision=precision)
        for war in ("war_strong", "war_weak")
    )

    def answer(log_odds: float) -> tuple[float, float]:
        """Return how likely B is to resist a threat, and A to fight then."""
        belief = probability(log_odds)
        fought = belief * strong.chances[0] + (1.0 - belief) * weak.chances[0]
        resisting = fought * case["war_B"] + (1.0 - fought) * 1.0
        return pick(resisting, 0.0, precision=precision).chances[0], fought

    def threat(log_odds: float) -> list[float]:
        """Return what a threat is worth to the strong, the weak and the onlooker."""
        resists, fought = answer(log_odds)
        threats = [resists * resisted.value + (1.0 - resists) * 1.0 for resisted in (strong, weak)]
        return [*threats, resists * fought]

    prior = logit(float(case["pi"]))
    node = signalling_node(precision, prior)
    settle_threat(node, threat)
    threatens = float(node.firm_policy[0, 0]), float(node.unresolved_policy[0, 0])
    return {
        "threaten_strong": threatens[0],
        "threaten_weak": threatens[1],
        "resist": answer(after_act(prior, *threatens))[0],
        "fight_strong": strong.chances[0],
        "fight_weak": weak.chances[0],
        "war": float(node.result[0, ONLOOKER]),
    }


def settle_threat(node: Node, threat: Callable[[float], list[float]]) -> None:
    """Solve a node, given what its first move is worth at any posterior.

    The grid of posteriors is narrowed about the solution until its pieces are straight to the last
    digits.
    """
    centre, reach = 0.0, 12.0
    for _ in range(6):
        grid = Grid(centre - reach, 2.0 * reach / (MOST_POINTS - 1), MOST_POINTS)
        set_points(node, grid)
        for place in range(MOST_POINTS):
            node.value[0, place, : ONLOOKER + 1] = threat(point(grid, place))
        solve_nodes(node, grid, np.full(MOST_POINTS, centre), np.full((MOVES, MOST_POINTS), centre))
        centre, reach = float(node.all_equations.log_odds[0, 0]), 0.1 * reach


def signalling_node(precision: float, prior: float) -> Node:
    """Return a node with a threat and no threat, at one prior."""
    node = cast("Node", new_record(Node))
    node.precision = precision
    node.tolerance = 1e-13
    node.most_shift = BOUNDLESS
    node.moves = 2
    node.move[:2] = [0, 1]
    node.weight[:2] = 1.0
    set_priors(node, Grid(0.0, 1.0, MOST_POINTS), 1)
    for place in range(MOST_POINTS):
        set_prior(node, (place, 0), prior)
    return node


def aqre_crisis(case: Inputs) -> Outputs:
    """Challenge, resist, fight, with known payoffs, from the last decision to the first."""
    precision = case["lam"]
    worth_fight, (fight, _) = pick(case["war_A"], -case["back_down_cost"], precision=precision)
    resisting = fight * case["war_B"] + (1.0 - fight) * case["prize"]
    _, (resist, _) = pick(resisting, 0.0, precision=precision)
    challenging = resist * worth_fight + (1.0 - resist) * case["prize"]
    _, (challenge, _) = pick(challenging, 0.0, precision=precision)
    return {
        "challenge": challenge,
        "resist": resist,
        "fight": fight,
        "war": challenge * resist * fight,
    }


def repeated_signal(case: Inputs) -> Outputs:
    """Update a belief on the same sign, again and again."""
    belief = float(case["prior"])
    for _ in range(int(case["signals"])):
        belief = posterior(belief, float(case["if_resolved"]), float(case["if_not"]))
    return {"posterior": belief}


def contact_zones(**known: float) -> ContactZones:
    """Return a record of incidents with what a case knows."""
    incidents = cast("ContactZones", new_record(ContactZones))
    for name, value in known.items():
        setattr(incidents, name, value)
    return incidents


def incident_alarm(case: Inputs) -> Outputs:
    """Judge an incident after an alarm, and after a second report."""
    incidents = contact_zones(
        hostile_probability=case["hostile"],
        sensitivity=case["sensitivity"],
        false_alarm=case["false_alarm"],
    )
    belief = hostile_after_alarm(incidents)
    return {
        "after_alarm": belief,
        "confirmed": hostile_after_report(belief, True),
        "denied": hostile_after_report(belief, False),
    }


def incident_escalation(case: Inputs) -> Outputs:
    """Let incidents happen for some days: the chance that one escalates."""
    incidents = contact_zones(rate=case["rate"], escalation_probability=case["escalation"])
    rate = incident_rate(incidents, 0, False) * escalation_probability(incidents, False)
    return {"probability": 1.0 - decay(rate, float(case["days"]))}


def ally_waiting_value(case: Inputs) -> Outputs:
    """Go back from far ahead through short stages in which a deal or a breakout may come."""
    later = 0.0
    for _ in range(WAITING_STAGES):
        ahead = decay(case["discount"], WAITING_DAYS) * later
        with_deal = mixed(ahead, case["deal_value"], arrival(case["deal_rate"], WAITING_DAYS))
        breaks_out = arrival(case["breakout_rate"], WAITING_DAYS)
        later = mixed(with_deal, -case["breakout_loss"], breaks_out)
    return {"value": later}


def learning_attack(case: Inputs) -> Outputs:
    """Learn from a round that ended in an attack, as from a share of an observation."""
    counts = float(case["a"]), float(case["b"]), float(case["weight"])
    return {"attack": attack_probability(*counts), "trust": trust(*counts)}


def learning_cost(case: Inputs) -> Outputs:
    """Learn from what a round cost, next to what was expected before it."""
    mean = expected_loss(
        float(case["prior_mean"]),
        float(case["prior_sd"]),
        float(case["observed"]),
        float(case["observed_sd"]),
        float(case["weight"]),
    )
    return {"mean": mean}


def soft_value(case: Inputs) -> Outputs:
    """Choose between two equal moves for some stages, with the taste shocks kept."""
    value = 0.0
    for _ in range(int(case["stages"])):
        now = float(case["u"] + case["discount"] * value)
        value = inclusive_value(np.array([now, now]), np.ones(2), float(case["lam"]))
    return {"value": value}


def attribution(case: Inputs) -> Outputs:
    """Share out wars that two causes bring, each there with a chance of its own."""
    chances = float(case["p1"]), float(case["p2"])
    brings = {"either": any, "both": all}[case["kind"]]
    kinds = [(first, second) for first in (False, True) for second in (False, True)]
    plan = plan_of(0, 0, tuple((cause,) for cause in TWO))
    wars = np.array([verdicts_of(plan.subsets, kind, brings) for kind in kinds])
    often = np.array(
        [
            math.prod(p if is_there else 1.0 - p for p, is_there in zip(chances, kind, strict=True))
            for kind in kinds
        ]
    )
    due = credit(wars, plan)
    one, other = (often @ due.shares[:, cause] / math.factorial(len(TWO)) for cause in TWO)
    first, second = (often @ due.but_for[:, cause] for cause in TWO)
    return {
        "shapley_1": float(one),
        "shapley_2": float(other),
        "but_for_1": float(first),
        "but_for_2": float(second),
        "overdetermined": float(often @ due.overdetermined),
    }


def verdicts_of(
    subsets: Sequence[int], is_there: tuple[bool, bool], brings: Callable[[list[bool]], bool]
) -> list[bool]:
    """Return under which subsets of two causes there is war."""
    there = list(zip(TWO, is_there, strict=True))
    return [brings([here and bool(subset >> one & 1) for one, here in there]) for subset in subsets]


def war_stops(case: Inputs) -> Outputs:
    """Let two sides of equal strength fight that both think they prevail, until both would stop.

    They differ by little about much, so that what they disagree about falls as their beliefs do.
    """
    theatre, campaign = cast("Theatre", new_record(Theatre)), cast("Campaign", new_record(Campaign))
    conflict = Conflict(theatre, campaign, Situation(0, 0, Onset.STRIKE, 0, Reply.FULL))
    theatre.belief_strength, theatre.foresight = case["strength"], 1.0
    theatre.fatigue_rate = 0.5 * case["total_cost"]
    theatre.defender_defence.hardness[:] = theatre.challenger_defence.hardness[:] = 1.0
    theatre.optimism_weight, theatre.optimism[:] = 1.0, LITTLE
    theatre.stakes = case["gap"] / (0.5 * LITTLE)
    while not would_both_stop(conflict):
        campaign.day += 1
    return {"battles": int(campaign.day)}


def preempt_threshold(case: Inputs) -> Outputs:
    """Strike first if the chance that the other strikes is above a threshold."""

    def waits(strikes: float) -> bool:
        wait = (1.0 - strikes) * case["peace"] + strikes * case["struck"]
        strike = (1.0 - strikes) * case["first"] + strikes * case["mutual"]
        return pick(wait, strike, precision=1.0).chances[0] > 0.5

    return {"threshold": crossing(waits)}


def divide(surplus: float, keep: tuple[float, float], waits: tuple[float, float]) -> list[float]:
    """Return what both get when one side, then the other, offers a share of the surplus.

    `keep` is what each gets if no one accepts; `waits` how likely each is to propose.
    """
    value = [0.0, 0.0]
    for proposer in range(2):
        other = 1 - proposer
        shares = offers_about(keep[other], top=surplus)
        accepts = [pick(share, keep[other], precision=SHARP).chances[0] for share in shares]
        index, own = offer_value([surplus - share for share in shares], accepts, keep[proposer])
        value[proposer] += waits[proposer] * own
        value[other] += waits[proposer] * (
            accepts[index] * shares[index] + (1.0 - accepts[index]) * keep[other]
        )
    return value


def random_proposer(case: Inputs) -> Outputs:
    """Draw a proposer each round; a rejection may break the talks down."""
    proposes = (case["propose_A"], 1.0 - case["propose_A"])
    value = [0.0, 0.0]
    for _ in range(ROUNDS):
        goes_on = 1.0 - case["breakdown"]
        value = divide(case["surplus"], (goes_on * value[0], goes_on * value[1]), proposes)
    return {"value_A": value[0], "value_B": value[1]}


def random_mover(case: Inputs) -> Outputs:
    """Draw at most one mover a day, with a daily discount."""
    moves = (case["move_A"], case["move_B"])
    idle = 1.0 - moves[0] - moves[1]
    value = [0.0, 0.0]
    for _ in range(ROUNDS):
        keep = (case["discount"] * value[0], case["discount"] * value[1])
        moved = divide(case["surplus"], keep, moves)
        # Days without a mover only put the next move off: a geometric series.
        value = [gained / (1.0 - idle * case["discount"]) for gained in moved]
    return {"value_A": value[0], "value_B": value[1]}


MODELS: dict[str, Callable[[Inputs], Outputs]] = {
    "bargaining_range": bargaining_range,
    "risk_return": risk_return,
    "nash_packages": nash_packages,
    "kalai_smorodinsky": kalai_smorodinsky,
    "aqre_signalling": aqre_signalling,
    "aqre_crisis": aqre_crisis,
    "repeated_signal": repeated_signal,
    "incident_alarm": incident_alarm,
    "incident_escalation": incident_escalation,
    "ally_waiting_value": ally_waiting_value,
    "learning_attack": learning_attack,
    "learning_cost": learning_cost,
    "soft_value": soft_value,
    "attribution": attribution,
    "war_stops": war_stops,
    "preempt_threshold": preempt_threshold,
    "random_proposer": random_proposer,
    "random_mover": random_mover,
}
