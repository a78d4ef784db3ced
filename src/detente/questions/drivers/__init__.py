"""What an outcome depends on in a run: the parts of its variance, and the effects of numbers.

`detente drivers --json` prints one object, `detente/drivers/2`:

- run, option, outcome, share: the outcome's mean share in the run; spread: the standard deviation
  of its expected share across worlds, without sampling noise; of: worlds and futures of each that
  were played again for the answer.
- variance: the parts of the variance between futures that lie between worlds (`world`), in types,
  nature, incidents, war and acts; null where the outcome always or never comes.
- groups.NAME: total (with total_low, total_high), the part of the variance over worlds that is left
  if everything but this group is known; those distinguishable from 0.
- numbers.FIELD: swing (with low, high), by how much the share changes from the number's 10th to its
  90th percentile; agree, the share of worlds with that sign; total (with total_low, total_high) as
  of a group, if the number's effect is linear in each world; those distinguishable from 0.
- unlisted: how many numbers are neither listed nor open; below: none of them moves the share by
  more, as far as was measured; small: how many of them move it by less than half a point.
- open: numbers that may move it by half a point or more and are not distinguishable from 0, the
  largest first, how many were measured, and how many worlds could distinguish the first; groups of
  which the same holds; notes.

Intervals are 90 %, over worlds and chance.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, NamedTuple

from detente import notebook
from detente.data import fields_of, in_json
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.runners import Listener, WholeWork
from detente.ensemble.study import FUTURES, Study, UnplayedError, too_few
from detente.ensemble.weighing import mean_of
from detente.estimate.estimate import Estimate
from detente.estimate.variance import by_world
from detente.pack import Crisis
from detente.questions.conditions import notes_of_force
from detente.questions.drivers.groups import LEAST_VARIANCE, Groups, apart, part_of
from detente.questions.drivers.inputs import inputs_of
from detente.questions.drivers.swings import LEAST, Swing, Swings, rounds_of
from detente.questions.drivers.variance import Decomposition, decompose

WORLDS = 60
"""Default number of worlds: 12 to select the numbers, 48 to measure them."""
LEAST_WORLDS = 16
"""With fewer worlds intervals are too wide to be useful."""
COMMAND = "drivers RUN"
OF_ALL_ALIKE = (
    "swings are measured with the weights; the parts of the variance due to a number or a group, "
    "and the choice of inputs to measure, treat all sets of assumptions alike"
)
"""The note of a run whose worlds are weighted: a group is drawn again from the pack's ranges."""


class Driver(NamedTuple):
    """The effect of a number on the outcome, and its part of the variance across worlds."""

    swing: Swing
    total: Estimate


class Unlisted(NamedTuple):
    """The numbers that are neither listed nor open."""

    numbers: int = 0
    below: Annotated[float, "none moves the share by more, as far as was measured"] = 0.0
    small: Annotated[int, "of them that move it by less than half a point"] = 0


class Open(NamedTuple):
    """Numbers and groups that may have a large effect and are not distinguishable from 0."""

    numbers: tuple[str, ...] = ()
    measured: Annotated[int, "with those that are listed"] = 0
    worlds: Annotated[int, "that could distinguish the first, if its effect is as found"] = 0
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class Drivers(notebook.Shown):
    """What an outcome depends on in a run."""

    main_table = "numbers"

    run: Run
    option: str
    outcome: str
    worlds: Annotated[int, "that were played again"]
    share: Annotated[float, "of the outcome, in the run"]
    spread: Annotated[float, "standard deviation of its expected share across worlds"]
    crisis: Crisis
    variance: Decomposition | None = None
    groups: Mapping[str, Estimate] = field(default_factory=dict)
    numbers: Mapping[str, Driver] = field(default_factory=dict)
    unlisted: Unlisted = field(default_factory=Unlisted)
    open: Open = field(default_factory=Open)
    notes: tuple[str, ...] = ()

    def content(self) -> dict[str, Any]:
        """Return the object that `detente drivers --json` prints."""
        return {
            "schema": "detente/drivers/2",
            "run": str(self.run.folder),
            **fields_of(self, "option outcome"),
            "of": {"worlds": self.worlds, "futures": FUTURES},
            **fields_of(self, "share spread"),
            "variance": None if self.variance is None else self.variance.parts,
            "groups": {name: _total(total) for name, total in self.groups.items()},
            "numbers": {
                path: {**in_json(number.swing), "agree": number.swing.agree, **_total(number.total)}
                for path, number in self.numbers.items()
            },
            **fields_of(self, "unlisted open notes"),
        }


def _total(one: Estimate) -> dict[str, float]:
    return {"total": one.value, "total_low": one.low, "total_high": one.high}


