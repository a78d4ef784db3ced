"""The check of the calibration: what it holds against history, and when it fails."""

import pytest

from verification.calibration import Line, report

INSIDE = Line("war *", "8.5 [4.9-14.3]", "7.8", "8.4", "8.2", "7.1-9.3", "", True, is_named=True)


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (INSIDE, 0),
        (INSIDE._replace(is_inside=False), 1),
        (INSIDE._replace(is_inside=None), 1),
        (INSIDE._replace(is_inside=False, is_named=False), 0),
    ],
    ids=["inside", "outside", "not told", "a check"],
)
def test_only_a_named_moment_outside_its_band_fails(line, status, capsys):
    assert report([INSIDE, line]) == status
    assert "war *" in capsys.readouterr().out
