"""Runs every check of these folders and prints a verdict for each.

    python -m verification [NAME ...] [--release]

Each check is a command of its own and runs whether or not others fail. Its output is printed when
it has ended. At the end a table lists each check with its verdict and its time.

Checks that use every processor run one after the other. The other checks run next to them, one on
each further processor, the longest first.

`make verify` runs each check at a size that lets all of them end within 20 minutes on two cores,
and omits output by which no check is judged. `--release` runs each check at its full size, which
takes days. Checks that pass are recorded for this state of the code and are not run again, so an
interrupted release continues where it stopped.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Annotated, NamedTuple

HERE = Path(__file__).parent
ROOT = HERE.parent
NOTED = ROOT / ".venv" / "verified"
"""Folder for the records of passed checks, with a folder for each state of the code."""
CODE = ("src/**/*", "verification/**/*", "tests/**/*.toml", "pyproject.toml", "requirements/*")
"""Patterns of the files on which a verdict depends."""

EVERY_THIRD = " ".join(map(str, range(1, 47, 3)))
"""The numbers of those planted faults, of 46, that `make verify` tries."""

ALONE = {"OPENBLAS_NUM_THREADS": "1"}
"""Environment of every check, unless it is set already: one thread for linear algebra.

More threads would only wait for each other.
"""

SAYING = threading.Lock()
"""Lock that is held while a text is printed."""


class Check(NamedTuple):
    """A module of this folder, with its arguments in `make verify` and for a release."""

    name: str
    usual: Annotated[str | None, "None if it is run for a release only"] = ""
    full: Annotated[str | None, "None if there is no more than the usual"] = None
    is_wide: Annotated[bool, "whether it uses every processor by itself"] = False

    def arguments(self, *, for_release: bool) -> str | None:
        """Return the arguments of the check, or None if it is not run."""
        return self.full if for_release and self.full is not None else self.usual


CHECKS = (
    Check("extremes", "--packs 30 --numbers 30", "", is_wide=True),
    Check("digests", "--few", "", is_wide=True),
    Check("kills", "--times 4", "--times 400", is_wide=True),
    Check("fuzz", "--inputs 2000", "--inputs 1000000", is_wide=True),
    Check("disk", "--every 24", "", is_wide=True),
    Check("calibration", "--worlds 256 --futures 6400 --judged-only", "", is_wide=True),
    Check("memory", "--steps 12", "", is_wide=True),
    Check("writers", "--times 2", "--times 200", is_wide=True),
    Check("corruption", "--times 24", "--times 10000", is_wide=True),
    Check("precedent", "--judged-only", "", is_wide=True),
    Check("laws", "--pack reference-violent", "", is_wide=True),
    Check("carried", is_wide=True),
    Check("weighing", "--repetitions 1000 --seeds 2", "", is_wide=True),
    Check("signs", None, "--worlds 512 --futures 40", is_wide=True),
    Check("seeds", None, "", is_wide=True),
    Check("begun", "--worlds 32 --futures 50", ""),
    Check("answers"),
    Check("planted", EVERY_THIRD, ""),
    Check("quadrature"),
    Check("raids", "--judged-only --flown 40000 --drawn 1500", ""),
    Check("headlines", "--seeds 1 2 --only causes --worlds 32 --futures 50 --few-worlds 32", ""),
    Check("refinement", "--worlds 32 --futures 400"),
    Check("updating"),
    Check("swings", "--seeds 4 --grid tiny --only moves.yield_cost talks.ratify_probability", ""),
    Check("wheel"),
    Check("quantiles", "--judged-only --repetitions 1000", ""),
    Check("slow", "--drawn 2", ""),
    Check("comparison"),
    Check("offline"),
    Check("coverage", "--judged-only", "--repetitions 20000"),
    Check("boxes", "--repetitions 150", "--repetitions 400"),
    Check("endings"),
    Check("drivers", "--repetitions 200", ""),
    Check("beside", "--repetitions 500", ""),
    Check("effects", "--grid tiny --listed-in 8 --only war", ""),
    Check("redrawing", "--seeds 20", "--seeds 100"),
    Check("conditioning"),
    Check("seats", "--tables 60 --kills 8", "--tables 10000 --kills 1000"),
    Check("salvos", "--judged-only --worlds 512", ""),
    Check("drafts", "", "--times 20000"),
    Check("known_answers", "", "--points 200000 --blocks 2500000"),
    Check("plainly", None, ""),
    Check("effort"),
    Check("past_crises", None, ""),
    Check("supply"),
    Check("mutants", None, "--session {noted}/mutants.sqlite"),
)
"""All checks: those that use every processor, then the others, the longest first."""


class Verdict(NamedTuple):
    """The result of a check, and its time."""

    name: str
    status: int
    seconds: Annotated[float, "by the clock [s]"]
    processor: Annotated[float, "of all its processes [s]"]

    def __str__(self) -> str:
        """Return the verdict as one line of the table."""
        said = "passed" if self.status == 0 else f"FAILED with status {self.status}"
        return f"{self.name:<16}{self.seconds:>8.0f} s{self.processor:>8.0f} s  {said}"


def module_of(name: str) -> str:
    """Return the dotted name of a check's module, which is in any folder of this package."""
    found = [*HERE.glob(f"*/{name}.py"), *HERE.glob(f"*/{name}/__main__.py"), HERE / f"{name}.py"]
    place = found[0].relative_to(ROOT).with_suffix("")
    return ".".join(place.parts).removesuffix(".__main__")


