"""One at a time: a file that whoever does something in a folder has locked meanwhile."""

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
"""Lies in a folder while something writes there; names of other locks begin with it."""
WITHOUT_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP}
"""Errors by which a file system says that it has no locks."""
LONGEST_WORDS = 1000
"""More is not read of who holds a lock [bytes]."""


class BusyError(DetenteError):
    """A folder in which something else is writing."""


@contextmanager
def locked(path: Path, doing: str, *, within: float = 0.0) -> Iterator[bool]:
    """Hold a lock, by process and by thread; say whether there are locks at all.

    The system drops it with the process, however that ends; what is left of it then is a file that
    stops nobody. The file goes with the lock, and its folder too if nothing else is in it.

    Parameters
    ----------
    path
        The file; its folder is there.
    doing
        What the others are told, such as `detente run`.
    within
        How long another is waited for [s].

    Raises
    ------
    BusyError
        If another holds it still.
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
    """Return the error that says who holds a lock."""
    who = _holder(path)
    named = "another process or thread"
    if who:
        named = "process {process} on {host} ({doing}, since {since})".format(**who)
    return BusyError(f"{named} is writing here", where=str(path.parent), hint=hint)


def warn_unguarded(folder: Path, why: str) -> None:
    """Warn that nothing keeps a second writer out of a folder."""
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
    """Return what a lock's file says; nothing if it says nothing yet, or no more."""
    fields = {"process", "host", "doing", "since"}
    try:
        with path.open("rb", buffering=0) as file:
            file.seek(1)
            who = json.loads(file.read(LONGEST_WORDS))
    except (OSError, ValueError):
        return {}
    return who if isinstance(who, dict) and fields <= set(who) else {}
