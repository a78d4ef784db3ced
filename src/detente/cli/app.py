"""The list of commands, in the order of the work: write, play, read, follow."""

import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from detente.cli import (
    PipeClosed,
    Stopped,
    evidence,
    follow,
    look,
    maintain,
    play,
    read,
    seats,
    serve,
    terminal,
    write,
)

WRITE, PLAY, READ, FOLLOW = "Write", "Play", "Read", "Follow"
MAINTAIN = "Maintain"
ROOM = min(terminal.room_of(sys.stdout) or 0, terminal.WIDEST)
FRAMED = 70
"""In a narrower terminal help in frames would cut the names of options [characters]."""

LONGEST_HELP = 66
"""What fits next to the longest name in a terminal of 80 columns [characters]."""


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
    help="Forms of packs, base rates; calibrate, back-test, compile.",
    epilog="Example: detente lab schema",
)
tracking = typer.Typer(
    cls=follow.FolderFirst,
    help="Keep dated, sealed forecasts of a crisis; say how they fared.",
    epilog="Example: detente track ./followed --run april",
    subcommand_metavar="FOLDER | COMMAND [ARGS]...",
    no_args_is_help=True,
)
app.add_typer(tracking, name="track", rich_help_panel=FOLLOW)
app.add_typer(laboratory, name="lab", rich_help_panel=MAINTAIN)


@cache
def commands() -> Callable[..., Any]:
    """Return the commands as they are run, built once: that takes as long as a short command."""
    return get_command(app)


def _add(name: str, function: Callable[..., Any], panel: str, example: str) -> None:
    epilog = f"Example: detente {example}"
    app.command(name, rich_help_panel=panel, epilog=epilog)(function)


_add("new", write.new, WRITE, "new my-crisis")
_add("check", write.check, WRITE, "check ./my-crisis")
_add("evidence", evidence.evidence, WRITE, "evidence oman-2026")
_add("read", evidence.read, WRITE, "read article.txt -o draft.toml -p ./my-crisis")
_add("explain", write.explain, WRITE, "explain oman-2026 talks.fade_rate")
_add("list", write.list_all, WRITE, "list")
_add("run", play.run, PLAY, "run oman-2026 --options hotline,guarantees")
_add("play", seats.play, PLAY, "play oman-2026 --seat iran")
_add("engage", play.engage, PLAY, "engage oman-2026 --side defender")
_add("solve", play.solve, PLAY, "solve oman-2026")
_add("show", look.show, READ, "show")
_add("causes", read.causes, READ, "causes --worlds 16")
_add("drivers", read.drivers, READ, "drivers --outcome any_war")
_add("whatif", look.whatif, READ, "whatif actors.us.war_cost=0.1:0.3:3")
_add("discover", read.discover, READ, "discover --outcome deal")
_add("compare", read.compare, READ, "compare --outcome any_war")
_add("hypotheses", read.hypotheses, READ, "hypotheses --only no_way_back")
_add("ask", look.ask, READ, "ask --by 2026-04-01 --given first_force_by=us")
_add("find", look.find, READ, "find --ending war --begun-by us --typical")
_add("trace", look.trace, READ, "trace --future 12:345")
_add("report", read.report, READ, "report --tlp amber")
_add("serve", serve.serve, READ, "serve oman-2026")
_add("update", follow.update, FOLLOW, "update --next")
_add("replay", follow.replay, FOLLOW, "replay --worlds 8")
_add("diff", follow.diff, FOLLOW, "diff oman-2026 ./my-crisis")

tracking.command("show", epilog="Example: detente track ./followed --run april")(follow.track)
tracking.command(
    "resolve",
    epilog="Example: detente track resolve ./followed any_war_2031_03_31 --did-not "
    "--on 2031-03-31 --source 'two news agencies' --by 'A. Analyst'",
)(follow.resolve)
tracking.command("verify", epilog="Example: detente track verify ./followed --head DIGEST")(
    follow.verify
)

laboratory.command("schema", epilog="Example: detente lab schema --draft 4")(maintain.schema)
laboratory.command("rates", epilog="Example: detente lab rates crises.csv")(maintain.rates)
laboratory.command("calibrate", epilog="Example: detente lab calibrate fit")(maintain.calibrate)
laboratory.command("backtest", epilog="Example: detente lab backtest crises.csv")(maintain.backtest)
laboratory.command("warmup", epilog="Example: detente lab warmup")(maintain.warmup)
