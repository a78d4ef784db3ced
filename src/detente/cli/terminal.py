"""What is printed: plain and unwrapped in a pipe, wrapped and a little styled in a terminal."""

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from itertools import takewhile, zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

from detente.text import clean

if TYPE_CHECKING:
    from detente.views.blocks import Section

STYLES = {"bold": "1", "dim": "2"}
NARROWEST, WIDEST = 40, 100
"""Prose is not wrapped to less or more [characters]."""
GAP = 2
"""Between columns [characters]."""
SHORTEST_BAR = 8
"""A shorter bar of a chart tells too little [characters]."""
LEAST_WORDS = 28
"""Words beside other columns are wrapped to no less [characters]."""
INTERVALS = ("chance", "worlds", "90 %", "95 %")
"""Heads of columns that belong to the one before."""
WIDEST_NAME = 0.4
"""A table that is too wide has no more of a line for its first column."""
COMMAND = "detente "
"""What a command begins with."""


def say(text: str = "", *, style: str = "", indent: int = 0, hang: int = 0) -> None:
    """Print a line of prose to the standard output, in a terminal wrapped with a hanging indent."""
    line = " " * indent + clean(text)
    sys.stdout.write(_styled(sys.stdout, _wrapped(sys.stdout, line, hang), style) + "\n")


def show(line: str, *, style: str = "") -> None:
    """Print a line of a table or chart to the standard output, never wrapped."""
    sys.stdout.write(_styled(sys.stdout, clean(line).rstrip(), style) + "\n")


def warn(text: str) -> None:
    """Print a line of prose to the standard error."""
    sys.stderr.write(_wrapped(sys.stderr, clean(text), 2) + "\n")


def show_sections(*sections: "Section", quiet: bool = False) -> None:
    """Print sections to the standard output; quiet leaves out how to read them and what is next."""
    from detente.views.render.terminal import Screen, to_text  # noqa: PLC0415  needs what is shown

    styled = is_terminal(sys.stdout) and not os.environ.get("NO_COLOR")
    screen = Screen(room_of(sys.stdout), can_draw(sys.stdout), styled)
    sys.stdout.write(to_text(sections, screen, quiet=quiet))


def show_json(content: Mapping[str, Any]) -> None:
    """Print the one object of a command that was asked for JSON."""
    sys.stdout.write(json.dumps(content, ensure_ascii=True, indent=1, allow_nan=False) + "\n")


def show_table(rows: Sequence[Sequence[str]], *, right: str = "", has_head: bool = True) -> None:
    """Print rows in columns; a column whose place in `right` holds `r` is aligned to the right.

    In a narrow terminal words are wrapped, and columns that do not fit beside the first
    follow below, beside the first again; without a head, each cell on a line. Numbers stay whole.
    """
    cleaned = [[clean(cell) for cell in row] for row in rows]
    columns = _columns(cleaned, right)
    room = room_of(sys.stdout)
    if room is None or _width(columns) <= room:
        _show_rows(cleaned, columns, has_head=has_head)
    elif has_head:
        _show_parts(cleaned, columns, room)
    elif (left := room - _width(columns[:-1]) - GAP) >= LEAST_WORDS:
        _show_rows(cleaned, [*columns[:-1], columns[-1]._replace(width=left)], has_head=False)
    else:
        _show_stacked(cleaned, room)


def bar_width(most: int, beside: int) -> int:
    """Return how long a bar can be beside so many characters; 0 where there is no room for one."""
    room = room_of(sys.stdout)
    width = most if room is None else min(most, room - beside)
    return width if width >= SHORTEST_BAR else 0


class _Column(NamedTuple):
    """A column of a table: its place among the cells of a row, its width, its side."""

    place: int
    width: int
    is_right: bool


def _columns(rows: Sequence[Sequence[str]], right: str) -> list[_Column]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    sides = right.ljust(len(widths))
    return [_Column(place, width, sides[place] == "r") for place, width in enumerate(widths)]


def _width(columns: Sequence[_Column]) -> int:
    return sum(column.width for column in columns) + GAP * (len(columns) - 1)


