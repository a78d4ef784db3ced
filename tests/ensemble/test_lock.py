"""Two writers of one run: one holds its folder, the other is told who does."""

import errno
import os
import signal
import subprocess
import sys
import threading

import pytest
from filelock import FileLock

from detente import DetenteError, Run, causes, resume, simulate
from detente.ensemble.folder import LOCK
from detente.errors import UnguardedWarning

SMALL = {"futures": 60, "worlds": 6, "threads": 1, "chunk": 20}
HOLDER = """
import sys, time
from pathlib import Path
from detente.ensemble.lock import hold

with hold(Path(sys.argv[1]), "run"):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def run(tmp_path, crisis):
    return simulate(crisis, **SMALL, out=tmp_path / "run")


@pytest.fixture
def holder(run):
    """Return another process that holds the run's folder."""
    line = [sys.executable, "-c", HOLDER, str(run.folder)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_second_writer_is_told_who_holds_the_run_and_changes_nothing(run, crisis, holder):
    before = contents(run.folder)
    told = rf"process {holder.pid} on .+ \(detente run, since .+Z\) is writing here.*wait until"

    with pytest.raises(DetenteError, match=told):
        resume(run.folder, futures=120)
    with pytest.raises(DetenteError, match=told):
        simulate(crisis, **SMALL, seed=2, out=run.folder, overwrite=True)
    with pytest.raises(DetenteError, match=told):
        simulate(crisis, **SMALL, seed=2, out=run.folder)
    with pytest.raises(DetenteError, match=told):
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


def test_two_threads_are_two_writers(tmp_path, crisis):
    told = []
    begun = threading.Event()

    def second():
        try:
            simulate(crisis, **SMALL, seed=2, out=tmp_path / "run", overwrite=True)
        except DetenteError as fault:
            told.append(fault.what)
        begun.set()

    def once(_progress):
        if not begun.is_set():
            thread.start()
            begun.wait()

    thread = threading.Thread(target=second)
    run = simulate(crisis, **SMALL, out=tmp_path / "run", progress=once)
    thread.join()

    assert len(told) == 1
    assert f"process {os.getpid()} on " in told[0]
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
