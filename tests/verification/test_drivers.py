"""A slice of `python -m verification.drivers`: intervals of drivers hold known truths."""

import pytest

from verification.drivers import METHODS


@pytest.mark.parametrize("method", METHODS)
def test_most_intervals_hold_the_truth(method):
    settings = [one for one in METHODS[method]() if one.is_judged and one.worlds == 64]
    held = [
        case.part.low <= case.truth <= case.part.high
        for seed in range(4)
        for setting in settings
        for case in setting.cases(64, seed)
    ]

    assert sum(held) >= 0.75 * len(held)
