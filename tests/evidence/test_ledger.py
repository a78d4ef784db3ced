"""The ledger: what each number rests on, and what rests on nothing."""

import datetime as dt
from typing import NamedTuple

from detente.evidence import Claim, ledger


class Number(NamedTuple):
    because: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    assumed: str | None = None


def claim(grade: str) -> Claim:
    return Claim(
        says="A claim",
        source="source",
        date=dt.date(2031, 1, 1),
        by="somebody",
        kind="stated",
        grade=grade,
    )


CLAIMS = {"sure": claim("A1"), "unsure": claim("D4"), "unused": claim("B2")}
NUMBERS = [
    ("words", Number(assumed="a guess")),
    ("known", Number(because=("catalogue",), assumed="a maker's figure")),
    ("given", Number(because=("unsure", "sure"), gives=("unsure", "sure"))),
    ("borne on", Number(because=("sure", "unsure"), assumed="twice as much")),
    ("left", Number(because=("default",), assumed="provisional")),
]


def test_every_number_has_its_row_in_its_order():
    rows = ledger(NUMBERS, CLAIMS).rows

    assert [row.field for row in rows] == ["words", "known", "given", "borne on", "left"]


def test_a_number_has_the_grade_of_the_best_claim_that_gives_it_or_else_its_size_is_assumed():
    book = ledger(NUMBERS, CLAIMS)

    assert {row.field: row.grade for row in book.rows} == {
        "words": "",
        "known": "",
        "given": "A1",
        "borne on": "size assumed",
        "left": "",
    }
    assert [row.field for row in book.given] == ["given"]


def test_what_rests_on_no_claim_is_listed_weakest_first():
    unsupported = ledger(NUMBERS, CLAIMS).unsupported

    assert [row.field for row in unsupported] == ["left", "words", "known"]


def test_a_claim_that_no_number_rests_on_is_listed():
    assert ledger(NUMBERS, CLAIMS).unused == ("unused",)


def test_a_claim_that_a_hypothesis_rests_on_is_in_use():
    held = [Number(because=("unused",))]

    assert ledger(NUMBERS, CLAIMS, hypotheses=held).unused == ()
    assert ledger(NUMBERS, CLAIMS, hypotheses=held).rows == ledger(NUMBERS, CLAIMS).rows


def test_an_empty_crisis_has_an_empty_ledger():
    assert ledger([], {}) == ((), (), ())
