"""The commands that keep forecasts of a crisis, sealed, and judge them by what came."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, cast

import typer
from typer.core import TyperGroup

from detente.cli import parameters, terminal
from detente.cli.command import FOLLOW, ListedCommand
from detente.errors import DetenteError

if TYPE_CHECKING:
    from detente.follow.chain import Result

Followed: TypeAlias = Annotated[
    Path,
    typer.Argument(metavar="FOLDER", help="Where forecasts are kept; made by the first --run."),
]


class FolderFirst(TyperGroup):
    """A group of commands in which `show` is the default if a folder is given instead of one."""

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        """Parse arguments; if the first is no command, insert `show`."""
        known = {*self.commands, *ctx.help_option_names}
        named = args if not args or args[0] in known else ["show", *args]
        return super().parse_args(ctx, named)


def track(
    folder: Followed,
    run: Annotated[
        str | None,
        typer.Option(
            metavar="RUN",
            help="Register the forecasts of this run, sealed.",
            autocompletion=parameters.offer_runs,
        ),
    ] = None,
    questions: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="New questions, in TOML; unless given, a default set."),
    ] = None,
    observed: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What was seen since the last time, as update takes it."),
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Date of registration; today (UTC) unless given."),
    ] = None,
) -> Any:
    """Show forecasts and how they fared; register those of --run.

    What moved since the registration before is shown with its interval, and what differs. Every
    open question is asked again of the run; one date has one forecast. A default set asks about
    war, use of force and a deal by 30, 90 and 180 days and by the run's horizon.
    """
    from detente.ensemble.run import Run
    from detente.follow.tracked import track as followed
    from detente.follow.writing import register

    given = {"--questions": questions, "--observed": observed, "--on": on}
    for name in [name for name, value in given.items() if run is None and value is not None]:
        raise DetenteError("goes with --run", where=name, hint="name the run to register")
    if run is not None:
        register(folder, Run.open(run), questions=questions, observed=observed, on=on)
    return followed(folder)


def resolve(  # noqa: PLR0913, PLR0917  every setting
    folder: Followed,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="Its key.")],
    on: Annotated[str, typer.Option(metavar="DATE", help="The day on which it was decided.")],
    source: Annotated[
        str,
        typer.Option(
            metavar="TEXT", help="The source that says so; with --void, why there is no answer."
        ),
    ],
    by: Annotated[str, typer.Option(metavar="NAME", help="Who resolves it.")],
    happened: Annotated[bool, typer.Option("--happened", help="The answer is yes.")] = False,
    did_not: Annotated[bool, typer.Option("--did-not", help="The answer is no.")] = False,
    void: Annotated[bool, typer.Option("--void", help="It cannot be answered.")] = False,
) -> Any:
    """Record what became of a question, and who says so.

    A later resolution of the same question corrects an earlier one; both are kept.
    """
    from detente.follow.tracked import track as followed
    from detente.follow.writing import resolve as record

    said = {"happened": happened, "did_not": did_not, "void": void}
    results = [result for result, is_said in said.items() if is_said]
    if len(results) != 1:
        hint = "give one of --happened, --did-not and --void"
        raise DetenteError(f"{len(results)} answers are given", where=question, hint=hint)
    record(folder, question, cast("Result", results[0]), on=on, source=source, by=by)
    return followed(folder)


def verify(
    folder: Followed,
    head: Annotated[
        str | None, typer.Option(metavar="CHECKSUM", help="The head of the chain as it was noted.")
    ] = None,
) -> Any:
    """Say which files were changed or removed since a head was noted.

    The status is 1 if any was.
    """
    from detente.follow.tracked import verify as check

    found = check(folder, head)
    terminal.show_answer(found)
    return 1 if found.faults else 0


def monday(
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", help="Where track keeps forecasts."),
    ],
    since: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="Day of the last page; unless given, the registration before."
        ),
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Day of this page; unless given, the last registration."),
    ] = None,
    docx: Annotated[
        bool, typer.Option("--docx", help="Write it for Word, named after the crisis and the day.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE", help="Write a .docx, .html or .md file."),
    ] = None,
    overwrite: parameters.Overwrite = False,
) -> Any:
    """Summarise what is new.

    The page lists observations, shares that moved, decided questions with their forecasts, scores
    so far, what to watch until next Monday, and changes of the pack with their authors. Word needs
    the extra `docx`.
    """
    from detente.follow.monday import monday as since_then
    from detente.follow.monday_page import default_name, section, write

    found = since_then(folder, since=since, on=on)
    if out is None and not docx:
        parameters.need("-o", out, {"--overwrite": overwrite})
        if terminal.FORM.get().json:
            return found
        terminal.show_sections(section(found), everything=True)  # it has a limit of its own
        return None
    place = default_name(found) if out is None else out
    if docx and place.suffix.lower() != ".docx":
        raise DetenteError("is not for Word", where=str(place), hint="end its name in .docx")
    size = write(found, place, overwrite=overwrite)
    content = {**found.as_json(), "file": str(place), "bytes": size}
    return terminal.Notice(content, [f"{place} holds the page of {found.on}."])


tracking = typer.Typer(
    cls=FolderFirst,
    help="Keep and score forecasts.",
    epilog="Example: detente track ./followed --run april",
    subcommand_metavar="FOLDER | COMMAND [ARGS]...",
    no_args_is_help=True,
)
RUN = "track ./followed --run april"
MONDAY = "monday ./followed --docx"
RESOLVE = (
    "track resolve ./followed any_war_2031_03_31 --did-not --on 2031-03-31 "
    "--source 'two news agencies' --by 'A. Analyst'"
)
VERIFY = "track verify ./followed --head CHECKSUM"
COMMANDS = (
    ListedCommand("track", tracking, FOLLOW, after="diff"),
    ListedCommand("track show", track, example=RUN, after="track"),
    ListedCommand("track resolve", resolve, example=RESOLVE, after="track show"),
    ListedCommand("track verify", verify, example=VERIFY, after="track resolve"),
    ListedCommand("monday", monday, FOLLOW, MONDAY, after="track"),
)
