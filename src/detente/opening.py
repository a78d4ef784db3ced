"""Opens files that a user names, without waiting; every fault is an OSError."""

import errno
import io
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import IO, Any

DISTINCT = (FileNotFoundError, FileExistsError, PermissionError, IsADirectoryError)
"""Subclasses of OSError that callers distinguish."""


def open_file(path: Traversable) -> IO[bytes]:
    """Open a file for reading bytes.

    Raises `OSError` if it cannot be opened, or is a pipe, socket or device, which may never end.
    """
    if isinstance(path, Path):
        kind = stat.S_IFMT(path.stat().st_mode)
        if kind not in {stat.S_IFREG, stat.S_IFDIR}:
            raise OSError(errno.EINVAL, "it is no regular file", str(path))
    return path.open("rb")


@contextmanager
def heard(place: object) -> Iterator[None]:
    """Turn any error of a file system's driver into an OSError that names the place."""
    try:
        yield
    except OSError as fault:
        kind = next((kind for kind in DISTINCT if isinstance(fault, kind)), OSError)
        says = fault.strerror or str(fault) or type(fault).__name__
        raise kind(fault.errno or errno.EIO, says, str(place)) from fault
    except MemoryError:
        raise
    except Exception as fault:  # the errors of drivers have no other class in common
        says = f"{type(fault).__name__}: {fault}"
        raise OSError(errno.EIO, says, str(place)) from fault


def heard_file(file: Any, place: object) -> IO[bytes]:
    """Return an open file whose driver's errors become OSError."""
    return io.BufferedReader(_Heard(file, place))


class _Heard(io.RawIOBase):
    def __init__(self, file: Any, place: object) -> None:
        self.file = file
        self.place = place

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with heard(self.place):
            content = self.file.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)

    def seek(self, offset: int, whence: int = 0) -> int:
        return int(self.file.seek(offset, whence))

    def close(self) -> None:
        self.file.close()
        super().close()
