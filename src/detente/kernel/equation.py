"""What each type does, knowing what its move will be taken to mean: one equation a decision."""

from detente.kernel.arithmetic import INFINITY, log
from detente.kernel.beliefs import Grid, after_move, point
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.nodes import (
    ABREAST,
    ROOM,
    Node,
    NodeRange,
    combine,
    from_start,
    highest,
    whole_row,
)
from detente.kernel.posteriors import (
    gap_at,
    place_posteriors,
    pull,
    respond,
    segment_of,
    worth_at,
)

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

    `start` (points,) and `posteriors` (by move, then points) hold the last stage's solution and
    take this one's.
    """
    prepare(node, grid)
    if node.is_folded == 1:
        for column in range(node.moves):
            for prior in range(grid.points):
                node.hint[column, prior] = posteriors[node.move[column], prior]
    close_row(node, grid, start)
    for prior in range(grid.points):
        start[prior] = settle_node(node, grid, prior)
    for column in range(node.moves):
        for prior in range(grid.points):
            posteriors[node.move[column], prior] = node.log_odds[column, prior]
    finish(node, grid)


@jit
def prepare(node: Node, grid: Grid) -> None:
    """Tabulate y and its slope for each move, and note folds."""
    node.is_folded = 0
    for place in range(ROOM):
        node.widest[place] = 0.0
        node.farthest[place] = 0.0
    for column in range(node.moves):
        _shift(node, grid, column)
        node.is_monotone[column] = _tilt(node, grid, column)
        if node.is_monotone[column] == 0:
            node.is_folded = 1
    node.rows += 1
    node.folded_rows += node.is_folded


@jit
def _shift(node: Node, grid: Grid, column: int) -> None:
    mover, precision = from_start(node.mover), node.precision
    for place in range(grid.points):
        firm, other = node.value[column, mover, place], node.value[column, mover + 1, place]
        gap = firm - other
        node.widest[place] = max(node.widest[place], abs(gap))
        node.farthest[place] = max(node.farthest[place], abs(firm), abs(other))
        node.shifted[column, place] = point(grid, place) - precision * gap
    for place in range(grid.points, whole_row(grid).last):
        node.shifted[column, place] = INFINITY


@jit
def _tilt(node: Node, grid: Grid, column: int) -> int:
    folds = 0
    shifted, slope = node.shifted[column], node.slope[column]
    for place in range(grid.points - 1):
        rise = shifted[place + 1] - shifted[place]
        folds += int(rise <= FLAT)
        slope[place] = 1.0 / rise if rise != 0.0 else 0.0
    return int(folds == 0)


@jit
def close_row(node: Node, grid: Grid, start: Array) -> None:
    """Narrow the brackets `L0 -+ lambda max|gap|` until equations close or brackets do.

    A node that has closed stays where it is: worked out beside an open one it comes out the same.
    """
    open_brackets(node, grid, start)
    nodes = whole_row(grid)
    for step in range(MOST_STEPS):
        evaluate(node, grid, nodes)
        nodes = narrow(node, grid, nodes, step)
        if nodes.last == 0:
            break


@jit
def open_brackets(node: Node, grid: Grid, start: Array) -> None:
    """Open the bracket of each node of a row, at the last stage's solution if that lies within."""
    reach = node.precision * highest(node.widest[: grid.points]) + FLAT
    node.is_wide = int(node.precision * highest(node.farthest[: grid.points]) > WIDE)
    for prior in range(grid.points):
        node.best[0, prior] = 0.0
        node.best[1, prior] = 0.0
        target, guess = node.prior[prior], start[prior]
        low, high = target - reach, target + reach
        node.low[prior] = low
        node.high[prior] = high
        node.x[prior] = guess if low < guess < high else target
        node.is_open[prior] = 1


