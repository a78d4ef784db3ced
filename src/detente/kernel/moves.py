"""A side moves and the other answers; whatever is done in public moves beliefs."""

from typing import Annotated, NamedTuple

from detente.kernel.arithmetic import log
from detente.kernel.beliefs import widen
from detente.kernel.consult import answer_by_rule, consult
from detente.kernel.decision import Asked, Docket
from detente.kernel.draws import Purpose, uniforms
from detente.kernel.endings import Event, Settlement, Trigger
from detente.kernel.first_shot import name_choice
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.legality import allow_moves
from detente.kernel.partners import open_ceiling
from detente.kernel.places import (
    after_challenger,
    after_defender,
    after_offer,
    force_of,
    lowered,
    step_of,
)
from detente.kernel.play import (
    Cell,
    Life,
    Play,
    begin_force,
    choose_cell,
    fail_talks,
    learn_of_challenger,
    learn_of_defender,
    luck_now,
    note,
    settle_quarrel,
    stage_today,
    stand_at,
    standing_of,
    visit,
)
from detente.kernel.seats import NOTHING as ABOUT_NOTHING
from detente.kernel.seats import Query, agrees
from detente.kernel.tables import Question
from detente.kernel.talks import PACKAGES, ChallengerMove, DefenderMove

NOTHING = 1e-6
"""Sum of a day's weights below which nothing is left of them but rounding."""
LEAST_CHANCE = 1e-60
"""What a move that is seen is taken to have had for a type that would not have made it."""
OPEN_MENU = -1
"""That no move is closed today."""
FOREVER = 1_000_000
"""Days after any horizon."""


class Choice(NamedTuple):
    """A move made, and how likely it was for the firm type and for the other."""

    move: int
    if_firm: float
    if_not: float


@jit
def whose_move(life: Life) -> int:
    """Return who moves today, at most one principal: 0, 1, or -1 for neither."""
    draw = uniforms(life.luck, life.state.day, Purpose.MOVE, 0)[0]
    if draw >= life.daily.moves:
        return -1
    return 0 if draw < life.daily.challenger_moves else 1


@jit
def make_move(play: Play, side: int) -> None:
    """Let a principal move."""
    life = play.life
    draw = uniforms(life.luck, life.state.day, Purpose.MOVE, 0)[1]
    draws = uniforms(life.luck, life.state.day, Purpose.MOVE_CELL, 0)
    cell = choose_cell(play, draws[0], draws[1])
    if side == 0:
        challenger_moves(play, cell, draw)
    else:
        defender_moves(play, cell, draw)


class Scales(NamedTuple):
    """How a stage's policy is rescaled to one day: hold counts as it is, all else by a factor."""

    hold: Annotated[int, "which move is to hold"]
    factor: Annotated[float, "of every other move"]
    strike: Annotated[int, "which move is to strike"]
    urge: Annotated[float, "of a strike besides, for what gives a justification today"]
    closed: Annotated[int, "which move cannot be made today and is held, or OPEN_MENU"]


@jit
def scale_of(scales: Scales, move: int) -> float:
    """Return by how much a move's chance in a stage counts today."""
    if move == scales.hold:
        return 1.0
    return scales.factor * scales.urge if move == scales.strike else scales.factor


@jit
def scaled_total(row: Array, own: int, scales: Scales) -> float:
    """Return the sum of a type's rescaled chances."""
    held = widen(row[own, scales.hold])
    struck = widen(row[own, scales.strike])
    return held + scales.factor * (1.0 - held + (scales.urge - 1.0) * struck)


@jit
def chance_today(row: Array, own: int, scales: Scales, total: float, move: int) -> float:
    """Chance of a move today; a type to which nothing weighs anything today holds.

    That is so where a stage's policy is to strike for sure, for a justification that today is not.
    """
    if total < NOTHING:
        return 1.0 if move == scales.hold else 0.0
    if move == scales.closed:
        return 0.0
    chance = scale_of(scales, move) * widen(row[own, move]) / total
    if move == scales.hold and scales.closed >= 0:
        chance += scales.factor * widen(row[own, scales.closed]) / total
    return chance


