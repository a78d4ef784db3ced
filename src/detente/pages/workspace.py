"""What is served: a pack, runs with what is known of each, and the jobs behind the pages."""

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
from detente.questions.quarters import that_outcomes_go_with
from detente.questions.summary import Summary, summarise
from detente.questions.weigh import Weighed
from detente.text import free_key, slug
from detente.views.material import Material
from detente.views.served import PageRequest, Work

MOST_OPEN = 4
"""Runs of which all that was worked out is held in memory; others are opened again."""
SOON = 2.0
"""A page that is not there by then says what it waits for [s]."""


@dataclass(frozen=True)
class ServedRun(Material):
    """A run with what pages have worked out of it; threads share it."""

    turn: threading.Lock = field(default_factory=threading.Lock, compare=False)
    """Held by the question that is played: all tabs take turns, block by block."""
    at_work: dict[str, threading.Thread] = field(default_factory=dict, compare=False)
    """What is worked out for pages that came whole before it was there, by the question."""

    tried: dict[str, Weighed] = field(default_factory=dict, compare=False)
    """What would have to be true, where it was tried on new worlds, by the view."""

    def has_done_soon(self, question: str, work: Callable[[], None]) -> bool:
        """Work something out behind the pages, once however often it is asked for.

        Return whether it is done by the time that a page may take to come.
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
        """What became of the crisis without any option, which is there sooner."""
        return summarise(self.run, options=(BASE,))

    @cached_property
    def crisis(self) -> Crisis:
        """The crisis without any option, which is read sooner than with all of them."""
        return self.run.crisis

    @property
    def has_drivers(self) -> bool:
        """Say whether `drivers` was looked up, which takes a second."""
        return "drivers" in self.__dict__

    @property
    def matter(self) -> list[str]:
        """Return the numbers that move outcomes most, the first first, once that is looked up."""
        drivers: dict[str, Drivers] = self.drivers if self.has_drivers else {}
        return list(dict.fromkeys(path for one in drivers.values() for path in one.numbers))

    @cached_property
    def go_along(self) -> list[str]:
        """The numbers with which war, force and deals go across the worlds, the strongest first."""
        return that_outcomes_go_with(self.run, ("any_war", "force", "deal"))

    @cached_property
    def numbers(self) -> dict[str, str]:
        """What each number is called that can be moved, by its path."""
        crisis = self.crisis
        known = targets(crisis.model).numbers.keys() & crisis.numbers.keys()
        paths = (path for path in crisis.numbers if path in known and not divides_attack(path))
        return {path: titled(path, crisis) for path in paths}

    @cached_property
    def study(self) -> Study:
        """The run made ready for questions, which remembers what they have in common."""
        return Study(self.run)

    @cached_property
    def aside(self) -> Study:
        """The same for as long as something else writes into the run: nothing is kept there."""
        return replace(self.study, is_aside=True)


class Workspace:
    """What pages read and change: only what is named here is reached, never a path that is sent."""

    def __init__(self, *, pack: str | None = None, runs: Iterable[Path] = ()) -> None:
        self.pack = pack
        """The pack as it was named, a shipped one or a path; None where a run or a folder is."""
        self.runs: dict[str, Path] = {}
        self.jobs = Jobs()
        self.renewals = 0
        """How often something was added to a run: pages that are open fill in then."""
        self.idle: dict[str, frozenset[str]] = {}
        """Inputs that change nothing, by the checksum of the pack, once somebody asked."""
        self._open: OrderedDict[str, ServedRun] = OrderedDict()
        self._lock = threading.RLock()
        self._compiling: threading.Thread | None = None
        for run in runs:
            self.add(run)

    def add(self, run: Path) -> str:
        """Serve a run too; return the key by which addresses name it."""
        with self._lock:
            for key, known in self.runs.items():
                if known == run:
                    return key
            key = free_key(slug(run.stem, "run"), self.runs)
            self.runs[key] = run
            return key

    def known(self, key: str) -> ServedRun:
        """Return a run and what is worked out of it, kept while it is among the last opened."""
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
        """Say whether the pack that is served is no longer that of a run."""
        if self.pack is None:
            return False
        try:
            return files.read(self.pack).digest != self.known(key).run.record.pack
        except DetenteError:
            return False  # the page itself says what cannot be read

    def is_ready(self) -> bool:
        """Say whether worlds are played at once; if not, the model begins to be compiled."""
        with self._lock:
            if self._compiling is None:
                if runners.kernel().is_warm():
                    return True
                self._compiling = threading.Thread(target=_compile, daemon=True)
                self._compiling.start()
            return not self._compiling.is_alive()

    def begin(self, title: str, work: Work, *, shown_at: str) -> str:
        """Begin to work on something; return the address at which it is followed."""
        return self.jobs.start(title, work, shown_at=shown_at).address

    def renew(self, key: str) -> None:
        """Forget what is known of a run: something was added to it."""
        with self._lock:
            self._open.pop(key, None)
            self.renewals += 1

    @property
    def newest(self) -> str | None:
        """Return the key of the run that is shown first, the one added last; None if none is."""
        return next(reversed(self.runs), None)


def _compile() -> None:
    """Compile the model; what cannot be kept is compiled again by the page that needs it."""
    with contextlib.suppress(DetenteError):
        warm_up()


def of(asked: PageRequest) -> Workspace:
    """Return the workspace that is asked: pages of other rooms see less of it."""
    return cast("Workspace", asked.served)


def run_of(asked: PageRequest) -> ServedRun:
    """Return the run that an address names."""
    return of(asked).known(asked.parts["run"])


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

    The work calls `hear` with how far it has come, which ends it once it is asked to stop.
    """

    key: Annotated[str, "in addresses"]
    title: Annotated[str, "what it does, in words"]
    work: Work
    shown_at: Annotated[str, "address of the page that shows what comes of it"]
    state: State = "waiting"
    progress: Progress | None = None
    fault: DetenteError | None = None
    is_seen: Annotated[bool, "whether the page of what came of it was opened"] = False
    asked_to_stop: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        """Return the page on which it is followed."""
        return f"/jobs/{self.key}"

    @property
    def is_over(self) -> bool:
        """Say whether nothing more comes of it."""
        return self.state in {"done", "stopped", "failed"}

    def hear(self, progress: Progress) -> None:
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
    """The jobs of a server, by key, the oldest first; one is worked on at a time."""

    def __init__(self) -> None:
        self.all: dict[str, BackgroundJob] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._queue: queue.SimpleQueue[BackgroundJob | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)

    def start(self, title: str, work: Work, *, shown_at: str) -> BackgroundJob:
        """Begin to work on something, or return the job that does already."""
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
        """Ask a job to stop; what it has finished so far is kept."""
        self.all[key].asked_to_stop.set()

    def stop_all(self) -> None:
        """Ask every job to stop: the server ends."""
        for job in list(self.all.values()):
            job.asked_to_stop.set()
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join(LAST_WAIT)

    def at(self, shown_at: str) -> BackgroundJob | None:
        """Return the job whose result an address shows, if one is at work."""
        return next((job for job in self.left if job.shown_at == shown_at), None)

    @property
    def left(self) -> list[BackgroundJob]:
        """Return those that are not over."""
        return [job for job in list(self.all.values()) if not job.is_over]

    @property
    def news(self) -> list[BackgroundJob]:
        """Return those that are done or failed, and of which nobody has seen what came."""
        listed = list(self.all.values())
        return [job for job in listed if job.state in {"done", "failed"} and not job.is_seen]

    def see(self, address: str) -> None:
        """Note that a page was opened: what came of the jobs that it shows is no news any more."""
        for job in self.news:
            shown_at = job.shown_at.partition("?")[0]
            job.is_seen = address in {shown_at, job.address, "/jobs"}

    def _work(self) -> None:
        while (job := self._queue.get()) is not None:
            job.run()
