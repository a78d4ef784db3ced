"""Tables as CSV that any spreadsheet can read, without formulas."""

import csv
import io
import re
from collections.abc import Iterable

from detente.questions.wording import Value
from detente.text import clean, guard

NUMBER = re.compile(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?")
"""A cell with a number only, which needs no protection against formulas."""
WRITTEN = re.compile(r"(?:[<>] )?[-+]?\d[\d,]*(?:\.\d+)?")
"""A number as it is written for readers: rounded, perhaps after `<` or `>`."""


def to_csv(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return rows under their column headings as CSV (RFC 4180), without formulas."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow([cell(column) for column in columns])
    writer.writerows([cell(value) for value in row] for row in rows)
    return stream.getvalue()


def cell(value: object) -> str:
    """Return a cell: numbers unrounded, text guarded against evaluation as a formula."""
    text = str(value)
    if isinstance(value, Value) and value.value is not None and WRITTEN.fullmatch(text):
        return f"{value.value:.6g}"
    return text if NUMBER.fullmatch(text) else guard(clean(text))
