"""Solved policies, kept; and how much better a best reply to them would do."""

from detente.kernel.beliefs import Grid, after_move, widen
from detente.kernel.equation import solve_row
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.nodes import HOLDERS, Node, combine, worth_on
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
    for place in range(grid.points):
        tough = node.other if node.mover == 0 else place
        hard = place if node.mover == 0 else node.other
        for holder in range(HOLDERS):
            block[tough, hard, holder] = node.result[place, holder]


@jit
def settle_row(node: Node, grid: Grid, start: Array, posteriors: Array, table: Array) -> None:
    """Solve a row and store its policies, or weigh the stored ones against the best response.

    `table`: chance of each move by both beliefs and the mover's type, shape
    (points, points, 2, moves), float32; of two answers only the first is kept.
    """
    if node.is_best_response == 1:
        for prior in range(grid.points):
            recall(node, grid, prior, table)
            combine_best(node, prior)
        return
    solve_row(node, grid, start, posteriors)
    for prior in range(grid.points):
        cell = table[node.other, prior] if node.mover == 0 else table[prior, node.other]
        for column in range(node.moves):
            if node.move[column] < table.shape[3]:
                cell[0, node.move[column]] = node.firm_policy[prior, column]
                cell[1, node.move[column]] = node.yielding_policy[prior, column]


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
        node.firm_policy[prior, column] = firm
        node.yielding_policy[prior, column] = yielding
        recall_posterior(node, grid, prior, column)


@jit
def recall_posterior(node: Node, grid: Grid, prior: int, column: int) -> None:
    """Place the posterior of a move with known chances; one never made tells nothing."""
    firm = node.firm_policy[prior, column]
    yielding = node.yielding_policy[prior, column]
    log_odds = node.prior[prior]
    if firm > NEVER and yielding > NEVER:
        log_odds = after_move(log_odds, firm, yielding, node.most_shift)
    place = min(max((log_odds - grid.origin) / grid.step, 0.0), grid.points - 1.0)
    segment = min(int(place), grid.points - 2)
    node.segment[prior, column] = segment
    node.share[prior, column] = place - segment


@jit
def combine_best(node: Node, prior: int) -> None:
    """Worth when each type of the mover picks its best move, and others go by the public mix."""
    combine(node, prior)
    for own in range(node.mover, node.mover + 2):
        best = -1e300
        for column in range(node.moves):
            best = max(best, worth_on(node, prior, column, own))
        node.result[prior, own] = best
