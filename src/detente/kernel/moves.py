"""Moves and answers of both sides in play, and the beliefs that these public acts update."""

from typing import Annotated, NamedTuple

from detente.endings import Ending
from detente.kernel.arithmetic import log
from detente.kernel.beliefs import to_float64
from detente.kernel.consult import answer_by_rule, consult, taking_by_rule
from detente.kernel.decision import Asked, DecisionRecord, TakingAnswer, draw_from
from detente.kernel.draws import Purpose, uniforms
from detente.kernel.endings import Event, Trigger
from detente.kernel.first_shot import classify_choice, classify_worth, gap_of_reversal
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.legality import allow_moves
from detente.kernel.partners import open_ceiling
from detente.kernel.places import (
    after_challenger,
    after_defender,
    after_offer,
    after_standstill_offer,
    force_of,
    lowered,
    step_of,
)
from detente.kernel.play import (
    Cell,
    Play,
    Trajectory,
    begin_force,
    choose_cell,
    count_node,
    draws_today,
    end_dispute,
    fail_talks,
    has_failed,
    learn_of_challenger,
    learn_of_defender,
    move_to,
    stage_today,
    standing_of,
    write_event,
)
from detente.kernel.seats import NO_SUBJECT, Query, agrees
from detente.kernel.tables import Question
from detente.kernel.talks import PACKAGES, ChallengerMove, DefenderMove, Regime
from detente.kernel.theatre import ForceScale, Onset
from detente.kernel.world import AFTER_TAKING

LEAST_TOTAL = 1e-6
"""Sum of a day's weights below which it is only rounding error."""
LEAST_CHANCE = 1e-60
"""Floor on the chance of an observed move, for a type that never makes it."""
NO_MOVE_CLOSED = -1
"""Stands for a move where none is closed today."""
FOREVER = 1_000_000
"""A number of days beyond any horizon."""


class Choice(NamedTuple):
    """A move, and its chances for the firm type and for the other."""

    move: int
    if_firm: float
    if_not: float


@jit
def whose_move(trajectory: Trajectory) -> int:
    """Return the principal that moves today: challenger 0, defender 1, neither -1."""
    draw = uniforms(trajectory.draws, trajectory.state.day, Purpose.MOVE, 0)[0]
    if draw >= trajectory.daily.move_probability:
        return -1
    return 0 if draw < trajectory.daily.challenger_move_probability else 1


@jit
def make_move(play: Play, side: int) -> None:
    """Let a principal move."""
    trajectory = play.trajectory
    draw = uniforms(trajectory.draws, trajectory.state.day, Purpose.MOVE, 0)[1]
    u = uniforms(trajectory.draws, trajectory.state.day, Purpose.MOVE_CELL, 0)
    cell = choose_cell(play, u[0], u[1])
    if side == 0:
        challenger_moves(play, cell, draw)
    else:
        defender_moves(play, cell, draw)


class Scales(NamedTuple):
    """Factors that turn a stage's policy into a day's; holding keeps its weight."""

    hold: Annotated[int, "index of the move to hold"]
    factor: Annotated[float, "factor on every other move"]
    strike: Annotated[int, "index of the move to strike"]
    campaign: Annotated[int, "index of the move to begin a campaign, -1 if none"]
    justification_factor: Annotated[float, "further factor on both for a justification today"]
    closed: Annotated[
        int, "move for which the side holds today, as it cannot be made, or NO_MOVE_CLOSED"
    ]


@jit
def scaled_total(row: Array, own: int, scales: Scales) -> float:
    """Return the sum of a type's scaled chances; `own` is 0 for its firm type."""
    held = to_float64(row[own, scales.hold])
    struck = to_float64(row[own, scales.strike])
    if scales.campaign >= 0:
        struck += to_float64(row[own, scales.campaign])
    return held + scales.factor * (1.0 - held + (scales.justification_factor - 1.0) * struck)


