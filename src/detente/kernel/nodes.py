"""Decision nodes under two-sided uncertainty: the moves, their worth, and how one is chosen."""

from typing import Annotated, NamedTuple, Protocol

from detente.kernel.arithmetic import INFINITY, exp, log
from detente.kernel.beliefs import Grid, point, probability
from detente.kernel.jit import jit
from detente.kernel.layout import Array

MOVES = 17
MOST_POINTS = 17
"""Most points of a belief grid, needed for the finest grid of the verification (MODEL 5.4)."""
LANES = 4
"""Nodes that one vector instruction computes: four numbers of 64 bits."""
NODE_CAPACITY = 292
"""Most nodes of a question: 17 x 17 pairs of beliefs, padded to a multiple of LANES."""
SEARCH_CAPACITY = 340
"""Entries for 17 rows of 17 points, each row padded to a multiple of LANES: 17 x 20."""
LEAST_WEIGHT = 1e-60
"""Least weight of a move; a move of less weight is omitted from the menu."""
HOLDERS = 5
"""Holders of worth: the challenger resolved and not, the defender resolved and not, the ally."""
ALLY_HOLDER = 4
"""Index of the ally among the holders."""


@jit
def attraction(
    weight: float,
    precision: Annotated[float, "lambda, per unit of value"],
    value: float,
) -> float:
    """Return the attraction of a move, `weight * exp(precision * value)` (quantal response).

    The weight is proportional to the move's rate at indifference (MODEL 5.3), so that listing a
    move twice with half the weight changes nothing. McKelvey & Palfrey 1998.
    """
    return weight * exp(precision * value)


@jit
def choose(values: Array, weights: Array, precision: float, probabilities: Array) -> float:
    """Fill the chance of each move and return the expected value of the choice [value].

    `values`, `weights` and `probabilities` have one number for each move, shape (n,). The best
    value is subtracted before the exponential, to avoid overflow; it cancels in the chances.
    """
    best = highest(values)
    total = 0.0
    for move in range(values.shape[0]):
        probabilities[move] = attraction(weights[move], precision, values[move] - best)
        total += probabilities[move]
    expected = 0.0
    for move in range(values.shape[0]):
        # The best move adds its own weight to the total, which is therefore above 0.
        probabilities[move] /= total
        expected += probabilities[move] * values[move]
    return expected


@jit
def inclusive_value(values: Array, weights: Array, precision: float) -> float:
    """Return the inclusive value, `log(sum w exp(lambda v)) / lambda` (Rust 1987) [value].

    It is the expected value of the choice if the random shocks to the moves' values are counted.
    """
    best = highest(values)
    total = 0.0
    for move in range(values.shape[0]):
        total += attraction(weights[move], precision, values[move] - best)
    return best + log(total) / precision


@jit
def highest(values: Array) -> float:
    """Return the largest of one or more values."""
    best = values[0]
    for move in range(1, values.shape[0]):
        best = max(best, values[move])
    return best


class Equations(Protocol):
    """Equations of several nodes, solved together, each with its own unknown x; a record."""

    are_all: Annotated[int, "1: those of all nodes, row by row"]
    node: Annotated[Array, (NODE_CAPACITY,), "which node each belongs to", int]
    other: Annotated[Array, (NODE_CAPACITY,), "grid index of the belief about the other side", int]
    row: Annotated[Array, (NODE_CAPACITY,), "where tables have the first point of its row", int]
    prior: Annotated[Array, (NODE_CAPACITY,), "belief about the mover before it moves [log-odds]"]
    x: Annotated[Array, (NODE_CAPACITY,), "x, the unknown of each equation"]
    log_odds: Annotated[Array, (MOVES, NODE_CAPACITY), "posterior after each move"]
    cell: Annotated[
        Array, (MOVES, NODE_CAPACITY), "where tables have the point below it, by `node_at`", int
    ]
    share: Annotated[Array, (MOVES, NODE_CAPACITY), "place between that point and the next"]
    is_bounded: Annotated[Array, (NODE_CAPACITY,), "1 where a posterior is held within reach", int]
    moves_with_x: Annotated[
        Array, (MOVES, NODE_CAPACITY), "1 where the posterior moves with x", int
    ]
    worth: Annotated[Array, (2, NODE_CAPACITY), "worth of one move there, firm type and unresolved"]
    rise: Annotated[Array, (2, NODE_CAPACITY), "rise of that worth from that point to the next"]
    posterior_slope: Annotated[
        Array, (NODE_CAPACITY,), "rise of the posterior after that move with x"
    ]
    best: Annotated[Array, (2, NODE_CAPACITY), "worth from which each type's pulls are measured"]
    attraction: Annotated[
        Array,
        (2, MOVES, NODE_CAPACITY),
        "pull of each move on the firm type and on the unresolved one",
    ]
    total: Annotated[Array, (2, NODE_CAPACITY), "sum of the pulls on each type"]
    total_slope: Annotated[Array, (2, NODE_CAPACITY), "how that sum rises with x"]
    odds: Annotated[Array, (NODE_CAPACITY,), "Z_firm / Z_other of each equation"]
    steepness: Annotated[Array, (NODE_CAPACITY,), "slope of each equation"]
    left_side: Annotated[Array, (NODE_CAPACITY,), "left side of each equation [log-odds]"]


