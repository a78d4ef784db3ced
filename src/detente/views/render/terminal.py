"""Sections as lines of a terminal: words wrapped, tables in columns, charts of characters."""

import io
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from functools import singledispatch
from itertools import accumulate, pairwise
from typing import Annotated, NamedTuple

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table as Grid
from rich.text import Text

from detente.text import clean
from detente.views.blocks import (
    Bar,
    Bars,
    Block,
    Cards,
    Command,
    Level,
    Listing,
    Picture,
    Section,
    Sentence,
    Table,
    Words,
    plain,
)

WIDEST = 100
"""Prose is not wrapped to more [characters]."""
UNWRAPPED = 10_000
"""Room for a table where nothing is wrapped [characters]."""
GAP = 2
"""Between columns [characters]."""
NARROWEST_WORDS = 24
"""A column of words is not wrapped to less, if there is room [characters]."""
LONGEST_WORD = 40
"""A word that is no longer, such as the key of a field, is not broken [characters]."""
SHORTEST_BAR = 8
"""A shorter bar of a chart says too little [characters]."""
MOST_BARS = 13
ASCII = str.maketrans("█▓▒░·", "#=-:.")
"""What stands for blocks where a terminal cannot show them."""


class Screen(NamedTuple):
    """What lines are made for."""

    room: Annotated[int | None, "characters of a line; None where nothing is wrapped"] = None
    has_blocks: Annotated[bool, "whether block characters can be shown"] = True
    has_styles: Annotated[bool, "whether bold can be shown"] = False


def to_text(
    sections: Iterable[Section], screen: Screen, *, quiet: bool = False, level: Level = "full"
) -> str:
    """Return sections as text; quiet leaves out how to read them and what to ask next."""
    chapters = ["\n".join(_section(one, screen, quiet, level)).rstrip() for one in sections]
    return "\n\n".join(chapters) + "\n"


def _section(section: Section, screen: Screen, quiet: bool, level: Level) -> Iterator[str]:
    yield _bold(section.title, screen)
    yield from (_wrapped(line, screen) for line in section.about)
    if section.about:
        yield ""
    yield from (_wrapped(plain(words), screen) for words in section.answer)
    shown = [one for one in section.blocks if level == "full" or one.level == "brief"]
    for lines in filter(None, (list(_block(block, screen)) for block in shown)):
        yield from ("", *lines)
    if section.reading and not quiet:
        yield from ("", _bold("How to read it", screen))
        yield from (_wrapped(plain(words), screen) for words in section.reading)
    if section.next and not quiet:
        yield from ("", _bold("Next", screen), *_commands(section.next, screen))


def _bold(text: str, screen: Screen) -> str:
    line = _wrapped(text, screen)
    return f"\033[1m{line}\033[0m" if screen.has_styles and line else line


def _wrapped(text: str, screen: Screen, *, indent: int = 0, hang: int = 0) -> str:
    line = " " * indent + clean(text)
    if screen.room is None:
        return line
    width = min(screen.room, WIDEST)
    return textwrap.fill(
        line, width, subsequent_indent=" " * hang, break_on_hyphens=False, break_long_words=False
    )


@singledispatch
def _block(block: Block, _screen: Screen) -> Iterator[str]:
    raise NotImplementedError(type(block))


@_block.register
def _sentence(block: Sentence, screen: Screen) -> Iterator[str]:
    yield _wrapped(plain(block.words), screen)


@_block.register
def _listing(block: Listing, screen: Screen) -> Iterator[str]:
    yield _bold(block.title, screen)
    yield from _items(block.items, screen)


def _items(items: Iterable[Words], screen: Screen) -> Iterator[str]:
    yield from (_wrapped(f"- {plain(item)}", screen, indent=2, hang=4) for item in items)


@_block.register
def _cards(block: Cards, screen: Screen) -> Iterator[str]:
    yield _bold(block.title, screen)
    yield _wrapped(plain(block.says), screen)
    for card in block.cards:
        yield from ("", _bold(card.title, screen))
        yield from _items(card.lines, screen)
        yield from (f"  {clean(card.command)}",) if card.command else ()


@_block.register
def _command(block: Command, screen: Screen) -> Iterator[str]:
    yield _wrapped(block.does, screen)
    yield f"  {clean(block.line)}"


@_block.register
def _table(block: Table, screen: Screen) -> Iterator[str]:
    yield _bold(block.caption, screen)
    heads = [column.head for column in block.columns]
    yield from grid(heads, block.rows, [column.is_number for column in block.columns], screen)


@_block.register
def _picture(block: Picture, screen: Screen) -> Iterator[str]:
    if block.bars is not None:
        yield _bold(block.bars.caption, screen)
        yield from _chart(block.bars, screen)


def _commands(commands: Sequence[Command], screen: Screen) -> Iterator[str]:
    """Yield command lines, never wrapped so that they can be copied, with what they do."""
    lines = [(clean(one.line), clean(one.does)) for one in commands]
    longest = max(len(line) for line, _ in lines)
    widest = longest + max(len(does) for _, does in lines) + 2 * GAP
    if screen.room is None or widest <= screen.room:
        yield from (f"  {line:<{longest}}  {does}" for line, does in lines)
    else:
        for line, does in lines:
            yield from (f"  {line}", f"    {does}")


