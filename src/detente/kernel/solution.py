"""Solves one world: the expected results of force, the games after it, and both sides' policies."""

import functools
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, cast

import numpy as np

from detente.errors import UnsolvedError
from detente.kernel.beliefs import most_shift
from detente.kernel.jit import jit
from detente.kernel.layout import Array, as_arrays, copy_of, dtype_of, new_record
from detente.kernel.limits import PARTIES
from detente.kernel.moments import MOMENT_COLUMNS
from detente.kernel.nodes import Node, set_priors
from detente.kernel.places import LEVELS, POSTURES, RAISING
from detente.kernel.policy import solve_backward, value_at
from detente.kernel.posture import DAYS, PLANS, Calendar
from detente.kernel.tables import (
    Continuation,
    Policies,
    Prospects,
    SolverWorkspace,
    TakenGame,
    Work,
    new_policies,
    new_work,
    work_cells,
    work_in,
    workspace_from,
)
from detente.kernel.taking import change_after_taking
from detente.kernel.talks import ChallengerMove, DefenderMove, subtract_share
from detente.kernel.theatre import (
    ONSETS,
    REPLIES,
    Campaign,
    ForceScale,
    Reply,
    Theatre,
    is_onset_possible,
    is_war,
    scale_of,
)
from detente.kernel.war import FoughtWars, fight_all, war_values
from detente.kernel.world import (
    AFTER_STRIKE,
    AFTER_TAKING,
    AFTER_WAR,
    WORLD,
    Epochs,
    View,
    World,
    epochs_of,
    grid_of,
    keep_probability,
)

GAMES = 3
"""Games with their own worth of force: before it, after a limited strike, after a war."""
SOLVED_IN = (AFTER_WAR, AFTER_STRIKE, AFTER_TAKING, 0)
"""Levels in the order of solution; force after a taking leads to the first two."""
MERGED = 3
"""Number of stages that are merged into one in games after force, to save time (MODEL 5.9).

With 3 these games take a seventh of the time. In `oman-2026` force is used in .7 more of 100
futures if two stages are merged, and in 3.8 fewer if six are.
"""
POINTS_AFTER = 5
"""Most grid points for each belief after force, and after a ruling with two results.

On the normal grid the use of force in `oman-2026` changes by .1 of 100 futures with 3 points or 7;
with 3 a few decisions stay unsettled.
"""
CACHED_WARS = 512
"""Number of war tables in the cache, which drops those not used for longest."""


def worlds_of(world: World, settled: Array) -> list[World]:
    """Return the worlds of a dispute: before force, after a limited strike, after a war.

    If a taking is possible, the world after it is the fourth. If force ends every dispute, there is
    only the first. `settled` is the share of the stakes open to settlement by war that force
    settles, by force level, step, onset and reply; the worlds after force use its means.
    """
    if world.aftermath.ends_dispute == 1:
        # Force ends the dispute, so that no other level is ever reached.
        return [world]
    # If force ended the dispute, a side could strike just to avoid the costs of the stand-off
    # (docs/decisions.md).
    after_strike, after_war = shares_settled(world.war.theatre, settled)
    worlds = [
        world,
        world_after(world, AFTER_STRIKE, after_strike),
        world_after(world, AFTER_WAR, after_war),
    ]
    if world.talks.may_take == 1:
        taken = coarser(world, AFTER_TAKING)
        change_after_taking(as_arrays(taken))
        merge_stages(taken.calendar)
        worlds.append(taken)
    return worlds


def world_after(world: World, level: int, settled: float) -> World:
    """Return the world after force that has settled a share of the stakes (MODEL 5.9).

    `level` is AFTER_STRIKE or AFTER_WAR.
    """
    later = coarser(world, level)
    change_after_force(as_arrays(later), settled)
    return later


def coarser(world: World, level: int) -> World:
    """Return a copy of a world for a later level, with at most POINTS_AFTER points of a belief."""
    later = copy_of(world)
    later.level = level
    later.belief_points = min(int(world.belief_points), POINTS_AFTER)
    return later


