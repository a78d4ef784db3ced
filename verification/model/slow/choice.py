"""The choice of a side with two types, if all observers infer its type from the move."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import numpy as np

from detente.kernel.layout import Array
from verification.model.slow.beliefs import (
    CHALLENGER,
    HARD,
    TOUGH,
    Beliefs,
    Line,
    Surface,
    probability,
)

STEPS = 4
"""Steps in which the precision grows from none to its own."""
ROUNDS = 60
"""Most rounds of Newton's method at each of them."""
LARGEST_STEP = 1.5
"""Most that a posterior moves in a round [log-odds]."""
CLOSED = 1e-10
"""A choice is settled when no posterior is off by more [log-odds]."""


class Move(NamedTuple):
    """Something a side may do: how readily it comes to mind, and what everyone gets from it."""

    weight: float
    worth: Surface


class UnsettledError(Exception):
    """A choice whose equations did not close."""


class Choice(NamedTuple):
    """A choice before it is made, in any number of cases: the types' worths of each move."""

    own: Annotated[int, "where the firm type's worth stands; the other type's is next"]
    prior: Annotated[Array, "belief in the firm type [log-odds], shape (cases,)"]
    log_weights: Annotated[Array, "shape (moves, 1)"]
    lines: Annotated[Sequence[Line], "worths of each move by what it is taken to mean"]

    def worths(self, posteriors: Array) -> Array:
        """Return each move's worth at its posterior, shape (moves, cases, holders)."""
        return np.stack([line.at(at) for line, at in zip(self.lines, posteriors, strict=True)])

    def with_slopes(self, posteriors: Array) -> tuple[Array, Array]:
        """Return what each move is worth to both types, and how that rises with its posterior.

        Both have the shape (moves, cases, 2).
        """
        types = slice(self.own, self.own + 2)
        pairs = zip(self.lines, posteriors, strict=True)
        worths, slopes = zip(*(line.with_steepness(at, types) for line, at in pairs), strict=True)
        return np.stack(worths), np.stack(slopes)

    def log_chances(self, worths: Array, precision: float) -> Array:
        """Return the log of each move's chance, of its worths to one type, shape (moves, cases)."""
        pulls = self.log_weights + precision * worths
        best = pulls.max(axis=0)
        return np.asarray(pulls - best - np.log(np.exp(pulls - best).sum(axis=0)))

    def misses(self, posteriors: Array, precision: float) -> tuple[Array, Array]:
        """Return by how much each posterior misses Bayes' rule, and how that moves with them.

        In log-odds, shape (moves, cases), and shape (cases, moves, moves).
        """
        worths, slopes = self.with_slopes(posteriors)
        firm, other = (self.log_chances(worths[:, :, place], precision) for place in range(2))
        excess = posteriors - self.prior - firm + other
        rises = precision * slopes
        pulled = np.exp(firm) * rises[:, :, 0] - np.exp(other) * rises[:, :, 1]
        table = np.repeat(pulled.T[:, None, :], len(self.lines), axis=1)
        diagonal = np.arange(len(self.lines))
        table[:, diagonal, diagonal] += 1.0 - (rises[:, :, 0] - rises[:, :, 1]).T
        return excess, table


def choose(side: int, beliefs: Beliefs, moves: Sequence[Move], precision: float) -> Array:
    """Return the worth of a side's choice to all holders, shape (cases, holders).

    Quantal response and Bayes' rule at once, the unknowns being what each move is taken to mean:
    Newton's method on all of them, followed from a side that chooses blindly to its precision.
    """
    choice = open_choice(side, beliefs, moves)
    posteriors = np.tile(choice.prior, (len(choice.lines), 1))
    for share in np.arange(1, STEPS + 1) / STEPS:
        posteriors = settle(choice, posteriors, float(share) * precision)
    return weigh(choice, posteriors, precision)


def open_choice(side: int, beliefs: Beliefs, moves: Sequence[Move]) -> Choice:
    """Set out a choice; a move that never comes to mind is left out."""
    listed = [move for move in moves if move.weight > 0.0]
    return Choice(
        HARD if side == CHALLENGER else TOUGH,
        beliefs.of(side),
        np.log([[move.weight] for move in listed]),
        [move.worth.along(side, beliefs) for move in listed],
    )


def settle(choice: Choice, start: Array, precision: float) -> Array:
    """Return the posteriors after each move that agree with the choice that they bring about."""
    posteriors = start
    for _ in range(ROUNDS):
        excess, jacobian = choice.misses(posteriors, precision)
        if np.abs(excess).max() < CLOSED:
            return posteriors
        step = np.linalg.solve(jacobian, excess.T[:, :, None])[:, :, 0].T
        longest = np.abs(step).max(axis=0)
        posteriors = posteriors - step * np.minimum(1.0, LARGEST_STEP / np.maximum(longest, 1e-12))
    raise UnsettledError(f"{np.abs(excess).max():.2e} left at precision {precision:.1f}")


def weigh(choice: Choice, posteriors: Array, precision: float) -> Array:
    """Return the worth of a settled choice: to its own types by their policy, else by the mix."""
    worths = choice.worths(posteriors)
    firm = np.exp(choice.log_chances(worths[:, :, choice.own], precision))
    other = np.exp(choice.log_chances(worths[:, :, choice.own + 1], precision))
    belief = probability(choice.prior)
    chances = np.repeat((belief * firm + (1.0 - belief) * other)[:, :, None], worths.shape[2], 2)
    chances[:, :, choice.own] = firm
    chances[:, :, choice.own + 1] = other
    return np.asarray((chances * worths).sum(axis=0))
