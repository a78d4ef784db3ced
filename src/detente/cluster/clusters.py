"""Plays worlds on the workers of a Dask cluster; their results are stored on this machine.

Whoever can reach a scheduler can run programs on its workers, so a cluster must be private.
"""
# ruff: noqa: PLC0415  Dask is an extra, and takes a moment to import

import dataclasses
import logging
import pickle
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager, suppress
from itertools import islice
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from detente import provenance
from detente.cluster import tasks
from detente.cluster.tasks import Task
from detente.ensemble import runners
from detente.ensemble.record import Settings
from detente.ensemble.runners import Clock, ClusterError, Job, Perform, PlayedSlice, Shelf, Stage
from detente.errors import DetenteError, from_extra

if TYPE_CHECKING:
    from distributed import Client, LocalCluster

LOCAL = "local"
"""Address of processes on this machine, started and ended with the run."""
OTHER = "the program that answers is not a scheduler"
LOOPBACK = "127.0.0.1"
SILENT = logging.CRITICAL + 1
"""Log level that silences Dask, which reports every closed connection; faults are raised as
errors.
"""
CONNECTING = 10.0
"""Time limit for a cluster's first answer [s]."""
WATCH = 2.0
"""Time without a result after which the scheduler is checked, and interval of checks on local
workers [s].
"""
LOST = 30.0
"""Time limit for answers of a busy scheduler [s]."""
PATIENCE = 300.0
"""Time limit for a cluster without workers, as machines take time to start [s]."""
FOR_EVER = "1000 days"
"""Longer than any run."""
MOST_BEGUN = 1000
"""Upper limit on submitted tasks without a result, enough for a cluster to grow."""
MOST_ROWS = 10_000_000
"""Upper limit on futures in these tasks, which have to fit in memory if the disk is slow."""
FEWEST_A_THREAD = 2
"""Tasks submitted for each thread, however large they are."""


class SchedulerInfo(NamedTuple):
    """A scheduler's kind and workers, as it reports them."""

    kind: str
    threads: Annotated[Mapping[str, int], "threads by address of the worker"]


@contextmanager
def workers(cluster: str, settings: Settings, threads: int | None) -> Iterator[Perform]:
    """Provide a function that plays jobs on the workers of a cluster.

    `cluster` is the address of a Dask scheduler, or `local` for processes on this machine, one for
    each thread in the settings; `threads`: the number asked for.

    Raises `DetenteError` if Dask is not installed, the cluster does not answer or has another
    version of detente, or threads were asked for, which the workers of a cluster set themselves.
    """
    refuse_threads(cluster, threads)
    from_extra("dask", "distributed", needs="a cluster", where="cluster")
    from distributed.utils import silence_logging_cmgr

    with silence_logging_cmgr(SILENT), _scheduler(cluster, settings.threads) as address:
        if cluster != LOCAL:
            _refuse_strangers(address)
        with _client(address) as client:
            yield Team(client, address, shares_cache=cluster == LOCAL).perform


def refuse_threads(cluster: str, threads: int | None) -> None:
    """Raise `DetenteError` if a number of threads is given for a cluster."""
    if threads is not None and cluster != LOCAL:
        raise DetenteError(
            "threads cannot be set on a cluster: its workers have their own",
            where="threads",
            hint="leave it out, or start the workers with dask worker --nthreads N",
        )


