"""Salvos played by the kernel against a defence whose numbers vary over worlds."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, NamedTuple, cast

import numpy as np

from detente.ensemble.design import drawn_worlds
from detente.ensemble.encode.war import (
    encode_arsenal,
    encode_defence,
    kinds_against,
    prepare_for,
)
from detente.kernel.air_defence import defend
from detente.kernel.campaign import at_side, average_commons, draw_commons, draw_shock
from detente.kernel.defence import apply_shock, restore_defence
from detente.kernel.draws import Chance, Draws, Purpose, count, draw_block, round_fairly
from detente.kernel.layout import Array, new_record
from detente.kernel.sustainment import recover
from detente.kernel.theatre import (
    CHALLENGER,
    DEFENDER,
    Campaign,
    Conflict,
    Reply,
    Situation,
    Theatre,
)
from detente.pack import Crisis, load
from verification import records  # noqa: F401  rules are called one by one
from verification.model.salvos.events import KINDS, Event, Part, share_of_day

PACK = str(Path(__file__).with_name("defence.toml"))
"""The generic defence and what it meets."""
ANY = Situation(force=0, step=0, onset=0, plan=0, reply=Reply.FULL)
"""How the war began, on which a salvo does not depend."""
EXPECTED = Chance(True, Draws(0, 0, 0, 0, 0), 0, 0)
FATES = ("failed", "stopped", "unseen", "no channel", "no round", "missed")
STOPPED = FATES.index("stopped")


class Shield(NamedTuple):
    """The challenger's defence in a pack, with some numbers put in place of those drawn."""

    name: str
    changes: Annotated[Mapping[str, float], "by their names within the defence"]
    pack: str = PACK

    def parts(self, event: Event) -> tuple[Part, ...]:
        """Return what of an event this defence may meet: the kinds that its opponent has."""
        return tuple(part for part in event.parts if part.kind in kinds_met(self.pack))


class Effort(NamedTuple):
    """How many worlds are drawn, and from which seed."""

    worlds: int = 1_024
    seed: int = 1


class Played(NamedTuple):
    """What came of one kind of weapons in a salvo, in each world."""

    launched: Annotated[Array, "weapons launched, shape (worlds,)"]
    fates: Annotated[Array, "weapons by FATES, shape (worlds, 6)"]

    def passed(self) -> Array:
        """Return the weapons that passed every layer, shape (worlds,)."""
        passed: Array = np.rint(self.fates[:, STOPPED + 1 :].sum(axis=1))
        return passed


class Salvo(NamedTuple):
    """What is launched in one world, by the pack's classes; none of a class has a reliability."""

    weapons: Annotated[list[int], "weapons launched"]
    reliability: Annotated[list[float], "chance that one does not fail by itself"]
    days: Annotated[int, "days over which they come"]


class Flown(NamedTuple):
    """What aircraft lose to the defender's defence in a raid of one sortie each, by world."""

    lost_a_sortie: Annotated[Array, "share lost, shape (worlds,)"]
    lost_a_shot: Annotated[Array, "lost for each round fired, shape (worlds,)"]


@cache
def crisis_of(pack: str) -> Crisis:
    """Return the crisis that has a defence and what it meets."""
    return load(pack)


@cache
def worlds_of(pack: str, effort: Effort) -> list[dict[str, float]]:
    """Return the numbers of each world of a pack by their names."""
    return drawn_worlds(crisis_of(pack), effort.worlds, effort.seed)


@cache
def kinds_met(pack: str) -> tuple[str, ...]:
    """Return the kind of each class of weapons that comes at the challenger's defence."""
    return kinds_against(crisis_of(pack), "challenger")


def play(event: Event, shield: Shield, effort: Effort) -> tuple[Played, ...]:
    """Play an event once in each world, in the same worlds whatever the event and shield.

    Return what came of each of its parts that the shield may meet.
    """
    launched, fates = [], []
    parts, kinds = shield.parts(event), kinds_met(shield.pack)
    places = [kinds.index(part.kind) for part in parts]
    reports = [reported(event, part, effort) for part in parts]
    for world, conflict in enumerate(conflicts(shield, effort)):
        printed = [(place, *report[world]) for place, report in zip(places, reports, strict=True)]
        salvo = salvo_of(event, printed, conflict)
        launched.append(salvo.weapons)
        fates.append(fates_of(conflict, salvo, Draws(effort.seed, world, 0, 0, 0)))
    weapons, ends = np.array(launched, dtype=float), np.array(fates)
    return tuple(Played(weapons[:, place], ends[:, place]) for place in places)


def reported(event: Event, part: Part, effort: Effort) -> Array:
    """Draw the weapons launched and the share that works in each world, shape (worlds, 2).

    The share is not a number unless it was reported.
    """
    rng = np.random.default_rng([effort.seed, *event.name.encode(), KINDS.index(part.kind)])
    least, most = part.launched
    weapons = rng.integers(least, most, size=effort.worlds, endpoint=True)
    working = rng.uniform(*(part.working or (0.0, 1.0)), size=effort.worlds)
    working = working if part.working else np.full(effort.worlds, np.nan)
    return np.stack([weapons, working], axis=1)


