"""What each side would do, worked out backward from the end of the horizon."""

from detente.kernel.aftermath import keep_failed, keep_narrow, solve_force, spread_at_once
from detente.kernel.arithmetic import arrival, decay
from detente.kernel.beliefs import corner
from detente.kernel.hazards import add_force, add_nature
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.menus import (
    answer_menu,
    challenger_menu,
    defender_menu,
    lapse_menu,
    mover_probability,
    ultimatum_menu,
    weight_unit,
)
from detente.kernel.nodes import add_result, open_question
from detente.kernel.places import (
    POSTURES,
    STANCES,
    Place,
    Standing,
    at_start,
    force_of,
    may_threaten,
    posture_at,
    step_of,
    under_ceiling,
)
from detente.kernel.posture import ceiling_after
from detente.kernel.settling import keep_result, settle
from detente.kernel.tables import REGIMES, Desk, Question, is_reached, reach_of
from detente.kernel.talks import Regime, ally_flow, challenger_flow, perpetual

BRANCH_STEPS = 8
"""Steps in which precision is raised where equilibria are several."""


def solve_backward(desk: Desk) -> None:
    """Fill the policies of every stage of an epoch, from the last to the first (MODEL 5.4).

    The last epoch begins at the end of time, any other with the values at the start of the next
    one, in `work.later`. On return that holds the values at the start of this one. What it calls is
    compiled each by itself: whatever calls a stage is compiled together with all of it.
    """
    spread_at_once(desk)
    calendar = desk.world.calendar
    last = int(calendar.stages) - 1
    if calendar.epoch_of_stage[last] == calendar.epoch:
        solve_last(desk, last)
        if desk.node.folded_rows > 0:
            follow_branch(desk, last)
        last -= 1
    solve_stages(desk, last)


@jit
def solve_last(desk: Desk, last: int) -> None:
    """Solve the last stage, from the worth of the flows that go on for ever after it."""
    begin_starts(desk)
    end_of_time(desk)
    keep_failed(desk, last + 1)
    solve_stage(desk, last)


@jit
def follow_branch(desk: Desk, last: int) -> None:
    """Solve the last stage anew where it has several equilibria: follow them from low precision.

    The branch that begins where moves are made at random is the one that a logit equilibrium
    means (McKelvey & Palfrey 1998); each earlier stage starts from the solution after it.
    """
    precision = desk.node.precision
    begin_starts(desk)
    for part in range(1, BRANCH_STEPS + 1):
        desk.node.precision = precision * part / BRANCH_STEPS
        end_of_time(desk)
        solve_stage(desk, last)
    desk.node.precision = precision


@jit
def solve_stages(desk: Desk, last: int) -> None:
    """Solve the stages of an epoch from one back to the first."""
    calendar = desk.world.calendar
    for back in range(last + 1):
        if calendar.epoch_of_stage[last - back] == calendar.epoch:
            solve_stage(desk, last - back)


@jit
def begin_starts(desk: Desk) -> None:
    """Start every node from a mover whose acts tell nothing."""
    for posture in range(POSTURES):
        for stance in range(STANCES):
            for question in range(desk.work.start.shape[2]):
                start = desk.work.start[posture, stance, question]
                posteriors = desk.work.posteriors[posture, stance, question]
                for at in range(desk.node.nodes):
                    start[at] = desk.node.every.prior[at]
                    posteriors[:, at] = desk.node.every.prior[at]


@jit
def end_of_time(desk: Desk) -> None:
    """Set the worth past the last stage: the flows of the state as it stands, for ever."""
    talks = desk.world.talks
    for posture in range(POSTURES):
        for stance in range(STANCES):
            flow = challenger_flow(talks, force_of(posture), step_of(stance))
            later = desk.work.later[posture, stance]
            later[:, :, :, 0:2] = -perpetual(flow, talks.discount_rate)
            later[:, :, :, 2:4] = -perpetual(talks.defender_standoff, talks.discount_rate)
            flow = ally_flow(talks, step_of(stance))
            later[:, :, :, 4] = -perpetual(flow, talks.discount_rate)


@jit
def solve_stage(desk: Desk, stage: int) -> None:
    """Solve one stage, later events first: force, lapse, answers, moves, incidents, nature."""
    look_ahead(desk, stage)
    reach = reach_of(desk, stage)
    solve_force(desk, stage, reach)
    for posture in range(reach.postures):
        for stance in range(STANCES):
            if not is_reached(reach, stance):
                continue
            place = Place(stage, posture, stance)
            solve_answers(desk, place)
            if may_threaten(posture):
                solve_threat(desk, place)
    for posture in range(reach.postures):
        for stance in range(STANCES):
            if not is_reached(reach, stance):
                continue
            place = Place(stage, posture, stance)
            for regime in range(REGIMES):
                if regime != Regime.ULTIMATUM or may_threaten(posture):
                    solve_moves(desk, place, regime)
                    add_force(desk, place, regime)
                    keep_worth(desk, place, regime)
    add_nature(desk, stage, reach)
    keep_failed(desk, stage)


