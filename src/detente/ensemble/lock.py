"""Who may write into a run's folder: one writer alone, or questions that add to the run together.

Whoever comes passes a gate, at which one at a time sees who is there and leaves a lock of its own.
"""

import itertools
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from detente import disk
from detente.ensemble import folder as folders
from detente.ensemble.record import read
from detente.errors import DetenteError
from detente.locking import LOCK, BusyError, busy, locked, warn_unguarded

if TYPE_CHECKING:
    from detente.ensemble.run import Run


GATE = f"{LOCK}.gate"
AT_THE_GATE = 30.0
"""Nobody stands at the gate for longer, however slow the disk is [s]."""
ELSEWHERE = "wait until it has ended; a new run can go into another folder, named with -o"
_QUESTIONS = itertools.count(1)
"""Number the questions of this process, in the names of their locks."""


@contextmanager
def hold(folder: Path, doing: str) -> Iterator[None]:
    """Keep everybody else from writing into a run's folder, by process and by thread.

    The system drops a lock with its process, however that ends. Where nothing can be locked,
    `UnguardedWarning` is given.

    Raises `BusyError` if something else writes there, or a question adds to the run; `DetenteError`
    if nothing can be written there.
    """
    if not isinstance(folder, Path):
        warn_unguarded(folder, "an address has no locks")
        yield
        return
    with ExitStack() as until_it_is_done:
        with _gate(folder, doing):
            for other in _locked_in(folder):
                raise busy(other, ELSEWHERE)
            until_it_is_done.enter_context(_lock(folder / LOCK, doing))
        yield


@contextmanager
def adding(run: "Run", kind: str, files: Iterable[Path], command: str) -> Iterator[None]:
    """Keep writers out of a run while a question adds files of its own kind to it.

    Several questions add at a time: each file is put whole, and says what it answers. Half files
    that a killed one left are swept by the next that is alone. A bundle takes no file.

    Raises `DetenteError` as `hold` does but for other questions, or if another run or a larger one
    lies there by now, or the files would come to lie behind a symbolic link.
    """
    folder = run.folder
    if not isinstance(folder, Path):
        yield
        return
    folders.refuse_links(folder, (kind,))
    with ExitStack() as until_it_is_done:
        with _gate(folder, command):
            others = _locked_in(folder)
            if folder / LOCK in others:
                raise busy(folder / LOCK, ELSEWHERE)
            own = folder / f"{LOCK}.{os.getpid()}-{next(_QUESTIONS)}"
            until_it_is_done.enter_context(_lock(own, command))
            outcome = read(folder).outcome
            if outcome is None or outcome.digest != run.digest:
                what = "the run was replaced or extended since it was opened"
                raise DetenteError(what, where=str(folder), hint="open it again")
            if not others:
                disk.sweep(files)
        yield


@contextmanager
def _gate(folder: Path, doing: str) -> Iterator[None]:
    """Let one at a time look who is there and come in."""
    with _lock(folder / GATE, doing, within=AT_THE_GATE) as is_locked:
        if not is_locked:
            warn_unguarded(folder, "this file system has no locks")
        yield


@contextmanager
def _lock(path: Path, doing: str, *, within: float = 0.0) -> Iterator[bool]:
    """Hold a lock, whose file goes with it; say whether there are locks at all."""
    with ExitStack() as until_it_is_done:
        lock = locked(path, f"detente {doing}", within=within)
        with folders.writing(path):
            try:
                is_locked = until_it_is_done.enter_context(lock)
            except BusyError:
                raise busy(path, ELSEWHERE) from None
        yield is_locked


def _locked_in(folder: Path) -> list[Path]:
    """Return the locks of those who are there, asked at the gate; what killed ones left goes."""
    found = []
    for path in folder.glob(f"{LOCK}*"):
        if path.name == GATE:
            continue
        try:
            with _lock(path, ""):
                pass
        except BusyError:
            if path.exists():  # else it was let go at this moment
                found.append(path)
    return found
