"""Texts for people and all code are written in the field's words: a reviewed list finds nothing."""

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from inspect import cleandoc
from pathlib import Path
from typing import Annotated, NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "src" / "detente"
CHECKS = ("benchmarks", "tests", "verification")
"""Folders of code of which docstrings, comments and names are read, not what they compare with."""
LANGUAGE = tomllib.loads((Path(__file__).parent / "language.toml").read_text())
WORDS, NAMES = LANGUAGE["word"], LANGUAGE["name"]
CODE = re.compile(r"```[\s\S]*?```|`[^`\n]*`|^ {4}.*$|\]\([^)]*\)", re.M)
"""What a page quotes: code, output, addresses of links."""


class Code(NamedTuple):
    """What a person wrote into a module beyond syntax."""

    names: set[str]
    strings: Annotated[list[tuple[str, str]], "each with its place, docstrings among them"]
    remarks: Annotated[list[tuple[str, str]], "docstrings and comments alone"]
    classes: list[str]


@cache
def code_in(path: Path) -> Code:
    source, read = path.read_text(encoding="utf-8"), Code(set(), [], [], [])
    place = path.relative_to(ROOT)
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Constant(value=str(text)):
                read.strings.append((f"{place}:{node.lineno}", CODE.sub("", cleandoc(text))))
            case ast.Expr(value=ast.Constant(value=str(text))):
                read.remarks.append((f"{place}:{node.lineno}", CODE.sub("", cleandoc(text))))
            case ast.ClassDef(name=name) if node.col_offset == 0:
                read.classes.append(name)
        # Every field of the syntax tree that holds a name.
        for field in ("id", "attr", "name", "asname", "arg", "module"):
            named = getattr(node, field, None)
            if isinstance(named, str):
                read.names.update(named.split("."))
    for number, line in enumerate(source.splitlines(), 1):
        comment = re.search(r"(?:^|\s)# (.*)", line)
        if comment:
            read.remarks.append((f"{place}:{number}", comment[1]))
    return read


def sources() -> list[Path]:
    return sorted(SOURCES.glob("**/*.py"))


def checks() -> list[Path]:
    return sorted(path for folder in CHECKS for path in ROOT.glob(f"{folder}/**/*.py"))


def prose() -> Iterator[tuple[str, str]]:
    """Yield every text that a person may read, with where it stands."""
    for path in sources():
        yield from code_in(path).strings
    for path in checks():
        yield from code_in(path).remarks
    for path in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]):
        yield f"{path.relative_to(ROOT)}", CODE.sub("", path.read_text(encoding="utf-8"))
    for path in sorted([*SOURCES.glob("**/*.html"), *SOURCES.glob("**/*.js")]):
        yield f"{path.relative_to(ROOT)}", path.read_text(encoding="utf-8")


@cache
def texts() -> list[tuple[str, str]]:
    return [one for one in prose() if " " in one[1]]


def found(word: dict[str, object]) -> Iterator[str]:
    for where, text in texts():
        for hit in re.finditer(str(word["not"]), text, re.I):
            context = " ".join(text[max(0, hit.start() - 40) : hit.end() + 40].split())
            standing = f"{where}: {context}"
            if not any(re.search(one, standing) for one in word.get("except", [])):
                yield standing


def test_every_kind_of_output_is_read_and_a_word_that_stands_in_it_is_found():
    read = Counter(Path(where.partition(":")[0]).parts[:3] for where, _ in texts())
    least = {("src", "detente", room): 20 for room in ("cli", "views", "pages", "table", "follow")}
    least |= {("README.md",): 1, ("CHANGELOG.md",): 1, ("docs", "how-to", "play.md"): 1}
    standing = {one.partition(":")[0] for one in found({"not": r"\bforce\b"})}

    assert {place: read[place] for place, few in least.items() if read[place] < few} == {}
    assert len(texts()) > 4000
    assert {Path(one).suffix for one in standing} >= {".py", ".md", ".html"}


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word["but"])
def test_no_word_of_a_dialect_is_left(word):
    assert list(found(word)) == []


def package_of(path: Path) -> str:
    """Return the folder of a module; encode, which fills the kernel's records, counts by itself."""
    if not path.is_relative_to(SOURCES):
        return path.relative_to(ROOT).parts[0]
    parts = path.relative_to(SOURCES).parts
    return "encode" if "encode" in parts else parts[0] if len(parts) > 1 else "detente"


@cache
def identifiers() -> dict[str, set[str]]:
    """Return the names that the code of each package is written in."""
    names: dict[str, set[str]] = {}
    for path in [*sources(), *checks()]:
        names.setdefault(package_of(path), set()).update(code_in(path).names)
    return names


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name["but"])
def test_a_retired_name_stands_only_in_the_packages_that_are_listed_for_it(name):
    part = re.compile(rf"(^|_)({name['not']})(_|$)", re.I)
    packages = {one for one, names in identifiers().items() if any(map(part.search, names))}

    assert packages == set(name["still"])


def test_no_class_name_has_two_meanings():
    names = [name for path in sources() for name in code_in(path).classes]

    assert len(names) > 300
    assert [name for name, times in Counter(names).items() if times > 1] == []
