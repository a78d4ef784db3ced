"""Raids against layered defence: detection, engagement, shots and leakers."""

import math
from enum import IntEnum
from typing import Annotated, NamedTuple, Protocol

from detente.kernel.arithmetic import exp, power
from detente.kernel.defence import (
    CLASSES,
    LAYERS,
    DefenceStatus,
    LayeredDefence,
    detection_factor,
    pooled_share,
)
from detente.kernel.draws import Chance, Purpose, count, draw_block, whole_part
from detente.kernel.jit import jit
from detente.kernel.layout import Array

STAGES = 8
"""Addresses of draws for a layer and class: one for engaging, one for each look, and spares."""
ROW = 6
ROWS = 2
"""Classes in a row of addresses, and the number of rows. The rows alternate, so that classes 0 to 5
kept their draws when classes beyond six were added."""
MIDDLE = 0.5
"""Halfway between two whole numbers, where rounding error changes nothing."""


class LeakReason(IntEnum):
    """Why a weapon leaked: the farthest step that any layer reached with it.

    A weapon that was fired at once and missed counts as missed, even if no round was left for a
    second look. A layer takes all its first looks before its second ones. In a real battle they
    mix, so that a shortage of rounds would leave more weapons unfired at and fewer missed once.
    """

    UNSEEN = 0
    NO_CHANNEL = 1
    NO_ROUND = 2
    MISSED = 3


class Raid(Protocol):
    """The state of one raid; a record."""

    classes: Annotated[int, "classes of weapons"]
    launched: Annotated[Array, (CLASSES,), "weapons launched [weapons]"]
    reliable: Annotated[Array, (CLASSES,), "weapons that work [weapons]"]
    weapons: Annotated[
        Array, (CLASSES,), "weapons still on their way; leakers at the end [weapons]"
    ]
    decoys: Annotated[Array, (CLASSES,), "decoys still on their way [decoys]"]
    engaged: Annotated[Array, (CLASSES,), "weapons that this layer engages [weapons]"]
    alive: Annotated[Array, (CLASSES,), "engaged weapons not yet killed [weapons]"]
    alive_decoys: Annotated[Array, (CLASSES,), "engaged decoys not yet hit [decoys]"]
    targeted: Annotated[Array, (CLASSES,), "weapons fired at in this look [weapons]"]
    targeted_decoys: Annotated[Array, (CLASSES,), "decoys fired at in this look [decoys]"]
    without_round: Annotated[
        Array, (CLASSES,), "engaged weapons without a round left for them [weapons]"
    ]
    barred: Annotated[
        Array,
        (CLASSES, LeakReason.MISSED),
        "share of leakers with which no layer got past the step: seeing, channel, round",
    ]
    why: Annotated[Array, (LeakReason.MISSED + 1,), "leakers by reason, a LeakReason [weapons]"]
    engagements: Annotated[float, "engagements of weapons, over all layers"]
    fired: Annotated[Array, (LAYERS,), "rounds that each layer fired [rounds]"]
    shots: Annotated[float, "rounds fired, at decoys too [rounds]"]


@jit
def erlang_loss(offered_load: float, channels: float) -> float:
    """Return the share of arrivals that find every channel busy (Erlang 1917, by recursion)."""
    blocked = 1.0
    channel = 1.0
    # Once `blocked` rounds to 0 further channels change nothing.
    while channel <= channels and blocked > 0.0:
        blocked = offered_load * blocked / (channel + offered_load * blocked)
        channel += 1.0
    return blocked


@jit
def served_share(load: float, batteries: float, channels: float, integration: float) -> float:
    """Return the share of targets that find a free channel at pooled and autonomous batteries.

    `c min(1, s/e) + (1 - c) (1 - ErlangB(e/batteries, channels))` with `s` all channels (MODEL
    6.3). A pool is a fluid limit; a battery on its own loses targets that arrive while it is busy.
    """
    if load <= 0.0:
        return 1.0
    if batteries <= 0.0:
        return 0.0
    capacity = batteries * channels
    pooled = 1.0 if capacity >= load else capacity / load
    autonomous = 1.0 - erlang_loss(load / batteries, channels)
    return integration * pooled + (1.0 - integration) * autonomous


