"""The log of a table as a file for other programs: CSV, JSON or Parquet, all with the same lines.

Columns: number, at, seat, kind, day, move, says, by, intent (of decisions), body (all that the line
holds, as JSON) and seal.
"""

import csv
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from detente.analysis.seats.log import LogLine
from detente.analysis.seats.sight import log_seen_by
from detente.analysis.seats.table import PlayTable
from detente.ensemble.store import write_aside
from detente.errors import DetenteError
from detente.text import guard

SCHEMA = pa.schema(
    [
        ("number", pa.int64()),
        ("at", pa.string()),
        ("seat", pa.string()),
        ("kind", pa.string()),
        ("day", pa.int64()),
        ("move", pa.int64()),
        ("says", pa.string()),
        ("by", pa.string()),
        ("intent", pa.string()),
        ("body", pa.string()),
        ("seal", pa.string()),
    ]
)
FIELDS = ("day", "move", "says", "by", "intent")


def export(table: PlayTable, path: Path, *, seat: str | None = None) -> int:
    """Write the log of a table into a file, by the ending of its name; return how many lines.

    `seat`: for this seat, as it sees the log; all of it unless given.

    Raises
    ------
    DetenteError
        If the name has another ending, the file is there or cannot be written, or no person has
        that seat.
    """
    lines = table.log.lines()
    seen = lines if seat is None else log_seen_by(table.known(seat), lines)
    rows = [_row(line) for line in seen]
    writers = {
        ".csv": lambda: _as_csv(rows),
        ".json": lambda: _as_json(rows),
        ".parquet": lambda: _as_parquet(rows),
    }
    write_new(path, writers)
    return len(rows)


def write_new(path: Path, writers: Mapping[str, Callable[[], bytes]]) -> None:
    """Write a new file in the form that the ending of its name asks for.

    Raises
    ------
    DetenteError
        If its name has another ending, or the file is there or cannot be written.
    """
    if path.suffix not in writers:
        hint = f"end its name in {', '.join(writers)}"
        what = f"{path.suffix or 'a name without an ending'} is no form of this"
        raise DetenteError(what, where=str(path), hint=hint)
    if path.exists():
        raise DetenteError("something lies there already", where=str(path), hint="name another")
    try:
        write_aside(path, writers[path.suffix]())
    except OSError as fault:
        hint = "name a file in a folder that can be written"
        raise DetenteError(fault.strerror or str(fault), where=str(path), hint=hint) from fault


def _row(line: LogLine) -> dict[str, Any]:
    body = dict(line.body)
    return {
        **dict(zip(("number", "at", "seat", "kind"), line, strict=False)),
        **{field: body.get(field) for field in FIELDS},
        "body": json.dumps(body, sort_keys=True, ensure_ascii=False),
        "seal": line.seal,
    }


def _as_csv(rows: list[dict[str, Any]]) -> bytes:
    held = io.StringIO()
    writer = csv.DictWriter(held, SCHEMA.names, lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _guarded(value) for key, value in row.items()} for row in rows)
    return held.getvalue().encode()


def _guarded(value: Any) -> Any:
    """Return a cell that no spreadsheet computes: what a player wrote may look like a formula."""
    return guard(value) if isinstance(value, str) else value


def _as_json(rows: list[dict[str, Any]]) -> bytes:
    return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode()


def _as_parquet(rows: list[dict[str, Any]]) -> bytes:
    held = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, SCHEMA), held)
    return held.getvalue()
