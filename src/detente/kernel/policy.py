"""The policies of both sides, solved backward from the end of the calendar."""

from detente.kernel.aftermath import average_over_types, solve_force, store_failed, store_float32
from detente.kernel.arithmetic import arrival, decay
from detente.kernel.beliefs import interpolated
from detente.kernel.hazards import add_force, add_nature
from detente.kernel.jit import jit
from detente.kernel.layout import Array, as_arrays
from detente.kernel.menus import (
    answer_menu,
    challenger_menu,
    daily_costs,
    defender_menu,
    is_takeable,
    lapse_menu,
    mover_probability,
    standstill_menu,
    ultimatum_menu,
    weight_unit,
)
from detente.kernel.nodes import MOVES, add_result, begin_menu
from detente.kernel.places import (
    STANCES,
    Place,
    Standing,
    at_start,
    may_threaten,
    under_ceiling,
)
from detente.kernel.posture import ceiling_after
from detente.kernel.question import solve_question, store_result
from detente.kernel.tables import (
    MOST_ANSWERS,
    Question,
    SolverWorkspace,
    is_reachable,
    postures_of,
    reachable_places,
    workspace_from,
)
from detente.kernel.taking import solve_takings, store_contested, store_reversal
from detente.kernel.talks import (
    Regime,
    may_offer_standstill,
    perpetual,
    regimes_of,
)

BRANCH_STEPS = 8
"""Steps in which the precision is raised to its value if there are several equilibria.

With 4 or 16 steps no future of `oman-2026` differs: the same equilibrium is found.
"""


def solve_backward(workspace: SolverWorkspace) -> None:
    """Fill the policies of every stage of an epoch, from the last to the first (MODEL 5.4).

    The recursion over the last epoch starts from flows that continue for ever. That over any other
    epoch starts from `work.next_stage`, the worth at the start of the next epoch. On return that
    array has the worth at the start of the epoch solved. Of the compiled functions called here only
    `solve_stages` solves stages, since numba compiles a function together with all that it calls.
    """
    arrays = as_arrays(workspace)
    begin_epoch(arrays)
    calendar = workspace.world.calendar
    last = int(calendar.stages) - 1
    if calendar.epoch_of_stage[last] == calendar.epoch:
        begin_at_end(arrays, True)
        # The last stage is solved separately, so that `folded_rows` counts only its rows.
        solve_stages(arrays, last, last)
        if workspace.node.folded_rows > 0:
            follow_branch(workspace, last)
        last -= 1
    solve_stages(arrays, 0, last)


def follow_branch(workspace: SolverWorkspace, last: int) -> None:
    """Solve the last stage again by homotopy in the precision, as it may have several equilibria.

    The equilibrium selected is the one connected to random choice at precision 0, the principal
    branch (McKelvey & Palfrey 1998). Each earlier stage starts from the solution of the next one.
    """
    arrays = as_arrays(workspace)
    precision = float(workspace.node.precision)
    for part in range(1, BRANCH_STEPS + 1):
        workspace.node.precision = precision * part / BRANCH_STEPS
        # Solving the stage overwrites the worth after it, so that is set again. The starting points
        # of the nodes remain those of the step before.
        begin_at_end(arrays, part == 1)
        solve_stages(arrays, last, last)
    workspace.node.precision = precision


@jit
def begin_epoch(arrays: SolverWorkspace) -> None:
    """Fill the worth of force while it lasts, at all points of the belief grid."""
    average_over_types(workspace_from(arrays))


@jit
def begin_at_end(arrays: SolverWorkspace, is_first: bool) -> None:
    """Set the worth after the last stage, at which all flows continue for ever.

    `is_first` says whether nodes are reset to start from moves that reveal nothing.
    """
    workspace = workspace_from(arrays)
    # A best response needs no starting points.
    if is_first and workspace.node.is_best_response == 0:
        reset_starts(workspace)
    set_terminal_worth(workspace)
    store_failed(workspace, workspace.world.calendar.stages)
    store_contested(workspace, workspace.world.calendar.stages)


@jit
def solve_stages(arrays: SolverWorkspace, first: int, last: int) -> None:
    """Solve the stages of an epoch, from `last` back to `first`."""
    workspace = workspace_from(arrays)
    calendar = workspace.world.calendar
    for back in range(last - first + 1):
        if calendar.epoch_of_stage[last - back] == calendar.epoch:
            solve_stage(workspace, last - back)


@jit
def reset_starts(workspace: SolverWorkspace) -> None:
    """Set the starting point of every node to its prior, as if moves revealed nothing."""
    for posture in range(postures_of(workspace.world.talks)):
        for stance in range(STANCES):
            for question in range(workspace.work.start.shape[2]):
                start = workspace.work.start[posture, stance, question]
                # Every question about an answer has at most MOST_ANSWERS.
                moves = MOVES if question < Question.DEFENDER_ANSWER else MOST_ANSWERS
                posteriors = workspace.work.posteriors[posture, stance, question, :moves]
                for at in range(workspace.node.nodes):
                    start[at] = workspace.node.all_equations.prior[at]
                    posteriors[:, at] = workspace.node.all_equations.prior[at]


