"""What takes longer than a page may: worked on behind the pages, one after the other."""

import itertools
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Literal, TypeAlias

from detente.ensemble.runners import Progress
from detente.errors import DetenteError

Listener: TypeAlias = Callable[[Progress], None]
State: TypeAlias = Literal["waiting", "working", "done", "stopped", "failed"]
MOST_KEPT = 50
"""Jobs that have ended and are still listed."""
LAST_WAIT = 5.0
"""How long the one that is worked on has to end when the server does [s]."""


class JobStopped(Exception):  # noqa: N818  asked for, no fault
    """Somebody asked a job to stop."""


@dataclass
class BackgroundJob:
    """Something that is worked on; only its own thread and who stops it write it.

    The work calls `tell` with how far it has come, which ends it once it is asked to stop.
    """

    key: Annotated[str, "in addresses"]
    title: Annotated[str, "what it does, in words"]
    work: Annotated[Callable[[Listener], str | None], "may return where its result is shown"]
    shown_at: Annotated[str, "address of the page that shows what comes of it"]
    state: State = "waiting"
    progress: Progress | None = None
    fault: DetenteError | None = None
    asked_to_stop: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        """Return the page on which it is followed."""
        return f"/jobs/{self.key}"

    @property
    def is_over(self) -> bool:
        """Say whether nothing more comes of it."""
        return self.state in {"done", "stopped", "failed"}

    def tell(self, progress: Progress) -> None:
        """Hear how far the work has come.

        Raises
        ------
        JobStopped
            If it was asked to stop.
        """
        self.progress = progress
        if self.asked_to_stop.is_set():
            raise JobStopped

    def run(self) -> None:
        """Do the work, unless it was stopped before it began."""
        if self.asked_to_stop.is_set():
            self.state = "stopped"
            return
        self.state = "working"
        try:
            self.shown_at = self.work(self.tell) or self.shown_at
            self.state = "done"
        except JobStopped:
            self.state = "stopped"
        except DetenteError as fault:
            self.fault, self.state = fault, "failed"
        except MemoryError:
            self.fault = DetenteError("the memory is full", hint="ask for less at once")
            self.state = "failed"
        finally:
            if not self.is_over:
                self.fault, self.state = DetenteError("the program failed"), "failed"


class Jobs:
    """The jobs of a server, by key, the oldest first; one is worked on at a time."""

    def __init__(self) -> None:
        self.all: dict[str, BackgroundJob] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._queue: queue.SimpleQueue[BackgroundJob | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)

    def start(
        self, title: str, work: Callable[[Listener], str | None], *, shown_at: str
    ) -> BackgroundJob:
        """Begin to work on something, or return the job that does already."""
        with self._lock:
            for job in self.all.values():
                if (job.title, job.shown_at) == (title, shown_at) and not job.is_over:
                    return job
            job = BackgroundJob(str(next(self._numbers)), title, work, shown_at)
            self.all[job.key] = job
            self._forget()
            if not self._thread.is_alive():
                self._thread.start()
        self._queue.put(job)
        return job

    def stop(self, key: str) -> None:
        """Ask a job to stop; what it has finished so far is kept."""
        self.all[key].asked_to_stop.set()

    def stop_all(self) -> None:
        """Ask every job to stop: the server ends."""
        for job in list(self.all.values()):
            job.asked_to_stop.set()
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join(LAST_WAIT)

    @property
    def left(self) -> list[BackgroundJob]:
        """Return those that are not over."""
        return [job for job in list(self.all.values()) if not job.is_over]

    def _work(self) -> None:
        while (job := self._queue.get()) is not None:
            job.run()

    def _forget(self) -> None:
        over = [key for key, job in self.all.items() if job.is_over]
        for key in over[: max(0, len(over) - MOST_KEPT)]:
            del self.all[key]
