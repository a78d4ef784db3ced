"""What must hold in every world, whatever its numbers: the laws of MODEL 11 over random worlds."""

import copy
import dataclasses
import functools
from typing import NamedTuple

import numba
import numpy as np
import pytest

from detente.endings import Ending
from detente.kernel.beliefs import probability
from detente.kernel.crisis import play
from detente.kernel.endings import Event, Trigger
from detente.kernel.layout import Array, copy_of
from detente.kernel.policy import solve_backward
from detente.kernel.posture import PLANS
from detente.kernel.solution import Solved, compute_war, new_workspaces, solve
from detente.kernel.talks import ChallengerMove, DefenderMove, challenger_worth, defender_worth
from detente.kernel.theatre import Onset, Reply
from detente.kernel.world import World
from tests.kernel.worlds import (
    calibration,
    complete_world,
    doubled_packages,
    plain_world,
    played_futures,
    random_worlds,
    rows_of,
    share_of_force,
    war_table,
)

pytestmark = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="needs thousands of futures")

WORLDS = 12
SOME = 4
"""Worlds that do where each future is compared to the bit."""
FUTURES = 2000
FEW, MORE = 500, 1000
"""Futures of each world where what is looked for is large, and where it is less so."""
SEED = 5
OF_CHALLENGER = [Onset.STRIKE, Onset.CAMPAIGN, Onset.JOINT_STRIKE, Onset.JOINT_CAMPAIGN]
"""Ways in which the challenger begins force, alone or with its ally."""


class Played(NamedTuple):
    """A world, its solution and its futures."""

    world: World
    solved: Solved
    rows: Array


def played_once(world, number, *, war=None):
    solved = solve(world, war=war, with_exploitability=False)
    rows = play(world, solved, seed=SEED, number=number, first=0, futures=FUTURES)
    return Played(world, solved, rows)


@pytest.fixture(scope="module")
def played():
    return [played_once(world, number) for number, world in enumerate(random_worlds(WORLDS))]


def reported(world, solved, *, seed, number=0, futures):
    """Yield the days and the kinds of what happens in each future, shape (2, events)."""
    for state, _ in played_futures(world, solved, seed=seed, number=number, futures=futures):
        yield state.lines[: int(state.lines_written), :2].T.copy()


def pooled(played):
    """Return the futures of all worlds as one table."""
    return np.concatenate([each.rows for each in played]).view(np.recarray)


def priors(played, name):
    """Return each future's prior belief about a type."""
    return np.repeat([probability(each.world.talks[name]) for each in played], FUTURES)


def drift(belief, prior):
    """Return how far beliefs went from their priors on average, in standard errors."""
    moves = belief - prior
    return abs(moves.mean()) / (moves.std() / np.sqrt(len(moves)))


def test_all_that_moves_beliefs_and_ends_talks_happens_in_these_worlds(played):
    happened = {
        Event(int(kind))
        for number, one in enumerate(played)
        for _, kinds in reported(one.world, one.solved, seed=SEED, number=number, futures=100)
        for kind in kinds
    }

    assert {
        Event.SIGN,
        Event.SPEAKS,
        Event.UNREST,
        Event.INCIDENT,
        Event.ESCALATES,
        Event.ALLY_STRIKES,
        Event.RESTRAINED,
        Event.BREAKS,
        Event.VOWS,
        Event.LAPSES,
    } <= happened


def test_beliefs_about_types_are_calibrated_on_a_fixed_day_and_at_the_end(played):
    rows = pooled(played)
    played_futures = rows[rows.snap_hard >= 0.0]

    assert (
        calibration(played_futures.snap_hard.astype(float), played_futures.challenger_type == 0)
        < 4.0
    )
    assert (
        calibration(played_futures.snap_tough.astype(float), played_futures.defender_type == 0)
        < 4.0
    )
    assert calibration(rows.belief_hard.astype(float), rows.challenger_type == 0) < 4.0
    assert calibration(rows.belief_tough.astype(float), rows.defender_type == 0) < 4.0


def test_beliefs_about_types_stay_where_they_were_on_average(played):
    rows = pooled(played)
    hard, tough = priors(played, "hard_log_odds"), priors(played, "tough_log_odds")

    assert (rows.belief_hard - hard).std() > 0.1
    assert (rows.belief_tough - tough).std() > 0.1
    assert drift(rows.belief_hard, hard) < 4.0
    assert drift(rows.belief_tough, tough) < 4.0


