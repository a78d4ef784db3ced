"""A finished run of which something is damaged: it is repaired, and is what its record says."""

import pyarrow.parquet as pq
import pytest

from detente import DetenteError, Run, provenance, resume, simulate
from detente.cli import main
from detente.ensemble import record as records
from detente.ensemble import runners, store
from tests.standin import KERNEL

SMALL = {"futures": 60, "worlds": 6, "threads": 1, "chunk": 20, "options": ["hotline"]}
PART = "futures/hotline/000002-000000000.parquet"


@pytest.fixture
def run(tmp_path, crisis):
    return simulate(crisis, **SMALL, out=tmp_path / "run")


@pytest.fixture
def played(monkeypatch):
    """Return the worlds that are solved from now on."""
    worlds = []
    counting = KERNEL._replace(solve=lambda *a, **b: worlds.append(1) or KERNEL.solve(*a, **b))
    monkeypatch.setattr(runners, "kernel", lambda: counting)
    return worlds


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def cut(path):
    path.write_bytes(path.read_bytes()[:-9])


def change(path):
    """Flip one bit of what a file says: a table has bytes between its columns that say nothing."""
    content = bytearray(path.read_bytes())
    content[last_of_a_column(path) if path.suffix == ".parquet" else len(content) // 3] ^= 1
    path.write_bytes(content)


def last_of_a_column(path):
    column = pq.read_metadata(path).row_group(0).column(0)
    return (column.dictionary_page_offset or column.data_page_offset) + (
        column.total_compressed_size - 1
    )


@pytest.mark.parametrize("damage", [cut, change, lambda path: path.unlink()])
def test_only_what_is_damaged_is_played_again_and_all_is_as_it_was(run, played, damage):
    before = contents(run.folder)
    damage(run.folder / PART)

    repaired = resume(run.folder)

    assert repaired.digest == run.digest
    assert repaired.record == run.record
    assert contents(run.folder) == before
    assert len(played) == 2
    assert pq.read_metadata(run.folder / PART).num_rows == 20


@pytest.mark.parametrize("damage", [cut, change, lambda path: path.unlink()])
@pytest.mark.parametrize("name", ["worlds.parquet", "resolved.json"])
def test_numbers_that_are_damaged_are_drawn_again_and_nothing_is_played(run, played, name, damage):
    before = contents(run.folder)
    damage(run.folder / name)

    assert resume(run.folder).record == run.record
    assert contents(run.folder) == before
    assert played == []


def test_a_whole_run_is_opened_and_nothing_of_it_is_played(run, played):
    before = contents(run.folder)

    assert resume(run.folder).record == run.record
    assert contents(run.folder) == before
    assert played == []


def test_a_whole_run_of_another_version_is_opened_and_a_damaged_one_is_not(run, monkeypatch):
    monkeypatch.setattr(provenance, "model_digest", lambda: "0" * 64)
    assert resume(run.folder).digest == run.digest
    cut(run.folder / PART)

    with pytest.raises(DetenteError, match="another version of the model"):
        resume(run.folder)


def test_a_damaged_part_names_the_command_that_repairs_it(run, capsys):
    cut(run.folder / PART)

    status = main(["compare", str(run.folder), "--outcome", "any_war"])

    assert status == 2
    assert f"detente run --resume {run.folder}" in capsys.readouterr().err


def test_the_command_that_is_named_repairs(run, capsys):
    cut(run.folder / PART)

    assert main(["run", "--resume", str(run.folder), "--quiet"]) == 0
    assert Run.open(run.folder).tally("hotline").futures == 60
    assert "in this model" in capsys.readouterr().out


def test_a_run_that_comes_out_otherwise_is_not_trusted_and_its_record_stays(run):
    part = run.parts("base")[0]
    rows, reports = run.read_part(part)
    rows["ending"] = (rows["ending"] + 1) % 8
    store.write(run.folder / "futures", part, rows, reports, run.identity(part))
    cut(run.folder / PART)

    with pytest.raises(DetenteError, match=f"the record says {run.digest[:12]}.*not to be trusted"):
        resume(run.folder)

    assert records.read(run.folder) == run.record
