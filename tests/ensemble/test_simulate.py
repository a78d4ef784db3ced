import errno
import json
import os
import shutil

import numpy as np
import pyarrow.parquet as pq
import pytest

from detente import DetenteError, PackFaults, load, provenance, resume, simulate
from detente.ensemble import runners, store
from detente.ensemble.advice import UnfinishedError
from detente.ensemble.run import Run
from detente.ensemble.simulate import draw, settle
from detente.errors import UnsolvedError
from detente.pack.files import library
from tests.standin import KERNEL, solve

SMALL = {"futures": 300, "worlds": 7, "threads": 1, "chunk": 100}
OPTIONS = ("hotline", "guarantees")


class Halt:
    """Stops a run once it has played some futures."""

    def __init__(self, after):
        self.after = after

    def __call__(self, progress):
        if progress.done >= self.after:
            raise KeyboardInterrupt


@pytest.fixture(scope="module")
def usual(tmp_path_factory, crisis):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL)
        return simulate(crisis, **SMALL, options=OPTIONS, out=tmp_path_factory.mktemp("usual"))


@pytest.mark.parametrize(("threads", "chunk"), [(3, 9), (1, 43), (3, 100), (1, 10_000)])
def test_the_digest_hangs_on_neither_threads_nor_chunks(tmp_path, crisis, usual, threads, chunk):
    settings = {**SMALL, "threads": threads, "chunk": chunk}

    run = simulate(crisis, **settings, options=OPTIONS, out=tmp_path)

    assert run.digest == usual.digest


def test_all_options_are_played_when_asked_for(tmp_path, crisis):
    run = simulate(crisis, **SMALL, options="all", out=tmp_path)

    assert run.options == ("base", *crisis.options)


def test_the_order_of_options_changes_no_digest(tmp_path, crisis):
    one = simulate(crisis, **SMALL, options=["hotline", "guarantees"], out=tmp_path / "one")
    other = simulate(crisis, **SMALL, options=["guarantees", "hotline"], out=tmp_path / "other")

    assert one.digest == other.digest


def test_another_seed_gives_another_digest(tmp_path, crisis, usual):
    run = simulate(crisis, **SMALL, options=OPTIONS, seed=2, out=tmp_path)

    assert run.digest != usual.digest


def test_each_world_plays_as_many_futures_as_reach_the_total(usual):
    classes = usual.tally().classes

    assert classes.sum(axis=1).tolist() == [43] * 7


def test_more_futures_leave_those_before_as_they_were(tmp_path, crisis, usual):
    longer = simulate(crisis, **{**SMALL, "futures": 700}, out=tmp_path)

    first = [row for rows in longer.rows() for row in rows[rows["future"] < 43].tolist()]

    assert first == [row for rows in usual.rows() for row in rows.tolist()]


def test_options_meet_the_same_worlds_and_futures(usual):
    base = np.concatenate(list(usual.rows("base")))
    option = np.concatenate(list(usual.rows("hotline")))

    assert np.array_equal(base["world"], option["world"])
    assert np.array_equal(base["future"], option["future"])


def test_options_share_their_draws(usual):
    base = np.concatenate(list(usual.rows("base")))
    option = np.concatenate(list(usual.rows("hotline")))

    assert np.array_equal(base, option), "the stand-in sees no hotline, so only luck could differ"


def test_an_option_leaves_the_numbers_that_it_does_not_name(crisis):
    option = crisis.options["hotline"]
    crises = {"base": crisis, "hotline": crisis.with_changes(option.change)}
    values = draw(crises, settle(crisis, options="hotline", threads=1, worlds=8))

    changed = {path for path in crisis.numbers if not same(values, path)}

    assert changed == set(option.change)


def same(values, path):
    return np.array_equal(values["base"][path], values["hotline"][path])


def test_the_record_lies_there_before_anything_is_computed(tmp_path, crisis, monkeypatch):
    seen = []
    monkeypatch.setattr(runners, "kernel", lambda: seen.extend(tmp_path.iterdir()) or KERNEL)

    simulate(crisis, **SMALL, out=tmp_path)

    assert {path.name for path in seen} >= {"record.json", "pack", "resolved.json"}


