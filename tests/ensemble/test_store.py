import hashlib
import io
import os
from errno import ENOSPC

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente import disk
from detente.ensemble import store
from detente.ensemble.store import Part, TornPartError
from detente.ensemble.tables import COMPRESSION
from detente.kernel.endings import FUTURE
from tests.standin import play, solve
from tests.standin import world as a_world

PART = Part("base", 2, 1, 0, 40)
REPORTS = {2: {"nodes": 10.0}}
OWN = "identity of the run"


def rows_of(world, futures, first=0):
    return play(a_world(), solve(None), seed=1, number=world, first=first, futures=futures)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("written")
    store.write(folder, PART, rows_of(2, 40), REPORTS, OWN)
    return (folder / PART.name).read_bytes()


def held_by(parts):
    """Return the futures of parts in their order, each as its world and itself."""
    return [
        (world, future)
        for part in parts
        for world in range(part.first_world, part.first_world + part.worlds)
        for future in range(part.first_future, part.first_future + part.futures)
    ]


@given(st.integers(1, 40), st.integers(1, 60), st.integers(1, 70))
def test_parts_hold_every_future_once(worlds, futures, chunk):
    held = held_by(store.plan("base", [(worlds, futures)], chunk))

    assert held == [(world, future) for world in range(worlds) for future in range(futures)]


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 9), st.integers(0, 9))
def test_parts_of_a_run_that_was_extended_hold_every_future_once_too(worlds, futures, more, longer):
    sizes = [(worlds, futures), (worlds + more, futures + longer)]
    held = held_by(store.plan("base", sizes, 7))

    assert held[: worlds * futures] == held_by(store.plan("base", sizes[:1], 7))
    assert sorted(held) == held_by([Part("base", 0, worlds + more, 0, futures + longer)])


@given(st.integers(1, 40), st.integers(1, 60), st.integers(1, 70))
def test_no_part_holds_more_than_a_chunk(worlds, futures, chunk):
    parts = list(store.plan("base", [(worlds, futures)], chunk))

    assert max(part.rows for part in parts) <= chunk


def test_names_of_parts_sort_as_their_futures_do():
    names = [part.name for part in store.plan("base", [(12, 25)], 10)]

    assert names == sorted(names)


def test_a_row_is_its_option_ended_by_zero_then_little_endian_columns():
    row = np.zeros(1, FUTURE)
    row["world"] = 1
    row["future"] = 258
    row["ending"] = 7
    row["ending_day"] = 3

    content = store.row_bytes("é", row)

    assert content[:14] == b"\xc3\xa9\0\x01\0\0\0\x02\x01\0\0\x07\x03\0"


def test_a_row_takes_as_many_bytes_as_its_columns_but_those_that_no_digest_reads():
    names = set(FUTURE.names) - set(store.NOT_DIGESTED)
    width = sum(FUTURE[name].itemsize for name in names)

    assert len(store.row_bytes("base", rows_of(0, 3))) == 3 * (5 + width)


def test_the_day_of_war_leaves_the_digest_as_it_is_and_is_sealed(tmp_path):
    rows = rows_of(2, 40)
    moved = rows.copy()
    moved["war_day"] = 9
    seals = []
    for some in (rows, moved):
        store.write(tmp_path, PART, some, REPORTS, OWN)
        seals.append(pq.read_schema(tmp_path / PART.name).metadata[store.SEAL])

    assert store.row_bytes("base", moved) == store.row_bytes("base", rows)
    assert seals[0] != seals[1]


def test_the_digest_of_parts_is_that_of_all_rows():
    rows = rows_of(0, 30)
    one_by_one = hashlib.sha256()
    one_by_one.update(store.row_bytes("base", rows[:11]))
    one_by_one.update(store.row_bytes("base", rows[11:]))

    assert one_by_one.digest() == hashlib.sha256(store.row_bytes("base", rows)).digest()


def test_what_is_written_is_read_again(tmp_path):
    rows = rows_of(2, 40)
    store.write(tmp_path, PART, rows, REPORTS, OWN)

    again, reports = store.read(tmp_path, PART, OWN)

    assert np.array_equal(again, rows)
    assert reports == REPORTS


