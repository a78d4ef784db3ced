"""Checks that the box that makes an outcome likely is found, and how accurate its figures are.

    python -m verification.evidence.boxes [--repetitions N]

Worlds are drawn as in runs, 2,000 times. In a planted box of two numbers the outcome is likelier,
and futures are counted. The box that `detente discover` reports is tested on new worlds of the same
design, and its figures are compared with the truth:

how often the two numbers are found; how often the 90 % interval of the density in new worlds
contains the true one (judged: 88.5 to 91.5 of 100 over all ensembles, or no farther off than that
many repetitions leave open); the mean error of density and coverage in new worlds; and how often a
box is reported for worlds without a planted one (judged: 5 of 100 at most).
"""

import argparse
import sys
import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from detente.ensemble.design import coordinates
from detente.estimate import prim
from detente.questions.discovery import (
    LARGEST_CHANCE,
    LEAST_TRIED,
    NEW_WORLDS,
    TRIED,
    BoxTrial,
    judge,
)
from detente.questions.past.definitions import share_interval
from verification.evidence.coverage import LEAST, MOST

REPETITIONS = 2000
COLUMNS = 12
FUTURES = 200
POOL = 20_000
"""Worlds in which true densities are looked up."""
LEAST_FOUND = 0.9
WITHOUT, LEVEL = 64, 0.1
"""Worlds without a planted box, and the outcome's share in each of them."""
TRIALS = 100
MOST_SHOWN = 0.05


class Planted(NamedTuple):
    """Worlds of which those in a box have a higher share, and how often the box must be found."""

    worlds: int
    effect: float

    def expected(self, table: np.ndarray) -> np.ndarray:
        """Return the share of each world: higher in the box, and rising with another number."""
        inside = (table[:, 3] > 0.6) & (table[:, 7] < 0.5)
        shares: np.ndarray = 0.05 + 0.1 * table[:, 0] + self.effect * inside
        return shares


PLANTED = (Planted(64, 0.4), Planted(128, 0.3), Planted(256, 0.2))


class Found(NamedTuple):
    """What came of one search; shares of all 100."""

    is_found: bool
    is_held: bool
    density_off: float
    coverage_off: float


def search(planted: Planted, seed: int, pool: np.ndarray) -> Found | None:
    """Search once as `detente discover` does; None if new worlds do not bear a box out."""
    box, trial = tried(planted, seed)
    if trial is None or trial.excess.low <= 0.0:
        return None
    expected, own = planted.expected(pool), box.holds(pool)
    density = float(expected[own].mean())
    coverage = float(expected[own].sum() / expected.sum())
    return Found(
        {3, 7} <= {rule.column for rule in box.rules},
        trial.density.low <= density <= trial.density.high,
        trial.density.value - density,
        trial.coverage - coverage,
    )


def tried(planted: Planted, seed: int) -> tuple[prim.PrimBox, BoxTrial | None]:
    """Return the box of some worlds and what new ones say of it; nothing if too few lie in it."""
    names, worlds = [f"x{place}" for place in range(COLUMNS)], planted.worlds
    table = coordinates(names, worlds=worlds + NEW_WORLDS, seed=seed).T
    rng = np.random.default_rng(seed)
    shares = rng.binomial(FUTURES, planted.expected(table)) / FUTURES
    own = prim.Worlds(table[:worlds], shares[:worlds], np.ones(worlds))
    box = prim.simplify(prim.find(own), own)
    inside = box.holds(table[worlds:])
    there, rest = (shares[worlds:][one] for one in (inside, ~inside))
    few = min(len(there), len(rest), TRIED)
    if not box.rules or few < LEAST_TRIED:
        return box, None
    return box, judge(there[:few], rest[:few], (float(inside.mean()), 1.0 - float(inside.mean())))


def shown(seed: int) -> bool:
    """Say whether a box is shown of worlds without one."""
    table = coordinates([f"x{place}" for place in range(1, COLUMNS)], worlds=WITHOUT, seed=seed).T
    rng = np.random.default_rng(seed)
    shares = rng.binomial(FUTURES, LEVEL, WITHOUT) / FUTURES
    worlds = prim.Worlds(table, shares, np.ones(WITHOUT))
    box = prim.find(worlds)
    if not box.rules or prim.chance_of(box, worlds) > LARGEST_CHANCE:
        return False
    new = rng.binomial(FUTURES, LEVEL, (2, TRIED)) / FUTURES
    return judge(new[0], new[1], (0.1, 0.9)).excess.low > 0.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what is found in each kind of ensemble and return the exit status."""
    parser = argparse.ArgumentParser(description="Are boxes and their figures to be trusted?")
    parser.add_argument("--repetitions", type=int, default=REPETITIONS)
    repetitions = parser.parse_args(arguments).repetitions
    start = time.monotonic()
    pool = np.random.default_rng(0).random((POOL, COLUMNS))
    print("Of 100: box found, interval of new worlds holds; density, coverage off by, of 100")
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
    times = repetitions * len(held)
    low, high = share_interval(together * times, times)
    fails = fails or high < LEAST or low > MOST
    ends = f"{100.0 * together:.1f} ({100.0 * low:.1f} to {100.0 * high:.1f})"
    print(f"Intervals of new worlds: {ends} of 100 hold the truth.")
    often = sum(map(shown, range(TRIALS))) / TRIALS
    fails = fails or often > MOST_SHOWN
    print(f"Without a planted box one is shown in {100.0 * often:.0f} of 100.")
    print(f"Took {time.monotonic() - start:.0f} s.")
    return int(fails)


if __name__ == "__main__":
    sys.exit(main())
