"""What worlds that differ in few numbers have in common, worked out once: wars and policies."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import numpy as np

from detente.ensemble.encode.agenda import (
    AGENDA,
    LUCK,
    PACE,
    Concession,
    Terms,
    encode_dispute,
    on_terms,
    race,
    settled_by,
    terms_in_dispute,
)
from detente.ensemble.encode.epochs import encode_epochs
from detente.ensemble.encode.world import encode_coarsely, encode_settled
from detente.kernel.solution import Solved, Tables, WarTable, solve, work_out_war
from detente.kernel.world import Epochs, World, epochs_of
from detente.pack import Crisis

T = TypeVar("T")

REMEMBERED = 512
"""Tables of war, and disputes about the talks, of so many worlds are kept, the latest."""
OF_DISPUTE = {AGENDA, LUCK, PACE}
"""Numbers of the dispute itself: a change of these changes who concedes."""
SOLVED = 32
"""Policies, which are larger, of so many worlds."""


class Memory:
    """Encodes and solves worlds; remembers wars, policies, and who concedes about the talks.

    They are known by the records that they come of, which most changes leave as they are; to work
    them out takes most of the time. The game on the terms that talks come to is solved to see who
    concedes, and on the coarsest grid is that of the world.
    """

    def __init__(self) -> None:
        self._wars: dict[bytes, WarTable] = {}
        self._solved: dict[bytes, Solved] = {}
        self._races: dict[bytes, tuple[Concession, ...]] = {}

    def encode(
        self,
        crisis: Crisis,
        values: Mapping[str, float],
        *,
        grid: str,
        horizon: int,
        stakes: Mapping[str, float] | None = None,
    ) -> World | Epochs:
        """Return the record that `encode_all` returns.

        With `stakes`, the numbers of another world, who concedes what about the talks follows from
        what would be at stake there.
        """
        if stakes is not None:
            stakes = {**stakes, **{path: values[path] for path in OF_DISPUTE & values.keys()}}
        concessions = self._concessions(crisis, values if stakes is None else stakes)

        def encode_one(crisis: Crisis, values: Mapping[str, float], day: int) -> World:
            world = encode_settled(crisis, values, day, grid=grid, horizon=horizon)
            encode_dispute(concessions, world.dispute)
            return world

        settled = settled_by(crisis, values, concessions)
        return encode_epochs(crisis, settled, encode_one, horizon)

    def solve(self, world: World | Epochs, *, with_exploitability: bool = True) -> Solved:
        """Solve a world as the kernel does."""
        if not (with_exploitability or isinstance(world, Epochs)):
            return self._policies(world, world)
        return solve(world, war=self.wars(world), with_exploitability=with_exploitability)

    def wars(self, world: World | Epochs) -> Tables:
        """Return what force would bring in each epoch, as the kernel works it out."""
        return [[self._war(one) for one in view.worlds] for view in epochs_of(world).views]

    def _policies(self, world: World, warring: World) -> Solved:
        """Return a world solved with the wars of another; no policy goes by who concedes what."""
        key = _undisputed(world) + np.asarray(warring.war).tobytes()

        def work_out() -> Solved:
            return solve(world, war=self._war(warring), with_exploitability=False)

        return _remembered(self._solved, key, work_out, SOLVED)

    def _war(self, world: World) -> WarTable:
        key = np.asarray(world.war).tobytes()
        return _remembered(self._wars, key, lambda: work_out_war(world))

    def _concessions(self, crisis: Crisis, values: Mapping[str, float]) -> tuple[Concession, ...]:
        model = crisis.model
        if model.dispute is None:
            return ()
        terms = terms_in_dispute(crisis, values)
        worlds = [encode_coarsely(*on_terms(crisis, values, one)) for one in terms]
        drawn = [values[path] for path in (LUCK, PACE, "moves.precision")]
        written = f"{drawn} {terms} {model.dispute} {model.rival_venue}".encode()
        key = written + b"".join(np.asarray(world).tobytes() for world in worlds)
        warring = worlds[terms.index(Terms(values[AGENDA] > 0, False))]

        def encoded(crisis: Crisis, values: Mapping[str, float]) -> World:
            is_at_rival = crisis.model.venue is model.rival_venue
            return worlds[terms.index(Terms(values[AGENDA] > 0, is_at_rival))]

        def weigh(world: World) -> Sequence[float]:
            return self._policies(world, warring).worth

        return _remembered(self._races, key, lambda: race(crisis, values, encoded, weigh))


def _undisputed(world: World) -> bytes:
    """Return a world's record as it is with nothing about the talks in dispute."""
    settled = np.asarray(world).copy()
    settled["dispute"] = np.zeros((), settled["dispute"].dtype)
    return settled.tobytes()


def _remembered(
    known: dict[bytes, T], key: bytes, work_out: Callable[[], T], most: int = REMEMBERED
) -> T:
    found = known.get(key)
    if found is None:
        while len(known) >= most:
            known.pop(next(iter(known)), None)
        found = known[key] = work_out()
    return found
