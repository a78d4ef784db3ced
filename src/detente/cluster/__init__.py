"""Runs on the workers of a cluster, and runs that lie at an address of another machine."""

from pathlib import Path

from detente.errors import from_extra


def reach(address: str) -> Path:
    """Return the path at an address, on whichever file system fsspec reaches.

    Raises `DetenteError` if the extra `remote` or the driver is missing, or there is no such file
    system.
    """
    remote = from_extra("remote", "detente.cluster.remote", needs="an address", where=address)
    path: Path = remote.reach(address)
    return path