def shares_settled(theatre: Theatre, settled: Array) -> tuple[float, float]:
    """Return the mean shares of the stakes that a limited strike and a war settle [0-1].

    Stakes are those that war can settle. `settled` has the share by force level, step, onset and
    reply.
    """
    top = LEVELS - 1
    # Onsets that are impossible in this world have zeros, which would lower the mean.
    begun = [onset for onset in range(ONSETS) if is_onset_possible(theatre, top, onset)]
    strikes = [onset for onset in begun if scale_of(onset) == ForceScale.LIMITED]
    raised = settled[:, :, strikes][..., Reply.FULL]
    # A campaign needs all of the challenger's force, so only the top level counts (MODEL 5.9).
    campaigns = settled[top, :, [onset for onset in begun if onset not in strikes]]
    limited = settled[:, :, strikes][..., : Reply.FULL]
    return float(limited.mean()), float(np.append(raised, campaigns).mean())


@jit
def change_after_force(worlds: Array, settled: float) -> None:
    """Change the only world of an array to the state after force."""
    world = worlds[0]
    reduce_stakes(world, settled)
    change_rates(world)
    merge_stages(world.calendar)


@jit
def reduce_stakes(world: World, settled: float) -> None:
    """Reduce the worth of deals, concessions and the stand-off by what force has settled."""
    talks, war = world.talks, world.war
    subtract_share(talks.challenger_deal, settled, talks.challenger_deal_settled)
    subtract_share(talks.defender_concession, settled, talks.defender_concession_settled)
    subtract_share(talks.ally_deal, settled, talks.ally_deal_settled)
    # Only the part g of an issue that war can settle shrinks, by the settled share s: the issue
    # counts `1 - s g` (MODEL 5.9).
    talks.challenger_demand -= settled * talks.challenger_demand_settled
    talks.defender_demand -= settled * talks.defender_demand_settled
    talks.ally_demand -= settled * talks.ally_demand_settled
    talks.challenger_standoff *= 1.0 - settled * war.challenger_stake
    talks.defender_standoff *= 1.0 - settled * war.defender_stake
    talks.ally_standoff *= 1.0 - settled * war.ally_stake


@jit
def change_rates(world: World) -> None:
    """Set the rates of a dispute after force, which begins with failed talks and without a vow.

    Draft deals, fading and concessions have their own rates after force. Fading and concessions are
    faster after a limited strike than after a war, by `limited_factor`, which is fitted to past
    crises (MODEL 5.9, docs/history.md).
    """
    talks, incidents, aftermath = world.talks, world.incidents, world.aftermath
    sooner = aftermath.limited_factor if world.level == AFTER_STRIKE else 1.0
    # The game after force begins with failed talks, which resume at the rate `exit_rate`.
    talks.exit_rate = aftermath.resume_rate
    talks.text_rate *= aftermath.text_factor
    talks.fade_rate *= aftermath.fade_factor * sooner
    talks.challenger_rate[ChallengerMove.DROP] *= aftermath.concession_factor * sooner
    talks.defender_rate[DefenderMove.YIELD] *= aftermath.concession_factor * sooner
    talks.failed_strike_factor = aftermath.strike_factor
    incidents.failed_rate_factor = aftermath.incident_factor
    incidents.failed_escalation_factor = 1.0
    talks.has_vowed = 0
    talks.have_failed = 1
    # The ally presses more often after a round of force (4.3).
    talks.recent_round = 1.0
    # Measures in force on the as-of date have ended: force ends a measure below it (MODEL 2.5) and
    # uses up a vow (MODEL 5.9).
    talks.ultimatum_runs = 0
    talks.raise_ordered = 0
    talks.stands_still = 0
    talks.has_blockade = 0
    talks.blockade_stands = 0
    talks.defender_rate[DefenderMove.VOW] = 0.0
    # A share can be taken only before force is used (MODEL 5.13).
    talks.challenger_rate[ChallengerMove.TAKE] = 0.0
    world.calendar.may_have_vowed = 0


