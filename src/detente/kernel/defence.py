"""A layered defence: its parts, its time to engage a raid, and the common factors of its shots."""

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
"""Owner code of a side's own weapons and layers; a third party's is its index plus 1."""
CATEGORIES = 3
"""Categories of targets: military and bases, the disputed programme, the economy."""
MILITARY, PROGRAMME, ECONOMY = range(CATEGORIES)
MOST_LOOKS = 2
"""Most looks of a layer at one target: fire, observe, fire again (MODEL 6.2)."""
HORIZON_FACTOR = 4.12
"""Factor of the radar horizon on an earth 4/3 as large, for refraction [km per root metre]."""
NODES = 4
"""Nodes of one defence in a war: a good or bad picture, times the war's shock up or down."""
WAR_PART = 2.0 / 3.0
"""Share of the shock's variance that is common to the whole war; the rest is a raid's (MODEL 6.3).

A judgement: uncertainty about a defence is larger than its variation from day to day. With half of
it, or all, war moves by less than .2 of 100 futures in `oman-2026` and `shatt-1980`.
"""


class LayeredDefence(Protocol):
    """The parameters of a layered defence; a record."""

    layers: Annotated[int, "layers"]
    order: Annotated[Array, (LAYERS,), "layers in the order in which a raid meets them", int]
    owner: Annotated[Array, (LAYERS,), "owner: PRINCIPAL, or a third party's index plus 1", int]
    is_held_back: Annotated[
        float, "1 if the side's own layers stay out of a war until it fights itself"
    ]
    integration: Annotated[float, "share of channels that its batteries pool, c [0-1]"]
    tracking_probability: Annotated[float, "chance that the common picture is good"]
    poor_tracking: Annotated[float, "factor on detection with a bad picture [0-1]"]
    detection_range: Annotated[float, "range at which a cross-section of 1 m2 is seen [km]"]
    radar_height: Annotated[float, "height of its radars [m]"]
    true_as_threat: Annotated[float, "chance that a weapon is classified as one"]
    decoy_as_threat: Annotated[float, "chance that a decoy is classified as a weapon"]
    shock: Annotated[float, "spread of the common shock on kill chances [logit]"]
    silence: Annotated[float, "share of the time in which its radars are silent [0-1]"]
    silent_exposure: Annotated[
        float, "ease of finding a silent battery, 1 for an emitting one [0-1]"
    ]
    network_hardness: Annotated[float, "damage that breaks radars and command to 1 - 1/e [hits]"]
    repair_days: Annotated[float, "mean days to repair a battery or radar [days]"]
    command_days: Annotated[float, "mean days to restore command [days]"]
    resupply: Annotated[float, "rounds from suppliers a day, as a share of the first stock [1/day]"]
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
        Array, (LAYERS, CLASSES), "chance that a layer sees an object within its reach"
    ]
    kill_probability: Annotated[Array, (LAYERS, CLASSES), "chance that one shot kills"]
    service_time: Annotated[
        Array, (LAYERS, CLASSES), "time that a channel is busy with a target [s]"
    ]
    looks: Annotated[Array, (LAYERS, CLASSES), "looks for which each class leaves time"]
    occupancy: Annotated[Array, (LAYERS, CLASSES), "channels that one target keeps busy"]


class DefenceStatus(Protocol):
    """The state of a defence in a war; a record."""

    present: Annotated[Array, (LAYERS,), "1 once the owner of a layer fights"]
    first: Annotated[
        Array, (LAYERS,), "batteries deployed at the start, whether or not the owner fights"
    ]
    batteries: Annotated[Array, (LAYERS,), "batteries that work [batteries]"]
    damaged: Annotated[Array, (LAYERS,), "batteries under repair [batteries]"]
    rounds: Annotated[Array, (LAYERS,), "rounds ready to fire, all batteries of the layer [rounds]"]
    reserve: Annotated[Array, (LAYERS,), "rounds in store, all batteries of the layer [rounds]"]
    command: Annotated[float, "share of command that works [0-1]"]
    sensors: Annotated[float, "share of radars that work [0-1]"]
    salvo_kill: Annotated[Array, (LAYERS, CLASSES), "chance that one salvo kills, with the shock"]
    picture: Annotated[float, "factor on detection by the common picture [0-1]"]
    alertness: Annotated[float, "factor on coverage by surprise [0-1]"]
    detection_factor: Annotated[float, "factor on detection in the current raid, all causes [0-1]"]


class Approach(NamedTuple):
    """The flight of a weapon as a radar sees it."""

    speed: Annotated[float, "speed [km/s]"]
    cross_section: Annotated[float, "radar cross-section [m2]"]
    altitude: Annotated[float, "height [m]"]


class Envelope(NamedTuple):
    """The distances at which a layer can engage, and its reaction time."""

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
    """Restore radars and command, and set all layers empty."""
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
    """Raise the present share of a layer to `present`; what is added has full strength."""
    batteries = (present - status.present[layer]) * status.first[layer]
    status.present[layer] = present
    status.batteries[layer] += batteries
    status.rounds[layer] += batteries * defence.rounds[layer]
    status.reserve[layer] += batteries * defence.reserve[layer]


