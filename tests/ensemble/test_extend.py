"""A run that is extended: what was played is kept, and the whole is as if begun with its size."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import detente
from detente import DetenteError, Run, provenance, replay, resume, simulate, summarise
from detente.ensemble import record as records
from detente.ensemble import runners, store
from detente.ensemble.store import Part
from detente.kernel.endings import FUTURE
from tests.sealing import edit
from tests.standin import KERNEL

REAL = runners.kernel
SMALL = {"threads": 1, "chunk": 5, "options": ["hotline"]}
GROWTHS = [
    ((3, 7), (5, 12)),
    ((3, 7), (3, 10)),
    ((3, 7), (9, 7)),
    ((4, 1), (9, 2)),
    ((1, 1), (2, 1)),
]
IN_PARTS_OR_WHOLE = [
    *((5, *sizes) for sizes in GROWTHS),
    *((10_000, *sizes) for sizes in GROWTHS[:3]),
]
"""Rows of a part at most, and sizes before and after: worlds, and futures of each."""
SIZES = st.tuples(st.integers(1, 12), st.integers(1, 12))


@pytest.fixture(scope="module")
def play(tmp_path_factory, crisis):
    """Give a run of so many futures in each of so many worlds: played once, then copied."""
    kept = {}

    def of(folder, worlds, futures, **other):
        key = f"{worlds} {futures} {other}"
        if key not in kept:
            asked = {**SMALL, **other, "worlds": worlds, "futures": worlds * futures}
            kept[key] = simulate(crisis, **asked, out=tmp_path_factory.mktemp("played") / "run")
        return Run.open(shutil.copytree(kept[key].folder, folder))

    return of


def extend(run, worlds, futures, **other):
    return resume(run.folder, worlds=worlds, futures=worlds * futures, **other)


def stored(folder):
    """Return the content of every part, by its path below the run's folder."""
    parts = folder.rglob("futures/**/*.parquet")
    return {str(part.relative_to(folder)): part.read_bytes() for part in parts}


class Count:
    """Counts the futures that are played, and stops a run before one of its plays."""

    def __init__(self, stop_before=None):
        self.addresses = []
        self.plays = 0
        self.stop_before = stop_before

    def __call__(self, *given, number, first, futures, **named):
        self.plays += 1
        if self.plays == self.stop_before:
            raise KeyboardInterrupt
        self.addresses += [(number, first + future) for future in range(futures)]
        return KERNEL.play(*given, number=number, first=first, futures=futures, **named)


def counted(monkeypatch, stop_before=None):
    count = Count(stop_before)
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL._replace(play=count))
    return count


@pytest.mark.parametrize(("chunk", "before", "after"), IN_PARTS_OR_WHOLE, ids=str)
def test_an_extended_run_is_the_one_begun_with_its_size(tmp_path, play, before, after, chunk):
    run = play(tmp_path / "run", *before, chunk=chunk)
    whole = play(tmp_path / "whole", *after, chunk=chunk)

    extended = extend(run, *after)

    assert extended.digest == whole.digest
    assert extended.table.equals(whole.table)
    assert extended.record.options == whole.record.options
    assert extended.outcome.solver == whole.outcome.solver
    assert summarise(Run.open(run.folder)).base.endings == summarise(whole).base.endings


@pytest.mark.parametrize(("before", "after"), GROWTHS, ids=str)
def test_what_was_played_is_kept_byte_for_byte_and_not_played_again(
    tmp_path, play, monkeypatch, before, after
):
    run = play(tmp_path / "run", *before)
    there = stored(run.folder)
    count = counted(monkeypatch)

    extend(run, *after)

    now = stored(run.folder)
    added = after[0] * after[1] - before[0] * before[1]
    known = {(world, future) for world in range(before[0]) for future in range(before[1])}
    assert {name: now[name] for name in there} == there
    assert len(count.addresses) == 2 * added
    assert known.isdisjoint(count.addresses)


def test_a_run_is_extended_again_and_again(tmp_path, play):
    run = play(tmp_path / "run", 2, 1)
    whole = play(tmp_path / "whole", 11, 17)

    for size in [(2, 3), (5, 3), (5, 9), (11, 17)]:
        run = extend(run, *size)

    assert run.digest == whole.digest
    assert run.row(10, 16) == whole.row(10, 16)
    assert run.row(1, 2, "hotline") == whole.row(1, 2, "hotline")


def test_worlds_alone_play_as_many_futures_each(tmp_path, play):
    run = play(tmp_path / "run", 3, 7)
    whole = play(tmp_path / "whole", 5, 7)

    extended = resume(run.folder, worlds=5)

    assert extended.record.settings.futures == 35
    assert extended.digest == whole.digest


