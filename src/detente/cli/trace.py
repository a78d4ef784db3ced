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
    from detente.views.trace import section

    told = follow(Run.open(run), future=future, option=option)
    if json:
        terminal.show_json(told.as_json())
    else:
        terminal.show_sections(section(told), quiet=quiet)
    if told.differs:
        terminal.warn(_difference(told))
        return 1
    return 0


def _difference(told: "Trace") -> str:
    why = (
        "the run's files were changed"
        if told.has_same_model
        else "the model has changed since the run was made"
    )
    return f"detente: played again, {', '.join(told.differs)} came out otherwise: {why}"