@jit
def make_choice(row: Array, scales: Scales, own: int, draw: float) -> Choice:
    """Draw a move from a stage's policy, rescaled to one day; peaceful moves come first.

    `row`: chance of each move for the firm type and the other, shape (2, moves), float32.
    """
    totals = (scaled_total(row, 0, scales), scaled_total(row, 1, scales))
    chosen = scales.hold
    reached = 0.0
    for move in range(row.shape[1]):
        chance = chance_today(row, own, scales, totals[own], move)
        if chance > 0.0:
            chosen = move
            reached += chance
            if draw < reached:
                break
    if_firm = chance_today(row, 0, scales, totals[0], chosen)
    if_not = chance_today(row, 1, scales, totals[1], chosen)
    return Choice(chosen, max(if_firm, LEAST_CHANCE), max(if_not, LEAST_CHANCE))


@jit
def choose_by_rule(play: Play, side: int, cell: Cell, row: Array, scales: Scales) -> Choice:
    """Draw a side's move by its own rule or as a person decides; others read it as the policy's."""
    life = play.life
    docket = play.rules.docket
    own = life.state.challenger_type if side == 0 else life.state.defender_type
    totals = (scaled_total(row, 0, scales), scaled_total(row, 1, scales))
    docket.moves = row.shape[1]
    for move in range(row.shape[1]):
        docket.given[move] = chance_today(row, own, scales, totals[own], move)
    allow_moves(play, side, scales.closed)
    draw = uniforms(life.luck, life.state.day, Purpose.MOVE, 0)[1]
    chosen = consult(play, side, cell, Query(Asked.MOVE, ABOUT_NOTHING, scales.hold), draw)
    if_firm = chance_today(row, 0, scales, totals[0], chosen)
    if_not = chance_today(row, 1, scales, totals[1], chosen)
    return Choice(chosen, max(if_firm, LEAST_CHANCE), max(if_not, LEAST_CHANCE))


@jit
def challenger_moves(play: Play, cell: Cell, draw: float) -> None:
    """Let the challenger move, and everyone learn from it."""
    life = play.life
    state = life.state
    stage = stage_today(life)
    visit(play, Question.CHALLENGER + state.regime, stage, cell)
    table = play.policies.challenger[stage, state.posture, state.stance, state.regime]
    today = life.daily.urge[1 if state.unrest_left > 0 else 0]
    closed = raise_withheld(life, stage)
    factor = life.daily.factor[stage]
    scales = Scales(ChallengerMove.HOLD, factor, ChallengerMove.STRIKE, today, closed)
    row = table[cell.tough, cell.hard]
    if play.rules.docket.is_asked[0] == 1:
        choice = choose_by_rule(play, 0, cell, row, scales)
    else:
        choice = make_choice(row, scales, state.challenger_type, draw)
    announce_challenger(life, choice.move)
    learn_of_challenger(life, choice.if_firm, choice.if_not)
    follow_challenger(play, cell, row, choice.move)


@jit
def raise_withheld(life: Life, stage: int) -> int:
    """Return the move to raise if no more force can be had today, as a host withholds it.

    Policies are solved for hosts that stay as they are; what they would raise is held then.
    """
    if life.world.partners.deciders == 0:
        return OPEN_MENU
    calendar = life.world.calendar
    following = min(stage + 1, calendar.stages - 1)
    ceiling = open_ceiling(calendar, life.state.stances, following)
    is_closed = force_of(life.state.posture) >= ceiling
    return int(ChallengerMove.RAISE) if is_closed else OPEN_MENU


@jit
def follow_challenger(play: Play, cell: Cell, row: Array, move: int) -> None:
    """Let what the challenger's move leads to come about; `row` is its policy, as in a choice."""
    state = play.life.state
    if move < PACKAGES:
        offer_to_defender(play, move)
    elif move == ChallengerMove.ULTIMATUM:
        set_ultimatum(play)
    elif move == ChallengerMove.DROP:
        settle_quarrel(state, Settlement.CHALLENGER_DROPS, -1)
    elif move == ChallengerMove.WALK_OUT:
        fail_talks(state)
    elif move == ChallengerMove.STRIKE:
        name_choice(play, 0, cell, row, ChallengerMove.STRIKE)
        begin_force(play, 0, Trigger.STRIKE)
    else:
        stand_at(state, after_challenger(standing_of(state), move))


