"""The moves open to each side, and the payoffs of each."""

from detente.kernel.arithmetic import arrival
from detente.kernel.beliefs import Grid
from detente.kernel.jit import jit
from detente.kernel.nodes import Entry, Node, Payoffs, add_move
from detente.kernel.places import (
    LEVELS,
    Place,
    Standing,
    after_challenger,
    after_defender,
    after_failed_talks,
    after_offer,
    after_standstill_offer,
    force_of,
    has_vowed,
    is_imposed,
    may_campaign,
    may_impose,
    may_lower,
    may_raise,
    may_threaten,
    step_of,
)
from detente.kernel.tables import Question, Work
from detente.kernel.talks import (
    ChallengerMove,
    DefenderMove,
    Negotiation,
    Regime,
    ally_flow,
    challenger_flow,
    challenger_worth,
    concession_price,
    cost_of_breach,
    defender_worth,
    lasting_share,
    may_offer_standstill,
    mean_justification_factor,
    perpetual,
    rate_of_offer,
)
from detente.kernel.theatre import Onset

ANSWER_ULTIMATUM = Question.ULTIMATUM_ANSWER - Question.DEFENDER_ANSWER
ANSWER_CHALLENGER = Question.CHALLENGER_ANSWER - Question.DEFENDER_ANSWER
STANDSTILL_DEFENDER = Question.DEFENDER_STANDSTILL - Question.DEFENDER_ANSWER
STANDSTILL_CHALLENGER = Question.CHALLENGER_STANDSTILL - Question.DEFENDER_ANSWER
NO_PAYOFF = Payoffs(0.0, 0.0, 0.0, 0.0, 0.0)


@jit
def daily_costs(talks: Negotiation, posture: int, stance: int) -> Payoffs:
    """Return the cost of a day of the dispute to each holder, with a blockade's [value/day]."""
    challenger = challenger_flow(talks, force_of(posture), step_of(stance))
    defender = talks.defender_standoff
    ally = ally_flow(talks, step_of(stance))
    # The costs of a blockade are added to all others (MODEL 2.5).
    if is_imposed(posture):
        challenger += talks.blockade_cost[0]
        defender += talks.blockade_cost[1]
        ally += talks.blockade_cost[2]
    return Payoffs(challenger, challenger, defender, defender, ally)


@jit
def worth_of_package(talks: Negotiation, package: int, place: Place) -> Payoffs:
    """Return the worth of an agreed package [value]."""
    challenger = challenger_worth(talks, package)
    force = force_of(place.posture)
    defender = defender_worth(talks, package, force, has_vowed(place.stance))
    return Payoffs(challenger, challenger, defender, defender, talks.ally_deal[package])


@jit
def worth_of_fading(talks: Negotiation, step: int) -> Payoffs:
    """Return the worth of a dispute that fades, with the programme at its present step [value]."""
    challenger = -perpetual(challenger_flow(talks, 0, step), talks.discount_rate)
    ally = -perpetual(ally_flow(talks, step), talks.discount_rate)
    # The defender has conceded nothing, and the dispute no longer costs it anything.
    return Payoffs(challenger, challenger, 0.0, 0.0, ally)


@jit
def worth_of_dropping(talks: Negotiation, place: Place) -> Payoffs:
    """Return the worth of dropping the demand [value]; force shown in public makes it costlier."""
    end = worth_of_fading(talks, step_of(place.stance))
    retreat = talks.drop_cost * (1.0 + talks.publicity * force_of(place.posture))
    return Payoffs(end.hard - retreat, end.soft - retreat, end.tough, end.weak, end.ally)


@jit
def worth_of_yielding(talks: Negotiation, place: Place) -> Payoffs:
    """Return the worth of the defender's yielding to the whole demand, without relief [value]."""
    challenger = talks.challenger_demand
    price = concession_price(talks, force_of(place.posture), has_vowed(place.stance))
    defender = -price * talks.defender_demand - talks.yield_cost
    return Payoffs(challenger, challenger, defender, defender, talks.ally_demand)


@jit
def weight_unit(pace: float, total_pace: float, days: float) -> float:
    """Return the weight of a move with a rate of one a day, `days / q`.

    The weight of a move is its expected number in a stage, divided by the chance q that the side
    moves in that stage. So the pace only limits the speed of play (MODEL 5.3).
    """
    return days / mover_probability(pace, total_pace, days)


