"""Where an option works, what puts another first, what a threshold takes, worked out anew.

Written from `docs/compare.md`. A tree tries all cuts of all numbers at once, as masks over worlds,
for the gains as they are and for all shuffles of them side by side; weights are found by a root
finder, Fieller's ends as roots of a polynomial.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy import optimize, stats  # type: ignore[import-untyped]

from detente.pack.places import divides_attack
from verification.intervals import Numbers, Z, equal_weights, student

ENOUGH, LEAST_WORLDS, MOST_NAMED = 8, 32, 3
"""Worlds that a re-weighting rests on at least, that a rule needs, and numbers that are named."""
PARTS, SHUFFLES, APART, DEEPER = 8, 199, 3.0, 1.0
"""Parts of the worlds held out in turn, shuffles, standard errors between the sides of a rule, and
how many more a second cut has to bring."""
FEWEST, PART = 5, 1 / 8
"""Worlds on either side of a cut at least, and their part of all."""
AT_ONCE = 25
"""Shuffles that are searched side by side."""
OUTERMOST = 0.02
BY_CHANCE = 0.05


@dataclass(frozen=True)
class Drawn:
    """The numbers in which the first worlds of a run differ."""

    values: Mapping[str, np.ndarray]

    @classmethod
    def of(cls, table: Mapping[str, Sequence[float]], worlds: int) -> "Drawn":
        """Return those of a table of worlds, without what divides an attack."""
        first = {path: np.array(drawn[:worlds], float) for path, drawn in table.items()}
        return cls(
            {
                path: drawn
                for path, drawn in first.items()
                if np.ptp(drawn) > 0 and not divides_attack(path)
            }
        )

    @cached_property
    def places(self) -> dict[str, np.ndarray]:
        """Return where each world lies among all by each number, 0 to 1."""
        return {
            path: (stats.rankdata(drawn) - 0.5) / len(drawn) for path, drawn in self.values.items()
        }

    def that_go_with(self, amounts: np.ndarray) -> list[str]:
        """Return the numbers whose rank correlation is beyond the largest of so many by chance."""
        if not self.places or np.ptp(amounts) == 0:
            return []
        least = float(stats.norm.isf(BY_CHANCE / 2 / len(self.places)))
        least /= math.sqrt(len(amounts) - 1)
        found = {
            path: abs(np.corrcoef(places, amounts)[0, 1]) for path, places in self.places.items()
        }
        return [path for path, size in found.items() if size > least]

    def reweighted(self, amounts: np.ndarray, target: float) -> Numbers:
        """Return what is said of the nearest weights of worlds that bring a mean to a target."""
        weights = nearest(amounts, target)
        if weights is None:
            return []
        effective, worlds = equal_weights(weights), len(weights)
        if effective < ENOUGH:
            return [effective]
        used = weights[weights > 0]
        said = [effective, float(worlds), max(0.0, float((used * np.log(worlds * used)).sum()))]
        moved = {path: float(weights @ self.places[path]) for path in self.that_go_with(amounts)}
        for path in sorted(moved, key=lambda path: -abs(moved[path] - 0.5))[:MOST_NAMED]:
            drawn = self.values[path]
            order = np.argsort(drawn, kind="stable")
            after = drawn[order][np.argmax(np.cumsum(weights[order]) >= 0.5)]
            said += [moved[path], float(np.median(drawn)), float(after)]
        return said

    def turning(self, means: np.ndarray) -> Numbers:
        """Return how far the number goes that has to go least far for a mean to be 0."""
        points = [self._point(means, path) for path in self.that_go_with(means)]
        there = [point for point in points if OUTERMOST <= point[0] <= 1 - OUTERMOST]
        return min(there, key=lambda point: abs(point[0] - 0.5), default=[])

    def _point(self, means: np.ndarray, path: str) -> Numbers:
        """Return where a straight line over places is 0, Fieller's ends, and the number there."""
        off = self.places[path] - 0.5
        line = stats.linregress(off, means)
        mean = float(means.mean())
        place = 0.5 - mean / float(line.slope)
        rest = means - mean - line.slope * off
        allowed = Z**2 * float((rest**2).sum()) / (len(means) - 2)
        square = [
            float(line.slope) ** 2 - allowed / float((off**2).sum()),
            2 * mean * float(line.slope),
            mean**2 - allowed / len(means),
        ]
        ends = sorted(np.roots(square).real) if square[0] > 0 else [-0.5, 0.5]
        value = float(np.quantile(self.values[path], min(max(place, 0.0), 1.0)))
        return [place, max(0.0, 0.5 + ends[0]), min(1.0, 0.5 + ends[1]), value]

    def rule(self, gains: np.ndarray) -> Numbers:
        """Return what is said of the rule under which an option works; nothing if there is none."""
        if len(gains) < LEAST_WORLDS or not self.places or np.ptp(gains) == 0:
            return []
        search = Search(np.column_stack(list(self.places.values())))
        (parted,), (depth,), inside = search.held_out(gains[:, None])
        if parted < APART or search.by_chance(gains) >= parted:
            return []
        cuts = search.grown(gains[:, None], np.ones(len(gains), bool))[0][:depth]
        whole = np.all([search.holds(cut) for cut in cuts], axis=0)
        said = [100 * float(whole.mean())]
        for cut in cuts:
            path = list(self.values)[cut.number]
            drawn, under = self.values[path], search.places[:, cut.number] <= cut.place
            said += [(drawn[under].max() + drawn[~under].min()) / 2, float(under.mean())]
        return said + [100 * one for side in (True, False) for one in _mean(gains[inside == side])]


