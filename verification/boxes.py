"""Whether the box that makes an outcome likely is found, and how far its figures can be trusted.

    python -m verification.boxes [--repetitions N]

Worlds are drawn as runs do, 2,000 times; in a planted box of two numbers the outcome is likelier,
and futures are counted. What `detente discover` tells is held against the truth: how often the two
numbers are found; how often the 90 % interval of the share in unseen worlds holds the true density
of the boxes that it is of (judged: 88.5 to 91.5 of 100 over all ensembles) and of the box that is
told (not judged: that one was found in all worlds, these in seven eighths); and by how
much the density and the coverage that a box has in its own worlds are too high.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from detente.analysis import prim
from detente.analysis.discovery import boxes_without, mean_of_unseen
from detente.ensemble.design import coordinates
from verification.coverage import is_covered

REPETITIONS = 2000
COLUMNS = 12
FUTURES = 200
POOL = 20_000
"""Worlds in which true densities are looked up."""
LEAST_FOUND = 0.9


class Planted(NamedTuple):
    """Worlds of which those in a box have a higher share, and how often the box must be found."""

    worlds: int
    effect: float

    def expected(self, table: np.ndarray) -> np.ndarray:
        """Return the share of each world: higher in the box, and rising with a number beside it."""
        inside = (table[:, 3] > 0.6) & (table[:, 7] < 0.5)
        shares: np.ndarray = 0.05 + 0.1 * table[:, 0] + self.effect * inside
        return shares


PLANTED = (Planted(64, 0.4), Planted(128, 0.3), Planted(256, 0.2))


class Found(NamedTuple):
    """What came of one search; shares of all 100."""

    is_found: bool
    is_held: bool
    is_own_held: bool
    density_off: float
    coverage_off: float


def search(planted: Planted, seed: int, pool: np.ndarray) -> Found | None:
    """Search once as `detente discover` does; None if it finds too few unseen worlds."""
    names = [f"x{place}" for place in range(COLUMNS)]
    table = coordinates(names, worlds=planted.worlds, seed=seed).T
    luck = np.random.default_rng(seed)
    shares = luck.binomial(FUTURES, planted.expected(table)) / FUTURES
    box = prim.simplify(prim.find(table, shares), table, shares)
    without = list(boxes_without(table, shares))
    unseen = mean_of_unseen(table, shares, without)
    if unseen is None or not box.rules:
        return None
    expected, whole = planted.expected(pool), float(shares.sum())
    inside, own = box.holds(table), box.holds(pool)
    density = float(expected[own].mean())
    coverage = float(expected[own].sum() / expected.sum())
    counts = [int(one.holds(table[worlds]).sum()) for worlds, one in without]
    densities = [float(expected[one.holds(pool)].mean()) for _, one in without]
    return Found(
        {3, 7} <= {rule.column for rule in box.rules},
        unseen.low <= float(np.average(densities, weights=counts)) <= unseen.high,
        unseen.low <= density <= unseen.high,
        float(shares[inside].mean()) - density,
        float(shares[inside].sum()) / whole - coverage,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what is found in each kind of ensemble and return the exit status."""
    parser = argparse.ArgumentParser(description="Are boxes and their figures to be trusted?")
    parser.add_argument("--repetitions", type=int, default=REPETITIONS)
    repetitions = parser.parse_args(arguments).repetitions
    start = time.monotonic()
    pool = np.random.default_rng(0).random((POOL, COLUMNS))
    print("Of 100: box found, interval of unseen worlds holds, holds the told box's density;")
    print("density and coverage in its own worlds too high by, of 100")
    held, fails = [], False
    for planted in PLANTED:
        searched = (search(planted, seed, pool) for seed in range(repetitions))
        found = np.array([one for one in searched if one is not None])
        means = found.mean(axis=0)
        held.append(float(means[1]))
        is_rare = means[0] < LEAST_FOUND
        fails = fails or is_rare
        figures = "".join(f"{100.0 * mean:8.1f}" for mean in means)
        size = f"{planted.worlds} worlds, {100 * planted.effect:.0f} of 100 more"
        print(f"{size:<28}{figures}{'  NOT FOUND' if is_rare else ''}", flush=True)
    together = sum(held) / len(held)
    fails = fails or not is_covered(together)
    print(f"Intervals of unseen worlds: {100.0 * together:.1f} of 100 hold the truth.")
    print(f"Took {time.monotonic() - start:.0f} s.")
    return int(fails)


if __name__ == "__main__":
    sys.exit(main())
