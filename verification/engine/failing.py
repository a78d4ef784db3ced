"""A simulated disk that fails at one of a process's calls, or at all calls from one on."""

import builtins
import errno
import io
import os
import signal
import threading
from collections.abc import Callable, Sequence
from functools import partial
from types import TracebackType
from typing import Any
from unittest import mock

DEATH = "death"
SHORT = "short write"
INTERRUPTED = "interrupted"
CODES = {
    "no space": errno.ENOSPC,
    "I/O error": errno.EIO,
    "no access": errno.EACCES,
    INTERRUPTED: errno.EINTR,
}
KINDS = (*CODES, SHORT, DEATH)
WRITE = "write"
CALLS = {"open": "open", "fsync": "fsync", "replace": "rename", "mkdir": "mkdir"}
"""Functions of `os` that can fail, and what each does; files are opened by `io.open` too."""


class Disk:
    """Counts the calls of a process to the disk and fails that number `at`, or all from it on.

    A short write and a death leave half of what was to be written; a lasting short write finds the
    disk full after it. Nothing fails if `at` is 0.
    """

    def __init__(self, at: int = 0, kind: str = "", *, lasting: bool = False) -> None:
        self.at = at
        self.kind = kind
        self.lasting = lasting
        self.calls: list[str] = []
        self.patches: list[Any] = []
        self.lock = threading.Lock()

    def __enter__(self) -> "Disk":
        """Stand between the process and its disk."""
        opened = partial(self._open, io.open)
        places = [
            (os, name, partial(self._call, call, getattr(os, name))) for name, call in CALLS.items()
        ]
        for module, name, stand_in in [*places, (io, "open", opened), (builtins, "open", opened)]:
            patch = mock.patch.object(module, name, stand_in)
            patch.start()
            self.patches.append(patch)
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _place: TracebackType | None,
    ) -> None:
        """Leave the disk to itself."""
        for patch in reversed(self.patches):
            patch.stop()

    def write(self, real: Callable[[Any], int], content: Any) -> int:
        """Write, or fail to."""
        number = self._count(WRITE)
        if not self._fails(number):
            return real(content)
        if self.kind in CODES:
            raise _fault(CODES[self.kind])
        if number > self.at:
            raise _fault(errno.ENOSPC)
        written = real(memoryview(content)[: max(1, len(content) // 2)])
        self._die()
        return written

    def _call(self, name: str, real: Callable[..., Any], *given: Any, **named: Any) -> Any:
        if self._fails(self._count(name)):
            self._die()
            if self.kind in CODES:
                raise _fault(CODES[self.kind], given)
        return real(*given, **named)

    def _open(
        self, real: Callable[..., Any], file: Any, mode: str = "r", *given: Any, **named: Any
    ) -> Any:
        if "w" in mode and "b" in mode:
            return self._call("open", lambda path: io.BufferedWriter(_Raw(path, self)), file)
        return self._call("open", real, file, mode, *given, **named)

    def _count(self, name: str) -> int:
        with self.lock:
            self.calls.append(name)
            return len(self.calls)

    def _fails(self, number: int) -> bool:
        return 0 < self.at == number or (self.lasting and 0 < self.at < number)

    def _die(self) -> None:
        if self.kind == DEATH:
            os.kill(os.getpid(), signal.SIGKILL)


class _Raw(io.FileIO):
    """A file on a disk that may fail."""

    def __init__(self, path: Any, disk: Disk) -> None:
        super().__init__(path, "w")
        self.disk = disk

    def write(self, content: Any) -> int:
        """Write, or fail to."""
        return self.disk.write(super().write, content)


def _fault(code: int, given: Sequence[Any] = ()) -> OSError:
    """Return the system's own error, which names a path if it was given one."""
    named = [os.fspath(one) for one in given[:1] if isinstance(one, str | os.PathLike)]
    return OSError(code, os.strerror(code), *named)
