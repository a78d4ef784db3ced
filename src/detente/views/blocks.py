"""What a report is made of, whatever it is written as: sentences, tables, figures, boxes."""

import re
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple, TypeAlias

from detente.analysis import wording
from detente.views.figures import Figure

Origin: TypeAlias = Literal["modelled", "reported", "assumed"]


class Number(NamedTuple):
    """A number in a sentence or a cell, with where it comes from."""

    text: str
    origin: Origin


Words: TypeAlias = tuple[str | Number, ...]
"""A sentence: text, and the numbers in it that are marked by where they come from."""

FIGURE = r"(?:[<>] )?-?\d+(?:,\d{3})*(?:\.\d+)?(?:-\d+(?:\.\d+)?)?"
"""A number, or the ends of an interval, as our own sentences spell them."""
BRACKETS = tuple(f"({100 * one.low:.0f}-{100 * one.high:.0f}" for one in wording.TERMS)
SCALES = ("of 100", "Of 100", "90 %", *BRACKETS)
"""Numbers that are none of the run's: what is counted of, the brackets of terms."""
NUMBER = re.compile("|".join([*(rf"{re.escape(scale)}(?!\d)" for scale in SCALES), FIGURE]))


def told(text: str) -> Words:
    """Return a sentence of our own whose numbers come from the model, but for scales."""
    pieces: list[str | Number] = []
    end = 0
    for found in NUMBER.finditer(text):
        if found.group() not in SCALES:
            pieces += [text[end : found.start()], Number(found.group(), "modelled")]
            end = found.end()
    return tuple(piece for piece in (*pieces, text[end:]) if piece != "")


def modelled(text: str) -> Number:
    """Return a number that the model gives."""
    return Number(text, "modelled")


def plain(words: Words) -> str:
    """Return a sentence without its marks."""
    return "".join(piece.text if isinstance(piece, Number) else piece for piece in words)


class Column(NamedTuple):
    """One column of a table."""

    head: str
    is_number: bool = False
    origin: Annotated[Origin | None, "where what stands in it comes from, if that is one thing"] = (
        None
    )


class Table(NamedTuple):
    """A table with a key that names its file; the first column says what a row is about."""

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    is_long: Annotated[bool, "whether it is shown only when asked for"] = False


class Sentence(NamedTuple):
    """A paragraph."""

    words: Words


class Listing(NamedTuple):
    """Sentences of equal rank, with what they are about above them."""

    title: str
    items: tuple[Words, ...]


class Command(NamedTuple):
    """A command line that can be run as it stands, and what it does."""

    does: str
    line: str


class Card(NamedTuple):
    """One storyline, or one box of assumptions: what is told of it and how to see more."""

    title: str
    lines: tuple[Words, ...]
    command: str = ""


class Cards(NamedTuple):
    """Cards beside each other."""

    title: str
    says: Words
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Method:
    """What stands beneath each answer, so that it is not taken for more than it is."""

    in_this_model: Words
    left_out: Words
    would_change: Words
    fared: Words


Block: TypeAlias = Sentence | Listing | Command | Cards | Table | Figure


@dataclass(frozen=True)
class Section:
    """One question: the answer in words, what shows it, how it was got."""

    key: str
    title: str
    answer: tuple[Words, ...]
    blocks: tuple[Block, ...] = ()
    method: Method | None = None
