"""Plays futures of a stored run again and holds each against what is stored; writes nothing."""

import hashlib
import operator
import re
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import islice
from typing import Annotated, Any, Generic, NamedTuple, TypeAlias, TypeVar

import numpy as np

from detente.ensemble import store
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.runners import Clock, Stage, Stretch, workers
from detente.ensemble.store import Part, Rows
from detente.errors import DetenteError

K = TypeVar("K")
V = TypeVar("V")
Address: TypeAlias = str | tuple[int, int]
"""World and index of a future, as text, `12:345`, or as two numbers."""
WRITTEN = re.compile(r"([0-9]{1,9}):([0-9]{1,10})")

KEPT = 2
"""Pieces begin in order: of what neighbours share no more than this is needed at a time."""
AHEAD = 2
"""Pieces begun for each thread before the first of them is awaited."""


class ComparedColumn(NamedTuple):
    """One column of a future, as it is stored and as it was played again."""

    name: str
    stored: int | float
    played: int | float
    is_same: bool


class Mismatch(NamedTuple):
    """The first column of a future that came out otherwise."""

    option: str
    world: int
    future: int
    column: ComparedColumn


class WorldSlice(NamedTuple):
    """The futures of one world that lie in one part."""

    part: Part
    world: int

    @property
    def place(self) -> slice:
        """Return where the piece's rows lie in its part."""
        first = (self.world - self.part.first_world) * self.part.futures
        return slice(first, first + self.part.futures)


class Echo(NamedTuple):
    """What came of playing one piece again."""

    content: Annotated[bytes, "what the digest reads"]
    futures: int
    differing: Annotated[int, "futures that came out otherwise"]
    first: Mismatch | None


NOTHING = Echo(b"", 0, 0, None)


@dataclass
class Findings:
    """What came of playing a run again: a digest of what was played, and how much differs."""

    futures: int = 0
    differing: int = 0
    first: Mismatch | None = None
    whole: Any = field(default_factory=hashlib.sha256)

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the rows played again."""
        return str(self.whole.hexdigest())

    def add(self, echo: Echo) -> int:
        """Count a piece, the pieces in the digest's order; return how many futures it holds."""
        self.whole.update(echo.content)
        self.futures += echo.futures
        self.differing += echo.differing
        self.first = self.first or echo.first
        return echo.futures


class Shared(Generic[K, V]):
    """Works a thing out once for all threads that need it; keeps those asked for last."""

    def __init__(self, work: Callable[[K], V], kept: int = KEPT) -> None:
        self.work = work
        self.kept = kept
        self.held: OrderedDict[K, Future[V]] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, key: K) -> V:
        """Return what belongs to a key; wait for it if another thread works it out."""
        with self.lock:
            known = self.held.get(key)
            mine: Future[V] = Future()
            self.held[key] = known or mine
            self.held.move_to_end(key)
            if len(self.held) > self.kept:
                self.held.popitem(last=False)
        if known is not None:
            return known.result()
        try:
            mine.set_result(self.work(key))
        except BaseException as fault:  # those who wait for it must not wait for ever
            mine.set_exception(fault)
            raise
        return mine.result()


class Again:
    """Plays pieces of a run again, several at a time."""

    def __init__(self, run: Run, stage: Stage) -> None:
        self.run = run
        self.stage = stage
        side_by_side = {part.first_future for part in run.parts(BASE) if part.worlds > 1}
        self.stored = Shared(self._read, KEPT + len(side_by_side))
        self.solved = Shared(self._solve)

    def compare(self, piece: WorldSlice, stop: threading.Event) -> Echo:
        """Play a piece and compare it with what is stored; nothing once `stop` is set."""
        if stop.is_set():
            return NOTHING
        part = piece.part
        stored = self.stored.get(part)[piece.place]
        encoded, solved = self.solved.get((part.option, piece.world))
        if stop.is_set():
            return NOTHING
        stretch = Stretch(piece.world, part.first_future, part.futures)
        played = self.stage.played(encoded, solved, stretch)
        otherwise = np.flatnonzero(_differs(stored, played))
        first = None
        if len(otherwise):
            first = _tell(part.option, stored[otherwise[0]], played[otherwise[0]])
        content = store.row_bytes(part.option, played)
        return Echo(content, part.futures, len(otherwise), first)

    def _read(self, part: Part) -> Rows:
        return self.run.read_part(part)[0]

    def _solve(self, place: tuple[str, int]) -> tuple[Any, Any]:
        encoded = self.stage.encoded(*place)
        return encoded, self.stage.solved(encoded, place[1])