def nearest(amounts: np.ndarray, target: float) -> np.ndarray | None:
    """Return the weights nearest to equal ones in relative entropy; None if none are there."""
    if not amounts.min() < target < amounts.max():
        return None
    off = (amounts - target) / float(np.ptp(amounts))

    def weights(slope: float) -> np.ndarray:
        raw = np.exp(slope * off - (slope * off).max())
        return np.asarray(raw / raw.sum())

    far = 1.0
    while float(weights(far) @ off) * float(weights(-far) @ off) >= 0:
        far *= 2
    return weights(
        optimize.brentq(lambda slope: float(weights(slope) @ off), -far, far, xtol=1e-13)
    )


def _mean(gains: np.ndarray) -> Numbers:
    """Return a mean over worlds with its interval by Student's law."""
    mean = float(gains.mean())
    reach = student(len(gains) - 1) * float(np.std(gains, ddof=1)) / math.sqrt(len(gains))
    return [mean, mean - reach, mean + reach]


class Cut(NamedTuple):
    """A number above or below a place."""

    number: int
    is_above: bool
    place: float


@dataclass(frozen=True)
class Search:
    """The search for up to two cuts, for several orders of the gains at once."""

    places: np.ndarray

    def holds(self, cut: Cut) -> np.ndarray:
        """Return in which worlds a cut holds."""
        return np.asarray((self.places[:, cut.number] > cut.place) == cut.is_above)

    @cached_property
    def masks(self) -> tuple[np.ndarray, np.ndarray]:
        """Return which worlds are within each cut, first below, then above, and what it cuts."""
        below, number = [], []
        for at, places in enumerate(self.places.T):
            for level in np.unique(places)[:-1]:
                below.append(places <= level)
                number.append(at)
        both = np.array(below)
        return np.concatenate([both, ~both]).astype(float), np.array(number * 2)

    def grown(self, gains: np.ndarray, known: np.ndarray) -> list[tuple[Cut, ...]]:
        """Return the cuts of each column of gains, found on the worlds that are known."""
        every = np.repeat(known[:, None], gains.shape[1], axis=1)
        first = self._best(gains, known, every)
        within = [
            every[:, at] & (self.holds(cut) if cut else False) for at, cut in enumerate(first)
        ]
        second = self._best(gains, known, np.column_stack(within))
        pairs = zip(first, second, strict=True)
        return [tuple(cut for cut in pair if cut) if pair[0] else () for pair in pairs]

    def _best(self, gains: np.ndarray, known: np.ndarray, among: np.ndarray) -> list[Cut | None]:
        """Return of each column the cut that explains most variance between its side and the rest.

        `among`: the worlds of each column of which a cut leaves some.
        """
        masks, number = self.masks
        sizes, sums = masks @ among, masks @ (gains * among)
        count, total = int(known.sum()), gains[known].sum(axis=0)
        least = max(FEWEST, PART * count)
        is_cut = (sizes >= least) & (count - sizes >= least) & (sizes < among.sum(axis=0))
        inner = np.where(is_cut, sizes, 1)
        gap = sums / inner - (total - sums) / np.maximum(1, count - inner)
        score = np.where(is_cut & (gap > 0), gap**2 * inner * (count - inner), 0.0)
        found: list[Cut | None] = []
        for at, best in enumerate(score.argmax(axis=0)):
            inside, some = masks[best] > 0, among[:, at]
            if score[best, at] == 0:
                found.append(None)
                continue
            is_above = best >= len(masks) // 2
            places = self.places[:, number[best]]
            under, over = (some & ~inside, some & inside)[:: 1 if is_above else -1]
            middle = (places[under].max() + places[over].min()) / 2
            found.append(Cut(int(number[best]), bool(is_above), float(middle)))
        return found

    def by_chance(self, gains: np.ndarray) -> float:
        """Return how well the best rule parts worlds whose gains are shuffled."""
        luck = np.random.default_rng(0)
        shuffled = np.array([luck.permutation(gains) for _ in range(SHUFFLES)])
        return max(
            float(self.held_out(some.T)[0].max())
            for some in np.array_split(shuffled, SHUFFLES // AT_ONCE)
        )

    def held_out(self, gains: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return of each column how well rules part worlds held out, and how deep they are.

        The last is which worlds are within by the rules of the first column.
        """
        worlds, columns = gains.shape
        inside = np.zeros((2, columns, worlds), bool)
        for part in range(PARTS):
            out = np.arange(worlds) % PARTS == part
            for at, cuts in enumerate(self.grown(gains, ~out)):
                for depth in (1, 2) if cuts else ():
                    held = np.all([self.holds(cut) for cut in cuts[:depth]], axis=0)
                    inside[depth - 1, at] |= out & held
        one, two = (
            np.array([_errors(gains[:, at], rules[at]) for at in range(columns)])
            for rules in inside
        )
        depths = np.where(two > one + DEEPER, 2, 1)
        return np.maximum(one, two - DEEPER), depths, inside[int(depths[0]) - 1, 0]


def _errors(gains: np.ndarray, inside: np.ndarray) -> float:
    """Return how many standard errors two sides lie apart, both with one variance."""
    sides = gains[inside], gains[~inside]
    if min(map(len, sides)) < max(FEWEST, PART * len(gains)):
        return 0.0
    return float(stats.ttest_ind(*sides).statistic)
