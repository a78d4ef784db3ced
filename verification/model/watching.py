"""Plays cases in monitored processes: one that hangs or dies is reported, and the rest continue."""

import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Annotated

import psutil

from verification.model.playing import Case, Outcome, attempt

LONGEST = 20.0
"""Processor time within which a case must be played [s]."""
LONGEST_BY_CLOCK = 300.0
"""Time by the clock within which it must be, so that one that waits for ever is seen [s]."""
MOST_MEMORY = 2048
"""Memory that a process may hold while it plays [MiB]."""
A_LOOK = 0.5
"""How often a process that plays is looked at [s]."""
WARM_UP = Case(1, "cuba-1962:venue.publicity=0.29")
"""What each process plays first, so that no case waits for the compiler: its turn is one in which a
case is judged and written too."""

Perform = Callable[[Case], Outcome]


def work(pipe: Connection, perform: Perform, warm_up: Case | None) -> None:
    """Say that one is ready, and perform what comes through a pipe until it is closed."""
    if warm_up is not None:
        perform(warm_up)
    try:
        pipe.send(None)
        while True:
            pipe.send(perform(pipe.recv()))
    except (EOFError, ConnectionError):
        return


class Watch:
    """A process that performs one case after another, and is replaced if it hangs or dies."""

    def __init__(self, perform: Perform = attempt, warm_up: Case | None = WARM_UP) -> None:
        self.task = perform, warm_up
        self.process: multiprocessing.process.BaseProcess | None = None

    def __enter__(self) -> "Watch":
        """Start nothing as yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self.stop()

    def stop(self) -> int | None:
        """End the process whatever it does, and return its status; None if there was none."""
        if self.process is None:
            return None
        self.process.kill()
        self.process.join()
        status, self.process = self.process.exitcode, None
        self.pipe.close()
        return status

    def ask(self, case: Case) -> Outcome:
        """Return what comes of a case, be it that the process hangs or dies of it.

        Raises `EOFError` if a process dies before it gets any.
        """
        if self.process is None:
            self.start()
        began, used = time.monotonic(), self._processor_time()
        self.pipe.send(case)
        while not self.pipe.poll(A_LOOK):
            seconds = self._processor_time() - used
            if seconds > LONGEST or time.monotonic() - began > LONGEST_BY_CLOCK:
                self.stop()
                return Outcome(case, "hung", f"not played within {LONGEST:g} s", seconds)
            if self._memory() > MOST_MEMORY:
                self.stop()
                return Outcome(case, "died", f"more than {MOST_MEMORY} MiB of memory", seconds)
        try:
            outcome: Outcome = self.pipe.recv()
        except (EOFError, ConnectionError):
            self.process.join()  # type: ignore[union-attr]
            return Outcome(case, "died", f"the process ended with status {self.stop()}")
        return outcome

    def start(self) -> None:
        """Start the process, and wait until it is ready.

        Raises `EOFError` if it dies before.
        """
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=work, args=(theirs, *self.task), daemon=True)
        self.process.start()
        theirs.close()
        self.pipe.recv()

    def _processor_time(self) -> Annotated[float, "of the process so far [s]"]:
        try:
            times = psutil.Process(self.process.pid).cpu_times()  # type: ignore[union-attr]
        except psutil.Error:  # it has just ended, as its pipe will tell
            return 0.0
        return float(times.user + times.system)

    def _memory(self) -> Annotated[float, "that the process holds [MiB]"]:
        try:
            held = psutil.Process(self.process.pid).memory_info()  # type: ignore[union-attr]
        except psutil.Error:
            return 0.0
        return float(held.rss / 2**20)


def watched(
    cases: Iterable[Case],
    *,
    processes: int | None = None,
    perform: Perform = attempt,
    warm_up: Case | None = WARM_UP,
) -> Iterator[Outcome]:
    """Yield the outcome of each case in turn; one that hangs or dies stops none of the others.

    As many processes as there are processors play them, unless it is said how many. The first is
    started alone, so that what it compiles first the others find compiled.
    """
    count = processes or os.cpu_count() or 1
    idle: SimpleQueue[Watch] = SimpleQueue()

    def ask(case: Case) -> Outcome:
        watch = idle.get()
        try:
            return watch.ask(case)
        finally:
            idle.put(watch)

    with ExitStack() as started, ThreadPoolExecutor(count) as pool:
        for _ in range(count):
            idle.put(started.enter_context(Watch(perform, warm_up)))
        first = idle.get()
        first.start()
        idle.put(first)
        yield from pool.map(ask, cases)
