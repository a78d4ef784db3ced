"""`detente compare`: what options change, which is best, where, and what would turn that round."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from collections.abc import Sequence
from typing import Annotated, Literal

import typer

from detente.cli import parameters, terminal
from detente.errors import DetenteError


def compare(  # noqa: PLR0913, PLR0917  every setting
    run: parameters.RunPlace = None,
    outcome: Annotated[
        str,
        typer.Option(
            metavar="O",
            help="Outcome or ending by which options are ranked.",
            autocompletion=parameters.offer_outcomes,
        ),
    ] = "any_war",
    options: Annotated[
        str,
        typer.Option(
            metavar="NAME,...",
            help="Options to compare; all unless given.",
            autocompletion=parameters.offer_options,
        ),
    ] = "",
    better: Annotated[
        Literal["more", "less"] | None,
        typer.Option(help="Whether more or less of it is better; by the outcome unless given."),
    ] = None,
    below: Annotated[
        list[str] | None,
        typer.Option(metavar="O=SHARE", help="In how many worlds it stays below: any_war=5%."),
    ] = None,
    above: Annotated[
        list[str] | None,
        typer.Option(metavar="O=SHARE", help="In how many worlds it stays above: deal=30%."),
    ] = None,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Compare the options of a run.

    Paired differences on the same worlds and the same chance, regret, thresholds kept, where an
    option helps, what it costs elsewhere, what would turn the ranking round, and what would have
    to be true for a threshold to be kept.
    """
    from detente.analysis.compare import compare as compare_options
    from detente.ensemble.run import Run
    from detente.views.options import section

    found = compare_options(
        Run.open(run),
        outcome=outcome,
        options=_names(options),
        better=better,
        below=read_thresholds("--below", below),
        above=read_thresholds("--above", above),
    )
    if json:
        terminal.show_json(found.as_json())
    else:
        terminal.show_sections(section(found), quiet=quiet)
    return 0


def _names(options: str) -> list[str]:
    names = [name.strip() for name in options.split(",") if name.strip()]
    if options and not names:
        hint = "give their names with commas between, or leave --options out"
        raise DetenteError("names no option", where="--options", hint=hint)
    return names


def read_thresholds(option: str, given: Sequence[str] | None) -> dict[str, float]:
    """Read `OUTCOME=SHARE`, several with commas between; 5% is .05.

    Raises
    ------
    DetenteError
        If one is not of this form, its share no number, or its outcome given twice.
    """
    hint = f"for example {option} any_war=5%"
    thresholds: dict[str, float] = {}
    for pair in (pair.strip() for text in given or () for pair in text.split(",")):
        key, is_pair, share = (piece.strip() for piece in pair.partition("="))
        if not key or not is_pair:
            raise DetenteError(f"{pair!r} is not OUTCOME=SHARE", where=option, hint=hint)
        if key in thresholds:
            raise DetenteError(f"{key} is given twice", where=option, hint="give each once")
        try:
            number = float(share.removesuffix("%"))
        except ValueError:
            what = f"the share of {key} is {share!r}, no number"
            raise DetenteError(what, where=option, hint=hint) from None
        thresholds[key] = number / 100.0 if share.endswith("%") else number
    return thresholds
