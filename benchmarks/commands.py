"""Wall time of whole commands, as a person at the terminal meets it."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

PACK = "oman-2026"


class Timing(NamedTuple):
    """What was timed, how long it took and how long it may take, in seconds."""

    what: str
    seconds: float
    allowed: float


class CommandTimings(NamedTuple):
    """The jobs that have a target, and what a second thread gains on the largest of them."""

    jobs: list[Timing]
    two_thread_ratio: float


def command_timings() -> CommandTimings:
    """Time whole commands; the kernel's cache is warm before the first counts."""
    _seconds_to_run(1_000, 8, 2)
    # One after the other, so that a busy moment of the machine meets both.
    pairs = [[_seconds_to_run(50_000, 64, threads) for threads in (1, 2)] for _ in range(3)]
    large = median(_seconds_to_run(100_000, 200, 2) for _ in range(3))
    small = median(_seconds_to_run(1_000, 8, 2) for _ in range(5))
    check = median(_seconds("check", PACK) for _ in range(9))
    help_text = median(_seconds("--help") for _ in range(9))
    jobs = [
        Timing("64 worlds, 50,000 futures, two threads", median(two for _, two in pairs), 15.0),
        Timing("200 worlds, 100,000 futures, two threads", large, 45.0),
        Timing("8 worlds, 1,000 futures, two threads", small, 5.0),
        Timing("detente --help", help_text, 0.3),
        Timing("detente check oman-2026, the largest pack", check, 0.5),
    ]
    return CommandTimings(jobs, median(one / two for one, two in pairs))


def _seconds_to_run(futures: int, worlds: int, threads: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        sizes = {"futures": futures, "worlds": worlds, "threads": threads, "seed": 1}
        options = [f"--{name}={value}" for name, value in sizes.items()]
        return _seconds("run", PACK, *options, "-o", str(Path(folder) / "run"))


def _seconds(*arguments: str) -> float:
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "detente", *arguments], check=True, capture_output=True, text=True
    )
    return time.perf_counter() - begun
