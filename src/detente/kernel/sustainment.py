"""Suppression of a defence, and its recovery by repair, reloading and supplies."""

import math

from detente.kernel.air_defence import (
    batteries_lost,
    batteries_repaired,
    manned_probability,
    suppression_hazard,
)
from detente.kernel.arithmetic import arrival, exp
from detente.kernel.defence import PRINCIPAL, DefenceStatus, LayeredDefence, exposure
from detente.kernel.draws import Chance, Purpose, draw_block, round_fairly, whole_part
from detente.kernel.jit import jit
from detente.kernel.theatre import Conflict, arsenal_of, defence_of, status_of

BATTERY_BLOCK = 128
"""First address of the draws for losses of the struck side's batteries."""
REPAIR_BLOCK = 160
"""First address of the draws for a side's repairs."""
SUPPLY_BLOCK = 192
"""First address of the draws for rounds from suppliers."""
WEAPON_BLOCK = 224
"""First address of the draws for weapons that arrive during the war."""


@jit
def suppress(conflict: Conflict, struck: int, hits: float, chance: Chance) -> None:
    """Apply hits to a defence: a part to its radars and command, the rest to its batteries.

    Only the share `exposure` of the hits finds a target, since silent radars are difficult to find.
    Hits on batteries are divided among the layers in proportion to their numbers of batteries.
    """
    defence = defence_of(conflict.theatre, struck)
    status = status_of(conflict.campaign, struck)
    found = hits * exposure(defence)
    network = conflict.theatre.network * found
    left = exp(-network / defence.network_hardness)
    status.command *= left
    status.sensors *= left
    lose_batteries(defence, status, found - network, chance)


@jit
def lose_batteries(
    defence: LayeredDefence, status: DefenceStatus, hits: float, chance: Chance
) -> None:
    """Draw the batteries that hits put out of action, and remove the rounds loaded on them."""
    working = 0.0
    for layer in range(defence.layers):
        working += status.batteries[layer]
    for layer in range(defence.layers):
        batteries = status.batteries[layer]
        if batteries > 0.0:
            manned = manned_probability(status, layer, chance.is_expected)
            # In expected mode the number of batteries is a mean that includes futures without any.
            # Dividing by the chance of a working battery gives the mean number in the others.
            hazard = suppression_hazard(
                hits * batteries / working, batteries / manned, status.first[layer]
            )
            u = draw_block(chance, Purpose.WAR_DAY, BATTERY_BLOCK + layer)
            lost = batteries_lost(batteries, hazard, u[0], chance.is_expected)
            status.batteries[layer] -= lost
            status.damaged[layer] += lost
            # Rounds loaded on a battery are lost with it; those in the store are not.
            wrecked = status.rounds[layer] * lost / batteries
            wrecked = round_fairly(wrecked, u[1], chance.is_expected)
            status.rounds[layer] = max(status.rounds[layer] - wrecked, 0.0)


@jit
def recover(conflict: Conflict, side: int, chance: Chance) -> None:
    """Repair and restock a side's defence and weapons overnight."""
    defence = defence_of(conflict.theatre, side)
    status = status_of(conflict.campaign, side)
    status.sensors += (1.0 - status.sensors) * arrival(1.0 / defence.repair_days, 1.0)
    status.command += (1.0 - status.command) * arrival(1.0 / defence.command_days, 1.0)
    for layer in range(defence.layers):
        if status.damaged[layer] > 0.0:
            u = draw_block(chance, Purpose.WAR_DAY, REPAIR_BLOCK + layer)
            repaired = batteries_repaired(
                status.damaged[layer], defence.repair_days, u[0], chance.is_expected
            )
            status.batteries[layer] += repaired
            status.damaged[layer] -= repaired
        restock(conflict, side, layer, chance)
    replenish(conflict, side, chance)


@jit
def restock(conflict: Conflict, side: int, layer: int, chance: Chance) -> None:
    """Add supplies to a layer's store, and load rounds on its batteries.

    `min(rate n, reserve, space)` rounds are loaded (MODEL 6.4), where n batteries work. Suppliers
    provide rounds only for the principal's own layers.
    """
    defence = defence_of(conflict.theatre, side)
    status = status_of(conflict.campaign, side)
    full = defence.batteries[layer] * defence.rounds[layer]
    if defence.owner[layer] == PRINCIPAL:
        rate = defence.resupply * full
        status.reserve[layer] += arriving(conflict, rate, SUPPLY_BLOCK + layer, chance)
    # Only working batteries load rounds, up to their capacity.
    working = status.batteries[layer]
    room = max(working * defence.rounds[layer] - status.rounds[layer], 0.0)
    loaded = min(working * defence.reload_rate[layer], status.reserve[layer], room)
    loaded = whole_part(loaded, chance.is_expected)
    status.reserve[layer] -= loaded
    status.rounds[layer] += loaded


@jit
def replenish(conflict: Conflict, side: int, chance: Chance) -> None:
    """Add the weapons that arrive overnight, if their owners fight."""
    arsenal = arsenal_of(conflict.theatre, side)
    for threat in range(arsenal.classes):
        rate = arsenal.replenishment[threat]
        brought = arriving(conflict, rate, WEAPON_BLOCK + threat, chance)
        # Weapons of a third party that has not joined are not used; in expected mode they are
        # weighted by the chance that it has joined.
        present = conflict.campaign.present[side, threat]
        conflict.campaign.stock[side, threat] += present * brought


@jit
def arriving(conflict: Conflict, rate: float, block: int, chance: Chance) -> float:
    """Return the whole number of items that arrive tonight at a steady rate per day.

    In expected mode that is the rate itself. The fraction of an item that is already under way when
    the war begins is drawn once for the whole war.
    """
    if chance.is_expected or rate <= 0.0:
        return rate
    days = conflict.campaign.day
    begun = Chance(False, chance.draws, chance.day - days, chance.base)
    under_way = draw_block(begun, Purpose.WAR_DAY, block)[0]
    due = float(math.floor(under_way + rate * (float(days) + 1.0)))
    return due - float(math.floor(under_way + rate * float(days)))