@jit
def announce_challenger(life: Life, move: int) -> None:
    """Write the challenger's move into the trace; a hold is no news."""
    if move < PACKAGES:
        note(life, Event.OFFERS, 0, move, 0.0)
    elif move == ChallengerMove.DROP:
        note(life, Event.DROPS, 0, 0, 0.0)
    elif move == ChallengerMove.LOWER:
        note(life, Event.LOWERS, 0, force_of(lowered(life.state.posture)), 0.0)
    elif move == ChallengerMove.RAISE:
        note(life, Event.RAISES, 0, force_of(life.state.posture) + 1, 0.0)
    elif move == ChallengerMove.ULTIMATUM:
        note(life, Event.ULTIMATUM, 0, 0, life.world.talks.ultimatum_days)
    elif move == ChallengerMove.WALK_OUT:
        note(life, Event.WALKS_OUT, 0, 0, 0.0)
    elif move == ChallengerMove.STRIKE:
        note(life, Event.STRIKES, 0, 0, 0.0)


@jit
def defender_moves(play: Play, cell: Cell, draw: float) -> None:
    """Let the defender move, and everyone learn from it."""
    life = play.life
    state = life.state
    stage = stage_today(life)
    visit(play, Question.DEFENDER + state.regime, stage, cell)
    table = play.policies.defender[stage, state.posture, state.stance, state.regime]
    scales = Scales(
        DefenderMove.HOLD, life.daily.factor[stage], DefenderMove.STRIKE, 1.0, OPEN_MENU
    )
    row = table[cell.tough, cell.hard]
    if play.rules.docket.is_asked[1] == 1:
        choice = choose_by_rule(play, 1, cell, row, scales)
    else:
        choice = make_choice(row, scales, state.defender_type, draw)
    announce_defender(life, choice.move)
    learn_of_defender(life, choice.if_firm, choice.if_not)
    follow_defender(play, cell, row, choice.move)


@jit
def follow_defender(play: Play, cell: Cell, row: Array, move: int) -> None:
    """Let what the defender's move leads to come about; `row` is its policy, as in a choice."""
    state = play.life.state
    if move < PACKAGES:
        offer_to_challenger(play, move)
    elif move == DefenderMove.YIELD:
        settle_quarrel(state, Settlement.DEFENDER_YIELDS, -1)
    elif move == DefenderMove.WALK_OUT:
        fail_talks(state)
    elif move == DefenderMove.STRIKE:
        name_choice(play, 1, cell, row, DefenderMove.STRIKE)
        begin_force(play, 1, Trigger.STRIKE)
    else:
        stand_at(state, after_defender(standing_of(state), move))


@jit
def announce_defender(life: Life, move: int) -> None:
    """Write the defender's move into the trace; a hold is no news."""
    if move < PACKAGES:
        note(life, Event.OFFERS, 1, move, 0.0)
    elif move == DefenderMove.YIELD:
        note(life, Event.YIELDS, 1, 0, 0.0)
    elif move == DefenderMove.VOW:
        note(life, Event.VOWS, 1, 0, 0.0)
    elif move == DefenderMove.ADVANCE:
        note(life, Event.ADVANCES, 1, step_of(life.state.stance) + 1, 0.0)
    elif move == DefenderMove.WALK_OUT:
        note(life, Event.WALKS_OUT, 1, 0, 0.0)
    elif move == DefenderMove.STRIKE:
        note(life, Event.STRIKES, 1, 0, 0.0)


@jit
def answer(play: Play, question: int, own: int) -> Choice:
    """Draw an answer: move 0 accepts, move 1 does not."""
    state = play.life.state
    stage = stage_today(play.life)
    draws = uniforms(play.life.luck, state.day, Purpose.ANSWER, 0)
    cell = choose_cell(play, draws[0], draws[1])
    visit(play, question, stage, cell)
    tables = play.policies.answers[stage, state.posture, state.stance]
    row = tables[question - Question.DEFENDER_ANSWER, cell.tough, cell.hard]
    consents = draws[2] < widen(row[own, 0])
    if play.rules.docket.is_asked[0 if question >= Question.CHALLENGER_ANSWER else 1] == 1:
        consents = answer_by_rule(play, question, cell, widen(row[own, 0]), draws[2])
    if consents:
        return Choice(0, widen(row[0, 0]), widen(row[1, 0]))
    return Choice(1, 1.0 - widen(row[0, 0]), 1.0 - widen(row[1, 0]))


