"""Futures in which people decide for some seats, played to the next question or in branches."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import numpy as np

from detente.kernel.crisis import (
    BATCH,
    Plays,
    Scenes,
    SharedState,
    advance_levels,
    begin_future,
    close_future,
    close_futures,
    enter_epoch,
    new_shared_state,
    plays_from,
    plays_sharing,
    scenes_of,
)
from detente.kernel.decision import MOST_DECISIONS, RuleFault, Rules, SeatScript
from detente.kernel.draws import Draws, Purpose, draws_of
from detente.kernel.endings import EVENT, FUTURE
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.play import Trajectory, play_from
from detente.kernel.posture import DAYS
from detente.kernel.solution import Solved
from detente.kernel.world import STATE, Epochs, State, World

DRAWN_AFTER_DECISIONS = sum(
    1 << purpose
    for purpose in (
        Purpose.ANSWER,
        Purpose.WAR_ANSWER,
        Purpose.WAR_COMMON,
        Purpose.WAR_RAID,
        Purpose.WAR_DAY,
        Purpose.WAR_JOIN,
        Purpose.BREAKING,
    )
)
"""A bit for each Purpose that is drawn on a day only after a decision on that day."""
DRAWN_AT_START = 1 << Purpose.MEDIATOR
"""A bit for each Purpose that is drawn once, at the start of a future, and stays hidden."""


class Chapter(NamedTuple):
    """A solved world that a table plays from a day on, and that nobody foresaw before that day."""

    day: Annotated[int, "its first day, 0 of the first chapter [days]"]
    world: World | Epochs
    solved: Solved


class ChapterEpoch(NamedTuple):
    """An epoch of a chapter, ready to be played, and the day up to which it is played."""

    plays: Plays
    until: int


class Seating(NamedTuple):
    """The seats for which people decide, and their decisions so far."""

    seats: Annotated[Sequence[int], "numbers of the seats, below SEATS"]
    script: Annotated[Sequence[int], "what was decided, in the order in which it was asked"]


class SeatedFuture(NamedTuple):
    """A future in which people decide for seats, at its end or at the next question to a person."""

    is_waiting: Annotated[bool, "whether it waits for a person; else it has ended"]
    table: Annotated[SeatScript, "what was decided, and what is asked if it waits"]
    state: Annotated[State, "its state; while it waits only what is hidden is valid"]
    row: Annotated[Array, "its row of FUTURE; without meaning while it waits"]
    lines: Annotated[Array, "its trace up to now, rows of EVENT"]
    played_to: Annotated[int, "day up to which it is played; past the horizon if a war is [days]"]


def play_seated(
    chapters: Sequence[Chapter], seating: Seating, draws: Draws, *, waits: bool = True
) -> SeatedFuture:
    """Play a future up to the first decision that a person has not taken yet.

    With `waits` it stops there; otherwise policies decide from then on. People are asked for at
    most MOST_DECISIONS decisions.
    """
    shared = new_shared_state(draws)
    decision, state = shared.rules.decision, shared.state
    epochs = seat_people(chapters, seating, shared, waits=waits)
    rows = np.zeros(1, FUTURE).view(np.recarray)
    for index, epoch in enumerate(epochs):
        advance_chapter_epoch(*scenes_of(epoch.plays), epoch.until)
        if decision.fault == RuleFault.WAITING:
            write_up_to_question(epochs[index + 1 :], decision.table, state)
            break
    # Closing a future moves its day to the horizon.
    played_to = int(state.day)
    close_seated_future(*scenes_of(epochs[-1].plays), rows)
    lines = np.zeros(int(state.lines_written), EVENT).view(np.recarray)
    for column, name in enumerate(lines.dtype.names):
        lines[name] = state.lines[: int(state.lines_written), column]
    # A war is written on its first day, but an event may happen during it.
    ordered = lines[np.argsort(lines.day, kind="stable")] if len(epochs) > 1 else lines
    is_waiting = bool(decision.fault == RuleFault.WAITING)
    return SeatedFuture(is_waiting, decision.table, state, rows[0], ordered, played_to)


def write_up_to_question(later: Sequence[ChapterEpoch], table: SeatScript, state: State) -> None:
    """Complete the trace up to the day of a question that is asked during a war or a deal.

    The state of such a future is still that of the day on which the war or the deal began, so that
    its trace lacks the events of later epochs.
    """
    day = int(table.days[int(table.asked) - 1])
    state.lines_written, state.has_ended = table.lines_written, 0
    for epoch in later:
        if epoch.plays[0].trajectory.world.calendar.begins <= day:
            write_epoch(*scenes_of(epoch.plays))
    state.has_ended = 1


@jit
def write_epoch(scenes: Scenes, rules: Rules) -> None:
    """Write the events that begin an epoch into the trace."""
    enter_epoch(play_from(scenes[0], rules).trajectory)


@jit
def advance_chapter_epoch(scenes: Scenes, rules: Rules, until: int) -> None:
    """Play an epoch of a future, up to a day."""
    plays = plays_from(scenes, rules)
    trajectory = plays[0].trajectory
    if begin_or_resume(trajectory):
        advance_until(plays, trajectory, trajectory.draws, until)


@jit
def begin_or_resume(trajectory: Trajectory) -> bool:
    """Begin a future, or enter its next epoch, whose world may number stages differently.

    Returns whether play continues in this world; it does not if a court has ruled otherwise.
    """
    if trajectory.world.calendar.epoch == 0:
        begin_future(trajectory)
    else:
        trajectory.state.stage = -1
    return enter_epoch(trajectory)


@jit
def close_seated_future(scenes: Scenes, rules: Rules, rows: Array) -> None:
    """Close a future and write its row, the only one of `rows`."""
    close_future(play_from(scenes[0], rules).trajectory, rows[0])


class BranchStart(NamedTuple):
    """The point at which branches diverge: the future's draws and the day of a decision."""

    draws: Draws
    day: Annotated[int, "day up to which all have its draws [days]"]


