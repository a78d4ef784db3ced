import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.campaign import fight_day
from detente.kernel.ceasefire import (
    certain_ceasefire,
    draw_ceasefire,
    is_limited,
    is_one_exhausted,
    mediation_probability,
    stop_probability,
)
from detente.kernel.draws import Draws
from detente.kernel.endings import Ceasefire, Violence
from detente.kernel.limits import LONGEST_WAR
from detente.kernel.strength import count_losses, record_first_strength
from detente.kernel.theatre import CHALLENGER, DEFENDER, Campaign, Reply
from detente.kernel.war import fight
from tests.kernel.duels import (
    EXPECTED,
    RAID_SHARE,
    STRIKE,
    blank,
    conflict_of,
    drawn,
    fought,
    new_war,
    share,
)

WARS = 2 if numba.config.DISABLE_JIT else 100
AT_ODDS = {"foresight": 0.0, "launch_rate": 1e-3, "optimism": [1.0, 1.0]}
"""Nobody soon runs short of weapons, and no terms are ever good enough."""


def test_no_one_stops_before_the_least_days_of_a_campaign():
    """Sober sides have nothing to disagree about, and stop as soon as they can."""
    conflict = conflict_of(new_war(), STRIKE)
    record_first_strength(conflict)
    conflict.theatre.optimism[:] = conflict.theatre.self_knowledge = 0.0
    stops, ceasefires = [], []
    for _ in range(5):
        fight_day(conflict, EXPECTED)
        stops.append(stop_probability(conflict))
        ceasefires.append(certain_ceasefire(conflict))

    assert stops == [0.0] * 4 + [1.0]
    assert ceasefires == [Ceasefire.NONE] * 4 + [Ceasefire.LEARNT]


@pytest.mark.parametrize("side", [CHALLENGER, DEFENDER])
def test_an_exhausted_side_stops_at_once(side):
    conflict = at_odds(2)
    conflict.campaign.damage_taken[side] = 1e6
    conflict.campaign.stock[side] = 0.0

    assert is_one_exhausted(conflict)
    assert certain_ceasefire(conflict) == Ceasefire.SPENT
    assert stop_probability(conflict) == 1.0


def at_odds(days):
    """Return a war after some days, both sides sure that they prevail."""
    conflict = conflict_of(new_war(), STRIKE)
    record_first_strength(conflict)
    conflict.theatre.optimism[:] = 1.0
    conflict.theatre.foresight = 0.0
    for _ in range(days):
        fight_day(conflict, EXPECTED)
    return conflict


def test_a_war_stops_on_the_day_on_which_there_are_terms_again():
    conflict = at_odds(5)
    disagreed = stop_probability(conflict)
    conflict.theatre.foresight = 1e3

    assert disagreed < 1.0
    assert certain_ceasefire(conflict) == Ceasefire.LEARNT
    assert stop_probability(conflict) == 1.0


def test_else_only_mediators_stop_a_war():
    conflict = at_odds(5)

    assert certain_ceasefire(conflict) == Ceasefire.NONE
    assert stop_probability(conflict) == pytest.approx(1.0 - np.exp(-0.06))


def test_a_limited_strike_ends_on_its_last_day():
    conflict = conflict_of(new_war(), STRIKE._replace(reply=Reply.TOKEN))
    stops, ceasefires = [], []
    for _ in range(4):
        fight_day(conflict, EXPECTED)
        stops.append(stop_probability(conflict))
        ceasefires.append(certain_ceasefire(conflict))

    assert stops == [0.0, 0.0, 0.0, 1.0]
    assert ceasefires == [Ceasefire.NONE] * 3 + [Ceasefire.LIMITED]


def test_a_strike_is_limited_only_while_losses_are_small():
    conflict = fought(STRIKE._replace(reply=Reply.TOKEN), days=1)
    before = is_limited(conflict)
    conflict.campaign.damage_taken[DEFENDER] = 500.0
    count_losses(conflict)

    assert before
    assert not is_limited(conflict)
    assert not is_limited(fought(STRIKE, days=1))


def test_stopping_is_drawn_once_a_day():
    conflict = at_odds(5)
    ceasefires = [draw_ceasefire(conflict, drawn(future, 5)) for future in range(400)]
    stopped = np.array(ceasefires) == Ceasefire.MEDIATED

    assert set(ceasefires) == {Ceasefire.NONE, Ceasefire.MEDIATED}
    assert np.mean(stopped) == pytest.approx(stop_probability(conflict), abs=0.035)


