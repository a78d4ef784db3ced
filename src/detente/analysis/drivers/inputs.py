"""What is not known in a run, as independent coordinates, and functions of each of them.

What a number does to a share is written as a sum of functions of its independent uniform, the
coordinate before correlations are imposed, each of mean 0 and spread 1 (polynomial chaos: Sudret
2008). What is normal on some scale has polynomials of its normal score, which fit what it does with
fewer terms (Xiu & Karniadakis 2002). A number with few values has functions of these values, and
the accepted set has functions of the ranks in its rows.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from statistics import NormalDist

import numpy as np

from detente.ensemble.design import ACCEPTED, coordinates, correlate, law_of
from detente.pack import Crisis
from detente.pack.allocation import divides_attack
from detente.pack.quantity import Quantity

TWO_PARTS = {"actors", "arsenals", "defences"}
"""Tables of a pack whose groups are named by two parts of a path, as `actors.us`."""
JOINER = " + "
"""Between the names of correlated numbers, which make one group."""
FEW = {"chance", "values"}
"""Kinds of numbers that take a few values only."""
GRID = 4096
"""Points of its uniform at which a number is looked up that is not uniform itself."""
LEAST_SPREAD = 1e-9
"""A function that adds less than this to those before it is left out."""


@dataclass(frozen=True)
class Inputs:
    """The unknown numbers of a crisis, and which of them go together."""

    numbers: Mapping[str, Quantity]
    tied: tuple[tuple[str, ...], ...]

    @cached_property
    def accepted(self) -> tuple[str, ...]:
        """Return the numbers that one row of the accepted set gives."""
        kinds = {path: number.kind for path, number in self.numbers.items()}
        return tuple(path for path, kind in kinds.items() if kind == "accepted")

    @cached_property
    def coordinates(self) -> tuple[str, ...]:
        """Return the names of the independent coordinates; the accepted set has one."""
        alone = [path for path in self.numbers if path not in self.accepted]
        return (*alone, ACCEPTED) if self.accepted else tuple(alone)

    @cached_property
    def singles(self) -> tuple[str, ...]:
        """Return the numbers that are correlated with nothing, but for what divides an attack."""
        joined = {path for paths in self.tied for path in paths}
        alone = [path for path in self.coordinates if path not in {*joined, ACCEPTED}]
        return tuple(path for path in alone if not divides_attack(path))

    @cached_property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """Return the coordinates of each named group.

        The accepted set, each set of correlated numbers, and all numbers by the table of the pack
        that they stand in; correlated numbers of two tables belong to that of the first by name.
        What divides an attack is in its table alone.
        """
        home = {path: _table_of(path) for path in self.coordinates if path != ACCEPTED}
        home |= {path: _table_of(paths[0]) for paths in self.tied for path in paths}
        tables: dict[str, list[str]] = {}
        for path, table in home.items():
            tables.setdefault(table, []).append(path)
        found: dict[str, tuple[str, ...]] = {ACCEPTED: (ACCEPTED,)} if self.accepted else {}
        sets = (paths for paths in self.tied if not any(map(divides_attack, paths)))
        found |= {JOINER.join(paths): paths for paths in sets}
        return found | {table: tuple(paths) for table, paths in sorted(tables.items())}

    def uniforms(self, *, worlds: int, seed: int) -> dict[str, np.ndarray]:
        """Return each coordinate in each world of a run, before correlations are imposed."""
        names = list(self.coordinates)
        return dict(zip(names, coordinates(names, worlds=worlds, seed=seed), strict=True))

    def functions(self, name: str, places: np.ndarray, degree: int) -> np.ndarray:
        """Return the functions of one coordinate, shape (worlds, functions)."""
        if name != ACCEPTED:
            return functions_of(self.numbers[name], places, degree)
        table = self.rows()
        columns = np.concatenate([legendre(ranks(column), degree) for column in table.T], axis=1)
        of_worlds: np.ndarray = orthonormal(columns)[self.row_of(places)]
        return of_worlds

    def rows(self) -> np.ndarray:
        """Return the accepted set, shape (rows, numbers)."""
        return np.array([self.numbers[path].values for path in self.accepted]).T

    def row_of(self, places: np.ndarray) -> np.ndarray:
        """Return the row of the accepted set that each world takes, as the worlds' draw has it."""
        rows: np.ndarray = (places * len(self.rows())).astype(int)
        return rows


def values_at(crisis: Crisis, uniforms: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return each number of a crisis where its coordinates lie, as its worlds are drawn."""
    places = {path: column for path, column in uniforms.items() if path != ACCEPTED}
    joint = correlate(places, crisis.correlations)
    worlds = len(next(iter(uniforms.values())))
    drawn = {}
    for path, number in crisis.numbers.items():
        if number.kind == "accepted":
            row = (uniforms[ACCEPTED] * len(number.values)).astype(int)
            drawn[path] = np.array(number.values)[row]
        elif path in joint:
            law = law_of(number)
            drawn[path] = np.array([law(place) for place in joint[path].tolist()])
        else:
            drawn[path] = np.full(worlds, float(number.low))
    return drawn


def inputs_of(crisis: Crisis) -> Inputs:
    """Return what is not known in a crisis."""
    unknown = {path: number for path, number in crisis.numbers.items() if not number.is_fixed}
    pairs = [pair.of for pair in crisis.correlations if set(pair.of) <= set(unknown)]
    return Inputs(unknown, tuple(_joined(pairs)))


def _joined(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, ...]]:
    """Return the sets of numbers that pairs tie together, each in order."""
    sets: list[set[str]] = []
    for pair in pairs:
        met = [one for one in sets if one & set(pair)]
        sets = [one for one in sets if one not in met]
        sets.append(set(pair).union(*met))
    return sorted(tuple(sorted(one)) for one in sets)


def _table_of(path: str) -> str:
    parts = path.split(".")
    return ".".join(parts[:2]) if parts[0] in TWO_PARTS else parts[0]


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
