"""What war is worth to each side before it begins, and one war fought to its end."""

from typing import Annotated, NamedTuple, Protocol, TypeAlias

from detente.kernel.air_defence import Chance
from detente.kernel.arithmetic import exp, logistic, logit
from detente.kernel.campaign import draw_commons, fight_day
from detente.kernel.cascade import states_fighting, violence_class
from detente.kernel.ceasefire import has_stopped, is_limited, stop_probability
from detente.kernel.draws import Luck
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.losses import programme_broken
from detente.kernel.places import LEVELS, STANCES, has_vowed, step_of
from detente.kernel.posture import PLANS
from detente.kernel.shocks import (
    NODES,
    has_good_picture,
    node_weight,
    picture_left,
    war_point,
)
from detente.kernel.theatre import (
    BY_DEFENDER,
    CHALLENGER,
    DEFENDER,
    Campaign,
    Conflict,
    Situation,
    Theatre,
    begin,
    defence_of,
    stand_of,
)

STARTERS = 3
"""Who can begin: challenger, defender, ally."""
ALLY = 2
"""Where a table of war keeps the ally's worth."""
HALF = 0.5
NEGLIGIBLE = 1e-3
"""Chance below which a war's going on is no longer followed, at one node."""


class War(Protocol):
    """Force and what it costs; at run time a record."""

    theatre: Annotated[Theatre, "what a war is fought with"]
    challenger_stake: Annotated[float, "worth to the challenger of all that war can settle"]
    defender_stake: Annotated[float, "worth of the same to the defender"]
    persistence: Annotated[float, "share of damage that lasts [0-1]"]
    challenger_loss_weight: Annotated[Array, (2,), "kappa of the challenger, hard and soft"]
    defender_loss_weight: Annotated[Array, (2,), "kappa of the defender, tough and weak"]
    war_cost: Annotated[Array, (2,), "cost of any war to each side, c0"]
    risk_aversion: Annotated[Array, (2,), "r of each side"]
    precision: Annotated[float, "lambda of the answer [per unit of value]"]
    restraint_probability: Annotated[float, "weight of a restrained answer, at indifference"]
    vow_price: Annotated[float, "defender's cost of restraint after a public vow"]
    optimism: Annotated[Array, (2,), "log-bias with which each side reads what war brings"]
    plan_if_hard: Annotated[Array, (len(PLANS),), "chance of each plan, hard challenger"]
    plan_if_soft: Annotated[Array, (len(PLANS),), "the same, soft challenger"]
    ally_stake: Annotated[float, "worth to the ally of all that war can settle"]
    ally_loss_weight: Annotated[float, "kappa of the ally, on the losses of the challenger's side"]
    ally_war_cost: Annotated[float, "cost of any war to the ally"]


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


Steps: TypeAlias = tuple[Moments, Moments, Moments]
"""What a war brings with each step that the programme may have made."""


class Worth(NamedTuple):
    """What war is worth to each side, and to the challenger's ally."""

    challenger: float
    defender: float
    ally: float


class Start(NamedTuple):
    """How force begins, as far as the answer to it goes."""

    who: Annotated[int, "who begins: 0 challenger, 1 defender, 2 ally"]
    plan: Annotated[int, "the challenger's plan, as PLANS lists them"]
    is_bound: Annotated[bool, "whether the defender has vowed in public to answer"]


class Battle(NamedTuple):
    """What one war came to."""

    violence: Annotated[int, "limited strike, war or regional war, a Violence"]
    days: Annotated[int, "days of fighting [days]"]
    challenger_loss: Annotated[float, "challenger's losses [normalised]"]
    defender_loss: Annotated[float, "defender's losses [normalised]"]
    damage: Annotated[float, "share of the disputed capabilities destroyed [0-1]"]
    parties: Annotated[int, "states fighting at the end"]


@jit
def war_values(war: War, campaign: Campaign, values: Array, restrained: Array) -> None:
    """Fill the worth of war and the chance of restraint, for every situation and pair of types.

    `values`: shape (force level, stance, who, challenger type, defender type, holder), the holders
    being challenger, defender and ally, over the plans of each type of challenger. `restrained`:
    shape (plan, force level, stance, who, challenger type, defender type). `campaign` is the room
    to fight in. Expected values by quadrature over 16 nodes.
    """
    values[:] = 0.0
    for force in range(LEVELS):
        for who in range(STARTERS):
            for plan in range(len(PLANS)):
                begun = Situation(force, 0, who, plan, False)
                value_force(war, campaign, begun, values[force, :, who], restrained[plan])


@jit
def value_force(
    war: War, campaign: Campaign, begun: Situation, values: Array, restrained: Array
) -> None:
    """Add the worth of force begun in one way, over the struck side's answer, by types.

    With each step of the programme, with a public vow and without: one war is fought for all of
    them, as it goes the same way whatever the step and the vow (`count_losses`).
    `values`: by stance; `restrained`: by force level, stance and who begins.
    """
    answered = Situation(begun.force, begun.step, begun.who, begun.plan, True)
    limited = expected_war(Conflict(war.theatre, campaign, answered))
    full = expected_war(Conflict(war.theatre, campaign, begun))
    for stance in range(STANCES):
        step = step_of(stance)
        start = Start(begun.who, begun.plan, has_vowed(stance))
        chances = restrained[begun.force, stance, begun.who]
        add_types(war, start, (limited[step], full[step]), values[stance], chances)


