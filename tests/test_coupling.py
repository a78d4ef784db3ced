"""The balance of forces reaches the table: through what war would bring, and by no other way.

And what two hypotheses of `oman-2026` need for an answer: a defence that stops little may work by
cost, delay and uncertainty, and to see is not to stop.
"""

import functools
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pytest

from detente import load
from detente.endings import Ending
from detente.ensemble.design import draw_worlds
from detente.ensemble.encode import encode
from detente.kernel.crisis import play
from detente.kernel.layout import Array
from detente.kernel.solution import WarTable, compute_war, solve
from detente.kernel.theatre import Onset
from detente.questions.engagement import engage, parse_sweep

WORLDS = 16
FUTURES = 1000
FEW = 2
"""Worlds where all futures are to be the same."""
OUTER = "defences.iran.layers.reported_long_range."
CHANGES = {
    "magazine quartered": (-1.0, {OUTER + "rounds": 0.25, OUTER + "reserve": 0.25}),
    "channels doubled": (1.0, {OUTER + "channels": 2.0}),
    "reported system removed": (-1.0, {OUTER + "present": 0.0}),
}
"""Whether the defence is stronger or weaker for it, and what is multiplied by what."""


@functools.cache
def drawn():
    # Where the agenda is in dispute, who gives way depends on each world's own war table.
    crisis = load("oman-2026", changes={"dispute.agenda": False})
    return crisis, draw_worlds(crisis.numbers, crisis.correlations, worlds=WORLDS, seed=1)


def worlds(factors=MappingProxyType({})):
    """Encode the worlds in which the reported system is there and works, some numbers changed."""
    return encoded(factors, {OUTER + "present": 1.0, OUTER + "operational": 1.0})


def encoded(factors, settings):
    """Encode the drawn worlds, some numbers set and some of them then multiplied.

    The coarsest grid is enough: wars do not depend on it.
    """
    crisis, values = drawn()
    made = []
    for world in range(WORLDS):
        known = {name: float(column[world]) for name, column in values.items()} | settings
        for path, factor in factors.items():
            known[path] *= factor
        made.append(encode(crisis, known, grid="tiny"))
    return made


class Played(NamedTuple):
    """Futures of worlds, one world after the other, and how each world was solved."""

    rows: Array
    worth: Array
    """Before a move, to hard, soft, tough and weak, shape (4, worlds)."""
    tables: list[WarTable]


def played(made, table=None):
    """Play the worlds on the same draws; `table` stands in for each world's own war table."""
    rows, worth, tables = [], [], []
    for number, world in enumerate(made):
        solved = solve(world, war=table, with_exploitability=False)
        rows.append(play(world, solved, seed=1, number=number, first=0, futures=FUTURES))
        worth.append(solved.worth)
        tables.append(solved.war)
    return Played(np.concatenate(rows), np.transpose(worth), tables)


@functools.cache
def base():
    return played(worlds())


def difference(base, changed):
    """Return the paired difference in the share of deals, and its standard error."""
    deals = (Ending.COMPREHENSIVE_DEAL, Ending.NARROW_DEAL)
    paired = np.isin(changed["ending"], deals).astype(float)
    paired -= np.isin(base["ending"], deals)
    return paired.mean(), paired.std() / np.sqrt(len(paired))


@pytest.mark.parametrize("change", CHANGES)
def test_a_better_air_defence_makes_the_crisis_worth_less_to_who_would_attack_and_more_behind_it(
    change,
):
    """To those whom force pays least: the soft challenger and the weak defender, in most worlds."""
    sign, factors = CHANGES[change]
    solved = [solve(world, with_exploitability=False) for world in worlds(factors)]
    worth = np.transpose([one.worth for one in solved])
    _, soft, _, weak = sign * (worth - base().worth)

    assert soft.sum() < 0.0 < weak.sum()
    assert (soft < 0.0).sum() > 0.6 * WORLDS
    assert (weak > 0.0).sum() > 0.6 * WORLDS


def test_a_reported_system_that_is_not_there_moves_the_chance_of_a_deal():
    removed = played(worlds(CHANGES["reported system removed"][1])).rows
    moved, error = difference(base().rows, removed)

    assert moved < -2.5 * error


@functools.cache
def mean_table():
    tables = base().tables
    return WarTable(
        worth=np.mean([table.worth for table in tables], axis=0),
        continuation_discount=np.mean([table.continuation_discount for table in tables], axis=0),
        settled=np.mean([table.settled for table in tables], axis=0),
    )


def rows_with_mean_table(factors=MappingProxyType({})):
    """Play few worlds: their futures are to be the same, which takes no chance to tell."""
    return played(worlds(factors)[:FEW], mean_table()).rows


@functools.cache
def base_rows_with_mean_table():
    return rows_with_mean_table()


