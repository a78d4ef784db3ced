"""A future with people on some of its seats, played until one is asked or it ends; or branched."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import numpy as np

from detente.kernel.crisis import (
    BATCH,
    InCommon,
    Plays,
    begin,
    close,
    close_futures,
    in_common,
    live_levels,
    note_events,
    set_out_on,
)
from detente.kernel.decision import MOST_DECISIONS, RuleFault, SeatScript
from detente.kernel.draws import Luck, Purpose
from detente.kernel.endings import EVENT, FUTURE, Future
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.play import Life
from detente.kernel.posture import DAYS
from detente.kernel.solution import Solved
from detente.kernel.world import STATE, Epochs, State, World

DECIDED_AFTER = sum(
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
"""A bit for each purpose that is drawn for on a day only once somebody has decided."""
HELD_FROM_THE_START = 1 << Purpose.MEDIATOR
"""The same of what is drawn for once in a future and stays hidden."""


class Chapter(NamedTuple):
    """A solved world in which a table is played from a day on, as nobody foresaw before that."""

    day: Annotated[int, "its first day, 0 of the first chapter [days]"]
    world: World | Epochs
    solved: Solved


class Act(NamedTuple):
    """An epoch of a chapter in play, and the day up to which it is."""

    plays: Plays
    until: int


class Seating(NamedTuple):
    """Who decides in person, and what was decided so far."""

    seats: Annotated[Sequence[int], "numbers of the seats, below SEATS"]
    script: Annotated[Sequence[int], "what was decided, in the order in which it was asked"]


class SeatedFuture(NamedTuple):
    """Where a future with people on its seats stands."""

    is_waiting: Annotated[bool, "whether it waits for a person; else it has ended"]
    table: Annotated[SeatScript, "what was decided, and what is asked if it waits"]
    state: Annotated[State, "its state; of one that waits only what is hidden holds"]
    row: Annotated[Array, "its row of FUTURE; of one that waits it tells nothing"]
    lines: Annotated[Array, "its trace so far, rows of EVENT"]
    lived: Annotated[int, "day up to which it was lived: past the horizon if a war is [days]"]


def play_seated(
    chapters: Sequence[Chapter], seating: Seating, luck: Luck, *, waits: bool = True
) -> SeatedFuture:
    """Play a future with people on its seats to the first decision that was not taken yet.

    `waits`: whether it stops there; if not, policies go on. Not more than MOST_DECISIONS are
    asked for.
    """
    shared = in_common(luck)
    docket, state = shared.rules.docket, shared.state
    acts = take_seats(chapters, seating, shared, waits=waits)
    rows = np.zeros(1, FUTURE).view(np.recarray)
    for place, act in enumerate(acts):
        live_act(act.plays, act.until)
        if docket.fault == RuleFault.WAITING:
            tell_until_asked(acts[place + 1 :], docket.table, state)
            break
    lived = int(state.day)
    close_act(acts[-1].plays, rows[0])
    lines = np.zeros(int(state.told), EVENT).view(np.recarray)
    for column, name in enumerate(lines.dtype.names):
        lines[name] = state.lines[: int(state.told), column]
    ordered = lines[np.argsort(lines.day, kind="stable")] if len(acts) > 1 else lines
    is_waiting = bool(docket.fault == RuleFault.WAITING)
    return SeatedFuture(is_waiting, docket.table, state, rows[0], ordered, lived)


def tell_until_asked(later: Sequence[Act], table: SeatScript, state: State) -> None:
    """Write what has happened by the day of a question that comes amid a war or a deal."""
    day = int(table.days[int(table.asked) - 1])
    state.told, state.has_ended = table.told, 0
    for act in later:
        if act.plays[0].life.world.calendar.begins <= day:
            tell_epoch(act.plays)
    state.has_ended = 1


@jit
def tell_epoch(plays: Plays) -> None:
    """Write what begins an epoch into the trace."""
    note_events(plays[0].life)


@jit
def live_act(plays: Plays, until: int) -> None:
    """Live an epoch of a future, up to a day."""
    life = plays[0].life
    enter(life)
    live_until(plays, life, life.luck, until)


@jit
def enter(life: Life) -> None:
    """Begin a future, or another epoch of it, whose stages may be counted again."""
    if life.world.calendar.epoch == 0:
        begin(life)
    else:
        life.state.stage = -1
        note_events(life)


@jit
def close_act(plays: Plays, row: Future) -> None:
    """Close a future, and write its row."""
    close(plays[0].life, row)


class Turn(NamedTuple):
    """Where branches part from a future: its luck, and the day on which a person decides."""

    luck: Luck
    day: Annotated[int, "day up to which all have its luck [days]"]


def play_branches(
    chapters: Sequence[Chapter], seating: Seating, turn: Turn, branches: Array
) -> Array:
    """Play a future as often as there are branches, each with luck of its own from a day on.

    `branches`: numbers of other futures, whose luck they have from then on. Types and plans are
    those of the future, and policies go on where the script ends. Returns rows of FUTURE.
    """
    rows = np.zeros(len(branches), FUTURE).view(np.recarray)
    acts = take_seats(chapters, seating, in_common(turn.luck), waits=False)
    states = np.zeros(min(BATCH, len(branches)), STATE).view(np.recarray)
    for start in range(0, len(branches), BATCH):
        batch = branches[start : start + BATCH]
        for act in acts:
            live_branches(act.plays, turn, batch, states, act.until)
        close_futures(acts[-1].plays, batch, states, rows[start : start + BATCH])
    return rows


@jit
def live_branches(plays: Plays, turn: Turn, branches: Array, states: Array, until: int) -> None:
    """Live an epoch in each branch, up to a day."""
    start = plays[0].life
    for index in range(branches.shape[0]):
        life = Life(start.world, turn.luck, start.daily, states[index])
        enter(life)
        live_branch(plays, turn, branches[index], life, until)


@jit
def live_branch(plays: Plays, turn: Turn, branch: int, life: Life, until: int) -> None:
    """Live an epoch to the day of the decision, through that day, and on with luck of its own.

    On that day only what is drawn for after a decision is its own, and what mediators have held
    from the start stays as it is. A war or a deal that is under way turns the day after.
    """
    seed, world, root = turn.luck.seed, turn.luck.world, turn.luck.future
    today = Luck(seed, world, root, branch - root, DECIDED_AFTER)
    after = Luck(seed, world, branch, root - branch, HELD_FROM_THE_START)
    life.state.apart, life.state.turns_on = branch - root, turn.day + 1
    live_until(plays, life, turn.luck, min(turn.day, until))
    life.state.apart = 0
    live_until(plays, life, today, min(turn.day + 1, until))
    live_until(plays, life, after, until)


@jit
def live_until(plays: Plays, life: Life, luck: Luck, day: int) -> None:
    """Live on to a day by a luck."""
    life.state.until = min(day, life.world.calendar.horizon)
    live_levels(plays, Life(life.world, luck, life.daily, life.state))


def take_seats(
    chapters: Sequence[Chapter], seating: Seating, shared: InCommon, *, waits: bool
) -> list[Act]:
    """Return a future ready to be played, with people on its seats, act by act."""
    docket = shared.rules.docket
    script = np.asarray(seating.script, np.int64)[:MOST_DECISIONS]
    docket.table.is_seated[list(seating.seats)] = 1
    docket.is_asked[:] = docket.table.is_seated[:2]
    docket.table.script[: len(script)] = script
    docket.table.written = len(script)
    docket.table.waits = int(waits)
    ends = [*(chapter.day for chapter in chapters[1:]), DAYS]
    return [
        Act(plays, end)
        for chapter, end in zip(chapters, ends, strict=True)
        for plays in set_out_on(chapter.world, chapter.solved, shared)
        if plays[0].life.world.calendar.begins < end
    ]
