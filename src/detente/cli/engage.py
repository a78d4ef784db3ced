"""`detente engage`: force against layered defence alone, fought and nothing bargained."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from typing import Annotated, Literal

import typer

from detente.cli import parameters, terminal

Side = Literal["challenger", "defender"]
Beginner = Literal["challenger", "defender", "ally"]
Plan = Literal["display", "stand_off", "sustained", "direct_action"]


def engage(  # noqa: PLR0913, PLR0917  every setting
    pack: parameters.Pack,
    side: Annotated[
        Side | None, typer.Option(help="Whose defence is looked at; both unless given.")
    ] = None,
    days: Annotated[int, typer.Option(help="Days of raids, 1 to 45.")] = 10,
    rest: Annotated[
        int, typer.Option(help="Days without raids after them, to see what comes back.")
    ] = 30,
    by: Annotated[Beginner, typer.Option(help="Who begins.")] = "challenger",
    force: Annotated[
        int,
        typer.Option(help="Force deployed when it begins: 0 little, by surprise; 2 all in reach."),
    ] = 2,
    plan: Annotated[
        Plan, typer.Option(help="How hard the challenger raids: the effort of this plan.")
    ] = "sustained",
    futures: Annotated[int, typer.Option(help="Campaigns, in all worlds together.")] = 4096,
    worlds: Annotated[int, typer.Option(help="Draws of all that is not known.")] = 64,
    seed: Annotated[int, typer.Option(help="The same seed gives the same result.")] = 1,
    threads: Annotated[
        int | None, typer.Option(help="Worlds at a time; all processors unless given.")
    ] = None,
    sweep: Annotated[
        str | None,
        typer.Option(
            metavar="FIELD=lo:hi:n", help="Move one number in n steps, on the same draws."
        ),
    ] = None,
    changes: parameters.Changes = None,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Fight force against layered defence alone: what leaks, and why.

    Campaigns of raids day by day, in full on both sides and whatever either side's will: what
    leaks and for what cause, what both sides lose, rounds and cost, and how soon a defence is
    back. Nothing of the bargaining is solved and nothing is stored. A sweep such as
    defences.iran.integration=0:1:5 shows how leakage and losses move with one number.
    """
    from detente.analysis.engagement import engage as fight
    from detente.analysis.engagement import parse_sweep
    from detente.cli.parameters import read_changes
    from detente.cli.progress import Teller
    from detente.pack import load
    from detente.views.engagement import section

    asked = None if sweep is None else parse_sweep(sweep)
    crisis = load(pack, changes=read_changes(changes))
    with Teller(quiet=quiet or json, doing="fighting", unit="campaigns") as teller:
        engagement = fight(
            crisis,
            side=side,
            days=days,
            rest=rest,
            force=force,
            plan=plan,
            by=by,
            futures=futures,
            worlds=worlds,
            seed=seed,
            threads=threads,
            sweep=asked,
            progress=teller,
        )
    if json:
        terminal.show_json(engagement.as_json())
    else:
        terminal.show_sections(section(engagement), quiet=quiet)
    return 0
