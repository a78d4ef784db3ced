"""Measures the coverage of each kind of printed interval, on ensembles with known truth.

    python -m verification.evidence.coverage [--repetitions N]

Worlds are points of scrambled sequences, as in a run. Their chances depend on several numbers, and
on two of them jointly, and are beta distributed; futures are drawn from the chances. Then each
interval is computed as for a run.

Intervals of each kind should contain the truth in 88.5 to 91.5 of 100 repetitions over the
ensembles that are judged, which have the sizes and shapes of real runs; a star marks a single
ensemble outside that range. Intervals of the range due to assumptions may contain it more often,
since they treat worlds as drawn independently. Other ensembles are reported and not judged, as
their worlds contain too little information or nearly all have a share of 0; `--judged-only` omits
them.
"""

import argparse
import math
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy import stats  # type: ignore[import-untyped]
from scipy.special import ndtr, ndtri  # type: ignore[import-untyped]

from detente.ensemble.design import coordinates
from detente.estimate.intervals import estimate_mean, estimate_ratio, estimate_share
from detente.estimate.variance import split

REPETITIONS = 2_000
LEAST, MOST = 0.885, 0.915
"""Bounds of the coverage of an interval of 90 %."""
SEED = 20_260
BATCH = 100
"""Repetitions whose worlds are drawn together."""
WEIGHTS = (0.7, 0.5, 0.1, 0.5)
"""Of three numbers and of what two others do together, in what a world's chance goes by: squared,
they make 1. Scrambled points spread evenly in one number and not in two jointly."""


class Ensemble(NamedTuple):
    """Worlds whose chances are a draw of a beta distribution."""

    name: str
    worlds: int
    futures: int
    mean: float
    not_knowing: float
    is_judged: bool = True

    @property
    def variance(self) -> float:
        """Return the variance of a world's chance."""
        return self.mean * (1.0 - self.mean) * self.not_knowing

    @property
    def shape(self) -> tuple[float, float]:
        """Return the two numbers of the beta distribution of a world's chance."""
        strength = 1.0 / self.not_knowing - 1.0
        return self.mean * strength, (1.0 - self.mean) * strength

    def drawn(self, repetitions: int) -> Iterator[np.ndarray]:
        """Yield the chances of the worlds of each repetition, shape (worlds,)."""
        scores = np.linspace(-6.0, 6.0, 4001)
        chances = stats.beta(*self.shape).ppf(ndtr(scores))
        for first in range(0, repetitions, BATCH):
            batch = range(first, min(first + BATCH, repetitions))
            names = [f"x{number} {repetition}" for number in range(5) for repetition in batch]
            places = coordinates(names, worlds=self.worlds, seed=SEED)
            a, b, c, d, e = ndtri(places).reshape(5, len(batch), self.worlds)
            jointly = np.sign(a * d) * np.abs(e)
            yield from np.interp(np.tensordot(WEIGHTS, (a, b, c, jointly), 1), scores, chances)


ENSEMBLES = (
    Ensemble("any war, oman-2026", 64, 782, 0.149, 0.092),
    Ensemble("any deal, oman-2026", 64, 782, 0.275, 0.057),
    Ensemble("any force, oman-2026", 64, 782, 0.372, 0.069),
    Ensemble("any settlement, oman-2026", 64, 782, 0.560, 0.093),
    Ensemble("any war, few futures", 64, 100, 0.149, 0.092),
    Ensemble("any war, reference-violent", 256, 50, 0.235, 0.253),
    Ensemble("any war, many worlds", 500, 2000, 0.149, 0.092),
    Ensemble("any war, few worlds", 16, 200, 0.149, 0.092, False),
    Ensemble("containment, oman-2026", 64, 782, 0.051, 0.174, False),
    Ensemble("most worlds at 0", 64, 782, 0.050, 0.333, False),
    Ensemble("worlds at 0 or at 1", 64, 16, 0.300, 0.500, False),
    Ensemble("worlds all but alike", 64, 100, 0.050, 0.010, False),
)


class Drawn(NamedTuple):
    """One repetition: what an analyst sees, and what only we know."""

    ensemble: Ensemble
    chances: np.ndarray
    happened: np.ndarray
    rng: np.random.Generator


def share_holds(drawn: Drawn) -> bool:
    """Say whether the interval over worlds and chance holds the mean of all worlds' chances."""
    share = estimate_share(drawn.happened, drawn.ensemble.futures)
    return bool(share.low <= drawn.ensemble.mean <= share.high)


