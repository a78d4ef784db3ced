import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.cascade import (
    Belligerents,
    ThirdParties,
    daily_join_probability,
    draw_in,
    gather,
    joined,
    states_fighting,
    support,
    violence_class,
)
from detente.kernel.endings import Violence
from tests.kernel.duels import EXPECTED, blank, drawn, share, write_parties

UNHARMED = (0.0, 0.0)


def company(*, is_by_ally=False):
    parties = blank(ThirdParties)
    belligerents = blank(Belligerents)
    write_parties(parties)
    gather(parties, belligerents, is_by_ally)
    return parties, belligerents


def test_a_war_begins_between_two_states():
    parties, belligerents = company()

    assert states_fighting(parties, belligerents) == 2.0
    assert belligerents.has_challenger == 1.0


def test_an_ally_that_strikes_first_fights_without_the_challenger():
    parties, belligerents = company(is_by_ally=True)

    assert states_fighting(parties, belligerents) == 2.0
    assert belligerents.has_challenger == 0.0
    assert belligerents.has_joined[0] == 1.0


def test_without_third_parties_no_war_becomes_regional():
    parties, belligerents = company()
    parties.count = 0

    draw_in(parties, belligerents, 1.0, (1.0, 1.0), EXPECTED)

    assert states_fighting(parties, belligerents) == 2.0
    assert support(parties, belligerents) == 0.0


def test_groups_are_parties_but_not_states():
    parties, belligerents = company()
    belligerents.has_joined[2] = 1.0

    assert states_fighting(parties, belligerents) == 2.0
    assert support(parties, belligerents) == 0.2


def test_what_the_challengers_friends_have_does_not_fly_with_the_defender():
    parties, belligerents = company()
    belligerents.has_joined[:2] = 1.0

    assert support(parties, belligerents) == 0.0
    assert states_fighting(parties, belligerents) == 4.0


@given(share, share, share, share)
def test_being_hit_never_keeps_a_party_out(willing, intensity, struck, more):
    harder = min(1.0, struck + more)

    calm = daily_join_probability(willing, intensity, struck)

    assert 0.0 <= calm <= daily_join_probability(willing, intensity, harder) <= willing


def test_on_a_day_without_fighting_no_one_joins():
    parties, belligerents = company()

    draw_in(parties, belligerents, 0.0, (1.0, 1.0), EXPECTED)

    assert belligerents.has_joined.sum() == 0.0


@given(st.sampled_from([0.0, 1.0]), share, st.floats(0.001, 0.999), st.booleans())
def test_who_has_joined_stays(before, probability, uniform, is_expected):
    after = joined(before, probability, uniform, is_expected)

    assert before <= after <= 1.0


def test_the_challenger_comes_in_by_the_tie_that_would_bring_in_its_ally():
    parties, belligerents = company(is_by_ally=True)

    draw_in(parties, belligerents, 1.0, UNHARMED, EXPECTED)

    assert belligerents.has_challenger == pytest.approx(0.1)


def test_whoever_is_willing_joins_sooner_or_later():
    parties, belligerents = company()
    parties.join_probability[:3] = 1.0
    for future in range(30):
        draw_in(parties, belligerents, 1.0, UNHARMED, drawn(future))

    assert belligerents.has_joined[:3].tolist() == [1.0, 1.0, 1.0]
    assert belligerents.has_joined[3:].sum() == 0.0


@pytest.mark.parametrize(
    ("states", "is_limited", "violence"),
    [
        (2.0, True, Violence.LIMITED_STRIKE),
        (2.0, False, Violence.WAR),
        (3.0, False, Violence.WAR),
        (4.0, False, Violence.REGIONAL_WAR),
        (4.0, True, Violence.REGIONAL_WAR),
    ],
)
def test_the_states_that_fight_decide_the_class_of_violence(states, is_limited, violence):
    assert violence_class(states, is_limited) == violence
