"""Cost of a dense raid next to that of its own draws, and of a long campaign of both sides."""

import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import NamedTuple

import numba
import numpy as np

from benchmarks.dense_raid import (
    ATTACK,
    DENSE,
    SEED,
    conflict_on,
    drawn_in,
    raid_often,
    theatre_of,
)
from detente.kernel.arithmetic import binomial
from detente.kernel.draws import Draws, Purpose, uniforms
from detente.kernel.layout import Array
from detente.kernel.logbook import Span, fight_campaigns

WORLDS = 4
RAIDS = 20_000
RECORDED = 50
"""Raids whose draws are recorded and drawn again."""
CAMPAIGNS = 500
CAMPAIGN_DAYS = 30
ROUNDS = 7
"""Times that each job is timed, in turn with the others, so that a busy moment meets all."""
MICRO = 1e6


class RaidCosts(NamedTuple):
    """Medians over worlds, of times in microseconds."""

    raid: float
    draws: float
    """Its uniforms and binomials alone."""
    ratio: float
    """Raid over draws, each pair timed side by side."""
    blocks: float
    """Blocks of four uniforms of a raid."""
    binomials: float
    """Binomials of a raid."""
    campaign: float
    """A campaign of CAMPAIGN_DAYS days in which both sides raid."""


def raid_costs() -> RaidCosts:
    """Measure in the first worlds of the shipped crisis and take medians over them."""
    rows = [_costs_in(number) for number in range(WORLDS)]
    return RaidCosts(*(median(column) for column in zip(*rows, strict=True)))


def _costs_in(number: int) -> RaidCosts:
    conflict = conflict_on(theatre_of(number, DENSE))
    usual = theatre_of(number, {})
    recorded = drawn_in(number, RECORDED)
    binomials = np.array(recorded.binomials)
    span = Span(0, CAMPAIGN_DAYS, 0)
    raids, draws, campaigns = _times(
        [
            lambda: raid_often(conflict, RAIDS),
            lambda: draw_often(recorded.blocks, binomials, RAIDS // RECORDED),
            lambda: fight_campaigns(usual, ATTACK, Draws(SEED, number, 0, 0, 0), span, CAMPAIGNS),
        ]
    )
    return RaidCosts(
        raid=MICRO * median(raids) / RAIDS,
        draws=MICRO * median(draws) / RAIDS,
        ratio=median(raid / draw for raid, draw in zip(raids, draws, strict=True)),
        blocks=recorded.blocks / RECORDED,
        binomials=len(binomials) / RECORDED,
        campaign=MICRO * median(campaigns) / CAMPAIGNS,
    )


def _times(jobs: Sequence[Callable[[], object]]) -> list[list[float]]:
    """Time each job in turn, over and over, in seconds; the first turn compiles and is left out.

    The processor's time, not the clock's: other work on the machine is not the raid's.
    """
    times: list[list[float]] = [[] for _ in jobs]
    for turn in range(ROUNDS + 1):
        for job, taken in zip(jobs, times, strict=True):
            begun = time.process_time()
            job()
            if turn:
                taken.append(time.process_time() - begun)
    return times


@numba.njit(error_model="numpy")
def draw_often(blocks: int, binomials: Array, times: int) -> float:
    """Draw recorded blocks and binomials again; the sum keeps the compiler from dropping any."""
    total = 0.0
    for again in range(times):
        for block in range(blocks):
            total += uniforms(Draws(SEED, again, block, 0, 0), 0, Purpose.WAR_RAID, 0)[0]
        for row in range(binomials.shape[0]):
            total += binomial(binomials[row, 0], binomials[row, 1], binomials[row, 2])
    return total
