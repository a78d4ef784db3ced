"""The beliefs after each move, and how strongly each move attracts each type."""

from detente.kernel.arithmetic import INFINITY
from detente.kernel.beliefs import Grid, point
from detente.kernel.jit import jit
from detente.kernel.nodes import (
    LANES,
    Equations,
    Node,
    attraction,
    node_at,
    non_negative,
    padded,
)


@jit
def place_posteriors(node: Node, grid: Grid, at: Equations, column: int, count: int) -> None:
    """Fill the posterior after a move for each equation, and its place in the tables.

    The posterior is the point at which the curve y of the move (`Node.shifted`) equals x.
    """
    if at.are_all == 1:
        find_by_rows(node, at, column)
    else:
        find_each(node, at, column, count)
    # The search assumes that y rises. In a row with a fold several segments may meet x, and one of
    # them is chosen.
    if node.falls[column] == 1:
        for slot in range(count):
            if node.is_folded[column, at.other[slot]] == 1:
                segment = find_nearest(node, grid, at, column, slot)
                at.cell[column, slot] = at.row[slot] + segment
    for slot in range(count):
        spot, x = (at.row[slot], at.cell[column, slot]), at.x[slot]
        at.log_odds[column, slot] = posterior_on(node, grid, column, spot, x)
    respond(node, grid, at, column, count)


@jit
def find_by_rows(node: Node, at: Equations, column: int) -> None:
    """Find the last point of a rising y below each x, for the equations of all nodes.

    If x is below the whole row, that is the index before the row. All points are compared in vector
    instructions: stopping early would cost more in mispredicted branches than it saves. The padding
    of a row overlaps the first nodes of the next row, which are then computed again.
    """
    y, width = node.searched[column], padded(node.points)
    for other in range(node.others):
        row = node_at(node, 0, other)
        x, cells = at.x[row : row + width], at.cell[column, row : row + width]
        for place in range(x.shape[0]):
            cells[place] = row - 1
        for low in range(other * width, (other + 1) * width, LANES):
            one, two, three, four = y[low], y[low + 1], y[low + 2], y[low + 3]
            for place in range(x.shape[0]):
                passed = int(x[place] > one) + int(x[place] > two)
                cells[place] += passed + int(x[place] > three) + int(x[place] > four)


@jit
def find_each(node: Node, at: Equations, column: int, count: int) -> None:
    """Find the last point of a rising y below each x, for equations that are not in rows."""
    y, width = node.searched[column], padded(node.points)
    for slot in range(count):
        x, first = at.x[slot], non_negative(at.other[slot] * width)
        row, passed = y[first : first + width], 0
        for place in range(row.shape[0]):
            passed += int(x > row[place])
        at.cell[column, slot] = at.row[slot] - 1 + passed


@jit
def find_nearest(node: Node, grid: Grid, at: Equations, column: int, slot: int) -> int:
    """Return the segment of a folded y whose bounded solution is nearest to the hint.

    The hint is the posterior in the stage that was solved before, so that the solution follows one
    equilibrium from stage to stage.
    """
    x, other, row = at.x[slot], at.other[slot], at.row[slot]
    hint = node.hint[column, at.node[slot]]
    nearest = -1
    distance = 1e300
    for segment in range(-1, grid.points):
        if crosses(node, grid, column, (segment, other), x):
            log_odds = posterior_on(node, grid, column, (row, row + segment), x)
            bounded = bounded_posterior(node, at.prior[slot], log_odds)
            if bounded != log_odds and not stays_beyond(
                node, grid, (column, other), (bounded, log_odds), x
            ):
                continue
            if abs(bounded - hint) < distance:
                distance = abs(bounded - hint)
                nearest = segment
    return nearest


@jit
def bounded_posterior(node: Node, before: float, log_odds: float) -> float:
    """Return a posterior limited to `most_shift` from the prior, the largest shift by one act."""
    return min(max(log_odds, before - node.most_shift), before + node.most_shift)


