"""A run of a million futures, and a start before and after the model is compiled."""

import tempfile
from statistics import median
from typing import NamedTuple

from benchmarks.first import run_cost

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


def large() -> Large:
    """Measure; the large run starts with a compiled model, the cold one with an empty cache."""
    with tempfile.TemporaryDirectory() as folder:
        again = {"XDG_CACHE_HOME": folder}
        cold = run_cost(*FIRST_RUN, **again)
        cached = median(run_cost(*FIRST_RUN, **again).seconds for _ in range(5))
        sizes = {"futures": FUTURES, "worlds": WORLDS, "threads": THREADS, "seed": 1}
        options = [f"--{name}={value}" for name, value in sizes.items()]
        whole = run_cost(*options, **again)
    return Large(whole.seconds, whole.mebibytes, cold.seconds, cached)
