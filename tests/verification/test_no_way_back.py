"""The tenth hypothesis: war by day with talks alive and failed, and how many wars spread."""

import numpy as np
import pytest

from detente.ensemble import runners
from detente.kernel.endings import Ending
from tests.standin import KERNEL
from verification.no_way_back import main, regional, report

KEPT = [("ending", "i1"), ("first_force_day", "<i2"), ("ending_day", "<i2")]


def futures(*told):
    """Return one world's futures twice over, from the ending and the day of first force of each."""
    kept = np.zeros((2, len(told)), KEPT)
    kept["ending"], kept["first_force_day"] = zip(*told, strict=True)
    kept["ending_day"] = 365
    return kept


ALIVE = futures((Ending.WAR, 80), (Ending.NARROW_DEAL, -1))
FAILED = futures((Ending.WAR, 20), (Ending.REGIONAL_WAR, 200))


def test_wars_that_spread_are_counted_among_wars():
    assert regional(FAILED).overall == 0.5


def test_the_report_tells_war_by_the_day_on_which_it_began(capsys):
    report(ALIVE, FAILED)
    rows = capsys.readouterr().out.splitlines()

    assert rows[1].split()[:4] == ["30", "0.00", "50.0", "50.0"]
    assert rows[2].split()[:4] == ["90", "50.0", "50.0", "0.00"]
    assert rows[3].split()[:4] == ["365", "50.0", "100", "50.0"]
    assert rows[4] == "Of 100 wars after talks have failed 50.0 become regional."


def test_without_any_war_none_spreads(capsys):
    peace = futures((Ending.NARROW_DEAL, -1), (Ending.TACIT, -1))
    report(peace, peace)

    assert "failed none become regional" in capsys.readouterr().out


@pytest.mark.parametrize("worlds", ["2", "16"])
def test_the_verdict_is_that_of_the_command(worlds, monkeypatch, capsys):
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL)
    status = main(["--worlds", worlds, "--futures", "64"])

    assert status == 0
    assert "In this model the hypothesis is:" in capsys.readouterr().out
