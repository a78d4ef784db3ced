"""An option works only if ...: one or two numbers of the worlds that part where it helps.

The rule is a shallow regression tree (Breiman and others 1984) on the places of the numbers among
all worlds. Among hundreds of numbers some part a few worlds well by chance, so that a rule is
judged on worlds that were not there when it was found, and believed only if the same search on
shuffled worlds never parts them as well.
"""

import math
from typing import Annotated, NamedTuple

import numpy as np

from detente.analysis.compare.numbers import Numbers
from detente.ensemble.shares import Mean, mean_over

LEAST_WORLDS = 32
"""Fewer worlds part by nothing that could be believed."""
FOLDS = 8
LEAST_SIDE = 0.125
"""Share of the worlds that lie on either side at least, and at least `LEAST_COUNT`."""
LEAST_COUNT = 5
SHUFFLES = 199
SCREEN = 3.0
"""A parting of fewer standard errors on held-out worlds is not looked at further."""
DEEPER = 1.0
"""A second number must part held-out worlds by so many standard errors more."""


class Condition(NamedTuple):
    """A number lies above or below a value."""

    field: str
    is_above: bool
    value: float
    place: Annotated[float, "of the value among all worlds, 0 to 1"]


class Rule(NamedTuple):
    """Where an option helps and where it does not; figures are of held-out worlds."""

    conditions: tuple[Condition, ...]
    share: Annotated[float, "of the worlds within the rule"]
    inside: Annotated[Mean, "by how much better the outcome is where the rule holds"]
    outside: Annotated[Mean, "the same elsewhere"]

    @property
    def is_only_if(self) -> bool:
        """Say whether the option helps where the rule holds, and elsewhere not clearly."""
        return self.inside.low > 0.0 >= self.outside.low


class Search(NamedTuple):
    """What came of looking for a rule: the rule, or why there is none."""

    rule: Rule | None
    why: str


class _Cut(NamedTuple):
    field: int
    is_above: bool
    place: float


class _Sorted(NamedTuple):
    """Worlds in the order of each number, shape (worlds, fields)."""

    order: np.ndarray
    can_part: np.ndarray


def find_rule(gains: np.ndarray, numbers: Numbers) -> Search:
    """Say where an option helps. `gains`: by how much better it is in each world."""
    if len(gains) < LEAST_WORLDS:
        return Search(None, f"too few worlds to tell: {len(gains)}, of {LEAST_WORLDS} at least")
    if not numbers.fields or np.ptp(gains) == 0.0:
        return Search(None, "it does the same in all worlds")
    places = numbers.places
    folds = [np.arange(len(gains)) % FOLDS != fold for fold in range(FOLDS)]
    starts = [_sorted(places, np.flatnonzero(fold)) for fold in folds]
    parted, depth, inside = _held_out(gains, places, folds, starts)
    if parted < SCREEN or not _is_beyond_chance(parted, gains, (places, folds, starts)):
        return Search(None, "no one or two numbers part the worlds on which it was tried")
    whole = np.ones(len(gains), bool)
    cuts = _grow(gains, places, whole, _sorted(places, np.flatnonzero(whole)))[:depth]
    conditions = tuple(_condition(cut, numbers) for cut in cuts)
    rule = Rule(
        conditions=conditions,
        share=float(_within(cuts, places).mean()),
        inside=mean_over(gains[inside]),
        outside=mean_over(gains[~inside]),
    )
    return Search(rule, "")


def _is_beyond_chance(
    parted: float,
    gains: np.ndarray,
    searched: tuple[np.ndarray, list[np.ndarray], list[_Sorted]],
) -> bool:
    luck = np.random.default_rng(0)
    return all(_held_out(luck.permutation(gains), *searched)[0] < parted for _ in range(SHUFFLES))