def test_a_war_that_nothing_else_stops_runs_out():
    conflict = at_odds(5)
    conflict.campaign.day = LONGEST_WAR - 1
    before = certain_ceasefire(conflict)
    conflict.campaign.day = LONGEST_WAR

    assert before == Ceasefire.NONE
    assert certain_ceasefire(conflict) == Ceasefire.RAN_OUT
    assert stop_probability(conflict) == 1.0


def test_a_war_runs_out_only_if_nobody_is_spent_and_both_still_disagree():
    learnt, spent = at_odds(5), at_odds(5)
    learnt.theatre.foresight = 1e3
    spent.campaign.stock[CHALLENGER] = 0.0
    spent.campaign.damage_taken[CHALLENGER] = 1e6
    for conflict in (learnt, spent):
        conflict.campaign.day = LONGEST_WAR

    assert certain_ceasefire(learnt) == Ceasefire.LEARNT
    assert certain_ceasefire(spent) == Ceasefire.SPENT


@given(
    answer=st.sampled_from([Reply.ABSORBS, Reply.TOKEN, Reply.FULL]),
    day=st.integers(1, LONGEST_WAR),
    foresight=st.floats(0.0, 100.0),
    left=share,
)
def test_what_is_certain_to_stop_a_war_is_drawn_always_and_nothing_else_is(
    answer, day, foresight, left
):
    conflict = at_odds(0)._replace(situation=STRIKE._replace(reply=answer))
    conflict.theatre.foresight = foresight
    conflict.campaign.day = day
    conflict.campaign.stock[DEFENDER] *= left
    certain = certain_ceasefire(conflict)
    drawn_reasons = {draw_ceasefire(conflict, drawn(future, day)) for future in range(20)}

    assert (certain != Ceasefire.NONE) == (stop_probability(conflict) == 1.0)
    assert (certain == Ceasefire.LIMITED) == (answer != Reply.FULL and day >= 4)
    assert drawn_reasons <= ({certain} if certain else {Ceasefire.NONE, Ceasefire.MEDIATED})
    assert stop_probability(conflict) == (1.0 if certain else mediation_probability(conflict))


def wars_of(answer, *, launch_rate=RAID_SHARE, **conduct):
    """Fight wars that begin with a strike and its answer, some of the theatre's numbers changed."""
    war, campaign = new_war(), blank(Campaign)
    war.theatre.challenger_arsenal.launch_rate[:] = launch_rate
    war.theatre.defender_arsenal.launch_rate[:] = launch_rate
    for name, number in conduct.items():
        setattr(war.theatre, name, number)
    situation = STRIKE._replace(reply=answer)
    return [
        fight(war, campaign, Draws(7, 0, future, 0, 0), 12, situation) for future in range(WARS)
    ]


def reasons(wars):
    return {Ceasefire(war.ceasefire) for war in wars}


@pytest.mark.parametrize("answer", [Reply.ABSORBS, Reply.TOKEN])
def test_a_strike_that_is_not_answered_in_full_always_ends_as_a_limited_one(answer):
    wars = wars_of(answer)

    assert reasons(wars) == {Ceasefire.LIMITED}
    assert {war.days for war in wars} == {4}


def test_a_war_answered_in_full_never_ends_as_a_limited_strike():
    wars = wars_of(Reply.FULL)

    assert reasons(wars) <= set(Ceasefire) - {Ceasefire.NONE, Ceasefire.LIMITED}
    assert {war.violence for war in wars} <= {Violence.WAR, Violence.REGIONAL_WAR}


@pytest.mark.parametrize(
    ("conduct", "reason"),
    [
        ({"launch_rate": 0.9, "raised_days": 60.0, "terms_rate": 0.0}, Ceasefire.SPENT),
        ({"foresight": 1e6, "terms_rate": 0.0}, Ceasefire.LEARNT),
        ({**AT_ODDS, "terms_rate": 100.0}, Ceasefire.MEDIATED),
        ({**AT_ODDS, "terms_rate": 0.0}, Ceasefire.RAN_OUT),
    ],
)
def test_each_reason_stops_the_wars_that_only_it_can_stop(conduct, reason):
    assert reasons(wars_of(Reply.FULL, **conduct)) == {reason}
