"""Remote file systems through fsspec; files are stored completely or not at all."""

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
"""Protocols with atomic renames on which partial files are visible; on others a put is atomic."""


def reach(address: str) -> Path:
    """Return the path at an address.

    Raises `DetenteError` if the file system is unknown, its driver is missing, or the address is
    malformed.
    """
    with warnings.catch_warnings():
        # universal-pathlib warns of file systems without a class of their own.
        warnings.simplefilter("ignore", UserWarning)
        try:
            path = RemotePath(address)
            path.fs  # noqa: B018  loads the driver
        except ImportError as fault:
            what = f"its driver is missing: {fault}"
            hint = "install what it names, next to detente[remote]"
            raise DetenteError(what, where=address, hint=hint) from fault
        except Exception as fault:  # drivers' errors have no other common class
            what = f"cannot be reached: {fault}"
            hint = "use a folder, or an address that fsspec knows, such as s3://bucket/run"
            raise DetenteError(what, where=address, hint=hint) from fault
    return cast(Path, path)


class RemotePath(ProxyUPath):
    """A path at an address; errors of its driver become OSError."""

    def is_dir(self) -> bool:
        """Return whether it is a folder, or a common prefix of names."""
        with heard(self):
            return bool(self.__wrapped__.is_dir())

    def is_file(self) -> bool:
        """Return whether it is a file."""
        with heard(self):
            return bool(self.__wrapped__.is_file())

    def iterdir(self) -> Iterator["RemotePath"]:
        """Return the paths in a folder."""
        with heard(self):
            return iter([self._from_upath(path) for path in self.__wrapped__.iterdir()])

    def glob(self, pattern: str, **_: Any) -> Iterator["RemotePath"]:
        """Return the paths in a folder whose names match a pattern."""
        with heard(self):
            return iter([self._from_upath(path) for path in self.__wrapped__.glob(pattern)])

    def rglob(self, pattern: str, **_: Any) -> Iterator["RemotePath"]:
        """Return the paths at any depth below whose names match a pattern."""
        with heard(self):
            return iter([self._from_upath(path) for path in self.__wrapped__.rglob(pattern)])

    def open(self, *_: Any, **__: Any) -> IO[Any]:  # type: ignore[override]
        """Open a file for reading bytes."""
        with heard(self):
            file = self.fs.open(self.path, "rb")
        return heard_file(file, self)

    def unlink(self, missing_ok: bool = False) -> None:
        """Delete a file."""
        with heard(self), suppress(FileNotFoundError) if missing_ok else nullcontext():
            self.fs.rm_file(self.path)

    def remove_all(self) -> None:
        """Delete a folder with its content."""
        with heard(self):
            self.fs.rm(self.path, recursive=True)

    def put(self, content: bytes) -> None:
        """Store a file."""
        with heard(self):
            if self.protocol not in RENAMED:
                self.fs.pipe_file(self.path, content)
                return
            aside = self.with_name(f".{self.name}.{os.getpid()}-{threading.get_ident()}")
            self.fs.makedirs(self.parent.path, exist_ok=True)
            try:
                self.fs.pipe_file(aside.path, content)
                self.fs.mv(aside.path, self.path)
            finally:
                aside.unlink(missing_ok=True)
