"""What a person reads is written in the field's words: a reviewed list finds nothing."""

import ast
import io
import re
import tokenize
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from inspect import cleandoc
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "src" / "detente"
LANGUAGE = tomllib.loads((Path(__file__).parent / "language.toml").read_text())
WORDS, NAMES = LANGUAGE["word"], LANGUAGE["name"]
CODE = re.compile(r"```[\s\S]*?```|`[^`\n]*`|^ {4}.*$|\]\([^)]*\)", re.M)
"""What a page quotes: code, output, addresses of links."""


def prose() -> Iterator[tuple[str, str]]:
    """Yield every text that a person may read, with where it stands."""
    for path in sorted(SOURCES.glob("**/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield (
                    f"{path.relative_to(ROOT)}:{node.lineno}",
                    CODE.sub("", cleandoc(node.value)),
                )
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
    parts = path.relative_to(SOURCES).parts
    return "encode" if "encode" in parts else parts[0] if len(parts) > 1 else "detente"


@cache
def identifiers() -> dict[str, set[str]]:
    """Return the names that the code of each package is written in."""
    names: dict[str, set[str]] = {}
    for path in SOURCES.glob("**/*.py"):
        source = io.StringIO(path.read_text(encoding="utf-8"))
        found = {one.string for one in tokenize.generate_tokens(source.readline) if one.type == 1}
        names.setdefault(package_of(path), set()).update(found)
    return names


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name["but"])
def test_a_retired_name_stands_only_in_the_packages_that_are_listed_for_it(name):
    part = re.compile(rf"(^|_)({name['not']})(_|$)", re.I)
    packages = {one for one, names in identifiers().items() if any(map(part.search, names))}

    assert packages == set(name["still"])


def test_no_class_name_has_two_meanings():
    trees = [ast.parse(path.read_bytes()) for path in SOURCES.glob("**/*.py")]
    names = [node.name for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)]

    assert len(names) > 300
    assert [name for name, times in Counter(names).items() if times > 1] == []
