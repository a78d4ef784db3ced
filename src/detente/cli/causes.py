"""`detente causes`: what caused war in a run, by playing it again without each cause."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from typing import TYPE_CHECKING, Annotated

import typer

from detente.cli import parameters, terminal

if TYPE_CHECKING:
    from detente.ensemble.run import Run


def causes(  # noqa: PLR0913, PLR0917  every setting
    run: parameters.RunPlace = None,
    future: Annotated[
        str | None, typer.Option(metavar="W:I", help="Tell why this one future had war, or none.")
    ] = None,
    option: Annotated[str, typer.Option(help="Option whose wars are looked at.")] = "base",
    worlds: Annotated[
        int | None, typer.Option(help="Worlds to judge, from the first; all unless given.")
    ] = None,
    threads: Annotated[
        int | None, typer.Option(help="Worlds at a time; all processors unless given.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say worlds and time; judge nothing.")
    ] = False,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Say what caused war in a run.

    Every future is played again, on the same draws, with each subset of six mechanisms that can
    bring war; each is credited with its Shapley share. Stored in the run's folder: a call that was
    stopped goes on, a finished one is read.
    """
    from detente.ensemble.run import Run

    opened = Run.open(run)
    if dry_run:
        return _show_plan(opened, option, (worlds, threads), json=json)
    if future is not None:
        return _tell(opened, future, option, json=json, quiet=quiet)
    return _judge(opened, option, (worlds, threads), json=json, quiet=quiet)


def _judge(
    run: "Run", option: str, sizes: tuple[int | None, int | None], *, json: bool, quiet: bool
) -> int:
    from detente.analysis.causes import attribute
    from detente.cli.progress import Teller
    from detente.views.causes import section

    worlds, threads = sizes
    with Teller(quiet=quiet or json, doing="judging", unit="worlds") as teller:
        found = attribute(run, option=option, worlds=worlds, threads=threads, progress=teller)
    if json:
        terminal.show_json(found.as_json())
    else:
        terminal.show_sections(section(found), quiet=quiet)
    return 0


def _tell(run: "Run", future: str, option: str, *, json: bool, quiet: bool) -> int:
    from detente.analysis.causes import tell_cause
    from detente.cli.progress import Teller
    from detente.views import causes as view

    with Teller(quiet=quiet or json, doing="judging", unit="worlds") as teller:
        story = tell_cause(run, future=future, option=option, progress=teller)
    if json:
        terminal.show_json(story.as_json())
    else:
        terminal.show_sections(view.story(story), quiet=quiet)
    return 0


def _show_plan(run: "Run", option: str, sizes: tuple[int | None, int | None], *, json: bool) -> int:
    from detente.analysis.causes.coalitions import coalition_wars, worlds_of
    from detente.cli.progress import estimate_causes
    from detente.ensemble.kept import threads_of

    kept, worlds = coalition_wars(run, option), worlds_of(run, sizes[0])
    missing = len(kept.missing(worlds))
    threads = threads_of(sizes[1])
    seconds = estimate_causes(run.record.settings, missing) / threads
    if json:
        plan = {"worlds": len(worlds), "missing": missing, "seconds": seconds}
        terminal.show_json({"schema": "detente/plan/1", **plan})
        return 0
    terminal.say(
        f"{len(worlds)} worlds of {run.record.settings.futures_of_a_world:,} futures, {missing} of "
        f"them to be judged: about {seconds:.0f} s on {threads} thread(s) once the model is "
        "compiled"
    )
    terminal.say("Nothing was judged.")
    return 0
