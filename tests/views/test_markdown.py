"""The report as Markdown: the same words, and nothing in them that is markup."""

from itertools import groupby

import pytest
from markdown_it import MarkdownIt

from detente.views.blocks import MOST_ROWS
from detente.views.render.markdown import escape, to_markdown
from verification.pages.payloads import MARKDOWN

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def tokens(text):
    return [
        inner.type
        for token in READER.parse(text)
        for inner in (token, *(token.children or ()))
        if inner.type != "text_special"
    ]


@pytest.mark.parametrize("text", MARKDOWN, ids=ascii)
def test_escaped_text_is_one_paragraph_of_text(text):
    kinds = tokens(escape(text).strip())

    assert kinds[:2] == ["paragraph_open", "inline"]
    assert set(kinds) == {"paragraph_open", "inline", "text", "paragraph_close"}


@pytest.mark.parametrize("text", ["a | b", "| x", "\\| y"])
def test_a_pipe_ends_no_cell(text):
    kinds = tokens(f"| head |\n| --- |\n| {escape(text)} |")

    assert kinds.count("td_open") == 1


def test_text_reads_as_it_was_written():
    shown = READER.render(escape("1. 5 * 3 < [x] & y_z (see) #7"))

    assert shown == "<p>1. 5 * 3 &lt; [x] &amp; y_z (see) #7</p>\n"


def test_a_report_has_a_heading_for_each_section_and_its_mark_at_both_ends(page):
    text = to_markdown(page)
    lines = text.splitlines()

    assert [line for line in lines if line.startswith("# ")] == [
        f"# {escape(page.title)}",
        "# Appendix",
    ]
    assert sum(line.startswith("## ") for line in lines) == len(page.sections)
    assert lines[0].startswith("**TLP:AMBER**")
    assert lines[-1] == "**TLP:AMBER**"
    assert "html" not in {kind.split("_")[0] for kind in tokens(text)}


def test_pictures_are_files_next_to_the_report_and_long_tables_are_too(page):
    text = to_markdown(page, folder="my report")
    pictures = [line for line in text.splitlines() if line.startswith("![")]
    rows = [line.startswith("|") for line in text.splitlines()]
    longest = max(len(list(group)) for is_row, group in groupby(rows) if is_row)

    assert len(pictures) >= len(page.brief.figures)
    assert all("](my%20report/" in line for line in pictures)
    assert longest <= MOST_ROWS + 2
    assert "claims.csv](my%20report/claims.csv)" in text
