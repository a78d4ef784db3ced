"""The blocks of a page, the same for every format: sentences, tables, cards, charts and figures."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, TypeAlias

from detente.questions.wording import Origin, Value
from detente.views import figures
from detente.views.spreadsheet import to_csv

if TYPE_CHECKING:
    from detente.views.figures.figure import Figure

Level: TypeAlias = Literal["brief", "full"]
MOST_ROWS = 40
"""A longer table is not printed in a text; its file has all rows."""
Words: TypeAlias = str | tuple[str, ...]
"""A sentence: text, or a tuple of pieces in which each `Value` keeps its number."""


class Strong(str):
    """Emphasised text in a cell."""

    __slots__ = ()


def cell(value: object) -> str:
    """Return a value as the text of a cell in the table of a figure."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def says(template: str, *pieces: Words) -> tuple[str, ...]:
    """Return a sentence: a template in which each `{}` is replaced by the next piece."""
    found: list[str] = []
    for text, words in zip_longest(template.split("{}"), pieces, fillvalue=""):
        found += [text, *pieces_of(words)]
    return tuple(piece for piece in found if piece)


def pieces_of(words: Words) -> tuple[str, ...]:
    """Return a sentence as a tuple of pieces."""
    return (words,) if isinstance(words, str) else words


def plain(words: Words) -> str:
    """Return a sentence as text."""
    return "".join(words)


def parted(piece: str) -> tuple[str, str]:
    """Return a piece of a sentence in two parts: an estimate, and its interval or other words."""
    if not isinstance(piece, Value) or piece.value is None:
        return "", piece
    number, joint, interval = piece.partition(" (")
    return number, joint + interval


def listed(parts: Iterable[Words], joint: str = ", ") -> Words:
    """Return several pieces joined into one."""
    pieces = tuple(parts)
    return says(joint.join(["{}"] * len(pieces)), *pieces)


@dataclass(frozen=True, kw_only=True)
class Block:
    """A part of a page. Brief parts are shown at once, full ones on request."""

    level: Level = "brief"


@dataclass(frozen=True)
class Sentence(Block):
    """A paragraph."""

    words: Words


@dataclass(frozen=True)
class Listing(Block):
    """A title and sentences of equal rank."""

    title: str
    items: tuple[Words, ...]


class Column(NamedTuple):
    """One column of a table."""

    head: str
    is_number: bool = False
    origin: Annotated[Origin | None, "the origin of its cells, if they share one"] = None


@dataclass(frozen=True)
class Table(Block):
    """A table with a key that names its file; the first column names the subject of each row."""

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    is_apart: bool = field(default=False, kw_only=True)
    """Whether a text only refers to the file of this table."""

    @property
    def is_ledger(self) -> bool:
        """Return whether a text refers to the table's file: on request, or as it is long."""
        return self.is_apart or len(self.rows) > MOST_ROWS

    def csv(self) -> str:
        """Return the table as CSV, with unrounded numbers where cells hold `Value`s."""
        return to_csv([column.head for column in self.columns], self.rows)


class Card(NamedTuple):
    """One storyline or one box of assumptions: a title, sentences, and a command for more."""

    title: str
    lines: tuple[Words, ...]
    command: str = ""


@dataclass(frozen=True)
class Cards(Block):
    """Cards side by side."""

    title: str
    says: Words
    cards: tuple[Card, ...]


class Bar(NamedTuple):
    """A row of a bar chart in characters: a label, the parts of the bar, numbers."""

    label: str
    parts: Annotated[tuple[float, ...], "shares of the bar's length [0-1], from the left"]
    cells: tuple[str, ...] = ()
    marks: Annotated[
        tuple[tuple[float, str], ...], "positions on the bar [0-1] and marks; later ones on top"
    ] = ()


class Bars(NamedTuple):
    """A bar chart in characters."""

    caption: str
    parts: Annotated[tuple[tuple[str, str], ...], "mark and name of each part; a name may be empty"]
    heads: Annotated[tuple[str, ...], "headings of the labels and of each cell"]
    rows: tuple[Bar, ...]
    width: Annotated[int, "greatest length of a bar [characters]"] = 50
    marks: Annotated[tuple[tuple[str, str], ...], "marks on bars, and their names"] = ()
    are_days: Annotated[
        bool, "whether rows are days, of which terminals show evenly spaced ones"
    ] = True


@dataclass(frozen=True)
class Picture(Block):
    """A figure, drawn on first use, and the bar chart that a terminal shows instead."""

    name: Annotated[str, "function of `detente.views.figures`; empty for no figure"]
    of: Annotated[Any, "the result to draw"]
    bars: Bars | None = None

    @cached_property
    def figure(self) -> "Figure | None":
        """The figure, drawn on first use; None if there is nothing to draw."""
        drawn: Figure | None = getattr(figures, self.name)(self.of) if self.name else None
        return drawn


@dataclass(frozen=True)
class Command(Block):
    """A command line that can be copied and run, and its effect in words."""

    does: str
    line: str


@dataclass(frozen=True)
class Method:
    """The notes on method below an answer, with its limits."""

    in_this_model: Words
    left_out: Words
    would_change: Words


@dataclass(frozen=True)
class Section:
    """A page on one question: its answer, the blocks that show it, how to read them, the method."""

    key: str
    title: Annotated[str, "the question"]
    answer: tuple[Words, ...]
    blocks: tuple[Block, ...] = ()
    method: Method | None = None
    about: Annotated[tuple[str, ...], "subject and size, shown at the top in a terminal"] = ()
    reading: Annotated[tuple[Words, ...], "notes on reading"] = ()
    next: Annotated[tuple[Command, ...], "commands for the next questions"] = ()

    @property
    def figures(self) -> "tuple[Figure, ...]":
        """Return the figures of all pictures that have something to draw."""
        drawn = (block.figure for block in self.blocks if isinstance(block, Picture))
        return tuple(figure for figure in drawn if figure is not None)


def columns(*words: str, numbers: Iterable[str] = ()) -> tuple[Column, ...]:
    """Return columns of words, followed by columns of numbers that the model computes."""
    return (*map(Column, words), *number_columns(*numbers))


def number_columns(*heads: str, origin: Origin = "modelled") -> tuple[Column, ...]:
    """Return columns of numbers, computed by the model unless another origin is given."""
    return tuple(Column(head, is_number=True, origin=origin) for head in heads)


INTERVAL = "90 % interval"
"""Heading of an interval over worlds and chance, that is, what another seed might give."""
WORLDS = "5th to 95th percentile across assumptions"
"""Heading of a range across assumptions, with sampling noise removed."""
READ_INTERVALS = (
    "90 % interval: other draws of the assumptions and of chance will most likely give a figure "
    "within it. Across assumptions: the 5th to 95th percentile of single sets of assumptions, "
    "without sampling noise."
)
"""Note that explains the two."""
