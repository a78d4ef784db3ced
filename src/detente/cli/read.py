"""Commands that question a run: why, what it turns on, what would help; and the report."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from detente.cli import parameters, terminal
from detente.errors import DetenteError

if TYPE_CHECKING:
    from detente.ensemble.run import Run
    from detente.views.report import Part, Written


def causes(  # noqa: PLR0913, PLR0917  every setting
    run: parameters.RunPlace = None,
    future: Annotated[
        str | None, typer.Option(metavar="W:I", help="Say why this one future had war, or none.")
    ] = None,
    option: Annotated[str, typer.Option(help="Option whose wars are looked at.")] = "base",
    worlds: Annotated[
        int | None, typer.Option(help="Worlds to judge, from the first; 64 unless given.")
    ] = None,
    futures: Annotated[int, typer.Option(help="Futures of each world.")] = 100,
    threads: parameters.Threads = None,
    dry_run: parameters.DryRun = False,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Say why war comes: how the first shot came, what would prevent it.

    Futures are played again, on the same draws, without each of ten mechanisms and with subsets of
    them; what each is due of war is its Owen value. The result is kept in the run's folder: a call
    that was stopped goes on, a finished one is read. One future is played again on the run's own
    grid.
    """
    from detente.ensemble.run import Run

    opened = Run.open(run)
    if future is not None:
        return _story(opened, future, option, json=json, quiet=quiet)
    from detente.cli.progress import Teller
    from detente.questions.causes import causes as find

    if dry_run:
        return _plan_causes(opened, option, (worlds, futures, threads), json=json)
    with Teller(quiet=quiet or json, doing="judging", unit="worlds") as teller:
        found = find(
            opened,
            option=option,
            worlds=worlds,
            futures=futures,
            threads=threads,
            progress=teller,
        )
    terminal.show_result(found, json=json, quiet=quiet)
    return 0


def _story(run: "Run", future: str, option: str, *, json: bool, quiet: bool) -> int:
    from detente.questions.causes import tell_cause

    story = tell_cause(run, future=future, option=option)
    terminal.show_result(story, json=json, quiet=quiet)
    return 0


def _plan_causes(
    run: "Run", option: str, sizes: tuple[int | None, int, int | None], *, json: bool
) -> int:
    from detente.cli.progress import estimate_causes
    from detente.ensemble.intervention import AS_IT_IS
    from detente.ensemble.study import threads_of
    from detente.questions.causes.coalitions import Judging

    judging, threads = Judging(run, option, sizes[1]), threads_of(sizes[2])
    worlds = judging.worlds(sizes[0])
    missing = judging.study.missing([AS_IT_IS], worlds)
    seconds = estimate_causes(missing, judging.futures) / threads
    if json:
        plan = {"worlds": len(worlds), "missing": missing, "seconds": seconds}
        terminal.show_json({"schema": "detente/plan/1", **plan})
        return 0
    terminal.say(
        f"{len(worlds)} worlds of {judging.futures:,} futures, {missing} of them to be judged: "
        f"about {seconds:.0f} s on {threads} thread(s) once the model is compiled"
    )
    terminal.say("Nothing was judged.")
    return 0