@jit
def stays_beyond(
    node: Node, grid: Grid, y: tuple[int, int], ends: tuple[float, float], x: float
) -> bool:
    """Say whether a bounded posterior is consistent: y there has not crossed x yet.

    `y` is the move's column and the belief about the other side; `ends` are the bounded posterior
    and the unbounded solution.
    """
    bounded, beyond = ends
    met = bounded - node.precision * gap_at(node, grid, y, bounded)
    return met <= x if bounded < beyond else met >= x


@jit
def crosses(node: Node, grid: Grid, column: int, spot: tuple[int, int], x: float) -> bool:
    """Say whether y meets x on a segment.

    `spot` is the segment and the belief about the other side. Beyond the grid y has slope 1.
    """
    segment, other = spot
    y = node.shifted[column]
    if segment < 0:
        return x <= y[node_at(node, 0, other)]
    if segment == grid.points - 1:
        return x >= y[node_at(node, segment, other)]
    below = y[node_at(node, segment, other)] - x
    above = y[node_at(node, segment + 1, other)] - x
    # A flat segment meets x everywhere or nowhere.
    return below * above <= 0.0 and below != above


@jit
def posterior_on(node: Node, grid: Grid, column: int, spot: tuple[int, int], x: float) -> float:
    """Return the posterior at which y meets x on a segment [log-odds].

    `spot` has the index of the first point of the row and that of the point below. Beyond the grid
    y has slope 1.
    """
    row, cell = spot
    here = non_negative(max(cell, row))
    below, shifted = node.point[here], node.shifted[column, here]
    inside = below + grid.step * ((x - shifted) * node.slope[column, here])
    # Beyond the grid worths are constant, so that y rises by as much as the posterior.
    is_beyond = cell < row or cell == row + grid.points - 1
    return below + x - shifted if is_beyond else inside


@jit
def respond(node: Node, grid: Grid, at: Equations, column: int, count: int) -> None:
    """Bound the posteriors after one move, and fill their places between grid points.

    Beyond the grid the place is its end, as worths are constant there.
    """
    bound_posteriors(node, grid, at, column, count)
    log_odds, cells, shares = at.log_odds[column], at.cell[column], at.share[column]
    last = grid.points - 2
    for slot in range(count):
        cell, row = cells[slot], at.row[slot]
        below = min(max(cell, row), row + last)
        inside = (log_odds[slot] - point(grid, below - row)) / grid.step
        beyond = 0.0 if cell < row else 1.0
        shares[slot] = inside if cell == below else beyond
        cells[slot] = below
        # Beyond the grid the worth is constant, and a bounded posterior is fixed: neither changes
        # with x.
        at.moves_with_x[column, slot] = int(cell == below and at.is_bounded[slot] == 0)


@jit
def bound_posteriors(node: Node, grid: Grid, at: Equations, column: int, count: int) -> None:
    """Bound the posteriors after one move, and mark which are bounded."""
    log_odds, held_back = at.log_odds[column], 0
    for slot in range(count):
        bounded = bounded_posterior(node, at.prior[slot], log_odds[slot])
        at.is_bounded[slot] = int(bounded != log_odds[slot])
        held_back += at.is_bounded[slot]
        log_odds[slot] = bounded
    if held_back > 0:
        for slot in range(count):
            if at.is_bounded[slot] == 1:
                at.cell[column, slot] = at.row[slot] + segment_of(grid, log_odds[slot])


@jit
def sum_attractions(node: Node, at: Equations, count: int) -> None:
    """Sum the attraction of all moves for each type, and its slope in x, given the posteriors.

    If worths are so large that exponentials could overflow (`equation.WIDE`, MODEL 5.4), the worth
    of a type's best move is subtracted from all its worths; it cancels in the chances.
    """
    for own in range(2):
        for slot in range(count):
            at.best[own, slot] = 0.0
            at.total[own, slot] = 0.0
            at.total_slope[own, slot] = 0.0
    if node.has_wide == 1:
        find_best_worths(node, at, count)
    for column in range(node.moves):
        read_worths(node, at, column, count)
        for own in range(2):
            add_attraction(node, at, (own, column), count)