def test_a_run_holds_its_pack_its_numbers_and_its_worlds(usual, crisis):
    resolved = json.loads((usual.folder / "resolved.json").read_text())
    worlds = pq.read_table(usual.folder / "worlds.parquet")

    assert (usual.folder / "pack" / "crisis.toml").read_bytes() == crisis.files["crisis.toml"]
    assert list(resolved["numbers"]) == list(crisis.numbers)
    assert worlds.column_names == ["world", *crisis.numbers]
    assert worlds.num_rows == 7


@pytest.mark.parametrize("after", [1, 90, 400, 700, 903])
def test_a_stopped_run_goes_on_to_the_same_digest(tmp_path, crisis, usual, after):
    with pytest.raises(KeyboardInterrupt) as stop:
        simulate(crisis, **SMALL, options=OPTIONS, out=tmp_path, progress=Halt(after))

    assert resume(tmp_path).digest == usual.digest
    assert stop.value.__notes__ == [f"go on with: detente run --resume {tmp_path}"]


def test_a_finished_part_is_not_computed_twice(tmp_path, crisis, monkeypatch):
    with pytest.raises(KeyboardInterrupt):
        simulate(crisis, **SMALL, out=tmp_path, progress=Halt(200))
    stored = sum(pq.read_metadata(part).num_rows for part in tmp_path.rglob("0*.parquet"))
    played = []
    counting = KERNEL._replace(solve=lambda *a, **b: played.append(1) or solve(*a, **b))
    monkeypatch.setattr(runners, "kernel", lambda: counting)

    resume(tmp_path)

    assert len(played) == 7 - stored // 43


def test_a_torn_part_is_computed_again(tmp_path, crisis, usual):
    with pytest.raises(KeyboardInterrupt):
        simulate(crisis, **SMALL, options=OPTIONS, out=tmp_path, progress=Halt(600))
    part = next((tmp_path / "futures").rglob("*.parquet"))
    part.write_bytes(part.read_bytes()[:-9])

    assert resume(tmp_path).digest == usual.digest


def test_resuming_a_finished_run_opens_it(usual):
    assert resume(usual.folder).digest == usual.digest


def test_an_unfinished_run_cannot_be_read(tmp_path, crisis):
    with pytest.raises(KeyboardInterrupt):
        simulate(crisis, **SMALL, out=tmp_path, progress=Halt(1))

    with pytest.raises(UnfinishedError, match="unfinished"):
        Run.open(tmp_path)


def test_a_run_whose_pack_was_changed_cannot_go_on(tmp_path, crisis):
    with pytest.raises(KeyboardInterrupt):
        simulate(crisis, **SMALL, out=tmp_path, progress=Halt(1))
    pack = tmp_path / "pack" / "crisis.toml"
    pack.write_bytes(pack.read_bytes() + b"\n# a line more\n")

    with pytest.raises(DetenteError, match="not the one that its record names"):
        resume(tmp_path)


@pytest.mark.parametrize("lost", [["resolved.json"], ["resolved.json", "pack/options.toml"]])
def test_a_run_killed_before_its_pack_was_whole_goes_on(tmp_path, crisis, usual, lost):
    with pytest.raises(KeyboardInterrupt):
        simulate(crisis, **SMALL, options=OPTIONS, out=tmp_path, progress=Halt(1))
    for name in lost:
        (tmp_path / name).unlink()

    assert resume(tmp_path).digest == usual.digest
    assert stored(tmp_path, lost) == stored(usual.folder, lost)


def stored(folder, names):
    return [(folder / name).read_bytes() for name in names]


