"""Force is replied to, both sides learn from it, and the dispute goes on."""

import functools
import itertools
from types import SimpleNamespace

import numba
import numpy as np
import pytest

from detente.endings import Ending
from detente.ensemble.encode import encode
from detente.kernel.aftermath import ForceStart, reply_menu
from detente.kernel.beliefs import probability
from detente.kernel.causes import EVERYTHING, Mechanism, only, world_with
from detente.kernel.crisis import new_plays, play, trace_future
from detente.kernel.draws import Draws
from detente.kernel.endings import Event, Violence
from detente.kernel.first_shot import gap_of_strike
from detente.kernel.layout import copy_of, new_record
from detente.kernel.menus import answer_menu, challenger_menu, weight_unit
from detente.kernel.nodes import MOVES, begin_menu, worth_on
from detente.kernel.places import Place, posture_at
from detente.kernel.play import answer_force, count_cost, end_by_force, reveal_plan
from detente.kernel.policy import solve_backward
from detente.kernel.posture import Calendar
from detente.kernel.question import solve_or_evaluate
from detente.kernel.solution import MERGED, merge_stages, new_workspaces, solve, worlds_of
from detente.kernel.talks import ChallengerMove, DefenderMove, Regime
from detente.kernel.theatre import BY_DEFENDER
from detente.kernel.war import NO_FRONT, WarOutcome
from tests.kernel.worlds import drawn, quiet_play, set_stages, war_table

FUTURES = 24 if numba.config.DISABLE_JIT else 400
needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="solves several games")
HORIZON = 56
STRIKE = WarOutcome(
    Violence.LIMITED_STRIKE, 5, 0.0, 0.0, 0.0, 2, -1, 0.0, 1, 0.5, 0.0, False, 0, -1.0
)
CHALLENGERS = slice(0, 2)
"""Where holders keep the challenger's types."""
SETTLED_BY = {
    Event.DROPS: Ending.CHALLENGER_DROPS,
    Event.YIELDS: Ending.DEFENDER_YIELDS,
    Event.FADES: Ending.FADES,
}


def small_world(*, ends_dispute=0):
    """Return a world of two stages and two beliefs a side, in which force comes often."""
    crisis, (values,) = drawn(1, 1)
    world = encode(crisis, values, grid="tiny", horizon=HORIZON)
    set_stages(world.calendar, 70)
    world.calendar.ceiling[:] = world.calendar.force_at_start = 1
    world.belief_points, world.mediators.count = 2, 0
    talks = world.talks
    talks.precision, talks.has_vowed, talks.growth_rate = 16.0, 0, 0.0
    talks.defender_rate[[DefenderMove.VOW, DefenderMove.ADVANCE]] = 0.0
    talks.challenger_pace = talks.defender_pace = 0.5
    talks.challenger_rate[ChallengerMove.STRIKE] = 0.05
    world.war.theatre.limited_days, world.war.theatre.raised_days = 2.0, 3.0
    world.aftermath.ends_dispute, world.aftermath.strike_factor = ends_dispute, 1.0
    return world


@functools.cache
def small(ends_dispute=0):
    """Return a small world, solved; firm types reply in full more freely."""
    world = small_world(ends_dispute=ends_dispute)
    return world, solve(world, war=war_table(hard=0.1, resolve=0.1, continuation_discount=0.9))


@functools.cache
def futures(ends_dispute=0):
    """Return the futures of a small world, and the trace of each."""
    world, solved = small(ends_dispute)
    rows = play(world, solved, seed=1, number=0, first=0, futures=FUTURES)
    return rows, [
        trace_future(world, solved, seed=1, number=0, future=int(each)) for each in rows.future
    ]


def times_reported(trace, event):
    return int((trace.kind == event).sum())


def test_force_comes_once_at_most_where_it_ends_the_dispute():
    rows, _ = futures(ends_dispute=1)

    assert set(rows.rounds) == {0, 1}
    np.testing.assert_array_equal(rows.rounds == 1, rows.first_force_day >= 0)


def test_where_the_dispute_goes_on_each_round_is_reported_and_counted():
    rows, traces = futures()

    assert rows.rounds.max() > 1
    for event in (Event.ANSWERS, Event.FORCE_ENDS, Event.CEASEFIRE):
        assert [times_reported(trace, event) for trace in traces] == rows.rounds.tolist()


