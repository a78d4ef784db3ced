"""The command line: one command, by what it is stopped, and its exit status."""

import signal
import sys
from collections.abc import Sequence
from types import FrameType

STOPPING = (signal.SIGINT, signal.SIGTERM)
"""Signals that ask a command to stop; its status is then 128 and the number of the signal."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; that of this process unless any are given.

    A signal that asks it to stop is an interrupt within the command, as Ctrl-C is. What it meets on
    its way may put another in its place, or an error of its own; the status is that of the signal
    all the same. One that was ignored before, as by `nohup`, still is.
    """
    received: list[int] = []

    def interrupt(number: int, _frame: FrameType | None) -> None:
        received.append(number)
        raise KeyboardInterrupt

    heeded = [one for one in STOPPING if signal.getsignal(one) != signal.SIG_IGN]
    before = {number: signal.signal(number, interrupt) for number in heeded}
    try:
        from detente.cli.boundary import run_command  # noqa: PLC0415  keeps the import free

        status = run_command(list(sys.argv[1:] if arguments is None else arguments))
    except (KeyboardInterrupt, Exception):
        if not received:
            raise
        status = 0
    finally:
        for number, did in before.items():
            # Nothing follows but the end of the process, in which no interrupt is caught any more.
            signal.signal(number, signal.SIG_IGN if arguments is None else did)
    return 128 + received[-1] if received else status
