"""A campaign day by day: what becomes of each day's raid, and how the defence stands at night."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple, TypeAlias

import numpy as np

from detente.analysis.engagement.campaigns import CAUSES, Struck, prices_of, share_of
from detente.analysis.engagement.figures import (
    Array,
    Figure,
    Sums,
    bounded,
    of_moments,
    sums_of,
)

DaySums: TypeAlias = dict[str, Sums]
"""Of one world, each number under its name, summed over campaigns for each day."""


class Day(NamedTuple):
    """One day, in the mean of all campaigns."""

    day: Annotated[int, "from 1"]
    is_raid: bool
    figures: dict[str, Figure]


def read_days(logs: Array, struck: Struck) -> DaySums:
    """Return sums over campaigns for each day; `logs` holds rows of DayLog."""
    rows = logs[:, :, struck.side]
    killed = rows["worked"] - rows["passed"]
    numbers = {
        "launched": rows["launched"],
        "engagements": rows["engagements"],
        "leakage": share_of(rows["leaked"], rows["reliable"]),
        **{
            name: share_of(rows["why"][:, :, why], rows["reliable"]) for name, why in CAUSES.items()
        },
        "shot_down": killed.sum(axis=2),
        "loss": rows["loss"],
        "attacker_loss": logs[:, :, 1 - struck.side]["loss"],
        "shots": rows["shots"],
        "cost_rounds": (rows["fired"] * struck.rounds).sum(axis=2),
        "cost_shot_down": (killed[:, :, : len(struck.classes)] * prices_of(struck)).sum(axis=2),
        "batteries": rows["batteries"],
        "rounds": rows["rounds"],
        "reserve": rows["reserve"],
        "command": rows["command"],
        "sensors": rows["sensors"],
    }
    morning = struck.morning
    if morning.batteries > 0.0:
        numbers["alive"] = rows["batteries"] / morning.batteries
    if morning.rounds > 0.0:
        numbers["left_share"] = (rows["rounds"] + rows["reserve"]) / morning.rounds
    return {name: sums_of(values) for name, values in numbers.items()}


def add_up(first: DaySums, second: DaySums) -> DaySums:
    """Return the sums over the campaigns of both."""
    return {
        name: Sums(*(a + b for a, b in zip(sums, second[name], strict=True)))
        for name, sums in first.items()
    }


def tell_days(worlds: Sequence[DaySums], raids: int) -> tuple[Day, ...]:
    """Return each day's figures over worlds; what no campaign has on a day is left out."""
    names = dict.fromkeys(name for world in worlds for name in world)
    held = {name: [world[name] for world in worlds if name in world] for name in names}
    by_day = {name: _tell_number(name, sums) for name, sums in held.items()}
    return tuple(
        Day(
            day + 1,
            day < raids,
            {name: figure for name in names if (figure := by_day[name][day]) is not None},
        )
        for day in range(len(by_day["launched"]))
    )


def _tell_number(name: str, worlds: Sequence[Sums]) -> list[Figure | None]:
    """Return one number's figure on each day."""
    key = ("cause", name) if name in CAUSES else (name,)
    means = np.array([sums.mean for sums in worlds]).T
    noises = np.array([sums.noise for sums in worlds]).T
    return [
        None if np.isnan(mean).all() else bounded(key, of_moments(mean, noise))
        for mean, noise in zip(means, noises, strict=True)
    ]
