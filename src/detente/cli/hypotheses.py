"""`detente hypotheses`: whether what a pack holds about its crisis bears out, in this model."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from typing import TYPE_CHECKING, Annotated, Any

import typer

from detente.cli import parameters, terminal

if TYPE_CHECKING:
    from detente.ensemble.run import Run


def hypotheses(  # noqa: PLR0913, PLR0917  every setting
    run: parameters.RunPlace = None,
    only: Annotated[
        str, typer.Option(metavar="KEY,...", help="Hypotheses to test; all unless given.")
    ] = "",
    worlds: Annotated[
        int | None, typer.Option(help="Worlds to use, from the first; all unless given.")
    ] = None,
    threads: Annotated[
        int | None, typer.Option(help="Worlds at a time; all processors unless given.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say worlds and time; play nothing.")
    ] = False,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Test the hypotheses of a run's pack by intervention.

    The run's worlds are played again with what each test changes, on the same draws: supported,
    rejected, or why it cannot be told. Kept in the run's folder: a call that was stopped goes on, a
    finished one is read.
    """
    from detente.ensemble.run import Run

    opened = Run.open(run)
    asked: dict[str, Any] = {
        "only": tuple(key.strip() for key in only.split(",") if key.strip()),
        "worlds": worlds,
        "threads": threads,
    }
    if dry_run:
        return _show_plan(opened, asked, json=json)
    return _test(opened, asked, json=json, quiet=quiet)


def _test(run: "Run", asked: dict[str, Any], *, json: bool, quiet: bool) -> int:
    from detente.analysis.hypotheses import hypotheses as test
    from detente.cli.progress import Teller
    from detente.cli.testing.page import show_hypotheses

    if not (json or quiet) and (seconds := _seconds(run, asked)) >= 1.0:
        terminal.warn(f"about {seconds:.0f} s of work is left")
    with Teller(quiet=quiet or json, doing="testing", unit="worlds") as teller:
        found = test(run, **asked, progress=teller)
    if json:
        terminal.show_json(found.as_json())
    else:
        show_hypotheses(found, quiet=quiet)
    return 0


def _show_plan(run: "Run", asked: dict[str, Any], *, json: bool) -> int:
    from detente.analysis.hypotheses import plan

    left, seconds = plan(run, **asked), _seconds(run, asked)
    if json:
        terminal.show_json({"schema": "detente/plan/1", **left._asdict(), "seconds": seconds})
        return 0
    terminal.say(
        f"{left.played:,} worlds to be played with changes ({left.followed:,} futures followed day "
        f"by day), {left.designed:,} worlds of designs, {left.judged:,} to be judged for what "
        f"caused war: about {seconds:.0f} s on {left.threads} thread(s) once the model is compiled"
    )
    terminal.say("Nothing was played.")
    return 0


def _seconds(run: "Run", asked: dict[str, Any]) -> float:
    from detente.analysis.hypotheses import plan
    from detente.cli.progress import estimate_hypotheses

    return estimate_hypotheses(run.record.settings, plan(run, **asked))
