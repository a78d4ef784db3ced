"""Tests hypotheses: what each kind of test plays, what it measures, and its result.

The total effect of a group of numbers is the part of the variance across worlds that remains if all
other numbers are known; it is estimated from worlds in which the group is drawn again (Jansen
1999). The swing moves all numbers of a group from their 10th to their 90th percentile, the others
as drawn. Numbers that divide an attack are drawn again with their group, but never swung.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product
from typing import Annotated, Any

import numpy as np
from numpy.lib.recfunctions import repack_fields

from detente.ensemble.design import quantile
from detente.ensemble.intervention import AS_IT_IS, Intervention
from detente.ensemble.measures import ACTS, FUTURES, MEASURES, OUTCOMES, RAIDS, Measure, Ratio
from detente.ensemble.run import Run
from detente.ensemble.study import PlayedWorld, Readout, Study
from detente.ensemble.weighing import Weighing, mean_of
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import (
    LEAST_EFFECTIVE,
    OUTER,
    effective_size,
    mean_over_worlds,
    quantiles_over_worlds,
)
from detente.estimate.paired import means_of
from detente.estimate.variance import by_world as shares_of
from detente.kernel.endings import FUTURE, Event
from detente.pack import Change, Crisis
from detente.pack.model import Group, Hypothesis, Trial
from detente.pack.places import divides_attack
from detente.questions import wording
from detente.questions.causes import KEYS, NONE, judging, measure
from detente.questions.causes.credit import UNIT, plan_of
from detente.questions.drivers.groups import LEAST_VARIANCE, Redraws, jansen
from detente.questions.drivers.inputs import inputs_of
from detente.questions.drivers.swings import HIGH, LOW
from detente.questions.engagement.fighting import SIDES, Battles, RaidTerms, fight_world
from detente.questions.hypotheses.verdicts import (
    POINT,
    TWENTIETH,
    UNDECIDED,
    Criterion,
    Result,
    decide,
    estimate,
    judge,
    undecided,
)
from detente.questions.watching import information_on_plan

NO_EVENTS = "no course of events has what the test counts"
NOTHING_CHANGES = "the change has no effect here: every course of events is the same with it"
MOST_JUDGED = 16
"""Maximum number of worlds whose wars' causes are judged: each is as slow as many interventions."""
TOO_FEW = (
    "the test needs several courses of events for each set of assumptions, and in each group a "
    "number that varies"
)
NOTHING_SWINGS = "one of the groups has no number that can be varied"
UNSURE = "nearly all of the variance that is compared comes from a few sets of assumptions"
NO_SPREAD = "assumptions do not change this outcome by more than chance"
OF_ALL_ALIKE = "a group is drawn again from the pack's ranges, for which there are no weights"
COMMAND = "hypotheses RUN"
OWED = {*KEYS.values(), NONE}

Values = np.ndarray
"""A number for each future whose mean is the result, shape (worlds, futures)."""


READ_COLUMNS = [
    *("ending", "violence", "ending_day", "first_force_day", "war_day", "failed_day"),
    *("war_days", "parties", "initiator", "settlement", "broken_deal_day"),
]
COLUMNS = {
    FUTURES: repack_fields(FUTURE[READ_COLUMNS]),
    ACTS: np.dtype(
        [("ending_day", "<i2"), ("offers", "<i2"), ("ultimatums", "<i2"), ("yields", "<i2")]
    ),
    RAIDS: np.dtype([("aircraft", "<f8"), ("down", "<f8")]),
}
"""The columns that measures read, stored for each future, trace or campaign."""
MOST = {FUTURES: 200, ACTS: 8, RAIDS: 64}
"""Maximum number of futures, traces or campaigns of each world: a trace is a hundred times
slower."""
RAID_TERMS = RaidTerms(force=2, plan="sustained", by="challenger", days=10, rest=0)
"""Raids of the challenger with all its weapons within reach, as in `detente engage`."""


