"""Solution of the reply to force and of the game that follows it; both sides foresee both."""

from typing import Annotated, NamedTuple

from detente.kernel.arithmetic import exp, logistic, power
from detente.kernel.beliefs import Corners, Grid, after_act, corners, point, probability
from detente.kernel.ceasefire import least_days_of
from detente.kernel.hazards import at_first_beliefs, public_gain
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.menus import NO_PAYOFF
from detente.kernel.nodes import ALLY_HOLDER, HOLDERS, Entry, Node, add_move, begin_menu
from detente.kernel.places import (
    LEVELS,
    STANCES,
    Place,
    after_force,
    force_of,
    has_vowed,
    posture_at,
    step_of,
    under_ceiling,
)
from detente.kernel.posture import FIRST_OF_CAMPAIGNS, PLANS
from detente.kernel.question import solve_question, store_result
from detente.kernel.tables import Question, Reachable, SolverWorkspace, Work, is_reachable
from detente.kernel.theatre import (
    JOINING_INTERVAL,
    ONSETS,
    REPLIES,
    ForceScale,
    Onset,
    Warfare,
    answered_share,
    has_joint_force,
    is_onset_possible,
    scale_of_plan,
)
from detente.kernel.war import reply_weight, saved_by_strike
from detente.kernel.world import AFTER_STRIKE, AFTER_TAKING, level_after

ALONE = (Onset.STRIKE, Onset.CAMPAIGN)
BY_ALLY_ALONE = (Onset.BY_ALLY, Onset.ALLY_CAMPAIGN)
JOINT = (Onset.JOINT_STRIKE, Onset.JOINT_CAMPAIGN)
"""Onsets by scale: of the challenger, of its ally, of both together."""
DEFENDER_HOLDER = 2
"""Index of the defender's firm type among holders."""
LEAST_CHANCE = 1e-300
"""Floor on a chance in a denominator."""
LARGEST = 3.4028234663852886e38
"""Largest floating-point number of 32 bits."""


class ForceStart(NamedTuple):
    """How force begins in a stage."""

    force: Annotated[int, "challenger's force level [0-2]"]
    stance: Annotated[int, "the defender's stance"]
    onset: Annotated[int, "who begins it and at what scale, an Onset"]


@jit
def average_over_types(workspace: SolverWorkspace) -> None:
    """Fill the worth of force while it lasts, a mean over types, at each pair of beliefs.

    The result is `work.during_force`, shape (force levels, steps, ONSETS, REPLIES, points, points,
    HOLDERS).
    """
    points = workspace.grid.points
    for force in range(LEVELS):
        for step in range(LEVELS):
            for onset in range(ONSETS):
                if not is_onset_possible(workspace.world.war.theatre, force, onset):
                    continue
                for reply in range(REPLIES):
                    payoff = workspace.prospects.worth[force, step, onset, reply]
                    block = workspace.work.during_force[force, step, onset, reply]
                    for tough in range(points):
                        for hard in range(points):
                            cell = block[tough, hard]
                            average_cell(workspace.node.belief, payoff, cell, (tough, hard))


@jit
def average_cell(belief: Array, payoff: Array, cell: Array, beliefs: tuple[int, int]) -> None:
    """Fill the worth at one pair of beliefs (indices `beliefs`) from the payoffs by type.

    `belief` holds the grid's points as probabilities. Each type of a side averages over the other
    side's types; the ally, which knows neither type, averages over both.
    """
    tough, hard = belief[beliefs[0]], belief[beliefs[1]]
    for own in range(2):
        cell[own] = tough * payoff[own, 0, 0] + (1.0 - tough) * payoff[own, 1, 0]
        cell[2 + own] = hard * payoff[0, own, 1] + (1.0 - hard) * payoff[1, own, 1]
    of_hard = tough * payoff[0, 0, 2] + (1.0 - tough) * payoff[0, 1, 2]
    of_soft = tough * payoff[1, 0, 2] + (1.0 - tough) * payoff[1, 1, 2]
    cell[4] = hard * of_hard + (1.0 - hard) * of_soft


@jit
def solve_force(workspace: SolverWorkspace, stage: int, reachable: Reachable) -> None:
    """Solve the replies to every possible onset of force in a stage, and its worth."""
    # Backward: first what follows force, then the reply to it, then whether the ally joins at once.
    for force in range(force_of(reachable.postures - 1) + 1):
        for step in range(reachable.last_step + 1):
            add_continuations(workspace, stage, force, step)
        for stance in range(STANCES):
            if not is_reachable(reachable, posture_at(force), stance):
                continue
            for onset in range(ONSETS):
                if is_onset_possible(workspace.world.war.theatre, force, onset):
                    solve_reply(workspace, stage, ForceStart(force, stance, onset))
            if has_joint_force(workspace.world.war.theatre):
                include_ally_joining(workspace, stage, force, stance)


