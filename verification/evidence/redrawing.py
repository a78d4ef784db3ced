"""Checks the worlds that an update draws again, on a crisis with a known answer.

`python -m verification.evidence.redrawing` plays, for each of many seeds, worlds in which failed
talks and a deal depend on one number alone. It observes that talks failed, which is likely in few
worlds, so that the update draws new worlds where it is likely. It then asks how often a deal
follows. The exact answer over the whole range of the number is an integral. The status is 1 if the
mean over seeds differs from it by more than three standard errors, or if fewer than 85 of 100
intervals contain it.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import numpy as np

from detente import load, simulate, update
from detente.endings import Ending
from detente.ensemble import runners
from detente.ensemble.runners import Kernel
from detente.ensemble.store import Rows
from detente.kernel.endings import FUTURE
from detente.kernel.layout import Array
from detente.pack import Crisis
from detente.questions.update import TooFewError

MOTIVE = "actors.us.motive"
"""The number on which failed talks and a deal depend here; its law is the standard normal."""
SIZE: dict[str, Any] = {"worlds": 64, "futures": 6400, "threads": 1}
SEEN = """\
pack = "oman-2026"
[observed.failed]
date = 2026-03-01
by = "an invented observer"
source = "an invented report"
talks_failed = true
"""
LEAST_HELD = 0.85
REPORT = {
    "nodes": 1,
    "evaluations": 1,
    "rows": 1,
    "folded_rows": 0,
    "unsettled_nodes": 0,
    "worst_residual": 0.0,
    "exploitability": (0.0,) * 4,
}


def chances(motive: Any) -> tuple[Any, Any]:
    """Return how likely failed talks are, and a deal, for a motive."""
    return 0.3 / (1.0 + np.exp(8.0 - 4.0 * motive)), 1.0 / (1.0 + np.exp(2.5 - motive))


def truth() -> float:
    """Return the share with a deal where talks failed, over the whole range of the motive."""
    motive = np.linspace(-8.0, 8.0, 4001)
    failed, deal = chances(motive)
    density = np.exp(-0.5 * motive**2)
    return float(density @ (failed * deal) / (density @ failed))


def encode(_: Crisis, values: dict[str, float], **_size: Any) -> SimpleNamespace:
    """Return a world: the motive is all of it."""
    return SimpleNamespace(motive=values[MOTIVE])


def solve(_world: Any, **_how: Any) -> SimpleNamespace:
    """Return that nothing is to be solved."""
    return SimpleNamespace(report=SimpleNamespace(**REPORT))


def play(
    world: SimpleNamespace, _solved: Any, *, seed: int, number: int, first: int, futures: int
) -> Rows:
    """Draw whether talks fail, and whether a deal comes, each by the chance of the world."""
    rng = np.random.default_rng([seed, number, first]).random((2, futures))
    failed, deal = chances(world.motive)
    rows = np.zeros(futures, FUTURE)
    rows["world"], rows["future"] = number, np.arange(first, first + futures)
    rows["ending_day"] = 100
    for column in ("first_force_day", "war_day", "broken_day", "broken_deal_day", "initiator"):
        rows[column] = -1
    rows["failed_day"] = np.where(rng[0] < failed, 10, -1)
    is_deal = rng[1] < deal
    rows["ending"] = np.where(is_deal, Ending.NARROW_DEAL, Ending.FADES)
    rows["settlement"] = np.where(is_deal, Ending.NARROW_DEAL, Ending.FADES)
    return rows


def kernel() -> Kernel:
    """Return what plays such worlds in place of the model."""
    calls: tuple[Any, ...] = (encode, solve, play, None, None, lambda _="": True, None)
    return Kernel(*calls)


def answers(seeds: int) -> Array:
    """Return the share with a deal and its interval for each seed that gives one, shape (n, 3)."""
    crisis, found = load("oman-2026"), []
    with mock.patch.object(runners, "kernel", kernel):
        for seed in range(1, seeds + 1):
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "seen.toml"
                file.write_text(SEEN, encoding="utf-8")
                run = simulate(crisis, **SIZE, seed=seed, out=Path(folder) / "run")
                try:
                    found.append(update(run, file).outcomes["deal"].after.interval)
                except TooFewError:
                    print(f"seed {seed}: too few worlds")
    return np.array(found)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what the seeds give, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m verification.evidence.redrawing")
    parser.add_argument("--seeds", type=int, default=60)
    asked = parser.parse_args(arguments)
    found, share = answers(asked.seeds), truth()
    mean, error = found[:, 0].mean(), found[:, 0].std(ddof=1) / np.sqrt(len(found))
    held = float(np.mean((found[:, 1] <= share) & (share <= found[:, 2])))
    print(f"share with a deal {share:.3f}; {len(found)} of {asked.seeds} seeds give an answer")
    print(f"mean {mean:.3f}, standard error {error:.4f}; {100.0 * held:.0f} of 100 intervals hold")
    return int(abs(mean - share) > 3.0 * error or held < LEAST_HELD)


if __name__ == "__main__":
    sys.exit(main())
