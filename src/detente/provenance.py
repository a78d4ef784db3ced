"""Which detente this is: its version, the checksum of its model, the commit it was made from."""

import ast
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
BUILT_FROM = HERE / "commit.txt"
"""What a build writes into the package; a checkout has none."""
COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
SHORT = 12
"""Digits that are shown of a checksum or a commit."""
WORDS = re.compile(
    r"""
      ^[ ]*r?\"{3}(?s:.*?)\"{3}[ ]*$                    # a docstring, or what is said of a constant
    | (\"{3}(?s:.*?)\"{3}                              # any other string, which stays,
      |"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')       #   whatever it holds
    | [ ]*\#.*$                                      # a comment
    """,
    re.MULTILINE | re.VERBOSE,
)
"""What a source says to people."""
NUMBER_TABLE = ("number", "actors", "military", "politics")
"""Modules of the pack that hold rows of the number table with a slot of the kernel, or what such
rows have in common."""
MOST_SHOWN = 40
"""Of a version that a record names no more is shown [characters]."""


def version_of(package: str) -> str:
    """Return an installed package's version; nothing if the disk does not give it."""
    from importlib.metadata import metadata  # noqa: PLC0415  slow to import, and seldom asked

    try:
        return str(metadata(package).json.get("version", ""))
    except FileNotFoundError:
        return ""


def model_sources() -> list[Path]:
    """Return the files that turn numbers into futures."""
    rules = [*(HERE / "kernel").glob("*.py"), *(HERE / "ensemble" / "encode").glob("*.py")]
    return sorted([*rules, HERE / "ensemble" / "design.py", HERE / "pack" / "correlations.py"])


@cache
def model_digest() -> str:
    """Return the checksum of the model's code; its comments and docstrings do not count.

    A run goes on under the model that began it. What is said about a rule does not change it.
    """
    whole = hashlib.sha256()
    for path in model_sources():
        name = path.relative_to(HERE).as_posix()
        whole.update(f"{name}\0{code_of(path.read_text(encoding='utf-8'))}\0".encode())
    table = [(HERE / "pack" / f"{name}.py").read_text(encoding="utf-8") for name in NUMBER_TABLE]
    whole.update("\n".join(slots_in(*table)).encode())
    return whole.hexdigest()


def slots_in(*sources: str) -> Iterator[str]:
    """Yield the numbers of modules that are copied to the kernel, with domain and slot.

    The rest of a row says what a number means, and not what the kernel does with it. A slot stands
    in the row, or in what its numbers have in common. Read as text, since what says which detente
    this is knows no pack.
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
    """Return the commit that this detente is of; nothing if nothing tells.

    The build writes it into the package. In a checkout it is the one that is checked out, whatever
    was changed since; no program is started to learn it.
    """
    try:
        found = BUILT_FROM.read_text() if BUILT_FROM.is_file() else head_of(HERE.parents[1])
    except (OSError, ValueError):
        return ""
    return found.strip() if COMMIT.fullmatch(found.strip()) else ""


def head_of(checkout: Path) -> str:
    """Return what a checkout is at, as its folder `.git` has it.

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
    """Return the commit of a branch, which lies in a file of its own or in the list of many."""
    common = git / "commondir"
    shared = git / common.read_text().strip() if common.is_file() else git
    if (shared / branch).is_file():
        return (shared / branch).read_text()
    lines = (shared / "packed-refs").read_text().splitlines()
    return next((line.split()[0] for line in lines if line.endswith(f" {branch}")), "")


def this() -> tuple[str, str, str]:
    """Return version, checksum of the model and commit of this detente."""
    return version_of("detente"), model_digest(), commit()


def describe(version: str, model: str, commit: str) -> str:
    """Say which detente one is, with the commit where it is known."""
    at = f", commit {commit[:SHORT]}" if commit else ""
    return f"detente {version[:MOST_SHOWN]}, model {model[:SHORT]}{at}"