@jit
def include_ally_joining(workspace: SolverWorkspace, stage: int, force: int, stance: int) -> None:
    """Include in the worth of the challenger's force that its ally may join at once (MODEL 4.3).

    The ally compares joint force with force of the challenger alone, at the beliefs of the as-of
    date: its chance of joining does not depend on what the challenger's move reveals.
    """
    talks, grid = workspace.world.talks, workspace.grid
    for scale in range(2):
        alone, joint = ALONE[scale], JOINT[scale]
        if not is_onset_possible(workspace.world.war.theatre, force, alone):
            continue
        block = workspace.work.force[force, stance, alone]
        with_ally = workspace.work.force[force, stance, joint]
        # A best response uses the chance that was stored with the policies.
        kept = workspace.policies.joins[stage, force, stance]
        joins = kept[scale]
        if workspace.node.is_best_response == 0:
            gain = at_first_beliefs(talks, grid, with_ally, ALLY_HOLDER)
            gain -= at_first_beliefs(talks, grid, block, ALLY_HOLDER)
            joins = logistic(talks.precision * gain)
            kept[scale] = joins
        for tough in range(workspace.grid.points):
            for hard in range(workspace.grid.points):
                for holder in range(HOLDERS):
                    worth = block[tough, hard, holder]
                    block[tough, hard, holder] += joins * (with_ally[tough, hard, holder] - worth)
        if workspace.node.is_best_response == 0:
            # `solve_reply` has stored the worth without the ally.
            kept_worth = workspace.policies.force[stage, force, stance, alone]
            store_float32(workspace.node, block, kept_worth)


@jit
def add_continuations(workspace: SolverWorkspace, stage: int, force: int, step: int) -> None:
    """Add the worth of what follows force, for one force level and programme step."""
    theatre = workspace.world.war.theatre
    if workspace.world.aftermath.ends_dispute == 1:
        replied = workspace.work.under_reply[force, step].reshape(-1)
        at_once = workspace.work.during_force[force, step].reshape(-1)
        for cell in range(replied.shape[0]):
            replied[cell] = at_once[cell]
    else:
        # What follows does not depend on the step before force: it is computed once.
        if step == 0:
            for kind in range(2):
                # After a limited strike only the first plans occur: a campaign always is a war.
                plans = FIRST_OF_CAMPAIGNS if kind == 0 else len(PLANS)
                for left in range(LEVELS):
                    for plan in range(plans):
                        value_after_plan(workspace, stage, (kind, force, left, plan))
        for onset in range(ONSETS):
            if is_onset_possible(theatre, force, onset):
                for reply in range(REPLIES):
                    add_continuation(workspace, (force, step, onset, reply))
    if is_onset_possible(theatre, force, Onset.BY_ALLY):
        include_challenger_joining(workspace, stage, force, step)


