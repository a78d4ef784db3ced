"""Equilibrium at a decision node: both types' choices and the beliefs that they lead to."""

from detente.kernel.arithmetic import fill_logs
from detente.kernel.beliefs import Grid, after_move, point
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.nodes import Equations, Node, combine, node_at, non_negative, padded
from detente.kernel.posteriors import (
    gap_at,
    place_posteriors,
    respond,
    segment_of,
    sum_attractions,
)

WIDE = 200.0
"""Largest exponent with which weighted sums and their ratios stay far from overflow.

An attraction is then 7e86 at most, and the square of a sum of them does not overflow either.
"""
FLAT = 1e-9
"""A rise of the shifted log-odds at or below this counts as a fold [log-odds].

It is far above the rounding error of log-odds, some 1e-15, and far below the tolerance of an
equation, .01.
"""
NEWTON_STEPS = 12
"""Newton steps before the solver bisects.

Most equations close within 2; with 6 or 24 no future of `oman-2026` differs.
"""
MOST_STEPS = 80
"""Most steps in all; some 45 halvings close a bracket."""
FOLD_STEPS = 60
"""Halvings of the jump at a fold; its ends are then neighbouring floating-point numbers."""
SHALLOW = 0.05
"""Slope at or below which Newton's method is not used, since its step would be too long.

With half or twice as much no future of `oman-2026` differs.
"""
CLOSED = 1e-11
"""Width below which a bracket counts as closed, near the spacing of floating-point numbers."""
SAMPLED = 64
"""One node in this many has its residual computed in full although its equation closed.

The sample takes .3 % of the time of a run.
"""
RESIDUAL_ALLOWED = 0.02
"""Largest residual of a settled node, as a change of a probability (MODEL 5.4)."""


@jit
def solve_nodes(node: Node, grid: Grid, start: Array, posteriors: Array) -> None:
    """Solve quantal response and Bayes' rule together at the nodes of a question (MODEL 5.4).

    With l the posterior log-odds after move a, logit and Bayes give
    `l = L0 + lambda (Q_firm - Q_other)(a, l) - c`, c = log Z_firm - log Z_other common to all
    moves. With x = L0 - c, `y_a(l) := l - lambda (Q_firm - Q_other)(a, l) = x` has l in closed form
    on the grid's segments, so each node is one equation in x: `x + log(Z_firm / Z_other) = L0`.

    `start`, shape (nodes,), and `posteriors`, shape (moves, nodes), hold the solution of the stage
    solved before and are overwritten with this stage's.
    """
    tabulate(node)
    for column in range(node.moves):
        # A move whose y folds has several posteriors: the one nearest to the last stage's is used.
        if node.falls[column] == 1:
            for at in range(node.nodes):
                node.hint[column, at] = posteriors[node.move[column], at]
    # Plain iteration of policies and beliefs seems to converge but is wrong if sides are nearly
    # rational (docs/decisions.md).
    close_nodes(node, grid, start)
    for other in range(node.others):
        for own_belief in range(grid.points):
            at = node_at(node, own_belief, other)
            start[at] = finish_node(node, grid, at)
    for column in range(node.moves):
        kept, found = posteriors[node.move[column]], node.all_equations.log_odds[column]
        for at in range(node.nodes):
            kept[at] = found[at]
    finish(node, grid)


@jit
def tabulate(node: Node) -> None:
    """Tabulate y and the inverse of its rise between grid points for each move, and find folds."""
    for at in range(node.padded_nodes):
        node.widest_gap[at] = 0.0
        node.largest_worth[at] = 0.0
    for other in range(node.others):
        node.has_fold[other] = 0
    for column in range(node.moves):
        _tabulate_shifted(node, column)
        _tabulate_slopes(node, column)
        if node.falls[column] == 1:
            _find_folds(node, column)
    node.rows += node.others
    for other in range(node.others):
        node.folded_rows += node.has_fold[other]


@jit
def _tabulate_shifted(node: Node, column: int) -> None:
    """Fill y of a move at each grid point, and the largest gap and worth met so far."""
    mover, precision = non_negative(node.mover), node.precision
    value = node.value[column]
    shifted, point = node.shifted[column], node.point
    widest, farthest = node.widest_gap, node.largest_worth
    for at in range(node.nodes):
        firm, unresolved = value[at, mover], value[at, mover + 1]
        gap = firm - unresolved
        widest[at] = max(widest[at], abs(gap))
        farthest[at] = max(farthest[at], abs(firm), abs(unresolved))
        shifted[at] = point[at] - precision * gap
    width = padded(node.points)
    # Rows are copied and end in infinite padding, so that vectors compare whole rows.
    for other in range(node.others):
        row = node_at(node, 0, other)
        of_row = node.searched[column, other * width : other * width + node.points]
        for own_belief in range(of_row.shape[0]):
            of_row[own_belief] = shifted[row + own_belief]


