"""Cost of the kernel's two loops: solving a world's policies and playing its futures."""

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numba

from benchmarks.draw_count import Setting, blocks_a_future
from detente import pack
from detente.ensemble.design import draw_worlds
from detente.ensemble.encode import encode
from detente.kernel import crisis, solution
from detente.kernel.draws import Draws, uniforms
from detente.kernel.world import World

WORLDS = 4
SEED = 1
FUTURES = 2_000
COUNTED = 100
"""Futures played without the compiler to count their draws: some seconds' worth."""
BLOCKS = 2_000_000


class Costs(NamedTuple):
    """Costs of one world in seconds and of the rest in microseconds, and what they stand on."""

    terms: float
    """Encoding a world, and settling agenda and venue where they are in dispute [s]."""
    war: float
    """Its war table [s]."""
    policies: float
    """Its policies [s]."""
    node: float
    nodes: float
    """Of a world."""
    future: float
    draws_alone: float
    """The part of a future's cost that drawing its random numbers would take by itself."""
    blocks: float
    """Blocks of four uniforms that a future draws."""

    @property
    def world(self) -> float:
        """Return what a world costs before its futures are played [s]."""
        return self.terms + self.war + self.policies


def costs() -> Costs:
    """Measure on the first worlds of the shipped crisis and take medians over them."""
    loaded = pack.load("oman-2026")
    drawn = draw_worlds(loaded.numbers, loaded.correlations, worlds=WORLDS, seed=SEED)
    values = [{path: float(row[k]) for path, row in drawn.items()} for k in range(WORLDS)]
    rows = [
        _costs_of(partial(encode, loaded, drawn), number) for number, drawn in enumerate(values)
    ]
    return Costs(*(median(column) for column in zip(*rows, strict=True)))


def _costs_of(encoding: Callable[[], World], number: int) -> Costs:
    world = encoding()
    war = solution.compute_war(world)
    solved = solution.solve(world, war=war, with_exploitability=False)
    solving = _seconds(lambda: solution.solve(world, war=war, with_exploitability=False))
    playing = _seconds(
        lambda: crisis.play(world, solved, seed=SEED, number=number, first=0, futures=FUTURES)
    )
    with tempfile.TemporaryDirectory() as folder:
        blocks = blocks_a_future(Setting(world, solved, SEED, number, COUNTED), Path(folder))
    drawing = _seconds(lambda: draw_blocks(BLOCKS)) / BLOCKS
    nodes = solved.report.nodes
    return Costs(
        terms=_seconds(encoding),
        war=_seconds(lambda: solution.compute_war(world)),
        policies=solving,
        node=1e6 * solving / nodes,
        nodes=nodes,
        future=1e6 * playing / FUTURES,
        draws_alone=1e6 * drawing * blocks,
        blocks=blocks,
    )


def _seconds(job: Callable[[], object]) -> float:
    job()  # compiles, and warms what is warmed by use
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        job()
        times.append(time.perf_counter() - begun)
    return median(times)


@numba.njit(error_model="numpy")
def draw_blocks(blocks: int) -> float:
    """Draw so many blocks at different addresses; the sum keeps the compiler from dropping them."""
    total = 0.0
    for block in range(blocks):
        total += uniforms(Draws(SEED, 0, block, 0, 0), 1, 2, 0)[0]
    return total