@jit
def include_challenger_joining(
    workspace: SolverWorkspace, stage: int, force: int, step: int
) -> None:
    """Include in the worth of the ally's force that the challenger may join later (MODEL 4.3).

    While that force lasts the challenger weighs joining every few days, at the beliefs of the as-of
    date. It joins its ally's strike with a strike, and its campaign with a strike or, with all its
    force deployed, a campaign. Once joined, the force is valued as if both had begun it together.
    """
    war, talks, grid = workspace.world.war, workspace.world.talks, workspace.grid
    chance_of_hard = probability(talks.hard_log_odds)
    # A motive counts at the first force, which may come after a taking (MODEL 5.9).
    is_first = workspace.world.level in (0, AFTER_TAKING)
    for scale in range(2):
        # Tables hold joint force of one scale only. If the challenger joins a campaign by a strike,
        # its price and motive differ: that saving is added to the worth of a joint campaign.
        saved = (0.0, 0.0)
        if scale == ForceScale.CAMPAIGN:
            saved = (
                saved_by_strike(war, force, 0, is_first),
                saved_by_strike(war, force, 1, is_first),
            )
        for reply in range(REPLIES):
            block = workspace.work.under_reply[force, step, BY_ALLY_ALONE[scale], reply]
            joint = workspace.work.under_reply[force, step, JOINT[scale], reply]
            kept = workspace.policies.follows[stage, force, step, scale, reply]
            if workspace.node.is_best_response == 0:
                if_hard = at_first_beliefs(talks, grid, joint, 0)
                if_hard -= at_first_beliefs(talks, grid, block, 0)
                if_soft = at_first_beliefs(talks, grid, joint, 1)
                if_soft -= at_first_beliefs(talks, grid, block, 1)
                gain = public_gain(if_hard, if_soft, chance_of_hard)
                with_strike = gain + public_gain(saved[0], saved[1], chance_of_hard)
                best = max(0.0, gain, with_strike)
                strikes = exp(talks.precision * (with_strike - best))
                campaigns = 0.0
                if scale == ForceScale.CAMPAIGN and force == LEVELS - 1:
                    campaigns = exp(talks.precision * (gain - best))
                total = exp(-talks.precision * best) + strikes + campaigns
                kept[ForceScale.LIMITED], kept[ForceScale.CAMPAIGN] = (
                    strikes / total,
                    campaigns / total,
                )
            joins = kept[ForceScale.LIMITED] + kept[ForceScale.CAMPAIGN]
            days = least_days_of(war.theatre, BY_ALLY_ALONE[scale], reply)
            # The ally's force is assumed to last its least days.
            follows = 1.0 - power(1.0 - joins, days // JOINING_INTERVAL)
            spared = follows * kept[ForceScale.LIMITED] / max(joins, LEAST_CHANCE)
            for tough in range(workspace.grid.points):
                for hard in range(workspace.grid.points):
                    for holder in range(HOLDERS):
                        worth = block[tough, hard, holder]
                        then = joint[tough, hard, holder]
                        block[tough, hard, holder] += follows * (then - worth)
                    block[tough, hard, 0] += spared * saved[0]
                    block[tough, hard, 1] += spared * saved[1]


@jit
def value_after_plan(
    workspace: SolverWorkspace, stage: int, spot: tuple[int, int, int, int]
) -> None:
    """Fill the worth of what follows force that reveals one plan.

    `spot` is 0 after a strike or 1 after a war, force level, remaining step and plan. The way in
    which the challenger fights reveals its plan and is evidence of its type. The next game has
    coarser stages, so that its worth is interpolated between the starts of two stages.
    """
    kind, force, left, plan = spot
    continuation = workspace.continuations[kind]
    war = workspace.world.war
    place = continuation.stage_position[stage]
    stage_before = min(int(place), continuation.failed.shape[0] - 2)
    later = place - stage_before
    before = continuation.failed[stage_before, force, left]
    after = continuation.failed[stage_before + 1, force, left]
    block = workspace.work.after_force[kind, force, left, plan]
    scale = ForceScale.CAMPAIGN if plan >= FIRST_OF_CAMPAIGNS else ForceScale.LIMITED
    if_hard, if_soft = war.plan_by_scale[0, scale, plan], war.plan_by_scale[1, scale, plan]
    for hard in range(workspace.grid.points):
        shown = corners(continuation.grid, after_act(point(workspace.grid, hard), if_hard, if_soft))
        for tough in range(workspace.grid.points):
            beliefs = (corners(continuation.grid, point(workspace.grid, tough)), shown)
            read_worth(before, 1.0 - later, beliefs, block[tough, hard], 0.0)
            read_worth(after, later, beliefs, block[tough, hard], 1.0)


@jit
def read_worth(
    block: Array, weight: float, beliefs: tuple[Corners, Corners], cell: Array, kept: float
) -> None:
    """Multiply a cell by `kept`, then add `weight` times an interpolated worth.

    `block` holds worths at the points of a grid, shape (points, points, HOLDERS); `cell` has shape
    (HOLDERS,). The worth is bilinear at `beliefs`, the corners and weights of (tough, hard).
    """
    tough, hard = beliefs
    for holder in range(HOLDERS):
        cell[holder] *= kept
    read_corner(block, weight, (tough[0], hard[0]), cell)
    read_corner(block, weight, (tough[0], hard[1]), cell)
    read_corner(block, weight, (tough[1], hard[0]), cell)
    read_corner(block, weight, (tough[1], hard[1]), cell)


@jit
def read_corner(
    block: Array, weight: float, at: tuple[tuple[int, float], tuple[int, float]], cell: Array
) -> None:
    """Add the worth at one corner to a cell; `at` is its index and weight by each belief."""
    (tough, of_tough), (hard, of_hard) = at
    share = weight * of_tough * of_hard
    for holder in range(HOLDERS):
        cell[holder] += share * block[tough, hard, holder]


@jit
def add_continuation(workspace: SolverWorkspace, spot: tuple[int, int, int, int]) -> None:
    """Fill the worth of one reply to force: while it lasts plus what follows it (MODEL 5.9).

    `spot` is force level, step, onset and reply. Sums run over plans, then over remaining steps: a
    run's digest depends on this order.
    """
    force, step, onset, reply = spot
    war = workspace.world.war
    continuation_discount = workspace.prospects.continuation_discount[force, step, onset, reply]
    follows = workspace.work.after_force[level_after(onset, reply) - AFTER_STRIKE, force]
    block = workspace.work.under_reply[force, step, onset, reply]
    at_once = workspace.work.during_force[force, step, onset, reply]
    scale = scale_of_plan(onset, reply)
    for hard in range(workspace.grid.points):
        is_hard = workspace.node.belief[hard]
        for tough in range(workspace.grid.points):
            for holder in range(HOLDERS):
                block[tough, hard, holder] = at_once[tough, hard, holder]
        for plan in range(len(PLANS)):
            if_hard = war.plan_by_scale[0, scale, plan]
            if_soft = war.plan_by_scale[1, scale, plan]
            public = is_hard * if_hard + (1.0 - is_hard) * if_soft
            for left in range(step + 1):
                of_challenger, of_defender = (
                    continuation_discount[plan, 0, left],
                    continuation_discount[plan, 1, left],
                )
                if of_challenger <= 0.0 and of_defender <= 0.0:  # never leaves the dispute open
                    continue
                for tough in range(workspace.grid.points):
                    cell = block[tough, hard]
                    then = follows[left, plan, tough, hard]
                    # Each type of the challenger uses the chances of its own plans, all others
                    # the public mean; the ally shares the challenger's view of war.
                    cell[0] += if_hard * of_challenger * then[0]
                    cell[1] += if_soft * of_challenger * then[1]
                    cell[2] += public * of_defender * then[2]
                    cell[3] += public * of_defender * then[3]
                    cell[4] += public * of_challenger * then[4]


@jit
def solve_reply(workspace: SolverWorkspace, stage: int, begun: ForceStart) -> None:
    """Solve the reply to one onset of force, and store the worth of that force."""
    place = Place(stage, posture_at(begun.force), begun.stance)
    table = workspace.policies.replies[stage, begun.force, begun.stance, begun.onset]
    block = workspace.work.force[begun.force, begun.stance, begun.onset]
    mover = 0 if begun.onset == Onset.BY_DEFENDER else DEFENDER_HOLDER
    begin_menu(workspace.node, mover)
    reply_menu(workspace.node, workspace.grid, workspace.world.war, workspace.work, begun)
    solve_question(workspace, place, Question.REPLY + begun.onset, table)
    store_result(workspace.node, workspace.grid, block)
    if workspace.node.is_best_response == 0:
        kept = workspace.policies.force[stage, begun.force, begun.stance, begun.onset]
        store_float32(workspace.node, block, kept)


@jit
def store_float32(node: Node, block: Array, kept: Array) -> None:
    """Store worths in 32 bits for play; both arrays have shape (points, points, HOLDERS).

    `node.unheld` counts worths that 32 bits cannot represent, such as those that a chance that is
    not finite leads to.
    """
    unheld = 0
    for tough in range(block.shape[0]):
        for hard in range(block.shape[1]):
            for holder in range(HOLDERS):
                worth = block[tough, hard, holder]
                kept[tough, hard, holder] = worth
                # The negated test also counts NaN, for which every comparison is false.
                unheld += int(not abs(worth) <= LARGEST)
    node.not_representable += unheld


@jit
def reply_menu(node: Node, grid: Grid, war: Warfare, work: Work, begun: ForceStart) -> None:
    """Add the replies to force to the node: none, a token, a full one.

    After a vow the defender pays a price for less than a full reply: all of it for none, `1 - s` of
    it for a token reply of a share `s` of a full one.
    """
    replied = work.under_reply[begun.force, step_of(begun.stance), begun.onset]
    is_bound = begun.onset != Onset.BY_DEFENDER and has_vowed(begun.stance)
    for reply in range(REPLIES):
        price = war.vow_price * (1.0 - answered_share(war.theatre, reply)) if is_bound else 0.0
        entry = Entry(reply, reply_weight(war, reply), price, 0.0, NO_PAYOFF)
        add_move(node, grid, entry, replied[reply])


@jit
def store_failed(workspace: SolverWorkspace, stage: int) -> None:
    """Store the worth of failed talks at the start of a stage, for force used before it.

    Force above the stage's ceiling comes down as the stage begins.
    """
    failed = workspace.policies.failed[stage]
    # After the last stage its ceiling continues to apply.
    ceiling = workspace.world.calendar.ceiling[min(stage, workspace.world.calendar.stages - 1)]
    for force in range(LEVELS):
        for step in range(LEVELS):
            after = after_force(posture_at(force), step)
            there = under_ceiling(workspace.world.talks, after, ceiling)
            later = workspace.work.next_stage[there.posture, there.stance, there.regime]
            for tough in range(workspace.grid.points):
                for hard in range(workspace.grid.points):
                    for holder in range(HOLDERS):
                        failed[force, step, tough, hard, holder] = later[tough, hard, holder]
