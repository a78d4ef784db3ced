"""Verdicts on disk: a file for each world, whole and verified or not there at all."""

import hashlib
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from detente.ensemble import folder as folders
from detente.ensemble import store
from detente.ensemble.bundle import is_within_bundle, spare_folder
from detente.ensemble.run import Run
from detente.ensemble.tables import (
    COMPRESSION,
    Expected,
    NotAsExpectedError,
    read_table,
    read_within,
)

SEAL = b"detente.seal"
NODES = b"detente.nodes"
SCHEMA = pa.schema(
    [
        pa.field("world", pa.int32(), False, {"description": "index of the world"}),
        pa.field("future", pa.int32(), False, {"description": "index of the future"}),
        pa.field(
            "wars",
            pa.uint64(),
            False,
            {"description": "bit s: war when only the mechanisms of subset s act (bit m of s)"},
        ),
        pa.field(
            "marks",
            pa.uint8(),
            False,
            {
                "description": "bit 0: deliberate war; 1: war with the placebo; "
                "2: war with third parties missing and everyone looking ahead to it"
            },
        ),
    ],
    {"detente.schema": "detente/verdicts/1"},
)


class Place(NamedTuple):
    """Where the verdicts of one world lie, and of which run they are."""

    run: Run
    option: str
    world: int

    @property
    def path(self) -> Path:
        """Return the file; where a bundle lacks it, one that is kept as long as the process."""
        folder = self.run.folder / folders.CAUSES / self.option
        path = folder / f"{self.world:06d}.parquet"
        if not is_within_bundle(path) or path.is_file():
            return path
        return spare_folder() / self.run.digest / self.option / path.name

    @property
    def futures(self) -> int:
        """Return how many futures the world has."""
        return self.run.record.settings.futures_of_a_world


class Verdicts(NamedTuple):
    """Under which subsets each future of a world has war, as stored."""

    wars: Annotated[np.ndarray, "uint64, shape (futures,)"]
    marks: Annotated[np.ndarray, "uint8, shape (futures,)"]
    visited: int
    unsettled: int


def write(place: Place, verdicts: Verdicts) -> None:
    """Store a world's verdicts, sealed together with the run and the model that they are of."""
    nodes = f"{verdicts.visited} {verdicts.unsettled}".encode()
    metadata = {**SCHEMA.metadata, NODES: nodes, SEAL: _seal(place, verdicts)}
    columns = [
        pa.array(np.full(place.futures, place.world, np.int32)),
        pa.array(np.arange(place.futures, dtype=np.int32)),
        pa.array(verdicts.wars),
        pa.array(verdicts.marks),
    ]
    table = pa.Table.from_arrays(columns, schema=SCHEMA.with_metadata(metadata))
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression=COMPRESSION, write_page_checksum=True)
    store.write_aside(place.path, sink.getvalue().to_pybytes())


def read(place: Place) -> Verdicts | None:
    """Return a world's verdicts; None if they are not there as they were written for this run."""
    try:
        content = read_within(place.path, store.most_bytes(place.futures))
        table = read_table(content, Expected(SCHEMA.names, place.futures))
        visited, unsettled = map(int, table.schema.metadata[NODES].split())
    except (NotAsExpectedError, OSError, ValueError, TypeError, KeyError):
        return None
    if not table.schema.equals(SCHEMA):
        return None
    verdicts = Verdicts(table["wars"].to_numpy(), table["marks"].to_numpy(), visited, unsettled)
    return verdicts if table.schema.metadata.get(SEAL) == _seal(place, verdicts) else None


def content_of(place: Place, verdicts: Verdicts) -> bytes:
    """Return what a digest reads of a world's verdicts, little-endian, column by column."""
    label = f"{place.option} {place.world} ".encode()
    return label + verdicts.wars.astype("<u8").tobytes() + verdicts.marks.tobytes()


def _seal(place: Place, verdicts: Verdicts) -> bytes:
    whole = hashlib.sha256(f"{place.run.digest} {place.run.record.model} ".encode())
    whole.update(f"{verdicts.visited} {verdicts.unsettled} ".encode() + content_of(place, verdicts))
    return whole.hexdigest().encode()
