"""Where a run lies: a folder, or an address such as s3://bucket/run that fsspec reaches."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from detente.errors import DetenteError, from_extra

ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


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
