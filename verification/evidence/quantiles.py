"""Measures the coverage of intervals of durations, on ensembles with known truth.

    python -m verification.evidence.quantiles [--repetitions N]

In each world something happens with a chance of its own and lasts an exponential time with a mean
of its own, both drawn again in each repetition. The interval should contain the quantile over all
worlds, and the range across worlds should contain that of a world that was not played. Each should
do so in 88.5 to 91.5 of 100 repetitions over the ensembles that are judged; a star marks a single
ensemble outside that range. Intervals in whole days end at a whole day and contain the truth more
often: at least 88.5. Ensembles in which few worlds have a quantile of their own are reported and
not judged; `--judged-only` omits them.
"""

import argparse
import functools
import math
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from detente.estimate.quantiles import LEVELS, Among, quantiles

REPETITIONS = 2_000
LEAST, MOST = 0.885, 0.915
"""Bounds of the coverage of an interval of 90 %."""
SEED = 20_261
HALVINGS = 60
MANY = 200_000
"""Worlds by which the truth of all worlds is known."""
WHOLE_DAYS, EXACT = True, False


class Ensemble(NamedTuple):
    """Worlds in which something happens with a beta chance and lasts a lognormal mean."""

    name: str
    worlds: int
    futures: int
    chance: float
    apart: float
    in_days: bool
    is_judged: bool = True


ENSEMBLES = (
    Ensemble("losses of wars", 64, 782, 0.15, 0.6, EXACT),
    Ensemble("days until war", 64, 782, 0.15, 0.6, WHOLE_DAYS),
    Ensemble("days until a deal", 64, 782, 0.28, 0.8, WHOLE_DAYS),
    Ensemble("many worlds", 500, 200, 0.28, 0.6, EXACT),
    Ensemble("few futures", 64, 100, 0.28, 0.6, EXACT, is_judged=False),
    Ensemble("rare", 64, 100, 0.03, 0.6, EXACT, is_judged=False),
    Ensemble("few worlds", 20, 400, 0.28, 0.6, EXACT, is_judged=False),
)
MEAN_DAYS = 80.0
STRENGTH = 9.0
"""Of the beta distribution of chances."""


class Worlds(NamedTuple):
    """The truth: how often it happens in each world, and how long it lasts there on average."""

    chances: np.ndarray
    means: np.ndarray

    def quantile(self, level: float, in_days: bool) -> float:
        """Return the quantile over these worlds, found by halving."""
        low, high = 0.0, 100.0 * float(self.means.max())
        for _ in range(HALVINGS):
            middle = 0.5 * (low + high)
            reached = self.chances @ -np.expm1(-middle / self.means) / self.chances.sum()
            low, high = (middle, high) if reached < level else (low, middle)
        return math.ceil(high) if in_days else high


def draw(ensemble: Ensemble, rng: np.random.Generator, worlds: int) -> Worlds:
    """Draw the truth of some worlds."""
    parts = ensemble.chance * STRENGTH, (1.0 - ensemble.chance) * STRENGTH
    means = MEAN_DAYS * np.exp(ensemble.apart * rng.normal(size=worlds))
    return Worlds(rng.beta(*parts, worlds), means)


@functools.cache
def everywhere(ensemble: Ensemble, level: float) -> float:
    """Return the quantile over all worlds."""
    worlds = draw(ensemble, np.random.default_rng(5), MANY)
    return worlds.quantile(level, ensemble.in_days)


def held(ensemble: Ensemble, rng: np.random.Generator) -> Iterator[tuple[str, bool]]:
    """Play one repetition; say of each interval that is reported whether it holds the truth."""
    worlds = draw(ensemble, rng, ensemble.worlds)
    homes = np.repeat(np.arange(ensemble.worlds), rng.binomial(ensemble.futures, worlds.chances))
    lasted = worlds.means[homes] * rng.exponential(size=len(homes))
    values = np.ceil(lasted) if ensemble.in_days else lasted
    found = quantiles(Among(values, homes, ensemble.worlds, ensemble.futures))
    other = draw(ensemble, rng, 1)
    for name, level in LEVELS.items():
        one = getattr(found, name)
        if one.is_sure:
            truth = everywhere(ensemble, level)
            yield f"{name}, interval", one.low <= truth <= one.high
        if one.spread_low is not None:
            truth = other.quantile(level, ensemble.in_days)
            yield f"{name}, worlds", one.spread_low <= truth <= one.spread_high


def coverage(ensemble: Ensemble, repetitions: int) -> dict[str, float]:
    """Return the share of repetitions in which each interval holds the truth, of those with it."""
    rng = np.random.default_rng(SEED)
    reported: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for _ in range(repetitions):
        for kind, holds in held(ensemble, rng):
            reported[kind] += 1
            right[kind] += holds
    return {kind: right[kind] / reported[kind] for kind in reported}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the coverage of all kinds and return the exit status."""
    parser = argparse.ArgumentParser(description="Coverage of intervals of lengths and losses.")
    parser.add_argument("--repetitions", type=int, default=REPETITIONS)
    parser.add_argument("--judged-only", action="store_true", help="nothing that cannot fail")
    options = parser.parse_args(arguments)
    repetitions = options.repetitions
    start = time.monotonic()
    print(f"Held of 100, {repetitions:,} repetitions each")
    judged: dict[str, list[float]] = {}
    failed = 0
    for ensemble in (one for one in ENSEMBLES if one.is_judged or not options.judged_only):
        shares = coverage(ensemble, repetitions)
        size = f"{ensemble.name}, {ensemble.worlds} x {ensemble.futures}"
        _report(size if ensemble.is_judged else f"{size}, not judged", shares)
        if ensemble.in_days:
            failed += sum(share < LEAST for share in shares.values())
        elif ensemble.is_judged:
            for kind, share in shares.items():
                judged.setdefault(kind, []).append(share)
    together = {kind: math.fsum(shares) / len(shares) for kind, shares in judged.items()}
    _report("those judged, together, but for whole days", together)
    failed += sum(not LEAST <= share <= MOST for share in together.values())
    print(f"Standard error of a figure {100.0 * math.sqrt(0.09 / repetitions):.2f}.")
    print(f"Took {time.monotonic() - start:.0f} s.")
    return int(failed > 0)


def _report(name: str, shares: Mapping[str, float]) -> None:
    print(name)
    for kind, share in sorted(shares.items()):
        mark = "" if LEAST <= share <= MOST else "*"
        print(f"  {kind:<24}{100.0 * share:6.1f}{mark}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
