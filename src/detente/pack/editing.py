"""A pack or a draft changed field by field in its text: its comments and all else stay."""

import difflib
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from detente.errors import DetenteError, Fault
from detente.pack import files
from detente.pack.amending import MARK, amended, with_table, without_table
from detente.pack.crisis import read_crisis
from detente.pack.files import PackText
from detente.pack.toml import (
    KeyPath,
    positions,
)
from detente.pack.writing import fill

BACKUPS = ".backups"
"""The folder within a pack's that holds its files as they were, a folder for each save."""


class Edit(NamedTuple):
    """What a change makes of a pack: nothing of it is written yet."""

    before: PackText
    files: Annotated[Mapping[str, bytes], "by name, those that change alone"]
    faults: Annotated[tuple[Fault, ...], "of the pack with the change, as `check` gives them"]
    new: Annotated[tuple[Fault, ...], "those of them that it did not have before"]

    @property
    def diff(self) -> str:
        """Return the lines that change, with those around them."""
        return "".join(
            line
            for name, content in self.files.items()
            for line in _diff(name, self.before.files.get(name, b""), content)
        )


def _diff(name: str, before: bytes, after: bytes) -> Iterator[str]:
    old, new = (
        text.decode("utf-8", "replace").splitlines(keepends=True) for text in (before, after)
    )
    for line in difflib.unified_diff(old, new, name, name):
        yield line if line.endswith("\n") else f"{line}\n"


def edit(text: PackText, values: Mapping[KeyPath, Any]) -> Edit:
    """Return what values of fields make of a pack.

    Parameters
    ----------
    text
        The pack, which may have faults.
    values
        A value for each path: a number as its table, a text, a day, true or false, or a list; None
        takes the field out of the pack.

    Raises
    ------
    DetenteError
        If the text cannot be changed there without changing or losing anything else.
    """
    changed = dict(text.files)
    for path, value in values.items():
        name = _home(path, changed)
        changed[name] = amended(changed[name], {path: value}, name=name)
    return _edit(text, changed)


def add_table(text: PackText, path: KeyPath, values: Mapping[str, Any]) -> Edit:
    """Return what one more table makes of a pack, with the fields that are given.

    Raises
    ------
    DetenteError
        If it is there already, or has no place of its own in the text.
    """
    name = _home(path, text.files)
    content = with_table(text.files[name], path, values, name=name)
    return _edit(text, {**text.files, name: content})


def take_table(text: PackText, path: KeyPath) -> Edit:
    """Return what a pack is without a table and those within it; their comments stay.

    Raises
    ------
    DetenteError
        If it cannot be taken out without changing anything else.
    """
    holders = [name for name, its in text.files.items() if path in positions(its).spots]
    less = {name: without_table(text.files[name], path, name=name) for name in holders}
    return _edit(text, {**text.files, **less})


def edit_file(text: PackText, name: str, content: str) -> Edit:
    """Return what another text of one of its files makes of a pack."""
    is_marked = text.files.get(name, b"").startswith(MARK)
    return _edit(text, {**text.files, name: (MARK if is_marked else b"") + content.encode()})


def _edit(before: PackText, changed: Mapping[str, bytes]) -> Edit:
    was, now = (read_crisis(text, {}) for text in (before, before._replace(files=changed)))
    known = Counter(map(_fault, was.faults))
    new = []
    for fault in now.faults:
        known[_fault(fault)] -= 1
        # What could not be read had faults that nobody could see.
        if known[_fault(fault)] < 0 and (was.model or not now.model):
            new.append(fault)
    differ = {name: text for name, text in changed.items() if text != before.files.get(name)}
    return Edit(before, differ, now.faults, tuple(new))


def _fault(fault: Fault) -> tuple[str, ...]:
    """Return what makes a fault the same one, whatever its line."""
    return fault.file, fault.field, fault.found, fault.allowed


def _home(path: KeyPath, texts: Mapping[str, bytes]) -> str:
    """Return the file that a field stands in, or most of the tables around it."""
    found = {name: positions(content) for name, content in texts.items()}
    for length in range(len(path), 0, -1):
        for name, its in found.items():
            if path[:length] in its.spots:
                return name
    return next((name for name, its in found.items() if ("format",) in its.spots), min(texts))


def save(pack: Path, before: PackText, changed: Mapping[str, bytes]) -> Path | None:
    """Write the files of a pack that change, in this order, and keep them as they were.

    Each takes its name once it is whole on the disk: whoever stops this program leaves the old
    file or the new one. What stood in it lies in `.backups` then, below the time of the save.

    Parameters
    ----------
    pack
        Where the pack lies: its folder, or its only file.
    before
        The pack as it was read.
    changed
        New files, by name.

    Returns
    -------
    Path | None
        The folder that holds the files as they were; nothing if all of them are new.

    Raises
    ------
    DetenteError
        If the pack on the disk is not the one that was read, or it cannot be written.
    """
    if files.read(pack).files != before.files:
        hint = "look at it as it is now, and make the change again: nothing was written"
        raise DetenteError("has changed on the disk since it was read", where=str(pack), hint=hint)
    folder = pack if pack.is_dir() else pack.parent
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%S.%fZ")
    old = {name: before.files[name] for name in changed if name in before.files}
    kept = folder / BACKUPS / stamp
    try:
        for name, content in (*_within(kept, old), *_within(folder, changed)):
            write_whole(name, content)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DetenteError(
            f"cannot be written: {reason}", where=str(folder), hint="check space and access"
        ) from error
    return kept if old else None


def _within(folder: Path, texts: Mapping[str, bytes]) -> Iterator[tuple[Path, bytes]]:
    return ((folder / name, content) for name, content in texts.items())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file aside, then give it its name: it is the old one or the new one, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        fill(aside, content)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