@jit
def chance_today(row: Array, own: int, scales: Scales, total: float, move: int) -> float:
    """Return the chance of a move today; a type without any weight today holds.

    A type has none if its policy is a sure strike that needs a justification and today gives none.
    """
    if total < LEAST_TOTAL:
        return 1.0 if move == scales.hold else 0.0
    if move == scales.closed:
        return 0.0
    scale = 1.0
    if move != scales.hold:
        is_force = move in (scales.strike, scales.campaign)
        scale = scales.factor * scales.justification_factor if is_force else scales.factor
    chance = scale * to_float64(row[own, move]) / total
    # A side holds instead of making a move that is closed today (MODEL 2.4).
    if move == scales.hold and scales.closed >= 0:
        chance += scales.factor * to_float64(row[own, scales.closed]) / total
    return chance


@jit
def make_choice(row: Array, scales: Scales, own: int, draw: float) -> Choice:
    """Draw a move from a stage's policy, scaled to one day; peaceful moves come first.

    `row` has the chance of each move for the firm type and the other, shape (2, moves), float32.
    """
    totals = (scaled_total(row, 0, scales), scaled_total(row, 1, scales))
    # Force comes last: with the same draws a policy with less force uses it in fewer futures.
    chosen = scales.hold
    cumulative = 0.0
    for move in range(row.shape[1]):
        chance = chance_today(row, own, scales, totals[own], move)
        # Chances of 32 bits may sum to less than the draw: then the last possible move is made.
        if chance > 0.0:
            chosen = move
            cumulative += chance
            if draw < cumulative:
                break
    if_firm = chance_today(row, 0, scales, totals[0], chosen)
    if_not = chance_today(row, 1, scales, totals[1], chosen)
    return Choice(chosen, max(if_firm, LEAST_CHANCE), max(if_not, LEAST_CHANCE))


@jit
def choose_by_rule(play: Play, side: int, cell: Cell, row: Array, scales: Scales) -> Choice:
    """Return a side's move by its own rule or a person's decision.

    Beliefs are updated as if the policy had drawn it: nobody knows that a rule replaces the policy.
    """
    trajectory = play.trajectory
    decision = play.rules.decision
    own = trajectory.state.challenger_type if side == 0 else trajectory.state.defender_type
    totals = (scaled_total(row, 0, scales), scaled_total(row, 1, scales))
    decision.moves = row.shape[1]
    for move in range(row.shape[1]):
        decision.given[move] = chance_today(row, own, scales, totals[own], move)
    allow_moves(play, side, scales.closed)
    # The same draw as the policy's, so that only their chances differ.
    draw = uniforms(trajectory.draws, trajectory.state.day, Purpose.MOVE, 0)[1]
    chosen = consult(play, side, cell, Query(Asked.MOVE, NO_SUBJECT, scales.hold), draw)
    if_firm = chance_today(row, 0, scales, totals[0], chosen)
    if_not = chance_today(row, 1, scales, totals[1], chosen)
    return Choice(chosen, max(if_firm, LEAST_CHANCE), max(if_not, LEAST_CHANCE))


@jit
def challenger_moves(play: Play, cell: Cell, draw: float) -> None:
    """Let the challenger move, and update the belief about it."""
    trajectory = play.trajectory
    state = trajectory.state
    stage = stage_today(trajectory)
    count_node(play, Question.CHALLENGER + state.regime, stage, cell)
    table = play.policies.challenger[stage, state.posture, state.stance, state.regime]
    # The policy was solved for mean unrest (MODEL 5.8); today there is some or none.
    today = trajectory.daily.justification_factor[1 if state.unrest_left > 0 else 0]
    closed = raise_withheld(trajectory, stage)
    factor = trajectory.daily.stage_to_day_factor[stage]
    scales = Scales(
        ChallengerMove.HOLD,
        factor,
        ChallengerMove.STRIKE,
        ChallengerMove.CAMPAIGN,
        today,
        closed,
    )
    row = table[cell.tough, cell.hard]
    if play.rules.decision.is_asked[0] == 1:
        choice = choose_by_rule(play, 0, cell, row, scales)
    else:
        choice = make_choice(row, scales, state.challenger_type, draw)
    # The trace lists a move before the belief that it changes.
    write_challenger_move(trajectory, choice.move)
    learn_of_challenger(trajectory, choice.if_firm, choice.if_not)
    follow_challenger(play, cell, row, choice.move)


