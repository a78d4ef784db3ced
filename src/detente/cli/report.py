"""`detente report`: one page of a run that opens anywhere, prints well and runs nothing."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from detente.cli import parameters, terminal
from detente.errors import DetenteError

if TYPE_CHECKING:
    from detente.ensemble.run import Run
    from detente.views.writing import Written


def report(  # noqa: PLR0913, PLR0917  every way to ask for it
    run: parameters.RunPlace = None,
    out: Annotated[
        str | None,
        typer.Option("-o", "--out", metavar="FILE", help="Write here; named after the pack."),
    ] = None,
    form: Annotated[
        Literal["html", "md"] | None,
        typer.Option("--format", help="A page, or Markdown; by FILE's ending unless given."),
    ] = None,
    tlp: Annotated[
        Literal["clear", "green", "amber", "amber+strict", "red"] | None,
        typer.Option(help="Handling mark in header and footer (Traffic Light Protocol)."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="RUN", help="Tell first what has changed since this earlier run."),
    ] = None,
    tables: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Write tables as CSV and figures as SVG too."),
    ] = None,
    complete: Annotated[
        bool,
        typer.Option("--complete", help="First work out what takes minutes: causes, hypotheses."),
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace files that are there already.")
    ] = False,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Write the report of a run as one page, or as Markdown.

    The answer, each question, evidence, assumptions, limits. A page has no script and fetches
    nothing. What takes minutes is taken from the run's folder if it was worked out before;
    otherwise the report names the command for it.
    """
    from detente.ensemble.run import Run
    from detente.views.writing import default_name, refuse_taken
    from detente.views.writing import report as write

    opened = Run.open(run)
    earlier = None if since is None else Run.open(since)
    name = out or default_name(opened.record.name, form or "html")
    _refuse_clash(name, form)
    refuse_taken(Path(name), overwrite=overwrite)
    if complete:
        _complete(opened, quiet=quiet or json)
    written = write(opened, name, tlp=tlp, since=earlier, tables=tables, overwrite=overwrite)
    if json:
        terminal.show_json(_as_json(opened, written))
    else:
        _show(written, quiet=quiet)
    return 0


def _refuse_clash(name: str, form: str | None) -> None:
    from detente.views.writing import form_of

    if form is not None and form_of(Path(name)) != form:
        hint = f"end its name in .{form}, or leave --format out"
        raise DetenteError(f"is not the name of a report in {form}", where=name, hint=hint)


def _complete(run: "Run", *, quiet: bool) -> None:
    from detente.analysis.causes import attribute
    from detente.analysis.hypotheses import hypotheses
    from detente.cli.progress import Teller
    from detente.ensemble.foundation import read_base_again

    with Teller(quiet=quiet, doing="judging", unit="worlds") as teller:
        attribute(run, progress=teller)
    if read_base_again(run.folder, run.record).hypotheses:
        with Teller(quiet=quiet, doing="testing", unit="worlds") as teller:
            hypotheses(run, progress=teller)


def _show(written: "Written", *, quiet: bool) -> None:
    terminal.say(f"{written.report} holds the report, {written.size / 1e6:.2f} MB in all.")
    if written.beside:
        folder = written.beside[0].parent
        terminal.say(f"{folder} holds {len(written.beside)} tables and figures.")
    if not quiet and written.form == "html":
        terminal.say("It opens in any browser, offline; print it from there.")


def _as_json(run: "Run", written: "Written") -> dict[str, object]:
    return {
        "schema": "detente/report/1",
        "run": str(run.folder),
        "report": str(written.report),
        "format": written.form,
        "beside": [str(path) for path in written.beside],
        "bytes": written.size,
        "digest": run.digest,
    }
