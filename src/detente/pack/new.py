"""A new pack: the files that a stranger fills in, or those of a pack to start from."""

import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from detente.errors import DetenteError
from detente.pack import files
from detente.pack.crisis import load
from detente.pack.schema import schema
from detente.pack.toml import KeyPath, positions

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
SCHEMA = "pack.schema.json"
TEXT = re.compile(r"(\"\"\"|'''|\"|').*?\1", re.DOTALL)
"""A text in its quotes."""


def new(name: str, *, folder: Path, start: str | Path | None = None) -> Path:
    """Write a commented pack that passes its check into a new folder of this name.

    `start` is a shipped pack or the path of any: its files are copied, comments and all, and the
    name in them is changed. Without it the pack is one to learn from.

    Raises `DetenteError` if the name cannot be one, the folder is there, or it cannot be written;
    `PackFaults` if the pack to start from has faults, `UnknownPackError` if there is none.
    """
    if not NAME.fullmatch(name):
        hint = "use small letters, digits and -, such as border-2031"
        raise DetenteError("not a name for a pack", where=name, hint=hint)
    texts = _template(name) if start is None else load(start).files
    renamed = {
        file: _renamed(text, name) if file.endswith(".toml") else text
        for file, text in texts.items()
    }
    place = folder / name
    write(place, renamed)
    return place


def write(place: Path, texts: Mapping[str, bytes]) -> None:
    """Write the files of a pack into a folder that is not there yet, all of them or none.

    Raises `DetenteError` if it is there or cannot be written.
    """
    if place.exists():
        hint = "choose another name, or move the folder away"
        raise DetenteError("already there", where=str(place), hint=hint)
    try:
        _lay(place, texts)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        hint = "check space and access"
        raise DetenteError(f"cannot be written: {reason}", where=str(place), hint=hint) from error


def _lay(place: Path, texts: Mapping[str, bytes]) -> None:
    """Write files into a folder that has another name until all of them are on the disk."""
    aside = place.with_name(f".{place.name}.{os.getpid()}")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        aside.mkdir()
        for name, text in texts.items():
            with (aside / name).open("wb") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        aside.rename(place)
    except OSError:
        shutil.rmtree(aside, ignore_errors=True)
        raise


def _template(name: str) -> Mapping[str, bytes]:
    """Return the template, and the schema that an editor of TOML finds through it."""
    place = f"./{name}".encode()
    texts = {file: text.replace(b"./NAME", place) for file, text in files.template().items()}
    form = json.dumps(schema("4", is_part=True), indent=1, ensure_ascii=False) + "\n"
    pointed = {file: f"#:schema ./{SCHEMA}\n".encode() + text for file, text in texts.items()}
    return {**pointed, SCHEMA: form.encode()}


def _renamed(content: bytes, name: str) -> bytes:
    """Return a file with another name for its pack, if it is the one that gives it."""
    return replaced(content, ("name",), TEXT, f'"{name}"')


def replaced(content: bytes, path: KeyPath, value: re.Pattern[str], new_value: str) -> bytes:
    """Return a file with another value at a path, if it has one there that looks like `value`."""
    spot = positions(content).spots.get(path)
    if spot is None:
        return content
    line, column = spot.value
    lines = content.decode("utf-8-sig").split("\n")
    start = sum(len(before) + 1 for before in lines[: line - 1]) + column - 1
    text = "\n".join(lines)
    return (text[:start] + value.sub(lambda _: new_value, text[start:], count=1)).encode()
