"""One writer at a time: the lock that a run's folder has while something writes into it."""

import errno
import json
import os
import platform
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
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


WITHOUT_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP}
"""Errors by which a file system says that it has no locks."""
LONGEST_WORDS = 1000
"""More is not read of who holds a lock [bytes]."""


@contextmanager
def hold(folder: Path, doing: str) -> Iterator[None]:
    """Hold the lock of a run's folder while something is done there, by process and by thread.

    The system drops it with the process, however that ends; what is left of it then is a file that
    stops nobody. The file goes with the lock, and the folder too if nothing else is in it. Where
    nothing can be locked, `UnguardedWarning` is given.

    Raises
    ------
    BusyRunError
        If another writer holds it.
    DetenteError
        If nothing can be written there.
    """
    lock = _acquired(folder, doing)
    try:
        yield
    finally:
        if lock is not None:
            with suppress(OSError):  # before it is let go: nobody else has locked this file then
                (folder / LOCK).unlink()
            lock.release()
            with suppress(OSError):
                folder.rmdir()


@contextmanager
def adding(run: "Run", kind: str, files: Iterable[Path], command: str) -> Iterator[None]:
    """Hold the lock while a command adds files of its own kind to a run, half ones swept before.

    A bundle takes no file; at an address each is put whole, so that two commands do no harm.

    Raises
    ------
    DetenteError
        As `hold` does, or if another run or a larger one lies there by now, or the files would come
        to lie behind a symbolic link.
    """
    folder = run.folder
    if not isinstance(folder, Path):
        yield
        return
    folders.refuse_links(folder, (kind,))
    with hold(folder, command):
        outcome = read(folder).outcome
        if outcome is None or outcome.digest != run.digest:
            what = "the run was replaced or extended since it was opened"
            raise DetenteError(what, where=str(folder), hint="open it again")
        store.sweep(files)
        yield


def _acquired(folder: Path, doing: str) -> FileLock | None:
    """Return the lock, held; None where there are no locks."""
    if not isinstance(folder, Path):
        _warn(folder, "an address has no locks")
        return None
    path = folder / LOCK
    lock = FileLock(path, blocking=False, fallback_to_soft=False, on_acquired=partial(_sign, doing))
    try:
        lock.acquire()
    except Timeout:
        raise _busy(folder) from None
    except OSError as fault:
        if fault.errno not in WITHOUT_LOCKS:
            with suppress(OSError):
                folder.rmdir()
            raise folders.unwritable(path, fault) from fault
        path.unlink(missing_ok=True)
        _warn(folder, "this file system has no locks")
        return None
    return lock


def _sign(doing: str, handle: int) -> None:
    """Write who holds a lock into its file, but for the first byte, which Windows locks."""
    who = {"process": os.getpid(), "host": platform.node(), "doing": doing, "since": now()}
    with suppress(OSError):  # a full disk; then nobody is named
        os.ftruncate(handle, 0)
        os.lseek(handle, 1, os.SEEK_SET)
        os.write(handle, json.dumps(who).encode())


def _busy(folder: Path) -> DetenteError:
    """Say who holds the lock."""
    who = _holder(folder / LOCK)
    named = "another process or thread"
    if who:
        named = "process {process} on {host} (detente {doing}, since {since})".format(**who)
    hint = "wait until it has ended; a new run can go into another folder, named with -o"
    return BusyRunError(f"{named} is writing here", where=str(folder), hint=hint)


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