class Node(Protocol):
    """The decision nodes of one question, which differ only in beliefs; a record.

    The mover has two types. `value` holds, for each move and each posterior on the grid, the worth
    to the HOLDERS. In all tables each belief about the other side has a row, which lists the
    beliefs about the mover. Entries past the last node are padding.
    """

    is_best_response: Annotated[int, "1: weigh stored policies against the best response"]
    precision: Annotated[float, "lambda"]
    tolerance: Annotated[float, "largest residual of the equation [log-odds]"]
    most_shift: Annotated[float, "most by which a move shifts its posterior [log-odds]"]
    others: Annotated[int, "beliefs about the other side, a row each"]
    points: Annotated[int, "beliefs about the mover"]
    nodes: Annotated[int, "nodes, one for each pair of beliefs"]
    padded_nodes: Annotated[int, "the same, padded to a multiple of LANES"]
    belief: Annotated[Array, (MOST_POINTS,), "points of the belief grid as probabilities"]
    prior_probability: Annotated[
        Array, (NODE_CAPACITY,), "belief about the mover before it moves, a probability"
    ]
    mover: Annotated[int, "0: the challenger's types move, 2: the defender's"]
    moves: Annotated[int, "moves on the menu"]
    move: Annotated[Array, (MOVES,), "which move each column is", int]
    weight: Annotated[Array, (MOVES,), "weight of each move"]
    value: Annotated[Array, (MOVES, NODE_CAPACITY, HOLDERS), "worth by move, posterior and type"]
    is_within: Annotated[Array, (NODE_CAPACITY,), "0 at the last point of a row, else 1", int]
    point: Annotated[Array, (NODE_CAPACITY,), "posterior at which each worth stands [log-odds]"]
    end_worth: Annotated[
        Array, (HOLDERS,), "worth of the last listed move if it ends the game, times its chance"
    ]
    costs: Annotated[Array, (HOLDERS,), "cost to each [value]"]
    shifted: Annotated[
        Array, (MOVES, NODE_CAPACITY), "y: posterior less lambda times the types' gap"
    ]
    searched: Annotated[
        Array, (MOVES, SEARCH_CAPACITY), "y, each row padded to a multiple of LANES with infinity"
    ]
    slope: Annotated[Array, (MOVES, NODE_CAPACITY), "rise of the posterior with y, by segment"]
    falls: Annotated[Array, (MOVES,), "1 where y does not rise throughout in some row", int]
    is_folded: Annotated[Array, (MOVES, MOST_POINTS), "1 for a row whose equation folds", int]
    has_fold: Annotated[Array, (MOST_POINTS,), "1 if some move's y folds, by row", int]
    widest_gap: Annotated[
        Array, (NODE_CAPACITY,), "largest difference between the types' worth, by posterior"
    ]
    largest_worth: Annotated[
        Array, (NODE_CAPACITY,), "largest size of a worth to the mover, by posterior"
    ]
    is_wide: Annotated[Array, (MOST_POINTS,), "1 if a row's worths lie too far from 0", int]
    has_wide: Annotated[int, "1 if the worths of some row do"]
    hint: Annotated[Array, (MOVES, NODE_CAPACITY), "posterior to stay near, where y folds"]
    open_nodes: Annotated[
        Array, (NODE_CAPACITY,), "nodes whose equation, and bracket, has not closed", int
    ]
    low: Annotated[Array, (NODE_CAPACITY,), "low end of the bracket that holds x"]
    high: Annotated[Array, (NODE_CAPACITY,), "high end of it"]
    all_equations: Annotated[Equations, "the equations of all nodes"]
    active: Annotated[Equations, "those of nodes that are still open"]
    excess: Annotated[
        Array, (NODE_CAPACITY,), "residual of each equation at its solution [log-odds]"
    ]
    jump: Annotated[Array, (MOVES,), "posteriors at the low end of a bracket closed on a fold"]
    firm_policy: Annotated[Array, (MOVES, NODE_CAPACITY), "chance of each move, firm type"]
    unresolved_policy: Annotated[
        Array, (MOVES, NODE_CAPACITY), "chance of each move, unresolved type"
    ]
    unsettled: Annotated[Array, (NODE_CAPACITY,), "1 where the residual is above .02", int]
    result: Annotated[Array, (NODE_CAPACITY, HOLDERS), "worth of each node by holder"]
    unchecked: Annotated[int, "nodes since the last residual was taken"]
    checked: Annotated[int, "count of residuals taken"]
    solved: Annotated[int, "count of nodes solved"]
    evaluations: Annotated[int, "count of evaluations of the equation"]
    bisections: Annotated[int, "count of steps of bisection"]
    rows: Annotated[int, "count of rows"]
    folded_rows: Annotated[int, "count of rows with a fold"]
    fold_fixes: Annotated[int, "count of nodes solved on a fold"]
    unsettled_nodes: Annotated[int, "count of nodes whose residual is above .02"]
    worst_residual: Annotated[float, "largest residual met, as a change of a probability"]
    not_representable: Annotated[
        int, "count of worths that 32 bits do not hold, or that are no numbers"
    ]


