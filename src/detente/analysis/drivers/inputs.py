"""What is not known in a run, as independent coordinates: single numbers and named groups."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from detente.analysis.drivers.basis import functions_of, legendre, orthonormal, ranks
from detente.ensemble.design import ACCEPTED, coordinates, correlate, law_of
from detente.pack import Crisis
from detente.pack.quantity import Quantity

TWO_PARTS = {"actors", "arsenals", "defences"}
"""Tables of a pack whose groups are named by two parts of a path, as `actors.us`."""
JOINER = " + "
"""Between the names of correlated numbers, which make one group."""


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
        """Return the numbers that are correlated with nothing."""
        joined = {path for paths in self.tied for path in paths}
        return tuple(path for path in self.coordinates if path not in {*joined, ACCEPTED})

    @cached_property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """Return the coordinates of each named group.

        The accepted set, each set of correlated numbers, and all numbers by the table of the pack
        that they stand in; correlated numbers of two tables belong to that of the first by name.
        """
        home = {path: _table_of(path) for path in self.coordinates if path != ACCEPTED}
        home |= {path: _table_of(paths[0]) for paths in self.tied for path in paths}
        tables: dict[str, list[str]] = {}
        for path, table in home.items():
            tables.setdefault(table, []).append(path)
        found: dict[str, tuple[str, ...]] = {ACCEPTED: (ACCEPTED,)} if self.accepted else {}
        found |= {JOINER.join(paths): paths for paths in self.tied}
        return found | {table: tuple(paths) for table, paths in sorted(tables.items())}

    def uniforms(self, *, worlds: int, seed: int) -> dict[str, np.ndarray]:
        """Return each coordinate in each world of a run, before correlations are laid on."""
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
