"""Futures in which force is used again and again have the same bits without the compiler."""

import functools
import hashlib
import os
import subprocess
import sys

import numba
import pytest

from detente.kernel.crisis import play
from detente.kernel.endings import Violence
from detente.kernel.solution import solve
from detente.kernel.talks import ChallengerMove
from tests.kernel.worlds import set_stages, shipped_world
from verification.model.slow.worlds import force_table

FUTURES = 8
HORIZON = 60
needs_compiler = pytest.mark.skipif(
    bool(numba.config.DISABLE_JIT), reason="compares with plain Python"
)


@functools.cache
def rows_of_rounds():
    """Return futures that are short of talks and full of strikes, of all that follows them too."""
    world = shipped_world(grid="tiny", horizon=HORIZON)
    set_stages(world.calendar, 36)
    world.calendar.ceiling[:] = world.calendar.force_at_start = 1
    world.belief_points = 2
    world.war.theatre.raised_days = 2.0
    world.war.restraint_probability = 0.6
    world.talks.precision = 8.0
    world.talks.challenger_rate[ChallengerMove.STRIKE] = 0.3
    world.talks.text_rate = world.aftermath.resume_rate = 0.3
    world.talks.breaking_rate[:] = 0.05
    solved = solve(world, war=force_table(), with_exploitability=False)
    return play(world, solved, seed=1, number=0, first=0, futures=FUTURES)


def digest():
    return hashlib.sha256(rows_of_rounds().tobytes()).hexdigest()


@needs_compiler
def test_these_futures_have_rounds_after_strikes_and_after_wars_and_deals_that_break():
    rows = rows_of_rounds()

    assert rows.rounds.max() > 1
    assert {Violence.LIMITED_STRIKE, Violence.WAR} <= set(rows.violence.tolist())
    assert rows.broken_day.max() >= 0


@needs_compiler
def test_rounds_of_force_and_what_follows_have_the_same_bits_without_the_compiler():
    reported = subprocess.run(
        [sys.executable, "-m", "tests.kernel.test_twin_futures"],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert reported.stdout.strip() == digest()


if __name__ == "__main__":
    sys.stdout.write(digest())
