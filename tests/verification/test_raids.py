"""A slice of `python -m verification.model.raids`: the kernel leaks what single weapons leak.

The check judges all cases, at full size; these three have layers, classes and looks among them.
"""

import math

import pytest

from verification.model.raids.agreement import Effort, judge
from verification.model.raids.cases import AGREED, Threat
from verification.model.raids.simulation import Fate, simulate

EFFORT = Effort(flown=4_000, drawn=500)
NAMES = {
    "two layers, the outer one's magazine short",
    "each class seen, served and hit in its own way",
    "shoot, look and shoot until the rounds are gone",
}
QUICK = [case for case in AGREED if case.name in NAMES]
ROCKETS = next(case for case in AGREED if case.name.startswith("fast rockets at batteries"))
RAIDS = 60


def test_the_slice_is_among_the_cases_that_are_judged():
    assert {case.name for case in QUICK} == NAMES


@pytest.mark.parametrize("case", QUICK, ids=lambda case: case.name)
def test_small_raids_leak_what_the_kernel_says(case):
    assert judge(case, EFFORT).is_agreed()


def test_a_battery_on_its_own_loses_the_erlang_share():
    sure = ROCKETS._replace(
        tiers=(ROCKETS.tiers[0]._replace(detection_probability=1.0),),
        threats=(Threat(750, speed=2.5),),
        arrival_time=3000.0,
        true_as_threat=1.0,
    )
    load = 750 * 40.0 / 3000.0 / 2
    ways = [load**busy / math.factorial(busy) for busy in range(7)]

    lost = simulate(sure, RAIDS, 1)[:, Fate.NO_CHANNEL]

    assert lost.mean() == pytest.approx(ways[6] / sum(ways), abs=3 * lost.std() / math.sqrt(RAIDS))
