"""`detente drivers`: which numbers of a run an outcome turns on."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from typing import TYPE_CHECKING, Annotated, Any

import typer

from detente.cli import parameters, terminal
from detente.errors import DetenteError

if TYPE_CHECKING:
    from detente.analysis.drivers import Method
    from detente.ensemble.run import Run


def drivers(  # noqa: PLR0913, PLR0917  every setting
    run: parameters.RunPlace = None,
    outcome: parameters.Outcome = "any_war",
    option: Annotated[str, typer.Option(help="Option under which it is asked.")] = "base",
    design: Annotated[
        bool, typer.Option("--design", help="Play new worlds for it: a Sobol design.")
    ] = False,
    shapley: Annotated[
        bool, typer.Option("--shapley", help="Share out what the calibrated numbers explain.")
    ] = False,
    worlds: Annotated[
        int | None, typer.Option(help="Worlds for each group of a design; 64 unless given.")
    ] = None,
    numbers: Annotated[
        str, typer.Option(metavar="FIELD,...", help="Numbers in a design, beside the groups.")
    ] = "",
    threads: Annotated[
        int | None, typer.Option(help="Worlds at a time; all processors unless given.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say worlds and time; play nothing.")
    ] = False,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Say which numbers of a run, and which groups, an outcome turns on.

    Part of its variance over worlds that is due to each, with intervals, from the run's own worlds,
    or from new ones: a design is kept in the run's folder and goes on where it was stopped.
    """
    from detente.ensemble.run import Run

    opened = Run.open(run)
    asked: dict[str, Any] = {
        "outcome": outcome,
        "option": option,
        "worlds": worlds,
        "numbers": tuple(name.strip() for name in numbers.split(",") if name.strip()),
    }
    method = _method(design=design, shapley=shapley)
    if dry_run:
        return _show_plan(opened, asked, method, threads, json=json)
    return _answer(opened, {**asked, "method": method, "threads": threads}, json=json, quiet=quiet)


def _method(*, design: bool, shapley: bool) -> "Method":
    if design and shapley:
        hint = "give one of them, or none for indices from the run's own worlds"
        raise DetenteError("--design and --shapley are two methods", hint=hint)
    if design:
        return "design"
    return "shapley" if shapley else "given_data"


def _answer(run: "Run", asked: dict[str, Any], *, json: bool, quiet: bool) -> int:
    from detente.analysis.drivers import drivers as ask
    from detente.cli.driving.page import show_drivers
    from detente.cli.progress import Teller

    with Teller(quiet=quiet or json, unit="worlds") as teller:
        found = ask(run, **asked, progress=teller)
    if json:
        terminal.show_json(found.as_json())
    else:
        show_drivers(found, quiet=quiet)
    return 0


def _show_plan(
    run: "Run", asked: dict[str, Any], method: "Method", threads: int | None, *, json: bool
) -> int:
    from detente.analysis.drivers.answer import plan
    from detente.cli.progress import estimate_worlds
    from detente.ensemble.kept import threads_of

    if method != "design":
        hint = "leave --dry-run out: nothing is played without --design"
        raise DetenteError("--dry-run is for a design", hint=hint)
    laid = plan(run, **asked)
    at_a_time = threads_of(threads)
    missing = laid.missing
    seconds = estimate_worlds(run.record.settings, missing, laid.futures) / at_a_time
    if json:
        told = {"worlds": laid.worlds, "missing": missing, "seconds": seconds}
        terminal.show_json({"schema": "detente/plan/1", **told})
        return 0
    terminal.say(
        f"{laid.worlds:,} worlds of {laid.futures:,} futures for {len(laid.names)} groups and "
        f"numbers, {missing:,} of them to be played: about {seconds:.0f} s on {at_a_time} "
        "thread(s) once the model is compiled"
    )
    terminal.say("Nothing was played.")
    return 0
