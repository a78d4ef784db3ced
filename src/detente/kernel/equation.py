"""What each type does, knowing what its move will be taken to mean: one equation a decision."""

from typing import NamedTuple

from detente.kernel.arithmetic import log
from detente.kernel.beliefs import Grid, after_move, point
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.nodes import Node, combine
from detente.kernel.posteriors import gap_at, place_posterior, pull, respond, segment_of, worth_at

WIDE = 200.0
"""Exponents up to here, times weights, leave sums and their ratios far from overflow."""
FLAT = 1e-9
"""A rise of shifted log-odds at or below this counts as a fold."""
NEWTON_STEPS = 12
"""After so many steps of Newton's method, bisect."""
MOST_STEPS = 80
FOLD_STEPS = 60
SHALLOW = 0.05
"""Newton's method is not trusted where the slope is at or below this."""
CLOSED = 1e-11
"""A bracket narrower than this cannot be narrowed further."""
SAMPLED = 64
"""One node in so many has its residual taken in full, whatever the equation says."""
RESIDUAL_ALLOWED = 0.02
"""Largest residual of a settled node, as a change of a probability (MODEL 5.4)."""


@jit
def solve_row(node: Node, grid: Grid, start: Array, posteriors: Array) -> None:
    """Solve a row of nodes: quantal response and Bayes at once (MODEL 5.4).

    With l the posterior log-odds after move a, logit and Bayes give
    `l = L0 + lambda (Q_firm - Q_other)(a, l) - c`, c = log Z_firm - log Z_other common to all
    moves. With x = L0 - c, `y_a(l) := l - lambda (Q_firm - Q_other)(a, l) = x` has l in closed form
    on the grid's segments, so each node is one equation in x: `x + log(Z_firm / Z_other) = L0`.

    `start` (points,) and `posteriors` (points, MOVES, by move) hold the last stage's solution and
    take this one's.
    """
    prepare(node, grid)
    for prior in range(grid.points):
        if node.is_folded == 1:
            for column in range(node.moves):
                node.hint[column] = posteriors[prior, node.move[column]]
        start[prior] = solve_node(node, grid, prior, start[prior])
        finish(node, grid, prior)
        for column in range(node.moves):
            posteriors[prior, node.move[column]] = node.log_odds[column]


@jit
def prepare(node: Node, grid: Grid) -> None:
    """Tabulate y and its slope for each move, and note folds."""
    node.gap = 0.0
    node.is_wide = 0
    node.is_folded = 0
    for column in range(node.moves):
        _shift(node, grid, column)
        node.is_monotone[column] = _tilt(node, grid, column)
        if node.is_monotone[column] == 0:
            node.is_folded = 1
    node.rows += 1
    node.folded_rows += node.is_folded


@jit
def _shift(node: Node, grid: Grid, column: int) -> None:
    for place in range(grid.points):
        gap = types_gap(node, column, place)
        node.gap = max(node.gap, abs(gap))
        firm, other = (
            node.value[column, place, node.mover],
            node.value[column, place, node.mover + 1],
        )
        if node.precision * max(abs(firm), abs(other)) > WIDE:
            node.is_wide = 1
        node.shifted[column, place] = point(grid, place) - node.precision * gap


@jit
def types_gap(node: Node, column: int, place: int) -> float:
    """How much more a move is worth to the firm type, at a grid point."""
    return node.value[column, place, node.mover] - node.value[column, place, node.mover + 1]


@jit
def _tilt(node: Node, grid: Grid, column: int) -> int:
    is_monotone = 1
    for place in range(grid.points - 1):
        rise = node.shifted[column, place + 1] - node.shifted[column, place]
        if rise <= FLAT:
            is_monotone = 0
        node.slope[column, place] = 1.0 / rise if rise != 0.0 else 0.0
    return is_monotone


class Bracket(NamedTuple):
    """Where the solution of a node lies."""

    low: float
    high: float
    x: float


