"""A run of a million futures, and a start before and after the model is compiled."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.commands import PACK

FUTURES = 1_000_000
WORLDS = 500
THREADS = 2
SECONDS_ALLOWED = 180.0
MEBIBYTES_ALLOWED = 2048.0
FIRST_RUN = ("--grid", "tiny", "--worlds", "1", "--futures", "1", "--horizon", "60")
"""The least that a run can be, so that what it takes is the start."""


class Large(NamedTuple):
    """What the largest run took, and what a start takes."""

    seconds: float
    """The large run, whole [s]."""
    mebibytes: float
    """The most memory that it held at a time [MiB]."""
    cold: float
    """Smallest run with nothing compiled [s]."""
    cached: float
    """Smallest run once the model is compiled [s]."""


class Cost(NamedTuple):
    """What one command took."""

    seconds: float
    mebibytes: float


def large() -> Large:
    """Measure; the large run starts with a compiled model, the cold one with an empty cache."""
    with tempfile.TemporaryDirectory() as folder:
        anew = os.environ | {"XDG_CACHE_HOME": folder}
        cold = _cost(*FIRST_RUN, environment=anew)
        cached = median(_cost(*FIRST_RUN, environment=anew).seconds for _ in range(5))
        sizes = {"futures": FUTURES, "worlds": WORLDS, "threads": THREADS, "seed": 1}
        options = [f"--{name}={value}" for name, value in sizes.items()]
        whole = _cost(*options, environment=anew)
    return Large(whole.seconds, whole.mebibytes, cold.seconds, cached)


def _cost(*options: str, environment: dict[str, str]) -> Cost:
    """Run the shipped crisis in a folder that is dropped; memory is the process's largest."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "detente", "run", PACK, *options, "--quiet"]
        begun = time.perf_counter()
        process = subprocess.Popen(
            [*command, "-o", str(Path(folder) / "run")], env=environment, stdout=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(seconds, usage.ru_maxrss / 1024)
