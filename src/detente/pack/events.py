"""Days and rules of events and of the ruling."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from math import fsum
from typing import NamedTuple

from detente.pack.hypotheses import reason_rules
from detente.pack.model import DatedEvent, Model, Ruling
from detente.pack.number import Finding
from detente.pack.quantity import Quantity
from detente.pack.toml import KeyPath
from detente.text import show

AT_START = {
    re.compile(r"actors\.\w+\.hard_probability|indicators\..*|posture\.dependence"): (
        "a field that holds on a later day; this one is what is believed at the start"
    ),
    re.compile(
        r"actors\.\w+\.has_vowed|talks\.have_failed|forces\.\w+\.deployed|blockade\.stands"
        r"|standstill\.holds"
    ): ("a field that holds on a later day; this one is how things stand at the start"),
    re.compile(r"plans\.(hard|soft)\..*|lessons\..*|dispute\..*|events\..*|rulings\..*"): (
        "a field that holds on a later day; this one is settled at the start"
    ),
}
"""Fields that describe the start of a future, and what an event may change instead."""
INSTEAD = "change what moves it, such as actors.KEY.war_cost, talks.text_rate or forces.KEY.leaves"

LEFT_AS_THEY_ARE = re.compile(
    r"forces\..*|issues\..*|relief\..*|actors\.\w+\.concession_price"
    r"|talks\.(packages|wide_agenda)|dispute\..*|venue\..*"
)
"""Fields of the calendar and the packages, which no ruling may change."""
SLACK = 1e-9
"""Tolerance for rounding in a sum of chances."""
LONGEST_AHEAD = 730
"""Longest time for which a future is followed [days]."""


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


def day_of(event: DatedEvent | Ruling, as_of: date, luck: float) -> int:
    """Return an event's day [days since the as-of date]; all days of a window are as likely."""
    first, last = window_of(event)
    days = (last - first).days
    return (first - as_of).days + min(int(luck * (days + 1)), days)


def window_of(event: DatedEvent | Ruling) -> tuple[date, date]:
    """Return the first and the last day on which an event or a ruling may come."""
    if isinstance(event, Ruling):
        return event.between
    on = event.date or date.max
    return event.between or (on, on)


class Awaited(NamedTuple):
    """A ruling on the day on which it comes in one world."""

    day: int
    """Days since the as-of date."""
    key: str
    ruling: Ruling


def awaited(model: Model, values: Mapping[str, float]) -> Awaited | None:
    """Return the ruling that is due in one world, or None."""
    for key, ruling in model.rulings.items():
        return Awaited(day_of(ruling, model.as_of, values[f"rulings.{key}.luck"]), key, ruling)
    return None


def event_rules(model: Model) -> Iterator[Finding]:
    """Yield a fault for each event without a later day, and for changes that no event can make."""
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
    place = (*path, "date") if event.between is None else (*path, "between", 0)
    yield from _window_rules(window_of(event), place, as_of)
    if event.between is None and event.luck is not None:
        allowed, hint = "only with between", "drop luck, or put between = [DAY, DAY]"
        yield Finding((*path, "luck"), "luck", allowed, hint, on_key=True)


def _window_rules(window: tuple[date, date], place: KeyPath, as_of: date) -> Iterator[Finding]:
    """Yield a fault for a window that begins too early, or ends before it begins."""
    first, last = window
    if first <= as_of:
        allowed = f"a day after {show(as_of)} (as_of)"
        hint = "what has happened by then stands in the numbers themselves"
        yield Finding(place, show(first), allowed, hint, leans_on="as_of")
    if last < first:
        allowed, hint = f"{show(first)} or later", "put the first day first"
        yield Finding((*place[:-1], 1), show(last), allowed, hint)


def chance_findings(model: Model, numbers: Mapping[str, Quantity]) -> Iterator[Finding]:
    """Yield a fault for each ruling whose two chances may sum above 1."""
    for key in model.rulings:
        path = f"rulings.{key}"
        sides = [numbers.get(f"{path}.for_challenger"), numbers.get(f"{path}.for_defender")]
        total = fsum(one.high for one in sides if one is not None)
        if None not in sides and total > 1.0 + SLACK:
            hint = "lower one of both, or drop for_defender: it is then what is left"
            allowed = "chances of both sides that sum to 1 at most, at their highest"
            place = ("rulings", key, "for_defender")
            yield Finding(place, f"a sum of {total:g}", allowed, hint, on_key=True)


def ruling_rules(model: Model) -> Iterator[Finding]:
    """Yield a fault for each ruling outside the days that are played, or without an effect."""
    for key in list(model.rulings)[1:]:
        hint = "keep the one that matters most, and write the other as an event"
        yield Finding(("rulings", key), "a second ruling", "one ruling", hint, on_key=True)
    for key, ruling in model.rulings.items():
        path: KeyPath = ("rulings", key)
        yield from reason_rules(ruling, path, model)
        yield from _window_rules(ruling.between, (*path, "between", 0), model.as_of)
        last = model.as_of + timedelta(LONGEST_AHEAD)
        if ruling.between[0] >= last:
            allowed = f"a day before {show(last)}: no future is followed beyond it"
            hint = "leave the ruling out, or put the days on which it may come"
            place = (*path, "between", 0)
            yield Finding(place, show(ruling.between[0]), allowed, hint, leans_on="as_of")
        changes = {"if_for_challenger": ruling.if_for_challenger}
        changes["if_for_defender"] = ruling.if_for_defender
        is_idle = ruling.weight is not None and ruling.weight.value == 0.0
        if is_idle and not any(changes.values()):
            hint = "drop weight to have it filled in, or write what changes in if_for_challenger"
            allowed = "more than 0, or a change of its own"
            yield Finding((*path, "weight"), "a ruling that changes nothing", allowed, hint)
        for side, changed in changes.items():
            for name in changed:
                refused = [allowed for one, allowed in AT_START.items() if one.fullmatch(name)]
                hint = INSTEAD
                if LEFT_AS_THEY_ARE.fullmatch(name):
                    refused = ["a field that leaves forces, venue and packages as they are"]
                    hint = "weight moves what concessions cost; an event changes the rest"
                for allowed in refused:
                    yield Finding((*path, side, name), name, allowed, hint, on_key=True)
