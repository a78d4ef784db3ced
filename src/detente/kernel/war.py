"""The worth of force to each side before it begins, and one war fought to its end."""

from typing import Annotated, NamedTuple

from detente.kernel.campaign import (
    average_commons,
    begin_war,
    draw_commons,
    expect_kill_shares,
    fight_day,
    is_fought_on_land,
)
from detente.kernel.cascade import parties_fighting, violence_class
from detente.kernel.ceasefire import (
    draw_ceasefire,
    is_limited,
    is_one_exhausted,
    least_days,
    stop_probability,
    true_odds,
)
from detente.kernel.defence import NODES, has_good_picture, node_weight, picture_factor, war_point
from detente.kernel.draws import Chance, Draws
from detente.kernel.endings import Ceasefire
from detente.kernel.jit import jit
from detente.kernel.land import BOTH
from detente.kernel.layout import Array
from detente.kernel.limits import PARTIES
from detente.kernel.moments import (
    Courses,
    Moments,
    WarCourse,
    certain_worth,
    end_of,
    moments_of,
    no_course,
    settled_with_land,
    with_truth,
    with_views,
    write_moments,
)
from detente.kernel.places import LEVELS
from detente.kernel.posture import FIRST_OF_CAMPAIGNS, PLANS
from detente.kernel.strength import PUBLIC
from detente.kernel.theatre import (
    AT_FIRST,
    BY_ALLY,
    CHALLENGER,
    DEFENDER,
    NOT_YET,
    ONSETS,
    REPLIES,
    TOGETHER,
    Campaign,
    Conflict,
    DirectAction,
    ForceScale,
    Onset,
    Reply,
    Situation,
    Warfare,
    defence_of,
    has_plan,
    is_onset_possible,
    is_restrained,
    is_war,
    scale_of,
    scale_of_plan,
    status_of,
    who_begins,
)
from detente.kernel.war_decisions import decide_terms, restart_decisions, war_draws_today

ALLY = 2
"""Index of the ally's worth in a table of war."""
STRIKE_PRICE_SHARE = 0.5
"""Price of a limited strike to the ally, as a share of that of a war.

A round number. With half of it war comes in .4 fewer of 100 futures of `oman-2026`, with twice as
much in .1 more.
"""
TOKEN_ANSWER_SHARE = 0.5
"""How far a token reply answers force: 0 as no reply, 1 as a full one.

Halfway between no reply and a full one. With half of it war comes in .2 more of 100 futures of
`oman-2026`; if a token were as good as a full reply, in 1.4 fewer.
"""
NO_FRONT = -1.0
"""Stands for the share of land held where no land is fought for."""
NEGLIGIBLE = 1e-2
"""Share of a node's chance below which the rest of a war is taken to stop at once.

Only the mean share that force settles depends on it: with half or twice as much no future of
`oman-2026` or `shatt-1980` differs.
"""


class WarWorth(NamedTuple):
    """The worth of war to each side, and to the challenger's ally [value]."""

    challenger: float
    defender: float
    ally: float


class Parts(NamedTuple):
    """Whether each party uses force itself, 1 or 0."""

    challenger: float
    defender: float
    ally: float


class ForceOutlook(NamedTuple):
    """The results of force from one force level, by programme step, onset and reply.

    `worth` also has axes for both types and the holder (challenger, defender, ally); it is the mean
    over the challenger's plans by its type. `without_motives` is the same without
    motives, `repeated` without motives, gains and a first strike's bonus. `continuation_discount`
    is the discount at the end over wars that leave the dispute open, by plan, view and steps left;
    `settled` the mean share settled in truth.
    """

    worth: Array
    without_motives: Array
    repeated: Array
    continuation_discount: Array
    settled: Array


class FoughtWars(NamedTuple):
    """The expected results of war, by force level, onset, reply, plan and programme step."""

    by_view: Annotated[Array, "in each side's view, shape (3, 7, 3, 4, 3, 2, MOMENT_COLUMNS)"]
    settled: Annotated[Array, "share settled in truth, shape (3, 7, 3, 4, 3)"]