@jit
def seen_probability(
    defence: LayeredDefence, status: DefenceStatus, layer: int, threat: int
) -> float:
    """Return the chance that a layer sees an object of a class in time to fire at it."""
    if defence.looks[layer, threat] < 1.0:
        return 0.0
    seen: float = defence.coverage[layer] * defence.detection_probability[layer, threat]
    return seen * status.detection_factor


@jit
def offered_load(defence: LayeredDefence, status: DefenceStatus, raid: Raid, layer: int) -> float:
    """Return the channels that a raid would keep busy at a layer, decoys included."""
    load = 0.0
    for threat in range(raid.classes):
        called = (
            raid.weapons[threat] * defence.true_as_threat
            + raid.decoys[threat] * defence.decoy_as_threat
        )
        seen = seen_probability(defence, status, layer, threat)
        load += called * seen * defence.occupancy[layer, threat]
    return load


@jit
def defend(defence: LayeredDefence, status: DefenceStatus, raid: Raid, chance: Chance) -> None:
    """Pass a raid through a defence, outer layer first; `weapons` and `why` end as the leakers."""
    status.detection_factor = detection_factor(defence, status)
    raid.engagements = 0.0
    raid.shots = 0.0
    for threat in range(raid.classes):
        raid.weapons[threat] = raid.reliable[threat]
        # At first no layer has got past any step with any weapon.
        for why in range(LeakReason.MISSED):
            raid.barred[threat, why] = 1.0
    # Expected counts pass layers as drawn ones do. Rounding and means through nonlinear steps miss
    # leakers by up to half a weapon (tests/kernel/test_air_defence.py allows that).
    for place in range(defence.layers):
        layer = defence.order[place]
        raid.fired[layer] = 0.0
        if status.batteries[layer] > 0.0:
            defend_layer(defence, status, raid, layer, chance)
    split_leakers(raid)


@jit
def defend_layer(
    defence: LayeredDefence, status: DefenceStatus, raid: Raid, layer: int, chance: Chance
) -> None:
    """Let one layer detect, engage and fire, and pass on the survivors."""
    load = offered_load(defence, status, raid, layer)
    manned = manned_probability(status, layer, chance.is_expected)
    # In expected mode batteries are a mean over futures with and without any. The load is served by
    # the mean of those with some, and the result weighted by the chance that there are some.
    served = manned * served_share(
        load,
        status.batteries[layer] / manned,
        defence.channels[layer],
        pooled_share(defence, status),
    )
    for threat in range(raid.classes):
        engage(raid, threat, view_of_layer(defence, status, layer, threat, served), chance)
    # All of a layer's first looks come before its second ones (`LeakReason`).
    for look in range(most_looks(defence, raid, layer)):
        allocate_rounds(defence, status, raid, layer, look, chance)
        fire(status, raid, layer, look, chance)
    for threat in range(raid.classes):
        pass_on(raid, threat, view_of_layer(defence, status, layer, threat, served))


@jit
def manned_probability(status: DefenceStatus, layer: int, is_expected: bool) -> float:
    """Return the chance that at least one battery of a layer works, in expected mode.

    The chance that its owner fights, times the chance that a battery then works. The second is `1 -
    (1 - n/n0)^n0`, as if each battery worked independently: a mean of `n` stands for futures with
    some whole batteries and futures with none.
    """
    present = status.present[layer]
    first = present * status.first[layer]
    if not is_expected:
        return 1.0
    if status.batteries[layer] >= first:
        return present
    share = status.batteries[layer] / first
    # A layer has some battery at least as often as the mean share of them works.
    working = max(share, 1.0 - power(1.0 - share, int(status.first[layer])))
    return present * working


