"""A layered defence: its parts, the time that a raid leaves it, and what its shots share."""

import math
from typing import Annotated, NamedTuple, Protocol

from detente.kernel.arithmetic import exp, fourth_root, power
from detente.kernel.jit import jit
from detente.kernel.layout import Array

LAYERS = 6
"""Most layers of a defence, friends' included."""
CLASSES = 10
"""Most classes of weapons in a raid, friends' included."""
PRINCIPAL = 0
"""Owner of a side's own means; a third party's number is one more than its index."""
CATEGORIES = 3
"""What can be broken: military or bases, the disputed programme, the economy."""
MILITARY, PROGRAMME, ECONOMY = range(CATEGORIES)
MOST_LOOKS = 2
"""Most times that a layer can fire, see and fire again at one target (MODEL 6.2)."""
HORIZON_FACTOR = 4.12
"""Radar horizon of an earth 4/3 as large, which stands for bent rays [km per root metre]."""
NODES = 4
"""Nodes of one defence in a war: a good or bad picture, times the war's shock up or down."""
WAR_PART = 2.0 / 3.0
"""Share of the shock's variance that holds for the whole war; the rest is a raid's (MODEL 6.3).

A judgement: what is not known of a defence is more than what differs from day to day. With half of
it, or all, war moves by less than .2 of 100 futures in `oman-2026` and `shatt-1980`.
"""


class LayeredDefence(Protocol):
    """What is known of a layered defence; a record."""

    layers: Annotated[int, "layers"]
    order: Annotated[Array, (LAYERS,), "layers in the order in which a raid meets them", int]
    owner: Annotated[Array, (LAYERS,), "whose each is: PRINCIPAL, or a third party's", int]
    is_held_back: Annotated[
        float, "1 if the side's own layers stay out of a war until it fights itself"
    ]
    integration: Annotated[float, "share of channels that its batteries pool, c [0-1]"]
    tracking_probability: Annotated[float, "chance that the common picture is good"]
    poor_tracking: Annotated[float, "detection with a bad picture, times this [0-1]"]
    detection_range: Annotated[float, "range at which 1 m2 is seen [km]"]
    radar_height: Annotated[float, "height of its radars [m]"]
    true_as_threat: Annotated[float, "chance that a weapon is taken for one"]
    decoy_as_threat: Annotated[float, "chance that a decoy is taken for a weapon"]
    shock: Annotated[float, "spread of the common shock on kill chances [logit]"]
    silence: Annotated[float, "share of the time in which its radars are silent [0-1]"]
    silent_exposure: Annotated[float, "how readily a silent battery is found [0-1]"]
    network_hardness: Annotated[float, "damage that breaks radars and command likewise [hits]"]
    repair_days: Annotated[float, "mean days to bring a battery or radar back [days]"]
    command_days: Annotated[float, "mean days to bring command back [days]"]
    resupply: Annotated[float, "share of its first rounds that suppliers bring [1/day]"]
    hardness: Annotated[Array, (CATEGORIES,), "damage that breaks each category to 1 - 1/e [hits]"]
    value: Annotated[Array, (CATEGORIES,), "loss if all of a category is broken [normalised]"]
    batteries: Annotated[Array, (LAYERS,), "batteries of each layer [batteries]"]
    channels: Annotated[Array, (LAYERS,), "targets a battery engages at once"]
    rounds: Annotated[Array, (LAYERS,), "ready rounds of a battery [rounds]"]
    reserve: Annotated[Array, (LAYERS,), "rounds in store for a battery [rounds]"]
    reload_rate: Annotated[Array, (LAYERS,), "rounds that a battery loads overnight [rounds]"]
    salvo: Annotated[Array, (LAYERS,), "shots at a target in one look"]
    reach: Annotated[Array, (LAYERS,), "farthest engagement [km]"]
    minimum_reach: Annotated[Array, (LAYERS,), "nearest engagement [km]"]
    reaction: Annotated[Array, (LAYERS,), "time from detection to launch [s]"]
    coverage: Annotated[Array, (LAYERS,), "share of a raid that passes within reach [0-1]"]
    engages: Annotated[Array, (LAYERS, CLASSES), "1 if a layer fires at a class of weapons at all"]
    detection_probability: Annotated[
        Array, (LAYERS, CLASSES), "chance that what a layer can see is seen"
    ]
    kill_probability: Annotated[Array, (LAYERS, CLASSES), "chance that one shot kills"]
    service_time: Annotated[
        Array, (LAYERS, CLASSES), "time that a channel is busy with a target [s]"
    ]
    looks: Annotated[Array, (LAYERS, CLASSES), "looks that each class leaves time for"]
    occupancy: Annotated[Array, (LAYERS, CLASSES), "channels that one target keeps busy"]


