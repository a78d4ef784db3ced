"""The SimPy twin plays the kernel's day loop, with luck of its own; a change to its rules shows."""

import functools

import pytest

from benchmarks.peers import in_simpy
from benchmarks.peers.agreement import compare, disagreements, ends_of
from benchmarks.peers.quarrel import ULTIMATUM, Quarrel
from benchmarks.peers.sheet import tables_of, without_voices
from detente.kernel.crisis import play
from detente.kernel.solution import solve
from detente.kernel.talks import ChallengerMove
from tests.kernel.worlds import random_worlds

HORIZON = 120
STAGES = 12
"""About as many as the horizon has; force leaves after half of them."""
OURS = 20_000
THEIRS = 2_000


@functools.cache
def stirred():
    """Return the tables of a world in which nearly everything happens often, and our endings."""
    world = without_voices(next(random_worlds(1, seed=3, grid="tiny", horizon=HORIZON)))
    world.calendar.force_at_start = 1
    world.calendar.ceiling[: STAGES // 2] = 2
    world.calendar.ceiling[STAGES // 2 :] = 0
    world.talks.challenger_rate[ChallengerMove.ULTIMATUM] *= 40.0
    solved = solve(world, with_exploitability=False)
    rows = play(world, solved, seed=1, number=0, first=0, futures=OURS)
    return tables_of(world, solved), ends_of(rows)


def test_the_twin_ends_its_futures_as_the_kernel_does():
    tables, ours = stirred()
    gaps = compare(ours, in_simpy.play(tables, THEIRS, seed=1))

    assert len(gaps) > 6
    assert disagreements(gaps) == []


def rash_commanders(_self, _stake, _is_hostile):
    return 1.0


def deaf_public(_self, _side, _if_firm, _if_not):
    """Learn nothing."""


def hasty_lapse(self):
    if self.regime == ULTIMATUM:
        self.ending = "lapse"


@pytest.mark.parametrize(
    ("rule", "changed"),
    [("reply", rash_commanders), ("learn", deaf_public), ("lapse", hasty_lapse)],
)
def test_a_twin_that_plays_by_another_rule_is_found_out(monkeypatch, rule, changed):
    tables, ours = stirred()
    monkeypatch.setattr(Quarrel, rule, changed)

    assert disagreements(compare(ours, in_simpy.play(tables, THEIRS, seed=1)))