@jit
def merge_stages(calendar: Calendar) -> None:
    """Merge every three stages of an epoch into one, with the force ceiling at its start."""
    merged, in_epoch, epoch, day = -1, 0, 0, 0
    for stage in range(calendar.stages):
        # A merged stage never spans two epochs, since each has its own world (MODEL 5.10).
        is_same_epoch = stage > 0 and calendar.epoch_of_stage[stage] == epoch
        in_epoch = in_epoch + 1 if is_same_epoch else 0
        epoch = calendar.epoch_of_stage[stage]
        if in_epoch % MERGED == 0:
            merged += 1
            move_stage(calendar, stage, merged)
        else:
            calendar.stage_days[merged] += calendar.stage_days[stage]
        while day < DAYS and calendar.stage_of_day[day] == stage:
            calendar.stage_of_day[day] = merged
            day += 1
    calendar.stages = merged + 1
    calendar.stage_days[merged + 1 :] = 0.0
    # The last ceiling also applies after the end, as in an encoded calendar.
    calendar.ceiling[merged + 1 :] = calendar.ceiling[merged]


@jit
def move_stage(calendar: Calendar, stage: int, to: int) -> None:
    """Copy a stage to the index of another."""
    calendar.stage_days[to] = calendar.stage_days[stage]
    calendar.ceiling[to] = calendar.ceiling[stage]
    calendar.levels_present[to] = calendar.levels_present[stage]
    for party in range(PARTIES):
        calendar.levels_hosted[party, to] = calendar.levels_hosted[party, stage]
    calendar.epoch_of_stage[to] = calendar.epoch_of_stage[stage]


def continuations_of(
    worlds: Sequence[World], policies: Sequence[Policies], level: int
) -> tuple[Continuation, Continuation]:
    """Return the games that follow a limited strike and a war begun at a level.

    A level never falls: after a war, a strike also leads to the game after a war. Force after a
    taking leads to the same games as if nothing had been taken.
    """
    last = min(len(worlds) - 1, AFTER_WAR)
    own = worlds[level].calendar
    after_strike = AFTER_WAR if level == AFTER_WAR else AFTER_STRIKE
    after_strike, after_war = min(after_strike, last), last
    return (
        continuation_of(own, worlds[after_strike], policies[after_strike]),
        continuation_of(own, worlds[after_war], policies[after_war]),
    )


def continuation_of(own: Calendar, world: World, policies: Policies) -> Continuation:
    """Return a world's game as the continuation after force, placed by the stages of `own`."""
    return Continuation(policies.failed, grid_of(world), ends_among(own, world.calendar))


def ends_among(own: Calendar, other: Calendar) -> Array:
    """Return the position of the end of each stage of `own` among the starts of another's stages.

    A fraction is a position between two starts. Shape (stages of `own`,).
    """
    ends = np.cumsum(own.stage_days[: int(own.stages)])
    starts = np.concatenate([[0.0], np.cumsum(other.stage_days[: int(other.stages)])])
    return np.interp(ends, starts, np.arange(len(starts), dtype=np.float64))


def taken_game_of(worlds: Sequence[World], policies: Sequence[Policies], level: int) -> TakenGame:
    """Return the game after a taking, placed by the stages of a level's own calendar."""
    # If no taking is possible, the level's own tables replace it: compiled code needs some array,
    # but never reads it.
    after = AFTER_TAKING if len(worlds) > AFTER_TAKING else level
    own, world, table = worlds[level].calendar, worlds[after], policies[after]
    place = ends_among(own, world.calendar)
    # The stage in which each of ours ends; an end at the start of a stage is in the one before.
    within = np.maximum(np.ceil(place).astype(np.int64) - 1, 0)
    return TakenGame(table.contested, table.reversal, grid_of(world), place, within)


