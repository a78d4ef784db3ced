"""A slice of `python -m verification.evidence.drivers`: intervals of drivers hold known truths."""

import pytest

from verification.evidence.drivers import KINDS, lists_nothing
from verification.evidence.responses import usual


@pytest.mark.parametrize("kind", KINDS)
def test_most_intervals_hold_the_truth(kind):
    cases, models = KINDS[kind]
    held = [
        case.low <= case.truth <= case.high
        for seed in range(3)
        for model in models
        for case in cases(model, seed)
    ]

    assert sum(held) >= 0.75 * len(held)


def test_of_twenty_numbers_that_do_nothing_none_is_listed():
    assert lists_nothing(usual(), 1)
