"""The list of commands, in the order of the work: write, play, read, follow."""

import sys
from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperGroup

from detente.cli import (
    PipeClosed,
    Stopped,
    causes,
    check,
    compare,
    diff,
    discover,
    drivers,
    engage,
    evidence,
    hypotheses,
    lab,
    packs,
    replay,
    report,
    run,
    show,
    solve,
    terminal,
    trace,
    update,
)

WRITE, PLAY, READ, FOLLOW = "Write", "Play", "Read", "Follow"
MAINTAIN = "Maintain"
ROOM = min(terminal.room_of(sys.stdout) or 0, terminal.WIDEST)
FRAMED = 70
"""In a narrower terminal help in frames would cut the names of options [characters]."""

LONGEST_HELP = 66
"""What fits beside the longest name in a terminal of 80 columns [characters]."""


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


app = typer.Typer(
    name="detente",
    cls=Commands,
    help="Play an international crisis many times: how it may end, why, and what would help.",
    epilog="Example: detente run oman-2026",
    pretty_exceptions_enable=False,
    rich_markup_mode="rich" if ROOM >= FRAMED else None,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "terminal_width": ROOM or None},
)


@app.callback()
def _everywhere(
    _version: bool = typer.Option(False, "--version", help="Print the version."),
) -> None:
    pass


laboratory = typer.Typer(
    help="Print the form of packs or base rates; calibrate; compile.",
    epilog="Example: detente lab schema",
)
app.add_typer(laboratory, name="lab", rich_help_panel=MAINTAIN)


def _add(name: str, function: Callable[..., Any], panel: str, example: str) -> None:
    epilog = f"Example: detente {example}"
    app.command(name, rich_help_panel=panel, epilog=epilog)(function)


_add("new", packs.new, WRITE, "new my-crisis")
_add("check", check.check, WRITE, "check ./my-crisis")
_add("evidence", evidence.evidence, WRITE, "evidence oman-2026")
_add("list", packs.list_all, WRITE, "list")
_add("run", run.run, PLAY, "run oman-2026 --options hotline,guarantees")
_add("engage", engage.engage, PLAY, "engage oman-2026 --side defender")
_add("solve", solve.solve, PLAY, "solve oman-2026")
_add("show", show.show, READ, "show")
_add("causes", causes.causes, READ, "causes --worlds 16")
_add("drivers", drivers.drivers, READ, "drivers --outcome any_war")
_add("discover", discover.discover, READ, "discover --outcome deal")
_add("compare", compare.compare, READ, "compare --outcome any_war")
_add("hypotheses", hypotheses.hypotheses, READ, "hypotheses --only no_way_back")
_add("trace", trace.trace, READ, "trace --future 12:345")
_add("report", report.report, READ, "report --tlp amber")
_add("update", update.update, FOLLOW, "update --next")
_add("replay", replay.replay, FOLLOW, "replay --worlds 8")
_add("diff", diff.diff, FOLLOW, "diff oman-2026 ./my-crisis")

laboratory.command("schema", epilog="Example: detente lab schema --draft 4")(lab.schema)
laboratory.command("rates", epilog="Example: detente lab rates crises.csv")(lab.rates)
laboratory.command("calibrate", epilog="Example: detente lab calibrate fit")(lab.calibrate)
laboratory.command("warmup", epilog="Example: detente lab warmup")(lab.warmup)
