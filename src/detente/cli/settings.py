"""Settings from the command line: changed fields, and what a run of this size will cost."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs: a check needs no store

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from detente.errors import DetenteError
from detente.pack import Change, parse_setting

if TYPE_CHECKING:
    from detente.ensemble.record import Settings

SECONDS_A_WORLD = {"tiny": 0.09, "normal": 0.25, "fine": 0.57}
"""Time to set up and solve one world on one core (measured on two-core x86-64) [s]."""
SECONDS_A_FUTURE = 50e-6
"""Time to play and store one future on one core (the same machine) [s]."""
BYTES_A_FUTURE = 32
"""Size of a stored future (measured on the first pack) [bytes]."""

TABLES = 12
"""Judging what caused war in a world solves about so many times what a run of it solves."""
PLAYS = 25
"""And plays so many times what the run plays."""


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


def estimate_causes(settings: "Settings", worlds: int) -> float:
    """Return how long it takes to judge what caused war in so many worlds, on one core [s]."""
    solving = TABLES * SECONDS_A_WORLD[settings.grid]
    playing = PLAYS * settings.futures_of_a_world * SECONDS_A_FUTURE
    return worlds * (solving + playing)


def estimate(settings: "Settings") -> dict[str, Any]:
    """Return what a run of this size takes: worlds, futures, time and disk."""
    from detente.ensemble import store

    options = len(settings.options)
    solving = settings.worlds * SECONDS_A_WORLD[settings.grid]
    playing = settings.played * SECONDS_A_FUTURE
    plan = store.plan("base", settings.worlds, settings.futures_of_a_world, settings.chunk)
    return {
        "options": options,
        "worlds": settings.worlds,
        "futures": settings.played,
        "seconds": options * (solving + playing) / settings.threads,
        "bytes": options * settings.played * BYTES_A_FUTURE,
        "parts": options * len(plan),
    }
