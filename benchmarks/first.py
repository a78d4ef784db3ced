"""What a first result takes on a machine that has compiled nothing, and what runs hold in memory.

python -m benchmarks.first renews their rows of the results.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, NamedTuple

from benchmarks.commands import PACK
from benchmarks.results import RESULTS, renew

BEGINS, GOES_ON = "First results and memory", "\n\nFirst pictures of"
"""How the part of the results about them begins, and what follows its table."""
ROOT = RESULTS.parents[1]
PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
EIGHT = ("--worlds", "8", "--futures", "1000")


class Cost(NamedTuple):
    """What one command took."""

    seconds: Annotated[float, "[s]"]
    of_processors: Annotated[float, "by it and by what it started [s]"]
    mebibytes: Annotated[float, "the most that one of its processes held at a time [MiB]"]


class Row(NamedTuple):
    """What was measured, what it took, and what it may take at most."""

    what: str
    cost: Cost
    allowed: str


def first_lines() -> list[str]:
    """Measure, and write what each takes, with how busy the machine was."""
    loads = [os.getloadavg()[0]]
    with tempfile.TemporaryDirectory() as name:
        rows = _rows(Path(name))
    loads.append(os.getloadavg()[0])
    return [
        f"{BEGINS}: runs of `oman-2026`, each a command of its own with all processors. Where the "
        f"load of the machine, {loads[0]:.1f} before and {loads[1]:.1f} after, is far above 0, "
        "seconds say little and processor time is somewhat too long.",
        "",
        "| run | seconds | of processors | MiB | allowed |",
        "|---|---|---|---|---|",
        *(
            f"| {row.what} | {row.cost.seconds:.1f} | {row.cost.of_processors:.1f} "
            f"| {row.cost.mebibytes:,.0f} | {row.allowed} |"
            for row in rows
        ),
    ]


def _rows(folder: Path) -> list[Row]:
    clone = {"XDG_CACHE_HOME": str(folder / "clone")}
    rows = [
        Row("default, from a clone, nothing compiled", run_cost(**clone), "65 s"),
        Row("default, the model compiled", run_cost(**clone), "12 s, 450 MiB"),
        Row("8 worlds, the model compiled", run_cost(*EIGHT, **clone), "365 MiB"),
    ]
    _install_wheel(folder)
    wheel = {"XDG_CACHE_HOME": str(folder / "wheel"), "PYTHONPATH": str(folder / "installed")}
    return [*rows, Row("default, from a wheel with compiled code", run_cost(**wheel), "30 s")]


def _install_wheel(folder: Path) -> None:
    """Build the wheel with compiled code, and install it without what it needs."""
    build = ("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT))
    subprocess.run((*PIP, *build), env=os.environ | {"DETENTE_COMPILED": "1"}, check=True)
    (wheel,) = folder.glob("*.whl")
    target = ("install", "--no-deps", "--target", str(folder / "installed"), str(wheel))
    subprocess.run((*PIP, *target), check=True)


def run_cost(*options: str, **environment: str) -> Cost:
    """Return what a run of the shipped crisis takes, in a folder that is dropped."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "detente", "run", PACK, *options, "--quiet"]
        begun = time.perf_counter()
        process = subprocess.Popen(
            [*command, "-o", str(Path(folder) / "run")],
            cwd=folder,
            env=os.environ | environment,
            stdout=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def main() -> None:
    """Measure them alone, and write them into the results."""
    renew(first_lines(), BEGINS, GOES_ON)


if __name__ == "__main__":
    main()
