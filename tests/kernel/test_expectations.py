import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.campaign import average_commons, foresee, set_out
from detente.kernel.draws import Luck
from detente.kernel.expectations import (
    OWN,
    PUBLIC,
    cost_of_going_on,
    disagreement,
    distance,
    guarded,
    has_range_reopened,
    hold_beliefs,
    kill_share,
    observe,
    revised,
)
from detente.kernel.theatre import CHALLENGER, DEFENDER, Campaign
from detente.kernel.war import fight
from tests.kernel.duels import STRIKE, blank, conflict_of, new_war, share

WARS = 10 if numba.config.DISABLE_JIT else 100


def foreseen(**conduct):
    """Return a war on its first morning, with the model's foresight of both defences."""
    war = new_war()
    for name, value in conduct.items():
        setattr(war.theatre, name, value)
    conflict = conflict_of(war, STRIKE)
    average_commons(conflict)
    foresee(conflict, PUBLIC)
    conflict.campaign.shock[:] = [1.0, -1.0]
    set_out(conflict)
    return conflict


def met(conflict, came, leaked):
    """Let a raid of one class come and leak."""
    raid = conflict.campaign.raid
    raid.classes = 1
    raid.reliable[0], raid.weapons[0] = came, leaked
    return conflict


def test_what_is_foreseen_costs_neither_side_anything():
    conflict = foreseen()
    campaign = conflict.campaign

    assert campaign.stock.tolist() == campaign.first_stock.tolist()
    assert campaign.day == 0
    assert campaign.loss.tolist() == [0.0, 0.0]
    assert campaign.defender_stand.batteries[:2].tolist() == [3.0, 8.0]


def test_a_good_shock_is_foreseen_by_who_knows_of_it():
    own, public = (foreseen().campaign.foreseen[kind] for kind in (OWN, PUBLIC))

    assert own[CHALLENGER] > public[CHALLENGER]
    assert own[DEFENDER] < public[DEFENDER]
    assert 0.0 < public.min() < public.max() < 1.0


def test_without_optimism_or_knowledge_of_its_own_both_sides_believe_the_same():
    campaign = foreseen(self_knowledge=0.0, optimism=[0.0, 0.0]).campaign

    np.testing.assert_allclose(campaign.believed, [campaign.foreseen[PUBLIC]] * 2)


@given(share, share)
def test_an_optimist_believes_more_of_its_own_defence_and_less_of_the_others(first, second):
    conflict = foreseen(self_knowledge=0.0)
    conflict.campaign.foreseen[:] = [first, second]
    hold_beliefs(conflict)
    believed = conflict.campaign.believed

    assert believed[0, 0] >= first >= believed[1, 0]
    assert believed[1, 1] >= second >= believed[0, 1]


@given(share, st.floats(0.0, 50.0), share)
def test_a_belief_moves_towards_what_is_seen_the_less_the_firmer_it_is(mean, strength, seen):
    after, firmer = revised(mean, strength, seen), revised(mean, strength + 1.0, seen)

    assert abs(after - seen) <= abs(mean - seen) + 1e-12
    assert abs(firmer - mean) <= abs(after - mean) + 1e-12


def test_a_day_counts_as_one_observation():
    belief = 0.7
    for battles in range(5):
        belief = revised(belief, 10.0 + battles, 0.4)

    assert belief == pytest.approx((10.0 * 0.7 + 5 * 0.4) / 15.0)


@given(st.floats(-1.0, 1.0), st.floats(0.01, 0.5))
def test_the_distance_that_means_give_is_that_of_drawn_shares(gap, deviation):
    drawn = gap + deviation * np.random.default_rng(3).standard_normal(20_000)
    error = 3.5 * np.abs(drawn).std() / np.sqrt(len(drawn))

    assert distance(gap, deviation) == pytest.approx(np.abs(drawn).mean(), abs=error)
    assert distance(gap, deviation) >= abs(gap) - 1e-12
    assert distance(gap, 0.0) == abs(gap)


def test_both_sides_learn_from_a_battle_and_are_surprised_by_what_each_believed():
    conflict = met(foreseen(), 10.0, 4.0)
    before = conflict.campaign.believed.copy()
    observe(conflict, DEFENDER, False)
    campaign = conflict.campaign

    assert campaign.battles.tolist() == [0.0, 1.0]
    np.testing.assert_allclose(campaign.surprised, np.abs(0.6 - before[:, DEFENDER]))
    np.testing.assert_allclose(campaign.believed[:, DEFENDER], (20.0 * before[:, 1] + 0.6) / 21.0)
    assert campaign.believed[:, CHALLENGER].tolist() == before[:, CHALLENGER].tolist()


def test_a_raid_in_which_nothing_came_teaches_nothing():
    conflict = met(foreseen(), 0.0, 0.0)
    before = conflict.campaign.believed.copy()
    observe(conflict, DEFENDER, False)

    assert kill_share(conflict.campaign.raid) == 0.0
    assert conflict.campaign.believed.tolist() == before.tolist()
    assert conflict.campaign.battles.sum() == 0.0


def test_what_is_disagreed_on_counts_by_what_it_guards():
    conflict = foreseen()
    conflict.campaign.believed[:] = [[0.8, 0.3], [0.6, 0.4]]

    assert guarded(conflict, CHALLENGER) == pytest.approx(1.3)
    assert disagreement(conflict) == pytest.approx(1.3 * 0.2 + 1.3 * 0.1)


def test_who_fears_the_other_more_than_it_trusts_itself_comes_to_terms():
    conflict = foreseen(foresight=0.0, optimism=[-0.2, -0.2], self_knowledge=0.0)

    assert disagreement(conflict) < 0.0
    assert has_range_reopened(conflict)


def test_without_foresight_any_disagreement_keeps_a_war_going():
    conflict = foreseen(foresight=0.0, optimism=[0.2, 0.2], self_knowledge=0.0)

    assert cost_of_going_on(conflict) == 0.0
    assert not has_range_reopened(conflict)


@given(st.lists(st.tuples(share, share), min_size=1, max_size=8))
def test_battles_bring_beliefs_of_equal_strength_together_whatever_they_show(shares):
    conflict = foreseen()
    conflict.campaign.believed[:] = [[0.5, 0.5], [0.5, 0.2]]
    for of_first, leaked in shares:
        observe(met(conflict, 20.0, 20.0 * leaked), DEFENDER, False)
        observe(met(conflict, 20.0, 20.0 * of_first), CHALLENGER, False)
    gap = conflict.campaign.believed[0, 1] - conflict.campaign.believed[1, 1]

    assert gap == pytest.approx(0.3 * 20.0 / (20.0 + len(shares)))


def days_of_wars(**conduct):
    """Return how many days some wars last, on the same draws."""
    war, campaign = new_war(), blank(Campaign)
    for name, value in conduct.items():
        setattr(war.theatre, name, value)
    return np.array(
        [fight(war, campaign, Luck(7, 0, future), 12, STRIKE).days for future in range(WARS)]
    )


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("pain_weight", 4.0),
        ("fatigue_rate", 0.03),
        ("surprise_weight", 0.2),
        ("foresight", 5.0),
        ("terms_rate", 0.2),
    ],
)
def test_more_weight_on_what_ends_a_war_never_lengthens_one(name, more):
    before, after = days_of_wars(), days_of_wars(**{name: more})

    assert np.all(after <= before)
    assert after.sum() < before.sum()
