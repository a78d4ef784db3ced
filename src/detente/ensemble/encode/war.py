"""Encodes the forces of both sides, and what war costs and can settle."""

from collections.abc import Mapping
from heapq import merge
from math import fsum, sqrt

import numpy as np

from detente.ensemble.encode.copies import copy_numbers, whole
from detente.ensemble.encode.lessons import read_lessons, shares
from detente.ensemble.encode.posture import ally_motive, encode_plans
from detente.ensemble.encode.supporters import (
    encode_third_parties,
    is_held_back,
    layers_of,
    ships_of,
    weapons_of,
)
from detente.kernel.arithmetic import ROOT_OF_TWO_PI, exp, inverse_normal
from detente.kernel.defence import ECONOMY, MILITARY, PROGRAMME, LayeredDefence, prepare_all
from detente.kernel.land import BOTH
from detente.kernel.layout import as_arrays
from detente.kernel.places import LEVELS
from detente.kernel.theatre import CHALLENGER, DEFENDER, Theatre, Warfare, Weaponry
from detente.pack.crisis import Crisis
from detente.pack.resolve import kind_of

METRES_PER_KILOMETRE = 1000.0
LEAST = 1e-6
"""Minimum of numbers by which the kernel divides; a pack may state 0."""
RESOLVED = 0.4
"""Share of all challengers that are resolved, which sets the cut in their private motive.

Beliefs change how likely a challenger is to be resolved, but not the meaning of resolved.
"""
BY_KIND = ("detection_probability", "kill_probability", "service_time", "engages")

SIDES = ("challenger", "defender")
"""The kernel's sides by their names in a pack, in order."""
CATEGORY_NAMES = ("military", "programme", "economy")
"""The kernel's categories of damage by their names in a pack, in order."""

Values = Mapping[str, float]


def encode_war(crisis: Crisis, values: Values, war: Warfare, day: int = 0) -> None:
    """Fill in the record of force as of a day [days since the as-of date]."""
    theatre = war.theatre
    encode_conduct(values, theatre)
    encode_arsenal(crisis, values, "challenger", theatre.challenger_arsenal)
    encode_arsenal(crisis, values, "defender", theatre.defender_arsenal)
    encode_defence(crisis, values, "challenger", theatre.challenger_defence)
    encode_defence(crisis, values, "defender", theatre.defender_defence)
    # Only the defender has suppliers and, if there is one, the disputed programme.
    programme = f"defences.{crisis.of_role('defender')}.programme_hardness"
    theatre.defender_defence.hardness[PROGRAMME] = values.get(programme, 1.0)
    suppliers = crisis.all_of_role("supplier")
    resupply = fsum(values[f"actors.{key}.resupply"] for key in suppliers)
    theatre.defender_defence.resupply = resupply
    prepare_for(theatre.defender_defence, theatre.challenger_arsenal, values["war.arrival_time"])
    prepare_for(theatre.challenger_defence, theatre.defender_arsenal, values["war.arrival_time"])
    encode_third_parties(crisis, values, theatre.third_parties, day)
    copy_numbers(values, theatre.chokepoint, "Strait")
    encode_stakes(crisis, values, war)
    encode_land(crisis, values, war)
    encode_plans(values, war)


def encode_conduct(values: Values, theatre: Theatre) -> None:
    """Fill in how force is used, answered and ended."""
    copy_numbers(values, theatre, "Theatre")
    theatre.hits_felt = max(values["war.hits_felt"], LEAST)
    # Force lasts a whole number of days, at least one.
    theatre.limited_days = max(whole(values["war.limited_days"]), 1.0)
    theatre.campaign_days = max(whole(values["war.campaign_days"]), 1.0)
    theatre.raised_days = max(whole(values["war.raised_days"]), 1.0)
    theatre.presence = max(values["posture.presence"], LEAST)
    # The kernel takes the logarithm of the rest of the programme, which must not be 0.
    theatre.direct_action_damage = min(values["war.direct_action_damage"], 1.0 - LEAST)
    # The weights of raids' targets; the challenger has no programme to be hit.
    for side, name, categories in (
        (CHALLENGER, "challenger", (MILITARY, PROGRAMME, ECONOMY)),
        (DEFENDER, "defender", (MILITARY, ECONOMY)),
    ):
        weights = [values[f"aims.{name}.{CATEGORY_NAMES[one]}"] for one in categories]
        total = fsum(weights)
        for category, weight in zip(categories, weights, strict=True):
            theatre.aims[side, category] = weight / total


