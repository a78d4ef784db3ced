"""Packs with planted faults, which tests of packs have to find on their lines.

Each pack of `tests/cases/invalid` is one file that is added to the smallest valid pack or replaces
one of its files. Comments announce its faults: `#! field -> the name that was meant`.
"""

import re
from pathlib import Path
from typing import NamedTuple

CASES = Path(__file__).parent / "cases"
MINIMAL = CASES / "valid" / "minimal"
LAST_FILE = "x.toml"
"""A case is read after the files of the least pack, so that the second place of a key is in it."""


class Planted(NamedTuple):
    """A fault that a pack announces; the name that was meant is empty if none is near."""

    line: int
    field: str
    meant: str


def planted_in(text: str) -> list[Planted]:
    """Return the faults that the comments of a text announce."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        for comment in re.findall(r"#! ?([^#]*)", line):
            field, _, meant = comment.strip().partition(" -> ")
            found.append(Planted(number, field, meant))
    return found


def write_case(text: str, folder: Path) -> None:
    """Write the least pack with a text next to it or in place of one of its files."""
    replaced = re.match(r"# In place of (\S+):", text)
    for file in MINIMAL.iterdir():
        if replaced is None or file.name != replaced[1]:
            (folder / file.name).write_bytes(file.read_bytes())
    (folder / LAST_FILE).write_text(text, encoding="utf-8")
