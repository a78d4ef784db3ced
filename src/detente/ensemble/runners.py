"""Plays the worlds of a run on threads, and stores each part once it is complete."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeAlias, TypeVar

import numpy as np

from detente.ensemble import store
from detente.ensemble.record import Settings, processors
from detente.ensemble.store import Part, Rows, SolverReport
from detente.errors import DetenteError, UnsolvedError
from detente.pack import Crisis
from detente.pack.quantity import DOMAINS

Task = TypeVar("Task")
Found = TypeVar("Found")
Values: TypeAlias = Mapping[str, np.ndarray]
"""The values of each number: field -> one value for each world, shape (worlds,)."""

EXPLOITED_EVERY = 8
"""Exploitability is computed in every eighth world: best responses take as long as solving."""
FAR = 1 << 40
"""Larger than the index of any future of a run."""
NUMBERED = 1 << 30
"""Index of the draws of a future's first branch, larger than that of any future of a run."""
SOLVER_FIGURES = (
    "nodes",
    "evaluations",
    "rows",
    "folded_rows",
    "unsettled_nodes",
    "worst_residual",
)
"""Figures of the solver that are reported for each world, besides the exploitability."""
MOST_NAMED = 5
"""How many numbers of a world are named if it cannot be solved."""
REMEMBERED = {"tiny": (8, 32), "coarse": (0, 32), "normal": (0, 4), "fine": (0, 4)}
"""Number of worlds whose policies are cached on each grid: while a run is played, and for
questions. In a run, policies are used again only on the coarsest grid, where one of the games that
settle agenda and venue is the world's own. Questions play the same worlds under other changes. On a
fine grid policies take 40 MB and more."""
WARS_A_THREAD = 8
"""War tables, .3 MB each, that a thread caches in a run in which none is used again later."""


class Kernel(NamedTuple):
    """The functions that turn one world's numbers into futures."""

    encode: Callable[..., Any]
    solve: Callable[..., Any]
    play: Callable[..., Rows]
    follow: Callable[..., np.ndarray]
    judge: Callable[..., Any]
    is_warm: Callable[..., bool]
    branch: Callable[..., Rows]
    remembering: Annotated[
        Callable[..., "Kernel"] | None, "makes one that caches what worlds have in common"
    ] = None
    compile_all: Annotated[
        Callable[..., None] | None,
        "compiles the model, given a function that encodes and solves a world",
    ] = None


def kernel() -> Kernel:
    """Return the compiled model; importing it is slow."""
    from detente.ensemble.encode.world import encode_all  # noqa: PLC0415  kept out of a cold start
    from detente.ensemble.memory import Memory  # noqa: PLC0415
    from detente.kernel import ahead, causes, crisis, draws, jit, seated, solution  # noqa: PLC0415

    def remembering(policies: int, wars: int | None = None) -> Kernel:
        memory = Memory(policies, wars)
        return plain._replace(encode=memory.encode, solve=memory.solve)

    def branch(world: Any, solved: Any, *, seed: int, at: Branching) -> Rows:
        chapters = (seated.Chapter(0, world, solved),)
        turn = seated.BranchStart(draws.Draws(seed, at.world, at.future, 0, 0), at.day)
        others = NUMBERED + np.arange(at.branches)
        return seated.play_branches(chapters, seated.Seating((), ()), turn, others)

    calls = (
        encode_all,
        solution.solve,
        crisis.play,
        crisis.trace_future,
        causes.play_subsets,
        jit.is_warm,
    )
    plain = Kernel(*calls, branch, remembering, ahead.compile_all)
    return plain


class ClusterError(DetenteError):
    """A cluster cannot be used, or can no longer be used."""


class Progress(NamedTuple):
    """The progress of a run."""

    done: Annotated[int, "futures played"]
    total: Annotated[int, "futures asked for, over all options"]
    seconds: Annotated[float, "time since the start without compiling [s]"]
    is_compiling: Annotated[bool, "the model is being compiled, once"]
    is_waiting: Annotated[bool, "a cluster has no worker yet"] = False
    kept: Annotated[int, "those of `done` that were stored before the start"] = 0

    @property
    def seconds_left(self) -> float | None:
        """Return the time that the rest takes at this pace [s]; None before anything is done."""
        own = self.done - self.kept
        return self.seconds * (self.total - self.done) / own if own > 0 else None

    def after(self, before: "Progress") -> "Progress":
        """Return the progress of this step and of those before it together."""
        done, seconds = before.done + self.done, before.seconds + self.seconds
        total, kept = before.done + self.total, before.kept + self.kept
        return self._replace(done=done, total=total, seconds=seconds, kept=kept)


