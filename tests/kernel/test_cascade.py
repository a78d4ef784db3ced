import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.cascade import (
    Belligerents,
    ThirdParties,
    begin_belligerents,
    daily_join_probability,
    draw_challenger_joining,
    draw_loyalty,
    draw_parties_joining,
    hit_probability,
    joined,
    parties_fighting,
    strike_parties,
    supporting_raids,
    violence_class,
)
from detente.kernel.endings import Violence
from tests.kernel.duels import EXPECTED, blank, drawn, share, write_parties


def company(*, begins=(True, False)):
    parties = blank(ThirdParties)
    belligerents = blank(Belligerents)
    write_parties(parties)
    begin_belligerents(parties, belligerents, begins)
    draw_loyalty(parties, belligerents, EXPECTED)
    return parties, belligerents


def test_a_war_begins_between_two_states():
    parties, belligerents = company()

    assert parties_fighting(parties, belligerents) == 2.0
    assert belligerents.has_challenger == 1.0


def test_an_ally_that_strikes_first_fights_without_the_challenger():
    parties, belligerents = company(begins=(False, True))

    assert parties_fighting(parties, belligerents) == 2.0
    assert belligerents.has_challenger == 0.0
    assert belligerents.has_joined[0] == 1.0


def test_the_first_ally_strikes_wherever_it_stands_among_the_parties():
    parties, belligerents = blank(ThirdParties), blank(Belligerents)
    write_parties(parties)
    parties.is_ally[:3] = [0.0, 1.0, 1.0]
    begin_belligerents(parties, belligerents, (False, True))

    assert belligerents.has_challenger == 0.0
    assert list(belligerents.has_joined[:3]) == [0.0, 1.0, 0.0]


def test_without_third_parties_no_war_becomes_regional():
    parties, belligerents = company()
    parties.count = 0

    strike_parties(parties, belligerents, (9.0, 9.0), EXPECTED)
    draw_parties_joining(parties, belligerents, 1.0, EXPECTED)

    assert belligerents.was_hit.sum() == 0.0
    assert parties_fighting(parties, belligerents) == 2.0
    assert supporting_raids(parties, belligerents) == 0.0


def test_a_named_group_is_a_party_that_fights():
    parties, belligerents = company()
    belligerents.has_joined[2] = 1.0

    assert parties_fighting(parties, belligerents) == 3.0
    assert supporting_raids(parties, belligerents) == 0.2


def test_what_the_challengers_friends_have_does_not_fly_with_the_defender():
    parties, belligerents = company()
    belligerents.has_joined[:2] = 1.0
    parties.raid_share[:2] = 0.5

    assert supporting_raids(parties, belligerents) == 0.0
    assert parties_fighting(parties, belligerents) == 4.0


@given(share, share, st.floats(0.0, 3.0), share, share)
def test_being_hit_never_keeps_a_party_out(willing, intensity, weight, hit, more):
    calm = daily_join_probability(willing, intensity, weight, hit)
    harder = daily_join_probability(willing, intensity, weight, min(1.0, hit + more))

    assert 0.0 <= calm <= harder + 1e-15
    assert harder <= willing + 1e-15


@given(share, share, share, st.floats(0.0, 3.0), share)
def test_a_more_intense_day_never_keeps_a_party_out(willing, intensity, more, weight, hit):
    calm = daily_join_probability(willing, intensity, weight, hit)
    fiercer = daily_join_probability(willing, min(1.0, intensity + more), weight, hit)

    assert calm <= fiercer + 1e-15


@given(st.floats(0.01, 0.99), st.floats(0.01, 1.0), st.floats(0.0, 3.0))
def test_joining_is_a_logit_of_alignment_intensity_and_being_hit(willing, intensity, weight):
    odds = willing / (1.0 - willing) * intensity
    hit, spared = (daily_join_probability(willing, intensity, weight, hit) for hit in (1.0, 0.0))

    assert hit / (1.0 - hit) == pytest.approx(odds)
    assert spared / (1.0 - spared) == pytest.approx(odds * np.exp(-weight))
    assert daily_join_probability(willing, 1.0, weight, 1.0) == pytest.approx(willing)


@given(st.integers(0, 60), share)
def test_who_is_exposed_is_hit_by_one_leaker_of_many(leaked, exposure):
    drawn_chance = hit_probability(float(leaked), exposure, False)

    assert 0.0 <= hit_probability(float(leaked), exposure, True) <= drawn_chance + 1e-12
    assert drawn_chance == pytest.approx(1.0 - (1.0 - exposure) ** leaked)


def test_of_what_leaks_each_party_is_hit_by_its_own_sides_part():
    parties, belligerents = company()
    strike_parties(parties, belligerents, (10.0, 0.0), EXPECTED)
    of_first = belligerents.is_hit[:3].tolist()
    strike_parties(parties, belligerents, (0.0, 10.0), EXPECTED)

    assert of_first == pytest.approx([1.0 - np.exp(-3.0), 1.0 - np.exp(-2.0), 0.0])
    assert belligerents.is_hit[:3].tolist() == pytest.approx([0.0, 0.0, 1.0 - np.exp(-0.5)])
    assert np.all(belligerents.was_hit[:3] > 0.0)


def test_hits_are_drawn_for_each_party_by_itself():
    parties, belligerents = company()
    hits = []
    for future in range(400):
        strike_parties(parties, belligerents, (3.0, 3.0), drawn(future))
        hits.append(belligerents.is_hit[:3].copy())

    np.testing.assert_allclose(
        np.mean(hits, axis=0), 1.0 - np.array([0.7, 0.8, 0.95]) ** 3, atol=0.075
    )
    assert set(np.unique(hits)) == {0.0, 1.0}


def test_on_a_day_without_fighting_no_one_joins():
    parties, belligerents = company()

    strike_parties(parties, belligerents, (9.0, 9.0), EXPECTED)
    draw_parties_joining(parties, belligerents, 0.0, EXPECTED)

    assert belligerents.has_joined.sum() == 0.0


@given(st.sampled_from([0.0, 1.0]), share, st.floats(0.001, 0.999), st.booleans())
def test_who_has_joined_stays(before, probability, uniform, is_expected):
    after = joined(before, 1.0, probability, uniform, is_expected)

    assert before <= after <= 1.0


def test_the_challenger_joins_its_ally_with_the_same_chance_each_time_it_weighs_that():
    _, belligerents = company(begins=(False, True))
    belligerents.challenger_join_probability = 0.2
    for _ in range(3):
        draw_challenger_joining(belligerents, EXPECTED)

    assert belligerents.has_challenger == pytest.approx(1.0 - 0.8**3)


def test_whoever_is_willing_joins_sooner_or_later():
    parties, belligerents = company()
    parties.join_probability[:3] = 1.0
    for future in range(30):
        draw_parties_joining(parties, belligerents, 1.0, drawn(future))

    assert belligerents.has_joined[:3].tolist() == [1.0, 1.0, 1.0]
    assert belligerents.has_joined[3:].sum() == 0.0


@pytest.mark.parametrize(
    ("fighting", "is_limited", "violence"),
    [
        (2.0, True, Violence.LIMITED_STRIKE),
        (2.0, False, Violence.WAR),
        (3.0, False, Violence.WAR),
        (4.0, False, Violence.REGIONAL_WAR),
        (4.0, True, Violence.REGIONAL_WAR),
    ],
)
def test_the_parties_that_fight_decide_the_class_of_violence(fighting, is_limited, violence):
    assert violence_class(fighting, is_limited) == violence
