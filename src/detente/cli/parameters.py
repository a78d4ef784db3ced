"""What commands can be asked, in the same words everywhere."""

from typing import Annotated, TypeAlias

import typer

from detente.cli import completion

Json: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Print one JSON object.", rich_help_panel="Everywhere")
]
Quiet: TypeAlias = Annotated[
    bool,
    typer.Option("-q", "--quiet", help="Print the result only.", rich_help_panel="Everywhere"),
]
Pack: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="PACK",
        help="Name of a pack that ships, or a path to your own.",
        autocompletion=completion.packs,
    ),
]
RunPlace: TypeAlias = Annotated[
    str | None,
    typer.Argument(
        metavar="RUN",
        help="Folder, address or bundle of a run; the newest in ./runs if left out.",
        autocompletion=completion.runs,
    ),
]
Outcome: TypeAlias = Annotated[
    str,
    typer.Option(
        metavar="OUTCOME",
        help="An ending or a set of them, such as any_war.",
        autocompletion=completion.outcomes,
    ),
]
Changes: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="FIELD=VALUE",
        help="Give one field another value.",
        autocompletion=completion.settings,
    ),
]
