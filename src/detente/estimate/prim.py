"""Looks for a box of few assumptions in which an outcome's share is high: the bump hunt PRIM.

Patient rule induction (Friedman & Fisher 1999), as used to discover scenarios (Bryant & Lempert
2010): from all worlds, peel off the tenth at one end of one number that raises the mean share most
for what it takes away, again and again; from each box on the way, drop rules down to three and
fewer, as long as the box stands out more without; take the box whose mean is farthest from that of
the other worlds, in standard errors; then drop each rule without which worlds drawn at random would
do as well (its quasi-p-value).

With hundreds of numbers and some dozens of worlds a box with a high mean can always be found. So
the whole search, the choice of numbers included, is repeated on shares shuffled among the worlds: a
box counts only if few of these searches find one that stands out as much.

Written here rather than taken from a library: EMA Workbench, the kept one that has PRIM, takes yes
or no for an answer and not a share, has no such test, and brings pandas, matplotlib and more along.
"""

import math
from statistics import NormalDist
from typing import Annotated, NamedTuple

import numpy as np

PEEL = 0.1
"""Share of a box's worlds that one step takes off, at least one world."""
MOST_RULES = 3
COLUMNS = 16
"""Numbers looked at: those whose lowest or highest third differ most from the rest."""
SMALLEST = 8
"""Worlds in a box, at least; and at least `PEEL` of all."""
LARGEST = 0.4
"""Share of the worlds in a box, at most: else it says next to nothing."""
DROPPED = 0.05
"""A rule whose quasi-p-value lies above is dropped."""
DEALS = 99
"""Times that shares are shuffled among the worlds."""
LEAST_SPREAD = 1e-12


class Restriction(NamedTuple):
    """Between which values a number lies in a box; an end may be infinite."""

    column: int
    low: float
    high: float

    def holds(self, table: np.ndarray) -> np.ndarray:
        """Say in which worlds the rule holds, shape (worlds,)."""
        values = table[:, self.column]
        inside: np.ndarray = (values > self.low) & (values < self.high)
        return inside


class PrimBox(NamedTuple):
    """Rules that hold together, and how far the worlds in which they do stand out."""

    rules: tuple[Restriction, ...]
    distance: Annotated[float, "of the mean share from that of the other worlds [standard errors]"]

    def holds(self, table: np.ndarray) -> np.ndarray:
        """Say which worlds lie in the box, shape (worlds,)."""
        inside = np.ones(len(table), bool)
        for rule in self.rules:
            inside &= rule.holds(table)
        return inside


EVERYWHERE = PrimBox((), 0.0)


def find(table: np.ndarray, shares: np.ndarray) -> PrimBox:
    """Return the box that stands out most; one without rules if none does.

    `table` has a row for each world and a column for each number, `shares` the outcome's share.
    """
    columns = _telling(table, shares)
    box, best = EVERYWHERE, EVERYWHERE
    while (smaller := _peeled(table, shares, box, columns)) is not None:
        box = smaller
        short = _shortened(box, table, shares)
        if short.distance > best.distance and short.holds(table).mean() <= LARGEST:
            best = short
    return best


def _shortened(box: PrimBox, table: np.ndarray, shares: np.ndarray) -> PrimBox:
    """Return the box with at most so many rules, and none without which it stands out more."""
    rules, distance = list(box.rules), box.distance
    broken = np.array([~rule.holds(table) for rule in rules])
    while len(rules) > 1:
        distances = _distances(broken.sum(axis=0) - broken == 0, shares)
        place = int(np.argmax(distances))
        if len(rules) <= MOST_RULES and distances[place] < distance:
            break
        distance = float(distances[place])
        del rules[place]
        broken = np.delete(broken, place, axis=0)
    return PrimBox(tuple(rules), distance)


def chance_of(box: PrimBox, table: np.ndarray, shares: np.ndarray, *, seed: int = 1) -> float:
    """Return how often a search among shuffled shares finds a box that stands out as much."""
    generator = np.random.default_rng(seed)
    found = (find(table, generator.permutation(shares)).distance for _ in range(DEALS))
    return (1 + sum(other >= box.distance for other in found)) / (1 + DEALS)


