"""What each side believes of the other, in log-odds, and how acts, signs and lessons move it."""

from typing import Annotated, NamedTuple

from detente.kernel.arithmetic import log, logistic
from detente.kernel.jit import jit


@jit
def widen(stored: float) -> float:
    """Return a 32-bit number of a table in 64 bits (the compiler's `float` would keep 32)."""
    return 1.0 * float(stored)


class Grid(NamedTuple):
    """The points in log-odds on which values are known."""

    origin: Annotated[float, "log-odds of the first point"]
    step: Annotated[float, "distance of two points [log-odds]"]
    points: int


@jit
def point(grid: Grid, index: int) -> float:
    """Log-odds of a grid point."""
    return grid.origin + grid.step * index


RAREST = 1e-60
"""A chance below this counts as this: what happened all the same tells no more."""
BOUNDLESS = 1e300
"""Most by which an act moves log-odds where nothing bounds it."""


@jit
def after_act(log_odds: float, chance_if_firm: float, chance_if_not: float) -> float:
    """Log-odds after an act whose chance differs by type (Bayes)."""
    return log_odds + log(max(chance_if_firm, RAREST) / max(chance_if_not, RAREST))


@jit
def most_shift(slip: float) -> float:
    """Most by which one act moves log-odds, `-log(slip)`; any act is allowed to be a slip.

    Whatever was done is held to have had at least the chance `slip` of being done, next to 1, by
    the type that it speaks against, so that one unlikely act does not end all learning. With a
    slip of 0 nothing bounds what an act tells.
    """
    return -log(slip) if slip > 0.0 else BOUNDLESS


@jit
def after_move(log_odds: float, chance_if_firm: float, chance_if_not: float, most: float) -> float:
    """Log-odds after what a side did, by Bayes' rule, moved by no more than `most`."""
    moved = after_act(log_odds, chance_if_firm, chance_if_not)
    return min(max(moved, log_odds - most), log_odds + most)


@jit
def posterior(prior: float, chance_if_so: float, chance_if_not: float) -> float:
    """Probability of a hypothesis after one sign (Bayes); the prior if no one can see the sign."""
    seen_and_so = prior * chance_if_so
    seen = seen_and_so + (1.0 - prior) * chance_if_not
    return seen_and_so / seen if seen > 0.0 else prior


@jit
def probability(log_odds: float) -> float:
    """Belief as a probability."""
    return logistic(log_odds)


@jit
def pick(grid: Grid, log_odds: float, draw: float) -> int:
    """Grid point whose policy is played: one of the two neighbours, by a public draw.

    Beliefs themselves are carried exactly; rounding them would pass a martingale test and destroy
    calibration (MODEL 5.4). What is not a number counts as the least belief.
    """
    place = (log_odds - grid.origin) / grid.step
    if not place > 0.0:
        return 0
    if place >= grid.points - 1.0:
        return grid.points - 1
    below = int(place)
    return below + 1 if draw < place - below else below


@jit
def corner(grid: Grid, log_odds: float, side: int) -> tuple[int, float]:
    """One of the two grid points about a belief (clamped), and its weight."""
    place = (log_odds - grid.origin) / grid.step
    place = min(place, grid.points - 1.0) if place > 0.0 else 0.0
    below = min(int(place), grid.points - 2)
    above = place - below
    return (below + 1, above) if side == 1 else (below, 1.0 - above)


@jit
def attack_probability(attacks: float, talks: float, weight: float) -> float:
    """Chance of being attacked while talking, after a last round that ended in an attack.

    `(a + w) / (a + b + w)`: `attacks` a and `talks` b are the prior counts of talks with an attack
    and without one, of which one at least is above 0 [talks]; `weight` w in [0, 1] is how much of
    an observation the last round counts for, the power prior of Ibrahim & Chen 2000 (MODEL 5.7).
    """
    return (attacks + weight) / (attacks + talks + weight)


@jit
def trust(attacks: float, talks: float, weight: float) -> float:
    """Chance of not being attacked while talking, `b / (a + b + w)`: the rest of the above."""
    return talks / (attacks + talks + weight)


@jit
def evidence_shift(weight: float, likelihood_ratio: float) -> float:
    """Shift in the log-odds that the challenger is hard, from what it did in the last round.

    `w ln LR`: `likelihood_ratio` is how much likelier a hard challenger was to act so, above 0; a
    likelihood raised to the power w counts as that share of an observation (MODEL 5.7).
    """
    return weight * log(likelihood_ratio)


@jit
def expected_loss(
    prior_mean: float, prior_deviation: float, seen: float, seen_deviation: float, weight: float
) -> float:
    """Loss that war is expected to bring, after what the last round brought [unit of the prior].

    `(m / s0^2 + w y / s1^2) / (1 / s0^2 + w / s1^2)`: a normal prior of mean m and deviation s0,
    and one observation y of deviation s1 with weight w in [0, 1]; deviations above 0 (conjugate
    normal with a power prior, Ibrahim & Chen 2000; MODEL 5.7).
    """
    prior_precision = 1.0 / (prior_deviation * prior_deviation)
    seen_precision = weight / (seen_deviation * seen_deviation)
    total = prior_precision + seen_precision
    return (prior_precision * prior_mean + seen_precision * seen) / total
