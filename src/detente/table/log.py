"""The log of a table: lines are only added, each sealed with the seal of the line before.

A table is one SQLite file that contains nothing but its log; the state of the table is computed
from it each time. Kinds of lines: `table` (its settings), `decision`, `undo`, `handed` (a seat
given to another person, or to its policy), `event` (added by the umpire), `extended` (more days),
`note`. The seal of a line is the SHA-256 of its content and of the seal before.
"""

import hashlib
import json
import shlex
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from detente.errors import DetenteError

TABLE, DECISION, UNDO, HANDED, NOTE = "table", "decision", "undo", "handed", "note"
EVENT, EXTENDED = "event", "extended"
"""Kinds of lines."""
UMPIRE = "umpire"
"""Author of lines that no seat wrote."""
START = ""
"""The seal before the first line."""
WAIT = 10.0
"""Time limit for waiting on another writer [s]."""
MADE = """
begin immediate;
create table if not exists log(
 number integer primary key, at text not null, seat text not null, kind text not null,
 body text not null, seal text not null unique);
create trigger if not exists keep before update on log
 begin select raise(abort, 'the log is only added to'); end;
create trigger if not exists hold before delete on log
 begin select raise(abort, 'the log is only added to'); end;
"""
TABLES = "select name from sqlite_master where type = 'table'"
LAST = "select number, seal from log order by number desc limit 1"
READ = "select number, at, seat, kind, body, seal from log order by number"
WRITE = "insert into log(number, at, seat, kind, body, seal) values(?,?,?,?,?,?)"


class LogLine(NamedTuple):
    """A line of a table's log."""

    number: Annotated[int, "from 1"]
    at: Annotated[str, "time of writing, UTC, ISO 8601"]
    seat: Annotated[str, "key of the seat's actor, or UMPIRE"]
    kind: str
    body: Mapping[str, Any]
    seal: str


class MovedOnError(DetenteError):
    """Another line was added to the log since it was read."""


class TableLog:
    """The log of a table, stored in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def command(self) -> str:
        """Return the command that continues the table."""
        return f"detente play {shlex.quote(str(self.path))}"

    @classmethod
    def begin(cls, path: Path, body: Mapping[str, Any]) -> "TableLog":
        """Create a log with its first line, the settings of the table, in one transaction.

        An interrupted creation leaves an empty file, in which the log is created again.
        """
        log = cls(path)
        with log._open(is_new=True) as file:
            if not _is_empty(file):
                raise log._taken()
            file.execute("pragma journal_mode=wal")
            file.executescript(MADE)
            log._append(file, (UMPIRE, TABLE, body), after=0)
        return log

    def lines(self) -> tuple[LogLine, ...]:
        """Return all lines after checking their seals.

        Raises `DetenteError` if the file is not the log of a table, or a line was changed or is
        missing.
        """
        with self._open() as file:
            if _is_empty(file):
                hint = f"begin it: detente play RUN -o {shlex.quote(str(self.path))}"
                raise DetenteError("the table was not begun", where=str(self.path), hint=hint)
            found = file.execute(READ).fetchall()
        lines, seal = [], START
        for place, (number, at, seat, kind, body, sealed) in enumerate(found, 1):
            seal = _seal(seal, (number, at, seat, kind, body))
            if number != place or seal != sealed:
                hint = "restore the file from a copy; it no longer holds what was decided"
                what = f"line {place} of the log was changed, or one before it is missing"
                raise DetenteError(what, where=str(self.path), hint=hint)
            lines.append(LogLine(number, at, seat, kind, json.loads(body), sealed))
        if lines[0].kind != TABLE:
            raise self._no_table()
        return tuple(lines)

    def add(self, seat: str, kind: str, body: Mapping[str, Any], *, after: int) -> LogLine:
        """Add a line; it is on disk when this returns.

        `after`: number of the last line that was read, 0 if none.

        Raises `MovedOnError` if another line was added since; `DetenteError` if the file cannot be
        written.
        """
        with self._open() as file:
            file.execute("begin immediate")
            return self._append(file, (seat, kind, body), after=after)

    def _append(
        self, file: sqlite3.Connection, said: tuple[str, str, Mapping[str, Any]], *, after: int
    ) -> LogLine:
        """Write a line of seat, kind and body, and commit the open transaction."""
        seat, kind, body = said
        text = json.dumps(body, sort_keys=True, ensure_ascii=False)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        before, seal = file.execute(LAST).fetchone() or (0, START)
        if before != after:
            what = f"line {before} was written since"
            raise MovedOnError(what, where=str(self.path), hint="look at it, then decide")
        written = (before + 1, at, seat, kind, text)
        sealed = _seal(seal, written)
        file.execute(WRITE, (*written, sealed))
        file.execute("commit")
        return LogLine(before + 1, at, seat, kind, json.loads(text), sealed)

    @contextmanager
    def _open(self, *, is_new: bool = False) -> Iterator[sqlite3.Connection]:
        """Open the file for one step; errors of SQLite become errors about this file."""
        place = f"{self.path.absolute().as_uri()}?mode={'rwc' if is_new else 'rw'}"
        try:
            with closing(
                sqlite3.connect(place, timeout=WAIT, isolation_level=None, uri=True)
            ) as file:
                file.execute("pragma synchronous=full")
                yield file
        except sqlite3.DatabaseError as fault:
            said = str(fault)
            if isinstance(fault, sqlite3.OperationalError) and "no such" not in said:
                hint = "name a file that can be written, in a folder that is there"
                raise DetenteError(said, where=str(self.path), hint=hint) from fault
            raise (self._taken() if is_new else self._no_table()) from fault

    def _taken(self) -> DetenteError:
        hint = f"name another; if it is a table, go on: {self.command}"
        return DetenteError("something lies there already", where=str(self.path), hint=hint)

    def _no_table(self) -> DetenteError:
        hint = "name the file of a table, or begin one in a new file: detente play RUN -o FILE"
        return DetenteError("no table lies there", where=str(self.path), hint=hint)


def _is_empty(file: sqlite3.Connection) -> bool:
    """Return whether a database has no tables, or a log without lines."""
    tables = [name for (name,) in file.execute(TABLES)]
    return not tables or (tables == ["log"] and file.execute(LAST).fetchone() is None)


def _seal(before: str, written: tuple[int, str, str, str, str]) -> str:
    whole = json.dumps([before, *written], ensure_ascii=True)
    return hashlib.sha256(whole.encode()).hexdigest()