def simplify(box: PrimBox, table: np.ndarray, shares: np.ndarray) -> PrimBox:
    """Return the box without the rules that worlds at random would do as well without."""
    while len(box.rules) > 1:
        doubts = [quasi_p(box, rule, table, shares) for rule in box.rules]
        weakest = int(np.argmax(doubts))
        if doubts[weakest] <= DROPPED:
            break
        box = _measured(_without(box, box.rules[weakest]), table, shares)
    return box


def quasi_p(box: PrimBox, rule: Restriction, table: np.ndarray, shares: np.ndarray) -> float:
    """Return the chance that worlds at random, where the other rules hold, have so high a mean."""
    wider = shares[PrimBox(_without(box, rule), 0.0).holds(table)]
    inside = shares[box.holds(table)]
    left = 1.0 - len(inside) / len(wider)
    error = math.sqrt(float(wider.var()) / len(inside) * left)
    if error < LEAST_SPREAD:
        return 1.0
    return 1.0 - NormalDist().cdf(float(inside.mean() - wider.mean()) / error)


def _without(box: PrimBox, rule: Restriction) -> tuple[Restriction, ...]:
    return tuple(other for other in box.rules if other is not rule)


def _telling(table: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return the columns whose lowest or highest third has a share far from the mean."""
    lower, upper = np.quantile(table, (1.0 / 3.0, 2.0 / 3.0), axis=0)
    deviations = shares - shares.mean()
    far = np.zeros(table.shape[1])
    for third in (table <= lower, table >= upper):
        counts = third.sum(axis=0)
        far = np.maximum(far, np.abs(deviations @ third) / np.sqrt(counts))
    return np.argsort(-far, kind="stable")[:COLUMNS]


def _peeled(
    table: np.ndarray, shares: np.ndarray, box: PrimBox, columns: np.ndarray
) -> PrimBox | None:
    """Return the box less what is best peeled off; None if it would become too small."""
    inside = box.holds(table)
    worlds = int(inside.sum())
    values, own = table[inside][:, columns], shares[inside]
    taken = max(1, int(PEEL * worlds))
    ordered = np.sort(values, axis=0)
    best: tuple[float, Restriction] | None = None
    for ends, is_low in ((ordered[taken - 1], True), (ordered[-taken], False)):
        kept = values > ends if is_low else values < ends
        counts = kept.sum(axis=0)
        allowed = counts >= max(SMALLEST, PEEL * len(shares))
        means = own @ kept / np.maximum(counts, 1)
        gains = np.where(allowed, (means - own.mean()) / np.maximum(worlds - counts, 1), -math.inf)
        place = int(np.argmax(gains))
        if allowed[place] and (best is None or gains[place] > best[0]):
            rule = _rule(values[:, place], kept[:, place], int(columns[place]), is_low=is_low)
            best = float(gains[place]), rule
    return None if best is None else _measured(_narrowed(box.rules, best[1]), table, shares)


def _rule(values: np.ndarray, kept: np.ndarray, column: int, *, is_low: bool) -> Restriction:
    """Return the rule whose end lies half way between what it takes off and what it keeps."""
    if is_low:
        return Restriction(column, 0.5 * float(values[~kept].max() + values[kept].min()), math.inf)
    return Restriction(column, -math.inf, 0.5 * float(values[kept].max() + values[~kept].min()))


def _narrowed(rules: tuple[Restriction, ...], new: Restriction) -> tuple[Restriction, ...]:
    """Return rules with one more, or with one of them narrower."""
    same = next((rule for rule in rules if rule.column == new.column), None)
    if same is None:
        return (*rules, new)
    joint = Restriction(new.column, max(same.low, new.low), min(same.high, new.high))
    return tuple(joint if rule is same else rule for rule in rules)


def _measured(rules: tuple[Restriction, ...], table: np.ndarray, shares: np.ndarray) -> PrimBox:
    inside = PrimBox(rules, 0.0).holds(table)
    return PrimBox(rules, float(_distances(inside[None, :], shares)[0]))


def _distances(insides: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return how far the means inside lie from those outside, shape (boxes,) [standard errors].

    `insides` says for each box which worlds lie in it, shape (boxes, worlds).
    """
    worlds, spread = len(shares), float(shares.std())
    counts = insides.sum(axis=1)
    outside = np.maximum(worlds - counts, 1)
    apart = insides @ shares / np.maximum(counts, 1) - ~insides @ shares / outside
    weights = counts * (worlds - counts) / worlds
    distances: np.ndarray = apart * np.sqrt(weights) / max(spread, LEAST_SPREAD)
    return distances