def play_branches(
    chapters: Sequence[Chapter], seating: Seating, branch_start: BranchStart, branches: Array
) -> Array:
    """Play a future once for each branch, with the branch's own draws from that start on.

    `branches` are indices of other futures, whose draws the branches use from then on. Types and
    plan remain those of the future. Policies decide after the end of the script. Returns rows of
    FUTURE, one for each branch.
    """
    rows = np.zeros(len(branches), FUTURE).view(np.recarray)
    epochs = seat_people(chapters, seating, new_shared_state(branch_start.draws), waits=False)
    states = np.zeros(min(BATCH, len(branches)), STATE).view(np.recarray)
    for start in range(0, len(branches), BATCH):
        batch = branches[start : start + BATCH]
        for epoch in epochs:
            advance_branches(*scenes_of(epoch.plays), branch_start, epoch.until, batch, states)
        close_futures(*scenes_of(epochs[-1].plays), batch, states, rows[start : start + BATCH])
    return rows


@jit
def advance_branches(
    scenes: Scenes,
    rules: Rules,
    branch_start: BranchStart,
    until: int,
    branches: Array,
    states: Array,
) -> None:
    """Play an epoch of each branch, up to a day."""
    plays = plays_from(scenes, rules)
    start = plays[0].trajectory
    for index in range(branches.shape[0]):
        draws = branch_start.draws
        # A ruling after the start of the branches is drawn separately in each branch.
        if start.world.calendar.ruling_day > branch_start.day:
            draws = draws_of(draws, branches[index])
        if begin_or_resume(Trajectory(start.world, draws, start.daily, states[index])):
            trajectory = Trajectory(start.world, branch_start.draws, start.daily, states[index])
            advance_branch(plays, branch_start, branches[index], trajectory, until)


@jit
def advance_branch(
    plays: Plays, branch_start: BranchStart, branch: int, trajectory: Trajectory, until: int
) -> None:
    """Play an epoch of a branch: to the day of the decision, that day, and the days after it.

    On the day of the decision, only draws that come after a decision are the branch's own; on later
    days all are, except those of mediators' signals, which are fixed at the start. A war or a deal
    under way uses the branch's draws from the next day on.
    """
    seed, world, root = branch_start.draws.seed, branch_start.draws.world, branch_start.draws.future
    today = Draws(seed, world, root, branch - root, DRAWN_AFTER_DECISIONS)
    after = Draws(seed, world, branch, root - branch, DRAWN_AT_START)
    trajectory.state.offset, trajectory.state.offset_from = branch - root, branch_start.day + 1
    advance_until(plays, trajectory, branch_start.draws, min(branch_start.day, until))
    # From here on the draws that are passed are already those of the branch.
    trajectory.state.offset = 0
    advance_until(plays, trajectory, today, min(branch_start.day + 1, until))
    advance_until(plays, trajectory, after, until)


@jit
def advance_until(plays: Plays, trajectory: Trajectory, draws: Draws, day: int) -> None:
    """Play up to a day, or the horizon, with the given draws."""
    trajectory.state.until = min(day, trajectory.world.calendar.horizon)
    advance_levels(plays, Trajectory(trajectory.world, draws, trajectory.daily, trajectory.state))


def seat_people(
    chapters: Sequence[Chapter], seating: Seating, shared: SharedState, *, waits: bool
) -> list[ChapterEpoch]:
    """Seat the people at the table, and return the epochs of all chapters in the order of play."""
    decision = shared.rules.decision
    script = np.asarray(seating.script, np.int64)[:MOST_DECISIONS]
    decision.table.is_seated[list(seating.seats)] = 1
    decision.is_asked[:] = decision.table.is_seated[:2]
    decision.table.script[: len(script)] = script
    decision.table.written = len(script)
    decision.table.waits = int(waits)
    ends = [*(chapter.day for chapter in chapters[1:]), DAYS]
    return [
        ChapterEpoch(plays, end)
        for chapter, end in zip(chapters, ends, strict=True)
        for plays in plays_sharing(chapter.world, chapter.solved, shared)
        if plays[0].trajectory.world.calendar.begins < end
    ]
