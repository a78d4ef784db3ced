"""The command line."""

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    from detente.cli.boundary import run_command  # noqa: PLC0415  keeps `import detente.cli` free

    return run_command(given)
