"""Futures on disk: Parquet parts that are whole and verified, or not there at all."""

import hashlib
import json
import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeAlias, get_args, get_type_hints

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
from pydantic import TypeAdapter, ValidationError

from detente.ensemble.tables import (
    COMPRESSION,
    Expected,
    NotAsExpectedError,
    read_table,
    read_within,
    to_column,
    to_label,
    to_values,
)
from detente.errors import DetenteError
from detente.kernel.endings import FUTURE, Future

Rows: TypeAlias = np.ndarray
"""Futures as structured rows of type FUTURE, shape (rows,)."""

SolverReport: TypeAlias = dict[str, float]
"""What the solver said of one world."""

NOT_DIGESTED = ("war_day",)
"""Columns that came later: no digest reads them, so that it stays that of the same futures."""
DIGESTED = tuple(name for name in FUTURE.names or () if name not in NOT_DIGESTED)
SCHEMA, BEFORE = "detente/futures/3", "detente/futures/2"
LAYOUTS: Mapping[str, np.dtype[Any]] = {
    SCHEMA: FUTURE,
    BEFORE: np.dtype([(name, FUTURE[name]) for name in DIGESTED]),
}
"""The columns that each schema has, in their order."""
NAMED = b"detente.schema"
KIND = re.compile(rb"detente/futures/\d+")
REPORTS = TypeAdapter(dict[int, SolverReport])
SEAL = b"detente.seal"
SOLVER = b"detente.solver"
RUN = b"detente.run"
"""Names the run whose futures a part holds."""
ASIDE = re.compile(r"\.(?P<name>.+)\.[0-9]+-[0-9]+")
"""What a file is called while it is written: its own name, the process and the thread."""
WIDEST_ROW = 1024
"""No row takes more bytes than this, even uncompressed [bytes]: a larger file is not ours."""
SMALLEST_FILE = 1 << 20
"""A part of few rows may still carry its metadata [bytes]."""


class Part(NamedTuple):
    """One file of futures: the same stretch of some worlds, one world after another."""

    option: str
    first_world: int
    worlds: int
    first_future: int
    futures: int

    @property
    def end(self) -> int:
        """Return the first world after those of the part."""
        return self.first_world + self.worlds

    @property
    def rows(self) -> int:
        """Return how many futures the part holds."""
        return self.worlds * self.futures

    @property
    def name(self) -> str:
        """Return the file's path below `futures/`: the first world and future of the part."""
        return f"{self.option}/{self.first_world:06d}-{self.first_future:09d}.parquet"


class TornPartError(Exception):
    """A part that is not what was once written."""


def plan(option: str, sizes: Sequence[tuple[int, int]], chunk: int) -> list[Part]:
    """Cut an option into parts of at most `chunk` rows; those of a world come in their order.

    A size is the number of worlds and that of the futures of each. The last is that of the run, the
    others those that it had before it was extended: what is added moves no part that there was.
    """
    parts: list[Part] = []
    for (worlds, futures), (all_worlds, all_futures) in pairwise([(0, 0), *sizes]):
        parts += _cut(Part(option, 0, worlds, futures, all_futures - futures), chunk)
        parts += _cut(Part(option, worlds, all_worlds - worlds, 0, all_futures), chunk)
    return parts


