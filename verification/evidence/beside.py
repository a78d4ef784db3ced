"""Measures the coverage of figures compared with history, on ensembles with known truth.

    python -m verification.evidence.beside [--repetitions N]

Crises end on days that follow each world's own distribution, and events happen in each with a
chance of its own. These determine the true value of every figure that is compared with history:
shares; durations by which a quarter, half and three quarters have ended; and endings a day over a
span, for one start and for both mixed as history mixed them. Worlds are drawn again in each
repetition, and the truth is that of all worlds.

Intervals of each kind should contain the truth in 88.5 to 91.5 of 100 repetitions over all
ensembles; a star marks a single ensemble outside that range. Durations are whole days, for which
intervals contain the truth more often: at least 88.5.
"""

import argparse
import math
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, NamedTuple

import numpy as np

from detente.questions.past.definitions import STARTS
from detente.questions.past.played import ALL, PLAYED_RATES, AgainstHistory, Played, compared

REPETITIONS = 2_000
LEAST, MOST = 0.885, 0.915
"""Bounds of the coverage of an interval of 90 %."""
SEED = 20_268
HORIZON = 365
MANY = 20_000
"""Worlds by which the truth of all worlds is known."""
LENGTHS = "days"
"""How kinds begin that are given in whole days."""
CHANCES = {"war": 0.14, "serious": 0.39, "none": 0.25, "agreement": 0.34}
"""How often each happens in the worlds of a made-up run, on average."""
STRENGTH = 9.0
"""Of the beta distribution of chances over worlds."""
MEDIANS = {"non_violent": 75.0, "violent": 45.0}
"""Days in which half of the crises of a usual world end."""
APART = 0.6
"""How far daily rates lie apart over worlds, standard deviation of their logarithm."""


class Ensemble(NamedTuple):
    """How many worlds are played, and futures of each."""

    worlds: int
    futures: int


ENSEMBLES = (Ensemble(64, 782), Ensemble(256, 200), Ensemble(512, 32))


class Truth(NamedTuple):
    """A start of which everything is known."""

    start: str
    chances: Annotated[Mapping[str, np.ndarray], "of what happens, shape (worlds,) each"]
    law: Annotated[np.ndarray, "of the last day, shape (worlds, HORIZON + 1)"]

    def played(self, futures: int, rng: np.random.Generator) -> Played:
        """Return what a run counts by chance."""
        happened = {rate: rng.binomial(futures, chance) for rate, chance in self.chances.items()}
        return Played(self.start, futures, happened, rng.multinomial(futures, self.law))

    def expected(self, futures: int) -> Played:
        """Return what it counts on average."""
        happened = {rate: futures * chance for rate, chance in self.chances.items()}
        return Played(self.start, futures, happened, futures * self.law)


def draw(start: str, worlds: int, rng: np.random.Generator) -> Truth:
    """Draw the worlds of a start: crises end at a rate of the world's own that halves in time."""
    chances = {
        rate: rng.beta(mean * STRENGTH, (1.0 - mean) * STRENGTH, worlds)
        for rate, mean in CHANCES.items()
    }
    days = np.arange(HORIZON)
    rates = math.log(2.0) / MEDIANS[start] * np.exp(APART * rng.normal(size=worlds))
    still = np.exp(-rates[:, None] * np.cumsum(1.0 / (1.0 + days / HORIZON)))
    law = -np.diff(still, prepend=1.0, append=0.0, axis=1)
    return Truth(start, chances, law)


def groups(starts: Mapping[str, Played]) -> Iterator[AgainstHistory]:
    """Return the figures of each start and of both, mixed as past crises were."""
    for start, played in starts.items():
        yield compared(start, [(1.0, played)])
    crises = sum(STARTS.values())
    yield compared(ALL, [(STARTS[start] / crises, played) for start, played in starts.items()])


def held(known: AgainstHistory, found: AgainstHistory) -> Iterator[tuple[str, bool]]:
    """Say of each figure whether its interval holds the truth."""
    for key, one in found.figures.items():
        if one.high > 0.0:
            rate = key.split(".")[-1]
            kind = "shares" if rate in PLAYED_RATES else f"{LENGTHS}, {rate}"
            yield kind, one.low <= known.figures[key].value <= one.high
    for truth, hazard in zip(known.hazards, found.hazards, strict=True):
        name = f"endings a day, {truth.from_day} to {truth.to_day}"
        yield name, hazard.low <= truth.a_day <= hazard.high


def coverage(ensemble: Ensemble, repetitions: int) -> dict[str, float]:
    """Return in what share of the repetitions each kind of interval holds the truth."""
    rng = np.random.default_rng(SEED)
    reported: Counter[str] = Counter()
    right: Counter[str] = Counter()
    everywhere = {start: draw(start, MANY, np.random.default_rng(5)) for start in STARTS}
    known = tuple(groups({key: one.expected(1) for key, one in everywhere.items()}))
    for _ in range(repetitions):
        truths = {start: draw(start, ensemble.worlds, rng) for start in STARTS}
        found = groups({key: one.played(ensemble.futures, rng) for key, one in truths.items()})
        for pair in zip(known, found, strict=True):
            for kind, holds in held(*pair):
                reported[kind] += 1
                right[kind] += holds
    return {kind: right[kind] / reported[kind] for kind in reported}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the coverage of all kinds and return the exit status."""
    parser = argparse.ArgumentParser(description="Coverage of intervals beside history.")
    parser.add_argument("--repetitions", type=int, default=REPETITIONS)
    repetitions = parser.parse_args(arguments).repetitions
    start = time.monotonic()
    print(f"Held of 100, {repetitions:,} repetitions each")
    by_kind: dict[str, list[float]] = {}
    for ensemble in ENSEMBLES:
        shares = coverage(ensemble, repetitions)
        _report(f"{ensemble.worlds} worlds x {ensemble.futures} futures", shares)
        for kind, share in shares.items():
            by_kind.setdefault(kind, []).append(share)
    together = {kind: math.fsum(shares) / len(shares) for kind, shares in by_kind.items()}
    _report("all together", together)
    failed = sum(not _is_well_held(kind, share) for kind, share in together.items())
    print(f"{failed} kinds fail; took {time.monotonic() - start:.0f} s")
    return int(failed > 0)


def _is_well_held(kind: str, share: float) -> bool:
    return share >= LEAST and (share <= MOST or kind.startswith(LENGTHS))


def _report(name: str, shares: Mapping[str, float]) -> None:
    print(name)
    for kind, share in sorted(shares.items()):
        mark = "" if _is_well_held(kind, share) else "*"
        print(f"  {kind:<28}{100.0 * share:6.1f}{mark}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
