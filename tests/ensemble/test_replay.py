import shutil
import threading

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from detente import DetenteError, Run, provenance, replay, simulate
from detente.ensemble import replay as replaying
from detente.ensemble import runners, store
from detente.ensemble.memory import Latest
from detente.ensemble.replay import has_same_bits
from detente.ensemble.run import address_of
from tests.standin import KERNEL, play

SMALL = {"futures": 300, "worlds": 7, "threads": 1, "chunk": 100}


@pytest.fixture(scope="module")
def usual(tmp_path_factory, crisis):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL)
        folder = tmp_path_factory.mktemp("usual")
        return simulate(crisis, **SMALL, options=["hotline"], out=folder)


@pytest.fixture
def run(tmp_path, usual):
    """Return a run of its own to each test, which may change it."""
    shutil.copytree(usual.folder, tmp_path / "run")
    return Run.open(tmp_path / "run")


def content(folder):
    """Return every file of a folder with its bytes and the time at which it was changed."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def verdicts(done):
    return {check.subject: check.is_same for check in done.checks}


def says(done, subject):
    return next(check.says for check in done.checks if check.subject == subject)


def edit(run, part, place, **values):
    """Change one stored future and seal its part again."""
    rows, reports = run.read_part(part)
    for column, value in values.items():
        rows[column][place] = value
    store.write(run.folder / "futures", part, rows, reports, run.identity(part))


def write_worlds(run, table):
    pq.write_table(table, run.folder / "worlds.parquet", compression="none")


def read_worlds(run):
    return pq.read_table(run.folder / "worlds.parquet")


@pytest.mark.parametrize("threads", [1, 3])
def test_a_run_replays(run, threads):
    done = replay(run, threads=threads)

    assert verdicts(done) == dict.fromkeys(replaying.ORDER, True)
    assert done.is_same
    assert (done.futures, done.differing, done.first) == (2 * 7 * 43, 0, None)
    assert done.reason == ""


@pytest.mark.parametrize("chunk", [9, 43, 100, 10_000])
def test_a_run_replays_whatever_its_parts(tmp_path, crisis, chunk):
    run = simulate(crisis, **{**SMALL, "chunk": chunk}, options=["hotline"], out=tmp_path)

    assert verdicts(replay(run, threads=2))["digest"]


def test_a_run_replays_whatever_the_order_of_its_options(tmp_path, crisis):
    run = simulate(crisis, **SMALL, options=["hotline", "guarantees"], out=tmp_path)

    assert replay(run).is_same


def test_each_world_is_solved_once_and_each_part_read_once(tmp_path, crisis, monkeypatch):
    run = simulate(crisis, **{**SMALL, "chunk": 9}, out=tmp_path / "run")
    solved, read = [], []
    slow = KERNEL._replace(solve=lambda *a, **b: solved.append(1) or KERNEL.solve(*a, **b))
    monkeypatch.setattr(runners, "kernel", lambda: slow)
    whole = store.read
    monkeypatch.setattr(store, "read", lambda *a: read.append(1) or whole(*a))

    replay(run, threads=1)
    first = len(solved), len(read)
    replay(run, threads=1, worlds=2)

    parts = run.parts("base")
    assert first == (7, len(parts))
    assert len(read) - len(parts) <= 1 + sum(part.first_world < 2 for part in parts)


def test_no_file_of_the_run_changes(run):
    before = content(run.folder)

    replay(run)
    replay(run, future=(3, 4))

    assert content(run.folder) == before


def test_a_changed_future_is_named_by_its_address(run):
    part = run.parts("hotline")[1]
    edit(run, part, 50, ending_day=400, broken_day=400)

    done = replay(run, threads=2)

    assert verdicts(done) == {**dict.fromkeys(replaying.ORDER, True), "futures": False}
    assert done.differing == 1
    assert done.first[:3] == ("hotline", part.first_world + 1, 7)
    assert done.first.column[:2] == ("ending_day", 400)
    assert "option hotline, course of events 3:7, ending_day: stored 400, played" in says(
        done, "futures"
    )
    assert "files were changed" in done.reason


def test_the_first_of_several_differences_is_reported_in_the_order_of_the_digest(run):
    edit(run, run.parts("hotline")[0], 0, ending_day=1)
    edit(run, run.parts("base")[2], 3, ending_day=1)
    edit(run, run.parts("base")[1], 9, ending_day=1)

    done = replay(run, threads=3)

    assert done.differing == 3
    assert done.first[:3] == ("base", 2, 9)


def test_a_difference_in_the_sign_of_nothing_is_one(run):
    edit(run, run.parts("base")[0], 0, damage=-0.0)

    done = replay(run)

    assert done.first.column.name == "damage"


def test_another_model_that_plays_otherwise_is_the_likely_reason(run, monkeypatch):
    monkeypatch.setattr(provenance, "model_digest", lambda: "0" * 64)
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL._replace(play=play_longer))

    done = replay(run)

    assert verdicts(done)["model"] is False
    assert "this is 000000000000" in says(done, "model")
    assert done.differing == done.futures == 2 * 7 * 43
    assert done.first.column.name == "ending_day"
    assert "the model" in done.reason
    assert not done.is_same


def play_longer(*given, **named):
    rows = play(*given, **named)
    rows["ending_day"] += 1
    return rows


def test_another_version_is_reported_before_another_model(run, monkeypatch):
    monkeypatch.setattr(provenance, "version_of", lambda _: "99.0")
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL._replace(play=play_longer))

    done = replay(run)

    assert "this is 99.0" in says(done, "version")
    assert "the version" in done.reason


def test_another_model_that_plays_the_same_replays_the_run(run, monkeypatch):
    monkeypatch.setattr(provenance, "model_digest", lambda: "0" * 64)

    done = replay(run)

    assert verdicts(done)["model"] is False
    assert done.is_same


def test_a_machine_that_computes_otherwise_is_reported(run, monkeypatch):
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL._replace(play=play_longer))

    done = replay(run)

    assert verdicts(done)["digest"] is False
    assert "this machine computes otherwise" in done.reason


def test_a_changed_pack_is_reported_and_nothing_is_played(run, monkeypatch):
    pack = run.folder / "pack" / "crisis.toml"
    pack.write_bytes(pack.read_bytes() + b"\n# a line more\n")
    monkeypatch.setattr(runners, "kernel", lambda: pytest.fail("played"))

    done = replay(run)

    assert verdicts(done) == {
        "version": True,
        "model": True,
        "pack": False,
        "numbers": None,
        "worlds": None,
        "futures": None,
        "digest": None,
    }
    assert "in the record, in the folder lies" in says(done, "pack")
    assert "pack" in done.reason


def test_a_file_added_to_the_pack_is_named(run):
    (run.folder / "pack" / "more.toml").write_text("")

    assert says(replay(run), "pack") == "more.toml was added in the run's folder"


def test_a_file_missing_from_the_pack_is_named(run):
    (run.folder / "pack" / "evidence.toml").unlink()

    assert says(replay(run), "pack") == "evidence.toml is missing in the run's folder"


def test_a_pack_that_is_gone_is_reported(run):
    for path in (run.folder / "pack").iterdir():
        path.unlink()

    assert verdicts(replay(run))["pack"] is False


def test_changed_numbers_are_reported_and_the_futures_are_compared(run):
    resolved = run.folder / "resolved.json"
    resolved.write_bytes(resolved.read_bytes().replace(b"0.", b"1.", 1))

    done = replay(run)

    assert "not as it was written" in says(done, "numbers")
    assert verdicts(done)["digest"] is True
    assert not done.is_same


def test_numbers_that_this_version_reads_otherwise_are_reported(run):
    options = {
        name: option.model_copy(update={"resolved": "0" * 64})
        for name, option in run.record.options.items()
    }
    other = Run(run.folder, run.record.model_copy(update={"options": options}))

    done = replay(other)

    assert "other numbers" in says(done, "numbers")
    assert verdicts(done)["futures"] is None
    assert not done.is_same


def test_a_changed_number_of_a_world_is_named(run):
    table = read_worlds(run)
    place = table.column_names.index("talks.fade_rate")
    drawn = table["talks.fade_rate"].to_numpy().copy()
    drawn[3] = 0.5
    write_worlds(run, table.set_column(place, "talks.fade_rate", pa.array(drawn)))

    done = replay(run)

    assert "talks.fade_rate, set of assumptions 3: stored 0.5, drawn" in says(done, "worlds")
    assert verdicts(done)["futures"] is True
    assert not done.is_same


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table.slice(0, 6),
        lambda table: table.drop_columns(["talks.fade_rate"]),
        lambda table: table.set_column(0, "world", pa.array(["0"] * 7)),
        lambda table: table.set_column(0, "world", table["world"].cast(pa.int64())),
        lambda table: table.set_column(0, "world", pa.array([None] * 7, pa.int32())),
    ],
)
def test_worlds_of_another_form_differ(run, change):
    write_worlds(run, change(read_worlds(run)))

    assert verdicts(replay(run))["worlds"] is False


def test_worlds_that_are_too_large_a_file_are_not_read(run):
    with (run.folder / "worlds.parquet").open("ab") as file:
        file.truncate(1 << 28)

    assert verdicts(replay(run))["worlds"] is False


def test_torn_worlds_are_refused(run):
    worlds = run.folder / "worlds.parquet"
    worlds.write_bytes(worlds.read_bytes()[:-9])

    with pytest.raises(DetenteError, match="cannot be read"):
        replay(run)


@pytest.mark.parametrize("threads", [1, 3])
def test_a_torn_part_is_refused(run, threads):
    part = run.folder / "futures" / run.parts("base")[1].name
    part.write_bytes(part.read_bytes()[:-9])

    with pytest.raises(DetenteError, match=part.name) as refused:
        replay(run, threads=threads)

    assert "damaged" in refused.value.hint


def test_a_changed_digest_in_the_record_is_reported(run):
    outcome = run.outcome.model_copy(update={"digest": "0" * 64})
    other = Run(run.folder, run.record.model_copy(update={"outcome": outcome}))

    done = replay(other)

    assert verdicts(done)["futures"] is True
    assert verdicts(done)["digest"] is False
    assert "000000000000 in the record, played again" in says(done, "digest")
    assert "the record" in done.reason


def test_the_first_worlds_are_played_alone(run):
    edit(run, run.parts("base")[-1], 0, ending_day=1)

    done = replay(run, worlds=4)

    assert done.is_same
    assert done.futures == 2 * 4 * 43
    assert verdicts(done)["digest"] is None
    assert says(done, "digest") == "4 of 7 sets of assumptions were played"


def test_one_option_is_played_alone_and_has_its_digest(run):
    done = replay(run, option="hotline")

    assert done.futures == 7 * 43
    assert verdicts(done)["digest"] is True
    assert says(done, "digest") == run.record.options["hotline"].digest[:12]


def test_one_future_is_played_alone(run):
    done = replay(run, future="3:4", option="hotline")

    assert done.is_same
    assert done.futures == 1
    assert [column.name for column in done.columns] == list(run.row(0, 0).dtype.names)
    assert all(column.stored == column.played for column in done.columns)
    assert verdicts(done)["digest"] is None


def test_one_future_that_differs_has_both_values(run):
    before = run.row(0, 5)["belief_hard"]
    edit(run, run.parts("base")[0], 5, belief_hard=0.25)

    done = replay(run, future=(0, 5))

    differing = [column for column in done.columns if not column.is_same]
    assert differing == [("belief_hard", 0.25, float(str(before)), False)]
    assert done.first == ("base", 0, 5, differing[0])
    assert not done.is_same


def test_json_holds_what_no_number_can_be(run):
    edit(run, run.parts("base")[0], 5, belief_hard=np.nan)

    first = replay(run, worlds=1).as_json()["first"]

    assert (first["column"], first["stored"]) == ("belief_hard", "nan")


@pytest.mark.parametrize(
    ("asked", "match"),
    [
        ({"worlds": 0}, "use a whole number from 1 to 7"),
        ({"worlds": 8}, "use a whole number from 1 to 7"),
        ({"option": "no_such"}, "no option"),
        ({"future": (7, 0)}, "no course of events"),
        ({"future": (0, 0), "option": "no_such"}, "no option"),
        ({"future": (0, 0), "worlds": 2}, "cannot both"),
        ({"threads": 0}, "threads is 0"),
    ],
)
def test_what_cannot_be_played_is_refused(run, asked, match):
    with pytest.raises(DetenteError, match=match):
        replay(run, **asked)


def test_progress_reports_every_future_once(run):
    reported = []

    replay(run, threads=2, progress=reported.append)

    assert reported[-1].done == reported[-1].total == 2 * 7 * 43
    assert [one.done for one in reported] == sorted(one.done for one in reported)


@pytest.mark.parametrize("asked", [{}, {"future": (0, 0)}])
def test_a_cold_kernel_is_announced(run, monkeypatch, asked):
    reported = []
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL._replace(is_warm=lambda _="": False))

    done = replay(run, **asked, progress=reported.append)

    assert reported[0].is_compiling
    assert reported[-1].done == reported[-1].total
    assert done.is_same


def test_an_interrupt_leaves_the_run_as_it_was(run):
    before = content(run.folder)

    with pytest.raises(KeyboardInterrupt) as stop:
        replay(run, threads=2, progress=halt)

    assert content(run.folder) == before
    assert stop.value.__notes__ == [f"nothing was changed; again: detente replay {run.folder}"]
    assert not any(thread.name.startswith("detente") for thread in threading.enumerate())


def halt(progress):
    if progress.done:
        raise KeyboardInterrupt


def test_what_is_shared_is_worked_out_once_and_the_oldest_forgotten():
    worked, latest = [], Latest(2)

    found = [
        latest.get(key, lambda key=key: worked.append(key) or key * 2) for key in (1, 2, 1, 3, 2, 1)
    ]

    assert found == [2, 4, 2, 6, 4, 2]
    assert worked == [1, 2, 3, 1]


def test_a_fault_reaches_all_who_wait_for_it():
    latest = Latest(2)

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            latest.get(0, lambda: 1 / 0)


def test_bits_show_what_equality_does_not():
    stored = np.array([0.0, np.nan, 1.0])

    assert has_same_bits(stored, np.array([-0.0, np.nan, 1.0])).tolist() == [False, True, True]


@pytest.mark.parametrize("future", ["3:40", (3, 40), [3, 40], np.array([3, 40])])
def test_a_future_is_two_whole_numbers_or_their_text(future):
    assert address_of(future) == (3, 40)


@pytest.mark.parametrize("future", ["7", "a:b", "1:2:3", "-1:2", " 1:2", "", 7, (1,), (1.5, 2)])
def test_what_is_no_future_is_refused_with_an_example(future):
    with pytest.raises(DetenteError, match="is not WORLD:INDEX") as reported:
        address_of(future)

    assert "12:345" in reported.value.hint
