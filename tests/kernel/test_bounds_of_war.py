"""How far force can spread: nowhere without third parties, and nowhere without a full answer."""

import math

import numba
import numpy as np
import pytest

from detente.endings import Ending
from detente.kernel.causes import exclude_third_parties
from detente.kernel.ceasefire import LIMITED_LOSS
from detente.kernel.crisis import play
from detente.kernel.endings import Trigger, Violence
from detente.kernel.solution import solve
from detente.kernel.talks import ChallengerMove, DefenderMove
from tests.kernel.worlds import random_worlds

pytestmark = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="needs thousands of futures")

WORLDS = 6
FUTURES = 1000


def leave(_world):
    """Leave a world as it is."""


def answer_in_full(world):
    exclude_third_parties(world)
    world.war.restraint_probability = 0.0


def restrain(world):
    """Let nobody begin a campaign, answer in full or join, and trade be cut off at once if so."""
    exclude_third_parties(world)
    world.talks.challenger_rate[ChallengerMove.CAMPAIGN] = 0.0
    world.war.restraint_probability = 1.0
    world.war.theatre.chokepoint.closing_rate = 1.0


def restrain_for_weeks(world):
    """Let nobody answer in full, and strikes be so heavy that they may cost as much as a war."""
    restrain(world)
    world.war.theatre.limited_days = 21.0
    world.war.theatre.challenger_arsenal.launch_rate[:] = 0.1
    world.war.theatre.defender_arsenal.launch_rate[:] = 0.1
    world.war.theatre.token_share = 1.0
    world.war.absorb_share = 0.5


def warlike_worlds():
    """Yield random worlds in which all three strike readily, and war costs only what is lost."""
    for world in random_worlds(WORLDS, grid="tiny"):
        world.talks.challenger_rate[ChallengerMove.STRIKE] = 0.05
        world.talks.defender_rate[DefenderMove.STRIKE] = 0.05
        world.talks.ally_rate = 0.02
        world.war.war_cost[:] = 0.0
        world.war.ally_war_cost = 0.0
        world.war.restraint_probability = 0.2
        yield world


def fought(change):
    """Return the futures of warlike worlds, and the days that a limited strike has in each."""
    tables, days = [], []
    for number, world in enumerate(warlike_worlds()):
        change(world)
        solved = solve(world, with_exploitability=False)
        tables.append(play(world, solved, seed=1, number=number, first=0, futures=FUTURES))
        days.append(math.ceil(world.war.theatre.limited_days))
    return np.concatenate(tables).view(np.recarray), np.repeat(days, FUTURES)


def test_with_third_parties_and_full_answers_these_worlds_see_every_kind_of_force():
    rows, _ = fought(leave)

    assert np.bincount(rows.violence)[Violence.LIMITED_STRIKE :].min() > 100
    assert (rows.trigger == Trigger.ALLY).sum() > 100
    assert (rows.closed_day >= 0).sum() > 10


@pytest.mark.parametrize("change", [exclude_third_parties, answer_in_full])
def test_without_third_parties_no_war_is_regional_and_no_ally_begins_one(change):
    rows, _ = fought(change)

    assert (rows.ending == Ending.WAR).sum() > 500
    assert not (rows.ending == Ending.REGIONAL_WAR).any()
    assert not (rows.trigger == Trigger.ALLY).any()
    assert rows.initiator.max() == 1
    assert set(rows.parties) == {0, 2}
    assert (rows.parties_hit == 0).all()


def test_without_a_full_answer_nobody_joins_nothing_is_closed_and_each_strike_ends_on_time():
    rows, days = fought(restrain)
    forced = rows.first_force_day >= 0

    assert forced.sum() > 500
    assert set(rows.parties[forced]) == {2}
    assert (rows.closed_day == -1).all()
    assert (rows.world_cost == 0.0).all()
    assert (rows.rounds[forced] > 1).sum() > 100
    np.testing.assert_array_equal(rows.war_days, days * rows.rounds)


def test_without_a_full_answer_force_is_a_war_only_where_losses_exceed_the_limit():
    """Losses add up over the strikes of a future; which of them cost most no row says.

    Rows hold 32 bits, so that a loss a hair below the limit may be reported as the limit.
    """
    rows, _ = fought(restrain_for_weeks)
    is_limited = rows.violence == Violence.LIMITED_STRIKE
    is_war = rows.violence == Violence.WAR
    lost = np.maximum(rows.challenger_loss, rows.defender_loss)
    is_one = rows.rounds == 1
    limit = np.float32(LIMITED_LOSS)

    assert min((is_limited & is_one).sum(), (is_war & is_one).sum()) > 150
    np.testing.assert_array_equal(is_limited | is_war, rows.first_force_day >= 0)
    assert (lost[is_limited & is_one] <= limit).all()
    assert (rows.challenger_loss[is_limited] <= rows.rounds[is_limited] * limit).all()
    assert (rows.defender_loss[is_limited] <= rows.rounds[is_limited] * limit).all()
    assert (lost[is_war] >= limit).all()
