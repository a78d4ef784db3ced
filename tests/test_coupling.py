"""The balance of forces reaches the table: through what war would bring, and by no other way."""

import functools

import numba
import numpy as np
import pytest

from detente import load
from detente.ensemble.design import draw_worlds
from detente.ensemble.encode import encode
from detente.kernel.crisis import WarTable, play, solve, work_out_war
from detente.kernel.endings import Ending

pytestmark = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="needs thousands of futures")

WORLDS = 8
FUTURES = 3000
OUTER = "defences.iran.layers.reported_long_range."
CHANGES = {
    "magazine halved": (OUTER + "rounds", 0.5),
    "channels doubled": (OUTER + "channels", 2.0),
    "reported system removed": (OUTER + "present", 0.0),
}


@functools.cache
def drawn():
    crisis = load("oman-2026")
    return crisis, draw_worlds(crisis.numbers, crisis.correlations, worlds=WORLDS, seed=1)


def worlds(path=None, factor=1.0):
    """Encode the worlds in which the reported system is there, one number changed."""
    crisis, values = drawn()
    encoded = []
    for world in range(WORLDS):
        known = {name: float(column[world]) for name, column in values.items()}
        known[OUTER + "present"] = 1.0
        if path is not None:
            known[path] *= factor
        encoded.append(encode(crisis, known))
    return encoded


def endings(encoded, table=None):
    """Play the worlds on the same draws; `table` stands in for each world's own war table."""
    rows = []
    for number, world in enumerate(encoded):
        solved = solve(world, war=table, with_exploitability=False)
        rows.append(play(world, solved, seed=1, number=number, first=0, futures=FUTURES))
    return np.concatenate(rows)


@functools.cache
def base_rows():
    return endings(worlds())


@functools.cache
def mean_table():
    tables = [work_out_war(world) for world in worlds()]
    return WarTable(
        worth=np.mean([table.worth for table in tables], axis=0),
        restrained=np.mean([table.restrained for table in tables], axis=0),
    )


@functools.cache
def base_rows_of_mean_table():
    return endings(worlds(), mean_table())


def difference(base, changed):
    """Return the paired difference in the share of deals, and its standard error."""
    deals = (Ending.COMPREHENSIVE_DEAL, Ending.NARROW_DEAL)
    paired = np.isin(changed["ending"], deals).astype(float)
    paired -= np.isin(base["ending"], deals)
    return paired.mean(), paired.std() / np.sqrt(len(paired))


@pytest.mark.parametrize("change", CHANGES)
def test_air_defence_moves_the_chance_of_a_deal(change):
    moved, error = difference(base_rows(), endings(worlds(*CHANGES[change])))

    assert abs(moved) > 2.5 * error


@pytest.mark.parametrize("change", CHANGES)
def test_and_does_not_once_every_world_has_the_mean_war_table(change):
    rows = endings(worlds(*CHANGES[change]), mean_table())
    base = base_rows_of_mean_table()

    assert difference(base, rows) == (0.0, 0.0)
    np.testing.assert_array_equal(rows["first_force_day"], base["first_force_day"])
