"""Hostile words in every part of a report have no effect on the page, in Markdown or in CSV."""

import csv
import io
import xml.etree.ElementTree as ET
from dataclasses import dataclass, replace
from functools import cache

import altair as alt
import pytest

from detente.questions.wording import Value
from detente.views.blocks import (
    Card,
    Cards,
    Column,
    Command,
    Listing,
    Method,
    Picture,
    Section,
    Sentence,
    Table,
)
from detente.views.brief import Brief, Lead
from detente.views.figures import Figure
from detente.views.figures.figure import Numbers
from detente.views.page import ReportPage
from detente.views.record import MARKS
from detente.views.render import html
from detente.views.render.grid import Screen
from detente.views.render.html import to_html, to_svg
from detente.views.render.markdown import to_markdown
from detente.views.render.terminal import to_text
from verification.pages.injection import FORMULA, NUMBER, STEERING, Skeleton, tokens_of
from verification.pages.payloads import PAYLOADS

HARMLESS = "plain words that are longer than a short cell"
read_again = html.environment.__wrapped__
PICTURE = {"src": "data:image/svg+xml;base64,eA==", "width": "10", "height": "10"}
SLIDE = {"svg", "title", "rect", "text", "g"}
"""Elements of a slide."""
NAMED = ("title", "name", "as_of", "version", "size", "tables", "citation")


@dataclass(frozen=True)
class Made:
    """All blocks of a report, each with the same words wherever it has any."""

    table: Table
    figure: Figure
    page: ReportPage


def made(words):
    table = Table("a", words, (Column(words), Column(words)), ((words, words), (words, words)))
    long = replace(table, key="b", level="full")
    numbers = Numbers((words, words), ((words, 1.5), (words, 2)))
    figure = Figure("c", words, words, words, (words, words), numbers, alt.Chart())
    picture = Picture("c", None)
    vars(picture)["figure"] = figure
    card = Card(words, ((words,), (Value(words), words)), words)
    line = (words, Value(words, origin="reported"))
    blocks = (
        Sentence(line),
        Listing(words, (line, line)),
        Command(words, words),
        Cards(words, line, (card, card)),
        table,
        long,
        Listing(words, (line,), level="full"),
        picture,
    )
    parts = {"about": (words,), "reading": (line,), "next": (Command(words, words),)}
    section = Section("d", words, (line,), blocks, Method(line, line, line), **parts)
    named = dict.fromkeys(NAMED, words)
    digests = {"pack": "0" * 64, "digest": "1" * 64, "source": words}
    short = replace(section, key="brief-d", blocks=(blocks[1], picture))
    leads = Lead(words, line, "d"), Lead(words, line, "none")
    first = Brief(short, picture, leads, (short,))
    page = ReportPage(**named, **digests, mark=MARKS["red"], brief=first, appendix=(section,))
    return Made(table, figure, page)


@pytest.fixture(autouse=True)
def no_pictures(monkeypatch):
    """Leave pictures out: tests of charts draw hostile words."""
    monkeypatch.setattr(html, "environment", pictureless)


@cache
def pictureless():
    read = read_again()  # templates keep the filters that they were read with
    read.filters["picture"] = lambda _: PICTURE
    return read


@pytest.fixture(scope="module")
def reports():
    """Return a report of each payload, to be read only."""
    return {payload: made(payload) for payload in PAYLOADS}


def skeleton(text):
    read = Skeleton()
    read.feed(text)
    return read


def steering(texts):
    """Return the payloads that steer a screen in what was written with them."""
    return [payload for payload, text in texts.items() if STEERING.search(text)]


def test_the_page_has_the_same_elements_whatever_the_words(reports):
    usual = skeleton(to_html(made(HARMLESS).page))
    texts = {payload: to_html(report.page) for payload, report in reports.items()}
    read = {payload: skeleton(text) for payload, text in texts.items()}

    assert [payload for payload, each in read.items() if each.faults] == []
    assert [payload for payload, each in read.items() if each.parts != usual.parts] == []
    assert steering(texts) == []


def test_markdown_has_the_same_blocks_whatever_the_words(reports):
    usual = tokens_of(to_markdown(made(HARMLESS).page))
    texts = {payload: to_markdown(report.page) for payload, report in reports.items()}

    assert [payload for payload, text in texts.items() if tokens_of(text) != usual] == []
    assert steering(texts) == []


def test_the_slide_has_words_and_nothing_else_whatever_they_are(reports, monkeypatch):
    monkeypatch.setattr(Figure, "svg", lambda _: '<svg xmlns="a" width="10" height="10"></svg>')
    texts = {payload: to_svg(report.page) for payload, report in reports.items()}
    trees = [ET.fromstring(text) for text in texts.values()]  # noqa: S314  our own

    assert {one.tag.rpartition("}")[2] for tree in trees for one in tree.iter()} <= SLIDE
    assert steering(texts) == []


def test_no_cell_is_computed_or_steers_a_screen(reports):
    rows = [
        row
        for report in reports.values()
        for block in (report.table, report.figure)
        for row in csv.reader(io.StringIO(block.csv(), newline=""))
    ]
    cells = [cell for row in rows for cell in row if not NUMBER.fullmatch(cell)]

    assert {len(row) for row in rows} == {2}
    assert [cell for cell in cells if cell.startswith(FORMULA)] == []
    assert [cell for cell in cells if STEERING.search(cell) or "\n" in cell] == []


@pytest.mark.parametrize("room", [None, 40])
def test_no_terminal_is_steered(reports, room):
    screen = Screen(room=room)
    texts = {payload: to_text(one.page.appendix, screen) for payload, one in reports.items()}

    assert steering(texts) == []
