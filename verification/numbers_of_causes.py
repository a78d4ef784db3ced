"""What war is owed to, worked out anew from what was judged of each world of a run.

A file of a world holds for each of its futures a bit for each subset of the mechanisms, 1 where
there is war, and what else was judged of it. Owen's value is written from `docs/model.md`; which
subset a bit stands for, and the order in which members of a group join, are the plan's.
"""

import json
import math
from collections.abc import Iterator, Mapping
from itertools import combinations, permutations
from math import factorial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from detente.analysis.causes.credit import plan_of
from detente.analysis.wording import CAUSES
from detente.kernel.draws import mix
from verification.intervals import Numbers, mean_within, share

TYPES, OPTIMISM, SELF_KNOWLEDGE, POWER, DEALS = range(5)
STRIKE, THIRD, MISREADING, FRICTION, NOISE = range(5, 10)
KEYS: tuple[str, ...] = (
    "types",
    "optimism",
    "self_knowledge",
    "shifting_power",
    "broken_deals",
    "first_strike",
)
KEYS += ("third_party", "misreading", "friction", "noise")
GROUPS: tuple[tuple[int, ...], ...] = (
    (TYPES, OPTIMISM, SELF_KNOWLEDGE),
    (POWER, DEALS),
    (STRIKE,),
    (THIRD,),
    (MISREADING,),
)
GROUPS += ((FRICTION,), (NOISE,))
EVENTS = (THIRD, MISREADING)
"""Mechanisms that do not count in which order is drawn."""
ALL = 2 ** len(KEYS) - 1
ORDERS, PURPOSE = 61, 26
"""What the draws of orders are for, and where that stands in their address."""
FUTURES, SEAL = 100, 32
"""Futures that are judged of each world, and the length of what seals a file [bytes]."""
LEAST = 0.15
"""A smaller share is next to nothing [%]."""
ANYWAY = "war with all of these off"
FLOORS = ("prevented", "brought")
SHARPEST = 160.0
"""How precise choices are without noise."""
KINDS = {"miscalculation": "miscalculation", "deliberate": "deliberate", "spoiler": "third parties"}
BEGINNINGS = ("beginnings, answer", "brief-beginnings, answer")


class Verdicts(NamedTuple):
    """What was judged of one world's futures."""

    wars: Mapping[int, np.ndarray]
    """Whether there is war, by the subset of the mechanisms that act, shape (futures,)."""
    deliberate: np.ndarray
    placebo: np.ndarray


def read(folder: Path, seed: int) -> list[Verdicts]:
    """Read what was judged of a run, world by world from the first."""
    found: list[Verdicts] = []
    while (path := folder / f"causes/base/{len(found):06d}-{FUTURES}.wars").is_file():
        subsets = plan_of(seed, len(found)).subsets
        found.append(_verdicts(path.read_bytes()[:-SEAL], subsets))
    return found


def _verdicts(content: bytes, subsets: tuple[int, ...]) -> Verdicts:
    packed = (len(subsets) + 7) // 8
    rows = np.frombuffer(content, np.uint8).reshape(FUTURES, packed + 10)
    bits = np.unpackbits(rows[:, :packed], axis=1, bitorder="little").astype(bool)
    wars = {subset: bits[:, place] for place, subset in enumerate(subsets)}
    return Verdicts(wars, rows[:, packed] > 0, rows[:, packed + 1] > 0)


def owed(wars: Mapping[int, np.ndarray], seed: int, world: int) -> np.ndarray:
    """Return Owen's value of each mechanism in each future of a world, shape (10, futures)."""
    found = np.zeros((len(KEYS), len(wars[ALL])))
    for place, group in enumerate(GROUPS):
        others = [other for other in GROUPS if other != group]
        for size in range(len(GROUPS)):
            weight = factorial(size) * factorial(len(others) - size) / factorial(len(GROUPS))
            for joined in combinations(others, size):
                inside = {one for other in joined for one in other}
                for one in _order(group, inside, (seed, world, place)):
                    before = _bits(inside)
                    inside = {*inside, one}
                    found[one] += weight * (1.0 * wars[_bits(inside)] - wars[before])
    return found


def _bits(inside: set[int]) -> int:
    return sum(1 << one for one in inside)


