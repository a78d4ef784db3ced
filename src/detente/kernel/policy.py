"""What each side would do, worked out backward from the end of the horizon."""

from detente.kernel.arithmetic import arrival, decay
from detente.kernel.beliefs import Grid, point, probability
from detente.kernel.hazards import add_force, add_nature
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.menus import (
    IN_ULTIMATUM,
    NO_TEXT,
    answer_menu,
    challenger_menu,
    defender_menu,
    lapse_menu,
    mover_probability,
    ultimatum_menu,
    weight_unit,
)
from detente.kernel.nodes import Node, add_result, open_row
from detente.kernel.posture import ceiling_after
from detente.kernel.replies import settle_row
from detente.kernel.tables import LEVELS, REGIMES, Desk, Place, Question
from detente.kernel.talks import challenger_flow, perpetual

CHALLENGER = int(Question.CHALLENGER)
DEFENDER = int(Question.DEFENDER)
DEFENDER_ANSWER = int(Question.DEFENDER_ANSWER)
ULTIMATUM_ANSWER = int(Question.ULTIMATUM_ANSWER)
CHALLENGER_ANSWER = int(Question.CHALLENGER_ANSWER)
LAPSE = int(Question.LAPSE)


@jit
def solve_backward(desk: Desk, war_values: Array) -> None:
    """Fill the policies of every stage, from the last to the first (MODEL 5.4).

    `war_values`: worth of force by F, N, who begins, both types and side,
    shape (3, 3, 3, 2, 2, 2). On return `work.later` holds the values at the start.
    """
    spread_force(desk, war_values)
    begin_starts(desk)
    end_of_time(desk)
    for back in range(desk.world.calendar.stages):
        solve_stage(desk, desk.world.calendar.stages - 1 - back)


@jit
def spread_force(desk: Desk, war_values: Array) -> None:
    """Lay the worth of force out over both beliefs: each side averages over the other's type."""
    points = desk.grid.points
    for force in range(LEVELS):
        for step in range(LEVELS):
            for who in range(3):
                payoff = war_values[force, step, who]
                block = desk.policies.force[force, step, who]
                for tough in range(points):
                    for hard in range(points):
                        spread_cell(desk.grid, payoff, block[tough, hard], (tough, hard))


@jit
def spread_cell(grid: Grid, payoff: Array, cell: Array, beliefs: tuple[int, int]) -> None:
    """Worth of force to each type at one pair of beliefs."""
    tough = probability(point(grid, beliefs[0]))
    hard = probability(point(grid, beliefs[1]))
    for own in range(2):
        cell[own] = tough * payoff[own, 0, 0] + (1.0 - tough) * payoff[own, 1, 0]
        cell[2 + own] = hard * payoff[0, own, 1] + (1.0 - hard) * payoff[1, own, 1]


@jit
def begin_starts(desk: Desk) -> None:
    """Start every node from a mover whose acts tell nothing."""
    for force in range(LEVELS):
        for step in range(LEVELS):
            for question in range(desk.work.start.shape[2]):
                start = desk.work.start[force, step, question]
                posteriors = desk.work.posteriors[force, step, question]
                for other in range(desk.grid.points):
                    for prior in range(desk.grid.points):
                        start[other, prior] = point(desk.grid, prior)
                        posteriors[other, prior] = point(desk.grid, prior)


@jit
def end_of_time(desk: Desk) -> None:
    """Set the worth past the last stage: the flows of the state as it stands, for ever."""
    talks = desk.world.talks
    for force in range(LEVELS):
        for step in range(LEVELS):
            flow = challenger_flow(talks, force, step)
            later = desk.work.later[force, step]
            later[:, :, :, 0:2] = -perpetual(flow, talks.discount_rate)
            later[:, :, :, 2:4] = -perpetual(talks.defender_standoff, talks.discount_rate)


