"""Futures on disk, in Parquet files (parts) that are either complete and verified or absent."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, get_args, get_type_hints

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
from pydantic import TypeAdapter, ValidationError

from detente.disk import write_whole
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
"""The solver's figures for one world."""

NOT_DIGESTED = (
    *("war_day", "began", "scale", "answer", "answer_gap", "raised_day", "joined_day"),
    *("blockade_days", "taken_day", "taken", "front"),
)
"""Columns that were added later; the run's checksum excludes them, so that it does not change."""
DIGESTED = tuple(name for name in FUTURE.names or () if name not in NOT_DIGESTED)
SCHEMA = "detente/futures/5"


NAMED = b"detente.schema"
KIND = re.compile(rb"detente/futures/\d+")
REPORTS = TypeAdapter(dict[int, SolverReport])
SEAL = b"detente.seal"
SOLVER = b"detente.solver"
RUN = b"detente.run"
"""The key under which a part names its run."""
WIDEST_ROW = 1024
"""Upper bound of the size of a row, even uncompressed [bytes]; a larger file is refused."""
SMALLEST_FILE = 1 << 20
"""Room for the metadata of a part [bytes]."""


class Part(NamedTuple):
    """One file of futures: the same range of futures of consecutive worlds, world by world."""

    option: str
    first_world: int
    worlds: int
    first_future: int
    futures: int

    @property
    def end(self) -> int:
        """Return the index after the part's last world."""
        return self.first_world + self.worlds

    @property
    def rows(self) -> int:
        """Return the number of futures in the part."""
        return self.worlds * self.futures

    @property
    def name(self) -> str:
        """Return the path of the file below `futures/`, made of its first world and future."""
        return f"{self.option}/{self.first_world:06d}-{self.first_future:09d}.parquet"


class TornPartError(Exception):
    """A part is missing, damaged or of another run."""


