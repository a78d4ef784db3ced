"""The ledger for other programs: nothing is lost, and nothing in it is run."""

import csv
import datetime as dt
import io
import json
from typing import NamedTuple

import pytest

from detente.evidence import Claim, Evidence, Passage, Source, ledger, to_csv, to_json_lines


class Number(NamedTuple):
    because: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    assumed: str | None = None


AT = Passage(start=3, end=9, sha256="a" * 64)
SOURCES = {
    "paper": Source(title="Dams", publisher="The Lake", date=dt.date(2031, 1, 2), language="en"),
    "talk": Source(title="A talk", publisher="nobody"),
}


def claim(says: str, source: str, at: Passage | None) -> Claim:
    day = dt.date(2031, 1, 3)
    return Claim(says=says, source=source, at=at, date=day, by="=cmd", kind="stated", grade="B2")


CLAIMS = {
    "opened": claim('Gates, "all" of them, opened', "paper", AT),
    "shut": claim("+1 gate is shut", "talk", None),
}
NUMBERS = {
    "lake.level": Number(because=("opened", "shut"), gives=("opened",)),
    "lake.depth": Number(assumed="-2 \x1b[31mor\n\u202eso"),
}
EVIDENCE = Evidence(
    "border-2031",
    ledger(NUMBERS.items(), CLAIMS),
    CLAIMS,
    SOURCES,
    {"lake.level": "1 to 2 m", "lake.depth": "-3"},
)
ROWS = {row["key"]: row for row in csv.DictReader(io.StringIO(to_csv(EVIDENCE)))}
ANNOTATIONS = [json.loads(line) for line in to_json_lines(EVIDENCE).splitlines()]


def test_the_table_has_a_row_for_every_number_and_every_claim():
    assert list(ROWS) == ["lake.level", "lake.depth", "opened", "shut"]
    assert [row["row"] for row in ROWS.values()] == ["number", "number", "claim", "claim"]


def test_a_number_stands_next_to_what_it_rests_on():
    row = ROWS["lake.level"]

    assert (row["value"], row["because"], row["grade"]) == ("1 to 2 m", "opened; shut", "B2")
    assert row["gives"] == "opened"


def test_a_claim_stands_next_to_its_source_its_passage_and_its_numbers():
    row = ROWS["opened"]

    assert row["says"] == 'Gates, "all" of them, opened'
    assert (row["source"], row["title"], row["published"]) == ("paper", "Dams", "2031-01-02")
    assert (row["start"], row["end"], row["sha256"]) == ("3", "9", "a" * 64)
    assert (row["numbers"], row["gives"]) == ("lake.level", "lake.level")


def test_what_is_not_known_of_a_claim_is_left_empty():
    row = ROWS["shut"]

    assert (row["published"], row["start"], row["sha256"]) == ("", "", "")


@pytest.mark.parametrize(
    ("key", "column", "cell"),
    [
        ("opened", "by", "'=cmd"),
        ("shut", "says", "'+1 gate is shut"),
        ("lake.depth", "value", "'-3"),
        ("lake.depth", "assumed", "'-2 [31morso"),
    ],
)
def test_no_cell_is_a_formula_or_steers_a_terminal(key, column, cell):
    assert ROWS[key][column] == cell


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " =", "\r@", "\uff1d", "\ufeff="])
def test_a_cell_is_guarded_whatever_hides_its_first_character(start):
    says = claim(f"{start}1", "talk", None)
    evidence = EVIDENCE._replace(claims={"bad": says}, ledger=ledger([], {"bad": says}))
    (row,) = csv.DictReader(io.StringIO(to_csv(evidence)))

    assert row["says"][0] == "'"


def test_there_is_one_annotation_a_claim():
    assert [one["id"] for one in ANNOTATIONS] == [
        "urn:detente:border-2031:claim:opened",
        "urn:detente:border-2031:claim:shut",
    ]
    assert {one["type"] for one in ANNOTATIONS} == {"Annotation"}


def test_an_annotation_selects_the_passage_by_position_and_digest():
    assert ANNOTATIONS[0]["target"]["selector"] == {
        "type": "TextPositionSelector",
        "start": 3,
        "end": 9,
        "detente:sha256": "a" * 64,
    }
    assert "selector" not in ANNOTATIONS[1]["target"]


def test_an_annotation_reports_the_claim_its_source_and_its_numbers():
    one = ANNOTATIONS[0]

    assert one["body"]["value"] == 'Gates, "all" of them, opened'
    assert one["target"]["source"] == {
        "id": "urn:detente:border-2031:source:paper",
        "type": "Text",
        "language": "en",
        "detente:title": "Dams",
        "detente:publisher": "The Lake",
        "detente:date": "2031-01-02",
    }
    assert (one["detente:grade"], one["detente:numbers"]) == ("B2", ["lake.level"])
    assert [one["detente:gives"] for one in ANNOTATIONS] == [["lake.level"], []]


def test_the_lines_are_plain_ascii_so_that_no_terminal_is_steered():
    assert to_json_lines(EVIDENCE).replace("\n", "").isprintable()
    assert to_json_lines(EVIDENCE).isascii()