@jit
def read_worths(node: Node, at: Equations, column: int, count: int) -> None:
    """Fill the worth of a move to both types of the mover at its posteriors."""
    firm, value, slope = non_negative(node.mover), node.value[column], node.slope[column]
    for slot in range(count):
        below, share = non_negative(at.cell[column, slot]), at.share[column, slot]
        of_firm, of_unresolved = value[below, firm], value[below, firm + 1]
        rise, unresolved_rise = (
            value[below + 1, firm] - of_firm,
            value[below + 1, firm + 1] - of_unresolved,
        )
        at.posterior_slope[slot] = slope[below] if at.moves_with_x[column, slot] == 1 else 0.0
        at.rise[0, slot] = rise
        at.rise[1, slot] = unresolved_rise
        at.worth[0, slot] = of_firm + share * rise
        at.worth[1, slot] = of_unresolved + share * unresolved_rise


@jit
def find_best_worths(node: Node, at: Equations, count: int) -> None:
    """Find the best worth of each type, for nodes in rows with large worths."""
    for slot in range(count):
        if node.is_wide[at.other[slot]] == 1:
            at.best[0, slot] = -INFINITY
            at.best[1, slot] = -INFINITY
    for column in range(node.moves):
        read_worths(node, at, column, count)
        for slot in range(count):
            if node.is_wide[at.other[slot]] == 1:
                at.best[0, slot] = max(at.best[0, slot], at.worth[0, slot])
                at.best[1, slot] = max(at.best[1, slot], at.worth[1, slot])


@jit
def add_attraction(node: Node, at: Equations, by: tuple[int, int], count: int) -> None:
    """Add a move's attraction for a type, and its slope in x, to the totals.

    `by` is the type, 0 firm or 1 unresolved, and the move's column. Attractions and sums have
    separate loops, so that the compiler vectorises the first.
    """
    own, column = by
    precision, weight = node.precision, node.weight[column]
    attractions, worths, bests = at.attraction[own, column], at.worth[own], at.best[own]
    for slot in range(count):
        attractions[slot] = attraction(weight, precision, worths[slot] - bests[slot])
    totals, total_slopes, rises = at.total[own], at.total_slope[own], at.rise[own]
    for slot in range(count):
        totals[slot] += attractions[slot]
        total_slopes[slot] += attractions[slot] * rises[slot] * at.posterior_slope[slot]


@jit
def segment_of(grid: Grid, log_odds: float) -> int:
    """Return the segment of a belief: -1 below the grid, the last point's index above it."""
    place = (log_odds - grid.origin) / grid.step
    if not place > 0.0:
        return -1
    if place >= grid.points - 1.0:
        return grid.points - 1
    return int(place)


@jit
def worth_at(node: Node, grid: Grid, spot: tuple[int, int], holder: int, log_odds: float) -> float:
    """Return the worth of a move to one holder at a posterior [value].

    `spot` is the move's column and the belief about the other side. The worth is linear between
    grid points and constant beyond the grid.
    """
    column, other = spot
    segment = segment_of(grid, log_odds)
    if segment < 0:
        return node.value[column, node_at(node, 0, other), holder]
    here = node_at(node, segment, other)
    start = node.value[column, here, holder]
    if segment == grid.points - 1:
        return start
    inside = (log_odds - point(grid, segment)) / grid.step
    return start + inside * (node.value[column, here + 1, holder] - start)


@jit
def gap_at(node: Node, grid: Grid, spot: tuple[int, int], log_odds: float) -> float:
    """Return a move's worth to the firm type minus that to the other, at a posterior [value].

    `spot` is the move's column and the belief about the other side.
    """
    firm, unresolved = node.mover, node.mover + 1
    return worth_at(node, grid, spot, firm, log_odds) - worth_at(
        node, grid, spot, unresolved, log_odds
    )
