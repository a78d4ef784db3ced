import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.cascade import (
    NEVER_CLOSED,
    Strait,
    TradeRoute,
    count_closure,
    draw_closing,
    open_passage,
)
from detente.kernel.draws import Draws
from detente.kernel.theatre import CHALLENGER, DEFENDER, Campaign, Conflict, Reply
from detente.kernel.war import expected_war, fight
from tests.kernel.duels import EXPECTED, STRIKE, blank, drawn, new_war

WARS = 10 if numba.config.DISABLE_JIT else 200
needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="works out long wars")


def closing_war(rate=0.3, cost=(0.02, 0.03), world_cost=2.0):
    war = new_war()
    war.theatre.chokepoint.closing_rate = rate
    war.theatre.chokepoint.cost[:] = cost
    war.theatre.chokepoint.world_cost = world_cost
    return war


def wars(situation=STRIKE, **closing):
    """Return some wars on the same draws."""
    war, campaign = closing_war(**closing), blank(Campaign)
    return [
        fight(war, campaign, Draws(7, 0, future, 0, 0), 12, situation) for future in range(WARS)
    ]


def closed_for(days, chances, rate=0.3):
    chokepoint, passage = blank(Strait), blank(TradeRoute)
    chokepoint.closing_rate = rate
    open_passage(passage)
    for day in range(days):
        draw_closing(chokepoint, passage, chances[day])
        count_closure(passage, day)
    return passage


def test_it_is_closed_by_its_rate_and_stays_so():
    passages = [closed_for(3, [drawn(future, day) for day in range(3)]) for future in range(400)]
    expected = closed_for(3, [EXPECTED] * 3)

    assert np.mean([p.closed for p in passages]) == pytest.approx(expected.closed, abs=0.075)
    assert np.mean([p.closed_days for p in passages]) == pytest.approx(
        expected.closed_days, abs=0.2
    )
    assert expected.closed == pytest.approx(1.0 - np.exp(-0.9))
    assert {p.closed_days for p in passages} == {0.0, 1.0, 2.0, 3.0}


@given(st.integers(0, 50), st.integers(1, 10))
def test_it_is_closed_from_the_day_of_closing_to_the_last(future, days):
    passage = closed_for(days, [drawn(future, day) for day in range(days)])
    since = 0 if passage.closed_on == NEVER_CLOSED else days - passage.closed_on

    assert passage.closed_days == since


@pytest.mark.parametrize("answer", [Reply.ABSORBS, Reply.TOKEN])
def test_no_one_closes_it_short_of_a_full_answer(answer):
    assert {war.closed_on for war in wars(STRIKE._replace(reply=answer), rate=9.0)} == {
        NEVER_CLOSED
    }


def test_without_a_rate_it_is_never_closed_whatever_that_would_cost():
    dear, free = wars(rate=0.0), wars(rate=0.0, cost=(0.0, 0.0))

    assert {war.closed_on for war in dear} == {NEVER_CLOSED}
    assert dear == free


def test_others_pay_for_each_day_from_the_closing_to_the_end():
    fought = wars(rate=0.03)
    closed = [war for war in fought if war.closed_on != NEVER_CLOSED]

    assert 0 < len(closed) < len(fought)
    assert all(war.world_cost == 2.0 * (war.days - war.closed_on) for war in closed)
    assert {war.world_cost for war in fought if war.closed_on == NEVER_CLOSED} == {0.0}


def test_dearer_closing_never_lengthens_a_war():
    free, dear = wars(cost=(0.0, 0.0)), wars(cost=(0.05, 0.05))
    days = np.array([[one.days, other.days] for one, other in zip(free, dear, strict=True)])

    assert np.all(days[:, 1] <= days[:, 0])
    assert days[:, 1].sum() < days[:, 0].sum()


@needs_compiler
@pytest.mark.parametrize("side", [CHALLENGER, DEFENDER])
def test_closing_costs_the_side_that_it_costs(side):
    costs = [(0.0, 0.0), tuple(0.01 * (place == side) for place in range(2))]
    free, dear = (
        expected_war(Conflict(closing_war(cost=cost).theatre, blank(Campaign), STRIKE))[0]
        for cost in costs
    )
    losses = (dear.challenger.loss - free.challenger.loss, dear.defender.loss - free.defender.loss)

    assert losses[side] > 0.0
    assert losses[1 - side] == 0.0


def test_the_mean_of_wars_with_a_closing_is_that_of_drawn_ones():
    war = closing_war()
    drawn_wars = wars()
    losses = np.array([[each.challenger_loss, each.defender_loss] for each in drawn_wars])
    mean = expected_war(Conflict(war.theatre, blank(Campaign), STRIKE._replace(reply=Reply.FULL)))[
        1
    ]

    # 3 standard errors, and what the nodes leave out.
    error = 3.0 * losses.std(axis=0).max() / np.sqrt(WARS) + 0.015
    assert (mean.challenger.loss, mean.defender.loss) == pytest.approx(
        losses.mean(axis=0), abs=error
    )
