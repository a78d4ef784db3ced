"""Faults planted in the program's own code, one at a time, for its tests to find.

    python -m verification.mutants kernel readers --sample 100 --log FILE

A mutant is a file of the program with one operator, number, condition or statement changed. Its
tests are run without the compiler in a copy of the project: those named after the file; if they
find nothing, those of the same folder that import it; then those of the whole that it is a part of.
A mutant that all of them pass survives and is listed. The score is raw: mutants that change nothing
are not taken out, and with more tests it could only be higher. `--log` keeps what was found, so
that a run that was stopped goes on.
"""

import argparse
import ast
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from detente.analysis.history.bands import share_interval

ROOT = Path(__file__).parents[1]
COPIED: tuple[str, ...] = ("src", "tests", "verification", "docs", "benchmarks", "requirements")
COPIED += ("examples", "pyproject.toml", "Makefile", "README.md", "LICENSE", "CHANGELOG.md")
GROUPS: Mapping[str, tuple[str, ...]] = {
    "kernel": ("kernel/*.py",),
    "readers": (
        "pack/*.py",
        "evidence/*.py",
        "ensemble/folder.py",
        "ensemble/record.py",
        "ensemble/store.py",
    ),
}
"""What is mutated, by the name of a group; readers read what a user gives."""
WHOLE: Mapping[str, tuple[str, ...]] = {
    "kernel": ("test_crisis.py", "test_laws.py"),
    "pack": ("test_faults.py", "test_form.py", "test_names.py", "test_resolved.py"),
    "evidence": ("test_ledger.py", "test_document.py"),
}
"""Tests of all that lies in a folder, asked last."""
SWAPPED: Mapping[type[ast.AST], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "*"),
    ast.LShift: ("<<", ">>"),
    ast.RShift: (">>", "<<"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
    ast.BitXor: ("^", "&"),
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.And: ("and", "or"),
    ast.Or: ("or", "and"),
}
"""An operator as it is written, and what a mutant has in its place."""
FAILING = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)
"""Where a test that fails is named in what pytest says."""
SPARE = 60.0
SLOWER = 5.0
"""Tests that take five times as long with a fault, and a minute, have found it."""


class Mutant(NamedTuple):
    """A change of one place in one file: what stands from `start` to `end` becomes `new`."""

    module: str
    line: int
    start: int
    end: int
    new: str

    def applied(self, text: bytes) -> bytes:
        """Return the file with the fault in it."""
        return text[: self.start] + self.new.encode() + text[self.end :]


class Found(NamedTuple):
    """A mutant, what it changed, and whether a test found it."""

    mutant: Mutant
    old: str
    is_killed: bool


def modules(group: str) -> list[str]:
    """Return the files of a group, as paths within the package."""
    package = ROOT / "src" / "detente"
    paths = sorted(path for pattern in GROUPS[group] for path in package.glob(pattern))
    return [str(path.relative_to(package)) for path in paths]


class Source:
    """A file of the program: its bytes, and where each line begins."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.starts = [0]
        for line in text.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def span(self, node: Any) -> tuple[int, int]:
        """Return where a part of the file begins and ends."""
        first = self.starts[node.lineno - 1] + node.col_offset
        return first, self.starts[node.end_lineno - 1] + node.end_col_offset


def mutants(module: str, text: bytes) -> list[Mutant]:
    """Return all mutants of a file, in the order of its text."""
    source = Source(text)
    changes = {change for node in _running(ast.parse(text)) for change in _changes(node, source)}
    return [
        Mutant(module, text.count(b"\n", 0, first) + 1, first, last, new)
        for first, last, new in sorted(changes)
    ]


def _running(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk through all that runs: no annotations, decorators, documentation or imports."""
    for node in ast.iter_child_nodes(tree):
        is_said = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_said or isinstance(node, ast.Import | ast.ImportFrom | ast.arguments):
            continue
        yield node
        for part in _parts(node):
            yield from _running(part)