def test_what_is_lost_is_not_taken_from_another_pack(tmp_path, crisis):
    shutil.copytree(library() / crisis.name, tmp_path / "mine")
    with pytest.raises(KeyboardInterrupt):
        simulate(load(tmp_path / "mine"), **SMALL, out=tmp_path / "run", progress=Halt(1))
    (tmp_path / "run" / "pack" / "options.toml").unlink()
    (tmp_path / "mine" / "options.toml").write_bytes(b"")

    with pytest.raises(DetenteError):
        resume(tmp_path / "run")

    assert not (tmp_path / "run" / "pack" / "options.toml").exists()


def test_a_folder_in_which_a_run_was_killed_at_once_can_be_begun_in(tmp_path, crisis, usual):
    (tmp_path / ".record.json.7-1").write_bytes(b"{")

    run = simulate(crisis, **SMALL, options=OPTIONS, out=tmp_path)

    assert run.digest == usual.digest
    assert list(tmp_path.glob(".*")) == []


def test_a_run_begun_with_another_model_cannot_go_on(tmp_path, crisis, monkeypatch):
    with pytest.raises(KeyboardInterrupt):
        simulate(crisis, **SMALL, out=tmp_path, progress=Halt(1))
    monkeypatch.setattr(provenance, "model_digest", lambda: "0" * 64)

    with pytest.raises(DetenteError, match="another version of the model"):
        resume(tmp_path)


def test_a_changed_field_is_kept_through_a_stop(tmp_path, crisis):
    changes = {"talks.fade_rate": 0.05}
    whole = simulate(crisis, **SMALL, changes=changes, out=tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        simulate(crisis, **SMALL, changes=changes, out=tmp_path / "part", progress=Halt(150))

    assert resume(tmp_path / "part").digest == whole.digest


def test_a_full_disk_stops_a_run_that_can_go_on(tmp_path, crisis, usual, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(runners.Shelf, "put", fail_for_lack_of_space)
        with pytest.raises(UnfinishedError, match="No space") as failed:
            simulate(crisis, **SMALL, options=OPTIONS, out=tmp_path)

    assert failed.value.hint == f"go on with: detente run --resume {tmp_path}"
    assert resume(tmp_path).digest == usual.digest


def fail_for_lack_of_space(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class FailingFlush:
    """Fails to flush a file to the disk, once."""

    def __init__(self, at):
        self.left = at
        self.flush = os.fsync

    def __call__(self, handle):
        self.left -= 1
        if self.left == 0:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        self.flush(handle)


@pytest.mark.parametrize("at", [1, 2, 3, 9, 16, 23])
def test_a_fault_at_any_write_leaves_nothing_or_a_run_that_can_go_on(
    tmp_path, crisis, usual, monkeypatch, at
):
    folder = tmp_path / "run"
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", FailingFlush(at))
        with pytest.raises(DetenteError, match="Input/output error") as failed:
            simulate(crisis, **SMALL, options=OPTIONS, out=folder)

    assert list(folder.rglob(".*")) == []
    assert folder.exists() == isinstance(failed.value, UnfinishedError)
    assert not folder.exists() or resume(folder).digest == usual.digest


@pytest.mark.parametrize(
    "asked",
    [
        {"futures": 0},
        {"futures": -5},
        {"futures": 1.5},
        {"worlds": 0},
        {"worlds": 10**7},
        {"seed": -1},
        {"seed": 2**63},
        {"threads": 0},
        {"chunk": 0},
        {"horizon": 0},
        {"horizon": 10**6},
        {"grid": "huge"},
        {"options": ["no_such_option"]},
        {"changes": {"talks.no_such_field": 1.0}},
        {"changes": {"talks.ratify_probability": 7.0}},
    ],
)
def test_a_setting_out_of_bounds_is_refused_and_leaves_no_folder(tmp_path, crisis, asked):
    with pytest.raises((DetenteError, PackFaults)):
        simulate(crisis, **{**SMALL, **asked}, out=tmp_path / "run")

    assert list(tmp_path.iterdir()) == []


def test_a_world_that_cannot_be_encoded_leaves_no_folder(tmp_path, crisis, monkeypatch):
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL._replace(encode=refuse))

    with pytest.raises(DetenteError, match="cannot be"):
        simulate(crisis, **SMALL, out=tmp_path / "run")

    assert list(tmp_path.iterdir()) == []


def refuse(*_, **__):
    raise DetenteError("cannot be")


def test_a_world_that_cannot_be_solved_is_named_with_its_largest_numbers(
    tmp_path, crisis, monkeypatch
):
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL._replace(solve=fail_to_solve))
    changes = {"actors.soviet_union.standoff_cost": 1.0}

    with pytest.raises(UnsolvedError, match="not finite") as error:
        simulate(crisis, **SMALL, out=tmp_path / "run", changes=changes)

    assert error.value.where == "set of assumptions 0 of base"
    assert "actors.soviet_union.standoff_cost = 1" in error.value.hint
    assert list(tmp_path.iterdir()) == []


def fail_to_solve(*_, **__):
    raise UnsolvedError("it is not finite")


def test_a_folder_that_is_not_empty_is_refused(tmp_path, crisis):
    (tmp_path / "thesis.txt").write_text("years of work")

    with pytest.raises(DetenteError, match="not empty"):
        simulate(crisis, **SMALL, out=tmp_path)


def test_overwriting_replaces_a_run(tmp_path, crisis):
    simulate(crisis, **SMALL, seed=3, out=tmp_path)

    run = simulate(crisis, **SMALL, out=tmp_path, overwrite=True)

    assert Run.open(tmp_path).digest == run.digest


@pytest.mark.parametrize("has_run", [True, False])
def test_overwriting_never_removes_what_is_not_a_run(tmp_path, crisis, has_run):
    if has_run:
        simulate(crisis, **SMALL, out=tmp_path)
    (tmp_path / "thesis.txt").write_text("years of work")

    with pytest.raises(DetenteError):
        simulate(crisis, **SMALL, out=tmp_path, overwrite=True)

    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_runs_begun_in_the_same_second_lie_in_different_folders(tmp_path, crisis, monkeypatch):
    monkeypatch.chdir(tmp_path)

    folders = {simulate(crisis, **SMALL).folder for _ in range(3)}

    assert len(folders) == 3


def test_progress_reports_every_future_once(tmp_path, crisis):
    reported = []

    simulate(crisis, **SMALL, out=tmp_path, progress=reported.append)

    assert reported[-1].done == reported[-1].total == 7 * 43
    assert [one.done for one in reported] == sorted(one.done for one in reported)


def test_a_cold_kernel_is_announced(tmp_path, crisis, monkeypatch):
    reported = []
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL._replace(is_warm=lambda _="": False))

    simulate(crisis, **SMALL, out=tmp_path, progress=reported.append)

    assert any(one.is_compiling for one in reported)
    assert reported[-1].done == 7 * 43


