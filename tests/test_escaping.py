"""Every text on a page is escaped; where one is taken for markup a reason stands next to it."""

import re
from pathlib import Path

import pytest

import detente

PROGRAM = Path(detente.__file__).parent
FILES = [path for ending in ("html", "svg", "py") for path in PROGRAM.rglob(f"*.{ending}")]
UNESCAPED = re.compile(
    r"\|\s*safe\b|\bMarkup\(|\b__html__\b|\bautoescape\b(?!=True\b)|select_autoescape"
)
"""How a template or Python takes a text for markup."""
REASON = re.compile(r"\{#(?P<template>.*)#\}|# (?:noqa: \S+)?(?P<python>.*)")
FEWEST_WORDS = 3


def unreasoned(text):
    """Return the lines that take a text for markup and do not say why."""
    found = []
    for line in text.splitlines():
        reason = REASON.search(line)
        words = (reason["template"] or reason["python"] or "").split() if reason else []
        if UNESCAPED.search(line) and len(words) < FEWEST_WORDS:
            found.append(line)
    return found


def test_no_text_is_taken_for_markup_without_a_reason_next_to_it():
    found = {path: unreasoned(path.read_text(encoding="utf-8")) for path in FILES}

    assert len(FILES) > 300
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("<b>{{ claim.says|safe }}</b>", " {# drawn by us, its texts escaped #}"),
        ("{% autoescape false %}", " {# drawn by us, its texts escaped #}"),
        ("made = Environment(autoescape=False)", "  # drawn by us, its texts escaped"),
        ("shown = Markup(text)  # noqa: S704", "  drawn by us, its texts escaped"),
    ],
)
def test_what_is_taken_for_markup_is_found_unless_it_says_why(line, reason):
    assert unreasoned(line) == [line]
    assert unreasoned(line + reason) == []
