"""Published results on engagement, reproduced by the kernel's own functions at their limits.

A model here only configures, sums and averages; every formula is the kernel's.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, cast

from detente.kernel.air_defence import (
    Raid,
    batteries_lost,
    batteries_repaired,
    defend,
    served_share,
)
from detente.kernel.defence import (
    NODES,
    DefenceStatus,
    Envelope,
    LayeredDefence,
    apply_shock,
    engagement_window,
    has_good_picture,
    looks,
    mean_picture,
    node_weight,
    occupancy,
    picture_factor,
    radar_horizon,
    radar_range,
    restore_defence,
    war_point,
)
from detente.kernel.draws import Chance, Draws, count
from detente.kernel.layout import new_record
from verification import records  # noqa: F401  rules are called one by one

Inputs = dict[str, Any]
Outputs = Mapping[str, float]

EXPECTED = Chance(True, Draws(0, 0, 0, 0, 0), 0, 0)
PLENTY = 1e9
"""More rounds, channels or threats than any case can use up."""
HALVINGS = 48
"""Halvings that find where a draw changes what it counts, to within 1e-14."""
STEPS_A_DAY = 2048
"""Steps in which a day's losses and repairs go on side by side."""
DAYS_TO_SETTLE = 60.0
METRES_PER_KILOMETRE = 1000.0


class Duel(NamedTuple):
    """A defence, how it stands, and one class of weapons on its way to it."""

    defence: LayeredDefence
    stand: DefenceStatus
    raid: Raid


def duel(threats: float, layers: list[tuple[float, float]]) -> Duel:
    """Return a raid against layers of given kill chance and salvo, with nothing else in short."""
    defence = cast("LayeredDefence", new_record(LayeredDefence))
    defence.layers = len(layers)
    defence.order[:] = range(len(defence.order))
    defence.integration = 1.0
    defence.tracking_probability = 1.0
    defence.detection_probability[:] = 1.0
    defence.true_as_threat = 1.0
    for layer, (kill_probability, salvo) in enumerate(layers):
        defence.kill_probability[layer] = kill_probability
        defence.salvo[layer] = salvo
        defence.batteries[layer] = 1.0
        defence.channels[layer] = PLENTY
        defence.rounds[layer] = PLENTY
        defence.coverage[layer] = 1.0
        defence.looks[layer, 0] = 1.0
    raid = cast("Raid", new_record(Raid))
    raid.classes = 1
    raid.reliable[0] = threats
    return Duel(defence, cast("DefenceStatus", new_record(DefenceStatus)), raid)


def fight(match: Duel) -> float:
    """Let the raid meet the defence at its mean picture, and return the expected leakers."""
    restore_defence(match.defence, match.stand)
    match.stand.alertness = 1.0
    match.stand.picture = mean_picture(match.defence)
    apply_shock(match.defence, match.stand, 0.0)
    defend(match.defence, match.stand, match.raid, EXPECTED)
    return float(match.raid.weapons[0])


