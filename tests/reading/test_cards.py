"""Every sentence is a card, with what its words say for sure and nothing else."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.evidence import digest_of
from detente.reading.cards import cards_of, doubles, sentences
from detente.reading.mentions import aliases_of

DAY = date(2031, 2, 20)
SYSTEMS = aliases_of(("s300", "bavar_373", "cruise_missile"))
WRITTEN = st.text(st.sampled_from('ab AB.?!"\n-1,“”'), max_size=80)


def split(text):
    return [text[start:end] for start, end in sentences(text)]


def cards(text):
    return cards_of(text, day=DAY, aliases=SYSTEMS)


@given(WRITTEN)
def test_every_letter_of_a_text_stands_in_one_card(text):
    found = cards(text)
    within = "".join(text[card.start : card.end] for card in found)

    assert [one for one in within if one.isalpha()] == [one for one in text if one.isalpha()]
    assert [card.sha256 for card in found] == [digest_of(one) for one in split(text)]


@pytest.mark.parametrize(
    "parts",
    [
        ["Gen. A. B. Dorn met the U.S. envoy on Jan. 3.", "He left."],
        ["It rose 3.5 percent in the U.S.", "The talks go on."],
        ['"We want peace.', 'We wait!" he said.', "“Nobody asked?” asked the mayor."],
        ["See fig. 3 and No. 7.", "Then silence… and nothing."],
        ["They meet at 4 p.m. in Port Lowe.", "Mr. O'Neil vs. the state."],
    ],
)
def test_no_abbreviation_and_no_quote_ends_a_sentence(parts):
    assert split(" ".join(parts)) == parts


def test_headlines_and_entries_of_lists_stand_by_themselves():
    text = (
        "Talks open\nEnvoys met. They left.\nAgreed:\n- pilots return\n- cargo is free\n2. Ships go"
    )

    assert split(text) == [
        *("Talks open", "Envoys met.", "They left.", "Agreed:"),
        *("pilots return", "cargo is free", "Ships go"),
    ]


def test_a_sentence_goes_on_over_lines_that_are_broken_by_hand():
    text = (
        "Ships gather off the cape\n"
        "Envoys of the two states met in Port Lowe on Tuesday, and\n"
        "Prime Minister Tomas Brandt said that they would meet once\n"
        "more.\n"
    )

    assert [one.split()[-1] for one in split(text)] == ["cape", "more."]


@pytest.mark.parametrize(
    ("sentence", "by", "kind"),
    [
        ("Minister Tom Brandt said on 3 May that it ends.", "Minister Tom Brandt", "stated"),
        ("However, defence experts caution against haste.", "defence experts", "analyst"),
        ("Northern officials insist the drill is routine.", "Northern officials", "claimed"),
        ("In the north, state media reported a loss.", "state media", "reported"),
        ("According to the Bank of Lowe, 30 came.", "the Bank of Lowe", "stated"),
        ("The risk, analysts warn, is a wider war.", "analysts", "analyst"),
        ("“Not now,” said Lena Ostrova.", "Lena Ostrova", "stated"),
        ("Ada Reyes, the commander, warned of a raid.", "Ada Reyes, the commander", "stated"),
        ("Brandt's warning that all would pay was heard.", "Brandt", "stated"),
        ("Lena Ostrova rejected it, saying that it came late.", "Lena Ostrova", "stated"),
        ("Qatar and Egypt said that they would help.", "Qatar and Egypt", "stated"),
    ],
)
def test_a_speaker_is_named_where_the_words_leave_no_doubt(sentence, by, kind):
    (card,) = cards(sentence)

    assert (card.by, card.kind) == (by, kind)


@pytest.mark.parametrize(
    "sentence",
    [
        "Many say that the price is right.",
        "Few analysts believe that it lasts.",
        "The Iranian claims that followed were ignored.",
        "It has been reported that pilots left.",
        "Several residents were told to leave.",
        "The minister did not say when.",
        "Iran insisted on another venue.",
        "The Gulf states, however, are divided.",
    ],
)
def test_a_speaker_is_left_blank_where_they_leave_one(sentence):
    (card,) = cards(sentence)

    assert card.by == ""


def test_a_quotation_over_sentences_and_she_after_it_have_one_speaker():
    text = (
        "“We heard that before. We wait,” Minister Lena Ostrova told us. She added that it is late."
    )

    assert {card.by for card in cards(text)} == {"Minister Lena Ostrova"}


def test_a_card_holds_quantities_dates_systems_and_doubt():
    (card,) = cards(
        "Since last month up to 1,200 km may be reached by three dozen ships with S-300s, as seen "
        "on 3 March."
    )

    assert [(one.value, one.unit) for one in card.quantities] == [(1200.0, "km"), (36.0, "ships")]
    assert [one.date for one in card.dates] == ["2031-01", "2031-03-03"]
    assert (card.systems, card.hedge) == (("s300",), "may")


@pytest.mark.parametrize(
    ("said", "value", "unit"),
    [
        ("160,000 square kilometres of land", 160e3, "km2"),
        ("a 30-square-metre room", 30.0, "m2"),
        ("12 km² or more", 12.0, "km2"),
        ("4 million cubic metres of water", 4e6, "m3"),
        ("500 sq miles of sea", 500.0, "square miles"),
        ("5 square km of islands", 5.0, "km2"),
        ("40 km/h in ports", 40.0, "km/h"),
        ("300 metres per second at most", 300.0, "m/s"),
        ("2 million barrels of oil a day", 2e6, "barrels/day"),
        ("$90 a barrel at times", 90.0, "dollars/barrel"),
        ("5 per cent a year on average", 5.0, "%/year"),
        ("3 weeks a year ago", 3.0, "weeks"),
        ("half a million people at sea", 5e5, "people"),
        ("30,000 feet above islands", 3e4, "feet"),
    ],
)
def test_a_quantity_has_the_whole_of_its_unit(said, value, unit):
    (card,) = cards(f"They speak of {said}.")

    assert [(one.value, one.unit) for one in card.quantities] == [(value, unit)]


def test_a_word_that_bounds_a_quantity_is_a_whole_word():
    (card,) = cards("Fields cover 40 hectares, and over 30 ships wait.")

    assert [one.text for one in card.quantities] == ["40 hectares", "over 30 ships"]


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("in May", "2030-05"),
        ("on 25 December", "2030-12-25"),
        ("June 2029", "2029-06"),
        ("yesterday", "2031-02-19"),
        ("on Friday", "2031-02-14"),
        ("last year", "2030"),
        ("in late 2029", "2029"),
        ("on 31 February", ""),
    ],
)
def test_a_date_is_worked_out_from_that_of_the_document(said, day):
    (card,) = cards(f"It began {said}, they said.")

    assert [one.date for one in card.dates] == [day]


def test_a_sentence_that_another_document_nearly_repeats_is_found():
    said = "Ships of the northern fleet left the estuary on Tuesday morning"
    alike = doubles({"one": ["Nothing", said], "two": [f"{said} at last", "Nothing"]})

    assert alike == {("one", 1): ("two", 0), ("two", 0): ("one", 1)}