def _acts(world: PlayedWorld) -> np.ndarray:
    stage, (encoded, solved) = world.stage, world.solved()
    days = stage.played(encoded, solved, world.stretch)["ending_day"]
    acts = [
        acts_of(int(day), stage.followed(encoded, solved, world.stretch.world, future))
        for future, day in enumerate(days)
    ]
    return np.array(acts, COLUMNS[ACTS])


def _raids(world: PlayedWorld) -> np.ndarray:
    stage, (number, _, campaigns) = world.stage, world.stretch
    battles = Battles(stage.crises[world.option], RAID_TERMS, stage.settings.seed, campaigns)
    numbers = stage.numbers(world.option, number)
    outcomes = fight_world(battles, number, numbers).outcomes[SIDES.index("defender")]
    rows = np.zeros(campaigns, COLUMNS[RAIDS])
    if ("aircraft", "first") in outcomes:
        rows["aircraft"] = outcomes["aircraft", "first"]
        rows["down"] = outcomes["aircraft", "down"]
    return rows


READ = {
    FUTURES: lambda world: repack_fields(world.played()[READ_COLUMNS]),
    ACTS: _acts,
    RAIDS: _raids,
}


def acts_of(ending_day: int, events: np.ndarray) -> tuple[int, int, int, int]:
    """Count the acts in a future, from its trace.

    Backing down counts if it answers an ultimatum, not if the defender does so on its own.
    """
    kinds = events["kind"]
    exchanges = kinds[np.isin(kinds, (Event.ULTIMATUM, Event.REFUSES, Event.YIELDS))]
    yields = (exchanges[1:] == Event.YIELDS) & (exchanges[:-1] == Event.ULTIMATUM)
    offers, ultimatums = (int((kinds == kind).sum()) for kind in (Event.OFFERS, Event.ULTIMATUM))
    return ending_day, offers, ultimatums, int(yields.sum())


@dataclass(frozen=True)
class Bench:
    """The hypotheses that are tested, and the worlds in which their tests are played."""

    run: Run
    crisis: Crisis
    hypotheses: Mapping[str, Hypothesis]
    worlds: int
    means: Annotated[Mapping[str, Any], "threads and progress, as a study takes them"]

    @cached_property
    def studies(self) -> dict[str, Study]:
        """Return the study that plays interventions, by what it stores of a future."""
        most = self.run.record.settings.futures_of_a_world
        return {
            source: Study(
                self.run,
                futures=min(MOST[source], most),
                command=COMMAND,
                reading=Readout(source, COLUMNS[source], read),
                **self.means,
            )
            for source, read in READ.items()
        }

    @property
    def weighing(self) -> Weighing | None:
        """Return the weights of the worlds; None if they are equal."""
        return self.run.weighing_of(self.worlds)

    @property
    def trials(self) -> list[Trial]:
        """Return all tests."""
        return [trial for hypothesis in self.hypotheses.values() for trial in hypothesis.tests]

    @cached_property
    def interventions(self) -> dict[str, list[Intervention]]:
        """Return the interventions of all tests, by what is stored of a future."""
        found: dict[str, list[Intervention]] = {}
        for trial in self.trials:
            if trial.kind == "groups":
                both = [*swings(trial, self.crisis), *redraws(trial, self)]
                found.setdefault(FUTURES, []).extend(both)
                continue
            for name in trial.measures:
                found.setdefault(MEASURES[name].source, []).extend(interventions_of(trial))
        return found

    def measured(self, measure: Measure, under: Intervention) -> Ratio:
        """Return a measure in each future under an intervention that was played."""
        return measure.read(self.studies[measure.source].rows(under, self.worlds))


def interventions_of(trial: Trial) -> list[Intervention]:
    """Return the interventions of a test in order; for two pairs of steps, all combinations."""
    hold = dict(trial.hold)
    if trial.kind == "larger":
        pairs = product(trial.steps, trial.others)
        return [Intervention({**hold, **step, **other}) for step, other in pairs]
    return [Intervention({**hold, **step}) for step in trial.steps or ({},)]


