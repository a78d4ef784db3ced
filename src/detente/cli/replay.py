"""`detente replay`: play a stored run again, and say whether it comes out the same."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from typing import Annotated

import typer

from detente.cli import parameters, terminal


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
    from detente.views.record import replayed

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
        terminal.show_sections(replayed(done), quiet=quiet)
    return 0 if done.is_same else 1