class LayerView(NamedTuple):
    """A layer's chances against one class of weapons."""

    block: Annotated[int, "address of the draws"]
    weapon: Annotated[float, "chance that a weapon is seen as a threat"]
    decoy: Annotated[float, "chance that a decoy is seen as a threat"]
    served: Annotated[float, "chance that a channel is free"]


@jit
def block_of(layer: int, threat: int, stage: int) -> int:
    """Return the address of the draws of a layer, class and stage: 0 engages, looks from 1."""
    place = (layer * ROW + threat % ROW) * ROWS + threat // ROW
    return place * STAGES + stage


@jit
def view_of_layer(
    defence: LayeredDefence, status: DefenceStatus, layer: int, threat: int, served: float
) -> LayerView:
    """Return a layer's chances against one class of weapons and its decoys."""
    seen = seen_probability(defence, status, layer, threat)
    return LayerView(
        block_of(layer, threat, 0),
        seen * defence.true_as_threat,
        seen * defence.decoy_as_threat,
        served,
    )


@jit
def engage(raid: Raid, threat: int, view: LayerView, chance: Chance) -> None:
    """Draw which weapons and decoys are engaged: seen as a threat, with a free channel."""
    u = draw_block(chance, Purpose.WAR_RAID, view.block)
    engaged = count(raid.weapons[threat], view.weapon * view.served, u[0], chance.is_expected)
    raid.engaged[threat] = engaged
    raid.alive[threat] = engaged
    raid.engagements += engaged
    raid.alive_decoys[threat] = count(
        raid.decoys[threat], view.decoy * view.served, u[1], chance.is_expected
    )
    raid.decoys[threat] -= raid.alive_decoys[threat]


@jit
def most_looks(defence: LayeredDefence, raid: Raid, layer: int) -> int:
    """Return the largest number of looks that a layer has at any class."""
    most = 0.0
    for threat in range(raid.classes):
        most = max(most, defence.looks[layer, threat])
    return int(most)


@jit
def targets(defence: LayeredDefence, raid: Raid, layer: int, look: int) -> float:
    """Return the engaged objects, decoys included, that a layer has time to fire at in a look."""
    total = 0.0
    for threat in range(raid.classes):
        if defence.looks[layer, threat] > look:
            total += raid.alive[threat] + raid.alive_decoys[threat]
    return total


@jit
def fired_share(wanted: float, salvos: float) -> float:
    """Return the share of targets with a salvo left for them; 1 if there are no targets."""
    return 1.0 if salvos >= wanted or wanted <= 0.0 else salvos / wanted


@jit
def first_due(layer: int, look: int, share: float, chance: Chance) -> float:
    """Return the phase at which the count of due salvos starts: random if salvos are short.

    This is systematic sampling: each class gets its share on average, however few the salvos.
    """
    if chance.is_expected:
        return 0.0
    if share >= 1.0:
        return MIDDLE
    return draw_block(chance, Purpose.WAR_RAID, block_of(layer, 0, look + 1))[2]


@jit
def allocate_rounds(
    defence: LayeredDefence,
    status: DefenceStatus,
    raid: Raid,
    layer: int,
    look: int,
    chance: Chance,
) -> None:
    """Distribute the layer's rounds over its targets in whole salvos, weapons and decoys alike."""
    salvos = whole_part(status.rounds[layer] / defence.salvo[layer], chance.is_expected)
    share = fired_share(targets(defence, raid, layer, look), salvos)
    due = first_due(layer, look, share, chance)
    given = 0.0
    for threat in range(raid.classes):
        portion = share if defence.looks[layer, threat] > look else 0.0
        # Due salvos accumulate over the targets; each gets the whole salvos due so far less those
        # already given.
        due += portion * raid.alive[threat]
        raid.targeted[threat] = salvos_due(due, salvos, chance.is_expected) - given
        given += raid.targeted[threat]
        due += portion * raid.alive_decoys[threat]
        raid.targeted_decoys[threat] = salvos_due(due, salvos, chance.is_expected) - given
        given += raid.targeted_decoys[threat]
    fired = defence.salvo[layer] * given
    status.rounds[layer] = max(0.0, status.rounds[layer] - fired)
    raid.fired[layer] += fired
    raid.shots += fired