def _held_out(
    gains: np.ndarray, places: np.ndarray, folds: list[np.ndarray], starts: list[_Sorted]
) -> tuple[float, int, np.ndarray]:
    """Return how well rules part worlds that they were found without, their depth, who is within.

    The parting is the difference of the two means in standard errors.
    """
    inside = np.zeros((2, len(gains)), bool)
    for fold, start in zip(folds, starts, strict=True):
        cuts = _grow(gains, places, fold, start)
        for depth in (1, 2):
            inside[depth - 1, ~fold] = _within(cuts[:depth], places[~fold])
    single, double = (_parting(gains, one) for one in inside)
    depth = 2 if double > single + DEEPER else 1
    return max(single, double - DEEPER), depth, inside[depth - 1]


def _parting(gains: np.ndarray, inside: np.ndarray) -> float:
    within, rest = gains[inside], gains[~inside]
    sizes = len(within), len(rest)
    if min(sizes) < max(LEAST_COUNT, LEAST_SIDE * len(gains)):
        return 0.0
    # One variance for both sides: that of a few worlds alone is often far too small by chance.
    squares = float(np.var(within) * sizes[0] + np.var(rest) * sizes[1])
    error = squares / (len(gains) - 2) * (1.0 / sizes[0] + 1.0 / sizes[1])
    gap = float(within.mean() - rest.mean())
    return gap / math.sqrt(error) if error > 0.0 else math.copysign(math.inf, gap)


def _grow(
    gains: np.ndarray, places: np.ndarray, known: np.ndarray, start: _Sorted
) -> tuple[_Cut, ...]:
    """Return up to two cuts, each of which leaves the worlds with larger gains within."""
    first = _best_cut(gains, places, known, start)
    if first is None:
        return ()
    within = np.flatnonzero(known & _within((first,), places))
    second = _best_cut(gains, places, known, _sorted(places, within))
    return (first,) if second is None else (first, second)


def _best_cut(
    gains: np.ndarray, places: np.ndarray, known: np.ndarray, among: _Sorted
) -> _Cut | None:
    """Return the cut among sorted worlds that best parts those it leaves from all other known ones.

    The best has the largest variance between the two, `n m (mean - mean)^2 / (n + m)`.
    """
    total, worlds = float(gains[known].sum()), int(known.sum())
    running = np.cumsum(gains[among.order], axis=0)
    sums = np.stack([running[:-1], running[-1] - running[:-1]])
    counts = np.arange(1, len(among.order))
    counts = np.stack([counts, counts[::-1]])[:, :, None]
    gap = sums / counts - (total - sums) / np.maximum(1, worlds - counts)
    least = max(LEAST_COUNT, LEAST_SIDE * worlds)
    allowed = among.can_part & (counts >= least) & (worlds - counts >= least) & (gap > 0.0)
    score = np.where(allowed, gap * gap * counts * (worlds - counts), 0.0)
    side, place, field = np.unravel_index(score.argmax(), score.shape)
    if score[side, place, field] == 0.0:
        return None
    both = places[among.order[place : place + 2, field], field]
    return _Cut(int(field), bool(side == 1), float(both.mean()))


def _sorted(places: np.ndarray, worlds: np.ndarray) -> _Sorted:
    order = worlds[np.argsort(places[worlds], axis=0, kind="stable")]
    ordered = np.take_along_axis(places, order, axis=0)
    return _Sorted(order, ordered[1:] > ordered[:-1])


def _within(cuts: tuple[_Cut, ...], places: np.ndarray) -> np.ndarray:
    """Say which worlds a rule holds in; without a cut in none."""
    inside = np.full(len(places), bool(cuts))
    for cut in cuts:
        inside &= (places[:, cut.field] > cut.place) == cut.is_above
    return inside


def _condition(cut: _Cut, numbers: Numbers) -> Condition:
    values, places = numbers.values[:, cut.field], numbers.places[:, cut.field]
    below, above = values[places <= cut.place].max(), values[places > cut.place].min()
    return Condition(
        field=numbers.fields[cut.field],
        is_above=cut.is_above,
        value=float(0.5 * (below + above)),
        place=float((places <= cut.place).mean()),
    )