def run(check: Check, arguments: str) -> Verdict:
    """Run a check to its end, print its output, and return its verdict."""
    line = [sys.executable, "-m", module_of(check.name), *arguments.split()]
    _say(f"--- verification.{check.name} {arguments} has begun"[:100])
    began = time.monotonic()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            line, cwd=ROOT, env={**ALONE, **os.environ}, stdout=said, stderr=subprocess.STDOUT
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        words = said.read().decode(errors="replace")
    seconds, processor = time.monotonic() - began, used.ru_utime + used.ru_stime
    verdict = Verdict(check.name, process.returncode, seconds, processor)
    _say(f"--- verification.{check.name}\n{words}{verdict}")
    return verdict


def _say(words: str) -> None:
    with SAYING:
        print(words, flush=True)


def each(checks: Iterable[Check], perform: Callable[[Check], Verdict]) -> Iterator[Verdict]:
    """Perform checks in parallel, but those that use every processor one after the other."""
    waiting = list(checks)
    wide = [check for check in waiting if check.is_wide]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        one_by_one = pool.submit(lambda: [*map(perform, wide)])
        others = pool.map(perform, [check for check in waiting if not check.is_wide])
        yield from one_by_one.result()
        yield from others


def run_all(checks: Iterable[Check]) -> Iterator[Verdict]:
    """Run checks at their usual sizes, except those that are for a release only."""
    asked = {check: check.arguments(for_release=False) for check in checks}
    chosen = {check: arguments for check, arguments in asked.items() if arguments is not None}
    return each(chosen, lambda check: run(check, chosen[check]))


def run_missing(checks: Iterable[Check], noted: Path) -> Iterator[Verdict]:
    """Run the checks that have not passed yet at their full sizes; record those that pass."""
    noted.mkdir(parents=True, exist_ok=True)
    return each(checks, partial(run_unless_noted, noted))


def run_unless_noted(noted: Path, check: Check) -> Verdict:
    """Run a check at its full size unless it is recorded as passed; record it if it passes."""
    passed = noted / check.name
    if passed.exists():
        return Verdict(check.name, 0, *map(float, passed.read_text().split()))
    arguments = check.arguments(for_release=True) or ""
    verdict = run(check, arguments.format(noted=noted))
    if verdict.status == 0:
        passed.write_text(f"{verdict.seconds:.0f} {verdict.processor:.0f}")
    return verdict


def state(root: Path) -> str:
    """Return a digest of all files on which a verdict depends."""
    found = hashlib.sha256()
    for path in sorted({path for pattern in CODE for path in root.glob(pattern)}):
        if path.is_file() and "__pycache__" not in path.parts:
            found.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]


def report(verdicts: Sequence[Verdict]) -> int:
    """Print a line for each check; return the exit status."""
    print(f"\n{'check':<16}{'clock':>8}  {'processor':>9}")
    print("\n".join(map(str, verdicts)))
    failed = [one.name for one in verdicts if one.status]
    minutes = sum(one.processor for one in verdicts) / 60
    print(
        f"{len(verdicts)} checks, {len(failed)} failed, {minutes:.0f} minutes of processor time",
        *failed,
    )
    return int(bool(failed) or not verdicts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all checks, or those named, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m verification", description="Run every check.")
    names = [check.name for check in CHECKS]
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(names)}")
    parser.add_argument("--release", action="store_true", help="full sizes; goes on where stopped")
    asked = parser.parse_args(arguments)
    unknown = [name for name in asked.names if name not in names]
    if unknown:
        parser.error(f"there is no check {unknown[0]!r}; there are {', '.join(names)}")
    chosen = [check for check in CHECKS if not asked.names or check.name in asked.names]
    began = time.monotonic()
    found = run_missing(chosen, NOTED / state(ROOT)) if asked.release else run_all(chosen)
    status = report(list(found))
    print(f"It took {(time.monotonic() - began) / 60:.0f} minutes on {os.cpu_count()} processors.")
    return status


if __name__ == "__main__":
    sys.exit(main())
