"""`detente update`: what was seen since re-weights a run's futures; what to watch for next."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detente.cli import parameters, terminal
from detente.errors import DetenteError

if TYPE_CHECKING:
    from detente.analysis.update import Update
    from detente.ensemble.run import Run

NOTHING_ASKED = "--observed FILE weighs what was seen; --next tells what to watch for"


def update(  # noqa: PLR0913, PLR0917  every setting
    run: parameters.RunPlace = None,
    observed: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What was seen after the as-of date, in TOML."),
    ] = None,
    show_next: Annotated[
        bool, typer.Option("--next", help="Which sign would tell most, false alarms priced in.")
    ] = False,
    outcome: Annotated[
        str,
        typer.Option(
            metavar="O",
            help="Outcome or ending that signs are to tell of.",
            autocompletion=parameters.offer_outcomes,
        ),
    ] = "any_war",
    option: Annotated[str, typer.Option(help="Option whose futures are weighed.")] = "base",
    as_pack: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Write what was seen as the pack of a new run."),
    ] = None,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Weigh a run's futures by what was seen since.

    Signs of the challenger's plan weigh each future by how likely they are in its world, and facts
    (still ongoing, talks failed) drop those that contradict them. Refused where too few futures or
    worlds are left to tell anything: --as-pack then writes the pack of a new run.
    """
    from detente.analysis.update import update as weigh
    from detente.ensemble.run import Run
    from detente.views.watching import section

    if observed is None and (as_pack is not None or not show_next):
        raise DetenteError("nothing was observed", where="--observed", hint=NOTHING_ASKED)
    opened = Run.open(run)
    if as_pack is not None and observed is not None:
        return _write(opened, observed, as_pack, json=json, quiet=quiet)
    found = weigh(opened, observed, outcome=outcome, option=option)
    if not show_next:
        _refuse_unseen(found)
    if json:
        terminal.show_json(found.as_json())
    else:
        terminal.show_sections(section(found, shows_signs=show_next), quiet=quiet)
    return 0


def _refuse_unseen(found: "Update") -> None:
    """Refuse a file that only has signs to watch for, where these were not asked about."""
    if not found.observations.seen:
        where = found.observations.name
        raise DetenteError("no observation stands in it", where=where, hint=NOTHING_ASKED)


def _write(run: "Run", observed: Path, folder: Path, *, json: bool, quiet: bool) -> int:
    from detente.analysis.new_pack import write_pack

    written = write_pack(run, observed, folder)
    if json:
        terminal.show_json(written.as_json())
        return 0
    terminal.say(f"{shlex.quote(str(folder))} holds the pack as of the last day observed.")
    for note in written.notes:
        terminal.say(f"Note: {note}.")
    if not quiet:
        terminal.say("Next:")
        check = shlex.join(["detente", "check", shlex.split(written.command)[2]])
        rows = [("", check, "its faults"), ("", written.command, "play it")]
        terminal.show_table(rows, has_head=False)
    return 0
