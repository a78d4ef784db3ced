"""The commands as one group: how they are listed, and what stops them."""

import sys
from typing import Any

from typer.core import TyperGroup

LONGEST_HELP = 66
"""What fits beside the longest name in a terminal of 80 columns [characters]."""


class Stopped(Exception):  # noqa: N818  an interrupt, not a fault
    """A command was stopped from outside."""

    def __init__(self, interrupt: KeyboardInterrupt) -> None:
        self.hint = "; ".join(getattr(interrupt, "__notes__", []))
        super().__init__("stopped")


class PipeClosed(Exception):  # noqa: N818  the reader's right
    """Whoever read the output has gone."""


class Commands(TyperGroup):
    """The commands; an interrupt or a closed pipe keeps its meaning."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named."""
        try:
            status = super().invoke(ctx)
            sys.stdout.flush()
        except KeyboardInterrupt as interrupt:
            raise Stopped(interrupt) from interrupt
        except BrokenPipeError as fault:
            raise PipeClosed from fault
        return status

    def format_commands(self, _ctx: Any, formatter: Any) -> None:
        """List the commands in their groups, in a pipe as in a terminal."""
        panels: dict[str, list[tuple[str, str]]] = {}
        for name, command in self.commands.items():
            panel = getattr(command, "rich_help_panel", "") or "Commands"
            row = name, command.get_short_help_str(limit=LONGEST_HELP)
            panels.setdefault(panel, []).append(row)
        for panel, rows in panels.items():
            with formatter.section(panel):
                formatter.write_dl(rows)
