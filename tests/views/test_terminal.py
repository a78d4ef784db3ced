"""Sections in a terminal: what fits in columns, and what is written as records."""

import pytest

from detente.views.render.terminal import Screen, grid

HEADS = ["Option", "now", "then"]
ROWS = [["No vow in the way", "-10.7 to -1.6", "16.4"]]


@pytest.mark.parametrize("room", [None, 40])
def test_a_table_that_fits_stands_in_columns(room):
    lines = list(grid(HEADS, ROWS, [False, True, True], Screen(room=room)))

    assert lines[-1].split("  ") == ROWS[0]


def test_a_table_that_does_not_fit_is_written_as_records_and_no_number_is_cut():
    lines = list(grid(HEADS, ROWS, [False, True, True], Screen(room=30)))

    assert lines == ["No vow in the way", "  now: -10.7 to -1.6", "  then: 16.4"]
