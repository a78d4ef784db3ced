"""Encodes a crisis and one draw of its numbers as kernel records, one for each epoch."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias, cast

import numpy as np

from detente.ensemble.encode.agenda import (
    Concession,
    CrisisOnTerms,
    Values,
    encode_dispute,
    race,
    terms_after_concessions,
)
from detente.ensemble.encode.copies import copy_numbers
from detente.ensemble.encode.posture import days_of_change, encode_calendar
from detente.ensemble.encode.supporters import encode_partners
from detente.ensemble.encode.talks import (
    encode_mediators,
    encode_talks,
    read_mediation,
)
from detente.ensemble.encode.war import encode_war
from detente.errors import DetenteError
from detente.kernel.ruling import Verdict, apply_ruling
from detente.kernel.solution import POINTS_AFTER
from detente.kernel.talks import DefenderMove
from detente.kernel.world import WORLD, Epochs, View, World
from detente.pack.crisis import Crisis
from detente.pack.events import Awaited, Occurrence, awaited, happenings
from detente.pack.model import Change

BELIEF_POINTS = {"tiny": 3, "coarse": 3, "normal": 7, "fine": 9}
"""Grid points for each belief, by grid (MODEL 5.4)."""
COARSEST = "tiny"
"""The grid on which the talks are solved to settle agenda and venue."""
BELIEF_LIMIT = 4.5
"""Log-odds at which the grid ends: about 1 in 90; values are constant beyond, beliefs are not."""
COARSE_HORIZON = 365
"""Horizon over which the talks are solved to settle agenda and venue [days]."""
ROUNDING = 1e-12
"""A chance of a result up to this size is a rounding error."""
TOLERANCE = 0.01
"""Largest residual of a node's equation, in log-odds (MODEL 5.4)."""


def encode(
    crisis: Crisis, values: Mapping[str, float], *, grid: str = "normal", horizon: int = 365
) -> World:
    """Return one world as a record of WORLD, with the concessions on agenda and venue if disputed.

    `values` holds one drawn value for each of `crisis.numbers`, by dotted path; `grid` is `tiny`,
    `coarse`, `normal` or `fine`; `horizon` is in days.

    Raises `DetenteError` for another grid, for a horizon out of bounds, and if events change the
    crisis within the horizon: use `encode_all` for these.
    """
    world = encode_all(crisis, values, grid=grid, horizon=horizon)
    if isinstance(world, Epochs):
        raise DetenteError("events change the crisis within the horizon", where="events")
    return world


def encode_all(
    crisis: Crisis, values: Mapping[str, float], *, grid: str = "normal", horizon: int = 365
) -> World | Epochs:
    """Return one world as `encode` does, or one record for each epoch if events change it.

    Raises `DetenteError` for another grid or for a horizon out of bounds.
    """
    if grid not in BELIEF_POINTS:
        allowed = ", ".join(BELIEF_POINTS)
        raise DetenteError(f"there is no grid {grid!r}", where="--grid", hint=f"use {allowed}")
    concessions = race(crisis, values, encode_coarsely)
    return encode_conceded(crisis, values, concessions, grid=grid, horizon=horizon)


def encode_conceded(
    crisis: Crisis,
    values: Mapping[str, float],
    concessions: tuple[Concession, ...],
    *,
    grid: str,
    horizon: int,
) -> World | Epochs:
    """Return one world or its epochs, given the concessions on agenda and venue."""
    agreed = terms_after_concessions(crisis, values, concessions)

    def encode_one(crisis: Crisis, values: Mapping[str, float], day: int) -> World:
        # Rates of conceding are those of the as-of date, so the worlds of all epochs share them.
        world = encode_on_terms(crisis, values, day, grid=grid, horizon=horizon)
        encode_dispute(concessions, world.dispute)
        return world

    return encode_epochs(crisis, agreed, encode_one, horizon)


def encode_coarsely(crisis: Crisis, values: Mapping[str, float]) -> World:
    """Return a world with agenda and venue settled, on the coarsest grid."""
    return encode_on_terms(crisis, values, grid=COARSEST, horizon=COARSE_HORIZON)


