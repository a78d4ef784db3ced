"""Packs that the tests of this folder share: the least one, and those with planted faults."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from detente import pack
from detente.errors import Fault
from tests.faulty import CASES, LAST_FILE, MINIMAL, planted_in, write_case


class FaultyPack(NamedTuple):
    """What is found in a pack, and what its comments announce: line, field and nearest name."""

    found: tuple[Fault, ...]
    expected: list[tuple[str, int, str]]
    nearest: dict[tuple[int, str], str]


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, FaultyPack]:
    """Return every pack with planted faults, by its name."""
    return {
        case.stem: faulty(case.read_text(encoding="utf-8"), tmp_path_factory.mktemp(case.stem))
        for case in (CASES / "invalid").glob("*.toml")
    }


def faulty(text: str, folder: Path) -> FaultyPack:
    write_case(text, folder)
    faults = planted_in(text)
    return FaultyPack(
        pack.check(folder),
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


@pytest.fixture
def edited(tmp_path: Path) -> Callable[..., pack.Crisis]:
    """Return a function that loads the least pack, texts replaced wherever they stand in it."""

    def edit(*pairs: tuple[str, str], more: str = "") -> pack.Crisis:
        place = tmp_path / str(len(list(tmp_path.iterdir())))
        place.mkdir()
        texts = {file.name: file.read_text(encoding="utf-8") for file in MINIMAL.iterdir()}
        for old, new in pairs:
            assert any(old in text for text in texts.values())
            texts = {name: text.replace(old, new) for name, text in texts.items()}
        for name, text in {**texts, "more.toml": more}.items():
            (place / name).write_text(text, encoding="utf-8")
        return pack.load(place)

    return edit