@jit
def _tabulate_slopes(node: Node, column: int) -> None:
    """Fill the inverse of y's rise between grid points, and note whether y falls anywhere."""
    shifted, slope, falls = node.shifted[column], node.slope[column], 0
    for at in range(node.nodes - 1):
        rise = shifted[at + 1] - shifted[at]
        slope[at] = 1.0 / rise if rise != 0.0 else 0.0
        # The step from a row's last node to the next row's first is no segment and does not count.
        falls += node.is_within[at] * int(rise <= FLAT)
    node.falls[column] = int(falls > 0)


@jit
def _find_folds(node: Node, column: int) -> None:
    """Mark the rows in which y of a move does not rise throughout."""
    for other in range(node.others):
        falls = 0
        for own_belief in range(node.points - 1):
            at = node_at(node, own_belief, other)
            falls += int(node.shifted[column, at + 1] - node.shifted[column, at] <= FLAT)
        node.is_folded[column, other] = int(falls > 0)
        node.has_fold[other] = max(node.has_fold[other], node.is_folded[column, other])


@jit
def close_nodes(node: Node, grid: Grid, start: Array) -> None:
    """Shrink the brackets `L0 -+ lambda max|gap|` until equations or brackets close.

    The first step evaluates all nodes together, later ones only those that are still active.
    """
    open_brackets(node, grid, start)
    evaluate(node, grid, node.all_equations, node.padded_nodes)
    count = node.nodes
    for step in range(MOST_STEPS):
        count = shrink_brackets(node, count, step)
        if count == 0 or step == MOST_STEPS - 1:
            break
        evaluate_active(node, grid, count)


@jit
def open_brackets(node: Node, grid: Grid, start: Array) -> None:
    """Set each node's bracket, and its x to the last stage's solution if that is inside."""
    every = node.all_equations
    node.has_wide = 0
    for other in range(node.others):
        widest, farthest = 0.0, 0.0
        for own_belief in range(grid.points):
            at = node_at(node, own_belief, other)
            widest = max(widest, node.widest_gap[at])
            farthest = max(farthest, node.largest_worth[at])
        # `Z_firm / Z_other` is a weighted mean of `exp(lambda gap)` over moves, so that its
        # logarithm, `L0 - x`, is at most lambda times the widest gap in size.
        half_width = node.precision * widest + FLAT
        node.is_wide[other] = int(node.precision * farthest > WIDE)
        node.has_wide = max(node.has_wide, node.is_wide[other])
        for own_belief in range(grid.points):
            at = node_at(node, own_belief, other)
            target, guess = every.prior[at], start[at]
            low, high = target - half_width, target + half_width
            node.low[at] = low
            node.high[at] = high
            # Neighbouring stages differ little: the last solution is the first guess.
            every.x[at] = guess if low < guess < high else target
            node.open_nodes[at] = at


@jit
def shrink_brackets(node: Node, count: int, step: int) -> int:
    """Shrink the brackets of active nodes, and return how many are still active."""
    left = 0
    for slot in range(count):
        at = node.open_nodes[slot]
        excess = node.all_equations.left_side[at] - node.all_equations.prior[at]
        node.excess[at] = excess
        is_closed = abs(excess) < node.tolerance
        if not (is_closed or node.high[at] - node.low[at] < CLOSED):
            shrink_bracket(node, at, step)
            node.open_nodes[left] = at
            left += 1
    node.evaluations += count
    return left


@jit
def shrink_bracket(node: Node, at: int, step: int) -> None:
    """Shrink a node's bracket at x, and set the next x by Newton's method or bisection."""
    x, excess, steepness = (
        node.all_equations.x[at],
        node.excess[at],
        node.all_equations.steepness[at],
    )
    if excess > 0.0:
        node.high[at] = x
    else:
        node.low[at] = x
    low, high = node.low[at], node.high[at]
    # The left side has kinks where a posterior passes a grid point, and Newton's method may cycle
    # between two pieces for ever. So it is kept within the bracket and ends after NEWTON_STEPS.
    newton = x - excess / steepness if steepness > SHALLOW and step < NEWTON_STEPS else low
    if low < newton < high:
        node.all_equations.x[at] = newton
    else:
        node.bisections += 1
        node.all_equations.x[at] = 0.5 * (low + high)


