"""Where a run lies: a folder, or an address such as s3://bucket/run that fsspec reaches."""

import errno
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from detente.errors import DetenteError, from_extra

ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
TOLD_APART = (FileNotFoundError, FileExistsError, PermissionError, IsADirectoryError)
"""Kinds of OSError by which something is decided."""


def place_of(address: Path | str) -> Path:
    """Return the path of a folder or an address.

    Addresses other than file:// need the extra `remote`, and the driver of their file system. What
    is returned for them is a path of universal-pathlib, which has of a `Path` all that a run needs.

    Raises
    ------
    DetenteError
        If the extra or the driver is missing, or there is no such file system.
    """
    if not isinstance(address, str):
        return address
    if not ADDRESS.match(address):
        return Path(address)
    if address.lower().startswith("file:"):
        return _local(address)
    remote = from_extra("remote", "detente.ensemble.remote", needs="an address", where=address)
    path: Path = remote.reach(address)
    return path


def _local(address: str) -> Path:
    parts = urlsplit(address)
    if parts.netloc not in {"", "localhost"} or not parts.path:
        what = "this address names another machine, or no path from the root"
        raise DetenteError(what, where=address, hint="for example file:///home/me/run")
    return Path(url2pathname(unquote(parts.path)))


@contextmanager
def heard(place: object) -> Iterator[None]:
    """Raise whatever a driver raises as OSError, with the place that it is about."""
    try:
        yield
    except OSError as fault:
        kind = next((kind for kind in TOLD_APART if isinstance(fault, kind)), OSError)
        says = fault.strerror or str(fault) or type(fault).__name__
        raise kind(fault.errno or errno.EIO, says, str(place)) from fault
    except MemoryError:
        raise
    except Exception as fault:  # the errors of drivers have no other class in common
        says = f"{type(fault).__name__}: {fault}"
        raise OSError(errno.EIO, says, str(place)) from fault


def heard_file(file: Any, place: object) -> IO[bytes]:
    """Return an open file of which whatever its driver raises comes as OSError."""
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

    def tell(self) -> int:
        return int(self.file.tell())

    def close(self) -> None:
        self.file.close()
        super().close()
