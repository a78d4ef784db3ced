import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.defence import MILITARY
from detente.kernel.strength import (
    decided_share,
    is_exhausted,
    log_ratio,
    record_first_strength,
    share_settled,
    strength,
)
from detente.kernel.theatre import CHALLENGER, DEFENDER, begin_first_morning
from tests.kernel.duels import STRIKE, conflict_of, fought, new_war, share


def first_morning(war=None):
    conflict = conflict_of(war or new_war(), STRIKE._replace(force=2))
    record_first_strength(conflict)
    return conflict


def test_with_twice_the_weapons_and_twice_the_hardness_a_side_is_twice_as_strong():
    war, before = new_war(), first_morning()
    war.theatre.challenger_arsenal.stock[:] *= 2.0
    war.theatre.challenger_defence.hardness[MILITARY] *= 2.0
    after = first_morning(war)

    assert strength(after, CHALLENGER) == pytest.approx(2.0 * strength(before, CHALLENGER))
    assert strength(after, DEFENDER) == strength(before, DEFENDER)
    assert log_ratio(after) - log_ratio(before) == pytest.approx(np.log(2.0))


@given(st.floats(0.0, 1e5), st.floats(0.0, 1e5), share)
def test_blows_and_spent_weapons_wear_strength_down_but_never_to_nothing(blows, more, left):
    conflict = first_morning()
    conflict.campaign.damage_taken[DEFENDER, MILITARY] = blows
    conflict.campaign.stock[DEFENDER] *= left
    worn = strength(conflict, DEFENDER)
    conflict.campaign.damage_taken[DEFENDER, MILITARY] += more

    assert 0.0 < strength(conflict, DEFENDER) <= worn
    assert worn <= conflict.campaign.first_strength[DEFENDER]


def test_a_side_without_weapons_or_forces_has_a_strength_all_the_same():
    war = new_war()
    war.theatre.defender_arsenal.classes = 0
    war.theatre.defender_defence.hardness[MILITARY] = 1e-6

    assert strength(first_morning(war), DEFENDER) > 0.0
    assert np.isfinite(log_ratio(first_morning(war)))


def test_what_the_others_defence_stops_takes_from_the_ratio():
    conflict = first_morning()
    before = log_ratio(conflict)
    conflict.campaign.expected_kill_share[:, DEFENDER] = 0.75

    assert log_ratio(conflict) == pytest.approx(before - 0.5 * np.log(4.0))


def test_a_side_is_exhausted_below_a_quarter_of_its_first_strength():
    conflict = first_morning()
    states = []
    for left in (1.0, 0.26, 0.24):
        conflict.campaign.stock[CHALLENGER] = conflict.campaign.first_stock[CHALLENGER] * left
        conflict.campaign.damage_taken[CHALLENGER, MILITARY] = -1500.0 * np.log(left)
        states.append(is_exhausted(conflict, CHALLENGER))

    assert states == [False, False, True]


def test_a_war_starts_undecided_and_decides_with_the_losses_of_both():
    conflict = fought(STRIKE)
    by_losses = 1.0 - np.exp(-conflict.campaign.loss.sum() / 0.25)
    fighting = decided_share(conflict)
    begin_first_morning(conflict)

    assert fighting == pytest.approx(by_losses)
    assert decided_share(conflict) == 0.0


@given(share, share, share, share)
def test_without_damage_and_losses_nothing_is_settled_and_more_of_either_settles_more(
    damage, fighting, won, more
):
    settled = share_settled(damage, fighting, won)

    assert share_settled(0.0, 0.0, won) == 0.0
    assert damage <= settled <= 1.0
    assert share_settled(damage + more * (1.0 - damage), fighting, won) >= settled - 1e-12
    assert share_settled(damage, fighting, won + more * (1.0 - won)) >= settled