@jit
def pooled_share(defence: LayeredDefence, status: DefenceStatus) -> float:
    """Return the share of channels that batteries pool now: `c` times the working command."""
    return defence.integration * status.command


@jit
def detection_factor(defence: LayeredDefence, status: DefenceStatus) -> float:
    """Return the factor on detection by surprise, a bad picture, broken and silent radars [0-1].

    A battery whose radar is silent sees by the others' radars, as far as command connects them.
    """
    # The network shows a battery with a silent radar what other radars see (6.4).
    emitting = 1.0 - defence.silence * (1.0 - pooled_share(defence, status))
    in_view: float = status.alertness * status.picture * status.sensors
    return in_view * emitting


@jit
def exposure(defence: LayeredDefence) -> float:
    """Return the ease of finding batteries, `e = emit + (1 - emit) eps` (MODEL 6.4) [0-1]."""
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

    `(min(R_weapon, R_detect - v t0) - R_min) / v`, in km and km/s: a layer fires within its reach,
    from the time t0 after detection. (In MODEL 6.2 t0 runs from the edge of its reach, even if it
    saw the weapon earlier.) Seeing farther gains only time.
    """
    # The weapon flies on during the reaction time, so that it is met that much nearer.
    ready_at = seen_at - speed * envelope.reaction
    return (min(envelope.reach, ready_at) - envelope.minimum_reach) / speed


@jit
def looks(window: float, service_time: float, most: float) -> float:
    """Return the looks of a layer in its window: `floor(window / tau) + 1`, at most `most`."""
    if window < 0.0:
        return 0.0
    return min(float(math.floor(window / service_time)) + 1.0, most)


@jit
def occupancy(window: float, service_time: float, arrival_time: float) -> float:
    """Return the channels that one weapon keeps busy in a raid, `tau / max(tau, T + window)`."""
    return service_time / max(service_time, arrival_time + window)


@jit
def prepare_all(defences: Array, approaches: Array, arrival_time: float) -> None:
    """Fill a defence's looks and occupancy for every class of weapons; `defences` has one record.

    `approaches`: speed, cross section and altitude of each class, shape (classes, 3).
    """
    for threat in range(approaches.shape[0]):
        row = approaches[threat]
        prepare(defences[0], threat, Approach(row[0], row[1], row[2]), arrival_time)


@jit
def prepare(defence: LayeredDefence, threat: int, approach: Approach, arrival_time: float) -> None:
    """Fill the looks at one class of weapons and its occupancy, constant within a world.

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
    """Return a probability after its odds are multiplied by `odds_ratio`."""
    odds = probability * odds_ratio
    return odds / (1.0 - probability + odds)


@jit
def kill_probability_of_salvo(kill_probability: float, shots: int) -> float:
    """Return the chance that at least one of independent shots kills, `1 - (1 - p)^n`."""
    return 1.0 - power(1.0 - kill_probability, shots)


@jit
def apply_shock(defence: LayeredDefence, status: DefenceStatus, shift: float) -> None:
    """Fill a salvo's kill chance, by layer and class, under a shock on every shot [logit].

    Entries of classes at which a layer cannot fire keep their old value: nothing reads them.
    """
    odds_ratio = exp(shift)
    for layer in range(defence.layers):
        shots = int(defence.salvo[layer])
        for threat in range(CLASSES):
            if defence.batteries[layer] > 0.0 and defence.looks[layer, threat] >= 1.0:
                # The shock multiplies the odds of a kill of all shots alike: so their misses are
                # correlated.
                status.salvo_kill[layer, threat] = kill_probability_of_salvo(
                    shifted(defence.kill_probability[layer, threat], odds_ratio), shots
                )


@jit
def picture_factor(defence: LayeredDefence, is_good: bool) -> float:
    """Return the factor on detection with a good or a bad common picture [0-1]."""
    return 1.0 if is_good else defence.poor_tracking


@jit
def mean_picture(defence: LayeredDefence) -> float:
    """Return the mean factor on detection over a good and a bad common picture [0-1]."""
    good = defence.tracking_probability
    return good + (1.0 - good) * defence.poor_tracking


@jit
def shock_point(of_war: float, of_raid: float) -> float:
    """Return the shock on a raid from the war's part and its own [standard deviations]."""
    return math.sqrt(WAR_PART) * of_war + math.sqrt(1.0 - WAR_PART) * of_raid


@jit
def has_good_picture(node: int) -> bool:
    """Say whether the common picture is good at a node."""
    return node < NODES // 2


@jit
def war_point(node: int) -> float:
    """Return the war's part of the shock at a node [standard deviations].

    +1 and -1 with even odds have the mean, variance and skewness of a standard normal variable: a
    mean over both is exact to the third power of the shock.
    """
    return 1.0 if node % 2 == 0 else -1.0


@jit
def node_weight(good_probability: float, node: int) -> float:
    """Return the chance of a node: of its picture, times one in two."""
    picture = good_probability if has_good_picture(node) else 1.0 - good_probability
    return 0.5 * picture