@pytest.mark.parametrize("change", CHANGES)
def test_and_does_not_once_every_world_has_the_mean_war_table(change):
    rows, before = rows_with_mean_table(CHANGES[change][1]), base_rows_with_mean_table()

    assert difference(before, rows) == (0.0, 0.0)
    np.testing.assert_array_equal(rows["first_force_day"], before["first_force_day"])


KILLS = "defences.iran.layers.{}.kill_probability"
CAPPED = {
    KILLS.format(layer): 0.1
    for layer in ("reported_long_range", "s300", "domestic_long_range", "short_range")
}
"""What stops little: a shot of any layer kills one in ten."""
COSTS_MORE = {
    "loss: retaliation doubled": {
        "arsenals.iran.ballistic_missiles.stock": 2.0,
        "arsenals.iran.drones.stock": 2.0,
    },
    "duration: a day of war wears twice as much": {"war.fatigue_rate": 2.0},
}
MORE_AVERSE = {"actors.us.risk_aversion": 4.0}


@functools.cache
def capped_rows(change=None):
    """Play the worlds in which little is stopped, what force costs changed if so asked."""
    return rows_where_little_is_stopped(COSTS_MORE[change] if change else {})


def rows_where_little_is_stopped(factors):
    return played(encoded(factors, CAPPED)).rows


def is_war(rows):
    return np.isin(rows["ending"], (Ending.WAR, Ending.REGIONAL_WAR))


def fewer(before, after):
    """Return how many standard errors more often something was so before, on the same draws."""
    paired = before.astype(float) - after
    return paired.mean() / (paired.std() / np.sqrt(len(paired)))


@pytest.mark.parametrize("change", COSTS_MORE)
def test_what_war_costs_makes_it_rarer_where_little_is_stopped(change):
    """Most force is a limited strike, which costs little of that."""
    rows = capped_rows(change)

    assert fewer(is_war(capped_rows()), is_war(rows)) > 2.5


def test_what_a_day_of_war_wears_makes_any_force_rarer_where_little_is_stopped():
    rows = capped_rows("duration: a day of war wears twice as much")

    assert fewer(capped_rows()["first_force_day"] >= 0, rows["first_force_day"] >= 0) > 2.5


def test_where_little_is_stopped_aversion_to_risk_makes_force_worth_less_to_who_is_averse_alone():
    """By no more than .01 of the basket: too little for wars to come less often."""
    before, after = (worth_of_force(encoded(more, CAPPED)) for more in ({}, MORE_AVERSE))
    challenger, defender, ally = after - before

    assert challenger.max() < 0.0
    assert -0.01 < challenger.min() < -0.001
    assert not defender.any()
    assert not ally.any()


def worth_of_force(made):
    """Return what strikes are worth at once in all worlds, the holders first."""
    tables = [compute_war(world).worth[:, :, :, : Onset.BY_ALLY + 1] for world in made]
    return np.moveaxis(tables, -1, 0)


def test_where_little_is_stopped_wars_last_longer_the_less_far_ahead_both_sides_look():
    """What a world draws is far enough for every war, so that a quarter of it is hardly less."""
    near = rows_where_little_is_stopped({"war.foresight": 0.1})
    far = rows_where_little_is_stopped({"war.foresight": 0.25})
    nearer, farther = days_longer(near, far), days_longer(far, capped_rows())

    assert nearer.mean() > 4.0 * nearer.std() / np.sqrt(len(nearer))
    assert nearer.mean() > 0.5
    assert (nearer < 0).sum() < 0.1 * (nearer > 0).sum()
    assert (farther < 0).sum() < 0.1 * (farther > 0).sum()
    assert 0.0 < farther.mean() < 0.25 * nearer.mean()


def days_longer(rows, others):
    """Return how much longer wars are that begin on the same day of the same future.

    Force is used but once, as what comes later is weighed again.
    """
    same = is_war(rows) & is_war(others)
    same &= rows["first_force_day"] == others["first_force_day"]
    same &= (rows["rounds"] == 1) & (others["rounds"] == 1)
    return rows["war_days"][same].astype(int) - others["war_days"][same]


def lost_aircraft(sweep):
    """Return the share of its aircraft that the challenger loses, by the value of a number."""
    fought = engage(
        load("oman-2026"), side="defender", worlds=16, futures=512, sweep=parse_sweep(sweep)
    )
    points = fought.as_json()["sweep"]["points"]
    return [point["sides"]["defender"]["aircraft"]["down_share"]["value"] for point in points]


def test_a_radar_that_sees_farther_takes_fewer_aircraft_than_shots_that_kill():
    by_range = lost_aircraft("defences.iran.detection_range=100:1000:2")
    by_kills = lost_aircraft(f"{KILLS.format('short_range')}=0.1:0.9:2")

    assert by_kills[1] > 2.0 * by_kills[0]
    assert abs(by_range[1] - by_range[0]) < 0.1 * (by_kills[1] - by_kills[0])