def among_holds(drawn: Drawn) -> bool:
    """Say the same of a share among half of the futures, more of them where it is more likely."""
    futures, chances = drawn.ensemble.futures, drawn.chances
    whole = drawn.rng.binomial(futures, (1.0 + chances) / 2.0)
    share = estimate_ratio(drawn.rng.binomial(whole, chances), whole, futures)
    mean, variance = drawn.ensemble.mean, drawn.ensemble.variance
    truth = (mean + mean * mean + variance) / (1.0 + mean)
    return bool(share.low <= truth <= share.high)


def chance_holds(drawn: Drawn) -> bool:
    """Say whether the sampling interval holds the mean of these worlds' chances."""
    share = estimate_share(drawn.happened, drawn.ensemble.futures)
    return bool(share.chance_low <= drawn.chances.mean() <= share.chance_high)


def mean_holds(drawn: Drawn) -> bool:
    """Say it of the mean of 1, 0 and -1, which attributed shares are, over worlds and chance."""
    futures = drawn.ensemble.futures
    plus, minus = 0.7 * drawn.chances, 0.3 * drawn.chances
    counts = drawn.rng.multinomial(futures, np.column_stack((plus, minus, 1.0 - drawn.chances)))
    by_world = (counts[:, 0] - counts[:, 1]) / futures
    share = estimate_mean(by_world, (counts[:, 0] + counts[:, 1]) / futures, futures)
    return bool(share.low <= 0.4 * drawn.ensemble.mean <= share.high)


def spread_holds(drawn: Drawn) -> bool:
    """Say whether the chance of a world that was not played lies in the spread."""
    share = estimate_share(drawn.happened, drawn.ensemble.futures)
    chance = drawn.rng.beta(*drawn.ensemble.shape)
    return bool(share.spread_low <= chance <= share.spread_high)


def split_holds(drawn: Drawn) -> bool:
    """Say whether the interval of the part due to assumptions holds the true part."""
    found = split(drawn.happened, drawn.ensemble.futures)
    return found.low <= drawn.ensemble.not_knowing <= found.high


KINDS: Mapping[str, Callable[[Drawn], bool]] = {
    "share": share_holds,
    "among": among_holds,
    "mean": mean_holds,
    "chance": chance_holds,
    "worlds": spread_holds,
    "variance": split_holds,
}
"""Intervals of a share, of one among some futures, of an attributed share, each over worlds and
chance; of a share with sampling noise alone; across worlds; and of the part due to assumptions."""


CAUTIOUS = "variance"
"""The kind that may hold the truth more often."""


def coverage(ensemble: Ensemble, repetitions: int) -> dict[str, float]:
    """Return in what share of the repetitions each kind of interval holds the truth."""
    rng = np.random.default_rng(SEED)
    held = dict.fromkeys(KINDS, 0)
    for chances in ensemble.drawn(repetitions):
        drawn = Drawn(ensemble, chances, rng.binomial(ensemble.futures, chances), rng)
        for kind, holds in KINDS.items():
            held[kind] += holds(drawn)
    return {kind: count / repetitions for kind, count in held.items()}


def is_covered(kind: str, share: float) -> bool:
    """Say whether intervals of 90 % hold the truth as often as they should."""
    return LEAST <= share <= (1.0 if kind == CAUTIOUS else MOST)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the coverage of all kinds and return the exit status."""
    parser = argparse.ArgumentParser(description="Coverage of all kinds of printed intervals.")
    parser.add_argument("--repetitions", type=int, default=REPETITIONS)
    parser.add_argument("--judged-only", action="store_true", help="nothing that cannot fail")
    options = parser.parse_args(arguments)
    repetitions = options.repetitions
    start = time.monotonic()
    head = f"Held of 100, {repetitions:,} repetitions each"
    print(f"{head:<48}{''.join(f'{kind:>8} ' for kind in KINDS)}")
    judged = []
    for ensemble in (one for one in ENSEMBLES if one.is_judged or not options.judged_only):
        shares = coverage(ensemble, repetitions)
        size = f"{ensemble.worlds} x {ensemble.futures}"
        _report(ensemble.name, size, shares, note="" if ensemble.is_judged else "not judged")
        judged += [shares] * ensemble.is_judged
    together = {kind: math.fsum(one[kind] for one in judged) / len(judged) for kind in KINDS}
    _report("those judged, together", "", together)
    print(f"Standard error of a line {100.0 * math.sqrt(0.09 / repetitions):.2f}.")
    print(f"Took {time.monotonic() - start:.0f} s.")
    return int(not all(is_covered(*one) for one in together.items()))


def _report(name: str, size: str, shares: Mapping[str, float], *, note: str = "") -> None:
    cells = (
        f"{100.0 * share:>8.1f}{' ' if is_covered(kind, share) else '*'}"
        for kind, share in shares.items()
    )
    print(f"{name:<28}{size:>12}  {note:<6}{''.join(cells)}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
