"""Nothing enters a ledger that the document does not bear out."""

import pytest

from detente.evidence import Passage, digest_of
from detente.reading.acceptance import refusals

TEXT = (
    "In 2029 Prime Minister Tomas Brandt said that 14 Northern vessels with S-300 radars would "
    "leave the estuary of the Lowe within days, and that none would come back before the harvest."
)
WHOLE = Passage(start=0, end=len(TEXT), sha256=digest_of(TEXT))


ORDINARY = frozenset(("use", "force", "war", "tensions", "of", "a"))


def found(says="Brandt promised that 14 vessels go", by="Tomas Brandt", at=WHOLE):
    return list(refusals(says, by, at, TEXT, known=("Ada Quill",), ordinary=ORDINARY))


def refused(*given, **more):
    return [str(one.path[0]) for one in found(*given, **more)]


@pytest.mark.parametrize(
    ("says", "by"),
    [
        ("Brandt promised that 14 vessels go", "Tomas Brandt"),
        ("In 2029 the Northerners meant to leave the Lowe", "the article's author"),
        ("Vessels with S-300 radars were there", "Ada Quill"),
        ("Fourteen ships were there", "Prime Minister Brandt"),
        ("The two agreed on the Lowe", "unnamed officials"),
        ("Use of force on the Lowe was promised", "Tomas Brandt"),
        ("Brandt promised a lot. War is near", "Tomas Brandt"),
        ("Tension is high on the Lowe", "Tomas Brandt"),
        ("Harvest-time is near on the Lowe", "Tomas Brandt"),
    ],
)
def test_what_the_passage_says_in_other_words_may_enter(says, by):
    assert refused(says, by) == []


def test_a_count_in_words_may_be_in_figures_and_a_name_without_its_accents():
    text = "Türkiye sent more than three dozen ships to the estuary."
    whole = Passage(start=0, end=len(text), sha256=digest_of(text))

    assert list(refusals("Turkiye sent over 36 ships", "the author", whole, text)) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("It spoke of a fight of twelve days in 2025.", "A 12-day war is recalled from mid-2025"),
        ("It spoke of a reach of 300km on that day.", "A reach of 300 km is stated"),
        ("It spoke of a reach of 300 km on that day.", "A reach of 300km is stated"),
    ],
)
def test_a_number_with_its_unit_is_no_name(text, says):
    whole = Passage(start=0, end=len(text), sha256=digest_of(text))

    assert list(refusals(says, "the author", whole, text)) == []
    assert list(refusals(says.replace("25", "26").replace("300", "400"), "it", whole, text))


def test_what_begins_a_sentence_and_may_be_a_name_is_refused_with_what_to_do():
    (refusal,) = found("Inflation is high on the Lowe")

    assert refusal.found == "Inflation, which the document does not name"
    assert refusal.hint == "if Inflation is no name, begin with another word"


@pytest.mark.parametrize(
    "says",
    [
        "Brandt promised that 15 vessels go",
        "Brandt promised that two thousand vessels go",
        "In 2028 the vessels left",
        "Ostrova promised that the vessels go",
        "Vessels with S-400 radars were there",
        "NATO saw the vessels go",
        "Karpov saw the vessels go",
        "Brandt promised a lot. Karpov saw the vessels go",
        "Forces left, and Tensions were high",
        "Brandt [said] that the vessels go",
        "He said 14 northern vessels with s-300 radars would leave the estuary",
    ],
)
def test_an_invented_number_or_name_or_a_copied_sentence_is_refused(says):
    assert set(refused(says)) == {"says"}


@pytest.mark.parametrize(
    "by", ["Lena Ostrova", "Lena Brandt", "S-500 Brandt", "a group of 40 officials"]
)
def test_a_speaker_whom_the_document_does_not_name_is_refused(by):
    assert refused(by=by) == ["by"]


def test_a_speaker_who_is_named_elsewhere_only_is_refused():
    text = f"{TEXT} {'Nothing happened. ' * 60}It was late on the river."
    start = text.index("It was late")
    late = Passage(start=start, end=len(text), sha256=digest_of(text[start:]))

    assert [one.path for one in refusals("It was late", "Brandt", late, text)] == [("by",)]


@pytest.mark.parametrize(
    "at",
    [
        WHOLE.model_copy(update={"start": 1}),
        WHOLE.model_copy(update={"sha256": digest_of("another text")}),
        Passage(start=0, end=7, sha256=digest_of(TEXT[:7])),
    ],
)
def test_a_passage_that_is_not_there_or_too_short_is_refused(at):
    assert refused("In that year", at=at)[0] == "at"
