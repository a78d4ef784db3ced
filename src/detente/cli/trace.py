"""`detente trace`: one future of a run, day by day, in words."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from typing import TYPE_CHECKING, Annotated

import typer

from detente.cli import parameters, terminal

if TYPE_CHECKING:
    from detente.analysis.trace import Trace


def trace(
    run: parameters.RunPlace = None,
    future: Annotated[
        str, typer.Option(metavar="W:I", help="World and index of the future.")
    ] = "0:0",
    option: Annotated[str, typer.Option(help="Option under which it is told.")] = "base",
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Tell one future of a run, day by day.

    It is played again from the run's record and compared with what is stored.
    """
    from detente.analysis.trace import trace as follow
    from detente.ensemble.run import Run

    told = follow(Run.open(run), future=future, option=option)
    if json:
        terminal.show_json(told.as_json())
    else:
        show_trace(told, quiet=quiet)
    if told.differs:
        terminal.warn(_difference(told))
        return 1
    return 0


def show_trace(told: "Trace", *, quiet: bool) -> None:
    """Print one future; `quiet` leaves out whose it is and what is hidden in it."""
    if not quiet:
        title = told.run.record.title
        terminal.say(
            f"{title}: future {told.world}:{told.future}, option {told.option}, in this model",
            style="bold",
        )
        for line in told.opening():
            terminal.say(line)
        terminal.say()
    for one in told.happenings:
        terminal.say(f"day {one.day:>3}  {one.text}", hang=9)
    terminal.say()
    for line in told.closing():
        terminal.say(line)


def _difference(told: "Trace") -> str:
    why = (
        "the run's files were changed"
        if told.has_same_model
        else "the model has changed since the run was made"
    )
    return f"detente: played again, {', '.join(told.differs)} came out otherwise: {why}"