@jit
def salvos_due(due: float, salvos: float, is_expected: bool) -> float:
    """Return the whole salvos due so far, at most all salvos."""
    return min(due if is_expected else float(math.floor(due)), salvos)


@jit
def fire(status: DefenceStatus, raid: Raid, layer: int, look: int, chance: Chance) -> None:
    """Fire a salvo at each target aimed at, and remove what is hit."""
    for threat in range(raid.classes):
        if look == 0:
            # Only the first look counts weapons without a round: those at the second look were
            # fired at once (`LeakReason`).
            raid.without_round[threat] = raid.alive[threat] - raid.targeted[threat]
        if raid.targeted[threat] + raid.targeted_decoys[threat] <= 0.0:
            continue
        kill = status.salvo_kill[layer, threat]
        u = draw_block(chance, Purpose.WAR_RAID, block_of(layer, threat, look + 1))
        raid.alive[threat] -= count(raid.targeted[threat], kill, u[0], chance.is_expected)
        raid.alive_decoys[threat] -= count(
            raid.targeted_decoys[threat], kill, u[1], chance.is_expected
        )


@jit
def pass_on(raid: Raid, threat: int, view: LayerView) -> None:
    """Pass on the survivors of a layer, and update the reasons why they leaked.

    A leaker's results at different layers are independent, so that the share of leakers with which
    no layer got past a step is the product of the layers' shares.
    """
    passed = raid.weapons[threat] - raid.engaged[threat]
    leaked = passed + raid.alive[threat]
    if leaked > 0.0:
        # Of the weapons not engaged the share `unseen` was never seen; the others found no channel.
        missed_out = 1.0 - view.weapon * view.served
        unseen = (1.0 - view.weapon) / missed_out if missed_out > 0.0 else 0.0
        unfired = passed + min(raid.without_round[threat], raid.alive[threat])
        raid.barred[threat, LeakReason.UNSEEN] *= passed * unseen / leaked
        raid.barred[threat, LeakReason.NO_CHANNEL] *= passed / leaked
        raid.barred[threat, LeakReason.NO_ROUND] *= unfired / leaked
    raid.weapons[threat] = leaked
    raid.decoys[threat] += raid.alive_decoys[threat]


@jit
def split_leakers(raid: Raid) -> None:
    """Split the leakers by the farthest step that any layer reached with them (`LeakReason`)."""
    for why in range(LeakReason.MISSED + 1):
        raid.why[why] = 0.0
    for threat in range(raid.classes):
        below = 0.0
        for why in range(LeakReason.MISSED):
            raid.why[why] += raid.weapons[threat] * (raid.barred[threat, why] - below)
            below = raid.barred[threat, why]
        raid.why[LeakReason.MISSED] += raid.weapons[threat] * (1.0 - below)


@jit
def suppression_hazard(hits: float, batteries: float, initial: float) -> float:
    """Return the hazard of each working battery under hits, `hits / sqrt(n n0)` (MODEL 6.4).

    The fewer batteries remain the more hits each receives, but less than in proportion, since the
    remaining ones are harder to find (Hughes 1995 has both extremes).
    """
    if batteries <= 0.0:
        return 0.0
    return hits / math.sqrt(batteries * initial)


@jit
def batteries_lost(batteries: float, hazard: float, uniform: float, is_expected: bool) -> float:
    """Return the number of batteries put out of action, each at a hazard."""
    return count(batteries, 1.0 - exp(-hazard), uniform, is_expected)


@jit
def batteries_repaired(damaged: float, days: float, uniform: float, is_expected: bool) -> float:
    """Return the number of batteries repaired in a day, each after `days` on average."""
    return count(damaged, 1.0 - exp(-1.0 / days), uniform, is_expected)
