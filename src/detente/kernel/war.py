"""What war is worth to each side before it begins, and one war fought to its end."""

from typing import Annotated, NamedTuple, Protocol

from detente.kernel.air_defence import Chance
from detente.kernel.arithmetic import exp
from detente.kernel.campaign import (
    average_commons,
    draw_commons,
    fight_day,
    foresee,
    set_out,
)
from detente.kernel.cascade import states_fighting, violence_class
from detente.kernel.ceasefire import GOES_ON, draw_ceasefire, is_limited, stop_probability
from detente.kernel.draws import Luck
from detente.kernel.expectations import PUBLIC
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.moments import Moments, Wars, certain_worth, no_moments, with_outcomes
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
    ABSORBS,
    ANSWERS,
    BY_DEFENDER,
    CHALLENGER,
    DEFENDER,
    FULL,
    TOKEN,
    Campaign,
    Conflict,
    Situation,
    Theatre,
    defence_of,
    reply_share,
    stand_of,
)

STARTERS = 3
"""Who can begin: challenger, defender, ally."""
ALLY = 2
"""Where a table of war keeps the ally's worth."""
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
    restraint_probability: Annotated[float, "weight of any answer but a full one"]
    absorb_share: Annotated[float, "share of that weight that is no answer at all [0-1]"]
    vow_price: Annotated[float, "defender's cost of absorbing a strike after a public vow"]
    plan_if_hard: Annotated[Array, (len(PLANS),), "chance of each plan, hard challenger"]
    plan_if_soft: Annotated[Array, (len(PLANS),), "the same, soft challenger"]
    ally_stake: Annotated[float, "worth to the ally of all that war can settle"]
    ally_loss_weight: Annotated[float, "kappa of the ally, on the losses of the challenger's side"]
    ally_war_cost: Annotated[float, "cost of any war to the ally"]


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
    closed_on: Annotated[int, "day of the war on which trade was cut off, OPEN if never [days]"]
    world_cost: Annotated[float, "what that cost all others [billion dollars]"]
    ceasefire: Annotated[int, "why the fighting stopped, a Ceasefire"]


@jit
def war_values(war: War, campaign: Campaign, values: Array, answers: Array) -> None:
    """Fill the worth of war and the chance of each answer, for every situation and pair of types.

    `values`: shape (force level, stance, who, challenger type, defender type, holder), the holders
    being challenger, defender and ally, over the plans of each type of challenger. `answers`: shape
    (plan, force level, stance, who, challenger type, defender type, Answer). `campaign` is the room
    to fight in. Expected values by quadrature over 16 nodes.
    """
    values[:] = 0.0
    for force in range(LEVELS):
        for who in range(STARTERS):
            for plan in range(len(PLANS)):
                begun = Situation(force, 0, who, plan, FULL)
                value_force(war, campaign, begun, values[force, :, who], answers[plan])


@jit
def value_force(
    war: War, campaign: Campaign, begun: Situation, values: Array, answers: Array
) -> None:
    """Add the worth of force begun in one way, over the struck side's answer, by types.

    With each step of the programme, with a public vow and without: one war is fought for all of
    them, as it goes the same way whatever the step and the vow (`count_losses`).
    `values`: by stance; `answers`: by force level, stance and who begins.
    """
    absorbed = expected_war(Conflict(war.theatre, campaign, answered(begun, ABSORBS)))
    token = expected_war(Conflict(war.theatre, campaign, answered(begun, TOKEN)))
    full = expected_war(Conflict(war.theatre, campaign, answered(begun, FULL)))
    for stance in range(STANCES):
        step = step_of(stance)
        start = Start(begun.who, begun.plan, has_vowed(stance))
        moments = (absorbed[step], token[step], full[step])
        add_types(war, start, moments, values[stance], answers[begun.force, stance, begun.who])


@jit
def answered(begun: Situation, answer: int) -> Situation:
    """Return how force begins, with an answer to it."""
    return Situation(begun.force, begun.step, begun.who, begun.plan, answer)


@jit
def add_types(war: War, start: Start, moments: Wars, values: Array, answers: Array) -> None:
    """Add one situation's worth for each pair of types, over the struck side's answers.

    `moments`: what force brings under each answer.
    """
    for hard in range(2):
        weight = war.plan_if_hard[start.plan] if hard == 0 else war.plan_if_soft[start.plan]
        for tough in range(2):
            worths = (
                worth_after(war, start, worth(war, moments[0], hard, tough), ABSORBS),
                worth_after(war, start, worth(war, moments[1], hard, tough), TOKEN),
                worth_after(war, start, worth(war, moments[2], hard, tough), FULL),
            )
            chances = answer_chances(war, own_worth(start, worths))
            cell = values[hard, tough]
            for answer in range(ANSWERS):
                chance = chances[answer]
                answers[hard, tough, answer] = chance
                cell[CHALLENGER] += weight * chance * worths[answer].challenger
                cell[DEFENDER] += weight * chance * worths[answer].defender
                cell[ALLY] += weight * chance * worths[answer].ally