def test_every_column_says_what_it_means(tmp_path):
    store.write(tmp_path, PART, rows_of(2, 40), REPORTS, OWN)

    schema = pq.read_schema(tmp_path / PART.name)

    assert schema.names == ["option", *FUTURE.names]
    assert all(schema.field(name).metadata[b"description"] for name in schema.names)
    assert schema.metadata[b"detente.schema"] == store.SCHEMA.encode()


@given(st.data())
def test_a_changed_byte_is_detected_or_harmless(tmp_path_factory, written, data):
    place = data.draw(st.integers(0, len(written) - 1))
    mask = data.draw(st.integers(1, 255))
    folder = tmp_path_factory.mktemp("changed")
    path = folder / PART.name
    path.parent.mkdir()
    path.write_bytes(written[:place] + bytes([written[place] ^ mask]) + written[place + 1 :])

    found = read_or_none(folder)

    assert found is None or np.array_equal(found, rows_of(2, 40))


def read_or_none(folder):
    try:
        return store.read(folder, PART, OWN)[0]
    except TornPartError:
        return None


@pytest.mark.parametrize("kept", [0, 1, 100, 3000, -1])
def test_a_part_cut_short_is_torn(tmp_path, written, kept):
    path = tmp_path / PART.name
    path.parent.mkdir()
    path.write_bytes(written[:kept])

    with pytest.raises(TornPartError):
        store.read(tmp_path, PART, OWN)


@pytest.mark.parametrize(
    "other",
    [
        PART._replace(first_world=3),
        PART._replace(first_future=1),
        PART._replace(futures=39),
        PART._replace(option="other"),
    ],
)
def test_a_part_under_anothers_name_is_torn(tmp_path, written, other):
    path = tmp_path / other.name
    path.parent.mkdir()
    path.write_bytes(written)

    with pytest.raises(TornPartError):
        store.read(tmp_path, other, OWN)


def test_a_file_larger_than_its_rows_can_be_is_not_opened(tmp_path):
    path = tmp_path / PART.name
    path.parent.mkdir()
    path.write_bytes(bytes(store.SMALLEST_FILE + store.WIDEST_ROW * PART.rows + 1))

    with pytest.raises(TornPartError, match="larger than it can be"):
        store.read(tmp_path, PART, OWN)


def test_a_full_disk_leaves_no_file_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", fail_for_lack_of_space)

    with pytest.raises(OSError, match="No space"):
        store.write(tmp_path, PART, rows_of(2, 40), REPORTS, OWN)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def fail_for_lack_of_space(_handle):
    raise OSError(ENOSPC, os.strerror(ENOSPC))


@pytest.mark.parametrize("name", [".env.prod-1", ".notes.txt.7-1", ".000002-000000000.parquet.old"])
def test_sweeping_removes_half_written_files_of_these_names_only(tmp_path, name):
    store.write(tmp_path, PART, rows_of(2, 40), REPORTS, OWN)
    (tmp_path / "base" / ".000002-000000000.parquet.77-1").write_bytes(b"half")
    (tmp_path / "base" / name).write_bytes(b"a user's")

    disk.sweep([tmp_path / PART.name, tmp_path / "other" / "000002-000000000.parquet"])

    left = {path.name for path in (tmp_path / "base").iterdir()}
    assert left == {"000002-000000000.parquet", name}


def changed(written, change):
    """Return a part whose table was changed and packed again, with all that was noted with it."""
    sink = io.BytesIO()
    pq.write_table(change(pq.read_table(io.BytesIO(written))), sink, compression=COMPRESSION)
    return sink.getvalue()


def with_other_values(table):
    place = table.schema.get_field_index("ending_day")
    later = pa.compute.add(table.column(place), pa.scalar(1, table.schema.field(place).type))
    return table.set_column(place, table.schema.field(place), later)


def with_wider_numbers(table):
    place = table.schema.get_field_index("ending_day")
    wider = pa.field("ending_day", pa.int64(), nullable=False)
    return table.set_column(place, wider, table.column(place).cast(pa.int64()))


def without_notes(table):
    return table.replace_schema_metadata(None)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (with_other_values, "is not as it was written"),
        (with_wider_numbers, "has other columns"),
        (without_notes, "is of another run"),
    ],
)
def test_a_part_that_was_edited_is_torn(tmp_path, written, change, words):
    path = tmp_path / PART.name
    path.parent.mkdir()
    path.write_bytes(changed(written, change))

    with pytest.raises(TornPartError, match=words):
        store.read(tmp_path, PART, OWN)
