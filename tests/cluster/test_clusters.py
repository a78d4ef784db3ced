"""Runs on processes of a Dask cluster; workers play with the stand-in, as do threads here."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import dask
import psutil
import pyarrow.parquet as pq
import pytest
from distributed import LocalCluster

from detente import DetenteError, provenance, resume, simulate
from detente.cluster import clusters
from detente.ensemble import runners
from detente.ensemble.advice import UnfinishedError
from tests.standin import KERNEL

ROOT = Path(__file__).parents[2]
AT_WORK = "tests.standin_at_work"
SMALL = {"futures": 600, "worlds": 30, "chunk": 70, "options": ("hotline",)}
SLOW = "0.05"
"""Long enough for a world that something can happen in the midst of a run [s]."""


class At:
    """Does something, once, when a run has come so far, and then what `then` does."""

    def __init__(self, futures, do, then=None):
        self.futures = futures
        self.do = do
        self.then = then
        self.reported = []

    def __call__(self, progress):
        self.reported.append(progress)
        if self.do is None and self.then is not None:
            self.then(progress)
        if progress.done >= self.futures and self.do is not None:
            do, self.do = self.do, None
            do()


def interrupt():
    raise KeyboardInterrupt


@pytest.fixture(autouse=True)
def at_work(monkeypatch):
    """Let workers of a local cluster play with the stand-in, and give a busy machine its time.

    The stand-in needs no compiler, and a worker that does without begins in half the time.
    """
    monkeypatch.setattr(clusters, "CONNECTING", 60.0)
    monkeypatch.setattr(clusters, "LOST", 60.0)
    monkeypatch.setenv("STANDIN_SECONDS", SLOW)
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")
    with dask.config.set({"distributed.worker.preload": [AT_WORK]}):
        yield


@pytest.fixture(scope="module")
def usual(tmp_path_factory, crisis):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL)
        return simulate(crisis, **SMALL, threads=2, out=tmp_path_factory.mktemp("usual"))


def start(command, *arguments):
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT), *sys.path])
    settings = {"STANDIN_SECONDS": SLOW, "NUMBA_DISABLE_JIT": "1"}
    settings["DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT"] = "3s"
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{command}", "--host", "127.0.0.1", *arguments],
        env={**os.environ, **settings, "PYTHONPATH": paths},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def started(workers):
    """Start a scheduler and workers as one would by hand; give their processes and the address."""
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    given = [address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--preload", AT_WORK]
    processes = [start("dask_scheduler", "--port", str(port), "--no-dashboard")]
    processes += [start("dask_worker", *given) for _ in range(workers)]
    try:
        wait_for(lambda: len(clusters.ask(address, clusters.who, 60.0).threads) == workers)
        yield processes, address
    finally:
        for process in processes:
            process.kill()
            process.wait()


@pytest.fixture
def cluster(request):
    """Start a cluster with one worker, or as many as a test asks for, that may be harmed."""
    with started(workers=getattr(request, "param", 1)) as found:
        yield found


@pytest.fixture(scope="module")
def unharmed():
    """Start a cluster to which no test does any harm."""
    with started(workers=1) as found:
        yield found


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(holds):
    deadline = time.monotonic() + 300
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def workers_here():
    found = psutil.Process().children(recursive=True)
    return [one for one in found if any("spawn_main" in word for word in one.cmdline())]


def kill_all():
    for worker in workers_here():
        worker.kill()


def end_watchers():
    """End those who watch the workers of the cluster that a run has started, and these with them.

    Dask does so where a worker cannot be started again.
    """
    for local in list(LocalCluster._instances):  # noqa: SLF001  Dask knows them by no other name
        for watcher in list(local.workers.values()):
            local.sync(watcher.close)


def count_stored(folder):
    return sum(pq.read_metadata(part).num_rows for part in folder.rglob("0*.parquet"))


def listening():
    """Return the addresses at which this process and its workers can be reached."""
    processes = [psutil.Process(), *workers_here()]
    links = [link for process in processes for link in process.net_connections("inet")]
    return {link.laddr.ip for link in links if link.status == psutil.CONN_LISTEN}


def test_the_digest_is_that_of_threads_though_all_workers_are_killed_and_nobody_else_reaches_them(
    tmp_path, crisis, usual
):
    """Catch lost or repeated futures after workers die, and a port that is open to others."""
    reached = set()

    def look_and_kill():
        reached.update(listening())
        kill_all()

    reported = At(100, look_and_kill)

    run = simulate(crisis, **SMALL, cluster="local", threads=2, out=tmp_path, progress=reported)

    assert reported.do is None
    assert run.digest == usual.digest
    assert [one.done for one in reported.reported] == sorted(one.done for one in reported.reported)
    assert reported.reported[-1].done == reported.reported[-1].total == 1200
    assert workers_here() == []
    assert reached == {"127.0.0.1"}


def test_workers_that_a_run_started_are_started_again_however_long_that_takes_and_whoever_ended(
    tmp_path, crisis, usual, monkeypatch
):
    monkeypatch.setattr(clusters, "PATIENCE", 60.0)
    watchers_end = At(600, end_watchers)
    reported = At(100, kill_all, then=watchers_end)
    with dask.config.set({"distributed.deploy.lost-worker-timeout": "1ms"}):
        run = simulate(crisis, **SMALL, cluster="local", threads=1, out=tmp_path, progress=reported)

    assert watchers_end.do is None
    assert run.digest == usual.digest
    assert workers_here() == []


def test_an_interrupted_run_goes_on_to_the_same_digest(tmp_path, crisis, usual):
    with pytest.raises(KeyboardInterrupt) as stop:
        simulate(
            crisis, **SMALL, cluster="local", threads=1, out=tmp_path, progress=At(300, interrupt)
        )
    stored = count_stored(tmp_path)
    reported = At(0, None)

    run = resume(tmp_path, cluster="local", progress=reported)

    assert stop.value.__notes__ == [f"go on with: detente run --resume {tmp_path}"]
    assert run.digest == usual.digest
    assert reported.reported[0].done == stored > 0


@pytest.mark.parametrize("cluster", [2], indirect=True)
def test_a_run_survives_one_machine_of_a_cluster_and_ends_without_its_scheduler_to_go_on_later(
    tmp_path, crisis, usual, cluster
):
    (scheduler, first, second), address = cluster
    whole, part = tmp_path / "whole", tmp_path / "part"

    run = simulate(crisis, **SMALL, cluster=address, out=whole, progress=At(100, first.kill))

    assert run.digest == usual.digest
    assert first.poll() == -signal.SIGKILL
    assert second.poll() is None

    with pytest.raises(UnfinishedError, match="scheduler was lost") as failed:
        simulate(crisis, **SMALL, cluster=address, out=part, progress=At(300, scheduler.kill))
    stored = count_stored(part)
    reported = At(0, None)

    assert address in failed.value.what
    assert failed.value.hint == f"go on with: detente run --resume {part}"
    assert resume(part, progress=reported).digest == usual.digest
    assert reported.reported[0].done == stored > 0


def test_a_scheduler_that_falls_silent_ends_a_run_that_can_go_on(
    tmp_path, crisis, cluster, monkeypatch
):
    (process, *_), address = cluster

    def freeze():
        process.send_signal(signal.SIGSTOP)
        monkeypatch.setattr(clusters, "LOST", 2.0)

    silence = At(100, freeze)

    with pytest.raises(UnfinishedError, match="no Dask scheduler can be reached"):
        simulate(crisis, **SMALL, cluster=address, out=tmp_path, progress=silence)

    assert silence.do is None


def test_a_cluster_without_workers_is_reported_and_given_up(tmp_path, crisis, monkeypatch):
    monkeypatch.setattr(clusters, "PATIENCE", 3.0)
    reported = At(0, None)

    with (
        started(workers=0) as (_, address),
        pytest.raises(UnfinishedError, match="no worker was there for 3 s"),
    ):
        simulate(crisis, **SMALL, cluster=address, out=tmp_path, progress=reported)

    assert any(one.is_waiting for one in reported.reported)


def test_machines_with_another_version_are_refused_before_anything_is_written(
    tmp_path, crisis, unharmed, monkeypatch
):
    _, address = unharmed
    monkeypatch.setattr(provenance, "version_of", lambda _: "99.0")

    with pytest.raises(DetenteError, match=r"has detente 0\..*, and this is detente 99\.0"):
        simulate(crisis, **SMALL, cluster=address, out=tmp_path / "run")

    assert list(tmp_path.iterdir()) == []


def test_machines_with_another_model_are_refused(tmp_path, crisis, unharmed, monkeypatch):
    _, address = unharmed
    monkeypatch.setattr(provenance, "model_digest", lambda: "0" * 64)

    with pytest.raises(UnfinishedError, match="has another model"):
        simulate(crisis, **SMALL, cluster=address, out=tmp_path / "run")


@pytest.mark.parametrize(
    "address",
    ["tcp://127.0.0.1:1", "nowhere.invalid:8786", "nonsense", "", "http://127.0.0.1", "tls://::1"],
)
def test_an_address_at_which_nobody_answers_is_refused(tmp_path, crisis, monkeypatch, address):
    monkeypatch.setattr(clusters, "CONNECTING", 2.0)
    begun = time.monotonic()

    with pytest.raises(DetenteError, match="no Dask scheduler can be reached") as failed:
        simulate(crisis, **SMALL, cluster=address, out=tmp_path / "run")

    assert time.monotonic() - begun < 20
    assert "tcp://HOST:8786" in failed.value.hint
    assert list(tmp_path.iterdir()) == []


def speak(listener, words):
    """Take a connection and say something that is no answer, or nothing for a while."""
    connection, _ = listener.accept()
    with connection:
        connection.sendall(words)
        time.sleep(3.0)


@pytest.mark.parametrize("words", [b"", b"SSH-2.0-OpenSSH_9.2\r\n" * 8])
def test_a_port_at_which_another_program_answers_is_refused(tmp_path, crisis, monkeypatch, words):
    monkeypatch.setattr(clusters, "CONNECTING", 2.0)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        speaker = Thread(target=speak, args=(silent, words))
        speaker.start()

        with pytest.raises(DetenteError, match="no Dask scheduler can be reached"):
            simulate(
                crisis,
                **SMALL,
                cluster=f"tcp://127.0.0.1:{silent.getsockname()[1]}",
                out=tmp_path / "run",
            )
        speaker.join()


def test_the_address_of_a_worker_is_refused(tmp_path, crisis, unharmed):
    _, address = unharmed
    worker = next(iter(clusters.ask(address, clusters.who, 60.0).threads))

    with pytest.raises(DetenteError, match="the program that answers is not a scheduler"):
        simulate(crisis, **SMALL, cluster=worker, out=tmp_path / "run")


def test_without_the_extra_the_command_that_installs_it_is_reported(tmp_path, crisis, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(DetenteError, match="cannot be imported") as failed:
        simulate(crisis, **SMALL, cluster="local", out=tmp_path / "run")

    assert failed.value.hint == "install it: pip install 'detente[dask]'"
    assert list(tmp_path.iterdir()) == []
