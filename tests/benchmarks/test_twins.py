"""The SimPy twin plays the kernel's day loop, with luck of its own; a change to its rules shows."""

import functools

import numpy as np
import pytest

from benchmarks.peers import in_simpy
from benchmarks.peers.agreement import MEAN_DAY, compare, disagreements, ends_of
from benchmarks.peers.dispute import ULTIMATUM, Dispute, End
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
    monkeypatch.setattr(Dispute, rule, changed)

    assert disagreements(compare(ours, in_simpy.play(tables, THEIRS, seed=1)))


def test_what_is_learnt_is_compared_where_its_mean_is_the_same():
    knows = [End("deal", 3, 0.4, belief) for belief in (0.0, 1.0)] * 500
    learns_nothing = [End("deal", 3, 0.4, 0.5)] * 1_000

    assert [gap.figure for gap in disagreements(compare(knows, learns_nothing))] == [
        "belief in tough, squared"
    ]


@pytest.mark.parametrize("seed", range(5))
def test_twins_of_the_same_draws_agree_and_of_other_odds_do_not(seed):
    rng = np.random.default_rng(seed)
    one, same, other = (
        [End("war" if rng.random() < share else "deal", 3, 0.4, 0.5) for _ in range(5_000)]
        for share in (0.2, 0.2, 0.26)
    )

    assert disagreements(compare(one, same)) == []
    assert {gap.figure for gap in disagreements(compare(one, other))} == {"war", "deal"}


def test_the_day_of_the_end_is_compared_too():
    rng = np.random.default_rng(1)
    early, late = (
        [End("deal", int(rng.integers(top)), 0.4, 0.5) for _ in range(5_000)] for top in (100, 110)
    )

    assert [gap.figure for gap in disagreements(compare(early, late))] == [MEAN_DAY]