def test_beliefs_on_the_snapshot_day_are_the_priors_on_average(played):
    """Futures that ended before it, or slept through it in a deal, count with their last belief."""
    rows = pooled(played)
    is_played = rows.snap_hard >= 0.0
    hard, tough = priors(played, "hard_log_odds"), priors(played, "tough_log_odds")

    assert 0.1 < is_played.mean() < 0.9
    assert drift(np.where(is_played, rows.snap_hard, rows.belief_hard), hard) < 4.0
    assert drift(np.where(is_played, rows.snap_tough, rows.belief_tough), tough) < 4.0


def believed_plans(one, *, futures):
    """Return the final belief in each plan, and which one it was, shapes (futures, plans)."""
    beliefs, plans = np.zeros((2, futures, len(PLANS)))
    all_played = played_futures(one.world, one.solved, seed=SEED, futures=futures)
    for future, (state, _) in enumerate(all_played):
        hard = probability(state.hard)
        beliefs[future] = hard * state.plan_if_hard + (1.0 - hard) * state.plan_if_soft
        plans[future, state.plan] = 1.0
    return beliefs, plans


def prior_plans(one):
    hard = probability(one.world.talks.hard_log_odds)
    return hard * one.world.war.plan_if_hard + (1.0 - hard) * one.world.war.plan_if_soft


def test_beliefs_about_plans_are_calibrated(played):
    """They are no martingales: force of a scale is fought by a plan of that scale."""
    ends = [believed_plans(one, futures=MORE) for one in played]
    beliefs, plans = (np.concatenate(each) for each in zip(*ends, strict=True))
    before = np.repeat([prior_plans(one) for one in played], MORE, axis=0)

    assert (beliefs - before).std() > 0.05
    for plan in range(len(PLANS)):
        assert drift(beliefs[:, plan], plans[:, plan]) < 4.0
        assert calibration(beliefs[:, plan], plans[:, plan]) < 4.0


def test_no_more_than_a_hundredth_of_the_decisions_made_is_unsettled(played):
    shares = np.array([each.rows.unsettled.sum() / each.rows.visited.sum() for each in played])

    assert shares.max() <= 0.01


def is_folded(played):
    """Say of each world whether some decision in it may have several equilibria."""
    return np.array([each.solved.report.folded_rows > 0 for each in played])


def with_packages_doubled(played, *, apart):
    """Return the worlds, solved and played again, with the hardest package listed twice."""
    worlds = enumerate(copy_of(each.world) for each in played)
    return [played_once(doubled_packages(world, apart=apart), number) for number, world in worlds]


def test_a_package_listed_twice_changes_no_future_at_all(played):
    some = played[:SOME]

    assert 0 < is_folded(some).sum() < SOME
    for one, two in zip(some, with_packages_doubled(some, apart=0.0), strict=True):
        np.testing.assert_array_equal(one.rows, two.rows)


def test_two_packages_a_hair_apart_are_as_one_where_decisions_have_one_equilibrium(played):
    """Where they have several, a hair can tip which one is found, in few futures."""
    columns = ["ending", "ending_day", "violence", "settlement", "first_force_day"]
    some = played[:SOME]
    changed = [
        (one.rows[columns] != two.rows[columns]).mean()
        for one, two in zip(some, with_packages_doubled(some, apart=1e-9), strict=True)
    ]

    assert np.all(np.array(changed)[~is_folded(some)] == 0.0)
    assert np.mean(changed) < 0.002


def with_places_spoilt(one):
    """Solve a world in tables that say strike, accept and 9 wherever no solution is written."""
    workspaces = new_workspaces(one.world, one.solved.war)
    for policies, work in ((workspace.policies, workspace.work) for workspace in workspaces):
        for table in (policies.worth, policies.force, policies.failed, *work):
            table.fill(9.0)
        for table in (policies.answers, policies.replies, policies.unsettled):
            table.fill(1)
    for workspace in reversed(workspaces):
        solve_backward(workspace)
        for table in (workspace.policies.challenger, workspace.policies.defender):
            table[(table == 0.0).all(axis=(-2, -1)), :, -1] = 1.0
    first, *later = (workspace.policies for workspace in workspaces)
    return dataclasses.replace(one.solved, policies=first, later=tuple(later))