@jit
def set_terminal_worth(workspace: SolverWorkspace) -> None:
    """Set the worth after the last stage: the flows of the present state, continued for ever."""
    talks = workspace.world.talks
    for posture in range(postures_of(workspace.world.talks)):
        for stance in range(STANCES):
            flow = daily_costs(talks, posture, stance)
            later = workspace.work.next_stage[posture, stance]
            later[:, :, :, 0:2] = -perpetual(flow.hard, talks.discount_rate)
            later[:, :, :, 2:4] = -perpetual(flow.tough, talks.discount_rate)
            later[:, :, :, 4] = -perpetual(flow.ally, talks.discount_rate)


@jit
def solve_stage(workspace: SolverWorkspace, stage: int) -> None:
    """Solve one stage, later events first: force, answers, lapses, moves, incidents, nature."""
    # Backward induction: an answer is solved before the move that it answers, and the decisions of
    # both sides before the events of nature that precede them (MODEL 5.4).
    discount_next_stage(workspace, stage)
    reachable = reachable_places(workspace, stage)
    solve_force(workspace, stage, reachable)
    store_reversal(workspace, stage)
    for posture in range(postures_of(workspace.world.talks)):
        for stance in range(STANCES):
            if not is_reachable(reachable, posture, stance):
                continue
            # A move may lead to another place at which the ultimatum still runs. So the lapses of
            # all places are mixed into the continuation before any move is solved.
            place = Place(stage, posture, stance)
            solve_answers(workspace, place)
            if may_threaten(posture):
                solve_threat(workspace, place)
            if is_takeable(workspace.world.talks):
                solve_takings(workspace, place)
    for posture in range(postures_of(workspace.world.talks)):
        for stance in range(STANCES):
            if not is_reachable(reachable, posture, stance):
                continue
            place = Place(stage, posture, stance)
            for regime in range(regimes_of(workspace.world.talks)):
                if regime != Regime.ULTIMATUM or may_threaten(posture):
                    solve_moves(workspace, place, regime)
                    add_force(workspace, place, regime)
                    store_worth(workspace, place, regime)
    # Events of nature lead from place to place, so the moves at all places are solved first.
    add_nature(workspace, stage, reachable)
    store_failed(workspace, stage)
    store_contested(workspace, stage)


@jit
def discount_next_stage(workspace: SolverWorkspace, stage: int) -> None:
    """Fill `work.continuation`: the worth of the next stage, discounted and under its ceiling.

    An ultimatum ends in failed talks if the ceiling leaves no force deployed.
    """
    ceiling = ceiling_after(workspace.world.calendar, stage)
    discount = decay(
        workspace.world.talks.discount_rate, workspace.world.calendar.stage_days[stage]
    )
    for posture in range(postures_of(workspace.world.talks)):
        for stance in range(STANCES):
            for regime in range(regimes_of(workspace.world.talks)):
                here = Standing(posture, stance, regime)
                there = under_ceiling(workspace.world.talks, here, ceiling)
                later = workspace.work.next_stage[there.posture, there.stance, there.regime]
                continuation = workspace.work.continuation[posture, stance, regime]
                scale_into(discount, later.reshape(-1), continuation.reshape(-1))


@jit
def solve_threat(workspace: SolverWorkspace, place: Place) -> None:
    """Solve the choices about an ultimatum: the challenger's at its lapse, and the answer to it."""
    solve_lapse(workspace, place)
    begin_menu(workspace.node, 2)
    ultimatum_menu(workspace.node, workspace.grid, workspace.world.talks, workspace.work, place)
    solve_and_store_answer(workspace, place, Question.ULTIMATUM_ANSWER)


@jit
def solve_lapse(workspace: SolverWorkspace, place: Place) -> None:
    """Solve the challenger's choice when an ultimatum lapses, and mix it into the continuation."""
    days = workspace.world.calendar.stage_days[place.stage]
    lapses = arrival(1.0 / workspace.world.talks.ultimatum_days, days)
    block = workspace.work.continuation[place.posture, place.stance, Regime.ULTIMATUM]
    scale_into(1.0 - lapses, block.reshape(-1), block.reshape(-1))
    # Scaling the block in place first is safe: the menu reads other blocks, force and failed talks.
    begin_menu(workspace.node, 0)
    lapse_menu(workspace.node, workspace.grid, workspace.world.talks, workspace.work, place)
    table = workspace.policies.lapses[place.stage, place.posture, place.stance]
    solve_question(workspace, place, Question.LAPSE, table)
    add_result(workspace.node, workspace.grid, lapses, block)