@dataclass(frozen=True)
class WarTable:
    """The expected results of force, by force level, programme step, onset and reply."""

    worth: Array
    """Worth of force while it lasts, by game, then by types and holder [value].

    Games are those before force, after a limited strike and after a war; holders are challenger,
    defender and ally. Shape (3, 3, 3, 7, 3, 2, 2, 3).
    """
    continuation_discount: Array
    """Expected discount at the end of force, counted only if force leaves the dispute open.

    By plan, by view (challenger's, defender's) and by the programme's step after force; shape (3,
    3, 7, 3, 4, 2, 3).
    """
    settled: Array
    """Mean share of the stakes open to settlement by war that force settles, shape (3, 3, 7, 3)."""


@dataclass(frozen=True)
class SolverReport:
    """Counters and errors of the solution of a world's policies."""

    nodes: int
    evaluations: int
    rows: int
    folded_rows: int
    fold_fixes: int
    unsettled_nodes: int
    worst_residual: float
    exploitability: tuple[float, float, float, float]
    """Gain of each type from a best response, at the start of the crisis [value].

    Types are the challenger's, resolved and not, then the defender's.
    """


@dataclass(frozen=True)
class Solved:
    """A solved world."""

    policies: Policies
    war: WarTable
    report: SolverReport
    worth: tuple[float, float, float, float]
    """Worth of the crisis at its start to each type, in the order of `exploitability` [value]."""
    later: tuple[Policies, ...] = ()
    """Policies after a limited strike, after a war and, if there is one, after a taking.

    It is empty if force ends the dispute.
    """
    wars: tuple[WarTable, ...] = ()
    """Expected results of force in the foreseen epochs after the first."""
    surprises: tuple["Solved", ...] = ()
    """Solutions from each unforeseen event on, which do not include the stages before it."""
    results: tuple["Solved", ...] = ()
    """Solutions from a ruling on, one for each result, with worths as of that day."""

    @property
    def parts(self) -> tuple["Solved", ...]:
        """Return the solutions of all parts of `Epochs`, in the order of `Epochs.parts`."""
        return tuple(part for view in (self, *self.surprises) for part in (view, *view.results))


def compute_war(world: World) -> WarTable:
    """Return the expected results of force, by the engagement model (MODEL 5.2, 5.9, 6, 7).

    Motives count only for the first use of force. Further force settles nothing, except that a war
    after a limited strike settles the share that the strike left open.
    """
    begun = (LEVELS, LEVELS, ONSETS, REPLIES)
    table = WarTable(
        worth=np.zeros((GAMES, *begun, 2, 2, 3)),
        continuation_discount=np.zeros((*begun, len(PLANS), 2, LEVELS)),
        settled=np.zeros(begun),
    )
    used = np.zeros((3, *begun, 2, 2, 3))
    fought = _fought_in(np.asarray(world.war.theatre).tobytes())
    war_values(as_arrays(world.war), fought, used, table.continuation_discount, table.settled)
    first, without_motives, repeated = used
    # In the game before force, motives count and the whole share is settled. In later games neither
    # holds: a motive in every round would make force repeat for ever (MODEL 5.9,
    # docs/decisions.md).
    table.worth[:] = first, repeated, repeated
    after_strike, after_war = shares_settled(world.war.theatre, table.settled)
    left = max(1.0 - after_strike / after_war, 0.0) if after_war > 0.0 else 0.0
    for onset in range(ONSETS):
        wars = [reply for reply in range(REPLIES) if is_war(onset, reply)]
        # On the left, slices separate the indices, so numpy puts the axis of `wars` first. On the
        # right the indices are adjacent, so that axis has to be moved.
        gains = (without_motives - repeated)[:, :, onset, wars]
        table.worth[AFTER_STRIKE, :, :, onset, wars] += left * np.moveaxis(gains, 2, 0)
    return table


