"""The commands that fit the model to past crises, and judge it by them."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from pathlib import Path
from typing import Annotated, Any

import typer

from detente.cli import parameters
from detente.cli.command import ListedCommand
from detente.errors import DetenteError


def calibrate(  # noqa: PLR0913, PLR0917  every setting
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where runs and the accepted set are written.")
    ],
    draws: Annotated[
        int, typer.Option(min=64, help="Draws from the priors that are played, for each start.")
    ] = 2048,
    futures: Annotated[int, typer.Option(min=2, help="Courses of events of each draw.")] = 64,
    rows: Annotated[int, typer.Option(min=1, help="Most accepted draws that are kept.")] = 256,
    table: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Fit to crises of this table, as lab rates reads it."),
    ] = None,
    before: Annotated[
        int | None,
        typer.Option(
            min=1946, metavar="YEAR", help="With --table: to those of 1945 on before this year."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same draws.")] = 1,
    threads: parameters.Threads = None,
) -> Any:
    """Fit the calibrated numbers to the moments of past crises.

    Both reference packs are played with these numbers drawn from their priors, and again with the
    challenger's means halved and doubled. Draws whose moments are close to history's are accepted
    and written to FOLDER/accepted.toml. A call that was stopped goes on when it is given again.
    History is what ships of 1945 to 1989, or the crises of a table; what lies in FOLDER is not
    played again for others.
    """
    from detente.cli.progress import ProgressReport
    from detente.lab.calibration import Sizes
    from detente.lab.calibration import calibrate as fit
    from detente.questions.past import HISTORY, Selection, base_rates, read_crises

    history, sizes = HISTORY, Sizes(draws, futures, rows, seed)
    if table is not None:
        last = HISTORY.last if before is None else before - 1
        history = base_rates(read_crises(table), Selection(last=last)).history
    elif before is not None:
        hint = "add --table FILE: what ships is of 1945 to 1989 only"
        raise DetenteError("no crises to choose from", where=f"--before {before}", hint=hint)
    with ProgressReport() as report:
        return fit(folder, history=history, sizes=sizes, threads=threads, progress=report)


def backtest(  # noqa: PLR0913, PLR0917  every setting
    table: Annotated[
        Path,
        typer.Argument(metavar="TABLE", help="Your copy of the ICB table, a row a crisis."),
    ],
    first: Annotated[
        int | None,
        typer.Option("--from", metavar="YEAR", help="First year of the crises judged [the split]."),
    ] = None,
    last: Annotated[
        int | None, typer.Option("--to", metavar="YEAR", help="Last year of the crises judged.")
    ] = None,
    fit: Annotated[
        bool,
        typer.Option("--fit", help="Fit weights and rates; judge no crises."),
    ] = False,
    before: Annotated[
        int | None,
        typer.Option(metavar="YEAR", help="With --fit: on crises before this year."),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Your own mapping, or what --fit wrote."),
    ] = None,
    folder: Annotated[
        Path, typer.Option("--output", "-o", metavar="FOLDER", help="Where plays are kept.")
    ] = Path("backtest"),
    markdown: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the result as Markdown too."),
    ] = None,
    worlds: Annotated[int, typer.Option(min=2, help="Sets of assumptions of each pack.")] = 128,
    futures: Annotated[int, typer.Option(min=2, help="Courses of events of each set.")] = 64,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same shares.")] = 1,
    threads: parameters.Threads = None,
) -> Any:
    """Forecast past crises from what was known before, and judge the forecasts.

    Each row of TABLE changes one number of a reference pack, by a mapping fitted on crises before
    1963. Brier and log scores are compared with those of base rates, rates by trigger, a logistic
    regression and the packs unchanged. TABLE is CSV of the International Crisis Behavior project,
    and is only read; its columns: crisno, trig_date, trigger, violence, intra_war, recent_5y,
    cinc_A, cinc_B, nuclear_A, nuclear_B, contiguous, prior_serious, major_A, major_B,
    defence_pact_AB, pact_A, pact_B, prior_crises_20y. Repeat a stopped call to continue it.
    """
    from detente.cli.progress import ProgressReport
    from detente.lab.backtest import Backtest
    from detente.lab.backtest import backtest as judge
    from detente.lab.backtest.fitting import MappingFit, fit_mapping
    from detente.lab.backtest.mapping import as_written, read_mapping, shipped
    from detente.lab.backtest.plays import PlaySettings
    from detente.lab.views.backtest import write_markdown
    from detente.questions.past.table import OF_BACKTEST, read_crises

    if fit and (first, last, markdown) != (None, None, None):
        hint = "fit first, then judge with --mapping FOLDER/fitted.toml"
        where = "--from, --to and --markdown"
        raise DetenteError("--fit judges no crises", where=where, hint=hint)
    if before is not None and not fit:
        hint = "add --fit, or leave it out: what ships was fitted before 1963"
        raise DetenteError("nothing is fitted", where=f"--before {before}", hint=hint)
    if first is not None and last is not None and first > last:
        raise DetenteError(f"after --to {last}", where=f"--from {first}", hint="swap the two")
    crises = read_crises(table, OF_BACKTEST)
    found: Backtest | MappingFit
    with ProgressReport(unit="sets of assumptions") as report:
        settings = PlaySettings(folder, worlds, futures, seed, threads, report)
        if fit:
            found = fit_mapping(crises, as_written(mapping, before), settings)
        else:
            known = shipped() if mapping is None else read_mapping(mapping)
            found = judge(crises, known, settings, (first, last))
            if markdown is not None:
                write_markdown(found, markdown)
    return found


def kinds(
    table: Annotated[
        Path,
        typer.Argument(metavar="TABLE", help="Your own copy of the ICB table, one row a crisis."),
    ],
    file: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where figures are written.")
    ] = Path("reference.toml"),
    first: Annotated[
        int, typer.Option("--from", metavar="YEAR", help="First year in which a crisis began.")
    ] = 1945,
    last: Annotated[int, typer.Option("--to", metavar="YEAR", help="Last year.")] = 1989,
) -> Any:
    """Fit the outcomes of past crises of a kind, by the day.

    A ridge regression on what is known of each crisis beforehand moves the share with serious
    clashes or war, by how the crisis began; its penalty is the one that forecasts crises left out
    best. With curves by the day it is written as the file that ships. TABLE has the columns of lab
    rates and of lab backtest. It is read, not kept.
    """
    from detente.lab.kinds import fit_kinds
    from detente.questions.past import Selection, read_crises
    from detente.questions.past.table import COLUMNS

    if first > last:
        raise DetenteError(f"after --to {last}", where=f"--from {first}", hint="swap the two")
    return fit_kinds(read_crises(table, tuple(COLUMNS)), file, Selection(first, last))


COMMANDS = (
    ListedCommand("lab calibrate", calibrate, example="lab calibrate fit", after="lab rates"),
    ListedCommand(
        "lab backtest", backtest, example="lab backtest crises.csv", after="lab calibrate"
    ),
    ListedCommand("lab kinds", kinds, example="lab kinds crises.csv", after="lab backtest"),
)