class WarOutcome(NamedTuple):
    """The outcome of one war."""

    violence: Annotated[int, "limited strike, war or regional war, a Violence"]
    days: Annotated[int, "days of fighting [days]"]
    challenger_loss: Annotated[float, "challenger's losses [normalised]"]
    defender_loss: Annotated[float, "defender's losses [normalised]"]
    damage: Annotated[float, "share of the disputed capabilities destroyed [0-1]"]
    parties: Annotated[int, "states fighting at the end"]
    closed_on: Annotated[
        int, "day of the war on which trade was cut off, NEVER_CLOSED if never [days]"
    ]
    world_cost: Annotated[float, "cost of the closure to all others [billion dollars]"]
    ceasefire: Annotated[int, "why the fighting stopped, a Ceasefire"]
    share_won: Annotated[float, "chance that the challenger would prevail, 1/2 if limited [0-1]"]
    settled: Annotated[float, "share won by the challenger of what war can settle [0-1]"]
    is_imposed: Annotated[bool, "whether the war ends the dispute"]
    step: Annotated[int, "remaining steps of the programme"]
    front: Annotated[float, "share of the land that the challenger holds, NO_FRONT if none [0-1]"]


@jit
def fight_all(theatres: Array, campaigns: Array, fought: FoughtWars) -> None:
    """Fill in the expected results of war for every situation, answer and plan.

    `theatres` and `campaigns` hold one record each. Expected values come from quadrature over 16
    nodes, fought in the campaign. One war stands for all programme steps, as it takes the same
    course whatever the step (`count_losses`).
    """
    theatre, campaign = theatres[0], campaigns[0]
    campaign.belligerents.challenger_join_probability = (
        0.0  # whether the challenger joins its ally is weighed later
    )
    for force in range(LEVELS):
        for onset in range(ONSETS):
            if not is_onset_possible(theatre, force, onset):
                continue
            for reply in range(REPLIES):
                for plan in range(len(PLANS)):
                    # The step is 0, since a war takes the same course at any step; the rows of all
                    # three steps are written below.
                    begun = Situation(force, 0, onset, plan, reply)
                    if not has_plan(begun):
                        continue
                    seen = fought.by_view[force, onset, reply, plan]
                    settled = fought.settled[force, onset, reply, plan]
                    alike = same_war(begun)
                    if alike.force != force or alike.plan != plan:
                        known = fought.by_view[alike.force, onset, reply, alike.plan]
                        copy_into(known.reshape(-1), seen.reshape(-1))
                        copy_into(fought.settled[alike.force, onset, reply, alike.plan], settled)
                        continue
                    courses = expected_war(Conflict(theatre, campaign, begun))
                    write_course(courses[0], 0, seen, settled)
                    write_course(courses[1], 1, seen, settled)
                    write_course(courses[2], 2, seen, settled)


@jit
def same_war(begun: Situation) -> Situation:
    """Return the first situation, in `fight_all`'s order, in which a war takes the same course.

    The challenger's plan only sets how hard it raids. Where it does not raid, because its ally
    fights alone or because it leaves a strike unanswered, the plan does not matter. Of its deployed
    force it then only matters whether there is some, since that rules out surprise. Under a full
    reply the level matters too: a day's intensity, by which third parties join, is relative to it.
    """
    is_by_ally = who_begins(begun.onset) == BY_ALLY
    is_silent = begun.onset == Onset.BY_DEFENDER and begun.reply == Reply.ABSORBS
    if not is_by_ally and not is_silent:
        return begun
    plan = FIRST_OF_CAMPAIGNS if begun.plan >= FIRST_OF_CAMPAIGNS else 0
    force = begun.force if begun.reply == Reply.FULL else min(begun.force, 1)
    return Situation(force, begun.step, begun.onset, plan, begun.reply)


@jit
def copy_into(source: Array, target: Array) -> None:
    """Copy numbers, shape (cells,)."""
    for cell in range(target.shape[0]):
        target[cell] = source[cell]


@jit
def write_course(course: WarCourse, step: int, seen: Array, settled: Array) -> None:
    """Write the expected results of a war with one programme step."""
    write_moments(course.challenger, seen[step, CHALLENGER])
    write_moments(course.defender, seen[step, DEFENDER])
    settled[step] = course.settled


