"""The list of all commands, ours and those of rooms, in the order of work."""

import sys
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from detente import rooms
from detente.cli import (
    evidence,
    follow,
    look,
    maintain,
    play,
    read,
    terminal,
    write,
)
from detente.cli.command import (
    FOLLOW,
    MAINTAIN,
    PLAY,
    READ,
    WRITE,
    ListedCommand,
    answering,
)
from detente.errors import DetenteError
from detente.text import WIDEST

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

ROOM = min(terminal.room_of(sys.stdout) or 0, WIDEST)
FRAMED = 70
"""Narrowest terminal for framed help; in a narrower one frames would cut names of options
[characters]."""

LONGEST_HELP = 66
"""Longest help text that fits next to the longest name in 80 columns [characters]."""


class Commands(TyperGroup):
    """The group of commands; prints the notes that an interrupt carries."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named."""
        try:
            status = super().invoke(ctx)
            sys.stdout.flush()  # a reader that has gone is met here, and not as Python ends
        except KeyboardInterrupt as stop:
            hint = "; ".join(getattr(stop, "__notes__", []))
            raise DetenteError("stopped", hint=hint) from stop
        return status

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the options, with fewer words on completion than Typer's."""
        found: list[Any] = super().get_params(ctx)
        for one in found:
            if one.name == "show_completion":
                one.help = "Print the completion."
        return found

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


laboratory = typer.Typer(
    help="Calibrate, back-test, show base rates.",
    epilog="Example: detente lab schema",
)
CORE = (
    ListedCommand("new", write.new, WRITE, "new my-crisis --kind strike"),
    ListedCommand("check", write.check, WRITE, "check ./my-crisis"),
    ListedCommand("evidence", evidence.evidence, WRITE, "evidence oman-2026"),
    ListedCommand("explain", write.explain, WRITE, "explain oman-2026 talks.fade_rate"),
    ListedCommand("list", write.list_all, WRITE, "list"),
    ListedCommand("run", play.run, PLAY, "run oman-2026 --options hotline,guarantees"),
    ListedCommand("engage", play.engage, PLAY, "engage oman-2026 --side defender"),
    ListedCommand("solve", play.solve, PLAY, "solve oman-2026"),
    ListedCommand("show", look.show, READ, "show"),
    ListedCommand("causes", read.causes, READ, "causes --worlds 16"),
    ListedCommand("drivers", read.drivers, READ, "drivers --outcome any_war"),
    ListedCommand("whatif", look.whatif, READ, "whatif actors.us.war_cost=0.1:0.3:3"),
    ListedCommand("weigh", read.weigh, READ, "weigh --to force@2026-03-31=.40"),
    ListedCommand("discover", read.discover, READ, "discover --outcome deal"),
    ListedCommand("compare", read.compare, READ, "compare --outcome any_war"),
    ListedCommand("hypotheses", read.hypotheses, READ, "hypotheses --only no_way_back"),
    ListedCommand("ask", look.ask, READ, "ask --by 2026-04-01 --given first_force_by=us"),
    ListedCommand("find", look.find, READ, "find --ending war --begun-by us --typical"),
    ListedCommand("trace", look.trace, READ, "trace --future 12:345"),
    ListedCommand("report", read.report, READ, "report --tlp amber"),
    ListedCommand("update", follow.update, FOLLOW, "update --next"),
    ListedCommand("replay", follow.replay, FOLLOW, "replay --worlds 8"),
    ListedCommand("diff", follow.diff, FOLLOW, "diff oman-2026 ./my-crisis"),
    ListedCommand("lab", laboratory, MAINTAIN),
    ListedCommand("lab schema", maintain.schema, example="lab schema --draft 4"),
    ListedCommand("lab rates", maintain.rates, example="lab rates crises.csv"),
    ListedCommand("lab warmup", maintain.warmup, example="lab warmup"),
)


def _with_rooms() -> list[ListedCommand]:
    """Return all commands, each of a room's behind the one that it names."""
    listed = list(CORE)
    for entry in rooms.brought(rooms.COMMANDS):
        for command in _brought(entry):
            names = [one.name for one in listed]
            place = names.index(command.after) + 1 if command.after in names else len(listed)
            listed.insert(place, command)
    return listed


def _brought(entry: "EntryPoint") -> tuple[ListedCommand, ...]:
    """Return the commands of a room, or one that reports why the room cannot be loaded."""
    try:
        found: tuple[ListedCommand, ...] = entry.load()
    except (ImportError, AttributeError) as fault:
        what = f"its commands cannot be loaded: {fault}"
        error = DetenteError(
            what, where=f"room {entry.name}", hint=f"install again what brings {entry.module}"
        )

        def refuse(_arguments: Annotated[list[str] | None, typer.Argument()] = None) -> None:
            """Cannot be loaded."""
            raise error

        found = (ListedCommand(entry.name, refuse, MAINTAIN),)
    return found


def _assembled(listed: Iterable[ListedCommand]) -> typer.Typer:
    """Return the commands assembled into one program."""
    program = typer.Typer(
        name="detente",
        cls=Commands,
        help="Play an international crisis many times: how may it end, and why?",
        epilog="Example: detente run oman-2026",
        pretty_exceptions_enable=False,
        rich_markup_mode="rich" if ROOM >= FRAMED else None,
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"], "terminal_width": ROOM or None},
    )

    @program.callback()
    def everywhere(
        _version: bool = typer.Option(False, "--version", help="Print the version."),
    ) -> None:
        pass

    groups = {"": program}
    for command in listed:
        group, _, name = command.name.rpartition(" ")
        if isinstance(command.run, typer.Typer):
            groups[group].add_typer(command.run, name=name, rich_help_panel=command.panel)
            groups[command.name] = command.run
        else:
            groups[group].command(
                name,
                rich_help_panel=command.panel or None,
                epilog=f"Example: detente {command.example}" if command.example else None,
                short_help=command.short_help,
            )(answering(command.run))
    return program


@cache
def program() -> typer.Typer:
    """Return the program of all commands, assembled once."""
    return _assembled(_with_rooms())


@cache
def commands(named: str) -> Callable[..., Any]:
    """Return the program for a command line that begins with a given word.

    Rooms are searched for only if no command of the core has this name, since that takes a third of
    a start.
    """
    own = [one for one in CORE if one.name == named and not isinstance(one.run, typer.Typer)]
    return get_command(_assembled(own) if own else program())
