"""Solved policies, kept; and how much better a best reply to them would do."""

from detente.kernel.beliefs import Grid, after_move, widen
from detente.kernel.equation import solve_row
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.nodes import HOLDERS, Node, combine, from_start, worth_on
from detente.kernel.places import Place
from detente.kernel.tables import Desk

NEVER = 1e-30
"""A move less likely than this is taken never to be made (tables hold 32 bits)."""


@jit
def settle(desk: Desk, place: Place, question: int, table: Array) -> None:
    """Solve the row on the desk, or weigh it against its stored policies."""
    start = desk.work.start[place.posture, place.stance, question, desk.node.other]
    posteriors = desk.work.posteriors[place.posture, place.stance, question, desk.node.other]
    settle_row(desk.node, desk.grid, start, posteriors, table)
    if desk.node.is_best_response == 1:
        return
    unsettled = desk.policies.unsettled[place.stage, place.posture, place.stance, question]
    for prior in range(desk.grid.points):
        if desk.node.mover == 0:
            unsettled[desk.node.other, prior] = desk.node.unsettled[prior]
        else:
            unsettled[prior, desk.node.other] = desk.node.unsettled[prior]


@jit
def keep_result(node: Node, grid: Grid, block: Array) -> None:
    """Write the row's worth into a block of values."""
    mover, other = node.mover, from_start(node.other)
    for place in range(grid.points):
        tough = other if mover == 0 else place
        hard = place if mover == 0 else other
        for holder in range(HOLDERS):
            block[tough, hard, holder] = node.result[holder, place]


@jit
def settle_row(node: Node, grid: Grid, start: Array, posteriors: Array, table: Array) -> None:
    """Solve a row and store its policies, or weigh the stored ones against the best response.

    `table`: chance of each move by both beliefs and the mover's type, shape
    (points, points, 2, moves), float32; of two answers only the first is kept.
    """
    if node.is_best_response == 1:
        for prior in range(grid.points):
            recall(node, grid, prior, table)
            combine(node, prior)
            take_best(node, prior)
        return
    solve_row(node, grid, start, posteriors)
    mover, other = node.mover, from_start(node.other)
    for column in range(node.moves):
        move = from_start(node.move[column])
        if move < table.shape[3]:
            for prior in range(grid.points):
                tough = other if mover == 0 else prior
                hard = prior if mover == 0 else other
                table[tough, hard, 0, move] = node.firm_policy[column, prior]
                table[tough, hard, 1, move] = node.yielding_policy[column, prior]


@jit
def recall(node: Node, grid: Grid, prior: int, table: Array) -> None:
    """Take a node's policies from the table, and find the posteriors that they imply."""
    cell = table[node.other, prior] if node.mover == 0 else table[prior, node.other]
    left_firm = 1.0
    left_yielding = 1.0
    for column in range(node.moves):
        move = node.move[column]
        firm = widen(cell[0, move]) if move < table.shape[3] else left_firm
        yielding = widen(cell[1, move]) if move < table.shape[3] else left_yielding
        left_firm -= firm
        left_yielding -= yielding
        node.firm_policy[column, prior] = firm
        node.yielding_policy[column, prior] = yielding
        recall_posterior(node, grid, prior, column)


@jit
def recall_posterior(node: Node, grid: Grid, prior: int, column: int) -> None:
    """Place the posterior of a move with known chances; one never made tells nothing."""
    firm = node.firm_policy[column, prior]
    yielding = node.yielding_policy[column, prior]
    log_odds = node.prior[prior]
    if firm > NEVER and yielding > NEVER:
        log_odds = after_move(log_odds, firm, yielding, node.most_shift)
    place = min(max((log_odds - grid.origin) / grid.step, 0.0), grid.points - 1.0)
    segment = min(int(place), grid.points - 2)
    node.segment[column, prior] = segment
    node.share[column, prior] = place - segment


@jit
def take_best(node: Node, prior: int) -> None:
    """Take the worth to each type of the mover from its best move, not from the public mix."""
    for own in range(node.mover, node.mover + 2):
        best = -1e300
        for column in range(node.moves):
            best = max(best, worth_on(node, prior, column, own))
        node.result[own, prior] = best
