"""The command that changes something in a stored run and says what comes of it."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from detente.cli import parameters, terminal
from detente.errors import DetenteError
from detente.text import show

if TYPE_CHECKING:
    from detente.analysis.whatif import Asked
    from detente.ensemble.run import Run

SETTING = re.compile(r"[a-z_]\w*(?:\.\w+)*\s*=")
"""How a field that is set begins; anything else names a run."""
FORM = "write FIELD=VALUE, FIELD=LOW:HIGH for a range, or FIELD=LOW:HIGH:N for N values"
LEAST_STEPS, MOST_STEPS = 2, 50
DIGITS = 12
"""Of a value of a sweep, so that a third of the way from 0.1 to 0.4 is 0.2."""


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
        typer.Option(
            metavar="OUTCOME,...",
            help="Outcomes or endings that are shown.",
            autocompletion=parameters.offer_outcomes,
        ),
    ] = "any_war,deal",
    worlds: Annotated[
        int | None, typer.Option(help="Worlds to play, from the first; 16 unless given.")
    ] = None,
    futures: Annotated[int, typer.Option(help="Futures of each world.")] = 200,
    grid: Annotated[
        Literal["tiny", "normal", "fine"], typer.Option(help="How finely beliefs are cut.")
    ] = "tiny",
    why: Annotated[
        bool,
        typer.Option("--why", help="Say also what it makes force worth, and whose acts change."),
    ] = False,
    threads: parameters.Threads = None,
    dry_run: parameters.DryRun = False,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Say what a change does to a run, on its own worlds and draws.

    A field is set to a value. LOW:HIGH moves or narrows a number's range, in which each world keeps
    its quantile. LOW:HIGH:N sets it to N values one after the other; two such fields give a grid.
    With --why: what the change makes force and talks worth to each side, and what differs first in
    futures that end otherwise. What is played is kept in the run's folder: a call that was stopped
    goes on, a finished one is read.
    """
    from detente.analysis.whatif import whatif as ask
    from detente.cli.progress import Teller
    from detente.ensemble.run import Run

    place, changes = read_asked(asked)
    opened, names = Run.open(place), parameters.read_names("--outcome", outcome)
    sizes: dict[str, Any] = {"worlds": worlds, "futures": futures, "grid": grid}
    if dry_run:
        return _plan(opened, changes, sizes, threads, json=json)
    with Teller(quiet=quiet or json, unit="worlds") as teller:
        means: dict[str, Any] = {"why": why, "threads": threads, "progress": teller}
        found = ask(opened, changes, outcomes=names, **sizes, **means)
    terminal.show_result(found, json=json, quiet=quiet)
    return 0


def _plan(
    run: "Run",
    changes: "dict[str, Asked]",
    sizes: dict[str, Any],
    threads: int | None,
    *,
    json: bool,
) -> int:
    from detente.analysis.whatif import ask
    from detente.cli.progress import estimate_worlds
    from detente.ensemble.kept import threads_of

    question = ask(run, changes, **sizes)
    at_a_time, missing = threads_of(threads), question.missing
    settings = question.pairing.stage.settings
    seconds = estimate_worlds(settings, missing, question.pairing.futures) / at_a_time
    points = len(question.values)
    if json:
        plan = {"points": points, "worlds": question.worlds, "missing": missing}
        terminal.show_json({"schema": "detente/plan/1", **plan, "seconds": seconds})
        return 0
    terminal.say(
        f"{points} point(s) in {question.worlds} worlds, {missing} worlds to be played: about "
        f"{seconds:.0f} s on {at_a_time} thread(s) once the model is compiled"
    )
    terminal.say("Nothing was played.")
    return 0


def read_asked(asked: Sequence[str]) -> "tuple[str | None, dict[str, Asked]]":
    """Return the run that is named first, if one is, and what each field is to be.

    Raises
    ------
    DetenteError
        If something is no setting, or a field is given twice.
    """
    place = None if not asked or SETTING.match(asked[0]) else asked[0]
    changes: dict[str, Asked] = {}
    for text in asked if place is None else asked[1:]:
        field, equals, written = (part.strip() for part in text.partition("="))
        if not equals or not SETTING.match(text):
            raise DetenteError(f"{show(text)} is no change", where="whatif", hint=FORM)
        if field in changes:
            raise DetenteError("given twice", where=field, hint="give each field once")
        changes[field] = _value(text, written)
    return place, changes


def _value(text: str, written: str) -> "Asked":
    from detente.pack import parse_setting

    parts = written.split(":")
    if len(parts) == 1 or '"' in written:
        return parse_setting(text)[1]
    low, high = map(_number, parts[:2])
    rest = ":".join(parts[2:]).strip()
    if not rest:
        return low, high
    steps = int(rest) if rest.isdecimal() else 0
    if not LEAST_STEPS <= steps <= MOST_STEPS or low == high:
        what = f"{show(written)} is no sweep: N is from {LEAST_STEPS} to {MOST_STEPS}, LOW not HIGH"
        raise DetenteError(what, where=text.partition("=")[0], hint=FORM)
    values = (low + (high - low) * step / (steps - 1) for step in range(steps))
    return [float(f"{value:.{DIGITS}g}") for value in values]


def _number(part: str) -> float:
    try:
        number = float(part)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise DetenteError(f"{show(part.strip())} is no number", where="whatif", hint=FORM)
    return number