class DefenceStatus(Protocol):
    """The state of a defence in a war; a record."""

    present: Annotated[Array, (LAYERS,), "1 once the owner of a layer fights"]
    first: Annotated[Array, (LAYERS,), "batteries that are there at the start, whoever fights"]
    batteries: Annotated[Array, (LAYERS,), "batteries that work [batteries]"]
    damaged: Annotated[Array, (LAYERS,), "batteries under repair [batteries]"]
    rounds: Annotated[Array, (LAYERS,), "rounds ready to fire, over the layer [rounds]"]
    reserve: Annotated[Array, (LAYERS,), "rounds in store, over the layer [rounds]"]
    command: Annotated[float, "share of command that works [0-1]"]
    sensors: Annotated[float, "share of radars that work [0-1]"]
    salvo_kill: Annotated[Array, (LAYERS, CLASSES), "chance that one salvo kills, with the shock"]
    picture: Annotated[float, "what the common picture leaves of detection [0-1]"]
    alertness: Annotated[float, "what surprise leaves of coverage [0-1]"]
    watch: Annotated[float, "what is left of detection in the raid under way [0-1]"]


class Approach(NamedTuple):
    """How a weapon comes in."""

    speed: Annotated[float, "speed [km/s]"]
    cross_section: Annotated[float, "radar cross-section [m2]"]
    altitude: Annotated[float, "height [m]"]


class Envelope(NamedTuple):
    """Where a layer can engage, and how soon."""

    reach: Annotated[float, "farthest engagement [km]"]
    minimum_reach: Annotated[float, "nearest engagement [km]"]
    reaction: Annotated[float, "time from detection to launch [s]"]


@jit
def restore_defence(defence: LayeredDefence, status: DefenceStatus) -> None:
    """Restore a defence to full strength, whoever owns its layers."""
    clear_defence(defence, status)
    for layer in range(defence.layers):
        add_batteries(defence, status, layer, 1.0)


@jit
def clear_defence(defence: LayeredDefence, status: DefenceStatus) -> None:
    """Restore radars and command, with no layer yet."""
    status.command = 1.0
    status.sensors = 1.0
    for layer in range(defence.layers):
        status.present[layer] = 0.0
        status.first[layer] = defence.batteries[layer]
        status.batteries[layer] = 0.0
        status.damaged[layer] = 0.0
        status.rounds[layer] = 0.0
        status.reserve[layer] = 0.0


@jit
def add_batteries(
    defence: LayeredDefence, status: DefenceStatus, layer: int, present: float
) -> None:
    """Add the part of a layer that is to be present and is not yet, at full strength."""
    batteries = (present - status.present[layer]) * status.first[layer]
    status.present[layer] = present
    status.batteries[layer] += batteries
    status.rounds[layer] += batteries * defence.rounds[layer]
    status.reserve[layer] += batteries * defence.reserve[layer]


@jit
def integration_left(defence: LayeredDefence, status: DefenceStatus) -> float:
    """Return the share of channels that batteries pool now, `c` times the command that works."""
    return defence.integration * status.command


@jit
def watch_kept(defence: LayeredDefence, status: DefenceStatus) -> float:
    """Return the share of detection that surprise, a bad picture and broken radars leave.

    A battery whose radar is silent sees by the others' radars, as far as command joins them.
    """
    # A silent radar sees again as far as the network shows it what others see (6.4).
    emitting = 1.0 - defence.silence * (1.0 - integration_left(defence, status))
    in_view: float = status.alertness * status.picture * status.sensors
    return in_view * emitting


@jit
def exposure(defence: LayeredDefence) -> float:
    """Return how easily batteries are found, `e = emit + (1 - emit) eps` (MODEL 6.4)."""
    return 1.0 - defence.silence * (1.0 - defence.silent_exposure)


@jit
def radar_horizon(radar_height: float, target_height: float) -> float:
    """Return the distance at which a target rises over the horizon [km], heights in metres.

    `4.12 (sqrt h_radar + sqrt h_target)`: the 4/3-earth rule (MODEL 6.2).
    """
    return HORIZON_FACTOR * (math.sqrt(radar_height) + math.sqrt(target_height))


@jit
def radar_range(reference_range: float, cross_section_ratio: float) -> float:
    """Return a radar's range, with the fourth root of the cross-section (radar equation) [km]."""
    return reference_range * fourth_root(cross_section_ratio)


@jit
def detection_range(defence: LayeredDefence, approach: Approach) -> float:
    """Return the distance at which a defence first sees a weapon: radar range or horizon [km]."""
    reach = radar_range(defence.detection_range, approach.cross_section)
    return min(reach, radar_horizon(defence.radar_height, approach.altitude))


