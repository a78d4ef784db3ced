"""Coverage beside history: the truth of made-up crises, and that a wrong interval fails."""

import numpy as np
import pytest

from detente.analysis.history import played as besides
from verification import beside
from verification.beside import HORIZON, Ensemble, coverage, draw, groups, main


def test_the_law_of_the_last_day_is_one():
    truth = draw("violent", 20, np.random.default_rng(1))

    assert truth.law.shape == (20, HORIZON + 1)
    assert truth.law.sum(axis=1) == pytest.approx(np.ones(20))
    assert (truth.law >= 0.0).all()


def test_many_futures_come_near_the_truth():
    luck = np.random.default_rng(2)
    truths = {start: draw(start, 50, luck) for start in ("non_violent", "violent")}
    known = list(groups({key: one.expected(1) for key, one in truths.items()}))
    found = list(groups({key: one.played(200_000, luck) for key, one in truths.items()}))

    assert [one.group for one in known] == ["non_violent", "violent", "all"]
    for right, counted in zip(known, found, strict=True):
        for truth, hazard in zip(right.hazards, counted.hazards, strict=True):
            assert hazard.a_day == pytest.approx(truth.a_day, rel=0.01)
        for key, figure in counted.figures.items():
            assert figure.value == pytest.approx(right.figures[key].value, rel=0.03)


def test_every_kind_is_counted():
    shares = coverage(Ensemble(64, 100), 20)

    assert len(shares) == 1 + 3 + 3
    assert all(0.6 < share <= 1.0 for share in shares.values())


def test_intervals_that_are_too_wide_fail(monkeypatch, capsys):
    monkeypatch.setattr(besides, "QUANTILE", 3.0)
    monkeypatch.setattr(beside, "ENSEMBLES", (Ensemble(64, 100),))

    assert main(["--repetitions", "200"]) == 1
    assert "3 kinds fail" in capsys.readouterr().out
