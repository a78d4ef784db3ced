"""Documents for an office: what stands in them is what stands in the report."""

import io
import re
import shutil
from dataclasses import replace

import docx
import pptx
import pytest

from detente import DetenteError, documents
from detente.documents import printing
from detente.views.blocks import Column, Section, Table, plain
from detente.views.render.html import to_html
from detente.views.render.markdown import to_markdown

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def numbers(text):
    return set(NUMBER.findall(text))


@pytest.fixture(scope="module")
def reported(page):
    """Every number of the report, as a page and as Markdown write it."""
    return numbers(to_markdown(page)) | numbers(re.sub(r'src="[^"]*"', "", to_html(page)))


@pytest.fixture(scope="module")
def brief(page):
    return docx.Document(io.BytesIO(documents.docx()(page)))


@pytest.fixture(scope="module")
def slides(page):
    return pptx.Presentation(io.BytesIO(documents.pptx()(page))).slides


def cells(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_the_word_brief_has_the_sentences_and_tables_of_the_report_and_no_other_number(
    page, brief, reported
):
    lines = [one.text for one in brief.paragraphs]
    pictures, *tables = map(cells, brief.tables)
    heads = {column.head for table in page.all_tables for column in table.columns}
    of_report = {cell for table in page.all_tables for row in table.rows for cell in row}
    written = (pictures, *tables)
    said = " ".join([*lines, *(cell for table in written for row in table for cell in row)])
    left = {NUMBER.match(one)[0] for one in lines if one.endswith("in the report.")}

    assert [f"{one.title}. {plain(one.words)}" for one in page.brief.leads] == lines[2:6]
    assert len(tables) == 3
    assert {cell for table in tables for row in table[1:] for cell in row} <= of_report
    assert {cell for table in tables for cell in table[0]} <= heads
    assert numbers(said) - left <= reported


def test_every_picture_of_a_document_says_what_it_shows(page, brief, slides):
    drawn = [shape._inline.docPr for shape in brief.inline_shapes]  # noqa: SLF001
    placed = [
        shape._element.nvPicPr.cNvPr  # noqa: SLF001
        for slide in slides
        for shape in slide.shapes
        if shape.shape_type == pptx.enum.shapes.MSO_SHAPE_TYPE.PICTURE
    ]
    known = {figure.description for figure in page.figures.values()}

    assert len(drawn) == 2
    assert len(placed) == 4
    assert {one.get("descr") for one in (*drawn, *placed)} <= known


def test_the_word_brief_draws_what_would_have_to_be_true(page, brief):
    turning = Section("brief-turning", "What would have to be true?", (), (page.brief.picture,))
    longer = replace(page, brief=replace(page.brief, sections=(*page.brief.sections, turning)))
    drawn = docx.Document(io.BytesIO(documents.docx()(longer)))

    assert len(drawn.inline_shapes) == len(brief.inline_shapes) + 1
    assert turning.title in [one.text for one in drawn.paragraphs]


def test_slides_have_titles_the_handling_mark_and_no_number_of_their_own(page, slides, reported):
    texts = [
        " ".join(
            cell.text
            for shape in slide.shapes
            for cell in (
                [shape.text_frame]
                if shape.has_text_frame
                else [one for row in shape.table.rows for one in row.cells]
                if shape.has_table
                else []
            )
        )
        for slide in slides
    ]
    places = {str(place) for place in range(1, 6)}

    assert slides[0].shapes.title.text == page.title
    assert all(slide.shapes.title.text for slide in slides)
    assert len(texts) == 5  # the fifth has the options, which were not compared, and the limits
    assert all("TLP:AMBER" in text for text in texts)
    assert numbers(" ".join(texts)) - places <= reported


def test_without_a_picture_or_a_table_an_answer_joins_the_last_slide(page):
    sections = tuple(replace(one, blocks=()) for one in page.appendix)
    parts = tuple(replace(one, blocks=()) for one in page.brief.sections)
    short = replace(page, appendix=sections, brief=replace(page.brief, sections=parts))
    last = pptx.Presentation(io.BytesIO(documents.pptx()(short))).slides[2].shapes

    assert last.title.text == "Other answers and limits"
    assert "What should be watched? " in last[1].text_frame.text


def test_words_of_a_pack_are_text_in_a_document():
    hostile = "=cmd|' /C calc'!A0 \x00\x0b\ud800 <w:p/> \u202eevil"
    table = Table("one", hostile, (Column(hostile),), ((hostile,),))
    content = documents.section()(Section("one", hostile, (hostile,), (table,)))

    assert "<w:p/>" in docx.Document(io.BytesIO(content)).tables[0].cell(1, 0).text


def test_without_a_browser_the_way_to_print_is_said(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)

    with pytest.raises(DetenteError, match="no browser prints the page"):
        documents.pdf()
    monkeypatch.setenv(printing.BROWSER, "/no/such/program")
    with pytest.raises(DetenteError, match="is no program that can be run: /no/such/program"):
        documents.pdf()


@pytest.mark.parametrize(
    ("does", "says"), [("echo no display >&2; exit 3", "no display"), ("sleep 9", "timed out")]
)
def test_a_browser_that_fails_or_hangs_leaves_nothing(page, tmp_path, monkeypatch, does, says):
    program = tmp_path / "browser"
    program.write_text(f"#!/bin/sh\n{does}\n")
    program.chmod(0o755)
    monkeypatch.setattr(printing, "PATIENCE", 1)

    with pytest.raises(DetenteError, match=says):
        printing.to_pdf(page, str(program))


@pytest.mark.skipif(not any(map(shutil.which, printing.NAMES)), reason="no browser on this machine")
def test_a_browser_prints_the_page(page):
    assert documents.pdf()(page).startswith(b"%PDF-")