def encode_arsenal(crisis: Crisis, values: Values, side: str, arsenal: Weaponry) -> None:
    """Fill in the weapons of a side, its supporters' included."""
    weapons = weapons_of(crisis, side)
    arsenal.classes = len(weapons)
    arsenal.is_held_back = is_held_back(crisis, weapons)
    for index, owned in enumerate(weapons):
        path = f"arsenals.{owned.owner}.{owned.key}"
        copy_numbers(values, arsenal, "Weaponry", of=path, index=index)
        arsenal.owner[index] = owned.number
        on_ships = values.get(f"{path}.on_ship", 0.0) * ships_of(crisis, values, owned.owner)
        arsenal.stock[index] = whole(values[f"{path}.stock"] + on_ships)
        speed = values[f"{path}.speed"] / METRES_PER_KILOMETRE
        arsenal.speed[index] = speed
        arsenal.launch_rate[index] = values["war.raid_share"]
        arsenal.load[index] = 1.0
        if arsenal.returns[index] > 0.0:
            # Sorties that do not strike are left out, since no defence engages them.
            sorties = values.get(f"{path}.sorties", 1.0)
            arsenal.launch_rate[index] = sorties * values["war.striking_sorties"]
            arsenal.load[index] = values.get(f"{path}.weapons_a_sortie", 1.0)
            arsenal.hit_damage[index] *= values["war.sortie_damage"]


def encode_defence(crisis: Crisis, values: Values, side: str, defence: LayeredDefence) -> None:
    """Fill in the defence of a side, its supporters' layers included.

    Radars, command and what can be hit are its principal's. A layer that is absent or does not work
    has no batteries.
    """
    path = f"defences.{crisis.of_role(side)}"
    copy_numbers(values, defence, "LayeredDefence", of=path, role=side)
    discount = values.get(f"{path}.detection_discount", 1.0)
    defence.detection_range = values[f"{path}.detection_range"] * discount
    # The kernel divides by the hardness of the programme, even for a side that has none.
    defence.hardness[:] = 1.0
    defence.hardness[MILITARY] = values[f"{path}.hardness"]
    defence.hardness[ECONOMY] = values[f"{path}.economy_hardness"]
    # All forces and bases of a side are the unit of losses.
    defence.value[MILITARY] = 1.0
    defence.value[ECONOMY] = values[f"{path}.economy_value"]
    defence.detection_probability[:] = values[f"{path}.detection_probability"]

    layers = layers_of(crisis, side)
    defence.layers = len(layers)
    defence.is_held_back = is_held_back(crisis, layers)
    defence.engages[:] = 1.0
    kinds = kinds_against(crisis, side)
    for index, owned in enumerate(layers):
        path = f"defences.{owned.owner}.layers.{owned.key}"
        copy_numbers(values, defence, "LayeredDefence", of=path, index=index)
        defence.salvo[index] = max(whole(values[f"{path}.salvo"]), 1.0)
        defence.reach[index] = values[f"{path}.reach"] * values[f"{path}.discount"]
        # Two chances: that a reported system is present, and that it works (6.6).
        is_there = values[f"{path}.present"] * values[f"{path}.operational"]
        defence.batteries[index] = whole(values[f"{path}.batteries"]) * whole(is_there)
        # A layer may have figures of its own against single kinds of weapons.
        for threat, kind in enumerate(kinds):
            for figure in BY_KIND:
                given = values.get(f"{path}.against.{kind}.{figure}")
                if given is not None:
                    getattr(defence, figure)[index, threat] = given
            defence.engages[index, threat] = whole(defence.engages[index, threat])
        defence.owner[index] = owned.number
    # A raid meets the layers of one owner in the order of the pack; the owners' sequences are
    # merged by reach, the longest first.
    owners = dict.fromkeys(layer.number for layer in layers)
    rows = [[index for index, one in enumerate(layers) if one.number == owner] for owner in owners]
    defence.order[: len(layers)] = list(
        merge(*rows, key=lambda index: -float(defence.reach[index]))
    )


def kinds_against(crisis: Crisis, side: str) -> tuple[str, ...]:
    """Return the kind of each class of weapons with which the other side raids."""
    other = next(one for one in SIDES if one != side)
    arsenals = crisis.model.arsenals
    return tuple(
        kind_of(arsenals[owned.owner][owned.key].system) for owned in weapons_of(crisis, other)
    )


def prepare_for(defence: LayeredDefence, arsenal: Weaponry, arrival_time: float) -> None:
    """Fill in the looks at, and the load from, each class of weapons that approaches a defence."""
    figures = (arsenal.speed, arsenal.cross_section, arsenal.altitude)
    approaches = np.column_stack(figures)[: int(arsenal.classes)]
    prepare_all(as_arrays(defence), approaches, max(float(arrival_time), LEAST))


