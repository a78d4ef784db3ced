"""Tests that a report with a number that is not the run's is found."""

import pytest

from detente.analysis.wording import Value
from detente.views.blocks import Column, Section, Sentence, Table
from verification.numbers import judge

FACTS = [("endings", "war", [12.3, 10.1, 14.6]), ("endings", "any deal", [40.2, 38.0, 42.9])]


def section(row: str, share: float) -> Section:
    """Return a section with one number in a table and one in a sentence."""
    cell = Value(f"{share:.0f}", share)
    table = Table("endings", "Endings", (Column("Ending"), Column("%")), ((row, cell),))
    return Section("endings", "How?", (), (table, Sentence(("Of 100, ", cell, "."))))


def test_numbers_of_the_run_are_found():
    told = judge([section("war", 12.3)], FACTS)

    assert (told["endings"].found, told["endings, sentences"].found) == (1, 1)


@pytest.mark.parametrize("share", [12.6, 40.2])
def test_a_number_that_its_row_does_not_hold_is_missed(share):
    told = judge([section("war", share)], FACTS)

    assert [one.row for one in told["endings"].missed] == ["war"]


def test_a_table_that_is_not_worked_out_anew_counts_as_unknown():
    told = judge([section("war", 12.3)], [("others", "war", [12.3])])

    assert told["endings"].unknown == 1