def _show_rows(
    rows: Sequence[Sequence[str]], columns: Sequence[_Column], *, has_head: bool
) -> None:
    for number, row in enumerate(rows):
        style = "bold" if has_head and number == 0 else ""
        lines = [_lines(row[column.place], column) for column in columns]
        if not lines[0]:  # the first cell has no line that is short enough: it stands above
            say(row[columns[0].place], style=style)
        for cells in zip_longest(*lines, fillvalue=""):
            show((" " * GAP).join(map(_aligned, cells, columns)), style=style)


def _lines(cell: str, column: _Column) -> list[str]:
    """Return a cell in lines of its column; none if a word is longer than that."""
    if len(cell) <= column.width:
        return [cell]
    indent = " " * (len(cell) - len(cell.lstrip()) + GAP)
    lines = textwrap.wrap(
        cell,
        column.width,
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=column.place > 0,
    )
    return lines if max(map(len, lines)) <= column.width else []


def _aligned(cell: str, column: _Column) -> str:
    return cell.rjust(column.width) if column.is_right else cell.ljust(column.width)


def _show_parts(rows: Sequence[Sequence[str]], columns: Sequence[_Column], room: int) -> None:
    """Print a table in parts, each with what names its rows; a column that is empty is left out."""
    count = _names(rows, columns)
    widest = int(room * WIDEST_NAME / count)
    names = [one._replace(width=min(one.width, widest)) for one in columns[:count]]
    told = [one for one in columns[count:] if any(row[one.place].strip() for row in rows[1:])]
    part: list[_Column] = []
    for figure in _figures(rows[0], told, room - _width(names) - GAP):
        if part and _width([*names, *part, *figure]) > room:
            _show_rows(rows, [*names, *part], has_head=True)
            show("")
            part = []
        part += figure
    _show_rows(rows, [*names, *part], has_head=True)


def _names(rows: Sequence[Sequence[str]], columns: Sequence[_Column]) -> int:
    """Return how many columns of words it takes to tell the rows apart, one at least."""
    words = sum(1 for _ in takewhile(lambda column: not column.is_right, columns))
    for count in range(1, words):
        names = [tuple(row[:count]) for row in rows[1:] if any(row)]
        if len(set(names)) == len(names):
            return count
    return 1


def _figures(head: Sequence[str], columns: Sequence[_Column], room: int) -> list[list[_Column]]:
    """Return columns that stay together, as far as there is room: a figure and its intervals."""
    figures: list[list[_Column]] = []
    for column in columns:
        fitted = column if column.is_right else column._replace(width=min(column.width, room))
        is_interval = head[column.place] in INTERVALS and figures
        if is_interval and _width([*figures[-1], fitted]) <= room:
            figures[-1].append(fitted)
        else:
            figures.append([fitted])
    return figures


def _show_stacked(rows: Sequence[Sequence[str]], room: int) -> None:
    """Print each cell that is not empty on a line of its own; a command goes on behind a stroke."""
    for row in rows:
        for place, cell in enumerate(filter(None, row)):
            indent = GAP if place == 0 else 3 * GAP
            stroke = " \\" if cell.startswith(COMMAND) else ""
            lines = textwrap.wrap(
                cell,
                room - indent - len(stroke),
                subsequent_indent=" " * GAP,
                break_on_hyphens=False,
                break_long_words=False,
            )
            for line in lines[:-1]:
                show(" " * indent + line + stroke)
            show(" " * indent + lines[-1])


def can_draw(stream: TextIO) -> bool:
    """Say whether a stream shows block characters."""
    return (stream.encoding or "").lower().replace("-", "") == "utf8"


def is_terminal(stream: TextIO) -> bool:
    """Say whether a person watches a stream."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def room_of(stream: TextIO) -> int | None:
    """Return how many characters a line of a terminal holds; None where no person watches."""
    if not is_terminal(stream):
        return None
    return max(NARROWEST, shutil.get_terminal_size().columns)


def _wrapped(stream: TextIO, line: str, hang: int) -> str:
    room = room_of(stream)
    if room is None:
        return line
    width = min(room, WIDEST)
    return textwrap.fill(
        line, width, subsequent_indent=" " * hang, break_on_hyphens=False, break_long_words=False
    )


def _styled(stream: TextIO, text: str, style: str) -> str:
    if not style or not is_terminal(stream) or os.environ.get("NO_COLOR"):
        return text
    return f"\033[{STYLES[style]}m{text}\033[0m"