@functools.lru_cache(maxsize=CACHED_WARS)
def _fought_in(theatre: bytes) -> FoughtWars:
    """Return the results of all wars in a theatre, given as its record's bytes; read only."""
    begun = (LEVELS, ONSETS, REPLIES, len(PLANS), LEVELS)
    fought = FoughtWars(np.zeros((*begun, 2, MOMENT_COLUMNS)), np.zeros(begun))
    theatres = np.frombuffer(theatre, dtype_of(Theatre)).copy()
    fight_all(theatres, np.zeros(1, dtype_of(Campaign)), fought)
    return fought


def cached_war(world: World) -> WarTable:
    """Return `compute_war` of a world, cached by its war record; do not write to the result.

    The cache saves time, as most changes to a world do not change its war.
    """
    return _war_of(np.asarray(world.war).tobytes())


@functools.lru_cache(maxsize=CACHED_WARS)
def _war_of(war: bytes) -> WarTable:
    """Return the war table for a war record, given by its bytes."""
    world: World = np.zeros(1, WORLD)[0]
    world.war = np.frombuffer(war, WORLD["war"])[0]
    return compute_war(world)


def clear_cached_wars(most: int) -> None:
    """Empty the cache of war tables if it has more than `most`."""
    if _war_of.cache_info().currsize > most:
        _war_of.cache_clear()
        _fought_in.cache_clear()


Tables: TypeAlias = Sequence[Sequence[WarTable]]
"""Expected results of force, by part of the epochs and by epoch within the part."""


def solve(
    world: World | Epochs,
    *,
    war: WarTable | Tables | None = None,
    with_exploitability: bool = True,
) -> Solved:
    """Solve a world's policies; `war`, if given, replaces the tables of the engagement model.

    Epochs are solved as the game that both sides foresee at the start, and again from each
    unforeseen event on. Raises UnsolvedError if a worth or a chance is not finite.
    """
    epochs = epochs_of(world)
    if isinstance(war, WarTable):
        war = [[war] * len(part.worlds) for part in epochs.parts]
    # All views share one iterator: tables are in the order of `Epochs.parts`, each view before its
    # results.
    wars = iter(war or compute_wars(world))
    # No game before its day contains an unforeseen event, so each view is a separate game (MODEL
    # 5.10).
    first, *others = [
        solve_view(
            view,
            [next(wars) for _ in (view, *view.results)],
            with_exploitability=with_exploitability and view.first == 0,
        )
        for view in epochs.views
    ]
    if not others:
        return first
    report = whole_report([first.report, *(other.report for other in others)])
    return replace(first, report=report, surprises=tuple(others))


def compute_wars(world: World | Epochs) -> Tables:
    """Return the expected results of force, by part of the epochs and by epoch within the part."""
    return [[cached_war(one) for one in part.worlds] for part in epochs_of(world).parts]


def solve_view(view: View, wars: Tables, *, with_exploitability: bool) -> Solved:
    """Solve the game that both sides expect: a view's epochs, and those after each result.

    `wars`: the war tables of the view's own epochs, then those of each result.
    """
    parts = [
        workspaces_by_epoch(part.worlds, of_part, functools.partial(work_of_thread, place))
        for place, (part, of_part) in enumerate(zip((view, *view.results), wars, strict=True))
    ]
    solve_parts(parts)
    # The worths at the start are read before `best_gains` overwrites the work arrays.
    own, *results = (solved_part(part, of_part) for part, of_part in zip(parts, wars, strict=True))
    gains = best_gains(parts, own.worth) if with_exploitability else (0.0, 0.0, 0.0, 0.0)
    nodes = [one.node for part in parts for epoch in part for one in epoch]
    solved = replace(own, report=report_of(nodes, gains), results=tuple(results))
    refuse_infinite(solved, sum(int(node.not_representable) for node in nodes))
    return solved


