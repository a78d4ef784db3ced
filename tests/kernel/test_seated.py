"""People at a table decide; the busy world has nearly every kind of decision in it."""

import functools

import numba
import numpy as np
import pytest

from detente.kernel.crisis import play, trace_future
from detente.kernel.decision import FOLLOW, SEATS, Asked
from detente.kernel.draws import Draws
from detente.kernel.endings import Violence
from detente.kernel.seated import BranchStart, Chapter, Seating, play_branches, play_seated
from detente.kernel.talks import ChallengerMove
from tests.kernel.test_crisis import busy_world, solved_busy

FUTURES = 4 if numba.config.DISABLE_JIT else 150
BRANCHES = 6 if numba.config.DISABLE_JIT else 1500
ALL = range(SEATS)
DIRECT, LEAST = 1500, 30
ELSEWHERE = 1_000_000
"""Numbers of the branches' futures begin here."""


@functools.cache
def busy():
    """Return a busy world whose ally decides often, and the policies of the busy world.

    They are not solved again, which takes long uncompiled: a seat follows whatever policies it has.
    """
    world = busy_world()
    world.talks.ally_rate, world.talks.restraint_success = 0.2, 0.5
    return world, solved_busy()


def seated(future, script=(), seats=ALL, *, waits=True):
    return play_seated(
        [Chapter(0, *busy())], Seating(seats, script), Draws(1, 0, future, 0, 0), waits=waits
    )


def followed(future):
    """Return a future whose seats all do as their policy draws, and what they did."""
    found = seated(future, waits=False)
    return found, found.table.moves[: found.state.decisions_asked].tolist()


def test_seats_that_follow_their_policies_change_no_bit():
    rows = play(*busy(), seed=1, number=0, first=0, futures=FUTURES)
    found = [seated(future, waits=False) for future in range(FUTURES)]
    asked = {kind for one in found for kind in one.table.kinds[: one.state.decisions_asked]}

    np.testing.assert_array_equal(np.array([one.row for one in found]), rows)
    np.testing.assert_array_equal(found[3].lines, trace_future(*busy(), seed=1, number=0, future=3))
    assert {Asked.MOVE, Asked.REPLY} <= asked


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="follows many futures")
def test_all_but_mediators_of_the_busy_world_are_asked():
    found = [seated(future, waits=False) for future in range(FUTURES)]
    asked = {Asked(kind) for one in found for kind in one.table.kinds[: one.state.decisions_asked]}

    assert asked == set(Asked) - {Asked.MESSAGE}


def test_a_script_is_played_as_it_was_decided():
    for future in range(FUTURES // 4):
        once, moves = followed(future)
        again = seated(future, moves)

        assert not again.is_waiting
        assert again.row == once.row
        np.testing.assert_array_equal(again.lines, once.lines)


def test_a_future_waits_where_its_script_ends_and_says_no_more_than_until_then():
    once, moves = followed(5)
    waiting = seated(5, moves[:2])

    assert waiting.is_waiting
    assert waiting.table.asked == 3
    np.testing.assert_array_equal(waiting.lines, once.lines[: len(waiting.lines)])


def test_a_seat_that_follows_in_a_script_does_what_the_policy_draws():
    once, moves = followed(5)
    again = seated(5, [FOLLOW] * len(moves))

    assert again.row == once.row


def test_a_person_may_do_what_its_policy_would_not_and_no_type_is_ruled_out():
    asked = seated(0, seats=[0])
    least = np.where(asked.table.is_legal, asked.table.chances[0], np.inf).argmin()
    after = seated(0, [int(least)], [0], waits=False)

    assert asked.table.legal[0, least]
    assert 0.0 < after.row.belief_hard < 1.0


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="follows many futures")
def test_holding_may_always_be_chosen_and_raising_force_only_where_it_is_on_the_menu():
    tables = [followed(future)[0].table for future in range(FUTURES)]
    legal = [table.legal[(table.kinds == Asked.MOVE) & (table.seats == 0)] for table in tables]
    moves = np.concatenate([rows[rows.any(axis=1)] for rows in legal])

    assert moves[:, ChallengerMove.HOLD].all()
    assert 0 < moves[:, ChallengerMove.RAISE].sum() < len(moves)


def test_what_has_a_chance_by_the_policy_may_be_chosen():
    for future in range(FUTURES):
        found, moves = followed(future)
        asked = slice(0, len(moves))

        assert (found.table.legal[asked][found.table.chances[asked] > 0.0] == 1).all()


