"""Checks that the swings that drivers report are accurate, and measures the coverage of intervals.

    python -m verification.evidence.swings [FOLDER] [--seeds N] [--grid GRID] [--answers] [--only
    START ...]
    python -m verification.evidence.swings [FOLDER] --whole [--seeds N] [--only START ...]
    python -m verification.evidence.swings [FOLDER] --draw

With each seed forty numbers of `oman-2026` swing in as many worlds as `drivers` uses, and war, use
of force and deals are counted. The numbers are drawn at random: each that varies by itself was
screened with a seed that is not judged, in 16 worlds of 100 futures on the grid `tiny`. Twenty were
drawn, with equal chances, from those that move an outcome by at least a point and are
distinguishable from none. Twenty others were drawn from those that move every outcome by less than
a tenth of a point, known to half a point. `--draw` screens and draws them again.

The truth for a seed is the mean of all the others. As that is uncertain itself, its uncertainty
widens an interval and is subtracted from an error. A number has a known effect on an outcome if all
seeds together move it by at least a point, and none if they move it by less than a tenth of a
point, known to half a point. Of the intervals for numbers with an effect, 87 to 93 of 100 should
contain the truth, apart from what the number of seeds leaves open. Each of the twenty drawn without
effect may be distinguished from none for 1 seed in 20. A root-mean-square error above a point is
reported and does not fail the check, since reaching a point takes more worlds than drivers have
time for. With `--answers` the answers of `whatif` and of a page for a number at its 90th percentile
are judged instead.

With `--whole` the truth is that of the same run: the result of 64 worlds of 400 futures on the grid
`normal`. Both the swings of drivers and the answers of `whatif` are compared with it if it is at
least a point. Their errors, root mean square over all numbers and outcomes, should be at most a
point.

Runs are stored in FOLDER, in a folder for each seed, and are not played again, so that an
interrupted check can continue; without FOLDER they are deleted. On the grid `coarse`, which drivers
use, everything takes two and a half hours of one core.
"""

import argparse
import math
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, NamedTuple, TypeAlias, get_args

import numpy as np

from detente import Run, load, resume, simulate
from detente.ensemble.intervention import AS_IT_IS
from detente.ensemble.measures import OUTCOMES
from detente.ensemble.record import Grid
from detente.ensemble.study import FUTURES, SHARPER, Study, Worlds
from detente.ensemble.study import WORLDS as ANSWERED
from detente.estimate.intervals import mean_over
from detente.estimate.paired import COUNTED, shift_of
from detente.questions.drivers import COMMAND, WORLDS
from detente.questions.drivers.inputs import inputs_of
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
WHOLE = (64, 400)
"""Worlds and futures of each that give the truth of a run."""
SCREENED_ON, SCREENED_IN, DRAWN_BY = 100, (16, 100), 22
"""The seed whose worlds screen all numbers, the worlds and futures of each, the seed that draws."""
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
"""The numbers drawn of 33 with an effect, and of 204 without, on 28 November 2026."""
DRAWN = 20
"""Numbers of each kind that are drawn."""
JUDGING = range(rounds_of(WORLDS)[-1], WORLDS)
"""The worlds of a run of the usual size that choose nothing."""

Measure: TypeAlias = Callable[[Study, Sequence[str]], dict[tuple[str, str], Swing]]


class Judged(NamedTuple):
    """What the seeds say of one number and one outcome, in shares of futures."""

    path: str
    outcome: str
    swing: Annotated[float, "over all seeds"]
    error: Annotated[float, "root mean square, without that of the truth"]
    holds: Annotated[np.ndarray, "whether the interval holds the truth, of each seed"]
    listed: Annotated[float, "share of the seeds on which it is told from none"]

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


def measured(
    study: Study,
    paths: Sequence[str],
    worlds: Worlds = JUDGING,
) -> dict[tuple[str, str], Swing]:
    """Return the swing of each number for each outcome, in worlds that choose nothing."""
    by_outcome = {outcome: Swings(study, outcome) for outcome in COUNTED}
    ends = [end for path in paths for end in by_outcome[COUNTED[0]].whole(path)]
    study.play(ends, worlds)
    return {
        (path, outcome): swings.measured(path, worlds)
        for path in paths
        for outcome, swings in by_outcome.items()
    }


def answered(study: Study, paths: Sequence[str]) -> dict[tuple[str, str], Swing]:
    """Return what `whatif` answers when a number goes to its 90th percentile, for each outcome."""
    swings = Swings(study, COUNTED[0])
    asked = {path: swings.whole(path)[1] for path in paths}
    study.play([AS_IT_IS, *asked.values()], ANSWERED)
    shifts = {
        (path, outcome): shift_of(happened(one.before), happened(one.after))
        for path, under in asked.items()
        for one in [study.read(under, ANSWERED)]
        for outcome in COUNTED
        for happened in [OUTCOMES[outcome].happened]
    }
    return {key: Swing(*one.interval, worlds=ANSWERED) for key, one in shifts.items()}


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


def run_of(folder: Path, seed: int, worlds: int = WORLDS) -> Run:
    """Return the run of a seed, whose worlds swing; it plays a future of each by itself."""
    out = folder / f"seed-{seed}-{worlds}"
    if out.exists():
        return resume(out)
    crisis = load(PACK)
    return simulate(
        crisis, worlds=worlds, futures=worlds, seed=seed, grid="tiny", threads=1, out=out
    )


