"""Fights a campaign for a fixed number of days and records each day."""

from typing import Annotated, NamedTuple, Protocol, cast

import numpy as np

from detente.kernel.air_defence import LeakReason
from detente.kernel.campaign import (
    at_side,
    draw_commons,
    end_day,
    leakers,
    raid_in_turn,
)
from detente.kernel.defence import CATEGORIES, CLASSES, LAYERS
from detente.kernel.draws import Chance, Draws, draws_of
from detente.kernel.jit import jit
from detente.kernel.layout import Array, dtype_of, new_record
from detente.kernel.strength import broken_part
from detente.kernel.sustainment import recover
from detente.kernel.theatre import (
    Campaign,
    Conflict,
    Situation,
    Theatre,
    arsenal_of,
    begin_first_morning,
    defence_of,
    first_striker,
    status_of,
)


class DayLog(Protocol):
    """The raid on one side on one day, and the state of that side in the evening; a record.

    A sortie counts as one weapon.
    """

    launched: Annotated[float, "weapons launched at it [weapons]"]
    reliable: Annotated[float, "of these, weapons that worked [weapons]"]
    engagements: Annotated[float, "engagements of weapons, over all layers"]
    shots: Annotated[float, "rounds fired, at decoys too [rounds]"]
    fired: Annotated[Array, (LAYERS,), "of these, the rounds of each layer [rounds]"]
    leaked: Annotated[float, "weapons that passed every layer [weapons]"]
    why: Annotated[Array, (LeakReason.MISSED + 1,), "leakers by LeakReason [weapons]"]
    sent: Annotated[Array, (CLASSES,), "launched, by class [weapons]"]
    worked: Annotated[Array, (CLASSES,), "of these, those that worked [weapons]"]
    passed: Annotated[Array, (CLASSES,), "of these, those that passed every layer [weapons]"]
    batteries: Annotated[float, "batteries that work [batteries]"]
    rounds: Annotated[float, "rounds ready to fire [rounds]"]
    reserve: Annotated[float, "rounds in store [rounds]"]
    command: Annotated[float, "share of command that works [0-1]"]
    sensors: Annotated[float, "share of radars that work [0-1]"]
    stock: Annotated[float, "its own side's weapons in reach [weapons]"]
    broken: Annotated[Array, (CATEGORIES,), "share of each category that is broken [0-1]"]
    loss: Annotated[float, "its side's losses [normalised]"]


class Span(NamedTuple):
    """The days of a campaign that are recorded."""

    first: Annotated[int, "calendar day on which it starts"]
    raids: Annotated[int, "days of raids [days]"]
    rest: Annotated[int, "days without raids after them [days]"]


def fight_campaigns(
    theatre: Theatre, situation: Situation, draws: Draws, span: Span, futures: int
) -> Array:
    """Fight one campaign in each of several futures, and return the records of all days.

    The first future is that of `draws`, and the others follow it. Returns records of DayLog, shape
    (futures, days, side struck).
    """
    logs = np.zeros((futures, span.raids + span.rest, 2), dtype_of(DayLog)).view(np.recarray)
    campaign = cast("Campaign", new_record(Campaign))
    write_campaigns(Conflict(theatre, campaign, situation), draws, span, logs)
    return logs


@jit
def write_campaigns(conflict: Conflict, draws: Draws, span: Span, logs: Array) -> None:
    """Fight one campaign for each row of `logs` and record it, one future after the other."""
    for row in range(logs.shape[0]):
        own = draws_of(draws, draws.future + row)
        write_campaign(conflict, own, span, logs[row])


@jit
def write_campaign(conflict: Conflict, draws: Draws, span: Span, log: Array) -> None:
    """Fight a campaign with random draws, and fill `log`, shape (days, side struck).

    Raids continue for all of `span.raids` days, whatever their losses. Then both sides only repair
    and restock, which shows how fast a defence recovers.
    """
    begin_first_morning(conflict)
    draw_commons(conflict, draws, span.first)
    for day in range(span.raids):
        chance = Chance(False, draws, span.first + day, 0)
        for turn in range(2):
            first = first_striker(conflict.situation)
            struck = 1 - first if turn == 0 else first
            if raid_in_turn(conflict, turn, chance):
                write_raid(conflict, struck, log[day, struck])
        end_day(conflict, chance)
        write_evening(conflict, log[day])
    for day in range(span.raids, span.raids + span.rest):
        chance = Chance(False, draws, span.first + day, 0)
        for side in range(2):
            recover(conflict, side, at_side(chance, side))
        # On days with raids `end_day` counts the day.
        conflict.campaign.day += 1
        write_evening(conflict, log[day])


@jit
def write_raid(conflict: Conflict, struck: int, row: DayLog) -> None:
    """Record the raid that the struck side has just met."""
    raid = conflict.campaign.raid
    row.launched, row.reliable = 0.0, 0.0
    for threat in range(raid.classes):
        row.launched += raid.launched[threat]
        row.reliable += raid.reliable[threat]
    row.engagements = raid.engagements
    row.shots = raid.shots
    row.leaked = leakers(raid)
    for why in range(LeakReason.MISSED + 1):
        row.why[why] = raid.why[why]
    for threat in range(raid.classes):
        row.sent[threat] = raid.launched[threat]
        row.worked[threat] = raid.reliable[threat]
        row.passed[threat] = raid.weapons[threat]
    for layer in range(defence_of(conflict.theatre, struck).layers):
        row.fired[layer] = raid.fired[layer]


@jit
def write_evening(conflict: Conflict, rows: Array) -> None:
    """Record the state of both sides in the evening; `rows` has one record for each side."""
    for side in range(2):
        defence = defence_of(conflict.theatre, side)
        status = status_of(conflict.campaign, side)
        row = rows[side]
        row.batteries = 0.0
        row.rounds = 0.0
        row.reserve = 0.0
        for layer in range(defence.layers):
            row.batteries += status.batteries[layer]
            row.rounds += status.rounds[layer]
            row.reserve += status.reserve[layer]
        row.command = status.command
        row.sensors = status.sensors
        row.stock = 0.0
        for threat in range(arsenal_of(conflict.theatre, side).classes):
            row.stock += conflict.campaign.stock[side, threat]
        for category in range(CATEGORIES):
            row.broken[category] = broken_part(conflict, side, category)
        row.loss = conflict.campaign.loss[side]
