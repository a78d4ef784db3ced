"""A sentence is taken to bear on a number only if it speaks of whom the number is about."""

import pytest

from detente.pack import load, shipped
from detente.reading.bearing import ordinary_words
from detente.reading.deciding import fields_for
from tests.border import BORDER

ACTORS = {actor.name for name in shipped() for actor in load(name).model.actors.values()}


@pytest.fixture(scope="module")
def border():
    return load(BORDER)


@pytest.mark.parametrize(
    "says",
    [
        "President Amina Odhiambo told parliament that force would follow if the talks failed.",
        "The president told parliament that the water would be had, by talks or otherwise.",
        "The chief of staff vowed to answer every shot.",
        "Two of those reports differ on whether, between them, anything less was said about it.",
    ],
)
def test_nothing_is_suggested_for_a_sentence_about_others(border, says):
    assert fields_for(says, border, are_written=True) == ()


@pytest.mark.parametrize(
    ("says", "field"),
    [
        ("The president of the North told parliament of the water.", "actors.north"),
        ("The northern president told parliament of the water.", "issues.water"),
        ("The South's chief of staff vowed to answer every shot.", "actors.south"),
        ("Field hospitals were seen behind the lines.", "indicators.field_hospitals"),
    ],
)
def test_a_number_is_suggested_for_a_sentence_about_whom_it_is_about(border, says, field):
    found = fields_for(says, border, are_written=True)

    assert any(one.startswith(f"{field}.") for one in found)


@pytest.mark.parametrize("word", ["use", "war", "both", "force", "threats", "pressure", "oil"])
def test_what_packs_write_in_small_letters_is_ordinary(word):
    assert word in ordinary_words()


def test_who_acts_in_a_pack_is_never_an_ordinary_word():
    names = {name.lower() for name in ACTORS if name.isalpha()}

    assert len(names) > 10
    assert names & ordinary_words() == set()
