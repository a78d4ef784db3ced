"""What a move will be taken to mean, and how strongly it draws each type."""

from detente.kernel.beliefs import Grid, point
from detente.kernel.jit import jit
from detente.kernel.nodes import (
    ABREAST,
    Node,
    NodeRange,
    attraction,
    from_start,
    highest,
    whole_row,
)


@jit
def place_posteriors(node: Node, grid: Grid, column: int, nodes: NodeRange) -> None:
    """Find the posteriors after a move, given each x, and what the move is worth there."""
    if node.is_monotone[column] == 1:
        find_segments(node, grid, column, nodes)
    else:
        for prior in range(nodes.first, nodes.last):
            node.segment[column, prior] = find_nearest(node, grid, prior, column)
    for place in range(nodes.first, nodes.last):
        prior = from_start(place)
        segment, x = node.segment[column, prior], node.x[prior]
        node.log_odds[column, prior] = posterior_on(node, grid, column, segment, x)
    respond(node, grid, column, nodes)


@jit
def find_segments(node: Node, grid: Grid, column: int, nodes: NodeRange) -> None:
    """Find where a rising y meets each x; -1 before the grid, the last point's index past it.

    All points are asked, some in one go: a processor that guesses where to stop loses more by
    guessing wrong. Past the last point y is infinite.
    """
    x = node.x[nodes.first : nodes.last]
    segments = node.segment[column, nodes.first : nodes.last]
    for place in range(x.shape[0]):
        segments[place] = -1
    y = node.shifted[column]
    for low in range(0, whole_row(grid).last, ABREAST):
        one, two, three, four = y[low], y[low + 1], y[low + 2], y[low + 3]
        for place in range(x.shape[0]):
            passed = int(x[place] > one) + int(x[place] > two)
            segments[place] += passed + int(x[place] > three) + int(x[place] > four)


@jit
def find_nearest(node: Node, grid: Grid, prior: int, column: int) -> int:
    """Segment of a folded y whose solution, held within reach, lies nearest to the hint."""
    x = node.x[prior]
    hint = node.hint[column, prior]
    nearest = -1
    distance = 1e300
    for segment in range(-1, grid.points):
        if crosses(node, grid, column, segment, x):
            log_odds = posterior_on(node, grid, column, segment, x)
            held = within_reach(node, prior, log_odds)
            if held != log_odds and not stays_beyond(node, grid, column, (held, log_odds), x):
                continue
            if abs(held - hint) < distance:
                distance = abs(held - hint)
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
    """Posterior log-odds at which y meets x on a segment; beyond the grid y has slope one."""
    place = max(segment, 0)
    below = point(grid, place)
    shifted = node.shifted[column, place]
    inside = below + grid.step * ((x - shifted) * node.slope[column, place])
    return below + x - shifted if segment < 0 or segment == grid.points - 1 else inside


@jit
def respond(node: Node, grid: Grid, column: int, nodes: NodeRange) -> None:
    """Note where posteriors after one move stand, within reach; off the grid values stay flat."""
    firm, slope = from_start(node.mover), node.slope[column]
    values = (node.value[column, firm], node.value[column, firm + 1])
    for place in range(nodes.first, nodes.last):
        prior = from_start(place)
        log_odds, segment = node.log_odds[column, prior], node.segment[column, prior]
        held = within_reach(node, prior, log_odds)
        segment = segment if held == log_odds else segment_of(grid, held)
        below = min(max(segment, 0), grid.points - 2)
        beyond = 0.0 if segment < 0 else 1.0
        share = (held - point(grid, below)) / grid.step if segment == below else beyond
        is_inside = segment == below and held == log_odds
        node.log_odds[column, prior] = held
        node.segment[column, prior] = below
        node.share[column, prior] = share
        node.bend[column, prior] = slope[below] if is_inside else 0.0
        for own in range(2):
            start = values[own][below]
            rise = values[own][below + 1] - start
            node.rise[own, column, prior] = rise
            node.worth[own, column, prior] = start + share * rise


@jit
def pull(node: Node, nodes: NodeRange) -> None:
    """Sum up the pull of all moves on each type, where their posteriors stand, and its change in x.

    Where worths are so far apart that exponentials could overflow, a type's are measured from its
    best; that cancels in its chances.
    """
    if node.is_wide == 1:
        for own in range(2):
            measure(node, own, nodes)
    precision = node.precision
    for column in range(node.moves):
        weight = node.weight[column]
        for own in range(2):
            worths = node.worth[own, column, nodes.first : nodes.last]
            pulls = node.pull[own, column, nodes.first : nodes.last]
            for place in range(worths.shape[0]):
                pulls[place] = attraction(weight, precision, worths[place])
    for own in range(2):
        sum_up(node, own, nodes)


@jit
def measure(node: Node, own: int, nodes: NodeRange) -> None:
    """Measure the worths to a type from its best."""
    for prior in range(nodes.first, nodes.last):
        best = highest(node.worth[own, : node.moves, prior])
        node.best[own, prior] = best
        for column in range(node.moves):
            node.worth[own, column, prior] -= best


@jit
def sum_up(node: Node, own: int, nodes: NodeRange) -> None:
    """Sum up all pulls on a type, and their change in x."""
    for place in range(nodes.first, nodes.last):
        prior = from_start(place)
        total, bent = 0.0, 0.0
        for column in range(node.moves):
            drawn = node.pull[own, column, prior]
            total += drawn
            bent += drawn * node.rise[own, column, prior] * node.bend[column, prior]
        node.total[own, prior] = total
        node.bent[own, prior] = bent


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
        return node.value[column, holder, 0]
    if segment == grid.points - 1:
        return node.value[column, holder, segment]
    inside = (log_odds - point(grid, segment)) / grid.step
    start = node.value[column, holder, segment]
    return start + inside * (node.value[column, holder, segment + 1] - start)


@jit
def gap_at(node: Node, grid: Grid, column: int, log_odds: float) -> float:
    """How much more a move is worth to the firm type, at any posterior."""
    return worth_at(node, grid, column, node.mover, log_odds) - worth_at(
        node, grid, column, node.mover + 1, log_odds
    )
