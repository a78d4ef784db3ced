"""Futures in words: names for codes, dates for days, nothing for what never comes."""

import re
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from detente import simulate
from detente.endings import Ending
from detente.ensemble.codes import ABSENT, CODES, DAY, in_words

SMALL = {"futures": 300, "worlds": 7, "threads": 1, "chunk": 100}
NAMED = re.compile(r", an? [A-Z]|\b0 [a-z]+, 1 ")
"""How the description of a column in the files names its codes."""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    from detente import load  # noqa: PLC0415  after the standin
    from detente.ensemble import runners  # noqa: PLC0415  the same
    from tests.standin import KERNEL  # noqa: PLC0415  the same

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL)
        out = tmp_path_factory.mktemp("codes") / "run"
        return simulate(load("oman-2026"), **SMALL, options=["hotline"], out=out)


@pytest.mark.parametrize("column", CODES)
def test_a_code_is_given_by_its_name(run, column):
    names = {code: name for name, code in CODES[column].items()}
    expected = [names[code] for code in run.table[column].to_pylist()]

    assert run.to_arrow()[column].to_pylist() == expected
    assert list(run.to_pandas()[column]) == expected
    assert run.to_polars()[column].to_list() == expected


def test_a_code_is_given_by_its_name_where_codes_have_a_gap(run, monkeypatch):
    monkeypatch.setitem(CODES, "settlement", {"fades": 4, "another": 10})
    held = pa.field("settlement", pa.int8(), metadata={"description": "an Ending"})
    rows = pa.record_batch([pa.array([10, 4, 10], pa.int8())], pa.schema([held]))

    assert in_words(rows, run.record)["settlement"].to_pylist() == ["another", "fades", "another"]


def test_the_categories_are_all_there_in_the_order_of_their_codes(run):
    endings = run.to_pandas()["ending"].cat.categories

    assert list(endings) == [ending.name.lower() for ending in Ending]


def test_violence_goes_from_less_to_more(run):
    frame, codes = run.to_pandas(), run.table["violence"].to_numpy()

    assert np.array_equal(frame["violence"] >= "limited_strike", codes >= 2)


def test_a_day_is_a_date_and_one_that_never_comes_is_missing(run):
    start = date.fromisoformat(run.record.as_of)
    days = run.table["first_force_day"].to_pylist()
    expected = [None if day == -1 else start + timedelta(day) for day in days]
    days_of_ending = run.table["ending_day"].to_pylist()
    frame = run.to_pandas()

    assert None in expected
    assert run.to_arrow()["first_force_day"].to_pylist() == expected
    assert frame["first_force_day"].isna().sum() == days.count(-1)
    assert frame["ending_day"].min().date() == start + timedelta(min(days_of_ending))


def test_no_number_stands_for_nothing(run):
    table = run.to_arrow()
    numbers = [name for name in table.column_names if name in ABSENT or name.endswith(DAY)]

    assert len(numbers) == 14
    assert not any(-1 in table[name].to_pylist() for name in numbers)
    assert all(table[name].null_count == run.table[name].to_pylist().count(-1) for name in numbers)


def test_as_the_files_have_them_futures_are_numbers(run):
    assert run.to_arrow(raw=True).equals(run.table)
    assert list(run.to_pandas(raw=True)["ending"]) == run.table["ending"].to_pylist()
    assert run.to_polars(raw=True)["ending"].to_list() == run.table["ending"].to_pylist()


def test_every_tool_that_reads_arrow_gets_the_same(run):
    assert pa.table(run).equals(run.to_arrow())


def test_a_column_in_words_is_not_described_by_its_codes(run):
    schema = run.to_arrow().schema
    said = [
        schema.field(name).metadata[b"description"].decode()
        for name in schema.names
        if name in CODES or name in ABSENT or name.endswith(DAY)
    ]

    assert all(said)
    assert [text for text in said if NAMED.search(text) or ", -1" in text or "[days" in text] == []


def test_every_column_that_is_described_by_codes_has_names_for_them(run):
    described = {
        field.name
        for field in run.table.schema
        if NAMED.search(str(field.metadata[b"description"]))
    }

    assert described == set(CODES)
