from datetime import timedelta
from functools import cache

import numpy as np
import pytest

from detente.ensemble.design import quantile
from detente.ensemble.encode import encode
from detente.ensemble.encode.posture import ceiling_on
from tests.kernel.worlds import shipped

DAYS = [(day, 6) for day in range(18, 25)] + [(day, 9) for day in range(96, 106)]
DAYS += [(day, 16) for day in range(250, 267)]
"""Days of a year, each of them with how long a stage of the normal grid is about then.

The ceiling of force goes by stages.
"""


@cache
def median():
    return {path: quantile(number, 0.5) for path, number in shipped().numbers.items()}


def calendar_with(**changes):
    """Return the calendar of the median world, some forces changed."""
    named = {f"forces.{path.replace('__', '.')}": change for path, change in changes.items()}
    return encode(shipped().with_changes(named), median()).calendar


def day(number):
    return shipped().as_of + timedelta(number)


def ceilings(calendar):
    """Return the highest force level that may be deployed on each day of the horizon."""
    return calendar.ceiling[calendar.stage_of_day[: calendar.horizon]]


def test_a_force_is_there_from_the_day_on_which_it_arrives_to_the_last_before_it_is_gone():
    changes = {"forces.gulf_aircraft.arrives": day(7), "forces.gulf_aircraft.leaves": day(9)}
    force = shipped().with_changes(changes).model.forces["gulf_aircraft"]

    assert [ceiling_on((force,), day(number)) for number in range(6, 10)] == [0, 1, 1, 0]


@pytest.mark.parametrize(("arrival", "stage"), DAYS)
def test_a_force_is_in_view_on_no_day_before_it_arrives_and_within_a_stage_after(arrival, stage):
    in_view = ceilings(calendar_with(gulf_aircraft__arrives=day(arrival)))

    assert np.all(in_view[:arrival] == 1)
    assert np.all(in_view[arrival + stage - 1 :] == 2)


@pytest.mark.parametrize(("leave", "stage"), DAYS)
def test_a_force_that_leaves_is_out_of_view_within_a_stage_and_not_before(leave, stage):
    in_view = ceilings(calendar_with(carrier_group__leaves=day(leave)))

    assert np.all(in_view[:leave] == 2)
    assert np.all(in_view[leave + stage - 1 :] == 1)


def test_more_force_than_the_highest_level_counts_as_the_highest():
    assert np.all(calendar_with(gulf_aircraft__level=2).ceiling == 2)


def test_only_deployed_forces_are_in_view_at_the_start():
    assert calendar_with().force_at_start == 1
    assert calendar_with(gulf_aircraft__deployed=True).force_at_start == 2
    assert calendar_with(carrier_group__deployed=False).force_at_start == 0