def test_places_that_cannot_be_reached_are_never_read(played):
    for number, one in enumerate(played[:SOME]):
        spoilt = with_places_spoilt(one)
        rows = play(one.world, spoilt, seed=SEED, number=number, first=0, futures=FUTURES)

        assert (spoilt.policies.worth == 9.0).mean() > 0.1
        np.testing.assert_array_equal(rows, one.rows)


def payoffs_with_a_margin(generator):
    """Return a world and a war table where a package beats force for both by .1 or more."""
    world = complete_world(*generator.choice([-40.0, 40.0], 2))
    talks, draw = world.talks, generator.uniform
    talks.challenger_deal[:3] = np.sort(draw(0.05, 0.5, 3))
    talks.defender_gain[:3] = np.sort(draw(0.0, 0.3, 3))[::-1]
    talks.defender_concession[:3] = np.sort(draw(0.05, 0.4, 3))
    advantage, package = draw(0.0, 0.06), generator.integers(3)
    of_challenger = challenger_worth(talks, package) - draw(0.1, 0.4) - 0.12 - advantage
    of_defender = defender_worth(talks, package, 2, False) - draw(0.1, 0.4) - 0.04 - advantage
    war = war_table(
        hard=of_challenger,
        soft=of_challenger,
        tough=of_defender,
        weak=of_defender,
        first_strike=advantage,
    )
    return world, war


def test_where_all_is_known_and_a_deal_beats_force_for_both_there_is_no_force():
    generator = np.random.default_rng(SEED)
    shares = []
    for _ in range(WORLDS):
        world, war = payoffs_with_a_margin(generator)
        shares.append(share_of_force(rows_of(world, war=war, futures=FUTURES)))

    assert max(shares) < 0.01


@functools.cache
def wars():
    """Return what force would bring in random worlds on the tiny grid, to be copied."""
    return [compute_war(world) for world in random_worlds(WORLDS, grid="tiny")]


def shares_of(change, what, futures):
    """Return a share of futures in random worlds on the tiny grid, as they are and changed.

    `change` gets the world, its war table, and whether to change them; shape (2, worlds).
    """
    shares = np.zeros((2, WORLDS))
    for is_changed in range(2):
        for number, world in enumerate(random_worlds(WORLDS, grid="tiny")):
            war = copy.deepcopy(wars()[number])
            change(world, war, is_changed)
            shares[is_changed, number] = what(rows_of(world, war=war, futures=futures, seed=number))
    return shares


def give_first_strikes_an_advantage(_, war, is_changed):
    advantage = np.zeros(len(Onset))
    advantage[OF_CHALLENGER], advantage[Onset.BY_DEFENDER] = 0.06 * is_changed, -0.06 * is_changed
    war.worth[..., 0] += advantage[:, None, None, None]
    war.worth[..., 1] -= advantage[:, None, None, None]


def let_accidents_alarm(world, _, is_changed):
    world.incidents.false_alarm = 0.4 if is_changed else 0.05


def set_up_a_hotline(world, _, is_changed):
    world.incidents.false_alarm, world.incidents.has_hotline = 0.4, is_changed


def let_a_vow_stand(world, war, is_changed):
    """Let the defender have vowed a full reply, which costs the challenger dear."""
    world.talks.has_vowed, world.talks.vow_retreat = is_changed, 0.0
    world.war.vow_price = 0.3
    world.talks.defender_rate[DefenderMove.VOW] = 0.0
    war.worth[:, :, :, OF_CHALLENGER, Reply.FULL, :, :, 0] -= 0.5


def let_retreat_from_a_vow_cost(world, _, is_changed):
    world.talks.has_vowed, world.talks.vow_retreat = 1, 0.4 * is_changed


def let_the_ally_be_held_back(world, war, is_changed):
    """Let the ally press for force that the challenger would rather be spared, or not."""
    war.worth[:, :, :, [Onset.BY_ALLY, Onset.ALLY_CAMPAIGN], ..., 0] -= 0.3
    world.talks.ally_rate, world.talks.restraint_cost = 0.005, 0.0
    world.talks.restraint_success = 0.7 * is_changed


def stir_unrest(world, _, is_changed):
    world.talks.unrest_rate, world.talks.unrest_days = 0.03 * is_changed, 30.0
    world.talks.justification = 0.05


def strikes_of(rows):
    return float(((rows.initiator == 0) & (rows.trigger == Trigger.STRIKE)).mean())


def force_of_challenger(rows):
    return float((rows.initiator == 0).mean())


