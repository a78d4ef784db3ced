"""Reported salvos: the weapons launched of each kind, and how many were said to have passed."""

import tomllib
from pathlib import Path
from typing import Annotated, Any, NamedTuple

EVENTS = Path(__file__).with_name("events.toml")
KINDS = ("ballistic_missiles", "cruise_missiles", "drones")
"""Kinds of weapons, in the order of the pack's arsenal."""


class Part(NamedTuple):
    """What was reported of one kind of weapons; pairs are the ends of what was reported."""

    kind: str
    launched: Annotated[tuple[int, int], "weapons launched"]
    passed: Annotated[tuple[int, int], "weapons that passed; from 0 if only few were reported"]
    is_bound: Annotated[bool, "whether only few were reported, and how few is taken by us"]
    working: Annotated[
        tuple[float, float] | None, "share that did not fail by itself, where reported"
    ]


class Event(NamedTuple):
    """What was reported of a salvo."""

    name: str
    days: Annotated[int, "days over which it came"]
    source: Annotated[str, "who reported it"]
    doubt: Annotated[str, "what may be wrong with it"]
    parts: tuple[Part, ...]


def reported_events() -> tuple[Event, ...]:
    """Read the events from their file."""
    tables = tomllib.loads(EVENTS.read_text(encoding="utf-8")).values()
    return tuple(event_of(table) for table in tables)


def event_of(table: dict[str, Any]) -> Event:
    """Return an event as its table has it."""
    reported = {key: value for key, value in table.items() if key not in KINDS}
    return Event(**reported, parts=tuple(part_of(k, table[k]) for k in KINDS if k in table))


def part_of(kind: str, table: dict[str, Any]) -> Part:
    """Return what was reported of a kind, with its lists as pairs."""
    is_bound = "at_most" in table
    passed = (0, table["at_most"]) if is_bound else tuple(table["passed"])
    working = tuple(table["working"]) if "working" in table else None
    return Part(kind, tuple(table["launched"]), passed, is_bound, working)


def share_of_day(total: int, day: int, days: int) -> int:
    """Return how many of a total come on a day if as many come on each, in whole weapons."""
    return total * (day + 1) // days - total * day // days
