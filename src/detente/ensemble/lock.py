"""Locks of a run's folder: either one writer, or several questions that add files to it.

Every process first takes a gate, behind which one at a time looks for other locks and makes its
own.
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
"""Longest time to hold the gate, even on a slow disk [s]."""
ELSEWHERE = "wait until it has ended; a new run can go into another folder, named with -o"
_QUESTIONS = itertools.count(1)
"""Numbers the questions of this process, for the names of their locks."""


@contextmanager
def hold(folder: Path, doing: str) -> Iterator[None]:
    """Lock a run's folder against all other writers, in this and other processes.

    The system drops the lock when the process ends. If nothing can be locked, `UnguardedWarning` is
    given.

    Raises `BusyError` if another process writes there or a question adds to the run; `DetenteError`
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
    """Lock a run's folder against writers while a question adds files of its own kind.

    Several questions can add files at the same time: each file is written whole, and names its
    question. Incomplete files of a killed question are deleted by the next one that is alone. A
    bundle is not locked, as nothing can be added to it.

    Raises `DetenteError` as `hold` does, but not for other questions; also if the run was replaced
    or extended meanwhile, or the files would be behind a symbolic link.
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
    """Let one process at a time look for locks and make its own."""
    with _lock(folder / GATE, doing, within=AT_THE_GATE) as is_locked:
        if not is_locked:
            warn_unguarded(folder, "this file system has no locks")
        yield


@contextmanager
def _lock(path: Path, doing: str, *, within: float = 0.0) -> Iterator[bool]:
    """Hold a lock, whose file is deleted with it; yield whether the file system has locks."""
    with ExitStack() as until_it_is_done:
        lock = locked(path, f"detente {doing}", within=within)
        with folders.writing(path):
            try:
                is_locked = until_it_is_done.enter_context(lock)
            except BusyError:
                raise busy(path, ELSEWHERE) from None
        yield is_locked


def _locked_in(folder: Path) -> list[Path]:
    """Return the locks that are held, read behind the gate; those of dead processes are deleted."""
    found = []
    for path in folder.glob(f"{LOCK}*"):
        if path.name == GATE:
            continue
        try:
            with _lock(path, ""):
                pass
        except BusyError:
            if path.exists():  # otherwise it was released just now
                found.append(path)
    return found
