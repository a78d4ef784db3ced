"""Runs one command of the command line and returns its exit status."""

import signal
import sys
from collections.abc import Sequence
from threading import Timer
from types import FrameType

STOPPING = (signal.SIGINT, signal.SIGTERM)
"""Signals that ask a command to stop; its status is then 128 and the number of the signal."""
SOON = 0.02
"""Time until an interrupt that was lost is sent again [s]."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; without arguments, those of this process.

    A stopping signal interrupts the command as Ctrl-C does. The exit status is that of the signal
    even if the interrupt becomes another error on its way. Signals that were ignored before, as by
    `nohup`, stay ignored.
    """
    received: list[int] = []

    def interrupt(number: int, _frame: FrameType | None) -> None:
        received.append(number)
        raise KeyboardInterrupt

    def come_again(lost: "sys.UnraisableHookArgs") -> None:
        # A library that cannot pass an interrupt on loses it, with what it left half made.
        if received and issubclass(lost.exc_type, KeyboardInterrupt):
            Timer(SOON, signal.raise_signal, (received[-1],)).start()
        elif not received:
            hook(lost)

    hook, sys.unraisablehook = sys.unraisablehook, come_again
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
        sys.unraisablehook = hook
        # Python ends by the signal if the last text that it read as code was interrupted, as those
        # of dataclasses may be, whatever the status; reading another forgets that.
        eval("None")  # noqa: S307
    return 128 + received[-1] if received else status
