"""The front has its closed form, losses follow the square law, and nothing moves without land."""

from math import cosh, log, sinh

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.ceasefire import true_odds
from detente.kernel.land import (
    BOTH,
    Front,
    LandForces,
    attacker_today,
    battle_days,
    begin_front,
    exchange,
    fight_on_land,
)
from detente.kernel.moments import end_of, no_course, settled_with_land, with_view
from detente.kernel.strength import forces_lost
from detente.kernel.theatre import CHALLENGER, DEFENDER, IN_FORCES, Onset, Reply
from tests.kernel.duels import EXPECTED, STRIKE, blank, drawn, fought, new_war, share

ADVANTAGE, ATTRITION, CROSSING = 1.5, 0.01, 40.0
CAMPAIGN = STRIKE._replace(force=2, onset=Onset.CAMPAIGN)
strengths = st.floats(1.0, 1000.0)


def with_troops(record, challenger=300.0, defender=100.0, *, ready=1.0):
    """Fill land that the defender holds, and the troops of both sides."""
    record.is_fought = 1.0
    record.strength[:] = [challenger, defender]
    record.ready[:] = ready
    record.days_to_move[:] = 10.0
    record.advantage, record.attrition, record.crossing_days = ADVANTAGE, ATTRITION, CROSSING
    record.weight[:] = [0.6, 0.8, 0.7]
    return record


def fought_on_land(*troops, days, answered=True, future=None, **more):
    """Return the front after some days, the challenger having begun."""
    land, front = with_troops(blank(LandForces), *troops, **more), blank(Front)
    begin_front(land, front)
    for day in range(days):
        chance = EXPECTED if future is None else drawn(future, day)
        fight_on_land(land, front, CHALLENGER, answered, day, chance)
    return front


def war_on_land(*troops):
    war = new_war()
    with_troops(war.theatre.land, *troops)
    return war


def test_a_day_solved_by_hand():
    front = fought_on_land(300.0, 100.0, days=1)

    # x = 300 cosh .01 - 1.5 * 100 sinh .01; y = 100 cosh .01 - 300 sinh .01 / 1.5
    assert front.troops.tolist() == pytest.approx([298.51497, 98.00497], abs=1e-5)
    # (1 + ln(298.51497 / 300) / .01) / 40
    assert front.held == pytest.approx(0.0125941, abs=1e-6)
    assert front.lost.tolist() == pytest.approx([1.48503, 1.99503], abs=1e-5)


def test_after_any_days_the_front_is_where_its_closed_form_says():
    days, grown = 20, ATTRITION * 20
    left = 300.0 * cosh(grown) - ADVANTAGE * 100.0 * sinh(grown)
    front = fought_on_land(300.0, 100.0, days=days)

    assert front.troops[CHALLENGER] == pytest.approx(left)
    assert front.held == pytest.approx((days + log(left / 300.0) / ATTRITION) / CROSSING)


def test_without_losses_the_front_moves_by_the_ratio_alone():
    land, front = with_troops(blank(LandForces)), blank(Front)
    land.attrition = 1e-6
    begin_front(land, front)
    for day in range(10):
        fight_on_land(land, front, CHALLENGER, True, day, EXPECTED)

    assert front.held == pytest.approx(10 / CROSSING * (1 - ADVANTAGE * 100 / 300), rel=1e-4)


@given(strengths, strengths, st.floats(1.0, 5.0), st.floats(0.0, 3.0))
def test_an_exchange_keeps_the_difference_of_squares_and_nobody_below_nothing(
    own, other, worth, time
):
    left = exchange(own, other, worth, time)
    before = own**2 - (worth * other) ** 2
    after = left[0] ** 2 - (worth * left[1]) ** 2

    assert after == pytest.approx(before, rel=1e-6, abs=1e-6 * (own**2 + (worth * other) ** 2))
    assert min(left) >= 0.0
    assert left[0] <= own
    assert left[1] <= other


@given(strengths, strengths, share, st.one_of(st.none(), st.integers(0, 20)))
def test_the_front_stays_on_the_land_and_troops_lost_and_left_are_those_that_came(
    challenger, defender, ready, future
):
    front = fought_on_land(challenger, defender, days=30, ready=ready, future=future)

    assert 0.0 <= front.held <= 1.0
    assert (front.troops + front.lost).tolist() == pytest.approx([challenger, defender])
    assert min(front.troops.min(), front.lost.min()) >= 0.0


def test_whoever_is_too_weak_to_advance_stays_and_the_struck_side_comes_back_if_it_answers():
    land, front = with_troops(blank(LandForces), 140.0, 100.0), blank(Front)
    begin_front(land, front)
    assert attacker_today(land, front, CHALLENGER, True) < 0

    front.held, front.troops[DEFENDER] = 0.5, 400.0
    assert attacker_today(land, front, CHALLENGER, True) == DEFENDER
    assert attacker_today(land, front, CHALLENGER, False) < 0

    front.held = 0.0
    assert attacker_today(land, front, CHALLENGER, True) < 0


def test_troops_that_are_not_ready_arrive_over_the_days_that_moving_takes():
    quiet = fought_on_land(100.0, 100.0, days=6, ready=0.2)

    assert (quiet.troops + quiet.lost).tolist() == pytest.approx([60.0, 60.0])


def test_drawn_days_of_battle_have_the_mean_of_the_expected_one():
    drawn_days = [battle_days(drawn(future)) for future in range(4000)]

    assert np.mean(drawn_days) == pytest.approx(1.0, abs=0.05)
    assert battle_days(EXPECTED) == 1.0


def test_a_greater_advantage_of_the_defence_takes_less_land():
    land = with_troops(blank(LandForces))
    held = []
    for advantage in (1.0, 1.5, 2.5, 5.0):
        land.advantage, front = advantage, blank(Front)
        begin_front(land, front)
        for day in range(20):
            fight_on_land(land, front, CHALLENGER, True, day, EXPECTED)
        held.append(float(front.held))

    assert held == sorted(held, reverse=True)
    assert held[0] > held[-1] == 0.0


def test_troops_lost_are_forces_lost_and_weigh_on_strength():
    conflict, without = fought(CAMPAIGN, war=war_on_land()), fought(CAMPAIGN)
    lost = conflict.campaign.front.lost / [300.0, 100.0]
    broken = forces_lost(without, DEFENDER)

    assert lost.min() > 0.0
    assert forces_lost(conflict, DEFENDER) == pytest.approx(1 - (1 - broken) * (1 - lost[DEFENDER]))
    assert conflict.campaign.lost[DEFENDER, IN_FORCES] > without.campaign.lost[DEFENDER, IN_FORCES]
    assert true_odds(conflict) != true_odds(without)


def test_land_settles_by_the_front_and_the_rest_as_before():
    conflict = fought(CAMPAIGN, war=war_on_land())
    end, held = end_of(conflict, 0, 0.0), float(conflict.campaign.front.held)
    seen = with_view(no_course(), 1.0, conflict, (0, 0.0))

    assert settled_with_land(conflict, end, BOTH) == pytest.approx(0.3 * end.settled + 0.7 * held)
    assert seen.defender.lottery == pytest.approx(
        0.2**2 * end_of(conflict, 0, -0.6).lottery, rel=1e-6
    )


@pytest.mark.parametrize("answer", [Reply.ABSORBS, Reply.TOKEN])
def test_a_limited_strike_moves_no_front(answer):
    conflict = fought(STRIKE._replace(reply=answer), war=war_on_land())

    assert conflict.campaign.front.held == 0.0
    assert conflict.campaign.front.lost.tolist() == [0.0, 0.0]
