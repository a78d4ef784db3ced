"""Edits the text of a pack or a draft, by field or table; comments and all else stay."""

import difflib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel

from detente.disk import write_whole
from detente.errors import DetenteError, Fault, on_disk
from detente.locking import LOCK, locked, warn_unguarded
from detente.pack import files
from detente.pack.amending import MARK, amended, with_table
from detente.pack.crisis import Reading, read_crisis
from detente.pack.fields import Field, field_at
from detente.pack.files import PackText, home_of, merge
from detente.pack.model import Model
from detente.pack.places import (
    REASONS,
    fields_of,
    headline_at,
    part_in,
    place_at,
    place_below,
)
from detente.pack.toml import (
    KeyPath,
    dotted,
    positions,
    value_at,
)
from detente.text import capitalised

BACKUPS = ".backups"
"""Folder within a pack that keeps earlier versions of its files, one folder for each save."""
PATIENCE = 10.0
"""How long a save waits for another [s]."""


class Edit(NamedTuple):
    """The result of a change to a pack, not yet written."""

    before: PackText
    files: Annotated[Mapping[str, bytes], "by name, those that change alone"]
    faults: Annotated[tuple[Fault, ...], "of the pack with the change, as `check` gives them"]
    new: Annotated[tuple[Fault, ...], "those of them that it did not have before"]
    readings: Annotated[tuple[Reading, Reading], "of the pack as it was, and with the change"]

    @property
    def diff(self) -> str:
        """Return the changed lines with their context."""
        found = []
        for name, content in self.files.items():
            old, new = (
                text.decode("utf-8", "replace").splitlines(keepends=True)
                for text in (self.before.files.get(name, b""), content)
            )
            diff = difflib.unified_diff(old, new, name, name)
            found += [line if line.endswith("\n") else f"{line}\n" for line in diff]
        return "".join(found)


def edit(text: PackText, values: Mapping[KeyPath, Any]) -> Edit:
    """Return the edit that sets fields of a pack; the pack may have faults.

    `values`: a value for each path: a number as its table, a text, a day, true or false, or a list;
    None removes the field.

    Raises `DetenteError` if the text cannot be changed there without changing or losing anything
    else.
    """
    changed = dict(text.files)
    for path, value in values.items():
        name = _home(path, changed)
        changed[name] = amended(changed[name], {path: value}, name=name)
    return _edit(text, changed)


def add_table(text: PackText, path: KeyPath, values: Mapping[str, Any]) -> Edit:
    """Return the edit that adds a table with some fields to a pack.

    Raises `DetenteError` if the table exists, or its place in the text cannot be found.
    """
    name = _home(path, text.files)
    content = with_table(text.files[name], path, values, name=name)
    return _edit(text, {**text.files, name: content})


def take_table(text: PackText, path: KeyPath) -> Edit:
    """Return the edit that removes a table and those within it; their comments stay.

    Raises `DetenteError` if it cannot be removed without changing anything else.
    """
    holders = [name for name, its in text.files.items() if path in positions(its).spots]
    less = {name: amended(text.files[name], {path: None}, name=name) for name in holders}
    return _edit(text, {**text.files, **less})


def edit_file(text: PackText, name: str, content: str) -> Edit:
    """Return the edit that replaces the text of one file."""
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
    return Edit(before, differ, now.faults, tuple(new), (was, now))


def _fault(fault: Fault) -> tuple[str, ...]:
    """Return what identifies a fault, whatever its line."""
    return fault.file, fault.field, fault.found, fault.allowed


def _home(path: KeyPath, texts: Mapping[str, bytes]) -> str:
    """Return the file that holds a field, or most of the tables around it."""
    return home_of(path, texts, lambda name, part: part in positions(texts[name]).spots)[0]


