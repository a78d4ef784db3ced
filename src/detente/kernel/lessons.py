"""What a last round taught each side: whether it is attacked while it talks, what war costs."""

from detente.kernel.arithmetic import log
from detente.kernel.jit import jit


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