@jit
def war_values(
    wars: Array, fought: FoughtWars, worth: Array, continuation_discount: Array, settled: Array
) -> None:
    """Fill the results of force for every situation, reply and pair of types.

    `wars` holds one record. `worth`: shape (3, force level, step, onset, reply, challenger type,
    defender type, holder), the holders being challenger, defender and ally. It is the worth of
    force itself, without what follows it and without the price of a vow. The first axis is: with
    all that force settles and with motives; without motives; without either, for force used again.
    `continuation_discount`: shape (force level, step, onset, reply, plan, view, step after), the
    discount at the end over wars that leave the dispute open. `settled`: shape (force level, step,
    onset, reply), the mean share settled.
    """
    war = wars[0]
    worth[:] = 0.0
    continuation_discount[:] = 0.0
    settled[:] = 0.0
    for force in range(LEVELS):
        outlook = ForceOutlook(
            worth[0, force],
            worth[1, force],
            worth[2, force],
            continuation_discount[force],
            settled[force],
        )
        for onset in range(ONSETS):
            if not is_onset_possible(war.theatre, force, onset):
                continue
            for reply in range(REPLIES):
                for plan in range(len(PLANS)):
                    for step in range(LEVELS):
                        begun = Situation(force, step, onset, plan, reply)
                        if has_plan(begun):
                            value_force(war, course_of(fought, begun), begun, outlook)


@jit
def course_of(fought: FoughtWars, begun: Situation) -> WarCourse:
    """Return the results of a war in one situation."""
    seen = fought.by_view[begun.force, begun.onset, begun.reply, begun.plan, begun.step]
    settled = fought.settled[begun.force, begun.onset, begun.reply, begun.plan, begun.step]
    return WarCourse(moments_of(seen[CHALLENGER]), moments_of(seen[DEFENDER]), settled)


@jit
def value_force(war: Warfare, course: WarCourse, begun: Situation, outlook: ForceOutlook) -> None:
    """Add the results of force for one onset, reply, plan and step."""
    step, onset, reply, plan = begun.step, begun.onset, begun.reply, begun.plan
    hard = war.hard_probability
    if_hard, if_soft = chances_of_plan(war, begun)
    # Games after force have one settled share whatever is believed then: the mean at the prior.
    prior = hard * if_hard + (1.0 - hard) * if_soft
    outlook.settled[step, onset, reply] += prior * course.settled
    write_discounts(
        course.challenger, outlook.continuation_discount[step, onset, reply, plan, CHALLENGER]
    )
    write_discounts(
        course.defender, outlook.continuation_discount[step, onset, reply, plan, DEFENDER]
    )
    add_types(war, begun, course, outlook.worth[step, onset, reply], (1.0, 1.0))
    add_types(war, begun, course, outlook.without_motives[step, onset, reply], (1.0, 0.0))
    add_types(war, begun, course, outlook.repeated[step, onset, reply], (0.0, 0.0))


@jit
def chances_of_plan(war: Warfare, begun: Situation) -> tuple[float, float]:
    """Return the chance of a plan at this scale of force: resolved challenger, unresolved."""
    scale = scale_of_plan(begun.onset, begun.reply)
    return war.plan_by_scale[0, scale, begun.plan], war.plan_by_scale[1, scale, begun.plan]


@jit
def write_discounts(moments: Moments, continuation_discount: Array) -> None:
    """Write the discount at the end of wars that leave the dispute open, by remaining steps."""
    continuation_discount[0] = moments.continuation_discount[0]
    continuation_discount[1] = moments.continuation_discount[1]
    continuation_discount[2] = moments.continuation_discount[2]


@jit
def prices_of(war: Warfare, begun: Situation, parts: Parts) -> tuple[float, float, float]:
    """Return the price of force to challenger, defender and ally, apart from losses (MODEL 5.2).

    Each pays for the force that it uses. The challenger's price differs between a strike, a strike
    that is answered in full, and a campaign. The defender pays for a war or a strike of its own.
    """
    is_fought = is_war(begun.onset, begun.reply)
    # This is the price of a campaign, and of a full reply to the defender's strike.
    of_challenger = war.war_cost[CHALLENGER]
    if scale_of(begun.onset) == ForceScale.LIMITED and begun.onset != Onset.BY_DEFENDER:
        of_challenger = war.raised_cost[begun.force] if is_fought else war.strike_cost[begun.force]
    of_defender = is_fought or begun.onset == Onset.BY_DEFENDER
    spared = 1.0 - (war.joint_relief if who_begins(begun.onset) == TOGETHER else 0.0)
    return (
        spared * parts.challenger * of_challenger,
        war.war_cost[DEFENDER] if of_defender else 0.0,
        spared * parts.ally * war.ally_war_cost * (1.0 if is_fought else STRIKE_PRICE_SHARE),
    )


