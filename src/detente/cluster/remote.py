"""Runs on the file systems that fsspec reaches: what they store is whole, or is not there."""

import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import IO, Any, cast

from upath.extensions import ProxyUPath

from detente.errors import DetenteError
from detente.opening import heard, heard_file

RENAMED = ("local", "sftp", "ssh")
"""Where a file can be seen half written and a rename is done at once; elsewhere a put is."""


def reach(address: str) -> Path:
    """Return the path at an address.

    Raises `DetenteError` if there is no such file system, its driver is missing, or the address is
    not of its form.
    """
    with warnings.catch_warnings():
        # Told of file systems for which universal-pathlib has no class of its own.
        warnings.simplefilter("ignore", UserWarning)
        path = _with_driver(address)
    return cast(Path, path)


def _with_driver(address: str) -> "RemotePath":
    try:
        path = RemotePath(address)
        path.fs  # noqa: B018  loads the driver
    except ImportError as fault:
        hint = "install what it names, next to detente[remote]"
        raise DetenteError(f"its driver is missing: {fault}", where=address, hint=hint) from fault
    except Exception as fault:  # the errors of drivers have no other class in common
        hint = "use a folder, or an address that fsspec knows, such as s3://bucket/run"
        raise DetenteError(f"cannot be reached: {fault}", where=address, hint=hint) from fault
    return path


class RemotePath(ProxyUPath):
    """A path at an address; whatever its driver raises comes as OSError."""

    def is_dir(self) -> bool:
        """Say whether it is a folder, or the beginning of names."""
        with heard(self):
            return bool(self.__wrapped__.is_dir())

    def is_file(self) -> bool:
        """Say whether it is a file."""
        with heard(self):
            return bool(self.__wrapped__.is_file())

    def iterdir(self) -> Iterator["RemotePath"]:
        """Return what lies in it."""
        with heard(self):
            return iter([self._from_upath(path) for path in self.__wrapped__.iterdir()])

    def glob(self, pattern: str, **_: Any) -> Iterator["RemotePath"]:
        """Return what lies in it and has a name of this pattern."""
        with heard(self):
            return iter([self._from_upath(path) for path in self.__wrapped__.glob(pattern)])

    def rglob(self, pattern: str, **_: Any) -> Iterator["RemotePath"]:
        """Return what lies below it and has a name of this pattern."""
        with heard(self):
            return iter([self._from_upath(path) for path in self.__wrapped__.rglob(pattern)])

    def open(self, *_: Any, **__: Any) -> IO[Any]:  # type: ignore[override]
        """Open a file to read its bytes."""
        with heard(self):
            file = self.fs.open(self.path, "rb")
        return heard_file(file, self)

    def unlink(self, missing_ok: bool = False) -> None:
        """Remove a file."""
        with heard(self), suppress(FileNotFoundError) if missing_ok else nullcontext():
            self.fs.rm_file(self.path)

    def remove_all(self) -> None:
        """Remove a folder with all that it holds."""
        with heard(self):
            self.fs.rm(self.path, recursive=True)

    def put(self, content: bytes) -> None:
        """Store a file."""
        with heard(self):
            if self.protocol in RENAMED:
                self._put_aside(content)
            else:
                self.fs.pipe_file(self.path, content)

    def _put_aside(self, content: bytes) -> None:
        aside = self.with_name(f".{self.name}.{os.getpid()}-{threading.get_ident()}")
        self.fs.makedirs(self.parent.path, exist_ok=True)
        try:
            self.fs.pipe_file(aside.path, content)
            self.fs.mv(aside.path, self.path)
        finally:
            aside.unlink(missing_ok=True)