@jit
def raise_withheld(trajectory: Trajectory, stage: int) -> int:
    """Return the raise if hosts that withhold consent close it today, else NO_MOVE_CLOSED.

    Policies are solved for hosts that keep their consent; where one would raise, the challenger
    holds.
    """
    if trajectory.world.partners.deciders == 0:
        return NO_MOVE_CLOSED
    calendar = trajectory.world.calendar
    # A raise arrives later: as on the menu, the next stage's ceiling counts.
    following = min(stage + 1, calendar.stages - 1)
    ceiling = open_ceiling(calendar, trajectory.state.partner_decisions, following)
    is_closed = force_of(trajectory.state.posture) >= ceiling
    return int(ChallengerMove.RAISE) if is_closed else NO_MOVE_CLOSED


@jit
def follow_challenger(play: Play, cell: Cell, row: Array, move: int) -> None:
    """Apply the consequences of the challenger's move; `row` is its policy, as in `make_choice`."""
    state = play.trajectory.state
    if move < PACKAGES:
        offer_to_defender(play, move)
    elif move == ChallengerMove.ULTIMATUM:
        set_ultimatum(play)
    elif move == ChallengerMove.DROP:
        end_dispute(state, Ending.CHALLENGER_DROPS, -1)
    elif move == ChallengerMove.STANDSTILL:
        offer_standstill(play, 0)
    elif move == ChallengerMove.WALK_OUT:
        fail_talks(state)
    elif move == ChallengerMove.TAKE:
        take_share(play)
    elif move == ChallengerMove.STRIKE:
        classify_choice(play, 0, cell, row, ChallengerMove.STRIKE)
        begin_force(play, Onset.STRIKE, Trigger.STRIKE)
    elif move == ChallengerMove.CAMPAIGN:
        classify_choice(play, 0, cell, row, ChallengerMove.CAMPAIGN)
        begin_force(play, Onset.CAMPAIGN, Trigger.STRIKE)
    else:
        move_to(state, after_challenger(standing_of(state), move))


@jit
def write_challenger_move(  # noqa: PLR0912  one event for each kind of move
    trajectory: Trajectory, move: int
) -> None:
    """Write the challenger's move into the trace, except a hold."""
    if move < PACKAGES:
        write_event(trajectory, Event.OFFERS, 0, move, 0.0)
    elif move == ChallengerMove.DROP:
        write_event(trajectory, Event.DROPS, 0, 0, 0.0)
    elif move == ChallengerMove.STANDSTILL:
        write_event(trajectory, Event.OFFERS_STANDSTILL, 0, 0, 0.0)
    elif move == ChallengerMove.LOWER:
        write_event(trajectory, Event.LOWERS, 0, force_of(lowered(trajectory.state.posture)), 0.0)
    elif move == ChallengerMove.RAISE:
        if trajectory.state.raised_day < 0:
            trajectory.state.raised_day = trajectory.state.day
        write_event(trajectory, Event.RAISES, 0, force_of(trajectory.state.posture) + 1, 0.0)
    elif move == ChallengerMove.IMPOSE:
        write_event(trajectory, Event.IMPOSES, 0, 0, 0.0)
    elif move == ChallengerMove.LIFT:
        write_event(trajectory, Event.LIFTS, 0, 0, 0.0)
    elif move == ChallengerMove.ULTIMATUM:
        write_event(trajectory, Event.ULTIMATUM, 0, 0, trajectory.world.talks.ultimatum_days)
    elif move == ChallengerMove.WALK_OUT:
        write_event(trajectory, Event.WALKS_OUT, 0, 0, 0.0)
    elif move == ChallengerMove.TAKE:
        write_event(trajectory, Event.TAKES, 0, 0, trajectory.world.talks.taken_share)
    elif move == ChallengerMove.STRIKE:
        write_event(trajectory, Event.STRIKES, 0, ForceScale.LIMITED, 0.0)
    elif move == ChallengerMove.CAMPAIGN:
        write_event(trajectory, Event.STRIKES, 0, ForceScale.CAMPAIGN, 0.0)


