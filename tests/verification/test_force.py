import numpy as np
import pytest

from detente.kernel.endings import FUTURE
from verification.model.force import count_force, raise_ratio


def rows_of(*futures):
    """Return the rows of one world, each with what is given and nothing else of note."""
    rows = np.zeros(len(futures), FUTURE)
    for name in ("first_force_day", "raised_day"):
        rows[name] = -1
    for place, future in enumerate(futures):
        for name, value in future.items():
            rows[name][place] = value
    return rows


def counted(*futures):
    return {name: int(found[0]) for name, found in count_force([rows_of(*futures)], 1).items()}


def test_days_are_calm_until_a_raise_or_force_or_the_end():
    quiet = {"ending_day": 50}
    raised = {"ending_day": 50, "raised_day": 20}
    struck = {"ending_day": 50, "first_force_day": 30}

    assert counted(quiet, raised, struck)["calm_days"] == 50 + 20 + 30


def test_force_is_near_on_the_fourteen_days_before_it_as_far_as_they_are_calm():
    struck = {"ending_day": 90, "first_force_day": 30}
    early = {"ending_day": 90, "first_force_day": 5}
    after_raise = {"ending_day": 90, "first_force_day": 30, "raised_day": 20}
    long_after = {"ending_day": 90, "first_force_day": 60, "raised_day": 20}

    assert counted(struck)["calm_force"] == 14
    assert counted(early)["calm_force"] == 5
    assert counted(after_raise)["calm_force"] == 4
    assert counted(long_after)["calm_force"] == 0


def test_a_raise_after_force_foretells_nothing():
    later = {"ending_day": 90, "first_force_day": 10, "raised_day": 20}
    found = counted(later)

    assert found["raised"] == found["raised_force"] == 0


def test_the_ratio_is_that_of_chances_within_as_many_days():
    counts = {
        "raised": np.array([10, 10]),
        "raised_force": np.array([4, 2]),
        "calm_days": np.array([1000, 1000]),
        "calm_force": np.array([60, 40]),
    }
    found = raise_ratio(counts)

    assert found.after == pytest.approx(0.3)
    assert found.before == pytest.approx(0.05)
    assert found.ratio.value == pytest.approx(6.0)
    assert found.ratio.low < 6.0 < found.ratio.high
