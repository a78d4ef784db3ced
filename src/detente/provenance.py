"""Identifies this detente: version, checksum of the model, commit."""

import ast
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
BUILT_FROM = HERE / "commit.txt"
"""File that a build writes into the package; a checkout has none."""
COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
SHORT = 12
"""Digits shown of a checksum or commit."""
WORDS = re.compile(
    r"""
      ^[ ]*r?\"{3}(?s:.*?)\"{3}[ ]*$                    # a docstring, or what is said of a constant
    | (\"{3}(?s:.*?)\"{3}                              # any other string, which stays,
      |"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')       #   whatever it holds
    | [ ]*\#.*$                                      # a comment
    """,
    re.MULTILINE | re.VERBOSE,
)
"""Docstrings, comments and empty lines of a source."""
NUMBER_TABLE = ("number", "actors", "military", "politics")
"""Modules with rows of the number table that have a slot in the kernel, or with what such rows
share."""
MOST_SHOWN = 40
"""Most characters shown of a version named by a record."""


def version_of(package: str) -> str:
    """Return an installed package's version; empty if it cannot be read."""
    from importlib.metadata import metadata  # noqa: PLC0415  slow to import, and seldom asked

    try:
        return str(metadata(package).json.get("version", ""))
    except FileNotFoundError:
        return ""


def model_sources() -> list[Path]:
    """Return the source files that turn numbers into futures."""
    rules = [*(HERE / "kernel").glob("*.py"), *(HERE / "ensemble" / "encode").glob("*.py")]
    return sorted([*rules, HERE / "ensemble" / "design.py", HERE / "pack" / "correlations.py"])


@cache
def model_digest() -> str:
    """Return the checksum of the model's code without comments and docstrings.

    A run continues only under the model that began it; rewording a comment does not change that.
    """
    whole = hashlib.sha256()
    for path in model_sources():
        name = path.relative_to(HERE).as_posix()
        whole.update(f"{name}\0{code_of(path.read_text(encoding='utf-8'))}\0".encode())
    table = [(HERE / "pack" / f"{name}.py").read_text(encoding="utf-8") for name in NUMBER_TABLE]
    whole.update("\n".join(slots_in(*table)).encode())
    return whole.hexdigest()


def slots_in(*sources: str) -> Iterator[str]:
    """Yield the numbers that are copied to the kernel, with their domain and slot.

    The rest of a row only describes the number. A slot is given in the row or in what its numbers
    share. The modules are read as text, since this module must not import packs.
    """
    nodes = [node for source in sources for node in ast.parse(source).body]
    common = {
        ast.unparse(node.targets[0]): _slot_of(node.value)
        for node in nodes
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
    }
    for table in (node for node in nodes if isinstance(node, ast.ClassDef)):
        for field in table.body:
            if isinstance(field, ast.AnnAssign) and isinstance(field.value, ast.Call):
                of, _, domain = ast.unparse(field.value.func).partition(".")
                slot = _slot_of(field.value) or common.get(of, "")
                if slot:
                    yield f"{table.name} {ast.unparse(field.target)} {domain} {slot}"


def _slot_of(call: ast.Call) -> str:
    return next((ast.unparse(one.value) for one in call.keywords if one.arg == "slot"), "")


def code_of(source: str) -> str:
    """Return a module without its docstrings, comments and empty lines."""
    kept = WORDS.sub(lambda found: found[1] or "", source)
    return "\n".join(line.rstrip() for line in kept.splitlines() if line.strip())


@cache
def commit() -> str:
    """Return the commit of this detente, or an empty text if it is unknown.

    The build writes it into the package. In a checkout it is the one checked out, whatever was
    edited since; no program is started to find it.
    """
    try:
        found = BUILT_FROM.read_text() if BUILT_FROM.is_file() else head_of(HERE.parents[1])
    except (OSError, ValueError):
        return ""
    return found.strip() if COMMIT.fullmatch(found.strip()) else ""


def head_of(checkout: Path) -> str:
    """Return the commit of a checkout, read from its folder `.git`.

    Raises `OSError, ValueError` if it cannot be read.
    """
    git = checkout / ".git"
    if git.is_file():  # a second worktree names the folder that is its own
        git = checkout / git.read_text().removeprefix("gitdir:").strip()
    head = (git / "HEAD").read_text().strip()
    if not head.startswith("ref:"):
        return head
    return _commit_of(head.removeprefix("ref:").strip(), git)


def _commit_of(branch: str, git: Path) -> str:
    """Return the commit of a branch, from its own file or the list of packed references."""
    common = git / "commondir"
    shared = git / common.read_text().strip() if common.is_file() else git
    if (shared / branch).is_file():
        return (shared / branch).read_text()
    lines = (shared / "packed-refs").read_text().splitlines()
    return next((line.split()[0] for line in lines if line.endswith(f" {branch}")), "")


def this() -> tuple[str, str, str]:
    """Return version, model checksum and commit of this detente."""
    return version_of("detente"), model_digest(), commit()


def describe(version: str, model: str, commit: str) -> str:
    """Return version, model and commit in words."""
    at = f", commit {commit[:SHORT]}" if commit else ""
    return f"detente {version[:MOST_SHOWN]}, model {model[:SHORT]}{at}"
