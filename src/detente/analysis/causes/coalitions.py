"""War under each coalition of mechanisms, in every future of a run: judged once and kept."""

import hashlib
import threading
from collections.abc import Sequence
from functools import partial
from typing import Annotated, NamedTuple

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from detente.ensemble import folder as folders
from detente.ensemble import store
from detente.ensemble.foundation import read_again
from detente.ensemble.kept import File, Kept, Play
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.simulate import stage_of
from detente.ensemble.store import Rows
from detente.ensemble.tables import COMPRESSION, Expected, NotAsExpectedError, read_table
from detente.ensemble.versions import command_to_grow, how_to_play_again
from detente.errors import DetenteError

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


class CoalitionWars(NamedTuple):
    """Under which coalitions of mechanisms each future of a world has war, as stored."""

    wars: Annotated[np.ndarray, "uint64, shape (futures,)"]
    marks: Annotated[np.ndarray, "uint8, shape (futures,)"]
    visited: int
    unsettled: int


class JudgedWorld(NamedTuple):
    """One world of a run under one option."""

    run: Run
    option: str
    world: int

    @property
    def futures(self) -> int:
        """Return how many futures the world has."""
        return self.run.record.settings.futures_of_a_world


def coalition_wars(run: Run, option: str) -> Kept[int, CoalitionWars]:
    """Return what was judged of each world of a run, by its index, and what judges the rest.

    Every future is played again with each coalition of mechanisms, on the same draws.

    Raises
    ------
    DetenteError
        If the run has no such option.
    """
    run.known(option)

    def file_of(world: int) -> File[CoalitionWars]:
        one = JudgedWorld(run, option, world)
        most = store.most_bytes(one.futures)
        name = f"{option}/{world:06d}.parquet"
        return File(name, most, partial(_encode, one), partial(_decode, one))

    return Kept(run, folders.CAUSES, "causes RUN", file_of, partial(_prepare, run, option))


def worlds_of(run: Run, asked: int | None, option: str = BASE) -> range:
    """Return the first worlds of an option, all unless a number is asked for.

    Raises
    ------
    DetenteError
        If it has fewer worlds.
    """
    there = run.record.settings.worlds_of(option)
    count = there if asked is None else asked
    if not 1 <= count <= there:
        what = f"worlds is {count}; use a whole number from 1 to {there}"
        more = command_to_grow(run.folder, run.record, worlds=max(count, there), option=option)
        hint = f"for more worlds: {more}"
        raise DetenteError(what, where=str(run.folder), hint=hint)
    return range(count)


def _prepare(run: Run, option: str, _missing: Sequence[int]) -> Play[int, CoalitionWars]:
    run.refuse_other_model()
    stage = stage_of(run.folder, read_again(run.folder, run.record), run.record.settings)

    def judge(world: int, _stop: threading.Event) -> CoalitionWars:
        judged = stage.judged(stage.encoded(option, world), world)
        _refuse_difference(JudgedWorld(run, option, world), judged.rows)
        return CoalitionWars(judged.wars, judged.marks, judged.visited, judged.unsettled)

    return judge


def _refuse_difference(one: JudgedWorld, rows: Rows) -> None:
    """Refuse futures that, with every mechanism on, are not those of the run."""
    run = one.run
    differs = np.flatnonzero(stored_rows(run, one.option, one.world) != rows)
    if len(differs):
        raise DetenteError(
            f"future {one.world}:{differs[0]} came out otherwise when it was played again",
            where=str(run.folder),
            hint="the run's files or the model were changed; "
            + how_to_play_again(run.folder, run.record),
        )


def stored_rows(run: Run, option: str, world: int) -> Rows:
    """Return a world's futures as the run stored them."""
    found = [
        run.read_part(part)[0]
        for part in run.parts(option)
        if part.first_world <= world < part.first_world + part.worlds
    ]
    rows: Rows = np.concatenate(found)
    own: Rows = rows[rows["world"] == world]
    return own


def _encode(one: JudgedWorld, judged: CoalitionWars) -> bytes:
    """Return a world's file, sealed together with the run and the model that it is of."""
    nodes = f"{judged.visited} {judged.unsettled}".encode()
    metadata = {**SCHEMA.metadata, NODES: nodes, SEAL: _seal(one, judged)}
    columns = [
        pa.array(np.full(one.futures, one.world, np.int32)),
        pa.array(np.arange(one.futures, dtype=np.int32)),
        pa.array(judged.wars),
        pa.array(judged.marks),
    ]
    table = pa.Table.from_arrays(columns, schema=SCHEMA.with_metadata(metadata))
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression=COMPRESSION, write_page_checksum=True)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _decode(one: JudgedWorld, content: bytes) -> CoalitionWars | None:
    try:
        table = read_table(content, Expected(SCHEMA.names, one.futures))
        visited, unsettled = map(int, table.schema.metadata[NODES].split())
    except (NotAsExpectedError, ValueError, TypeError, KeyError):
        return None
    if not table.schema.equals(SCHEMA):
        return None
    judged = CoalitionWars(table["wars"].to_numpy(), table["marks"].to_numpy(), visited, unsettled)
    return judged if table.schema.metadata.get(SEAL) == _seal(one, judged) else None


def content_of(option: str, world: int, judged: CoalitionWars) -> bytes:
    """Return what a digest reads of a world's wars, little-endian, column by column."""
    label = f"{option} {world} ".encode()
    return label + judged.wars.astype("<u8").tobytes() + judged.marks.tobytes()


def _seal(one: JudgedWorld, judged: CoalitionWars) -> bytes:
    whole = hashlib.sha256(f"{one.run.digest} {one.run.record.model} ".encode())
    whole.update(f"{judged.visited} {judged.unsettled} ".encode())
    whole.update(content_of(one.option, one.world, judged))
    return whole.hexdigest().encode()
