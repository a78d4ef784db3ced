"""The state of the server: a pack, open runs with their results, and background jobs."""

import contextlib
import itertools
import queue
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, TypeAlias, cast

from detente.ensemble import runners
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.runners import Progress
from detente.ensemble.study import Study
from detente.ensemble.warmup import warm_up
from detente.errors import DetenteError
from detente.pack import Crisis, files
from detente.pack.options import targets
from detente.pack.places import divides_attack
from detente.questions.drivers import Drivers
from detente.questions.drivers.inputs import titled
from detente.questions.quarters import fields_correlated_with
from detente.questions.summary import Summary, summarise
from detente.questions.weigh import Weighed
from detente.questions.whatif import study_of
from detente.text import free_key, slug
from detente.views.material import Material
from detente.views.served import PageRequest, Work

MOST_OPEN = 4
"""Upper limit on the runs in memory with their results; others are opened again."""
SOON = 2.0
"""Time after which a page is sent with a note that it waits [s]."""


@dataclass(frozen=True)
class ServedRun(Material):
    """A run with the results computed for pages; threads share it."""

    turn: threading.Lock = field(default_factory=threading.Lock, compare=False)
    """Lock of the question that is being played; tabs take turns, block by block."""
    at_work: dict[str, threading.Thread] = field(default_factory=dict, compare=False)
    """Threads that compute results for pages that are waiting, by question."""

    tried: dict[str, Weighed] = field(default_factory=dict, compare=False)
    """Results of trials on new worlds of what would have to be true, by view."""

    def has_done_soon(self, question: str, work: Callable[[], None]) -> bool:
        """Start work in the background, once for each question; return whether it ends in time.

        The time is what a page may take before it is sent.
        """
        thread = self.at_work.get(question)
        if thread is None:
            thread = threading.Thread(target=work, daemon=True)
            thread.start()
            self.at_work[question] = thread
        thread.join(SOON)
        if thread.is_alive():
            return False
        self.at_work.pop(question, None)
        return True

    @cached_property
    def front(self) -> Summary:
        """Summary of the base alone, which is available sooner."""
        return summarise(self.run, options=(BASE,))

    @cached_property
    def crisis(self) -> Crisis:
        """The crisis without options, which is read sooner than with all of them."""
        return self.run.crisis

    @property
    def has_drivers(self) -> bool:
        """Return whether `drivers` was already read, which takes a second."""
        return "drivers" in self.__dict__

    @property
    def matter(self) -> list[str]:
        """Return the numbers that move outcomes most, in order; empty until `drivers` was read."""
        drivers: dict[str, Drivers] = self.drivers if self.has_drivers else {}
        return list(dict.fromkeys(path for one in drivers.values() for path in one.numbers))

    @cached_property
    def go_along(self) -> list[str]:
        """Numbers correlated with war, force or deals across worlds, the strongest first."""
        return fields_correlated_with(self.run, ("any_war", "force", "deal"))

    @cached_property
    def numbers(self) -> dict[str, str]:
        """Titles of numbers that can be changed, by path."""
        crisis = self.crisis
        known = targets(crisis.model).numbers.keys() & crisis.numbers.keys()
        paths = (path for path in crisis.numbers if path in known and not divides_attack(path))
        return {path: titled(path, crisis) for path in paths}

    @cached_property
    def study(self) -> Study:
        """The study of the run, which caches what questions share."""
        return study_of(self.run)

    @cached_property
    def aside(self) -> Study:
        """The study to use while the run's folder is busy; it does not write there."""
        return replace(self.study, is_aside=True)


class Workspace:
    """The state that pages read and change; only packs and runs named here can be reached."""

    def __init__(self, *, pack: str | None = None, runs: Iterable[Path] = ()) -> None:
        self.pack = pack
        """The pack as named by the user, a shipped one or a path; None if only runs are served."""
        self.runs: dict[str, Path] = {}
        self.jobs = Jobs()
        self.renewals = 0
        """Number of additions to runs so far; open pages reload parts when it grows."""
        self.idle: dict[str, frozenset[str]] = {}
        """Inputs without effect by checksum of the pack, as far as computed."""
        self._open: OrderedDict[str, ServedRun] = OrderedDict()
        self._lock = threading.RLock()
        self._compiling: threading.Thread | None = None
        for run in runs:
            self.add(run)

    def add(self, run: Path) -> str:
        """Add a run; return its key in addresses."""
        with self._lock:
            for key, known in self.runs.items():
                if known == run:
                    return key
            key = free_key(slug(run.stem, "run"), self.runs)
            self.runs[key] = run
            return key

    def known(self, key: str) -> ServedRun:
        """Return a run with its results, cached while it is among the last opened."""
        with self._lock:
            if key not in self.runs:
                raise DetenteError("no run of this name is served", where=key, hint="see Runs")
            if key not in self._open:
                self._open[key] = ServedRun(Run.open(self.runs[key]))
            self._open.move_to_end(key)
            while len(self._open) > MOST_OPEN:
                self._open.popitem(last=False)
            return self._open[key]

    def has_other_pack(self, key: str) -> bool:
        """Return whether the served pack differs from the one that a run played."""
        if self.pack is None:
            return False
        try:
            return files.read(self.pack).digest != self.known(key).run.record.pack
        except DetenteError:
            return False  # the page itself shows the fault

    def is_ready(self) -> bool:
        """Return whether the model is compiled; if not, start compiling it."""
        with self._lock:
            if self._compiling is None:
                if runners.kernel().is_warm():
                    return True
                self._compiling = threading.Thread(target=_compile, daemon=True)
                self._compiling.start()
            return not self._compiling.is_alive()

    def begin(self, title: str, work: Work, *, shown_at: str) -> str:
        """Start work in the background; return the address of its progress."""
        return self.jobs.start(title, work, shown_at=shown_at).address

    def renew(self, key: str) -> None:
        """Drop the cached results of a run after an addition to it."""
        with self._lock:
            self._open.pop(key, None)
            self.renewals += 1

    @property
    def newest(self) -> str | None:
        """Return the key of the run shown first, the one added last; None if there is none."""
        return next(reversed(self.runs), None)


