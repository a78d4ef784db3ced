"""Under which few assumptions an outcome is likely: boxes of worlds, with rules in words.

`detente discover --json` prints one object, `detente/discover/1`:

- run, option, outcome, worlds; share: the outcome's mean share over all worlds.
- boxes: at most three, each {rules, density, coverage, worlds, chance, held_out}. A rule is {field,
  low, high (null where it has no such end), unit, meaning, is_switch, worlds (share of all in which
  it holds), quasi_p}. density: the outcome's share where all rules hold; coverage: of all futures
  with the outcome, the share that lies there; chance: how often a search among shares dealt out at
  random finds a box that stands out as much; held_out: {mean, low, high}, the density in
  worlds that a search among seven eighths did not see, with its 90 % interval; null if too few.
- enough: whether there is a box. notes: what a reader should know.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente import notebook
from detente.analysis import prim
from detente.analysis.outcomes import by_world, members_of
from detente.ensemble.foundation import read_again
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.shares import Mean, mean_over
from detente.ensemble.simulate import draw
from detente.pack import Crisis
from detente.pack.allocation import divides_attack
from detente.pack.places import measure_of, place_at

LEAST_WORLDS = 32
"""With fewer, a box of some worlds tells nothing of others."""
LEAST_UNSEEN = 3
"""Unseen worlds in a box from which its density is estimable."""
FOLDS = 8
MOST_BOXES = 3
LARGEST_CHANCE = 0.05
"""A box that searches among shuffled shares match more often is not reported."""


class Assumption(NamedTuple):
    """One assumption: the values between which a number lies."""

    path: str
    low: float | None
    high: float | None
    unit: str
    meaning: str
    is_switch: bool
    worlds: Annotated[float, "share of all worlds in which it holds"]
    quasi_p: float


class Scenario(NamedTuple):
    """A few assumptions under which the outcome is likely, when they all hold."""

    rules: tuple[Assumption, ...]
    density: Annotated[float, "the outcome's share where they hold"]
    coverage: Annotated[float, "of all futures with the outcome, the share that lies there"]
    worlds: Annotated[int, "worlds in which they hold"]
    chance: Annotated[float, "how often shares dealt out at random give such a box"]
    held_out: Annotated[Mean | None, "density in worlds that its search did not see"]


@dataclass(frozen=True, repr=False)
class Discovery(notebook.Shown):
    """Under which few assumptions an outcome is likely in a run, in this model."""

    run: Run
    option: str
    outcome: str
    share: float
    boxes: tuple[Scenario, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def enough(self) -> bool:
        """Say whether there is a box that chance does not explain."""
        return bool(self.boxes)

    def as_json(self) -> dict[str, Any]:
        """Return what `detente discover --json` prints."""
        return {
            "schema": "detente/discover/1",
            "run": str(self.run.folder),
            "option": self.option,
            "outcome": self.outcome,
            "worlds": self.run.record.settings.worlds_of(self.option),
            "share": self.share,
            "enough": self.enough,
            "boxes": [_plain(box) for box in self.boxes],
            "notes": list(self.notes),
        }


def _plain(box: Scenario) -> dict[str, Any]:
    rules = [
        {("field" if key == "path" else key): value for key, value in rule._asdict().items()}
        for rule in box.rules
    ]
    unseen = None if box.held_out is None else box.held_out._asdict()
    return {**box._asdict(), "rules": rules, "held_out": unseen}


def discover(run: Run, *, outcome: str = "any_war", option: str = BASE) -> Discovery:
    """Say under which few assumptions an outcome is likely; what divides an attack is in none.

    Parameters
    ----------
    run
        A finished run.
    outcome
        A named outcome or an ending, by key.
    option
        The option under which it is asked.

    Raises
    ------
    DetenteError
        If there is no such outcome or option, the run is damaged, or other numbers are read from
        its pack than were when it was made.
    """
    members_of(outcome)
    run.known(option)
    crises = read_again(run.folder, run.record)
    shares = by_world(run, outcome, option).shares
    share = float(shares.mean())
    if len(shares) < LEAST_WORLDS:
        note = f"{LEAST_WORLDS} worlds are needed to say anything; the run has {len(shares)}"
        return Discovery(run, option, outcome, share, notes=(note,))
    if np.ptp(shares) < prim.LEAST_SPREAD:
        note = "all worlds have the same share: no assumption makes this outcome likelier"
        return Discovery(run, option, outcome, share, notes=(note,))
    crisis, draws = crises[option], draw(crises, run.record.settings)[option]
    drawn = {path: values[: len(shares)] for path, values in draws.items()}
    differ = [path for path, values in drawn.items() if np.ptp(values) > 0.0]
    paths = [path for path in differ if not divides_attack(path)]
    table = np.column_stack([drawn[path] for path in paths])
    boxes = tuple(_boxes(crisis, paths, table, shares))
    note = (
        "no few assumptions make it likelier by more than a search finds by chance in as many "
        "worlds: too small to tell, or it takes many assumptions together"
    )
    return Discovery(run, option, outcome, share, boxes, () if boxes else (note,))


def _boxes(
    crisis: Crisis, paths: list[str], table: np.ndarray, shares: np.ndarray
) -> Iterator[Scenario]:
    """Find boxes one after another, each in the worlds that lie in none before it."""
    left = np.ones(len(shares), bool)
    for _ in range(MOST_BOXES):
        if left.sum() < LEAST_WORLDS:
            return
        found = prim.find(table[left], shares[left])
        if not found.rules:
            return
        chance = prim.chance_of(found, table[left], shares[left])
        if chance > LARGEST_CHANCE:
            return
        box = prim.simplify(found, table[left], shares[left])
        inside = left & box.holds(table)
        yield Scenario(
            rules=tuple(_rule(crisis, paths, rule, box, (table, shares)) for rule in box.rules),
            density=float(shares[inside].mean()),
            coverage=float(shares[inside].sum() / shares.sum()),
            worlds=int(inside.sum()),
            chance=chance,
            held_out=held_out(table[left], shares[left]),
        )
        left &= ~inside


def held_out(table: np.ndarray, shares: np.ndarray) -> Mean | None:
    """Return the share in worlds of boxes that were found without them, a fold at a time.

    Nothing if there are fewer than three such worlds. Neighbours stay together, as the design
    spreads two of them over both halves of every number.
    """
    return mean_of_unseen(table, shares, boxes_without(table, shares))


def mean_of_unseen(
    table: np.ndarray, shares: np.ndarray, found: Iterable[tuple[np.ndarray, prim.PrimBox]]
) -> Mean | None:
    """Return the share in boxes, each in the worlds that its search did not see."""
    seen = [shares[unseen][box.holds(table[unseen])] for unseen, box in found]
    shares_there = np.concatenate([shares[:0], *seen])
    if len(shares_there) < LEAST_UNSEEN:
        return None
    mean, low, high = mean_over(shares_there)
    return Mean(mean, max(0.0, low), min(1.0, high))


def boxes_without(
    table: np.ndarray, shares: np.ndarray
) -> Iterator[tuple[np.ndarray, prim.PrimBox]]:
    """Give the worlds of each fold, shape (worlds,), with the box found among all others."""
    for fold in range(FOLDS):
        unseen = np.arange(len(shares)) // 2 % FOLDS == fold
        known = table[~unseen], shares[~unseen]
        box = prim.find(*known)
        if box.rules:
            yield unseen, prim.simplify(box, *known)


def _rule(
    crisis: Crisis,
    paths: list[str],
    rule: prim.Restriction,
    box: prim.PrimBox,
    worlds: tuple[np.ndarray, np.ndarray],
) -> Assumption:
    path = paths[rule.column]
    number = crisis.numbers[path]
    return Assumption(
        path=path,
        low=rule.low if math.isfinite(rule.low) else None,
        high=rule.high if math.isfinite(rule.high) else None,
        unit=number.unit,
        meaning=meaning_of(path),
        is_switch=number.domain == "switch",
        worlds=float(rule.holds(worlds[0]).mean()),
        quasi_p=prim.quasi_p(box, rule, *worlds),
    )


def meaning_of(path: str) -> str:
    """Return what the format says that a number is; nothing if it says nothing."""
    place = place_at(tuple(path.split(".")))
    measure = measure_of(place.field) if place and place.field else None
    return measure.says if measure else ""
