"""A share of an issue that is taken without shots, and how the defender answers."""

import numba
import numpy as np
import pytest

from detente.endings import Ending
from detente.kernel.arithmetic import logit
from detente.kernel.beliefs import interpolated
from detente.kernel.crisis import play
from detente.kernel.decision import TakingAnswer
from detente.kernel.endings import Violence
from detente.kernel.places import at_start
from detente.kernel.solution import solve, worlds_of
from detente.kernel.talks import ChallengerMove
from detente.kernel.theatre import DEFENDER
from detente.kernel.world import AFTER_TAKING, grid_of
from tests.kernel.worlds import cut_short, shipped_world, war_table

FUTURES = 1500
needs_compiler = pytest.mark.skipif(
    bool(numba.config.DISABLE_JIT),
    reason="plays many futures, as test_crisis.py does few",
)


def takeable_world(**talks):
    """Return a small world in which half of the demand can be taken, and is soon."""
    world = cut_short(shipped_world(horizon=100), 46)
    record = world.talks
    record.precision, record.has_vowed = 8.0, 0
    record.challenger_rate[ChallengerMove.TAKE] = 0.05
    record.may_take, record.taken_share = 1, 0.6
    record.challenger_taken = 0.5 * record.challenger_demand
    record.defender_taken = 0.5 * record.defender_demand
    record.ally_taken = 0.5 * record.ally_demand
    record.protest_cost, record.reversal_readiness, record.reversal_success = 0.05, 1.0, 0.7
    for name, value in talks.items():
        setattr(record, name, value)
    return world


def rows_of(world):
    solved = solve(world, war=war_table(continuation_discount=0.8), with_exploitability=False)
    return play(world, solved, seed=1, number=0, first=0, futures=FUTURES)


@pytest.fixture(scope="module")
def rows():
    return rows_of(takeable_world())


@needs_compiler
def test_at_the_last_a_defender_that_cannot_reverse_accepts_by_the_closed_form():
    world = takeable_world(reversal_readiness=0.0)
    talks, last = world.talks, int(world.calendar.stages) - 1

    policies = solve(world, war=war_table(), with_exploitability=False).policies

    days = float(world.calendar.stage_days[last])
    accepts = -talks.defender_taken - talks.yield_cost
    flow = talks.defender_standoff / talks.discount_rate * np.exp(-talks.discount_rate * days)
    protests = -talks.defender_taken - flow
    chances = policies.takings[last, 0, 0, :, :, :, :, TakingAnswer.ACCEPTS]
    odds = talks.precision * (accepts - protests)
    assert np.allclose([logit(float(chance)) for chance in chances.reshape(-1)], odds, atol=1e-4)


def test_what_is_taken_is_taken_off_what_is_left_to_deal_about():
    world = takeable_world()
    world.talks.challenger_deal_taken[0] = 0.1

    taken = worlds_of(world, war_table().settled)[AFTER_TAKING].talks

    assert taken.challenger_demand == pytest.approx(0.5 * world.talks.challenger_demand)
    assert taken.challenger_deal[0] == pytest.approx(world.talks.challenger_deal[0] - 0.1)
    assert taken.challenger_standoff == pytest.approx(0.5 * world.talks.challenger_standoff)
    assert taken.defender_standoff == world.talks.defender_standoff
    assert taken.challenger_rate[ChallengerMove.TAKE] == 0.0


@needs_compiler
def test_a_taking_without_shots_is_no_force_and_accepting_it_is_to_back_down(rows):
    on_that_day = (rows.taken_day >= 0) & (rows.ending_day == rows.taken_day)
    settled = rows[on_that_day & (rows.first_force_day < 0)]

    assert len(settled) > 20
    assert set(settled.ending) == {Ending.DEFENDER_YIELDS}
    assert (settled.violence < Violence.LIMITED_STRIKE).all()
    assert (settled.taken > 0.0).all()


@needs_compiler
def test_a_reversal_is_force_of_the_defender_on_the_next_day_and_may_restore_it(rows):
    reversed_at_once = rows[(rows.taken_day >= 0) & (rows.first_force_day == rows.taken_day + 1)]
    by_defender = reversed_at_once[reversed_at_once.began == DEFENDER]

    assert len(by_defender) > 20
    assert (by_defender.violence >= Violence.LIMITED_STRIKE).all()
    assert 0.0 < (by_defender.taken > 0.0).mean() < 1.0


@needs_compiler
def test_a_war_puts_all_of_it_at_stake(rows):
    wars = rows[(rows.taken_day >= 0) & (rows.war_day > rows.taken_day)]
    first = wars[wars.first_force_day == wars.war_day]

    assert len(first) > 5
    assert (first.taken == 0.0).all()


@needs_compiler
def test_a_taking_that_holds_on_the_first_day_is_played_and_valued_as_the_game_after_it():
    world = takeable_world(taking_holds=1)
    solved = solve(world, war=war_table(continuation_discount=0.8), with_exploitability=False)
    rows = play(world, solved, seed=1, number=0, first=0, futures=200)
    after, talks = solved.later[AFTER_TAKING - 1], world.talks
    start = at_start(world.calendar.force_at_start, talks)
    block = after.contested[0, start.posture, start.stance, talks.have_failed]
    taken = worlds_of(world, war_table().settled)[AFTER_TAKING]
    beliefs = (talks.tough_log_odds, talks.hard_log_odds)

    assert set(rows.taken_day) == {0}
    assert (rows.ending_day > 0).all()
    assert solved.worth[0] == pytest.approx(interpolated(grid_of(taken), block, beliefs, 0))


@needs_compiler
def test_under_protest_talks_go_on_and_nothing_is_taken_twice(rows):
    protested = rows[(rows.taken_day >= 0) & (rows.ending_day > rows.taken_day + 1)]

    assert len(set(protested.ending)) > 3
    assert set(np.unique(rows.taken)) <= {np.float32(0.0), np.float32(0.6)}
