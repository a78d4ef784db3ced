"""A report as Markdown: the same words and numbers, with all markup in texts escaped."""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

from detente.text import clean
from detente.views.blocks import (
    Block,
    Cards,
    Command,
    Listing,
    Picture,
    Section,
    Sentence,
    Strong,
    Table,
    Words,
    parted,
    pieces_of,
)

if TYPE_CHECKING:
    from detente.views.page import ReportPage

MARKUP = re.compile(r"([\\`*_{}\[\]<>|~$#!@])")
"""Characters that are markup anywhere in a line."""
ENTITY = re.compile(r"&(?=[#\w]+;)")
STARTS = re.compile(r"^(\s*)([-+:=]|\d+(?=[.)]\s))")
"""Characters that are markup at the beginning of a line."""
APPENDIX = "\n# Appendix\n"
HEADING_LINE = re.compile(r"^#{1,6} .*$", re.MULTILINE)
HEADING = re.compile(r"^#{1,6} (.*)$", re.MULTILINE)
LINKED = re.compile(r"\[(.*)\]\(#[\w-]*\)")
LINK = re.compile(r"\]\(#(\w+)\)")
"""A link to a section of the appendix by its key."""
TICKS = re.compile(r"`+")
LINKS = re.compile(r"(?i)(:(?=//)|(?<=www)\.|(?<=mailto):|(?<=xmpp):)")
"""Parts of a text that would turn an address into a link."""


def to_markdown(page: "ReportPage", *, folder: str = "files") -> str:
    """Return a report as Markdown; its pictures and long tables are files in a folder next to it.

    `folder`: name of that folder, for links.
    """
    text = "\n".join(_lines(page, quote(folder))).rstrip() + "\n"
    brief, appendix, _ = text.partition(APPENDIX)
    seen = Counter(map(_slug, HEADING.findall(brief + appendix)))
    names = {}
    sections = iter([section.key for section in page.appendix])
    for line in HEADING_LINE.findall(text[len(brief + appendix) :]):
        slug = _slug(line.lstrip("# "))
        if line.startswith("## "):
            names[next(sections)] = f"{slug}-{seen[slug]}" if seen[slug] else slug
        seen[slug] += 1
    return LINK.sub(lambda link: f"](#{names[link[1]]})", brief) + text[len(brief) :]


def _slug(heading: str) -> str:
    words = LINKED.sub(r"\1", heading).lower()
    return "".join(sign for sign in words if sign.isalnum() or sign in " -_").replace(" ", "-")


def to_single(section: Section, *, folder: str = "files") -> str:
    """Return one section as Markdown; its pictures are files in a folder next to it."""
    lines = _section(section, quote(folder), escape(section.title))
    return "\n".join(lines).rstrip() + "\n"


def escape(text: str) -> str:
    """Return text such that Markdown shows it unchanged, without blanks at its ends."""
    return STARTS.sub(_held, _inline(text).strip())


def _inline(text: str) -> str:
    text = MARKUP.sub(r"\\\1", clean(text))
    return LINKS.sub(r"\\\1", ENTITY.sub("&amp;", text))


def _held(start: re.Match[str]) -> str:
    sign = start.group(2)
    return f"{sign}\\" if sign.isdigit() else f"\\{sign}"


def _lines(page: "ReportPage", folder: str) -> Iterator[str]:
    if page.mark is not None:
        yield f"**{escape(page.mark.label)}** ({page.mark.says})\n"
    yield f"# {escape(page.title)}\n"
    yield (
        f"In this model, as of {escape(page.as_of)}. {escape(page.size)}. "
        f"Pack {escape(page.name)} {page.pack[:12]}, run {page.digest[:12]}, detente "
        f"{escape(page.version)}.\n"
    )
    appendix_keys = {section.key for section in page.appendix}
    views = page.brief.strip
    yield from _section(views, folder, _linked(views.title, "strip", appendix_keys))
    yield from lines_of(page.brief.picture, folder)
    for lead in page.brief.leads:
        yield f"**{_linked(lead.title, lead.key, appendix_keys)}.** {_words(lead.words)}\n"
    for section in page.brief.sections:
        title = _linked(section.title, section.key.removeprefix("brief-"), appendix_keys)
        yield from _section(section, folder, title)
    if page.appendix:
        yield APPENDIX.lstrip("\n")
    for section in page.appendix:
        yield from _section(section, folder, escape(section.title))
    if page.mark is not None:
        yield f"**{escape(page.mark.label)}**"


def _linked(title: str, key: str, appendix_keys: Collection[str]) -> str:
    """Return a title with a link to the section of the appendix with a key, if it exists."""
    return f"[{escape(title)}](#{key})" if key in appendix_keys else escape(title)


def _section(section: Section, folder: str, title: str) -> Iterator[str]:
    yield f"## {title}\n"
    yield from (f"{_words(words)}\n" for words in section.answer)
    for block in section.blocks:
        yield from lines_of(block, folder)
    if section.reading:
        yield "### How to read it\n"
        yield from (f"{_words(words)}\n" for words in section.reading)
    method = section.method
    if method is not None:
        yield "### Method\n"
        yield f"- In this model: {_words(method.in_this_model)}"
        yield f"- Left out: {_words(method.left_out)}"
        yield f"- What would change it: {_words(method.would_change)}\n"


def _words(words: Words) -> str:
    """Return a sentence with estimates in bold, but not their intervals."""
    text = ""
    for piece in pieces_of(words):
        number, rest = parted(piece)
        text += f"**{_inline(number)}**" if number else ""
        text += _inline(rest)
    return STARTS.sub(_held, text.strip())


def lines_of(block: Block, folder: str = "files") -> Iterator[str]:
    """Yield the lines of a block."""
    match block:
        case Sentence():
            yield f"{_words(block.words)}\n"
        case Listing():
            yield f"### {escape(block.title)}\n"
            yield from (f"- {_words(item)}" for item in block.items)
            yield ""
        case Command():
            yield f"{escape(block.does)}\n"
            yield _code(block.line)
        case Cards():
            yield f"### {escape(block.title)}\n"
            yield f"{_words(block.says)}\n"
            for card in block.cards:
                yield f"#### {escape(card.title)}\n"
                yield from (f"- {_words(line)}" for line in card.lines)
                yield f"\n{_code(card.command)}" if card.command else ""
        case Table():
            yield f"**{escape(block.caption)}**\n"
            if block.is_ledger:
                yield f"{len(block.rows)} rows: [{block.key}.csv]({folder}/{block.key}.csv)\n"
            else:
                yield f"| {' | '.join(escape(column.head) for column in block.columns)} |"
                yield f"|{' --- |' * len(block.columns)}"
                yield from (f"| {' | '.join(map(_cell, row))} |" for row in block.rows)
                yield ""
        case Picture(figure=figure):
            if figure is not None:
                place = f"{folder}/{figure.key}"
                yield f"### {escape(figure.title)}\n"
                yield f"{escape(figure.subtitle)}\n"
                yield f"![{escape(figure.description)}]({place}.svg)\n"
                yield from (f"- {escape(note)}" for note in figure.notes)
                yield f"- Its numbers: [{figure.key}.csv]({place}.csv)\n"
        case _:
            raise NotImplementedError(type(block))


def _cell(text: str) -> str:
    return f"**{escape(text)}**" if isinstance(text, Strong) else escape(text)


def _code(line: str) -> str:
    """Return a line of code between fences longer than any in it."""
    text = clean(line)
    fence = "`" * max([3, *(len(run) + 1 for run in TICKS.findall(text))])
    return f"{fence}text\n{text}\n{fence}\n"
