"""`detente lab calibrate`: fit the calibrated numbers to the rates of past crises."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from pathlib import Path
from typing import Annotated

import typer

from detente.cli import parameters, terminal


def calibrate(  # noqa: PLR0913, PLR0917  every setting
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where runs and the accepted set are written.")
    ],
    draws: Annotated[
        int, typer.Option(min=64, help="Draws from the priors that are played, for each start.")
    ] = 2048,
    futures: Annotated[int, typer.Option(min=2, help="Futures of each draw.")] = 64,
    rows: Annotated[int, typer.Option(min=1, help="Most accepted draws that are kept.")] = 256,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same draws.")] = 1,
    threads: Annotated[
        int | None, typer.Option(help="Worlds at a time; all processors unless given.")
    ] = None,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Fit the calibrated numbers to the rates of past crises.

    Both reference packs are played with these numbers drawn from their priors; draws that give
    history's rates are accepted and written to FOLDER/accepted.toml. A call that was stopped goes
    on when it is given again.
    """
    from detente.analysis.calibration import Sizes
    from detente.analysis.calibration import calibrate as fit
    from detente.cli.progress import Teller
    from detente.views.history import calibrated

    sizes = Sizes(draws, futures, rows, seed)
    with Teller(quiet=quiet or json) as teller:
        found = fit(folder, sizes=sizes, threads=threads, progress=teller)
    if json:
        terminal.show_json(found.as_json())
    else:
        terminal.show_sections(calibrated(found), quiet=quiet)
    return 0
