"""One decision under mutual suspicion: what may be done, its worth, and how it is chosen."""

from typing import Annotated, NamedTuple, Protocol

from detente.kernel.arithmetic import exp, log
from detente.kernel.beliefs import Grid, point, probability
from detente.kernel.jit import jit
from detente.kernel.layout import Array

MOVES = 12
POINTS = 17
ABREAST = 4
"""Nodes of a row that the processor works out in one go."""
ROOM = 20
"""Room for the nodes of a row, in whole goes; what is past the last point is never read."""
LEAST_WEIGHT = 1e-60
"""A move of less weight never comes to mind."""
HOLDERS = 5
"""Whose worth is kept: the challenger hard and soft, the defender tough and weak, the ally."""


@jit
def attraction(
    weight: float,
    precision: Annotated[float, "lambda, per unit of value"],
    value: float,
) -> float:
    """Return the pull of one move, `weight * exp(precision * value)`.

    Quantal response (McKelvey & Palfrey 1998).
    The weight is the move's rate at indifference (MODEL 5.3): listing a move twice at half the
    weight changes nothing.
    """
    return weight * exp(precision * value)


@jit
def choose(values: Array, weights: Array, precision: float, probabilities: Array) -> float:
    """Fill the chances of each move and return the expected value of choosing.

    `values`, `weights`, `probabilities`: one number for each move, shape (n,). Values are shifted
    by their best before the exponential, which cancels in the chances.
    """
    best = highest(values)
    total = 0.0
    for move in range(values.shape[0]):
        probabilities[move] = attraction(weights[move], precision, values[move] - best)
        total += probabilities[move]
    expected = 0.0
    for move in range(values.shape[0]):
        probabilities[move] /= total
        expected += probabilities[move] * values[move]
    return expected


@jit
def inclusive_value(values: Array, weights: Array, precision: float) -> float:
    """Value when taste shocks are kept, `log(sum w exp(lambda v)) / lambda` (Rust 1987)."""
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


class Node(Protocol):
    """A row of decision nodes that differ in the prior only; at run time a record.

    The mover has two types; `value` holds, for each move and each posterior on the grid, the worth
    to the challenger hard and soft, the defender tough and weak, and the ally, in this order.
    Priors come last in every table, so that the nodes of a row are worked out side by side.
    """

    is_best_response: Annotated[int, "1: weigh stored policies against the best response"]
    precision: Annotated[float, "lambda"]
    tolerance: Annotated[float, "largest residual of the equation [log-odds]"]
    most_shift: Annotated[float, "most by which a move shifts its posterior [log-odds]"]
    mover: Annotated[int, "0: the challenger's types move, 2: the defender's"]
    other: Annotated[int, "grid index of the belief about the other side"]
    moves: Annotated[int, "moves on the menu"]
    move: Annotated[Array, (MOVES,), "which move each column is", int]
    weight: Annotated[Array, (MOVES,), "weight of each move"]
    prior: Annotated[Array, (ROOM,), "belief about the mover before it moves [log-odds]"]
    belief: Annotated[Array, (ROOM,), "the same as a probability"]
    value: Annotated[Array, (MOVES, HOLDERS, ROOM), "worth by move, type and posterior"]
    shifted: Annotated[Array, (MOVES, ROOM), "y: posterior less lambda times the types' gap"]
    slope: Annotated[Array, (MOVES, ROOM), "rise of the posterior with y, by segment"]
    is_monotone: Annotated[Array, (MOVES,), "1 where y rises throughout", int]
    is_folded: Annotated[int, "1 if some move's y does not rise throughout"]
    widest: Annotated[Array, (ROOM,), "largest difference between the types' worth, by posterior"]
    farthest: Annotated[Array, (ROOM,), "largest size of a worth to the mover, by posterior"]
    is_wide: Annotated[int, "1 if the mover's worths lie too far from 0 for their exponentials"]
    hint: Annotated[Array, (MOVES, ROOM), "posterior to stay near, where y folds"]
    is_open: Annotated[Array, (ROOM,), "1 until the equation closes, or its bracket does", int]
    low: Annotated[Array, (ROOM,), "low end of the bracket that holds x"]
    high: Annotated[Array, (ROOM,), "high end of it"]
    x: Annotated[Array, (ROOM,), "x, the unknown of each equation"]
    log_odds: Annotated[Array, (MOVES, ROOM), "posterior after each move"]
    worth: Annotated[Array, (2, MOVES, ROOM), "worth of each move there, firm type and other"]
    rise: Annotated[Array, (2, MOVES, ROOM), "rise of that worth over the posterior's segment"]
    bend: Annotated[Array, (MOVES, ROOM), "rise of each posterior with x, 0 off the grid"]
    best: Annotated[Array, (2, ROOM), "worth from which each type's pulls are measured"]
    pull: Annotated[Array, (2, MOVES, ROOM), "pull of each move on the firm type and on the other"]
    total: Annotated[Array, (2, ROOM), "sum of the pulls on each type"]
    bent: Annotated[Array, (2, ROOM), "how that sum rises with x"]
    odds: Annotated[Array, (ROOM,), "Z_firm / Z_other of each equation"]
    steepness: Annotated[Array, (ROOM,), "slope of each equation"]
    reached: Annotated[Array, (ROOM,), "left side of each equation [log-odds]"]
    excess: Annotated[Array, (ROOM,), "what is left of each equation at its solution [log-odds]"]
    jump: Annotated[Array, (MOVES,), "posteriors at the low end of a bracket closed on a fold"]
    segment: Annotated[Array, (MOVES, ROOM), "grid segment of each posterior", int]
    share: Annotated[Array, (MOVES, ROOM), "place within the segment"]
    firm_policy: Annotated[Array, (MOVES, ROOM), "chance of each move, firm type"]
    yielding_policy: Annotated[Array, (MOVES, ROOM), "chance of each move, other type"]
    unsettled: Annotated[Array, (POINTS,), "1 where the residual is above .02", int]
    result: Annotated[Array, (HOLDERS, ROOM), "worth of the node by holder and prior"]
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


