"""Plants faults in the program's code with cosmic-ray, one at a time, for its tests to find.

    python -m verification.engine.mutants [kernel] [readers] [--sample N] [--seconds S] [--session
    FILE]

A mutant is a file of the program with one operator, number or condition changed. Its tests run
without the compiler in a copy of the project: first those named after the file, then those that
import it, then those of its package. A mutant survives, and is listed, if all of them pass. The
score is raw: equivalent mutants are not excluded, and more tests could only raise it. The session
stores the results for one state of the code, so that an interrupted run can continue.
"""

import argparse
import contextlib
import os
import random
import re
import shlex
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cosmic_ray.commands import init
from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.work_db import WorkDB, use_db

from detente.questions.past.definitions import share_interval
from verification.engine.planted import ROOT, copy_project, failing, tests_command, uncompiled

PACKAGE = Path("src") / "detente"
GROUPS: Mapping[str, tuple[str, ...]] = {
    "kernel": ("kernel/*.py",),
    "readers": (
        "text.py",
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
    "pack": ("test_faults.py", "test_form.py", "test_resolved.py"),
    "evidence": ("test_ledger.py", "test_document.py"),
}
"""Tests of all that lies in a folder, asked last."""
OPERATORS = re.compile(
    "core/(AddNot|NumberReplacer|ReplaceBreakWithContinue|ReplaceContinueWithBreak|"
    "Replace(True|False|And|Or)With(True|False|And|Or)|ZeroIterationForLoop|"
    "ReplaceUnaryOperator_(Delete_Not|USub_UAdd)|"
    "ReplaceBinaryOperator_(Add_Sub|Sub_Add|Mul_Div|Div_Mul|FloorDiv_Mul|Mod_Mul|"
    "LShift_RShift|RShift_LShift|BitAnd_BitOr|BitXor_BitAnd)|"
    "ReplaceComparisonOperator_(Lt_LtE|LtE_Lt|Gt_GtE|GtE_Gt|Eq_NotEq|NotEq_Eq|Is_IsNot|IsNot_Is|"
    "In_NotIn|NotIn_In))"
)
"""One change for each operator: the nearest; not `|`, which stands in types for the most part."""
SPARE = 60.0
SLOWER = 5.0
"""Tests that take five times as long with a fault, and a minute, have found it."""


def modules(group: str) -> list[Path]:
    """Return the files of a group, from the root of the project."""
    found = (path for pattern in GROUPS[group] for path in (ROOT / PACKAGE).glob(pattern))
    return sorted(path.relative_to(ROOT) for path in found if tests_of(path.relative_to(ROOT)))


def tests_of(module: Path) -> list[str]:
    """Return the tests of a file: those named after it, importing it, of its whole folder."""
    inner = module.relative_to(PACKAGE)
    files = sorted((ROOT / "tests" / inner.parent).glob("test_*.py"))
    named = [test for test in files if test.stem == f"test_{inner.stem}"]
    importing = [test for test in files if _imports(test, inner)]
    last = [test for test in files if test.name in WHOLE.get(inner.parent.name, ())]
    return [str(test.relative_to(ROOT)) for test in dict.fromkeys([*named, *importing, *last])]


def _imports(file: Path, module: Path) -> bool:
    """Say whether a file imports a module of the program."""
    package = ".".join(("detente", *module.parent.parts))
    text = file.read_text(encoding="utf-8")
    whole = re.search(rf"{re.escape(package)}\.{module.stem}\b", text)
    return bool(whole or re.search(rf"from {re.escape(package)} import .*\b{module.stem}\b", text))


def main(arguments: Sequence[str] | None = None) -> int:
    """Try mutants and print how many were found; return the exit status."""
    parser = argparse.ArgumentParser(description="Faults planted in code, for its tests to find.")
    parser.add_argument("groups", nargs="*", choices=[*GROUPS, []], help="all unless given")
    parser.add_argument("--only", nargs="+", help="files of them, such as kernel/war.py")
    parser.add_argument("--sample", type=int, help="how many; all unless given")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--session", type=Path, help="where to keep what was found")
    asked = parser.parse_args(arguments)
    files = [file for group in asked.groups or GROUPS for file in modules(group)]
    files = [file for file in files if not asked.only or file.as_posix().endswith((*asked.only,))]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        session = (asked.session or folder / "session.sqlite").absolute()
        copy_project(folder)
        os.environ.update(uncompiled(folder))
        with contextlib.chdir(folder), use_db(session) as database:
            chosen = chosen_of(database, files, asked.sample, asked.seed)
            try_mutants(database, chosen, folder, asked.seconds)
            report(database, len(chosen))
    return 0


def chosen_of(
    database: WorkDB, files: Sequence[Path], sample: int | None, seed: int
) -> Sequence[Any]:
    """Return mutants of files in an order of chance, all or some; a new session is filled first."""
    if not database.num_work_items:
        init(files, database, {})
    found = [one for one in database.work_items if OPERATORS.fullmatch(_place(one)[-1])]
    random.Random(seed).shuffle(found := sorted(found, key=_place))  # noqa: S311 - no secret
    return [one for one in found if one.mutations[0].module_path in files][:sample]


def _place(item: Any) -> tuple[str, tuple[int, int], str]:
    mutation = item.mutations[0]
    return str(mutation.module_path), mutation.start_pos, mutation.operator_name


def try_mutants(database: WorkDB, chosen: Sequence[Any], folder: Path, seconds: float) -> None:
    """Try mutants for some seconds; what the session knows already is not tried again."""
    began = time.monotonic()
    known = {job for job, _ in database.results}
    limits: dict[Path, float] = {}
    for item in (one for one in chosen if one.job_id not in known):
        if time.monotonic() - began > seconds:
            return
        module = item.mutations[0].module_path
        if module not in limits:
            limits[module] = _limit(tests_of(module), folder)
        command = shlex.join(tests_command(tests_of(module)))
        database.set_result(item.job_id, mutate_and_test(item.mutations, command, limits[module]))


def _limit(tests: Sequence[str], folder: Path) -> float:
    """Return how long tests may take, from what they take as things are [s]."""
    began = time.monotonic()
    if wrong := failing(tests, folder):
        raise SystemExit(f"{wrong}: fails or cannot be run as things are")
    return SPARE + SLOWER * (time.monotonic() - began)


def report(database: WorkDB, chosen: int) -> None:
    """Print the survivors, and for each group the share of mutants that were found.

    The interval is for all mutants of the group, of which those tried are a draw.
    """
    tried = database.completed_work_items
    for item, result in sorted(tried, key=lambda one: _place(one[0])):
        if not result.is_killed:
            print(f"survives: {_place(item)}\n{_changed(result.diff)}")
    for group in GROUPS:
        files = modules(group)
        own = [one.is_killed for item, one in tried if item.mutations[0].module_path in files]
        if own:
            low, high = share_interval(sum(own), len(own))
            print(
                f"{group}: {sum(own)} of {len(own)} found, {sum(own) / len(own):.1%} "
                f"(of all of them, 95 %: {low:.1%} to {high:.1%})"
            )
    print(f"{len(tried)} of {chosen} chosen mutants were tried")


def _changed(diff: str) -> str:
    lines: Iterator[str] = (line for line in diff.splitlines() if line[:1] in "+-" and line[3:])
    return "\n".join(line for line in lines if not line.startswith(("+++", "---")))


if __name__ == "__main__":
    sys.exit(main())
