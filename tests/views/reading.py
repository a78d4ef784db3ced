"""What tests read of a page: its elements, its sentences, its numbers."""

import re
from html.parser import HTMLParser

from detente.views.blocks import Card, Cards, Command, Listing, Sentence, Table, plain
from detente.views.render.grid import Screen
from detente.views.render.terminal import to_text

PATH = 60
"""A longer word is the path of a file, which is not broken [characters]."""
NUMBER = re.compile(r"\d+(?:\.\d+)?")


class Elements(HTMLParser):
    """The elements of a page in their order, each with its attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def named(self, tag):
        return [attributes for name, attributes in self.found if name == tag]

    @property
    def headings(self):
        return [int(tag[1]) for tag, _ in self.found if re.fullmatch(r"h[1-6]", tag)]


def must_say(section, *words):
    """Hold that a section, as a terminal shows it, says some words, and has no line too long."""
    text = to_text([section], Screen())
    narrow = to_text([section], Screen(room=80)).splitlines()
    blocks = [one for one in section.blocks if isinstance(one, Command)]
    commands = [f"  {one.line}" for one in (*blocks, *section.next)]

    assert [one for one in words if one not in text] == []
    long = [one for one in narrow if len(one) > 80 and not one.startswith(tuple(commands))]
    assert [one for one in long if max(map(len, one.split())) < PATH] == []


def table_of(section, key):
    """Return the one table of a section with a key."""
    (table,) = (one for one in section.blocks if isinstance(one, Table) and one.key == key)
    return table


def rows_of(section, key):
    """Return the rows of a table by their first cell."""
    return {row[0]: row[1:] for row in table_of(section, key).rows}


def sentences(page):
    """Return every sentence that the report makes, of all sections."""
    found = [plain(lead.words) for lead in page.brief.leads]
    for section in page.sections:
        found += [plain(words) for words in section.answer]
        found += [one for block in section.blocks for one in in_block(block)]
        method = section.method
        parts = () if method is None else (method.left_out, method.would_change)
        found += [plain(words) for words in parts]
    return [one for text in found for one in re.split(r"(?<=[.?!]) ", text)]


def in_block(block):
    if isinstance(block, Sentence):
        return [plain(block.words)]
    if isinstance(block, Listing):
        return [plain(item) for item in block.items]
    if isinstance(block, Command):
        return [block.does]
    if isinstance(block, Cards):
        return [plain(block.says), *(line for card in block.cards for line in in_block(card))]
    return [plain(line) for line in block.lines] if isinstance(block, Card) else []
