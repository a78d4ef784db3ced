"""`detente lab`: what helps those who write packs, and those who keep the model in order."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from enum import StrEnum
from typing import Annotated, TypeAlias

import typer

from detente.cli import parameters, terminal
from detente.cli.calibrate import calibrate
from detente.cli.rates import rates

__all__ = ["calibrate", "rates", "schema", "warmup"]


class Draft(StrEnum):
    """The drafts of JSON Schema that are written."""

    NEWEST = "2020-12"
    FOURTH = "4"


DraftOption: TypeAlias = Annotated[
    Draft, typer.Option("--draft", help="Draft of JSON Schema; most editors of TOML read 4.")
]
Part: TypeAlias = Annotated[
    bool, typer.Option("--part", help="For one file of several: no table has to be in it.")
]


def schema(
    draft: DraftOption = Draft.NEWEST,
    part: Part = False,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,  # noqa: ARG001  there is nothing but the result
) -> int:
    """Print the form of a pack as a JSON Schema.

    An editor of TOML that is given it completes keys, shows what each field means, its unit and
    its range, and marks what cannot be. Days, which TOML writes without quotes, are texts to it.
    """
    from detente.pack import schema as form

    content = form.schema(draft.value, is_part=part)
    if json:
        wrapped = {"schema": "detente/lab-schema/1", "draft": draft.value, "json_schema": content}
        terminal.show_json(wrapped)
    else:
        terminal.show_json(content)
    return 0


def warmup(json: parameters.Json = False, quiet: parameters.Quiet = False) -> int:
    """Compile the model now, so that the first run starts at once.

    Compiled code is kept until the model's sources, the compiler or the processor change.
    """
    from detente.cli.progress import Teller
    from detente.ensemble.warmup import warm_up

    with Teller(quiet=quiet or json) as teller:
        warmth = warm_up(teller)
    if json:
        folder = None if warmth.folder is None else str(warmth.folder)
        content = {"was_warm": warmth.was_warm, "seconds": round(warmth.seconds, 3)}
        terminal.show_json({"schema": "detente/lab-warmup/1", **content, "folder": folder})
    elif quiet:
        return 0
    elif warmth.folder is None:
        terminal.say("The compiler is off (NUMBA_DISABLE_JIT): there is nothing to compile.")
    elif warmth.was_warm:
        terminal.say(f"The model was compiled already; its code lies in {warmth.folder}.")
    else:
        terminal.say(f"Compiled in {warmth.seconds:.0f} s; the code lies in {warmth.folder}.")
    return 0