def grid(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    are_numbers: Sequence[bool],
    screen: Screen,
) -> Iterator[str]:
    """Yield rows in columns under their heads; numbers are kept whole and stand to the right.

    Where the columns do not fit, each row is written as a record: a line for each cell.
    """
    cells = [[clean(cell) for cell in row] for row in rows]
    drawn = _drawn(heads, cells, are_numbers, screen)
    console = Console(
        file=io.StringIO(),
        width=screen.room or UNWRAPPED,
        force_terminal=screen.has_styles,
        color_system=None,
        legacy_windows=False,
        force_jupyter=False,  # else an empty output of its own is shown in a notebook
    )
    unbounded = console.options.update(max_width=UNWRAPPED)  # else the least is cut to the room
    if Measurement.get(console, unbounded, drawn).minimum > console.width:
        yield from _records(heads, cells, screen)
        return
    with console.capture() as printed:
        console.print(drawn)
    yield from (line.rstrip() for line in printed.get().splitlines())


def _drawn(
    heads: Sequence[str], rows: Sequence[Sequence[str]], are_numbers: Sequence[bool], screen: Screen
) -> Grid:
    style = "bold" if screen.has_styles else ""
    drawn = Grid(
        box=None, pad_edge=False, padding=(0, GAP, 0, 0), show_header=any(heads), header_style=style
    )
    columns = list(zip(*rows, strict=True)) or [()] * len(heads)
    for head, column, is_number in zip(heads, columns, are_numbers, strict=True):
        widest = max(map(len, column), default=0)
        drawn.add_column(
            Text(_narrowed(clean(head), widest)),
            justify="right" if is_number else "left",
            vertical="bottom" if is_number else "top",
            no_wrap=is_number,
            min_width=widest if is_number else _least(column, widest),
            overflow="fold",
        )
    for row in rows:
        drawn.add_row(*map(Text, row))
    return drawn


def _least(cells: Sequence[str], widest: int) -> int:
    """Return how narrow a column of words may be: words stay whole if they are not too long."""
    longest = max((len(word) for cell in cells for word in cell.split()), default=0)
    return min(widest, max(NARROWEST_WORDS, min(longest, LONGEST_WORD)))


def _narrowed(head: str, widest: int) -> str:
    """Return a head in lines no wider than its column, or than its longest word."""
    words = head.split()
    width = max([widest, 1, *map(len, words)])
    return "\n".join(textwrap.wrap(head, width, break_on_hyphens=False))


def _records(heads: Sequence[str], rows: Sequence[Sequence[str]], screen: Screen) -> Iterator[str]:
    for name, *cells in rows:
        yield _wrapped(name, screen)
        for head, cell in zip(heads[1:], cells, strict=True):
            if cell:
                yield _wrapped(f"{head}: {cell}" if head else cell, screen, indent=2, hang=4)


def _chart(bars: Bars, screen: Screen) -> Iterator[str]:
    """Yield bars of characters under their heads, at most `MOST_BARS`, evenly spaced."""
    rows = _spaced(bars.rows)
    label, *heads = bars.heads
    first = max([len(label), *(len(row.label) for row in rows)])
    sizes = [
        max(len(head), *(len(row.cells[place]) for row in rows)) for place, head in enumerate(heads)
    ]
    beside = first + sum(sizes) + GAP * (len(sizes) + 1)
    width = bars.width if screen.room is None else min(bars.width, screen.room - beside)
    width = width if width >= SHORTEST_BAR else 0
    legend = "   ".join(f"{mark} {name}" for mark, name in bars.parts)
    if width:
        yield _shown(" " * (first + GAP) + legend, screen)
    yield _line(label, " " * width, heads, (first, sizes))
    for row in rows:
        yield _shown(_line(row.label, _bar(row, bars, width), row.cells, (first, sizes)), screen)


def _spaced(rows: Sequence[Bar]) -> list[Bar]:
    """Return rows at equal steps, the last one always."""
    step = max(1, -(-(len(rows) - 1) // (MOST_BARS - 1)))
    chosen = list(rows[::step])
    return chosen if chosen[-1] is rows[-1] else [*chosen, rows[-1]]


def _bar(row: Bar, bars: Bars, width: int) -> str:
    """Return a bar whose parts end where their sums do, so that it is never too long."""
    ends = [0, *(round(width * min(1.0, total)) for total in accumulate(row.parts))]
    parts = zip(pairwise(ends), bars.parts, strict=False)
    return "".join((end - start) * mark for (start, end), (mark, _) in parts).ljust(width)


def _line(label: str, bar: str, cells: Sequence[str], sizes: tuple[int, Sequence[int]]) -> str:
    first, others = sizes
    columns = [cell.rjust(size) for cell, size in zip(cells, others, strict=True)]
    return (" " * GAP).join([label.rjust(first), *([bar] if bar else []), *columns]).rstrip()


def _shown(line: str, screen: Screen) -> str:
    text = clean(line).rstrip()
    return text if screen.has_blocks else text.translate(ASCII)
