"""The program as a process: signals, pipes, start-up."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from detente import simulate

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
sys.exit(main(sys.argv[1:]))
"""
SMALL = ["--futures", "200", "--worlds", "20", "--threads", "2", "--chunk", "10"]
STARTS = 5


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
    deadline = time.monotonic() + 60
    while len(list(folder.rglob("0*.parquet"))) <= there:
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def whole(tmp_path, crisis):
    settings = {"futures": 200, "worlds": 20, "threads": 2, "chunk": 10}
    return simulate(crisis, **settings, out=tmp_path / "whole")


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)]
)
def test_a_stopped_run_has_its_status_and_goes_on(tmp_path, whole, number, status):
    folder = tmp_path / "run"
    process = start("run", "oman-2026", *SMALL, "-o", str(folder))
    wait_for_part(folder)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    resumed, _ = start("run", "--resume", str(folder), "--json").communicate(timeout=60)

    assert process.returncode == status
    assert "Traceback" not in err
    assert number == signal.SIGKILL or f"detente run --resume {folder}" in err
    assert json.loads(resumed)["digest"] == whole.digest


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)]
)
def test_a_stopped_extension_keeps_what_there_was_and_goes_on(
    tmp_path, crisis, whole, number, status
):
    settings = {"futures": 60, "worlds": 12, "threads": 2, "chunk": 10}
    run = simulate(crisis, **settings, out=tmp_path / "run")
    there = {path: path.read_bytes() for path in run.folder.rglob("0*.parquet")}
    process = start("run", "--resume", str(run.folder), "--futures", "200", "--worlds", "20")
    wait_for_part(run.folder, len(there))
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    resumed, _ = start("run", "--resume", str(run.folder), "--json").communicate(timeout=60)

    assert process.returncode == status
    assert number == signal.SIGKILL or f"detente run --resume {run.folder}" in err
    assert {path: path.read_bytes() for path in there} == there
    assert json.loads(resumed)["digest"] == whole.digest


def test_a_reader_that_goes_away_is_no_error(whole):
    process = start("show", str(whole.folder))
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()

    assert process.wait(timeout=60) == 0
    assert err == ""


def test_output_in_a_pipe_is_plain_and_unwrapped(whole):
    out, _ = start("show", str(whole.folder)).communicate(timeout=60)

    assert "\x1b" not in out
    assert "▒ deal" in out
    assert max(map(len, out.splitlines())) > 100


def test_a_terminal_without_blocks_gets_plain_letters(whole, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")

    out, err = start("show", str(whole.folder)).communicate(timeout=60)

    assert "= deal   . open   # force" in out
    assert err == ""


def test_the_module_runs_as_the_command_does():
    done = subprocess.run(
        [sys.executable, "-m", "detente", "--version"], capture_output=True, text=True, check=True
    )

    assert done.stdout.startswith("detente 0.")


def test_help_is_there_in_a_blink():
    seconds = []
    for _ in range(STARTS):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-m", "detente", "--help"], capture_output=True, check=True)
        seconds.append(time.perf_counter() - begun)

    assert min(seconds) < 0.3


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device here")
@pytest.mark.parametrize("arguments", [["list"], ["list", "--json"]])
def test_a_full_disk_behind_the_output_is_told_in_words(arguments):
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
