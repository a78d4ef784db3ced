"""Commands that look at a run: its endings, shares, single futures, what a change does to it."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import typer

from detente.cli import parameters, terminal
from detente.errors import DetenteError
from detente.views.register import FORMS

if TYPE_CHECKING:
    from detente.questions.whatif import Asked

    FormName: TypeAlias = str
else:
    FormName = Literal[tuple(FORMS)]

Given: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        metavar="CONDITION", help="COLUMN=VALUE, COLUMN=LOW:HIGH or an outcome; all must hold."
    ),
]


def show(
    run: parameters.RunPlace = None,
    bundle: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Pack the run into this file instead."),
    ] = None,
    overwrite: parameters.Overwrite = False,
    view: Annotated[
        FormName | None,
        typer.Option(help="Answer in a form of analysts instead: docs/how-to/analysts.md."),
    ] = None,
    observed: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="With --view indicators or matrix: a file of what was seen, as for update.",
        ),
    ] = None,
    weighed: parameters.Weighed = None,
) -> Any:
    """Read a stored run.

    --all adds every ending with its interval and its range across worlds, endings by date, lengths,
    losses and limits: detente show RUN --all
    With --bundle the run is packed into one file, which every command that reads a run opens.
    """
    from detente.ensemble.bundle import pack
    from detente.ensemble.folder import place_of
    from detente.questions.outside import file_of

    parameters.need("--bundle", bundle is not None, {"--overwrite": overwrite})
    parameters.one_of({"--view": view, "--bundle": bundle is not None})
    takes_file = [name for name, form in FORMS.items() if form.reads_observed]
    named = f"--view {' or '.join(takes_file)}"
    parameters.need(named, view in takes_file, {"--observed": observed})
    opened = parameters.opened(run, weighed)
    if view is not None:
        from detente.views.material import Material

        return getattr(Material(opened, observed), view)
    if bundle is None:
        terminal.show_run(opened, with_course=True)
        return None
    path = place_of(bundle)
    if not isinstance(path, Path):
        hint = "pack it into a file here, then copy that"
        raise DetenteError("a bundle cannot be written at an address", where=bundle, hint=hint)
    files = pack(opened, path, overwrite=overwrite)
    size = path.stat().st_size
    says = (
        f"{path} holds the run in {opened.folder} (checksum {opened.digest[:12]}): "
        f"{files:,} files, {size / 1e6:.1f} MB. detente show {path} reads it."
    )
    kept = file_of(opened)
    if kept is not None:
        says += f" The views of others in {kept} are no part of it: copy them next to it."
    content = {"run": str(opened.folder), "bundle": str(path), "files": files, "bytes": size}
    content |= {"digest": opened.digest}
    return terminal.Notice({"schema": "detente/bundle/1", **content}, [says])


def ask(
    run: parameters.RunPlace = None,
    outcome: parameters.Outcome = "any_war",
    by: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="A date or a day of the run; its horizon unless given."),
    ] = None,
    given: Given = None,
    option: parameters.Option = "base",
    weighed: parameters.Weighed = None,
) -> Any:
    """Say how likely an outcome is, given conditions.

    Each --given is a column of the courses of events with a value or a range, such as
    first_force_by=iran, failed_day=0:60 or first_force_day=:2026-04-01, or an outcome, such as
    talks_ever_failed; all must hold. Nothing is played. The interval covers assumptions and chance
    together.
    """
    from detente.questions.asking import ask as count

    asked = parameters.opened(run, weighed)
    return count(asked, outcome=outcome, by=by, given=given or (), option=option)


def find(  # noqa: PLR0913, PLR0917  every setting
    run: parameters.RunPlace = None,
    ending: Annotated[
        str | None,
        parameters.outcomes("O", "An ending, or an outcome such as any_war."),
    ] = None,
    begun_by: Annotated[
        str | None, typer.Option(metavar="ACTOR", help="Who used force first, or none.")
    ] = None,
    given: Given = None,
    typical: Annotated[
        bool,
        typer.Option(
            "--typical", help="Show typical courses, nearest to the medians (the default)."
        ),
    ] = False,
    early: Annotated[
        bool, typer.Option("--early", help="Show the courses decided earliest.")
    ] = False,
    late: Annotated[bool, typer.Option("--late", help="Show the courses decided latest.")] = False,
    count: Annotated[int, typer.Option(min=1, help="How many to show.")] = 3,
    option: parameters.Option = "base",
    weighed: parameters.Weighed = None,
) -> Any:
    """Find courses of events by conditions.

    --given takes conditions as ask does. A typical one is the nearest to the medians of all
    that match, by its days, its fighting and its losses.
    """
    from detente.questions.asking import find as look

    picked = parameters.one_of({"--typical": typical, "--early": early, "--late": late})
    pick: Any = picked.removeprefix("--") or "typical"
    return look(
        parameters.opened(run, weighed),
        ending=ending,
        begun_by=begun_by,
        given=given or (),
        pick=pick,
        count=count,
        option=option,
    )


def trace(
    run: parameters.RunPlace = None,
    future: Annotated[
        str, typer.Option(metavar="W:I", help="Address of the course of events, such as 12:345.")
    ] = "0:0",
    option: parameters.Option = "base",
) -> Any:
    """Show one course of events.

    The course is played again from the run's record and compared with the stored one.
    """
    from detente.ensemble.run import Run
    from detente.questions.trace import trace as follow

    found = follow(Run.open(run), future=future, option=option)
    terminal.show_answer(found)
    if not found.differs:
        return 0
    why = (
        "the run's files were changed"
        if found.run.record.is_own_model
        else "the model has changed since the run was made"
    )
    differs = ", ".join(found.differs)
    terminal.warn(f"detente: played again, {differs} came out differently: {why}")
    return 1


def whatif(  # noqa: PLR0913, PLR0917  every setting
    asked: Annotated[
        list[str],
        typer.Argument(
            metavar="[RUN] FIELD=VALUE|LOW:HIGH[:N]...",
            help="A run, the newest in ./runs if left out; then what is changed.",
            autocompletion=parameters.offer_runs_and_settings,
        ),
    ],
    outcome: Annotated[
        str,
        parameters.outcomes("OUTCOME,...", "Outcomes or endings to show."),
    ] = "any_war,deal",
    worlds: Annotated[
        int | None,
        typer.Option(help="Sets of assumptions to play, from the first; 64 unless given."),
    ] = None,
    futures: Annotated[
        int, typer.Option(help="Courses of events of each set of assumptions.")
    ] = 200,
    grid: parameters.Grid = "tiny",
    why: Annotated[
        bool,
        typer.Option("--why", help="Explain by which path the change works."),
    ] = False,
    threads: parameters.Threads = None,
    dry_run: parameters.DryRun = False,
    weighed: parameters.Weighed = None,
) -> Any:
    """Show what a changed input does.

    A field is set to a value. LOW:HIGH moves or narrows a number's range, in which each set
    of assumptions keeps its quantile. LOW:HIGH:N sets it to N values one after the other; two such
    fields give a grid. --why says by how much the change moves the worth of force and of talks to
    each side, and how courses of events that end differently first part ways. The result is
    kept in the run's folder, and a stopped call can be resumed.
    """
    from detente.cli.progress import ProgressReport
    from detente.ensemble.record import threads_of
    from detente.questions import whatif as question
    from detente.questions.duration import estimate_worlds

    place, changes = read_asked(asked)
    opened, names = parameters.opened(place, weighed), parameters.read_names("--outcome", outcome)
    sizes: dict[str, Any] = {"worlds": worlds, "futures": futures, "grid": grid}
    if not dry_run:
        with ProgressReport(unit="sets of assumptions") as report:
            means: dict[str, Any] = {"why": why, "threads": threads, "progress": report}
            return question.whatif(opened, changes, outcomes=names, **sizes, **means)
    planned = question.ask(opened, changes, **sizes)
    at_a_time, missing, points = threads_of(threads), planned.missing, len(planned.values)
    settings = planned.study.stage.settings
    seconds = estimate_worlds(settings, missing, planned.study.futures) / at_a_time
    return terminal.plan(
        f"{points} point(s) under {planned.worlds} sets of assumptions, {missing} to be played: "
        f"about {seconds:.0f} s on {at_a_time} thread(s) once the model is compiled",
        points=points,
        worlds=planned.worlds,
        missing=missing,
        seconds=seconds,
    )


def read_asked(asked: Sequence[str]) -> "tuple[str | None, dict[str, Asked]]":
    """Return the run, if one is named first, and the requested value of each field.

    Raises `DetenteError` if an argument is not a setting, or a field is given twice.
    """
    from detente.questions.whatif import SETTING, read_changes

    place = None if not asked or SETTING.match(asked[0]) else asked[0]
    return place, read_changes(asked if place is None else asked[1:])
