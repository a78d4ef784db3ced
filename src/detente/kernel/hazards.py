"""Events of a stage that neither side chooses, in solving: incidents, an ally, nature."""

from typing import Annotated, NamedTuple, TypeAlias

from detente.kernel.arithmetic import arrival, exp, logistic
from detente.kernel.beliefs import Grid, interpolated, probability
from detente.kernel.incidents import (
    alarm_probability,
    escalation_probability,
    incident_rate,
    mean_reply,
)
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.menus import daily_costs, worth_of_fading
from detente.kernel.nodes import ALLY_HOLDER, HOLDERS
from detente.kernel.places import (
    LEVELS,
    STANCES,
    Place,
    advanced,
    force_of,
    may_campaign,
    next_regime,
    posture_at,
    raised,
    step_of,
)
from detente.kernel.tables import Reachable, SolverWorkspace, is_reachable, postures_of
from detente.kernel.talks import (
    Negotiation,
    Regime,
    cost_of_breach,
    over_stage,
    regimes_of,
    standstill_factor,
)
from detente.kernel.theatre import Onset, has_joint_force, has_own_means
from detente.kernel.world import World, ally_rate


@jit
def public_gain(firm: float, unresolved: float, is_firm: float) -> float:
    """Return the mean of a worth over a side's types at the public belief `is_firm` [value]."""
    return is_firm * firm + (1.0 - is_firm) * unresolved


class Press(NamedTuple):
    """Chances of what both do if the ally presses for force (MODEL 4.3)."""

    goes_ahead: Annotated[
        float, "chance that the ally goes ahead, given what it expects of the challenger"
    ]
    with_strike: Annotated[float, "chance that the challenger joins in a strike"]
    with_campaign: Annotated[float, "chance that the challenger joins in a campaign"]
    aside: Annotated[float, "chance that the challenger stands aside"]
    restrains: Annotated[float, "chance that the challenger tries to restrain the ally"]
    campaigns: Annotated[float, "chance that an ally that acts alone begins a campaign"]
    may_go_alone: Annotated[float, "1 if the ally has weapons to begin force alone"]


