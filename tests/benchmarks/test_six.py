"""Acts beyond strikes cost what they may, counted in evaluations of an equation, not by the clock.

A pack without any costs what it did: `test_pins`. By the clock: `python -m benchmarks.six`.
"""

import functools

import pytest

from benchmarks.six import RULES, SEED, with_rules
from detente.cli.write import LONGER
from detente.ensemble.design import draw_worlds
from detente.ensemble.encode.world import encode_all
from detente.kernel.solution import solve

HALF_AGAIN, FOUR_TIMES = 1.5, 4.0
RULINGS = ("ruling", "ruling, three results", "ruling, early", "ruling, early, three results")
TABLES = {
    "standstill": "standstill",
    "rulings": "ruling",
    "taking": "taking",
    "blockade": "blockade",
}
"""The rule here of each table that `check` gives a factor for."""


@functools.cache
def work(*names):
    """Return how often an equation is evaluated as a world is solved, with some of the acts."""
    crisis = with_rules(*names)
    drawn = draw_worlds(crisis.numbers, crisis.correlations, worlds=1, seed=SEED)
    values = {path: float(row[0]) for path, row in drawn.items()}
    solved = solve(encode_all(crisis, values, grid="normal"), with_exploitability=False)
    return solved.report.evaluations


@pytest.mark.parametrize("name", [*RULES, *RULINGS])
def test_one_act_beyond_strikes_takes_at_most_half_as_much_work_again(name):
    assert work(name) <= HALF_AGAIN * work()


@pytest.mark.parametrize("ruling", RULINGS)
def test_all_six_take_at_most_four_times_the_work(ruling):
    assert work(*RULES, ruling) <= FOUR_TIMES * work()


def test_acts_that_check_gives_no_factor_for_take_no_more_work():
    named = set(TABLES.values())

    assert LONGER.keys() == TABLES.keys()
    for name in RULES.keys() - named:
        assert work(name) == pytest.approx(work(), rel=0.01)
