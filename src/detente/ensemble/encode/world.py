"""From a pack and one draw of its numbers to the record that the kernel plays."""

from collections.abc import Mapping
from typing import cast

import numpy as np

from detente.ensemble.encode.agenda import Concession, encode_dispute, race, settled_by
from detente.ensemble.encode.epochs import encode_epochs
from detente.ensemble.encode.posture import encode_calendar
from detente.ensemble.encode.supporters import encode_partners
from detente.ensemble.encode.talks import (
    Help,
    encode_aftermath,
    encode_mediators,
    encode_talks,
    read_help,
)
from detente.ensemble.encode.war import encode_war
from detente.errors import DetenteError
from detente.kernel.incidents import ContactZones
from detente.kernel.world import WORLD, Epochs, World
from detente.pack.crisis import Crisis

BELIEF_POINTS = {"tiny": 3, "normal": 7, "fine": 9}
"""Grid points for each belief, by grid (MODEL 5.4)."""
BELIEF_LIMIT = 4.5
"""Log-odds at which the grid ends: about 1 in 90; values are flat beyond, beliefs are not."""
COARSE_HORIZON = 365
"""Days over which talks on either terms are weighed before they begin [days]."""
TOLERANCE = 0.01
"""Largest residual of a node's equation, in log-odds (MODEL 5.4)."""


def encode(
    crisis: Crisis, values: Mapping[str, float], *, grid: str = "normal", horizon: int = 365
) -> World:
    """Return one world as a record of WORLD, with who concedes what about the talks, if disputed.

    `values` holds one drawn value for each of `crisis.numbers`, by dotted path; `grid` is `tiny`,
    `normal` or `fine`; `horizon` is in days.

    Raises `DetenteError` for a grid or a horizon that is not one of these, and where events change
    the crisis within the horizon: `encode_all` returns those.
    """
    world = encode_all(crisis, values, grid=grid, horizon=horizon)
    if isinstance(world, Epochs):
        raise DetenteError("events change the crisis within the horizon", where="events")
    return world


def encode_all(
    crisis: Crisis, values: Mapping[str, float], *, grid: str = "normal", horizon: int = 365
) -> World | Epochs:
    """Return the same; events within the horizon part it into epochs, a record for each.

    Raises `DetenteError` for a grid or a horizon that is not one of these.
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
    """Return the same where it is known who concedes what about the talks."""
    settled = settled_by(crisis, values, concessions)

    def encode_one(crisis: Crisis, values: Mapping[str, float], day: int) -> World:
        world = encode_settled(crisis, values, day, grid=grid, horizon=horizon)
        encode_dispute(concessions, world.dispute)
        return world

    return encode_epochs(crisis, settled, encode_one, horizon)


def encode_coarsely(crisis: Crisis, values: Mapping[str, float]) -> World:
    """Return a world in which nothing about the talks is in dispute, on the coarsest grid."""
    return encode_settled(crisis, values, grid="tiny", horizon=COARSE_HORIZON)


def encode_settled(
    crisis: Crisis, values: Mapping[str, float], day: int = 0, *, grid: str, horizon: int
) -> World:
    """Return a world in which nothing about the talks is in dispute.

    Third parties have there what they have on a day [days since the as-of date].
    """
    world = cast("World", np.zeros(1, WORLD)[0])
    helped = read_help(crisis, values)
    encode_talks(crisis, values, helped, world.talks)
    encode_incidents(values, helped, world.incidents)
    encode_mediators(crisis, values, world.mediators)
    encode_calendar(crisis, values, world.calendar, grid=grid, horizon=horizon)
    encode_partners(crisis, values, world.calendar, world.partners)
    encode_war(crisis, values, world.war, day)
    encode_aftermath(values, world.aftermath)
    world.belief_points = BELIEF_POINTS[grid]
    world.belief_limit = BELIEF_LIMIT
    world.tolerance = TOLERANCE
    return world


def encode_incidents(values: Mapping[str, float], helped: Help, incidents: ContactZones) -> None:
    """Fill the record of the contact zones."""
    incidents.rate = values["incidents.rate"]
    incidents.rate_per_force = values["incidents.rate_per_force"]
    incidents.hostile_probability = values["incidents.hostile_probability"]
    incidents.sensitivity = values["incidents.sensitivity"]
    incidents.false_alarm = values["incidents.false_alarm"] * helped.discretion
    incidents.has_hotline = int(values["incidents.hotline"] > 0)
    incidents.restraint = values["incidents.restraint"]
    incidents.alarm_weight = values["incidents.alarm_weight"]
    incidents.escalation_probability = values["incidents.escalation_probability"]
    incidents.failed_rate_factor = values["failure.incident_factor"]
    incidents.failed_escalation_factor = values["failure.escalation_factor"]
