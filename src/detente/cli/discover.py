"""`detente discover`: under which few assumptions an outcome is likely."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from typing import Annotated

import typer

from detente.cli import parameters, terminal


def discover(
    run: parameters.RunPlace = None,
    outcome: parameters.Outcome = "any_war",
    option: Annotated[str, typer.Option(help="Option under which it is asked.")] = "base",
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Say under which few assumptions an outcome is likely in a run.

    Boxes of worlds in which at most three numbers lie between given values, with how likely the
    outcome is there and how much of it lies there; chance finds of the search are left out.
    """
    from detente.analysis.discovery import discover as ask
    from detente.ensemble.run import Run
    from detente.views.drivers import boxes

    found = ask(Run.open(run), outcome=outcome, option=option)
    if json:
        terminal.show_json(found.as_json())
    else:
        terminal.show_sections(boxes(found), quiet=quiet)
    return 0
