"""The check of the calibration: what it holds against history, and when it fails."""

import numpy as np
import pytest

from detente.analysis.history.definitions import STARTS
from detente.analysis.history.played import Played
from verification.calibration import MISSED, Line, report
from verification.calibration_tables import rows_by_start

INSIDE = Line("war *", "8.5 [4.9-14.3]", "7.8", "8.4", "8.2", "7.1-9.3", "", True, is_named=True)

WHOLES = ("war", "serious", "none", "clashes", "chosen")
PARTS = ("agreement_war", "given_up_war", "faded_war", "mistakes")


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (INSIDE, 0),
        (INSIDE._replace(is_inside=False), 1),
        (INSIDE._replace(is_inside=None), 1),
        (INSIDE._replace(is_inside=False, is_named=False), 0),
        (INSIDE._replace(says=min(MISSED), is_inside=False), 0),
    ],
    ids=["inside", "outside", "not told", "a check", "known"],
)
def test_only_a_named_moment_outside_its_band_fails_unless_it_is_known_to(line, status, capsys):
    assert report([INSIDE, line]) == status
    assert "war *" in capsys.readouterr().out


def counted(start):
    """Return a hundred futures, a quarter of which end on each of four days."""
    ended = np.zeros((1, 366), np.int64)
    ended[0, [20, 80, 300, 365]] = 25
    happened = {key: np.array([8]) for key in (*WHOLES, *PARTS)} | {"agreement": np.array([90])}
    return Played(start, 100, happened, ended, dict.fromkeys(("none", "clashes", "war"), ended))


def test_a_table_to_copy_marks_what_lies_outside_history_and_what_is_named():
    rows = rows_by_start({start: counted(start) for start in STARTS})
    cells = {says: others for says, *others in rows}

    assert cells["full-scale war, %"][:2] == ["8.0", "**8.5 [4.9-14.3]**"]
    assert cells["agreement, %"][0] == "90.0 (outside)"
    assert cells["days: a quarter, half, three quarters"][0] == "20, 80, 300 (outside)"
    assert cells["strikes by choice that are mistakes, %"][1] == "**at most 30.0**"
