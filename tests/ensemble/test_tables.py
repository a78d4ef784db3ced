"""Columns are made of memory as it is and read as it is, as pyarrow itself would."""

import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest

from detente.ensemble.tables import NotAsExpectedError, to_column, to_label, to_values

ROWS = np.array([(3, -1.5), (0, 2.0), (-128, np.nan)], [("day", "i1"), ("loss", "f4")])


@pytest.mark.parametrize("name", ["day", "loss"])
def test_a_column_is_that_of_pyarrow_and_comes_back(name):
    column = to_column(ROWS[name])

    assert column.equals(pa.array(ROWS[name])) == (
        name == "day"
    )  # nothing equals what is no number
    assert column.type == pa.array(ROWS[name]).type
    assert to_values(pa.chunked_array([column])).tobytes() == ROWS[name].tobytes()


def test_parts_of_a_column_come_back_as_one():
    column = pa.chunked_array([to_column(np.arange(5)), to_column(np.arange(5, 9))])

    assert to_values(column.slice(2, 5)).tolist() == [2, 3, 4, 5, 6]
    assert to_values(column.slice(0, 0)).tolist() == []


@pytest.mark.parametrize(("text", "rows"), [("hôtline", 3), ("", 2), ("base", 0)])
def test_a_label_is_its_text_in_every_row(text, rows):
    assert to_label(text, rows).equals(pa.array([text] * rows, pa.string()))


def test_a_column_in_which_a_number_is_missing_is_refused():
    with pytest.raises(NotAsExpectedError, match="without a number"):
        to_values(pa.chunked_array([pa.array([1, None])]))


def test_pandas_is_not_loaded_for_it():
    pytest.importorskip("pandas")
    script = (
        "import sys, numpy, pyarrow; from detente.ensemble.tables import *;"
        "to_label('base', 2); to_values(pyarrow.chunked_array([to_column(numpy.arange(3))]));"
        "sys.exit('pandas' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
