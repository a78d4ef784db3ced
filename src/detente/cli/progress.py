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


class Teller:
    """Listens to a run and tells how far it has come."""

    def __init__(self, *, quiet: bool, doing: str = "playing", unit: str = "futures") -> None:
        self.quiet = quiet
        self.doing = doing
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
        elif said != self.doing and not self.quiet and said not in self.told:
            terminal.warn(said)
            self.told.add(said)


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
