"""The command line: one command, by what it is stopped, and its exit status."""

import os
import signal
import sys
from _thread import interrupt_main
from collections.abc import Sequence
from threading import Timer
from types import FrameType, TracebackType
from typing import Any

INTERRUPTED = 128 + signal.SIGINT
"""Status of what Ctrl-C stopped."""
STOPPING = (signal.SIGINT, signal.SIGTERM)
SOON = 0.02
"""How long after an interrupt that was lost the next one comes [s]."""


class Stopped(Exception):  # noqa: N818  an interrupt, not a fault
    """A command was stopped from outside."""

    def __init__(self, interrupt: KeyboardInterrupt) -> None:
        self.hint = "; ".join(getattr(interrupt, "__notes__", []))
        super().__init__("stopped")


class PipeClosed(Exception):  # noqa: N818  the reader's right
    """Whoever read the output has gone."""


class Stop:
    """Turns the signals that ask a command to stop into interrupts, and keeps which came last.

    What an interrupt meets on its way may put another in its place, or an error of its own; the
    status is that of the signal all the same. Where a library cannot pass it on and loses it, it
    comes again, and what it left half made is let go without a word. Once `is_over` is set, signals
    change nothing.

    Parameters
    ----------
    is_last
        Nothing follows the command but the end of the process, in which Python no longer catches
        interrupts: signals are ignored from then on. Otherwise they do what they did before.
    """

    def __init__(self, *, is_last: bool) -> None:
        self.is_last = is_last
        self.is_asked = False
        self.is_over = False
        self.status = INTERRUPTED
        self.before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> "Stop":
        """Heed the signals; one that was ignored before, as by `nohup`, still is."""
        for number in STOPPING:
            if signal.getsignal(number) != signal.SIG_IGN:
                self.before[number] = signal.signal(number, self._interrupt)
        self.hook, sys.unraisablehook = sys.unraisablehook, self._come_again
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _place: TracebackType | None,
    ) -> None:
        """Ignore the signals, or let them do what they did before."""
        for number, before in self.before.items():
            signal.signal(number, signal.SIG_IGN if self.is_last else before)
        sys.unraisablehook = self.hook
        if self.is_last:
            # Python ends by the signal if the last text that it read as code was interrupted,
            # as those of dataclasses may be, whatever the status; reading another forgets that.
            eval("None")  # noqa: S307

    def _interrupt(self, number: int, _frame: FrameType | None) -> None:
        if self.is_over:
            return
        self.is_asked = True
        self.status = 128 + number
        raise KeyboardInterrupt

    def _come_again(self, lost: "sys.UnraisableHookArgs") -> None:
        if issubclass(lost.exc_type, KeyboardInterrupt):
            Timer(SOON, send, (signal.Signals(self.status - 128),)).start()
        elif not self.is_asked:
            self.hook(lost)


def send(number: signal.Signals) -> None:
    """Send a signal to this process."""
    if os.name == "nt":
        interrupt_main(number)  # there a signal that is sent ends the process at once
    else:
        os.kill(os.getpid(), number)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; that of this process unless any are given.

    A signal that comes once the command has ended changes nothing: the process is about to end.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    with Stop(is_last=arguments is None) as stop:
        try:
            from detente.cli.boundary import run_command  # noqa: PLC0415  keeps the import free

            status = run_command(given, stop)
            stop.is_over = True
        except (KeyboardInterrupt, Exception) as stopped:
            # An interrupt before the command began or after it ended, or an error in its place.
            if not (stop.is_asked or isinstance(stopped, KeyboardInterrupt)):
                raise
            stop.is_over = True
            status = stop.status
    return status
