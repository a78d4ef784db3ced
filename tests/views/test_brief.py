"""The brief: as short as it says, its estimates bold, its words defined, its pictures few."""

import base64
import re
from dataclasses import replace
from html import unescape

import pytest

from detente.estimate.estimate import Estimate
from detente.views.blocks import plain
from detente.views.brief import MOST_WORDS, RANGE, _across, fitted
from detente.views.page import compose
from detente.views.render.html import to_html
from detente.views.render.markdown import to_markdown
from tests.views.reading import Elements

DRAWN = re.compile(r"image/svg\+xml;base64,([A-Za-z0-9+/=]+)")
MARKUP = re.compile(r"<[^>]+>")
WORD = re.compile(r"\S*[A-Za-z]\S*")
MOST_STOPS = 15


@pytest.fixture(scope="module")
def text(page):
    """What the page has of the brief."""
    whole = to_html(page)
    return whole[whole.index("<header>") : whole.index("<nav")]


@pytest.fixture(scope="module")
def pictures(text):
    return [base64.b64decode(one).decode() for one in DRAWN.findall(text)]


def words_of(markup):
    return WORD.findall(unescape(MARKUP.sub(" ", markup)))


def test_a_brief_has_at_most_700_words_with_those_of_its_pictures(text, pictures):
    words = [*words_of(text), *(word for one in pictures for word in words_of(one))]

    assert 300 < len(words) <= MOST_WORDS


def test_the_three_views_come_first_and_there_are_at_most_four_pictures_more(text, pictures):
    assert text.index('id="brief-strip"') < text.index("The likely course")
    assert 3 <= len(pictures) <= 5


def test_a_brief_has_few_stops_and_no_region_that_scrolls(text):
    found = Elements(text).found
    stops = [tag for tag, held in found if tag in {"a", "summary"} or "tabindex" in held]

    assert len(stops) <= MOST_STOPS
    assert 'class="scroll"' not in text
    assert "Save as CSV" not in text


def test_estimates_are_bold_and_intervals_are_not(text):
    bold = re.findall(r'<span class="modelled">([^<]*)</span>', text)

    assert len(bold) > 5
    assert [one for one in bold if "(" in one or " to " in one] == []


def test_every_part_leads_to_the_section_that_says_more(page, text):
    keys = {section.key for section in page.appendix}
    links = [one["href"][1:] for one in Elements(text).named("a")][1:]

    assert len(links) >= 5
    assert set(links) <= keys


def test_every_sentence_it_begins_with_leads_to_its_part_in_the_page_and_in_markdown(page, text):
    headings = [one for one in to_markdown(page).splitlines() if one.startswith("#")]

    for lead in page.brief.leads:
        assert f'<a href="#{lead.key}">{lead.title}</a>' in text
    assert "**[What helps most](#what-could-be-done-1).**" in to_markdown(page)
    assert [one for one in headings if "What could be done?" in one] == [
        "## [What could be done?](#what-could-be-done-1)",
        "## What could be done?",
    ]


def test_a_brief_with_too_many_words_leaves_sentences_on_options_out_and_no_lead(page):
    few = fitted(page.brief, 100)
    kept = {one.key: len(one.answer) for one in few.sections}

    assert few.leads == page.brief.leads
    assert list(kept) == [one.key for one in page.brief.sections]
    assert kept["brief-evidence"] == 1
    assert kept["brief-options"] <= 2


def test_words_that_a_brief_uses_are_defined_in_it(page):
    listing = page.brief.sections[-1].blocks[0]
    defined = [plain(item).split(":")[0] for item in listing.items]

    assert {"Set of assumptions", "Use of force", "War"} <= set(defined)
    assert "Resolved" not in defined


def test_a_landmark_has_a_name_of_its_own(page):
    found = Elements(to_html(page)).found
    named = [held["aria-labelledby"] for tag, held in found if "aria-labelledby" in held]

    assert sorted(named) == ["appendix-title", "brief-title", "contents-title"]
    assert [tag for tag, _ in found if tag in {"aside", "main"}] == ["main"]


def test_a_brief_alone_has_no_appendix_and_no_link_into_it(run):
    alone = compose(run, only=())
    links = [one["href"] for one in Elements(to_html(alone)).named("a")]

    assert alone.appendix == ()
    assert links == ["#brief"]


def test_the_course_gives_force_war_and_a_deal_each_with_its_range(page):
    course = plain(page.brief.leads[0].words)

    assert len(re.findall(r"(?:runs from|range of) [\d.]+ to [\d.]+ %", course)) == 3
    assert "A deal stands at the end in " in course
    assert re.search(r"By \S+ \w+ \d{4} force comes in [\d.]+ %, war in [\d.]+ %, a deal", course)


def test_a_range_that_noise_hides_is_not_given():
    hidden = Estimate(0.5, 0.3, 0.7, 0.5, 0.5)
    known = replace(hidden, spread_high=0.75)

    assert _across(hidden, RANGE) == ""
    assert plain(_across(known, RANGE)) == ", with a range of 50 to 75 %"
