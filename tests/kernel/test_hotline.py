"""A hotline never raises misread incidents: strictly in each incident, and net in each world."""

import numba
import numpy as np
import pytest

from detente.kernel.crisis import play
from detente.kernel.endings import Event, Trigger, Violence
from detente.kernel.layout import copy_of
from detente.kernel.solution import compute_war, solve
from tests.kernel.worlds import played_futures, random_worlds, war_table

pytestmark = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="needs thousands of futures")

WORLDS = 8
FOLLOWED = 100
"""Futures of each world that are followed line by line."""
FUTURES = 2000


def with_hotline(world):
    """Return a copy of a world in which a second report reaches the struck side."""
    changed = copy_of(world)
    changed.incidents.has_hotline = 1
    return changed


def alarmed_worlds():
    """Yield random worlds in which forces meet often and every second accident alarms."""
    for world in random_worlds(WORLDS, grid="tiny"):
        world.incidents.rate, world.incidents.false_alarm = 0.5, 0.5
        world.incidents.restraint = 0.0
        yield world


def lines_of(world, solved, number):
    """Yield the trace of each future, but for the chances that it tells."""
    for state, _ in played_futures(world, solved, seed=number, number=number, futures=FOLLOWED):
        yield [line[:4] for line in state.lines[: int(state.lines_written)].tolist()]


def partings(world, solved, number):
    """Yield the first line that each future has without a hotline and not with it, if any."""
    with_one = lines_of(with_hotline(world), solved, number)
    for lines, others in zip(lines_of(world, solved, number), with_one, strict=True):
        pairs = zip(lines, others, strict=False)
        yield next((mine for mine, yours in pairs if mine != yours), None)


def test_with_the_same_policies_a_hotline_does_nothing_but_spare_replies():
    found = []
    for number, world in enumerate(alarmed_worlds()):
        solved = solve(world, war=war_table(), with_exploitability=False)
        found += partings(world, solved, number)
    kinds = {line[1] for line in found if line is not None}

    assert kinds == {Event.REPLY}
    assert None in found


def misread_with_and_without(false_alarm):
    """Return which futures of each world have force by misreading and war by it.

    Without a hotline, with one on the policies of the world without, and with one and policies
    that reckon with it; shape (worlds, 3, 2, futures).
    """
    found = np.zeros((WORLDS, 3, 2, FUTURES), bool)
    for number, world in enumerate(random_worlds(WORLDS, grid="tiny")):
        world.incidents.false_alarm = false_alarm or world.incidents.false_alarm
        other, war = with_hotline(world), compute_war(world)
        solved = solve(world, war=war, with_exploitability=False)
        again = solve(other, war=war, with_exploitability=False)
        for place, (played, by) in enumerate(((world, solved), (other, solved), (other, again))):
            rows = play(played, by, seed=number, number=number, first=0, futures=FUTURES)
            is_misread = rows.trigger == Trigger.MISREAD
            found[number, place] = is_misread, is_misread & (rows.violence >= Violence.WAR)
    return found


@pytest.mark.parametrize("false_alarm", [None, 0.4])
def test_a_hotline_brings_no_more_force_or_war_by_misreading(false_alarm):
    """With the same policies in no world, and in none beyond chance where they reckon with it.

    Single new ones come about: a crisis that a spared reply lets live may meet another, and sides
    that reckon with a hotline choose otherwise.
    """
    without, same, again = np.moveaxis(misread_with_and_without(false_alarm), 1, 0)
    counts = without.sum(axis=-1)
    parted = (again ^ without).sum(axis=-1)

    assert counts.sum(axis=0).min() > 100
    assert (same.sum(axis=-1) <= counts).all()
    assert (again.sum(axis=-1) - counts <= 2.0 * np.sqrt(parted)).all()
    assert (again.sum(axis=(0, 2)) < 0.8 * counts.sum(axis=0)).all()
    assert (again & ~without).sum() > 0
    assert (same & ~without).sum() <= (again & ~without).sum() < 0.1 * counts.sum()