def _parts(node: ast.AST) -> Sequence[ast.AST]:
    """Return a part of the program without what only describes it."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return (ast.Module(node.body, []),)
    if isinstance(node, ast.AnnAssign):
        return () if node.value is None else (ast.Expr(node.value),)
    return (node,)


Change = tuple[int, int, str]


def _changes(node: Any, source: Source) -> Iterator[Change]:
    first, last = source.span(node) if hasattr(node, "lineno") else (0, 0)
    match node:
        case ast.BinOp():
            yield from _swapped(node.left, node.op, node.right, source)
        case ast.Compare(ops=[operator], comparators=[right]):
            yield from _swapped(node.left, operator, right, source)
        case ast.BoolOp():
            yield from _swapped(node.values[0], node.op, node.values[1], source)
        case ast.UnaryOp(op=ast.Not()):
            yield first, first + len("not"), ""
        case ast.UnaryOp(op=ast.USub()):
            yield first, first + len("-"), ""
        case ast.Constant(value=bool() as truth):
            yield first, last, str(not truth)
        case ast.Constant(value=int() | float() as number):
            yield first, last, repr(number + 1)
        case ast.If() | ast.While() | ast.IfExp():
            first, last = source.span(node.test)
            yield first, last, f"(not ({source.text[first:last].decode()}))"
        case ast.Assign() | ast.AugAssign() | ast.Raise() | ast.Expr(value=ast.Call()):
            if node.col_offset > 0:
                yield first, last, "pass"


def _swapped(left: ast.AST, operator: ast.AST, right: ast.AST, source: Source) -> Iterator[Change]:
    """Swap the operator between two operands, leaving brackets as they are."""
    if type(operator) not in SWAPPED:
        return
    old, new = SWAPPED[type(operator)]
    place = source.text.find(old.encode(), source.span(left)[1], source.span(right)[0])
    if place >= 0:
        yield place, place + len(old), new


def tests_of(module: str) -> list[list[str]]:
    """Return the tests of a file by turns: named after it, importing it, of its whole folder."""
    path = Path(module)
    folder = ROOT / "tests" / path.parent
    files = sorted(folder.glob("test_*.py"))
    named = [test for test in files if test.stem == f"test_{path.stem}"]
    importing = [test for test in files if test not in named and _imports(test, path)]
    asked = WHOLE.get(path.parent.name, ())
    last = [test for test in files if test.name in asked and test not in named + importing]
    turns = (named, importing, last)
    return [[str(test.relative_to(ROOT)) for test in turn] for turn in turns if turn]


def _imports(file: Path, module: Path) -> bool:
    """Say whether a file imports a module of the program."""
    package = ".".join(("detente", *module.parent.parts))
    text = file.read_text(encoding="utf-8")
    whole = re.search(rf"{re.escape(package)}\.{module.stem}\b", text)
    return bool(whole or re.search(rf"from {re.escape(package)} import .*\b{module.stem}\b", text))


def copy_project(folder: Path) -> None:
    """Copy what the tests need to a folder in which code can be changed."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)


