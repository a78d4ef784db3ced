"""How long a command takes: what it will take, and how far it has come."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Any

from detente.cli import terminal
from detente.ensemble.runners import Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from detente.ensemble.record import Settings
    from detente.questions.hypotheses import PlannedTests

COMPILING = "compiling the model once; later runs start at once"
WAITING = "no worker is there yet; waiting for one"
STEP = 0.1
"""Part of the whole after which a log gets another line."""
SOONEST, LATEST = 5.0, 30.0
"""No line of a log follows the one before sooner, and one follows by then whatever was done [s]."""

SECONDS_A_WORLD = {"tiny": 0.09, "coarse": 0.12, "normal": 0.25, "fine": 0.57}
"""Time to set up and solve one world on one core (measured on two-core x86-64) [s]."""
SECONDS_A_FUTURE = 50e-6
"""Time to play and store one future on one core (the same machine) [s]."""
BYTES_A_FUTURE = 52
"""Size of a stored future (measured on the first pack) [bytes]."""

SECONDS_A_JUDGEMENT = 1.0
"""Time to solve and set out all that a world is judged by, on one core [s]."""
SECONDS_A_JUDGED_FUTURE = 3e-3
"""And to play one future with each subset of the mechanisms [s]."""
SECONDS_AN_INTERVENTION = 0.06
"""Time to play one world with a change on one core (the same machine) [s]."""
SECONDS_OF_DRIVERS = 2.2
"""Time that each world of drivers takes at most, over all that is moved in it (the same machine)
[s]."""
SECONDS_OF_RAIDS = 0.01
"""Time to fight one world's raids on one core (the same machine) [s]."""
SECONDS_A_TRACE = 0.014
"""Time to follow one future day by day on one core (the same machine, while busy) [s]."""


class Teller:
    """Listens to a run and tells how far it has come."""

    def __init__(self, *, quiet: bool, doing: str = "playing", unit: str = "futures") -> None:
        self.quiet = quiet
        self.doing = doing
        self.unit = unit
        self.last = (0.0, 0.0)
        self.told: set[str] = set()
        self.bar = None if quiet or not terminal.is_terminal(sys.stderr) else _bar(unit)

    def __enter__(self) -> "Teller":
        """Start the bar."""
        if self.bar is not None:
            self.bar.start()
            self.task = self.bar.add_task(self.doing, total=None)
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _place: TracebackType | None,
    ) -> None:
        """Take the bar away."""
        if self.bar is not None:
            self.bar.stop()

    def __call__(self, progress: Progress) -> None:
        """Tell how far the run has come."""
        said = self.doing
        if progress.is_compiling:
            said = COMPILING
        elif progress.is_waiting:
            said = WAITING
        if self.bar is not None:
            self.bar.update(
                self.task, completed=progress.done, total=progress.total, description=said
            )
        elif not self.quiet:
            self._log(progress, said)

    def _log(self, progress: Progress, said: str) -> None:
        """Tell a log what is waited for, once, and now and then how far the run has come."""
        if said != self.doing:
            if said not in self.told:
                terminal.warn(said)
                self.told.add(said)
            return
        share, seconds = progress.done / max(progress.total, 1), progress.seconds
        if seconds < self.last[1]:
            self.last = (0.0, 0.0)  # a further step of the same command
        since = seconds - self.last[1]
        if since < SOONEST or (since < LATEST and share - self.last[0] < STEP):
            return
        self.last = (share, seconds)
        left = f", about {seconds * (1.0 / share - 1.0):.0f} s left" if share > 0.0 else ""
        terminal.warn(
            f"{said}: {progress.done:,} of {progress.total:,} {self.unit} in {seconds:.0f} s{left}"
        )


def _bar(unit: str) -> "Bar":
    from rich import progress
    from rich.console import Console

    return progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TextColumn(f"{unit},"),
        progress.TimeRemainingColumn(compact=True),
        progress.TextColumn("left"),
        console=Console(stderr=True),
        transient=True,
    )


def estimate_causes(worlds: int, futures: int) -> float:
    """Return how long it takes to judge so many futures of so many worlds, on one core [s]."""
    return worlds * (SECONDS_A_JUDGEMENT + futures * SECONDS_A_JUDGED_FUTURE)


def estimate_drivers(worlds: int) -> float:
    """Return how long it takes to find what an outcome turns on, on one core, at most [s]."""
    return worlds * SECONDS_OF_DRIVERS


def estimate_worlds(settings: "Settings", worlds: int, futures: int) -> float:
    """Return how long it takes to play so many worlds of so many futures, on one core [s]."""
    return worlds * (SECONDS_A_WORLD[settings.grid] + futures * SECONDS_A_FUTURE)


def estimate_hypotheses(plan: "PlannedTests") -> float:
    """Return how long it takes to test hypotheses, on the threads of the plan [s]."""
    from detente.questions.causes.coalitions import FUTURES

    playing = plan.played * SECONDS_AN_INTERVENTION + plan.raided * SECONDS_OF_RAIDS
    following = plan.followed * SECONDS_A_TRACE
    return (playing + estimate_causes(plan.judged, FUTURES)) / plan.threads + following


def estimate(settings: "Settings") -> dict[str, Any]:
    """Return what a run of this size takes: worlds, futures, time and disk."""
    from detente.ensemble.store import count_parts

    sizes = [
        (settings.worlds_of(option), settings.futures_of_a_world) for option in settings.options
    ]
    seconds = sum(estimate_worlds(settings, *size) for size in sizes)
    return {
        "options": len(settings.options),
        "worlds": settings.worlds,
        "option_worlds": settings.shared_worlds,
        "futures": settings.played,
        "seconds": seconds / settings.threads,
        "bytes": settings.played_in_all * BYTES_A_FUTURE,
        "parts": sum(count_parts([size], settings.chunk) for size in sizes),
    }
