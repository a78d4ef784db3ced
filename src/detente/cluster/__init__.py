"""Runs on the workers of a cluster, and runs stored at remote addresses."""

from pathlib import Path

from detente.errors import from_extra


def reach(address: str) -> Path:
    """Return the path at an address, on any file system that fsspec supports.

    Raises `DetenteError` if the extra `remote` or the driver is missing, or the file system is
    unknown.
    """
    remote = from_extra("remote", "detente.cluster.remote", needs="an address", where=address)
    path: Path = remote.reach(address)
    return path
