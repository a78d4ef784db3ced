"""The sealed table of a run's worlds: a row for each world, a column for each of its numbers."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from detente import disk
from detente.ensemble import advice, store
from detente.ensemble import folder as folders
from detente.ensemble import record as records
from detente.ensemble.record import BASE, Record
from detente.ensemble.tables import (
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
"""The first column, the index of the world."""
SEAL = b"detente.seal"
MOST_NUMBERS = 10_000
"""Upper bound of the numbers of a pack."""
WIDEST_CELL = 16
"""Upper bound of the size of a number [bytes]; a larger file is refused."""


def write_worlds(folder: Path, record: Record, values: "Values") -> None:
    """Store the drawn numbers, sealed with the identity of their run.

    Raises `OSError` if the file cannot be written.
    """
    columns = {WORLD: np.arange(record.settings.worlds, dtype=np.int32), **values}
    table = pa.table({name: to_column(drawn) for name, drawn in columns.items()})
    sealed = table.replace_schema_metadata({SEAL: _seal(record, columns.items())})
    disk.write_whole(folder / folders.WORLDS, store.as_file(sealed))


def read_worlds(
    folder: Path, record: Record
) -> Annotated[dict[str, np.ndarray], "shape (worlds,) each"]:
    """Return every number of a run in each of its worlds, by its dotted path.

    Raises `DetenteError` if the table is missing or is not as it was written for this run.
    """
    path = folder / folders.WORLDS
    try:
        return _verified(path, record)
    except (NotAsExpectedError, OSError) as fault:
        # The run may have been extended meanwhile; then the table is that of the larger run.
        for larger in grown(folder, record):
            with suppress(NotAsExpectedError, OSError):
                columns = _verified(path, larger).items()
                return {name: drawn[: record.settings.worlds] for name, drawn in columns}
        says = fault.strerror or str(fault) if isinstance(fault, OSError) else str(fault)
        what = f"the table of the assumptions cannot be used: {says}"
        hint = advice.how_to_repair(folder, record)
        raise DetenteError(what, where=str(path), hint=hint) from fault


def grown(folder: Path, record: Record) -> Iterator[Record]:
    """Yield the records of the same run, extended, that are in its folder now."""
    for read in (lambda folder: folders.read_growing(folder, record), records.read):
        with suppress(DetenteError):
            larger = read(folder)
            if larger and larger.options[BASE].identity == record.options[BASE].identity:
                yield larger


def are_whole(folder: Path, record: Record) -> bool:
    """Return whether the table is as it was written for exactly these worlds."""
    try:
        _verified(folder / folders.WORLDS, record)
    except (NotAsExpectedError, OSError):
        return False
    return True


def read_columns(path: Path, names: Sequence[str], worlds: int) -> pa.Table:
    """Return a table of worlds with these columns, without a check of its seal.

    Raises `OSError` if it cannot be read, `NotAsExpectedError` if it is another table or damaged.
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