Listener: TypeAlias = Callable[[Progress], None]
"""Called with the progress of work."""


class Job(NamedTuple):
    """One world of one option, with the parts that need futures of it."""

    option: str
    world: int
    parts: tuple[Part, ...]


class Branching(NamedTuple):
    """The point at which branches leave a future, and their number."""

    world: int
    future: int
    day: Annotated[int, "day until which all branches use the future's draws [days]"]
    branches: int


class Stretch(NamedTuple):
    """Consecutive futures of one world."""

    world: int
    first: int
    futures: int


@dataclass(frozen=True)
class Stage:
    """Everything that the jobs of a run share."""

    kernel: Kernel
    settings: Settings
    crises: Mapping[str, Crisis]
    values: Mapping[str, Values]
    folder: Path
    first_world: Annotated[int, "the world of the first value in `values`"] = 0
    identities: Annotated[Mapping[str, str], "checksum that seals the parts of each option"] = (
        field(default_factory=dict)
    )
    rules: Annotated[tuple[Any, ...], "own rules of both sides; empty if neither has one"] = ()

    @property
    def by_rules(self) -> dict[str, Any]:
        """Return the kernel's keyword arguments for own rules, empty if there are none."""
        return {"rules": self.rules} if self.rules else {}

    def remembering(self, *, in_run: bool = False) -> "Stage":
        """Return a copy whose kernel caches what worlds have in common.

        `in_run`: while a run is played, less is used again than by the questions about it; war
        tables only if it has several options.
        """
        make, (played, asked) = self.kernel.remembering, REMEMBERED[self.settings.grid]
        if make is None:
            return self
        settings = self.settings
        if in_run and len(settings.options) == 1:
            return replace(self, kernel=make(played, wars=WARS_A_THREAD * settings.threads))
        return replace(self, kernel=make(played if in_run else asked))

    def encoded(self, option: str, world: int, *, stakes: Mapping[str, float] | None = None) -> Any:
        """Return the kernel's record for one world of an option.

        `stakes`: numbers that decide the disputes about the talks, if not the world's own.
        """
        return self.kernel.encode(
            self.crises[option],
            self.numbers(option, world),
            grid=self.settings.grid,
            horizon=self.settings.horizon,
            **({} if stakes is None else {"stakes": stakes}),
        )

    def numbers(self, option: str, world: int) -> dict[str, float]:
        """Return every number of one world of an option, by dotted path."""
        place = world - self.first_world
        return {path: float(drawn[place]) for path, drawn in self.values[option].items()}

    def solved(self, option: str, world: int) -> tuple[Any, Any]:
        """Return the record of a world and its policies, with the exploitability in some worlds.

        Raises `UnsolvedError`, which names the world and its largest numbers, if it cannot be
        solved.
        """
        is_judged = world % EXPLOITED_EVERY == 0
        try:
            encoded = self.encoded(option, world)
            return encoded, self.kernel.solve(encoded, with_exploitability=is_judged)
        except UnsolvedError as fault:
            raise self.named(fault, option, world) from fault

    def named(self, fault: UnsolvedError, option: str, world: int) -> UnsolvedError:
        """Return the error with its world and the numbers that are largest there.

        The size of a number is its absolute value divided by the largest that its field allows.
        """
        values, place = self.values[option], world - self.first_world
        sizes = {
            path: abs(float(values[path][place])) / max(map(abs, number.limits))
            for path, number in self.crises[option].numbers.items()
            if DOMAINS[number.domain].is_open
        }
        largest = sorted(sizes, key=lambda path: -sizes[path])[:MOST_NAMED]
        listed = ", ".join(f"{path} = {float(values[path][place]):.4g}" for path in largest)
        hint = f"its largest numbers for what they may be: {listed}; lower those in the pack"
        where = f"set of assumptions {world} of {option}"
        return UnsolvedError(fault.what, where=where, hint=hint)

    def played(self, encoded: Any, solved: Any, stretch: Stretch, elsewhere: int = 0) -> Rows:
        """Play consecutive futures of a world.

        `elsewhere`: a bit mask of the purposes that use the draws of another future, with the index
        FAR added.
        """
        taken = {"offset": FAR, "purposes": elsewhere} if elsewhere else {}
        return self.kernel.play(
            encoded,
            solved,
            seed=self.settings.seed,
            number=stretch.world,
            first=stretch.first,
            futures=stretch.futures,
            **taken,
            **self.by_rules,
        )

    def followed(self, encoded: Any, solved: Any, world: int, future: int) -> np.ndarray:
        """Play one future again and return its trace."""
        return self.kernel.follow(
            encoded,
            solved,
            seed=self.settings.seed,
            number=world,
            future=future,
            **self.by_rules,
        )

    def branched(self, encoded: Any, solved: Any, branching: Branching) -> Rows:
        """Play one future again up to a day, and then its branches with other draws."""
        return self.kernel.branch(encoded, solved, seed=self.settings.seed, at=branching)