def test_the_record_and_the_worlds_say_the_new_size(tmp_path, play):
    run = play(tmp_path / "run", 3, 7)
    whole = play(tmp_path / "whole", 5, 12)

    extended = extend(run, 5, 12)

    record = json.loads((run.folder / "record.json").read_text())
    assert record["settings"] == json.loads((whole.folder / "record.json").read_text())["settings"]
    assert record["grown_from"] == [{"worlds": 3, "futures": 7, "option_worlds": 64}]
    assert record["call"] == whole.record.call
    assert extended.record.started == run.record.started
    assert pq.read_table(run.folder / "worlds.parquet").equals(
        pq.read_table(whole.folder / "worlds.parquet")
    )


def test_the_call_of_an_extended_run_makes_it_again(tmp_path, play):
    run = extend(play(tmp_path / "run", 3, 7), 5, 12)
    call = run.record.call.removesuffix(")") + f", out={str(tmp_path / 'again')!r})"

    again = eval(call, {"detente": detente})  # noqa: S307  the record's own promise

    assert again.digest == run.digest


@pytest.mark.parametrize("stop_before", [1, 2, 5, 11])
def test_a_stopped_extension_goes_on_and_plays_nothing_twice(
    tmp_path, play, monkeypatch, stop_before
):
    run = play(tmp_path / "run", 3, 7)
    whole = play(tmp_path / "whole", 5, 12)
    there = stored(run.folder)
    with monkeypatch.context() as patch:
        counted(patch, stop_before)
        with pytest.raises(KeyboardInterrupt) as stop:
            extend(run, 5, 12)
    halfway = stored(run.folder)
    meanwhile = Run.open(run.folder)
    count = counted(monkeypatch)

    extended = resume(run.folder)

    held = sum(pq.read_metadata(run.folder / name).num_rows for name in halfway)
    assert meanwhile.digest == run.digest
    assert meanwhile.table.equals(run.table)
    assert stop.value.__notes__ == [f"go on with: detente run --resume {run.folder}"]
    assert {name: halfway[name] for name in there} == there
    assert len(count.addresses) == 2 * 5 * 12 - held
    assert extended.digest == whole.digest


@pytest.mark.parametrize("step", ["worlds", "record"])
def test_an_extension_that_is_killed_as_it_ends_leaves_a_whole_run(
    tmp_path, play, monkeypatch, step
):
    run = play(tmp_path / "run", 3, 7)
    whole = play(tmp_path / "whole", 5, 12)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", StopAfter(step))
        with pytest.raises(KeyboardInterrupt):
            extend(run, 5, 12)

    left = Run.open(run.folder)
    worlds = left.drawn["talks.fade_rate"]
    assert left.digest == {"worlds": run, "record": whole}[step].digest
    assert replay(left).is_same
    assert len(worlds) == left.record.settings.worlds
    assert len(run.drawn["talks.fade_rate"]) == 3
    assert resume(run.folder).digest == whole.digest
    assert not (run.folder / "growing.json").exists()


class StopAfter:
    """Stops a run once a file of it has got its own name."""

    def __init__(self, name):
        self.name = name
        self.replace = Path.replace

    def __get__(self, path, _kind):
        return lambda target: self.follow(path, target)

    def follow(self, path, target):
        self.replace(path, target)
        if target.stem == self.name:
            raise KeyboardInterrupt


def test_an_extension_whose_record_is_damaged_leaves_the_run_and_says_what_to_do(tmp_path, play):
    run = play(tmp_path / "run", 3, 7)
    (run.folder / "growing.json").write_text("{")

    with pytest.raises(DetenteError, match=r"growing\.json: .*; remove this file"):
        resume(run.folder)

    assert Run.open(run.folder).digest == run.digest


def test_a_stopped_run_can_be_extended_before_it_is_finished(tmp_path, crisis, play, monkeypatch):
    whole = play(tmp_path / "whole", 5, 12)
    with monkeypatch.context() as patch:
        counted(patch, stop_before=4)
        with pytest.raises(KeyboardInterrupt):
            simulate(crisis, **SMALL, worlds=3, futures=21, out=tmp_path / "run")

    assert resume(tmp_path / "run", worlds=5, futures=60).digest == whole.digest


@pytest.mark.parametrize("name", ["futures/base/000001-000000005.parquet", "worlds.parquet"])
def test_what_is_missing_is_made_again(tmp_path, play, name):
    run = play(tmp_path / "run", 3, 7)
    whole = play(tmp_path / "whole", 5, 12)
    (run.folder / name).unlink()

    assert extend(run, 5, 12).digest == whole.digest
    assert (run.folder / name).exists()


