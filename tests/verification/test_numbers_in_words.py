"""Tests that a number in a report's words that is not the run's is found."""

import pytest

from detente.analysis.wording import Value
from detente.views.blocks import Column, Command, Method, Section, Sentence, Table
from verification.numbers_in_words import Saying, said_in, unexplained
from verification.phrases import rounded, term
from verification.phrases_of_packs import Allowed

MAY = {
    ("", ""): Allowed(["128 worlds x 400 futures", "seed 1"], []),
    ("endings, text", ""): Allowed(["unlikely (20-45)"], [493.0, 27.49]),
    ("claims", "first"): Allowed(["C2"], [3.0]),
}


def left(text, part="endings, text", row=""):
    return unexplained(Saying(part, row, text), MAY)


def test_what_is_known_where_it_stands_leaves_nothing():
    assert (
        left("128 worlds x 400 futures, seed 1, 90 % interval, unlikely (20-45), 493, 27.5") == []
    )


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("128 worlds x 401 futures", ["128", "401"]),
        ("seed 11", ["11"]),
        ("unlikely (20-46)", ["20", "46"]),
        ("of 494 numbers", ["494"]),
        ("27.6 of 100", ["27.6"]),
        ("1,493 numbers", ["1,493"]),
    ],
)
def test_another_number_is_left(text, wrong):
    assert left(text) == wrong


def test_what_one_row_may_say_another_may_not():
    assert left("C2, 3", "claims", "first") == []
    assert left("C2, 3", "claims", "second") == ["2", "3"]


def test_every_text_of_a_section_is_looked_at_but_for_values_which_keep_their_number():
    table = Table("t", "Caption 3", (Column("Head 4"),), (("Row 5 (a.b)", "6", Value("7", 7.0)),))
    blocks = (Sentence(("Text 8 ", Value("9", 9.0))), table, Command("does 10", "run 11"))
    method = Method(("in 12",), ("left out",), ("changes 13",))
    section = Section("key", "Title 1", (("Answer 2",),), blocks, method)
    said = [(one.part, one.row, one.text) for one in said_in(section)]

    assert said == [
        ("key, text", "", "Title 1"),
        ("key, text", "", "Answer 2"),
        ("key, text", "", "in 12"),
        ("key, text", "", "changes 13"),
        ("key, text", "", "Text 8 "),
        ("t", "", "Caption 3"),
        ("t", "", "Head 4"),
        ("t", "a.b", "Row 5 (a.b)"),
        ("t", "a.b", "6"),
        ("key, text", "", "does 10"),
        ("key, text", "", "run 11"),
    ]


@pytest.mark.parametrize(
    ("share", "said"),
    [
        ((27.0, 24.0, 30.0), "unlikely (20-45)"),
        ((3.5, 2.3, 5.2), "almost no chance to very unlikely (1-20)"),
        ((0.8, 0.2, 2.7), "below the scale to almost no chance (below 5)"),
        ((0.5, 0.2, 0.9), "below the scale (< 1)"),
        ((99.5, 99.2, 99.9), "above the scale (> 99)"),
        ((97.0, 94.0, 99.5), "very likely to above the scale (above 80)"),
        ((0.0, 0.0, 0.5), ""),
    ],
)
def test_the_bracket_of_a_term_is_that_of_directive_203(share, said):
    assert term(*share) == said


def test_counts_that_add_up_are_rounded_by_the_largest_rests():
    assert rounded((27.59, 45.75, 24.84, 1.81), 100) == [27, 46, 25, 2]
