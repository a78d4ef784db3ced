"""Events part the days of a crisis into epochs, each with a world of its own."""

import functools

import numba
import numpy as np
import pytest

from detente.kernel.causes import EVERYTHING, Playing, is_war, play_subsets
from detente.kernel.crisis import play, trace_future
from detente.kernel.endings import Event
from detente.kernel.solution import MERGED, solve
from detente.kernel.talks import DefenderMove
from detente.kernel.world import Epochs, View
from tests.kernel.worlds import shipped_world, war_table

DAYS = 7
"""Length of a stage."""
STARTS = MERGED * DAYS
"""Each epoch has as many stages as are one after force."""
HORIZON = 2 * STARTS
FUTURES = 30
needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="solves many games")


def world_of(epoch, *, standoff=1.0):
    """Return a small world of one of two epochs; the stand-off costs so much."""
    world = shipped_world(grid="tiny", horizon=HORIZON)
    world.belief_points = 2
    calendar = world.calendar
    calendar.stages = stages = 2 * MERGED
    calendar.stage_days[:] = 0.0
    calendar.stage_days[:stages] = DAYS
    stage_of_day = np.arange(len(calendar.stage_of_day)) // DAYS
    calendar.stage_of_day[:] = np.minimum(stage_of_day, stages - 1)
    calendar.epoch_of_stage[MERGED:stages] = 1 if epoch is not None else 0
    calendar.epoch = epoch or 0
    calendar.begins = STARTS * calendar.epoch
    calendar.begun_by[0] = calendar.epoch
    calendar.ceiling[:] = calendar.force_at_start = 1
    world.talks.defender_standoff *= standoff
    world.talks.growth_rate = world.talks.defender_rate[DefenderMove.ADVANCE] = 0.0
    return world


def foreseen(standoff):
    """Return both epochs; from the second on the stand-off costs the defender so much more."""
    return Epochs((View(0, (world_of(0), world_of(1, standoff=standoff))),))


def unforeseen(standoff):
    """Return the same, of which nobody knows before."""
    surprise = View(1, (world_of(1, standoff=standoff),))
    return Epochs((View(0, (world_of(0), world_of(1))), surprise))


@functools.cache
def solved(case):
    """Return a world without an event, with one that all foresee or that none does, solved."""
    worlds = {
        "none": lambda: world_of(None),
        "idle": lambda: foreseen(1.0),
        "seen": lambda: foreseen(30.0),
        "sudden": lambda: unforeseen(30.0),
    }
    world = worlds[case]()
    return world, solve(world, war=war_table(continuation_discount=0.9), with_exploitability=False)


def rows_of(case):
    world, solution = case
    return play(world, solution, seed=1, number=0, first=0, futures=FUTURES)


def gap(one, other, stages):
    """Return the largest difference between the defender's choices in some stages."""
    tables = (case[1].policies.defender[stages] for case in (one, other))
    return float(np.abs(np.subtract(*tables)).max())


@needs_compiler
def test_an_event_that_changes_nothing_leaves_every_future_as_it_was():
    np.testing.assert_array_equal(rows_of(solved("idle")), rows_of(solved("none")))
    assert solved("idle")[1].worth == solved("none")[1].worth


@needs_compiler
def test_what_both_sides_foresee_changes_choices_before_its_day():
    assert gap(solved("seen"), solved("none"), slice(0, MERGED)) > 1e-4


@needs_compiler
def test_what_nobody_foresees_changes_choices_from_its_day_on_only():
    (surprise,) = solved("sudden")[1].surprises
    seen = solved("seen")[1].policies

    assert gap(solved("sudden"), solved("none"), slice(None)) == 0.0
    np.testing.assert_array_equal(surprise.policies.defender[MERGED:], seen.defender[MERGED:])


@needs_compiler
@pytest.mark.parametrize("case", ["seen", "sudden"])
def test_play_goes_by_the_world_of_its_epoch(case):
    rows, calm = rows_of(solved(case)), rows_of(solved("none"))
    early = calm["ending_day"] < STARTS

    assert (rows["ending_day"] != calm["ending_day"])[~early].any()


@needs_compiler
def test_a_future_that_nobody_warned_is_as_it_would_have_been_until_the_day():
    rows, calm = rows_of(solved("sudden")), rows_of(solved("none"))
    early = calm["ending_day"] < STARTS

    np.testing.assert_array_equal(rows[early], calm[early])


def test_a_trace_reports_the_event_on_its_day():
    world, solution = solved("sudden")
    lasting = int(np.flatnonzero(rows_of(solved("sudden"))["ending_day"] > STARTS)[0])
    lines = trace_future(world, solution, seed=1, number=0, future=lasting)

    assert [(one.day, one.first) for one in lines if one.kind == Event.HAPPENS] == [(STARTS, 0)]
    assert (np.diff(lines.day) >= 0).all()


@needs_compiler
def test_an_event_that_changes_nothing_leaves_the_causes_of_wars_as_they_were():
    worlds = world_of(None), foreseen(1.0)
    playing = Playing(1, 0, np.arange(20))
    alone, parted = (play_subsets(world, [0, EVERYTHING], playing) for world in worlds)

    assert {subset: is_war(rows).tolist() for subset, rows in parted.items()} == {
        subset: is_war(rows).tolist() for subset, rows in alone.items()
    }


@needs_compiler
def test_futures_of_epochs_do_not_depend_on_what_was_played_with_them():
    world, solution = solved("seen")
    part = play(world, solution, seed=1, number=0, first=20, futures=10)

    np.testing.assert_array_equal(rows_of(solved("seen"))[20:], part)