@jit
def solve_node(node: Node, grid: Grid, prior: int, guess: float) -> float:
    """Return x of one node, by Newton's method inside a bracket; a fold is solved on the fold.

    The result is corrected by one more Newton step where that is safe: the next stage's start.
    """
    node.solved += 1
    bracket = solve_in_bracket(node, grid, prior, guess)
    x = bracket.x
    if node.is_folded == 1 and abs(node.excess) >= node.tolerance:
        return solve_on_fold(node, grid, prior, bracket)
    if node.steepness > SHALLOW and abs(node.excess) < node.tolerance:
        return x - node.excess / node.steepness
    return x


@jit
def solve_in_bracket(node: Node, grid: Grid, prior: int, guess: float) -> Bracket:
    """Narrow the bracket `L0 -+ lambda max|gap|` until the equation closes or the bracket does."""
    target = node.prior[prior]
    reach = node.precision * node.gap + FLAT
    low = target - reach
    high = target + reach
    x = guess if low < guess < high else target
    for step in range(MOST_STEPS):
        node.excess = evaluate(node, grid, prior, x) - target
        node.evaluations += 1
        if abs(node.excess) < node.tolerance or high - low < CLOSED:
            break
        if node.excess > 0.0:
            high = x
        else:
            low = x
        x = next_guess(node, Bracket(low, high, x), step)
    return Bracket(low, high, x)


@jit
def next_guess(node: Node, bracket: Bracket, step: int) -> float:
    """Newton's next point, or the middle where Newton is not to be trusted."""
    if node.steepness > SHALLOW and step < NEWTON_STEPS:
        newton = bracket.x - node.excess / node.steepness
        if bracket.low < newton < bracket.high:
            return newton
    node.bisections += 1
    return 0.5 * (bracket.low + bracket.high)


@jit
def evaluate(node: Node, grid: Grid, prior: int, x: float) -> float:
    """Left side of the node's equation at x; fills posteriors, pulls and the slope."""
    for column in range(node.moves):
        place_posterior(node, grid, prior, column, x)
    return total(node, x)


@jit
def total(node: Node, x: float) -> float:
    """Left side of the equation where the posteriors stand, and its slope."""
    pull(node)
    node.steepness = 1.0 + node.precision * (
        node.bent[0] / node.total[0] - node.bent[1] / node.total[1]
    )
    apart = log(node.total[0] / node.total[1])
    return x + (apart + node.precision * (node.best[0] - node.best[1]))


@jit
def solve_on_fold(node: Node, grid: Grid, prior: int, bracket: Bracket) -> float:
    """Solve a node whose bracket closed on a fold: make the jumping posterior the unknown.

    The move whose posterior differs most between both ends of the bracket is the one that folds;
    bisect on its posterior l, with x = y(l). Where that closes on the fold of another move, the
    first is held near where it stands and the other's posterior becomes the unknown.
    """
    node.fold_fixes += 1
    evaluate(node, grid, prior, bracket.low)
    keep_ends(node)
    evaluate(node, grid, prior, bracket.high)
    x = bracket.x
    for _ in range(node.moves):
        folding = widest_jump(node)
        x = bisect_on_fold(node, grid, prior, folding)
        if abs(node.excess) < node.tolerance:
            break
    return x


@jit
def keep_ends(node: Node) -> None:
    """Keep the posteriors at the low end of a bracket."""
    for column in range(node.moves):
        node.jump[column] = node.log_odds[column]


@jit
def widest_jump(node: Node) -> int:
    """Return the column whose posterior differs most between both ends of the bracket."""
    folding = 0
    widest = 0.0
    for column in range(node.moves):
        jump = abs(node.log_odds[column] - node.jump[column])
        if jump > widest:
            widest = jump
            folding = column
    return folding


