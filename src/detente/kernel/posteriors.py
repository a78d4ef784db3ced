"""What a move will be taken to mean, and how strongly it draws each type."""

from detente.kernel.beliefs import Grid, point
from detente.kernel.jit import jit
from detente.kernel.nodes import Node, attraction, highest


@jit
def place_posterior(node: Node, grid: Grid, prior: int, column: int, x: float) -> None:
    """Find the posterior after a move, given x, and what the move is worth there."""
    if node.is_monotone[column] == 1:
        segment = find_segment(node, grid, column, x)
    else:
        segment = find_nearest(node, grid, prior, column, x)
    log_odds = posterior_on(node, grid, column, segment, x)
    respond(node, grid, prior, column, log_odds, segment)


@jit
def find_segment(node: Node, grid: Grid, column: int, x: float) -> int:
    """Segment in which a rising y meets x; -1 before the grid, the last point's index past it."""
    if x <= node.shifted[column, 0]:
        return -1
    segment = 0
    while segment < grid.points - 1 and x > node.shifted[column, segment + 1]:
        segment += 1
    return segment


@jit
def find_nearest(node: Node, grid: Grid, prior: int, column: int, x: float) -> int:
    """Segment of a folded y whose solution, held within reach, lies nearest to the hint."""
    nearest = -1
    distance = 1e300
    for segment in range(-1, grid.points):
        if crosses(node, grid, column, segment, x):
            log_odds = posterior_on(node, grid, column, segment, x)
            held = within_reach(node, prior, log_odds)
            if held != log_odds and not stays_beyond(node, grid, column, (held, log_odds), x):
                continue
            if abs(held - node.hint[column]) < distance:
                distance = abs(held - node.hint[column])
                nearest = segment
    return nearest


@jit
def within_reach(node: Node, prior: int, log_odds: float) -> float:
    """Posterior that an act leaves: no act shifts the prior by more than `most_shift`."""
    before = node.prior[prior]
    return min(max(log_odds, before - node.most_shift), before + node.most_shift)


@jit
def stays_beyond(node: Node, grid: Grid, column: int, ends: tuple[float, float], x: float) -> bool:
    """Say whether a move that leaves a posterior held within reach tells as much or more.

    `ends`: the posterior held, and the solution beyond it on a y that folds.
    """
    held, beyond = ends
    met = held - node.precision * gap_at(node, grid, column, held)
    return met <= x if held < beyond else met >= x


@jit
def crosses(node: Node, grid: Grid, column: int, segment: int, x: float) -> bool:
    """Say whether y meets x on a segment; beyond the grid y has slope one."""
    if segment < 0:
        return x <= node.shifted[column, 0]
    if segment == grid.points - 1:
        return x >= node.shifted[column, segment]
    below = node.shifted[column, segment] - x
    above = node.shifted[column, segment + 1] - x
    return below * above <= 0.0 and below != above


@jit
def posterior_on(node: Node, grid: Grid, column: int, segment: int, x: float) -> float:
    """Posterior log-odds at which y meets x on a segment."""
    if segment < 0:
        return grid.origin + x - node.shifted[column, 0]
    if segment == grid.points - 1:
        return point(grid, segment) + x - node.shifted[column, segment]
    inside = (x - node.shifted[column, segment]) * node.slope[column, segment]
    return point(grid, segment) + grid.step * inside


@jit
def respond(node: Node, grid: Grid, prior: int, column: int, log_odds: float, segment: int) -> None:
    """Note where one move's posterior stands, within reach; off the grid values stay flat."""
    inside = 0.0
    bend = 0.0
    held = within_reach(node, prior, log_odds)
    if held != log_odds:
        segment = segment_of(grid, held)
    if segment < 0:
        segment = 0
    elif segment >= grid.points - 1:
        segment = grid.points - 2
        inside = 1.0
    else:
        inside = (held - point(grid, segment)) / grid.step
        bend = node.slope[column, segment] if held == log_odds else 0.0
    node.log_odds[column] = held
    node.segment[prior, column] = segment
    node.share[prior, column] = inside
    node.bend[column] = bend
    mover, value, worth, rises = node.mover, node.value, node.worth, node.rise
    for own in range(2):
        start = value[column, segment, mover + own]
        rise = value[column, segment + 1, mover + own] - start
        rises[own, column] = rise
        worth[own, column] = start + inside * rise


@jit
def pull(node: Node) -> None:
    """Sum up the pull of all moves on each type, where their posteriors stand, and its change in x.

    Where worths are so far apart that exponentials could overflow, a type's are measured from its
    best; that cancels in its chances.
    """
    weight, bend, precision = node.weight, node.bend, node.precision
    for own in range(2):
        worth, rise, pulls = node.worth[own], node.rise[own], node.pull[own]
        best = highest(worth[: node.moves]) if node.is_wide == 1 else 0.0
        node.best[own] = best
        total, bent = 0.0, 0.0
        for column in range(node.moves):
            drawn = attraction(weight[column], precision, worth[column] - best)
            pulls[column] = drawn
            total += drawn
            bent += drawn * rise[column] * bend[column]
        node.total[own] = total
        node.bent[own] = bent


@jit
def segment_of(grid: Grid, log_odds: float) -> int:
    """Segment that holds a belief; -1 before the grid, the last point's index past it."""
    place = (log_odds - grid.origin) / grid.step
    if not place > 0.0:
        return -1
    if place >= grid.points - 1.0:
        return grid.points - 1
    return int(place)


@jit
def worth_at(node: Node, grid: Grid, column: int, holder: int, log_odds: float) -> float:
    """Worth of a move to one type at any posterior, linear between grid points, flat beyond."""
    segment = segment_of(grid, log_odds)
    if segment < 0:
        return node.value[column, 0, holder]
    if segment == grid.points - 1:
        return node.value[column, segment, holder]
    inside = (log_odds - point(grid, segment)) / grid.step
    start = node.value[column, segment, holder]
    return start + inside * (node.value[column, segment + 1, holder] - start)


@jit
def gap_at(node: Node, grid: Grid, column: int, log_odds: float) -> float:
    """How much more a move is worth to the firm type, at any posterior."""
    return worth_at(node, grid, column, node.mover, log_odds) - worth_at(
        node, grid, column, node.mover + 1, log_odds
    )