def drivers(
    run: Run,
    *,
    outcome: str = "any_war",
    option: str = BASE,
    worlds: int | None = None,
    threads: int | None = None,
    progress: Listener | None = None,
) -> Drivers:
    """Return the parts of an outcome's variance, and the effects of numbers on it.

    What is played is stored in the run's folder, so that a second call reads it, and a call that
    was stopped continues.

    Parameters
    ----------
    run
        A finished run.
    outcome
        An outcome or an ending, by key.
    option
        The option whose worlds are played.
    worlds
        Worlds of the run that are played again, from the first, at least 16; by default 60. A fifth
        of them, or twelve, select the numbers; the others measure them.
    threads
        Worlds played at a time; by default the number of processors.
    progress
        Called with the progress of each step, in worlds.

    Raises
    ------
    DetenteError
        If there is no such outcome or option, the worlds are out of bounds, the run is damaged, or
        another version of the model made it.
    """
    size = "" if worlds is None else f" --worlds {worlds}"
    command = f"{COMMAND} --outcome {outcome} --option {option}{size}"
    study = Study(run, option, command=command, threads=threads)
    if progress is not None:
        moved = min(worlds or WORLDS, run.record.settings.worlds_of(option))
        study = replace(study, progress=WholeWork(progress, planned(moved)))
    return find(study, outcome, worlds)


def planned(worlds: int) -> int:
    """Return the approximate number of worlds played for one outcome, given `worlds`.

    It is a constant, and a number for each world asked for.
    """
    return 500 + 30 * worlds


def played(
    run: Run, *, outcome: str, option: str = BASE, worlds: int | None = None
) -> Drivers | None:
    """Return the drivers of an outcome if they were computed before; None if worlds are missing."""
    if not run.record.is_own_model:
        return None
    try:
        return find(Study(run, option, may_play=False), outcome, worlds)
    except UnplayedError:
        return None


def find(study: Study, outcome: str, asked: int | None) -> Drivers:
    """Return the drivers of an outcome, or a note if nothing can be said."""
    run, crisis = study.run, study.baseline.crisis
    shares, noise = by_world(run, outcome, study.option)
    played_worlds = len(shares)
    share = float(mean_of(shares, run.weighing_of(played_worlds)))
    # Each world's contribution to the variance across worlds, without sampling noise.
    variances = (shares - shares.mean()) ** 2 * played_worlds / max(1, played_worlds - 1) - noise
    inputs = inputs_of(crisis, [outcome])
    groups = Groups(study, outcome, inputs, variances)
    nothing = Drivers(run, study.option, outcome, 0, share, groups.spread, crisis)
    if played_worlds < LEAST_WORLDS:
        return replace(nothing, notes=(too_few(played_worlds, LEAST_WORLDS),))
    worlds = study.count(asked, WORLDS, LEAST_WORLDS)
    if variances.mean() <= LEAST_VARIANCE:
        note = "assumptions do not change this outcome by more than chance: it turns on nothing"
        return replace(nothing, notes=(note,))

    # The first worlds select what is measured in the others, so that reported effects are not the
    # largest of many random ones.
    rounds = rounds_of(worlds)
    judging = range(rounds[-1], worlds)
    variance = decompose(study, outcome)
    loud, tried, bounds = groups.screened()
    left, tried_bounds = Swings(study, outcome).narrow(tried, rounds)
    sharper = Swings(study.sharper, outcome)
    sharper.study.play([end for path in left for end in sharper.whole(path)], judging)
    swings = {path: sharper.measured(path, judging) for path in left}
    measured = dict(sorted(swings.items(), key=lambda pair: -abs(pair[1].value)))
    totals = groups.totals(loud, judging)
    numbers = {}
    for path, swing in measured.items():
        if swing.confirms(left[path].value):
            # The effect is assumed linear: if the swing moves the share by `d` over `z` standard
            # deviations of the number, the number's variance is `(d / z)^2`.
            due = 2.0 * apart(sharper.study, outcome, sharper.whole(path), judging)
            numbers[path] = Driver(swing, part_of(due / groups.length(path) ** 2, variances))

    open_ = [path for path, one in measured.items() if path not in numbers and one.most >= LEAST]
    bounds |= tried_bounds | {path: one.most for path, one in measured.items()}
    below = sorted(bounds[path] for path in inputs.singles if path not in {*numbers, *open_})
    small = sum(one < LEAST for one in below)
    return replace(
        nothing,
        notes=(
            *notes_of_force(crisis, [outcome]),
            *(() if run.weighing is None else (OF_ALL_ALIKE,)),
        ),
        worlds=worlds,
        variance=variance,
        groups=totals,
        numbers=numbers,
        unlisted=Unlisted(len(below), below[-1], small) if below else Unlisted(),
        open=Open(
            tuple(open_),
            len(measured),
            measured[open_[0]].worlds_needed if open_ else 0,
            tuple(name for name in loud if name not in totals),
        ),
    )
