"""Finds boxes of few assumptions in which an outcome's share is high: the bump hunt PRIM.

Patient rule induction (Friedman & Fisher 1999), as used in scenario discovery (Bryant & Lempert
2010). Starting from all worlds, repeatedly peel off the tenth at one end of one number that raises
the mean share most for the worlds it removes. Reduce each box on the way to three rules or fewer,
as long as the box stands out more without a rule. Take the box whose mean is farthest from that of
the other worlds, in standard errors. Then drop each rule without which worlds drawn at random would
do as well (its quasi-p-value).

With hundreds of numbers and some dozens of worlds a box with a high mean can always be found. The
whole search, choice of numbers included, is therefore repeated on shares shuffled among the worlds:
a box counts only if few of these searches find one that stands out as much. If worlds are weighted,
means are weighted and worlds are counted by their effective number.

Written here because EMA Workbench, the maintained library that has PRIM, takes a yes or no for an
answer and not a share, has no such test, and brings pandas, matplotlib and more along.
"""

import math
from statistics import NormalDist
from typing import Annotated, NamedTuple

import numpy as np

PEEL = 0.1
"""Share of a box's worlds that one step takes off, at least one world."""
MOST_RULES = 3
COLUMNS = 16
"""Numbers searched: those whose lowest or highest third differs most from the rest."""
SMALLEST = 8
"""Fewest worlds in a box; also at least `PEEL` of all."""
LARGEST = 0.4
"""Largest share of the worlds in a box; a larger box says next to nothing."""
DROPPED = 0.05
"""Quasi-p-value above which a rule is dropped."""
DEALS = 99
"""Number of searches among shuffled shares."""
LEAST_SPREAD = 1e-12


class Restriction(NamedTuple):
    """The interval of a number in a box; an end may be infinite."""

    column: int
    low: float
    high: float

    def holds(self, table: np.ndarray) -> np.ndarray:
        """Return in which worlds the rule holds, shape (worlds,)."""
        values = table[:, self.column]
        return np.asarray((values > self.low) & (values < self.high))


class PrimBox(NamedTuple):
    """A box: its rules, and how far the worlds inside stand out."""

    rules: tuple[Restriction, ...]
    distance: Annotated[float, "of the mean share from that of the other worlds [standard errors]"]

    def holds(self, table: np.ndarray) -> np.ndarray:
        """Return which worlds are in the box, shape (worlds,)."""
        inside = np.ones(len(table), bool)
        for rule in self.rules:
            inside &= rule.holds(table)
        return inside


EVERYWHERE = PrimBox((), 0.0)


class Worlds(NamedTuple):
    """The worlds that are searched."""

    table: Annotated[np.ndarray, "a row for each world, a column for each number"]
    shares: Annotated[np.ndarray, "of the outcome, shape (worlds,)"]
    weights: Annotated[np.ndarray, "how much each counts, shape (worlds,)"]

    @property
    def size(self) -> float:
        """Return the effective number of worlds."""
        return float(_sizes(np.ones(len(self.shares)), self.weights))

    def where(self, inside: np.ndarray) -> "Worlds":
        """Return the worlds inside a box."""
        return Worlds(self.table[inside], self.shares[inside], self.weights[inside])

    def shuffled(self, generator: np.random.Generator) -> "Worlds":
        """Return the worlds with shares and weights assigned to them at random."""
        order = generator.permutation(len(self.shares))
        return self._replace(shares=self.shares[order], weights=self.weights[order])