NO_PRESS = Press(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
"""Value of Press without an ally."""
BEGUN_BY = (
    Onset.STRIKE,
    Onset.BY_DEFENDER,
    Onset.BY_ALLY,
    Onset.JOINT_STRIKE,
    Onset.JOINT_CAMPAIGN,
    Onset.ALLY_CAMPAIGN,
)
"""Ways in which force begins in a stage without a move of a principal."""
Shares: TypeAlias = tuple[float, float, float, float, float, float]
"""Chances of the onsets in BEGUN_BY, in their order."""


class PressWorth(NamedTuple):
    """A worth of waiting and of the four ways in which force may begin if an ally presses."""

    waiting: float
    alone: Annotated[float, "worth of the ally's strike"]
    alone_campaign: Annotated[float, "worth of the ally's campaign"]
    joint: Annotated[float, "worth of a joint strike"]
    joint_campaign: Annotated[float, "worth of a joint campaign"]


@jit
def press_chances(
    talks: Negotiation, may_go: tuple[bool, bool], ally: PressWorth, challenger: PressWorth
) -> Press:
    """Return the probabilities of the challenger's and then the ally's move if the ally presses.

    `may_go`: whether the ally has weapons to act alone, and whether the challenger has the force
    for a campaign. The challenger joins in a strike or a campaign, stands aside or restrains the
    ally. It chooses by quantal response on the public mean over its types, so that its choice
    reveals none. Restraint has a price and works with a chance. The ally goes ahead with a logit
    chance of what it then expects less waiting.
    """
    has_means, has_force = may_go
    campaigns = logistic(talks.precision * (ally.alone_campaign - ally.alone))
    alone, if_alone = ally.waiting, challenger.waiting
    if has_means:
        alone = mixed(ally.alone, ally.alone_campaign, campaigns)
        if_alone = mixed(challenger.alone, challenger.alone_campaign, campaigns)
    held = mixed(if_alone, challenger.waiting, talks.restraint_success) - talks.restraint_cost
    # Subtracting the best worth avoids overflow and cancels in the chances.
    best = max(challenger.joint, if_alone, held)
    if has_force:
        best = max(best, challenger.joint_campaign)
    joins = exp(talks.precision * (challenger.joint - best))
    joins_campaign = 0.0
    if has_force:
        joins_campaign = exp(talks.precision * (challenger.joint_campaign - best))
    aside = exp(talks.precision * (if_alone - best))
    # An ally without weapons of its own begins nothing alone: there is nothing to restrain.
    restrains = exp(talks.precision * (held - best)) if has_means else 0.0
    total = joins + joins_campaign + aside + restrains
    expected = joins * ally.joint + joins_campaign * ally.joint_campaign + aside * alone
    expected += restrains * mixed(alone, ally.waiting, talks.restraint_success)
    goes = logistic(talks.precision * (expected / total - ally.waiting))
    return Press(
        goes,
        joins / total,
        joins_campaign / total,
        aside / total,
        restrains / total,
        campaigns,
        1.0 if has_means else 0.0,
    )


@jit
def add_force(workspace: SolverWorkspace, place: Place, regime: int) -> None:
    """Add incidents on either side and the ally's force to the worth at every belief."""
    world = workspace.world
    days = world.calendar.stage_days[place.stage]
    has_failed = regime == Regime.FAILED
    escalates = escalation_probability(world.incidents, has_failed)
    # Rates times days may sum to more than 1, which `cap_chances` corrects.
    clashes = days * incident_rate(world.incidents, place.posture, has_failed)
    clashes *= standstill_factor(world.talks, regime)
    # Either side is hit with an even chance.
    clashes *= 0.5 * alarm_probability(world.incidents) * escalates
    weighed = days * ally_rate(world.talks, place.stance, force_of(place.posture))
    press = NO_PRESS
    if has_joint_force(world.war.theatre):
        press = solve_press(workspace, place, regime)
    by_ally = force_by_ally(world.talks, press, weighed, cost_of_breach(world.talks, regime))
    now = workspace.work.now[place.posture, place.stance, regime]
    force = workspace.work.force[force_of(place.posture), place.stance]
    belief, chances = workspace.node.belief, (clashes, escalates)
    # The workspace is not passed on: copying it for each pair of beliefs took a twentieth of a run.
    for tough in range(workspace.grid.points):
        for hard in range(workspace.grid.points):
            beliefs = (belief[tough], belief[hard])
            worths = (now[tough, hard], force[:, tough, hard])
            mix_force(world, worths, beliefs, chances, by_ally)


@jit
def solve_press(workspace: SolverWorkspace, place: Place, regime: int) -> Press:
    """Solve and store what both do if the ally presses, at the beliefs of the as-of date.

    At today's beliefs each move would change it by what the move reveals, and the equations of
    nodes would fold. A best response uses the stored chances.
    """
    kept = workspace.policies.press[place.stage, place.posture, place.stance, regime]
    if workspace.node.is_best_response == 0:
        now = workspace.work.now[place.posture, place.stance, regime]
        force = workspace.work.force[force_of(place.posture), place.stance]
        breach = cost_of_breach(workspace.world.talks, regime)
        press = press_at(workspace.world, workspace.grid, (place.posture, breach), now, force)
        kept[0], kept[1], kept[2] = press.goes_ahead, press.with_strike, press.with_campaign
        kept[3], kept[4] = press.aside, press.restrains
        kept[5], kept[6] = press.campaigns, press.may_go_alone
    return stored_press(kept)


@jit
def stored_press(kept: Array) -> Press:
    """Return the Press in a row of the stored table, shape (PRESS_COLUMNS,)."""
    return Press(kept[0], kept[1], kept[2], kept[3], kept[4], kept[5], kept[6])


@jit
def press_at(
    world: World, grid: Grid, spot: tuple[int, float], waiting: Array, force: Array
) -> Press:
    """Return what both do if the ally presses, from worths at all beliefs.

    `spot` is the posture and the challenger's cost of breaking a standstill by joining [value].
    `waiting`: shape (points, points, HOLDERS); `force`: the same with onset as first axis.
    """
    posture, breach = spot
    chance_of_hard = probability(world.talks.hard_log_odds)
    if_hard = press_worth(world.talks, grid, (waiting, force), 0)
    if_soft = press_worth(world.talks, grid, (waiting, force), 1)
    challenger = PressWorth(
        public_gain(if_hard.waiting, if_soft.waiting, chance_of_hard),
        public_gain(if_hard.alone, if_soft.alone, chance_of_hard),
        public_gain(if_hard.alone_campaign, if_soft.alone_campaign, chance_of_hard),
        public_gain(if_hard.joint, if_soft.joint, chance_of_hard) - breach,
        public_gain(if_hard.joint_campaign, if_soft.joint_campaign, chance_of_hard) - breach,
    )
    ally = press_worth(world.talks, grid, (waiting, force), ALLY_HOLDER)
    may_go = (has_own_means(world.war.theatre), may_campaign(posture))
    return press_chances(world.talks, may_go, ally, challenger)


@jit
def press_worth(
    talks: Negotiation, grid: Grid, worths: tuple[Array, Array], holder: int
) -> PressWorth:
    """Return a holder's worth of waiting and of each onset, at the beliefs of the as-of date."""
    waiting, force = worths
    return PressWorth(
        at_first_beliefs(talks, grid, waiting, holder),
        at_first_beliefs(talks, grid, force[Onset.BY_ALLY], holder),
        at_first_beliefs(talks, grid, force[Onset.ALLY_CAMPAIGN], holder),
        at_first_beliefs(talks, grid, force[Onset.JOINT_STRIKE], holder),
        at_first_beliefs(talks, grid, force[Onset.JOINT_CAMPAIGN], holder),
    )


@jit
def at_first_beliefs(talks: Negotiation, grid: Grid, block: Array, holder: int) -> float:
    """Return a holder's worth at the beliefs of the as-of date, bilinearly interpolated [value].

    `block` holds worths at all beliefs, shape (points, points, HOLDERS).
    """
    beliefs = (float(talks.tough_log_odds), float(talks.hard_log_odds))
    return interpolated(grid, block, beliefs, holder)


@jit
def cap_chances(shares: Shares) -> Shares:
    """Scale the chances of force in a stage, which are rates times days, to a sum of at most 1."""
    total = shares[0] + shares[1] + shares[2] + shares[3] + shares[4] + shares[5]
    scale = 1.0 / max(total, 1.0)
    return (
        shares[0] * scale,
        shares[1] * scale,
        shares[2] * scale,
        shares[3] * scale,
        shares[4] * scale,
        shares[5] * scale,
    )


class ForceByAlly(NamedTuple):
    """Chances of force in a stage by an ally that presses, the same at all beliefs (MODEL 4.3)."""

    strike: Annotated[float, "chance that the ally strikes alone"]
    joint_strike: Annotated[float, "chance of a joint strike"]
    joint_campaign: Annotated[float, "chance of a joint campaign"]
    campaign: Annotated[float, "chance of a campaign by the ally alone"]
    paid: Annotated[float, "challenger's expected cost of restraining or joining it [value]"]


@jit
def force_by_ally(talks: Negotiation, press: Press, weighed: float, breach: float) -> ForceByAlly:
    """Return the chances of force by an ally in a stage, given the chance that it weighs force.

    `breach` is the challenger's cost of breaking a standstill by joining [value].
    """
    alone = 0.0
    if press.may_go_alone > 0.0:
        not_held = press.restrains * (1.0 - talks.restraint_success)
        alone = weighed * (press.goes_ahead * (press.aside + not_held))
    joins = press.with_strike + press.with_campaign
    paid = weighed * press.goes_ahead * press.restrains * talks.restraint_cost
    # The ally has declared nothing: only the challenger breaks a standstill (MODEL 5.12).
    paid += weighed * press.goes_ahead * joins * breach
    return ForceByAlly(
        alone * (1.0 - press.campaigns),
        weighed * press.goes_ahead * press.with_strike,
        weighed * press.goes_ahead * press.with_campaign,
        alone * press.campaigns,
        paid,
    )


@jit
def mix_force(
    world: World,
    worths: tuple[Array, Array],
    beliefs: tuple[float, float],
    chances: tuple[float, float],
    by_ally: ForceByAlly,
) -> None:
    """Mix the worth of force begun by an incident or the ally into one pair of beliefs (MODEL 5.8).

    `worths` are the worths of waiting, by holder, and of force, by onset and holder. `beliefs`
    (tough, hard) are probabilities. `chances` are the chance that an alarm of one side would
    escalate in the stage if it always replied, and the chance that a reply escalates.
    """
    now, force = worths
    tough, hard = beliefs
    clashes, escalates = chances
    precision = world.talks.precision
    # Onset 0 is the challenger's strike, with its types as holders 0 and 1; onset 1 is the
    # defender's, with its types as holders 2 and 3.
    by_a = escalates * public_gain(force[0, 0] - now[0], force[0, 1] - now[1], hard)
    by_b = escalates * public_gain(force[1, 2] - now[2], force[1, 3] - now[3], tough)
    shares = cap_chances(
        (
            clashes * mean_reply(world.incidents, precision, by_a),
            clashes * mean_reply(world.incidents, precision, by_b),
            by_ally.strike,
            by_ally.joint_strike,
            by_ally.joint_campaign,
            by_ally.campaign,
        )
    )
    # Each onset is compared with the worth before any of them.
    for holder in range(HOLDERS):
        worth = now[holder]
        for way in range(len(BEGUN_BY)):
            if shares[way] > 0.0:
                now[holder] += shares[way] * (force[BEGUN_BY[way], holder] - worth)
    now[0] -= by_ally.paid
    now[1] -= by_ally.paid


@jit
def add_nature(workspace: SolverWorkspace, stage: int, reachable: Reachable) -> None:
    """Add nature's moves of a stage: arrivals, the programme, the talks; then fading and flows.

    Each event mixes the worth of the state that it leads to into the worth so far, by its chance.
    The other state's worth does not contain that event yet: at most one event of a kind a stage.
    """
    mix_arrival(workspace, stage)
    mix_growth(workspace, stage, reachable)
    mix_regimes(workspace, stage, reachable)
    for posture in range(postures_of(workspace.world.talks)):
        for stance in range(STANCES):
            if not is_reachable(reachable, posture, stance):
                continue
            mix_fading(workspace, Place(stage, posture, stance))


@jit
def mix_arrival(workspace: SolverWorkspace, stage: int) -> None:
    """Mix the arrival of a raise under way into the worth, if the stage's ceiling allows it."""
    highest = posture_at(workspace.world.calendar.ceiling[stage])
    arrives = arrival(
        1.0 / workspace.world.talks.raise_days, workspace.world.calendar.stage_days[stage]
    )
    # A raise is under way in odd postures; it arrives in those below the ceiling.
    for posture in range(1, highest, 2):
        now = workspace.work.now[posture].reshape(-1)
        blend(now, workspace.work.now[raised(posture)].reshape(-1), arrives)


@jit
def mix_growth(workspace: SolverWorkspace, stage: int, reachable: Reachable) -> None:
    """Mix a step of the programme into the worth."""
    grows = arrival(workspace.world.talks.growth_rate, workspace.world.calendar.stage_days[stage])
    # Stances ascend, so that the worth at the next step is still unmixed.
    for posture in range(postures_of(workspace.world.talks)):
        for stance in range(STANCES):
            if not is_reachable(reachable, posture, stance):
                continue
            if step_of(stance) < LEVELS - 1:
                now = workspace.work.now[posture]
                blend(now[stance].reshape(-1), now[advanced(stance)].reshape(-1), grows)


@jit
def mix_regimes(workspace: SolverWorkspace, stage: int, reachable: Reachable) -> None:
    """Mix into the worth that a standstill ends, talks resume, and a draft deal becomes ready."""
    days = workspace.world.calendar.stage_days[stage]
    talks = workspace.world.talks
    resumes = arrival(talks.exit_rate, days)
    readies = arrival(talks.text_rate, days)
    to_text, to_none = 0.0, 0.0
    if talks.standstill_days > 0.0:
        ends = arrival(1.0 / talks.standstill_days, days)
        to_none = ends * (1.0 - talks.standstill_talks)
        # As a share of the futures without the other change, which is mixed in later.
        to_text = (ends - to_none) / (1.0 - to_none)
    for posture in range(postures_of(talks)):
        for stance in range(STANCES):
            if not is_reachable(reachable, posture, stance):
                continue
            now = workspace.work.now[posture, stance]
            # Each regime is mixed before the one that it leads to, which is so far unmixed.
            if to_text + to_none > 0.0:
                still = now[Regime.STANDSTILL].reshape(-1)
                blend(still, now[Regime.TEXT_READY].reshape(-1), to_text)
                blend(still, now[Regime.NO_TEXT].reshape(-1), to_none)
            mix_regime(now, Regime.FAILED, resumes)
            mix_regime(now, Regime.NO_TEXT, readies)


@jit
def mix_regime(now: Array, regime: int, chance: float) -> None:
    """Mix the regime that follows one without a move into it; `now` has regime as first axis."""
    blend(now[regime].reshape(-1), now[next_regime(regime)].reshape(-1), chance)


@jit
def blend(worth: Array, other: Array, chance: float) -> None:
    """Mix a block of worths into another in place, with a chance; both have shape (cells,)."""
    for cell in range(worth.shape[0]):
        worth[cell] = mixed(worth[cell], other[cell], chance)


@jit
def mixed(stays: float, changes: float, chance: float) -> float:
    """Return the mean of two worths, of which the second has a chance."""
    return (1.0 - chance) * stays + chance * changes


@jit
def mix_fading(workspace: SolverWorkspace, place: Place) -> None:
    """Mix the fading of the dispute into the worth, and subtract each side's costs of the stage."""
    talks = workspace.world.talks
    days = workspace.world.calendar.stage_days[place.stage]
    step = step_of(place.stance)
    fades = arrival(talks.fade_rate, days)
    worth = worth_of_fading(talks, step)
    # Costs of a whole stage are paid even if the dispute ends within it.
    paid = over_stage(talks.discount_rate, days)
    flow = daily_costs(talks, place.posture, place.stance)
    of_challenger, of_defender = paid * flow.hard, paid * flow.tough
    costs = (of_challenger, of_challenger, of_defender, of_defender, paid * flow.ally)
    for regime in range(regimes_of(talks)):
        now = workspace.work.now[place.posture, place.stance, regime]
        later = workspace.work.next_stage[place.posture, place.stance, regime]
        for tough in range(workspace.grid.points):
            for hard in range(workspace.grid.points):
                for holder in range(HOLDERS):
                    stays = mixed(now[tough, hard, holder], worth[holder], fades)
                    later[tough, hard, holder] = stays - costs[holder]
