"""A report as Markdown: the same words and numbers, with nothing in them that is markup."""

import re
from collections.abc import Iterator, Sequence
from functools import singledispatch
from typing import TYPE_CHECKING

from detente.text import clean
from detente.views.blocks import (
    Block,
    Card,
    Cards,
    Command,
    Listing,
    Method,
    Picture,
    Section,
    Sentence,
    Table,
    Words,
    plain,
)

if TYPE_CHECKING:
    from detente.views.page import Page

MARKUP = re.compile(r"([\\`*_{}\[\]<>|~$#!@])")
"""What means something anywhere in a line."""
ENTITY = re.compile(r"&(?=[#\w]+;)")
STARTS = re.compile(r"^(\s*)([-+:=]|\d+(?=[.)]\s))")
"""What means something at the beginning of a line."""
TICKS = re.compile(r"`+")
LINKS = re.compile(r"(?i)(:(?=//)|(?<=www)\.|(?<=mailto):|(?<=xmpp):)")
"""What would make an address into a link."""


def to_markdown(page: "Page") -> str:
    """Return a report as Markdown; figures are their tables."""
    return "\n".join(_lines(page)).rstrip() + "\n"


def escape(text: str) -> str:
    """Return text that Markdown shows as it is, without blanks at its ends."""
    text = MARKUP.sub(r"\\\1", clean(text).strip())
    text = LINKS.sub(r"\\\1", ENTITY.sub("&amp;", text))
    return STARTS.sub(_held, text)


def _held(start: re.Match[str]) -> str:
    sign = start.group(2)
    return f"{sign}\\" if sign.isdigit() else f"\\{sign}"


def _lines(page: "Page") -> Iterator[str]:
    if page.mark is not None:
        yield f"**{escape(page.mark.label)}** ({page.mark.says})\n"
    yield f"# {escape(page.title)}\n"
    yield (
        f"{escape(page.name)}, as of {escape(page.as_of)}. {escape(page.size)}. "
        f"Pack {page.pack[:12]}, run {page.digest[:12]}, detente {escape(page.version)}.\n"
    )
    yield "## The answer\n"
    yield from (f"{_words(words)}\n" for words in page.answer[:-1])
    yield f"*{_words(page.answer[-1])}*\n"
    for section in page.sections:
        yield from _section(section)
    if page.mark is not None:
        yield f"**{escape(page.mark.label)}**"


def _section(section: Section) -> Iterator[str]:
    yield f"## {escape(section.title)}\n"
    yield from (f"{_words(words)}\n" for words in section.answer)
    for block in section.blocks:
        yield from _block(block)
    if section.reading:
        yield "### How to read it\n"
        yield from (f"{_words(words)}\n" for words in section.reading)
    if section.method is not None:
        yield from _method(section.method)


def _method(method: Method) -> Iterator[str]:
    yield "### Method\n"
    yield f"- In this model: {_words(method.in_this_model)}"
    yield f"- Left out: {_words(method.left_out)}"
    yield f"- What would change it: {_words(method.would_change)}"
    yield f"- How such models have fared: {_words(method.fared)}\n"


def _words(words: Words) -> str:
    return escape(plain(words))


@singledispatch
def _block(block: Block) -> Iterator[str]:
    raise NotImplementedError(type(block))


@_block.register
def _sentence(block: Sentence) -> Iterator[str]:
    yield f"{_words(block.words)}\n"


@_block.register
def _listing(block: Listing) -> Iterator[str]:
    yield f"### {escape(block.title)}\n"
    yield from (f"- {_words(item)}" for item in block.items)
    yield ""


@_block.register
def _command(block: Command) -> Iterator[str]:
    yield f"{escape(block.does)}\n"
    yield _code(block.line)


@_block.register
def _cards(block: Cards) -> Iterator[str]:
    yield f"### {escape(block.title)}\n"
    yield f"{_words(block.says)}\n"
    for card in block.cards:
        yield from _card(card)


def _card(card: Card) -> Iterator[str]:
    yield f"#### {escape(card.title)}\n"
    yield from (f"- {_words(line)}" for line in card.lines)
    yield f"\n{_code(card.command)}" if card.command else ""


def _code(line: str) -> str:
    """Return a line between fences that nothing in it can close."""
    text = clean(line)
    fence = "`" * max([3, *(len(run) + 1 for run in TICKS.findall(text))])
    return f"{fence}text\n{text}\n{fence}\n"


@_block.register
def _table(block: Table) -> Iterator[str]:
    yield f"**{escape(block.caption)}**\n"
    yield from _grid([column.head for column in block.columns], block.rows)


@_block.register
def _picture(block: Picture) -> Iterator[str]:
    figure = block.figure
    if figure is None:
        return
    yield f"### {escape(figure.title)}\n"
    yield f"{escape(figure.subtitle)}\n"
    yield f"{escape(figure.description)}\n"
    yield from _grid(figure.table.columns, figure.table.rows)
    yield from (f"- {escape(note)}" for note in figure.notes)
    yield ""


def _grid(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(escape(head) for head in heads)} |"
    yield f"|{' --- |' * len(heads)}"
    yield from (f"| {' | '.join(escape(_cell(cell)) for cell in row)} |" for row in rows)
    yield ""


def _cell(cell: object) -> str:
    return f"{cell:.4g}" if isinstance(cell, float) else str(cell)