def chance_of_all(trials: float, probability: float) -> float:
    """Chance that every trial succeeds: the share of draws for which the kernel counts them all."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if count(trials, probability, middle, False) < trials:
            low = middle
        else:
            high = middle
    return 1.0 - 0.5 * (low + high)


def kill_after_shots(case: Inputs) -> Outputs:
    """Fire a salvo at one object that may not be tracked."""
    match = duel(1.0, [(case["kill_probability"], case["shots"])])
    match.defence.tracking_probability = case["track_probability"]
    return {"killed": 1.0 - fight(match)}


def raid_annihilation(case: Inputs) -> Outputs:
    """Independent threats at one layer."""
    shooters = [(case["kill_probability"], case["shots"])]
    killed = 1.0 - fight(duel(1.0, shooters))
    return {
        "none_leaks": chance_of_all(float(case["threats"]), killed),
        "expected_leakers": fight(duel(float(case["threats"]), shooters)),
    }


def common_mode(case: Inputs) -> Outputs:
    """Track a raid as a whole or not at all, over the nodes of the common draws."""
    match = duel(1.0, [(case["kill_probability"], case["shots"])])
    match.defence.tracking_probability = case["track_probability"]
    restore_defence(match.defence, match.stand)
    match.stand.alertness = 1.0
    none_leaks = 0.0
    for node in range(NODES):
        match.stand.picture = picture_factor(match.defence, has_good_picture(node))
        apply_shock(match.defence, match.stand, match.defence.shock * war_point(node))
        defend(match.defence, match.stand, match.raid, EXPECTED)
        all_killed = chance_of_all(float(case["threats"]), 1.0 - float(match.raid.weapons[0]))
        none_leaks += node_weight(case["track_probability"], node) * all_killed
    return {"none_leaks": none_leaks}


def layered_leakage(case: Inputs) -> Outputs:
    """One threat through several layers."""
    layers = [(kill_probability, float(shots)) for kill_probability, shots in case["layers"]]
    return {"leak": fight(duel(1.0, layers))}


def decoy_load(case: Inputs) -> Outputs:
    """Weapons and decoys that a layer takes for threats; it kills none, so that all still count."""
    match = duel(float(case["real"]), [(0.0, 1.0)])
    match.defence.true_as_threat = case["real_called_real"]
    match.defence.decoy_as_threat = case["decoy_called_real"]
    match.raid.decoys[0] = case["decoys"]
    fight(match)
    return {"engaged": float(match.raid.engaged[0] + match.raid.alive_decoys[0])}


def look_window(case: Inputs) -> Outputs:
    """Time in which to engage, and how often."""
    envelope = Envelope(
        float(case["weapon_km"]), float(case["minimum_km"]), float(case["reaction_s"])
    )
    speed = case["speed_mps"] / METRES_PER_KILOMETRE
    window = engagement_window(float(case["detection_km"]), speed, envelope)
    return {
        "window_s": window,
        "looks": looks(window, float(case["cycle_s"]), float(case["looks_max"])),
    }


def shoot_look_shoot(case: Inputs) -> Outputs:
    """One shot a look at one object, and no more once it is hit."""
    match = duel(1.0, [(case["kill_probability"], 1.0)])
    match.defence.looks[0, 0] = case["looks"]
    match.defence.rounds[0] = case["looks"]
    killed = 1.0 - fight(match)
    return {"killed": killed, "expected_rounds": case["looks"] - float(match.stand.rounds[0])}


def magazine_limited_kills(case: Inputs) -> Outputs:
    """More threats than there are rounds for."""
    match = duel(PLENTY, [(case["kill_probability"], case["shots_per_target"])])
    match.defence.rounds[0] = case["rounds"]
    return {"expected_kills": PLENTY - fight(match)}


def erlang_loss(case: Inputs) -> Outputs:
    """One battery on its own."""
    served = served_share(float(case["offered_load"]), 1.0, float(case["channels"]), 0.0)
    return {"blocked": 1.0 - served}


def autonomous_batteries(case: Inputs) -> Outputs:
    """Channels split evenly over batteries that do not share."""
    batteries = float(case["batteries"])
    channels = case["channels"] / batteries
    served = served_share(float(case["offered_load"]), batteries, channels, 0.0)
    return {"blocked": 1.0 - served}


def pooled_cap(case: Inputs) -> Outputs:
    """Meet a raid with one pool of channels; all is seen, and killed when engaged."""
    match = duel(float(case["threats"]), [(1.0, 1.0)])
    match.defence.channels[0] = case["channels"]
    match.defence.occupancy[0, 0] = occupancy(
        float(case["window_s"]), float(case["service_s"]), float(case["arrival_s"])
    )
    return {"served": case["threats"] - fight(match)}


def horizon(case: Inputs) -> Outputs:
    """How far a radar sees over the curve of the earth."""
    heights = float(case["radar_height_m"]), float(case["target_height_m"])
    return {"horizon_km": radar_horizon(*heights)}


def range_scaling(case: Inputs) -> Outputs:
    """How far a radar sees an object of another size."""
    return {
        "range_km": radar_range(float(case["reference_km"]), float(case["cross_section_ratio"]))
    }


def magazine_days(case: Inputs) -> Outputs:
    """Meet the same raid every day until the rounds are gone, the last day in part."""
    match = duel(float(case["threats_per_day"]), [(0.0, case["shots_per_target"])])
    fight(match)
    wanted = PLENTY - float(match.stand.rounds[0])
    match.stand.rounds[0] = case["rounds"]
    days = 0.0
    while match.stand.rounds[0] > 0.0:
        before = float(match.stand.rounds[0])
        defend(match.defence, match.stand, match.raid, EXPECTED)
        days += (before - float(match.stand.rounds[0])) / wanted
    return {"days": days}


def repair_equilibrium(case: Inputs) -> Outputs:
    """Losses and repairs side by side until they balance."""
    working, damaged = float(case["batteries"]), 0.0
    hazard = case["hazard_per_day"] / STEPS_A_DAY
    steps_to_repair = float(case["repair_days"]) * STEPS_A_DAY
    for _ in range(int(DAYS_TO_SETTLE * STEPS_A_DAY)):
        lost = batteries_lost(working, hazard, 0.5, True)
        repaired = batteries_repaired(damaged, steps_to_repair, 0.5, True)
        working += repaired - lost
        damaged += lost - repaired
    return {"operational": working}


MODELS: dict[str, Callable[[Inputs], Outputs]] = {
    "kill_after_shots": kill_after_shots,
    "raid_annihilation": raid_annihilation,
    "common_mode": common_mode,
    "layered_leakage": layered_leakage,
    "decoy_load": decoy_load,
    "look_window": look_window,
    "shoot_look_shoot": shoot_look_shoot,
    "magazine_limited_kills": magazine_limited_kills,
    "erlang_loss": erlang_loss,
    "autonomous_batteries": autonomous_batteries,
    "pooled_cap": pooled_cap,
    "radar_horizon": horizon,
    "radar_range_scaling": range_scaling,
    "magazine_days": magazine_days,
    "repair_equilibrium": repair_equilibrium,
}