def plan(option: str, sizes: Sequence[tuple[int, int]], chunk: int) -> Iterator[Part]:
    """Divide an option into parts of at most `chunk` rows; those of a world come in their order.

    `sizes` has the worlds, and the futures of each, at the beginning and after each extension; the
    last are those of the run. An extension only adds parts.
    """
    for (worlds, futures), (all_worlds, all_futures) in pairwise([(0, 0), *sizes]):
        more_futures = Part(option, 0, worlds, futures, all_futures - futures)
        more_worlds = Part(option, worlds, all_worlds - worlds, 0, all_futures)
        for added in (more_futures, more_worlds):
            if added.rows == 0:
                continue
            together, each = max(1, chunk // added.futures), min(chunk, added.futures)
            end = added.first_future + added.futures
            for world in range(added.first_world, added.end, together):
                for first in range(added.first_future, end, each):
                    some, size = min(together, added.end - world), min(each, end - first)
                    yield Part(option, world, some, first, size)


def in_order(parts: Sequence[Part], read: Callable[[Part], Rows]) -> Iterator[Rows]:
    """Read each part once, and yield all futures in the order of worlds, then of futures.

    Parts of several worlds that overlap are held in memory until their last world is yielded.
    """
    edges = sorted({edge for part in parts for edge in (part.first_world, part.end)})
    place = {edge: index for index, edge in enumerate(edges)}
    bands: list[list[Part]] = [[] for _ in edges[1:]]
    for part in parts:
        for index in range(place[part.first_world], place[part.end]):
            bands[index].append(part)
    held: dict[Part, Rows] = {}

    def piece(part: Part, first: int, end: int) -> Rows:
        rows = held.pop(part) if part in held else read(part)
        if part.end > end:
            held[part] = rows
        start = (first - part.first_world) * part.futures
        some: Rows = rows[start : start + (end - first) * part.futures]
        return some

    # The worlds between two edges are in the same parts.
    for (first, end), band in zip(pairwise(edges), bands, strict=True):
        pieces = (piece(part, first, end) for part in band)
        if end - first == 1 or len(band) == 1:
            yield from pieces
        else:
            by_world = [rows.reshape(end - first, -1) for rows in pieces]
            yield np.concatenate(by_world, axis=1).ravel()


@cache
def schema() -> pa.Schema:
    """Return the columns of a part, with their meanings as metadata."""
    fields = [pa.field("option", pa.string(), False, {"description": "name of the option"})]
    for name, hint in get_type_hints(Future, include_extras=True).items():
        kind = pa.from_numpy_dtype(FUTURE[name])
        fields.append(pa.field(name, kind, False, {"description": get_args(hint)[-1]}))
    return pa.schema(fields, {NAMED: SCHEMA})


def row_bytes(option: str, rows: Rows) -> bytes:
    """Return the bytes that the checksum reads: columns in order, little-endian, row by row."""
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
    """Store a part under `folder`, sealed with a checksum of its content and its run.

    `identity` is that of the option in the run's record.
    """
    solver = json.dumps(
        {str(world): reports[world] for world in sorted(reports)}, sort_keys=True
    ).encode()
    run = identity.encode()
    seal = _seal(part.option, rows, solver + run)
    sealed = {**schema().metadata, SOLVER: solver, RUN: run, SEAL: seal}
    table = pa.Table.from_arrays(_columns(part.option, rows), schema=schema().with_metadata(sealed))
    write_whole(folder / part.name, as_file(table))


def as_file(table: pa.Table) -> bytes:
    """Return the content of a Parquet file with the table."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression=COMPRESSION, write_page_checksum=True)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def read(folder: Path, part: Part, identity: str) -> tuple[Rows, dict[int, SolverReport]]:
    """Return a part's futures, and the solver's report on each world.

    Raises `TornPartError` if the file is missing, incomplete, changed, of another run, or not the
    part asked for; `DetenteError` if another version of detente wrote it in another schema.
    """
    path, names = folder / part.name, list(FUTURE.names or ())

    def refuse_other_schema(found: pa.Schema) -> None:
        named = (found.metadata or {}).get(NAMED, b"")
        if named != SCHEMA.encode() and KIND.fullmatch(named):
            raise DetenteError(
                f"the part's schema is {named.decode()!r}; by the run's record it is {SCHEMA!r}",
                where=str(path),
                hint="use the version of detente that wrote it",
            )

    try:
        content = read_within(path, most_bytes(part.rows))
        expected = Expected(names, part.rows, ("option", part.option))
        table = read_table(content, expected, refuse_other_schema)
    except NotAsExpectedError as fault:
        raise TornPartError(f"{part.name} {fault}") from fault
    except OSError as fault:
        raise TornPartError(f"{part.name} cannot be read: {fault}") from fault
    if not table.schema.equals(pa.schema([schema().field(name) for name in names])):
        raise TornPartError(f"{part.name} has other columns")
    rows = np.empty(table.num_rows, FUTURE)
    for name in names:
        rows[name] = to_values(table[name])
    notes, run = table.schema.metadata or {}, identity.encode()
    solver = notes.get(SOLVER, b"")
    if notes.get(RUN, b"") != run:
        raise TornPartError(f"{part.name} is of another run")
    if notes.get(SEAL) != _seal(part.option, rows, solver + run):
        raise TornPartError(f"{part.name} is not as it was written")
    worlds = np.repeat(np.arange(part.worlds) + part.first_world, part.futures)
    futures = np.tile(np.arange(part.futures) + part.first_future, part.worlds)
    if not (np.array_equal(rows["world"], worlds) and np.array_equal(rows["future"], futures)):
        raise TornPartError(f"{part.name} holds other courses of events than its name says")
    try:
        return rows, REPORTS.validate_json(solver)
    except ValidationError as fault:
        raise TornPartError(f"{part.name} has an unreadable report of its solver") from fault


def to_batch(option: str, rows: Rows) -> pa.RecordBatch:
    """Return futures of an option as an Arrow batch."""
    return pa.RecordBatch.from_arrays(_columns(option, rows), schema=schema())


def _columns(option: str, rows: Rows) -> list[pa.Array]:
    columns = (to_column(rows[name]) for name in FUTURE.names or ())
    return [to_label(option, len(rows)), *columns]


def _seal(option: str, rows: Rows, notes: bytes) -> bytes:
    content = _packed(option, rows, rows.dtype.names or ()) + notes
    return hashlib.sha256(content).hexdigest().encode()


def most_bytes(rows: int) -> int:
    """Return the maximum size of a file with this many rows [bytes]."""
    return SMALLEST_FILE + WIDEST_ROW * rows
