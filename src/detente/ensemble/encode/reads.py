"""Which numbers of a crisis count, and which could be anything without a future being different.

A number is without effect if moving it to either end of its range changes nothing that the kernel
goes by, in any of the worlds in which it is tried; every switch is on in half of these. What the
encoder reads and the kernel never comes to:

- the figures of a layer that is not there, or to which no weapon leaves time for a shot;
- the figures of a class of which there is no weapon, and the value of weapons that never return;
- speeds, heights, ranges and times of air defence, but for the looks and the load that they give;
- the common figures of a defence none of whose layers fires, and the decoys that fly against it.
"""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from detente.ensemble.design import draw_worlds, quantile
from detente.ensemble.encode.world import encode
from detente.kernel.defence import Defence
from detente.kernel.layout import Array
from detente.kernel.theatre import Arsenal
from detente.pack.crisis import Crisis
from detente.pack.quantity import DOMAINS, Quantity

WORLDS = 64
"""Worlds in which a number is tried, as many as a run has unless told otherwise: some numbers count
in few of them."""
SEED = 1
"""The seed of a run unless told otherwise."""
LOW, HIGH = 0.05, 0.95
"""Shares of worlds below the ends between which a number is moved."""
STEP = 0.1
"""A fixed number is moved by this share of itself, one that is 0 by this much."""
GEOMETRY = ("speed", "cross_section", "altitude")
TIMES = ("reach", "minimum_reach", "reaction", "service_time")
FIGURES_OF_CLASS = ("decoys", "reliability", "hit_damage", "returns", "value")
FIGURES_OF_LAYER = ("channels", "rounds", "kill_probability", "salvo", "coverage")
RADAR = ("detection_range", "radar_height")
COMMON = (
    "integration",
    "tracking_probability",
    "poor_tracking",
    "detection_probability",
    "true_as_threat",
    "decoy_as_threat",
    "shock",
)


def without_effect(crisis: Crisis, *, worlds: int = WORLDS) -> tuple[str, ...]:
    """Return the numbers of a crisis that could be anything, by dotted path, in its order.

    Each is tried in `worlds` worlds, or until one of them has changed.
    """
    idle = list(crisis.numbers)
    for values in trial_worlds(crisis, worlds):
        if not idle:
            break
        base = gone_by(crisis, values)
        idle = [path for path in idle if not _counts(crisis, values, path, base)]
    return tuple(idle)


def _counts(crisis: Crisis, values: Mapping[str, float], path: str, base: bytes) -> bool:
    """Say whether a number, moved to one of its ends, changes what the kernel goes by."""
    moved = ({**values, path: end} for end in ends(crisis.numbers[path]))
    return any(gone_by(crisis, changed) != base for changed in moved)


def trial_worlds(crisis: Crisis, worlds: int) -> Iterator[dict[str, float]]:
    """Yield worlds in which each switch that may be on or off is on in one half.

    Two switches next to each other meet in each of their four states within four worlds.
    """
    drawn = draw_worlds(crisis.numbers, crisis.correlations, worlds=worlds, seed=SEED)
    switches = [path for path, number in crisis.numbers.items() if number.kind == "chance"]
    for world in range(worlds):
        values = {path: float(column[world]) for path, column in drawn.items()}
        for place, path in enumerate(switches):
            values[path] = float(world >> place % 2 & 1)
        yield values


def ends(number: Quantity) -> tuple[float, float]:
    """Return the two values between which a number is moved to see whether it counts.

    They are the 5th and the 95th percentile; the extremes of a set of values; off and on; a fixed
    number and one beside it.
    """
    if number.kind == "chance":
        return 0.0, 1.0
    if number.is_fixed:
        return float(number.low), _beside(float(number.low), number.domain)
    if number.kind == "values":
        return float(number.low), float(number.high)
    return quantile(number, LOW), quantile(number, HIGH)


def _beside(value: float, domain: str) -> float:
    """Return another value that every number of a domain may have."""
    if DOMAINS[domain].whole:
        return 1.0 - value
    if domain == "count":
        return value + 1.0
    return value * (1.0 - STEP) if value else STEP


def gone_by(crisis: Crisis, values: Mapping[str, float]) -> bytes:
    """Return what the kernel goes by in a world: its record, without what it reads in vain."""
    world = encode(crisis, values)
    theatre = world.war.theatre
    clear_opposed(theatre.challenger_arsenal, theatre.defender_defence)
    clear_opposed(theatre.defender_arsenal, theatre.challenger_defence)
    return np.asarray(world).tobytes()


def clear_opposed(arsenal: Arsenal, defence: Defence) -> None:
    """Clear what does not count of a side's weapons and of the defence that they meet."""
    is_absent = arsenal.stock <= 0.0
    clear(arsenal, FIGURES_OF_CLASS, is_absent)
    clear(arsenal, ("value",), arsenal.returns <= 0.0)
    clear(arsenal, GEOMETRY)
    defence.looks[:, is_absent] = 0.0
    defence.looks[defence.batteries <= 0.0] = 0.0
    defence.occupancy[defence.looks < 1.0] = 0.0
    is_idle = defence.looks.max(axis=1) < 1.0
    clear(defence, FIGURES_OF_LAYER, is_idle)
    clear(defence, (*TIMES, *RADAR))
    if is_idle.all():
        clear(defence, COMMON)
        clear(arsenal, ("decoys",))


def clear(record: Arsenal | Defence, fields: Iterable[str], where: Array | None = None) -> None:
    """Set fields of a record to 0, or some places of its tables."""
    for field in fields:
        if where is None:
            setattr(record, field, 0.0)
        else:
            getattr(record, field)[where] = 0.0
