"""The worth of a moment of the crisis to every holder, at any beliefs of the two sides."""

from functools import cache
from typing import Annotated, NamedTuple

import numpy as np
from numpy.polynomial.chebyshev import chebder, chebvander

from detente.kernel.layout import Array

HOLDERS = 5
HARD, SOFT, TOUGH, WEAK, ALLY = range(HOLDERS)
"""Whose worth is kept, along the last axis of every table of worths."""
CHALLENGER, DEFENDER = 0, 1
REACH = 6.0
"""Log-odds up to which worths are fitted, both ways; beyond, about 1 in 400, they are flat."""


class Beliefs(NamedTuple):
    """Beliefs of both sides in any number of cases at once, in log-odds."""

    tough: Annotated[Array, "that the defender is tough, shape (cases,)"]
    hard: Annotated[Array, "that the challenger is hard, shape (cases,)"]

    def of(self, side: int) -> Array:
        """Return what is believed of a side."""
        return self.hard if side == CHALLENGER else self.tough


def probability(log_odds: Array) -> Array:
    """Return beliefs as probabilities."""
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)))


class Line(NamedTuple):
    """Worths as one side's belief varies and the other's stands, a polynomial for each case."""

    worth: Annotated[Array, "shape (cases, degrees, holders)"]
    slope: Annotated[Array, "of the derivative by log-odds, shape (cases, degrees - 1, holders)"]

    def at(self, log_odds: Array) -> Array:
        """Return the worths at one belief in each case, shape (cases, holders)."""
        return case_by_case(basis(log_odds, self.worth.shape[1]), self.worth)

    def with_steepness(self, log_odds: Array, holders: slice) -> tuple[Array, Array]:
        """Return the worths there to some holders, and how they rise with the belief."""
        powers = basis(log_odds, self.worth.shape[1])
        rises = case_by_case(powers[:, :-1], self.slope[:, :, holders])
        is_within = (np.abs(log_odds) < REACH)[:, None]
        return case_by_case(powers, self.worth[:, :, holders]), rises * is_within


class Surface(NamedTuple):
    """Worth to the five holders as a polynomial in both log-odds (Chebyshev's, on +-REACH)."""

    terms: Annotated[Array, "by degree in tough, degree in hard, and holder"]

    def at(self, beliefs: Beliefs) -> Array:
        """Return the worths at exact beliefs, shape (cases, holders)."""
        stands = basis(beliefs.hard, self.terms.shape[1])
        worth = np.tensordot(stands, self.terms, axes=(1, 1))
        return case_by_case(basis(beliefs.tough, self.terms.shape[0]), worth)

    def along(self, side: int, beliefs: Beliefs) -> Line:
        """Return the worths as the belief about one side varies."""
        terms = self.terms if side == DEFENDER else self.terms.swapaxes(0, 1)
        stands = basis(beliefs.of(1 - side), terms.shape[1])
        slopes = chebder(terms, axis=0) / REACH
        worth, slope = (np.tensordot(stands, one, axes=(1, 1)) for one in (terms, slopes))
        return Line(worth, slope)

    def mixed(self, share: float, other: "Surface") -> "Surface":
        """Return a mean of two surfaces, the other with a share."""
        return Surface((1.0 - share) * self.terms + share * other.terms)

    def times(self, factor: float) -> "Surface":
        """Return the worths times a factor."""
        return Surface(factor * self.terms)


def case_by_case(powers: Array, terms: Array) -> Array:
    """Return the polynomials of each case at its own belief, shape (cases, holders)."""
    return np.asarray((powers[:, None, :] @ terms)[:, 0])


def basis(log_odds: Array, degrees: int) -> Array:
    """Return Chebyshev's polynomials at beliefs, flat past the reach, shape (cases, degrees)."""
    vander: Array = chebvander(np.clip(log_odds / REACH, -1.0, 1.0), degrees - 1)
    return vander


@cache
def nodes(degrees: int) -> Array:
    """Return the log-odds at which a surface is fitted."""
    return REACH * np.cos(np.pi * (np.arange(degrees) + 0.5) / degrees)


@cache
def mesh(degrees: int) -> Beliefs:
    """Return every pair of those beliefs, tough first."""
    tough, hard = np.meshgrid(nodes(degrees), nodes(degrees), indexing="ij")
    return Beliefs(tough.ravel(), hard.ravel())


def fit(worths: Array, degrees: int) -> Surface:
    """Return the surface through the worths on the mesh, shape (cases, holders)."""
    table = worths.reshape(degrees, degrees, -1)
    inverse = np.linalg.inv(basis(nodes(degrees), degrees))
    by_tough = np.tensordot(inverse, table, axes=(1, 0))
    return Surface(np.tensordot(inverse, by_tough, axes=(1, 1)).swapaxes(0, 1))


def constant(worths: Array, degrees: int) -> Surface:
    """Return a surface that depends on no belief."""
    terms = np.zeros((degrees, degrees, len(worths)))
    terms[0, 0] = worths
    return Surface(terms)
