"""A court rules on a day that both sides foresee, with chances that both know."""

import functools

import numba
import numpy as np
import pytest

from detente.kernel.arithmetic import decay
from detente.kernel.crisis import play, trace_future
from detente.kernel.draws import Draws, Purpose, uniform
from detente.kernel.endings import Event
from detente.kernel.ruling import Verdict, apply_ruling, draw_result
from detente.kernel.seated import BranchStart, Chapter, Seating, play_branches, play_seated
from detente.kernel.solution import MERGED, on_grid, solve
from detente.kernel.talks import over_stage
from detente.kernel.world import Epochs, View
from tests.kernel.test_epochs import DAYS, HORIZON, STARTS, foreseen, world_of
from tests.kernel.worlds import war_table

CHANCES = {Verdict.CHALLENGER: 0.3, Verdict.DEFENDER: 0.6, Verdict.NOBODY: 0.1}
DAYS_BEFORE = float(MERGED * DAYS)
FUTURES = 200
NOBODY = Seating((), ())
needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="solves many games")


def ruled(standoffs):
    """Return epochs that end with a ruling; after each result the stand-off costs so much more."""
    results = []
    for result, standoff in standoffs.items():
        world = world_of(1, standoff=standoff)
        world.calendar.result, world.calendar.ruling_day = result, STARTS
        world.calendar.result_probability[:] = list(CHANCES.values())
        results.append(View(1, (world,), result=result))
    return Epochs((View(0, (world_of(0),), tuple(results)),))


def still(world):
    """Return a copy of epochs in which nothing ever happens: only what each day costs goes on."""

    def silence(one):
        one = one.copy()
        one.talks.challenger_rate[:] = one.talks.defender_rate[:] = 0.0
        for rate in ("text_rate", "fade_rate", "exit_rate", "ally_rate", "ally_rate_per_step"):
            one.talks[rate] = 0.0
        one.incidents.rate = one.incidents.rate_per_force = 0.0
        return one

    return world.changed(silence)


def test_before_a_ruling_the_dispute_is_worth_the_mean_over_its_results():
    factors = dict(zip(CHANCES, (2.0, 5.0, 1.0), strict=True))
    world = still(ruled(factors))
    found = solve(world, war=war_table(), with_exploitability=False)
    talks = world.start.talks
    mean = sum(CHANCES[result] * factor for result, factor in factors.items())
    later = mean / talks.discount_rate * decay(talks.discount_rate, DAYS_BEFORE)
    cost = over_stage(talks.discount_rate, DAYS_BEFORE) + later

    assert found.worth[2] == pytest.approx(-talks.defender_standoff * cost, rel=1e-6)
    assert [one.worth[2] for one in found.results] == pytest.approx(
        [-talks.defender_standoff * one / talks.discount_rate for one in factors.values()]
    )


@pytest.mark.parametrize(("draw", "found"), [(0.1, 1), (0.4, 2), (0.95, 3), (1.0, 3)])
def test_a_result_comes_with_its_chance(draw, found):
    assert draw_result(np.array([*CHANCES.values()]), draw) == found


@pytest.mark.parametrize("draw", [0.0, 0.5, 1.0])
def test_a_result_without_a_chance_never_comes(draw):
    assert draw_result(np.array([0.0, 1.0 - 1e-16, 0.0]), draw) == Verdict.DEFENDER


def test_a_ruling_makes_it_cheaper_to_give_way_to_its_side_and_dearer_to_the_other():
    plain, ours, theirs = (world_of(None).talks for _ in range(3))
    apply_ruling(ours, Verdict.CHALLENGER, 0.2)
    apply_ruling(theirs, Verdict.DEFENDER, 0.2)

    assert ours.yield_cost == pytest.approx(plain.yield_cost - 0.2)
    assert theirs.drop_cost == pytest.approx(plain.drop_cost - 0.2)
    assert ours.defender_concession[0] == pytest.approx(0.8 * plain.defender_concession[0])
    assert theirs.defender_demand == pytest.approx(1.2 * plain.defender_demand)


def test_worths_on_a_grid_with_fewer_beliefs_are_read_bilinearly_on_one_with_more():
    sparse, dense = (np.linspace(-4.5, 4.5, points) for points in (5, 7))

    def worth(grid):
        tough, hard = grid[:, None, None], grid[:, None]
        return np.broadcast_to((3.0 + tough) * (2.0 - hard), (len(grid), len(grid), 2))

    assert on_grid(worth(sparse), 7) == pytest.approx(worth(dense))
    assert np.array_equal(on_grid(worth(dense), 7), worth(dense))


@needs_compiler
def test_a_ruling_that_changes_nothing_leaves_choices_and_futures_as_they_were():
    worlds = ruled(dict.fromkeys(CHANCES, 1.0)), foreseen(1.0)
    found, calm = (solve(one, war=war_table(continuation_discount=0.9)) for one in worlds)
    rows = [
        play(world, one, seed=1, number=0, first=0, futures=FUTURES)
        for world, one in zip(worlds, (found, calm), strict=True)
    ]

    assert found.worth == pytest.approx(calm.worth, abs=1e-6)
    assert found.report.exploitability == pytest.approx(calm.report.exploitability, abs=1e-4)
    assert (rows[0]["ending"] == rows[1]["ending"]).mean() > 0.99


@functools.cache
def fading():
    """Return a still world that fades at once if the court finds for the defender, solved."""
    world = still(ruled(dict.fromkeys(CHANCES, 1.0)))
    world.parts[2].worlds[0].talks.fade_rate = 100.0
    return world, solve(world, war=war_table(), with_exploitability=False)


def result_in(future):
    """Return the result that is drawn in a future."""
    draw = uniform(Draws(1, 0, future, 0, 0), STARTS, Purpose.RULING, 0)
    return draw_result(np.array([*CHANCES.values()]), draw)


@pytest.mark.parametrize("future", range(12))
def test_each_future_goes_on_by_the_result_that_is_drawn_in_it(future):
    lines = trace_future(*fading(), seed=1, number=0, future=future)
    (ruling,) = lines[lines.kind == Event.RULES]
    result = result_in(future)

    assert ruling.item() == (STARTS, Event.RULES, result, 0, CHANCES[result])
    assert lines.day[-1] == (STARTS if result == Verdict.DEFENDER else HORIZON)


@pytest.mark.parametrize("future", range(3))
def test_a_table_has_the_ruling_of_its_future(future):
    seated = play_seated([Chapter(0, *fading())], NOBODY, Draws(1, 0, future, 0, 0))
    lines = trace_future(*fading(), seed=1, number=0, future=future)

    np.testing.assert_array_equal(seated.lines, lines)


@pytest.mark.parametrize(("day", "is_known"), [(STARTS - 1, False), (STARTS, True)])
def test_branches_have_rulings_of_their_own_unless_it_was_known_when_they_left(day, is_known):
    branches = np.arange(100, 112)
    turn = BranchStart(Draws(1, 0, 0, 0, 0), day)
    rows = play_branches([Chapter(0, *fading())], NOBODY, turn, branches)
    expected = [result_in(0 if is_known else branch) for branch in branches]

    assert (rows["ending_day"] == STARTS).tolist() == [one == Verdict.DEFENDER for one in expected]
