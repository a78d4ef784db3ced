"""Files that ask for far more than they are: each refused soon, and in little memory."""

import io
import json
import struct
import subprocess
import sys
import textwrap
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from detente import simulate
from detente.ensemble import bundle, runners, store
from tests.sealing import edit
from tests.standin import KERNEL

SMALL = {"futures": 2000, "worlds": 1, "threads": 1, "chunk": 2000}
MOST_MEMORY = 64
"""What a process that refuses bombs may ever have held, next to what a sound run takes [MiB]."""
LONGEST = 50
"""Processor time in which a bomb is refused, in that of opening a sound run in each way: six times
what the slowest takes, so that a busy machine fails nothing."""

READER = """
    import json, re, sys, time
    from pathlib import Path
    from detente import DetenteError, Run, resume, summarise
    def most_held():
        # Not what the system counts for a process, which begins with the peak of its parent.
        status = Path("/proc/self/status").read_text()
        return int(re.search("VmHWM:(.*) kB", status)[1]) // 1024
    DO = {
        "read": lambda run: summarise(Run.open(run)),
        "resume": resume,
        "worlds": lambda run: Run.open(run).drawn,
    }
    def timed(do, path):
        said = "nothing was refused"
        began = time.process_time()
        try:
            do(path)
        except DetenteError as fault:
            said = str(fault)
        return said, time.process_time() - began
    sound = sys.argv[1]
    for do in DO.values():
        do(sound)
    usual = sum(timed(do, sound)[1] for do in DO.values())
    at_start = most_held()
    for line in sys.stdin:
        doing, path = json.loads(line)
        said, seconds = timed(DO[doing], path)
        print(json.dumps([said, seconds / usual, most_held() - at_start]), flush=True)
"""


@pytest.fixture(scope="module")
def refuse(usual):
    """Have a process of its own open runs; return its words, time [usual], memory [MiB]."""
    reader = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(READER), usual.folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def ask(path, doing="read"):
        reader.stdin.write(json.dumps([doing, str(path)]) + "\n")
        reader.stdin.flush()
        return json.loads(reader.stdout.readline())

    with reader:
        yield ask
        reader.stdin.close()


@pytest.fixture(scope="module")
def usual(tmp_path_factory, crisis):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL)
        return simulate(crisis, **SMALL, out=tmp_path_factory.mktemp("usual"))


@pytest.fixture
def run(usual, tmp_path):
    """Return the folder of a run, its only part, and the table in that."""
    for path in usual.folder.rglob("*"):
        if path.is_file():
            copy = tmp_path / "run" / path.relative_to(usual.folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    part = tmp_path / "run" / "futures" / usual.parts("base")[0].name
    return tmp_path / "run", part, pq.read_table(part)


def check(refused, words):
    said, times, memory = refused

    assert words in said
    assert times < LONGEST
    assert memory < MOST_MEMORY


def repeated(schema, rows):
    """Return a table of zeros with this schema, which takes next to nothing in a file."""
    columns = [
        pa.array(["base"] * rows) if field.name == "option" else pa.array(np.zeros(rows, "i1"))
        for field in schema
    ]
    return pa.Table.from_arrays(
        [column.cast(field.type) for column, field in zip(columns, schema, strict=True)],
        schema=schema,
    )


def test_a_part_with_millions_of_rows_is_not_decoded(run, refuse):
    folder, part, table = run
    few = repeated(table.schema, 1_000_000)
    with pq.ParquetWriter(part, table.schema, compression="zstd") as writer:
        for _ in range(4):
            writer.write_table(few)

    assert part.stat().st_size < store.most_bytes(2000)
    check(refuse(folder), "another number of rows")


def test_a_compression_that_nobody_knows_does_not_end_the_process(run, refuse):
    folder, part, _ = run
    content = part.read_bytes()
    stored = b"\x19\x18\x05world\x15"
    part.write_bytes(content.replace(stored + b"\x00", stored + b"\x10"))

    assert content.count(stored + b"\x00") == 1
    check(refuse(folder), "is compressed")


def varint(number):
    number *= 2
    while number > 127:
        yield number & 127 | 128
        number >>= 7
    yield number


def test_a_footer_that_hides_rows_is_seen_through(run, refuse):
    """Four groups of a million rows each, in a file that says at its head that it has 2,000."""
    folder, part, table = run
    sink = io.BytesIO()
    few = repeated(table.schema, 1_000_000)
    with pq.ParquetWriter(sink, table.schema, compression="none") as writer:
        for _ in range(4):
            writer.write_table(few)
    content = sink.getvalue()
    length = int.from_bytes(content[-8:-4], "little")
    footer = content[-8 - length : -8]
    asked = bytes([0x16, *varint(4_000_000)])
    place = footer.index(asked)
    hidden = footer[:place] + bytes([0x16, *varint(2000)]) + footer[place + len(asked) :]
    body = content[: -8 - length]
    part.write_bytes(body + hidden + len(hidden).to_bytes(4, "little") + b"PAR1")

    assert pq.read_metadata(part).num_rows == 2000
    check(refuse(folder), "another number of rows")


def test_pages_that_swell_are_not_unpacked(run, refuse):
    """Columns of a gigabyte of zeros, packed into a megabyte."""
    folder, part, table = run
    long = b"\0" * 100_000_000
    texts = pa.array([long.decode()] + ["base"] * 1999)
    with pq.ParquetWriter(
        part, table.schema, compression="zstd", use_dictionary=False, write_statistics=False
    ) as writer:
        writer.write_table(table.set_column(0, table.schema.field(0), texts))

    assert part.stat().st_size < store.most_bytes(2000)
    check(refuse(folder), "is compressed")


def write_one_text(part, table, length):
    """Write a part of which every row has the same text of this length, stored once."""
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * 2000, pa.int32()), ["x" * length])
    changed = table.set_column(0, pa.field("option", texts.type, False), texts)
    pq.write_table(changed, part, compression="none", write_statistics=False, store_schema=False)