def test_a_torn_part_is_played_again_as_it_was_cut(tmp_path, play):
    run = play(tmp_path / "run", 3, 7)
    there = stored(run.folder)
    part = run.folder / "futures/hotline/000002-000000000.parquet"
    part.write_bytes(part.read_bytes()[:-9])

    extend(run, 5, 12)

    now = stored(run.folder)
    assert {name: now[name] for name in there} == there


class FailingFlush:
    """Fails to flush a file to the disk, once."""

    def __init__(self, at):
        self.left = at
        self.flush = os.fsync

    def __call__(self, handle):
        self.left -= 1
        if self.left == 0:
            raise OSError("no luck")
        self.flush(handle)


@pytest.mark.parametrize("at", [1, 2, 3, 4, 7, 8, 15])
def test_a_fault_at_any_write_loses_nothing_that_was_finished(tmp_path, play, monkeypatch, at):
    run = play(tmp_path / "run", 3, 7)
    whole = play(tmp_path / "whole", 5, 12)
    there = stored(run.folder)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", FailingFlush(at))
        with pytest.raises(DetenteError, match="no luck"):
            extend(run, 5, 12)

    now = stored(run.folder)
    assert list(run.folder.rglob(".*")) == []
    assert {name: now[name] for name in there} == there
    assert extend(run, 5, 12).digest == whole.digest


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"futures": 20}, "futures is 20; the run has 21"),
        ({"worlds": 2}, "worlds is 2; the run has 3"),
        ({"worlds": 2, "futures": 100}, "worlds is 2; the run has 3"),
        ({"worlds": 5, "futures": 30}, "fewer than 7 for each of 5 sets.*ask for 35 or more"),
        ({"futures": 0}, "futures is 0; use a whole number"),
        ({"worlds": 10**7}, "worlds is 10000000; use a whole number"),
    ],
    ids=str,
)
def test_a_run_never_shrinks_and_is_left_as_it_was(tmp_path, play, asked, words):
    run = play(tmp_path / "run", 3, 7)
    before = (run.folder / "record.json").read_bytes()
    there = stored(run.folder)

    with pytest.raises(DetenteError, match=words):
        resume(run.folder, **asked)

    assert (run.folder / "record.json").read_bytes() == before
    assert stored(run.folder) == there


def test_a_run_that_was_extended_as_often_as_may_be_is_left_as_it_was(tmp_path, play, monkeypatch):
    monkeypatch.setattr(records, "MOST_TIMES", 2)
    run = extend(extend(play(tmp_path / "run", 2, 1), 2, 2), 2, 3)
    there = stored(run.folder)

    with pytest.raises(DetenteError, match=r"was extended 2 times, the most there is.*a new run"):
        extend(run, 2, 4)

    assert stored(run.folder) == there
    assert Run.open(run.folder).digest == run.digest


@pytest.mark.parametrize("asked", [{"futures": 21}, {"worlds": 3}, {"worlds": 3, "futures": 21}])
def test_asking_for_the_size_that_is_there_opens_the_run(tmp_path, play, monkeypatch, asked):
    run = play(tmp_path / "run", 3, 7)
    before = (run.folder / "record.json").read_bytes()
    count = counted(monkeypatch)

    assert resume(run.folder, **asked).digest == run.digest
    assert (run.folder / "record.json").read_bytes() == before
    assert count.plays == 0


def test_a_total_that_the_worlds_play_already_is_recorded_and_plays_nothing(
    tmp_path, crisis, monkeypatch
):
    run = simulate(crisis, **SMALL, worlds=3, futures=19, out=tmp_path)
    count = counted(monkeypatch)

    extended = resume(run.folder, futures=21)

    assert extended.record.settings.futures == 21
    assert extended.digest == run.digest
    assert count.plays == 0


def test_a_finished_run_of_another_model_is_not_extended(tmp_path, play, monkeypatch):
    run = play(tmp_path / "run", 3, 7)
    before = (run.folder / "record.json").read_bytes()
    monkeypatch.setattr(provenance, "model_digest", lambda: "0" * 64)

    with pytest.raises(DetenteError, match="another version of the model"):
        extend(run, 5, 12)

    assert (run.folder / "record.json").read_bytes() == before
    assert resume(run.folder).digest == run.digest


def test_a_finished_run_whose_pack_was_changed_is_not_extended(tmp_path, play):
    run = play(tmp_path / "run", 3, 7)
    pack = run.folder / "pack" / "crisis.toml"
    pack.write_bytes(pack.read_bytes() + b"\n# a line more\n")

    with pytest.raises(DetenteError, match="not the one that its record names"):
        extend(run, 5, 12)

    assert Run.open(run.folder).digest == run.digest