@jit
def finish_node(node: Node, grid: Grid, at: int) -> float:
    """Return x of a node after the search; a bracket closed on a fold is solved on the fold.

    Where the slope allows it, x gets one more Newton step: it is the next stage's first guess.
    """
    node.solved += 1
    x, excess, steepness = (
        node.all_equations.x[at],
        node.excess[at],
        node.all_equations.steepness[at],
    )
    is_closed = abs(excess) < node.tolerance
    if not is_closed and node.has_fold[node.all_equations.other[at]] == 1:
        # The left side jumps at a fold: the bracket has closed on the jump, where no x solves it.
        return solve_on_fold(node, grid, at)
    return x - excess / steepness if steepness > SHALLOW and is_closed else x


@jit
def evaluate(node: Node, grid: Grid, at: Equations, count: int) -> None:
    """Fill the left side of each equation at its x, with posteriors, attractions and slopes."""
    for column in range(node.moves):
        place_posteriors(node, grid, at, column, count)
    sum_left_side(node, at, count)


@jit
def sum_left_side(node: Node, at: Equations, count: int) -> None:
    """Fill the left side of each equation and its slope, given the posteriors."""
    sum_attractions(node, at, count)
    precision = node.precision
    firm, unresolved, firm_bent, unresolved_bent = (
        at.total[0],
        at.total[1],
        at.total_slope[0],
        at.total_slope[1],
    )
    for slot in range(count):
        # Sums of slopes omit the common factor lambda; it is applied here once.
        total_slope = firm_bent[slot] / firm[slot] - unresolved_bent[slot] / unresolved[slot]
        at.steepness[slot] = 1.0 + precision * total_slope
        at.odds[slot] = firm[slot] / unresolved[slot]
    # The logarithm of a ratio costs half of two logarithms, and the loop is vectorised.
    fill_logs(at.odds, at.left_side, count)
    for slot in range(count):
        offset = precision * (at.best[0, slot] - at.best[1, slot])
        at.left_side[slot] = at.x[slot] + (at.left_side[slot] + offset)


@jit
def evaluate_active(node: Node, grid: Grid, count: int) -> None:
    """Evaluate the equations of active nodes, and copy the results back."""
    # Slots past the last active node repeat the first one, so that vectors read valid entries.
    for slot in range(padded(count)):
        copy_in(node, slot, node.open_nodes[slot if slot < count else 0])
    evaluate(node, grid, node.active, padded(count))
    for slot in range(count):
        copy_out(node, slot)


@jit
def copy_in(node: Node, slot: int, at: int) -> None:
    """Copy a node into a slot of the active equations, at its x."""
    node.active.node[slot] = at
    node.active.other[slot] = node.all_equations.other[at]
    node.active.row[slot] = node.all_equations.row[at]
    node.active.prior[slot] = node.all_equations.prior[at]
    node.active.x[slot] = node.all_equations.x[at]


@jit
def copy_out(node: Node, slot: int) -> None:
    """Copy the results of an active equation back to its node."""
    active, every = node.active, node.all_equations
    at = active.node[slot]
    every.x[at] = active.x[slot]
    every.steepness[at] = active.steepness[slot]
    every.left_side[at] = active.left_side[slot]
    for own in range(2):
        every.total[own, at] = active.total[own, slot]
        for column in range(node.moves):
            every.attraction[own, column, at] = active.attraction[own, column, slot]
    for column in range(node.moves):
        every.log_odds[column, at] = active.log_odds[column, slot]
        every.cell[column, at] = active.cell[column, slot]
        every.share[column, at] = active.share[column, slot]


@jit
def solve_on_fold(node: Node, grid: Grid, at: int) -> float:
    """Solve a node whose bracket closed on a fold: make the jumping posterior the unknown.

    The folding move is the one whose posterior differs most between both ends of the bracket.
    Bisect on its posterior l, with x = y(l). If that closes on the fold of another move, hold the
    first posterior near its present value and make the other one the unknown.
    """
    node.fold_fixes += 1
    copy_in(node, 0, at)
    active = node.active
    x = active.x[0]
    # `jump` holds the posteriors at the low end, `log_odds` those at the high end.
    active.x[0] = node.low[at]
    evaluate(node, grid, active, 1)
    store_low_end(node)
    active.x[0] = node.high[at]
    evaluate(node, grid, active, 1)
    for _ in range(node.moves):
        folding = widest_jump(node)
        x = bisect_on_fold(node, grid, folding)
        if abs(node.excess[at]) < node.tolerance:
            break
    copy_out(node, 0)
    return x


@jit
def store_low_end(node: Node) -> None:
    """Store the posteriors at the low end of a bracket."""
    for column in range(node.moves):
        node.jump[column] = node.active.log_odds[column, 0]


@jit
def widest_jump(node: Node) -> int:
    """Return the column whose posterior differs most between both ends of the bracket."""
    folding = 0
    widest = 0.0
    for column in range(node.moves):
        jump = abs(node.active.log_odds[column, 0] - node.jump[column])
        if jump > widest:
            widest = jump
            folding = column
    return folding


