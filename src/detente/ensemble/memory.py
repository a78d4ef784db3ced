"""What worlds that differ in few numbers have in common, worked out once."""

import hashlib
import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar, cast

import numpy as np

from detente.ensemble.encode.agenda import (
    AGENDA,
    CONCEDER_DRAW,
    PACE,
    Concession,
    Terms,
    on_terms,
    race,
    terms_in_dispute,
)
from detente.ensemble.encode.world import COARSEST, encode_coarsely, encode_conceded
from detente.kernel.agenda import TermsDispute
from detente.kernel.layout import copy_of, new_record
from detente.kernel.solution import Solved, cached_war, drop_wars, solve
from detente.kernel.world import Epochs, World
from detente.pack import Crisis

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

REMEMBERED = 512
"""Disputes about the talks of so many worlds are kept, the latest."""
OF_DISPUTE = {AGENDA, CONCEDER_DRAW, PACE}
"""Numbers of the dispute itself: a change of these changes who concedes."""


class Latest(Generic[K, T]):
    """What was worked out last, each thing once for all threads that need it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: dict[K, Future[T]] = {}
        self._lock = threading.Lock()

    def get(self, key: K, work_out: Callable[[], T]) -> T:
        """Return what is known, or work it out and keep it in place of the oldest."""
        mine: Future[T] = Future()
        with self._lock:
            known = self._known.setdefault(key, mine)
            while len(self._known) > self._most:
                del self._known[next(iter(self._known))]
        if known is mine:
            try:
                mine.set_result(work_out())
            except BaseException as fault:  # those who wait for it must not wait for ever
                mine.set_exception(fault)
                raise
        return known.result()


class Memory:
    """Encodes and solves worlds; remembers policies, and who concedes about the talks.

    They are known by the records that they come of, which most changes leave as they are; to work
    them out takes most of the time. The game on the terms that talks come to is solved to see who
    concedes; of it only what it is worth is kept, but on the coarsest grid, where it is that of the
    world. War tables are kept by the kernel: at most `wars` of them, if that is given.
    """

    def __init__(self, policies: int, wars: int | None = None) -> None:
        self._wars = wars
        # Policies are larger than the rest.
        self._solved = Latest[bytes, Solved](policies)
        self._worths = Latest[bytes, Sequence[float]](REMEMBERED)
        self._races = Latest[bytes, tuple[Concession, ...]](REMEMBERED)
        self._held = Latest[bytes, tuple[Crisis, tuple[Concession, ...]]](REMEMBERED)

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
        if self._wars is not None:
            drop_wars(self._wars)
        if stakes is None:
            concessions = self._concessions(crisis, values, grid)
        else:
            own = {path: values[path] for path in OF_DISPUTE & values.keys()}
            at_stake = {**stakes, **own}
            # These come again and again, and are known by their numbers. The crisis is kept too,
            # so that no other has its place in memory meanwhile.
            drawn = np.array([*at_stake.values()]).tobytes()
            _, concessions = self._held.get(
                _digest(f"{id(crisis)} ".encode() + drawn),
                lambda: (crisis, self._concessions(crisis, at_stake, grid)),
            )
        return encode_conceded(crisis, values, concessions, grid=grid, horizon=horizon)

    def solve(self, world: World | Epochs, *, with_exploitability: bool = True) -> Solved:
        """Solve a world as the kernel does."""
        if not (with_exploitability or isinstance(world, Epochs)):
            return self._policies(world, world)
        return solve(world, with_exploitability=with_exploitability)

    def _policies(self, world: World, warring: World) -> Solved:
        """Return a world solved with the wars of another; no policy goes by who concedes what."""
        return self._solved.get(_key(world, warring), lambda: _solve(world, warring))

    def _concessions(
        self, crisis: Crisis, values: Mapping[str, float], grid: str
    ) -> tuple[Concession, ...]:
        model = crisis.model
        if model.dispute is None:
            return ()
        terms = terms_in_dispute(crisis, values)
        worlds = [encode_coarsely(*on_terms(crisis, values, one)) for one in terms]
        drawn = [values[path] for path in (CONCEDER_DRAW, PACE, "moves.precision")]
        written = f"{drawn} {terms} {model.dispute} {model.rival_venue}".encode()
        key = _digest(written + b"".join(np.asarray(world).tobytes() for world in worlds))
        warring = worlds[terms.index(Terms(values[AGENDA] > 0, False))]

        def encoded(crisis: Crisis, values: Mapping[str, float]) -> World:
            is_at_rival = crisis.model.venue is model.rival_venue
            return worlds[terms.index(Terms(values[AGENDA] > 0, is_at_rival))]

        def weigh(world: World) -> Sequence[float]:
            if grid == COARSEST:
                return self._policies(world, warring).worth
            return self._worths.get(_key(world, warring), lambda: _solve(world, warring).worth)

        return self._races.get(key, lambda: race(crisis, values, encoded, weigh))


def _solve(world: World, warring: World) -> Solved:
    """Return a world solved with the wars of another."""
    return solve(world, war=cached_war(warring), with_exploitability=False)


def _key(world: World, warring: World) -> bytes:
    """Return the checksum of what a world's policies come of, with the wars of another.

    That is its record as it is with nothing about the talks in dispute. Only the checksum is kept:
    the records of a world take more than what comes of them.
    """
    settled = copy_of(world)
    settled.dispute = cast("TermsDispute", new_record(TermsDispute))
    return _digest(np.asarray(settled).tobytes() + np.asarray(warring.war).tobytes())


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
