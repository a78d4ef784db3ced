"""Intervals of drivers are held against known truths, and ones that are too narrow are found."""

import numpy as np
import pytest

from detente.analysis.drivers.given import SensitivityIndex
from verification import drivers
from verification.drivers import METHODS, Case, Setting, covered, main
from verification.responses import common, g_function, ishigami, linear, rare, usual

MODELS = [ishigami, g_function, linear, common, usual, rare]


@pytest.mark.parametrize("model", MODELS)
def test_the_truths_are_parts_of_one_variance(model):
    made = model()

    assert 0.5 < made.first.sum() <= 1.0 + 1e-9 <= made.total.sum() + 2e-9
    assert (made.first <= made.total + 1e-9).all()


@pytest.mark.parametrize("model", MODELS)
def test_the_truths_are_those_of_the_response(model):
    made = model()
    luck = np.random.default_rng(1)
    one, other = luck.random((2, made.inputs, 40_000))
    mixed = one.copy()
    mixed[0] = other[0]
    shares, again, apart = (made.response(places) for places in (one, mixed, other))

    assert shares.std() == pytest.approx(made.deviation, rel=0.03)
    assert np.mean((shares - again) ** 2) / 2 / shares.var() == pytest.approx(
        made.total[0], abs=0.02
    )
    assert np.mean(apart * (again - shares)) / shares.var() == pytest.approx(
        made.first[0], abs=0.06
    )


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


def always(part, truth=0.5):
    setting = Setting("made up", 64, lambda _worlds, _seed: iter([Case("first", truth, part)]))
    return iter([setting])


def test_intervals_that_are_too_narrow_fail():
    assert covered(always(SensitivityIndex(0.4, 0.3, 0.45)), 10) == 1


def test_intervals_that_are_too_wide_fail():
    assert covered(always(SensitivityIndex(0.5, 0.1, 1.0)), 10) == 1


def test_intervals_that_reach_to_0_may_hold_the_truth_more_often():
    assert covered(always(SensitivityIndex(0.5, 0.0, 1.0)), 10) == 0
    assert covered(always(SensitivityIndex(0.1, 0.0, 0.2)), 10) == 1


def test_the_exit_status_says_whether_one_failed(monkeypatch, capsys):
    narrow = {"given_data": lambda: always(SensitivityIndex(0.4, 0.3, 0.45))}
    monkeypatch.setattr(drivers, "METHODS", narrow)

    assert main(["--repetitions", "2"]) == 1
    assert "FAILS" in capsys.readouterr().out
