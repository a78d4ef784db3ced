"""Commands that follow a crisis: what was seen, the same checksum, what differs."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from detente.cli import parameters, terminal
from detente.errors import DetenteError

if TYPE_CHECKING:
    from detente.pack import Quantity

NOTHING_ASKED = "--observed FILE weighs what was seen; --next says what to watch for"


def update(  # noqa: PLR0913, PLR0917  every setting
    run: parameters.RunPlace = None,
    observed: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What was seen after the as-of date, in TOML."),
    ] = None,
    show_next: Annotated[
        bool,
        typer.Option("--next", help="Rank signs by their information on the outcome."),
    ] = False,
    outcome: Annotated[
        str,
        parameters.outcomes("O", "Outcome or ending by which signs are ranked."),
    ] = "any_war",
    by: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="With --next: rank every event that may be seen by then."
        ),
    ] = None,
    within: Annotated[
        int | None,
        typer.Option(
            metavar="DAYS", help="Also give outcomes within so many days of the last observation."
        ),
    ] = None,
    more_worlds: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Most sets of assumptions to add; else as many as the run has.",
        ),
    ] = None,
    option: parameters.Option = "base",
    threads: parameters.Threads = None,
    as_pack: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Write what was seen as the pack of a new run."),
    ] = None,
    sheet: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a sheet of indicators, to be filled in."),
    ] = None,
    weighed: parameters.Weighed = None,
) -> Any:
    """Update chances with later news.

    Each course of events counts by the likelihood of the signs that were seen. Courses that
    contradict a fact (force, failed talks) are dropped. If too few are left, more sets of
    assumptions are played (--more-worlds); if these do not suffice, --as-pack writes the pack of a
    new run.
    """
    from detente.cli.progress import ProgressReport
    from detente.questions.sightings import sightings
    from detente.questions.update import update as weigh
    from detente.questions.update import write_pack, write_sheet
    from detente.views.shown import with_weighing
    from detente.views.watching import events, section

    if by is not None and (observed is not None or not show_next):
        what = "goes with --next, and not with --observed: events are counted in every course"
        raise DetenteError(what, where="--by", hint="give --next --by DATE")
    if observed is None and (as_pack is not None or not (show_next or sheet)):
        raise DetenteError("nothing was observed", where="--observed", hint=NOTHING_ASKED)
    opened = parameters.opened(run, weighed)
    if as_pack is not None and observed is not None:
        written = write_pack(opened, observed, as_pack)
        says = [f"{shlex.quote(str(as_pack))} holds the pack as of the last day observed."]
        says += [f"Note: {note}." for note in written.notes]
        check = shlex.join(["detente", "check", shlex.split(written.command)[2]])
        following = [(check, "its faults"), (written.command, "play it")]
        return terminal.Notice(written.as_json(), says, following)
    if sheet is not None:
        form = write_sheet(opened, sheet, observed)
        says = [f"{shlex.quote(str(sheet))} holds a sheet of {len(form.signs)} signs, to fill in."]
        return terminal.Notice(form.as_json(), says, [(form.command, "weigh what was seen")])
    asked: dict[str, Any] = {"outcome": outcome, "option": option, "threads": threads}
    more: dict[str, Any] = {"within": within, "more_worlds": more_worlds}
    seen = None
    with ProgressReport("following", "sets of assumptions") as report:
        found = weigh(opened, observed, **asked, **more, progress=report)
        if not show_next and not found.observations.seen:
            where = found.observations.name
            raise DetenteError("it has no observation", where=where, hint=NOTHING_ASKED)
        if by is not None:
            seen = sightings(opened, by=by, **asked, progress=report)
    if terminal.FORM.get().json:
        events_by = {} if seen is None else {"sightings": seen.as_json()}
        terminal.show_json({**found.as_json(), **events_by})
    else:
        before = [] if seen is None else [with_weighing(seen, events(seen))]
        after = with_weighing(found, section(found, shows_signs=show_next))
        terminal.show_sections(*before, after)
    return None


def replay(
    run: parameters.RunPlace = None,
    future: Annotated[
        str | None, typer.Option(metavar="W:I", help="Play this one course of events only.")
    ] = None,
    option: Annotated[
        str | None, typer.Option(help="Play this option only; all unless given.")
    ] = None,
    worlds: Annotated[
        int | None,
        typer.Option(help="Sets of assumptions to play, from the first; all unless given."),
    ] = None,
    threads: parameters.Threads = None,
) -> Any:
    """Check that a run replays identically.

    Plays it again and compares the version and the model, the pack, its numbers, the sets of
    assumptions, then every course of events with what the run's folder holds. Nothing is written.
    The status is 1 if anything differs.
    """
    from detente.cli.progress import ProgressReport
    from detente.ensemble.replay import replay as play_again
    from detente.ensemble.run import Run

    opened = Run.open(run)
    sizes: dict[str, Any] = {"option": option, "worlds": worlds, "threads": threads}
    with ProgressReport("playing again") as report:
        done = play_again(opened, **sizes, future=future, progress=report)
    terminal.show_answer(done)
    return 0 if done.is_same else 1


def diff(
    before: Annotated[
        str, typer.Argument(metavar="A", help="Name of a pack that ships, or a path; or a run.")
    ],
    after: Annotated[str, typer.Argument(metavar="B", help="The pack, or run, to compare.")],
) -> None:
    """Compare two packs.

    Lists numbers (defaults and the catalogue included), claims, options, hypotheses and all the
    rest, each as it was in A and as it is in B. A part of which only the key differs, such as an
    actor or a layer, is listed as renamed. A run stands for its pack as it was played; compare says
    how far outcomes moved. The status is 0 whether anything differs or not.
    """
    from detente.cli.evidence import crisis_of
    from detente.pack.comparison import compare, origin_of, quantity_words
    from detente.views.since import packs

    comparison = compare(crisis_of(before), crisis_of(after))
    if not terminal.FORM.get().json:
        terminal.show_sections(packs(before, after, comparison))
        return

    def said(quantity: "Quantity | None") -> dict[str, Any] | None:
        if quantity is None:
            return None
        return {
            "says": quantity_words(quantity),
            "origin": origin_of(quantity),
            "gives": list(quantity.gives),
            "because": list(quantity.because),
            "assumed": quantity.assumed,
        }

    numbers = [
        {"field": one.field, "before": said(one.before), "after": said(one.after)}
        for one in comparison.numbers
    ]
    others = ("claims", "options", "hypotheses", "structure")
    terminal.show_json(
        {
            "schema": "detente/diff/1",
            "before": before,
            "after": after,
            # The dotted path of each part before and after.
            "renamed": [{"before": one.before, "after": one.after} for one in comparison.renamed],
            "numbers": numbers,
            **{name: [one._asdict() for one in getattr(comparison, name)] for name in others},
        }
    )
