"""Small raids, defences and theatres that the tests of force share."""

from functools import cache
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from detente.kernel.air_defence import Raid, defend
from detente.kernel.campaign import draw_commons, fight_day
from detente.kernel.cascade import ThirdParties, draw_loyalty
from detente.kernel.defence import (
    MILITARY,
    Approach,
    DefenceStatus,
    LayeredDefence,
    apply_shock,
    mean_picture,
    prepare,
    restore_defence,
)
from detente.kernel.draws import Chance, Draws
from detente.kernel.layout import dtype_of
from detente.kernel.theatre import (
    Campaign,
    Conflict,
    Reply,
    Situation,
    Theatre,
    Warfare,
    begin_first_morning,
)

EXPECTED = Chance(True, Draws(0, 0, 0, 0, 0), 0, 0)


shape_of = cache(dtype_of)


def blank(kind):
    """Return a zeroed record; working out its shape again each time would be slow."""
    return np.zeros(1, shape_of(kind)).view(np.recarray)[0]


class Layer(NamedTuple):
    """One layer of a test defence."""

    kill_probability: float = 0.6
    salvo: float = 2.0
    channels: float = 4.0
    batteries: float = 3.0
    rounds: float = 20.0
    coverage: float = 0.8
    looks: float = 2.0
    occupancy: float = 0.3


class Wall(NamedTuple):
    """A test defence."""

    layers: tuple[Layer, ...] = (Layer(),)
    integration: float = 0.5
    detection_probability: float = 0.9
    tracking_probability: float = 1.0
    shock: float = 0.0
    decoy_as_threat: float = 0.5


def defence_of(wall):
    defence = blank(LayeredDefence)
    defence.layers = len(wall.layers)
    defence.order[:] = np.arange(len(defence.order))
    defence.integration = wall.integration
    defence.detection_probability[:] = wall.detection_probability
    defence.engages[:] = 1.0
    defence.tracking_probability = wall.tracking_probability
    defence.poor_tracking = 0.4
    defence.true_as_threat = 0.95
    defence.decoy_as_threat = wall.decoy_as_threat
    defence.shock = wall.shock
    defence.hardness[:] = [300.0, 100.0, 400.0]
    defence.value[:] = [1.0, 0.0, 0.3]
    defence.repair_days, defence.command_days = 20.0, 3.0
    defence.network_hardness = 60.0
    for place, layer in enumerate(wall.layers):
        for figure, value in layer._asdict().items():
            getattr(defence, figure)[place] = value
    return defence


def by_class(wall, kills, sights):
    """Return a wall's defence whose shots and radars are worth less against some classes."""
    defence = defence_of(wall)
    defence.kill_probability[:, : len(kills)] *= kills
    defence.detection_probability[:, : len(sights)] *= sights
    return defence


class Fought(NamedTuple):
    """What a raid left behind."""

    raid: Raid
    stand: DefenceStatus

    @property
    def leakers(self):
        return float(self.raid.weapons.sum())


def take_mean(defence, stand):
    """Give a defence the mean picture, and no shock."""
    stand.picture = mean_picture(defence)
    apply_shock(defence, stand, 0.0)


def send(wall, weapons, *, decoys=(0.0,), chance=EXPECTED):
    """Send one raid, a number of weapons for each class, against a fresh defence."""
    return meet_with(defence_of(wall), weapons, decoys=decoys, chance=chance)


def meet_with(defence, weapons, *, decoys=(0.0,), chance=EXPECTED):
    """Meet one raid with a fresh defence at its mean picture and kill chances."""
    stand = blank(DefenceStatus)
    restore_defence(defence, stand)
    stand.alertness = 1.0
    take_mean(defence, stand)
    raid = blank(Raid)
    raid.classes = len(weapons)
    raid.reliable[: len(weapons)] = weapons
    raid.decoys[: len(decoys)] = decoys
    defend(defence, stand, raid, chance)
    return Fought(raid, stand)


def drawn(future, day=0):
    return Chance(False, Draws(7, 0, future, 0, 0), day, 0)