def encode_on_terms(
    crisis: Crisis, values: Mapping[str, float], day: int = 0, *, grid: str, horizon: int
) -> World:
    """Return a world with agenda and venue settled.

    Third parties' forces are those present on `day` [days since the as-of date].
    """
    world = cast("World", np.zeros(1, WORLD)[0])
    mediation = read_mediation(crisis, values)
    encode_talks(crisis, values, mediation, world.talks)
    copy_numbers(values, world.incidents, "ContactZones")
    world.incidents.false_alarm = values["incidents.false_alarm"] * mediation.discretion
    encode_mediators(crisis, values, world.mediators)
    encode_calendar(crisis, values, world.calendar, grid=grid, horizon=horizon)
    encode_partners(crisis, values, world.calendar, world.partners)
    encode_war(crisis, values, world.war, day)
    # In packs a dispute always goes on after force: `ends_dispute` stays 0.
    copy_numbers(values, world.aftermath, "ForceAftermath")
    world.belief_points = BELIEF_POINTS[grid]
    world.belief_limit = BELIEF_LIMIT
    world.tolerance = TOLERANCE
    return world


EncodeOn: TypeAlias = Callable[[Crisis, Values, int], World]
"""Encodes a settled crisis as of a day [days since the as-of date]."""


class Timetable(NamedTuple):
    """The events of one world within the horizon, and the days on which epochs begin.

    An epoch begins with an event or a ruling, or when a third party's force arrives or leaves.
    """

    events: tuple[Occurrence, ...]
    starts: tuple[int, ...]
    awaited: Awaited | None = None

    @property
    def ruled(self) -> int:
        """Return the epoch that begins with a ruling, or the number of epochs if there is none."""
        if self.awaited is None:
            return len(self.starts)
        return self.starts.index(self.awaited.day)

    @property
    def surprises(self) -> list[int]:
        """Return the epochs that begin with an event that nobody foresaw."""
        days = {occurrence.day for occurrence in self.events if not occurrence.event.foreseen}
        return [epoch for epoch, day in enumerate(self.starts) if day in days]

    def changes(self, epoch: int, known: int) -> dict[str, Change]:
        """Return the changes in force in an epoch, as expected by someone in the epoch `known`."""
        changed: dict[str, Change] = {}
        for occurrence in self.events:
            is_known = occurrence.event.foreseen or occurrence.day <= self.starts[known]
            if occurrence.day <= self.starts[epoch] and is_known:
                changed |= occurrence.event.change
        return changed


def timetable(crisis: Crisis, values: Values, horizon: int) -> Timetable:
    """Return the events of a world within the horizon, and the epochs that they begin."""
    events = tuple(one for one in happenings(crisis.model, values) if one.day < horizon)
    ruling = awaited(crisis.model, values)
    if ruling is not None and ruling.day >= horizon:
        ruling = None
    return Timetable(events, (0, *days_of_change(crisis, values, horizon)), ruling)


def encode_epochs(
    crisis: Crisis, agreed: CrisisOnTerms, encode: EncodeOn, horizon: int
) -> World | Epochs:
    """Return a world by epochs, or the world alone if no event changes it.

    `agreed` is the crisis with agenda and venue settled; they stay settled throughout.
    """
    times = timetable(crisis, agreed.values, horizon)
    last = len(times.starts) - 1
    if last == 0:
        return encode(*agreed, 0)
    ruling = times.awaited
    chances = {} if ruling is None else chances_of_results(ruling, agreed.values)
    # The changes of numbers by a ruling's result, apart from the cost of backing down.
    by_result: dict[int, Mapping[str, Change]] = {}
    if ruling is not None:
        by_result[Verdict.CHALLENGER] = ruling.ruling.if_for_challenger
        by_result[Verdict.DEFENDER] = ruling.ruling.if_for_defender

    def view_of(first: int, known: int, result: int) -> View:
        """Return the view from epoch `first` on, as known in epoch `known`, after a result."""
        end = times.ruled if result == Verdict.OPEN else last + 1
        worlds = []
        for epoch in range(first, end):
            changes = {**times.changes(epoch, known), **by_result.get(result, {})}
            world = encode(*after_changes(crisis, agreed, changes), times.starts[epoch])
            encode_epoch(world, epoch, times, list(crisis.events))
            if ruling is not None and result != Verdict.OPEN:
                # There is one game for each result, so with more results each has fewer points.
                points = POINTS_AFTER if len(chances) < len(Verdict) - 1 else POINTS_AFTER - 1
                world.belief_points = min(int(world.belief_points), points)
                world.calendar.result, world.calendar.ruling_day = result, ruling.day
                for possible, chance in chances.items():
                    world.calendar.result_probability[possible - 1] = chance
                apply_ruling(world.talks, result, agreed.values[f"rulings.{ruling.key}.weight"])
            worlds.append(world)
        results = [view_of(end, known, result) for result in chances] if end <= last else []
        # Results do not change forces, so all of them give the same expected ceilings.
        for after in results or [View(end, ())]:
            expect_ceilings((*worlds, *after.worlds), first)
        return View(first, tuple(worlds), tuple(results), result)

    views = []
    for first in (0, *times.surprises):
        known_by_then = (Verdict.OPEN,) if first < times.ruled else tuple(chances)
        views += [view_of(first, first, result) for result in known_by_then]
    epochs = Epochs(tuple(views))
    encode_reachable(epochs.parts)
    encode_friend_moves(epochs)
    return epochs