def count_parts(sizes: Sequence[tuple[int, int]], chunk: int) -> int:
    """Return how many parts `plan` cuts."""
    count = 0
    for (worlds, futures), (all_worlds, all_futures) in pairwise([(0, 0), *sizes]):
        added = (worlds, all_futures - futures), (all_worlds - worlds, all_futures)
        for some, each in added:
            if some and each:
                together = max(1, chunk // each)
                count += -(-some // together) * -(-each // chunk)
    return count


def _cut(whole: Part, chunk: int) -> list[Part]:
    if whole.rows == 0:
        return []
    if whole.futures > chunk:
        end = whole.first_future + whole.futures
        return [
            Part(whole.option, world, 1, start, min(chunk, end - start))
            for world in range(whole.first_world, whole.end)
            for start in range(whole.first_future, end, chunk)
        ]
    together = chunk // whole.futures
    return [
        whole._replace(first_world=start, worlds=min(together, whole.end - start))
        for start in range(whole.first_world, whole.end, together)
    ]


def in_order(parts: Sequence[Part], read: Callable[[Part], Rows]) -> Iterator[Rows]:
    """Read each part once and yield all futures in the order of worlds, then of futures.

    Where parts of several worlds lie side by side, those that reach on are held meanwhile.
    """
    held: dict[Part, Rows] = {}
    for first, end, beside in _bands(parts):
        pieces = (_piece(part, (first, end), held, read) for part in beside)
        if end - first == 1 or len(beside) == 1:
            yield from pieces
        else:
            by_world = [rows.reshape(end - first, -1) for rows in pieces]
            yield np.concatenate(by_world, axis=1).ravel()


def _bands(parts: Sequence[Part]) -> Iterator[tuple[int, int, list[Part]]]:
    """Yield worlds, from one to before another, that lie in the same parts, and these parts."""
    edges = sorted({edge for part in parts for edge in (part.first_world, part.end)})
    place = {edge: index for index, edge in enumerate(edges)}
    beside: list[list[Part]] = [[] for _ in edges[1:]]
    for part in parts:
        for index in range(place[part.first_world], place[part.end]):
            beside[index].append(part)
    for (first, end), these in zip(pairwise(edges), beside, strict=True):
        yield first, end, these


def _piece(
    part: Part, worlds: tuple[int, int], held: dict[Part, Rows], read: Callable[[Part], Rows]
) -> Rows:
    first, end = worlds
    rows = held.pop(part) if part in held else read(part)
    if part.end > end:
        held[part] = rows
    start = (first - part.first_world) * part.futures
    piece: Rows = rows[start : start + (end - first) * part.futures]
    return piece


@cache
def schema() -> pa.Schema:
    """Return the columns of a part, each with its meaning."""
    fields = [pa.field("option", pa.string(), False, {"description": "name of the option"})]
    for name, hint in get_type_hints(Future, include_extras=True).items():
        kind = pa.from_numpy_dtype(FUTURE[name])
        fields.append(pa.field(name, kind, False, {"description": get_args(hint)[-1]}))
    return pa.schema(fields, {NAMED: SCHEMA})


def row_bytes(option: str, rows: Rows) -> bytes:
    """Return what the digest reads: columns in order, little-endian, row by row."""
    return _packed(option, rows, DIGESTED)


def _packed(option: str, rows: Rows, names: Sequence[str]) -> bytes:
    label = option.encode() + b"\0"
    columns: list[Any] = [("option", f"V{len(label)}")]
    columns += [(name, rows.dtype[name].newbyteorder("<")) for name in names]
    packed = np.empty(rows.shape, np.dtype(columns))
    packed["option"] = np.void(label)
    for name in names:
        packed[name] = rows[name]
    return packed.tobytes()


def write(
    folder: Path,
    part: Part,
    rows: Rows,
    reports: Mapping[int, SolverReport],
    identity: str,
) -> None:
    """Store a part under `folder`, sealed with the digest of what it says and of which run.

    `identity` is that of the option in the run's record.
    """
    solver = json.dumps(
        {str(world): reports[world] for world in sorted(reports)}, sort_keys=True
    ).encode()
    run = identity.encode()
    seal = _seal(part.option, rows, solver + run)
    sealed = {**schema().metadata, SOLVER: solver, RUN: run, SEAL: seal}
    table = pa.Table.from_arrays(_columns(part.option, rows), schema=schema().with_metadata(sealed))
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression=COMPRESSION, write_page_checksum=True)
    write_aside(folder / part.name, sink.getvalue().to_pybytes())


def read(
    folder: Path, part: Part, identity: str, layout: np.dtype[Any] = FUTURE
) -> tuple[Rows, dict[int, SolverReport]]:
    """Return a part's futures, with the columns of a layout, and the solver's words on each world.

    Raises
    ------
    TornPartError
        If the file is missing, cut short, changed, of another run, or not the part asked for.
    DetenteError
        If another version of detente wrote it in another schema.
    """
    table = _read_table(folder / part.name, part, layout)
    rows = _to_rows(table, layout)
    notes, run = table.schema.metadata or {}, identity.encode()
    solver = notes.get(SOLVER, b"")
    if notes.get(RUN, b"") != run:
        raise TornPartError(f"{part.name} is of another run")
    if notes.get(SEAL) != _seal(part.option, rows, solver + run):
        raise TornPartError(f"{part.name} is not as it was written")
    _check_address(part, rows)
    return rows, _reports(part, solver)


def to_batch(option: str, rows: Rows) -> pa.RecordBatch:
    """Return futures of an option as Arrow."""
    return pa.RecordBatch.from_arrays(_columns(option, rows), schema=schema())


def is_whole(folder: Path, part: Part, identity: str, layout: np.dtype[Any] = FUTURE) -> bool:
    """Say whether a part lies there as it was written for its run."""
    try:
        read(folder, part, identity, layout)
    except TornPartError:
        return False
    return True


def write_aside(path: Path, content: bytes) -> None:
    """Write a file under another name, flush it to the disk, then give it its own name.

    At an address the file is put there as its file system can, whole or not at all.
    """
    if isinstance(path, Path):
        fill_aside(path, lambda file: file.write(content))
    else:
        path.put(content)


def fill_aside(path: Path, fill: Callable[[BinaryIO], object]) -> None:
    """Have a file written under another name, flush it to the disk, then give it its own name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        with aside.open("wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
        _flush_folder(path.parent)
    except OSError as fault:
        if fault.errno is not None:
            fault.filename = str(path)
        raise
    finally:
        aside.unlink(missing_ok=True)


def sweep(files: Iterable[Path]) -> None:
    """Remove what a stopped writer of these files left under their other names, and nothing else.

    Nobody may be writing them.
    """
    names: dict[Path, set[str]] = {}
    for path in files:
        names.setdefault(path.parent, set()).add(path.name)
    for folder, own in names.items():
        there = folder.iterdir() if folder.is_dir() else ()
        for path in [path for path in there if name_of(path.name) in own]:
            path.unlink(missing_ok=True)


def name_of(aside: str) -> str:
    """Return the own name of a file that is being written aside; nothing if none is."""
    found = ASIDE.fullmatch(aside)
    return "" if found is None else found["name"]


def _flush_folder(folder: Path) -> None:
    """Make a new name last through a power cut, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _names() -> Iterator[str]:
    return iter(FUTURE.names or ())


def _columns(option: str, rows: Rows) -> list[pa.Array]:
    return [to_label(option, len(rows)), *(to_column(rows[name]) for name in _names())]


def _seal(option: str, rows: Rows, beside: bytes) -> bytes:
    content = _packed(option, rows, rows.dtype.names or ()) + beside
    return hashlib.sha256(content).hexdigest().encode()


def _read_table(path: Path, part: Part, layout: np.dtype[Any]) -> pa.Table:
    names = list(layout.names or ())
    expected = Expected(names, part.rows, ("option", part.option))
    named = next(schema for schema, columns in LAYOUTS.items() if columns == layout)
    try:
        content = read_within(path, most_bytes(part.rows))
        table = read_table(content, expected, partial(_refuse_other_schema, path, named))
    except NotAsExpectedError as fault:
        raise TornPartError(f"{part.name} {fault}") from fault
    except OSError as fault:
        raise TornPartError(f"{part.name} cannot be read: {fault}") from fault
    if not table.schema.equals(pa.schema([schema().field(name) for name in names])):
        raise TornPartError(f"{part.name} has other columns")
    return table


def most_bytes(rows: int) -> int:
    """Return the most bytes that a file of so many rows takes."""
    return SMALLEST_FILE + WIDEST_ROW * rows


def _refuse_other_schema(path: Path, wanted: str, found: pa.Schema) -> None:
    named = (found.metadata or {}).get(NAMED, b"")
    if named != wanted.encode() and KIND.fullmatch(named):
        raise DetenteError(
            f"the part's schema is {named.decode()!r}; by the run's record it is {wanted!r}",
            where=str(path),
            hint="use the version of detente that wrote it",
        )


def _reports(part: Part, solver: bytes) -> dict[int, SolverReport]:
    try:
        return REPORTS.validate_json(solver)
    except ValidationError as fault:
        raise TornPartError(f"{part.name} has other words on its solver") from fault


def _to_rows(table: pa.Table, layout: np.dtype[Any]) -> Rows:
    rows = np.empty(table.num_rows, layout)
    for name in layout.names or ():
        rows[name] = to_values(table[name])
    return rows


def _check_address(part: Part, rows: Rows) -> None:
    worlds = np.repeat(np.arange(part.worlds) + part.first_world, part.futures)
    futures = np.tile(np.arange(part.futures) + part.first_future, part.worlds)
    if not (np.array_equal(rows["world"], worlds) and np.array_equal(rows["future"], futures)):
        raise TornPartError(f"{part.name} holds other futures than its name says")