def drawn(folder: Path) -> tuple[list[str], list[str]]:
    """Screen all numbers; return those that are drawn of the ones with an effect and without."""
    worlds, futures = SCREENED_IN
    study = Study(
        run_of(folder, SCREENED_ON), grid="tiny", command=COMMAND, futures=futures, threads=1
    )
    paths = sorted(inputs_of(study.baseline.crisis).singles)
    found = measured(study, paths, worlds)
    of_each = {path: [found[path, outcome] for outcome in COUNTED] for path in paths}
    luck = random.Random(DRAWN_BY)  # noqa: S311 - no secret
    kinds = (
        [path for path in paths if any(map(_moves, of_each[path]))],
        [path for path in paths if all(map(_is_still, of_each[path]))],
    )
    print(*(f"{len(kind)} of {len(paths)}" for kind in kinds), sep=", ")
    effects, idle = (sorted(luck.sample(kind, DRAWN)) for kind in kinds)
    return effects, idle


def _moves(one: Swing) -> bool:
    return abs(one.value) >= EFFECT and one.confirms(one.value)


def _is_still(one: Swing) -> bool:
    return abs(one.value) < NONE and one.most <= LEAST


def of_seeds(
    seeds: int, grid: Grid, folder: Path, paths: Sequence[str], measure: Measure
) -> Iterator[Judged]:
    """Play so many seeds, and judge each number and outcome over all of them."""
    known = []
    worlds = ANSWERED if measure is answered else WORLDS
    for seed in range(FIRST_SEED, FIRST_SEED + seeds):
        study = Study(run_of(folder, seed, worlds), grid=grid, command=COMMAND, threads=1)
        known.append(measure(study, paths))
        print(f"seed {seed}", flush=True)
    for path, outcome in known[0]:
        yield judged(path, outcome, [one[path, outcome] for one in known])


def within_a_run(seeds: int, folder: Path, paths: Sequence[str]) -> int:
    """Print how far swings and answers err from what the whole of their runs gives.

    Returns how many of the two err by more than a point.
    """
    worlds, futures = WHOLE
    errors: dict[str, list[tuple[str, float]]] = {"swings": [], "answers": []}
    for seed in range(FIRST_SEED, FIRST_SEED + seeds):
        run = run_of(folder, seed, worlds)
        sharp = Study(run, grid="normal", command=COMMAND, futures=futures, threads=1)
        usual, tiny = (replace(sharp, futures=FUTURES, grid=grid) for grid in (SHARPER, "tiny"))
        swings = measured(sharp, paths, worlds), measured(usual, paths)
        answers = answered(sharp, paths), answered(tiny, paths)
        for kind, (whole, said) in {"swings": swings, "answers": answers}.items():
            known = {key: one.value for key, one in whole.items() if abs(one.value) >= EFFECT}
            errors[kind] += [(key[1], said[key].value - truth) for key, truth in known.items()]
        print(f"seed {seed}", flush=True)
    return sum(_errs(kind, found) for kind, found in errors.items())


def _errs(kind: str, errors: Sequence[tuple[str, float]]) -> bool:
    """Print the root mean square of errors, by outcome too; say whether it is beyond a point."""
    for outcome in ("", *COUNTED):
        own = [error for of, error in errors if of.startswith(outcome)]
        size = 100.0 * math.sqrt(np.mean(np.square(own))) if own else math.nan
        print(f"  {kind}: {outcome or 'all'}: {len(own)} effects, error {size:.2f} points")
    return not errors or math.sqrt(np.mean(np.square([error for _, error in errors]))) > NEAR


def report(cases: Sequence[Judged]) -> int:
    """Print each case and what they come to; return how many requirements fail."""
    print(f"  {'number':<45}{'outcome':<8}  swing  error  held  told")
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
    """Print how often numbers without an effect are told from none; say whether one too often."""
    idle = [one for one in cases if one.path in IDLE and one.has_none]
    most = max(idle, key=lambda one: one.listed, default=None)
    if most is None:
        print("  no number is without effect")
        return False
    fails = most.listed > MOST_LISTED
    worst = f"{most.path} on {most.outcome} most often" if most.listed else "each"
    told = f"told from none on {100.0 * most.listed:.0f} of 100 seeds"
    print(f"  of {len(idle)} without effect {worst} {told}{'  FAILS' if fails else ''}")
    return fails


def main(arguments: Sequence[str] | None = None) -> int:
    """Play all seeds, print what they come to, and return the exit status."""
    parser = argparse.ArgumentParser(description="Do the intervals of swings hold the truth?")
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--grid", choices=get_args(Grid), default=SHARPER)
    parser.add_argument("--answers", action="store_true", help="judge what whatif says")
    parser.add_argument("--whole", action="store_true", help="hold both against their own run")
    parser.add_argument(
        "--only", nargs="+", default=[""], metavar="START", help="whose name starts so"
    )
    parser.add_argument("--draw", action="store_true", help="screen all numbers, and draw some")
    asked = parser.parse_args(arguments)
    known = EFFECTS if asked.whole else (*EFFECTS, *IDLE)
    paths = [path for path in known if path.startswith(tuple(asked.only))]
    with tempfile.TemporaryDirectory() as spare:
        folder = asked.folder or Path(spare)
        if asked.draw:
            print(*(f"    {kind}" for kind in drawn(folder)), sep="\n")
            return 0
        if asked.whole:
            return int(within_a_run(asked.seeds, folder, paths) > 0)
        measure = answered if asked.answers else measured
        return int(report(list(of_seeds(asked.seeds, asked.grid, folder, paths, measure))) > 0)


if __name__ == "__main__":
    sys.exit(main())
