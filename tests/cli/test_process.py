"""The program as a process: signals, pipes, start-up."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from detente import resume, simulate
from detente.cli import main
from detente.cli.app import Commands
from tests.standin import played

ROOT = Path(__file__).parents[2]
SLOW = """
import sys, time
from detente.ensemble import runners
from tests.standin import KERNEL, play
def slow(*given, **named):
    time.sleep(0.2)
    return play(*given, **named)
runners.kernel = lambda: KERNEL._replace(play=slow)
from detente.cli import main
sys.exit(main())
"""
STOPPED_BY_ITSELF = """
import atexit, os, signal, sys, time
from detente.cli import boundary, main
NUMBER = signal.Signals(int(sys.argv[1]))
def stop():
    os.kill(os.getpid(), NUMBER)
    time.sleep(0.1)
def load():
    try:
        stop()
    except BaseException:
        raise ImportError("a part of it failed to import") from None
def run_command(arguments):
    {body}
boundary.run_command = run_command
sys.exit(main())
"""
BOTH = pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
EITHER = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
PATIENCE = 300.0
"""What a test waits for what takes a second or two before it takes it for hung [s]."""
SMALL = ["--futures", "200", "--worlds", "20", "--threads", "2", "--chunk", "10"]


@pytest.fixture(autouse=True)
def uncompiled(monkeypatch):
    """Let processes do without the compiler, which none of these needs: they begin sooner."""
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")


def start(*arguments, **options):
    paths = os.pathsep.join([str(ROOT), *sys.path])
    return subprocess.Popen(
        [sys.executable, "-c", SLOW, *arguments],
        env={**os.environ, "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def wait_for_part(folder, there=0):
    deadline = time.monotonic() + PATIENCE
    while len(list(folder.rglob("0*.parquet"))) <= there:
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture(scope="module")
def whole(tmp_path_factory, crisis):
    out = tmp_path_factory.mktemp("whole") / "run"
    return played(crisis, out, futures=200, worlds=20, chunk=10)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_a_stopped_run_has_its_status_and_goes_on(tmp_path, whole, number, status):
    folder = tmp_path / "run"
    process = start("run", "oman-2026", *SMALL, "-o", str(folder))
    wait_for_part(folder)
    process.send_signal(number)
    _, err = process.communicate(timeout=PATIENCE)

    assert process.returncode == status
    assert "Traceback" not in err
    assert number == signal.SIGKILL or f"detente run --resume {folder}" in err
    assert resume(folder).digest == whole.digest


def test_a_stopped_extension_keeps_what_there_was_and_goes_on(tmp_path, crisis, whole):
    settings = {"futures": 60, "worlds": 12, "threads": 2, "chunk": 10}
    run = simulate(crisis, **settings, out=tmp_path / "run")
    there = {path: path.read_bytes() for path in run.folder.rglob("0*.parquet")}
    process = start("run", "--resume", str(run.folder), "--futures", "200", "--worlds", "20")
    wait_for_part(run.folder, len(there))
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=PATIENCE)

    assert process.returncode == 143
    assert f"detente run --resume {run.folder}" in err
    assert {path: path.read_bytes() for path in there} == there
    assert resume(run.folder).digest == whole.digest


@pytest.fixture
def end(tmp_path):
    """Return how a process ends in which a command does what is given."""

    def run(body, number):
        (tmp_path / "stopped.py").write_text(STOPPED_BY_ITSELF.replace("{body}", body))
        paths = os.pathsep.join([str(tmp_path), *sys.path])
        return subprocess.run(
            [sys.executable, "-m", "stopped", str(int(number))],
            env={**os.environ, "PYTHONPATH": paths},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@EITHER
@pytest.mark.parametrize("own", [0, 1])
def test_a_stop_after_the_command_has_ended_changes_nothing(end, number, own):
    done = end(f"atexit.register(lambda: os.kill(os.getpid(), NUMBER)); return {own}", number)

    assert (done.returncode, done.stderr) == (own, "")


@BOTH
def test_a_stop_that_a_library_takes_for_an_error_has_its_status(end, number, status):
    done = end("load()", number)

    assert (done.returncode, done.stderr) == (status, "")


def test_an_error_that_no_stop_caused_is_shown(end):
    done = end("raise ImportError('a part of it is not there')", signal.SIGTERM)

    assert done.returncode == 1
    assert "a part of it is not there" in done.stderr


@BOTH
def test_a_stop_before_the_command_begins_has_its_status(monkeypatch, number, status):
    monkeypatch.setattr(Commands, "make_context", lambda *_, **__: signal.raise_signal(number))
    before = signal.signal(number, signal.SIG_DFL)  # tests in the background ignore interrupts
    found = main(["list"])
    signal.signal(number, before)

    assert found == status


@EITHER
def test_signals_do_what_they_did_once_the_command_is_over(capsys, number):
    before = signal.getsignal(number)

    assert main(["list"]) == 0
    assert signal.getsignal(number) == before
    assert capsys.readouterr().out


def test_a_signal_that_was_ignored_still_is(monkeypatch):
    monkeypatch.setattr(Commands, "invoke", lambda *_: signal.raise_signal(signal.SIGINT) or 0)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    status = main(["list"])
    signal.signal(signal.SIGINT, before)

    assert status == 0


def test_a_reader_that_goes_away_is_no_error(whole):
    process = start("show", str(whole.folder))
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()

    assert process.wait(timeout=PATIENCE) == 0
    assert err == ""


def shown_in_a_pipe(run, encoding, monkeypatch):
    """Return what a command prints about a run into a pipe that has an encoding."""
    reads, writes = os.pipe()
    with os.fdopen(reads, encoding=encoding) as reader, ThreadPoolExecutor(1) as pool:
        printed = pool.submit(reader.read)
        with os.fdopen(writes, "w", encoding=encoding) as writer:
            monkeypatch.setattr(sys, "stdout", writer)
            status = main(["show", str(run.folder)])
        monkeypatch.undo()
        assert status == 0
        return printed.result()


def test_output_in_a_pipe_is_plain_and_unwrapped(whole, monkeypatch):
    out = shown_in_a_pipe(whole, "utf-8", monkeypatch)

    assert "\x1b" not in out
    assert "━ middle half of assumptions" in out
    assert max(map(len, out.splitlines())) > 100


def test_a_terminal_without_blocks_gets_plain_letters(whole, monkeypatch, capsys):
    out = shown_in_a_pipe(whole, "ascii", monkeypatch)

    assert "= middle half of assumptions   o this model   * past crises" in out
    assert capsys.readouterr().err == ""


def test_the_module_runs_as_the_command_does():
    done = subprocess.run(
        [sys.executable, "-m", "detente", "--version"], capture_output=True, text=True, check=True
    )

    assert done.stdout.startswith("detente 0.")


def test_help_waits_for_no_large_library():
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "detente", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}

    assert "detente.cli" in loaded
    assert loaded.isdisjoint({"numpy", "numba", "scipy", "pyarrow", "matplotlib", "distributed"})


@pytest.mark.parametrize("asked", ["list --json", "--help", "show nowhere"])
def test_a_closed_output_is_reported_in_words_and_other_closed_streams_stop_nothing(asked):
    ended = [
        subprocess.run(
            ["/bin/sh", "-c", f"{sys.executable} -m detente {asked} {way}"],
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        for way in (">&-", "2>&- >/dev/null", ">&- 2>&-", "<&- >/dev/null")
    ]
    usual = 2 if asked == "show nowhere" else 0

    assert [done.returncode for done in ended] == [2, usual, 2, usual]
    assert ended[0].stderr.startswith("detente: the standard output is closed\n")
    assert "Traceback" not in "".join(done.stderr for done in ended)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device here")
@pytest.mark.parametrize("arguments", [["list"], ["list", "--json"]])
def test_a_full_disk_behind_the_output_is_reported_in_words(arguments):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "detente", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.returncode == 2
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
