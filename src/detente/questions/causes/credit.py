"""The share of a war attributed to each cause, from verdicts under subsets of the mechanisms.

It is Owen's value (Owen 1977): mechanisms of one kind form a group; groups share a war by Shapley's
value over all subsets of groups, and the members of a group divide its share by their marginal
effects in an order of joining. One order is drawn for each subset of the other groups. The shares
add up exactly for any order, and over worlds the draws average out.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, permutations
from math import factorial
from typing import Annotated, NamedTuple, TypeAlias

import numpy as np

from detente.kernel.causes import EVENTS, Mechanism, only
from detente.kernel.draws import BITS, PURPOSE_SHIFT, WORD, mix

Groups: TypeAlias = tuple[tuple[Mechanism, ...], ...]
GROUPS: Groups = (
    (Mechanism.TYPES, Mechanism.OPTIMISM, Mechanism.SELF_KNOWLEDGE),
    (Mechanism.SHIFTING_POWER, Mechanism.BROKEN_DEALS),
    (Mechanism.FIRST_STRIKE,),
    (Mechanism.THIRD_PARTY,),
    (Mechanism.MISREADING,),
    (Mechanism.FRICTION,),
    (Mechanism.NOISE,),
)
"""Private information and commitment have several members; every other mechanism is a group
alone."""
UNIT = factorial(len(GROUPS))
"""Shares of a war are whole multiples of 1/UNIT."""
JOINING = 61
"""The purpose of the draws of orders, in their address; no Purpose of a future has this number."""


class CoalitionPlan(NamedTuple):
    """The subsets of mechanisms with which a world is played, and their weights."""

    everything: Annotated[int, "all mechanisms that share the wars"]
    subsets: Annotated[tuple[int, ...], "bit m of each says whether mechanism m acts"]
    weights: Annotated[
        np.ndarray,
        "how a verdict counts in each mechanism's share, in units of one over the groups' "
        "factorial, whole numbers, shape (subsets, mechanisms)",
    ]

    def place(self, subset: int) -> int:
        """Return the column of a subset in the verdicts."""
        return self.subsets.index(subset)


def plan_of(seed: int, world: int, groups: Groups = GROUPS) -> CoalitionPlan:
    """Return the plan of a world: all subsets of the groups, with an order of members in each.

    It also has, for each mechanism, the subset with all but this one.
    """
    counts: dict[int, np.ndarray] = {}
    for place, group in enumerate(groups):
        others = [*groups[:place], *groups[place + 1 :]]
        for rest, weight in _coalitions(others):
            before = rest
            for one in _drawn(group, (seed, world, place, rest)):
                after = before | only(one)
                counts.setdefault(after, np.zeros(len(Mechanism), np.int64))[one] += weight
                counts.setdefault(before, np.zeros(len(Mechanism), np.int64))[one] -= weight
                before = after
    everything = only(*chain(*groups))
    for one in Mechanism:
        counts.setdefault(everything & ~only(one), np.zeros(len(Mechanism), np.int64))
    return CoalitionPlan(everything, tuple(counts), np.array(list(counts.values())))


def _coalitions(groups: Sequence[tuple[Mechanism, ...]]) -> Iterator[tuple[int, int]]:
    """Yield each subset of groups and its weight, `|S|! (n - 1 - |S|)!` of n with one more."""
    for chosen in range(1 << len(groups)):
        subset = sum(only(*group) for place, group in enumerate(groups) if chosen >> place & 1)
        size = chosen.bit_count()
        yield subset, factorial(size) * factorial(len(groups) - size)


def _drawn(
    group: tuple[Mechanism, ...], address: tuple[int, int, int, int]
) -> tuple[Mechanism, ...]:
    """Return the members of a group in an order drawn by seed, world, group and other groups.

    Events do not affect the draw: what is solved with them is solved without them as well.
    """
    orders = tuple(permutations(group))
    if len(orders) == 1:
        return group
    seed, world, place, rest = map(np.uint64, address)
    purpose = np.uint64(JOINING << PURPOSE_SHIFT) | place
    counter = (purpose, np.uint64(0), rest & ~np.uint64(EVENTS), world)
    return orders[int(mix(counter, (seed & WORD, seed >> BITS))[0]) * len(orders) >> 32]


class Credit(NamedTuple):
    """How much of a war is attributed to each mechanism, future by future."""

    war: Annotated[np.ndarray, "war with every mechanism, 0 or 1, shape (futures,)"]
    none: Annotated[np.ndarray, "war with no mechanism, 0 or 1, shape (futures,)"]
    shares: Annotated[
        np.ndarray, "Owen values in units of 1/UNIT, whole numbers, shape (futures, mechanisms)"
    ]
    but_for: Annotated[
        np.ndarray, "war that a removal prevents, 0 or 1, shape (futures, mechanisms)"
    ]
    created: Annotated[
        np.ndarray, "war that a removal creates, 0 or 1, shape (futures, mechanisms)"
    ]
    overdetermined: Annotated[
        np.ndarray, "war that no single removal prevents, 0 or 1, shape (futures,)"
    ]


def credit(wars: np.ndarray, plan: CoalitionPlan) -> Credit:
    """Attribute each future's war to the mechanisms.

    `wars` is 1 if a future has war with a subset of the plan, else 0, shape (futures, subsets). The
    shares of a future and the war with no mechanism add up exactly to the war with all. But-for
    after Halpern & Pearl 2005.
    """
    verdicts = wars.astype(np.int64)
    war = verdicts[:, plan.place(plan.everything)]
    without = verdicts[:, [plan.place(plan.everything & ~only(one)) for one in Mechanism]]
    but_for = war[:, None] * (1 - without)
    return Credit(
        war=war,
        none=verdicts[:, plan.place(0)],
        shares=verdicts @ plan.weights,
        but_for=but_for,
        created=(1 - war[:, None]) * without,
        overdetermined=war * (1 - but_for.max(axis=1)),
    )


def smallest_removals(wars: np.ndarray, plan: CoalitionPlan) -> list[int]:
    """Return the removals that prevent one future's war: single mechanisms, else fewest groups.

    `wars` is that of the future, shape (subsets,). The result is empty if it has no war, or has it
    with any removal.
    """

    def prevents(removed: int) -> bool:
        return not wars[plan.place(plan.everything & ~removed)]

    if not wars[plan.place(plan.everything)]:
        return []
    alone = [only(mechanism) for mechanism in Mechanism if prevents(only(mechanism))]
    if alone:
        return alone
    kinds = [kind for kind, _ in _coalitions(GROUPS) if prevents(kind)]
    fewest = min(map(groups_in, kinds), default=0)
    return [kind for kind in kinds if groups_in(kind) == fewest]


def groups_in(subset: int) -> int:
    """Return the number of groups of which a subset has members."""
    return sum(bool(subset & only(*group)) for group in GROUPS)
