"""Caches what worlds that differ in few numbers have in common."""

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
from detente.kernel.solution import Solved, cached_war, clear_cached_wars, solve
from detente.kernel.world import Epochs, World
from detente.pack import Crisis

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

REMEMBERED = 512
"""Maximum number of cached disputes about the talks; the latest stay."""
OF_DISPUTE = {AGENDA, CONCEDER_DRAW, PACE}
"""Numbers of the dispute itself, which always decide who concedes."""


class Latest(Generic[K, T]):
    """A cache of the latest results, each computed once for all threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: dict[K, Future[T]] = {}
        self._lock = threading.Lock()

    def get(self, key: K, work_out: Callable[[], T]) -> T:
        """Return the cached value, or compute and cache it; the oldest one is dropped."""
        mine: Future[T] = Future()
        with self._lock:
            known = self._known.setdefault(key, mine)
            while len(self._known) > self._most:
                del self._known[next(iter(self._known))]
        if known is mine:
            try:
                mine.set_result(work_out())
            except BaseException as fault:  # other threads wait for the result
                mine.set_exception(fault)
                raise
        return known.result()


class Memory:
    """Encodes and solves worlds; caches policies and the concessions on agenda and venue.

    Computing them takes most of the time. The key is the record from which they are computed, which
    most changes leave as it is. To find the concessions, the game is solved on all terms in
    dispute. Only its worth is cached, except on the coarsest grid, where one of these games is the
    world's own. The kernel caches war tables, at most `wars` if that is given.
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

        With `stakes`, the numbers of another world, the stakes there decide the disputes about the
        talks.
        """
        if self._wars is not None:
            clear_cached_wars(self._wars)
        if stakes is None:
            concessions = self._concessions(crisis, values, grid)
        else:
            own = {path: values[path] for path in OF_DISPUTE & values.keys()}
            at_stake = {**stakes, **own}
            # These are often used again; the key is the crisis and its numbers. The crisis is
            # cached too, so that no other object can get the same id.
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
        """Return a world solved with the wars of another; policies do not depend on concessions."""
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
    """Return the checksum of what determines a world's policies, with the wars of another.

    It reads the world's record without its dispute. Records are larger than policies' worths, so
    only their checksum is kept.
    """
    settled = copy_of(world)
    settled.dispute = cast("TermsDispute", new_record(TermsDispute))
    return _digest(np.asarray(settled).tobytes() + np.asarray(warring.war).tobytes())


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
