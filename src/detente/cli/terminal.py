"""What is printed: plain and unwrapped in a pipe, wrapped and a little styled in a terminal."""

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

from detente.cleaning import clean

STYLES = {"bold": "1", "dim": "2"}
NARROWEST, WIDEST = 40, 100
"""Prose is not wrapped to less or more [characters]."""


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


def show_json(content: Mapping[str, Any]) -> None:
    """Print the one object of a command that was asked for JSON."""
    sys.stdout.write(json.dumps(content, ensure_ascii=True, indent=1, allow_nan=False) + "\n")


def show_table(rows: Sequence[Sequence[str]], *, right: str = "", has_head: bool = True) -> None:
    """Print rows in columns; a column whose place in `right` holds `r` is aligned to the right."""
    cleaned = [[clean(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cleaned, strict=True)]
    sides = right.ljust(len(widths))
    for place, row in enumerate(cleaned):
        cells = [
            cell.rjust(width) if side == "r" else cell.ljust(width)
            for cell, width, side in zip(row, widths, sides, strict=True)
        ]
        show("  ".join(cells), style="bold" if has_head and place == 0 else "")


def can_draw(stream: TextIO) -> bool:
    """Say whether a stream shows block characters."""
    return (stream.encoding or "").lower().replace("-", "") == "utf8"


def is_terminal(stream: TextIO) -> bool:
    """Say whether a person watches a stream."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def _wrapped(stream: TextIO, line: str, hang: int) -> str:
    if not is_terminal(stream):
        return line
    width = max(NARROWEST, min(shutil.get_terminal_size().columns, WIDEST))
    return textwrap.fill(
        line, width, subsequent_indent=" " * hang, break_on_hyphens=False, break_long_words=False
    )


def _styled(stream: TextIO, text: str, style: str) -> str:
    if not style or not is_terminal(stream) or os.environ.get("NO_COLOR"):
        return text
    return f"\033[{STYLES[style]}m{text}\033[0m"