def test_one_long_text_is_not_written_out_for_every_row(run, refuse):
    folder, part, table = run
    write_one_text(part, table, 1_000_000)

    assert part.stat().st_size < store.most_bytes(2000)
    check(refuse(folder), "several texts in its column option")


def test_texts_that_build_on_each_other_are_not_written_out(run, refuse):
    folder, part, table = run
    texts = pa.array(["x" * 100_000] * 2000)
    changed = table.set_column(0, table.schema.field(0), texts)
    pq.write_table(
        changed,
        part,
        compression="none",
        write_statistics=False,
        use_dictionary=False,
        column_encoding={"option": "DELTA_BYTE_ARRAY"},
    )

    assert part.stat().st_size < store.most_bytes(2000)
    check(refuse(folder), "several texts in its column option")


def test_a_footer_of_countless_columns_is_not_read(run, refuse):
    folder, part, _ = run
    names = [f"c{number}" for number in range(20_000)]
    table = pa.table({name: pa.array([], pa.int8()) for name in names})
    pq.write_table(table, part, store_schema=False)

    assert part.stat().st_size < store.most_bytes(2000)
    check(refuse(folder), "cannot be read")


def test_a_column_of_columns_is_not_read(run, refuse):
    folder, part, table = run
    kind = pa.int8()
    for _ in range(60):
        kind = pa.struct([pa.field("a", kind)])
    column = pa.array([None] * 2000, kind)
    schema = pa.schema([*table.schema][:-1]).append(pa.field(table.schema.names[-1], kind))
    changed = pa.Table.from_arrays([*table.columns[:-1], column], schema=schema)
    pq.write_table(changed, part, compression="none")

    check(refuse(folder), "hold no numbers")


def test_countless_notes_next_to_a_table_are_not_read(run, refuse):
    folder, part, table = run
    notes = {f"note{number}": "" for number in range(20_000)}
    pq.write_table(table.replace_schema_metadata(notes), part, compression="none")

    check(refuse(folder), "cannot be read")


@pytest.mark.parametrize(
    "solver", [b"[" * 500_000, b'{"0": ' * 100_000, b'{"0": {"nodes": "many"}}', b"[]", b"null"]
)
def test_words_on_the_solver_that_are_none_are_refused(run, solver, usual, refuse):
    folder, part, table = run
    rows = usual.read_part(usual.parts("base")[0])[0]
    seal = store._seal("base", rows, solver + table.schema.metadata[store.RUN])  # noqa: SLF001  what an attacker can work out too
    notes = {**table.schema.metadata, store.SOLVER: solver, store.SEAL: seal}
    pq.write_table(table.replace_schema_metadata(notes), part, compression="none")

    check(refuse(folder), "an unreadable report of its solver")