@contextmanager
def _scheduler(cluster: str, threads: int) -> Iterator[str]:
    """Provide the address of a scheduler; a local one is reachable from this machine only.

    Local workers are restarted during the run.
    """
    if cluster != LOCAL:
        yield cluster
        return
    import dask
    from distributed import LocalCluster
    from tornado.ioloop import PeriodicCallback

    preload = [*dask.config.get("distributed.worker.preload"), tasks.__name__]
    try:
        local = LocalCluster(
            n_workers=threads,
            threads_per_worker=1,
            host=LOOPBACK,
            dashboard_address=None,
            scheduler_kwargs={"dashboard": False, "dashboard_address": f"{LOOPBACK}:0"},
            memory_limit=None,
            preload=preload,
            silence_logs=SILENT,
        )
    except (OSError, RuntimeError) as fault:
        raise ClusterError(
            f"processes cannot be started: {fault}",
            where=LOCAL,
            hint='in a program of your own, call it below `if __name__ == "__main__":`',
        ) from fault
    watch = PeriodicCallback(lambda: _replace_ended(local, threads), WATCH * 1000)
    local.loop.add_callback(watch.start)
    try:
        # Dask gives up a killed process if its restart takes longer than this.
        with dask.config.set({"distributed.deploy.lost-worker-timeout": FOR_EVER}):
            yield local.scheduler_address
    finally:
        local.loop.add_callback(watch.stop)
        with suppress(TimeoutError):  # remaining processes end with this one
            local.close()


def _replace_ended(local: "LocalCluster", workers: int) -> None:
    """Start workers in place of those that Dask has given up, on the loop of the cluster."""
    from distributed import Status

    for name, watcher in list(local.workers.items()):
        if watcher.status in {Status.closed, Status.failed}:
            del local.workers[name]
    if len(local.workers) < workers:
        local.scale(workers)


def ask(address: str, question: Callable[..., Any], within: float) -> Any:
    """Return the answer of a scheduler within some seconds; raise `ClusterError` otherwise."""
    from distributed.utils import LoopRunner, sync

    runner = LoopRunner()
    runner.start()
    try:
        return sync(runner.loop, _put, address, question, callback_timeout=within)
    except (OSError, ValueError, TypeError) as fault:
        raise _unreachable(address, str(fault)) from fault
    except MemoryError as fault:  # another program's first bytes were read as a length
        raise _unreachable(address, OTHER) from fault
    finally:
        runner.stop()


async def _put(address: str, question: Callable[..., Any]) -> Any:
    from distributed import rpc
    from distributed.security import Security

    arguments = Security().get_connection_args("client")
    async with rpc(address, connection_args=arguments) as scheduler:
        return await question(scheduler)


async def who(scheduler: Any) -> SchedulerInfo:
    """Return the kind of a scheduler, and its workers."""
    answer = await scheduler.identity()
    workers = answer.get("workers", {})
    threads = {address: int(worker["nthreads"]) for address, worker in workers.items()}
    return SchedulerInfo(answer["type"], threads)


async def _which_detente(scheduler: Any) -> Mapping[str, str | None]:
    """Return the version of detente on each worker, without running our code there."""
    asked = ["detente"]
    answers = await scheduler.broadcast(msg={"op": "versions", "packages": asked})
    answers["the scheduler"] = await scheduler.versions(packages=asked)
    return {place: answer["packages"]["detente"] for place, answer in answers.items()}


def _unreachable(address: str, reason: str) -> ClusterError:
    return ClusterError(
        f"no Dask scheduler can be reached there: {reason}",
        where=address or '""',
        hint="give the address that it prints when it starts, such as tcp://HOST:8786",
    )


def _refuse_strangers(address: str) -> None:
    """Raise ClusterError if the address is no scheduler, or a machine has another version."""
    if ask(address, who, CONNECTING).kind != "Scheduler":
        raise _unreachable(address, OTHER)
    own_version = provenance.version_of("detente")
    for place, found in ask(address, _which_detente, CONNECTING).items():
        if found != own_version:
            description = f"detente {found}" if found else "no detente"
            raise tasks.stranger(place, f"{description}, and this is detente {own_version}")


@contextmanager
def _client(address: str) -> Iterator["Client"]:
    from distributed import Client

    try:
        client = Client(address, timeout=LOST, set_as_default=False, name="detente")
    except OSError as fault:
        raise _unreachable(address, str(fault)) from fault
    try:
        yield client
    finally:
        client.close(timeout=CONNECTING)