def pieces(run: Run, options: tuple[str, ...], worlds: int) -> Iterator[WorldSlice]:
    """Return the pieces of a run's first worlds, in the digest's order."""
    for option in sorted(options, key=str.encode):
        waiting = deque(sorted(run.parts(option), key=lambda part: part.first_world))
        beside: list[Part] = []
        for world in range(worlds):
            beside = [part for part in beside if world < part.first_world + part.worlds]
            while waiting and waiting[0].first_world == world:
                beside.append(waiting.popleft())
            beside.sort(key=lambda part: part.first_future)
            yield from (WorldSlice(part, world) for part in beside)


def play_again(again: Again, wanted: Iterator[WorldSlice], threads: int, clock: Clock) -> Findings:
    """Play pieces on threads; what is held at a time does not grow with the run.

    Raises
    ------
    DetenteError
        If a part is missing or is not as it was written.
    """
    found = Findings()
    if not again.stage.kernel.is_warm():
        # Compiled by the main thread, which an interrupt reaches at once.
        clock.tell(0, is_compiling=True)
        clock.tell(found.add(again.compare(next(wanted), threading.Event())))
    with workers(threads) as (pool, stop):
        ahead = islice(wanted, AHEAD * threads)
        begun = deque(pool.submit(again.compare, piece, stop) for piece in ahead)
        while begun:
            clock.tell(found.add(begun.popleft().result()))
            begun.extend(pool.submit(again.compare, piece, stop) for piece in islice(wanted, 1))
    return found


def address_of(future: Address) -> tuple[int, int]:
    """Return the world and the index of a future.

    Raises
    ------
    DetenteError
        If it is not two whole numbers.
    """
    if not isinstance(future, str):
        return _pair(future)
    written = WRITTEN.fullmatch(future)
    if written is None:
        raise _unclear(future)
    return int(written[1]), int(written[2])


def _pair(future: tuple[int, int]) -> tuple[int, int]:
    try:
        world, index = future
        return operator.index(world), operator.index(index)
    except (TypeError, ValueError) as fault:
        raise _unclear(future) from fault


def _unclear(future: object) -> DetenteError:
    hint = "give world and index, for example 12:345, or (12, 345) in Python"
    return DetenteError(f"{future!r} is not WORLD:INDEX", where="future", hint=hint)


def play_one(
    run: Run, stage: Stage, address: tuple[str, int, int], clock: Clock
) -> list[ComparedColumn]:
    """Play one future (option, world, index) again and return every column of it.

    Raises
    ------
    DetenteError
        If the run holds no such future, or its part is not as it was written.
    """
    option, world, future = address
    stored = run.row(world, future, option)
    if not stage.kernel.is_warm():
        clock.tell(0, is_compiling=True)
    encoded = stage.encoded(option, world)
    solved = stage.solved(encoded, world)
    played = stage.played(encoded, solved, Stretch(world, future, 1))[0]
    clock.tell(1)
    return _columns(stored, played, run.layout)


def has_same_bits(stored: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Say of each number whether it is the same to the last bit, as the digest sees it."""
    kind = f"u{stored.dtype.itemsize}"
    same: np.ndarray = np.ascontiguousarray(stored).view(kind) == np.ascontiguousarray(other).view(
        kind
    )
    return same


def _differs(stored: Rows, played: Rows) -> np.ndarray:
    """Say of each future whether any of its columns differs."""
    differs = np.zeros(len(stored), bool)
    for name in stored.dtype.names or ():
        differs |= ~has_same_bits(stored[name], played[name])
    return differs


def _tell(option: str, stored: np.void, played: np.void) -> Mismatch:
    first = next(column for column in _columns(stored, played, stored.dtype) if not column.is_same)
    return Mismatch(option, int(stored["world"]), int(stored["future"]), first)


def _columns(stored: np.void, played: np.void, layout: np.dtype[Any]) -> list[ComparedColumn]:
    return [
        ComparedColumn(
            name,
            _shortest(stored[name]),
            _shortest(played[name]),
            stored[name].tobytes() == played[name].tobytes(),
        )
        for name in layout.names or ()
    ]


def _shortest(value: Any) -> int | float:
    """Return a number by the fewest digits that tell it from all others of its kind."""
    return float(str(value)) if isinstance(value, np.floating) else int(value)
