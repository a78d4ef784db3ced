"""Who may write into a run's folder: one writer alone, or questions that add to the run together.

Whoever comes passes a gate, at which one at a time sees who is there and leaves a lock of its own.
"""

import errno
import itertools
import json
import os
import platform
import warnings
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from detente.ensemble import folder as folders
from detente.ensemble import store
from detente.ensemble.folder import LOCK
from detente.ensemble.record import now, read
from detente.errors import DetenteError, UnguardedWarning

if TYPE_CHECKING:
    from detente.ensemble.run import Run


class BusyRunError(DetenteError):
    """A run into which something else is writing."""


GATE = f"{LOCK}.gate"
AT_THE_GATE = 30.0
"""Nobody stands at the gate for longer, however slow the disk is [s]."""
WITHOUT_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP}
"""Errors by which a file system says that it has no locks."""
LONGEST_WORDS = 1000
"""More is not read of who holds a lock [bytes]."""
_QUESTIONS = itertools.count(1)
"""Number the questions of this process, in the names of their locks."""


@contextmanager
def hold(folder: Path, doing: str) -> Iterator[None]:
    """Keep everybody else from writing into a run's folder, by process and by thread.

    The system drops a lock with its process, however that ends; what is left of it then is a file
    that stops nobody. The file goes with the lock, and the folder too if nothing else is in it.
    Where nothing can be locked, `UnguardedWarning` is given.

    Raises
    ------
    BusyRunError
        If something else writes there, or a question adds to the run.
    DetenteError
        If nothing can be written there.
    """
    if not isinstance(folder, Path):
        _warn(folder, "an address has no locks")
        yield
        return
    with ExitStack() as until_it_is_done:
        with _gate(folder, doing):
            for other in _locked_in(folder):
                raise _busy(other)
            until_it_is_done.enter_context(_lock(folder / LOCK, doing))
        yield


@contextmanager
def adding(run: "Run", kind: str, files: Iterable[Path], command: str) -> Iterator[None]:
    """Keep writers out of a run while a question adds files of its own kind to it.

    Several questions add at a time: each file is put whole, and says what it answers. Half files
    that a killed one left are swept by the next that is alone. A bundle takes no file.

    Raises
    ------
    DetenteError
        As `hold` does but for other questions, or if another run or a larger one lies there by now,
        or the files would come to lie behind a symbolic link.
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
                raise _busy(folder / LOCK)
            own = folder / f"{LOCK}.{os.getpid()}-{next(_QUESTIONS)}"
            until_it_is_done.enter_context(_lock(own, command))
            outcome = read(folder).outcome
            if outcome is None or outcome.digest != run.digest:
                what = "the run was replaced or extended since it was opened"
                raise DetenteError(what, where=str(folder), hint="open it again")
            if not others:
                store.sweep(files)
        yield


@contextmanager
def _gate(folder: Path, doing: str) -> Iterator[None]:
    """Let one at a time look who is there and come in."""
    with _lock(folder / GATE, doing, within=AT_THE_GATE) as is_locked:
        if not is_locked:
            _warn(folder, "this file system has no locks")
        yield


@contextmanager
def _lock(path: Path, doing: str, *, within: float = 0.0) -> Iterator[bool]:
    """Hold a lock, whose file goes with it; say whether there are locks at all."""
    signed = partial(_sign, doing)
    lock = FileLock(path, timeout=within, fallback_to_soft=False, on_acquired=signed)
    try:
        lock.acquire()
    except Timeout:
        raise _busy(path) from None
    except OSError as fault:
        if fault.errno not in WITHOUT_LOCKS:
            with suppress(OSError):
                path.parent.rmdir()
            raise folders.unwritable(path, fault) from fault
        path.unlink(missing_ok=True)
        yield False
        return
    try:
        yield True
    finally:
        with suppress(OSError):  # before it is let go: nobody else has locked this file then
            path.unlink()
        lock.release()
        with suppress(OSError):
            path.parent.rmdir()


def _locked_in(folder: Path) -> list[Path]:
    """Return the locks of those who are there, asked at the gate; what killed ones left goes."""
    return [path for path in folder.glob(f"{LOCK}*") if path.name != GATE and _is_locked(path)]


def _is_locked(path: Path) -> bool:
    try:
        with _lock(path, ""):
            return False
    except BusyRunError:
        return path.exists()  # else it was let go at this moment


def _sign(doing: str, handle: int) -> None:
    """Write who holds a lock into its file, but for the first byte, which Windows locks."""
    who = {"process": os.getpid(), "host": platform.node(), "doing": doing, "since": now()}
    with suppress(OSError):  # a full disk; then nobody is named
        os.ftruncate(handle, 0)
        os.lseek(handle, 1, os.SEEK_SET)
        os.write(handle, json.dumps(who).encode())


def _busy(path: Path) -> DetenteError:
    """Say who holds a lock."""
    who = _holder(path)
    named = "another process or thread"
    if who:
        named = "process {process} on {host} (detente {doing}, since {since})".format(**who)
    hint = "wait until it has ended; a new run can go into another folder, named with -o"
    return BusyRunError(f"{named} is writing here", where=str(path.parent), hint=hint)


def _holder(path: Path) -> dict[str, Any]:
    """Return what a lock's file says; nothing if it says nothing yet, or no more."""
    fields = {"process", "host", "doing", "since"}
    try:
        with path.open("rb", buffering=0) as file:
            file.seek(1)
            who = json.loads(file.read(LONGEST_WORDS))
    except (OSError, ValueError):
        return {}
    return who if isinstance(who, dict) and fields <= set(who) else {}


def _warn(folder: Path, why: str) -> None:
    told = f"{folder}: {why}, so that nothing keeps a second writer out: write there one at a time"
    warnings.warn(told, UnguardedWarning, stacklevel=2)