@jit
def engagement_window(seen_at: float, speed: float, envelope: Envelope) -> float:
    """Return the time in which a layer can engage a weapon, below 0 if there is none [s].

    `(min(R_weapon, R_detect - v t0) - R_min) / v`, km and km/s: a layer fires from the time t0
    after it sees and within its reach (MODEL 6.2, where t0 runs from the edge of its reach even if
    it saw farther). Seeing farther buys only time.
    """
    # A weapon comes on while the layer reacts, so that it can be met so much nearer only.
    ready_at = seen_at - speed * envelope.reaction
    return (min(envelope.reach, ready_at) - envelope.minimum_reach) / speed


@jit
def looks(window: float, service_time: float, most: float) -> float:
    """Return the number of shots of a layer in its window: `floor(window / tau) + 1`, or `most`."""
    if window < 0.0:
        return 0.0
    return min(float(math.floor(window / service_time)) + 1.0, most)


@jit
def occupancy(window: float, service_time: float, arrival_time: float) -> float:
    """Return the channels that one weapon keeps busy in a raid, `tau / max(tau, T + window)`."""
    return service_time / max(service_time, arrival_time + window)


@jit
def prepare_all(defences: Array, approaches: Array, arrival_time: float) -> None:
    """Prepare a defence, the one record of an array, for every class of weapons.

    `approaches`: speed, cross section and altitude of each class, shape (classes, 3).
    """
    for threat in range(approaches.shape[0]):
        row = approaches[threat]
        prepare(defences[0], threat, Approach(row[0], row[1], row[2]), arrival_time)


@jit
def prepare(defence: LayeredDefence, threat: int, approach: Approach, arrival_time: float) -> None:
    """Fill the looks and the load of one class of weapons, which hold for a whole world.

    A layer has no look at a class that it does not engage.
    """
    seen_at = detection_range(defence, approach)
    for layer in range(defence.layers):
        service_time = defence.service_time[layer, threat]
        most = float(MOST_LOOKS) * defence.engages[layer, threat]
        envelope = Envelope(
            defence.reach[layer], defence.minimum_reach[layer], defence.reaction[layer]
        )
        window = engagement_window(seen_at, approach.speed, envelope)
        defence.looks[layer, threat] = looks(window, service_time, most)
        defence.occupancy[layer, threat] = occupancy(max(window, 0.0), service_time, arrival_time)


@jit
def shifted(probability: float, odds_ratio: float) -> float:
    """Return a probability whose odds are multiplied."""
    odds = probability * odds_ratio
    return odds / (1.0 - probability + odds)


@jit
def kill_probability_of_salvo(kill_probability: float, shots: int) -> float:
    """Return the chance that at least one of independent shots kills, `1 - (1 - p)^n`."""
    return 1.0 - power(1.0 - kill_probability, shots)


@jit
def take_shock(defence: LayeredDefence, status: DefenceStatus, shift: float) -> None:
    """Fill a salvo's kill chance, by layer and class, under a shock on every shot [logit].

    Entries that a layer cannot fire at keep their old value: nothing reads them.
    """
    odds_ratio = exp(shift)
    for layer in range(defence.layers):
        shots = int(defence.salvo[layer])
        for threat in range(CLASSES):
            if defence.batteries[layer] > 0.0 and defence.looks[layer, threat] >= 1.0:
                # The shock multiplies the odds of a kill, the same for all shots: so their misses
                # are correlated.
                status.salvo_kill[layer, threat] = kill_probability_of_salvo(
                    shifted(defence.kill_probability[layer, threat], odds_ratio), shots
                )


@jit
def picture_left(defence: LayeredDefence, is_good: bool) -> float:
    """Return the detection that remains with a good or a bad common picture."""
    return 1.0 if is_good else defence.poor_tracking


@jit
def mean_picture(defence: LayeredDefence) -> float:
    """Return the mean detection that remains with the common picture."""
    good = defence.tracking_probability
    return good + (1.0 - good) * defence.poor_tracking


@jit
def shock_point(of_war: float, of_raid: float) -> float:
    """Return the shock on a raid from the war's part and its own [standard deviations]."""
    return math.sqrt(WAR_PART) * of_war + math.sqrt(1.0 - WAR_PART) * of_raid


@jit
def has_good_picture(node: int) -> bool:
    """Say whether the picture is good at a node."""
    return node < NODES // 2


@jit
def war_point(node: int) -> float:
    """Return the war's part of the shock at a node [standard deviations].

    One up and one down at even odds have the mean, variance and skewness of a normal number: exact
    to the third power of the shock.
    """
    return 1.0 if node % 2 == 0 else -1.0


@jit
def node_weight(good_probability: float, node: int) -> float:
    """Return the chance of a node: of its picture, times one in two."""
    picture = good_probability if has_good_picture(node) else 1.0 - good_probability
    return 0.5 * picture
