"""Worlds of a run that were played again for a question, kept in its folder, a file for each."""

import hashlib
import math
import shlex
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import as_completed
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Generic, TypeAlias, TypeVar

import numpy as np

from detente.ensemble import folder as folders
from detente.ensemble import record as records
from detente.ensemble import runners, store
from detente.ensemble.bundle import is_within_bundle, spare_folder
from detente.ensemble.lock import adding
from detente.ensemble.run import Run
from detente.ensemble.runners import Clock, Progress, workers
from detente.ensemble.tables import NotAsExpectedError, read_within
from detente.errors import DetenteError

K = TypeVar("K")
T = TypeVar("T")

Play: TypeAlias = Callable[[K, threading.Event], T | None]
"""Plays what belongs to a key; may return None once the event says that it is too late."""
Hands: TypeAlias = tuple[int, threading.Event | None]
"""How many threads play, and what somebody sets to stop them, if anybody may."""


@dataclass(frozen=True)
class File(Generic[T]):
    """One file of a question: what it is called and how its bytes are written and read."""

    name: Annotated[str, "path below the folder of the question"]
    most_bytes: Annotated[int, "size above which it is not read [bytes]"]
    encode: Callable[[T], bytes]
    decode: Annotated[Callable[[bytes], T | None], "None unless whole and sealed for the question"]


def array_file(name: str, about: str, kind: np.dtype, shape: tuple[int, ...]) -> File[np.ndarray]:
    """Return a file that holds one array and the SHA-256 of `about` and the array.

    `about` says which run, model, changes and world the array is of: a file that was written for
    others is not read.
    """
    size = math.prod(shape) * kind.itemsize

    def seal(content: bytes) -> bytes:
        return hashlib.sha256(about.encode() + content).digest()

    def encode(array: np.ndarray) -> bytes:
        content = np.asarray(array, kind).tobytes()
        return content + seal(content)

    def decode(content: bytes) -> np.ndarray | None:
        if content[size:] != seal(content[:size]):
            return None
        return np.frombuffer(content[:size], kind).reshape(shape)

    return File(name, size + hashlib.sha256().digest_size, encode, decode)


@dataclass(frozen=True)
class Kept(Generic[K, T]):
    """What a question plays again of a run, a file for each key: a world, or a few of them.

    What lies there is read and not played again, so that a call that was stopped goes on.
    """

    run: Run
    folder: Annotated[str, "where its files lie in that of the run"]
    command: Annotated[str, "what goes on with it, as `drivers RUN --design`"]
    file_of: Callable[[K], File[T]]
    prepare: Annotated[
        Callable[[Sequence[K]], Play[K, T]],
        "gets ready to play the keys that are missing; called once, and only if there are any",
    ]
    worlds: Annotated[int, "in one file"] = 1
    is_aside: Annotated[bool, "whether new files lie apart, as long as the process"] = False

    def path(self, key: K) -> Path:
        """Return where a file lies; where a bundle lacks it, one kept as long as the process.

        That holds for any run that files are kept apart from.
        """
        name = self.file_of(key).name
        path = self.run.folder / self.folder / name
        if path.is_file() or not (self.is_aside or is_within_bundle(path)):
            return path
        return spare_folder() / self.run.digest / self.folder / name

    def read(self, key: K) -> T | None:
        """Return what was kept; None unless it lies there whole, as written for this question."""
        file = self.file_of(key)
        try:
            content = read_within(self.path(key), file.most_bytes)
        except (NotAsExpectedError, OSError):
            return None
        return file.decode(content)

    def read_all(self, keys: Sequence[K]) -> list[T]:
        """Return what was kept, in the order of the keys.

        Raises
        ------
        DetenteError
            If some of it does not lie there.
        """
        found = []
        for key in keys:
            kept = self.read(key)
            if kept is None:
                what = "was changed while it was read"
                raise DetenteError(what, where=str(self.path(key)), hint="ask again")
            found.append(kept)
        return found

    def missing(self, keys: Sequence[K]) -> list[K]:
        """Return the keys whose files do not lie there whole."""
        return [key for key in keys if self.read(key) is None]

    def play_missing(
        self,
        keys: Sequence[K],
        *,
        threads: int | None = None,
        progress: Callable[[Progress], None] | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        """Play what does not lie there, on all processors unless `threads` are given.

        On an interrupt only whole files are left, and once somebody sets `stop`, which is no fault.

        Raises
        ------
        DetenteError
            If the threads are not allowed, a writer is at work in the run, or a file cannot be
            written; and as `prepare` and what it returns do.
        """
        at_a_time, missing = threads_of(threads), self.missing(keys)
        if not missing:
            return
        play = self.prepare(missing)
        clock = Clock(len(keys) * self.worlds, progress)
        clock.tell(clock.total - len(missing) * self.worlds)
        try:
            with self._adding(missing):
                self._play_on_threads(play, missing, clock, (at_a_time, stop))
        except KeyboardInterrupt as interrupt:
            interrupt.add_note(self._how_to_go_on())
            raise
        except OSError as fault:
            place = self.run.folder
            what = folders.unwritable(place, fault).what
            raise DetenteError(what, where=str(place), hint=self._how_to_go_on()) from fault

    def _adding(self, missing: Sequence[K]) -> AbstractContextManager[None]:
        """Keep writers out of the run, if it is added to."""
        if self.is_aside:
            return nullcontext()
        files = [self.path(key) for key in missing]
        return adding(self.run, self.folder, files, self.command.replace(" RUN", ""))

    def _how_to_go_on(self) -> str:
        named = self.command.replace("RUN", shlex.quote(str(self.run.folder)))
        return f"go on with: detente {named}"

    def _play_on_threads(
        self, play: Play[K, T], missing: Sequence[K], clock: Clock, hands: Hands
    ) -> None:
        if not runners.kernel().is_warm():
            # Compiled by the main thread, which an interrupt reaches at once.
            clock.tell(0, is_compiling=True)
            clock.tell(self._play(play, missing[0], threading.Event()))
            missing = missing[1:]
        threads, asked_to_stop = hands
        with workers(threads) as (pool, own):
            stop = own if asked_to_stop is None else asked_to_stop
            for done in as_completed([pool.submit(self._play, play, key, stop) for key in missing]):
                clock.tell(done.result())

    def _play(self, play: Play[K, T], key: K, stop: threading.Event) -> int:
        """Play one key and keep what comes of it; return its worlds, or 0 if it is too late."""
        if stop.is_set():
            return 0
        if self.read(key) is not None:  # another question has played it meanwhile
            return self.worlds
        played = play(key, stop)
        if played is None:
            return 0
        store.write_aside(self.path(key), self.file_of(key).encode(played))
        return self.worlds


def threads_of(asked: int | None) -> int:
    """Return how many worlds to play at a time; as many as there are processors unless asked.

    Raises
    ------
    DetenteError
        If what is asked for is not allowed.
    """
    return records.settle(threads=records.processors() if asked is None else asked).threads