def test_a_run_with_too_many_unsettled_decisions_has_failed(tmp_path, crisis, monkeypatch):
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL._replace(play=play_unsettled))

    with pytest.raises(DetenteError, match="were not solved closely enough"):
        simulate(crisis, **SMALL, out=tmp_path)


def test_a_run_whose_futures_break_a_law_has_failed(tmp_path, crisis, monkeypatch):
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL._replace(play=play_without_a_loss))

    with pytest.raises(DetenteError, match="break a rule"):
        simulate(crisis, **SMALL, out=tmp_path)


def play_without_a_loss(*given, **named):
    rows = KERNEL.play(*given, **named)
    rows["challenger_loss"] = np.nan
    return rows


def play_unsettled(*given, **named):
    rows = KERNEL.play(*given, **named)
    rows["unsettled"] = 1
    return rows


def test_the_solver_is_reported_over_all_worlds(usual):
    solver = usual.outcome.solver

    assert solver["nodes"] == 1000 * 7 * len(usual.options)
    assert solver["worst_residual"] == 0.004


def test_parts_are_named_by_their_first_world_and_future(usual):
    names = sorted(path.name for path in (usual.folder / "futures" / "base").iterdir())

    assert names == [part.name.partition("/")[2] for part in store.plan("base", [(7, 43)], 100)]
    assert names[1] == "000002-000000000.parquet"
