"""Locks a folder by a file in it, so that one writer is at work at a time."""

import errno
import json
import os
import platform
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from detente.errors import DetenteError, UnguardedWarning

LOCK = ".detente.lock"
"""Present in a folder while something writes there; names of other locks begin with it."""
WITHOUT_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP}
"""Errors with which file systems without locks answer."""
LONGEST_WORDS = 1000
"""Most bytes read of the holder's name."""


class BusyError(DetenteError):
    """Something else is writing in this folder."""


@contextmanager
def locked(path: Path, doing: str, *, within: float = 0.0) -> Iterator[bool]:
    """Hold a lock against other processes and threads; yield whether there are locks at all.

    The system releases the lock when the process ends, however it ends; a file that remains stops
    nobody. The file is removed with the lock, and so is its folder if it is empty.

    Parameters
    ----------
    path
        The file; its folder exists.
    doing
        What others are told, such as `detente run`.
    within
        How long to wait for another holder [s].

    Raises
    ------
    BusyError
        If another still holds it.
    OSError
        If nothing can be written there.
    """
    signed = partial(_sign, doing)
    lock = FileLock(path, timeout=within, fallback_to_soft=False, on_acquired=signed)
    try:
        lock.acquire()
    except Timeout:
        raise busy(path) from None
    except OSError as fault:
        if fault.errno not in WITHOUT_LOCKS:
            with suppress(OSError):
                path.parent.rmdir()
            raise
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


def busy(path: Path, hint: str = "wait until it has ended") -> BusyError:
    """Return the error that names the holder of a lock."""
    who = _holder(path)
    named = "another process or thread"
    if who:
        named = "process {process} on {host} ({doing}, since {since})".format(**who)
    return BusyError(f"{named} is writing here", where=str(path.parent), hint=hint)


def warn_unguarded(folder: Path, why: str) -> None:
    """Warn that nothing prevents a second writer in a folder."""
    what = f"{folder}: {why}, so that nothing keeps a second writer out: write there one at a time"
    warnings.warn(what, UnguardedWarning, stacklevel=2)


def _sign(doing: str, handle: int) -> None:
    """Write who holds a lock into its file, but for the first byte, which Windows locks."""
    since = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    who = {"process": os.getpid(), "host": platform.node(), "doing": doing, "since": since}
    with suppress(OSError):  # a full disk; then nobody is named
        os.ftruncate(handle, 0)
        os.lseek(handle, 1, os.SEEK_SET)
        os.write(handle, json.dumps(who).encode())


def _holder(path: Path) -> dict[str, Any]:
    """Return the holder's name in a lock file; empty if it has none."""
    fields = {"process", "host", "doing", "since"}
    try:
        with path.open("rb", buffering=0) as file:
            file.seek(1)
            who = json.loads(file.read(LONGEST_WORDS))
    except (OSError, ValueError):
        return {}
    return who if isinstance(who, dict) and fields <= set(who) else {}
