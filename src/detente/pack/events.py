"""When the events of a crisis happen, and what must hold of them and of what they change."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from detente.pack.hypotheses import reason_rules
from detente.pack.model import DatedEvent, Model
from detente.pack.number import Finding
from detente.pack.toml import KeyPath
from detente.text import show

AT_START = {
    re.compile(r"actors\.\w+\.hard_probability|indicators\..*|posture\.dependence"): (
        "a field that holds on a later day; this one is what is believed at the start"
    ),
    re.compile(r"actors\.\w+\.has_vowed|talks\.have_failed|forces\.\w+\.deployed"): (
        "a field that holds on a later day; this one is how things stand at the start"
    ),
    re.compile(r"plans\.(hard|soft)\..*|lessons\..*|dispute\..*|events\..*"): (
        "a field that holds on a later day; this one is settled at the start"
    ),
}
"""Fields that say how a future begins, and what an event may change instead."""
INSTEAD = "change what moves it, such as actors.KEY.war_cost, talks.text_rate or forces.KEY.leaves"


class Occurrence(NamedTuple):
    """An event on the day on which it happens in one world."""

    day: int
    """Days since the as-of date."""
    key: str
    event: DatedEvent


def happenings(model: Model, values: Mapping[str, float]) -> list[Occurrence]:
    """Return the events of a crisis in one world, by their days.

    `values`: the numbers of the world, by dotted path; that of a window is `events.KEY.luck`.
    """
    dated = [
        Occurrence(day_of(event, model.as_of, values.get(f"events.{key}.luck", 0.0)), key, event)
        for key, event in model.events.items()
    ]
    return sorted(dated, key=lambda one: one.day)


def day_of(event: DatedEvent, as_of: date, luck: float) -> int:
    """Return the day of an event [days since the as-of date]; every day of a window alike."""
    first, last = window_of(event)
    days = (last - first).days
    return (first - as_of).days + min(int(luck * (days + 1)), days)


def window_of(event: DatedEvent) -> tuple[date, date]:
    """Return the first and the last day on which an event may happen."""
    on = event.date or date.max
    return event.between or (on, on)


def event_rules(model: Model) -> Iterator[Finding]:
    """Yield a fault for each event without a day to come, and for what none can change."""
    for key, event in model.events.items():
        path: KeyPath = ("events", key)
        yield from reason_rules(event, path, model)
        yield from _day_rules(event, path, model.as_of)
        for name in event.change:
            for pattern, allowed in AT_START.items():
                if pattern.fullmatch(name):
                    yield Finding((*path, "change", name), name, allowed, INSTEAD, on_key=True)


def _day_rules(event: DatedEvent, path: KeyPath, as_of: date) -> Iterator[Finding]:
    if (event.date is None) == (event.between is None):
        found = "neither date nor between" if event.date is None else "date and between"
        hint = "put date = DAY, or between = [DAY, DAY] if only a window is known"
        yield Finding(path, found, "either a date or a window", hint, on_key=True)
        return
    first = event.date if event.between is None else event.between[0]
    place = (*path, "date") if event.between is None else (*path, "between", 0)
    if first is not None and first <= as_of:
        allowed = f"a day after {show(as_of)} (as_of)"
        hint = "what has happened by then stands in the numbers themselves"
        yield Finding(place, show(first), allowed, hint, leans_on="as_of")
    if event.between is not None and event.between[1] < event.between[0]:
        allowed = f"{show(event.between[0])} or later"
        hint = "put the first day first"
        yield Finding((*path, "between", 1), show(event.between[1]), allowed, hint)
    if event.between is None and event.luck is not None:
        allowed, hint = "only with between", "drop luck, or put between = [DAY, DAY]"
        yield Finding((*path, "luck"), "luck", allowed, hint, on_key=True)