class PlayedSlice(NamedTuple):
    """The futures of one world that belong to one part, with the solver's report."""

    part: Part
    world: int
    rows: Rows
    report: SolverReport


@dataclass
class Shelf:
    """Holds worlds until their part is complete, then stores the part."""

    folder: Path
    identities: Mapping[str, str]
    waiting: dict[Part, dict[int, PlayedSlice]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, piece: PlayedSlice) -> None:
        """Add one world's futures to a part."""
        part = piece.part
        with self.lock:
            held = self.waiting.setdefault(part, {})
            held[piece.world] = piece
            if len(held) < part.worlds:
                return
            del self.waiting[part]
        together = np.concatenate([held[world].rows for world in sorted(held)])
        reports = {world: one.report for world, one in held.items()}
        store.write(self.folder, part, together, reports, self.identities[part.option])


def jobs(parts: Iterable[Part]) -> list[Job]:
    """Return the worlds to play to make the given parts."""
    wanted: dict[tuple[str, int], list[Part]] = {}
    for part in parts:
        for world in range(part.first_world, part.first_world + part.worlds):
            wanted.setdefault((part.option, world), []).append(part)
    return [Job(option, world, tuple(needed)) for (option, world), needed in wanted.items()]


class Clock:
    """Reports the progress of a run, without the time of compiling."""

    def __init__(self, total: int, progress: Listener | None, kept: int = 0) -> None:
        self.total = total
        self.done = self.kept = kept
        self.started = time.monotonic()
        self.compiling_since: float | None = None
        self.progress = progress

    @property
    def seconds(self) -> float:
        """Return the time since the start, without the time of compiling [s]."""
        return (self.compiling_since or time.monotonic()) - self.started

    def report(self, more: int, *, is_compiling: bool = False, is_waiting: bool = False) -> None:
        """Count `more` futures as played and tell the listener."""
        if self.compiling_since is not None and not is_compiling:
            self.started += time.monotonic() - self.compiling_since
            self.compiling_since = None
        elif self.compiling_since is None and is_compiling:
            self.compiling_since = time.monotonic()
        self.done += more
        if self.progress is not None:
            now = self.done, self.total, self.seconds, is_compiling, is_waiting, self.kept
            self.progress(Progress(*now))


class WholeWork:
    """Reports several steps, each with its own progress, as one piece of work.

    `planned` is their total as far as it is known; they may have more.
    """

    def __init__(self, listener: Listener, planned: int = 0) -> None:
        self.listener = listener
        self.planned = planned
        self.over = self.step = Progress(0, 0, 0.0, is_compiling=False)

    def __call__(self, step: Progress) -> None:
        """Take the progress of a step, the last one or a new one."""
        last = self.step
        # A total may grow within a step.
        if step.total < last.total or step.done < last.done or step.seconds < last.seconds:
            self.over = last.after(self.over)
        self.step, whole = step, step.after(self.over)
        self.listener(whole._replace(total=max(self.planned, whole.total)))


