"""Functions of one unknown number that stand for all it can do alone, each of mean 0 and spread 1.

What a number does to a share is written as a sum of such functions of its independent uniform, the
coordinate before correlations are laid on (polynomial chaos: Sudret 2008). What is normal on some
scale has polynomials of its normal score, which fit what it does with fewer terms (Xiu &
Karniadakis 2002). A number with few values has functions of these values, and the accepted set has
functions of the ranks in its rows.
"""

import math
from functools import cache
from statistics import NormalDist

import numpy as np

from detente.ensemble.design import law_of
from detente.pack.quantity import Quantity

FEW = {"chance", "values"}
"""Kinds of numbers that take a few values only."""
GRID = 4096
"""Points of its uniform at which a number is looked up that is not uniform itself."""
LEAST_SPREAD = 1e-9
"""A function that adds less than this to those before it is left out."""


def functions_of(quantity: Quantity, places: np.ndarray, degree: int) -> np.ndarray:
    """Return a number's functions at its uniforms, shape (worlds, at most `degree`)."""
    if quantity.shape == "uniform":
        return legendre(places, degree)
    functions = _of_values(quantity, degree) if quantity.kind in FEW else hermite(degree)
    at_places: np.ndarray = functions[np.minimum((places * GRID).astype(int), GRID - 1)]
    return at_places


def _of_values(quantity: Quantity, degree: int) -> np.ndarray:
    """Return functions of a number with few values, over a grid of its uniform."""
    law = law_of(quantity)
    values = np.array([law((point + 0.5) / GRID) for point in range(GRID)])
    return orthonormal(legendre(ranks(values), degree))


@cache
def hermite(degree: int) -> np.ndarray:
    """Return the Hermite polynomials 1 to `degree` of the normal score, over a grid of uniforms."""
    normal = NormalDist()
    scores = [normal.inv_cdf((point + 0.5) / GRID) for point in range(GRID)]
    return orthonormal(np.polynomial.hermite_e.hermevander(scores, degree)[:, 1:])


def legendre(places: np.ndarray, degree: int) -> np.ndarray:
    """Return the Legendre polynomials 1 to `degree`, orthonormal on 0 to 1."""
    powers = np.polynomial.legendre.legvander(2.0 * places - 1.0, degree)[:, 1:]
    scaled: np.ndarray = powers * np.sqrt(2.0 * np.arange(1, degree + 1) + 1.0)
    return scaled


def orthonormal(columns: np.ndarray) -> np.ndarray:
    """Return functions that span the given ones, over rows of equal weight; copies are left out."""
    kept: list[np.ndarray] = []
    for column in columns.T:
        rest = column - column.mean()
        for one in kept:
            rest = rest - (rest @ one) / len(rest) * one
        spread = math.sqrt(float(rest @ rest) / len(rest))
        if spread > LEAST_SPREAD:
            kept.append(rest / spread)
    return np.array(kept).reshape(len(kept), len(columns)).T


def normal_scores(values: np.ndarray) -> np.ndarray:
    """Return the normal scores of a column's ranks, of mean 0 and spread 1."""
    normal = NormalDist()
    scores = np.array([normal.inv_cdf(rank) for rank in ranks(values).tolist()])
    return orthonormal(scores[:, None])[:, 0] if np.ptp(scores) else np.zeros(len(scores))


def ranks(values: np.ndarray) -> np.ndarray:
    """Return the middle of the ranks that equal values share, within 0 and 1."""
    _, back, counts = np.unique(values, return_inverse=True, return_counts=True)
    middles = np.cumsum(counts) - counts / 2.0
    ranks: np.ndarray = middles[back] / len(values)
    return ranks
