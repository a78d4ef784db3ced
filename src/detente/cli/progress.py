"""How far a run has come, told on the standard error: a bar for a person, a line for a log."""

import sys
from types import TracebackType
from typing import TYPE_CHECKING

from detente.cli import terminal
from detente.ensemble.runners import Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

COMPILING = "compiling the model once; later runs start at once"
WAITING = "no worker is there yet; waiting for one"
STEP = 0.1
"""Part of the whole after which a log gets another line."""
SOONEST, LATEST = 5.0, 30.0
"""No line of a log follows the one before sooner, and one follows by then whatever was done [s]."""


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
    from rich import progress  # noqa: PLC0415  only where someone watches
    from rich.console import Console  # noqa: PLC0415

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