@jit
def solve_stage(desk: Desk, stage: int) -> None:
    """Solve one stage, later events first: lapse, answers, moves, incidents, nature."""
    look_ahead(desk, stage)
    for force in range(LEVELS):
        for step in range(LEVELS):
            place = Place(stage, force, step)
            solve_lapse(desk, place)
            solve_answers(desk, place)
    for force in range(LEVELS):
        for step in range(LEVELS):
            place = Place(stage, force, step)
            for regime in range(REGIMES):
                solve_moves(desk, place, regime)
                add_force(desk, place, regime)
                keep_worth(desk, place, regime)
    for force in range(LEVELS):
        for step in range(LEVELS):
            add_nature(desk, Place(stage, force, step))


@jit
def look_ahead(desk: Desk, stage: int) -> None:
    """Discount the next stage's worth; force above its ceiling has to come down."""
    ceiling = ceiling_after(desk.world.calendar, stage)
    discount = decay(desk.world.talks.discount_rate, desk.world.calendar.stage_days[stage])
    for force in range(LEVELS):
        later = desk.work.later[min(force, ceiling)].reshape(-1)
        ahead = desk.work.ahead[force].reshape(-1)
        for cell in range(ahead.shape[0]):
            ahead[cell] = discount * later[cell]


@jit
def solve_lapse(desk: Desk, place: Place) -> None:
    """Solve what the challenger does when an ultimatum lapses, and fold it into its worth."""
    days = desk.world.calendar.stage_days[place.stage]
    lapses = arrival(1.0 / desk.world.talks.ultimatum_days, days)
    block = desk.work.ahead[place.force, place.step, IN_ULTIMATUM]
    scale(desk.grid, 1.0 - lapses, block)
    for tough in range(desk.grid.points):
        open_row(desk.node, desk.grid, 0, tough)
        lapse_menu(desk.node, desk.grid, desk.world.talks, desk.work, place)
        settle_answer(desk, place, LAPSE)
        add_result(desk.node, desk.grid, lapses, block)


@jit
def scale(grid: Grid, factor: float, block: Array) -> None:
    """Multiply a block of values, shape (points, points, 4)."""
    for tough in range(grid.points):
        for hard in range(grid.points):
            for holder in range(4):
                block[tough, hard, holder] *= factor


@jit
def solve_answers(desk: Desk, place: Place) -> None:
    """Solve the answers to every offer and to an ultimatum; keep what asking is worth."""
    talks = desk.world.talks
    for other in range(desk.grid.points):
        for package in range(talks.packages):
            open_row(desk.node, desk.grid, 2, other)
            answer_menu(desk.node, desk.grid, talks, desk.work, (place, package))
            settle_question(desk, place, DEFENDER_ANSWER + package)
            open_row(desk.node, desk.grid, 0, other)
            answer_menu(desk.node, desk.grid, talks, desk.work, (place, package))
            settle_question(desk, place, CHALLENGER_ANSWER + package)
        open_row(desk.node, desk.grid, 2, other)
        ultimatum_menu(desk.node, desk.grid, talks, desk.work, place)
        settle_question(desk, place, ULTIMATUM_ANSWER)


@jit
def settle_question(desk: Desk, place: Place, question: int) -> None:
    """Settle a row of answers and keep its worth under the question."""
    settle_answer(desk, place, question)
    block = desk.work.answered[place.force, place.step, question - DEFENDER_ANSWER]
    keep_result(desk.node, desk.grid, block)


@jit
def keep_result(node: Node, grid: Grid, block: Array) -> None:
    """Write the row's worth into a block of values."""
    for place in range(grid.points):
        tough = node.other if node.mover == 0 else place
        hard = place if node.mover == 0 else node.other
        for holder in range(4):
            block[tough, hard, holder] = node.result[place, holder]


@jit
def settle_answer(desk: Desk, place: Place, question: int) -> None:
    """Settle a row of answers."""
    answer = question - DEFENDER_ANSWER
    table = desk.policies.answers[place.stage, place.force, place.step, answer]
    settle(desk, place, question, table)


