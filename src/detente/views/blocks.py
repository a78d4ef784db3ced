"""What a section of results is made of, whoever reads it: words, tables, cards and figures."""

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
"""A table has no more rows in a text; a file has all of them."""
Words: TypeAlias = str | tuple[str, ...]
"""A sentence: text, or the pieces of one in which `Value`s keep their numbers."""


class Strong(str):
    """What stands out in a cell."""

    __slots__ = ()


def cell(value: object) -> str:
    """Return what stands in a cell of a figure's table."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def says(template: str, *pieces: Words) -> tuple[str, ...]:
    """Return a sentence: each `{}` of the template is filled by a text, a number, or words."""
    found: list[str] = []
    for text, words in zip_longest(template.split("{}"), pieces, fillvalue=""):
        found += [text, *pieces_of(words)]
    return tuple(piece for piece in found if piece)


def pieces_of(words: Words) -> tuple[str, ...]:
    """Return the pieces of a sentence."""
    return (words,) if isinstance(words, str) else words


def plain(words: Words) -> str:
    """Return a sentence as text."""
    return "".join(words)


def parted(value: Value) -> tuple[str, str]:
    """Return an estimate, and the interval that is written after it or alone."""
    if value.value is None:
        return "", value
    number, joint, interval = value.partition(" (")
    return number, joint + interval


def listed(parts: Iterable[Words], joint: str = ", ") -> Words:
    """Return several pieces as one, with a joint between them."""
    pieces = tuple(parts)
    return says(joint.join(["{}"] * len(pieces)), *pieces)


@dataclass(frozen=True, kw_only=True)
class Block:
    """A part of a section: brief parts are read at once, full ones when they are asked for."""

    level: Level = "brief"


@dataclass(frozen=True)
class Sentence(Block):
    """A paragraph."""

    words: Words


@dataclass(frozen=True)
class Listing(Block):
    """Sentences of equal rank, with what they are about above them."""

    title: str
    items: tuple[Words, ...]


class Column(NamedTuple):
    """One column of a table."""

    head: str
    is_number: bool = False
    origin: Annotated[Origin | None, "where what stands in it comes from, if that is one thing"] = (
        None
    )


@dataclass(frozen=True)
class Table(Block):
    """A table with a key that names its file; the first column says what a row is about."""

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    is_apart: bool = field(default=False, kw_only=True)
    """A text refers to its file and does not show it."""

    @property
    def is_ledger(self) -> bool:
        """Say whether a text refers to its file: it is asked for, or too long to be read."""
        return self.is_apart or len(self.rows) > MOST_ROWS

    def csv(self) -> str:
        """Return what it holds as CSV, numbers unrounded where they are kept."""
        return to_csv([column.head for column in self.columns], self.rows)


class Card(NamedTuple):
    """One storyline, or one box of assumptions: what is said of it and how to see more."""

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
    """A row of a chart of characters: its label, the parts of its bar, its numbers."""

    label: str
    parts: Annotated[tuple[float, ...], "shares of the bar's length [0-1], from the left"]
    cells: tuple[str, ...] = ()
    marks: Annotated[
        tuple[tuple[float, str], ...], "where on the bar a mark stands [0-1]; the last ones on top"
    ] = ()


class Bars(NamedTuple):
    """A chart of characters: bars under each other."""

    caption: str
    parts: Annotated[
        tuple[tuple[str, str], ...], "the mark and the name of each part; one may have no name"
    ]
    heads: Annotated[tuple[str, ...], "above the labels and above each cell"]
    rows: tuple[Bar, ...]
    width: Annotated[int, "length of a bar where there is room [characters]"] = 50
    marks: Annotated[tuple[tuple[str, str], ...], "the marks on bars, and what they are"] = ()
    are_days: Annotated[bool, "rows are days, of which a terminal shows evenly spaced ones"] = True


@dataclass(frozen=True)
class Picture(Block):
    """A figure, drawn when it is asked for, and the chart that a terminal shows in its place."""

    name: Annotated[str, "which of `detente.views.figures` draws it; nothing does if empty"]
    of: Annotated[Any, "the result that it draws"]
    bars: Bars | None = None

    @cached_property
    def figure(self) -> "Figure | None":
        """The figure, drawn when it is first asked for; None where there is nothing to draw."""
        drawn: Figure | None = getattr(figures, self.name)(self.of) if self.name else None
        return drawn


@dataclass(frozen=True)
class Command(Block):
    """A command line that can be run as it stands, and what it does."""

    does: str
    line: str


@dataclass(frozen=True)
class Method:
    """What stands beneath each answer, so that it is not taken for more than it is."""

    in_this_model: Words
    left_out: Words
    would_change: Words


@dataclass(frozen=True)
class Section:
    """One question: the answer in words, what shows it, how to read it and how it was got."""

    key: str
    title: Annotated[str, "the question"]
    answer: tuple[Words, ...]
    blocks: tuple[Block, ...] = ()
    method: Method | None = None
    about: Annotated[
        tuple[str, ...], "of what it is, and how much was played: a terminal's head"
    ] = ()
    reading: Annotated[tuple[Words, ...], "how to read it"] = ()
    next: Annotated[tuple[Command, ...], "what to ask next"] = ()

    @property
    def figures(self) -> "tuple[Figure, ...]":
        """Return the figures of its pictures, as far as there is something to draw."""
        drawn = (block.figure for block in self.blocks if isinstance(block, Picture))
        return tuple(figure for figure in drawn if figure is not None)


def columns(*words: str, numbers: Iterable[str] = ()) -> tuple[Column, ...]:
    """Return the columns of most tables: words, then numbers that the model gives."""
    return (*map(Column, words), *number_columns(*numbers))


def number_columns(*heads: str, origin: Origin = "modelled") -> tuple[Column, ...]:
    """Return columns of numbers, by default of those that the model gives."""
    return tuple(Column(head, is_number=True, origin=origin) for head in heads)


INTERVAL = "90 % interval"
"""Above an interval over worlds and chance: what another seed might give."""
WORLDS = "5th to 95th percentile across assumptions"
"""Above a range that depends on what is assumed, sampling removed."""
READ_INTERVALS = (
    "90 % interval: over assumptions and chance, what another seed might give. Across "
    "assumptions: 5th to 95th percentile, which depends on what is assumed; sampling noise is "
    "removed."
)
"""How to read the two."""
