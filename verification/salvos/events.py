"""Reported salvos: what was launched, and how much of it was said to have hit."""

import tomllib
from pathlib import Path
from typing import Annotated, Any, NamedTuple

EVENTS = Path(__file__).with_name("events.toml")


class Event(NamedTuple):
    """What was reported of a salvo; pairs are the ends of what was reported."""

    name: str
    launched: Annotated[tuple[int, int], "missiles launched"]
    days: Annotated[int, "days over which they came"]
    hits: Annotated[tuple[int, int], "missiles that hit"]
    source: Annotated[str, "who reported it"]
    doubt: Annotated[str, "what may be wrong with it"]
    working: Annotated[
        tuple[float, float] | None, "share that did not fail by itself, where reported"
    ] = None


def reported_events() -> tuple[Event, ...]:
    """Read the events from their file."""
    tables = tomllib.loads(EVENTS.read_text(encoding="utf-8")).values()
    return tuple(event_of(table) for table in tables)


def event_of(table: dict[str, Any]) -> Event:
    """Return an event as its table has it, with its lists as pairs."""
    pairs = {key: tuple(value) for key, value in table.items() if isinstance(value, list)}
    return Event(**(table | pairs))


def part_of(total: int, day: int, days: int) -> int:
    """Return how many of a total come on a day if as many come on each, in whole missiles."""
    return total * (day + 1) // days - total * day // days
