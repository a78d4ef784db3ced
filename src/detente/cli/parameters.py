"""What commands can be asked, in the same words everywhere."""

from typing import Annotated, TypeAlias

import typer

Json: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Print one JSON object.", rich_help_panel="Everywhere")
]
Quiet: TypeAlias = Annotated[
    bool,
    typer.Option("-q", "--quiet", help="Print the result only.", rich_help_panel="Everywhere"),
]
Pack: TypeAlias = Annotated[
    str,
    typer.Argument(metavar="PACK", help="Name of a pack that ships, or a path to your own."),
]
RunPlace: TypeAlias = Annotated[
    str | None,
    typer.Argument(
        metavar="RUN",
        help="Folder, address or bundle of a run; the newest in ./runs if left out.",
    ),
]
Outcome: TypeAlias = Annotated[
    str, typer.Option(metavar="OUTCOME", help="An ending or a set of them, such as any_war.")
]
Changes: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="FIELD=VALUE", help="Give one field another value."),
]
