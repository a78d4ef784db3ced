"""Parts of another run: whoever reads one says so, and going on with the run plays it again."""

import shutil

import pytest

from detente import DetenteError, resume, simulate
from detente.cli import main
from detente.ensemble import store

SMALL = {"futures": 60, "worlds": 6, "threads": 1, "chunk": 20, "options": ["hotline"]}
READING = [
    ["show", "run"],
    ["report", "run", "-o", "page.html"],
    ["show", "run", "--bundle", "run.zip"],
    ["compare", "run", "--outcome", "any_war"],
    ["update", "run", "--next"],
]


@pytest.fixture
def run(tmp_path, monkeypatch, crisis):
    monkeypatch.chdir(tmp_path)
    return simulate(crisis, **SMALL, out="run")


@pytest.fixture
def other(tmp_path, crisis):
    return simulate(crisis, **SMALL, seed=2, out=tmp_path / "other")


def copy_half(there, run):
    """Copy every second part of one run over those of another."""
    for part in sorted(there.folder.rglob("futures/**/*.parquet"))[::2]:
        shutil.copy(part, run.folder / part.relative_to(there.folder))


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_a_part_of_another_run_is_refused_by_whoever_reads_it(run, other, capsys, command):
    copy_half(other, run)

    assert main([*command, "-q"]) == 2
    assert "000000-000000000.parquet is of another run" in capsys.readouterr().err


def test_going_on_plays_what_was_of_another_run(run, other):
    copy_half(other, run)

    repaired = resume(run.folder)

    assert repaired.digest == run.digest
    assert repaired.damaged() == []


def test_the_worlds_of_another_run_are_refused(run, other):
    shutil.copy(other.folder / "worlds.parquet", run.folder)

    with pytest.raises(DetenteError, match="is not as it was written for this run"):
        _ = run.drawn


@pytest.mark.parametrize("asked", [{"seed": 2}, {"grid": "tiny"}, {"horizon": 60}], ids=str)
def test_what_seals_parts_hangs_on_what_futures_come_of(tmp_path, crisis, run, asked):
    changed = simulate(crisis, **SMALL, **asked, out=tmp_path / "changed")

    assert changed.record.options["base"].identity != run.record.options["base"].identity


def test_what_seals_parts_does_not_hang_on_their_number(tmp_path, crisis, run):
    changed = simulate(crisis, **{**SMALL, "chunk": 7, "futures": 90}, out=tmp_path / "changed")

    assert changed.record.options["hotline"].identity == run.record.options["hotline"].identity


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_a_part_sealed_as_ours_with_futures_of_another_run_is_found_by_the_digest(
    run, other, capsys, command
):
    for part in run.parts("base")[::2]:
        store.write(run.folder / "futures", part, *other.read_part(part), run.identity(part))

    assert main([*command, "-q"]) == 2
    assert f"the record says {run.record.options['base'].digest[:12]}" in capsys.readouterr().err
    with pytest.raises(DetenteError, match="the run is not to be trusted"):
        resume(run.folder)
