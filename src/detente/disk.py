"""Writes files whole or not at all: under another name first, then under their own."""

import os
import re
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

from detente.errors import DetenteError

ASIDE = re.compile(r"\.(?P<name>.+)\.[0-9]+-[0-9]+")
"""Temporary name of a file being written: its own name, the process and the thread."""


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under a temporary name, flush it to the disk, then rename it.

    At an address the file is written by its file system, whole or not at all.
    """
    if isinstance(path, Path):
        fill_whole(path, lambda file: file.write(content))
    else:
        path.put(content)


def fill_whole(path: Path, fill: Callable[[BinaryIO], object]) -> None:
    """Call `fill` on a file with a temporary name, flush it to the disk, then rename it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        with aside.open("wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
        if os.name != "nt":  # a new name lasts through a power cut, where the system can do that
            handle = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
    except OSError as fault:
        if fault.errno is not None:
            fault.filename = str(path)
        raise
    finally:
        aside.unlink(missing_ok=True)


def refuse_taken(path: Path, *, overwrite: bool) -> None:
    """Raise DetenteError if a file exists and may not be replaced, or a folder has its name."""
    if path.exists() and (path.is_dir() or not overwrite):
        hint = "give another name" if path.is_dir() else "give another name, or add --overwrite"
        raise DetenteError("is there already", where=str(path), hint=hint)


def sweep(files: Iterable[Path]) -> None:
    """Remove temporary files that a stopped writer of these files left.

    No writer may be at work.
    """
    names: dict[Path, set[str]] = {}
    for path in files:
        names.setdefault(path.parent, set()).add(path.name)
    for folder, own in names.items():
        there = folder.iterdir() if folder.is_dir() else ()
        for path in [path for path in there if name_of(path.name) in own]:
            path.unlink(missing_ok=True)


def name_of(aside: str) -> str:
    """Return the final name of a temporary file, or an empty text."""
    found = ASIDE.fullmatch(aside)
    return "" if found is None else found["name"]