class Team:
    """The workers of a cluster."""

    def __init__(self, client: "Client", address: str, *, shares_cache: bool) -> None:
        self.client = client
        self.address = address
        self.shares_cache = shares_cache
        self.last_seen = time.monotonic()

    def perform(self, stage: Stage, wanted: list[Job], clock: Clock) -> None:
        """Play jobs on the workers, and store their results here.

        Raises `ClusterError` if the scheduler is lost, there are no workers for too long, one has
        another version of detente, or the same task has ended several of them.
        """
        if not wanted:
            return
        shelf = Shelf(stage.folder, stage.identities)
        if self.shares_cache:
            runners.warm_up(stage, wanted[0].option, wanted[0].world, clock)
        pool = self.client.get_executor(pure=False)
        try:
            for pieces in self._played(pool, stage, wanted, clock):
                for piece in pieces:
                    shelf.put(piece)
                clock.report(sum(piece.part.futures for piece in pieces))
        finally:  # cancels tasks that have not started
            pool.shutdown(wait=False)

    def _played(
        self, pool: Executor, stage: Stage, wanted: list[Job], clock: Clock
    ) -> Iterator[list[PlayedSlice]]:
        """Yield the results of each task, in the order in which they finish."""
        threads = max(1, sum(ask(self.address, who, LOST).threads.values()))
        size = tasks.worlds_of_a_task(stage.settings, len(wanted), threads)
        waiting = tasks.cut(stage, wanted, size)
        rows = size * stage.settings.futures_of_a_world
        ahead = max(FEWEST_A_THREAD * threads, min(MOST_BEGUN, MOST_ROWS // rows))
        crises = {}
        for name, one in stage.crises.items():
            # Sent to the cluster as a task, so that it survives the loss of a worker.
            numbers, changes = dict(one.numbers), dict(one.changes)
            plain = dataclasses.replace(one, numbers=numbers, changes=changes)
            crises[name] = self.client.submit(pickle.loads, pickle.dumps(plain), pure=False)
        ended: SimpleQueue[Future[list[PlayedSlice]]] = SimpleQueue()

        def begin(more: Iterable[Task]) -> int:
            """Hand tasks to workers, from which they come back as they end; return how many."""
            begun = 0
            for task in more:
                future = pool.submit(tasks.play, crises[task.option], task)
                future.add_done_callback(ended.put)
                begun += 1
            return begun

        is_compiled: Future[bool] | None = pool.submit(tasks.is_compiled)
        self.last_seen = time.monotonic()
        left = begin(islice(waiting, ahead))
        while left:
            try:
                done = ended.get(timeout=WATCH)
            except Empty:
                self._look(clock, is_compiled)
                continue
            pieces = self._brought(done)
            is_compiled = None
            left += begin(islice(waiting, 1)) - 1
            yield pieces

    def _look(self, clock: Clock, is_compiled: Future[bool] | None) -> None:
        """Check whether the cluster is at work, and report if it is waiting or compiling."""
        now = time.monotonic()
        if ask(self.address, who, LOST).threads:
            self.last_seen = now
        if now - self.last_seen > PATIENCE:
            raise ClusterError(f"no worker was there for {PATIENCE:g} s", where=self.address)
        has_answered = is_compiled is not None and is_compiled.done()
        is_compiling = has_answered and not self._brought(is_compiled)
        clock.report(0, is_compiling=is_compiling, is_waiting=self.last_seen < now)

    def _brought(self, done: Any) -> Any:
        """Return the result of a task; raise ClusterError if it failed."""
        from distributed import KilledWorker

        try:
            return done.result()
        except CancelledError as fault:
            raise ClusterError("the scheduler was lost", where=self.address) from fault
        except KilledWorker as fault:
            what = "the same part ended several workers, most likely for lack of memory"
            raise ClusterError(what, where=self.address) from fault
        except (ImportError, AttributeError) as fault:
            # A worker that joined after the first check may have another version.
            _refuse_strangers(self.address)
            raise tasks.stranger("a worker", f"not all of detente: {fault}") from fault
