"""The command line."""

import sys
from collections.abc import Sequence

INTERRUPTED = 130
"""Status of what Ctrl-C stopped."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        from detente.cli.boundary import run_command  # noqa: PLC0415  keeps the import free

        return run_command(given)
    except KeyboardInterrupt as stop:  # before the command began or after it ended
        return int(getattr(stop, "status", INTERRUPTED))
