"""The check of updates says no where a claim does not hold."""

import numpy as np
import pytest

from detente import load
from detente.ensemble.record import Settings
from detente.kernel.endings import FUTURE, Ending
from verification import updating
from verification.updating import Check, Held, Prior, Setting

SMALL = Setting(16, 100, 0.3, 0.8, 0.5)


@pytest.fixture(scope="module")
def found():
    """A prior of made-up futures: four plans and two endings in 16 worlds."""
    crisis = load("oman-2026", changes=updating.INDEPENDENT)
    luck = np.random.default_rng(1)
    rows = np.zeros(3200, FUTURE)
    rows["world"] = np.repeat(np.arange(16), 200)
    rows["plan"] = luck.integers(0, 4, 3200)
    rows["ending"] = np.where(luck.random(3200) < 0.2 * rows["plan"], Ending.WAR, Ending.TACIT)
    rows["ending_day"] = rows["failed_day"] = luck.integers(1, 365, 3200)
    rows["first_force_day"] = np.where(rows["ending"] == Ending.WAR, rows["ending_day"], -1)
    rows["broken_deal_day"] = rows["broken_day"] = -1
    values = {
        path: luck.uniform(number.low, number.high, 16)
        for path, number in crisis.numbers.items()
        if path.startswith(("signs.", "posture.dependence", "moves.tempo")) and number.high < np.inf
    }
    values["moves.tempo"] = luck.random(16)
    chances = [
        updating.chances_in({path: drawn[world] for path, drawn in values.items()}, crisis)
        for world in range(16)
    ]
    return Prior(Held(None, Recorded(), held=rows), crisis, values, np.array(chances))


class Recorded:
    """As much of a run's record as counting asks for."""

    as_of = "2026-02-06"
    settings = Settings(futures=3200, worlds=16)


def test_ranks_are_uniform_where_signs_are_weighed_as_they_were_drawn(found, monkeypatch):
    monkeypatch.setattr(updating, "prior", lambda: found)

    assert all(check.holds for check in updating.ranks(300))


def test_signs_that_are_weighed_the_wrong_way_are_noticed(found, monkeypatch):
    right = updating.likelihoods
    monkeypatch.setattr(updating, "prior", lambda: found)
    monkeypatch.setattr(updating, "likelihoods", lambda *given: 1.0 / right(*given))
    checks = {check.claim.rpartition(": ")[2]: check.holds for check in updating.ranks(300)}

    assert not checks["plan"]
    assert not checks["ratio of a sign"]


def test_signs_that_are_left_out_are_noticed(found, monkeypatch):
    monkeypatch.setattr(updating, "prior", lambda: found)
    monkeypatch.setattr(updating, "likelihoods", lambda *_: np.ones((16, 4)))

    assert not all(check.holds for check in updating.ranks(600))


@pytest.mark.parametrize("kind", range(len(updating.KINDS)), ids=updating.KINDS)
def test_intervals_that_are_too_narrow_are_noticed(monkeypatch, kind):
    """Move what is true by a standard error: an interval of 90 % then holds it far too seldom."""
    monkeypatch.setattr("detente.analysis.reweighting.QUANTILE", 1.0)
    monkeypatch.setattr("detente.analysis.watching.QUANTILE", 1.0)
    monkeypatch.setattr("detente.ensemble.shares.QUANTILE", 1.0)
    everywhere = updating.answers(updating.made_up(SMALL, 50_000, np.random.default_rng(5)))
    luck = np.random.default_rng(3)
    held = np.mean([updating.holds(SMALL, everywhere, luck)[kind] for _ in range(200)])

    assert held < updating.LOW - 0.05


def test_effective_sizes_that_are_off_are_noticed(monkeypatch):
    right = updating.Weighted.effective.fget
    monkeypatch.setattr(
        updating.Weighted,
        "effective",
        property(lambda weighted: right(weighted)._replace(futures=0.9 * right(weighted).futures)),
    )

    assert not all(check.holds for check in updating.sizes())


def test_effective_sizes_are_those_of_theory():
    assert all(check.holds for check in updating.sizes())


@pytest.mark.parametrize(("holds", "status"), [(True, 0), (False, 1)])
def test_the_status_tells_whether_all_holds(monkeypatch, capsys, holds, status):
    for name in ("ranks", "intervals"):
        monkeypatch.setattr(updating, name, lambda _: [Check("a claim", "90.0 %", holds=holds)])
    monkeypatch.setattr(updating, "sizes", lambda: [Check("a size", "1 of 1", holds=True)])

    assert updating.main(["--truths", "3", "--repetitions", "3"]) == status
    assert ("FAILS" in capsys.readouterr().out) == (status == 1)
