"""Settings from the command line: changed fields, and what a run of this size will cost."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs: a check needs no store

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from detente.errors import DetenteError
from detente.pack import Change, parse_setting

if TYPE_CHECKING:
    from detente.analysis.hypotheses import Plan
    from detente.ensemble.record import Settings

SECONDS_A_WORLD = {"tiny": 0.09, "normal": 0.25, "fine": 0.57}
"""Time to set up and solve one world on one core (measured on two-core x86-64) [s]."""
SECONDS_A_FUTURE = 50e-6
"""Time to play and store one future on one core (the same machine) [s]."""
BYTES_A_FUTURE = 52
"""Size of a stored future (measured on the first pack) [bytes]."""

TABLES = 12
"""Judging what caused war in a world solves about so many times what a run of it solves."""
PLAYS = 25
"""And plays so many times what the run plays."""
SECONDS_A_TRACE = 0.014
"""Time to follow one future day by day on one core (the same machine, while busy) [s]."""


def read_changes(pairs: Sequence[str] | None) -> dict[str, Change]:
    """Read settings `FIELD=VALUE`; a value is written as in a pack.

    Raises
    ------
    DetenteError
        If one is no setting, or its field is given twice.
    """
    changes: dict[str, Change] = {}
    for pair in pairs or ():
        field, value = parse_setting(pair)
        if field in changes:
            raise DetenteError("given twice", where=f"--set {field}", hint="give each field once")
        changes[field] = value
    return changes


def read_widths(given: Sequence[str] | None) -> dict[str, float]:
    """Read `OUTCOME=WIDTH`, several with commas between; 0.5% is .005.

    Raises
    ------
    DetenteError
        If one is not of this form, its width no number, or its outcome given twice or unknown.
    """
    widths: dict[str, float] = {}
    for pair in (pair.strip() for text in given or () for pair in text.split(",")):
        key, is_pair, width = (piece.strip() for piece in pair.partition("="))
        if not key or not is_pair:
            hint = "for example --until any_war=0.5%"
            raise DetenteError(f"{pair!r} is not OUTCOME=WIDTH", where="--until", hint=hint)
        if key in widths:
            raise DetenteError(f"{key} is given twice", where="--until", hint="give each once")
        widths[key] = _read_width(key, width)
    return widths


def _read_width(key: str, width: str) -> float:
    try:
        number = float(width.removesuffix("%"))
    except ValueError:
        what = f"the width of {key} is {width!r}, no number"
        hint = f"for example {key}=0.5% or {key}=0.005"
        raise DetenteError(what, where="--until", hint=hint) from None
    return number / 100.0 if width.endswith("%") else number


def estimate_causes(settings: "Settings", worlds: int) -> float:
    """Return how long it takes to judge what caused war in so many worlds, on one core [s]."""
    solving = TABLES * SECONDS_A_WORLD[settings.grid]
    playing = PLAYS * settings.futures_of_a_world * SECONDS_A_FUTURE
    return worlds * (solving + playing)


def estimate_worlds(settings: "Settings", worlds: int, futures: int) -> float:
    """Return how long it takes to play so many worlds of so many futures, on one core [s]."""
    return worlds * (SECONDS_A_WORLD[settings.grid] + futures * SECONDS_A_FUTURE)


def estimate_hypotheses(settings: "Settings", plan: "Plan") -> float:
    """Return how long it takes to test hypotheses, on the threads of the plan [s]."""
    from detente.analysis.hypotheses.interventions import MOST_FUTURES

    futures = min(MOST_FUTURES, settings.futures_of_a_world)
    playing = estimate_worlds(settings, plan.played + plan.designed, futures)
    following = plan.followed * SECONDS_A_TRACE
    return (playing + estimate_causes(settings, plan.judged)) / plan.threads + following


def estimate(settings: "Settings") -> dict[str, Any]:
    """Return what a run of this size takes: worlds, futures, time and disk."""
    from detente.ensemble import store

    options = len(settings.options)
    solving = settings.worlds * SECONDS_A_WORLD[settings.grid]
    playing = settings.played * SECONDS_A_FUTURE
    size = (settings.worlds, settings.futures_of_a_world)
    plan = store.plan("base", [size], settings.chunk)
    return {
        "options": options,
        "worlds": settings.worlds,
        "futures": settings.played,
        "seconds": options * (solving + playing) / settings.threads,
        "bytes": options * settings.played * BYTES_A_FUTURE,
        "parts": options * len(plan),
    }