def test_days_never_run_backward_nor_past_the_horizon():
    rows, traces = futures()

    assert all((np.diff(trace.day) >= 0).all() for trace in traces)
    assert all(trace.day[-1] <= row.ending_day for trace, row in zip(traces, rows, strict=True))
    assert (rows.ending_day <= HORIZON).all()


@pytest.mark.plain
@pytest.mark.parametrize(
    ("day", "reported"), [(36, (1, Ending.DEFENDER_YIELDS)), (37, (0, Ending.CONTAINMENT))]
)
def test_fighting_that_outlasts_the_horizon_has_imposed_nothing_by_then(day, reported):
    room = quiet_play(horizon=40)
    state = room.trajectory.state
    state.day = day
    imposed = WarOutcome(
        Violence.WAR, 3, 0.1, 0.9, 0.5, 2, -1, 0.0, 2, 0.95, 0.8, True, 0, NO_FRONT
    )
    end_by_force(room.trajectory, imposed)

    assert (state.has_ended, state.settlement) == reported


def test_violence_is_the_highest_of_all_rounds_and_the_ending_reports_it():
    rows, traces = futures()
    highest = [trace["first"][trace.kind == Event.FORCE_ENDS].max(initial=0) for trace in traces]
    forced = rows.rounds > 0
    above = Ending.LIMITED_STRIKE - Violence.LIMITED_STRIKE

    np.testing.assert_array_equal(np.array(highest)[forced], rows.violence[forced])
    np.testing.assert_array_equal(rows.ending[forced], rows.violence[forced] + above)


@pytest.mark.plain
def test_days_of_limited_strikes_add_up_and_several_are_no_war():
    room = quiet_play()
    state = room.trajectory.state
    for _ in range(2):
        count_cost(state, room.campaign, STRIKE)

    assert (state.violence, state.war_days) == (Violence.LIMITED_STRIKE, 10)


@pytest.mark.plain
@pytest.mark.parametrize("graver", [Violence.WAR, Violence.REGIONAL_WAR])
def test_war_begins_on_the_day_of_the_first_war_and_not_of_the_first_force(graver):
    room = quiet_play()
    state, days = room.trajectory.state, []
    for state.day, violence in ((3, STRIKE.violence), (20, Violence.WAR), (60, graver)):
        count_cost(state, room.campaign, STRIKE._replace(violence=violence))
        days.append(int(state.war_day))

    assert days == [-1, 20, 20]


def test_the_day_of_war_is_that_on_which_its_trace_first_reports_a_war_that_is_answered():
    rows, traces = futures()
    begun = [trace.day[trace.kind == Event.ANSWERS] for trace in traces]
    ended = [trace["first"][trace.kind == Event.FORCE_ENDS] for trace in traces]
    wars = [days[kinds >= Violence.WAR] for days, kinds in zip(begun, ended, strict=True)]

    assert any(len(days) for days in wars)
    assert rows.war_day.tolist() == [min(days, default=-1) for days in wars]


def test_force_that_a_later_ceiling_takes_away_is_worth_what_there_is_without_it():
    world = small_world()
    world.calendar.ceiling[1:] = 0
    workspaces = new_workspaces(world, war_table(continuation_discount=0.9))
    for workspace in reversed(workspaces):
        solve_backward(workspace)
    failed = workspaces[0].policies.failed

    np.testing.assert_array_equal(failed[1, 1], failed[1, 0])
    assert (failed[0, 1] != failed[0, 0]).any()


def test_a_settlement_after_force_is_the_one_that_stands_at_the_end():
    rows, traces = futures()
    forced = rows.rounds > 0
    last = np.array([SETTLED_BY.get(int(trace.kind[-1]), -1) for trace in traces])

    assert (forced & (last >= 0)).any()
    np.testing.assert_array_equal(rows.settlement[last >= 0], last[last >= 0])


def test_what_a_world_is_changed_to_holds_after_force_too():
    world, solved = small()
    fewer = world_with(world, EVERYTHING & ~only(Mechanism.THIRD_PARTY))
    plays = new_plays(fewer, solved, Draws(1, 0, 0, 0, 0))

    assert not any(float(each.trajectory.world.talks.ally_rate) for each in plays)
    assert [int(each.trajectory.world.level) for each in plays][:3] == [0, 1, 2]


