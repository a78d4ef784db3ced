"""Commands that read a run: what became of it, why, what would help, one future, the report."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import typer

from detente.cli import parameters, terminal
from detente.errors import DetenteError

if TYPE_CHECKING:
    from detente.analysis.asking import Pick
    from detente.analysis.trace import Trace
    from detente.ensemble.run import Run
    from detente.views.report import Written

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
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the file that is packed into.")
    ] = False,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Read a stored run: the answer in words, endings by day, losses.

    Every share, length and loss has its interval and its range across worlds.
    With --bundle the run is packed into one file, which every command that reads a run opens.
    """
    from detente.ensemble.run import Run

    if overwrite and bundle is None:
        hint = "add --bundle, or leave --overwrite out"
        raise DetenteError("means nothing without --bundle", where="--overwrite", hint=hint)
    opened = Run.open(run)
    if bundle is None:
        from detente.analysis.course import course

        terminal.show_run(opened, course=course(opened), json=json, quiet=quiet)
    else:
        _pack(opened, bundle, overwrite=overwrite, json=json)
    return 0


def _pack(run: "Run", name: str, *, overwrite: bool, json: bool) -> None:
    from detente.ensemble import bundle
    from detente.ensemble.folder import place_of

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
    from detente.analysis.causes import causes as find
    from detente.cli.progress import Teller

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
    from detente.analysis.causes import tell_cause

    story = tell_cause(run, future=future, option=option)
    terminal.show_result(story, json=json, quiet=quiet)
    return 0


def _plan_causes(
    run: "Run", option: str, sizes: tuple[int | None, int, int | None], *, json: bool
) -> int:
    from detente.analysis.causes.coalitions import Judging
    from detente.cli.progress import estimate_causes
    from detente.ensemble.kept import threads_of

    judging, threads = Judging(run, option, sizes[1]), threads_of(sizes[2])
    worlds = judging.worlds(sizes[0])
    missing = len(judging.kept.missing(worlds))
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
        int | None, typer.Option(help="Worlds of the run to play again; 36 unless given.")
    ] = None,
    threads: parameters.Threads = None,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Say what an outcome turns on: numbers that move it, and how far.

    First where its variance lies: in what is not known, or in which part of chance. Then numbers
    are moved in the run's worlds, on the same draws. Those that surely move it are listed, the
    others are one line. What is played is kept in the run's folder; a call that was stopped goes
    on.
    """
    from detente.analysis.drivers import drivers as ask
    from detente.cli.progress import Teller
    from detente.ensemble.run import Run

    asked: dict[str, Any] = {
        "outcome": outcome,
        "option": option,
        "worlds": worlds,
        "threads": threads,
    }
    with Teller(quiet=quiet or json, unit="worlds") as teller:
        found = ask(Run.open(run), **asked, progress=teller)
    terminal.show_result(found, json=json, quiet=quiet)
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
    from detente.analysis.discovery import discover as ask
    from detente.cli.progress import Teller
    from detente.ensemble.run import Run

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
    from detente.analysis.compare import compare as compare_options
    from detente.ensemble.run import Run

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
    from detente.analysis.two_runs import compare_runs
    from detente.ensemble.run import Run

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
        int | None, typer.Option(help="Worlds to use, from the first; 64 unless given, or all.")
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
    from detente.analysis.hypotheses import hypotheses as test
    from detente.cli.progress import Teller

    if not (json or quiet) and (seconds := _seconds(run, asked)) >= 1.0:
        terminal.warn(f"about {seconds:.0f} s of work is left")
    with Teller(quiet=quiet or json, doing="testing", unit="worlds") as teller:
        found = test(run, **asked, progress=teller)
    terminal.show_result(found, json=json, quiet=quiet)
    return 0


def _plan_hypotheses(run: "Run", asked: dict[str, Any], *, json: bool) -> int:
    from detente.analysis.hypotheses import plan

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
    from detente.analysis.hypotheses import plan
    from detente.cli.progress import estimate_hypotheses

    return estimate_hypotheses(plan(run, **asked))


def ask(  # noqa: PLR0913, PLR0917  every setting
    run: parameters.RunPlace = None,
    outcome: parameters.Outcome = "any_war",
    by: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="A date or a day of the run; its horizon unless given."),
    ] = None,
    given: Given = None,
    option: Annotated[str, typer.Option(help="Option whose futures are counted.")] = "base",
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Say how likely an outcome is by a date, given what futures show.

    Each --given is a column of the futures with a value or a range, such as first_force_by=iran,
    failed_day=0:60 or first_force_day=:2026-04-01, or an outcome, such as talks_ever_failed; all
    must hold. Nothing is played. The interval is over worlds and chance together.
    """
    from detente.analysis.asking import ask as count
    from detente.ensemble.run import Run

    found = count(Run.open(run), outcome=outcome, by=by, given=given or (), option=option)
    terminal.show_result(found, json=json, quiet=quiet)
    return 0