def _sizes(insides: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the effective number of worlds inside each box."""
    return np.asarray((insides @ weights) ** 2 / np.maximum(insides @ weights**2, LEAST_SPREAD))


def find(worlds: Worlds) -> PrimBox:
    """Return the box that stands out most; one without rules if none does."""
    columns = _telling(worlds)
    box, best = EVERYWHERE, EVERYWHERE
    while (smaller := _peeled(worlds, box, columns)) is not None:
        box = smaller
        # Boxes on the way are judged by their few best rules, while peeling goes on with all of
        # them.
        short = _shortened(box, worlds)
        held = np.average(short.holds(worlds.table), weights=worlds.weights)
        if short.distance > best.distance and held <= LARGEST:
            best = short
    return best


def _shortened(box: PrimBox, worlds: Worlds) -> PrimBox:
    """Return the box with at most MOST_RULES rules, without rules that make it stand out less."""
    rules, distance = list(box.rules), box.distance
    broken = np.array([~rule.holds(worlds.table) for rule in rules])
    while len(rules) > 1:
        distances = _distances(broken.sum(axis=0) - broken == 0, worlds)
        place = int(np.argmax(distances))
        if len(rules) <= MOST_RULES and distances[place] < distance:
            break
        distance = float(distances[place])
        del rules[place]
        broken = np.delete(broken, place, axis=0)
    return PrimBox(tuple(rules), distance)


def chance_of(box: PrimBox, worlds: Worlds) -> float:
    """Return the share of searches among shuffled shares whose box stands out as much."""
    generator = np.random.default_rng(1)
    found = (find(worlds.shuffled(generator)).distance for _ in range(DEALS))
    # The search itself counts as one of them, so that the chance is never 0.
    return (1 + sum(other >= box.distance for other in found)) / (1 + DEALS)


def simplify(box: PrimBox, worlds: Worlds) -> PrimBox:
    """Return the box without rules that random worlds would satisfy as well."""
    while len(box.rules) > 1:
        doubts = [quasi_p(box, rule, worlds) for rule in box.rules]
        # One rule at a time, as the doubts of all others change with each that goes.
        weakest = int(np.argmax(doubts))
        if doubts[weakest] <= DROPPED:
            break
        box = _measured(_without(box, box.rules[weakest]), worlds)
    return box


def quasi_p(box: PrimBox, rule: Restriction, worlds: Worlds) -> float:
    """Return the chance of so high a mean in random worlds that satisfy the other rules."""
    wider = worlds.where(PrimBox(_without(box, rule), 0.0).holds(worlds.table))
    inside = worlds.where(box.holds(worlds.table))
    mean, own = (float(np.average(one.shares, weights=one.weights)) for one in (wider, inside))
    variance = float(np.average((wider.shares - mean) ** 2, weights=wider.weights))
    error = math.sqrt(variance / inside.size * max(0.0, 1.0 - inside.size / wider.size))
    if error < LEAST_SPREAD:
        return 1.0
    return 1.0 - NormalDist().cdf((own - mean) / error)


def _without(box: PrimBox, rule: Restriction) -> tuple[Restriction, ...]:
    return tuple(other for other in box.rules if other is not rule)


def _telling(worlds: Worlds) -> np.ndarray:
    """Return the columns whose lowest or highest third has a share far from the mean."""
    table, shares, weights = worlds
    lower, upper = np.quantile(table, (1.0 / 3.0, 2.0 / 3.0), axis=0)
    deviations = weights * (shares - np.average(shares, weights=weights))
    far = np.zeros(table.shape[1])
    for third in (table <= lower, table >= upper):
        spread = np.sqrt(weights**2 @ third)
        far = np.maximum(far, np.abs(deviations @ third) / np.maximum(spread, LEAST_SPREAD))
    return np.argsort(-far, kind="stable")[:COLUMNS]


def _peeled(worlds: Worlds, box: PrimBox, columns: np.ndarray) -> PrimBox | None:
    """Return the box after the best peel, or None if it would become too small."""
    table, shares, weights = worlds.where(box.holds(worlds.table))
    values, least = table[:, columns], max(SMALLEST, PEEL * worlds.size)
    mean = float(np.average(shares, weights=weights))
    taken = max(1, int(PEEL * len(shares)))
    ordered = np.sort(values, axis=0)
    best: tuple[float, Restriction] | None = None
    for ends, is_low in ((ordered[taken - 1], True), (ordered[-taken], False)):
        kept = values > ends if is_low else values < ends
        held = kept.T.astype(float)
        counts = held @ weights
        allowed = _sizes(held, weights) >= least
        means = held @ (weights * shares) / np.maximum(counts, LEAST_SPREAD)
        lost = np.maximum(weights.sum() - counts, LEAST_SPREAD)
        # Ties make steps unequal, so that a gain is set against the weight that it takes away.
        gains = np.where(allowed, (means - mean) / lost, -math.inf)
        place = int(np.argmax(gains))
        if allowed[place] and (best is None or gains[place] > best[0]):
            rule = _rule(values[:, place], kept[:, place], int(columns[place]), is_low=is_low)
            best = float(gains[place]), rule
    return None if best is None else _measured(_narrowed(box.rules, best[1]), worlds)


def _rule(values: np.ndarray, kept: np.ndarray, column: int, *, is_low: bool) -> Restriction:
    """Return the rule whose end is half way between removed and kept values."""
    if is_low:
        # Half way: any end between the two neighbours fits these worlds equally.
        return Restriction(column, 0.5 * float(values[~kept].max() + values[kept].min()), math.inf)
    return Restriction(column, -math.inf, 0.5 * float(values[kept].max() + values[~kept].min()))


def _narrowed(rules: tuple[Restriction, ...], new: Restriction) -> tuple[Restriction, ...]:
    """Return the rules with one added, or one narrowed."""
    same = next((rule for rule in rules if rule.column == new.column), None)
    if same is None:
        return (*rules, new)
    joint = Restriction(new.column, max(same.low, new.low), min(same.high, new.high))
    return tuple(joint if rule is same else rule for rule in rules)


def _measured(rules: tuple[Restriction, ...], worlds: Worlds) -> PrimBox:
    inside = PrimBox(rules, 0.0).holds(worlds.table)
    return PrimBox(rules, float(_distances(inside[None, :], worlds)[0]))


def _distances(insides: np.ndarray, worlds: Worlds) -> np.ndarray:
    """Return the distance of the means inside from those outside, shape (boxes,) [standard errors].

    `insides`: which worlds are in each box, shape (boxes, worlds).
    """
    _, shares, weights = worlds
    parts = insides.astype(float), (~insides).astype(float)
    inside, outside = (
        part @ (weights * shares) / np.maximum(part @ weights, LEAST_SPREAD) for part in parts
    )
    within, beyond = (_sizes(part, weights) for part in parts)
    sizes = within * beyond / (within + beyond)
    distances: np.ndarray = (inside - outside) * np.sqrt(sizes)
    distances /= max(float(shares.std()), LEAST_SPREAD)
    return distances