share = st.floats(0.0, 1.0)
layers = st.builds(
    Layer,
    kill_probability=share,
    salvo=st.integers(1, 3).map(float),
    channels=st.integers(1, 8).map(float),
    batteries=st.integers(0, 6).map(float),
    rounds=st.integers(0, 40).map(float),
    coverage=share,
    looks=st.integers(0, 2).map(float),
    occupancy=st.floats(0.01, 1.0),
)
walls = st.builds(
    Wall,
    layers=st.lists(layers, min_size=1, max_size=3).map(tuple),
    integration=share,
    detection_probability=share,
    tracking_probability=share,
    shock=st.floats(0.0, 1.0),
    decoy_as_threat=share,
)
raids = st.integers(0, 80).map(float)


RAID_SHARE = 0.08
"""Share of each stock that is launched on a day."""


def fill_arsenal(arsenal, rows):
    """Fill an arsenal: stock, decoys, speed, size, height, reliability, damage, returns, value.

    Launchers are no limit, and nothing is brought up.
    """
    figures = (
        "stock",
        "decoys",
        "speed",
        "cross_section",
        "altitude",
        "reliability",
        "hit_damage",
        "returns",
        "value",
    )
    arsenal.classes = len(rows)
    arsenal.launch_rate[:] = RAID_SHARE
    arsenal.load[:] = 1.0
    arsenal.launch_capacity[:] = 1e6
    for place, row in enumerate(rows):
        for figure, value in zip(figures, row, strict=True):
            getattr(arsenal, figure)[place] = value


def prepare_all(defence, arsenal):
    for threat in range(int(arsenal.classes)):
        approach = Approach(
            float(arsenal.speed[threat]),
            float(arsenal.cross_section[threat]),
            float(arsenal.altitude[threat]),
        )
        prepare(defence, threat, approach, 90.0)


MISSILE = (400.0, 0.5, 0.24, 0.1, 50.0, 0.9, 1.0, 0.0, 0.0)
AIRCRAFT = (60.0, 0.0, 0.26, 0.5, 5000.0, 0.9, 2.5, 1.0, 0.5)
BALLISTIC = (900.0, 0.2, 2.6, 0.1, 60000.0, 0.65, 1.0, 0.0, 0.0)
DRONE = (2000.0, 0.0, 0.05, 0.03, 200.0, 0.8, 0.1, 0.0, 0.0)


EFFORT = [0.6, 0.8, 1.0, 1.2]
"""How hard the challenger raids, by its plan."""


def long_range(defence):
    """Give each layer of a test defence the kinematics of a long-range battery."""
    defence.detection_range = 350.0
    defence.radar_height = 20.0
    defence.reach[:] = 200.0
    defence.minimum_reach[:] = 4.0
    defence.reaction[:] = 12.0
    defence.service_time[:] = 40.0


def write_theatre(theatre: Theatre) -> None:
    """Fill a theatre with a raid-minded challenger and a defender with missiles and drones."""
    theatre.defender_defence = defence_of(
        Wall((Layer(rounds=30.0), Layer(batteries=8.0, channels=2.0)), shock=0.5)
    )
    theatre.challenger_defence = defence_of(Wall((Layer(batteries=8.0),), shock=0.5))
    theatre.defender_defence.tracking_probability = 0.5
    theatre.challenger_defence.tracking_probability = 0.8
    theatre.challenger_defence.hardness[MILITARY] = 1500.0
    theatre.defender_defence.hardness[MILITARY] = 900.0
    theatre.aims[:] = [[0.5, 0.4, 0.1], [0.6, 0.0, 0.4]]
    long_range(theatre.defender_defence)
    long_range(theatre.challenger_defence)
    fill_arsenal(theatre.challenger_arsenal, [MISSILE, AIRCRAFT])
    fill_arsenal(theatre.defender_arsenal, [BALLISTIC, DRONE])
    prepare_all(theatre.defender_defence, theatre.challenger_arsenal)
    prepare_all(theatre.challenger_defence, theatre.defender_arsenal)
    conduct = {
        "presence": 0.35,
        "opening": 1.0,
        "limited_sorties": 1.0,
        "token_share": 0.1,
        "absorbed_fire": 0.05,
        "token_fire": 0.35,
        "suppression": 0.25,
        "network": 0.25,
        "surprise": 0.8,
        "hardening": 0.2,
        "limited_days": 4.0,
        "raised_days": 5.0,
        "campaign_days": 5.0,
        "hits_felt": 20.0,
        "persistence": 0.6,
        "strength_weight": 1.5,
        "deciding_loss": 0.25,
        "stakes": 1.1,
        "loss_price": 0.8,
        "fatigue_rate": 5e-4,
        "belief_strength": 20.0,
        "self_knowledge": 0.5,
        "foresight": 5.0,
        "optimism_weight": 2.0,
        "terms_rate": 0.06,
        "discount_rate": 0.002,
    }
    for figure, value in conduct.items():
        setattr(theatre, figure, value)
    theatre.effort[:] = EFFORT
    theatre.optimism[:] = 0.3
    write_parties(theatre.third_parties)