@jit
def defender_moves(play: Play, cell: Cell, draw: float) -> None:
    """Let the defender move, and update the belief about it."""
    trajectory = play.trajectory
    state = trajectory.state
    stage = stage_today(trajectory)
    count_node(play, Question.DEFENDER + state.regime, stage, cell)
    table = play.policies.defender[stage, state.posture, state.stance, state.regime]
    factor = trajectory.daily.stage_to_day_factor[stage]
    scales = Scales(DefenderMove.HOLD, factor, DefenderMove.STRIKE, -1, 1.0, NO_MOVE_CLOSED)
    row = table[cell.tough, cell.hard]
    if play.rules.decision.is_asked[1] == 1:
        choice = choose_by_rule(play, 1, cell, row, scales)
    else:
        choice = make_choice(row, scales, state.defender_type, draw)
    write_defender_move(trajectory, choice.move)
    learn_of_defender(trajectory, choice.if_firm, choice.if_not)
    follow_defender(play, cell, row, choice.move)


@jit
def follow_defender(play: Play, cell: Cell, row: Array, move: int) -> None:
    """Apply the consequences of the defender's move; `row` is its policy, as in `make_choice`."""
    state = play.trajectory.state
    if move < PACKAGES:
        offer_to_challenger(play, move)
    elif move == DefenderMove.YIELD:
        end_dispute(state, Ending.DEFENDER_YIELDS, -1)
    elif move == DefenderMove.STANDSTILL:
        offer_standstill(play, 1)
    elif move == DefenderMove.WALK_OUT:
        fail_talks(state)
    elif move == DefenderMove.STRIKE:
        classify_choice(play, 1, cell, row, DefenderMove.STRIKE)
        begin_force(play, Onset.BY_DEFENDER, Trigger.STRIKE)
    else:
        move_to(state, after_defender(standing_of(state), move))


@jit
def write_defender_move(trajectory: Trajectory, move: int) -> None:
    """Write the defender's move into the trace, except a hold."""
    if move < PACKAGES:
        write_event(trajectory, Event.OFFERS, 1, move, 0.0)
    elif move == DefenderMove.YIELD:
        write_event(trajectory, Event.YIELDS, 1, 0, 0.0)
    elif move == DefenderMove.STANDSTILL:
        write_event(trajectory, Event.OFFERS_STANDSTILL, 1, 0, 0.0)
    elif move == DefenderMove.VOW:
        write_event(trajectory, Event.VOWS, 1, 0, 0.0)
    elif move == DefenderMove.ADVANCE:
        write_event(trajectory, Event.ADVANCES, 1, step_of(trajectory.state.stance) + 1, 0.0)
    elif move == DefenderMove.WALK_OUT:
        write_event(trajectory, Event.WALKS_OUT, 1, 0, 0.0)
    elif move == DefenderMove.STRIKE:
        write_event(trajectory, Event.STRIKES, 1, 0, 0.0)


@jit
def answer(play: Play, question: int, own: int) -> Choice:
    """Draw an answer to a question: move 0 accepts, move 1 does not; `own` is the type (0 firm)."""
    state = play.trajectory.state
    stage = stage_today(play.trajectory)
    u = uniforms(play.trajectory.draws, state.day, Purpose.ANSWER, 0)
    cell = choose_cell(play, u[0], u[1])
    count_node(play, question, stage, cell)
    tables = play.policies.answers[stage, state.posture, state.stance]
    row = tables[question - Question.DEFENDER_ANSWER, cell.tough, cell.hard]
    consents = u[2] < to_float64(row[own, 0])
    if play.rules.decision.is_asked[0 if question >= Question.CHALLENGER_ANSWER else 1] == 1:
        consents = answer_by_rule(play, question, cell, to_float64(row[own, 0]), u[2])
    if consents:
        return Choice(0, to_float64(row[0, 0]), to_float64(row[1, 0]))
    return Choice(1, 1.0 - to_float64(row[0, 0]), 1.0 - to_float64(row[1, 0]))