def chances_of_results(ruling: Awaited, values: Values) -> dict[Verdict, float]:
    """Return the chance of each result of a ruling in one world, without results of chance 0."""
    path = f"rulings.{ruling.key}"
    challenger = values[f"{path}.for_challenger"]
    defender = values.get(f"{path}.for_defender", 1.0 - challenger)
    # In a few worlds both draws are high, and add up to more than 1.
    total = max(challenger + defender, 1.0)
    chances = {
        Verdict.CHALLENGER: challenger / total,
        Verdict.DEFENDER: defender / total,
        Verdict.NOBODY: max(1.0 - challenger - defender, 0.0),
    }
    return {result: chance for result, chance in chances.items() if chance > ROUNDING}


def after_changes(
    crisis: Crisis, agreed: CrisisOnTerms, changes: Mapping[str, Change]
) -> CrisisOnTerms:
    """Return a settled crisis and its numbers after changes; agenda and venue stay settled."""
    numbers = {path: float(new) for path, new in changes.items() if path in crisis.numbers}  # type: ignore[arg-type]
    values = {**agreed.values, **numbers}
    others = {path: new for path, new in changes.items() if path not in crisis.numbers}
    if not others:
        return CrisisOnTerms(agreed.crisis, values)
    after = crisis.with_changes(others).model
    has_moved = agreed.crisis.model.venue is not crisis.model.venue
    terms = {
        "venue": after.rival_venue if has_moved else after.venue,
        "dispute": agreed.crisis.model.dispute,
    }
    return CrisisOnTerms(replace(crisis, model=after.model_copy(update=terms)), values)


def encode_epoch(world: World, epoch: int, times: Timetable, keys: Sequence[str]) -> None:
    """Fill in the calendar of a world: its epoch, the events that begin it, each stage's epoch."""
    calendar = world.calendar
    ends = np.cumsum(calendar.stage_days[: calendar.stages])
    starts = np.concatenate([[0.0], ends[:-1]])
    calendar.epoch_of_stage[: calendar.stages] = (
        np.searchsorted(times.starts, starts, side="right") - 1
    )
    calendar.epoch = epoch
    calendar.begins = times.starts[epoch]
    for occurrence in times.events:
        if occurrence.day == calendar.begins:
            calendar.begun_by[keys.index(occurrence.key)] = 1


def encode_friend_moves(epochs: Epochs) -> None:
    """Fill in for each world which third parties' forces arrive or leave as its epoch begins."""
    for part in epochs.parts:
        for epoch, world in enumerate(part.worlds, part.first):
            if epoch > 0:
                earlier = epochs.before(epoch, part.result)
                before = earlier.war.theatre.third_parties.presence
                presence = world.war.theatre.third_parties.presence
                world.calendar.friend_moves[:] = np.sign(presence - before)


def expect_ceilings(worlds: Sequence[World], first: int) -> None:
    """Fill in each world of a view with the force ceilings expected in the later ones."""
    count = int(worlds[0].calendar.stages)
    for name in ("ceiling", "levels_present", "levels_hosted"):
        expected = getattr(worlds[0].calendar, name).copy()
        for epoch, world in enumerate(worlds, first):
            is_later = world.calendar.epoch_of_stage >= epoch
            expected[..., is_later] = getattr(world.calendar, name)[..., is_later]
        expected[..., count:] = expected[..., count - 1 : count]
        for world in worlds:
            getattr(world.calendar, name)[:] = expected


def encode_reachable(parts: Sequence[View]) -> None:
    """Fill in for each world whether vows or growth of the programme may precede it."""
    dated = [(part.first + at, world) for part in parts for at, world in enumerate(part.worlds)]
    for epoch, world in dated:
        before = [earlier for began, earlier in dated if began < epoch]
        rates = [earlier.talks.defender_rate for earlier in before]
        grows = any(earlier.talks.growth_rate > 0.0 for earlier in before)
        vows = any(rate[DefenderMove.VOW] > 0.0 for rate in rates)
        advances = any(rate[DefenderMove.ADVANCE] > 0.0 for rate in rates)
        world.calendar.may_have_vowed = int(vows)
        world.calendar.may_have_grown = int(grows or advances)
