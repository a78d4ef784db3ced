"""`detente show`: read a stored run in words and by day, or pack the run into one file."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detente.cli import parameters, terminal
from detente.errors import DetenteError

if TYPE_CHECKING:
    from detente.ensemble.run import Run


def show(
    run: parameters.RunPlace = None,
    bundle: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Pack the run into this file instead."),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the file that is packed into.")
    ] = False,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Read a stored run: the answer in words, endings by day, losses.

    Every share, length and loss has its sampling interval and its range across worlds.
    With --bundle the run is packed into one file, which every command that reads a run opens.
    """
    from detente.ensemble.run import Run

    if overwrite and bundle is None:
        hint = "add --bundle, or leave --overwrite out"
        raise DetenteError("means nothing without --bundle", where="--overwrite", hint=hint)
    opened = Run.open(run)
    if bundle is None:
        from detente.analysis.course import course
        from detente.cli.result import show_run

        show_run(opened, course=course(opened), json=json, quiet=quiet)
    else:
        _pack(opened, bundle, overwrite=overwrite, json=json)
    return 0


def _pack(run: "Run", name: str, *, overwrite: bool, json: bool) -> None:
    from detente.ensemble import bundle
    from detente.ensemble.address import place_of

    path = place_of(name)
    if not isinstance(path, Path):
        hint = "pack it into a file here, then copy that"
        raise DetenteError("a bundle cannot be written at an address", where=name, hint=hint)
    files = bundle.pack(run, path, overwrite=overwrite)
    size = path.stat().st_size
    if json:
        content = {"run": str(run.folder), "bundle": str(path), "files": files, "bytes": size}
        terminal.show_json({"schema": "detente/bundle/1", **content, "digest": run.digest})
        return
    terminal.say(
        f"{path} holds the run in {run.folder} (digest {run.digest[:12]}): {files:,} files, "
        f"{size / 1e6:.1f} MB. detente show {path} reads it."
    )