def save(pack: Path, before: PackText, changed: Mapping[str, bytes]) -> Path | None:
    """Write changed files of a pack, in this order, and keep their earlier versions.

    The check that the pack is unchanged since it was read, and the writes, are one step: no other
    save, of this program or another, comes between. Each file is written whole before it takes its
    name, so that stopping the program leaves either the old file or the new one.

    `pack` is its folder or its only file, `before` the pack as it was read, `changed` the new files
    by name. Returns the folder in `.backups`, named by the time of the save, that holds the earlier
    versions, or None if all files are new.

    Raises `DetenteError` if the pack on the disk is not the one that was read, another save does
    not end, or a file cannot be written.
    """
    folder = pack if pack.is_dir() else pack.parent
    old = {name: before.files[name] for name in changed if name in before.files}
    with saving(folder):
        if files.read(pack).files != before.files:
            hint = "look at it as it is now, and make the change again: nothing was written"
            what = "has changed on the disk since it was read"
            raise DetenteError(what, where=str(pack), hint=hint)
        kept = folder / BACKUPS / datetime.now(UTC).strftime("%Y-%m-%dT%H%M%S.%fZ")
        for place, texts in ((kept, old), (folder, changed)):
            for name, content in texts.items():
                write_whole(place / name, content)
    return kept if old else None


@contextmanager
def saving(folder: Path) -> Iterator[None]:
    """Keep other saves out of a folder, so that reading and writing in it are one step.

    Raises `DetenteError` if another save does not end, or something cannot be written.
    """
    with on_disk("cannot be written", where=folder, hint="check space and access"):
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder / LOCK, "saving what was edited", within=PATIENCE) as is_locked:
            if not is_locked:
                warn_unguarded(folder, "this file system has no locks")
            yield


class Opening(NamedTuple):
    """A place of a pack where tables may be added."""

    home: Annotated[KeyPath, "the table that holds such tables; for a single one its own path"]
    keys: Annotated[int, "how many keys of its own lead to it; a list and a single one need none"]
    is_list: bool
    says: Annotated[str, "what such tables are"]
    entries: Annotated[tuple[KeyPath, ...], "those that are there"]

    @property
    def name(self) -> str:
        """Return the path of its home, as users write it."""
        return dotted(self.home)

    @property
    def is_free(self) -> bool:
        """Return whether another table may be added there."""
        return bool(self.keys) or self.is_list or not self.entries

    def path(self, keys: tuple[str, ...]) -> KeyPath:
        """Return the path of a new table with keys of its own."""
        return (*self.home, len(self.entries)) if self.is_list else (*self.home, *keys)


def openings(reading: Reading) -> tuple[Opening, ...]:
    """Return the places where tables may be added, in the order of the format."""
    return tuple(_below(merge(reading.text.files).tree, (), Model))


def _below(tree: Any, path: KeyPath, part: type[BaseModel]) -> Iterator[Opening]:
    for key, field in fields_of(part).items():
        here = (*path, key)
        place = place_below(part, key)
        there = tree.get(key) if isinstance(tree, dict) else None
        if place is None or place.row is not None:
            continue
        kind, keys, is_list = part_in(place.kind)
        if kind is None:
            continue
        entries = tuple(_entries(there, here, keys, is_list=is_list))
        if keys or is_list or field.default is None:
            yield Opening(here, keys, is_list, capitalised(headline_at(here)), entries)
        for entry in entries:
            yield from _below(value_at(tree, entry[len(path) :]), entry, kind)


def _entries(there: Any, path: KeyPath, keys: int, *, is_list: bool) -> Iterator[KeyPath]:
    """Yield the paths of existing tables."""
    if is_list:
        many = len(there) if isinstance(there, tuple) else 0
        yield from ((*path, place) for place in range(many))
    elif keys and isinstance(there, dict):
        for key, value in there.items():
            yield from _entries(value, (*path, key), keys - 1, is_list=False)
    elif not keys and isinstance(there, dict):
        yield path


def near(every: tuple[Opening, ...], table: str) -> list[Opening]:
    """Return where a table may be added: in or next to a given table, or at the top."""
    free = [one for one in every if one.is_free]
    if not table:
        return [one for one in free if len(one.home) == 1]
    within = [one for one in free if dotted(one.home[:-1]) == table]
    return within + [one for one in free if table in {one.name, *map(dotted, one.entries)}]


def begun_with(path: KeyPath, wanted: Collection[str]) -> tuple[Field, ...]:
    """Return the fields that a new table needs, and those that are wanted."""
    place = place_at(path)
    kind = place.kind if place else None
    known = fields_of(kind) if isinstance(kind, type) and issubclass(kind, BaseModel) else {}
    needed = {key for key, field in known.items() if field.is_required()} | {*REASONS, *wanted}
    return tuple(field_at((*path, key)) for key in known if key in needed - {"gives"})