@jit
def settle(desk: Desk, place: Place, question: int, table: Array) -> None:
    """Solve the row on the desk, or weigh it against its stored policies."""
    start = desk.work.start[place.force, place.step, question, desk.node.other]
    posteriors = desk.work.posteriors[place.force, place.step, question, desk.node.other]
    settle_row(desk.node, desk.grid, start, posteriors, table)
    if desk.node.is_best_response == 1:
        return
    unsettled = desk.policies.unsettled[place.stage, place.force, place.step, question]
    for prior in range(desk.grid.points):
        if desk.node.mover == 0:
            unsettled[desk.node.other, prior] = desk.node.unsettled[prior]
        else:
            unsettled[prior, desk.node.other] = desk.node.unsettled[prior]


@jit
def solve_moves(desk: Desk, place: Place, regime: int) -> None:
    """Solve both sides' moves in a regime; at most one of them moves."""
    talks = desk.world.talks
    days = desk.world.calendar.stage_days[place.stage]
    pace = talks.challenger_pace + talks.defender_pace
    now = desk.work.now[place.force, place.step, regime]
    copy(
        desk.grid, 1.0 - arrival(pace, days), desk.work.ahead[place.force, place.step, regime], now
    )
    ceiling = ceiling_after(desk.world.calendar, place.stage)
    unit = weight_unit(talks.challenger_pace, pace, days)
    table = desk.policies.challenger[place.stage, place.force, place.step, regime]
    for tough in range(desk.grid.points):
        open_row(desk.node, desk.grid, 0, tough)
        challenger_menu(desk.node, desk.grid, talks, desk.work, (place, regime, ceiling, unit))
        settle(desk, place, CHALLENGER + regime, table)
        add_result(desk.node, desk.grid, mover_probability(talks.challenger_pace, pace, days), now)
    unit = weight_unit(talks.defender_pace, pace, days)
    table = desk.policies.defender[place.stage, place.force, place.step, regime]
    for hard in range(desk.grid.points):
        open_row(desk.node, desk.grid, 2, hard)
        defender_menu(desk.node, desk.grid, talks, desk.work, (place, regime, ceiling, unit))
        settle(desk, place, DEFENDER + regime, table)
        add_result(desk.node, desk.grid, mover_probability(talks.defender_pace, pace, days), now)


@jit
def copy(grid: Grid, factor: float, source: Array, target: Array) -> None:
    """Copy a block of values, times a factor."""
    for tough in range(grid.points):
        for hard in range(grid.points):
            for holder in range(4):
                target[tough, hard, holder] = factor * source[tough, hard, holder]


@jit
def keep_worth(desk: Desk, place: Place, regime: int) -> None:
    """Store the worth that commanders reckon with in play."""
    if desk.node.is_best_response == 1:
        return
    kept = desk.policies.worth[place.stage, place.force, place.step, regime]
    now = desk.work.now[place.force, place.step, regime]
    for tough in range(desk.grid.points):
        for hard in range(desk.grid.points):
            for holder in range(4):
                kept[tough, hard, holder] = now[tough, hard, holder]


@jit
def value_at(desk: Desk, beliefs: tuple[float, float], holder: int) -> float:
    """Worth at the start to one type, at any pair of log-odds (tough, hard), bilinear."""
    calendar = desk.world.calendar
    block = desk.work.later[calendar.force_at_start, 0, NO_TEXT]
    total = 0.0
    for low_tough in range(2):
        for low_hard in range(2):
            tough = corner(desk.grid, beliefs[0], low_tough)
            hard = corner(desk.grid, beliefs[1], low_hard)
            total += tough[1] * hard[1] * block[tough[0], hard[0], holder]
    return total


@jit
def corner(grid: Grid, log_odds: float, side: int) -> tuple[int, float]:
    """One of the two grid points about a belief (clamped), and its weight."""
    place = (log_odds - grid.origin) / grid.step
    place = min(max(place, 0.0), grid.points - 1.0)
    below = min(int(place), grid.points - 2)
    above = place - below
    return (below + 1, above) if side == 1 else (below, 1.0 - above)