@jit
def saved_by_strike(war: Warfare, force: int, kind: int, is_first: bool) -> float:
    """Return the saving of a challenger's type that joins its ally's campaign by a strike [value].

    It pays for a strike instead of a campaign, but serves less of its motive. The motive counts
    only at the first force (MODEL 4.3).
    """
    saved = (1.0 - war.joint_relief) * (war.war_cost[CHALLENGER] - war.strike_cost[force])
    if is_first:
        saved -= (1.0 - war.strike_motive) * war.motive[CHALLENGER, kind]
    return saved


@jit
def parts_of(begun: Situation) -> Parts:
    """Return whether each party uses force itself, 1 or 0: it begins force or answers in full.

    Motives count for a party's own act, not for the war that the other side makes of it.
    """
    is_full = 1.0 if begun.reply == Reply.FULL else 0.0
    if begun.onset == Onset.BY_DEFENDER:
        return Parts(is_full, 1.0, 0.0)
    who = who_begins(begun.onset)
    return Parts(0.0 if who == BY_ALLY else 1.0, is_full, 1.0 if who >= BY_ALLY else 0.0)


@jit
def bonus_of(war: Warfare, onset: int, side: int) -> float:
    """Return the worth of beginning the first force to a side: challenger, defender or ally."""
    who = who_begins(onset)
    # If challenger and ally begin together only the challenger has the bonus.
    begins = who == side or (who == TOGETHER and side == CHALLENGER)
    return war.first_strike_bonus if begins else 0.0


@jit
def unanswered_price(war: Warfare, begun: Situation, side: int, kind: int) -> float:
    """Return the price to a type of a side of leaving force unanswered (MODEL 5.9) [value].

    `(1 - done)(b + d (1[firm] - 1/2) + b_C 1[campaign])`: `done` is 0, 1/2 and 1 for no reply, a
    token and a full one. The side that began the force pays nothing.
    """
    # True for the side that began force: both sides of the equation are then alike.
    if (side == DEFENDER) == (begun.onset == Onset.BY_DEFENDER):
        return 0.0
    left = 1.0
    if begun.reply != Reply.ABSORBS:
        left = 0.0 if begun.reply == Reply.FULL else 1.0 - TOKEN_ANSWER_SHARE
    price = war.unanswered[side] + war.resolve_gap * (0.5 if kind == 0 else -0.5)
    if scale_of(begun.onset) == ForceScale.CAMPAIGN:
        price += war.campaign_gap
    return left * price


@jit
def add_types(
    war: Warfare, begun: Situation, course: WarCourse, cells: Array, terms: tuple[float, float]
) -> None:
    """Add the worth of one course of war to each pair of types, weighted by a plan's chance."""
    chances = chances_of_plan(war, begun)
    for hard in range(2):
        weight = chances[hard]
        for tough in range(2):
            value = worth(war, course, begun, (hard, tough), terms)
            cell = cells[hard, tough]
            cell[CHALLENGER] += weight * value.challenger
            cell[DEFENDER] += weight * value.defender
            cell[ALLY] += weight * value.ally


@jit
def reply_weight(war: Warfare, reply: int) -> float:
    """Return the chance of a reply at indifference: `r a`, `r (1 - a)` and `1 - r`.

    `r` is the weight of all replies but a full one, `a` the share of `r` that is absorption.
    """
    restrained = war.restraint_probability
    if reply == Reply.ABSORBS:
        return restrained * war.absorb_share
    return restrained * (1.0 - war.absorb_share) if reply == Reply.TOKEN else 1.0 - restrained