def test_a_record_that_reports_a_larger_size_before_is_refused(tmp_path, play):
    run = play(tmp_path / "run", 3, 7)
    edit(run.folder, grown_from=[{"worlds": 4, "futures": 7}])

    with pytest.raises(DetenteError, match="grown_from: Value error, a run only grows"):
        records.read(run.folder)


@given(st.lists(SIZES, min_size=1, max_size=4), st.integers(1, 30))
def test_parts_of_a_run_that_grew_hold_every_future_once(sizes, chunk):
    grown = [tuple(map(int, size)) for size in np.maximum.accumulate(sizes)]
    parts = list(store.plan("base", grown, chunk))
    worlds, futures = grown[-1]

    reported = [row.tolist()[:2] for rows in store.in_order(parts, addresses) for row in rows]

    assert reported == [(world, future) for world in range(worlds) for future in range(futures)]
    assert max(part.rows for part in parts) <= chunk
    assert len({part.name for part in parts}) == len(parts)


@given(st.lists(SIZES, min_size=2, max_size=4), st.integers(1, 30))
def test_a_run_that_grows_has_all_the_parts_that_it_had(sizes, chunk):
    grown = [tuple(map(int, size)) for size in np.maximum.accumulate(sizes)]

    parts = list(store.plan("base", grown, chunk))

    assert set(store.plan("base", grown[:-1], chunk)) <= set(parts)


@given(st.lists(SIZES, min_size=1, max_size=4), st.integers(1, 30))
def test_each_part_is_read_once(sizes, chunk):
    grown = [tuple(map(int, size)) for size in np.maximum.accumulate(sizes)]
    parts = list(store.plan("base", grown, chunk))
    read = []

    list(store.in_order(parts, lambda part: read.append(part) or addresses(part)))

    assert sorted(read) == sorted(parts)


def addresses(part):
    """Return rows with nothing but the addresses that a part holds."""
    rows = np.zeros(part.rows, FUTURE)
    rows["world"] = np.repeat(np.arange(part.first_world, part.end), part.futures)
    rows["future"] = np.tile(np.arange(part.futures) + part.first_future, part.worlds)
    return rows


def test_parts_side_by_side_are_read_world_by_world():
    parts = [Part("base", 0, 3, 0, 2), Part("base", 0, 2, 2, 1), Part("base", 2, 1, 2, 1)]

    blocks = [rows["future"].tolist() for rows in store.in_order(parts, addresses)]

    assert blocks == [[0, 1, 2, 0, 1, 2], [0, 1], [2]]


def test_the_model_itself_gives_an_extended_run_the_digest_of_a_whole_one(
    tmp_path, crisis, monkeypatch
):
    monkeypatch.setattr(runners, "kernel", REAL)
    tiny = {"threads": 1, "chunk": 5, "grid": "tiny", "horizon": 60, "options": ["hotline"]}
    run = simulate(crisis, **tiny, futures=14, worlds=2, out=tmp_path / "run")
    whole = simulate(crisis, **tiny, futures=36, worlds=3, out=tmp_path / "whole")

    assert resume(run.folder, futures=36, worlds=3).digest == whole.digest


def test_an_option_that_is_added_is_played_alone_and_the_run_is_the_one_begun_with_it(
    tmp_path, play, monkeypatch
):
    begun = play(tmp_path / "begun", 3, 7, options=["hotline", "standstill"])
    run = play(tmp_path / "run", 3, 7)
    count = counted(monkeypatch)
    extended = resume(run.folder, options=["standstill"])

    assert len(count.addresses) == 3 * 7
    assert extended.options == ("base", "hotline", "standstill")
    assert extended.digest == begun.digest
    assert stored(run.folder) == stored(begun.folder)
    assert Run.open(run.folder).record.call == begun.record.call


def test_an_option_that_a_run_has_or_that_its_pack_lacks_is_not_added(tmp_path, play):
    run = play(tmp_path / "run", 3, 7)
    same = resume(run.folder, options=["hotline"])

    assert same.record == run.record
    with pytest.raises(
        DetenteError, match=r"the pack has no option 'hotlin'.*did you mean hotline"
    ):
        resume(run.folder, options=["hotlin"])


def test_an_option_whose_playing_was_stopped_goes_on_without_being_named_again(
    tmp_path, play, monkeypatch
):
    begun = play(tmp_path / "begun", 3, 7, options=["hotline", "standstill"])
    run = play(tmp_path / "run", 3, 7)
    with monkeypatch.context() as patch:
        counted(patch, stop_before=2)
        with pytest.raises(KeyboardInterrupt):
            resume(run.folder, options=["standstill"])
    meanwhile = Run.open(run.folder)

    assert meanwhile.options == ("base", "hotline")
    assert meanwhile.digest == run.digest
    assert resume(run.folder).digest == begun.digest
