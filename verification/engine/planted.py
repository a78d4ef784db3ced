"""Plants the faults that a reviewer would fear, one at a time, for the program's tests to find.

    python -m verification.engine.planted [NUMBER ...]

For each fault `planted.toml` describes in words what it is, which lines of which file it changes,
and which tests are nearest. These tests run without the compiler in a copy of the project, and
those that find a fault run again without it. The check fails if no test finds a fault, if its lines
are no longer in the file, or if the tests that find it also fail without it.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
FAULTS = Path(__file__).with_suffix(".toml")
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__")
"""What of the project is not copied; its rules and its environment begin with a dot."""
FAILING = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)
"""Where a test that fails is named in what pytest says."""
LONGEST = 600.0
"""Tests that take longer with a fault have found it [s]."""
UNENDING, UNRUN = ", which do not end", ", which cannot be run"
"""What is said of tests of which none is named as the first that fails."""


class Fault(NamedTuple):
    """A fault as `planted.toml` tells it."""

    says: str
    file: str
    old: str
    new: str
    tests: list[str]

    def planted(self, text: str) -> tuple[int, str]:
        """Return the line in which the fault begins, and the file with the fault in it.

        Raises
        ------
        SystemExit
            If what it changes does not stand there just once.
        """
        if text.count(self.old) != 1:
            raise SystemExit(
                f"{FAULTS.name}: {self.says}: the old text stands {text.count(self.old)} times in "
                f"{self.file}; it has to stand there once: write the fault for the file as it is"
            )
        before, _, after = text.partition(self.old)
        return before.count("\n") + 1, f"{before}{self.new}{after}"


def read() -> list[Fault]:
    """Return the faults that are listed."""
    return [Fault(**one) for one in tomllib.loads(FAULTS.read_text(encoding="utf-8"))["fault"]]


def source(file: str, root: Path = ROOT) -> Path:
    """Return where a file of the program lies."""
    return root / "src" / "detente" / file


def copy_project(folder: Path) -> None:
    """Copy all that the tests need to a folder in which code can be changed."""
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT, dirs_exist_ok=True)


def tests_command(tests: Sequence[str]) -> list[str]:
    """Return how tests are run up to the first that fails."""
    return [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]


def uncompiled(folder: Path) -> dict[str, str]:
    """Return an environment in which tests run on a copy of the program, without the compiler."""
    path = os.pathsep.join((str(folder / "src"), str(folder)))
    plain = {"NUMBA_DISABLE_JIT": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": path}
    return {**os.environ, **plain}


def failing(tests: Sequence[str], folder: Path) -> str:
    """Run tests in a copy of the project; return the first that fails, nothing if all pass."""
    try:
        done = subprocess.run(
            tests_command(tests),
            cwd=folder,
            env=uncompiled(folder),
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"{' '.join(tests)}{UNENDING}"
    named = FAILING.search(done.stdout)
    found = named.group(1) if named else f"{' '.join(tests)}{UNRUN}"
    return found if done.returncode else ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Plant all faults, or those numbered, print what finds each, and return the exit status."""
    parser = argparse.ArgumentParser(description="Faults planted in code, for its tests to find.")
    parser.add_argument("numbers", nargs="*", type=int, help="of the faults, from 1; all at first")
    asked = parser.parse_args(arguments).numbers
    faults = [one for place, one in enumerate(read(), 1) if not asked or place in asked]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_project(folder)
        found = [_finders(fault, folder) for fault in faults]
        finders = dict.fromkeys(test for tests in found for test in tests)
        wrong = failing([*finders], folder) if finders else ""
    missed = sum(not tests for tests in found)
    print(f"{len(faults) - missed} of {len(faults)} planted faults were found")
    if wrong:
        print(f"{wrong}: fails or cannot be run as things are; what it finds may be no fault")
    return int(bool(missed or wrong) or not faults)


def _finders(fault: Fault, folder: Path) -> list[str]:
    """Plant a fault in a copy of the project, print what finds it, and take it out again.

    Return the tests that do: the one that fails first, or all if none is named; none if the fault
    is missed.
    """
    file = source(fault.file, folder)
    text = file.read_text(encoding="utf-8")
    line, changed = fault.planted(text)
    file.write_text(changed, encoding="utf-8")
    found = failing(fault.tests, folder)
    file.write_text(text, encoding="utf-8")
    reported = f"found by {found}" if found else "MISSED"
    print(f"{fault.file}:{line}: {fault.says}: {reported}", flush=True)
    if found.endswith((UNENDING, UNRUN)):
        return fault.tests
    return [found] if found else []


if __name__ == "__main__":
    sys.exit(main())