def solved_part(part: Sequence[Sequence[SolverWorkspace]], wars: Sequence[WarTable]) -> Solved:
    """Return the solution of a part whose workspaces, by epoch and level, have been solved."""
    first, *after = part[0]
    nodes = [workspace.node for epoch in part for workspace in epoch]
    worth = values_at_start(as_arrays(game_at_start(part)))
    later = tuple(workspace.policies for workspace in after)
    report = report_of(nodes, (0.0, 0.0, 0.0, 0.0))
    return Solved(first.policies, wars[0], report, worth, later, tuple(wars[1:]))


def game_at_start(part: Sequence[Sequence[SolverWorkspace]]) -> SolverWorkspace:
    """Return the game in which play begins: before force, or after a taking on the as-of date."""
    first = part[0]
    holds = len(first) > AFTER_TAKING and first[0].world.talks.taking_holds == 1
    return first[AFTER_TAKING] if holds else first[0]


def solve_parts(parts: Sequence[Sequence[Sequence[SolverWorkspace]]]) -> None:
    """Solve the epochs up to a ruling and those after each result, by part, epoch and level.

    Backward induction: a game after force is solved before the one that leads to it, a later epoch
    before an earlier one, and the epochs after a ruling before those that lead to it.
    """
    own, *results = parts
    for level in (level for level in SOLVED_IN if level < len(own[0])):
        # Levels share memory, so it is cleared before each: `expect_ruling` adds to these tables,
        # and the worths of places that cannot be reached must be 0.
        for part in parts:
            for name, table in part[0][level].work._asdict().items():
                # These two are 90 % of the memory and need not be cleared, as every starting point
                # is set.
                if name not in ("start", "posteriors"):
                    table.fill(0.0)
        for result in results:
            for epoch in reversed(result):
                solve_backward(epoch[level])
        if results:
            expect_ruling(own[-1][level], [result[0][level] for result in results])
        for epoch in reversed(own):
            solve_backward(epoch[level])


def expect_ruling(before: SolverWorkspace, after: Sequence[SolverWorkspace]) -> None:
    """Set the worth at the end of an epoch that ends with a ruling to the mean over its results.

    Nodes start from the nearest nodes of the first result: the stages that follow belong to games
    of their own, whose grids may have fewer beliefs.
    """
    calendar = after[0].world.calendar
    chances = [calendar.result_probability[int(one.world.calendar.result) - 1] for one in after]
    # The first stage after the ruling, whose worth the epoch before it uses.
    ruled = int(np.argmax(calendar.epoch_of_stage == calendar.epoch))
    points, found = before.grid.points, after[0].grid.points
    # The index of the nearest point, computed in whole numbers, as both grids have the same ends.
    nearest = (2 * np.arange(points) * (found - 1) + points - 1) // (2 * (points - 1))
    nodes = (found * nearest[:, None] + nearest).ravel()
    before.work.start[:] = after[0].work.start[..., nodes]
    before.work.posteriors[:] = after[0].work.posteriors[..., nodes]
    # These tables are 0 until here, so that the sum is the mean over results (MODEL 5.11).
    for chance, one in zip(chances, after, strict=True):
        before.work.next_stage[:] += chance * on_grid(one.work.next_stage, points)
        before.policies.failed[ruled] += chance * on_grid(one.policies.failed[ruled], points)
        if before.world.level == AFTER_TAKING:
            contested = on_grid(one.policies.contested[ruled], points)
            before.policies.contested[ruled] += chance * contested


