"""The kernel's result of a raid, drawn or expected: its defence against all weapons launched."""

from itertools import product
from typing import Annotated, NamedTuple, cast

import numpy as np

from detente.kernel.air_defence import Raid, defend
from detente.kernel.campaign import draw_commons, draw_shock
from detente.kernel.defence import (
    NODES,
    Approach,
    LayeredDefence,
    apply_shock,
    has_good_picture,
    node_weight,
    picture_factor,
    prepare,
    restore_defence,
    shock_point,
    war_point,
)
from detente.kernel.draws import Chance, Draws, Purpose, count, draw_block
from detente.kernel.layout import Array, new_record
from detente.kernel.theatre import DEFENDER, Campaign, Conflict, Reply, Situation, Theatre
from verification import records  # noqa: F401  rules are called one by one
from verification.model.raids.cases import Case

ANY = Situation(force=0, step=0, onset=0, plan=0, reply=Reply.FULL)
"""How the war began, which a raid that is launched in full does not depend on."""
OF_DEFENCE = (
    "integration",
    "tracking_probability",
    "poor_tracking",
    "detection_range",
    "radar_height",
    "true_as_threat",
    "decoy_as_threat",
    "shock",
)


class Battle(NamedTuple):
    """A case as the kernel's records have it."""

    case: Case
    conflict: Annotated[Conflict, "blank but for what defends the defender"]

    @property
    def defence(self) -> LayeredDefence:
        """Return what defends."""
        return self.conflict.theatre.defender_defence

    @property
    def raid(self) -> Raid:
        """Return the raid under way."""
        return self.conflict.campaign.raid


def drawn(case: Case, raids: int, seed: int) -> Array:
    """Return the leakers by why of so many drawn raids, per weapon launched, shape (raids, 4)."""
    battle = battle_of(case)
    shares = []
    for future in range(raids):
        source = Draws(seed, 0, future, 0, 0)
        chance = Chance(False, source, 0, 0)
        draw_commons(battle.conflict, source, 0)
        draw_shock(battle.conflict, DEFENDER, chance)
        shares.append(leakage(battle, chance))
    return np.array(shares)


def expected(case: Case) -> Array:
    """Return the expected leakers by why, over the nodes of the common draws, shape (4,)."""
    battle = battle_of(case)
    total = np.zeros(4)
    for node, of_raid in product(range(NODES), (1.0, -1.0)):
        point = shock_point(war_point(node), of_raid)
        stand = battle.conflict.campaign.defender_status
        stand.picture = picture_factor(battle.defence, has_good_picture(node))
        apply_shock(battle.defence, stand, battle.defence.shock * point)
        weight = 0.5 * node_weight(case.tracking_probability, node)
        total += weight * leakage(battle, Chance(True, Draws(0, 0, 0, 0, 0), 0, 0))
    return total


def leakage(battle: Battle, chance: Chance) -> Array:
    """Raid a fresh defence once, and return the leakers by why per weapon launched, shape (4,)."""
    stand = battle.conflict.campaign.defender_status
    restore_defence(battle.defence, stand)
    stand.alertness = 1.0
    launch(battle, chance)
    defend(battle.defence, stand, battle.raid, chance)
    shares: Array = battle.raid.why / sum(threat.weapons for threat in battle.case.threats)
    return shares


def launch(battle: Battle, chance: Chance) -> None:
    """Launch all weapons and their decoys; of the weapons, some fail."""
    raid = battle.raid
    raid.classes = len(battle.case.threats)
    for place, threat in enumerate(battle.case.threats):
        draws = draw_block(chance, Purpose.WAR_DAY, place)
        raid.reliable[place] = count(
            float(threat.weapons), threat.reliability, draws[0], chance.is_expected
        )
        raid.decoys[place] = threat.weapons * threat.decoys


def battle_of(case: Case) -> Battle:
    """Return the records of a case, with the defence written and its looks worked out."""
    theatre = cast("Theatre", new_record(Theatre))
    campaign = cast("Campaign", new_record(Campaign))
    write_defence(theatre.defender_defence, case)
    for place, threat in enumerate(case.threats):
        approach = Approach(threat.speed, threat.cross_section, threat.altitude)
        prepare(theatre.defender_defence, place, approach, case.arrival_time)
    return Battle(case, Conflict(theatre, campaign, ANY))


def write_defence(defence: LayeredDefence, case: Case) -> None:
    """Write a case's layers into the kernel's record."""
    for figure in OF_DEFENCE:
        setattr(defence, figure, getattr(case, figure))
    defence.layers = len(case.tiers)
    defence.order[:] = range(len(defence.order))
    defence.engages[:] = 1.0
    for place, tier in enumerate(case.tiers):
        for figure, value in tier._asdict().items():
            if isinstance(value, tuple):
                getattr(defence, figure)[place, : len(value)] = value
            else:
                getattr(defence, figure)[place] = value
