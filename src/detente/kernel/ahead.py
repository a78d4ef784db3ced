"""Compiles the model on two processors: the solver in this process, the simulation in another."""

import gc
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from detente.kernel.crisis import compile_playing
from detente.kernel.jit import CARRIED, cache_root, why_not_carried

LOGGER = logging.getLogger(__name__)


def compile_all(solve_one: Callable[[], object], *, processors: int) -> None:
    """Compile the whole model.

    `solve_one` encodes and solves a world, which compiles one half of the model. The other half
    plays futures. If there is a second processor, another process compiles it at the same time, and
    this process then loads it from the cache that both share. If that process fails, this one
    compiles both halves.
    """
    if CARRIED.is_dir():
        LOGGER.warning("the model is compiled once: %s", why_not_carried())
    can_share = processors > 1 and cache_root() is not None
    with _without_collector(), _process(wanted=can_share) as other:
        solve_one()
        if other is not None:
            other.wait()
        compile_playing()


@contextmanager
def _process(*, wanted: bool) -> Iterator[subprocess.Popen[bytes] | None]:
    """Start a process that compiles the simulation of futures; it is killed when the block ends.

    Yields None if no process is wanted, or if the Python program is unknown.
    """
    if not (wanted and sys.executable):
        yield None
        return
    nothing = subprocess.DEVNULL
    # Without -P Python would import a file of the current folder in place of a module of ours.
    line = (sys.executable, "-P", "-m", __name__)
    other = subprocess.Popen(line, stdin=nothing, stdout=nothing, stderr=nothing)  # noqa: S603  our own
    try:
        yield other
    finally:
        other.kill()
        other.wait()


@contextmanager
def _without_collector() -> Iterator[None]:
    """Switch off the garbage collector, which takes a twelfth of the time of compiling."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


if __name__ == "__main__":
    with _without_collector():
        compile_playing()