@jit
def mover_probability(pace: float, total_pace: float, days: float) -> float:
    """Return the chance that a side moves in a stage; at most one side does."""
    return arrival(total_pace, days) * pace / total_pace


@jit
def add_step(node: Node, grid: Grid, work: Work, entry: Entry, there: Standing) -> None:
    """Add a move after which the game continues in the state `there`."""
    add_move(node, grid, entry, work.continuation[there.posture, there.stance, there.regime])


@jit
def continuing_entry(move: int, weight: float, cost: float) -> Entry:
    """Return an entry for a move after which the game continues."""
    return Entry(move, weight, cost, 0.0, NO_PAYOFF)


@jit
def challenger_entry(talks: Negotiation, move: int, unit: float) -> Entry:
    """Return an entry for a move of the challenger with its plain rate and price."""
    return continuing_entry(move, talks.challenger_rate[move] * unit, talks.challenger_price[move])


@jit
def defender_entry(talks: Negotiation, move: int, unit: float) -> Entry:
    """Return an entry for a move of the defender with its plain rate and price."""
    return continuing_entry(move, talks.defender_rate[move] * unit, talks.defender_price[move])


@jit
def challenger_menu(
    node: Node, grid: Grid, talks: Negotiation, work: Work, spot: tuple[Place, int, int, float]
) -> None:
    """List the challenger's moves; `spot` is place, regime, force ceiling and weight unit.

    Moves are listed from peaceful to violent. Do not change the order: sums over moves follow it,
    and a run's digest depends on their rounding. Every move except holding costs its own price
    (`challenger_price`) in addition to any other cost.
    """
    place, regime, _, unit = spot
    rate, price = talks.challenger_rate, talks.challenger_price
    here = Standing(place.posture, place.stance, regime)
    if regime == Regime.TEXT_READY:
        answered = work.answered[place.posture, place.stance]
        for package in range(talks.packages):
            weight = rate_of_offer(talks, 0, package) * unit
            add_move(
                node, grid, continuing_entry(package, weight, price[package]), answered[package]
            )
    # An ultimatum commits the challenger: dropping the demand then also costs as much as an empty
    # threat.
    drop_cost = price[ChallengerMove.DROP]
    if regime == Regime.ULTIMATUM:
        drop_cost += talks.credibility_cost
    drop = Entry(
        ChallengerMove.DROP,
        rate[ChallengerMove.DROP] * unit,
        drop_cost,
        1.0,
        worth_of_dropping(talks, place),
    )
    # Dropping the demand always ends the dispute, so the worth of `here` has no weight.
    add_step(node, grid, work, drop, here)
    if may_offer_standstill(talks, regime):
        offer = challenger_entry(talks, ChallengerMove.STANDSTILL, unit)
        answered = work.answered[place.posture, place.stance]
        add_move(node, grid, offer, answered[STANDSTILL_DEFENDER + regime])
    list_posture(node, grid, talks, work, spot)
    if may_walk_out(regime):
        walk_out = challenger_entry(talks, ChallengerMove.WALK_OUT, unit)
        there = after_challenger(here, ChallengerMove.WALK_OUT)
        add_step(node, grid, work, walk_out, there)
    if may_take(talks, regime):
        take = challenger_entry(talks, ChallengerMove.TAKE, unit)
        taken = work.taken[place.posture, place.stance, int(regime == Regime.FAILED)]
        add_move(node, grid, take, taken)
    # Unrest makes a strike more attractive; both sides expect it at its mean (MODEL 5.8).
    strike = (
        rate[ChallengerMove.STRIKE]
        * unit
        * strike_factor(talks, regime)
        * mean_justification_factor(talks)
    )
    force = work.force[force_of(place.posture), place.stance]
    breach = cost_of_breach(talks, regime)
    cost = breach + price[ChallengerMove.STRIKE]
    add_move(node, grid, continuing_entry(ChallengerMove.STRIKE, strike, cost), force[Onset.STRIKE])
    if may_campaign(place.posture):
        cost = breach + price[ChallengerMove.CAMPAIGN]
        campaign = continuing_entry(ChallengerMove.CAMPAIGN, strike * campaign_weight(talks), cost)
        add_move(node, grid, campaign, force[Onset.CAMPAIGN])


