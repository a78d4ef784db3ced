"""Solves one question at all beliefs, or evaluates a best response to stored policies."""

from detente.kernel.beliefs import Grid, after_move, to_float64
from detente.kernel.equation import solve_nodes
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.nodes import (
    HOLDERS,
    Node,
    combine,
    node_at,
    node_between,
    non_negative,
    worth_on,
)
from detente.kernel.places import Place
from detente.kernel.tables import SolverWorkspace

NEVER = 1e-30
"""Chance below which a move counts as never made, since tables store chances in 32 bits."""


@jit
def solve_question(workspace: SolverWorkspace, place: Place, question: int, table: Array) -> None:
    """Solve the open question of the workspace, or evaluate a best response to its policies."""
    node, grid = workspace.node, workspace.grid
    start = workspace.work.start[place.posture, place.stance, question]
    posteriors = workspace.work.posteriors[place.posture, place.stance, question]
    solve_or_evaluate(node, grid, start, posteriors, table)
    if node.is_best_response == 1:
        return
    unsettled = workspace.policies.unsettled[place.stage, place.posture, place.stance, question]
    for tough in range(grid.points):
        for hard in range(grid.points):
            unsettled[tough, hard] = node.unsettled[node_between(node, tough, hard)]


@jit
def store_result(node: Node, grid: Grid, block: Array) -> None:
    """Write the worth of all nodes into a block, shape (points, points, HOLDERS) [value]."""
    for tough in range(grid.points):
        for hard in range(grid.points):
            at = node_between(node, tough, hard)
            for holder in range(HOLDERS):
                block[tough, hard, holder] = node.result[at, holder]


@jit
def solve_or_evaluate(
    node: Node, grid: Grid, start: Array, posteriors: Array, table: Array
) -> None:
    """Solve all nodes and store their policies, or evaluate a best response to stored policies.

    `table` has the chance of each move by both beliefs and the mover's type, shape (points, points,
    2, moves), float32. For a question with two answers it has only the first.
    """
    if node.is_best_response == 1:
        evaluate_policies(node, grid, table)
        return
    solve_nodes(node, grid, start, posteriors)
    for column in range(node.moves):
        move = non_negative(node.move[column])
        if move < table.shape[3]:
            store(node, column, table[:, :, 0, move], table[:, :, 1, move])


@jit
def store(node: Node, column: int, of_firm: Array, of_unresolved: Array) -> None:
    """Store the chances of one move by both beliefs, for the firm and the unresolved type."""
    firm, unresolved = node.firm_policy[column], node.unresolved_policy[column]
    for tough in range(of_firm.shape[0]):
        for hard in range(of_firm.shape[1]):
            at = node_between(node, tough, hard)
            of_firm[tough, hard] = firm[at]
            of_unresolved[tough, hard] = unresolved[at]


@jit
def evaluate_policies(node: Node, grid: Grid, table: Array) -> None:
    """Fill the worth of all nodes by stored policies, and the mover's by its best response."""
    for tough in range(table.shape[0]):
        for hard in range(table.shape[1]):
            load_policies(node, grid, node_between(node, tough, hard), table[tough, hard])
    combine(node)
    for at in range(node.nodes):
        # Only the mover departs from its policy: the worth to others is that of its stored policy.
        for own in range(node.mover, node.mover + 2):
            best = -1e300
            for column in range(node.moves):
                best = max(best, worth_on(node, at, column, own))
            node.result[at, own] = best


@jit
def load_policies(node: Node, grid: Grid, at: int, chances: Array) -> None:
    """Load a node's policies from the table, and compute the posteriors that they imply.

    `chances` has the chance of each move by the mover's type, shape (2, moves).
    """
    # Of two answers tables store the first; the chance of the second is the rest to 1.
    left_firm = 1.0
    left_unresolved = 1.0
    for column in range(node.moves):
        move = node.move[column]
        firm = to_float64(chances[0, move]) if move < chances.shape[1] else left_firm
        unresolved = to_float64(chances[1, move]) if move < chances.shape[1] else left_unresolved
        left_firm -= firm
        left_unresolved -= unresolved
        node.firm_policy[column, at] = firm
        node.unresolved_policy[column, at] = unresolved
        place_loaded_posterior(node, grid, at, column)


@jit
def place_loaded_posterior(node: Node, grid: Grid, at: int, column: int) -> None:
    """Fill the place of the posterior after a move, from its chances.

    A move that one of the two types never makes changes no belief.
    """
    firm = node.firm_policy[column, at]
    unresolved = node.unresolved_policy[column, at]
    log_odds = node.all_equations.prior[at]
    if firm > NEVER and unresolved > NEVER:
        log_odds = after_move(log_odds, firm, unresolved, node.most_shift)
    place = min(max((log_odds - grid.origin) / grid.step, 0.0), grid.points - 1.0)
    segment = min(int(place), grid.points - 2)
    node.all_equations.cell[column, at] = node_at(node, segment, node.all_equations.other[at])
    node.all_equations.share[column, at] = place - segment
