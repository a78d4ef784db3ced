import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.campaign import average_commons, begin_war, expect_kill_shares
from detente.kernel.ceasefire import (
    cost_of_fighting_on,
    disagreement,
    estimated_odds,
    kill_share,
    optimism_shift,
    prior_weight,
    true_odds,
    update_recent_losses,
    would_both_stop,
)
from detente.kernel.strength import OWN, PUBLIC
from detente.kernel.theatre import CHALLENGER, DEFENDER
from tests.kernel.duels import STRIKE, conflict_of, new_war

pytestmark = pytest.mark.plain

bias = st.floats(-1.0, 1.0)
days = st.integers(1, 360)


def foreseen(*, day=0, **conduct):
    """Return a war on a morning without losses, with the model's foresight of both defences."""
    war = new_war()
    for name, value in conduct.items():
        setattr(war.theatre, name, value)
    conflict = conflict_of(war, STRIKE)
    average_commons(conflict)
    expect_kill_shares(conflict, PUBLIC)
    conflict.campaign.shock[:] = [1.0, -1.0]
    begin_war(conflict)
    conflict.campaign.day = day
    return conflict


def test_what_is_foreseen_costs_neither_side_anything():
    campaign = foreseen().campaign

    assert campaign.stock.tolist() == campaign.first_stock.tolist()
    assert campaign.day == 0
    assert campaign.loss.tolist() == [0.0, 0.0]
    assert campaign.defender_status.batteries[:2].tolist() == [3.0, 8.0]


def test_a_good_shock_is_foreseen_by_who_knows_of_it():
    own, public = (foreseen().campaign.expected_kill_share[kind] for kind in (OWN, PUBLIC))

    assert own[CHALLENGER] > public[CHALLENGER]
    assert own[DEFENDER] < public[DEFENDER]
    assert 0.0 < public.min() < public.max() < 1.0


def test_a_raid_in_which_nothing_came_has_no_kill_share_to_speak_of():
    conflict = foreseen()
    raid = conflict.campaign.raid
    raid.classes = 1
    raid.reliable[0], raid.weapons[0] = 0.0, 0.0

    assert kill_share(raid) == 0.0


def test_without_optimism_or_knowledge_of_its_own_both_sides_believe_the_same():
    conflict = foreseen(self_knowledge=0.0, optimism=[0.0, 0.0], day=3)

    assert estimated_odds(conflict, CHALLENGER) == estimated_odds(conflict, DEFENDER)
    assert disagreement(conflict) == 0.0


@given(bias, bias, days)
def test_optimism_leans_each_view_its_own_way_and_gives_way_to_battle(mine, theirs, day):
    conflict = foreseen(self_knowledge=0.0, optimism=[mine, theirs], day=day)
    gap = estimated_odds(conflict, CHALLENGER) - estimated_odds(conflict, DEFENDER)

    assert gap == pytest.approx(2.0 * (mine + theirs) * 20.0 / (20.0 + day), abs=1e-12)
    assert optimism_shift(conflict.theatre, CHALLENGER) == 2.0 * mine
    assert optimism_shift(conflict.theatre, DEFENDER) == -2.0 * theirs


@given(days, st.floats(0.1, 100.0))
def test_what_was_believed_before_is_halved_after_as_many_days_as_it_counts_as(day, strength):
    theatre = foreseen(belief_strength=strength).theatre

    assert prior_weight(theatre, 0.0) == 1.0
    assert prior_weight(theatre, strength) == pytest.approx(0.5)
    assert prior_weight(theatre, float(day + 1)) < prior_weight(theatre, float(day))


def test_who_knows_its_own_defence_to_be_good_thinks_more_of_its_chances():
    """The challenger's defence has a good shock here and the defender's a bad one."""
    blind = foreseen(self_knowledge=0.0, optimism=[0.0, 0.0], day=1)
    knowing = foreseen(self_knowledge=0.8, optimism=[0.0, 0.0], day=1)

    assert estimated_odds(knowing, CHALLENGER) > estimated_odds(blind, CHALLENGER)
    assert estimated_odds(knowing, DEFENDER) > estimated_odds(blind, DEFENDER)
    assert true_odds(knowing) == true_odds(blind)


def test_after_long_fighting_both_sides_see_the_odds_as_they_are():
    conflict = foreseen(optimism=[0.5, 0.5], day=10**6)

    assert estimated_odds(conflict, CHALLENGER) == pytest.approx(true_odds(conflict), abs=1e-3)
    assert estimated_odds(conflict, DEFENDER) == pytest.approx(true_odds(conflict), abs=1e-3)


def test_who_fears_the_other_more_than_it_trusts_itself_comes_to_terms():
    conflict = foreseen(foresight=0.0, optimism=[-0.2, -0.2], self_knowledge=0.0, day=1)

    assert disagreement(conflict) < 0.0
    assert would_both_stop(conflict)


def test_without_foresight_any_disagreement_keeps_a_war_going():
    conflict = foreseen(foresight=0.0, optimism=[0.2, 0.2], self_knowledge=0.0, day=1)

    assert cost_of_fighting_on(conflict) == 0.0
    assert not would_both_stop(conflict)


def test_going_on_costs_the_losses_of_late_at_a_price_common_to_both_and_both_sides_days():
    conflict = foreseen(foresight=10.0, loss_price=0.5, fatigue_rate=0.01)
    conflict.campaign.recent = 0.02

    assert cost_of_fighting_on(conflict) == pytest.approx(10.0 * (0.5 * 0.02 + 2 * 0.01))


def paced(losses):
    """Return what a day has cost of late, after days that cost so much."""
    conflict = foreseen()
    for lost in losses:
        before = float(conflict.campaign.loss.sum())
        conflict.campaign.loss[CHALLENGER] += lost
        conflict.campaign.day += 1
        update_recent_losses(conflict, before)
    return conflict.campaign.recent


@given(st.lists(st.floats(0.0, 0.1), min_size=1, max_size=7))
def test_in_the_first_week_what_a_day_costs_of_late_is_the_mean_of_all(losses):
    assert paced(losses) == pytest.approx(np.mean(losses), abs=1e-12)


def test_later_one_cheap_day_takes_a_seventh_off():
    assert paced([0.01] * 20 + [0.0]) == pytest.approx(0.01 * 6 / 7)
