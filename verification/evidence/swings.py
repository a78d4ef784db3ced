"""Checks that the swings that drivers report are accurate, and measures the coverage of intervals.

    python -m verification.evidence.swings [FOLDER] [--seeds N] [--grid GRID] [--only START ...]

With each seed forty numbers of `oman-2026` swing in as many worlds as `drivers` uses, and war, use
of force and deals are counted. The numbers were drawn at random on 28 November 2026, after each
that varies by itself was screened with a seed that is not judged, in 16 worlds of 100 futures on
the grid `tiny`: twenty, with equal chances, of 33 that moved an outcome by at least a point and
were distinguishable from none, and twenty of 204 that moved every outcome by less than a tenth of a
point, known to half a point.

The truth for a seed is the mean of all the others. As that is uncertain itself, its uncertainty
widens an interval and is subtracted from an error. A number has a known effect on an outcome if all
seeds together move it by at least a point, and none if they move it by less than a tenth of a
point, known to half a point. Of the intervals for numbers with an effect, 87 to 93 of 100 should
contain the truth, apart from what the number of seeds leaves open. Each of the twenty drawn without
effect may be distinguished from none for 1 seed in 20. A root-mean-square error above a point is
reported and does not fail the check, since reaching a point takes more worlds than drivers have
time for.

Runs are stored in FOLDER, in a folder for each seed, and are not played again, so that an
interrupted check can continue; without FOLDER they are deleted. On the grid `coarse`, which drivers
use, everything takes two and a half hours of one core.
"""

import argparse
import math
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple, get_args

import numpy as np

from detente import Run, load, resume, simulate
from detente.ensemble.record import Grid
from detente.ensemble.study import SHARPER, Study
from detente.estimate.intervals import mean_over
from detente.estimate.paired import COUNTED
from detente.questions.drivers import COMMAND, WORLDS
from detente.questions.drivers.swings import LEAST, Swing, Swings, rounds_of
from detente.questions.past.definitions import share_interval

PACK = "oman-2026"
SEEDS = 20
FIRST_SEED = 201
LOWEST, HIGHEST = 0.87, 0.93
"""Share of intervals that are to hold the truth."""
MOST_LISTED = 0.05
"""Share of the seeds on which a number without an effect may be listed."""
EFFECT, NONE = 0.01, 0.001
"""What a number with an effect moves an outcome by at least, and one without by less than."""
NEAR = 0.01
EFFECTS = (
    "actors.iran.breaking_rate",
    "actors.iran.concession_price",
    "actors.iran.motive",
    "actors.iran.vow_price",
    "actors.iran.war_cost",
    "actors.us.breaking_rate",
    "actors.us.force_cost",
    "actors.us.standoff_cost",
    "aftermath.fade_factor",
    "defences.iran.programme_hardness",
    "dispute.luck",
    "dispute.pace",
    "issues.nuclear.defender_curvature",
    "issues.nuclear.defender_weight",
    "lessons.defender_learns",
    "lessons.no_attack_count",
    "moves.tempo",
    "moves.yield_cost",
    "talks.ratify_probability",
    "war.limited_days",
)
IDLE = (
    "actors.egypt.bias",
    "actors.qatar.renewal_rate",
    "arsenals.iran.ballistic_missiles.cost",
    "arsenals.israel.stand_off_weapons.reliability",
    "arsenals.us.carrier_fighters.altitude",
    "arsenals.us.strike_aircraft.speed",
    "arsenals.us.strike_aircraft.value",
    "defences.iran.layers.domestic_long_range.discount",
    "defences.iran.layers.domestic_long_range.reload_rate",
    "defences.iran.layers.domestic_long_range.rounds",
    "defences.iran.layers.s300.reach",
    "defences.us.layers.close.cost",
    "defences.us.layers.fighters.cost",
    "defences.us.layers.fighters.reaction",
    "defences.us.layers.fighters.reserve",
    "defences.us.layers.fighters.rounds",
    "defences.us.layers.lower.minimum_reach",
    "defences.us.silent_exposure",
    "moves.defender_strike",
    "war.belief_strength",
)
"""The numbers drawn of those with an effect, and of those without."""
JUDGING = range(rounds_of(WORLDS)[-1], WORLDS)
"""The worlds of a run of the usual size that choose nothing."""


class Judged(NamedTuple):
    """What the seeds say of one number and one outcome, in shares of futures."""

    path: str
    outcome: str
    swing: Annotated[float, "over all seeds"]
    error: Annotated[float, "root mean square, without that of the truth"]
    holds: Annotated[np.ndarray, "whether the interval holds the truth, of each seed"]
    listed: Annotated[float, "share of the seeds on which it is told apart from none"]

    @property
    def has_effect(self) -> bool:
        """Say whether its effect is known."""
        return abs(self.swing) >= EFFECT

    @property
    def has_none(self) -> bool:
        """Say whether it is known to have none."""
        unsure = 2.0 * self.error / math.sqrt(len(self.holds))
        return abs(self.swing) < NONE and unsure < LEAST

    def __str__(self) -> str:
        """Tell it in a line."""
        ends = f"{100.0 * self.swing:7.2f}{100.0 * self.error:7.2f}{100.0 * self.holds.mean():6.0f}"
        return f"  {self.path:<45}{self.outcome:<8}{ends}{100.0 * self.listed:6.0f}"


