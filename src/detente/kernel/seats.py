"""People at a table decide: what each decided is played, and where nobody has yet, all waits."""

from typing import Annotated, NamedTuple

from detente.kernel.decision import (
    FOLLOW,
    MOST_DECISIONS,
    Asked,
    Docket,
    RuleFault,
    SeatScript,
    draw_from,
)
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.world import State

NOTHING = -1
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
def take_seat(state: State, docket: Docket, seat: int, query: Query, draw: float) -> int:
    """Play what was decided at the table; past the script's end wait, or do as the policy draws.

    The chances of the policy and the moves that may be chosen lie on the docket. A future that
    waits has ended as far as the model goes on; what it returns then is played for nobody.
    """
    table = docket.table
    fallback = max(query.always, 0)
    at = state.decided
    if docket.fault == RuleFault.WAITING:
        return fallback
    if at >= MOST_DECISIONS:
        return draw_from(docket.given[: docket.moves], draw)
    state.decided += 1
    keep_question(state, docket, seat, query)
    if at >= table.written and table.waits == 1:
        docket.fault = RuleFault.WAITING
        state.has_ended = 1
        return fallback
    move: int = table.script[at] if at < table.written else FOLLOW
    if move == FOLLOW:
        move = draw_from(docket.given[: docket.moves], draw)
    table.moves[at] = move
    return move


@jit
def keep_question(state: State, docket: Docket, seat: int, query: Query) -> None:
    """Write down what is asked of whom, when, and how likely its policy makes each answer."""
    table = docket.table
    at = state.decided - 1
    table.seats[at] = seat
    table.kinds[at] = query.asked
    table.days[at] = state.day
    table.abouts[at] = query.about
    table.hard[at] = state.hard
    table.tough[at] = state.tough
    for move in range(table.is_legal.shape[0]):
        is_there = move < docket.moves
        table.chances[at, move] = docket.given[move] if is_there else 0.0
        table.legal[at, move] = table.is_legal[move] if is_there else 0
    table.asked = state.decided
    table.told = state.told
    table.posture, table.stance, table.regime = state.posture, state.stance, state.regime


@jit
def allow_all(docket: Docket) -> None:
    """Let every move that is asked about be chosen."""
    for move in range(docket.moves):
        docket.table.is_legal[move] = 1


@jit
def has_seat(table: SeatScript, seat: int) -> bool:
    """Say whether a person decides for somebody."""
    return table.is_seated[seat] == 1


@jit
def ask_of_two(
    state: State, docket: Docket, seat: int, query: Query, chances: tuple[float, float]
) -> bool:
    """Say whether a person gives the first of two answers.

    `chances`: that the policy gives it, and the draw by which it would.
    """
    docket.moves = 2
    docket.given[0] = chances[0]
    docket.given[1] = 1.0 - chances[0]
    allow_all(docket)
    return take_seat(state, docket, seat, query, chances[1]) == 0


@jit
def agrees(state: State, docket: Docket, seat: int, asked: int, about: int) -> bool:
    """Say whether a seat does what it comes to by its rate today; a person may leave it."""
    if not has_seat(docket.table, seat):
        return True
    return ask_of_two(state, docket, seat, Query(asked, about, 1), (1.0, 0.0))


@jit
def ask_reply(state: State, docket: Docket, seat: int, who: int, row: Array, draw: float) -> int:
    """Return a person's reply to force; `row`: the policy's chances, float32, shape (3,)."""
    docket.moves = row.shape[0]
    for reply in range(row.shape[0]):
        docket.given[reply] = row[reply]
    allow_all(docket)
    return take_seat(state, docket, seat, Query(Asked.REPLY, who, NOTHING), draw)
