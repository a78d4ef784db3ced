import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.defence import MILITARY
from detente.kernel.theatre import (
    CHALLENGER,
    DEFENDER,
    Onset,
    Reply,
    Situation,
    arsenal_of,
    defence_of,
    first_striker,
    share_in_reach,
    status_of,
)
from tests.kernel.duels import STRIKE, conflict_of, new_war, share


@given(share)
def test_more_force_brings_more_into_reach_up_to_all(presence):
    shares = [share_in_reach(presence, force) for force in range(3)]

    assert shares[0] == presence
    assert shares == sorted(shares)
    assert shares[2] == pytest.approx(1.0)


@pytest.mark.parametrize("onset", Onset)
def test_an_ally_stands_on_the_challengers_side(onset):
    side = DEFENDER if onset == Onset.BY_DEFENDER else CHALLENGER

    assert first_striker(STRIKE._replace(onset=onset)) == side


@given(st.integers(0, 2), st.integers(0, 2))
def test_the_defender_has_all_its_stocks_at_home(force, who):
    conflict = conflict_of(new_war(), Situation(force, 0, who, 2, Reply.FULL))

    assert conflict.campaign.stock[DEFENDER, :2].tolist() == [900.0, 2000.0]
    assert conflict.campaign.first_stock.tolist() == conflict.campaign.stock.tolist()


def test_a_new_war_forgets_the_last_one():
    conflict = conflict_of(new_war(), STRIKE)
    campaign = conflict.campaign
    campaign.damage_taken[:] = 50.0
    campaign.loss[:] = 0.5
    campaign.day = 9
    campaign.damage = 0.5
    campaign.belligerents.has_joined[:] = 1.0
    campaign.defender_status.rounds[:] = 0.0

    fresh = conflict_of(new_war(), STRIKE).campaign

    assert fresh.day == 0
    assert fresh.damage == 0.0
    assert fresh.damage_taken.sum() + fresh.loss.sum() + fresh.belligerents.has_joined.sum() == 0.0
    assert fresh.defender_status.rounds[0] == 90.0


def test_each_side_has_its_own_arsenal_defence_and_stand():
    conflict = conflict_of(new_war(), STRIKE)
    theatre = conflict.theatre

    assert arsenal_of(theatre, CHALLENGER).stock[1] == 60.0
    assert arsenal_of(theatre, DEFENDER).stock[1] == 2000.0
    assert defence_of(theatre, CHALLENGER).hardness[MILITARY] == 1500.0
    assert defence_of(theatre, DEFENDER).hardness[MILITARY] == 900.0
    assert status_of(conflict.campaign, CHALLENGER).rounds[0] == 160.0
    assert status_of(conflict.campaign, DEFENDER).rounds[0] == 90.0