class NodeRange(NamedTuple):
    """Nodes of a row that stand side by side: from the first up to, and without, the last."""

    first: int
    last: int


@jit
def from_start(index: int) -> int:
    """Return an index from the start of a row: one below 0 would be counted from its end.

    The compiler, which now sees that this one is not, leaves out what would count so.
    """
    return max(index, 0)


@jit
def whole_row(grid: Grid) -> NodeRange:
    """Return all nodes of a row, in whole goes."""
    return NodeRange(0, (grid.points + ABREAST - 1) // ABREAST * ABREAST)


class Payoffs(NamedTuple):
    """What an outcome is worth to each type and to the ally, for good."""

    hard: float
    soft: float
    tough: float
    weak: float
    ally: float


class Entry(NamedTuple):
    """One move on the menu: what it weighs, costs its mover, and how surely it ends the game."""

    move: int
    weight: float
    cost: float
    end_probability: float
    payoffs: Payoffs


@jit
def set_priors(node: Node, grid: Grid) -> None:
    """Let the nodes of each row stand at the points of a grid."""
    for place in range(grid.points):
        set_prior(node, place, point(grid, place))


@jit
def set_prior(node: Node, place: int, log_odds: float) -> None:
    """Set the belief about the mover before it moves, at one node of each row."""
    node.prior[place] = log_odds
    node.belief[place] = probability(log_odds)


@jit
def open_row(node: Node, mover: int, other: int) -> None:
    """Begin a row of nodes for one mover, at one belief about the other side."""
    node.mover = mover
    node.other = other
    node.moves = 0


@jit
def add_move(node: Node, grid: Grid, entry: Entry, block: Array) -> None:
    """Put a move on the menu: its end with `end_probability`, else the game goes on at `block`.

    `block`: worth by belief that the defender is tough, belief that the challenger is hard, and
    holder, shape (points, points, HOLDERS). A move of no weight never comes to mind.
    """
    if entry.weight < LEAST_WEIGHT:
        return
    column = node.moves
    node.move[column] = entry.move
    node.weight[column] = entry.weight
    goes_on = 1.0 - entry.end_probability
    mover, other, value = from_start(node.mover), from_start(node.other), node.value[column]
    for place in range(grid.points):
        tough = other if mover == 0 else place
        hard = place if mover == 0 else other
        for holder in range(HOLDERS):
            ends = entry.end_probability * entry.payoffs[holder]
            value[holder, place] = ends + goes_on * block[tough, hard, holder]
        value[mover, place] -= entry.cost
        value[mover + 1, place] -= entry.cost
    node.moves = column + 1


@jit
def add_result(node: Node, grid: Grid, chance: float, block: Array) -> None:
    """Add the row's worth, times a chance, to a block, shape (points, points, HOLDERS)."""
    mover, other = node.mover, from_start(node.other)
    for place in range(grid.points):
        tough = other if mover == 0 else place
        hard = place if mover == 0 else other
        for holder in range(HOLDERS):
            block[tough, hard, holder] += chance * node.result[holder, place]


class Chances(NamedTuple):
    """Chance of one move as each type reckons with it: its own policy, or the public mix."""

    hard: float
    soft: float
    tough: float
    weak: float
    ally: float


@jit
def combine(node: Node, prior: int) -> None:
    """Worth of the node to each type: the mover's by its own policy, others by the public mix."""
    is_challenger = node.mover == 0
    belief = node.belief[prior]
    worth = Payoffs(0.0, 0.0, 0.0, 0.0, 0.0)
    for column in range(node.moves):
        firm, yielding = node.firm_policy[column, prior], node.yielding_policy[column, prior]
        public = belief * firm + (1.0 - belief) * yielding
        chances = Chances(
            firm if is_challenger else public,
            yielding if is_challenger else public,
            public if is_challenger else firm,
            public if is_challenger else yielding,
            public,
        )
        worth = add(worth, chances, worths_on(node, prior, column))
    for holder in range(HOLDERS):
        node.result[holder, prior] = worth[holder]


@jit
def add(worth: Payoffs, chances: Chances, of_move: Payoffs) -> Payoffs:
    """Add one move's worth, at the posterior it leads to, times its chance."""
    return Payoffs(
        worth.hard + chances.hard * of_move.hard,
        worth.soft + chances.soft * of_move.soft,
        worth.tough + chances.tough * of_move.tough,
        worth.weak + chances.weak * of_move.weak,
        worth.ally + chances.ally * of_move.ally,
    )


@jit
def worths_on(node: Node, prior: int, column: int) -> Payoffs:
    """Worth of a move to each type, at the posterior that it leads to."""
    return Payoffs(
        worth_on(node, prior, column, 0),
        worth_on(node, prior, column, 1),
        worth_on(node, prior, column, 2),
        worth_on(node, prior, column, 3),
        worth_on(node, prior, column, 4),
    )


@jit
def worth_on(node: Node, prior: int, column: int, holder: int) -> float:
    """Worth of a move to one type, at the posterior that it leads to."""
    segment = from_start(node.segment[column, prior])
    above = node.share[column, prior]
    below = 1.0 - above
    return (
        below * node.value[column, holder, segment]
        + above * node.value[column, holder, segment + 1]
    )
