import functools
from dataclasses import replace

import numba
import numpy as np
import pytest

from detente.errors import UnsolvedError
from detente.kernel.arithmetic import logit
from detente.kernel.crisis import play, play_listed, trace_future, write_row
from detente.kernel.draws import Draws
from detente.kernel.endings import FUTURE, Ceasefire, Event, Violence
from detente.kernel.layout import new_record
from detente.kernel.limits import LONGEST_HORIZON, LONGEST_WAR
from detente.kernel.play import Trajectory
from detente.kernel.solution import refuse_infinite, solve
from detente.kernel.talks import ChallengerMove
from detente.kernel.theatre import ForceScale
from detente.kernel.world import LINES, Daily, State
from tests.kernel.worlds import (
    HOST,
    cut_short,
    let_decide,
    let_host_change,
    shipped_world,
    traces,
    war_table,
    watch_for_a_sign,
)

FUTURES = 12 if numba.config.DISABLE_JIT else 200
WAR = war_table(continuation_discount=0.9) if numba.config.DISABLE_JIT else None
needs_compiler = pytest.mark.skipif(
    bool(numba.config.DISABLE_JIT), reason="solves or plays the same again"
)
"""What force is worth, by hand in plain Python; tests/test_whole_chain.py works it out there."""


def tiny_world():
    """Return the shipped world, cut into two stages and two beliefs a side."""
    return cut_short(shipped_world(grid="tiny", horizon=80), 82)


@pytest.fixture(scope="module")
def tiny():
    world = tiny_world()
    return world, solve(world, war=WAR, with_exploitability=WAR is None)


def busy_world():
    """Return a tiny world in which everything happens often."""
    world = tiny_world()
    world.calendar.ceiling[1:] = 0
    world.calendar.stage_of_day[20:] = 1
    world.calendar.force_at_start = 2
    world.incidents.rate = 0.1
    world.incidents.escalation_probability = 0.3
    world.incidents.restraint = 0.0
    talks = world.talks
    talks.precision = 4.0
    talks.challenger_rate[:] = talks.challenger_rate + 0.008
    talks.defender_rate[:] = talks.defender_rate + 0.008
    talks.challenger_rate[3:5] = talks.defender_rate[3:5] = 0.0
    talks.challenger_rate[[ChallengerMove.RAISE, ChallengerMove.CAMPAIGN]] = 1.0
    talks.challenger_rate[[ChallengerMove.LOWER, ChallengerMove.ULTIMATUM]] = 0.3, 0.1
    talks.challenger_rate[[ChallengerMove.LIFT, ChallengerMove.TAKE]] = 1.0, 0.05
    talks.text_rate, talks.exit_rate, talks.growth_rate = 0.2, 0.1, 0.02
    talks.has_vowed, talks.raise_days, talks.unrest_rate = 0, 3.0, 0.02
    talks.restraint_success, talks.restraint_cost = 0.9, 0.0
    talks.breaking_rate[:] = 0.02
    talks.may_take, talks.challenger_taken, talks.defender_taken = 1, 0.2, 0.1
    talks.reversal_readiness, talks.has_blockade = 0.5, 1
    talks.standstill_days, talks.standstill_talks, talks.standstill_calm = 5.0, 0.5, 0.5
    world.war.theatre.chokepoint.closing_rate = 0.5
    watch_for_a_sign(world)
    talks.ally_rate, talks.ultimatum_days, talks.ratify_probability = 0.03, 3.0, 0.5
    world.dispute.matters = 1
    world.dispute.rate[0] = 0.3
    world.war.plan_if_hard[:] = world.war.plan_if_soft[:] = 0.25
    world.war.plan_by_scale[:, ForceScale.LIMITED, :2] = 0.5
    world.war.plan_by_scale[:, ForceScale.CAMPAIGN, 2:] = 0.2, 0.8
    let_host_change(world, withdraws=0.05, consents=0.1)
    world.partners.raise_rate[0] = world.partners.lower_rate[0] = 0.1
    let_decide(world, 0, HOST)
    return world


