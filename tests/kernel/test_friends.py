"""Third parties that bring weapons and layers of their own."""

import numba
import numpy as np
import pytest

from detente.kernel.air_defence import manned_probability
from detente.kernel.cascade import draw_loyalty, draw_parties_joining
from detente.kernel.theatre import (
    CHALLENGER,
    DEFENDER,
    Reply,
    Situation,
    begin_first_morning,
    deploy_joined_forces,
)
from tests.kernel.duels import EXPECTED, MISSILE, STRIKE, conflict_of, drawn, fought, new_war

FRIEND = 3
"""Place of the friend among the third parties."""
FUTURES = 400
needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="draws many wars")
ALLY_STRIKES = Situation(1, 0, 2, 2, Reply.FULL)


def weapons_of(theatre, side):
    """Return a side's weapons in place; what compiled code returns is a copy."""
    return (theatre.challenger_arsenal, theatre.defender_arsenal)[side]


def defence_of(theatre, side):
    """Return a side's defence in place."""
    return (theatre.challenger_defence, theatre.defender_defence)[side]


def guarded_war(side, *, stands_by=1.0, join_probability=0.9, presence=1.0):
    """Return a war in which a friend with missiles and a layer stands with a side."""
    war = new_war()
    theatre = war.theatre
    parties = theatre.third_parties
    parties.count = FRIEND + 1
    parties.stands_by[FRIEND] = stands_by
    parties.join_probability[FRIEND] = join_probability
    parties.presence[FRIEND] = presence
    parties.is_with_defender[FRIEND] = side
    give_class(theatre, side, FRIEND)
    give_layer(defence_of(theatre, side), FRIEND)
    return war


def give_class(theatre, side, party):
    """Give a third party a class of weapons of its own, alike to the first of its side."""
    arsenal, defence = weapons_of(theatre, side), defence_of(theatre, 1 - side)
    place = int(arsenal.classes)
    arsenal.classes = place + 1
    arsenal.owner[place] = party + 1
    for figure in arsenal.dtype.names[3:]:
        getattr(arsenal, figure)[place] = getattr(arsenal, figure)[0]
    for figure in ("looks", "occupancy", "kill_probability", "detection_probability", "engages"):
        getattr(defence, figure)[:, place] = getattr(defence, figure)[:, 0]


def give_layer(defence, party):
    """Give a third party a layer of its own, alike to the first."""
    place = int(defence.layers)
    defence.layers = place + 1
    for figure in ("batteries", "rounds", "reserve", "channels", "coverage", "salvo"):
        getattr(defence, figure)[place] = getattr(defence, figure)[0]
    for figure in ("looks", "occupancy", "kill_probability", "detection_probability", "engages"):
        getattr(defence, figure)[place] = getattr(defence, figure)[0]
    defence.owner[place] = party + 1


def join_for(conflict, days, chance_of):
    """Let those join who may, on days of half a full war, and bring what they have."""
    parties, belligerents = conflict.theatre.third_parties, conflict.campaign.belligerents
    draw_loyalty(parties, belligerents, chance_of(0))
    for day in range(days):
        draw_parties_joining(parties, belligerents, 0.5, chance_of(day))
        deploy_joined_forces(conflict)


def brought(conflict, side):
    """Return the friend's part in a war: whether it fights, its missiles, batteries, rounds."""
    campaign = conflict.campaign
    stand = (campaign.challenger_status, campaign.defender_status)[side]
    layer = int(defence_of(conflict.theatre, side).layers) - 1
    return [
        campaign.belligerents.has_joined[FRIEND],
        campaign.stock[side, int(weapons_of(conflict.theatre, side).classes) - 1],
        stand.batteries[layer],
        stand.rounds[layer],
    ]


@needs_compiler
@pytest.mark.parametrize("presence", [1.0, 0.5])
@pytest.mark.parametrize("side", [CHALLENGER, DEFENDER])
def test_in_the_mean_a_friend_brings_what_it_brings_in_drawn_wars(side, presence):
    war = guarded_war(side, stands_by=0.6, join_probability=0.4 / presence, presence=presence)
    mean = conflict_of(war, STRIKE)
    join_for(mean, 5, lambda _day: EXPECTED)
    parts = []
    for future in range(FUTURES):
        conflict = conflict_of(war, STRIKE)
        join_for(conflict, 5, lambda day, future=future: drawn(future, day))
        parts.append(brought(conflict, side))

    whole = np.max(parts, axis=0)
    np.testing.assert_allclose(
        np.mean(parts, axis=0) / whole, brought(mean, side) / whole, atol=0.07
    )
    assert set(np.unique(np.array(parts)[:, 0])) == {0.0, 1.0}
    assert 0.3 < mean.campaign.belligerents.has_joined[FRIEND] < 0.6