@jit
def node_at(node: Node, own_belief: int, other: int) -> int:
    """Return a node's index in tables, from grid indices of the beliefs.

    `own_belief` is the belief about the mover, `other` that about the other side.
    """
    return non_negative(other * node.points + own_belief)


@jit
def node_between(node: Node, tough: int, hard: int) -> int:
    """Return a node's index in tables, from grid indices of the beliefs.

    `tough` is the belief about the defender, `hard` that about the challenger.
    """
    return node_at(node, hard, tough) if node.mover == 0 else node_at(node, tough, hard)


@jit
def non_negative(index: int) -> int:
    """Return an index that is 0 or more, in a form that tells the compiler so.

    Numba tests each index for a negative one, which counts from the end of an array; it omits the
    test for an index from this function.
    """
    return max(index, 0)


@jit
def padded(count: int) -> int:
    """Return a count rounded up to a multiple of LANES."""
    return (count + LANES - 1) // LANES * LANES


class Payoffs(NamedTuple):
    """The worth of an outcome that ends the game, to each type and to the ally [value]."""

    hard: float
    soft: float
    tough: float
    weak: float
    ally: float


class Entry(NamedTuple):
    """One move on the menu."""

    move: int
    weight: float
    cost: float
    end_probability: float
    payoffs: Payoffs


@jit
def set_priors(node: Node, grid: Grid, others: int) -> None:
    """Set the nodes' priors to the points of a grid: a row for each belief about the other side."""
    node.others, node.points = others, grid.points
    node.nodes = others * grid.points
    node.padded_nodes = padded(node.nodes)
    # No x exceeds an infinite entry, so the padding of a row is never counted.
    node.searched[:] = INFINITY
    node.all_equations.are_all = 1
    set_points(node, grid)
    for own_belief in range(grid.points):
        node.belief[own_belief] = probability(point(grid, own_belief))
        for other in range(others):
            set_prior(node, (own_belief, other), point(grid, own_belief))
    # Padding repeats the last row, so that vector instructions never read outside the tables.
    for at in range(node.nodes, node.padded_nodes):
        node.all_equations.row[at] = node_at(node, 0, others - 1)


@jit
def set_points(node: Node, grid: Grid) -> None:
    """Set the posteriors at which worths are tabulated to the points of a grid."""
    for other in range(node.others):
        for own_belief in range(grid.points):
            at = node_at(node, own_belief, other)
            node.point[at] = point(grid, own_belief)
            node.is_within[at] = int(own_belief < grid.points - 1)


