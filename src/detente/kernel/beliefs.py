"""Beliefs about a side's type in log-odds, and how acts, signs and lessons move them."""

from typing import Annotated, NamedTuple, TypeAlias

from detente.kernel.arithmetic import log, logistic
from detente.kernel.jit import jit
from detente.kernel.layout import Array


@jit
def widen(stored: float) -> float:
    """Return a 32-bit number of a table in 64 bits.

    The product matters: numba's `float` of a 32-bit number keeps 32.
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
"""Floor on a likelihood: an act that happened all the same shifts a belief no further."""
BOUNDLESS = 1e300
"""Most by which an act shifts log-odds if nothing bounds it."""


@jit
def after_act(log_odds: float, chance_if_firm: float, chance_if_not: float) -> float:
    """Return the log-odds after an event whose chance depends on the type (Bayes).

    An act that a side chooses may be a slip, and goes through `after_move`.
    """
    return log_odds + log(max(chance_if_firm, RAREST) / max(chance_if_not, RAREST))


@jit
def most_shift(slip: float) -> float:
    """Return the most by which one act shifts log-odds, `-log(slip)`.

    Any act may be a slip: it is taken to have had at least the chance `slip`, next to 1, under the
    type that it speaks against. So one unlikely act does not end all learning. A slip of 0 sets no
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
    """Return the chance of a hypothesis after one sign (Bayes); the prior if none can see it."""
    seen_and_so = prior * chance_if_so
    seen = seen_and_so + (1.0 - prior) * chance_if_not
    return seen_and_so / seen if seen > 0.0 else prior


@jit
def probability(log_odds: float) -> float:
    """Return a belief in log-odds as a probability."""
    return logistic(log_odds)


@jit
def pick(grid: Grid, log_odds: float, draw: float) -> int:
    """Return the grid point whose policy is played: one of the two neighbours, by a public draw.

    Beliefs themselves stay exact; rounding them would pass a martingale test and destroy
    calibration (MODEL 5.4). What is not a number counts as the lowest belief.
    """
    place = (log_odds - grid.origin) / grid.step
    if not place > 0.0:  # so that what is not a number stays on the grid
        return 0
    if place >= grid.points - 1.0:
        return grid.points - 1
    below = int(place)
    return below + 1 if draw < place - below else below


@jit
def corner(grid: Grid, log_odds: float, side: int) -> tuple[int, float]:
    """Return one of the two grid points around a belief (clamped), and its weight."""
    place = (log_odds - grid.origin) / grid.step
    # The test is written so that what is not a number is held at the lower end.
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
    without one, at least one of them above 0 [talks]; `weight` w in [0, 1] is the share of an
    observation that the last round counts for, the power prior of Ibrahim & Chen 2000 (MODEL 5.7).
    """
    return (attacks + weight) / (attacks + talks + weight)


@jit
def trust(attacks: float, talks: float, weight: float) -> float:
    """Return the chance of not being attacked while talking, `b / (a + b + w)`."""
    return talks / (attacks + talks + weight)


@jit
def evidence_shift(weight: float, likelihood_ratio: float) -> float:
    """Return the shift in the log-odds of a resolved challenger from the last round, `w ln LR`.

    `likelihood_ratio` says how much likelier a resolved challenger was to act so, above 0. A
    likelihood raised to the power w counts as that share of an observation (MODEL 5.7).
    """
    return weight * log(likelihood_ratio)


@jit
def expected_loss(
    prior_mean: float, prior_deviation: float, seen: float, seen_deviation: float, weight: float
) -> float:
    """Return the loss that war is expected to bring, after the last round [unit of the prior].

    `(m / s0^2 + w y / s1^2) / (1 / s0^2 + w / s1^2)`: a normal prior of mean m and deviation s0,
    and one observation y of deviation s1 with weight w in [0, 1]; deviations above 0 (conjugate
    normal with a power prior, Ibrahim & Chen 2000; MODEL 5.7).
    """
    prior_precision = 1.0 / (prior_deviation * prior_deviation)
    seen_precision = weight / (seen_deviation * seen_deviation)
    total = prior_precision + seen_precision
    return (prior_precision * prior_mean + seen_precision * seen) / total