def _order(
    group: tuple[int, ...], inside: set[int], address: tuple[int, int, int]
) -> tuple[int, ...]:
    """Return the members of a group in the order in which they join some others, as drawn."""
    orders, (seed, world, place) = list(permutations(group)), address
    purpose, rest = ORDERS << PURPOSE | place, _bits(inside - set(EVENTS))
    counter = (np.uint64(purpose), np.uint64(0), np.uint64(rest), np.uint64(world))
    word = int(mix(counter, (np.uint64(seed % 2**32), np.uint64(seed >> 32)))[0])
    return orders[word * len(orders) // 2**32]


class Measures(NamedTuple):
    """What was measured of the futures of all judged worlds, shape (worlds, futures) each."""

    yes_or_no: Mapping[str, np.ndarray]
    owed: Mapping[str, np.ndarray]

    def numbers(self) -> dict[str, Numbers]:
        """Return share, interval and range of each measure in %."""
        shares = {key: share(happened) for key, happened in self.yes_or_no.items()}
        means = {key: mean_within(values) for key, values in self.owed.items()}
        return shares | {key: [100 * one for one in found] for key, found in means.items()}


def measured(folder: Path) -> Measures | None:
    """Return what a run's judged futures come to; None if none were judged."""
    seed = json.loads((folder / "record.json").read_text())["settings"]["seed"]
    judged = read(folder, seed)
    if not judged:
        return None
    war = np.array([one.wars[ALL] for one in judged])
    without = np.array([[one.wars[ALL & ~(1 << m)] for one in judged] for m in range(len(KEYS))])
    placebo = np.array([one.placebo for one in judged])
    whether = {
        "war": war,
        "none": np.array([one.wars[0] for one in judged]),
        "deliberate": np.array([one.deliberate for one in judged]),
        "overdetermined": war & without.all(axis=0),
        "prevented by nearly nothing": war & ~placebo,
        "brought by nearly nothing": ~war & placebo,
    }
    whether |= {f"prevented {key}": war & ~without[m] for m, key in enumerate(KEYS)}
    whether |= {f"brought {key}": ~war & without[m] for m, key in enumerate(KEYS)}
    due = np.array([owed(one.wars, seed, world) for world, one in enumerate(judged)])
    shares = {f"owed {key}": due[:, m] for m, key in enumerate(KEYS)}
    mistaken = [MISREADING, TYPES, OPTIMISM, SELF_KNOWLEDGE]
    kinds = {"miscalculation": due[:, mistaken].sum(axis=1), "spoiler": due[:, THIRD]}
    return Measures(whether, shares | kinds)


def known(folder: Path, _titles: Mapping[str, str]) -> Iterator[tuple[str, str, Numbers]]:
    """Yield table, row and the numbers that belong there."""
    found = measured(folder)
    if found is None:
        return
    numbers, war = found.numbers(), found.yes_or_no["war"]
    yield from _pictured(numbers)
    yield from _removed(numbers)
    yield from _shared_out(numbers)
    for part in BEGINNINGS:
        yield part, "", [float(war.size)]
        for one in numbers.values():
            yield part, "", one[:3]
    yield from _in_words(numbers, war.shape)


def _pictured(numbers: Mapping[str, Numbers]) -> Iterator[tuple[str, str, Numbers]]:
    for key in KEYS:
        yield "causes", CAUSES[key], numbers[f"owed {key}"]
    yield "causes", ANYWAY, numbers["none"]


def _removed(numbers: Mapping[str, Numbers]) -> Iterator[tuple[str, str, Numbers]]:
    for key in KEYS:
        both = numbers[f"prevented {key}"][:3] + numbers[f"brought {key}"][:3]
        yield "causes-removals", CAUSES[key], both
    floor = [*numbers["prevented by nearly nothing"][:3], *numbers["brought by nearly nothing"][:3]]
    yield "causes-removals", "nearly nothing (the floor)", floor
    yield "causes-removals", "no single one prevents", numbers["overdetermined"][:3]


def _shared_out(numbers: Mapping[str, Numbers]) -> Iterator[tuple[str, str, Numbers]]:
    """Yield what is owed to each mechanism, and to all those together that are not sure."""
    rest = []
    for key in KEYS:
        middle, low, high, *_ = numbers[f"owed {key}"]
        yield "causes-and-kinds", CAUSES[key], numbers[f"owed {key}"]
        if low <= 0 <= high or abs(middle) < LEAST:
            rest.append(middle)
    named = f"the other {len(rest)}, each next to nothing or not for certain"
    yield "causes-and-kinds", named, [sum(rest)]
    yield "causes-and-kinds", "war with every one of these off", numbers["none"]
    yield "causes-and-kinds", "war", numbers["war"]
    for key, kind in KINDS.items():
        yield "causes-and-kinds", f"kind: {kind}", numbers[key]


def _in_words(
    numbers: Mapping[str, Numbers], size: tuple[int, ...]
) -> Iterator[tuple[str, str, Numbers]]:
    """Yield the numbers of texts: how many mechanisms nothing sets apart, and what would."""
    worlds, futures = size[0], float(size[0] * size[1])
    floors = [numbers[f"{what} by nearly nothing"] for what in FLOORS]
    unclear = [
        numbers[f"prevented {key}"]
        for key in KEYS
        if not any(
            numbers[f"{what} {key}"][1] > floor[2]
            for what, floor in zip(FLOORS, floors, strict=True)
        )
    ]
    needed = [
        worlds * max(2, ((one[0] - one[1] + floors[0][2] - floors[0][0]) / apart) ** 2)
        for one in unclear
        if (apart := one[0] - floors[0][0]) >= LEAST
    ]
    owed = [numbers[f"owed {key}"] for key in KEYS]
    rest = sum(low <= 0 <= high or abs(middle) < LEAST for middle, low, high, *_ in owed)
    drawn = len(KEYS) - rest + (numbers["none"][1] > 0)
    counts = [float(len(unclear)), float(len(KEYS)), float(math.ceil(min(needed, default=0)))]
    yield "beginnings, text", "", [*counts, SHARPEST]
    yield "causes", "", [futures, float(worlds), len(KEYS) + 1.0, len(KEYS) + 1.0 - drawn]
    yield "causes", "", numbers["war"][:1]
    yield "causes-and-kinds", "", [0.0]
    yield "causes", "", [abs(one) for found in owed for one in found]
    yield "causes-and-kinds", f"the other {rest}, each next to nothing or not for certain", [rest]
