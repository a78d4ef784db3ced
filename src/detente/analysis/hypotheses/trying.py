"""Each kind of test: which worlds it plays, and what follows from them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from detente.analysis import wording
from detente.analysis.hypotheses import arms as playing
from detente.analysis.hypotheses import credits as credited
from detente.analysis.hypotheses import groups, signs
from detente.analysis.hypotheses.arms import Arm, arm_of
from detente.analysis.hypotheses.contrasts import Values, combined, larger, ratio, steps
from detente.analysis.hypotheses.measures import MEASURES, Counted, counted, kept_for
from detente.analysis.hypotheses.verdicts import (
    Asked,
    Estimate,
    Result,
    by_world,
    decide,
    estimate,
    judge,
    undecided,
)
from detente.ensemble.run import Run
from detente.ensemble.shares import without_chance
from detente.ensemble.simulate import Listener
from detente.pack import Change, Crisis
from detente.pack.model import Trial

MEASURE_NAMES = {
    "breakdown": "breakdowns of talks",
    "offers": "offers",
    "yields": "ultimatums that are yielded to",
    "joined": "wars that another state joins",
    "war_days": "length of wars",
    "aircraft_lost": "aircraft that the attacker loses",
}
NO_EVENTS = "what is counted does not occur in these futures"


@dataclass(frozen=True)
class Bench:
    """On what tests are carried out."""

    run: Run
    crisis: Crisis
    worlds: int
    threads: int
    progress: Listener | None = None


def arms_of(trial: Trial, crisis: Crisis) -> list[Arm]:
    """Return the worlds with changes that a test plays, arm by arm."""
    if trial.kind == "groups":
        return groups.swings(trial, crisis)
    changes = changes_of(trial)
    return [arm for measure in trial.measures for arm in _arms_for(measure, changes)]


def changes_of(trial: Trial) -> list[Mapping[str, Change]]:
    """Return the changes of each arm: of two pairs of steps, each with each."""
    hold = dict(trial.hold)
    if trial.kind == "larger":
        return [{**hold, **step, **other} for step in trial.steps for other in trial.others]
    if trial.kind in {"causes", "signs"}:
        return []
    return [{**hold, **step} for step in trial.steps or ({},)]


def _arms_for(measure: str, changes: Sequence[Mapping[str, Change]]) -> list[Arm]:
    return [arm_of(change, kept_for(measure)) for change in changes]


def results_of(trial: Trial, bench: Bench, name: str) -> list[Result]:
    """Return what was measured by a test and what follows; `name` tells its files from others'."""
    run, crisis, worlds = bench.run, bench.crisis, bench.worlds
    if trial.kind == "groups":
        design = groups.design_of(trial, run, crisis, worlds, name)
        if design is not None:
            groups.play(design, bench.threads, bench.progress)
        return groups.results(trial, run, crisis, worlds, design)
    if trial.kind == "causes":
        credited.judge_missing(run, worlds, bench.threads, bench.progress)
        return [credited.result(trial, run, worlds)]
    if trial.kind == "signs":
        return [signs.result(trial, run, worlds)]
    return [_measured(trial, bench, measure) for measure in trial.measures]


def _measured(trial: Trial, bench: Bench, measure: str) -> Result:
    asked = asked_of(trial, measure)
    found = [
        counted(measure, trial.by_day, playing.read_all(bench.run, arm, bench.worlds))
        for arm in _arms_for(measure, changes_of(trial))
    ]
    if trial.kind == "turn":
        result = _turn(asked, steps(found))
    else:
        values = _VALUES[trial.kind](found)
        result = undecided(asked, NO_EVENTS) if values is None else judge(asked, values)
    is_known = all(below.any() for _, below in found)
    return result._replace(levels=tuple(map(ratio, found)) if is_known else ())


def asked_of(trial: Trial, measure: str) -> Asked:
    """Return what a test asks of a measure."""
    name = MEASURE_NAMES[measure] if measure in MEASURES else wording.NAMES[measure]
    by = f" by day {trial.by_day}" if trial.by_day else ""
    unit, scale = ("of 100 futures", 100.0)
    if measure in MEASURES:
        unit, scale = MEASURES[measure].unit, MEASURES[measure].scale
    words = {
        "contrast": f"change in {name}{by}",
        "larger": f"{name}{by}, effect beyond that of the other",
        "turn": f"{name}{by}, the smaller of the largest rise and fall",
    }
    said = words.get(trial.kind, f"{name}{by}")
    return Asked(said, unit, scale, trial.threshold, trial.expects)


def _contrast(found: Sequence[Counted]) -> Values | None:
    return combined(found, (-1.0, 1.0))


def _level(found: Sequence[Counted]) -> Values | None:
    return combined(found, (1.0,))


_VALUES: Mapping[str, Callable[[Sequence[Counted]], Values | None]] = {
    "contrast": _contrast,
    "larger": larger,
    "level": _level,
}


def _turn(asked: Asked, found: list[Values] | None) -> Result:
    """Say whether a measure rises from one step and falls from another.

    The smaller of the largest rise and the largest fall is above 0 only if there are both; its
    interval is that of the one that is less sure (intersection of both tests: Berger 1982).
    """
    if found is None:
        return undecided(asked, NO_EVENTS)
    of_steps = [estimate(values) for values in found]
    rises = np.array([(one.low, one.estimate, one.high) for one in of_steps])
    low, middle, high = np.minimum(rises.max(axis=0), -rises.min(axis=0)[::-1])
    worlds = np.array([without_chance(one.means, one.noise) for one in map(by_world, found)])
    turns = np.minimum(worlds.max(axis=0), -worlds.min(axis=0))
    spread_low, spread_high = np.quantile(turns, (0.05, 0.95))
    ends = (middle, low, high, spread_low, spread_high)
    whole = Estimate(*(float(end) for end in ends))
    holds_in = float((turns > asked.threshold).mean())
    verdict, why = decide(asked, whole, len(turns), holds_in)
    return Result(*asked[:3], whole, asked.threshold, asked.expects, holds_in, verdict, why)