def write_parties(parties: ThirdParties) -> None:
    """Write an ally, a host and an aligned group."""
    parties.count = 3
    parties.hit_weight = 0.7
    parties.exposure[:3] = [0.3, 0.2, 0.05]
    parties.join_probability[:3] = [0.2, 0.02, 0.1]
    parties.stands_by[:] = 1.0
    parties.presence[:] = 1.0
    parties.is_ally[:3] = [1.0, 0.0, 0.0]
    parties.is_with_defender[:3] = [0.0, 0.0, 1.0]
    parties.raid_share[:3] = [0.0, 0.0, 0.2]


def new_war():
    """Return a war between them with stakes, weights and costs."""
    war = blank(Warfare)
    write_theatre(war.theatre)
    war.challenger_stake = 0.6
    war.defender_stake = 0.5
    war.challenger_loss_weight[:] = [0.5, 1.8]
    war.defender_loss_weight[:] = [0.3, 2.0]
    war.war_cost[:] = [0.1, 0.1]
    war.strike_cost[:] = 0.05
    war.raised_cost[:] = 0.1
    war.strike_motive = 1.0
    war.risk_aversion[:] = [1.0, 1.0]
    war.restraint_probability, war.absorb_share = 0.645, 0.3
    war.vow_price = 0.1
    war.hard_probability = 0.4
    war.plan_if_hard[:] = [0.15, 0.45, 0.30, 0.10]
    war.plan_if_soft[:] = [0.70, 0.20, 0.07, 0.03]
    war.plan_by_scale[:, 0, :2] = [[0.25, 0.75], [0.8, 0.2]]
    war.plan_by_scale[:, 1, 2:] = [[0.75, 0.25], [0.7, 0.3]]
    war.ally_stake, war.ally_loss_weight, war.ally_war_cost = 0.7, 0.5, 0.1
    return war


def conflict_of(war, situation):
    """Return a war at its first morning, with its common draws at their mean."""
    campaign = blank(Campaign)
    conflict = Conflict(war.theatre, campaign, situation)
    draw_loyalty(war.theatre.third_parties, campaign.belligerents, EXPECTED)
    begin_first_morning(conflict)
    mine, theirs = war.theatre.challenger_defence, war.theatre.defender_defence
    take_mean(mine, campaign.challenger_status)
    take_mean(theirs, campaign.defender_status)
    return conflict


STRIKE = Situation(1, 0, 0, 2, Reply.FULL)
"""A strike by the challenger with some force deployed, answered in full."""
DAYS = 6


def fought(situation, *, future=None, days=DAYS, war=None):
    """Return a war after some days, drawn or in the mean."""
    conflict = conflict_of(war or new_war(), situation)
    if future is not None:
        draw_commons(conflict, Draws(7, 0, future, 0, 0), 0)
    for day in range(days):
        fight_day(conflict, EXPECTED if future is None else drawn(future, day))
    return conflict
