"""Finds the files of a pack and merges their tables."""

import difflib
import hashlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple

from detente.errors import DetenteError, Fault, UnknownPackError, on_disk
from detente.opening import open_file
from detente.pack.number import Finding, is_number
from detente.pack.toml import (
    MOST_VALUES,
    KeyPath,
    Tree,
    Unreadable,
    copy_of,
    dotted,
    parse,
    positions,
    size_of,
    value_at,
)
from detente.text import brief, did_you_mean

MOST_BYTES = 256 * 1024
"""Largest file that is read; a pack of a thousand numbers takes half of it."""
MOST_FILES = 16
ACCESS = "check the path and access"
OUTSIDE = "outside.toml"
"""File of outside views; it may lie in a pack's folder but is not part of the pack."""

MOST_COMPARED = 30_000
"""Most name comparisons for suggestions in one text; more would take over half a second."""


class PackText(NamedTuple):
    """The text of a pack: the name it was asked for by, and its files."""

    name: str
    files: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """Return the SHA-256 of all files with their names and lengths, in order of name."""
        digest = hashlib.sha256()
        for name, text in sorted(self.files.items()):
            digest.update(f"{name}\0{len(text)}\0".encode())
            digest.update(text)
        return digest.hexdigest()


def library() -> Traversable:
    """Return the folder of the shipped packs."""
    return resources.files("detente.pack") / "library"


def shipped() -> tuple[str, ...]:
    """Return the names of the shipped packs."""
    folders = (one for one in library().iterdir() if one.is_dir())
    return tuple(sorted(one.name for one in folders if (one / "crisis.toml").is_file()))


def read(pack: str | Path) -> PackText:
    """Read a shipped pack by its name, or any pack by its path.

    A path contains `/`, ends in `.toml`, or is `.` or `..`. All files `*.toml` of a folder belong
    to it but `outside.toml`, not those of folders within. Raises `UnknownPackError` if there is
    none, and `DetenteError` if it cannot be read.
    """
    name = str(pack)
    is_path = name in {".", ".."} or "/" in name or "\\" in name or name.endswith(".toml")
    if isinstance(pack, str) and not is_path:
        names = shipped()
        if name not in names:
            near = difflib.get_close_matches(name.lower(), names, 1, 0.5)
            advice = f"did you mean {near[0]}?" if near else f"these ship: {', '.join(names)}."
            own = f"./{name or 'my-crisis'}"
            hint = f"{advice} For a pack of your own give a path with a /, such as {own}"
            if os.path.isdir(name):  # noqa: PTH112  Path.is_dir raises if the name is too long
                hint = f"the folder of this name is a path: write ./{name}"
            what = "no pack that ships has this name"
            raise UnknownPackError(what, where=name or '""', hint=hint)
        return PackText(name, _texts(library() / name, name))
    path = Path(pack) if isinstance(pack, str) else pack
    if path.is_dir():
        return PackText(name, _texts(path, name))
    if not path.exists():
        raise UnknownPackError("nothing lies there", where=name, hint="give a folder or a file")
    return PackText(name, {path.name: _bytes(path, name)})


def _texts(folder: Traversable, name: str) -> Mapping[str, bytes]:
    with on_disk("cannot be read", where=name, hint=ACCESS):
        entries = sorted(filter(_is_toml, folder.iterdir()), key=lambda entry: entry.name)
    if not entries:
        raise UnknownPackError(
            "the folder has no file *.toml", where=name, hint="to write a pack: detente new NAME"
        )
    if len(entries) > MOST_FILES:
        raise DetenteError(
            f"{len(entries)} files *.toml", where=name, hint=f"keep to {MOST_FILES} files"
        )
    return {entry.name: _bytes(entry, f"{name}/{entry.name}") for entry in entries}


def _is_toml(entry: Traversable) -> bool:
    is_toml = entry.name.endswith(".toml") and not entry.name.startswith(".")
    return is_toml and entry.name != OUTSIDE and not entry.is_dir()


def _bytes(file: Traversable, name: str) -> bytes:
    with on_disk("cannot be read", where=name, hint=ACCESS), open_file(file) as stream:
        text: bytes = stream.read(MOST_BYTES + 1)
    if len(text) > MOST_BYTES:
        hint = f"keep each file below {MOST_BYTES // 1024} KiB"
        raise DetenteError("the file is too long for a pack", where=name, hint=hint)
    return text


class Merged(NamedTuple):
    """The merged tables of all files, and the faults of files or keys that were left out."""

    tree: Tree
    trees: Mapping[str, Tree]
    faults: tuple[Fault, ...]