def on_grid(worths: Array, points: int) -> Array:
    """Return worths interpolated on another grid of beliefs with the same ends, bilinear [value].

    The shape before and after is (..., points, points, HOLDERS).
    """
    own = worths.shape[-2]
    at = np.arange(points) * (own - 1)
    # Positions are computed in whole numbers, so that points of both grids coincide exactly.
    below = np.minimum(at // (points - 1), own - 2)
    above = ((at - below * (points - 1)) / (points - 1))[:, None]
    by_hard = (1.0 - above) * worths[..., below, :] + above * worths[..., below + 1, :]
    above = above[:, None]
    lower, upper = by_hard[..., below, :, :], by_hard[..., below + 1, :, :]
    found: Array = (1.0 - above) * lower + above * upper
    return found


def new_workspaces(world: World, war: WarTable) -> list[SolverWorkspace]:
    """Return the workspaces of a world by level: before force, after a strike, after a war."""
    # Each level gets its own work arrays: those of a thread are overwritten by the next level.
    return workspaces_by_epoch([world], [war], lambda _, policies: new_work(policies))[0]


class _ThreadMemory(threading.local):
    """Memory for the work arrays of each thread, by part of a view."""

    def __init__(self) -> None:
        self.memory: dict[tuple[int, bool], Array] = {}


_THREAD_MEMORY = _ThreadMemory()


def work_of_thread(part: int, level: int, policies: Policies) -> Work:
    """Return this thread's work arrays for a part of a view and a level, not cleared.

    Levels are solved one after the other in the same memory. Only the game after a taking has its
    own memory: play may begin in it, so its worth at the start is read once all levels are solved.
    """
    key, cells = (part, level == AFTER_TAKING), work_cells(policies)
    if key not in _THREAD_MEMORY.memory or len(_THREAD_MEMORY.memory[key]) < cells:
        _THREAD_MEMORY.memory[key] = np.empty(cells)
    return work_in(policies, _THREAD_MEMORY.memory[key])


def workspaces_by_epoch(
    worlds: Sequence[World], wars: Sequence[WarTable], work_of: Callable[[int, Policies], Work]
) -> list[list[SolverWorkspace]]:
    """Return workspaces by epoch, then level; all epochs share policies and work arrays.

    `work_of` returns the work arrays of a level.
    """
    first, *others = [
        worlds_of(world, war.settled) for world, war in zip(worlds, wars, strict=True)
    ]
    policies = [
        new_policies(
            int(one.calendar.stages),
            int(one.belief_points),
            postures=POSTURES if one.talks.has_blockade == 1 else RAISING,
            may_take=len(first) > AFTER_TAKING,
        )
        for one in first
    ]
    works = [work_of(level, one) for level, one in enumerate(policies)]
    return [
        [workspace_of(epoch, policies, war, level, works[level]) for level in range(len(first))]
        for epoch, war in zip([first, *others], wars, strict=True)
    ]


def workspace_of(
    worlds: Sequence[World], policies: Sequence[Policies], war: WarTable, level: int, work: Work
) -> SolverWorkspace:
    """Return the workspace of one level, with the games that follow further force or a taking."""
    world = worlds[level]
    after_strike, after_war = continuations_of(worlds, policies, level)
    return SolverWorkspace(
        world,
        policies[level],
        work,
        new_node(world),
        grid_of(world),
        prospects_of(world, war),
        (after_strike, after_war),
        taken_game_of(worlds, policies, level),
    )


def prospects_of(world: World, war: WarTable) -> Prospects:
    """Return the expected results of force at the level of a world.

    After a taking, force may cost the challenger the taken share (MODEL 5.13).
    """
    if world.level != AFTER_TAKING:
        return Prospects(war.worth[int(world.level)], war.continuation_discount)
    worth, talks = war.worth[0].copy(), world.talks
    # When force begins, the challenger may lose the taken share, and the defender regain it.
    taken = np.array([talks.challenger_taken, -talks.defender_taken, talks.ally_taken])
    for onset in range(ONSETS):
        for reply in range(REPLIES):
            worth[:, :, onset, reply] -= (1.0 - keep_probability(talks, onset, reply)) * taken
    return Prospects(worth, war.continuation_discount)


def refuse_infinite(solved: Solved, not_representable: int) -> None:
    """Raise UnsolvedError for a solution in which a worth, a chance or a gain is not finite.

    `not_representable`: the number of stored worths that are not finite or exceed the range of 32
    bits.
    """
    wars = [war for part in solved.parts for war in (part.war, *part.wars)]
    tables = [table for war in wars for table in vars(war).values()]
    figures = (*solved.worth, *solved.report.exploitability, solved.report.worst_residual)
    if not_representable or not all(
        np.isfinite(table).all() for table in (*tables, np.array(figures))
    ):
        raise UnsolvedError("the two sides' policies cannot be computed: a value is not finite")


def new_node(world: World) -> Node:
    """Return an empty node with the world's precision and tolerance."""
    node = cast("Node", new_record(Node))
    node.precision = world.talks.precision
    node.tolerance = world.tolerance
    node.most_shift = most_shift(float(world.talks.slip))
    grid = grid_of(world)
    set_priors(node, grid, grid.points)
    return node


@jit
def values_at_start(arrays: SolverWorkspace) -> tuple[float, float, float, float]:
    """Return each type's worth of the crisis at its start [value].

    Types are the challenger's, resolved and not, then the defender's.
    """
    workspace = workspace_from(arrays)
    talks = workspace.world.talks
    beliefs = (talks.tough_log_odds, talks.hard_log_odds)
    return (
        value_at(workspace, beliefs, 0),
        value_at(workspace, beliefs, 1),
        value_at(workspace, beliefs, 2),
        value_at(workspace, beliefs, 3),
    )


def best_gains(
    parts: Sequence[Sequence[Sequence[SolverWorkspace]]], worth: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    """Return each type's gain at the start from a best response to the policies [value].

    `parts` are those that `solve_parts` has solved, and `worth` is their worth at the start.
    """
    against = []
    for place, part in enumerate(parts):
        # A best response has its own worths; all other tables are the policies that it faces.
        kept = [
            workspace.policies._replace(
                failed=np.zeros_like(workspace.policies.failed),
                contested=np.zeros_like(workspace.policies.contested),
                reversal=np.zeros_like(workspace.policies.reversal),
            )
            for workspace in part[0]
        ]
        works = [work_of_thread(place, level, policies) for level, policies in enumerate(kept)]
        against.append(
            [
                [
                    workspace._replace(
                        policies=kept[level],
                        work=works[level],
                        node=new_node(workspace.world),
                        continuations=continuations_of([one.world for one in epoch], kept, level),
                        taken=taken_game_of([one.world for one in epoch], kept, level),
                    )
                    for level, workspace in enumerate(epoch)
                ]
                for epoch in part
            ]
        )
    for workspace in (one for part in against for epoch in part for one in epoch):
        workspace.node.is_best_response = 1
    # With this flag nodes read the stored policies and write none.
    solve_parts(against)
    best = values_at_start(as_arrays(game_at_start(against[0])))
    hard, soft, tough, weak = (best[holder] - worth[holder] for holder in range(4))
    return hard, soft, tough, weak


def whole_report(reports: Sequence[SolverReport]) -> SolverReport:
    """Return the sums of the counters of several solutions; exploitability is that of the first."""
    counted = ("nodes", "evaluations", "rows", "folded_rows", "fold_fixes", "unsettled_nodes")
    sums = {name: sum(getattr(report, name) for report in reports) for name in counted}
    worst = max(report.worst_residual for report in reports)
    return replace(reports[0], **sums, worst_residual=worst)


def report_of(nodes: Sequence[Node], gains: tuple[float, float, float, float]) -> SolverReport:
    """Return the counters of a solution, summed over all its games."""
    return SolverReport(
        nodes=sum(int(node.solved) for node in nodes),
        evaluations=sum(int(node.evaluations) for node in nodes),
        rows=sum(int(node.rows) for node in nodes),
        folded_rows=sum(int(node.folded_rows) for node in nodes),
        fold_fixes=sum(int(node.fold_fixes) for node in nodes),
        unsettled_nodes=sum(int(node.unsettled_nodes) for node in nodes),
        worst_residual=max(float(node.worst_residual) for node in nodes),
        exploitability=gains,
    )
