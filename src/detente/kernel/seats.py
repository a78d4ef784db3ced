"""People at a table decide: what each decided is played, and where nobody has yet, all waits."""

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
"""That a question is about nothing besides."""


class Query(NamedTuple):
    """What somebody is asked."""

    asked: Annotated[int, "an Asked"]
    about: Annotated[
        int,
        "package that is offered or broken, who began force, what is conceded, what a hotline"
        " reports, which side would be joined and 2 more after a hit, 1 if mediators found terms;"
        " NOTHING if none",
    ]
    always: Annotated[int, "the move that can always be made, NOTHING if all can"]


@jit
def take_decision(
    state: State, decision: DecisionRecord, seat: int, query: Query, draw: float
) -> int:
    """Play what was decided at the table; past the script's end wait, or do as the policy draws.

    The chances of the policy and the moves that may be chosen lie on the docket. A future that
    waits has ended as far as the model goes on; what it returns then is played for nobody.
    """
    table = decision.table
    fallback = max(query.always, 0)
    at = state.decided
    if decision.fault == RuleFault.WAITING:
        return fallback
    if at >= MOST_DECISIONS:
        return draw_from(decision.given[: decision.moves], draw)
    state.decided += 1
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
    """Write down what is asked of whom, when, and how likely its policy makes each answer."""
    table = decision.table
    at = state.decided - 1
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
    table.asked = state.decided
    table.lines_written = state.lines_written
    table.posture, table.stance, table.regime = state.posture, state.stance, state.regime


@jit
def allow_all(decision: DecisionRecord) -> None:
    """Let every move that is asked about be chosen."""
    for move in range(decision.moves):
        decision.table.is_legal[move] = 1


@jit
def has_seat(table: SeatScript, seat: int) -> bool:
    """Say whether a person decides for somebody."""
    return table.is_seated[seat] == 1


@jit
def chooses_first(
    state: State, decision: DecisionRecord, seat: int, query: Query, chances: tuple[float, float]
) -> bool:
    """Say whether a person gives the first of two answers.

    `chances`: that the policy gives it, and the draw by which it would.
    """
    decision.moves = 2
    decision.given[0] = chances[0]
    decision.given[1] = 1.0 - chances[0]
    allow_all(decision)
    return take_decision(state, decision, seat, query, chances[1]) == 0


@jit
def agrees(state: State, decision: DecisionRecord, seat: int, asked: int, about: int) -> bool:
    """Say whether a seat does what it comes to by its rate today; a person may leave it."""
    if not has_seat(decision.table, seat):
        return True
    return chooses_first(state, decision, seat, Query(asked, about, 1), (1.0, 0.0))


@jit
def choose_reply(
    state: State, decision: DecisionRecord, seat: int, who: int, row: Array, draw: float
) -> int:
    """Return a person's reply to force; `row`: the policy's chances, float32, shape (3,)."""
    decision.moves = row.shape[0]
    for reply in range(row.shape[0]):
        decision.given[reply] = row[reply]
    allow_all(decision)
    return take_decision(state, decision, seat, Query(Asked.REPLY, who, NO_SUBJECT), draw)
