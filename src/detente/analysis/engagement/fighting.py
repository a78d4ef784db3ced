"""Fights the campaigns of many worlds, a few at a time, and keeps what they come to."""

from collections.abc import Mapping, Sequence
from typing import Annotated, NamedTuple, cast

import numpy as np

from detente.analysis.engagement.campaigns import (
    Array,
    DaySums,
    Morning,
    Outcomes,
    Struck,
    add_up,
    read_campaigns,
    read_days,
)
from detente.analysis.engagement.terms import SIDES, RaidTerms
from detente.ensemble.encode.supporters import layers_of, weapons_of
from detente.ensemble.encode.war import encode_war
from detente.ensemble.runners import Clock, workers
from detente.kernel.defence import CLASSES, LAYERS
from detente.kernel.draws import Luck
from detente.kernel.layout import new_record
from detente.kernel.logbook import fight_campaigns
from detente.kernel.theatre import (
    Campaign,
    Conflict,
    Situation,
    Theatre,
    Warfare,
    arsenal_of,
    begin,
    stand_of,
)
from detente.pack import Crisis

Values = Mapping[str, float]
CHUNK = 256
"""Campaigns that are fought before their days are summed up: some 20 MB of rows."""


class Battles(NamedTuple):
    """What is fought in each world, and how often."""

    crisis: Crisis
    terms: RaidTerms
    seed: int
    campaigns: Annotated[int, "campaigns of each world"]


class Arena(NamedTuple):
    """What campaigns of one world are fought with, and what it costs; sides: challenger 0."""

    theatre: Theatre
    weapons: Annotated[Array, "price of a weapon of each side and class [million dollars]"]
    rounds: Annotated[Array, "price of a round of each side and layer [million dollars]"]

    @property
    def content(self) -> bytes:
        """Return all that can make a difference, the same for the same."""
        parts = (np.asarray(self.theatre), self.weapons, self.rounds)
        return b"".join(part.tobytes() for part in parts)


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
            Luck(battles.seed, number, start, 0, 0),
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
    first, second = (
        Struck(
            side,
            tuple(held.name for held in weapons_of(battles.crisis, SIDES[1 - side])),
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


def owners(crisis: Crisis) -> tuple[str, str]:
    """Return the keys of challenger and defender, in the order of the kernel's sides."""
    return crisis.of_role("challenger"), crisis.of_role("defender")


def set_up(crisis: Crisis, values: Values) -> Arena:
    """Return what one world fights with; nothing else of the crisis is read."""
    war = cast("Warfare", new_record(Warfare))
    encode_war(crisis, values, war)
    weapons, rounds = np.zeros((2, CLASSES)), np.zeros((2, LAYERS))
    for side, name in enumerate(SIDES):
        for place, held in enumerate(weapons_of(crisis, name)):
            weapons[side, place] = values[f"arsenals.{held.owner}.{held.key}.cost"]
        for place, held in enumerate(layers_of(crisis, name)):
            rounds[side, place] = values[f"defences.{held.owner}.layers.{held.key}.cost"]
    return Arena(war.theatre, weapons, rounds)


def mornings(theatre: Theatre, situation: Situation) -> tuple[Morning, Morning]:
    """Return how challenger and defender stand when force begins."""
    campaign = cast("Campaign", new_record(Campaign))
    begin(Conflict(theatre, campaign, situation))
    return _morning(theatre, campaign, 0), _morning(theatre, campaign, 1)


def _morning(theatre: Theatre, campaign: Campaign, side: int) -> Morning:
    stand = stand_of(campaign, side)
    arsenal = arsenal_of(theatre, 1 - side)
    classes = int(arsenal.classes)
    return Morning(
        float(np.sum(stand.batteries)),
        float(np.sum(stand.rounds) + np.sum(stand.reserve)),
        np.array(campaign.first_stock[1 - side, :classes]),
        np.array(arsenal.returns[:classes]) > 0.0,
    )
