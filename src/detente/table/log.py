"""The log of a table: only added to, each line sealed with the seal of the line before it.

A table is one SQLite file, and its log is all that is kept: where the table stands is worked out
from it each time. A line says who did what: `table` (how it was set up), `decision`, `undo`,
`handed` (a seat to another person, or to its policy), `event` (put in by the umpire), `extended`
(more days) or `note`. Its seal is the SHA-256 of what it says and of the seal before it.
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
"""Who writes the lines that no seat does."""
START = ""
"""What stands for the seal before the first line."""
WAIT = 10.0
"""For so long one who writes waits for another who does [seconds]."""
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
    """One line of a table's log."""

    number: Annotated[int, "from 1"]
    at: Annotated[str, "when it was written, UTC, ISO 8601"]
    seat: Annotated[str, "key of the actor whose seat it is about, or UMPIRE"]
    kind: str
    body: Mapping[str, Any]
    seal: str


class MovedOnError(DetenteError):
    """Somebody else has added to the log since it was read."""


class TableLog:
    """The log of a table in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def command(self) -> str:
        """Return the command that goes on with the table."""
        return f"detente play {shlex.quote(str(self.path))}"

    @classmethod
    def begin(cls, path: Path, body: Mapping[str, Any]) -> "TableLog":
        """Begin a log with the line that says how the table is set up, whole or not at all.

        A beginning that was killed leaves a file in which nothing lies; it is begun again there.
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
        """Return all lines, each compared with its seal.

        Raises
        ------
        DetenteError
            If it is no log of a table, or a line was changed or is missing.
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
                hint = "take back the file as it was; what stands in it is not what was decided"
                what = f"line {place} of the log was changed, or one before it is missing"
                raise DetenteError(what, where=str(self.path), hint=hint)
            lines.append(LogLine(number, at, seat, kind, json.loads(body), sealed))
        if lines[0].kind != TABLE:
            raise self._no_table()
        return tuple(lines)

    def add(self, seat: str, kind: str, body: Mapping[str, Any], *, after: int) -> LogLine:
        """Add a line, on the disk when this returns.

        `after`: number of the last line that was read, 0 for none.

        Raises
        ------
        MovedOnError
            If another line has been added since.
        DetenteError
            If the file cannot be written.
        """
        with self._open() as file:
            file.execute("begin immediate")
            return self._append(file, (seat, kind, body), after=after)

    def _append(
        self, file: sqlite3.Connection, said: tuple[str, str, Mapping[str, Any]], *, after: int
    ) -> LogLine:
        """Write a line, seat, kind and body, and end the transaction that has begun."""
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
        """Open the file for one step; what SQLite says of a bad file is an error about it."""
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
    """Say whether a file holds nothing, or a log without a line."""
    tables = [name for (name,) in file.execute(TABLES)]
    return not tables or (tables == ["log"] and file.execute(LAST).fetchone() is None)


def _seal(before: str, written: tuple[int, str, str, str, str]) -> str:
    whole = json.dumps([before, *written], ensure_ascii=True)
    return hashlib.sha256(whole.encode()).hexdigest()