def results_of(trial: Trial, bench: Bench) -> list[Result]:
    """Return the results of a test."""
    if trial.kind == "groups":
        tests = (_of_variance, _of_swing)
        return [test(trial, bench, outcome) for outcome in trial.measures for test in tests]
    if trial.kind == "causes":
        return [_of_causes(trial, bench)]
    if trial.kind == "signs":
        return [_of_signs(trial, bench)]
    return [_of_interventions(trial, bench, measured) for measured in trial.measures]


def _of_interventions(trial: Trial, bench: Bench, name: str) -> Result:
    measure = measured_by(trial, name)
    found = [bench.measured(measure, intervention) for intervention in interventions_of(trial)]
    weighing = bench.weighing
    criterion = criterion_of(trial, name, found[0], weighing)
    if trial.kind == "turn":
        result = turn(criterion, steps(found, weighing), weighing)
    else:
        times = (1.0,) if trial.kind == "level" else (-1.0, 1.0)
        is_larger = trial.kind == "larger"
        values = larger(found, weighing) if is_larger else combined(found, times, weighing)
        result = undecided(criterion, NO_EVENTS)
        if values is not None:
            result = judge(criterion, values, weighing)
    first, *others = found
    are_alike = all(
        np.array_equal(first.above, one.above) and np.array_equal(first.below, one.below)
        for one in others
    )
    if trial.kind != "level" and not result.why and are_alike:
        # A change without any effect in these worlds cannot test the hypothesis.
        result = result._replace(verdict=UNDECIDED, why=NOTHING_CHANGES)
    is_known = all(one.below.any() for one in found)
    return result._replace(levels=tuple(one.over(weighing) for one in found) if is_known else ())


def measured_by(trial: Trial, name: str) -> Measure:
    """Return the measure of a test; with a day, whether the outcome has happened by then."""
    return MEASURES[name] if trial.by_day is None else OUTCOMES[name].by(trial.by_day)


def criterion_of(
    trial: Trial, name: str, first: Ratio, weighing: Weighing | None = None
) -> Criterion:
    """Return the criterion of a test for a measure; `first` is the measure at the first step."""
    measure, small = measured_by(trial, name), POINT
    bounds = (0.0 if trial.kind == "level" else -1.0, 1.0)
    if measure.scale == 1.0:
        small = TWENTIETH * first.over(weighing) if first.below.any() else 0.0
        bounds = (-math.inf, math.inf)
    words = {
        "contrast": f"change in {measure.title}",
        "larger": f"{measure.title}: effect of the first change minus that of the second",
        "turn": f"{measure.title}: the smaller of the largest rise and the largest fall",
    }
    title = words.get(trial.kind, measure.title)
    unit, scale = measure.unit, measure.scale
    return Criterion(title, unit, scale, trial.threshold, trial.expects, small, bounds)


def combined(
    ratios: Sequence[Ratio], times: Sequence[float], weighing: Weighing | None = None
) -> Values | None:
    """Return by future the sum of ratios, each times a factor; None if one has no events.

    A ratio `R = sum a / sum b` is the mean over futures of `R + (a - R b) / mean(b)`, to first
    order in both sums. If `b` is 1 throughout, as for shares, that is exactly `a`.
    """
    values: Values = np.zeros(ratios[0].above.shape)
    for one, often in zip(ratios, times, strict=True):
        mean = mean_over_futures(one.below, weighing)
        if mean == 0.0:
            return None
        level = one.over(weighing)
        values = values + often * (level + (one.above - level * one.below) / mean)
    return values


def mean_over_futures(values: Values, weighing: Weighing | None) -> float:
    """Return the mean over all futures, weighted if worlds have weights."""
    if weighing is None:
        return float(values.mean())
    return float(mean_of(values.mean(axis=1), weighing))


