"""What a moment of the crisis is worth to everyone, at any beliefs of the two sides."""

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
        worth = np.einsum("kn,knh->kh", basis(log_odds, self.worth.shape[1]), self.worth)
        return np.asarray(worth)

    def steepness(self, log_odds: Array) -> Array:
        """Return how the worths rise with the belief there, shape (cases, holders)."""
        rises = np.einsum("kn,knh->kh", basis(log_odds, self.slope.shape[1]), self.slope)
        return np.asarray(rises * (np.abs(log_odds) < REACH)[:, None])


class Surface(NamedTuple):
    """Worth to the five holders as a polynomial in both log-odds (Chebyshev's, on +-REACH)."""

    terms: Annotated[Array, "by degree in tough, degree in hard, and holder"]

    def at(self, beliefs: Beliefs) -> Array:
        """Return the worths at exact beliefs, shape (cases, holders)."""
        return self.along(DEFENDER, beliefs).at(beliefs.tough)

    def along(self, side: int, beliefs: Beliefs) -> Line:
        """Return the worths as the belief about one side varies."""
        terms = self.terms if side == DEFENDER else self.terms.swapaxes(0, 1)
        stands = basis(beliefs.of(1 - side), terms.shape[1])
        worth = np.einsum("km,nmh->knh", stands, terms)
        return Line(worth, chebder(worth, axis=1) / REACH)

    def mixed(self, share: float, other: "Surface") -> "Surface":
        """Return a mean of two surfaces, the other with a share."""
        return Surface((1.0 - share) * self.terms + share * other.terms)

    def times(self, factor: float) -> "Surface":
        """Return the worths times a factor."""
        return Surface(factor * self.terms)


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
    return Surface(np.einsum("in,jm,nmh->ijh", inverse, inverse, table))


def constant(worths: Array, degrees: int) -> Surface:
    """Return a surface that hangs on no belief."""
    terms = np.zeros((degrees, degrees, len(worths)))
    terms[0, 0] = worths
    return Surface(terms)
