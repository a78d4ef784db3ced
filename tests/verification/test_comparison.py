"""The check of comparisons says no where a claim does not hold."""

import pytest

from verification import comparison
from verification.comparison import Check, Setting


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Leave out what takes long; its parts are tested beside the analysis."""
    monkeypatch.setattr(comparison, "regret", lambda _: [Check("regret", "1 2 3", holds=True)])
    monkeypatch.setattr(comparison, "rules", lambda _: [Check("rules", "95.0 %", holds=True)])
    monkeypatch.setattr(comparison, "SETTINGS", (Setting(16, 50, 0.4, 0.1),))


def test_a_claim_that_fails_is_told_and_the_status_is_1(monkeypatch, capsys):
    monkeypatch.setattr(comparison, "holds_difference", lambda *_: True)

    assert comparison.main(["--repetitions", "3"]) == 1
    assert "paired difference, 16 x 50" in (told := capsys.readouterr().out)
    assert "FAILS" in told


def test_intervals_that_are_too_narrow_are_noticed(monkeypatch):
    whole = comparison.estimate_difference

    def narrower(one):
        found = whole(one)
        middle = found.difference
        low, high = (middle + 0.7 * (end - middle) for end in (found.low, found.high))
        return found._replace(low=low, high=high)

    monkeypatch.setattr(comparison, "estimate_difference", narrower)
    held = comparison.coverage(
        lambda luck: comparison.holds_difference(comparison.SETTINGS[0], luck), 400
    )

    assert held < comparison.LOW - 0.05


def test_all_that_holds_gives_status_0(monkeypatch, capsys):
    monkeypatch.setattr(comparison, "intervals", lambda _: [Check("all", "90.0 %", holds=True)])

    assert comparison.main(["--repetitions", "3"]) == 0
    assert "FAILS" not in capsys.readouterr().out
