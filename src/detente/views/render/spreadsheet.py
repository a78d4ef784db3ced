"""Tables of a report as CSV that every spreadsheet reads and none computes."""

import csv
import io
import re
from collections.abc import Iterable

from detente.text import guard
from detente.views.blocks import Table
from detente.views.figures import Figure

NUMBER = re.compile(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?")
"""A cell that is a number stays one, its sign included."""


def to_csv(block: Table | Figure) -> str:
    """Return what a table holds, or a figure draws, as CSV (RFC 4180)."""
    if isinstance(block, Figure):
        return write(block.table.columns, block.table.rows)
    return write([column.head for column in block.columns], block.rows)


def write(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return rows under their columns as CSV; no cell is a formula."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow([cell(column) for column in columns])
    writer.writerows([cell(value) for value in row] for row in rows)
    return stream.getvalue()


def cell(value: object) -> str:
    """Return one cell: numbers as they are, text without what a spreadsheet would compute."""
    text = str(value)
    return text if NUMBER.fullmatch(text) else guard(text)
