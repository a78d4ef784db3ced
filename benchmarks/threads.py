"""What a second thread gains, start-up and storing apart: worlds played, and worlds done whole."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from statistics import median
from typing import NamedTuple

from detente import pack
from detente.ensemble.design import drawn_worlds
from detente.ensemble.encode import encode
from detente.kernel import crisis, solution
from detente.kernel.solution import Solved
from detente.kernel.world import World

WORLDS = 8
SEED = 1
FUTURES = 2_000
"""Of a job: as many as a world has in a run of a million over 500."""
TIMES = 4
"""Each world makes so many jobs, so that the last of them is a small part of all."""
ROUNDS = 5


class Gains(NamedTuple):
    """One thread's time over that of two."""

    playing: float
    """Futures of solved worlds."""
    whole: float
    """Worlds encoded, solved and played."""


def gains() -> Gains:
    """Measure on the first worlds of the shipped crisis, each on one thread."""
    loaded = pack.load("oman-2026")
    drawn = drawn_worlds(loaded, WORLDS, SEED)
    worlds = [encode(loaded, values) for values in drawn]
    solved = [solution.solve(world, with_exploitability=False) for world in worlds]

    def play(number: int) -> None:
        futures_of(worlds[number], solved[number], number)

    def do(number: int) -> None:
        world = encode(loaded, drawn[number])
        futures_of(world, solution.solve(world, with_exploitability=False), number)

    numbers = list(range(WORLDS)) * TIMES
    return Gains(*(_gain([partial(job, number) for number in numbers]) for job in (play, do)))


def futures_of(world: World, solved: Solved, number: int) -> None:
    """Play a world's futures."""
    crisis.play(world, solved, seed=SEED, number=number, first=0, futures=FUTURES)


def _gain(jobs: Sequence[Callable[[], None]]) -> float:
    """Time the jobs on one thread and on two, in turn, so that a busy moment meets both."""
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(2) as two:
        _seconds(two, jobs)  # compiles, and starts both threads
        pairs = [(_seconds(one, jobs), _seconds(two, jobs)) for _ in range(ROUNDS)]
    return median(alone / together for alone, together in pairs)


def _seconds(pool: ThreadPoolExecutor, jobs: Sequence[Callable[[], None]]) -> float:
    begun = time.perf_counter()
    for waiting in [pool.submit(job) for job in jobs]:
        waiting.result()
    return time.perf_counter() - begun