@pytest.mark.plain
@pytest.mark.parametrize("who", [0, BY_DEFENDER])
def test_a_reply_to_force_is_learnt_from_as_bayes_has_it(who):
    play = quiet_play()
    state, replies = play.trajectory.state, play.policies.replies
    replies[..., 0, :], replies[..., 1, :] = [0.0, 0.25, 0.75], [0.5, 0.25, 0.25]
    state.challenger_type = state.defender_type = 0
    before = np.array([state.tough, state.hard])
    reply = answer_force(play, who)
    moved = np.zeros(2)
    moved[who] = np.log(replies[0, 0, 0, 0, 0, 0, 0, reply] / replies[0, 0, 0, 0, 0, 0, 1, reply])

    assert [state.tough, state.hard] == pytest.approx(before + moved)


@pytest.mark.plain
def test_a_plan_that_force_shows_is_known_and_reports_the_type_as_bayes_has_it():
    trajectory = quiet_play().trajectory
    state = trajectory.state
    state.plan, state.hard = 2, 0.0
    state.plan_if_hard[:], state.plan_if_soft[:] = [0.1, 0.1, 0.6, 0.2], [0.4, 0.3, 0.2, 0.1]
    reveal_plan(trajectory)

    assert probability(state.hard) == pytest.approx(0.75)
    assert state.plan_if_hard.tolist() == state.plan_if_soft.tolist() == [0.0, 0.0, 1.0, 0.0]


@pytest.mark.plain
def test_after_a_vow_less_than_a_full_reply_has_its_price_and_only_for_who_vowed():
    world, _ = small()
    workspace = new_workspaces(world, war_table())[0]
    world.war.vow_price, world.war.theatre.token_share = 0.2, 0.25
    priced = []
    for who, mover in ((0, 2), (BY_DEFENDER, 0)):
        begin_menu(workspace.node, mover)
        reply_menu(workspace.node, workspace.grid, world.war, workspace.work, ForceStart(0, 3, who))
        priced.append(workspace.node.value[:3, 0, mover].tolist())

    assert priced == [pytest.approx([-0.2, -0.15, 0.0]), [0.0, 0.0, 0.0]]


@pytest.mark.plain
@pytest.mark.parametrize("worth_of_failure", [-0.5, -0.1])
def test_a_deal_that_may_break_is_worth_less_the_likelier_that_is_and_whole_if_it_cannot(
    worth_of_failure,
):
    world = small_world()
    workspace = new_workspaces(world, war_table())[0]
    talks, worths = world.talks, []
    talks.ratify_probability = 1.0
    workspace.work.continuation[:, :, Regime.FAILED] = worth_of_failure
    for talks.breaking_rate[1] in (0.0, 0.001, 0.01, 1.0):
        talks.breaking_rate[0] = 0.0
        begin_menu(workspace.node, 0)
        answer_menu(workspace.node, workspace.grid, talks, workspace.work, (Place(0, 0, 0), 0))
        worths.append(float(workspace.node.value[0, 0, 0]))

    assert worths[0] == talks.challenger_deal[0] > worth_of_failure
    assert (np.diff(worths) < 0.0).all()
    assert worths[-1] == pytest.approx(worth_of_failure, abs=0.01)


def acceptance(breaking_rate):
    """Return the chance that each package is accepted, in all places and by both sides' types."""
    world = small_world()
    world.talks.breaking_rate[:] = breaking_rate
    solved = solve(world, war=war_table(continuation_discount=0.9), with_exploitability=False)
    return solved.policies.answers.mean()


@needs_compiler
def test_deals_that_break_more_often_are_accepted_less():
    assert acceptance(0.0) > acceptance(0.002) > acceptance(0.02)


def worth_of_force(*, is_free):
    """Return what force begun by the challenger is worth to its types, by all places and beliefs.

    `is_free`: whether the stand-off costs nobody anything once force has been used.
    """
    world = small_world()
    workspaces = new_workspaces(world, war_table(continuation_discount=0.9))
    for workspace in workspaces[1:]:
        workspace.world.talks.challenger_standoff *= 1.0 - is_free
        workspace.world.talks.defender_standoff *= 1.0 - is_free
    for workspace in reversed(workspaces):
        solve_backward(workspace)
    return workspaces[0].policies.force[:, 1, 0, 0, ..., CHALLENGERS]


def test_an_aftermath_that_costs_nothing_makes_force_worth_more_to_the_challenger():
    free, dear = worth_of_force(is_free=True), worth_of_force(is_free=False)

    assert (free > dear + 1e-4).all()


def test_a_best_reply_to_all_that_may_follow_is_never_worse():
    _, solved = small()

    assert min(solved.report.exploitability) > -1e-6
    assert max(solved.report.exploitability) > 1e-3


