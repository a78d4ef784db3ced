"""The uncertain numbers of a run: independent coordinates, groups, and titles."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

import numpy as np

from detente.ensemble.design import ACCEPTED, coordinates
from detente.pack import Crisis
from detente.pack.places import divides_attack, row_at
from detente.pack.quantity import Quantity
from detente.questions.conditions import force_left_out

TWO_PARTS = {"actors", "arsenals", "defences"}
"""Tables of a pack whose groups have two parts of a path as their name, such as `actors.us`."""
JOINER = " + "
"""Separator of the names of correlated numbers, which form a group."""
LAYERS = "layers"
"""The table of layers in that of a defence."""
OF_TABLES = {
    "arsenals": "arsenal of {}",
    "defences": "defence of {}",
    "actors": "{}: aims, costs and ways",
}
"""Titles of groups of a party's numbers."""


@dataclass(frozen=True)
class Inputs:
    """The uncertain numbers of a crisis, and the sets of correlated ones."""

    numbers: Mapping[str, Quantity]
    tied: tuple[tuple[str, ...], ...]
    unranked: Annotated[frozenset[str], "that count in the group of their table at most"]
    left_out: Annotated[frozenset[str], "that count in no group"]

    @cached_property
    def accepted(self) -> tuple[str, ...]:
        """Return the numbers that are given by a row of the accepted set."""
        return tuple(path for path, number in self.numbers.items() if number.kind == ACCEPTED)

    @cached_property
    def coordinates(self) -> tuple[str, ...]:
        """Return the names of the independent coordinates; the accepted set has one."""
        alone = [path for path in self.numbers if path not in self.accepted]
        return (*alone, ACCEPTED) if self.accepted else tuple(alone)

    @cached_property
    def singles(self) -> tuple[str, ...]:
        """Return the uncorrelated numbers that are ranked."""
        joined = {path for paths in self.tied for path in paths}
        alone = [path for path in self.coordinates if path not in {*joined, ACCEPTED}]
        return tuple(path for path in alone if path not in self.unranked)

    @cached_property
    def tables(self) -> dict[str, tuple[str, ...]]:
        """Return the coordinates of each table of the pack, without the accepted set's.

        Correlated numbers of two tables belong to the table of the first by name.
        """
        home = {path: _table_of(path) for path in self.coordinates if path != ACCEPTED}
        home |= {path: _table_of(paths[0]) for paths in self.tied for path in paths}
        # A number moves those that it is correlated with, so they are left out with it.
        tied = {path for paths in self.tied if self.left_out & {*paths} for path in paths}
        left_out = self.left_out | tied
        tables: dict[str, list[str]] = {}
        for path, table in home.items():
            if path not in left_out:
                tables.setdefault(table, []).append(path)
        return {table: tuple(paths) for table, paths in sorted(tables.items())}

    @cached_property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """Return the coordinates of each named group.

        Groups are the accepted set, each set of correlated numbers, and each table of the pack.
        Numbers that are not ranked are only in their table.
        """
        found: dict[str, tuple[str, ...]] = {ACCEPTED: (ACCEPTED,)} if self.accepted else {}
        sets = (paths for paths in self.tied if self.unranked.isdisjoint(paths))
        return found | {JOINER.join(paths): paths for paths in sets} | self.tables

    def parts(self, table: str) -> dict[str, tuple[str, ...]]:
        """Return the coordinates of a table by its subtables, such as the layers of a defence."""
        found: dict[str, list[str]] = {}
        for path in self.tables[table]:
            found.setdefault(path.rpartition(".")[0], []).append(path)
        return {name: tuple(paths) for name, paths in found.items()}

    def moved_by(self, members: Iterable[str]) -> tuple[str, ...]:
        """Return the numbers that some coordinates move, including those correlated with them."""
        moved = set(members)
        moved.update(*(paths for paths in self.tied if moved & set(paths)))
        if ACCEPTED in moved:
            moved.update(self.accepted)
        return tuple(path for path in self.numbers if path in moved)

    def uniforms(self, *, worlds: int, seed: int, label: str = "") -> dict[str, np.ndarray]:
        """Return each coordinate in each world of a run, before correlations.

        A `label` is added to each name, which gives the coordinates of other worlds.
        """
        names = [name + label for name in self.coordinates]
        spread = coordinates(names, worlds=worlds, seed=seed)
        return dict(zip(self.coordinates, spread, strict=True))


def inputs_of(crisis: Crisis, outcomes: Sequence[str] = ()) -> Inputs:
    """Return the uncertain numbers of a crisis, with the sets that pairwise correlations form.

    Numbers that divide an attack are not ranked, and those of the challenger's force are left out
    if the `outcomes` do not allow it.
    """
    unknown = {path: number for path, number in crisis.numbers.items() if not number.is_fixed}
    sets: list[set[str]] = []
    for pair in crisis.correlations:
        if set(pair.of) <= set(unknown):
            met = [members for members in sets if members & set(pair.of)]
            sets = [one for one in sets if one not in met]
            sets.append(set(pair.of).union(*met))
    left_out = force_left_out(crisis, outcomes)
    unranked = left_out.union(filter(divides_attack, unknown))
    return Inputs(unknown, tuple(sorted(tuple(sorted(one)) for one in sets)), unranked, left_out)


def _table_of(path: str) -> str:
    parts = path.split(".")
    return ".".join(parts[:2]) if parts[0] in TWO_PARTS else parts[0]


def titled(path: str, crisis: Crisis) -> str:
    """Return the title of a number, with its actor or issue."""
    table, *between, _ = path.split(".")
    model = crisis.model
    named = model.issues if table == "issues" else model.actors
    words = [named[part].name if part in named else part.replace("_", " ") for part in between]
    owner = ", ".join(words).replace(f"{LAYERS}, ", "layer ").replace("against, ", "against ")
    row = row_at(path)
    title = row.title or row.says if row else path
    return ": ".join(filter(None, (owner, title)))


def group_titled(name: str, crisis: Crisis) -> str:
    """Return the title of a group of numbers."""
    if name == ACCEPTED:
        return "the calibrated numbers"
    if JOINER in name:
        return "; ".join(titled(path, crisis) for path in name.split(JOINER))
    table, _, owner = name.partition(".")
    party = crisis.model.actors.get(owner)
    if party is not None and table in OF_TABLES:
        return OF_TABLES[table].format(party.name)
    return name.replace("_", " ").replace(".", ", ")