def test_branches_have_the_past_and_the_types_of_their_root():
    once, moves = followed(5)
    turn = BranchStart(Draws(1, 0, 5, 0, 0), int(once.table.days[1]))
    rows = play_branches(
        [Chapter(0, *busy())], Seating(ALL, moves[:2]), turn, ELSEWHERE + np.arange(BRANCHES)
    )
    again = play_branches([Chapter(0, *busy())], Seating(ALL, moves), turn, np.array([5]))

    assert (rows.challenger_type == once.row.challenger_type).all()
    assert len(np.unique(rows.ending)) > 1
    assert again[0] == once.row


@functools.cache
def warring():
    """Return a future in which people are asked in one war, what they did, and where terms are."""
    for future in range(FUTURES):
        found, moves = followed(future)
        at = np.flatnonzero(found.table.kinds[: len(moves)] == Asked.TERMS)
        begins = found.row.first_force_day
        if found.row.rounds == 1 and len(at) and found.table.days[at[0]] > begins + 1:
            return found, moves, int(at[0])
    raise LookupError("no war with terms")


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="looks through many futures")
def test_who_refuses_terms_fights_on_and_what_was_fought_before_stays_so():
    once, moves, at = warring()
    future, before = int(once.row.future), moves[:at]
    asked = seated(future, before)
    after = seated(future, [*before, 1, *[FOLLOW] * 8, 1], waits=False)
    past = once.lines[once.lines.day < once.table.days[at]]
    reported = ["day", "kind", "first", "second"]

    assert asked.table.kinds[at] == Asked.TERMS
    np.testing.assert_array_equal(asked.lines, once.lines[: len(asked.lines)])
    np.testing.assert_array_equal(after.lines[: len(past)][reported], past[reported])
    assert after.row.war_days > once.row.war_days


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="looks through many futures")
def test_branches_from_a_decision_in_a_war_have_the_war_so_far_and_other_draws_after_it():
    once, moves, at = warring()
    turn = BranchStart(Draws(1, 0, int(once.row.future), 0, 0), int(once.table.days[at]))
    script = [*moves[:at], 1]
    numbers = ELSEWHERE + np.arange(100)
    rows = play_branches([Chapter(0, *busy())], Seating(ALL, script), turn, numbers)

    assert (rows.first_force_day == once.row.first_force_day).all()
    assert (rows.war_days >= once.row.war_days).all()
    assert len(np.unique(rows.defender_loss)) > 10


@functools.cache
def plain():
    """Return the busy world with one plan and types that are nearly known, and its policies."""
    world, solved = busy()
    world = np.array([world])[0]
    world.war.plan_if_hard[:] = world.war.plan_if_soft[:] = [0.0, 0.0, 1.0, 0.0]
    world.talks.hard_log_odds = world.talks.tough_log_odds = 4.0
    return world, solved


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="plays many futures")
def test_branches_end_as_futures_do_that_happen_to_go_the_same_way():
    played = [
        play_seated(
            [Chapter(0, *plain())], Seating([0, 1], []), Draws(1, 0, future, 0, 0), waits=False
        )
        for future in range(DIRECT)
    ]
    rows = np.array([one.row for one in played])
    begun = np.array([first_decision(one) for one in played])
    kinds, often = np.unique(begun[begun[:, 0] >= 0], axis=0, return_counts=True)
    same = (begun == kinds[often.argmax()]).all(axis=1)
    root = int(np.flatnonzero(same)[0])
    same &= rows["challenger_type"] == rows["challenger_type"][root]
    same &= rows["defender_type"] == rows["defender_type"][root]
    turn = BranchStart(Draws(1, 0, root, 0, 0), int(begun[root, 1]))
    script = [int(begun[root, 2])]
    branches = play_branches(
        [Chapter(0, *plain())], Seating([0, 1], script), turn, ELSEWHERE + np.arange(BRANCHES)
    )

    assert same.sum() > LEAST
    np.testing.assert_allclose(
        (branches.violence >= Violence.WAR).mean(),
        (rows["violence"][same] >= Violence.WAR).mean(),
        atol=4 * 0.5 * same.sum() ** -0.5,
    )


def first_decision(found):
    """Return who decides first in a future, when, what, after how much; -1 if nobody does."""
    if found.state.decisions_asked == 0:
        return -1, -1, -1, -1
    table = found.table
    past = (found.lines.day < table.days[0]).sum()
    return int(table.seats[0]), int(table.days[0]), int(table.moves[0]), int(past)