@functools.cache
def solved_busy():
    """Return the policies of the busy world, with what force is worth written by hand."""
    return solve(busy_world(), war=war_table(continuation_discount=0.9), with_exploitability=False)


@pytest.fixture(scope="module")
def busy():
    return solved_busy()


def test_futures_do_not_depend_on_what_was_played_with_them(tiny):
    world, solved = tiny
    whole = play(world, solved, seed=1, number=0, first=0, futures=FUTURES)
    part = play(world, solved, seed=1, number=0, first=FUTURES // 2, futures=FUTURES // 2)

    np.testing.assert_array_equal(whole[FUTURES // 2 :], part)


def test_listed_futures_are_those_of_their_numbers(tiny):
    world, solved = tiny
    listed = np.array([FUTURES - 1, 2, 5])
    whole = play(world, solved, seed=1, number=3, first=0, futures=FUTURES)

    np.testing.assert_array_equal(
        play_listed(world, solved, seed=1, number=3, futures=listed), whole[listed]
    )


def test_a_trace_reports_each_day_of_fighting_what_it_costs(tiny):
    world, solved = tiny
    rows = play(world, solved, seed=1, number=0, first=0, futures=FUTURES)
    row = rows[rows.war_days.argmax()]
    events = trace_future(world, solved, seed=1, number=0, future=int(row.future))
    losses = events[events.kind == Event.LOSES]
    of_side = [losses.value[losses["first"] == side].sum() for side in range(2)]

    assert len(losses) == 2 * row.war_days
    np.testing.assert_allclose(of_side, [row.challenger_loss, row.defender_loss], rtol=1e-5)


def test_a_trace_has_room_for_the_longest_fighting():
    assert LINES > 4 * (LONGEST_HORIZON + LONGEST_WAR) + LONGEST_HORIZON


@needs_compiler
def test_another_seed_or_world_number_is_another_future(tiny):
    world, solved = tiny
    rows = [
        play(world, solved, seed=seed, number=number, first=0, futures=FUTURES)
        for seed, number in ((1, 0), (2, 0), (1, 1))
    ]

    assert not np.array_equal(rows[0].ending_day, rows[1].ending_day)
    assert not np.array_equal(rows[0].ending_day, rows[2].ending_day)


def test_a_trace_reports_how_its_future_ended(tiny):
    world, solved = tiny
    rows = play(world, solved, seed=1, number=0, first=0, futures=FUTURES)
    for row in rows:
        events = trace_future(world, solved, seed=1, number=0, future=int(row.future))
        forced = Event.FORCE_ENDS in events.kind
        ends = events["first"][events.kind == Event.CEASEFIRE].tolist()
        fought = events["second"][events.kind == Event.FORCE_ENDS]

        assert forced == (row.first_force_day >= 0)
        assert len(ends) == row.rounds
        assert (row.ceasefire in ends) == forced
        assert fought.sum() == row.war_days
        assert (np.diff(events.day) >= 0).all()
        assert events.day[-1] == row.ending_day


@needs_compiler
def test_a_war_table_given_by_hand_replaces_the_engagement_model(tiny):
    world, own = tiny
    table = replace(own.war, worth=np.full_like(own.war.worth, -1.0))
    solved = solve(world, war=table, with_exploitability=False)

    assert solved.war.worth.max() == -1.0
    assert solved.worth != own.worth


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_solution_with_anything_that_is_not_finite_is_refused(tiny, value):
    worth = np.array(tiny[1].war.worth)
    worth[0, 0, 0, 0, 0, 0] = value
    spoiled = replace(tiny[1], war=replace(tiny[1].war, worth=worth))

    refuse_infinite(tiny[1], 0)
    for solved in (spoiled, replace(tiny[1], worth=(0.0, value, 0.0, 0.0))):
        with pytest.raises(UnsolvedError, match="not finite"):
            refuse_infinite(solved, 0)
    with pytest.raises(UnsolvedError, match="not finite"):
        refuse_infinite(tiny[1], 1)


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="solves at the normal grid")
def test_a_best_reply_gains_little_and_nothing_is_left_unsettled():
    solved = solve(shipped_world())

    assert all(-1e-6 < gain < 0.25 for gain in solved.report.exploitability)
    assert solved.report.unsettled_nodes <= 0.01 * solved.report.nodes
    assert solved.report.worst_residual < 0.05


def test_everything_that_can_happen_does_in_a_busy_world(busy):
    world = busy_world()
    reported = traces(world, busy, seed=1, futures=5 * FUTURES)
    seen = {Event(int(kind)) for trace in reported for kind in np.unique(trace.kind)}

    assert set(Event) - seen == {Event.HAPPENS, Event.RULES, Event.FRONT}


def test_talks_that_have_failed_are_failed_from_the_first_day(busy):
    world = busy_world()
    world.talks.have_failed = 1
    rows = play(world, busy, seed=3, number=0, first=0, futures=FUTURES)

    assert (rows["failed_day"] == 0).all()


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="solves a game whole")
def test_a_crisis_with_failed_talks_is_worth_what_failed_talks_are(busy):
    world = busy_world()
    world.talks.have_failed = 1
    failed = solve(world, war=war_table(continuation_discount=0.9), with_exploitability=False)

    assert failed.worth != busy.worth
    assert (failed.policies.worth == busy.policies.worth).all()


@pytest.fixture(scope="module")
def busy_rows(busy):
    return play(busy_world(), busy, seed=1, number=0, first=0, futures=4 * FUTURES)


def test_losses_are_reported_by_category_and_only_after_force(busy_rows):
    rows = busy_rows
    is_force = rows.first_force_day >= 0
    columns = [
        [rows[f"{side}_{kind}_loss"] for kind in ("military", "aircraft", "economy")]
        for side in ("challenger", "defender")
    ]
    reported = ("parties_hit", "world_cost", "challenger_loss", "defender_loss", "damage")
    has_closed = rows.closed_day >= 0

    assert is_force.any()
    np.testing.assert_allclose(sum(columns[0]), rows.challenger_loss, rtol=1e-6)
    np.testing.assert_allclose(sum(columns[1]), rows.defender_loss, rtol=1e-6)
    assert np.min(columns) >= 0.0
    assert all(rows[name][~is_force].max(initial=0) == 0 for name in reported)
    assert rows.parties_hit.max() <= busy_world().war.theatre.third_parties.count
    assert has_closed.any()
    assert np.array_equal(has_closed, rows.world_cost > 0.0)
    assert np.all(rows.closed_day[has_closed] >= rows.first_force_day[has_closed])


def test_fighting_stops_for_a_reason_and_without_force_there_is_none(busy_rows):
    rows = busy_rows
    is_force = rows.first_force_day >= 0
    is_limited = rows.violence == Violence.LIMITED_STRIKE

    assert is_force.any()
    assert np.array_equal(is_force, rows.ceasefire != Ceasefire.NONE)
    assert np.all(rows.ceasefire[is_limited] == Ceasefire.LIMITED)


def test_the_belief_in_the_plan_is_the_mean_over_what_both_types_would_have():
    trajectory = Trajectory(
        busy_world(), Draws(1, 0, 0, 0, 0), new_record(Daily), new_record(State)
    )
    trajectory.state.plan, trajectory.state.hard = 3, logit(0.75)
    trajectory.state.plan_if_hard[3], trajectory.state.plan_if_soft[3] = 0.4, 0.1
    row = np.zeros(1, FUTURE).view(np.recarray)[0]
    write_row(trajectory, row)

    assert row.belief_plan == pytest.approx(0.75 * 0.4 + 0.25 * 0.1)


def test_without_third_parties_no_war_is_regional(busy):
    world = busy_world()
    world.war.theatre.third_parties.count = 0
    rows = play(world, busy, seed=1, number=0, first=0, futures=4 * FUTURES)

    assert (rows.violence == Violence.WAR).any()
    assert rows.violence.max() < Violence.REGIONAL_WAR
    assert rows.parties_hit.max() == 0