def drivers(  # noqa: PLR0913, PLR0917  every setting
    run: parameters.RunPlace = None,
    outcome: parameters.Outcome = "any_war",
    option: Annotated[str, typer.Option(help="Option that is looked at.")] = "base",
    worlds: Annotated[
        int | None, typer.Option(help="Worlds of the run to play again; 60 unless given.")
    ] = None,
    threads: parameters.Threads = None,
    dry_run: parameters.DryRun = False,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Say what an outcome turns on: numbers that move it, and how far.

    First where its variance lies: in what is not known, or in which part of chance. Then numbers
    are moved in the run's worlds, on the same draws. Those that surely move it are listed, the
    others are one line. What is played is kept in the run's folder; a call that was stopped goes
    on.
    """
    from detente.cli.progress import Teller
    from detente.ensemble.run import Run
    from detente.questions.drivers import drivers as ask

    opened = Run.open(run)
    asked: dict[str, Any] = {"outcome": outcome, "option": option, "worlds": worlds}
    if dry_run:
        return _plan_drivers(opened, asked, threads, json=json)
    with Teller(quiet=quiet or json, unit="worlds") as teller:
        found = ask(opened, **asked, threads=threads, progress=teller)
    terminal.show_result(found, json=json, quiet=quiet)
    return 0


def _plan_drivers(run: "Run", asked: dict[str, Any], threads: int | None, *, json: bool) -> int:
    from detente.cli.progress import estimate_drivers
    from detente.ensemble.study import threads_of
    from detente.questions.drivers import plan

    worlds, is_answered = plan(run, **asked)
    at_a_time = threads_of(threads)
    seconds = 0.0 if is_answered else estimate_drivers(worlds) / at_a_time
    if json:
        planned = {"worlds": worlds, "is_answered": is_answered, "seconds": seconds}
        terminal.show_json({"schema": "detente/plan/1", **planned})
        return 0
    if is_answered:
        terminal.say("It was asked before: nothing is left to be played.")
        return 0
    terminal.say(
        f"{worlds} worlds, in which groups of numbers, then those that matter, are moved: up to "
        f"{seconds:.0f} s on {at_a_time} thread(s) once the model is compiled"
    )
    terminal.say("Nothing was played.")
    return 0


def discover(
    run: parameters.RunPlace = None,
    outcome: parameters.Outcome = "any_war",
    option: Annotated[str, typer.Option(help="Option that is looked at.")] = "base",
    threads: parameters.Threads = None,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Say under which few assumptions an outcome is likely in a run.

    Prints boxes of worlds in which at most three numbers lie between given values, with how likely
    the outcome is there and how much of it lies there. Each box is tried on new worlds, and left
    out if it does not stand out there. They are kept in the run's folder.
    """
    from detente.cli.progress import Teller
    from detente.ensemble.run import Run
    from detente.questions.discovery import discover as ask

    opened = Run.open(run)
    with Teller(quiet=quiet or json, doing="trying", unit="worlds") as teller:
        found = ask(opened, outcome=outcome, option=option, threads=threads, progress=teller)
    terminal.show_result(found, json=json, quiet=quiet)
    return 0


def compare(  # noqa: PLR0913, PLR0917  every setting
    run: parameters.RunPlace = None,
    other: Annotated[
        str | None,
        typer.Argument(
            metavar="RUN",
            help="Another run of the crisis: the two are compared in place of options.",
            autocompletion=parameters.offer_runs,
        ),
    ] = None,
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
    """Compare the options of a run, or two runs.

    Prints paired differences on the same worlds and the same draws, regret, thresholds kept, where
    an option helps, what it costs elsewhere, what would change the ranking, and what would have to
    be true for a threshold to be kept. Two runs are paired where they share seed, worlds and
    futures.
    """
    from detente.ensemble.run import Run
    from detente.questions.compare import compare as compare_options

    if other is not None:
        given = {"--options": options, "--better": better, "--below": below, "--above": above}
        return _compare_runs((run, other), outcome, given, json=json, quiet=quiet)
    found = compare_options(
        Run.open(run),
        outcome=outcome,
        options=parameters.read_names("--options", options),
        better=better,
        below=parameters.read_shares("--below", below),
        above=parameters.read_shares("--above", above),
    )
    terminal.show_result(found, json=json, quiet=quiet)
    return 0


def _compare_runs(
    places: tuple[str | None, str],
    outcome: str,
    given: dict[str, Any],
    *,
    json: bool,
    quiet: bool,
) -> int:
    from detente.ensemble.run import Run
    from detente.questions.since import compare_runs

    for name, value in given.items():
        if value:
            hint = "leave it out, or name one run"
            raise DetenteError("is about the options of one run", where=name, hint=hint)
    found = compare_runs(*map(Run.open, places), outcome=outcome)
    terminal.show_result(found, json=json, quiet=quiet)
    return 0


def hypotheses(  # noqa: PLR0913, PLR0917  every setting
    run: parameters.RunPlace = None,
    only: Annotated[
        str, typer.Option(metavar="KEY,...", help="Hypotheses to test; all unless given.")
    ] = "",
    worlds: Annotated[
        int | None, typer.Option(help="Worlds to use, from the first; 48 unless given, or all.")
    ] = None,
    threads: parameters.Threads = None,
    dry_run: parameters.DryRun = False,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Test the hypotheses of a run's pack by intervention.

    The run's worlds are played again with what each test changes, on the same draws: supported,
    supported but small (less than a point), rejected, or undecided and why. Kept in the run's
    folder: a call that was stopped goes on, a finished one is read.
    """
    from detente.ensemble.run import Run

    opened = Run.open(run)
    asked: dict[str, Any] = {
        "only": tuple(key.strip() for key in only.split(",") if key.strip()),
        "worlds": worlds,
        "threads": threads,
    }
    if dry_run:
        return _plan_hypotheses(opened, asked, json=json)
    return _test(opened, asked, json=json, quiet=quiet)


def _test(run: "Run", asked: dict[str, Any], *, json: bool, quiet: bool) -> int:
    from detente.cli.progress import Teller
    from detente.questions.hypotheses import hypotheses as test

    if not (json or quiet) and (seconds := _seconds(run, asked)) >= 1.0:
        terminal.warn(f"about {seconds:.0f} s of work is left")
    with Teller(quiet=quiet or json, doing="testing", unit="worlds") as teller:
        found = test(run, **asked, progress=teller)
    terminal.show_result(found, json=json, quiet=quiet)
    return 0


def _plan_hypotheses(run: "Run", asked: dict[str, Any], *, json: bool) -> int:
    from detente.questions.hypotheses import plan

    left, seconds = plan(run, **asked), _seconds(run, asked)
    if json:
        terminal.show_json({"schema": "detente/plan/1", **left._asdict(), "seconds": seconds})
        return 0
    terminal.say(
        f"{left.played:,} worlds to be played with changes ({left.followed:,} futures followed day "
        f"by day), raids of {left.raided:,} to be fought, {left.judged:,} to be judged for what "
        f"caused war: about {seconds:.0f} s on {left.threads} thread(s) once the model is compiled"
    )
    terminal.say("Nothing was played.")
    return 0


def _seconds(run: "Run", asked: dict[str, Any]) -> float:
    from detente.cli.progress import estimate_hypotheses
    from detente.questions.hypotheses import plan

    return estimate_hypotheses(plan(run, **asked))


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
    brief: Annotated[bool, typer.Option("--brief", help="Write the brief alone.")] = False,
    slide: Annotated[
        bool,
        typer.Option("--slide", help="Write one slide, .svg or .png: -o slide.png --slide."),
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(metavar="RUN", help="Begin with what has changed since this earlier run."),
    ] = None,
    tables: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Write tables as CSV and figures as SVG too."),
    ] = None,
    complete: Annotated[
        bool,
        typer.Option(
            "--complete",
            help="First work out what takes minutes: causes, drivers, hypotheses, evidence.",
        ),
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace files that are there already.")
    ] = False,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Write the report of a run: a brief, then an appendix.

    The brief has the answer in a picture and four sentences, what options change, what it rests
    on; the appendix each question with all figures, evidence, assumptions, limits. A page has no
    script and fetches nothing. What takes minutes is taken from the run's folder if it was worked
    out before; otherwise the report names the command for it.
    """
    from detente.cli.progress import Teller
    from detente.ensemble.run import Run
    from detente.views.report import default_name, refuse_taken
    from detente.views.report import report as write

    if brief and slide:
        raise DetenteError("--brief and --slide are two parts", hint="ask for one of them")
    part: Part = "brief" if brief else "slide" if slide else "whole"
    opened = Run.open(run)
    earlier = None if since is None else Run.open(since)
    name = out or default_name(opened.record.name, form, part)
    _refuse_clash(name, form, part)
    refuse_taken(Path(name), overwrite=overwrite)
    if complete:
        _work_out(opened, quiet=quiet or json)
    asked: dict[str, Any] = {"tlp": tlp, "since": earlier, "part": part, "tables": tables}
    with Teller(quiet=quiet or json, doing="writing", unit="questions") as teller:
        written = write(opened, name, **asked, overwrite=overwrite, progress=teller)
    if json:
        terminal.show_json(_written_as_json(opened, written))
    else:
        _show_written(written, quiet=quiet)
    return 0


def _refuse_clash(name: str, form: str | None, part: "Part") -> None:
    from detente.views.report import form_of

    if form is not None and form_of(Path(name), part) != form:
        hint = f"end its name in .{form}, or leave --format out"
        raise DetenteError(f"is not the name of a report in {form}", where=name, hint=hint)


def _work_out(run: "Run", *, quiet: bool) -> None:
    from detente.cli.progress import Teller
    from detente.views.material import WORK

    for work in WORK.values():
        with Teller(quiet=quiet, unit="worlds") as teller:
            work(run, teller)


def _show_written(written: "Written", *, quiet: bool) -> None:
    what = "slide" if written.form in {"svg", "png"} else "report"
    terminal.say(f"{written.report} holds the {what}, {written.size / 1e6:.2f} MB in all.")
    for folder, files in Counter(path.parent for path in written.beside).items():
        terminal.say(f"{folder} holds {files} tables and figures.")
    if not quiet and written.form == "html":
        terminal.say("It opens in any browser, offline; print it from there.")


def _written_as_json(run: "Run", written: "Written") -> dict[str, object]:
    return {
        "schema": "detente/report/1",
        "run": str(run.folder),
        "report": str(written.report),
        "format": written.form,
        "beside": [str(path) for path in written.beside],
        "bytes": written.size,
        "digest": run.digest,
    }
