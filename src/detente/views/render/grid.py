"""Text and tables in lines of a terminal; imports none of the views."""

import io
import textwrap
from collections.abc import Iterator, Sequence
from typing import Annotated, NamedTuple

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table as Grid
from rich.text import Text

from detente.text import clean, wrapped

UNWRAPPED = 10_000
"""Width for tables without wrapping [characters]."""
NARROWEST_WORDS = 24
"""Columns of text are not made narrower, if there is room [characters]."""
LONGEST_WORD = 40
"""Words up to this length, such as keys of fields, are not broken [characters]."""
GAP = 2
"""Gap between columns [characters]."""


class Screen(NamedTuple):
    """The properties of the terminal."""

    room: Annotated[int | None, "characters of a line; None for no wrapping"] = None
    has_blocks: Annotated[bool, "whether it shows block characters"] = True
    has_styles: Annotated[bool, "whether it shows bold"] = False


def grid(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    are_numbers: Sequence[bool],
    screen: Screen,
) -> Iterator[str]:
    """Yield rows in columns under headings; numbers are not wrapped and are aligned right.

    If the columns do not fit, each row is written as a record with one line for each cell.
    """
    cells = [[clean(cell) for cell in row] for row in rows]
    drawn = _drawn(heads, cells, are_numbers, screen)
    console = Console(
        file=io.StringIO(),
        width=screen.room or UNWRAPPED,
        force_terminal=screen.has_styles,
        color_system=None,
        legacy_windows=False,
        force_jupyter=False,  # else a notebook shows an empty output
    )
    unbounded = console.options.update(max_width=UNWRAPPED)  # else the minimum is cut to the room
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
    for place, (head, column) in enumerate(zip(heads, columns, strict=True)):
        is_number, title = are_numbers[place], clean(head)
        widest = least = max(map(len, column), default=0)
        if not is_number:
            # Words are not broken unless they are too long.
            longest = max((len(word) for cell in column for word in cell.split()), default=0)
            least = min(widest, max(NARROWEST_WORDS, min(longest, LONGEST_WORD)))
        # A heading is as wide as its column or its longest word.
        width = max([widest, 1, *map(len, title.split())])
        drawn.add_column(
            Text("\n".join(textwrap.wrap(title, width, break_on_hyphens=False))),
            justify="right" if is_number else "left",
            vertical="bottom" if is_number and place else "top",
            no_wrap=is_number,
            min_width=least,
            overflow="fold",
        )
    for row in rows:
        drawn.add_row(*map(Text, row))
    return drawn


def _records(heads: Sequence[str], rows: Sequence[Sequence[str]], screen: Screen) -> Iterator[str]:
    for name, *cells in rows:
        yield wrapped(name, screen.room)
        for head, cell in zip(heads[1:], cells, strict=True):
            if cell:
                yield wrapped(f"{head}: {cell}" if head else cell, screen.room, indent=2, hang=4)
