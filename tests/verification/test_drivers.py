"""Intervals of drivers are held against known truths, and ones that are too narrow are found."""

import pytest

from detente.analysis.drivers.quadratic import Part
from verification import drivers
from verification.drivers import FIRST, METHODS, TOTAL, Case, covered, main


def test_the_truths_are_parts_of_one_variance():
    assert sum(FIRST) < 1.0 < sum(TOTAL)
    assert all(FIRST <= TOTAL)


@pytest.mark.parametrize("method", METHODS)
def test_most_intervals_hold_the_truth(method):
    cases, _ = METHODS[method]
    held = [
        case.part.low <= case.truth <= case.part.high
        for seed in range(6)
        for case in cases(64, seed)
    ]

    assert sum(held) >= 0.75 * len(held)


def always(part):
    return lambda _worlds, _seed: iter([Case("first", 0.5, part)])


def test_intervals_that_are_too_narrow_fail():
    assert covered(always(Part(0.4, 0.3, 0.45)), 64, 10) == 1


def test_intervals_that_are_too_wide_fail():
    assert covered(always(Part(0.5, 0.0, 1.0)), 64, 10) == 1


def test_the_exit_status_says_whether_one_failed(monkeypatch, capsys):
    narrow = {"given_data": (always(Part(0.4, 0.3, 0.45)), (64,))}
    monkeypatch.setattr(drivers, "METHODS", narrow)

    assert main(["--repetitions", "2"]) == 1
    assert "FAILS" in capsys.readouterr().out