@jit
def narrow(node: Node, grid: Grid, nodes: NodeRange, step: int) -> NodeRange:
    """Narrow the brackets of a stretch of nodes, and return the stretch of those still open."""
    first, last = nodes.last, 0
    for prior in range(nodes.first, min(nodes.last, grid.points)):
        if node.is_open[prior] == 1:
            node.evaluations += 1
            node.excess[prior] = node.reached[prior] - node.prior[prior]
            is_closed = abs(node.excess[prior]) < node.tolerance
            if is_closed or node.high[prior] - node.low[prior] < CLOSED:
                node.is_open[prior] = 0
            else:
                move_on(node, prior, step)
                first = min(first, prior // ABREAST * ABREAST)
                last = prior // ABREAST * ABREAST + ABREAST
    return NodeRange(first, last)


@jit
def move_on(node: Node, prior: int, step: int) -> None:
    """Cut off the side of a bracket that x rules out, and move x by Newton's method.

    Where Newton is not to be trusted x goes to the middle.
    """
    x, excess, steepness = node.x[prior], node.excess[prior], node.steepness[prior]
    if excess > 0.0:
        node.high[prior] = x
    else:
        node.low[prior] = x
    low, high = node.low[prior], node.high[prior]
    newton = x - excess / steepness if steepness > SHALLOW and step < NEWTON_STEPS else low
    if low < newton < high:
        node.x[prior] = newton
    else:
        node.bisections += 1
        node.x[prior] = 0.5 * (low + high)


@jit
def settle_node(node: Node, grid: Grid, prior: int) -> float:
    """Return x of one node, after its bracket has closed; a fold is solved on the fold.

    The result is corrected by one more Newton step where that is safe: the next stage's start.
    """
    node.solved += 1
    x, excess, steepness = node.x[prior], node.excess[prior], node.steepness[prior]
    is_closed = abs(excess) < node.tolerance
    if node.is_folded == 1 and not is_closed:
        return solve_on_fold(node, grid, prior)
    return x - excess / steepness if steepness > SHALLOW and is_closed else x


@jit
def evaluate(node: Node, grid: Grid, nodes: NodeRange) -> None:
    """Take the left side of each node's equation at its x; fills posteriors, pulls and slopes."""
    for column in range(node.moves):
        place_posteriors(node, grid, column, nodes)
    total(node, nodes)


@jit
def total(node: Node, nodes: NodeRange) -> None:
    """Take the left side of each equation where the posteriors stand, and its slope."""
    pull(node, nodes)
    precision = node.precision
    firm, other = node.total[:, nodes.first : nodes.last]
    firm_bent, other_bent = node.bent[:, nodes.first : nodes.last]
    steepness, odds = node.steepness[nodes.first : nodes.last], node.odds[nodes.first : nodes.last]
    for place in range(firm.shape[0]):
        bent = firm_bent[place] / firm[place] - other_bent[place] / other[place]
        steepness[place] = 1.0 + precision * bent
        odds[place] = firm[place] / other[place]
    for prior in range(nodes.first, nodes.last):
        offset = precision * (node.best[0, prior] - node.best[1, prior])
        node.reached[prior] = node.x[prior] + (log(node.odds[prior]) + offset)


@jit
def solve_on_fold(node: Node, grid: Grid, prior: int) -> float:
    """Solve a node whose bracket closed on a fold: make the jumping posterior the unknown.

    The move whose posterior differs most between both ends of the bracket is the one that folds;
    bisect on its posterior l, with x = y(l). Where that closes on the fold of another move, the
    first is held near where it stands and the other's posterior becomes the unknown.
    """
    node.fold_fixes += 1
    x = node.x[prior]
    node.x[prior] = node.low[prior]
    evaluate(node, grid, NodeRange(prior, prior + 1))
    keep_ends(node, prior)
    node.x[prior] = node.high[prior]
    evaluate(node, grid, NodeRange(prior, prior + 1))
    for _ in range(node.moves):
        folding = widest_jump(node, prior)
        x = bisect_on_fold(node, grid, prior, folding)
        if abs(node.excess[prior]) < node.tolerance:
            break
    return x


@jit
def keep_ends(node: Node, prior: int) -> None:
    """Keep the posteriors at the low end of a bracket."""
    for column in range(node.moves):
        node.jump[column] = node.log_odds[column, prior]


@jit
def widest_jump(node: Node, prior: int) -> int:
    """Return the column whose posterior differs most between both ends of the bracket."""
    folding = 0
    widest = 0.0
    for column in range(node.moves):
        jump = abs(node.log_odds[column, prior] - node.jump[column])
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
    far = node.log_odds[folding, prior]
    middle = near
    for _ in range(FOLD_STEPS):
        middle = 0.5 * (near + far)
        evaluate_at(node, grid, prior, folding, middle)
        if abs(node.excess[prior]) < node.tolerance:
            return middle - node.precision * gap_at(node, grid, folding, middle)
        if node.excess[prior] > 0.0:
            far = middle
        else:
            near = middle
    hold_near(node, grid, prior, folding, middle)
    evaluate_at(node, grid, prior, folding, near)
    keep_ends(node, prior)
    evaluate_at(node, grid, prior, folding, far)
    return middle - node.precision * gap_at(node, grid, folding, middle)


@jit
def hold_near(node: Node, grid: Grid, prior: int, folding: int, log_odds: float) -> None:
    """Let a folding move stay near a posterior, and each that folds alike."""
    for column in range(node.moves):
        if folds_alike(node, grid, column, folding):
            node.hint[column, prior] = log_odds


@jit
def evaluate_at(node: Node, grid: Grid, prior: int, folding: int, log_odds: float) -> None:
    """Take what is left of one node's equation when one move's posterior is given."""
    one = NodeRange(prior, prior + 1)
    node.x[prior] = log_odds - node.precision * gap_at(node, grid, folding, log_odds)
    for column in range(node.moves):
        if folds_alike(node, grid, column, folding):
            node.log_odds[column, prior] = log_odds
            node.segment[column, prior] = segment_of(grid, log_odds)
            respond(node, grid, column, one)
        else:
            place_posteriors(node, grid, column, one)
    total(node, one)
    node.excess[prior] = node.reached[prior] - node.prior[prior]


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
def finish(node: Node, grid: Grid) -> None:
    """Turn pulls into policies, check the residuals, and work out the nodes' worth."""
    row = whole_row(grid)
    for column in range(node.moves):
        for prior in range(row.last):
            node.firm_policy[column, prior] = node.pull[0, column, prior] / node.total[0, prior]
            node.yielding_policy[column, prior] = node.pull[1, column, prior] / node.total[1, prior]
    for prior in range(grid.points):
        check(node, grid, prior)
        combine(node, prior)


@jit
def check(node: Node, grid: Grid, prior: int) -> None:
    """Check the residual where the equation did not close, and on a sample of all nodes.

    Where it closed, every posterior is off by the same excess, below the tolerance.
    """
    node.unsettled[prior] = 0
    node.unchecked += 1
    if abs(node.excess[prior]) < node.tolerance and node.unchecked < SAMPLED:
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
            node.firm_policy[column, prior],
            node.yielding_policy[column, prior],
            node.most_shift,
        )
        for own in range(2):
            worth = worth_at(node, grid, column, node.mover + own, belief)
            node.worth[own, column, prior] = worth
    pull(node, NodeRange(prior, prior + 1))
    largest = 0.0
    for column in range(node.moves):
        firm = node.pull[0, column, prior] / node.total[0, prior]
        yielding = node.pull[1, column, prior] / node.total[1, prior]
        firm -= node.firm_policy[column, prior]
        yielding -= node.yielding_policy[column, prior]
        largest = max(largest, abs(firm), abs(yielding))
    return largest