@jit
def worth_after(war: War, start: Start, free: Worth, answer: int) -> Worth:
    """Take the price of a vow off what an answer leaves of it undone.

    All of it for absorbing a strike, `1 - s` for a token reply of a share `s` of a full one, and
    nothing for a full answer.
    """
    if start.who == BY_DEFENDER or not start.is_bound:
        return free
    price = war.vow_price * (1.0 - reply_share(war.theatre, answer))
    return Worth(free.challenger, free.defender - price, free.ally)


@jit
def own_worth(start: Start, worths: tuple[Worth, Worth, Worth]) -> tuple[float, float, float]:
    """Return what each answer is worth to the side that was struck."""
    if start.who == BY_DEFENDER:
        return (worths[0].challenger, worths[1].challenger, worths[2].challenger)
    return (worths[0].defender, worths[1].defender, worths[2].defender)


@jit
def answer_chances(war: War, worths: tuple[float, float, float]) -> tuple[float, float, float]:
    """Chance of each answer, by what it is worth to the struck side.

    Logit choice (MODEL 5.3, 7). With `r` the weight of any answer but a full one and `a` the share
    of it that is absorption, the weights are `r a`, `r (1 - a)` and `1 - r`.
    """
    restrained = war.restraint_probability
    absorbing = restrained * war.absorb_share
    answering = restrained * (1.0 - war.absorb_share)
    best = worths[FULL]
    if absorbing > 0.0:
        best = max(best, worths[ABSORBS])
    if answering > 0.0:
        best = max(best, worths[TOKEN])
    # An answer without weight may be worth more than the best of the others.
    absorbs = absorbing * exp(war.precision * min(worths[ABSORBS] - best, 0.0))
    token = answering * exp(war.precision * min(worths[TOKEN] - best, 0.0))
    full = (1.0 - restrained) * exp(war.precision * (worths[FULL] - best))
    total = absorbs + token + full
    return (absorbs / total, token / total, full / total)


@jit
def pick_answer(chances: Array, draw: float) -> int:
    """Answer that a draw picks, peaceful to violent."""
    if draw < chances[ABSORBS]:
        return ABSORBS
    return TOKEN if draw < chances[ABSORBS] + chances[TOKEN] else FULL


@jit
def worth(war: War, moments: Moments, hard: int, tough: int) -> Worth:
    """Worth of a war to a type of each side (MODEL 5.2); `hard`, `tough` are 0 for the firm type.

    `W_A = stake persistence D - kappa L - c0 - r/2 Var`, and the same for B with the damage as a
    loss. Variance is over what the war may bring, the answer given. A side's optimism multiplies
    what it hopes for and divides what it fears. The ally weighs damage and losses at their means.
    """
    hope = exp(war.theatre.optimism[CHALLENGER])
    fear = exp(-war.theatre.optimism[DEFENDER])
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
def expected_war(conflict: Conflict) -> Wars:
    """Work out what a war brings, over the nodes of what each side's shots have in common."""
    steps = (no_moments(), no_moments(), no_moments())
    average_commons(conflict)
    foresee(conflict, PUBLIC)
    for challenger in range(NODES):
        for defender in range(NODES):
            steps = with_nodes(steps, conflict, (challenger, defender))
    return steps


@jit
def with_nodes(steps: Wars, conflict: Conflict, nodes: tuple[int, int]) -> Wars:
    """Add what a war brings at a node of each defence, followed by the chance that it goes on."""
    going = take_nodes(conflict, nodes)
    set_out(conflict)
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
    average_commons(conflict)
    foresee(conflict, PUBLIC)
    draw_commons(conflict, luck, day)
    set_out(conflict)
    ceasefire = GOES_ON
    while ceasefire == GOES_ON:
        today = Chance(False, luck, day + campaign.day, 0)
        fight_day(conflict, today)
        ceasefire = draw_ceasefire(conflict, today)
    return battle_of(conflict, ceasefire)


@jit
def battle_of(conflict: Conflict, ceasefire: int) -> Battle:
    """Say what a war that has ended came to; `ceasefire` is why it did."""
    campaign = conflict.campaign
    states = states_fighting(conflict.theatre.third_parties, campaign.belligerents)
    return Battle(
        violence_class(states, is_limited(conflict)),
        campaign.day,
        campaign.loss[CHALLENGER],
        campaign.loss[DEFENDER],
        campaign.damage,
        int(states + 0.5),
        campaign.passage.closed_on,
        conflict.theatre.chokepoint.world_cost * campaign.passage.closed_days,
        ceasefire,
    )