@jit
def look_ahead(desk: Desk, stage: int) -> None:
    """Discount the next stage's worth; force above its ceiling has to come down.

    With no force left in view an ultimatum is void, and talks fail.
    """
    highest = posture_at(ceiling_after(desk.world.calendar, stage))
    discount = decay(desk.world.talks.discount_rate, desk.world.calendar.stage_days[stage])
    for posture in range(POSTURES):
        for stance in range(STANCES):
            for regime in range(REGIMES):
                there = under_ceiling(Standing(posture, stance, regime), highest)
                later = desk.work.later[there.posture, there.stance, there.regime]
                ahead = desk.work.ahead[posture, stance, regime]
                copy(discount, later.reshape(-1), ahead.reshape(-1))


@jit
def solve_threat(desk: Desk, place: Place) -> None:
    """Solve what becomes of an ultimatum: when it lapses, and the answer to it."""
    solve_lapse(desk, place)
    open_question(desk.node, 2)
    ultimatum_menu(desk.node, desk.grid, desk.world.talks, desk.work, place)
    settle_question(desk, place, Question.ULTIMATUM_ANSWER)


@jit
def solve_lapse(desk: Desk, place: Place) -> None:
    """Solve what the challenger does when an ultimatum lapses, and fold it into its worth."""
    days = desk.world.calendar.stage_days[place.stage]
    lapses = arrival(1.0 / desk.world.talks.ultimatum_days, days)
    block = desk.work.ahead[place.posture, place.stance, Regime.ULTIMATUM]
    copy(1.0 - lapses, block.reshape(-1), block.reshape(-1))
    open_question(desk.node, 0)
    lapse_menu(desk.node, desk.grid, desk.world.talks, desk.work, place)
    settle_answer(desk, place, Question.LAPSE)
    add_result(desk.node, desk.grid, lapses, block)


@jit
def solve_answers(desk: Desk, place: Place) -> None:
    """Solve the answers to every offer; keep what asking is worth."""
    talks = desk.world.talks
    for package in range(talks.packages):
        open_question(desk.node, 2)
        answer_menu(desk.node, desk.grid, talks, desk.work, (place, package))
        settle_question(desk, place, Question.DEFENDER_ANSWER + package)
        open_question(desk.node, 0)
        answer_menu(desk.node, desk.grid, talks, desk.work, (place, package))
        settle_question(desk, place, Question.CHALLENGER_ANSWER + package)


@jit
def settle_question(desk: Desk, place: Place, question: int) -> None:
    """Settle the answers to a question and keep their worth."""
    settle_answer(desk, place, question)
    block = desk.work.answered[place.posture, place.stance, question - Question.DEFENDER_ANSWER]
    keep_result(desk.node, desk.grid, block)


@jit
def settle_answer(desk: Desk, place: Place, question: int) -> None:
    """Settle the answers to a question."""
    answer = question - Question.DEFENDER_ANSWER
    table = desk.policies.answers[place.stage, place.posture, place.stance, answer]
    settle(desk, place, question, table)


@jit
def solve_moves(desk: Desk, place: Place, regime: int) -> None:
    """Solve both sides' moves in a regime; at most one of them moves."""
    talks = desk.world.talks
    days = desk.world.calendar.stage_days[place.stage]
    pace = talks.challenger_pace + talks.defender_pace
    now = desk.work.now[place.posture, place.stance, regime]
    ahead = desk.work.ahead[place.posture, place.stance, regime]
    copy(1.0 - arrival(pace, days), ahead.reshape(-1), now.reshape(-1))
    ceiling = ceiling_after(desk.world.calendar, place.stage)
    unit = weight_unit(talks.challenger_pace, pace, days)
    table = desk.policies.challenger[place.stage, place.posture, place.stance, regime]
    open_question(desk.node, 0)
    challenger_menu(desk.node, desk.grid, talks, desk.work, (place, regime, ceiling, unit))
    settle(desk, place, Question.CHALLENGER + regime, table)
    add_result(desk.node, desk.grid, mover_probability(talks.challenger_pace, pace, days), now)
    unit = weight_unit(talks.defender_pace, pace, days)
    table = desk.policies.defender[place.stage, place.posture, place.stance, regime]
    open_question(desk.node, 2)
    defender_menu(desk.node, desk.grid, talks, desk.work, (place, regime, ceiling, unit))
    settle(desk, place, Question.DEFENDER + regime, table)
    add_result(desk.node, desk.grid, mover_probability(talks.defender_pace, pace, days), now)


@jit
def copy(factor: float, source: Array, target: Array) -> None:
    """Copy values, times a factor; both flat, shape (cells,)."""
    for cell in range(target.shape[0]):
        target[cell] = factor * source[cell]


@jit
def keep_worth(desk: Desk, place: Place, regime: int) -> None:
    """Store the worth that commanders reckon with in play."""
    if desk.node.is_best_response == 1:
        return
    kept = desk.policies.worth[place.stage, place.posture, place.stance, regime]
    now = desk.work.now[place.posture, place.stance, regime]
    keep_narrow(now, kept)


@jit
def value_at(desk: Desk, beliefs: tuple[float, float], holder: int) -> float:
    """Worth at the start to one holder, at any pair of log-odds (tough, hard), bilinear."""
    calendar = desk.world.calendar
    start = at_start(calendar.force_at_start, desk.world.talks)
    block = desk.work.later[start.posture, start.stance, start.regime]
    total = 0.0
    for low_tough in range(2):
        for low_hard in range(2):
            tough = corner(desk.grid, beliefs[0], low_tough)
            hard = corner(desk.grid, beliefs[1], low_hard)
            total += tough[1] * hard[1] * block[tough[0], hard[0], holder]
    return total
