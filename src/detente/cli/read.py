"""Commands that question a run: why, what it turns on, what would help; and the report."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

import shlex
from collections import Counter
from pathlib import Path
from typing import Annotated, Any, Literal, cast

import typer

from detente.cli import parameters, terminal
from detente.errors import DetenteError


def causes(  # noqa: PLR0913, PLR0917  every setting
    run: parameters.RunPlace = None,
    future: Annotated[
        str | None,
        typer.Option(
            metavar="W:I", help="Explain why this one course of events had war or had none."
        ),
    ] = None,
    option: parameters.Option = "base",
    worlds: Annotated[
        int | None,
        typer.Option(help="Sets of assumptions to judge, from the first; 64 unless given."),
    ] = None,
    futures: Annotated[
        int, typer.Option(help="Courses of events of each set of assumptions.")
    ] = 100,
    threads: parameters.Threads = None,
    dry_run: parameters.DryRun = False,
    weighed: parameters.Weighed = None,
) -> Any:
    """Say why war comes.

    Courses of events are played again, on the same draws, without each of ten mechanisms and with
    subsets of them; the share of war attributed to each is its Owen value. The result is kept in
    the run's folder, and a stopped call can be resumed. A single course of events is played again
    on the run's own grid.
    """
    from detente.cli.progress import ProgressReport
    from detente.ensemble.intervention import AS_IT_IS
    from detente.ensemble.record import threads_of
    from detente.questions import causes as question
    from detente.questions.causes import WORLDS, judging
    from detente.questions.duration import estimate_judgements

    opened = parameters.opened(run, weighed)
    if future is not None:
        return question.cause_of(opened, future=future, option=option)
    if not dry_run:
        with ProgressReport("judging", "sets of assumptions") as report:
            sizes: dict[str, Any] = {"worlds": worlds, "futures": futures, "threads": threads}
            return question.causes(opened, option=option, **sizes, progress=report)
    study, at_a_time = judging(opened, option, futures), threads_of(threads)
    judged = study.count(worlds, WORLDS, least=1)
    missing = study.missing([AS_IT_IS], range(judged))
    seconds = estimate_judgements(missing, futures) / at_a_time
    return terminal.plan(
        f"{judged} sets of assumptions x {futures:,} courses of events, {missing} to be judged: "
        f"about {seconds:.0f} s on {at_a_time} thread(s) once the model is compiled",
        done="judged",
        worlds=judged,
        missing=missing,
        seconds=seconds,
    )


def drivers(  # noqa: PLR0913, PLR0917  every setting
    run: parameters.RunPlace = None,
    outcome: parameters.Outcome = "any_war",
    option: parameters.Option = "base",
    worlds: Annotated[
        int | None, typer.Option(help="Sets of assumptions to play again; 60 unless given.")
    ] = None,
    threads: parameters.Threads = None,
    dry_run: parameters.DryRun = False,
    weighed: parameters.Weighed = None,
) -> Any:
    """Say which inputs move an outcome.

    The answer begins with the sources of its variance: uncertain inputs, or parts of chance. Then
    numbers are moved in the run's sets of assumptions, on the same draws. Numbers that clearly move
    it are listed; one line counts the others. The result is kept in the run's folder, and a stopped
    call can be resumed.
    """
    from detente.cli.progress import ProgressReport
    from detente.ensemble.record import threads_of
    from detente.ensemble.study import Study
    from detente.questions import drivers as question
    from detente.questions.duration import estimate_plays

    opened = parameters.opened(run, weighed)
    asked: dict[str, Any] = {"outcome": outcome, "option": option, "worlds": worlds}
    if not dry_run:
        with ProgressReport(unit="sets of assumptions") as report:
            return question.drivers(opened, **asked, threads=threads, progress=report)
    is_answered = question.played(opened, **asked) is not None
    moved = Study(opened, option).count(worlds, question.WORLDS, least=1)
    at_a_time = threads_of(threads)
    seconds = 0.0 if is_answered else estimate_plays(question.planned(moved)) / at_a_time
    planned = terminal.plan(
        f"{moved} sets of assumptions, in which groups of numbers, then those that matter, are "
        f"moved: up to {seconds:.0f} s on {at_a_time} thread(s) once the model is compiled",
        worlds=moved,
        is_answered=is_answered,
        seconds=seconds,
    )
    known = "It was asked before: nothing is left to be played."
    return planned._replace(says=[known]) if is_answered else planned


def weigh(
    run: parameters.RunPlace = None,
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to",
            metavar="VIEW",
            help="OUTCOME@DATE=CHANCE or LOW-HIGH; OUTCOME@DATE|CONDITION=CHANCE; view:KEY, "
            "judgement:KEY, past:OUTCOME@DATE.",
        ),
    ] = None,
    name: Annotated[
        str, typer.Option(metavar="NAME", help="Keep the weights with the run for other questions.")
    ] = "",
    play: Annotated[
        bool, typer.Option("--try", help="Play the weighted sets of assumptions on new draws.")
    ] = False,
    option: parameters.Option = "base",
    threads: parameters.Threads = None,
) -> Any:
    """Find assumptions under which a view holds.

    Sets of assumptions are weighted, as equally as possible, so that the run agrees with the view;
    views given by several --to hold together. The answer says what else would follow, and which
    assumptions would have to change. It names views that contradict each other, and views that no
    weights can reach, with the range that the sets of assumptions span. Nothing is played without
    --try, which draws new sets with these assumptions changed. --name keeps the weights, and other
    commands take --weighed NAME.
    """
    from detente.cli.progress import ProgressReport
    from detente.ensemble.run import Run
    from detente.questions.weigh import weigh as question

    with ProgressReport(unit="sets of assumptions") as report:
        asked: dict[str, Any] = {"option": option, "name": name, "play": play, "threads": threads}
        return question(Run.open(run), to or (), **asked, progress=report)


def discover(
    run: parameters.RunPlace = None,
    outcome: parameters.Outcome = "any_war",
    option: parameters.Option = "base",
    threads: parameters.Threads = None,
    weighed: parameters.Weighed = None,
) -> Any:
    """Find what makes an outcome likely.

    Prints boxes of assumptions in which at most three numbers lie between given values, how likely
    the outcome is in each, and what share of its cases lies there. Each box is tried on new draws,
    and left out if it does not stand out. The boxes are kept in the run's folder.
    """
    from detente.cli.progress import ProgressReport
    from detente.questions.discovery import discover as ask

    opened = parameters.opened(run, weighed)
    with ProgressReport("trying", "sets of assumptions") as report:
        return ask(opened, outcome=outcome, option=option, threads=threads, progress=report)


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
        parameters.outcomes("O", "Outcome or ending by which options are ranked."),
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
        typer.Option(help="Prefer more or less of the outcome; its usual direction unless given."),
    ] = None,
    below: Annotated[
        list[str] | None,
        typer.Option(
            metavar="O=SHARE", help="Count the assumptions under which it stays below: any_war=5%."
        ),
    ] = None,
    above: Annotated[
        list[str] | None,
        typer.Option(
            metavar="O=SHARE", help="Count the assumptions under which it stays above: deal=30%."
        ),
    ] = None,
    weighed: parameters.Weighed = None,
) -> Any:
    """Compare options, or two runs.

    Prints paired differences on the same draws, regret, which thresholds each option meets,
    where it helps and what it costs elsewhere, what would change the ranking, and what would have
    to be true for an option to meet a threshold. Two runs are compared course by course if they
    share seed and size.
    """
    from detente.ensemble.run import Run
    from detente.questions.compare import compare as compare_options
    from detente.questions.since import compare_runs

    if other is not None:
        given: dict[str, object] = {"--options": options, "--better": better, "--below": below}
        given |= {"--above": above, "--weighed": weighed}
        for name in [name for name, value in given.items() if value]:
            hint = "leave it out, or name one run"
            raise DetenteError("is about the options of one run", where=name, hint=hint)
        return compare_runs(Run.open(run), Run.open(other), outcome=outcome)
    return compare_options(
        parameters.opened(run, weighed),
        outcome=outcome,
        options=parameters.read_names("--options", options),
        better=better,
        below=parameters.read_shares("--below", below),
        above=parameters.read_shares("--above", above),
    )


def hypotheses(
    run: parameters.RunPlace = None,
    only: Annotated[
        str, typer.Option(metavar="KEY,...", help="Hypotheses to test; all unless given.")
    ] = "",
    worlds: Annotated[
        int | None,
        typer.Option(help="Sets of assumptions to use, from the first; 48 unless given, or all."),
    ] = None,
    threads: parameters.Threads = None,
    dry_run: parameters.DryRun = False,
    weighed: parameters.Weighed = None,
) -> Any:
    """Test a pack's hypotheses.

    The run's sets of assumptions are played again with the changes of each test, on the same
    draws. A hypothesis is supported, supported but small (less than a point), rejected, or
    undecided, with the reason. The result is kept in the run's folder, and a stopped call can
    be resumed.
    """
    from detente.cli.progress import ProgressReport
    from detente.questions import hypotheses as question
    from detente.questions.duration import estimate_tests

    opened = parameters.opened(run, weighed)
    keys = tuple(key.strip() for key in only.split(",") if key.strip())
    asked: dict[str, Any] = {"only": keys, "worlds": worlds, "threads": threads}
    left = question.plan(opened, **asked)
    seconds = estimate_tests(left)
    if not dry_run:
        if seconds >= 1.0 and terminal.FORM.get().shows_progress:
            terminal.warn(f"about {seconds:.0f} s of work is left")
        with ProgressReport("testing", "sets of assumptions") as report:
            return question.hypotheses(opened, **asked, progress=report)
    return terminal.plan(
        f"{left.played:,} sets of assumptions to be played with changes ({left.followed:,} courses "
        f"of events followed day by day), raids of {left.raided:,} to be fought, {left.judged:,} "
        f"to be judged for what caused war: about {seconds:.0f} s on {left.threads} thread(s) once "
        "the model is compiled",
        **left._asdict(),
        seconds=seconds,
    )


def report(  # noqa: PLR0913, PLR0917  every way to ask for it
    run: parameters.RunPlace = None,
    out: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--out",
            metavar="FILE",
            help="Write here; unless given, the file is named after the pack.",
        ),
    ] = None,
    form: Annotated[
        Literal["html", "md", "docx", "pptx", "pdf"] | None,
        typer.Option("--format", help="The format; unless given, by FILE's ending, else a page."),
    ] = None,
    docx: Annotated[bool, typer.Option("--docx", help="Write the brief for Word.")] = False,
    pptx: Annotated[bool, typer.Option("--pptx", help="Write up to six slides.")] = False,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Print the page as PDF, by this machine's browser.")
    ] = False,
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
            help="First answer what takes minutes: causes, drivers, hypotheses, evidence.",
        ),
    ] = False,
    overwrite: parameters.Overwrite = False,
    weighed: parameters.Weighed = None,
) -> Any:
    """Write a brief and an appendix.

    The brief gives the answer on two pages, the appendix the figures of each question, the evidence
    and the limits. The page has no script and fetches nothing. Word needs the extra `docx`, slides
    need `pptx`. Answers that take minutes are included if they were asked for before.
    """
    from detente.cli.progress import ProgressReport
    from detente.disk import refuse_taken
    from detente.ensemble.run import Run
    from detente.ensemble.runners import WorkInParts
    from detente.questions.strip import strip
    from detente.views import report as view
    from detente.views.work import WORKS

    if brief and slide:
        raise DetenteError("--brief and --slide are two parts", hint="ask for one of them")
    part: view.Part = "brief" if brief else "slide" if slide else "whole"
    asked_for = [form, "docx" if docx else None, "pptx" if pptx else None, "pdf" if pdf else None]
    forms = list(dict.fromkeys(filter(None, asked_for)))
    if len(forms) > 1:
        what = f"{' and '.join(forms)} are {len(forms)} forms"
        raise DetenteError(what, where="report", hint="ask for one of them at a time")
    wanted = cast("view.Form | None", forms[0] if forms else None)
    named = None if run is None else Path(run)
    if named is not None and named.suffix.lower() in view.FORMS["whole"] and not named.is_dir():
        hint = f"the file to write goes after -o: detente report -o {shlex.quote(str(run))}"
        raise DetenteError("is named like a report, not like a run", where=str(run), hint=hint)
    opened = parameters.opened(run, weighed)
    earlier = None if since is None else Run.open(since)
    name = out or view.default_name(opened.record.name, wanted, part)
    if wanted is not None and view.form_of(Path(name), part) != wanted:
        hint = f"end its name in .{wanted}, or leave the form out"
        raise DetenteError(f"is not the name of a report in {wanted}", where=name, hint=hint)
    refuse_taken(Path(name), overwrite=overwrite)
    view.writer_of(view.form_of(Path(name), part))  # before minutes are spent, if one is missing
    if complete:
        asking = [part for one in WORKS.values() if one.is_of_run for part in one.parts(opened)]
        with ProgressReport("asking", unit="") as report:
            work = WorkInParts(report, len(asking))
            for one in asking:
                one(progress=work.begin())
    asked: dict[str, Any] = {"tlp": tlp, "since": earlier, "part": part, "tables": tables}
    with ProgressReport("writing", "questions") as report:
        written = view.report(opened, name, **asked, overwrite=overwrite, progress=report)
    what = view.CALLED.get(written.form, "report" if part == "whole" else part)
    says = [f"{written.report} holds the {what}, {written.size / 1e6:.2f} MB in all."]
    for folder, files in Counter(path.parent for path in written.others).items():
        says.append(f"{folder} holds {files} tables and figures.")
    if written.form == "html" and not terminal.FORM.get().quiet:
        says.append("It opens in any browser, offline; print it from there.")
    content: dict[str, Any] = {
        "schema": "detente/report/1",
        "run": str(opened.folder),
        "report": str(written.report),
        "format": written.form,
        "beside": [str(path) for path in written.others],
        "bytes": written.size,
        "digest": opened.digest,
    }
    if terminal.FORM.get().json:
        content["strip"] = strip(opened).as_json()
    return terminal.Notice(content, says)
