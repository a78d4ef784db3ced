"""What an outcome turns on in a run: where its variance lies, and which numbers move it, how far.

`detente drivers --json` prints one object, `detente/drivers/2`:

- run, option, outcome, share: the outcome's mean share in the run; spread: the standard deviation
  of its expected share across worlds, without sampling noise; of: worlds and futures of each that
  were played again for the answer.
- variance: which part of the variance of a future's yes or no lies between worlds (`world`), in
  types, nature, incidents, war and acts; null where the outcome always or never comes.
- groups.NAME: total (with total_low, total_high), what part of the variance over worlds is left if
  everything but this group is known; those distinguished from none.
- numbers.FIELD: swing (with low, high), by how much the share changes from the number's 10th to its
  90th percentile; agree, the share of worlds with that sign; total (with total_low, total_high) as
  of a group, were the number's effect a straight line in each world; those distinguished from none.
- unlisted: how many numbers are neither listed nor open, and below: none of them moves the share by
  more, as far as was measured; small: how many of them by less than half a point.
- open: numbers that may move it by half a point or more and cannot be distinguished from none, the
  largest first, how many were measured, and how many worlds could tell the first; groups, of which
  the same holds; notes.

Intervals are 90 %, over worlds and chance.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente import notebook
from detente.ensemble.intervention import AS_IT_IS, Intervention
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.simulate import Listener
from detente.ensemble.study import FUTURES, Study
from detente.ensemble.versions import is_own_model
from detente.errors import DetenteError
from detente.estimate.estimate import Estimate
from detente.estimate.variance import by_world
from detente.pack import Crisis
from detente.questions.drivers.groups import Groups, apart
from detente.questions.drivers.inputs import Inputs, inputs_of
from detente.questions.drivers.swings import LEAST, Swing, Swings, rounds_of
from detente.questions.drivers.variance import (
    LEAST_VARIANCE,
    Decomposition,
    decompose,
    missing,
    part_of,
)

WORLDS = 60
"""Worlds that are played again unless given: 12 choose the numbers, 48 measure them."""
LEAST_WORLDS = 16
"""With fewer, intervals say nothing."""
COMMAND = "drivers RUN"


class Driver(NamedTuple):
    """How far a number moves the outcome, and what part of its variance across worlds is due."""

    swing: Swing
    total: Estimate


class Unlisted(NamedTuple):
    """The numbers that are neither listed nor open."""

    numbers: int = 0
    below: Annotated[float, "none moves the share by more, as far as was measured"] = 0.0
    small: Annotated[int, "of them that move it by less than half a point"] = 0


class Open(NamedTuple):
    """Numbers and groups that may move the share far and cannot be distinguished from none."""

    numbers: tuple[str, ...] = ()
    measured: Annotated[int, "with those that are listed"] = 0
    worlds: Annotated[int, "that could tell the first, if it moves the share as was found"] = 0
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class Drivers(notebook.Shown):
    """What an outcome turns on in a run, in this model."""

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
        """Return what `detente drivers --json` prints."""
        return {
            "schema": "detente/drivers/2",
            "run": str(self.run.folder),
            "option": self.option,
            "outcome": self.outcome,
            "of": {"worlds": self.worlds, "futures": FUTURES},
            "share": self.share,
            "spread": self.spread,
            "variance": None if self.variance is None else self.variance.parts,
            "groups": {name: _of_total(total) for name, total in self.groups.items()},
            "numbers": {name: _of_number(one) for name, one in self.numbers.items()},
            "unlisted": self.unlisted,
            "open": self.open,
            "notes": self.notes,
        }


def _of_total(total: Estimate) -> dict[str, float]:
    return {"total": total.value, "total_low": total.low, "total_high": total.high}


def _of_number(one: Driver) -> dict[str, float]:
    swing = one.swing
    moved = {**swing.as_json(), "agree": swing.agree}
    return moved | _of_total(one.total)


def drivers(
    run: Run,
    *,
    outcome: str = "any_war",
    option: str = BASE,
    worlds: int | None = None,
    threads: int | None = None,
    progress: Listener | None = None,
) -> Drivers:
    """Say where the variance of an outcome lies, and which numbers move it how far.

    What is played is kept in the run's folder, so that a second call reads it, and one that was
    stopped goes on.

    Parameters
    ----------
    run
        A finished run.
    outcome
        A named outcome or an ending, by key.
    option
        The option under which it is asked.
    worlds
        How many of the run's worlds are played again, from the first, 16 at least; 60 unless given.
        A fifth choose the numbers, or twelve, the others measure them.
    threads
        Worlds played at a time; as many as there are processors unless given.
    progress
        Called now and then with how far each step has come, in worlds.

    Raises
    ------
    DetenteError
        If there is no such outcome or option, the worlds are out of their bounds, or the run is
        damaged or was made by another version of the model.
    """
    size = "" if worlds is None else f" --worlds {worlds}"
    command = f"{COMMAND} --outcome {outcome} --option {option}{size}"
    search = DriverSearch(Study(run, option, command=command), outcome, threads, progress)
    return search.asked(worlds)


def played(run: Run, *, outcome: str) -> Drivers | None:
    """Return what an outcome turns on if it was asked before; None if worlds would be played.

    Raises
    ------
    DetenteError
        If there is no such outcome, or the run is damaged.
    """
    if not is_own_model(run.record):
        return None
    try:
        return DriverSearch(
            Study(run, command=COMMAND), outcome, None, None, may_play=False
        ).asked()
    except UnplayedError:
        return None


class PlannedDrivers(NamedTuple):
    """In how many worlds it is asked, and whether all that it takes lies there."""

    worlds: int
    is_answered: bool


def plan(run: Run, *, outcome: str, option: str, worlds: int | None) -> PlannedDrivers:
    """Return what is left to be done for an answer; which numbers are moved shows as it goes.

    Raises
    ------
    DetenteError
        As `drivers` does.
    """
    there = run.record.settings.worlds_of(run.known(option))
    size = min(WORLDS, there) if worlds is None else worlds
    study = Study(run, option, command=COMMAND)
    try:
        DriverSearch(study, outcome, None, None, may_play=False).asked(worlds)
    except UnplayedError:
        return PlannedDrivers(size, False)
    return PlannedDrivers(size, True)


class UnplayedError(Exception):
    """Something would have to be played."""


@dataclass(frozen=True)
class DriverSearch:
    """What is played to find what an outcome turns on."""

    study: Study
    outcome: str
    threads: int | None
    progress: Listener | None
    may_play: bool = True

    def asked(self, worlds: int | None = None) -> Drivers:
        """Return what the outcome turns on, or a note on why nothing can be said.

        Raises
        ------
        DetenteError
            If the worlds are out of their bounds, or something else writes into the run.
        UnplayedError
            If worlds would have to be played, and may not be.
        """
        there = self.study.run.record.settings.worlds_of(self.study.option)
        if there < LEAST_WORLDS:
            note = f"{LEAST_WORLDS} worlds are needed to say anything; the run has {there}"
            return self.answer(0, notes=(note,))
        size = min(WORLDS, there) if worlds is None else worlds
        if not LEAST_WORLDS <= size <= there:
            what = f"worlds is {size}; use a whole number from {LEAST_WORLDS} to {there}"
            where = str(self.study.run.folder)
            raise DetenteError(what, where=where, hint="those are the run's worlds")
        if self.variances.mean() <= LEAST_VARIANCE:
            note = "worlds do not differ in this outcome by more than chance: it turns on nothing"
            return self.answer(0, notes=(note,))
        return self.found(size)

    def found(self, worlds: int) -> Drivers:
        """Return what the outcome turns on, from so many worlds."""
        rounds = rounds_of(worlds)
        judging = (worlds, rounds[-1])
        variance = self._variance()
        loud, tried, bounds = self.groups.screened()
        left, others = Swings(self.study, self.outcome).narrow(tried, rounds, self._play)
        swings = Swings(self.study, self.outcome).sharper
        measured = self._measured(swings, list(left), judging)
        bounds |= others | {path: one.most for path, one in measured.items()}
        listed = {path: one for path, one in measured.items() if one.confirms(left[path])}
        groups = self.groups.totals(loud, judging)
        open_ = _open(measured, listed, tuple(name for name in loud if name not in groups))
        named = {*listed, *open_.numbers}
        return self.answer(
            worlds,
            variance=variance,
            groups=groups,
            numbers=self._with_totals(swings, listed, judging),
            unlisted=_unlisted(bounds[path] for path in self.inputs.singles if path not in named),
            open=open_,
        )

    def answer(self, worlds: int, **found: Any) -> Drivers:
        """Return an answer from so many worlds."""
        shares = by_world(self.study.run, self.outcome, self.study.option).shares
        return Drivers(
            self.study.run,
            self.study.option,
            self.outcome,
            worlds,
            float(shares.mean()),
            self.groups.spread,
            self.study.baseline.crisis,
            **found,
        )

    @cached_property
    def inputs(self) -> Inputs:
        """Return what is not known."""
        return inputs_of(self.study.baseline.crisis)

    @cached_property
    def groups(self) -> Groups:
        """Return the groups of what is not known, to be drawn again."""
        return Groups(self.study, self.outcome, self.inputs, self.variances, self._play)

    @cached_property
    def variances(self) -> np.ndarray:
        """Return what each world of the run gives for the variance across worlds, without chance.

        Raises
        ------
        DetenteError
            If there is no such outcome, or the run is damaged.
        """
        shares, noise = by_world(self.study.run, self.outcome, self.study.option)
        worlds = len(shares)
        squares = (shares - shares.mean()) ** 2 * worlds / max(1, worlds - 1)
        rows: np.ndarray = squares - noise
        return rows

    def _measured(
        self, swings: Swings, paths: Sequence[str], size: tuple[int, int]
    ) -> dict[str, Swing]:
        """Return the swings of numbers in the worlds that did not choose them, largest first."""
        self._play_on(swings.study, [end for path in paths for end in swings.whole(path)], size)
        found = {path: swings.measured(path, *size) for path in paths}
        return dict(sorted(found.items(), key=lambda pair: -abs(pair[1].value)))

    def _with_totals(
        self, swings: Swings, listed: Mapping[str, Swing], size: tuple[int, int]
    ) -> dict[str, Driver]:
        """Return swings with the numbers' total effects, from both their ends in a straight line.

        Where a number swings by `d`, and its swing is `z` of its standard deviations long, it gives
        a world the variance `(d / z)^2`.
        """
        found = {}
        for path, swing in listed.items():
            due = 2.0 * apart(swings.study, self.outcome, swings.whole(path), size)
            total = part_of(due / self.groups.length(path) ** 2, self.variances)
            found[path] = Driver(swing, total)
        return found

    def _variance(self) -> Decomposition | None:
        run, option = self.study.run, self.study.option
        if not self.may_play and missing(run, option=option):
            raise UnplayedError
        return decompose(
            run, self.outcome, option=option, threads=self.threads, progress=self.progress
        )

    def _play(self, changes: Sequence[Intervention], worlds: int, after: int) -> None:
        self._play_on(self.study, (AS_IT_IS, *changes), (worlds, after))

    def _play_on(
        self, study: Study, changes: Sequence[Intervention], size: tuple[int, int]
    ) -> None:
        worlds, after = size
        if not self.may_play and study.missing(changes, worlds, after=after):
            raise UnplayedError
        study.play(changes, worlds, after=after, threads=self.threads, progress=self.progress)


def _unlisted(bounds: Iterable[float]) -> Unlisted:
    ordered = sorted(bounds)
    if not ordered:
        return Unlisted()
    return Unlisted(len(ordered), ordered[-1], sum(one < LEAST for one in ordered))


def _open(
    measured: Mapping[str, Swing], listed: Mapping[str, Swing], groups: tuple[str, ...]
) -> Open:
    """Return what may move the outcome far and may as well not move it."""
    left = [path for path in measured if path not in listed and measured[path].most >= LEAST]
    worlds = measured[left[0]].worlds_needed if left else 0
    return Open(tuple(left), len(measured), worlds, groups)