def _compile() -> None:
    """Compile the model; faults are left to the page that needs it."""
    with contextlib.suppress(DetenteError):
        warm_up()


def of(asked: PageRequest) -> Workspace:
    """Return the workspace of a request, of which other rooms see a smaller interface."""
    return cast("Workspace", asked.served)


def run_of(asked: PageRequest) -> ServedRun:
    """Return the run named in an address."""
    return of(asked).known(asked.parts["run"])


State: TypeAlias = Literal["waiting", "working", "done", "stopped", "failed"]
MOST_KEPT = 50
"""Upper limit on finished jobs that are listed."""
LAST_WAIT = 5.0
"""Time that the current job has to end when the server stops [s]."""


class JobStopped(Exception):  # noqa: N818  asked for, no fault
    """A user asked a job to stop."""


@dataclass
class BackgroundJob:
    """A job in the background, changed only by its own thread and by a request to stop.

    The work calls `hear` with its progress; this raises JobStopped once a stop is requested.
    """

    key: Annotated[str, "its key in addresses"]
    title: Annotated[str, "its description"]
    work: Work
    shown_at: Annotated[str, "address of the page with its result"]
    state: State = "waiting"
    progress: Progress | None = None
    fault: DetenteError | None = None
    is_seen: Annotated[bool, "whether the page with its result was opened"] = False
    asked_to_stop: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        """Return the address of its progress."""
        return f"/jobs/{self.key}"

    @property
    def is_over(self) -> bool:
        """Return whether it was finished, stopped, or failed."""
        return self.state in {"done", "stopped", "failed"}

    def hear(self, progress: Progress) -> None:
        """Record the progress of the work; raise JobStopped if a stop was requested."""
        self.progress = progress
        if self.asked_to_stop.is_set():
            raise JobStopped

    def run(self) -> None:
        """Do the work, unless a stop was requested before."""
        if self.asked_to_stop.is_set():
            self.state = "stopped"
            return
        self.state = "working"
        try:
            self.shown_at = self.work(self.hear) or self.shown_at
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
    """The jobs of a server by key, oldest first; one runs at a time."""

    def __init__(self) -> None:
        self.all: dict[str, BackgroundJob] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._queue: queue.SimpleQueue[BackgroundJob | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)

    def start(self, title: str, work: Work, *, shown_at: str) -> BackgroundJob:
        """Start a job, or return an unfinished one with the same title and address."""
        with self._lock:
            for job in self.all.values():
                if (job.title, job.shown_at) == (title, shown_at) and not job.is_over:
                    return job
            job = BackgroundJob(str(next(self._numbers)), title, work, shown_at)
            self.all[job.key] = job
            over = [key for key, one in self.all.items() if one.is_over]
            for key in over[: max(0, len(over) - MOST_KEPT)]:
                del self.all[key]
            if not self._thread.is_alive():
                self._thread.start()
        self._queue.put(job)
        return job

    def stop(self, key: str) -> None:
        """Request that a job stops; its results so far are stored."""
        self.all[key].asked_to_stop.set()

    def stop_all(self) -> None:
        """Request that every job stops, as the server ends."""
        for job in list(self.all.values()):
            job.asked_to_stop.set()
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join(LAST_WAIT)

    def at(self, shown_at: str) -> BackgroundJob | None:
        """Return the unfinished job whose result an address shows, or None."""
        return next((job for job in self.left if job.shown_at == shown_at), None)

    @property
    def left(self) -> list[BackgroundJob]:
        """Return the unfinished jobs."""
        return [job for job in list(self.all.values()) if not job.is_over]

    @property
    def news(self) -> list[BackgroundJob]:
        """Return jobs that are done or failed and that nobody has looked at."""
        listed = list(self.all.values())
        return [job for job in listed if job.state in {"done", "failed"} and not job.is_seen]

    def see(self, address: str) -> None:
        """Mark finished jobs as seen if a page that shows them was opened."""
        for job in self.news:
            shown_at = job.shown_at.partition("?")[0]
            job.is_seen = address in {shown_at, job.address, "/jobs"}

    def _work(self) -> None:
        while (job := self._queue.get()) is not None:
            job.run()
