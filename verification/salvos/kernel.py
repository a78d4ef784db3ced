"""Salvos played by the kernel against a defence whose numbers differ from world to world."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, NamedTuple, cast

import numpy as np

from detente.ensemble.design import drawn_worlds
from detente.ensemble.encode.war import encode_arsenal, encode_defence, prepare_for
from detente.kernel.air_defence import Chance, count, draw_block, meet, round_fairly
from detente.kernel.campaign import at_side, draw_commons, draw_shock
from detente.kernel.defence import man_defence
from detente.kernel.draws import Luck, Purpose
from detente.kernel.layout import Array, new_record
from detente.kernel.sustainment import recover
from detente.kernel.theatre import (
    CHALLENGER,
    DEFENDER,
    FULL,
    Campaign,
    Conflict,
    Situation,
    Theatre,
)
from detente.pack import Crisis, load
from verification.salvos.events import Event, part_of

PACK = Path(__file__).with_name("defence.toml")
DEFENCE = "defences.shield"
LAUNCH = int(Purpose.WAR_DAY)
ANY = Situation(force=0, step=0, who=0, plan=0, answer=FULL)
"""How the war began, on which a salvo does not depend."""
FATES = ("failed", "stopped", "unseen", "no channel", "no round", "missed")


class Shield(NamedTuple):
    """A defence: the generic one, with some numbers put in place of those drawn."""

    name: str
    changes: Annotated[Mapping[str, float], "by their names within the defence"]


class Effort(NamedTuple):
    """How many worlds are drawn, and from which seed."""

    worlds: int = 2_048
    seed: int = 1


class Played(NamedTuple):
    """What came of one salvo, in each world."""

    launched: Annotated[Array, "missiles launched, shape (worlds,)"]
    fates: Annotated[Array, "missiles by FATES, shape (worlds, 6)"]
    looks: Annotated[Array, "times that each tier can fire at a missile, shape (worlds, 2)"]

    def hits(self) -> Array:
        """Return the missiles that passed every tier, shape (worlds,)."""
        hits: Array = np.rint(self.fates[:, FATES.index("unseen") :].sum(axis=1))
        return hits


class Salvo(NamedTuple):
    """What is launched in one world."""

    missiles: Annotated[int, "missiles launched"]
    days: Annotated[int, "days over which they come"]
    reliability: Annotated[float, "chance that one does not fail by itself"]


@cache
def generic() -> Crisis:
    """Return the generic defence and what it meets."""
    return load(str(PACK))


def play(event: Event, shield: Shield, effort: Effort) -> Played:
    """Play an event once in each world, in the same worlds whatever the event and shield."""
    rows = []
    circumstances = reported(event, effort)
    for world, conflict in enumerate(conflicts(shield, effort)):
        missiles, working = circumstances[world]
        usual = float(conflict.theatre.defender_arsenal.reliability[0])
        salvo = Salvo(int(missiles), event.days, working if event.working else usual)
        fates = fates_of(conflict, salvo, Luck(effort.seed, world, 0))
        looks = conflict.theatre.challenger_defence.looks[:2, 0].copy()
        rows.append((float(missiles), fates, looks))
    return Played(*(np.array(column) for column in zip(*rows, strict=True)))


def reported(event: Event, effort: Effort) -> Array:
    """Draw the missiles launched and the share that works in each world, shape (worlds, 2)."""
    luck = np.random.default_rng([effort.seed, *event.name.encode()])
    least, most = event.launched
    missiles = luck.integers(least, most, size=effort.worlds, endpoint=True)
    working = luck.uniform(*(event.working or (0.0, 1.0)), size=effort.worlds)
    return np.stack([missiles, working], axis=1)


def conflicts(shield: Shield, effort: Effort) -> Iterator[Conflict]:
    """Yield each world's defence and missiles, in records that the next world writes over."""
    crisis = generic()
    changes = {f"{DEFENCE}.{name}": value for name, value in shield.changes.items()}
    theatre = cast("Theatre", new_record(Theatre))
    campaign = cast("Campaign", new_record(Campaign))
    for drawn in drawn_worlds(crisis, effort.worlds, effort.seed):
        values = drawn | changes
        encode_defence(crisis, values, "shield", theatre.challenger_defence)
        encode_arsenal(crisis, values, "launcher", theatre.defender_arsenal)
        prepare_for(
            theatre.challenger_defence, theatre.defender_arsenal, values["war.arrival_time"]
        )
        yield Conflict(theatre, campaign, ANY)


def fates_of(conflict: Conflict, salvo: Salvo, luck: Luck) -> Array:
    """Return what becomes of a salvo's missiles, by FATES; rounds spent are gone the next day."""
    stand = conflict.campaign.challenger_stand
    draw_commons(conflict, luck, 0)
    man_defence(conflict.theatre.challenger_defence, stand)
    stand.alertness = 1.0
    fates = np.zeros(len(FATES))
    for day in range(salvo.days):
        chance = Chance(False, luck, day, 0)
        missiles = part_of(salvo.missiles, day, salvo.days)
        fates += fates_of_day(conflict, missiles, salvo.reliability, at_side(chance, DEFENDER))
        recover(conflict, CHALLENGER, at_side(chance, CHALLENGER))
    return fates


def fates_of_day(conflict: Conflict, missiles: int, reliability: float, chance: Chance) -> Array:
    """Launch a day's missiles with their decoys, and return what becomes of them, by FATES."""
    raid = conflict.campaign.raid
    decoys = conflict.theatre.defender_arsenal.decoys[0] * missiles
    draws = draw_block(chance, LAUNCH, 0)
    raid.classes = 1
    raid.reliable[0] = count(float(missiles), reliability, draws[2], chance.is_expected)
    raid.decoys[0] = round_fairly(decoys, draws[1], chance.is_expected)
    draw_shock(conflict, CHALLENGER, chance)
    meet(conflict.theatre.challenger_defence, conflict.campaign.challenger_stand, raid, chance)
    works, leaks = float(raid.reliable[0]), float(raid.weapons[0])
    return np.array([missiles - works, works - leaks, *raid.why])
