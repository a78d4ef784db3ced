"""`detente replay`: play a stored run again, and say whether it comes out the same."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from typing import TYPE_CHECKING, Annotated

import typer

from detente.cli import parameters, terminal

if TYPE_CHECKING:
    from detente.ensemble.replay import Replay


def replay(  # noqa: PLR0913, PLR0917  every setting
    run: parameters.RunPlace = None,
    future: Annotated[
        str | None, typer.Option(metavar="W:I", help="Play this one future only.")
    ] = None,
    option: Annotated[
        str | None, typer.Option(help="Play this option only; all unless given.")
    ] = None,
    worlds: Annotated[
        int | None, typer.Option(help="Worlds to play, from the first; all unless given.")
    ] = None,
    threads: Annotated[
        int | None, typer.Option(help="Worlds at a time; all processors unless given.")
    ] = None,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Play a run again: the same digest, or what differs.

    The version and the model, the pack, its numbers, the worlds, then every future are compared
    with what the run's folder holds. Nothing is written. The status is 1 if anything differs.
    """
    from detente.cli.progress import Teller
    from detente.ensemble.replay import replay as play_again
    from detente.ensemble.run import Run

    opened = Run.open(run)
    with Teller(quiet=quiet or json, doing="playing again") as teller:
        done = play_again(
            opened,
            option=option,
            worlds=worlds,
            future=future,
            threads=threads,
            progress=teller,
        )
    if json:
        terminal.show_json(done.as_json())
    else:
        show_replay(done, quiet=quiet)
    return 0 if done.is_same else 1


def show_replay(done: "Replay", *, quiet: bool) -> None:
    """Print what was compared; `quiet` leaves out whose run it is."""
    if not quiet:
        record = done.run.record
        terminal.say(f"{record.title}: the run in {done.run.folder}, played again", style="bold")
        terminal.say()
    for check in done.checks:
        terminal.say(str(check), hang=23)
    if done.columns:
        _show_columns(done)
    terminal.say()
    terminal.say(done.verdict)


def _show_columns(done: "Replay") -> None:
    world, index = done.scope.future or (0, 0)
    terminal.say()
    terminal.say(f"Future {world}:{index}, option {done.scope.options[0]}", style="bold")
    rows = [("column", "stored", "played", "")]
    for column in done.columns:
        verdict = "same" if column.is_same else "differs"
        rows.append((column.name, str(column.stored), str(column.played), verdict))
    terminal.show_table(rows, right=" rr")
