"""The worlds of a run as a table, sealed: a row a world, a column a number of its pack."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from detente.ensemble import folder as folders
from detente.ensemble import record as records
from detente.ensemble import store, versions
from detente.ensemble.record import BASE, Record
from detente.ensemble.tables import (
    COMPRESSION,
    Expected,
    NotAsExpectedError,
    read_names,
    read_table,
    read_within,
    to_column,
    to_values,
)
from detente.errors import DetenteError

if TYPE_CHECKING:
    from detente.ensemble.runners import Values

WORLD = "world"
"""The first column, which counts the worlds."""
SEAL = b"detente.seal"
MOST_NUMBERS = 10_000
"""No pack has as many numbers."""
WIDEST_CELL = 16
"""No number of a world takes more than this [bytes]: a larger file is not ours."""


class Stored(Protocol):
    """A run as far as it lies on a disk."""

    @property
    def folder(self) -> Path:
        """Return where it lies."""

    @property
    def record(self) -> Record:
        """Return what it says of itself."""


def write_worlds(folder: Path, record: Record, values: "Values") -> None:
    """Store what was drawn, sealed together with the identity of its run.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    columns = {WORLD: np.arange(record.settings.worlds, dtype=np.int32), **values}
    seal = _seal(record, columns.items())
    table = pa.table({name: to_column(drawn) for name, drawn in columns.items()})
    sink = pa.BufferOutputStream()
    pq.write_table(
        table.replace_schema_metadata({SEAL: seal}),
        sink,
        compression=COMPRESSION,
        write_page_checksum=True,
    )
    store.write_aside(folder / folders.WORLDS, sink.getvalue().to_pybytes())


def read_worlds(run: Stored) -> Annotated[dict[str, np.ndarray], "shape (worlds,) each"]:
    """Return every number of a run in each of its worlds, by its dotted path.

    Raises
    ------
    DetenteError
        If the table is missing or is not as it was written for this run.
    """
    path = run.folder / folders.WORLDS
    try:
        return _first_worlds(path, run)
    except (NotAsExpectedError, OSError) as fault:
        says = fault.strerror or str(fault) if isinstance(fault, OSError) else str(fault)
        what = f"the table of the worlds cannot be used: {says}"
        raise DetenteError(
            what, where=str(path), hint=versions.how_to_mend(run.folder, run.record)
        ) from fault


def _first_worlds(path: Path, run: Stored) -> dict[str, np.ndarray]:
    """Return the worlds of a run, or the first of those that it was extended to meanwhile."""
    try:
        return _verified(path, run.record)
    except (NotAsExpectedError, OSError):
        for record in grown(run):
            with suppress(NotAsExpectedError, OSError):
                columns = _verified(path, record).items()
                return {name: drawn[: run.record.settings.worlds] for name, drawn in columns}
        raise


def grown(run: Stored) -> Iterator[Record]:
    """Yield the records of the same run, extended, that lie in its folder now."""
    found = []
    with suppress(DetenteError):
        found.append(folders.read_growing(run.folder, run.record))
    with suppress(DetenteError):
        found.append(records.read(run.folder))
    for record in found:
        if (
            record is not None
            and record.options[BASE].identity == run.record.options[BASE].identity
        ):
            yield record


def are_whole(run: Stored) -> bool:
    """Say whether the worlds of a run, and no more, lie there as they were written."""
    try:
        _verified(run.folder / folders.WORLDS, run.record)
    except (NotAsExpectedError, OSError):
        return False
    return True


def read_columns(path: Path, names: Sequence[str], worlds: int) -> pa.Table:
    """Return a table of worlds with these columns, unsealed or not.

    Raises
    ------
    OSError
        If it cannot be read.
    NotAsExpectedError
        If it is another table, or none any more.
    """
    content = read_within(path, store.SMALLEST_FILE + WIDEST_CELL * worlds * len(names))
    return read_table(content, Expected(names, worlds))


def _verified(path: Path, record: Record) -> dict[str, np.ndarray]:
    worlds = record.settings.worlds
    content = read_within(path, store.SMALLEST_FILE + WIDEST_CELL * worlds * MOST_NUMBERS)
    names = read_names(content, MOST_NUMBERS)
    table = read_table(content, Expected(names, worlds))
    kinds = [pa.int32(), *[pa.float64()] * (len(names) - 1)]
    if names[:1] != [WORLD] or len(set(names)) < len(names) or table.schema.types != kinds:
        raise NotAsExpectedError("has other columns")
    columns = {name: to_values(table[name]) for name in names}
    if (table.schema.metadata or {}).get(SEAL) != _seal(record, columns.items()):
        raise NotAsExpectedError("is not as it was written for this run")
    del columns[WORLD]
    return columns


def _seal(record: Record, columns: Iterable[tuple[str, np.ndarray]]) -> bytes:
    whole = hashlib.sha256(f"{record.options[BASE].identity} ".encode())
    for name, drawn in columns:
        little = drawn.astype(drawn.dtype.newbyteorder("<"))
        whole.update(f"{name} {drawn.dtype.kind} ".encode() + little.tobytes())
    return whole.hexdigest().encode()
