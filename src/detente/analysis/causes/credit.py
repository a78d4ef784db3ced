"""The share of a war attributed to each cause, exactly, from verdicts under every subset."""

from math import factorial
from typing import Annotated, NamedTuple

import numpy as np


class Credit(NamedTuple):
    """What a war owes to each mechanism, future by future."""

    war: Annotated[np.ndarray, "war with every mechanism, 0 or 1, shape (futures,)"]
    none: Annotated[np.ndarray, "war with no mechanism, 0 or 1, shape (futures,)"]
    shapley: Annotated[
        np.ndarray, "Shapley values in units of 1/n!, whole numbers, shape (futures, mechanisms)"
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


def credit(wars: np.ndarray, mechanisms: int) -> Credit:
    """Share out each future's war.

    `wars`: bit s of each future says whether it has war when only the mechanisms of subset s act
    (bit m of s for mechanism m), unsigned, shape (futures,). For each future the Shapley values and
    the war with no mechanism add up to the war with every one (Shapley 1953), exactly: values are
    whole numbers of 1/n!. But-for after Halpern & Pearl 2005.
    """
    verdicts = unpack(wars, mechanisms)
    everything = (1 << mechanisms) - 1
    war = verdicts[:, everything]
    without = verdicts[:, [everything & ~(1 << one) for one in range(mechanisms)]]
    but_for = war[:, None] * (1 - without)
    return Credit(
        war=war,
        none=verdicts[:, 0],
        shapley=verdicts @ coefficients(mechanisms),
        but_for=but_for,
        created=(1 - war[:, None]) * without,
        overdetermined=war * (1 - but_for.max(axis=1)),
    )


def unpack(wars: np.ndarray, mechanisms: int) -> np.ndarray:
    """Return the verdict under each subset, 0 or 1, shape (futures, subsets)."""
    subsets = np.arange(1 << mechanisms, dtype=np.uint64)
    return (wars[:, None] >> subsets & np.uint64(1)).astype(np.int64)


def coefficients(mechanisms: int) -> np.ndarray:
    """Return how each subset's verdict counts in n! times each value, shape (subsets, mechanisms).

    `phi_m = sum over S without m of |S|! (n - 1 - |S|)! / n! (Y(S with m) - Y(S))`.
    """
    table = np.zeros((1 << mechanisms, mechanisms), np.int64)
    for subset in range(1 << mechanisms):
        for one in range(mechanisms):
            others = (subset & ~(1 << one)).bit_count()
            weight = factorial(others) * factorial(mechanisms - 1 - others)
            table[subset, one] = weight if subset >> one & 1 else -weight
    return table


def smallest_removals(wars: int, mechanisms: int) -> list[int]:
    """Return the smallest sets of mechanisms whose removal prevents one future's war, as subsets.

    None if the future has no war, or has it whatever is removed.
    """
    everything = (1 << mechanisms) - 1
    if not wars >> everything & 1:
        return []
    removals = [
        removed for removed in range(1, 1 << mechanisms) if not wars >> (everything & ~removed) & 1
    ]
    fewest = min((removed.bit_count() for removed in removals), default=0)
    return [removed for removed in removals if removed.bit_count() == fewest]
