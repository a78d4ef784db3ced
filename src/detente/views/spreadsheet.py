"""Tables as CSV that every spreadsheet reads and none computes."""

import csv
import io
import re
from collections.abc import Iterable

from detente.questions.wording import Value
from detente.text import clean, guard

NUMBER = re.compile(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?")
"""A cell that is a number stays one, its sign included."""
WRITTEN = re.compile(r"(?:[<>] )?[-+]?\d[\d,]*(?:\.\d+)?")
"""A number alone as it is written for readers: rounded, perhaps as less than one."""


def to_csv(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return rows under their columns as CSV (RFC 4180); no cell is a formula."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow([cell(column) for column in columns])
    writer.writerows([cell(value) for value in row] for row in rows)
    return stream.getvalue()


def cell(value: object) -> str:
    """Return one cell: numbers unrounded, text without what a spreadsheet would compute."""
    text = str(value)
    if isinstance(value, Value) and value.value is not None and WRITTEN.fullmatch(text):
        return f"{value.value:.6g}"
    return text if NUMBER.fullmatch(text) else guard(clean(text))
