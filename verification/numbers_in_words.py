"""Whether numbers that stand in a report's words, and in the words of its pictures, are the run's.

A number in a sentence that keeps its value is judged by `verification.numbers`. All others are
texts: sizes, brackets of likelihood terms, what drawn marks are labelled with, ranges of what is
assumed, quotes of the pack. From a text is taken away what may stand there: phrases that say only
how to read it, what the run's record and its pack say word for word, and what is worked out here.
Each number that is left has to be, with the decimals it has, one that is known where it stands.
"""

import html
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from detente.analysis.wording import Value
from detente.views.blocks import Block, Cards, Command, Listing, Picture, Section, Sentence, Table
from detente.views.figures import Figure
from verification.numbers_of_futures import Base
from verification.phrases import Facts, known
from verification.phrases_of_packs import Allowed

TOKEN = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?(?:e-?\d+)?")
READINGS = (
    *(r"9[05] % (?:interval|range)s?", r"[Oo]f 100", r"up to 100\.", r"100 (?:parts|weapons|wars)"),
    *(r"5th (?:to|and) 95th", r"10th to (?:its|the) 90th", r"(?:1|19) (?:of|in) 20"),
    *(
        r"(?:each|a dot is) 5 of 100",
        r"100 first shots",
        r"1 confirmed",
        r"6 unknown",
        r"C2 or better",
    ),
    *(
        r"(?:level|step) \d of 2",
        r"0 in proportion, 1 as",
        r"above \.05",
        r"in 100 days",
        r"below 0[;:]",
    ),
    *(r"97 % interval without 0", r"95th percentile", r"by 3 standard errors", r"199 searches"),
    r"go from 0, the lowest of all worlds, to 1",
    *(r"A1 1/6 to F6 1", r"from the 10th to the 90th", r"off, precision is 160", r"shift below 0"),
)
READ = re.compile("|".join(rf"(?<!\w){one}" for one in READINGS))
"""What only says how to read a number."""
DRAWN = re.compile(r'<g class="mark-text role-(?!axis)[^"]*".*?</g>', re.DOTALL)
WORDS = re.compile(r"<text[^>]*>([^<]*)")
PATH = re.compile(r"\(([^()\s]+)\)$")
"""The path of a number after its title."""
NUMBERED = ("hundred_futures", "beliefs")
"""Figures whose marks are numbered one after the other."""
AGAIN = re.compile(
    r"(?:brief-)?(?:turning|options|beginnings|resting|hypotheses|drivers|causes|evidence_|influence)"
)
"""Parts of what is played again or paired: their texts hold what their tables and sentences do."""


class Saying(NamedTuple):
    """A text of the report with a number in it."""

    part: str
    row: str
    text: str


class Counted(NamedTuple):
    """How many numbers of a part are known, which texts hold others, how many are not judged."""

    found: int
    missed: tuple[Saying, ...]
    unknown: int


# The texts of a report


def said_in(section: Section) -> Iterator[Saying]:
    """Yield each text of a section that has a number and keeps none."""
    key, method = section.key, section.method
    lines = [section.title, *section.about]
    lines += [piece for words in (*section.answer, *section.reading) for piece in words]
    if method is not None:
        lines += [*method.in_this_model, *method.left_out, *method.would_change]
    lines += [text for one in section.next for text in (one.does, one.line)]
    yield from _said(f"{key}, text", "", lines)
    for block in section.blocks:
        yield from _of_block(key, block)


def _said(part: str, row: str, lines: Iterable[str]) -> Iterator[Saying]:
    for text in lines:
        if not isinstance(text, Value) and TOKEN.search(READ.sub("", text)):
            yield Saying(part, row, text)


def _of_block(key: str, block: Block) -> Iterator[Saying]:
    if isinstance(block, Sentence):
        yield from _said(f"{key}, text", "", block.words)
    elif isinstance(block, Listing):
        lines = (block.title, *(piece for one in block.items for piece in one))
        yield from _said(f"{key}, text", "", lines)
    elif isinstance(block, Command):
        yield from _said(f"{key}, text", "", (block.does, block.line))
    elif isinstance(block, Cards):
        for card in block.cards:
            lines = (card.title, card.command, *(piece for line in card.lines for piece in line))
            yield from _said(f"{key}, cards", card.command.partition("--future ")[2], lines)
    elif isinstance(block, Table):
        yield from _said(block.key, "", (block.caption, *(one.head for one in block.columns)))
        for row in block.rows:
            named = PATH.search(row[0])
            yield from _said(block.key, named.group(1) if named else row[0], row)
    elif isinstance(block, Picture) and block.figure is not None:
        yield from _of_figure(block.figure)


def _of_figure(figure: Figure) -> Iterator[Saying]:
    parts = (html.unescape(part) for part in DRAWN.findall(figure.svg()))
    drawn = [text for part in parts for text in WORDS.findall(part)]
    if figure.key in NUMBERED:
        drawn = [text for text in drawn if not text.isdigit()]
    yield from _said(figure.key, "", (figure.title, figure.subtitle, figure.description))
    yield from _said(figure.key, "", figure.notes)
    yield from _said(figure.key, "marks", drawn)


# Whether they do


def judge(
    folder: Path, base: Base, sections: Sequence[Section], facts: Facts
) -> dict[str, Counted]:
    """Look for each number of each text among what may stand there."""
    may = known(folder, base, sections, facts)
    for part, row, numbers in facts:
        if AGAIN.match(part):
            may[part, row].add(numbers=[abs(one) for one in numbers])
    found: Counter[str] = Counter()
    left: dict[str, list[Saying]] = defaultdict(list)
    unknown: Counter[str] = Counter()
    for one in (saying for section in sections for saying in said_in(section)):
        part, rest = f"{one.part} in words", unexplained(one, may)
        found[part] += len(TOKEN.findall(READ.sub("", one.text))) - len(rest)
        if rest and any(part == one.part for part, _ in may):
            left[part].append(one)
        elif rest:
            unknown[part] += len(rest)
    return {part: Counted(count, tuple(left[part]), unknown[part]) for part, count in found.items()}


def unexplained(one: Saying, may: Mapping[tuple[str, str], Allowed]) -> list[str]:
    """Return the numbers of a text that are neither in a phrase nor known where it stands."""
    places = dict.fromkeys([("", ""), (one.part, ""), (one.part, one.row)])
    there = [may[place] for place in places if place in may]
    text = one.text
    phrases = {phrase for each in there for phrase in each.phrases if TOKEN.search(phrase)}
    for phrase in sorted(phrases, key=len, reverse=True):
        if phrase in text:
            text = re.sub(rf"(?<![\d.])(?<!\d,){re.escape(phrase)}(?!\d|\.\d)", " ", text)
    numbers = np.abs([number for each in there for number in each.numbers])
    return [each for each in TOKEN.findall(READ.sub(" ", text)) if not _is_known(each, numbers)]


def _is_known(token: str, numbers: np.ndarray) -> bool:
    """Say whether a number is one of those that are known, without signs, to its own decimals.

    Figures keep hundredths; what is in the thousands rests on an interval and may be a bit off.
    """
    value, decimals = float(token.replace(",", "")), len(token.partition(".")[2])
    near = 0.5 * 10.0**-decimals + (5.1e-3 if decimals < 2 else 1e-9)
    return bool(np.any(np.abs(numbers - value) <= max(near, value / 200 if value > 2100 else 0)))