@jit
def worth(
    war: Warfare,
    course: WarCourse,
    begun: Situation,
    types: tuple[int, int],
    terms: tuple[float, float],
) -> WarWorth:
    """Return the worth of a war to one type of each side and to the ally (MODEL 5.2) [value].

    `types` (challenger, defender) are 0 for the firm type. `terms` are 1 or 0: whether gains and
    the bonus for beginning count, and whether motives count. `W_A = stake g - kappa L - c_hit felt
    - f t - c - r/2 Var + m motive`, and the same for the defender, to whom the settled share is a
    loss. Each pays for force that it leaves unanswered, and each uses its own view of the war. The
    ally shares the challenger's view, without risk aversion.
    """
    gains, motives = terms
    mine, theirs = course.challenger, course.defender
    parts = parts_of(begun)
    prices = prices_of(war, begun, parts)
    serves = war.strike_motive if scale_of(begun.onset) == ForceScale.LIMITED else 1.0
    challenger = certain_worth(
        (gains * war.challenger_stake, -war.challenger_loss_weight[types[0]]),
        mine,
        war.risk_aversion[CHALLENGER],
    )
    defender = certain_worth(
        (-gains * war.defender_stake, -war.defender_loss_weight[types[1]]),
        theirs,
        war.risk_aversion[DEFENDER],
    )
    ally = gains * war.ally_stake * mine.settled - war.ally_loss_weight * mine.loss
    challenger -= war.hit_price[CHALLENGER] * mine.hit_price_share
    challenger -= unanswered_price(war, begun, CHALLENGER, types[0])
    defender -= war.hit_price[DEFENDER] * theirs.hit_price_share
    defender -= unanswered_price(war, begun, DEFENDER, types[1])
    daily = war.theatre.fatigue_rate
    ally -= war.hit_price[ALLY] * mine.ally_hit_price_share + daily * parts.ally * mine.days
    first = (
        prices[CHALLENGER] - gains * bonus_of(war, begun.onset, CHALLENGER),
        prices[DEFENDER] - gains * bonus_of(war, begun.onset, DEFENDER),
        prices[ALLY] - gains * bonus_of(war, begun.onset, ALLY),
    )
    of_challenger = serves * parts.challenger * war.motive[CHALLENGER, types[0]]
    # Days cost only those who fight. A later joining of the challenger is mixed in elsewhere (4.3).
    fights = 0.0 if who_begins(begun.onset) == BY_ALLY else 1.0
    of_defender = parts.defender * war.motive[DEFENDER, types[1]]
    of_ally = serves * parts.ally * war.ally_motive
    return WarWorth(
        challenger - daily * fights * mine.days - first[CHALLENGER] + motives * of_challenger,
        defender - daily * theirs.days - first[DEFENDER] + motives * of_defender,
        ally - first[ALLY] + motives * of_ally,
    )


@jit
def expected_war(conflict: Conflict) -> Courses:
    """Return the expected results of a war, a mean over the nodes of both defences."""
    courses = (no_course(), no_course(), no_course())
    average_commons(conflict)
    # The public view of a defence is at its mean picture and shock, so it is computed before the
    # nodes are set.
    expect_kill_shares(conflict, PUBLIC)
    # Sixteen nodes stand for draws: tests/kernel/test_war.py allows them 4 % or a hundredth.
    for challenger in range(NODES):
        for defender in range(NODES):
            mass = set_shock_nodes(conflict, (challenger, defender))
            begin_war(conflict)
            fight_least(conflict)
            # Views value a war of the least days (7). A side that foresaw the disagreement would
            # foresee a long war, so that more optimism would mean less war.
            courses = with_views(courses, mass, conflict)
            courses = with_rest(courses, mass, conflict)
    return courses


@jit
def fight_least(conflict: Conflict) -> None:
    """Fight the least days of a war, or until a side is exhausted.

    Each side expects a war to last that long. It values war as if the other side shared its view,
    and without disagreement both would stop as soon as they may.
    """
    day = Chance(True, Draws(0, 0, 0, 0, 0), 0, 0)
    least = least_days(conflict)
    while conflict.campaign.day < least and not is_one_exhausted(conflict):
        fight_day(conflict, day)


@jit
def with_rest(courses: Courses, mass: float, conflict: Conflict) -> Courses:
    """Fight on while the views of both sides differ, and add the share that war finally settles."""
    day = Chance(True, Draws(0, 0, 0, 0, 0), 0, 0)
    stops = mass * stop_probability(conflict)
    # Mediators stop a share of wars each day; the remaining mass fights on.
    going = mass - stops
    while going > NEGLIGIBLE * mass:
        courses = with_truth(courses, stops, conflict)
        fight_day(conflict, day)
        stops = going * stop_probability(conflict)
        going -= stops
    return with_truth(courses, stops + going, conflict)


