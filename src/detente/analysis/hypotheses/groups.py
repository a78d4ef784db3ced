"""Whether one group of numbers moves an outcome more than another: in its spread, and as a swing.

Of the spread over worlds each group is credited with its Shapley effect (Owen 2014) among three
players: both groups and all other numbers. With `S` what a group does on its own and `T` what it
does with all others, the difference of two such effects is half that of `S + T`, which two columns
of Sobol's design give. The swing takes each group from the 10th to the 90th percentile of all its
numbers, the others as drawn. Beliefs and copulas link no number across groups (MODEL 10).
"""

from collections.abc import Mapping

import numpy as np

from detente.analysis import wording
from detente.analysis.drivers import design as designs
from detente.analysis.drivers.design import LEAST_ROWS, Design
from detente.analysis.drivers.inputs import inputs_of
from detente.analysis.drivers.pickfreeze import Row, ratio, rows_of
from detente.analysis.drivers.quadratic import LEAST_VARIANCE
from detente.analysis.hypotheses import arms as playing
from detente.analysis.hypotheses.arms import Arm, arm_of
from detente.analysis.hypotheses.contrasts import combined, sized
from detente.analysis.hypotheses.measures import FUTURES, counted
from detente.analysis.hypotheses.verdicts import (
    Asked,
    Estimate,
    Result,
    judge,
    judge_interval,
    undecided,
)
from detente.analysis.outcomes import members_of
from detente.ensemble.design import quantile
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.simulate import Listener
from detente.pack import Change, Crisis
from detente.pack.model import Group, Trial

LOW, HIGH = 0.1, 0.9
"""Percentiles between which a group swings."""
COMMAND = "detente hypotheses RUN"
TOO_FEW = (
    f"{LEAST_ROWS} worlds of several futures are needed, and in each group a number that varies"
)
NOTHING = "worlds do not differ in this outcome by more than chance"


def both(trial: Trial) -> tuple[Group, Group]:
    """Return the two groups of a test."""
    return trial.group or Group(), trial.other_group or Group()


def swings(trial: Trial, crisis: Crisis) -> list[Arm]:
    """Return the arms of both swings, each its low and its high end."""
    return [
        arm_of(_end(group, crisis, place), FUTURES)
        for group in both(trial)
        for place in (LOW, HIGH)
    ]


def _end(group: Group, crisis: Crisis, place: float) -> Mapping[str, Change]:
    """Return what a group's numbers are at one end of its swing; those that are fixed stay."""
    ways = [(path, place) for path in group.up] + [(path, 1.0 - place) for path in group.down]
    numbers = crisis.numbers
    return {
        path: quantile(numbers[path], where) for path, where in ways if not numbers[path].is_fixed
    }


def design_of(trial: Trial, run: Run, crisis: Crisis, worlds: int, name: str) -> Design | None:
    """Return the design that tells what both groups do; nothing if the run is too small for one."""
    inputs = inputs_of(crisis)
    names = {
        f"{name}.{place}": tuple(path for path in group.paths if path in inputs.numbers)
        for place, group in enumerate(both(trial))
    }
    is_small = worlds < LEAST_ROWS or run.record.settings.futures_of_a_world == 1
    if is_small or not all(names.values()):
        return None
    return Design(run, BASE, inputs, crisis, names, worlds)


def play(design: Design, threads: int, progress: Listener | None) -> None:
    """Play what of a design does not lie there."""
    designs.play(design, threads=threads, progress=progress, command=COMMAND)


def results(
    trial: Trial, run: Run, crisis: Crisis, worlds: int, design: Design | None
) -> list[Result]:
    """Return what both groups do to each outcome: to its spread over worlds, and as a swing."""
    found = []
    for measure in trial.measures:
        found.append(_of_spread(trial, measure, design))
        found.append(_of_swing(trial, run, crisis, measure, worlds))
    return found


def _of_spread(trial: Trial, measure: str, design: Design | None) -> Result:
    """Return by how much the one group's Shapley effect exceeds the other's."""
    name = f"{wording.NAMES[measure]}, part of its spread over worlds beyond the other's"
    asked = Asked(name, "of 100 of the variance", 100.0, trial.threshold, trial.expects)
    if design is None:
        return undecided(asked, TOO_FEW)
    members = members_of(measure)
    whole = designs.whole(design, members)
    if whole.variance <= LEAST_VARIANCE:
        return undecided(asked, NOTHING)
    one, other = (rows_of(whole, design.happened(name, members)) for name in design.names)
    # From -1 to 1, and as a part of the variance from 0 to 1.
    part = ratio(0.5 * (excess(one, other) + one.variance), one.variance)
    found = Estimate(*(2.0 * end - 1.0 for end in part))
    return judge_interval(asked, found, design.rows)


def excess(one: Row, other: Row) -> np.ndarray:
    """Return by how much one group's Shapley effect exceeds another's, in each row of a design."""
    difference: np.ndarray = 0.5 * (one.first - other.first + one.total - other.total)
    return difference


def _of_swing(trial: Trial, run: Run, crisis: Crisis, measure: str, worlds: int) -> Result:
    """Return by how much farther the one group's swing moves an outcome than the other's."""
    name = f"{wording.NAMES[measure]}, swing beyond the other's"
    asked = Asked(name, "of 100 futures", 100.0, trial.threshold, trial.expects)
    ends = [
        counted(measure, None, playing.read_all(run, arm, worlds)) for arm in swings(trial, crisis)
    ]
    one, other = (combined(ends[place : place + 2], (-1.0, 1.0)) for place in (0, 2))
    if one is None or other is None:  # of an outcome there are always futures
        return undecided(asked, NOTHING)
    return judge(asked, sized(one) - sized(other))


def missing(design: Design | None) -> int:
    """Return how many worlds of a design do not lie there."""
    return 0 if design is None else designs.STRETCH * len(design.missing())
