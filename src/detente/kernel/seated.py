"""A future with people on some of its seats, played until one is asked or it ends; or branched."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import numpy as np

from detente.kernel.crisis import (
    BATCH,
    Plays,
    begin,
    close_futures,
    live_levels,
    note_events,
    play_futures,
    set_out_epochs,
)
from detente.kernel.decision import MOST_DECISIONS, RuleFault, SeatScript
from detente.kernel.draws import Luck, Purpose
from detente.kernel.endings import EVENT, FUTURE
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.play import Life
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


def play_seated(
    world: World | Epochs, solved: Solved, seating: Seating, luck: Luck, *, waits: bool = True
) -> SeatedFuture:
    """Play a future with people on its seats to the first decision that was not taken yet.

    `waits`: whether it stops there; if not, policies go on. Not more than MOST_DECISIONS are
    asked for.
    """
    epochs = take_seats(world, solved, seating, luck, waits=waits)
    rows = np.zeros(1, FUTURE).view(np.recarray)
    state = play_futures(epochs, np.array([luck.future]), rows)
    docket = epochs[0][0].rules.docket
    is_waiting = bool(docket.fault == RuleFault.WAITING)
    told = int(docket.table.told if is_waiting else state.told)
    lines = np.zeros(told, EVENT).view(np.recarray)
    for column, name in enumerate(lines.dtype.names):
        lines[name] = state.lines[:told, column]
    ordered = lines[np.argsort(lines.day, kind="stable")] if len(epochs) > 1 else lines
    return SeatedFuture(is_waiting, docket.table, state, rows[0], ordered)


class Turn(NamedTuple):
    """Where branches part from a future: its luck, and the day on which a person decides."""

    luck: Luck
    day: Annotated[int, "day up to which all have its luck [days]"]


def play_branches(
    world: World | Epochs, solved: Solved, seating: Seating, turn: Turn, branches: Array
) -> Array:
    """Play a future as often as there are branches, each with luck of its own from a day on.

    `branches`: numbers of other futures, whose luck they have from then on. Types and plans are
    those of the future, and policies go on where the script ends. Returns rows of FUTURE.
    """
    rows = np.zeros(len(branches), FUTURE).view(np.recarray)
    epochs = take_seats(world, solved, seating, turn.luck, waits=False)
    states = np.zeros(min(BATCH, len(branches)), STATE).view(np.recarray)
    for start in range(0, len(branches), BATCH):
        batch = branches[start : start + BATCH]
        for plays in epochs:
            live_branches(plays, turn, batch, states)
        close_futures(epochs[-1], batch, states, rows[start : start + BATCH])
    return rows


@jit
def live_branches(plays: Plays, turn: Turn, branches: Array, states: Array) -> None:
    """Live an epoch in each branch."""
    start = plays[0].life
    for index in range(branches.shape[0]):
        life = Life(start.world, turn.luck, start.daily, states[index])
        if life.world.calendar.epoch == 0:
            begin(life)
        else:
            note_events(life)
        live_branch(plays, turn, branches[index], life)


@jit
def live_branch(plays: Plays, turn: Turn, branch: int, life: Life) -> None:
    """Live an epoch to the day of the decision, through that day, and on with luck of its own.

    On that day only what is drawn for after a decision is its own, and what mediators have held
    from the start stays as it is.
    """
    seed, world, root = turn.luck.seed, turn.luck.world, turn.luck.future
    today = Luck(seed, world, root, branch - root, DECIDED_AFTER)
    after = Luck(seed, world, branch, root - branch, HELD_FROM_THE_START)
    live_until(plays, life, turn.luck, turn.day)
    live_until(plays, life, today, turn.day + 1)
    live_until(plays, life, after, life.world.calendar.horizon)


@jit
def live_until(plays: Plays, life: Life, luck: Luck, day: int) -> None:
    """Live on to a day by a luck."""
    life.state.until = min(day, life.world.calendar.horizon)
    live_levels(plays, Life(life.world, luck, life.daily, life.state))


def take_seats(
    world: World | Epochs, solved: Solved, seating: Seating, luck: Luck, *, waits: bool
) -> list[Plays]:
    """Return a future ready to be played, with people on its seats, by epoch."""
    epochs = set_out_epochs(world, solved, luck)
    docket = epochs[0][0].rules.docket
    script = np.asarray(seating.script, np.int64)[:MOST_DECISIONS]
    docket.table.is_seated[list(seating.seats)] = 1
    docket.is_asked[:] = docket.table.is_seated[:2]
    docket.table.script[: len(script)] = script
    docket.table.written = len(script)
    docket.table.waits = int(waits)
    return epochs