def find(  # noqa: PLR0913, PLR0917  every setting
    run: parameters.RunPlace = None,
    ending: Annotated[
        str | None,
        typer.Option(
            metavar="O",
            help="An ending, or an outcome such as any_war.",
            autocompletion=parameters.offer_outcomes,
        ),
    ] = None,
    begun_by: Annotated[
        str | None, typer.Option(metavar="ACTOR", help="Who used force first, or none.")
    ] = None,
    given: Given = None,
    typical: Annotated[
        bool, typer.Option("--typical", help="Those nearest to the medians; so unless asked.")
    ] = False,
    early: Annotated[bool, typer.Option("--early", help="Those decided first.")] = False,
    late: Annotated[bool, typer.Option("--late", help="Those decided last.")] = False,
    count: Annotated[int, typer.Option(min=1, help="How many are shown.")] = 3,
    option: Annotated[str, typer.Option(help="Option whose futures are looked at.")] = "base",
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Find futures of a kind, typical, early or late ones, for trace.

    --given takes conditions as ask does. A typical future is the nearest to the medians of all that
    match, by its days, its fighting and its losses.
    """
    from detente.analysis.asking import find as look
    from detente.ensemble.run import Run

    found = look(
        Run.open(run),
        ending=ending,
        begun_by=begun_by,
        given=given or (),
        pick=_pick({"typical": typical, "early": early, "late": late}),
        count=count,
        option=option,
    )
    terminal.show_result(found, json=json, quiet=quiet)
    return 0


def _pick(asked: dict[str, bool]) -> "Pick":
    picked: list[Any] = [name for name, is_asked in asked.items() if is_asked]
    if len(picked) > 1:
        where = " and ".join(f"--{name}" for name in picked)
        raise DetenteError("not together", where=where, hint="give one")
    return picked[0] if picked else "typical"


def trace(
    run: parameters.RunPlace = None,
    future: Annotated[
        str, typer.Option(metavar="W:I", help="World and index of the future.")
    ] = "0:0",
    option: Annotated[str, typer.Option(help="Option of the future.")] = "base",
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Show one future of a run, day by day.

    It is played again from the run's record and compared with what is stored.
    """
    from detente.analysis.trace import trace as follow
    from detente.ensemble.run import Run

    told = follow(Run.open(run), future=future, option=option)
    terminal.show_result(told, json=json, quiet=quiet)
    if told.differs:
        terminal.warn(_difference(told))
        return 1
    return 0


def _difference(told: "Trace") -> str:
    why = (
        "the run's files were changed"
        if told.has_same_model
        else "the model has changed since the run was made"
    )
    return f"detente: played again, {', '.join(told.differs)} came out otherwise: {why}"


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
    """Write the report of a run as one page, or as Markdown.

    The answer, each question, evidence, assumptions, limits. A page has no script and fetches
    nothing. What takes minutes is taken from the run's folder if it was worked out before;
    otherwise the report names the command for it.
    """
    from detente.cli.progress import Teller
    from detente.ensemble.run import Run
    from detente.views.report import default_name, refuse_taken
    from detente.views.report import report as write

    opened = Run.open(run)
    earlier = None if since is None else Run.open(since)
    name = out or default_name(opened.record.name, form or "html")
    _refuse_clash(name, form)
    refuse_taken(Path(name), overwrite=overwrite)
    if complete:
        _work_out(opened, quiet=quiet or json)
    asked: dict[str, Any] = {"tlp": tlp, "since": earlier, "tables": tables, "overwrite": overwrite}
    with Teller(quiet=quiet or json, doing="writing", unit="questions") as teller:
        written = write(opened, name, **asked, progress=teller)
    if json:
        terminal.show_json(_written_as_json(opened, written))
    else:
        _show_written(written, quiet=quiet)
    return 0


def _refuse_clash(name: str, form: str | None) -> None:
    from detente.views.report import form_of

    if form is not None and form_of(Path(name)) != form:
        hint = f"end its name in .{form}, or leave --format out"
        raise DetenteError(f"is not the name of a report in {form}", where=name, hint=hint)


def _work_out(run: "Run", *, quiet: bool) -> None:
    from detente.analysis.causes import causes as find_causes
    from detente.analysis.discovery import discover
    from detente.analysis.drivers import drivers as ask
    from detente.analysis.hypotheses import hypotheses
    from detente.analysis.influence import influence
    from detente.cli.progress import Teller
    from detente.ensemble.foundation import read_base_again
    from detente.views.page import ASKED

    for outcome in ASKED:
        with Teller(quiet=quiet, unit="worlds") as teller:
            ask(run, outcome=outcome, progress=teller)
    with Teller(quiet=quiet, doing="judging", unit="worlds") as teller:
        find_causes(run, progress=teller)
    with Teller(quiet=quiet, doing="testing", unit="worlds") as teller:
        if read_base_again(run.folder, run.record).hypotheses:
            hypotheses(run, progress=teller)
        influence(run, progress=teller)
        for outcome in ASKED:
            discover(run, outcome=outcome, progress=teller)


def _show_written(written: "Written", *, quiet: bool) -> None:
    terminal.say(f"{written.report} holds the report, {written.size / 1e6:.2f} MB in all.")
    if written.beside:
        folder = written.beside[0].parent
        terminal.say(f"{folder} holds {len(written.beside)} tables and figures.")
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