def merge(files: Mapping[str, bytes]) -> Merged:
    """Merge the tables of all files; a key given by two files is a fault."""
    trees: dict[str, Tree] = {}
    faults: list[Fault] = []
    for name, content in files.items():
        left = MOST_VALUES - sum(size_of(tree) for tree in trees.values())
        tree = parse(content, most_values=left)
        if isinstance(tree, Unreadable):
            faults += unreadable_faults(name, content, tree)
        else:
            trees[name] = tree
    merged: Tree = {}
    clashes: list[KeyPath] = []
    for tree in trees.values():
        _merge_into(merged, tree, (), clashes)
    for path in dict.fromkeys(clashes):
        faults += _clash_faults(path, trees, files)
    return Merged(merged, trees, tuple(faults))


def _merge_into(merged: Tree, tree: Tree, path: KeyPath, clashes: list[KeyPath]) -> None:
    for key, value in tree.items():
        here = (*path, key)
        if key not in merged:
            merged[key] = copy_of(value)
        elif isinstance(value, dict) and isinstance(merged[key], dict) and not is_number(value):
            _merge_into(merged[key], value, here, clashes)
        else:
            clashes.append(here)


def unreadable_faults(name: str, content: bytes, reason: Unreadable) -> Iterator[Fault]:
    """Yield why a text is not TOML, then each repeated key."""
    is_repeat = "overwrite" in reason.found or "twice" in reason.found
    repeats = positions(content).repeats if is_repeat else []
    paths = {repeat.path for repeat in repeats}
    for repeat in repeats:
        if any(repeat.path[:length] in paths for length in range(1, len(repeat.path))):
            continue  # what is repeated around it is named already
        found = f"a key that stands in line {repeat.first[0]} too"
        hint = f"write [[{dotted(repeat.path)}]]" if repeat.is_list else "keep one of the two"
        yield Fault(
            name, *repeat.second, brief(dotted(repeat.path)), found, "each key once", brief(hint)
        )
    if not repeats:
        yield Fault(name, reason.line, reason.column, "", reason.found, reason.allowed, reason.hint)


def _clash_faults(
    path: KeyPath, trees: Mapping[str, Tree], files: Mapping[str, bytes]
) -> Iterator[Fault]:
    holders = [name for name, tree in trees.items() if value_at(tree, path) is not None]
    spots = {name: positions(files[name]).spots.get(path) for name in holders}
    lines = {name: spot.key for name, spot in spots.items() if spot is not None}
    first = holders[0]
    # A list whose first entry is a table stands in double brackets.
    is_list = any(isinstance(value_at(tree, (path[0], 0)), dict) for tree in trees.values())
    hint = f"write [[{dotted(path)}]], all in one file" if is_list else "keep one of the two"
    for name in holders[1:]:
        line, column = lines.get(name, (0, 0))
        found = f"a key that stands in {first}:{lines.get(first, (0, 0))[0]} too"
        yield Fault(name, line, column, brief(dotted(path)), found, "each key once", brief(hint))


def place(
    findings: list[Finding], trees: Mapping[str, Tree], files: Mapping[str, bytes]
) -> Iterator[Fault]:
    """Yield findings as faults, with file, line and column."""
    for finding in advised(findings):
        name, length = home_of(
            finding.path, trees, lambda name, path: value_at(trees[name], path) is not None
        )
        spot = positions(files[name]).spots.get(finding.path[:length])
        is_on_key = finding.on_key or length < len(finding.path)
        line, column = (spot.key if is_on_key else spot.value) if spot else (1, 1)
        field = brief(dotted(finding.path))
        found, allowed, hint = (brief(text) for text in finding[1:4])
        yield Fault(name, line, column, field, found, allowed, hint)


def in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Return faults sorted by their place in the text."""
    return tuple(sorted(faults, key=lambda fault: (fault.file, fault.line, fault.column)))


def advised(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield findings with the nearest known name as a hint, as long as the search stays short."""
    left = MOST_COMPARED
    for finding in findings:
        sought, hint = finding.sought, ""
        if sought is not None and len(sought.among) <= left:
            left -= len(sought.among)
            hint = did_you_mean(*sought)
        yield finding._replace(hint=hint or finding.hint)


def home_of(
    path: KeyPath, names: Collection[str], holds: Callable[[str, KeyPath], bool]
) -> tuple[str, int]:
    """Return the file that holds most of a path, and how many of its keys.

    If no file holds any of it, this is the file of the crisis itself.
    """
    for length in range(len(path), 0, -1):
        for name in names:
            if holds(name, path[:length]):
                return name, length
    return next((name for name in names if holds(name, ("format",))), next(iter(names))), 0
