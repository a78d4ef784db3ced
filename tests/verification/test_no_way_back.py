"""The tenth hypothesis: what is counted, and when it is rejected."""

import numpy as np
import pytest

from detente.ensemble.shares import Share
from verification.no_way_back import Wars, among_wars, by_day, report, sooner, verdict

NEVER = 10**6
NOBODY = np.zeros((2, 4), bool)
ALIVE = Wars(np.array([[20, NEVER, NEVER, 200], [NEVER, NEVER, 80, NEVER]]), NOBODY, NOBODY)
FAILED = Wars(
    np.array([[5, 20, NEVER, NEVER], [40, NEVER, 10, NEVER]]),
    np.array([[True, False, False, False], [True, False, False, False]]),
    np.array([[True, False, False, False], [False, False, False, False]]),
)


def share(low, high):
    middle = 0.5 * (low + high)
    return Share(middle, low, high, low, high)


def test_war_is_counted_by_the_day_on_which_it_began():
    assert by_day(ALIVE, 30).tolist() == [0.25, 0.0]
    assert by_day(FAILED, 30).tolist() == [0.5, 0.25]
    assert by_day(ALIVE, 365).tolist() == [0.5, 0.25]


def test_the_difference_is_that_of_the_shares():
    gain = sooner(ALIVE, FAILED, 90)

    assert gain.share == pytest.approx(by_day(FAILED, 90).mean() - by_day(ALIVE, 90).mean())
    assert gain.low <= gain.share <= gain.high


def test_the_same_futures_differ_by_nothing():
    assert sooner(ALIVE, ALIVE, 365).share == 0.0


def test_who_joins_is_counted_among_wars():
    assert among_wars(FAILED, FAILED.has_joined).share == 0.5
    assert among_wars(FAILED, FAILED.is_regional).share == 0.25


@pytest.mark.parametrize(
    ("gain", "joins", "says"),
    [
        (share(0.02, 0.04), share(0.1, 0.2), "supported"),
        (share(-0.04, 0.0), share(0.1, 0.2), "rejected"),
        (share(0.02, 0.04), share(0.01, 0.04), "rejected"),
        (share(-0.01, 0.04), share(0.1, 0.2), "cannot tell"),
        (share(0.02, 0.04), share(0.04, 0.2), "cannot tell"),
    ],
)
def test_the_verdict_follows_the_intervals(gain, joins, says):
    assert verdict(gain, joins) == says


def test_the_report_tells_war_by_day_and_the_verdict(capsys):
    report(ALIVE, FAILED)
    printed = capsys.readouterr().out

    assert "difference" in printed
    assert "Of 100 wars after talks have failed 50.0" in printed
    assert "become regional" in printed
    assert "In this model the hypothesis is:" in printed
