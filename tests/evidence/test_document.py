"""Passages found in their place, by their digest, or not at all; text within HTML and PDF."""

import hashlib
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from detente.errors import DetenteError
from detente.evidence import Passage, digest_of, document, read_document, verify

TEXT = "Lakes rise.\n\nThe upper state “opened” its dam, and\nthe lower state protested.\n"
SENTENCE = "The upper state “opened” its dam"
WORDS = st.lists(st.text("abcdé0", min_size=1, max_size=6), min_size=1, max_size=8)
SPACES = st.sampled_from([" ", "\n", "  ", "\n\n\t"])


def passage(words: str, text: str = TEXT) -> Passage:
    start = text.index(words)
    return Passage(start=start, end=start + len(words), sha256=digest_of(words))


def the_only(found):
    (one,) = found
    return one


def test_a_passage_in_its_place_matches():
    found = the_only(verify({"dam": passage(SENTENCE)}, TEXT))

    assert (found.claim, found.result, found.line) == ("dam", "matches", 3)
    assert TEXT[found.start : found.end] == SENTENCE


def test_the_digest_of_a_passage_on_one_line_is_its_plain_sha256():
    assert digest_of(SENTENCE) == hashlib.sha256(SENTENCE.encode()).hexdigest()


def test_a_passage_that_others_push_down_has_moved():
    found = the_only(verify({"dam": passage(SENTENCE)}, "News!\n" + TEXT))

    assert (found.result, found.start, found.line) == ("moved", 19, 4)


def test_a_passage_over_lines_that_are_broken_elsewhere_has_moved():
    text = TEXT.replace("and\nthe", "and the").replace("upper state", "upper\n    state")
    found = the_only(verify({"both": passage("dam, and\nthe lower state")}, text))

    assert found.result == "moved"
    assert text[found.start : found.end] == "dam, and the lower state"


def test_a_passage_of_two_paragraphs_is_found_with_the_blank_line_that_it_had():
    found = the_only(verify({"both": passage("rise.\n\nThe upper")}, "News!\n" + TEXT))

    assert (found.result, found.start) == ("moved", 12)


def test_another_breaking_of_a_line_in_its_place_still_matches():
    text = TEXT.replace("and\nthe", "and the")

    assert the_only(verify({"both": passage("and\nthe")}, text)).result == "matches"


@pytest.mark.parametrize("text", ["", "\n", "Another text.", TEXT.replace("dam", "gate")])
def test_a_passage_that_was_changed_is_missing(text):
    assert the_only(verify({"dam": passage(SENTENCE)}, text)) == ("dam", "missing", *[None] * 3)


def test_passages_are_answered_in_their_order_whatever_became_of_them():
    passages = {"b": passage("Lakes"), "a": passage("its dam"), "c": passage("protested")}
    found = verify(passages, "Lakes, its gate; protested")

    assert [(one.claim, one.result) for one in found] == [
        ("b", "matches"),
        ("a", "missing"),
        ("c", "moved"),
    ]


def test_two_claims_of_one_passage_are_both_found():
    found = verify({"a": passage("its dam"), "b": passage("its dam")}, " " + TEXT)

    assert [one.result for one in found] == ["moved", "moved"]


@settings(max_examples=60, deadline=None)
@given(WORDS, WORDS, st.lists(SPACES, min_size=8, max_size=8))
def test_whole_words_are_found_wherever_they_stand_and_however_they_are_spaced(
    words, before, spaces
):
    said = " ".join(words)
    spaced = "".join(word + space for word, space in zip(words, spaces, strict=False))
    text = f"{' '.join(before)}; {spaced}."
    found = the_only(
        verify({"said": Passage(start=0, end=len(said), sha256=digest_of(said))}, text)
    )

    assert digest_of(text[found.start : found.end]) == digest_of(said)


@pytest.mark.parametrize("breaks", ["\n", "\r\n", "\r"])
def test_a_line_end_is_one_character_whatever_wrote_it(tmp_path, breaks):
    file = tmp_path / "document.txt"
    file.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", breaks).encode())

    assert read_document(file) == TEXT


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\xff\xfeL\0a\0", "not text in UTF-8"),
        (b"%PDF-1.7\n\xe2\xe3", "no PDF that can be read"),
        (b"L\0a\0k\0e\0", "zero bytes"),
        (b"a" * (document.MOST_BYTES + 1), "too long"),
    ],
)
def test_what_is_no_text_is_reported_with_what_to_do(tmp_path, content, what):
    file = tmp_path / "document"
    file.write_bytes(content)

    with pytest.raises(DetenteError, match=what) as reported:
        read_document(file)

    assert reported.value.where == str(file)
    assert reported.value.hint


@pytest.mark.parametrize("name", ["nowhere.txt", "."])
def test_what_cannot_be_read_is_reported(tmp_path, name):
    with pytest.raises(DetenteError, match="cannot be read"):
        read_document(tmp_path / name)


