"""How the content of a result is read as tables, whatever it is a result of."""

from datetime import date

import pytest

from detente.data import keys_of, tables_of, to_pandas

SHARE = {"share": 0.2, "low": 0.1, "high": 0.4, "spread_low": 0.0, "spread_high": 0.5}
CONTENT = {
    "schema": "detente/made-up/1",
    "of": {"worlds": 2, "futures": 8},
    "outcomes": {"deal": SHARE, "war": SHARE},
    "options": {"hotline": {"title": "A hotline", "gain": SHARE, "outcomes": {"war": SHARE}}},
    "boxes": [
        {"rules": [{"field": "talks.fade_rate", "low": 0.1}], "density": 0.5},
        {"rules": [{"field": "venue.publicity", "low": 0.2}], "density": 0.6},
    ],
    "events": [{"day": 3, "text": "offers"}, {"day": -1, "text": "never"}],
    "points": [{"values": {"talks.fade_rate": 0.1}, "outcomes": {"war": SHARE}}],
    "figures": {"worth": {"hard": {"value": 1.0}}, "force": {"value": 2.0}},
    "by_day": {"deal": [0.0, 0.1], "war": [0.0, 0.2]},
    "sealed": "2031-03-02",
    "missing": None,
}


@pytest.fixture(scope="module")
def tables():
    return tables_of(CONTENT, date(2031, 3, 1))


def test_entries_of_an_object_are_rows_named_by_their_keys(tables):
    (first, _) = tables["outcomes"].to_pylist()

    assert keys_of(tables["outcomes"]) == ["outcome"]
    assert first == {"outcome": "deal", **SHARE}


def test_a_table_within_a_row_begins_with_the_keys_of_that_row(tables):
    assert keys_of(tables["options.outcomes"]) == ["option", "outcome"]
    assert tables["options.outcomes"].to_pylist() == [
        {"option": "hotline", "outcome": "war", **SHARE}
    ]


def test_an_object_within_a_row_is_more_columns_and_its_own_number_is_called_as_it(tables):
    assert tables["options"].column_names[2:] == [
        *("gain", "gain_low", "gain_high", "gain_spread_low", "gain_spread_high")
    ]


def test_objects_of_a_list_are_named_by_their_first_entry_or_counted(tables):
    assert keys_of(tables["boxes.rules"]) == ["box", "field"]
    assert tables["boxes.rules"]["box"].to_pylist() == [0, 1]
    assert keys_of(tables["points.outcomes"]) == ["talks.fade_rate", "outcome"]


def test_objects_of_several_depths_are_named_by_the_whole_way_to_them(tables):
    assert tables["figures"]["figure"].to_pylist() == ["worth.hard", "force"]


def test_columns_of_numbers_are_a_table(tables):
    assert tables["by_day"].column_names == ["day", "deal", "war"]


def test_days_are_dates_and_none_where_they_never_come(tables):
    assert tables["events"]["day"].to_pylist() == [date(2031, 3, 4), None]
    assert tables["result"]["sealed"].to_pylist() == [date(2031, 3, 2)]


def test_as_it_is_kept_a_day_is_a_number():
    raw = tables_of(CONTENT, date(2031, 3, 1), raw=True)

    assert raw["events"]["day"].to_pylist() == [3, -1]
    assert raw["result"]["sealed"].to_pylist() == ["2031-03-02"]


def test_what_is_said_once_is_one_row(tables):
    (row,) = tables["result"].to_pylist()

    assert row == {
        "schema": "detente/made-up/1",
        "of_worlds": 2,
        "of_futures": 8,
        "sealed": date(2031, 3, 2),
        "missing": None,
    }


@pytest.mark.parametrize(
    ("table", "column"), [("outcomes", "low"), ("options", "gain_spread_high")]
)
def test_the_columns_of_an_estimate_say_what_they_mean(tables, table, column):
    assert b"description" in tables[table].schema.field(column).metadata


def test_the_ends_of_what_is_no_estimate_are_not_called_an_interval(tables):
    assert tables["boxes.rules"].schema.field("low").metadata is None


def test_cells_of_several_kinds_are_text():
    mixed = tables_of({"changes": {"a": {"to": 1}, "b": {"to": "soft"}}})

    assert mixed["changes"]["to"].to_pylist() == ["1", "soft"]


def test_whole_numbers_stay_whole_where_one_is_missing():
    frame = to_pandas(tables_of({"rows": {"a": {"count": 3}, "b": {"count": None}}})["rows"])

    assert str(frame["count"].dtype) == "Int64"
    assert list(frame["count"].isna()) == [False, True]
