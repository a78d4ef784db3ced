"""One decision under mutual suspicion: what may be done, its worth, and how it is chosen."""

from typing import Annotated, NamedTuple, Protocol

from detente.kernel.arithmetic import exp, log
from detente.kernel.beliefs import Grid, point, probability
from detente.kernel.jit import jit
from detente.kernel.layout import Array

MOVES = 12
POINTS = 17
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
    prior: Annotated[Array, (POINTS,), "belief about the mover before it moves [log-odds]"]
    value: Annotated[Array, (MOVES, POINTS, HOLDERS), "worth by move, posterior and type"]
    shifted: Annotated[Array, (MOVES, POINTS), "y: posterior less lambda times the types' gap"]
    slope: Annotated[Array, (MOVES, POINTS), "rise of the posterior with y, by segment"]
    is_monotone: Annotated[Array, (MOVES,), "1 where y rises throughout", int]
    is_folded: Annotated[int, "1 if some move's y does not rise throughout"]
    gap: Annotated[float, "largest difference between the types' worth"]
    is_wide: Annotated[int, "1 if the mover's worths lie too far from 0 for their exponentials"]
    hint: Annotated[Array, (MOVES,), "posterior to stay near, where y folds"]
    log_odds: Annotated[Array, (MOVES,), "posterior after each move"]
    worth: Annotated[Array, (2, MOVES), "worth of each move at its posterior, firm type and other"]
    rise: Annotated[Array, (2, MOVES), "rise of that worth over the posterior's segment"]
    bend: Annotated[Array, (MOVES,), "rise of each posterior with x, 0 off the grid"]
    best: Annotated[Array, (2,), "worth from which each type's pulls are measured"]
    pull: Annotated[Array, (2, MOVES), "pull of each move on the firm type and on the other"]
    total: Annotated[Array, (2,), "sum of the pulls on each type"]
    bent: Annotated[Array, (2,), "how that sum rises with x"]
    steepness: Annotated[float, "slope of the equation"]
    excess: Annotated[float, "what is left of the equation at its solution [log-odds]"]
    jump: Annotated[Array, (MOVES,), "posteriors at the low end of a bracket closed on a fold"]
    segment: Annotated[Array, (POINTS, MOVES), "grid segment of each posterior", int]
    share: Annotated[Array, (POINTS, MOVES), "place within the segment"]
    firm_policy: Annotated[Array, (POINTS, MOVES), "chance of each move, firm type"]
    yielding_policy: Annotated[Array, (POINTS, MOVES), "chance of each move, other type"]
    unsettled: Annotated[Array, (POINTS,), "1 where the residual is above .02", int]
    result: Annotated[Array, (POINTS, HOLDERS), "worth of the node by prior and holder"]
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
def open_row(node: Node, grid: Grid, mover: int, other: int) -> None:
    """Begin a row of nodes for one mover, at one belief about the other side."""
    for prior in range(grid.points):
        node.prior[prior] = point(grid, prior)
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
    for place in range(grid.points):
        tough = node.other if node.mover == 0 else place
        hard = place if node.mover == 0 else node.other
        for holder in range(HOLDERS):
            ends = entry.end_probability * entry.payoffs[holder]
            node.value[column, place, holder] = ends + goes_on * block[tough, hard, holder]
        node.value[column, place, node.mover] -= entry.cost
        node.value[column, place, node.mover + 1] -= entry.cost
    node.moves = column + 1


@jit
def add_result(node: Node, grid: Grid, chance: float, block: Array) -> None:
    """Add the row's worth, times a chance, to a block, shape (points, points, HOLDERS)."""
    for place in range(grid.points):
        tough = node.other if node.mover == 0 else place
        hard = place if node.mover == 0 else node.other
        for holder in range(HOLDERS):
            block[tough, hard, holder] += chance * node.result[place, holder]


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
    belief = probability(node.prior[prior])
    for holder in range(HOLDERS):
        node.result[prior, holder] = 0.0
    for column in range(node.moves):
        firm = node.firm_policy[prior, column]
        yielding = node.yielding_policy[prior, column]
        public = belief * firm + (1.0 - belief) * yielding
        if node.mover == 0:
            add(node, prior, column, Chances(firm, yielding, public, public, public))
        else:
            add(node, prior, column, Chances(public, public, firm, yielding, public))


@jit
def add(node: Node, prior: int, column: int, chances: Chances) -> None:
    """Add one move's worth, at the posterior it leads to, times its chance."""
    for holder in range(HOLDERS):
        node.result[prior, holder] += chances[holder] * worth_on(node, prior, column, holder)


@jit
def worth_on(node: Node, prior: int, column: int, holder: int) -> float:
    """Worth of a move to one type, at the posterior that it leads to."""
    segment = node.segment[prior, column]
    above = node.share[prior, column]
    below = 1.0 - above
    return (
        below * node.value[column, segment, holder]
        + above * node.value[column, segment + 1, holder]
    )
