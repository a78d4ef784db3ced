"""Packs that the tests of this folder share: the least one, and those with planted faults."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from verification.faults import CASES, LAST_FILE, MINIMAL, planted_in, write_case


class FaultyPack(NamedTuple):
    """A faulty pack, with the faults that its comments announce: line, field and nearest name."""

    pack: Path
    expected: list[tuple[str, int, str]]
    nearest: dict[tuple[int, str], str]


@pytest.fixture(params=sorted((CASES / "invalid").glob("*.toml")), ids=lambda path: path.stem)
def planted(request: pytest.FixtureRequest, tmp_path: Path) -> FaultyPack:
    text = request.param.read_text(encoding="utf-8")
    write_case(text, tmp_path)
    faults = planted_in(text)
    return FaultyPack(
        tmp_path,
        sorted((LAST_FILE, fault.line, fault.field) for fault in faults),
        {(fault.line, fault.field): fault.meant for fault in faults if fault.meant},
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