def salvo_of(event: Event, printed: list[tuple[int, float, float]], conflict: Conflict) -> Salvo:
    """Return what is launched in a world; unless it was reported, what works is the pack's.

    `reported`: of each class launched its place, how many, and the share that works.
    """
    arsenal = conflict.theatre.defender_arsenal
    weapons = [0] * int(arsenal.classes)
    reliability = [float(chance) for chance in arsenal.reliability]
    for place, launched, working in printed:
        weapons[place] = int(launched)
        if not np.isnan(working):
            reliability[place] = float(working)
    return Salvo(weapons, reliability, event.days)


def conflicts(shield: Shield, effort: Effort) -> Iterator[Conflict]:
    """Yield each world's defences and weapons; the next world writes over the campaign."""
    crisis = crisis_of(shield.pack)
    defended = f"defences.{crisis.of_role('challenger')}"
    changes = {f"{defended}.{name}": value for name, value in shield.changes.items()}
    campaign = cast("Campaign", new_record(Campaign))
    for drawn in worlds_of(shield.pack, effort):
        theatre = cast("Theatre", new_record(Theatre))
        values = drawn | changes
        sides = (
            ("challenger", theatre.challenger_defence, theatre.challenger_arsenal),
            ("defender", theatre.defender_defence, theatre.defender_arsenal),
        )
        for side, defence, arsenal in sides:
            encode_defence(crisis, values, side, defence)
            encode_arsenal(crisis, values, side, arsenal)
        arrival_time = values["war.arrival_time"]
        prepare_for(theatre.challenger_defence, theatre.defender_arsenal, arrival_time)
        prepare_for(theatre.defender_defence, theatre.challenger_arsenal, arrival_time)
        yield Conflict(theatre, campaign, ANY)


def fates_of(conflict: Conflict, salvo: Salvo, rng: Draws) -> Array:
    """Return what becomes of a salvo, shape (classes, 6); rounds spent are gone the next day."""
    stand = conflict.campaign.challenger_status
    draw_commons(conflict, rng, 0)
    restore_defence(conflict.theatre.challenger_defence, stand)
    stand.alertness = 1.0
    fates = np.zeros((len(salvo.weapons), len(FATES)))
    for day in range(salvo.days):
        chance = Chance(False, rng, day, 0)
        weapons = [share_of_day(total, day, salvo.days) for total in salvo.weapons]
        launch(conflict, weapons, salvo.reliability, at_side(chance, DEFENDER))
        fates += meet_day(conflict, weapons, at_side(chance, DEFENDER))
        recover(conflict, CHALLENGER, at_side(chance, CHALLENGER))
    return fates


def launch(
    conflict: Conflict, weapons: list[int], reliability: list[float], chance: Chance
) -> None:
    """Launch a day's weapons with their decoys."""
    raid, arsenal = conflict.campaign.raid, conflict.theatre.defender_arsenal
    raid.classes = len(weapons)
    for place, launched in enumerate(weapons):
        draws = draw_block(chance, Purpose.WAR_DAY, place)
        raid.reliable[place] = count(
            float(launched), reliability[place], draws[2], chance.is_expected
        )
        decoys = float(arsenal.decoys[place]) * launched
        raid.decoys[place] = round_fairly(decoys, draws[1], chance.is_expected)


def meet_day(conflict: Conflict, weapons: list[int], chance: Chance) -> Array:
    """Meet what was launched, and return what becomes of each class, shape (classes, 6)."""
    raid = conflict.campaign.raid
    draw_shock(conflict, CHALLENGER, chance)
    defend(conflict.theatre.challenger_defence, conflict.campaign.challenger_status, raid, chance)
    works, leaks = raid.reliable[: len(weapons)], raid.weapons[: len(weapons)]
    farthest = np.diff(raid.barred[: len(weapons)], axis=1, prepend=0.0, append=1.0)
    ends = [np.array(weapons) - works, works - leaks, *(leaks * farthest.T)]
    return np.array(ends).T


def fly(pack: str, effort: Effort) -> Flown:
    """Let all aircraft of a pack's challenger fly one sortie in each world, the mean over chance.

    Nothing else flies with them.
    """
    lost = []
    for conflict in conflicts(Shield("", {}, pack), effort):
        theatre, campaign = conflict.theatre, conflict.campaign
        average_commons(conflict)
        stand, raid, arsenal = campaign.defender_status, campaign.raid, theatre.challenger_arsenal
        restore_defence(theatre.defender_defence, stand)
        apply_shock(theatre.defender_defence, stand, 0.0)
        stand.alertness = 1.0
        raid.classes = int(arsenal.classes)
        raid.reliable[:] = arsenal.stock * arsenal.returns
        raid.decoys[:] = 0.0
        flown = float(raid.reliable.sum())
        defend(theatre.defender_defence, stand, raid, EXPECTED)
        down = flown - float(raid.weapons[: raid.classes].sum())
        lost.append((down / flown, down / raid.shots if raid.shots > 0.0 else np.nan))
    return Flown(*np.array(lost).T)
