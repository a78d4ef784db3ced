"""Checks that weighted shares are accurate, and that the assumptions found to suffice do suffice.

    python -m verification.evidence.weighing [--repetitions N] [--seeds N]

The first part uses an artificial model. Worlds are points of scrambled sequences, as in a run. They
have chances of two outcomes for which a view is stated and of a third one, all of which depend on
the same numbers. Worlds are weighted so that the futures drawn from them match the view. The
interval of the third outcome should contain the share that all worlds together have with such
weights, in 88 to 92 of 100 repetitions over the cases; a star marks a single case outside that
range. Part of the difference between worlds is sampling noise, so that the third outcome moves
slightly too little: that is the remaining error.

The second part uses the model: small runs of `oman-2026` are weighted by views of force and of
deals at some distance from their own results. If the program says that a few assumptions alone
would be enough, new worlds should confirm it: 9 of 10 times over all seeds.
"""

import argparse
import math
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy import stats  # type: ignore[import-untyped]
from scipy.special import ndtr, ndtri  # type: ignore[import-untyped]

from detente import ask, load, simulate, weigh
from detente.cli import terminal
from detente.ensemble.design import coordinates
from detente.estimate.intervals import estimate_share
from detente.estimate.tilting import tilt, weighing_of

REPETITIONS, SEEDS = 2_000, 5
LEAST, MOST = 0.88, 0.92
"""Bounds of the coverage of an interval of 90 %."""
CONFIRMED = 0.9
"""So often at least new worlds are to confirm what is said to be enough."""
SEED = 20_261
BATCH = 100
"""Repetitions whose worlds are drawn together."""
MANY = 400_000
"""Worlds by which the truth of all worlds is known."""
HELD = ((0.27, 0.12), (0.25, 0.06))
"""Mean, and part of the variance that lies between worlds, of two outcomes that are held."""
THIRD = (0.14, 0.15)
"""The same of the outcome that follows."""
VIEWS = ("force@2026-03-31", "deal")


class Case(NamedTuple):
    """How large a run is, and what is held, in place of the means."""

    worlds: int
    futures: int
    chances: tuple[float, ...]


CASES = (
    Case(128, 400, (0.40,)),
    Case(64, 200, (0.35,)),
    Case(128, 400, (0.35, 0.20)),
)


KNOWN = np.linspace(-6.0, 6.0, 2001)
CHANCES = tuple(
    stats.beta(mean * (1.0 / between - 1.0), (1.0 - mean) * (1.0 / between - 1.0)).ppf(ndtr(KNOWN))
    for mean, between in (*HELD, THIRD)
)
"""What a world's chance of each outcome is by its score, beta distributed over worlds."""


def chances_of(scores: np.ndarray) -> np.ndarray:
    """Return chances of three outcomes from six normal scores of each world, shape (3, worlds)."""
    a, b, c, d, e, f = scores
    jointly = np.sign(a * d) * np.abs(e)
    first = 0.7 * a + 0.5 * b + 0.1 * c + 0.5 * jointly
    second = 0.6 * b + 0.8 * d
    third = 0.6 * first + 0.8 * f
    pairs = zip((first, second, third), CHANCES, strict=True)
    return np.array([np.interp(score, KNOWN, chances) for score, chances in pairs])


def truth_of(case: Case) -> float:
    """Return the chance of the third outcome over all worlds, weighed by what is held."""
    chances = chances_of(np.random.default_rng(SEED).standard_normal((6, MANY)))
    held = np.array(case.chances)
    found = tilt(chances[: len(held)] - held[:, None])
    assert found is not None, case  # noqa: S101
    return float(found.weights @ chances[2])


def covered(case: Case, repetitions: int) -> tuple[float, float, float]:
    """Return how often the interval holds the truth, its mean width, and the error on average."""
    truth, draws = truth_of(case), np.random.default_rng(SEED + case.worlds)
    held, whole = np.array(case.chances), case.futures
    ends, values = [], []
    for first in range(0, repetitions, BATCH):
        batch = range(first, min(first + BATCH, repetitions))
        names = [f"x{number} {one}" for number in range(6) for one in batch]
        places = coordinates(names, worlds=case.worlds, seed=SEED)
        scores = ndtri(places).reshape(6, len(batch), case.worlds)
        for place in range(len(batch)):
            counts = draws.binomial(whole, chances_of(scores[:, place]))
            rows = counts[: len(held)] - held[:, None] * whole
            found = tilt(rows)
            if found is None:
                continue
            one = estimate_share(counts[2], whole, weighing_of(found, rows))
            ends.append((one.low, one.high))
            values.append(one.value)
    low, high = np.array(ends).T
    holds = float(np.mean((low <= truth) & (truth <= high)))
    return holds, float(np.mean(high - low)), float(np.mean(values) - truth)


def confirmed(seeds: int) -> tuple[int, int, int]:
    """Return how many views were weighed, said to be in reach of few numbers, and confirmed."""
    weighed = enough = came = 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(1, seeds + 1):
            sizes: dict[str, Any] = {"worlds": 64, "futures": 6400, "grid": "tiny", "seed": seed}
            run = simulate(load("oman-2026"), **sizes, out=Path(folder) / f"run-{seed}")
            for place, view in enumerate(VIEWS):
                outcome, _, by = view.partition("@")
                share = ask(run, outcome=outcome, by=by or None).share.value
                # Some ten points away, upward and downward in turn.
                moved = share + (0.1 if (seed + place) % 2 else -0.1)
                found = weigh(run, f"{view}={moved:.3f}", play=True)
                weighed += 1
                if found.trial is not None and found.moved.is_enough:
                    enough += 1
                    came += found.trial.is_confirmed
    return weighed, enough, came


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what came of both and return 0, or 1 if one fails."""
    parser = argparse.ArgumentParser(prog="python -m verification.evidence.weighing")
    parser.add_argument("--repetitions", type=int, default=REPETITIONS)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    asked = parser.parse_args(arguments)
    rows, shares = [], []
    for case in CASES:
        share, width, error = covered(case, asked.repetitions)
        shares.append(share)
        held = ", ".join(f"{100.0 * one:.0f} %" for one in case.chances)
        size = f"{case.worlds} x {case.futures}, held {held}"
        star = "" if LEAST <= share <= MOST else "*"
        rows.append((size, f"{share:.3f}{star}", f"{width:.3f}", f"{error:+.4f}"))
    holds = LEAST <= float(np.mean(shares)) <= MOST
    rows.append(("all", f"{np.mean(shares):.3f}", "", "" if holds else "FAILS"))
    terminal.show_table([("made-up worlds", "holds", "width", "error"), *rows], right=" rrr")
    if asked.seeds:
        weighed, enough, came = confirmed(asked.seeds)
        holds &= came >= math.floor(CONFIRMED * enough)
        terminal.say(
            f"Of {weighed} views of oman-2026, few numbers alone were said to be enough for "
            f"{enough}; new worlds confirmed {came}."
        )
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