@jit
def bisect_on_fold(node: Node, grid: Grid, folding: int) -> float:
    """Bisect on the folding move's posterior between its ends, `jump` and `log_odds`; return x.

    If the equation does not close, both then hold the posteriors at the ends of the last interval.
    """
    at, y = node.active.node[0], (folding, node.active.other[0])
    near = node.jump[folding]
    far = node.active.log_odds[folding, 0]
    middle = near
    for _ in range(FOLD_STEPS):
        middle = 0.5 * (near + far)
        evaluate_at(node, grid, folding, middle)
        if abs(node.excess[at]) < node.tolerance:
            return middle - node.precision * gap_at(node, grid, y, middle)
        if node.excess[at] > 0.0:
            # At the high end, from which `far` started, the left side is above the prior.
            far = middle
        else:
            near = middle
    for column in range(node.moves):
        if folds_alike(node, grid, column, folding):
            # Another move folds here too: this one stays on its branch while the other's
            # posterior varies.
            node.hint[column, at] = middle
    evaluate_at(node, grid, folding, near)
    store_low_end(node)
    evaluate_at(node, grid, folding, far)
    return middle - node.precision * gap_at(node, grid, y, middle)


@jit
def evaluate_at(node: Node, grid: Grid, folding: int, log_odds: float) -> None:
    """Evaluate the first active equation with one move's posterior given."""
    active = node.active
    active.x[0] = log_odds - node.precision * gap_at(
        node, grid, (folding, active.other[0]), log_odds
    )
    for column in range(node.moves):
        if folds_alike(node, grid, column, folding):
            active.log_odds[column, 0] = log_odds
            active.cell[column, 0] = active.row[0] + segment_of(grid, log_odds)
            respond(node, grid, active, column, 1)
        else:
            place_posteriors(node, grid, active, column, 1)
    sum_left_side(node, active, 1)
    node.excess[active.node[0]] = active.left_side[0] - active.prior[0]


@jit
def folds_alike(node: Node, grid: Grid, column: int, folding: int) -> bool:
    """Say whether two moves have the same y at all grid points, within the tolerance.

    A package that is listed twice has two such columns, and both are placed on the fold together.
    """
    for own_belief in range(grid.points):
        here = node_at(node, own_belief, node.active.other[0])
        apart = node.shifted[column, here] - node.shifted[folding, here]
        if abs(apart) > node.tolerance:
            return False
    return True


@jit
def finish(node: Node, grid: Grid) -> None:
    """Compute policies from attractions, check residuals, and fill the nodes' worth."""
    every = node.all_equations
    for column in range(node.moves):
        firm, unresolved = node.firm_policy[column], node.unresolved_policy[column]
        for at in range(node.padded_nodes):
            firm[at] = every.attraction[0, column, at] / every.total[0, at]
            unresolved[at] = every.attraction[1, column, at] / every.total[1, at]
    for other in range(node.others):
        for own_belief in range(grid.points):
            check_residual(node, grid, node_at(node, own_belief, other))
    combine(node)


@jit
def check_residual(node: Node, grid: Grid, at: int) -> None:
    """Check the residual where the equation did not close, and on a sample of all nodes.

    Where it closed, every posterior has the same error, the excess, which is below the tolerance.
    """
    node.unsettled[at] = 0
    node.unchecked += 1
    if abs(node.excess[at]) < node.tolerance and node.unchecked < SAMPLED:
        return
    node.unchecked = 0
    residual = round_trip(node, grid, at)
    node.checked += 1
    node.worst_residual = max(node.worst_residual, residual)
    node.unsettled[at] = 1 if residual > RESIDUAL_ALLOWED else 0
    node.unsettled_nodes += node.unsettled[at]


@jit
def round_trip(node: Node, grid: Grid, at: int) -> float:
    """Return the largest change of a chance when Bayes' rule and choice are applied once more."""
    copy_in(node, 0, at)
    active = node.active
    for column in range(node.moves):
        belief = after_move(
            active.prior[0],
            node.firm_policy[column, at],
            node.unresolved_policy[column, at],
            node.most_shift,
        )
        segment = segment_of(grid, belief)
        below = min(max(segment, 0), grid.points - 2)
        active.cell[column, 0] = active.row[0] + below
        inside = (belief - point(grid, below)) / grid.step
        active.share[column, 0] = min(max(inside, 0.0), 1.0)
    sum_attractions(node, active, 1)
    largest = 0.0
    for column in range(node.moves):
        firm = active.attraction[0, column, 0] / active.total[0, 0]
        unresolved = active.attraction[1, column, 0] / active.total[1, 0]
        firm -= node.firm_policy[column, at]
        unresolved -= node.unresolved_policy[column, at]
        largest = max(largest, abs(firm), abs(unresolved))
    return largest