def force_of_ally(rows):
    return float((rows.initiator == 2).mean())


def misread(rows):
    return float((rows.trigger == Trigger.MISREAD).mean())


def concessions(rows):
    """Return how often the defender signs a deal, or yields without use of force."""
    is_yielding = (rows.settlement == Ending.DEFENDER_YIELDS) & (rows.first_force_day < 0)
    return float(((rows.package >= 0) | is_yielding).mean())


@pytest.mark.parametrize(
    ("change", "what", "sign", "futures"),
    [
        (give_first_strikes_an_advantage, share_of_force, 1.0, FEW),
        (stir_unrest, strikes_of, 1.0, FEW),
        (set_up_a_hotline, misread, -1.0, FEW),
        (let_a_vow_stand, force_of_challenger, -1.0, MORE),
        (let_retreat_from_a_vow_cost, concessions, -1.0, MORE),
        (let_the_ally_be_held_back, force_of_ally, -1.0, MORE),
    ],
)
def test_what_should_raise_or_lower_a_share_does_over_all_worlds_and_in_most(
    change, what, sign, futures
):
    """In single worlds fear can outweigh temptation, and a second report can be wrong."""
    before, after = shares_of(change, what, futures)
    rises = sign * (after - before)
    error = np.sqrt((before * (1.0 - before) + after * (1.0 - after)).sum() / futures)

    assert rises.sum() > 4.0 * error
    assert (rises > 0.0).sum() > (rises < 0.0).sum()


def test_false_alarms_bring_more_misread_force_on_average():
    """In half of the worlds commanders, who know how often alarms are false, reply less for it."""
    few, many = shares_of(let_accidents_alarm, misread, FEW)
    error = np.sqrt((few * (1.0 - few) + many * (1.0 - many)).sum() / FEW)

    assert (many - few).sum() > 4.0 * error


def idle_world(**talks):
    """Return a plain world in which the challenger raises its force and nothing else happens."""
    world = plain_world(fade_rate=0.0, text_rate=0.0, growth_rate=0.0, ally_rate=0.0, **talks)
    world.talks.ally_rate_per_step = 0.0
    world.incidents.rate = world.incidents.rate_per_force = 0.0
    world.talks.challenger_rate[:] = world.talks.defender_rate[:] = 0.0
    world.talks.challenger_rate[ChallengerMove.RAISE] = 0.2
    world.calendar.ceiling[:] = 1
    return world


@pytest.mark.parametrize("days", [1.0, 7.0, 21.0])
def test_force_takes_its_days_to_arrive_and_never_comes_on_the_day_it_is_ordered(days):
    world = idle_world(raise_days=days)
    solved = solve(world, war=war_table(), with_exploitability=False)
    day, kind = np.concatenate([*reported(world, solved, seed=1, futures=1000)], axis=1)
    ordered, arrived = day[kind == Event.RAISES], day[kind == Event.ARRIVES]
    waits = arrived - ordered

    assert len(ordered) == len(arrived) == 1000
    assert waits.min() >= 1
    # Days are whole: the wait is geometric, with the daily chance of a mean wait of `days`.
    assert abs(waits.mean() - 1.0 / (1.0 - np.exp(-1.0 / days))) < 4.0 * waits.std() / 1000**0.5


def first_deals(rows):
    """Return the day of each future's first deal, and whether it was broken later."""
    is_broken = rows.broken_day >= 0
    with_deal = rows[is_broken | (rows.package >= 0)]
    is_broken = with_deal.broken_day >= 0
    return np.where(is_broken, with_deal.broken_deal_day, with_deal.ending_day), is_broken


def test_deals_are_broken_at_their_hazard_and_failed_talks_follow(played):
    expected, broken, variance = 0.0, 0, 0.0
    for world, _, rows in played:
        day, is_broken = first_deals(rows)
        left = np.maximum(world.calendar.horizon - day - 1.0, 0.0)
        chance = 1.0 - np.exp(-world.talks.breaking_rate.sum() * left)
        expected, broken = expected + chance.sum(), broken + is_broken.sum()
        variance += (chance * (1.0 - chance)).sum()
    after = pooled(played)
    after = after[after.broken_day >= 0]

    assert broken > 1000
    assert abs(broken - expected) < 4.0 * np.sqrt(variance)
    assert (after.broken_deal_day < after.broken_day).all()
    assert ((after.failed_day >= 0) & (after.failed_day <= after.broken_day)).all()
