"""Fights the campaigns of many worlds, a few at a time, and keeps what they come to."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import numpy as np

from detente.analysis.engagement.arena import Arena, mornings, owners, set_up
from detente.analysis.engagement.campaigns import Outcomes, Struck, read_campaigns
from detente.analysis.engagement.days import DaySums, add_up, read_days
from detente.analysis.engagement.terms import Terms
from detente.ensemble.runners import Clock, workers
from detente.kernel.draws import Luck
from detente.kernel.logbook import fight_campaigns
from detente.pack import Crisis

CHUNK = 256
"""Campaigns that are fought before their days are summed up: some 20 MB of rows."""


class Battles(NamedTuple):
    """What is fought in each world, and how often."""

    crisis: Crisis
    terms: Terms
    seed: int
    campaigns: Annotated[int, "campaigns of each world"]


class Fought(NamedTuple):
    """What the campaigns of one world come to, by the side struck."""

    arena: Arena
    outcomes: tuple[Outcomes, Outcomes]
    days: tuple[DaySums, DaySums]


def fight_worlds(
    battles: Battles, worlds: Sequence[dict[str, float]], threads: int, clock: Clock
) -> list[Fought]:
    """Fight the campaigns of worlds on threads; the result does not depend on their number."""
    first = [fight_world(battles, 0, worlds[0])]  # compiled by one thread, if need be
    clock.tell(battles.campaigns)
    with workers(threads) as (pool, _):
        waiting = [
            pool.submit(fight_world, battles, number, values)
            for number, values in enumerate(worlds[1:], 1)
        ]
        for each in waiting:
            first.append(each.result())
            clock.tell(battles.campaigns)
    return first


def fight_world(battles: Battles, number: int, values: dict[str, float]) -> Fought:
    """Fight the campaigns of one world."""
    arena = set_up(battles.crisis, values)
    sides = _sides(battles, arena)
    outcomes: list[tuple[Outcomes, ...]] = []
    days: list[tuple[DaySums, ...]] = []
    for start in range(0, battles.campaigns, CHUNK):
        logs = fight_campaigns(
            arena.theatre,
            battles.terms.situation,
            Luck(battles.seed, number, start),
            battles.terms.span,
            min(CHUNK, battles.campaigns - start),
        )
        outcomes.append(tuple(read_campaigns(logs, side, battles.terms.days) for side in sides))
        days.append(tuple(read_days(logs, side) for side in sides))
    return Fought(
        arena,
        (_joined([each[0] for each in outcomes]), _joined([each[1] for each in outcomes])),
        (_summed([each[0] for each in days]), _summed([each[1] for each in days])),
    )


def _sides(battles: Battles, arena: Arena) -> tuple[Struck, Struck]:
    """Return both sides as struck ones, in the kernel's order."""
    keys = owners(battles.crisis)
    arsenals = battles.crisis.model.arsenals
    first, second = (
        Struck(
            side,
            tuple(arsenals.get(keys[1 - side], {})),
            arena.weapons[1 - side],
            arena.rounds[side],
            morning,
        )
        for side, morning in enumerate(mornings(arena.theatre, battles.terms.situation))
    )
    return first, second


def _joined(parts: Sequence[Outcomes]) -> Outcomes:
    return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}


def _summed(parts: Sequence[DaySums]) -> DaySums:
    whole = parts[0]
    for part in parts[1:]:
        whole = add_up(whole, part)
    return whole