@jit
def solve_answers(workspace: SolverWorkspace, place: Place) -> None:
    """Solve the answers to every offer, and store the worth of each offer."""
    talks = workspace.world.talks
    for package in range(talks.packages):
        # Mover 2 answers an offer of the challenger, mover 0 one of the defender.
        begin_menu(workspace.node, 2)
        answer_menu(workspace.node, workspace.grid, talks, workspace.work, (place, package))
        solve_and_store_answer(workspace, place, Question.DEFENDER_ANSWER + package)
        begin_menu(workspace.node, 0)
        answer_menu(workspace.node, workspace.grid, talks, workspace.work, (place, package))
        solve_and_store_answer(workspace, place, Question.CHALLENGER_ANSWER + package)
    for regime in range(Regime.STANDSTILL):
        if may_offer_standstill(talks, regime):
            begin_menu(workspace.node, 2)
            standstill_menu(workspace.node, workspace.grid, workspace.work, (place, regime))
            solve_and_store_answer(workspace, place, Question.DEFENDER_STANDSTILL + regime)
            begin_menu(workspace.node, 0)
            standstill_menu(workspace.node, workspace.grid, workspace.work, (place, regime))
            solve_and_store_answer(workspace, place, Question.CHALLENGER_STANDSTILL + regime)


@jit
def solve_and_store_answer(workspace: SolverWorkspace, place: Place, question: int) -> None:
    """Solve the answers to a question and store their worth."""
    answer = question - Question.DEFENDER_ANSWER
    table = workspace.policies.answers[place.stage, place.posture, place.stance, answer]
    solve_question(workspace, place, question, table)
    block = workspace.work.answered[place.posture, place.stance, answer]
    store_result(workspace.node, workspace.grid, block)


@jit
def solve_moves(workspace: SolverWorkspace, place: Place, regime: int) -> None:
    """Solve both sides' moves in a regime; at most one side moves in a stage."""
    talks = workspace.world.talks
    days = workspace.world.calendar.stage_days[place.stage]
    pace = talks.challenger_pace + talks.defender_pace
    now = workspace.work.now[place.posture, place.stance, regime]
    continuation = workspace.work.continuation[place.posture, place.stance, regime]
    # If nobody moves, the stage is worth as much as the next one.
    scale_into(1.0 - arrival(pace, days), continuation.reshape(-1), now.reshape(-1))
    ceiling = ceiling_after(workspace.world.calendar, place.stage)
    # Weights count moves in the stage, so that only the pace limits how often a side moves (5.3).
    unit = weight_unit(talks.challenger_pace, pace, days)
    table = workspace.policies.challenger[place.stage, place.posture, place.stance, regime]
    begin_menu(workspace.node, 0)
    challenger_menu(
        workspace.node, workspace.grid, talks, workspace.work, (place, regime, ceiling, unit)
    )
    solve_question(workspace, place, Question.CHALLENGER + regime, table)
    add_result(
        workspace.node, workspace.grid, mover_probability(talks.challenger_pace, pace, days), now
    )
    unit = weight_unit(talks.defender_pace, pace, days)
    table = workspace.policies.defender[place.stage, place.posture, place.stance, regime]
    begin_menu(workspace.node, 2)
    defender_menu(
        workspace.node, workspace.grid, talks, workspace.work, (place, regime, ceiling, unit)
    )
    solve_question(workspace, place, Question.DEFENDER + regime, table)
    add_result(
        workspace.node, workspace.grid, mover_probability(talks.defender_pace, pace, days), now
    )


@jit
def scale_into(factor: float, source: Array, target: Array) -> None:
    """Fill `target` with `factor` times `source`; both flat, shape (cells,)."""
    for cell in range(target.shape[0]):
        target[cell] = factor * source[cell]


@jit
def store_worth(workspace: SolverWorkspace, place: Place, regime: int) -> None:
    """Store the worth of a place, which commanders and mediators use when futures are played."""
    if workspace.node.is_best_response == 1:
        # A best response must not overwrite the stored worths.
        return
    kept = workspace.policies.worth[place.stage, place.posture, place.stance, regime]
    now = workspace.work.now[place.posture, place.stance, regime]
    store_float32(workspace.node, now, kept)


@jit
def value_at(workspace: SolverWorkspace, beliefs: tuple[float, float], holder: int) -> float:
    """Return the worth of the crisis at its start to one holder [value].

    `beliefs` are those about the defender (tough) and the challenger (hard), in log-odds; the worth
    is interpolated bilinearly.
    """
    calendar = workspace.world.calendar
    start = at_start(calendar.force_at_start, workspace.world.talks)
    # Once the first stage is solved, `next_stage` has the worth at its start.
    block = workspace.work.next_stage[start.posture, start.stance, start.regime]
    return interpolated(workspace.grid, block, beliefs, holder)