@jit
def list_posture(
    node: Node, grid: Grid, talks: Negotiation, work: Work, spot: tuple[Place, int, int, float]
) -> None:
    """List the challenger's moves with its forces short of their use, and holding.

    An ultimatum needs deployed force, which cannot be withdrawn while the ultimatum runs.
    """
    place, regime, ceiling, unit = spot
    rate, price = talks.challenger_rate, talks.challenger_price
    here = Standing(place.posture, place.stance, regime)
    if is_imposed(place.posture):
        cost = price[ChallengerMove.LIFT] + talks.lift_cost * talks.publicity
        lift = continuing_entry(ChallengerMove.LIFT, rate[ChallengerMove.LIFT] * unit, cost)
        add_step(node, grid, work, lift, after_challenger(here, ChallengerMove.LIFT))
    if may_lower(talks, place.posture, regime):
        lower = challenger_entry(talks, ChallengerMove.LOWER, unit)
        there = after_challenger(here, ChallengerMove.LOWER)
        add_step(node, grid, work, lower, there)
    # All other weights are relative to holding (MODEL 5.3).
    add_step(node, grid, work, continuing_entry(ChallengerMove.HOLD, 1.0, 0.0), here)
    if may_raise(place.posture, regime, ceiling):
        higher = challenger_entry(talks, ChallengerMove.RAISE, unit)
        there = after_challenger(here, ChallengerMove.RAISE)
        add_step(node, grid, work, higher, there)
    if may_impose(talks, place.posture, regime):
        impose = challenger_entry(talks, ChallengerMove.IMPOSE, unit)
        add_step(node, grid, work, impose, after_challenger(here, ChallengerMove.IMPOSE))
    # The cost of an empty threat is paid when the ultimatum lapses (MODEL 4.5).
    if regime <= Regime.TEXT_READY and may_threaten(place.posture):
        entry = challenger_entry(talks, ChallengerMove.ULTIMATUM, unit)
        answered = work.answered[place.posture, place.stance]
        add_move(node, grid, entry, answered[ANSWER_ULTIMATUM])


@jit
def may_walk_out(regime: int) -> bool:
    """Say whether a side may walk out: talks are under way or an ultimatum runs."""
    return regime not in (Regime.FAILED, Regime.STANDSTILL)


@jit
def may_take(talks: Negotiation, regime: int) -> bool:
    """Say whether a taking is possible now: not during an ultimatum or a standstill."""
    is_free = regime <= Regime.TEXT_READY or regime == Regime.FAILED
    return is_free and is_takeable(talks)


@jit
def is_takeable(talks: Negotiation) -> bool:
    """Say whether a taking is ever possible: there is a takeable issue, and the rate is above 0.

    Tables of takings exist only then.
    """
    return talks.may_take == 1 and talks.challenger_rate[ChallengerMove.TAKE] > 0.0


@jit
def strike_factor(talks: Negotiation, regime: int) -> float:
    """Return the factor on the weight of a strike; 1 unless talks have failed."""
    return talks.failed_strike_factor if regime == Regime.FAILED else 1.0


@jit
def defender_menu(
    node: Node, grid: Grid, talks: Negotiation, work: Work, spot: tuple[Place, int, int, float]
) -> None:
    """List the defender's moves; `spot` is place, regime, force ceiling and weight unit."""
    place, regime, _, unit = spot
    rate, price = talks.defender_rate, talks.defender_price
    here = Standing(place.posture, place.stance, regime)
    if regime == Regime.TEXT_READY:
        answered = work.answered[place.posture, place.stance]
        for package in range(talks.packages):
            weight = rate_of_offer(talks, 1, package) * unit
            entry = continuing_entry(package, weight, price[package])
            add_move(node, grid, entry, answered[ANSWER_CHALLENGER + package])
    weight, cost = rate[DefenderMove.YIELD] * unit, price[DefenderMove.YIELD]
    give_in = Entry(DefenderMove.YIELD, weight, cost, 1.0, worth_of_yielding(talks, place))
    add_step(node, grid, work, give_in, here)
    if may_offer_standstill(talks, regime):
        offer = defender_entry(talks, DefenderMove.STANDSTILL, unit)
        answered = work.answered[place.posture, place.stance]
        add_move(node, grid, offer, answered[STANDSTILL_CHALLENGER + regime])
    add_step(node, grid, work, continuing_entry(DefenderMove.HOLD, 1.0, 0.0), here)
    # A standstill allows neither vows nor steps nor walk-outs (MODEL 5.12).
    if regime != Regime.STANDSTILL:
        list_steps(node, grid, talks, work, (here, unit))
    strike = rate[DefenderMove.STRIKE] * unit * strike_factor(talks, regime)
    force = work.force[force_of(place.posture), place.stance, Onset.BY_DEFENDER]
    cost = cost_of_breach(talks, regime) + price[DefenderMove.STRIKE]
    add_move(node, grid, continuing_entry(DefenderMove.STRIKE, strike, cost), force)


