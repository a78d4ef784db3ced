"""Beliefs about a side's type in log-odds, and how acts, signs and lessons change them."""

from typing import Annotated, NamedTuple, TypeAlias

from detente.kernel.arithmetic import log, logistic
from detente.kernel.jit import jit
from detente.kernel.layout import Array


@jit
def to_float64(stored: float) -> float:
    """Return a 32-bit number of a table as one of 64 bits.

    The product with 1.0 widens it: numba's `float` of a 32-bit number still has 32 bits.
    """
    return 1.0 * float(stored)


class Grid(NamedTuple):
    """Points in log-odds at which values are tabulated."""

    origin: Annotated[float, "log-odds of the first point"]
    step: Annotated[float, "distance of two points [log-odds]"]
    points: int


@jit
def point(grid: Grid, index: int) -> float:
    """Return the log-odds of a grid point."""
    return grid.origin + grid.step * index


Corners: TypeAlias = tuple[tuple[int, float], tuple[int, float]]
"""Two grid points around a belief, and the weight of each."""
RAREST = 1e-60
"""Least likelihood in an update, so that an act with a chance of 0 shifts a belief by a finite
amount."""
BOUNDLESS = 1e300
"""Largest shift of log-odds by one act if no bound is set."""


@jit
def after_act(log_odds: float, chance_if_firm: float, chance_if_not: float) -> float:
    """Return the log-odds of a type after an event whose chance depends on it (Bayes).

    Use `after_move` for an act that a side chooses, since that may be a slip.
    """
    return log_odds + log(max(chance_if_firm, RAREST) / max(chance_if_not, RAREST))


@jit
def most_shift(slip: float) -> float:
    """Return the largest shift of log-odds by one act, `-log(slip)`.

    Any act may be a slip: under the type that it speaks against, its likelihood is at least `slip`
    times that under the other type. So no single act makes a belief certain. A slip of 0 sets no
    bound.
    """
    return -log(slip) if slip > 0.0 else BOUNDLESS


@jit
def after_move(log_odds: float, chance_if_firm: float, chance_if_not: float, most: float) -> float:
    """Return the log-odds after an act, by Bayes' rule, shifted by no more than `most`."""
    moved = after_act(log_odds, chance_if_firm, chance_if_not)
    return min(max(moved, log_odds - most), log_odds + most)


@jit
def posterior(prior: float, chance_if_so: float, chance_if_not: float) -> float:
    """Return the chance of a hypothesis after one sign (Bayes).

    That is the prior if the sign is impossible whether the hypothesis is true or not.
    """
    seen_and_so = prior * chance_if_so
    seen = seen_and_so + (1.0 - prior) * chance_if_not
    return seen_and_so / seen if seen > 0.0 else prior


@jit
def probability(log_odds: float) -> float:
    """Return a belief in log-odds as a probability."""
    return logistic(log_odds)


@jit
def draw_grid_point(grid: Grid, log_odds: float, draw: float) -> int:
    """Return the grid point whose policy is played, one of the two neighbours of a belief.

    A public draw selects it, the nearer one more often. Beliefs themselves stay exact: rounding
    them would pass a martingale test and destroy calibration (MODEL 5.4). A belief that is not a
    number counts as the lowest.
    """
    place = (log_odds - grid.origin) / grid.step
    if not place > 0.0:  # true of a place that is not a number, too
        return 0
    if place >= grid.points - 1.0:
        return grid.points - 1
    below = int(place)
    return below + 1 if draw < place - below else below


@jit
def corner(grid: Grid, log_odds: float, side: int) -> tuple[int, float]:
    """Return one of the two grid points around a belief, and its weight in interpolation.

    `side` is 0 for the lower point and 1 for the upper one. A belief off the grid is clamped to it.
    """
    place = (log_odds - grid.origin) / grid.step
    # A place that is not a number fails the test and is set to the lower end.
    place = min(place, grid.points - 1.0) if place > 0.0 else 0.0
    # The last point belongs to the segment before it.
    below = min(int(place), grid.points - 2)
    above = place - below
    return (below + 1, above) if side == 1 else (below, 1.0 - above)


@jit
def corners(grid: Grid, log_odds: float) -> Corners:
    """Return both grid points around a belief, the lower one first, and their weights."""
    return corner(grid, log_odds, 0), corner(grid, log_odds, 1)


@jit
def interpolated(grid: Grid, block: Array, beliefs: tuple[float, float], holder: int) -> float:
    """Return a holder's worth at beliefs (tough, hard) in log-odds, bilinear [value].

    `block` holds worths at the points of the grid, shape (points, points, HOLDERS).
    """
    total = 0.0
    for low_tough in range(2):
        for low_hard in range(2):
            tough, of_tough = corner(grid, beliefs[0], low_tough)
            hard, of_hard = corner(grid, beliefs[1], low_hard)
            total += of_tough * of_hard * block[tough, hard, holder]
    return total


@jit
def attack_probability(attacks: float, talks: float, weight: float) -> float:
    """Return the chance of being attacked while talking, after a round that ended in an attack.

    `(a + w) / (a + b + w)`: `attacks` a and `talks` b are prior counts of talks with an attack and
    without one, at least one of them above 0 [talks]. The last round counts as `weight` w
    observations, w in [0, 1] (power prior, Ibrahim & Chen 2000; MODEL 5.7).
    """
    return (attacks + weight) / (attacks + talks + weight)


@jit
def trust(attacks: float, talks: float, weight: float) -> float:
    """Return the chance of not being attacked while talking, `b / (a + b + w)`."""
    return talks / (attacks + talks + weight)


@jit
def evidence_shift(weight: float, likelihood_ratio: float) -> float:
    """Return the shift in the log-odds of a resolved challenger from the last round, `w ln LR`.

    `likelihood_ratio`, above 0, is the likelihood of the challenger's acts in that round if it is
    resolved, divided by that if it is not. A likelihood raised to the power w counts as the share w
    of an observation (MODEL 5.7).
    """
    return weight * log(likelihood_ratio)


@jit
def expected_loss(
    prior_mean: float, prior_deviation: float, seen: float, seen_deviation: float, weight: float
) -> float:
    """Return the expected loss of a war, updated by the last round [unit of the prior].

    `(m / s0^2 + w y / s1^2) / (1 / s0^2 + w / s1^2)`: a normal prior of mean m and deviation s0,
    and one observation y of deviation s1 with weight w in [0, 1]; deviations above 0 (conjugate
    normal with a power prior, Ibrahim & Chen 2000; MODEL 5.7).
    """
    prior_precision = 1.0 / (prior_deviation * prior_deviation)
    seen_precision = weight / (seen_deviation * seen_deviation)
    total = prior_precision + seen_precision
    return (prior_precision * prior_mean + seen_precision * seen) / total
