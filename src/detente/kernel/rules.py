"""How someone with limited foresight chooses: better options more often, never for certain."""

from typing import Annotated

from detente.kernel.arithmetic import exp, log
from detente.kernel.jit import jit
from detente.kernel.layout import Array


@jit
def attraction(
    weight: float,
    precision: Annotated[float, "lambda, per unit of value"],
    value: float,
) -> float:
    """Return the pull of one move, `weight * exp(precision * value)`.

    Quantal response (McKelvey & Palfrey 1998).
    The weight is the move's rate at indifference (MODEL 5.3): listing a move twice at half the
    weight changes nothing.
    """
    return weight * exp(precision * value)


@jit
def choose(values: Array, weights: Array, precision: float, probabilities: Array) -> float:
    """Fill the chances of each move and return the expected value of choosing.

    `values`, `weights`, `probabilities`: one number for each move, shape (n,). Values are shifted
    by their best before the exponential, which cancels in the chances.
    """
    best = highest(values)
    total = 0.0
    for move in range(values.shape[0]):
        probabilities[move] = attraction(weights[move], precision, values[move] - best)
        total += probabilities[move]
    expected = 0.0
    for move in range(values.shape[0]):
        probabilities[move] /= total
        expected += probabilities[move] * values[move]
    return expected


@jit
def inclusive_value(values: Array, weights: Array, precision: float) -> float:
    """Value when taste shocks are kept, `log(sum w exp(lambda v)) / lambda` (Rust 1987)."""
    best = highest(values)
    total = 0.0
    for move in range(values.shape[0]):
        total += attraction(weights[move], precision, values[move] - best)
    return best + log(total) / precision


@jit
def highest(values: Array) -> float:
    """Return the largest of one or more values."""
    best = values[0]
    for move in range(1, values.shape[0]):
        best = max(best, values[move])
    return best