@jit
def list_steps(
    node: Node, grid: Grid, talks: Negotiation, work: Work, spot: tuple[Standing, float]
) -> None:
    """List the defender's other moves: a vow, a step of the programme, a walk-out."""
    here, unit = spot
    if not has_vowed(here.stance):
        there = after_defender(here, DefenderMove.VOW)
        vow = defender_entry(talks, DefenderMove.VOW, unit)
        add_step(node, grid, work, vow, there)
    if step_of(here.stance) < LEVELS - 1:
        there = after_defender(here, DefenderMove.ADVANCE)
        advance = defender_entry(talks, DefenderMove.ADVANCE, unit)
        add_step(node, grid, work, advance, there)
    if may_walk_out(here.regime):
        there = after_defender(here, DefenderMove.WALK_OUT)
        walk_out = defender_entry(talks, DefenderMove.WALK_OUT, unit)
        add_step(node, grid, work, walk_out, there)


@jit
def answer_menu(
    node: Node, grid: Grid, talks: Negotiation, work: Work, spot: tuple[Place, int]
) -> None:
    """List the two answers to an offer: accept, which may fail to be ratified, or reject."""
    place, package = spot
    here = Standing(place.posture, place.stance, Regime.TEXT_READY)
    # A deal that is not ratified, or that breaks later, leads to failed talks (MODEL 4.6, 5.2).
    lasting = talks.ratify_probability * lasting_share(talks)
    accept = Entry(0, 1.0, 0.0, lasting, worth_of_package(talks, package, place))
    add_step(node, grid, work, accept, after_offer(here, True))
    add_step(node, grid, work, continuing_entry(1, 1.0, 0.0), after_offer(here, False))


@jit
def standstill_menu(node: Node, grid: Grid, work: Work, spot: tuple[Place, int]) -> None:
    """List the two answers to the offer of a standstill: accept it, or keep the present regime."""
    place, regime = spot
    here = Standing(place.posture, place.stance, regime)
    add_step(node, grid, work, continuing_entry(0, 1.0, 0.0), after_standstill_offer(here, True))
    add_step(node, grid, work, continuing_entry(1, 1.0, 0.0), after_standstill_offer(here, False))


@jit
def ultimatum_menu(node: Node, grid: Grid, talks: Negotiation, work: Work, place: Place) -> None:
    """List the two answers to an ultimatum: yield at once, or refuse and let it run."""
    # An ultimatum leads to the same regime whether or not a draft deal is ready.
    here = Standing(place.posture, place.stance, Regime.NO_TEXT)
    refused = after_challenger(here, ChallengerMove.ULTIMATUM)
    accept = Entry(0, 1.0, 0.0, 1.0, worth_of_yielding(talks, place))
    add_step(node, grid, work, accept, refused)
    add_step(node, grid, work, continuing_entry(1, 1.0, 0.0), refused)


@jit
def lapse_menu(node: Node, grid: Grid, talks: Negotiation, work: Work, place: Place) -> None:
    """List the challenger's choices when its ultimatum lapses: strike, back down or campaign."""
    force = work.force[force_of(place.posture), place.stance]
    price = talks.challenger_price
    # The numbers of the answers are those of `decision.Lapse`.
    strike = continuing_entry(0, 1.0, price[ChallengerMove.STRIKE])
    add_move(node, grid, strike, force[Onset.STRIKE])
    here = Standing(place.posture, place.stance, Regime.ULTIMATUM)
    back_down = continuing_entry(1, 1.0, talks.credibility_cost)
    add_step(node, grid, work, back_down, after_failed_talks(here))
    if may_campaign(place.posture):
        campaign = continuing_entry(2, campaign_weight(talks), price[ChallengerMove.CAMPAIGN])
        add_move(node, grid, campaign, force[Onset.CAMPAIGN])


@jit
def campaign_weight(talks: Negotiation) -> float:
    """Return the weight of a campaign relative to that of a strike, at indifference."""
    rate = talks.challenger_rate
    strike = rate[ChallengerMove.STRIKE]
    return rate[ChallengerMove.CAMPAIGN] / strike if strike > 0.0 else 0.0