def encode_stakes(crisis: Crisis, values: Values, war: Warfare) -> None:
    """Fill in what war can settle, its cost to each type, and the weights of replies."""
    challenger = f"actors.{crisis.of_role('challenger')}"
    defender = f"actors.{crisis.of_role('defender')}"
    war.challenger_stake = stake(crisis, values, "challenger_weight")
    war.defender_stake = stake(crisis, values, "defender_weight")
    war.theatre.stakes = war.challenger_stake + war.defender_stake
    copy_numbers(values, war, "Warfare")
    for role in ("challenger", "defender", "ally"):
        for key in crisis.all_of_role(role):
            copy_numbers(values, war, "Warfare", of=f"actors.{key}", role=role)
    lessons = read_lessons(crisis, values)
    expects = lessons.challenger_loss_factor
    # A challenger that suffered small losses in the last round expects smaller ones now (5.7).
    war.challenger_loss_weight[0] = expects * values[f"{challenger}.loss_weight_firm"]
    war.challenger_loss_weight[1] = expects * values[f"{challenger}.loss_weight_yielding"]
    war.theatre.optimism[:] = [lessons.challenger_optimism, lessons.defender_optimism]
    # Each type's motive: the worth of force to it beyond the other numbers of the pack.
    war.motive[DEFENDER] = values[f"{defender}.motive"] * values["moves.defender_motive"]
    for kind, score in enumerate(motive_scores(values, challenger)):
        war.motive[CHALLENGER, kind] = values["moves.challenger_motive"] * score
    # The challenger's cost of a strike by force level, alone and if it becomes a war.
    strike = values[f"{challenger}.strike_cost"]
    for force in range(LEVELS):
        # A strike from a standing start costs more, so that strikes, too, follow a raise (5.2).
        standing = values[f"{challenger}.standing_start_cost"] if force == 0 else 0.0
        war.strike_cost[force] = strike + standing
        # A strike that becomes a war costs the price of a war and half that of a strike (5.2).
        war.raised_cost[force] = war.war_cost[CHALLENGER] + strike / 2.0 + standing
    if crisis.all_of_role("ally"):
        war.ally_stake = stake(crisis, values, "ally_weight")
        # A standard deviation of motive is worth as much to the ally as to the challenger.
        war.ally_motive = ally_motive(crisis, values) * values["moves.challenger_motive"]


def encode_land(crisis: Crisis, values: Values, war: Warfare) -> None:
    """Fill in troops, the land that they fight for, and its share of what war can settle.

    The challenger is assumed to hold all of it or none.
    """
    issues = crisis.model.issues
    fought_for = next((key for key, issue in issues.items() if issue.land), None)
    if fought_for is None:
        return
    land = war.theatre.land
    land.is_fought = 1.0
    land.held_at_first = float(issues[fought_for].holder == "challenger")
    copy_numbers(values, land, "LandForces")
    for side in SIDES:
        copy_numbers(
            values, land, "LandForces", of=f"actors.{crisis.of_role(side)}.troops", role=side
        )
    at_stake = [
        shares(values, list(issues), f"{side}_weight")[fought_for]
        * values[f"issues.{fought_for}.settled_by_war"]
        for side in SIDES
    ]
    land.weight[CHALLENGER] = at_stake[CHALLENGER] / max(war.challenger_stake, LEAST)
    land.weight[DEFENDER] = at_stake[DEFENDER] / max(war.defender_stake, LEAST)
    land.weight[BOTH] = fsum(at_stake) / max(war.theatre.stakes, LEAST)


def motive_scores(values: Values, challenger: str) -> tuple[float, float]:
    """Return the motive of a resolved and of an unresolved challenger [standard deviations].

    Part of it is private: the mean of a standard normal distribution above a cut for a resolved
    challenger, below it for an unresolved one (MODEL 5.2). `challenger` is the path of its numbers,
    such as `actors.KEY`.
    """
    known = values["moves.public_motive"]
    cut = inverse_normal(1.0 - RESOLVED)
    density = exp(-0.5 * cut * cut) / ROOT_OF_TWO_PI
    public = sqrt(known) * values[f"{challenger}.motive"]
    own = sqrt(1.0 - known)
    return public + own * (density / RESOLVED), public + own * (-density / (1.0 - RESOLVED))


def stake(crisis: Crisis, values: Values, weight: str) -> float:
    """Return the share of a side's stakes that complete damage settles [0-1]."""
    keys = list(crisis.model.issues)
    weights = shares(values, keys, weight)
    return fsum(weights[key] * values[f"issues.{key}.settled_by_war"] for key in keys)
