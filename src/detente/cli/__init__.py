"""The command line."""

import sys
from collections.abc import Sequence

from detente.cli.stopping import Stop


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
