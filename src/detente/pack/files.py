"""The files of a pack: which there are, and what they say, unread as yet."""

import difflib
import hashlib
import os
from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple

from detente.errors import DetenteError, UnknownPackError
from detente.opening import open_file

MOST_BYTES = 256 * 1024
"""The longest file that is read; a pack of a thousand numbers takes half of it."""
MOST_FILES = 16


class PackText(NamedTuple):
    """A pack as it is written: the name it was asked for by, and its files by name."""

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
    """Return the folder of the packs that ship."""
    return resources.files("detente.pack") / "library"


def shipped() -> tuple[str, ...]:
    """Return the names of the packs that ship."""
    return tuple(sorted(folder.name for folder in library().iterdir() if _is_shipped(folder)))


def _is_shipped(folder: Traversable) -> bool:
    return folder.name != "template" and folder.is_dir() and (folder / "crisis.toml").is_file()


def template() -> Mapping[str, bytes]:
    """Return the files that a new pack starts from."""
    return _texts(library() / "template", "template")


def read(pack: str | Path) -> PackText:
    """Read a shipped pack by its name, or any pack by its path.

    A path contains `/`, ends in `.toml`, or is `.` or `..`. All files `*.toml` of a folder belong
    to it, not those of folders within. Raises `UnknownPackError` if there is none, and
    `DetenteError` if it cannot be read.
    """
    name = str(pack)
    if isinstance(pack, str) and not _is_path(name):
        if name not in shipped():
            raise _unknown(name)
        return PackText(name, _texts(library() / name, name))
    place = Path(pack) if isinstance(pack, str) else pack
    if place.is_dir():
        return PackText(name, _texts(place, name))
    if not place.exists():
        raise UnknownPackError("nothing lies there", where=name, hint="give a folder or a file")
    return PackText(name, {place.name: _bytes(place, name)})


def _is_path(name: str) -> bool:
    return name in {".", ".."} or "/" in name or "\\" in name or name.endswith(".toml")


def _unknown(name: str) -> UnknownPackError:
    names = shipped()
    near = difflib.get_close_matches(name.lower(), names, 1, 0.5)
    advice = f"did you mean {near[0]}?" if near else f"these ship: {', '.join(names)}."
    hint = f"{advice} For a pack of your own give a path with a /, such as ./{name or 'my-crisis'}"
    if os.path.isdir(name):  # noqa: PTH112  Path.is_dir raises if the name is too long
        hint = f"the folder of this name is a path: write ./{name}"
    return UnknownPackError("no pack that ships has this name", where=name or '""', hint=hint)


def _texts(folder: Traversable, name: str) -> Mapping[str, bytes]:
    try:
        entries = sorted(
            (entry for entry in folder.iterdir() if _is_toml(entry)), key=lambda entry: entry.name
        )
    except OSError as error:
        raise _unreadable(name, error) from error
    if not entries:
        raise UnknownPackError(
            "the folder has no file *.toml", where=name, hint="detente new NAME writes a pack"
        )
    if len(entries) > MOST_FILES:
        raise DetenteError(
            f"{len(entries)} files *.toml", where=name, hint=f"keep to {MOST_FILES} files"
        )
    return {entry.name: _bytes(entry, f"{name}/{entry.name}") for entry in entries}


def _is_toml(entry: Traversable) -> bool:
    return entry.name.endswith(".toml") and not entry.name.startswith(".") and not entry.is_dir()


def _bytes(file: Traversable, name: str) -> bytes:
    try:
        with open_file(file) as stream:
            text: bytes = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise _unreadable(name, error) from error
    if len(text) > MOST_BYTES:
        hint = f"keep each file below {MOST_BYTES // 1024} KiB"
        raise DetenteError("the file is too long for a pack", where=name, hint=hint)
    return text


def _unreadable(name: str, error: OSError) -> DetenteError:
    reason = error.strerror or type(error).__name__
    return DetenteError(f"cannot be read: {reason}", where=name, hint="check the path and access")