def worth_of_moves(workspace, regime):
    """Return the worth of each move to the resolved type and the other, at a corner of beliefs."""
    node, place = workspace.node, Place(0, posture_at(1), 0)
    unit = weight_unit(0.5, 1.0, workspace.world.calendar.stage_days[0])
    begin_menu(node, 0)
    challenger_menu(
        node, workspace.grid, workspace.world.talks, workspace.work, (place, regime, 1, unit)
    )
    node.is_best_response = 1
    table = workspace.policies.challenger[0, place.posture, 0, regime]
    solve_or_evaluate(
        node, workspace.grid, np.zeros(node.nodes), np.zeros((MOVES, node.nodes)), table
    )
    return [
        {int(node.move[column]): worth_on(node, 0, column, own) for column in range(node.moves)}
        for own in range(2)
    ]


@pytest.mark.plain
@pytest.mark.parametrize("regime", [Regime.NO_TEXT, Regime.TEXT_READY, Regime.FAILED])
def test_what_a_strike_is_worth_beyond_other_moves_is_read_back_from_its_policy(regime):
    world, war = small_world(ends_dispute=1), war_table(hard=0.1)
    world.tolerance = 1e-7
    (workspace,) = new_workspaces(world, war)
    solve_backward(workspace)
    solved = SimpleNamespace(policies=workspace.policies, war=war, later=(), wars=())
    solved.parts = (solved,)
    play_now, *_ = new_plays(world, solved, Draws(1, 0, 0, 0, 0))
    play_now.trajectory.state.regime = regime
    row = workspace.policies.challenger[0, posture_at(1), 0, regime, 0, 0]
    gaps = [gap_of_strike(play_now, 0, row[own], ChallengerMove.STRIKE) for own in range(2)]
    worths = worth_of_moves(workspace, regime)
    strikes = [worth.pop(ChallengerMove.STRIKE) for worth in worths]

    assert gaps == pytest.approx(
        [strike - max(other.values()) for strike, other in zip(strikes, worths, strict=True)],
        abs=1e-4,
    )


@pytest.mark.plain
@pytest.mark.parametrize("epochs", [[0] * 7, [0, 0, 1, 1, 1, 1, 2], [0, 1, 2, 3, 3, 3, 3]])
def test_three_stages_of_an_epoch_make_one_after_force(epochs):
    random = np.random.default_rng(sum(epochs))
    calendar = new_record(Calendar)
    calendar.stages, last = 7, 7
    calendar.stage_days[:last] = random.integers(1, 9, last)
    calendar.epoch_of_stage[:last] = epochs
    calendar.ceiling[:], calendar.levels_present[:] = random.integers(
        0, 3, (2, len(calendar.ceiling))
    )
    calendar.levels_hosted[:] = random.integers(0, 3, calendar.levels_hosted.shape)
    calendar.stage_of_day[:] = np.minimum(np.arange(len(calendar.stage_of_day)) // 9, last - 1)
    before = copy_of(calendar)
    starts = [at for at in range(last) if (at - epochs.index(epochs[at])) % MERGED == 0]
    merge_stages(calendar)

    assert calendar.stages == len(starts)
    days = [sum(before.stage_days[one:end]) for one, end in itertools.pairwise([*starts, last])]
    np.testing.assert_array_equal(calendar.stage_days[: len(days) + 1], [*days, 0.0])
    for field in ("ceiling", "levels_present", "epoch_of_stage", "levels_hosted"):
        found, first = (getattr(one, field) for one in (calendar, before))
        np.testing.assert_array_equal(found[..., : len(starts)], first[..., starts])
    assert set(calendar.ceiling[len(starts) :]) == {before.ceiling[starts[-1]]}
    own = np.searchsorted(starts, before.stage_of_day, side="right") - 1
    np.testing.assert_array_equal(calendar.stage_of_day, own)


def test_disputes_end_sooner_after_a_limited_strike_than_after_a_war():
    world = small_world()
    world.aftermath.limited_factor = 3.0
    _, strike, war = (each.talks for each in worlds_of(world, war_table().settled))

    assert strike.fade_rate == pytest.approx(3.0 * war.fade_rate)
    drop, give = ChallengerMove.DROP, DefenderMove.YIELD
    assert strike.challenger_rate[drop] == pytest.approx(3.0 * war.challenger_rate[drop])
    assert strike.defender_rate[give] == pytest.approx(3.0 * war.defender_rate[give])
    assert strike.text_rate == war.text_rate