@jit
def bisect_on_fold(node: Node, grid: Grid, prior: int, folding: int) -> float:
    """Bisect on the folding move's posterior between its ends, `jump` and `log_odds`.

    Where it does not close, `jump` and `log_odds` are left with the ends of what is left.
    """
    near = node.jump[folding]
    far = node.log_odds[folding]
    middle = near
    for _ in range(FOLD_STEPS):
        middle = 0.5 * (near + far)
        node.excess = evaluate_at(node, grid, prior, folding, middle) - node.prior[prior]
        if abs(node.excess) < node.tolerance:
            return middle - node.precision * gap_at(node, grid, folding, middle)
        if node.excess > 0.0:
            far = middle
        else:
            near = middle
    hold_near(node, grid, folding, middle)
    evaluate_at(node, grid, prior, folding, near)
    keep_ends(node)
    node.excess = evaluate_at(node, grid, prior, folding, far) - node.prior[prior]
    return middle - node.precision * gap_at(node, grid, folding, middle)


@jit
def hold_near(node: Node, grid: Grid, folding: int, log_odds: float) -> None:
    """Let a folding move stay near a posterior, and each that folds alike."""
    for column in range(node.moves):
        if folds_alike(node, grid, column, folding):
            node.hint[column] = log_odds


@jit
def evaluate_at(node: Node, grid: Grid, prior: int, folding: int, log_odds: float) -> float:
    """Left side of the equation when one move's posterior is given."""
    x = log_odds - node.precision * gap_at(node, grid, folding, log_odds)
    for column in range(node.moves):
        if folds_alike(node, grid, column, folding):
            respond(node, grid, prior, column, log_odds, segment_of(grid, log_odds))
        else:
            place_posterior(node, grid, prior, column, x)
    return total(node, x)


@jit
def folds_alike(node: Node, grid: Grid, column: int, folding: int) -> bool:
    """Say whether a move's posterior goes with x as another's does, within the tolerance.

    A package that is listed twice has two such columns: none of them may be put on the fold alone.
    """
    for place in range(grid.points):
        apart = node.shifted[column, place] - node.shifted[folding, place]
        if abs(apart) > node.tolerance:
            return False
    return True


@jit
def finish(node: Node, grid: Grid, prior: int) -> None:
    """Turn pulls into policies, check the residual, and work out the node's worth."""
    for column in range(node.moves):
        node.firm_policy[prior, column] = node.pull[0, column] / node.total[0]
        node.yielding_policy[prior, column] = node.pull[1, column] / node.total[1]
    check(node, grid, prior)
    combine(node, prior)


@jit
def check(node: Node, grid: Grid, prior: int) -> None:
    """Check the residual where the equation did not close, and on a sample of all nodes.

    Where it closed, every posterior is off by the same excess, below the tolerance.
    """
    node.unsettled[prior] = 0
    node.unchecked += 1
    if abs(node.excess) < node.tolerance and node.unchecked < SAMPLED:
        return
    node.unchecked = 0
    residual = round_trip(node, grid, prior)
    node.checked += 1
    node.worst_residual = max(node.worst_residual, residual)
    node.unsettled[prior] = 1 if residual > RESIDUAL_ALLOWED else 0
    node.unsettled_nodes += node.unsettled[prior]


@jit
def round_trip(node: Node, grid: Grid, prior: int) -> float:
    """Largest change of a chance when the policies go through Bayes and choice once more."""
    for column in range(node.moves):
        belief = after_move(
            node.prior[prior],
            node.firm_policy[prior, column],
            node.yielding_policy[prior, column],
            node.most_shift,
        )
        for own in range(2):
            node.worth[own, column] = worth_at(node, grid, column, node.mover + own, belief)
    pull(node)
    largest = 0.0
    for column in range(node.moves):
        firm = node.pull[0, column] / node.total[0] - node.firm_policy[prior, column]
        yielding = node.pull[1, column] / node.total[1] - node.yielding_policy[prior, column]
        largest = max(largest, abs(firm), abs(yielding))
    return largest
