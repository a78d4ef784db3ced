"""Reads a user's table of past crises, and reports all its faults."""

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from detente.errors import DetenteError, Fault, Faults
from detente.evidence.document import read_whole
from detente.pack.toml import Unreadable, decode
from detente.text import brief, did_you_mean, show

VIOLENT_TRIGGERS = ("Violent act", "Indirect violent act")
TRIGGERS = (
    *VIOLENT_TRIGGERS,
    "Verbal act",
    "Political act",
    "Economic act",
    "External change",
    "Other non-violent act",
    "Internal verbal or physical challenge",
    "Non-violent military act",
)
"""Triggers of a crisis. "Verbal act" is in no table that we have seen."""
VIOLENCE = ("No violence", "Minor clashes", "Serious clashes", "Full-scale war")
AGREEMENTS = ("Formal agreement", "Semi-formal agreement")
OUTCOMES = (
    *AGREEMENTS,
    "Tacit understanding",
    "Unilateral act",
    "Imposed agreement",
    "Crisis faded",
    "Other outcome",
)
MEDIATED = "Mediation occurred"
MEDIATION = ("No mediation", "Mediation requested", "Mediation offered", MEDIATED)

MOST_DAYS = 36525
"""A century; a longer crisis is a typing error [days]."""
LONGEST_NAME = 40
"""Longest number or code of a crisis [characters]."""
UNKNOWN = frozenset({"", "na", "nan"})
"""Contents of a cell, in lower case, that mean "unknown"."""
TRUTHS = {"0": False, "0.0": False, "false": False, "1": True, "1.0": True, "true": True}


class CellRule(NamedTuple):
    """How the cells of a column are read, and what is allowed, in words.

    `read` raises ValueError or KeyError for what is not allowed.
    """

    allowed: str
    read: Callable[[str], Any]
    words: tuple[str, ...] = ()
    may_be_blank: bool = True

    def value(self, cell: str) -> Any:
        """Return a cell's value, None if unknown. Raises as `read` does."""
        if cell.lower() not in UNKNOWN:
            return self.read(cell)
        if self.may_be_blank:
            return None
        raise ValueError(cell)


def _up_to(most: float) -> Callable[[str], float]:
    """Return a reader of numbers from 0 to `most`."""

    def read(cell: str) -> float:
        number = float(cell)
        if not 0.0 <= number <= most:
            raise ValueError(cell)
        return number

    return read


def _count(cell: str) -> int:
    count = float(cell)
    if count < 0.0 or not count.is_integer():
        raise ValueError(cell)
    return int(count)


def _name(cell: str) -> str:
    if len(cell) > LONGEST_NAME:
        raise ValueError(cell)
    return cell.removesuffix(".0")


def _one_of(words: tuple[str, ...]) -> CellRule:
    by_folded = {word.lower(): word for word in words}

    def read(cell: str) -> str:
        return by_folded[cell.lower()]

    return CellRule(f"{', '.join(words)}, or blank", read, words)


TRUTH = CellRule("0, 1, or blank", lambda cell: TRUTHS[cell.lower()])
SHARE = CellRule("a share of the world's capabilities, 0 to 1, or blank", _up_to(1.0))
COLUMNS: Mapping[str, CellRule] = {
    "crisno": CellRule("a number, each once", _name, may_be_blank=False),
    "trig_date": CellRule("a day like 2031-03-01", dt.date.fromisoformat, may_be_blank=False),
    "term_date": CellRule("a day like 2031-03-01, or blank", dt.date.fromisoformat),
    "dur_days": CellRule(f"days, 0 to {MOST_DAYS}, or blank", _up_to(MOST_DAYS)),
    "trigger": _one_of(TRIGGERS),
    "violence": _one_of(VIOLENCE),
    "intra_war": TRUTH._replace(allowed="0 or 1", may_be_blank=False),
    "outcome": _one_of(OUTCOMES),
    "mediation": _one_of(MEDIATION),
    "recent_5y": TRUTH,
    "cinc_A": SHARE,
    "cinc_B": SHARE,
    "nuclear_A": TRUTH,
    "nuclear_B": TRUTH,
    "contiguous": TRUTH,
    "prior_serious": TRUTH,
    "major_A": TRUTH,
    "major_B": TRUTH,
    "defence_pact_AB": TRUTH,
    "pact_A": TRUTH,
    "pact_B": TRUTH,
    "prior_crises_20y": CellRule("a whole number, or blank", _count),
}
"""The rules of each column. Side A is the one that is challenged, side B the other."""
OF_RATES = tuple(COLUMNS)[:10]
"""Columns that base rates need; the others are optional."""
OF_ATTRIBUTES = ("recent_5y", *tuple(COLUMNS)[10:])
"""Columns from which attributes are read."""
OF_BACKTEST = ("crisno", "trig_date", "trigger", "violence", "intra_war", *OF_ATTRIBUTES)
"""Columns that a back-test needs."""

MOST_LINES = 20_000
MOST_COLUMNS = 500
MOST_FAULTS = 500
OTHER_SEPARATORS = ";\t|"


class PastCrisis(NamedTuple):
    """One past crisis, with fields in the order of the columns; None if unknown."""

    number: str
    began: dt.date
    ended: dt.date | None
    days: float | None
    trigger: str | None
    violence: str | None
    is_in_war: bool
    outcome: str | None
    mediation: str | None
    follows_another: bool | None
    capability_a: float | None = None
    capability_b: float | None = None
    has_nuclear_a: bool | None = None
    has_nuclear_b: bool | None = None
    are_neighbours: bool | None = None
    follows_serious: bool | None = None
    is_great_power_a: bool | None = None
    is_great_power_b: bool | None = None
    are_allied: bool | None = None
    has_pact_a: bool | None = None
    has_pact_b: bool | None = None
    crises_before: int | None = None


