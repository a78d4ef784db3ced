"""Whether 90 % intervals of what hangs on a claim hold the known truth.

`python -m verification.influence` draws worlds as runs do, 2,000 times, lets a straight line in the
places of their numbers stand for an outcome's share, with other numbers, a product of two of them
and chance beside it, and counts how often the interval of each claim's shift holds it. Claims have
one number, a chance, two, three or seven numbers, and none that does anything. Over the claims with
a shift the coverage is to be 88.5 to 91.5 %; where the truth is none an interval fails on one side
only, and is to hold 88.5 % at least. It also counts how often any of the claims without effect
stands out, which is to be in 1 of 20 repetitions, 8 of 100 at most.
"""

import argparse
import math
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from detente.analysis.conditions import numbers_of
from detente.analysis.influence import shift_of
from detente.ensemble.design import coordinates

REPETITIONS = 2000
LOWEST, HIGHEST = 88.5, 91.5
MOST_FALSE = 8.0
CHANCE = 0.03
"""Standard deviation of chance in a world's share."""
OTHERS = 40
"""Numbers that rest on none of these claims; each moves the share a little."""
OTHER_SLOPE = 0.03
IDLE = 20
"""Claims on numbers that do nothing."""
SO = 0.3
"""How probable it is that the chance is so."""


class Planted(NamedTuple):
    """A claim and the slopes of its numbers in their places."""

    name: str
    slopes: tuple[float, ...]
    is_chance: bool = False

    @property
    def truth(self) -> float:
        """Return its shift: a place is uniform, and its end lies half its range from the middle."""
        if self.is_chance:
            return self.slopes[0] * (1.0 - SO)
        return 0.5 * math.hypot(*self.slopes)


CLAIMS = (
    Planted("one number", (0.20,)),
    Planted("one number, less", (0.12,)),
    Planted("a chance", (0.10,), is_chance=True),
    Planted("two numbers", (0.15, -0.10)),
    Planted("three numbers", (0.12, 0.10, -0.08)),
    Planted("seven numbers", (0.08, 0.08, 0.08, -0.08, 0.08, -0.08, 0.08)),
)


def repeat(worlds: int, seed: int) -> tuple[dict[str, bool], int]:
    """Say of each claim whether its interval holds the truth, and how many idle ones stand out."""
    names = [f"{claim.name} {number}" for claim in CLAIMS for number in range(len(claim.slopes))]
    others = [f"other {number}" for number in range(OTHERS)]
    idle = [f"idle {number}" for number in range(IDLE)]
    drawn = dict(
        zip(
            (*names, *others, *idle),
            coordinates([*names, *others, *idle], worlds=worlds, seed=seed),
            strict=True,
        )
    )
    for claim in CLAIMS:
        if claim.is_chance:
            drawn[f"{claim.name} 0"] = (drawn[f"{claim.name} 0"] < SO).astype(float)
    shares = _shares(drawn, others, np.random.default_rng(seed))
    places = numbers_of(drawn, worlds).places
    column = {name: place for place, name in enumerate(drawn)}
    among = len(CLAIMS) + IDLE
    held = {}
    for claim in CLAIMS:
        own = [column[f"{claim.name} {number}"] for number in range(len(claim.slopes))]
        found = shift_of(shares, places[:, own], among=among)
        held[claim.name] = found.low <= claim.truth <= found.high
    nothing = [shift_of(shares, places[:, [column[name]]], among=among) for name in idle]
    held["none"] = nothing[0].low == 0.0
    return held, sum(one.stands_out for one in nothing)


def _shares(
    drawn: dict[str, np.ndarray], others: Sequence[str], luck: np.random.Generator
) -> np.ndarray:
    worlds = len(next(iter(drawn.values())))
    shares = 0.3 + CHANCE * luck.normal(size=worlds)
    for claim in CLAIMS:
        for number, slope in enumerate(claim.slopes):
            shares += slope * (drawn[f"{claim.name} {number}"] - 0.5)
    for place, name in enumerate(others):
        shares += (-1) ** place * OTHER_SLOPE * (drawn[name] - 0.5)
    shares += 0.2 * (drawn[others[0]] - 0.5) * (drawn[others[1]] - 0.5)
    return shares


def covered(worlds: int, repetitions: int) -> int:
    """Print the coverage with so many worlds; return how many figures fail."""
    held: Counter[str] = Counter()
    false = 0
    for seed in range(repetitions):
        holds, stand_out = repeat(worlds, seed)
        held.update({name: int(one) for name, one in holds.items()})
        false += stand_out > 0
    rates = {name: 100.0 * count / repetitions for name, count in held.items()}
    nothing = rates.pop("none")
    mean, wrongly = sum(rates.values()) / len(rates), 100.0 * false / repetitions
    for name, rate in rates.items():
        print(f"  {name:<20}{rate:6.1f}")
    print(f"  {'together':<20}{mean:6.1f}\n  {'no effect':<20}{nothing:6.1f}")
    print(f"  any of {IDLE} without effect stands out in {wrongly:.1f} of 100", flush=True)
    return int(not LOWEST <= mean <= HIGHEST) + int(nothing < LOWEST) + int(wrongly > MOST_FALSE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the coverage and return the exit status."""
    parser = argparse.ArgumentParser(description="Do intervals of influence hold the truth?")
    parser.add_argument("--repetitions", type=int, default=REPETITIONS)
    repetitions = parser.parse_args(arguments).repetitions
    start, failed = time.monotonic(), 0
    for worlds in (64, 256):
        print(f"{worlds} worlds, {repetitions:,} repetitions, held of 100")
        failed += covered(worlds, repetitions)
    print(f"{failed} figures fail; {time.monotonic() - start:.0f} s")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