class WorkInParts:
    """Reports several parts, which take about equally long, as one piece of work.

    What a part finds done counts as kept; so does a part that reports nothing.
    """

    THOUSAND = 1000
    """Total of all parts."""

    def __init__(self, listener: Listener, parts: int) -> None:
        self.listener = listener
        self.parts = parts
        self.begun, self.done, self.seconds, self.kept = 0, 0, 0.0, 0.0
        self.last: Progress | None = None

    def begin(self) -> Listener:
        """Begin the next part, and return its listener."""
        if self.begun:
            self.seconds += 0.0 if self.last is None else self.last.seconds
            self.kept += 1.0 if self.last is None else self.last.kept / max(1, self.last.total)
        self.begun, self.last = self.begun + 1, None
        return WholeWork(self._hear)

    def _hear(self, part: Progress) -> None:
        self.last = part
        done, kept = (one / max(1, part.total) for one in (part.done, part.kept))
        # The share of a part falls when its total grows. A listener would take that for new work.
        done = round(self.THOUSAND * (self.begun - 1 + done) / self.parts)
        self.done = max(self.done, done)
        self.listener(
            part._replace(
                done=self.done,
                total=self.THOUSAND,
                seconds=self.seconds + part.seconds,
                kept=round(self.THOUSAND * (self.kept + kept) / self.parts),
            )
        )


Perform: TypeAlias = Callable[[Stage, list[Job], Clock], None]
"""Plays jobs and stores their parts in the stage's folder."""


def perform(stage: Stage, wanted: list[Job], clock: Clock) -> None:
    """Play jobs on threads; an interrupt stops them soon and leaves only complete parts."""
    if not wanted:
        return
    shelf = Shelf(stage.folder, stage.identities)
    stage = stage.remembering(in_run=True)
    warm_up(stage, wanted[0].option, wanted[0].world, clock)

    def play(job: Job, stop: threading.Event) -> int:
        done = 0
        for piece in do(stage, job, stop):
            shelf.put(piece)
            done += piece.part.futures
        return done

    on_threads(play, wanted, stage.settings.threads, clock.report)


def warm_up(stage: Stage, option: str, world: int, clock: Clock) -> None:
    """Compile the model, if needed, by encoding and solving a world, which is not stored."""
    if stage.kernel.is_warm():
        return

    def solve_one() -> None:
        with suppress(UnsolvedError):  # reported when the world is played
            stage.solved(option, world)

    # Compiled by the main thread, which receives interrupts at once.
    clock.report(0, is_compiling=True)
    if stage.kernel.compile_all is not None:
        stage.kernel.compile_all(solve_one, processors=processors())
    clock.report(0)


def on_threads(
    work: Callable[[Task, threading.Event], Found],
    tasks: Iterable[Task],
    threads: int,
    take: Callable[[Found], object],
    *,
    ahead: int | None = None,
) -> None:
    """Work on tasks, several at a time, and pass each result to `take`, in the order of tasks.

    The event that `work` gets is set after an error or an interrupt; tasks that have not begun then
    never do. `ahead` is the number of tasks for each thread that may begin before the first result
    is taken, which limits memory; by default all.
    """
    stop, left = threading.Event(), iter(tasks)
    pool = ThreadPoolExecutor(threads, thread_name_prefix="detente")
    try:
        first = islice(left, None if ahead is None else ahead * threads)
        begun = deque(pool.submit(work, task, stop) for task in first)
        while begun:
            take(begun.popleft().result())
            begun.extend(pool.submit(work, task, stop) for task in islice(left, 1))
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)


def each_world(
    read: Callable[[int], Found], worlds: int, threads: int, clock: Clock, *, count: int = 1
) -> list[Found]:
    """Return what `read` gives for each world, on threads, in the order of the worlds.

    The first is read before the others, so that one thread compiles the kernel if needed. The clock
    counts `count` for each.
    """
    found: list[Found] = []

    def take(one: Found) -> None:
        found.append(one)
        clock.report(count)

    take(read(0))
    on_threads(lambda world, _stop: read(world), range(1, worlds), threads, take)
    return found


def do(stage: Stage, job: Job, stop: threading.Event) -> Iterator[PlayedSlice]:
    """Encode, solve and play one world, part by part; its policies are dropped afterwards.

    Raises `UnsolvedError`, which names the world and its numbers, if it cannot be solved.
    """
    if stop.is_set():
        return
    encoded, solved = stage.solved(job.option, job.world)
    report = {name: float(getattr(solved.report, name)) for name in SOLVER_FIGURES}
    report["exploitability"] = float(max(solved.report.exploitability))
    for part in job.parts:
        if stop.is_set():
            return
        stretch = Stretch(job.world, part.first_future, part.futures)
        yield PlayedSlice(part, job.world, stage.played(encoded, solved, stretch), report)
