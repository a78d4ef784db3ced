"""Measures how often the printed intervals contain the results of other seeds, on shipped packs.

    python -m verification.evidence.seeds [PACK ...] [--seeds N] [--worlds N] [--futures N]
    [--grid GRID]

Each pack is played with N seeds. The 90 % interval of a share, over worlds and chance, predicts the
result of another seed. So the interval of each seed, widened by the error of the others, is
compared with their mean. Between 84 and 96 of 100 should contain it, as outcomes of one run vary
together. Interval lengths are reported, too, relative to the printed ones: those that follow from
the variation between seeds, and those for independently drawn worlds.
"""

import argparse
import math
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np

from detente import load, simulate
from detente.ensemble.measures import OUTCOMES
from detente.estimate.intervals import QUANTILE, estimate_share

PACKS = ("oman-2026", "reference-violent")
SEEDS = 20
SHOWN = ("any_war", "force", "deal", "settled")
LEAST, MOST = 0.84, 0.96


class Found(NamedTuple):
    """What the seeds of a pack say of an outcome."""

    held: Annotated[int, "seeds whose interval holds the mean of the others"]
    seeds: int
    share: float
    by_seeds: Annotated[float, "length of a 90 % interval as seeds vary, over the mean printed one"]
    alone: Annotated[float, "length as if worlds were drawn alone, over the mean printed one"]


def play(pack: str, size: argparse.Namespace) -> dict[str, np.ndarray]:
    """Return how often each outcome comes, shape (seeds, worlds), for each of SHOWN."""
    crisis = load(pack)
    counts: dict[str, list[np.ndarray]] = {outcome: [] for outcome in SHOWN}
    for seed in range(1, size.seeds + 1):
        with tempfile.TemporaryDirectory() as folder:
            run = simulate(
                crisis,
                worlds=size.worlds,
                futures=size.worlds * size.futures,
                seed=seed,
                grid=size.grid,
                out=Path(folder) / "run",
            )
            classes = run.tally().classes
        for outcome, by_seed in counts.items():
            by_seed.append(OUTCOMES[outcome].counted(classes))
    return {outcome: np.array(by_seed) for outcome, by_seed in counts.items()}


def judge(happened: np.ndarray, futures: int) -> Found:
    """Say how often the interval of a seed holds the mean of all others.

    `happened`: futures in which an outcome comes, shape (seeds, worlds), of so many in each world.
    """
    found = [estimate_share(each, futures) for each in happened]
    shares = np.array([one.value for one in found])
    seeds = len(found)
    longer = math.sqrt(1.0 + 1.0 / (seeds - 1))
    held = 0
    for place, one in enumerate(found):
        apart = float(np.delete(shares, place).mean()) - one.value
        held += longer * (one.low - one.value) <= apart <= longer * (one.high - one.value)
    length = float(np.mean([one.high - one.low for one in found]))
    by_world = happened / futures
    alone = np.sqrt(by_world.var(axis=1, ddof=1).mean() / by_world.shape[1])
    return Found(
        held,
        seeds,
        float(shares.mean()),
        2.0 * QUANTILE * float(shares.std(ddof=1)) / length,
        2.0 * QUANTILE * float(alone) / length,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print how often intervals hold and return the exit status."""
    parser = argparse.ArgumentParser(description="Whether intervals hold what other seeds give.")
    parser.add_argument("packs", nargs="*", default=PACKS)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--worlds", type=int, default=64)
    parser.add_argument("--futures", type=int, default=200, help="of each world")
    parser.add_argument("--grid", default="normal")
    size = parser.parse_args(arguments)
    start = time.monotonic()
    print(f"{'pack':<20}{'outcome':<10}{'share':>7}{'held':>10}{'seeds vary':>12}{'alone':>8}")
    all_held = all_of_them = 0
    for pack in size.packs:
        for outcome, happened in play(pack, size).items():
            one = judge(happened, size.futures)
            all_held, all_of_them = all_held + one.held, all_of_them + one.seeds
            print(
                f"{pack:<20}{outcome:<10}{100.0 * one.share:>7.1f}"
                f"{f'{one.held} of {one.seeds}':>10}{one.by_seeds:>12.2f}{one.alone:>8.2f}",
                flush=True,
            )
    held = all_held / all_of_them
    print(f"Held {all_held} of {all_of_them}, {100.0 * held:.0f} of 100.")
    print("The last two columns: lengths in those of the printed intervals.")
    print(f"Took {time.monotonic() - start:.0f} s.")
    return int(not LEAST <= held <= MOST)


if __name__ == "__main__":
    sys.exit(main())