@pytest.mark.parametrize(
    "change",
    [{"start": -1}, {"end": 0}, {"sha256": "ab"}, {"sha256": "G" * 64}, {"start": "1"}, {"at": 1}],
)
def test_a_passage_is_two_places_and_a_digest(change):
    right = {"start": 0, "end": 5, "sha256": "0" * 64}

    assert Passage.model_validate(right).end == 5
    with pytest.raises(ValidationError):
        Passage.model_validate({**right, **change})


PAGE = b"""<!doctype html><html><head><title>no</title></head><body><nav><li>Home</nav>
<article><h1>Ferry talks</h1><p>Envoys met on <b>Tues</b>day.
 They said&nbsp;little.<br>Then<script>no()</script> they left.</p><ul><li>One<li>Two</ul></article>
<footer>no</footer></body></html>"""
STREAM = b"BT /F 11 Tf 14 TL 50 780 Td (Ferry talks open) Tj T* (Envoys met.) Tj ET"
OBJECTS = (
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
    b"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
    b"<</Length %d>>stream\n%s\nendstream" % (len(STREAM), STREAM),
)


def pdf(objects=OBJECTS) -> bytes:
    content, places = b"%PDF-1.4\n", []
    for number, written in enumerate(objects, 1):
        places.append(b"%010d 00000 n \n" % len(content))
        content += b"%d 0 obj%sendobj\n" % (number, written)
    table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(places)
    end = b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(content)
    return content + table + end


def test_a_page_is_the_text_of_its_article_a_paragraph_a_line(tmp_path):
    page = tmp_path / "page"
    page.write_bytes(PAGE)

    assert read_document(page).split("\n\n") == [
        *("Ferry talks", "Envoys met on Tuesday. They said little.", "Then they left."),
        *("One", "Two"),
    ]


def test_without_an_article_menus_head_and_foot_are_left_out(tmp_path):
    page = tmp_path / "page.html"
    page.write_bytes(PAGE.replace(b"article", b"div"))

    assert read_document(page).startswith("Ferry talks\n\nEnvoys")
    assert "Home" not in read_document(page)


def test_a_pdf_file_is_its_lines(tmp_path):
    file = tmp_path / "talks.pdf"
    file.write_bytes(pdf())

    assert read_document(file) == "Ferry talks open\nEnvoys met."


def test_what_a_damaged_pdf_file_calls_its_parts_is_not_printed(tmp_path, caplog):
    odd = OBJECTS[2].replace(b"Helvetica", b"Helvetica/Encoding/A#1b#5d0;b#07")
    file = tmp_path / "talks.pdf"
    file.write_bytes(pdf((*OBJECTS[:2], odd, OBJECTS[3])))

    assert read_document(file) == "Ferry talks open\nEnvoys met."
    assert caplog.records == []


@pytest.mark.parametrize(
    ("page", "count", "read"), [("a" * document.MOST_BYTES, 9, 2), ("", 6000, 5001)]
)
def test_a_pdf_file_is_read_no_further_than_it_may_be_long(
    tmp_path, monkeypatch, page, count, read
):
    pages = []
    monkeypatch.setattr("pypdf.PageObject.extract_text", lambda _: pages.append(page) or page)
    listed = b"<</Type/Pages/Kids[%s]/Count %d>>" % (b"3 0 R " * count, count)
    file = tmp_path / "talks.pdf"
    file.write_bytes(pdf((OBJECTS[0], listed, *OBJECTS[2:])))

    with pytest.raises(DetenteError, match="too long") as reported:
        read_document(file)

    assert len(pages) == read
    assert "2 MiB of text on 5,000 pages are read" in reported.value.hint


@pytest.mark.parametrize(
    "hidden",
    [
        b"<p hidden>War</p>",
        b"<div style='color: red; DISPLAY:none'><p>War</p></div>",
        b"<span style='visibility : hidden'>War</span>",
        b"<dialog>War</dialog>",
        b"<template><p>War</p></template>",
        b"<video>War</video>",
    ],
)
def test_what_a_page_hides_from_its_readers_is_left_out(tmp_path, hidden):
    page = tmp_path / "page.html"
    page.write_bytes(b"<article><p>Envoys" + hidden + b" met.<p aria-hidden=true>They left.")

    assert read_document(page).split() == ["Envoys", "met.", "They", "left."]


@pytest.mark.parametrize(
    "content",
    [b"", b"<img src=a>", b"<html><script>a</script></html>", b"<html><body hidden>a</html>"],
)
def test_a_page_without_text_is_refused(tmp_path, content):
    page = tmp_path / "page.html"
    page.write_bytes(content)

    with pytest.raises(DetenteError, match="holds no text"):
        read_document(page)


@pytest.mark.parametrize(("module", "content"), [("lxml.html", PAGE), ("pypdf", b"%PDF-1.4")])
def test_without_the_extra_it_is_said_what_to_install(tmp_path, monkeypatch, module, content):
    monkeypatch.setitem(sys.modules, module, None)
    file = tmp_path / "document"
    file.write_bytes(content)

    with pytest.raises(DetenteError, match="needs the extra `read`") as reported:
        read_document(file)

    assert reported.value.hint == "install it: pip install 'detente[read]'"
