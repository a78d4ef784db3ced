"""Two writers of one run: one holds its folder, the other is refused. Questions share it."""

import errno
import os
import signal
import subprocess
import sys
import threading

import pytest
from filelock import FileLock

from detente import DetenteError, Run, causes, resume, simulate
from detente.ensemble.folder import CAUSES
from detente.ensemble.lock import adding
from detente.errors import UnguardedWarning
from detente.locking import LOCK, BusyError

SMALL = {"futures": 60, "worlds": 6, "threads": 1, "chunk": 20}
HOLDER = """
import sys, time
from pathlib import Path
from detente.ensemble.lock import hold

with hold(Path(sys.argv[1]), "run"):
    print("held", flush=True)
    time.sleep(600)
"""
ASKER = """
import sys, time
from detente import Run
from detente.ensemble.folder import ANSWERS
from detente.ensemble.lock import adding

with adding(Run.open(sys.argv[1]), ANSWERS, [], "whatif"):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def run(tmp_path, crisis):
    return simulate(crisis, **SMALL, out=tmp_path / "run")


@pytest.fixture
def holder(run):
    """Return another process that holds the run's folder."""
    yield from process_of(HOLDER, run)


@pytest.fixture
def asker(run):
    """Return another process that asks a question of the run, and plays worlds for it."""
    yield from process_of(ASKER, run)


def process_of(program, run):
    line = [sys.executable, "-c", program, str(run.folder)]
    without = os.environ | {"NUMBA_DISABLE_JIT": "1"}  # needs no compiler, and begins sooner
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=without) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def left_of_locks(run):
    return [path.name for path in run.folder.glob(f"{LOCK}*")]


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_second_writer_is_reported_who_holds_the_run_and_changes_nothing(run, crisis, holder):
    before = contents(run.folder)
    reported = rf"process {holder.pid} on .+ \(detente run, since .+Z\) is writing here.*wait until"

    with pytest.raises(DetenteError, match=reported):
        resume(run.folder, futures=120)
    with pytest.raises(DetenteError, match=reported):
        simulate(crisis, **SMALL, seed=2, out=run.folder, overwrite=True)
    with pytest.raises(DetenteError, match=reported):
        simulate(crisis, **SMALL, seed=2, out=run.folder)
    with pytest.raises(DetenteError, match=reported):
        causes(run)

    assert contents(run.folder) == before


def test_a_run_is_read_while_another_process_writes(run, holder):
    assert resume(run.folder).digest == Run.open(run.folder).digest
    assert Run.open(run.folder).tally().futures == 60
    assert holder.poll() is None


def test_a_killed_holder_leaves_a_run_that_can_be_written(run, holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait()

    assert (run.folder / LOCK).exists()
    assert resume(run.folder, futures=120).record.settings.futures == 120
    assert not (run.folder / LOCK).exists()


def test_a_question_is_answered_while_another_process_asks_one_and_neither_is_stopped(run, asker):
    assert causes(run).worlds == 6
    assert asker.poll() is None
    assert len(left_of_locks(run)) == 1


def test_no_writer_begins_while_a_question_is_played_and_it_is_reported_which(run, crisis, asker):
    before = contents(run.folder)
    reported = (
        rf"process {asker.pid} on .+ \(detente whatif, since .+Z\) is writing here.*wait until"
    )

    with pytest.raises(BusyError, match=reported):
        resume(run.folder, futures=120)
    with pytest.raises(BusyError, match=reported):
        simulate(crisis, **SMALL, seed=2, out=run.folder, overwrite=True)

    assert contents(run.folder) == before


def test_a_killed_question_stops_nobody_and_leaves_nothing(run, asker):
    asker.send_signal(signal.SIGKILL)
    asker.wait()

    assert len(left_of_locks(run)) == 1
    assert resume(run.folder, futures=120).record.settings.futures == 120
    assert left_of_locks(run) == []


def test_half_files_are_swept_by_a_question_that_is_alone_and_left_to_another_at_work(run, asker):
    half = run.folder / CAUSES / ".mine.1-1"
    half.parent.mkdir()
    half.touch()
    with adding(run, CAUSES, [half.with_name("mine")], "causes"):
        with_another = half.exists()
    asker.kill()
    asker.wait()
    with adding(run, CAUSES, [half.with_name("mine")], "causes"):
        alone = half.exists()

    assert with_another
    assert not alone


def test_two_threads_are_two_writers(tmp_path, crisis):
    reported = []
    begun = threading.Event()

    def second():
        try:
            simulate(crisis, **SMALL, seed=2, out=tmp_path / "run", overwrite=True)
        except DetenteError as fault:
            reported.append(fault.what)
        begun.set()

    def once(_progress):
        if not begun.is_set():
            thread.start()
            begun.wait()

    thread = threading.Thread(target=second)
    run = simulate(crisis, **SMALL, out=tmp_path / "run", progress=once)
    thread.join()

    assert len(reported) == 1
    assert f"process {os.getpid()} on " in reported[0]
    assert Run.open(run.folder).tally().futures == 60


def test_nothing_is_added_to_a_run_that_took_the_place_of_another(run, crisis):
    simulate(crisis, **SMALL, seed=2, out=run.folder, overwrite=True)
    before = contents(run.folder)

    with pytest.raises(DetenteError, match="replaced or extended since it was opened; open it"):
        causes(run)

    assert contents(run.folder) == before


def test_a_folder_that_was_refused_is_as_it_was(tmp_path, crisis):
    (tmp_path / "notes.txt").write_text("mine")

    with pytest.raises(DetenteError, match="not empty"):
        simulate(crisis, **SMALL, out=tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_where_nothing_can_be_locked_that_is_said_and_the_run_is_played(
    tmp_path, crisis, monkeypatch
):
    monkeypatch.setattr(FileLock, "acquire", refuse_to_lock)

    with pytest.warns(UnguardedWarning, match="has no locks.*write there one at a time"):
        run = simulate(crisis, **SMALL, out=tmp_path / "run")

    assert run.tally().futures == 60


def refuse_to_lock(_lock):
    raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))