@jit
def offer_to_defender(play: Play, package: int) -> None:
    """Offer a package to the defender, draw its answer and apply the consequences."""
    choice = answer(play, Question.DEFENDER_ANSWER + package, play.trajectory.state.defender_type)
    write_event(
        play.trajectory, Event.ACCEPTS if choice.move == 0 else Event.REJECTS, 1, package, 0.0
    )
    learn_of_defender(play.trajectory, choice.if_firm, choice.if_not)
    conclude(play.trajectory, play.rules.decision, (1, package), choice.move)


@jit
def offer_to_challenger(play: Play, package: int) -> None:
    """Offer a package to the challenger, draw its answer and apply the consequences."""
    choice = answer(
        play, Question.CHALLENGER_ANSWER + package, play.trajectory.state.challenger_type
    )
    write_event(
        play.trajectory, Event.ACCEPTS if choice.move == 0 else Event.REJECTS, 0, package, 0.0
    )
    learn_of_challenger(play.trajectory, choice.if_firm, choice.if_not)
    conclude(play.trajectory, play.rules.decision, (0, package), choice.move)


@jit
def offer_standstill(play: Play, side: int) -> None:
    """Let a side offer a standstill, which holds without ratification if the other accepts."""
    trajectory = play.trajectory
    state = trajectory.state
    if side == 0:
        choice = answer(play, Question.DEFENDER_STANDSTILL + state.regime, state.defender_type)
    else:
        choice = answer(play, Question.CHALLENGER_STANDSTILL + state.regime, state.challenger_type)
    event = Event.AGREES_STANDSTILL if choice.move == 0 else Event.REFUSES_STANDSTILL
    write_event(trajectory, event, 1 - side, 0, 0.0)
    if side == 0:
        learn_of_defender(trajectory, choice.if_firm, choice.if_not)
    else:
        learn_of_challenger(trajectory, choice.if_firm, choice.if_not)
    move_to(state, after_standstill_offer(standing_of(state), choice.move == 0))


@jit
def conclude(
    trajectory: Trajectory, decision: DecisionRecord, offer: tuple[int, int], move: int
) -> None:
    """Draw the ratification of an accepted deal, or remove a rejected one from the table.

    `offer` is the side that answers and the package; `move` is its answer, 0 if it accepts.
    """
    side, package = offer
    state = trajectory.state
    talks = trajectory.world.talks
    if move == 1:
        move_to(state, after_offer(standing_of(state), False))
    elif uniforms(trajectory.draws, state.day, Purpose.ANSWER, 0)[3] < talks.ratify_probability:
        write_event(trajectory, Event.RATIFIED, side, package, 0.0)
        enter_deal(trajectory, decision, package)
    else:
        write_event(trajectory, Event.NOT_RATIFIED, side, package, 0.0)
        fail_talks(state)


@jit
def enter_deal(trajectory: Trajectory, decision: DecisionRecord, package: int) -> None:
    """Let a ratified deal hold to the horizon, or until a side breaks it.

    After a broken deal talks have failed (MODEL 4.6); while a deal holds nothing else happens.
    """
    state = trajectory.state
    begun = state.day
    side = next_to_break(trajectory, decision, package)
    if state.has_ended == 1:
        return
    if side < 0:
        # The row reports the day on which the deal was made.
        state.day = begun
        is_narrow = trajectory.world.talks.is_comprehensive[package] == 0
        kind = Ending.NARROW_DEAL if is_narrow else Ending.COMPREHENSIVE_DEAL
        end_dispute(state, kind, package)
        return
    if state.broken_day < 0:
        state.broken_deal_day = begun
        state.broken_day = state.day
    state.unrest_left = 0
    write_event(trajectory, Event.BREAKS, side, package, 0.0)
    fail_talks(state)