class Bench:
    """A copy of the project in which mutants are tried."""

    def __init__(self, folder: Path) -> None:
        copy_project(folder)
        self.folder = folder
        self.usual: dict[tuple[str, ...], float] = {}

    def kills(self, mutant: Mutant) -> bool:
        """Say whether a test finds a mutant, or does not end with it."""
        return bool(self.killer(mutant, tests_of(mutant.module)))

    def killer(self, mutant: Mutant, turns: Sequence[Sequence[str]]) -> str:
        """Return which of the tests, asked by turns, finds a mutant; nothing if none does."""
        for tests in turns:
            self.limit(tests)
        path = self.folder / "src" / "detente" / mutant.module
        text = path.read_bytes()
        path.write_bytes(mutant.applied(text))
        try:
            failing = (self.failing(tests, self.limit(tests)) for tests in turns)
            return next(filter(None, failing), "")
        finally:
            path.write_bytes(text)

    def limit(self, tests: Sequence[str]) -> float:
        """Return how long tests may take, from what they take as things are."""
        key = tuple(tests)
        if key not in self.usual:
            start = time.monotonic()
            if self.failing(tests, None):
                raise SystemExit(f"{' '.join(tests)}: fail as they are, or cannot be run")
            self.usual[key] = time.monotonic() - start
        return SPARE + SLOWER * self.usual[key]

    def failing(self, tests: Sequence[str], limit: float | None) -> str:
        """Run tests without the compiler; return the first that fails, nothing if all pass."""
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
        path = os.pathsep.join((str(self.folder / "src"), str(self.folder)))
        plain = {"NUMBA_DISABLE_JIT": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": path}
        try:
            done = subprocess.run(
                command,
                cwd=self.folder,
                env={**os.environ, **plain},
                capture_output=True,
                text=True,
                timeout=limit,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"{' '.join(tests)}, which do not end"
        named = FAILING.search(done.stdout)
        found = named.group(1) if named else f"{' '.join(tests)}, which cannot be run"
        return found if done.returncode else ""


def sample(files: Sequence[str], size: int, seed: int) -> list[tuple[Mutant, str]]:
    """Return some mutants of files, each with what stands there now, in an order of chance."""
    found = []
    for module in files:
        text = (ROOT / "src" / "detente" / module).read_bytes()
        if tests_of(module):
            found += [(one, text[one.start : one.end].decode()) for one in mutants(module, text)]
    random.Random(seed).shuffle(found)  # noqa: S311 - no secret
    return found[:size] if size else found


def read_log(path: Path | None) -> dict[tuple[Mutant, str], bool]:
    """Return what an earlier run found, by mutant and what stood there."""
    if path is None or not path.exists():
        return {}
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {(Mutant(*mutant), old): killed for mutant, old, killed in lines}


def main(arguments: Sequence[str] | None = None) -> int:
    """Try mutants and print how many were found; return the exit status."""
    parser = argparse.ArgumentParser(description="Faults planted in code, for its tests to find.")
    parser.add_argument("groups", nargs="*", choices=[*GROUPS, []], help="all unless given")
    parser.add_argument("--only", nargs="+", help="files of them, such as kernel/war.py")
    parser.add_argument("--sample", type=int, default=0, help="how many; all unless given")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--log", type=Path, help="where to keep what was found")
    asked = parser.parse_args(arguments)
    files = [file for group in asked.groups or GROUPS for file in modules(group)]
    files = [file for file in files if not asked.only or file in asked.only]
    chosen = sample(files, asked.sample, asked.seed)
    tell(list(_tried(chosen, asked.log, asked.seconds)), len(chosen))
    return 0


def _tried(
    chosen: Sequence[tuple[Mutant, str]], log: Path | None, seconds: float
) -> Iterator[Found]:
    """Try mutants for some seconds; what a log tells is not tried again."""
    known = read_log(log)
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        for mutant, old in chosen:
            killed = known.get((mutant, old))
            if killed is None and time.monotonic() - start < seconds:
                killed = bench.kills(mutant)
                _keep(log, Found(mutant, old, killed))
            if killed is not None:
                yield Found(mutant, old, killed)


def _keep(path: Path | None, found: Found) -> None:
    if path is not None:
        with path.open("a", encoding="utf-8") as log:
            log.write(json.dumps(found) + "\n")


def tell(found: Sequence[Found], chosen: int) -> None:
    """Print the survivors, and for each group the share of mutants that were found.

    The interval is for all mutants of the group, of which those tried are a draw.
    """
    for mutant, old, killed in sorted(found):
        if not killed:
            print(f"survives: {mutant.module}:{mutant.line}: {old!r} -> {mutant.new!r}")
    for group in GROUPS:
        own = [one for one in found if one.mutant.module in modules(group)]
        if own:
            killed_of_own = sum(one.is_killed for one in own)
            share = killed_of_own / len(own)
            low, high = share_interval(killed_of_own, len(own))
            print(
                f"{group}: {killed_of_own} of {len(own)} found, {share:.1%} "
                f"(of all of them, 95 %: {low:.1%} to {high:.1%})"
            )
    print(f"{len(found)} of {chosen} chosen mutants were tried")


if __name__ == "__main__":
    sys.exit(main())
