"""`detente lab rates`: base rates of past crises, with the bands that the model is held to."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from pathlib import Path
from typing import Annotated

import typer

from detente.cli import parameters, terminal
from detente.errors import DetenteError


def rates(
    table: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Your own copy of the ICB table, one row a crisis."),
    ],
    first: Annotated[
        int, typer.Option("--from", metavar="YEAR", help="First year in which a crisis began.")
    ] = 1945,
    last: Annotated[
        int, typer.Option("--to", metavar="YEAR", help="Last year; 1990 on is for testing.")
    ] = 1989,
    with_wars: Annotated[
        bool, typer.Option("--with-wars", help="Count crises inside ongoing wars as well.")
    ] = False,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Compute base rates of past crises.

    How often they came to war or to an agreement and how long they lasted, each with its count, a
    95 % interval and the band that the model is held to. FILE is CSV with the columns crisno,
    trig_date, term_date, dur_days, trigger, violence, intra_war, outcome, mediation and recent_5y,
    from the International Crisis Behavior project (Brecher & Wilkenfeld). It is read, not kept.
    """
    from detente.analysis.history import Selection, base_rates, read_crises
    from detente.views.history import rates as page

    if first > last:
        raise DetenteError(f"after --to {last}", where=f"--from {first}", hint="swap the two")
    found = base_rates(read_crises(table), Selection(first, last, with_wars))
    if json:
        terminal.show_json(found.as_json())
    else:
        terminal.show_sections(page(found), quiet=quiet)
    return 0
