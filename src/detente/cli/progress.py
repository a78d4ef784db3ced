"""Reports progress of a command, in a bar or in a log."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs

import sys
from types import TracebackType
from typing import Any

from detente.cli import terminal
from detente.ensemble.runners import Progress, WholeWork

COMPILING = "compiling the model once; later runs start at once"
WAITING = "no worker is there yet; waiting for one"
STEP = 0.1
"""Progress after which a log gets another line."""
SOONEST, LATEST = 5.0, 30.0
"""Shortest and longest time between two lines of a log [s]."""

BYTES_A_FUTURE = 52
"""Size of a stored future (measured on the first pack) [bytes]."""


class ProgressReport:
    """Reports progress in a bar or in a log, unless the output is to be quiet.

    Steps that count separately are shown as one piece of work; compiling is not counted.
    """

    def __init__(self, doing: str = "playing", unit: str = "courses of events") -> None:
        self.is_shown = terminal.FORM.get().shows_progress
        self.doing = doing
        self.unit = unit
        self.whole = WholeWork(self._say)
        self.last = (0.0, 0.0)
        self.said: set[str] = set()
        is_watched = self.is_shown and terminal.obeys_codes(sys.stderr)
        self.bar = None
        if is_watched:
            from rich import progress
            from rich.console import Console

            self.bar = progress.Progress(
                progress.TextColumn("{task.description}"),
                progress.BarColumn(),
                progress.TaskProgressColumn(),
                progress.TextColumn("{task.fields[left]}"),
                console=Console(stderr=True),
                transient=True,
            )

    def __enter__(self) -> "ProgressReport":
        """Start the bar."""
        if self.bar is not None:
            self.bar.start()
            self.task = self.bar.add_task(self.doing, total=None, left="")
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
        """Take note of the progress of a step."""
        self.whole(progress)

    def _say(self, progress: Progress) -> None:
        """Report the progress of all work."""
        said = self.doing
        if progress.is_compiling:
            said = COMPILING
        elif progress.is_waiting:
            said = WAITING
        is_at_work, left, seconds = said == self.doing, progress.seconds_left, progress.seconds
        ends = f"about {left:.0f} s left" if is_at_work and left is not None else ""
        if self.bar is not None:
            far: dict[str, Any] = {"completed": progress.done, "total": progress.total}
            self.bar.update(self.task, **far, description=said, left=ends)
            return
        # In a log what is waited for stands once, and now and then how far the work has come.
        if not is_at_work and self.is_shown and said not in self.said:
            terminal.warn(said)
            self.said.add(said)
        if not is_at_work or not self.is_shown:
            return
        share, since = progress.done / max(progress.total, 1), seconds - self.last[1]
        if since < SOONEST or (since < LATEST and share - self.last[0] < STEP):
            return
        self.last = (share, seconds)
        done = f"{progress.done:,} of {progress.total:,} {self.unit}"
        if not self.unit:
            done = f"{share:.0%}"
        terminal.warn(f"{said}: {done} in {seconds:.0f} s{ends and f', {ends}'}")