def larger(square: Sequence[Ratio], weighing: Weighing | None = None) -> Values | None:
    """Return by how much more the first of two changes affects a measure than the second.

    `square` has the four combinations: neither change, the second, the first, both. The effect of
    each change is its mean over both settings of the other, without its sign.
    """
    first = combined(square, (-0.5, -0.5, 0.5, 0.5), weighing)
    second = combined(square, (-0.5, 0.5, -0.5, 0.5), weighing)
    if first is None or second is None:
        return None
    difference: Values = sized(first, weighing) - sized(second, weighing)
    return difference


def sized(values: Values, weighing: Weighing | None) -> Values:
    """Return an effect with the sign that makes its mean positive or 0."""
    return values if mean_over_futures(values, weighing) >= 0.0 else -values


def steps(ratios: Sequence[Ratio], weighing: Weighing | None) -> list[Values] | None:
    """Return the effect of each of several steps on a measure."""
    found = [combined(pair, (-1.0, 1.0), weighing) for pair in pairwise(ratios)]
    known = [one for one in found if one is not None]
    return known if len(known) == len(found) else None


def turn(
    criterion: Criterion, found: list[Values] | None, weighing: Weighing | None = None
) -> Result:
    """Return whether a measure rises with one step and falls with another.

    The smaller of the largest rise and the largest fall is above 0 only if there are both; its
    interval is that of the less certain one (intersection of both tests: Berger 1982).
    """
    if found is None:
        return undecided(criterion, NO_EVENTS)
    of_steps = [estimate(values, weighing) for values in found]
    rises = np.array([(one.low, one.value, one.high) for one in of_steps])
    low, middle, high = np.minimum(rises.max(axis=0), -rises.min(axis=0)[::-1])
    worlds = np.array([means_of(values, weighing).drawn_in for values in found])
    turns = np.minimum(worlds.max(axis=0), -worlds.min(axis=0))
    spread_low, spread_high = quantiles_over_worlds(turns, OUTER, weighing)
    whole = Estimate(
        float(middle),
        low=float(low),
        high=float(high),
        spread_low=float(spread_low),
        spread_high=float(spread_high),
        kind="estimate",
    )
    holds_in = float(mean_of(turns > criterion.threshold, weighing))
    return criterion.result(whole, holds_in, *decide(criterion, whole, len(turns), weighing))


def both(trial: Trial) -> tuple[Group, Group]:
    """Return the two groups of a test."""
    return trial.group or Group(), trial.other_group or Group()


def swings(trial: Trial, crisis: Crisis) -> list[Intervention]:
    """Return the interventions of both swings, each with a low and a high end."""
    numbers, ends = crisis.numbers, []
    for group in both(trial):
        for place in (LOW, HIGH):
            ways = dict.fromkeys(group.up, place) | dict.fromkeys(group.down, 1.0 - place)
            changes: dict[str, Change] = {
                path: quantile(numbers[path], where)
                for path, where in ways.items()
                if not (numbers[path].is_fixed or divides_attack(path))
            }
            ends.append(Intervention(changes))
    return ends


def redraws(trial: Trial, bench: Bench) -> list[Intervention]:
    """Return the worlds unchanged and with each group drawn again; empty if a group is fixed."""
    inputs = inputs_of(bench.crisis)
    groups = [[path for path in group.paths if path in inputs.numbers] for group in both(trial)]
    if bench.run.record.settings.futures_of_a_world == 1 or not all(groups):
        return []
    drawn = Redraws(bench.studies[FUTURES], inputs)
    return [AS_IT_IS, *map(drawn.of, groups)]


