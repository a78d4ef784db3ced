"""Opens files that a user names, and never waits for one."""

import errno
import stat
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import IO


def open_file(path: Traversable) -> IO[bytes]:
    """Open a file to read its bytes.

    Raises
    ------
    OSError
        If it cannot be opened, or is a pipe, a socket or a device, which may give no end.
    """
    if isinstance(path, Path):
        kind = stat.S_IFMT(path.stat().st_mode)
        if kind not in {stat.S_IFREG, stat.S_IFDIR}:
            raise OSError(errno.EINVAL, "it is no regular file", str(path))
    return path.open("rb")