@jit
def set_prior(node: Node, beliefs: tuple[int, int], log_odds: float) -> None:
    """Set the prior of one node.

    `beliefs` are grid indices, about the mover and about the other side.
    """
    at = node_at(node, beliefs[0], beliefs[1])
    node.all_equations.node[at] = at
    node.all_equations.other[at] = beliefs[1]
    node.all_equations.row[at] = node_at(node, 0, beliefs[1])
    node.all_equations.prior[at] = log_odds
    node.prior_probability[at] = probability(log_odds)


@jit
def begin_menu(node: Node, mover: int) -> None:
    """Begin a question with an empty menu; `mover` is 0 for the challenger, 2 for the defender."""
    node.mover = mover
    node.moves = 0


@jit
def add_move(node: Node, grid: Grid, entry: Entry, block: Array) -> None:
    """Add a move to the menu.

    It ends the game with `end_probability`; otherwise its worth is that of `block`, by both beliefs
    and holder, shape (points, points, HOLDERS). A move of less than LEAST_WEIGHT is omitted.
    """
    if entry.weight < LEAST_WEIGHT:
        return
    column = node.moves
    node.move[column] = entry.move
    node.weight[column] = entry.weight
    mover = node.mover
    for holder in range(HOLDERS):
        node.end_worth[holder] = entry.end_probability * entry.payoffs[holder]
        # Only the mover pays the cost, whatever its type.
        node.costs[holder] = entry.cost if mover <= holder <= mover + 1 else 0.0
    continuation_probability = 1.0 - entry.end_probability
    for tough in range(grid.points):
        for hard in range(grid.points):
            worth, spot = block[tough, hard], (column, node_between(node, tough, hard))
            fill_worth(node, spot, continuation_probability, worth, 0)
            fill_worth(node, spot, continuation_probability, worth, 1)
            fill_worth(node, spot, continuation_probability, worth, 2)
            fill_worth(node, spot, continuation_probability, worth, 3)
            fill_worth(node, spot, continuation_probability, worth, ALLY_HOLDER)
    node.moves = column + 1


@jit
def fill_worth(
    node: Node, spot: tuple[int, int], continuation_probability: float, worth: Array, holder: int
) -> None:
    """Fill the worth of a move to one holder at one posterior.

    `spot` is the move's column and the index of the posterior; `worth` is the continuation if the
    move does not end the game, by holder.
    """
    whole = node.end_worth[holder] + continuation_probability * worth[holder]
    node.value[spot[0], spot[1], holder] = whole - node.costs[holder]


@jit
def add_result(node: Node, grid: Grid, chance: float, block: Array) -> None:
    """Add the worth of all nodes times a chance to a block, shape (points, points, HOLDERS)."""
    for tough in range(grid.points):
        for hard in range(grid.points):
            at = node_between(node, tough, hard)
            for holder in range(HOLDERS):
                block[tough, hard, holder] += chance * node.result[at, holder]


@jit
def combine(node: Node) -> None:
    """Fill the worth of each node, by holder.

    Each type of the mover expects its own policy; everyone else expects the mean of both types'
    policies, weighted by the belief.
    """
    own, facing = non_negative(node.mover), non_negative(2 - node.mover)
    for at in range(node.nodes):
        belief = node.prior_probability[at]
        of_firm, of_unresolved, of_first, of_second, of_ally = 0.0, 0.0, 0.0, 0.0, 0.0
        for column in range(node.moves):
            firm, unresolved = node.firm_policy[column, at], node.unresolved_policy[column, at]
            # Others do not know the mover's type, so they average over it. The worth of a move is
            # read at the posterior after it.
            public = belief * firm + (1.0 - belief) * unresolved
            of_firm += firm * worth_on(node, at, column, own)
            of_unresolved += unresolved * worth_on(node, at, column, own + 1)
            of_first += public * worth_on(node, at, column, facing)
            of_second += public * worth_on(node, at, column, facing + 1)
            of_ally += public * worth_on(node, at, column, ALLY_HOLDER)
        node.result[at, own], node.result[at, own + 1] = of_firm, of_unresolved
        node.result[at, facing], node.result[at, facing + 1] = of_first, of_second
        node.result[at, ALLY_HOLDER] = of_ally


@jit
def worth_on(node: Node, at: int, column: int, holder: int) -> float:
    """Return the worth of a move to one holder at the posterior that it leads to [value]."""
    cell = non_negative(node.all_equations.cell[column, at])
    above = node.all_equations.share[column, at]
    below, beyond = node.value[column, cell, holder], node.value[column, cell + 1, holder]
    return (1.0 - above) * below + above * beyond