def measured(study: Study, paths: Sequence[str]) -> dict[tuple[str, str], Swing]:
    """Return the swing of each number for each outcome, in worlds that choose nothing."""
    by_outcome = {outcome: Swings(study, outcome) for outcome in COUNTED}
    ends = [end for path in paths for end in by_outcome[COUNTED[0]].whole(path)]
    study.play(ends, JUDGING)
    return {
        (path, outcome): swings.measured(path, JUDGING)
        for path in paths
        for outcome, swings in by_outcome.items()
    }


def judged(path: str, outcome: str, swings: Sequence[Swing]) -> Judged:
    """Hold the swing of each seed against the mean of all other seeds."""
    found = np.array([one.interval for one in swings])
    seeds = len(found)
    middle = found[:, 0]
    truth = (middle.sum() - middle) / (seeds - 1)
    wider = math.sqrt(1.0 + 1.0 / (seeds - 1))
    below, above = wider * (middle - found[:, 1]), wider * (found[:, 2] - middle)
    listed = np.mean([one.confirms(1.0) or one.confirms(-1.0) for one in swings])
    return Judged(
        path,
        outcome,
        float(middle.mean()),
        float(np.sqrt(np.mean((middle - truth) ** 2)) / wider),
        (middle - below <= truth) & (truth <= middle + above),
        float(listed),
    )


def run_of(folder: Path, seed: int) -> Run:
    """Return the run of a seed, whose worlds swing; it plays a future of each by itself."""
    out = folder / f"seed-{seed}"
    if out.exists():
        return resume(out)
    crisis = load(PACK)
    return simulate(
        crisis, worlds=WORLDS, futures=WORLDS, seed=seed, grid="tiny", threads=1, out=out
    )


def of_seeds(seeds: int, grid: Grid, folder: Path, paths: Sequence[str]) -> Iterator[Judged]:
    """Play so many seeds, and judge each number and outcome over all of them."""
    known = []
    for seed in range(FIRST_SEED, FIRST_SEED + seeds):
        study = Study(run_of(folder, seed), grid=grid, command=COMMAND, threads=1)
        known.append(measured(study, paths))
        print(f"seed {seed}", flush=True)
    for path, outcome in known[0]:
        yield judged(path, outcome, [one[path, outcome] for one in known])


def report(cases: Sequence[Judged]) -> int:
    """Print each case and what they come to; return how many requirements fail."""
    print(f"  {'number':<45}{'outcome':<8}  swing  error  held  listed")
    print(*cases, sep="\n")
    effects = [one for one in cases if one.has_effect]
    for outcome in COUNTED:
        errors = [one.error for one in effects if one.outcome == outcome]
        if errors:
            size = math.sqrt(np.mean(np.square(errors)))
            note = "" if size <= NEAR else ", more than a point"
            print(f"  {outcome}: {len(errors)} effects, error {100.0 * size:.2f} points{note}")
    return int(_covers_ill(effects)) + int(_lists_nothing(cases))


def _covers_ill(effects: Sequence[Judged]) -> bool:
    """Print how many intervals hold the truth; say whether surely too few or too many."""
    if not effects:
        print("  no number has a known effect")
        return False
    holds = np.array([one.holds for one in effects])
    held, alone = mean_over(holds.mean(axis=0)), share_interval(holds.sum(), holds.size)
    low, high = max(0.0, min(held.low, alone[0])), min(1.0, max(held.high, alone[1]))
    fails = high < LOWEST or low > HIGHEST
    ends = f"{100.0 * held.value:.1f} ({100.0 * low:.1f} to {100.0 * high:.1f})"
    print(f"  {ends} of 100 intervals hold the truth{'  FAILS' if fails else ''}")
    return fails


def _lists_nothing(cases: Sequence[Judged]) -> bool:
    """Print how often numbers without an effect are listed; say whether one is too often."""
    idle = [one for one in cases if one.path in IDLE and one.has_none]
    most = max(idle, key=lambda one: one.listed, default=None)
    if most is None:
        print("  no number is without effect")
        return False
    fails = most.listed > MOST_LISTED
    worst = f"{most.path} on {most.outcome} most often" if most.listed else "each"
    reported = f"told apart from none on {100.0 * most.listed:.0f} of 100 seeds"
    print(f"  of {len(idle)} without effect {worst} {reported}{'  FAILS' if fails else ''}")
    return fails


def main(arguments: Sequence[str] | None = None) -> int:
    """Play all seeds, print what they come to, and return the exit status."""
    parser = argparse.ArgumentParser(description="Do the intervals of swings hold the truth?")
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--grid", choices=get_args(Grid), default=SHARPER)
    parser.add_argument(
        "--only", nargs="+", default=[""], metavar="START", help="whose name starts so"
    )
    asked = parser.parse_args(arguments)
    paths = [path for path in (*EFFECTS, *IDLE) if path.startswith(tuple(asked.only))]
    with tempfile.TemporaryDirectory() as spare:
        found = of_seeds(asked.seeds, asked.grid, asked.folder or Path(spare), paths)
        return int(report(list(found)) > 0)


if __name__ == "__main__":
    sys.exit(main())
