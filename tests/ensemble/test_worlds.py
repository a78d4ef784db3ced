"""The table of a run's worlds: whole as it was written, or not used."""

from contextlib import suppress

import numpy as np
import pyarrow.parquet as pq
import pytest

from detente import DetenteError, load, simulate
from detente.ensemble import worlds
from detente.ensemble.simulate import draw
from detente.ensemble.worlds import SEAL, are_whole

SMALL = {"futures": 7, "worlds": 7, "threads": 1}


@pytest.fixture
def run(tmp_path, crisis):
    return simulate(crisis, **SMALL, out=tmp_path / "run")


def table(run):
    return run.folder / "worlds.parquet"


def test_what_was_drawn_is_read(run, crisis):
    drawn = draw({"base": crisis}, run.record.settings)["base"]
    read = run.drawn

    assert list(read) == list(crisis.numbers)
    assert all(np.array_equal(read[field], drawn[field]) for field in drawn)
    assert {column.dtype for column in read.values()} == {np.dtype(float)}
    assert are_whole(run.folder, run.record)


def test_a_flip_of_any_bit_is_noticed_or_changes_nothing(run):
    whole = table(run).read_bytes()
    known = run.drawn
    generator = np.random.default_rng(1)
    harmless = 0
    for place in generator.integers(len(whole), size=40):
        changed = bytearray(whole)
        changed[place] ^= 1 << int(generator.integers(8))
        table(run).write_bytes(changed)
        with suppress(DetenteError):
            read = run.drawn
            assert list(read) == list(known)
            assert all(np.array_equal(read[field], known[field]) for field in known)
            harmless += 1

    assert harmless < 20


def test_another_number_in_a_whole_file_is_noticed(run):
    stored = pq.read_table(table(run))
    place = stored.column_names.index("talks.fade_rate")
    rates = stored["talks.fade_rate"].to_numpy().copy()
    rates[3] *= 1.5
    pq.write_table(
        stored.set_column(place, "talks.fade_rate", [rates]), table(run), compression="none"
    )

    assert SEAL in pq.read_schema(table(run)).metadata
    assert not are_whole(run.folder, run.record)
    with pytest.raises(DetenteError, match="not as it was written") as refused:
        _ = run.drawn
    assert "detente run --resume" in refused.value.hint


@pytest.mark.parametrize(
    ("size", "changes"), [({"seed": 2}, {}), ({"worlds": 8}, {}), ({}, {"incidents.hotline": 1})]
)
def test_the_worlds_of_another_run_are_not_taken(run, tmp_path, size, changes):
    crisis = load("oman-2026", changes=changes)
    another = simulate(crisis, **{**SMALL, **size}, out=tmp_path / "another")
    table(run).write_bytes(table(another).read_bytes())

    with pytest.raises(DetenteError, match="the table of the assumptions cannot be used"):
        _ = run.drawn


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table.drop_columns(["world"]),
        lambda table: table.append_column("talks.fade_rate", table["talks.fade_rate"]),
        lambda table: table.set_column(1, table.column_names[1], [["word"] * 7]),
    ],
)
def test_other_columns_are_refused_even_under_a_seal_that_holds(run, monkeypatch, change):
    stored = pq.read_table(table(run))
    monkeypatch.setattr(worlds, "_seal", lambda *_: stored.schema.metadata[SEAL])
    pq.write_table(change(stored), table(run), compression="none")

    with pytest.raises(DetenteError, match="the table of the assumptions cannot be used"):
        _ = run.drawn
