"""Commands that maintain: the form of packs, base rates, compiling."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from detente.cli import terminal
from detente.errors import DetenteError


class Draft(StrEnum):
    """The drafts of JSON Schema that are written."""

    NEWEST = "2020-12"
    FOURTH = "4"


DraftOption: TypeAlias = Annotated[
    Draft, typer.Option("--draft", help="Draft of JSON Schema; most editors of TOML read 4.")
]
Part: TypeAlias = Annotated[
    bool, typer.Option("--part", help="For one file of a pack of several: no table is required.")
]


def schema(
    draft: DraftOption = Draft.NEWEST,
    part: Part = False,
) -> None:
    """Print the form of a pack as a JSON Schema.

    With it an editor of TOML completes keys, shows what each field means, its unit and its range,
    and marks what is not allowed. Dates, which TOML writes without quotes, are strings in it.
    """
    from detente.pack import schema as form

    content = form.schema(draft.value, is_part=part)
    if terminal.FORM.get().json:
        content = {"schema": "detente/lab-schema/1", "draft": draft.value, "json_schema": content}
    terminal.show_json(content)


def warmup() -> terminal.Notice:
    """Compile the model now, so that the first run starts at once.

    Compiled code is kept until the model's sources, the compiler or the processor change.
    """
    from detente.cli.progress import ProgressReport
    from detente.ensemble.warmup import warm_up

    with ProgressReport() as report:
        warmth = warm_up(report)
    if warmth.folder is None:
        says = "The compiler is off (NUMBA_DISABLE_JIT): there is nothing to compile."
    elif warmth.was_warm:
        says = f"The model was compiled already; its code lies in {warmth.folder}."
    else:
        says = f"Compiled in {warmth.seconds:.0f} s; the code lies in {warmth.folder}."
    folder = None if warmth.folder is None else str(warmth.folder)
    content = {"was_warm": warmth.was_warm, "seconds": round(warmth.seconds, 3), "folder": folder}
    is_quiet = terminal.FORM.get().quiet
    return terminal.Notice(
        {"schema": "detente/lab-warmup/1", **content}, [] if is_quiet else [says]
    )


def rates(
    table: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="Your own copy of the ICB table, one row a crisis."),
    ] = None,
    first: Annotated[
        int, typer.Option("--from", metavar="YEAR", help="First year in which a crisis began.")
    ] = 1945,
    last: Annotated[
        int, typer.Option("--to", metavar="YEAR", help="Last year; 1990 on is for testing.")
    ] = 1989,
    with_wars: Annotated[
        bool, typer.Option("--with-wars", help="Count crises inside ongoing wars as well.")
    ] = False,
    attributes: Annotated[
        bool,
        typer.Option(
            "--attributes", help="List what a pack may say of its kind of crisis; takes no FILE."
        ),
    ] = False,
) -> Any:
    """Compute base rates of past crises.

    How often they came to war or to an agreement, how long they lasted by their violence, how wars
    were settled and how war goes with the challenger's strength, each with its count, a 95 %
    interval and the band that the model is held to. FILE is CSV with the columns crisno,
    trig_date, term_date, dur_days, trigger, violence, intra_war, outcome, mediation and recent_5y,
    from the International Crisis Behavior project (Brecher & Wilkenfeld); and, if strength is to be
    counted, cinc_A and cinc_B, the capabilities of the side that is challenged and of the other. It
    is read, not kept.
    """
    from detente.questions.past import Selection, base_rates, read_crises
    from detente.questions.past.reference import Attributes

    if attributes and table is not None:
        hint = "leave FILE out: --attributes lists those of the program"
        raise DetenteError("--attributes reads no table", where=str(table), hint=hint)
    if attributes:
        return Attributes()
    if table is None:
        hint = "name your copy of the ICB table, or give --attributes"
        raise DetenteError("no table", where="detente lab rates", hint=hint)
    if first > last:
        raise DetenteError(f"after --to {last}", where=f"--from {first}", hint="swap the two")
    return base_rates(read_crises(table), Selection(first, last, with_wars))
