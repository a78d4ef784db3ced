"""Encodes the calendar, deployable forces and signs, and weighs the signs seen so far."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from math import fsum, log
from typing import Annotated, NamedTuple

import numpy as np

from detente.errors import DetenteError
from detente.kernel.layout import Array
from detente.kernel.limits import LONGEST_HORIZON
from detente.kernel.posture import (
    DAYS,
    FIRST_OF_CAMPAIGNS,
    PLANS,
    STAGES,
    Calendar,
    sign_shift,
)
from detente.kernel.theatre import ForceScale, Warfare
from detente.pack.crisis import Crisis
from detente.pack.events import Occurrence, awaited, happenings
from detente.pack.military import ALLY_FORCE, ANSWER, FORCE, Force

Values = Mapping[str, float]

STAGES_WITHIN = {
    "tiny": ((0, 45),),
    "coarse": ((0, 6), (60, 12), (180, 40)),
    "normal": ((0, 6), (60, 9), (180, 16)),
    "fine": ((0, 2), (120, 4)),
}
"""Stage lengths within the horizon by grid: first day and length [days] (MODEL 5.4).

The tiny grid errs by 1.6 points against the normal one, the coarse grid by .3 (docs/decisions.md).
"""
LATE_STAGE_DAYS = 28
"""Length of a stage past the horizon, solved only for its effect on earlier stages [days]."""
LATE_STAGES = 3
"""Stages solved past the horizon, 84 days; after them the flows continue for ever (MODEL 1)."""
HIGHEST_FORCE = 2
SNAPSHOT_SHARE = 6
"""Divisor of the horizon: beliefs are recorded after a sixth of it, two months of a year."""
SUREST = 0.99
"""Maximum of the chance of seeing a sign."""
BY_TYPE = (1.0, 0.0)
"""Leaning to force of a resolved and of an unresolved side, if nothing else is known about it."""


def encode_calendar(
    crisis: Crisis, values: Values, calendar: Calendar, *, grid: str, horizon: int
) -> None:
    """Fill in the calendar: stages, the stage of each day, force ceilings, force at the start."""
    if not 1 <= horizon <= LONGEST_HORIZON:
        what = f"horizon is {horizon}; use a whole number from 1 to {LONGEST_HORIZON}"
        raise DetenteError(what, where="horizon")
    lengths = stage_lengths(grid, horizon, days_of_change(crisis, values, horizon))
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    calendar.horizon = horizon
    calendar.snapshot_day = horizon // SNAPSHOT_SHARE
    calendar.stages = len(lengths)
    calendar.stage_days[: len(lengths)] = lengths
    calendar.stage_of_day[:] = np.searchsorted(starts, np.arange(DAYS), side="right") - 1
    forces = usable_forces(crisis, values, crisis.of_role("challenger"))
    ceilings = [ceiling_on(forces, crisis.as_of + timedelta(int(start))) for start in starts]
    calendar.ceiling[: len(lengths)] = ceilings
    calendar.ceiling[len(lengths) :] = ceilings[-1]
    # A force that may be present counts at the start only if the pack says that it is deployed.
    deployed = tuple(force for force in forces if force.deployed)
    calendar.force_at_start = ceiling_on(deployed, crisis.as_of)
    encode_signs(crisis, values, calendar)


def days_of_change(crisis: Crisis, values: Values, horizon: int) -> list[int]:
    """Return the days within the horizon on which the crisis changes, sorted and without repeats.

    On such a day an event happens, a court rules, or a force of another actor than the challenger
    arrives or leaves.
    """
    events, ruling = happenings(crisis.model, values), awaited(crisis.model, values)
    # The challenger's own forces change only its force ceiling, which each stage has; the forces of
    # others change the world's record.
    dates = {
        day
        for key, force in crisis.model.forces.items()
        if force.actor != crisis.of_role("challenger")
        for day in (force.arrives, force.leaves, *moved_by(events, key))
        if day is not None
    }
    days = {occurrence.day for occurrence in events} | {(day - crisis.as_of).days for day in dates}
    days |= {ruling.day} if ruling is not None else set()
    return sorted(day for day in days if 0 < day < horizon)


def moved_by(events: Iterable[Occurrence], key: str) -> Iterator[date]:
    """Yield the days to which events move the arrival or departure of a force."""
    for occurrence in events:
        for end in ("arrives", "leaves"):
            day = occurrence.event.change.get(f"forces.{key}.{end}")
            if isinstance(day, date):
                yield day


def stage_lengths(grid: str, horizon: int, cuts: Collection[int] = ()) -> list[int]:
    """Return the lengths of the stages: short at first, longer later, longest at the end [days].

    A stage ends on each of the days `cuts`, on which the crisis changes.
    """
    lengths = []
    day = 0
    while day < horizon:
        # Lengths grow over time, so the longest of those that have begun applies.
        step = max(length for start, length in STAGES_WITHIN[grid] if start <= day)
        end = min(day + step, horizon, *(cut for cut in cuts if cut > day))
        lengths.append(end - day)
        day = end
    # Without stages past the horizon both sides would play as if the game ended there.
    lengths += [LATE_STAGE_DAYS] * LATE_STAGES
    if len(lengths) > STAGES:
        raise DetenteError(
            f"{len(lengths)} stages", where="--horizon", hint=f"at most {STAGES}: a coarser --grid"
        )
    return lengths


def usable_forces(crisis: Crisis, values: Values, actor: str) -> tuple[Force, ...]:
    """Return the forces of an actor that their hosts allow it to use in this world."""
    return tuple(
        force
        for force in crisis.model.forces.values()
        if force.actor == actor
        and (force.host is None or values[f"actors.{force.host}.consent"] > 0)
    )


def ceiling_on(forces: tuple[Force, ...], day: date) -> int:
    """Return the highest force level that the forces present on a day allow."""
    return min(HIGHEST_FORCE, levels_on(forces, day))


def levels_on(forces: tuple[Force, ...], day: date) -> int:
    """Return the sum of the force levels of those present on a day, without a maximum."""
    return sum(
        force.level
        for force in forces
        if force.arrives <= day and (force.leaves is None or day < force.leaves)
    )


def encode_plans(values: Values, war: Warfare) -> None:
    """Fill in the chance of each plan by type of challenger, and the effort of its raids."""
    for plan, name in enumerate(PLANS):
        war.plan_if_hard[plan] = plan_chances(values, "hard")[plan]
        war.plan_if_soft[plan] = plan_chances(values, "soft")[plan]
        war.theatre.effort[plan] = values[f"plans.effort.{name}"]
    # Given the scale of force: strikes use the first two plans, campaigns the others.
    for kind, chances in enumerate((war.plan_if_hard, war.plan_if_soft)):
        war.plan_by_scale[kind] = chances
        war.plan_by_scale[kind, ForceScale.LIMITED, FIRST_OF_CAMPAIGNS:] = 0.0
        war.plan_by_scale[kind, ForceScale.CAMPAIGN, :FIRST_OF_CAMPAIGNS] = 0.0
        for scale in (ForceScale.LIMITED, ForceScale.CAMPAIGN):
            war.plan_by_scale[kind, scale] /= fsum(war.plan_by_scale[kind, scale])


def plan_chances(values: Values, kind: str) -> Array:
    """Return the chance of each plan for one type of challenger, shape (plans,).

    Gamma draws divided by their sum are a draw from a Dirichlet distribution.
    """
    drawn = [values[f"plans.{kind}.{plan}"] for plan in PLANS]
    return np.array(drawn) / fsum(drawn)


def encode_signs(crisis: Crisis, values: Values, calendar: Calendar) -> None:
    """Fill in the signs that may be seen when more force arrives."""
    calendar.signs = len(crisis.model.signs)
    for index, (key, sign) in enumerate(crisis.model.signs.items()):
        path = f"signs.{key}"
        ratio = values[f"{path}.likelihood_ratio"]
        leanings = BY_TYPE
        if ALLY_FORCE in sign.points_to:
            leaning = leaning_of_ally(crisis, values)
            leanings = (leaning, leaning)
        chances = sign_chances(sign.points_to, values[f"{path}.false_positive"], ratio, leanings)
        calendar.sign_is_of_defender[index] = float(ANSWER in sign.points_to)
        calendar.sign_probability[index, 0] = 1.0 - chances
        calendar.sign_probability[index, 1] = chances


def sign_chances(
    points_to: Sequence[str],
    false_positive: float,
    ratio: float,
    leanings: Sequence[float] = BY_TYPE,
) -> Array:
    """Return the chance that a sign is seen, by type and the challenger's plan, shape (2, plans).

    The type is that of the side that the sign is about; `leanings` as in `likelihoods`.
    """
    likely = likelihoods(points_to, ratio, leanings)
    # No sign is certain; otherwise its absence would rule a type out.
    return np.asarray(np.minimum(false_positive * likely, SUREST))


def likelihoods(
    points_to: Sequence[str], ratio: float, leanings: Sequence[float] = BY_TYPE
) -> Array:
    """Return how likely a sign is by type and plan, up to a factor, shape (2, plans).

    A sign that points to plans is equally likely for both types. A sign that points to force is
    equally likely under all plans, and `ratio` times as likely for a side with a leaning of 1 as
    for one with 0.
    """
    is_of_types = not set(points_to).isdisjoint((FORCE, ANSWER, ALLY_FORCE))
    of_types = [ratio**leaning if is_of_types else 1.0 for leaning in leanings]
    of_plans = [ratio if plan in points_to else 1.0 for plan in PLANS]
    return np.outer(of_types, of_plans)


def discounts(seen: Iterable[Collection[str]], dependence: float) -> list[float]:
    """Return the weight of each of several signs, given what each points to, in the same order.

    Signs of the same plans, or of force, are correlated, so each one after the first has a smaller
    weight (MODEL 2.3).
    """
    keeps = 1.0 - dependence
    following: dict[frozenset[str], float] = {}
    weights = []
    for kind in map(frozenset, seen):
        weights.append(following.get(kind, 1.0))
        following[kind] = weights[-1] * keeps
    return weights


class Shifts(NamedTuple):
    """What the signs seen so far imply about each side."""

    challenger: Annotated[float, "that it is resolved [log-odds]"]
    defender: Annotated[float, "that it is resolved [log-odds]"]
    ally: Annotated[float, "of its motive for force [standard deviations]"]


def indicators_shift(crisis: Crisis, values: Values) -> Shifts:
    """Return what the signs seen so far imply about the challenger, the defender and the ally.

    The ally's motive z is standard normal, and a sign of its force is `R ** (z / 2)` times as
    likely, so seeing the sign adds `log(R) / 2` to the mean of z (MODEL 2.3).
    """
    if_hard, if_soft = plan_chances(values, "hard"), plan_chances(values, "soft")
    # Only the first sign of a kind has full weight, so their order matters.
    seen = sorted(crisis.model.indicators.items(), key=lambda item: item[1].date)
    kinds = (indicator.points_to for _, indicator in seen)
    weights = discounts(kinds, values["posture.dependence"])
    challenger = defender = ally = 0.0
    for (key, indicator), weight in zip(seen, weights, strict=True):
        ratio = values[f"indicators.{key}.likelihood_ratio"]
        if ANSWER in indicator.points_to:
            defender += weight * log(ratio)
        elif ALLY_FORCE in indicator.points_to:
            ally += weight * log(ratio) / 2.0
        else:
            likely = likelihoods(indicator.points_to, ratio)
            challenger += weight * sign_shift(likely, if_hard, if_soft)
    return Shifts(challenger, defender, ally)


def ally_motive(crisis: Crisis, values: Values) -> float:
    """Return the ally's further motive for force, given the signs of it that were seen [sd]."""
    (ally,) = crisis.all_of_role("ally")
    return values[f"actors.{ally}.motive"] + indicators_shift(crisis, values).ally


def leaning_of_ally(crisis: Crisis, values: Values) -> float:
    """Return the ally's leaning to force: 0 if its motive is -1 sd, 1 if it is +1 sd."""
    return (1.0 + ally_motive(crisis, values)) / 2.0