class PastCrises(NamedTuple):
    """A table of past crises, with the SHA-256 of its file."""

    name: str
    sha256: str
    crises: tuple[PastCrisis, ...]


class TableFaults(Faults):
    """The faults of a table that cannot be used."""

    def __init__(self, name: str, faults: Iterable[Fault]) -> None:
        hint = "put these right and ask again: the rest is reported then"
        super().__init__(islice(faults, MOST_FAULTS), of="table", where=name, hint=hint)


class _Row(NamedTuple):
    """The cells of a row, and its first line."""

    line: int
    cells: Sequence[str]


def read_crises(path: Path, required: Sequence[str] = OF_RATES) -> PastCrises:
    """Read a table of past crises: CSV in UTF-8, with commas and the columns in the first line.

    The `required` columns must exist; other columns of `COLUMNS` are optional, and all others are
    ignored.

    Raises `DetenteError` if it cannot be read or is too long, and `TableFaults` with all faults.
    """
    name = str(path)
    content = read_whole(path, what="table", wanted="a table in CSV", cut="one row a crisis")
    text = decode(content)
    if isinstance(text, Unreadable) or "\0" in text:
        hint = "save the table as CSV in UTF-8; a spreadsheet does it under Save as"
        raise DetenteError("not text in UTF-8, so not CSV", where=name, hint=hint)
    rows = _rows(text, path)
    if not rows:
        hint = f"its first line names the columns: {', '.join(required)}"
        raise DetenteError("the table is empty", where=name, hint=hint)
    head, *body = rows
    faults = list(_head_faults(head, path.name, required))
    if faults:
        raise TableFaults(name, faults)
    return PastCrises(name, hashlib.sha256(content).hexdigest(), _crises(head, body, path))


def _rows(text: str, path: Path) -> list[_Row]:
    """Return the rows that are not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[_Row] = []
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(_Row(line, cells))
            line = reader.line_num + 1
            if line > MOST_LINES + 1:
                allowed, hint = f"{MOST_LINES:,} lines", "keep to one row a crisis"
                fault = Fault(path.name, line - 1, 1, "", "too many lines", allowed, hint)
                raise TableFaults(str(path), [fault])
    except csv.Error as error:
        hint = "look for a quote that is not closed, here or above"
        found, allowed = brief(str(error)), "cells split by commas"
        fault = Fault(path.name, line, 1, "", found, allowed, hint)
        raise TableFaults(str(path), [fault]) from error
    return rows


def _head_faults(head: _Row, file: str, required: Sequence[str]) -> Iterator[Fault]:
    """Yield the faults of the columns in the first line."""
    names = [name.strip() for name in head.cells]
    missing = [column for column in required if column not in names]
    found = ""
    if len(names) > MOST_COLUMNS:
        found = f"{len(names):,} columns, more than {MOST_COLUMNS}"
    elif len(missing) == len(required):
        found = "none of the columns that are read"
    if found:
        is_split = any(mark in name for name in names for mark in OTHER_SEPARATORS)
        hint = "split the cells by commas" if is_split else "name these in the first line"
        yield Fault(file, head.line, 1, "", found, ", ".join(required), hint)
        return
    allowed = "one column of this name"
    others = [brief(name) for name in names if name not in COLUMNS]
    for column in missing:
        hint = did_you_mean(column, others)
        yield Fault(file, head.line, 1, column, "no such column", allowed, hint)
    for column in COLUMNS:
        if names.count(column) > 1:
            found = f"{names.count(column)} columns of this name"
            yield Fault(file, head.line, 1, column, found, allowed, "")


def _crises(head: _Row, body: Sequence[_Row], path: Path) -> tuple[PastCrisis, ...]:
    places = {name.strip(): place for place, name in enumerate(head.cells)}
    width = len(head.cells)
    faults: list[Fault] = []
    lines: dict[str, int] = {}
    crises: list[PastCrisis] = []
    for row in body:
        if len(faults) >= MOST_FAULTS:
            break
        if len(row.cells) < width or any(cell.strip() for cell in row.cells[width:]):
            found, allowed = f"{len(row.cells)} cells", f"{width}, as in the first line"
            hint = "look for a comma too many or too few; a cell with one needs quotes"
            faults.append(Fault(path.name, row.line, 1, "", found, allowed, hint))
            continue
        values: list[Any] = []
        for name, column in COLUMNS.items():
            # A column that the table does not have is blank.
            cell = row.cells[places[name]].strip() if name in places else ""
            try:
                values.append(column.value(cell))
            except (ValueError, KeyError):
                found, hint = show(cell) if cell else "blank", did_you_mean(cell, column.words)
                faults.append(Fault(path.name, row.line, 1, name, found, column.allowed, hint))
        if len(values) < len(COLUMNS):
            continue
        crisis = PastCrisis(*values)
        crises.append(crisis)
        first = lines.setdefault(crisis.number, row.line)
        if first != row.line:
            hint = f"it stands in line {first} too; keep one of them"
            allowed, found = COLUMNS["crisno"].allowed, show(crisis.number)
            faults.append(Fault(path.name, row.line, 1, "crisno", found, allowed, hint))
        if crisis.ended is not None and crisis.ended < crisis.began:
            allowed, found = f"a day not before {crisis.began}, the trig_date", show(crisis.ended)
            faults.append(Fault(path.name, row.line, 1, "term_date", found, allowed))
    if faults:
        raise TableFaults(str(path), faults)
    return tuple(crises)
