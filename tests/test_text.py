"""The nearest name is the one that was probably meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.text import brief, clean, in_sentence, nearest, plain, show

KEYS = ("hard_probability", "war_cost", "vow_price", "text_rate", "strike_rate", "join_probability")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("war-cost", "war_cost"),
        ("War Cost", "war_cost"),
        ("warcost", "war_cost"),
        ("hardprobability", "hard_probability"),
        ("strikerate", "strike_rate"),
        ("join_probabilty", "join_probability"),
    ],
)
def test_a_typing_error_leads_to_its_key(typed: str, meant: str):
    assert nearest(typed, KEYS) == meant


SYSTEMS = ("s400_hq9b", "bavar_s300", "short_range", "upper_defence", "lower_defence", "iron_of_us")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("s300", "bavar_s300"), ("S-300", "bavar_s300"), ("hq9b", "s400_hq9b"), ("bav", "bavar_s300")],
)
def test_a_part_of_a_name_leads_to_it(typed: str, meant: str):
    assert nearest(typed, SYSTEMS) == meant


@pytest.mark.parametrize("typed", ["def", "us", "s3", "_"])
def test_a_part_of_several_names_or_a_very_short_one_leads_nowhere(typed: str):
    assert nearest(typed, SYSTEMS) == ""


@pytest.mark.parametrize("typed", ["", "flag", "x" * 1000])
def test_what_is_far_from_all_leads_nowhere(typed: str):
    assert nearest(typed, KEYS) == ""


@given(key=st.sampled_from(KEYS), place=st.integers(0, 7))
def test_one_letter_left_out_still_leads_to_its_key(key: str, place: int):
    assert nearest(key[:place] + key[place + 1 :], KEYS) == key


@given(text=st.text())
def test_plain_text_is_printable_and_stays_as_it_is(text: str):
    once = plain(text)

    assert plain(once) == once
    assert not any(ord(character) < 32 or 0x202A <= ord(character) <= 0x202E for character in once)


@given(text=st.text(min_size=0, max_size=2000))
def test_a_shown_text_is_short(text: str):
    assert len(show(text)) <= 62
    assert len(brief(text)) <= 300


def test_clean_text_is_one_line_without_what_steers_a_terminal():
    assert clean("a\tb\nc") == "a b c"
    assert clean("\u0645\u06cc\u200c\u062e") == "\u0645\u06cc\u200c\u062e"
    assert clean("a\x1b\u202e\u200eb") == "ab"


def test_values_are_shown_as_the_text_has_them():
    assert show(True) == "true"
    assert show((1.5, "a")) == '[1.5, "a"]'
    assert show({"a": 1}) == "a table"
    assert show(10**5000) == "a huge number"


def test_what_is_shown_is_cut_where_it_is_longer_than_allowed():
    assert show("x" * 60) == '"' + "x" * 60 + '"'
    assert show("x" * 61) == '"' + "x" * 59 + '…"'
    assert brief("x" * 301) == "x" * 299 + "…"


def test_a_number_is_huge_beyond_eighteen_digits():
    assert show(7) == "7"
    assert show(-(10**18)) == "-1" + "0" * 18
    assert show(10**18 + 1) == "a huge number"
    assert show(1e300) == "1e+300"


@pytest.mark.parametrize(
    ("name", "within"),
    [
        ("United States", "the United States"),
        ("the Porte", "the Porte"),
        ("Iran", "Iran"),
        ("Groups aligned with Iran", "groups aligned with Iran"),
        ("Israel or United Arab Emirates", "Israel or the United Arab Emirates"),
        ("Unionists", "Unionists"),
    ],
)
def test_a_name_stands_in_a_sentence_with_the_article_that_english_wants(name, within):
    assert in_sentence(name) == within
