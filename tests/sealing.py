"""Edits the record of a run as whatever wrote it would, so that its seal fits."""

import hashlib
import json

import pyarrow as pa
import pyarrow.parquet as pq

from detente import Run
from detente.ensemble import store
from detente.ensemble.record import FILE, SEAL, as_bytes, digest_of

BEFORE = "detente/futures/2"
"""A schema of runs from before."""


def sealed(content):
    """Return a record, as JSON has it, with the seal that fits."""
    bare = {key: value for key, value in content.items() if key != SEAL}
    return {**bare, SEAL: digest_of(bare)}


def edit(folder, **fields):
    """Give fields of a run's record other values."""
    path = folder / FILE
    path.write_bytes(as_bytes(sealed({**json.loads(path.read_bytes()), **fields})))


def make_older(run):
    """Rewrite a run of one option as the version before would have: without the days of wars."""
    digest = hashlib.sha256()
    for part in run.parts("base"):
        rows, _ = run.read_part(part)
        old = rows[list(store.DIGESTED)].astype(store.LAYOUTS[BEFORE])
        _write_part(run, part, old)
        digest.update(store.row_bytes("base", old))
    options = json.loads((run.folder / FILE).read_bytes())["options"]
    options["base"]["digest"] = digest.hexdigest()
    edit(run.folder, schema=BEFORE.replace("futures", "record"), options=options)
    return Run.open(run.folder)


def _write_part(run, part, rows):
    """Write a part with the columns of its rows, sealed."""
    path, names = run.folder / "futures" / part.name, rows.dtype.names
    told = pq.read_schema(path).metadata
    sealed = store.row_bytes("base", rows) + told[store.SOLVER] + told[store.RUN]
    notes = {**told, store.NAMED: BEFORE.encode()}
    notes[store.SEAL] = hashlib.sha256(sealed).hexdigest().encode()
    columns = [pa.array([part.option] * len(rows), pa.string())]
    columns += [pa.array(rows[name]) for name in names]
    fields = [store.schema().field(name) for name in ("option", *names)]
    table = pa.Table.from_arrays(columns, schema=pa.schema(fields, notes))
    pq.write_table(table, path, compression="none", write_page_checksum=True)
