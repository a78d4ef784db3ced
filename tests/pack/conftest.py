"""Packs that the tests of this folder share: the least one, and those with planted faults."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

CASES = Path(__file__).parents[1] / "cases"
MINIMAL = CASES / "valid" / "minimal"
LAST_FILE = "x.toml"
"""A case is read after the files of the least pack, so that the second place of a key is in it."""


class Planted(NamedTuple):
    """A faulty pack, with the faults that its comments announce: line, field and nearest name."""

    pack: Path
    expected: list[tuple[str, int, str]]
    nearest: dict[tuple[int, str], str]


def announced(text: str) -> list[tuple[int, str, str]]:
    """Return the faults that comments `#! field -> nearest name` announce, with their lines."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        for comment in re.findall(r"#! ?([^#]*)", line):
            field, _, name = comment.strip().partition(" -> ")
            found.append((number, field, name))
    return found


@pytest.fixture(params=sorted((CASES / "invalid").glob("*.toml")), ids=lambda path: path.stem)
def planted(request: pytest.FixtureRequest, tmp_path: Path) -> Planted:
    text = request.param.read_text(encoding="utf-8")
    replaced = re.match(r"# In place of (\S+):", text)
    for file in MINIMAL.iterdir():
        if replaced is None or file.name != replaced[1]:
            (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / LAST_FILE).write_text(text, encoding="utf-8")
    faults = announced(text)
    return Planted(
        tmp_path,
        sorted((LAST_FILE, line, field) for line, field, _ in faults),
        {(line, field): name for line, field, name in faults if name},
    )


@pytest.fixture
def minimal(tmp_path: Path) -> Callable[[Mapping[str, str]], Path]:
    """Return a function that writes the least pack, with other text in some of its files."""

    def write(texts: Mapping[str, str]) -> Path:
        for file in MINIMAL.iterdir():
            (tmp_path / file.name).write_bytes(file.read_bytes())
        for name, text in texts.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write