@jit
def set_shock_nodes(conflict: Conflict, nodes: tuple[int, int]) -> float:
    """Set each defence's picture and shock to a node, and return the chance of both nodes."""
    weight = 1.0
    for side in range(2):
        defence = defence_of(conflict.theatre, side)
        picture = picture_factor(defence, has_good_picture(nodes[side]))
        status_of(conflict.campaign, side).picture = picture
        conflict.campaign.shock[side] = war_point(nodes[side])
        weight *= node_weight(defence.tracking_probability, nodes[side])
    return weight


@jit
def fight(
    war: Warfare, campaign: Campaign, draws: Draws, day: int, situation: Situation
) -> WarOutcome:
    """Fight one war from `day` on with random draws, by the rules of the expected war.

    The war stops unfinished after a day on which a person's decision is missing.
    """
    conflict = Conflict(war.theatre, campaign, situation)
    average_commons(conflict)
    # The public view needs the means, so that it comes before the draws replace them.
    expect_kill_shares(conflict, PUBLIC)
    draw_commons(conflict, draws, day)
    begin_war(conflict)
    begin_log(campaign)
    # A war at a table is fought from its first day each time, with one more answer.
    restart_decisions(campaign.decisions)
    ceasefire: int = Ceasefire.NONE
    while ceasefire == Ceasefire.NONE and campaign.decisions.is_waiting == 0:
        # Draws are addressed by the calendar day, so that a second war has draws of its own.
        today = Chance(False, war_draws_today(campaign, draws), day + campaign.day, 0)
        fight_day(conflict, today)
        log_day(conflict)
        ceasefire = decide_terms(conflict, draw_ceasefire(conflict, today))
    return outcome_of(conflict, ceasefire)


@jit
def begin_log(campaign: Campaign) -> None:
    """Begin the log with the parties that fight from the first morning."""
    belligerents, war_log = campaign.belligerents, campaign.war_log
    war_log.direct_action = DirectAction.NONE
    # The challenger has the index after the third parties: it joins like one if its ally began.
    war_log.joined_on[PARTIES] = AT_FIRST if belligerents.has_challenger > 0.0 else NOT_YET
    for party in range(PARTIES):
        war_log.joined_on[party] = AT_FIRST if belligerents.has_joined[party] > 0.0 else NOT_YET


@jit
def log_day(conflict: Conflict) -> None:
    """Log the day that was just fought: raids, losses, and who has joined."""
    campaign = conflict.campaign
    belligerents, war_log = campaign.belligerents, campaign.war_log
    # `fight_day` has counted the day that it fought.
    day = campaign.day - 1
    for side in range(2):
        war_log.launched[day, side] = campaign.launched[side]
        war_log.leaked[day, side] = campaign.leaked[side]
        war_log.loss[day, side] = campaign.loss[side]
    if war_log.joined_on[PARTIES] == NOT_YET and belligerents.has_challenger > 0.0:
        war_log.joined_on[PARTIES] = day
    for party in range(conflict.theatre.third_parties.count):
        if war_log.joined_on[party] == NOT_YET and belligerents.has_joined[party] > 0.0:
            war_log.joined_on[party] = day


@jit
def outcome_of(conflict: Conflict, ceasefire: int) -> WarOutcome:
    """Return the outcome of a war that ended for the reason `ceasefire`."""
    campaign = conflict.campaign
    states = parties_fighting(conflict.theatre.third_parties, campaign.belligerents)
    odds = 0.0 if is_restrained(conflict.situation) else true_odds(conflict)
    end = end_of(conflict, conflict.situation.step, odds)
    return WarOutcome(
        violence_class(states, is_limited(conflict)),
        campaign.day,
        campaign.loss[CHALLENGER],
        campaign.loss[DEFENDER],
        campaign.damage,
        int(states + 0.5),
        campaign.passage.closed_on,
        conflict.theatre.chokepoint.world_cost * campaign.passage.closed_days,
        ceasefire,
        end.share_won,
        settled_with_land(conflict, end, BOTH),
        end.is_imposed,
        end.step,
        front_of(conflict),
    )


@jit
def front_of(conflict: Conflict) -> float:
    """Return the share of the land that the challenger holds; NO_FRONT if none is fought for."""
    if not is_fought_on_land(conflict):
        return NO_FRONT
    return conflict.campaign.front.held
