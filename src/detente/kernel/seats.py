"""Decisions of people at a table: those taken are played, and play stops at the next one."""

from typing import Annotated, NamedTuple

from detente.kernel.decision import (
    FOLLOW,
    MOST_DECISIONS,
    Asked,
    DecisionRecord,
    RuleFault,
    SeatScript,
    draw_from,
)
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.world import State

NO_SUBJECT = -1
"""Stands in a query for a question without a subject."""


class Query(NamedTuple):
    """A question to a side or a seat."""

    asked: Annotated[int, "an Asked"]
    about: Annotated[
        int,
        "package that is offered or broken, who began force, what is conceded, what a hotline"
        " reports, which side would be joined and 2 more after a hit, 1 if mediators found terms;"
        " NO_SUBJECT if none",
    ]
    always: Annotated[int, "the move that can always be made, NO_SUBJECT if all can"]


@jit
def take_decision(
    state: State, decision: DecisionRecord, seat: int, query: Query, draw: float
) -> int:
    """Return a person's move from the table's script; after its end wait, or follow the policy.

    The decision record has the policy's chances and the legal moves. A future that waits is marked
    as ended, and the move returned for it has no effect.
    """
    table = decision.table
    # A future that waits is discarded, so any legal move will do.
    fallback = max(query.always, 0)
    at = state.decisions_asked
    if decision.fault == RuleFault.WAITING:
        return fallback
    if at >= MOST_DECISIONS:
        return draw_from(decision.given[: decision.moves], draw)
    state.decisions_asked += 1
    record_question(state, decision, seat, query)
    if at >= table.written and table.waits == 1:
        decision.fault = RuleFault.WAITING
        state.has_ended = 1
        return fallback
    move: int = table.script[at] if at < table.written else FOLLOW
    if move == FOLLOW:
        move = draw_from(decision.given[: decision.moves], draw)
    table.moves[at] = move
    return move


@jit
def record_question(state: State, decision: DecisionRecord, seat: int, query: Query) -> None:
    """Record a question at the table: seat, kind, day, beliefs, the policy and the legal moves."""
    table = decision.table
    at = state.decisions_asked - 1
    table.seats[at] = seat
    table.kinds[at] = query.asked
    table.days[at] = state.day
    table.abouts[at] = query.about
    table.hard[at] = state.hard
    table.tough[at] = state.tough
    for move in range(table.is_legal.shape[0]):
        is_there = move < decision.moves
        table.chances[at, move] = decision.given[move] if is_there else 0.0
        table.legal[at, move] = table.is_legal[move] if is_there else 0
    table.asked = state.decisions_asked
    table.lines_written = state.lines_written
    table.posture, table.stance, table.regime = state.posture, state.stance, state.regime


@jit
def allow_all(decision: DecisionRecord) -> None:
    """Make every move of the decision at hand legal."""
    for move in range(decision.moves):
        decision.table.is_legal[move] = 1


@jit
def has_seat(table: SeatScript, seat: int) -> bool:
    """Say whether a person decides for a seat."""
    return table.is_seated[seat] == 1


@jit
def chooses_first(
    state: State, decision: DecisionRecord, seat: int, query: Query, chances: tuple[float, float]
) -> bool:
    """Ask a person a question with two answers, and say whether the first is given.

    `chances` are the policy's chance of the first answer, and the uniform draw by which the policy
    would choose.
    """
    decision.moves = 2
    decision.given[0] = chances[0]
    decision.given[1] = 1.0 - chances[0]
    allow_all(decision)
    return take_decision(state, decision, seat, query, chances[1]) == 0


@jit
def agrees(state: State, decision: DecisionRecord, seat: int, asked: int, about: int) -> bool:
    """Say whether a seat takes an action that its rate has drawn for today; a person may refuse."""
    if not has_seat(decision.table, seat):
        return True
    # The policy's chance is 1, since the action has been drawn by its rate.
    return chooses_first(state, decision, seat, Query(asked, about, 1), (1.0, 0.0))


@jit
def choose_reply(
    state: State, decision: DecisionRecord, seat: int, who: int, row: Array, draw: float
) -> int:
    """Return a person's reply to force begun by `who`.

    `row` has the policy's chance of each reply, float32, shape (3,).
    """
    decision.moves = row.shape[0]
    for reply in range(row.shape[0]):
        decision.given[reply] = row[reply]
    allow_all(decision)
    return take_decision(state, decision, seat, Query(Asked.REPLY, who, NO_SUBJECT), draw)
