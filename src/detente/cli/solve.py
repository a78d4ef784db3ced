"""`detente solve`: the bargaining game of a crisis alone, solved and not played."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from typing import Annotated, Literal

import typer

from detente.cli import parameters, terminal
from detente.kernel.limits import LONGEST_HORIZON

Grid = Literal["tiny", "normal", "fine"]


def solve(  # noqa: PLR0913, PLR0917  every setting
    pack: parameters.Pack,
    worlds: Annotated[
        int | None,
        typer.Option(help="Draws of all that is not known; the median world if not given."),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed draws the same worlds.")] = 1,
    threads: Annotated[
        int | None, typer.Option(help="Worlds at a time; all processors unless given.")
    ] = None,
    grid: Annotated[Grid, typer.Option(help="How finely beliefs are cut.")] = "normal",
    horizon: Annotated[
        int, typer.Option(help=f"Days that can be played, 1 to {LONGEST_HORIZON}.")
    ] = 365,
    changes: parameters.Changes = None,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Solve the bargaining alone: is there a deal to be had.

    What lies in the bargaining range, who offers what when, what is accepted at which belief,
    whether force deployed is leverage or provocation, and what each mediator is worth. Nothing is
    played and nothing is stored.
    """
    from detente.analysis.bargaining import solve as solve_game
    from detente.cli.parameters import read_changes
    from detente.cli.progress import Teller
    from detente.pack import load
    from detente.views.bargaining import section

    crisis = load(pack, changes=read_changes(changes))
    with Teller(quiet=quiet or json, doing="solving", unit="worlds") as teller:
        solution = solve_game(
            crisis,
            worlds=worlds,
            seed=seed,
            grid=grid,
            horizon=horizon,
            threads=threads,
            progress=teller,
        )
    if json:
        terminal.show_json(solution.as_json())
    else:
        terminal.show_sections(section(solution), quiet=quiet)
    return 0
