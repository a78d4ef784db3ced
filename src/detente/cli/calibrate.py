"""`detente lab calibrate`: fit the calibrated numbers to the rates of past crises."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detente.cli import parameters, terminal

if TYPE_CHECKING:
    from detente.analysis.calibration import Calibration


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

    sizes = Sizes(draws, futures, rows, seed)
    with Teller(quiet=quiet or json) as teller:
        found = fit(folder, sizes=sizes, threads=threads, progress=teller)
    if json:
        terminal.show_json(found.as_json())
    else:
        _show(found, quiet=quiet)
    return 0


def _show(found: "Calibration", *, quiet: bool) -> None:
    fitted, sizes = found.fitted, found.sizes
    terminal.say("Calibration on past crises, in this model", style="bold")
    terminal.say(
        f"{sizes.draws:,} draws from the priors played for each start, {sizes.futures} futures "
        f"each. Of {fitted.candidates:,} further draws {fitted.accepted:,} "
        f"({100.0 * fitted.rate:.2g} %) give history's rates; {fitted.kept:,} are kept."
    )
    terminal.say()
    terminal.show_table(list(_number_rows(found)), right=" rrr")
    terminal.say()
    terminal.show_table(list(_condition_rows(found)), right=" rrr")
    terminal.say()
    if not quiet:
        terminal.say(
            "left: how much of the prior's spread the bands leave, in standard deviations. Where "
            "nearly all is left they say nothing of the number. error: how far a share foretold "
            "from other draws lies from the one played."
        )
    terminal.say(f"Written to {found.file}")


def _number_rows(found: "Calibration") -> Iterator[tuple[str, ...]]:
    import numpy as np

    yield "5th to 95th percentile of", "prior", "accepted", "left"
    for path, prior in found.fitted.priors.items():
        low, high = np.quantile(found.fitted.rows[path], (0.05, 0.95))
        left = f"{100.0 * found.fitted.left_of(path):.0f} %"
        yield path, f"{prior.low:.3g} to {prior.high:.3g}", f"{low:.3g} to {high:.3g}", left


def _condition_rows(found: "Calibration") -> Iterator[tuple[str, ...]]:
    from detente.analysis.calibration import conditions, name_of

    yield "share of crises", "accepted", "history", "error"
    for each in conditions():
        name = name_of(each)
        error = max(found.fitted.errors[f"{start}.{each.share}"] for start in each.weights)
        band = f"{100.0 * each.low:.0f}-{100.0 * each.high:.0f}"
        yield (
            name.replace("_", " "),
            f"{100.0 * found.fitted.means[name]:.1f}",
            band,
            f"{100.0 * error:.1f}",
        )