@jit
def add_types(
    war: War, start: Start, moments: tuple[Moments, Moments], values: Array, restrained: Array
) -> None:
    """Add one situation's worth for each pair of types, over the struck side's answer."""
    for hard in range(2):
        weight = war.plan_if_hard[start.plan] if hard == 0 else war.plan_if_soft[start.plan]
        for tough in range(2):
            limited = worth(war, moments[0], hard, tough)
            full = worth(war, moments[1], hard, tough)
            if start.who == BY_DEFENDER:
                chance = restraint(war, limited.challenger - full.challenger)
            else:
                price = war.vow_price if start.is_bound else 0.0
                limited = Worth(limited.challenger, limited.defender - price, limited.ally)
                chance = restraint(war, limited.defender - full.defender)
            restrained[hard, tough] = chance
            cell = values[hard, tough]
            cell[CHALLENGER] += weight * mix(chance, limited.challenger, full.challenger)
            cell[DEFENDER] += weight * mix(chance, limited.defender, full.defender)
            cell[ALLY] += weight * mix(chance, limited.ally, full.ally)


@jit
def mix(chance: float, one: float, other: float) -> float:
    """Mean of two worths."""
    return chance * one + (1.0 - chance) * other


@jit
def restraint(war: War, gap: float) -> float:
    """Chance that the struck side answers with restraint, `gap` being what it gains by it.

    Logit choice with weights `restraint_probability` and its complement (MODEL 5.3, 7).
    """
    return logistic(logit(war.restraint_probability) + war.precision * gap)


@jit
def worth(war: War, moments: Moments, hard: int, tough: int) -> Worth:
    """Worth of a war to a type of each side (MODEL 5.2); `hard`, `tough` are 0 for the firm type.

    `W_A = stake persistence D - kappa L - c0 - r/2 Var`, and the same for B with the damage as a
    loss. Variance is over what the war may bring, the answer given. A side's optimism multiplies
    what it hopes for and divides what it fears. The ally weighs damage and losses at their means.
    """
    hope = exp(war.optimism[CHALLENGER])
    fear = exp(-war.optimism[DEFENDER])
    challenger = certain_worth(
        (
            hope * war.persistence * war.challenger_stake,
            -war.challenger_loss_weight[hard] / hope,
        ),
        (moments.damage, moments.challenger),
        (moments.damage_squared, moments.challenger_squared, moments.damage_challenger),
        war.risk_aversion[CHALLENGER],
    )
    defender = certain_worth(
        (
            -fear * war.persistence * war.defender_stake,
            -fear * war.defender_loss_weight[tough],
        ),
        (moments.damage, moments.defender),
        (moments.damage_squared, moments.defender_squared, moments.damage_defender),
        war.risk_aversion[DEFENDER],
    )
    ally = war.persistence * war.ally_stake * moments.damage
    ally -= war.ally_loss_weight * moments.challenger + war.ally_war_cost
    return Worth(challenger - war.war_cost[CHALLENGER], defender - war.war_cost[DEFENDER], ally)


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
def with_outcomes(steps: Steps, mass: float, conflict: Conflict) -> Steps:
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


@jit
def expected_war(conflict: Conflict) -> Steps:
    """Work out what a war brings, over the nodes of what each side's shots have in common."""
    steps = (no_moments(), no_moments(), no_moments())
    for challenger in range(NODES):
        for defender in range(NODES):
            steps = with_nodes(steps, conflict, (challenger, defender))
    return steps


@jit
def with_nodes(steps: Steps, conflict: Conflict, nodes: tuple[int, int]) -> Steps:
    """Add what a war brings at a node of each defence, followed by the chance that it goes on."""
    begin(conflict)
    going = take_nodes(conflict, nodes)
    least = NEGLIGIBLE * going
    day = Chance(True, Luck(0, 0, 0), 0, 0)
    while going > least:
        fight_day(conflict, day)
        stops = going * stop_probability(conflict)
        steps = with_outcomes(steps, stops, conflict)
        going -= stops
    return with_outcomes(steps, going, conflict)


@jit
def take_nodes(conflict: Conflict, nodes: tuple[int, int]) -> float:
    """Set what shots have in common at a node of each defence, and return the chance of both."""
    weight = 1.0
    for side in range(2):
        defence = defence_of(conflict.theatre, side)
        picture = picture_left(defence, has_good_picture(nodes[side]))
        stand_of(conflict.campaign, side).picture = picture
        conflict.campaign.shock[side] = war_point(nodes[side])
        weight *= node_weight(defence.tracking_probability, nodes[side])
    return weight


@jit
def fight(war: War, campaign: Campaign, luck: Luck, day: int, situation: Situation) -> Battle:
    """Fight one war from `day` on, drawing everything; the stochastic mode of the same rules."""
    conflict = Conflict(war.theatre, campaign, situation)
    begin(conflict)
    draw_commons(conflict, luck, day)
    has_ended = False
    while not has_ended:
        today = Chance(False, luck, day + campaign.day, 0)
        fight_day(conflict, today)
        has_ended = has_stopped(conflict, today)
    return battle_of(conflict)


@jit
def battle_of(conflict: Conflict) -> Battle:
    """Say what a war that has ended came to."""
    campaign = conflict.campaign
    states = states_fighting(conflict.theatre.third_parties, campaign.belligerents)
    return Battle(
        violence_class(states, is_limited(campaign)),
        campaign.day,
        campaign.loss[CHALLENGER],
        campaign.loss[DEFENDER],
        campaign.damage,
        int(states + 0.5),
    )