@pytest.mark.parametrize("chance", [EXPECTED, drawn(3)])
@pytest.mark.parametrize("side", [CHALLENGER, DEFENDER])
def test_a_friend_that_has_sent_all_it_has_comes_as_one_of_which_all_is_there(side, chance):
    met = []
    for presence, has_sent in ((1.0, 0.0), (0.3, 1.0), (0.3, 0.0)):
        conflict = conflict_of(guarded_war(side, presence=presence), STRIKE)
        conflict.campaign.belligerents.has_deployed_all[FRIEND] = has_sent
        begin_first_morning(conflict)
        join_for(conflict, 1, lambda _day: chance._replace(day=1))
        met.append(brought(conflict, side))
    whole, sent, less = met

    assert sent == whole
    assert (np.array(less) < whole).any()


@pytest.mark.parametrize("side", [CHALLENGER, DEFENDER])
@pytest.mark.parametrize("future", [None, 3])
def test_a_friend_that_never_stands_by_its_side_changes_nothing(side, future):
    usual, guarded = new_war(), guarded_war(side, stands_by=0.0)
    one, other = (fought(STRIKE, war=war, future=future).campaign for war in (usual, guarded))

    for column in ("loss", "damage_taken", "stock", "launched", "leaked", "first_strength"):
        assert one[column].tobytes() == other[column].tobytes()


@pytest.mark.parametrize("side", [CHALLENGER, DEFENDER])
def test_a_friend_that_comes_raids_and_defends_with_its_side(side):
    usual, guarded = new_war(), guarded_war(side)
    without, next_to = (fought(STRIKE, war=war).campaign for war in (usual, guarded))

    assert next_to.loss[1 - side] > without.loss[1 - side]
    assert next_to.leaked[side] < without.leaked[side]
    assert next_to.stock[side, 2] < next_to.first_stock[side, 2]


def test_nobody_brings_anything_before_it_fights():
    conflict = conflict_of(guarded_war(DEFENDER), STRIKE)

    assert brought(conflict, DEFENDER) == [0.0, 0.0, 0.0, 0.0]
    assert conflict.campaign.first_stock[DEFENDER, 2] > 0.0


def test_an_ally_with_weapons_of_its_own_begins_with_these():
    war = new_war()
    give_class(war.theatre, CHALLENGER, 0)
    war.theatre.challenger_arsenal.is_held_back = 1.0
    war.theatre.third_parties.join_probability[:] = 0.0
    alone = fought(ALLY_STRIKES, war=war, future=3, days=1).campaign
    conflict = conflict_of(war, ALLY_STRIKES)
    conflict.campaign.belligerents.has_challenger = 1.0
    deploy_joined_forces(conflict)

    assert alone.stock[CHALLENGER, :2].tolist() == [0.0, 0.0]
    assert 0.0 < alone.launched[CHALLENGER] == MISSILE[0] - alone.stock[CHALLENGER, 2]
    assert conflict.campaign.stock[CHALLENGER, 0] == conflict.campaign.first_stock[CHALLENGER, 0]


def test_a_layer_is_manned_as_likely_as_its_owner_fights():
    conflict = conflict_of(guarded_war(DEFENDER, join_probability=0.3), STRIKE)
    conflict.campaign.belligerents.has_joined[FRIEND] = 0.25
    deploy_joined_forces(conflict)
    stand = conflict.campaign.defender_status

    assert manned_probability(stand, 2, True) == 0.25
    assert manned_probability(stand, 0, True) == 1.0


def test_a_raid_meets_layers_in_the_order_that_is_set():
    inner_first = guarded_war(DEFENDER)
    inner_first.theatre.defender_defence.order[:3] = [2, 0, 1]
    outer_first = guarded_war(DEFENDER)
    one, other = (fought(STRIKE, war=war).campaign for war in (inner_first, outer_first))

    assert one.defender_status.rounds[2] < other.defender_status.rounds[2]