def _of_variance(trial: Trial, bench: Bench, outcome: str) -> Result:
    """Return by how much one group's total effect exceeds the other's."""
    name = f"{wording.NAMES[outcome]}: variance due to the first group minus that due to the second"
    unit = "% of the variance"
    criterion = Criterion(name, unit, 100.0, trial.threshold, trial.expects)
    if bench.weighing is not None:
        return undecided(criterion, OF_ALL_ALIKE)
    happened = [bench.measured(MEASURES[outcome], redraw).above for redraw in redraws(trial, bench)]
    if not happened:
        return undecided(criterion, TOO_FEW)
    own, one, other = happened
    shares, noise = shares_of(bench.run, outcome)
    variance = float(np.var(shares, ddof=1) - noise.mean())
    if variance <= LEAST_VARIANCE:
        return undecided(criterion, NO_SPREAD)
    beyond = (jansen(own, one) - jansen(own, other)) / variance
    if beyond.any() and effective_size(np.abs(beyond)) < LEAST_EFFECTIVE:
        return undecided(criterion, UNSURE)
    found = mean_over_worlds(beyond).within(-1.0, 1.0).of_kind("estimate")
    return criterion.result(found, None, *decide(criterion, found, bench.worlds))


def _of_swing(trial: Trial, bench: Bench, outcome: str) -> Result:
    """Return by how much more one group's swing affects an outcome than the other's."""
    name = f"{wording.NAMES[outcome]}: swing of the first group minus that of the second"
    criterion = Criterion(name, "of 100 futures", 100.0, trial.threshold, trial.expects)
    ends = swings(trial, bench.crisis)
    if not all(end.settings for end in ends):
        return undecided(criterion, NOTHING_SWINGS)
    found = [bench.measured(MEASURES[outcome], end) for end in ends]
    weighing = bench.weighing
    one, other = (combined(found[place : place + 2], (-1.0, 1.0), weighing) for place in (0, 2))
    if one is None or other is None:  # cannot happen: an outcome always has futures
        return undecided(criterion, NO_SPREAD)
    return judge(criterion, sized(one, weighing) - sized(other, weighing), weighing)


def judging_of(bench: Bench) -> tuple[Study, range]:
    """Return the study that judges the causes of war, and the first worlds, which it judges."""
    return judging(bench.run, **bench.means), range(min(MOST_JUDGED, bench.worlds))


def _of_causes(trial: Trial, bench: Bench) -> Result:
    """Return by how much more war is attributed to some causes than to others."""
    study, worlds = judging_of(bench)
    study.play([AS_IT_IS], worlds)
    values = []
    for world, verdicts in zip(worlds, study.rows(AS_IT_IS, worlds), strict=True):
        found = measure(verdicts, plan_of(bench.run.record.settings.seed, world))
        more, than = (
            sum(found["causes", one] if one in OWED else found[one,] for one in names)
            for names in (trial.more, trial.than)
        )
        values.append(np.asarray(more - than) / UNIT)
    one, other = (
        wording.series([wording.WAR_KINDS.get(key) or wording.CAUSES[key] for key in names])
        for names in (trial.more, trial.than)
    )
    name = f"war due to {one} minus war due to {other}"
    criterion = Criterion(name, "of 100 futures", 100.0, trial.threshold, trial.expects)
    return judge(criterion, np.array(values), bench.run.weighing_of(worlds))


def _of_signs(trial: Trial, bench: Bench) -> Result:
    """Return how much more informative a sign is than the best of all others [bits].

    False alarms of each are included. The best other sign has the largest mean over worlds.
    """
    name = f"information on the plan from {trial.sign} beyond any other sign".replace("_", " ")
    unit = "thousandths of a bit"
    criterion = Criterion(name, unit, 1000.0, trial.threshold, trial.expects, small=0.0)
    bits = {key: one[: bench.worlds] for key, one in information_on_plan(bench.run).items()}
    own = bits.pop(str(trial.sign))
    if not bits:
        return undecided(criterion, "the pack has no other sign to compare it with")
    best = max(bits.values(), key=lambda one: float(mean_of(one, bench.weighing)))
    # The information in a world has no sampling noise, so both of two futures have the same value.
    return judge(criterion, np.repeat((own - best)[:, None], 2, axis=1), bench.weighing)