@jit
def offer_to_defender(play: Play, package: int) -> None:
    """Put a package to the defender."""
    choice = answer(play, Question.DEFENDER_ANSWER + package, play.life.state.defender_type)
    note(play.life, Event.ACCEPTS if choice.move == 0 else Event.REJECTS, 1, package, 0.0)
    learn_of_defender(play.life, choice.if_firm, choice.if_not)
    conclude(play.life, play.rules.docket, (1, package), choice.move)


@jit
def offer_to_challenger(play: Play, package: int) -> None:
    """Put a package to the challenger."""
    choice = answer(play, Question.CHALLENGER_ANSWER + package, play.life.state.challenger_type)
    note(play.life, Event.ACCEPTS if choice.move == 0 else Event.REJECTS, 0, package, 0.0)
    learn_of_challenger(play.life, choice.if_firm, choice.if_not)
    conclude(play.life, play.rules.docket, (0, package), choice.move)


@jit
def conclude(life: Life, docket: Docket, text: tuple[int, int], move: int) -> None:
    """Take an accepted text to ratification; a rejected one is off the table.

    `text`: the side that answers, and the package.
    """
    side, package = text
    state = life.state
    talks = life.world.talks
    if move == 1:
        stand_at(state, after_offer(standing_of(state), False))
    elif uniforms(life.luck, state.day, Purpose.ANSWER, 0)[3] < talks.ratify_probability:
        note(life, Event.RATIFIED, side, package, 0.0)
        enter_deal(life, docket, package)
    else:
        note(life, Event.NOT_RATIFIED, side, package, 0.0)
        fail_talks(state)


@jit
def enter_deal(life: Life, docket: Docket, package: int) -> None:
    """Let a ratified deal hold to the end of the horizon, or until a side breaks it.

    A broken deal reverts, to talks that have failed (MODEL 3, 4.8); while it holds nothing moves.
    """
    state = life.state
    begun = state.day
    side = next_to_break(life, docket, package)
    if state.has_ended == 1:
        return
    if side < 0:
        state.day = begun
        is_narrow = life.world.talks.is_comprehensive[package] == 0
        kind = Settlement.NARROW_DEAL if is_narrow else Settlement.COMPREHENSIVE_DEAL
        settle_quarrel(state, kind, package)
        return
    if state.broken_day < 0:
        state.broken_deal_day = begun
        state.broken_day = state.day
    state.unrest_left = 0
    note(life, Event.BREAKS, side, package, 0.0)
    fail_talks(state)


@jit
def next_to_break(life: Life, docket: Docket, package: int) -> int:
    """Go on to the day on which a side breaks a deal and return which, -1 if none does in time.

    Each does at a rate of its own; a person may keep the deal then, until the next time.
    """
    state = life.state
    hazards = life.world.talks.breaking_rate
    either = hazards[0] + hazards[1]
    while state.has_ended == 0:
        draws = uniforms(luck_now(life), state.day, Purpose.BREAKING, 0)
        ends = state.day + days_until(either, draws[0])
        if ends >= life.world.calendar.horizon:
            return -1
        state.day = ends
        side = 0 if draws[1] * either < hazards[0] else 1
        if agrees(state, docket, side, Asked.BREAK, package):
            return side
    return -1


@jit
def days_until(rate: float, draw: float) -> int:
    """Return whole days, 1 or more, until something happens at a rate; FOREVER if it never does."""
    if rate <= 0.0:
        return FOREVER
    return 1 + int(min(-log(draw) / rate, FOREVER - 1.0))


@jit
def set_ultimatum(play: Play) -> None:
    """Put an ultimatum to the defender: it yields at once, or the clock runs."""
    life = play.life
    choice = answer(play, Question.ULTIMATUM_ANSWER, life.state.defender_type)
    note(life, Event.YIELDS if choice.move == 0 else Event.REFUSES, 1, 1, 0.0)
    learn_of_defender(life, choice.if_firm, choice.if_not)
    if choice.move == 0:
        settle_quarrel(life.state, Settlement.DEFENDER_YIELDS, -1)
    else:
        here = standing_of(life.state)
        stand_at(life.state, after_challenger(here, ChallengerMove.ULTIMATUM))
