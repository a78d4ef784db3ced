"""Commands that play: run, and its two halves alone, engage and solve."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from detente.cli import parameters, terminal
from detente.errors import DetenteError
from detente.kernel.limits import LONGEST_HORIZON

if TYPE_CHECKING:
    from detente.pack import Crisis

SIZES = ("futures", "worlds", "option_worlds")
"""Sizes to which an existing run can be extended."""
FREE_WITH_RESUME = {
    *(*SIZES, "options", "pack", "resume", "until", "most_futures", "cluster", "json", "quiet"),
    "everything",
}
"""Options that are allowed with `--resume`; the others come from the record."""
Side = Literal["challenger", "defender"]
Beginner = Literal["challenger", "defender", "ally"]
Plan = Literal["display", "stand_off", "sustained", "direct_action"]


def run(  # noqa: PLR0913, PLR0917  every setting of a run
    context: typer.Context,
    pack: Annotated[
        str | None,
        typer.Argument(
            metavar="PACK",
            help="A pack that ships, or a path; with --resume a run.",
            autocompletion=parameters.offer_packs_or_runs,
        ),
    ] = None,
    options: Annotated[
        str,
        typer.Option(
            metavar="all|NAME,...",
            help="Options to play, with the base.",
            autocompletion=parameters.offer_options,
        ),
    ] = "",
    futures: Annotated[
        int,
        typer.Option(help="Courses of events, without any option."),
    ] = 51_200,
    worlds: Annotated[
        int, typer.Option(help="Sets of assumptions: draws of every uncertain input.")
    ] = 128,
    option_worlds: Annotated[
        int,
        typer.Option(help="Sets of assumptions for options."),
    ] = 64,
    seed: Annotated[int, typer.Option(help="The same seed gives the same run.")] = 1,
    threads: parameters.Threads = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS|local",
            help="Play on a Dask cluster, or on processes here.",
        ),
    ] = None,
    chunk: Annotated[int, typer.Option(help="Most courses of events in one file.")] = 10_000,
    grid: parameters.Grid = "normal",
    horizon: Annotated[
        int, typer.Option(help=f"Length of a course of events, 1 to {LONGEST_HORIZON} days.")
    ] = 365,
    changes: parameters.Changes = None,
    out: Annotated[
        str | None,
        typer.Option("-o", "--out", metavar="RUN", help="Folder or address; new in ./runs."),
    ] = None,
    overwrite: parameters.Overwrite = False,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume",
            help="Go on with a run, or extend it by --futures, --worlds, --options.",
        ),
    ] = False,
    until: Annotated[
        list[str] | None,
        typer.Option(
            metavar="OUTCOME=WIDTH,...",
            help="Play until OUTCOME has this sampling error: any_war=0.5%.",
        ),
    ] = None,
    most_futures: Annotated[
        int, typer.Option(help="Limit of --until.", min=1, max=2_000_000_000)
    ] = 10_000_000,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Only estimate plays, time and disk space; play nothing."),
    ] = False,
) -> Any:
    """Play a crisis many times.

    Says how it may end, on one screen, and stores the run. --all prints the rest too.

    On a cluster: detente run oman-2026 --cluster tcp://10.0.0.1:8786
    """
    from detente.cli.progress import ProgressReport
    from detente.ensemble import folder, simulate
    from detente.pack.outside import views_at
    from detente.questions.summary import check_widths, narrow, still_needed

    widths = parameters.read_shares("--until", until, "width")
    check_widths(widths)
    sources = {name: context.get_parameter_source(name) for name in context.params}
    given = {name for name, source in sources.items() if source and source.name != "DEFAULT"}
    if "most_futures" in given and not widths:
        hint = "add --until OUTCOME=WIDTH, or leave it out; --futures says how much is played"
        raise DetenteError(
            "only limits --until, which is not given", where="--most-futures", hint=hint
        )
    asked: dict[str, Any] = {"options": parameters.read_names("--options", options)}
    if resume:
        for name in (name for name in context.params if name in given - FREE_WITH_RESUME):
            raise DetenteError(
                f"--{name.replace('_', '-')} cannot be given with --resume",
                hint="a run takes its settings from its record; --futures, --worlds, "
                "--option-worlds and --options extend it",
            )
        asked |= {name: context.params[name] for name in SIZES if name in given}
        begin = partial(simulate.resume, folder.find(pack))
    else:
        if pack is None:
            hint = "for example: detente run oman-2026; `detente list` shows all"
            raise DetenteError("no PACK is given", hint=hint)
        crisis = parameters.load(pack, changes)
        if 0 < futures < worlds:
            terminal.warn(
                f"detente: {futures:,} courses of events are fewer than {worlds:,} sets of "
                f"assumptions: {worlds:,} are played, one for each"
            )
        limit = most_futures if widths else None
        asked |= {
            "futures": _begin_with(futures, worlds, limit, is_asked="futures" in given),
            "worlds": worlds,
            "option_worlds": option_worlds,
            "seed": seed,
            "threads": threads,
            "chunk": chunk,
            "grid": grid,
            "horizon": horizon,
        }
        views_at(crisis, horizon)  # their faults come before anything is played
        if dry_run:
            return _plan(crisis, asked, widths, most_futures)
        if out is not None:
            folder.remember(out)
        begin = partial(simulate.simulate, crisis, out=out, overwrite=overwrite)
    try:
        with ProgressReport() as report:
            played = begin(**asked, cluster=cluster, progress=report)
        if widths:
            limits: dict[str, Any] = {"most_futures": most_futures, "cluster": cluster}
            with ProgressReport() as report:
                played = narrow(played, widths, **limits, progress=report)
            if more := still_needed(played, widths):
                terminal.warn(
                    f"detente: stopped at {played.record.settings.played:,} courses of events by "
                    f"--most-futures; about {more:,} more would do for --until"
                )
        terminal.show_run(played)
    except KeyboardInterrupt as stop:
        if widths:  # no record holds until when the run was to go on
            goal = ",".join(f"{key}={width:g}" for key, width in widths.items())
            stop.add_note(f"with --until {goal} --most-futures {most_futures}")
        raise
    return None


def _begin_with(futures: int, worlds: int, limit: int | None, *, is_asked: bool) -> int:
    """Return the number of futures to start with: within the limit, and equal for all worlds."""
    if limit is None or worlds < 1 or futures <= limit // worlds * worlds:
        return futures
    most = limit // worlds * worlds
    if most == 0 or (is_asked and futures > limit):
        what = f"{limit:,} are fewer than the first round plays"
        hint = f"ask for fewer --futures, and for at least one for each of --worlds {worlds}"
        raise DetenteError(what, where="--most-futures", hint=hint)
    return most


def _plan(
    crisis: "Crisis", asked: dict[str, Any], widths: dict[str, float], most_futures: int
) -> terminal.Notice:
    from detente.cli.progress import BYTES_A_FUTURE
    from detente.ensemble import store
    from detente.ensemble.simulate import settle
    from detente.questions.duration import estimate_worlds

    settings = settle(crisis, **asked)
    futures = settings.futures_of_a_world
    sizes = {option: (settings.worlds_of(option), futures) for option in settings.options}
    seconds = sum(estimate_worlds(settings, *size) for size in sizes.values()) / settings.threads
    parts = (store.plan(option, [size], settings.chunk) for option, size in sizes.items())
    planned: dict[str, Any] = {
        "options": len(settings.options),
        "worlds": settings.worlds,
        "option_worlds": settings.shared_worlds,
        "futures": settings.played,
        "seconds": seconds,
        "bytes": settings.played_in_all * BYTES_A_FUTURE,
        "parts": sum(1 for _ in chain.from_iterable(parts)),
    }
    base, *options = (
        f"{settings.played_of(option):,} courses of events under {settings.worlds_of(option)} sets "
        "of assumptions"
        for option in settings.options
    )
    more = f", {options[0]} for each of {len(options)} option(s)" if options else ""
    aims = (
        f"More are then played until sampling moves {key} by at most {100 * width:g} points either "
        f"way, assumptions held fixed, up to {most_futures:,} without any option."
        for key, width in widths.items()
    )
    then: dict[str, Any] = {"until": widths, "most_futures": most_futures}
    return terminal.plan(
        f"{base}{more}, about {seconds:.0f} s on {settings.threads} thread(s) once the "
        f"model is compiled, about {planned['bytes'] / 1e6:.1f} MB on disk in {planned['parts']} "
        "files",
        *aims,
        **planned,
        **(then if widths else {}),
    )


def engage(  # noqa: PLR0913, PLR0917  every setting
    pack: parameters.Pack,
    side: Annotated[
        Side | None, typer.Option(help="The side whose defence is shown; both unless given.")
    ] = None,
    days: Annotated[int, typer.Option(help="Days of raids, 1 to 360.")] = 10,
    rest: Annotated[
        int, typer.Option(help="Days without raids after them, to see what comes back.")
    ] = 30,
    by: Annotated[Beginner, typer.Option(help="Who begins.")] = "challenger",
    force: Annotated[
        int,
        typer.Option(help="Force deployed when it begins: 0 little, by surprise; 2 all in reach."),
    ] = 2,
    plan: Annotated[
        Plan, typer.Option(help="How hard the challenger raids: the effort of this plan.")
    ] = "sustained",
    futures: Annotated[int, typer.Option(help="Campaigns, under all assumptions together.")] = 4096,
    worlds: Annotated[
        int, typer.Option(help="Sets of assumptions: draws of every uncertain input.")
    ] = 64,
    seed: Annotated[int, typer.Option(help="The same seed gives the same result.")] = 1,
    threads: parameters.Threads = None,
    sweep: Annotated[
        str | None,
        typer.Option(
            metavar="FIELD=lo:hi:n", help="Move one number in n steps, on the same draws."
        ),
    ] = None,
    changes: parameters.Changes = None,
) -> Any:
    """Play raids against air defences only.

    Both sides raid with all their force, day by day. Prints the share of weapons that pass and why,
    losses and weapons spent on both sides, and the recovery of each defence. Bargaining plays no
    part, and nothing is stored. A sweep such as defences.iran.integration=0:1:5 shows how leakage
    and losses move with one number.
    """
    from detente.cli.progress import ProgressReport
    from detente.questions.engagement import engage as fight
    from detente.questions.engagement import parse_sweep

    asked = None if sweep is None else parse_sweep(sweep)
    crisis = parameters.load(pack, changes)
    with ProgressReport("fighting", "campaigns") as report:
        return fight(
            crisis,
            side=side,
            days=days,
            rest=rest,
            force=force,
            plan=plan,
            by=by,
            futures=futures,
            worlds=worlds,
            seed=seed,
            threads=threads,
            sweep=asked,
            progress=report,
        )


def solve(  # noqa: PLR0913, PLR0917  every setting
    pack: parameters.Pack,
    worlds: Annotated[
        int | None,
        typer.Option(help="Sets of assumptions; the median one alone unless given."),
    ] = None,
    seed: Annotated[
        int, typer.Option(help="The same seed draws the same sets of assumptions.")
    ] = 1,
    threads: parameters.Threads = None,
    grid: parameters.Grid = "normal",
    horizon: Annotated[
        int, typer.Option(help=f"Days that can be played, 1 to {LONGEST_HORIZON}.")
    ] = 365,
    changes: parameters.Changes = None,
) -> Any:
    """Solve the bargaining alone.

    Prints which deals both sides prefer to force, which each offers and when, what is accepted at
    which belief, whether force deployed is leverage or provocation, and what each mediator is
    worth. Nothing is played and nothing is stored.
    """
    from detente.cli.progress import ProgressReport
    from detente.questions.bargaining import solve as solve_game

    crisis = parameters.load(pack, changes)
    with ProgressReport("solving", "sets of assumptions") as report:
        return solve_game(
            crisis,
            worlds=worlds,
            seed=seed,
            grid=grid,
            horizon=horizon,
            threads=threads,
            progress=report,
        )
