"""The few assumptions under which an outcome is likely: boxes of worlds, with rules in words.

`detente discover --json` prints one object, `detente/discover/2`:

- run, option, outcome, worlds; share: the outcome's mean share over all worlds.
- boxes: at most three, each {rules, density, low, high, outside, coverage, worlds, tried, chance}.
  A rule is {field, low, high (null where it has no such end), unit, meaning, is_switch, worlds
  (share of all in which it holds), quasi_p}. density: the outcome's share where all rules hold, in
  new worlds that the search did not see, with its 90 % interval low, high; outside: the same where
  they do not; coverage: of all futures with the outcome, the share that lies there, of the same
  new worlds; worlds: of the run, in which the box was found; tried: new worlds, in the box and
  outside; chance: how often a search among shares that are assigned to worlds at random finds a
  box as good.
- enough: whether there is a box. notes: what a reader should know.

Where worlds are weighed, share, coverage and quasi_p are of weighed worlds, and new worlds are
drawn from the weighed ranges of the numbers that go with the weights.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente import notebook
from detente.data import fields_of
from detente.ensemble.intervention import Intervention
from detente.ensemble.measures import outcome_of
from detente.ensemble.record import BASE, Grid
from detente.ensemble.run import Run
from detente.ensemble.runners import Listener, WholeWork
from detente.ensemble.study import CLASSES, FUTURES, Study, UnplayedError, too_few
from detente.ensemble.weighing import mean_of
from detente.estimate import prim
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import mean_over, student
from detente.estimate.variance import by_world
from detente.pack.places import divides_attack, meaning_of
from detente.questions.conditions import force_left_out, notes_of_force, numbers_of
from detente.questions.weigh.moved import drawn_by_weights, moved_fields

LEAST_WORLDS = 32
"""With fewer worlds, a box found in some hardly ever holds in others."""
MOST_BOXES = 3
LARGEST_CHANCE = 0.05
"""A box is not reported if searches among shuffled shares match it more often than this."""
NEW_WORLDS = 512
"""Number of new worlds that are drawn; some of them are in a box."""
TRIED = 32
"""How many of these are played in a box, and as many outside."""
LEAST_TRIED = 8
GRID: Grid = "tiny"
COMMAND = "discover RUN"


class Assumption(NamedTuple):
    """One assumption: the range of a number."""

    field: str
    low: float | None
    high: float | None
    unit: str
    meaning: str
    is_switch: bool
    worlds: Annotated[float, "share of all worlds in which it holds"]
    quasi_p: float


class BoxTrial(NamedTuple):
    """The share of the outcome in new worlds, in a box and outside."""

    density: Annotated[Estimate, "in the box"]
    outside: float
    excess: Annotated[Estimate, "by how much the box exceeds the rest"]
    coverage: Annotated[float, "of all futures with the outcome, the share that lies there"]
    worlds: Annotated[int, "that were played, in the box and outside"]


class Scenario(NamedTuple):
    """A few assumptions under which, if all hold, the outcome is likely."""

    rules: tuple[Assumption, ...]
    trial: BoxTrial
    worlds: Annotated[int, "of the run, in which they hold"]
    chance: Annotated[float, "how often shares assigned at random give such a box"]


@dataclass(frozen=True, repr=False)
class Discovery(notebook.Shown):
    """The few assumptions under which an outcome is likely in a run."""

    main_table = "boxes"

    run: Run
    option: str
    outcome: str
    share: float
    boxes: tuple[Scenario, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def enough(self) -> bool:
        """Return whether there is a box that holds in new worlds."""
        return bool(self.boxes)

    def content(self) -> dict[str, Any]:
        """Return the object that `detente discover --json` prints."""
        return {
            "schema": "detente/discover/2",
            "run": str(self.run.folder),
            **fields_of(self, "option outcome"),
            "worlds": self.run.record.settings.worlds_of(self.option),
            **fields_of(self, "share enough"),
            "boxes": [
                {
                    "rules": box.rules,
                    "density": box.trial.density.value,
                    **fields_of(box.trial.density, "low high"),
                    **fields_of(box.trial, "outside coverage"),
                    "worlds": box.worlds,
                    "tried": box.trial.worlds,
                    "chance": box.chance,
                }
                for box in self.boxes
            ],
            "notes": self.notes,
        }


def discover(
    run: Run,
    *,
    outcome: str = "any_war",
    option: str = BASE,
    play: bool = True,
    threads: int | None = None,
    progress: Listener | None = None,
) -> Discovery:
    """Return the few assumptions under which an outcome is likely.

    A box is found in the run's worlds and tested in new ones, which are stored in the run's folder:
    a call that was stopped continues. Only boxes in which the outcome is clearly likelier in new
    worlds are returned. No assumption is about a number that divides an attack.

    Parameters
    ----------
    run
        A finished run.
    outcome
        An outcome or an ending, by key.
    option
        The option whose futures are used.
    play
        Whether new worlds may be played; otherwise only boxes that were tested before count.
    threads
        Worlds played at a time; by default the number of processors.
    progress
        Called with the progress, in worlds.

    Raises
    ------
    DetenteError
        If there is no such outcome or option, the run is damaged, another version of the model made
        it, or this version reads other numbers from its pack.
    """
    outcome_of(outcome)
    run.known(option)
    shares = by_world(run, outcome, option).shares
    weighing = run.weighing_of(len(shares))
    share = float(mean_of(shares, weighing))
    left = len(shares) if weighing is None else round(weighing.effective)
    if left < LEAST_WORLDS:
        note = too_few(left, LEAST_WORLDS) + ("" if weighing is None else " in effect")
        return Discovery(run, option, outcome, share, notes=(note,))
    if np.ptp(shares) < prim.LEAST_SPREAD:
        note = "all sets of assumptions have the same share: none makes this outcome likelier"
        return Discovery(run, option, outcome, share, notes=(note,))
    new = Study(
        run,
        option,
        FUTURES,
        GRID,
        command=COMMAND,
        reading=CLASSES._replace(worlds=1, about="new"),
        new_worlds=NEW_WORLDS,
        may_play=play,
        threads=threads,
        # The most worlds that are tried inside and outside of the boxes.
        progress=progress and WholeWork(progress, MOST_BOXES * 2 * TRIED),
    )
    weights = np.ones(len(shares)) if weighing is None else weighing.weights
    search = BoxSearch(new, outcome, shares, weights)
    found = list(search.boxes())
    boxes = tuple(one for one in found if isinstance(one, Scenario))
    notes = [one for one in found if isinstance(one, str)]
    notes += notes_of_force(new.baseline.crisis, [outcome])
    if weighing is not None:
        notes.append(OF_WEIGHED.format(len(search.moved)))
    return Discovery(run, option, outcome, share, boxes, tuple(notes))


NO_BOX = (
    "no combination of a few assumptions makes it likelier than a search finds by chance: "
    "there are too few sets of assumptions, or many assumptions act together"
)
NOT_IN_NEW_WORLDS = (
    "a box was found in the run's draws; in new draws the outcome is not clearly likelier in it"
)
UNTRIED = "conditions that make it likely were found, and have not been tried on new draws"
OF_WEIGHED = (
    "in new sets of assumptions, the inputs linked to the weights ({}) follow their weighed "
    "ranges, and all others the ranges of the pack"
)


@dataclass(frozen=True)
class BoxSearch:
    """A search for boxes among the worlds of a run, and new worlds to test them."""

    new: Annotated[Study, "worlds that follow those of the run in the same design"]
    outcome: str
    shares: Annotated[np.ndarray, "of the outcome in each world of the run, shape (worlds,)"]
    weights: Annotated[np.ndarray, "how much each of these counts, shape (worlds,)"]

    @property
    def worlds(self) -> int:
        """Return the number of worlds of the run."""
        return len(self.shares)

    @cached_property
    def paths(self) -> list[str]:
        """Return the numbers in which worlds differ and that an assumption may be about.

        Those that divide an attack are none, nor are those of the challenger's force where the
        outcome does not allow it.
        """
        drawn = self.new.stage.values[self.new.option]
        differ = [path for path, values in drawn.items() if np.ptp(values[: self.worlds]) > 0.0]
        left_out = force_left_out(self.new.baseline.crisis, [self.outcome])
        return [path for path in differ if path not in left_out and not divides_attack(path)]

    @cached_property
    def moved(self) -> dict[str, np.ndarray]:
        """Return the numbers correlated with the weights, drawn in new worlds by the weights."""
        drawn, weights = self.new.baseline.values, self.weights
        if self.new.run.weighing is None:
            return {}
        known = numbers_of({path: drawn[path][: self.worlds] for path in self.paths}, self.worlds)
        return {
            known.fields[one]: drawn_by_weights(
                self.new, known.fields[one], known.values[:, one], weights
            )
            for one in moved_fields(known, weights)
        }

    @cached_property
    def table(self) -> np.ndarray:
        """Return these numbers in the worlds of the run and in new ones, shape (all, numbers)."""
        drawn = {**self.new.baseline.values, **self.moved}
        return np.column_stack([drawn[path] for path in self.paths])

    @property
    def known(self) -> prim.Worlds:
        """Return the worlds of the run, in which boxes are sought."""
        return prim.Worlds(self.table[: self.worlds], self.shares, self.weights)

    def boxes(self) -> Iterator[Scenario | str]:
        """Yield boxes, each found in worlds outside of earlier ones, then why there is no other."""
        left, before = np.ones(len(self.table), bool), 0.0
        for place in range(MOST_BOXES):
            own = self.known.where(left[: self.worlds])
            found = prim.find(own) if own.size >= LEAST_WORLDS else prim.EVERYWHERE
            chance = prim.chance_of(found, own) if found.rules else 1.0
            if chance > LARGEST_CHANCE:
                yield from () if place else (NO_BOX,)
                return
            box = prim.simplify(found, own)
            trial = self.tried(box, left, before)
            if isinstance(trial, str):
                yield trial
                return
            inside = left & box.holds(self.table)
            yield Scenario(tuple(self.rules(box)), trial, int(inside[: self.worlds].sum()), chance)
            before += float(inside[self.worlds :].mean()) * trial.density.value
            left &= ~inside

    def rules(self, box: prim.PrimBox) -> Iterator[Assumption]:
        """Yield the assumptions of a box, with the names of the pack."""
        known, numbers = self.known, self.new.stage.crises[self.new.option].numbers
        for rule in box.rules:
            path = self.paths[rule.column]
            yield Assumption(
                field=path,
                low=rule.low if math.isfinite(rule.low) else None,
                high=rule.high if math.isfinite(rule.high) else None,
                unit=numbers[path].unit,
                meaning=meaning_of(path),
                is_switch=numbers[path].domain == "switch",
                worlds=float(np.average(rule.holds(known.table), weights=known.weights)),
                quasi_p=prim.quasi_p(box, rule, known),
            )

    def tried(self, box: prim.PrimBox, left: np.ndarray, before: float) -> BoxTrial | str:
        """Test a box in new worlds that are in no earlier box; return why if it does not hold.

        `before` is the share of futures that have the outcome and are in an earlier box.
        """
        new = left.copy()
        new[: self.worlds] = False
        holds = box.holds(self.table)
        inside, outside = np.flatnonzero(new & holds), np.flatnonzero(new & ~holds)
        few = min(len(inside), len(outside), TRIED)
        if few < LEAST_TRIED:
            return NOT_IN_NEW_WORLDS
        asked = [*inside[:few].tolist(), *outside[:few].tolist()]
        under = Intervention(self.moved)
        try:
            self.new.play([under], asked)
        except UnplayedError:
            return UNTRIED
        shares = outcome_of(self.outcome).happened(self.new.rows(under, asked)).mean(axis=1)
        new_worlds = len(self.table) - self.worlds
        parts = len(inside) / new_worlds, len(outside) / new_worlds
        trial = judge(shares[:few], shares[few:], parts, before)
        return trial if trial.excess.low > 0.0 else NOT_IN_NEW_WORLDS


def judge(
    inside: np.ndarray, outside: np.ndarray, parts: tuple[float, float], before: float = 0.0
) -> BoxTrial:
    """Return how likely an outcome is in a box, from its share in worlds in it and outside.

    `parts` are the shares of all worlds that are in the box and outside; `before` is the share in
    other boxes. The intervals are Student's; that of the excess does not assume equal variances
    (Welch).
    """
    density = mean_over(inside)
    rest, few = float(outside.mean()), min(len(inside), len(outside))
    variance = sum(float(np.var(one, ddof=1)) / len(one) for one in (inside, outside))
    gap, reach = density.value - rest, student(few - 1) * math.sqrt(variance)
    inside_share = parts[0] * density.value
    whole = before + inside_share + parts[1] * rest
    return BoxTrial(
        density=Estimate(density.value, max(0.0, density.low), min(1.0, density.high)),
        outside=rest,
        excess=Estimate(gap, gap - reach, gap + reach),
        coverage=inside_share / whole if whole > 0.0 else 0.0,
        worlds=len(inside) + len(outside),
    )
