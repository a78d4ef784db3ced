"""Tables as CSV: every spreadsheet reads them, and none computes what stands in them."""

import csv
import io

import pytest

from detente.questions import wording
from detente.text import between
from detente.views.blocks import Column, Table
from detente.views.spreadsheet import cell, to_csv
from verification.pages.payloads import CELLS


@pytest.mark.parametrize("text", CELLS, ids=ascii)
def test_a_cell_is_never_a_formula(text):
    found = cell(text)

    assert not found.startswith(tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20"))
    assert found.isprintable()


@pytest.mark.parametrize("number", ["-3.5", "+0.7", "12", "1e-05", -2, 0.25])
def test_numbers_stay_numbers(number):
    assert cell(number) == str(number)


def test_a_table_comes_back_as_it_was():
    rows = (('a "quoted", thing', "-1.5"), ("plain", "2"))
    table = Table("key", "caption", (Column("what"), Column("%", is_number=True)), rows)

    back = tuple(map(tuple, csv.reader(io.StringIO(table.csv(), newline=""))))

    assert back == (("what", "%"), *rows)


def test_lines_end_as_the_standard_says():
    assert to_csv(["a"], [["b"]]) == "a\r\nb\r\n"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (wording.of_100(0.0034), "0.34"),
        (wording.number(1234.567, 0), "1234.57"),
        (wording.points(-0.0123, signed=True), "-1.23"),
        (wording.span(0.1, 0.2), between("10.0", "20.0")),
        (wording.share(0.1, 0.0, 0.2), f"10.0 ({between('0.0', '20.0')})"),
    ],
)
def test_a_rounded_number_keeps_its_digits_and_an_interval_its_words(value, written):
    assert cell(value) == written
