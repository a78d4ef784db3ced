"""The accepted set: which numbers it holds, and how packs take them from there."""

from importlib import resources
from pathlib import Path

import pytest

from detente.pack import load
from detente.pack.number import NumberRow, WrittenNumber, quantity_of
from detente.pack.quantity import SETS, accepted, priors_text
from detente.pack.toml import parse, read_shipped
from detente.pack.writing import accepted_text

NAMES = tuple(accepted().columns)
MINIMAL = str(Path(__file__).parents[1] / "cases" / "valid" / "minimal")
"""A pack that gives none of these numbers."""
GIVEN = ("resume_rate", "fade_factor", "concession_factor")
"""What the crisis in Oman says itself of a dispute after force."""


def taken(name: str) -> WrittenNumber:
    return WrittenNumber(accepted=name, assumed="a test")


def test_every_column_has_a_value_for_each_row():
    lengths = {len(column) for column in accepted().columns.values()}

    assert lengths == {accepted().rows}


@pytest.mark.parametrize("name", NAMES)
def test_a_pack_takes_what_it_does_not_give_from_the_set(name):
    number = load(MINIMAL).numbers[name]

    assert number.kind == "accepted"
    assert number.because == ("calibrated",)
    assert number.values == accepted().columns[name]
    assert min(number.values) <= number.low < number.high <= max(number.values)


def test_all_sets_are_of_the_same_numbers():
    assert {tuple(accepted(period).columns) for period in SETS} == {NAMES}


def test_a_pack_gives_what_it_knows_better_itself():
    numbers = load("oman-2026").numbers
    given = {name for name in NAMES if numbers[name].kind != "accepted"}

    assert given == {f"aftermath.{key}" for key in GIVEN}
    assert {"accepted"} == {numbers[name].kind for name in set(NAMES) - given}
    assert all(numbers[name].because != ("calibrated",) for name in given)


def test_the_set_holds_the_numbers_that_have_a_prior():
    priors = parse(priors_text().decode())
    paths = [f"{table}.{key}" for table, keys in priors.items() for key in keys]

    assert sorted(paths) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_what_was_accepted_was_possible_before(name):
    table, key = name.split(".")
    low, high = read_shipped("priors.toml")[table][key]["range"]
    column = sorted(accepted().columns[name])
    middle = column[len(column) // 2]

    assert low < middle < high


def test_a_value_of_its_own_takes_the_place_of_the_accepted_ones():
    crisis = load("oman-2026", changes={"talks.text_rate": 0.02})

    assert crisis.numbers["talks.text_rate"].is_fixed
    assert crisis.numbers["talks.fade_rate"].kind == "accepted"


def test_the_ends_of_what_is_known_hold_nine_tenths_of_the_rows():
    number = quantity_of(taken(NAMES[0]), NumberRow("positive", "a test"))
    inside = [number.low <= value <= number.high for value in number.values]

    assert sum(inside) / len(inside) == pytest.approx(0.9, abs=0.02)


def test_a_set_written_out_is_read_again():
    text = accepted_text(
        {"method": "a test", "draws": 8, "rate": 0.5, "errors": {"war": 0.01}},
        {"a.b": [0.1234567, 2.0], "c.d": [1e-5, 3.0]},
    )
    table = parse(text)

    assert table["provenance"]["errors"] == {"war": 0.01}
    assert table["provenance"]["method"] == "a test"
    assert table["numbers"] == {"a.b": (0.123457, 2.0), "c.d": (1e-5, 3.0)}


def test_the_set_and_the_priors_ship():
    names = {file.name for file in resources.files("detente.pack").iterdir()}

    assert {"accepted.toml", "priors.toml"} <= names