def test_worlds_with_millions_of_rows_are_not_decoded(run, refuse):
    folder, _, _ = run
    path = folder / "worlds.parquet"
    few = repeated(pa.schema(list(pq.read_schema(path))[:4]), 1_000_000)
    with pq.ParquetWriter(path, few.schema, compression="zstd") as writer:
        for _ in range(4):
            writer.write_table(few)

    check(refuse(folder, "worlds"), "another number of rows")


def test_worlds_of_countless_numbers_are_not_decoded(run, refuse):
    folder, _, _ = run
    names = [f"c{number}" for number in range(20_000)]
    table = pa.table({name: pa.array([0.0]) for name in names})
    pq.write_table(table, folder / "worlds.parquet", compression="none", store_schema=False)

    check(refuse(folder, "worlds"), "cannot be used")


RECORDS = {
    "deep": b"[" * 500_000,
    "deep within": b'{"schema": "detente/record/5", "settings": ' + b'{"a":' * 150_000,
    "lists": b"[" + b"[]," * 340_000 + b"[]]",
    "tables": b"[" + b'{"a":{}},' * 110_000 + b"{}]",
    "long": b'"' + b"x" * (1 << 20) + b'"',
    "digits": b"1" * 1_000_000,
    "options": None,
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_that_is_a_bomb_is_refused(run, name, refuse):
    folder = run[0]
    path = folder / "record.json"
    record = json.loads(path.read_bytes())
    record["options"] = {f"o{number}": record["options"]["base"] for number in range(4000)}
    path.write_bytes(RECORDS[name] or json.dumps(record).encode())

    check(refuse(folder), "record")


def test_a_record_as_large_as_a_disk_is_refused(run, refuse):
    with (run[0] / "record.json").open("ab") as file:
        file.truncate(1 << 40)

    check(refuse(run[0]), "the record is too large")


SETTINGS = [
    {"futures": 2_000_000_000, "chunk": 1},
    {"futures": 2_000_000_000, "chunk": 1000, "worlds": 1},
    {"futures": 1, "worlds": 999_999, "chunk": 1},
]


@pytest.mark.parametrize("doing", ["read", "resume"])
@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_a_record_that_asks_for_countless_files_is_refused(run, settings, doing, refuse):
    record = json.loads((run[0] / "record.json").read_bytes())
    outcome = None if doing == "resume" else record["outcome"]
    edit(run[0], settings={**record["settings"], **settings}, outcome=outcome)

    check(refuse(run[0], doing), "files; at most 300,000 can be")


def write_archive(path, files):
    """Write an archive whose directory lists so many files, of which there is none."""
    entry = struct.Struct("<4s6H3L5H2L").pack(
        b"PK\x01\x02", 20, 20, 0, 0, 0, 33, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0
    )
    listed = b"".join(entry + b"%05x" % number for number in range(files))
    end = bundle.LONG_END.pack(bundle.LONG_END_MARK, 44, 45, 45, 0, 0, files, files, len(listed), 0)
    locator = bundle.LOCATOR.pack(bundle.LOCATOR_MARK, 0, len(listed), 1)
    short = bundle.END.pack(bundle.END_MARK, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    path.write_bytes(listed + end + locator + short)


def test_an_archive_of_countless_files_is_refused(tmp_path, refuse):
    write_archive(tmp_path / "run.zip", 1_000_000)

    check(refuse(tmp_path / "run.zip"), "its directory is longer than one can be")


def test_an_archive_of_as_many_files_as_may_be_is_refused(tmp_path, refuse):
    most = bundle.LONGEST_DIRECTORY // 51
    write_archive(tmp_path / "run.zip", most)
    with zipfile.ZipFile(tmp_path / "run.zip") as read:
        assert len(read.infolist()) == most

    check(refuse(tmp_path / "run.zip"), "no record of a run")


def test_an_archive_that_swells_is_refused(tmp_path, refuse):
    path = tmp_path / "run.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("record.json", bytes(1 << 29))

    check(refuse(path), "'record.json', which is no plain file")


def test_a_bomb_is_one_to_a_reader_that_trusts_it(run):
    """What is refused above does take what it says, where it is not refused."""
    _, part, table = run
    write_one_text(part, table, 50_000)

    assert pq.read_table(part).nbytes > 300 * part.stat().st_size
