"""The kernel leaks what a simulation with an object for each weapon leaks."""

import math
from functools import cache

import pytest

from verification.raids.agreement import Effort, judge
from verification.raids.cases import AGREED, BEYOND, Threat
from verification.raids.simulation import Fate, simulate

DRAWN = 1000
RAIDS = 60
EFFORT = Effort(flown=20_000, drawn=DRAWN)
judged = cache(judge)
NAMED = {case.name: case for case in AGREED + BEYOND}
SMALL = [case for case in AGREED if case.threats[0].weapons <= 480]
ROCKETS = NAMED["fast rockets at batteries on their own, one look"]
OWN_CHANNELS = ROCKETS._replace(threats=(Threat(750, speed=2.5),), arrival_time=3000.0)
POOL = NAMED["an overfull pool, two looks"]


def with_tier(case, place=0, **changes):
    tiers = list(case.tiers)
    tiers[place] = tiers[place]._replace(**changes)
    return case._replace(tiers=tuple(tiers))


@pytest.mark.parametrize("case", SMALL, ids=lambda case: case.name)
def test_small_raids_leak_what_the_kernel_says(case):
    assert judged(case, EFFORT).is_agreed()


@pytest.mark.parametrize(
    "case", [OWN_CHANNELS, POOL, NAMED["decoys fill a pool and draw fire"]], ids=lambda x: x.name
)
def test_long_raids_leak_what_the_kernel_says(case):
    assert judged(case, EFFORT).is_agreed()


def test_a_battery_on_its_own_loses_the_erlang_share():
    sure = OWN_CHANNELS._replace(detection_probability=1.0, true_as_threat=1.0)
    load = 750 * 40.0 / 3000.0 / 2
    ways = [load**busy / math.factorial(busy) for busy in range(7)]

    lost = simulate(sure, RAIDS, 1)[:, Fate.NO_CHANNEL]

    assert lost.mean() == pytest.approx(ways[6] / sum(ways), abs=3 * lost.std() / math.sqrt(RAIDS))


def test_an_overfull_pool_serves_all_that_its_channels_have_time_for():
    sure = with_tier(POOL, kill_probability=1.0 - 1e-15)
    sure = sure._replace(detection_probability=1.0, true_as_threat=1.0)

    lost = simulate(sure, 3, 1)[:, Fate.NO_CHANNEL]

    assert (2000 * (1.0 - lost)).tolist() == pytest.approx([800.0] * 3)