@jit
def next_to_break(trajectory: Trajectory, decision: DecisionRecord, package: int) -> int:
    """Advance to the day on which a side breaks a deal and return the side, -1 if none does.

    Each side breaks it at its own rate; a person may keep the deal instead, until the next draw.
    """
    state = trajectory.state
    hazards = trajectory.world.talks.breaking_rate
    either = hazards[0] + hazards[1]
    while state.has_ended == 0:
        u = uniforms(draws_today(trajectory), state.day, Purpose.BREAKING, 0)
        ends = state.day + days_until(either, u[0])
        if ends >= trajectory.world.calendar.horizon:
            return -1
        state.day = ends
        side = 0 if u[1] * either < hazards[0] else 1
        # A constant rate is memoryless: whoever keeps the deal is asked again after a new wait.
        if agrees(state, decision, side, Asked.BREAK, package):
            return side
    return -1


@jit
def days_until(rate: float, draw: float) -> int:
    """Return the days until an event at a rate, whole and at least 1; FOREVER if the rate is 0."""
    if rate <= 0.0:
        return FOREVER
    return 1 + int(min(-log(draw) / rate, FOREVER - 1.0))


@jit
def set_ultimatum(play: Play) -> None:
    """Set an ultimatum: the defender yields at once, or the ultimatum runs."""
    trajectory = play.trajectory
    choice = answer(play, Question.ULTIMATUM_ANSWER, trajectory.state.defender_type)
    write_event(trajectory, Event.YIELDS if choice.move == 0 else Event.REFUSES, 1, 1, 0.0)
    learn_of_defender(trajectory, choice.if_firm, choice.if_not)
    if choice.move == 0:
        end_dispute(trajectory.state, Ending.DEFENDER_YIELDS, -1)
    else:
        here = standing_of(trajectory.state)
        move_to(trajectory.state, after_challenger(here, ChallengerMove.ULTIMATUM))


@jit
def take_share(play: Play) -> None:
    """Let the challenger take a share of an issue; the defender accepts, protests or reverses it.

    Force to reverse it begins on the next day. A draft deal is off the table (MODEL 5.13).
    """
    trajectory = play.trajectory
    state = trajectory.state
    stage = stage_today(trajectory)
    talks_failed = 1 if has_failed(state) else 0
    u = uniforms(trajectory.draws, state.day, Purpose.ANSWER, 0)
    cell = choose_cell(play, u[0], u[1])
    count_node(play, Question.TAKING + talks_failed, stage, cell)
    table = play.policies.takings[stage, state.posture, state.stance, talks_failed]
    row = table[cell.tough, cell.hard]
    own = row[state.defender_type]
    if play.rules.decision.is_asked[1] == 1:
        chosen = taking_by_rule(play, cell, own, u[2])
    else:
        chosen = draw_from(own, u[2])
    state.taken_day = state.day
    state.taken = trajectory.world.talks.taken_share
    write_event(trajectory, Event.MEETS_TAKING, 1, chosen, to_float64(own[chosen]))
    learn_of_defender(trajectory, to_float64(row[0, chosen]), to_float64(row[1, chosen]))
    if chosen == TakingAnswer.ACCEPTS:
        end_dispute(state, Ending.DEFENDER_YIELDS, -1)
        return
    state.level = AFTER_TAKING
    if talks_failed == 0:
        state.regime = Regime.NO_TEXT
    if chosen == TakingAnswer.REVERSES:
        # Force begins in the game after a taking, which has policies of its own. Only this play's
        # policy shows the worth of the reversal, so it is read now.
        state.reverses = 1
        state.first_shot_gap = gap_of_reversal(trajectory.world.talks, own)


@jit
def reverse_taking(play: Play) -> None:
    """Begin the force by which the defender has decided to reverse a taking."""
    state = play.trajectory.state
    state.reverses = 0
    u = uniforms(play.trajectory.draws, state.day, Purpose.MOVE_CELL, 0)
    write_event(play.trajectory, Event.STRIKES, 1, 0, 0.0)
    classify_worth(play, 1, choose_cell(play, u[0], u[1]))
    begin_force(play, Onset.BY_DEFENDER, Trigger.STRIKE)
