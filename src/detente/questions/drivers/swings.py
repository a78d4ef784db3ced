"""The effects of single numbers on an outcome, by intervention: a few are selected and measured.

A number swings from its 10th to its 90th percentile in every world, a yes or no from no to yes.
Everything else, and all draws, are as in the world.

Numbers are selected by successive halving (Karnin, Koren & Somekh 2013). In few worlds each is set
to the farther end of its swing, from which the whole swing is extrapolated linearly; the third with
the largest possible effect goes on to twice as many worlds. Concessions on agenda and venue are
held as in the worlds, which saves time. The tiny grid is used, since its error is small compared
with the differences between worlds.

The rest are measured in worlds that had no part in the selection, with both ends played, so that
the result is not the largest of many random ones. The coarse grid is used (`study.Study.sharper`).
A number is confirmed if its interval excludes 0, on the side on which it was found before; of
numbers without an effect that are measured, 1 in 20 is.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, NamedTuple

import numpy as np

from detente.ensemble.design import law_of
from detente.ensemble.intervention import AS_IT_IS, BLOCK, Intervention
from detente.ensemble.measures import OUTCOMES
from detente.ensemble.study import Study, Worlds
from detente.ensemble.weighing import Weighing, mean_of
from detente.estimate.estimate import Estimate, Kind
from detente.estimate.intervals import ends_over_worlds, estimate_mean, noise_of_means
from detente.estimate.paired import means_of
from detente.pack.quantity import Quantity

LOW, HIGH = 0.1, 0.9
"""Quantiles between which a number swings."""
LEAST = 0.005
"""A smaller swing is not listed: half a point."""
MOST_OF_FEW = 12
"""Worlds in which numbers are selected, if a fifth of all are fewer."""
FINALISTS = 5
"""Maximum number of numbers whose swings are measured."""


@dataclass(frozen=True, slots=True, eq=False)
class Swing(Estimate):
    """How far an outcome moves from the 10th to the 90th percentile of a number."""

    kind: Kind = "swing"
    agree: Annotated[float, "share of worlds with its sign, sampling noise removed"] = math.nan
    worlds: Annotated[int, "in which it was measured"] = 0

    def confirms(self, before: float) -> bool:
        """Return whether its interval excludes 0, on the side on which the swing was before."""
        return min(self.low * before, self.high * before) > 0.0 and abs(self.value) >= LEAST

    @property
    def worlds_needed(self) -> int:
        """Return about how many worlds could distinguish it from 0, at least twice as many."""
        half = self.value - self.low if self.value > 0.0 else self.high - self.value
        return math.ceil(self.worlds * max(2.0, (half / max(LEAST, abs(self.value))) ** 2))


class Narrowed(NamedTuple):
    """The names that are left, and an upper bound of the effects of the others."""

    left: Annotated[dict[str, Estimate], "as found so far, the largest first"]
    bounds: dict[str, float]


def narrow(
    names: Iterable[str],
    rounds: Sequence[int],
    tried: Callable[[Sequence[str], int], Mapping[str, Estimate]],
    *,
    one_in: Annotated[int, "one in this number goes on to the next round"],
    most: Annotated[int, "maximum number left at the end"],
    least: Annotated[float, "smallest effect that is kept"] = 0.0,
) -> Narrowed:
    """Return the names with the largest effects on the outcome, `tried` in ever more worlds.

    They are ordered by their largest possible effect, and in the last round by the effect itself.
    """
    left, bounds, found = list(names), dict[str, float](), dict[str, Estimate]()
    for worlds in rounds:
        found = dict(tried(left, worlds))
        is_last = worlds == rounds[-1]
        # In early rounds the farther end of the interval counts, so that none is lost by chance.
        size = {name: abs(one.value) if is_last else one.most for name, one in found.items()}
        order = sorted(left, key=lambda name: -size[name])
        count = most if is_last else max(most, len(left) // one_in)
        left = [name for name in order[:count] if found[name].most >= least]
        bounds |= {name: found[name].most for name in order if name not in left}
    return Narrowed({name: found[name] for name in left}, bounds)


@dataclass(frozen=True)
class Swings:
    """The numbers of a run that are moved by intervention, and an outcome."""

    study: Study
    outcome: str

    def ends(self, path: str) -> tuple[float, float]:
        """Return the values between which a number swings."""
        return ends_of(self.study.baseline.crisis.numbers[path])

    def whole(self, path: str) -> list[Intervention]:
        """Return the interventions that set a number to each end of its swing."""
        worlds = self.study.baseline.worlds
        return [Intervention({path: np.full(worlds, end)}) for end in self.ends(path)]

    def farther(self, path: str) -> Intervention:
        """Return the intervention that sets a number, in each world, to the farther end."""
        return Intervention({path: self._far_ends(path)}, holds_stakes=True)

    def rough(self, path: str, worlds: int) -> Estimate:
        """Return a swing by linear extrapolation, from the farther ends in the first worlds."""
        low, high = self.ends(path)
        distance = (self._far_ends(path) - self._values(path))[:worlds]
        moved = self._moved((AS_IT_IS, self.farther(path)), worlds)
        scale, one = (high - low) / distance, means_of(moved)
        found = estimate_mean(one.means * scale, one.squares * scale * scale, one.futures)
        return Estimate(*found.interval, kind="mean")

    def measured(self, path: str, worlds: Worlds) -> Swing:
        """Return a swing with both its ends played."""
        return self.between(self.whole(path), worlds)

    def between(self, ends: Sequence[Intervention], worlds: Worlds) -> Swing:
        """Return how far the outcome moves from one end to the other, in the same worlds."""
        return swing_of(self._moved(ends, worlds), self.study.run.weighing_of(worlds))

    def narrow(self, paths: Iterable[str], rounds: Sequence[int]) -> Narrowed:
        """Return the few numbers that move the outcome most, selected in ever more worlds."""
        left = [path for path in paths if len(set(self.ends(path))) > 1]
        found = narrow(left, rounds, self.tried, one_in=3, most=FINALISTS, least=LEAST)
        still = dict.fromkeys(set(paths) - set(left), 0.0)
        return found._replace(bounds=still | found.bounds)

    def tried(self, paths: Iterable[str], worlds: int) -> dict[str, Estimate]:
        """Return the swings of numbers by linear extrapolation from their farther ends."""
        asked = list(paths)
        self.study.play([AS_IT_IS, *map(self.farther, asked)], worlds)
        return {path: self.rough(path, worlds) for path in asked}

    def _moved(self, ends: Sequence[Intervention], worlds: Worlds) -> np.ndarray:
        """Return the change of the outcome in each future between the ends: -1, 0 or 1."""
        rows = (self.study.rows(end, worlds) for end in ends)
        low, high = (OUTCOMES[self.outcome].happened(row).astype(np.int8) for row in rows)
        return np.asarray(high - low)

    def _far_ends(self, path: str) -> np.ndarray:
        low, high = self.ends(path)
        return np.where(self._values(path) < 0.5 * (low + high), high, low)

    def _values(self, path: str) -> np.ndarray:
        return self.study.baseline.values[path]


def ends_of(number: Quantity) -> tuple[float, float]:
    """Return the 10th and the 90th percentile of a number; 0 and 1 for a yes or no."""
    if number.kind == "chance":
        return 0.0, 1.0
    law = law_of(number)
    return law(LOW), law(HIGH)


def rounds_of(worlds: int) -> list[int]:
    """Return in how many worlds numbers are tried, round after round.

    At most a fifth of all worlds, or up to two fifths if these are at most twelve; the others
    measure.
    """
    choosing = max(worlds // 5, min(MOST_OF_FEW, 2 * worlds // 5))
    last = max(BLOCK, choosing // BLOCK * BLOCK)
    powers = (BLOCK << power for power in range(worlds.bit_length()))
    return [*(size for size in powers if size < last), last]


def swing_of(moved: np.ndarray, weighing: Weighing | None = None) -> Swing:
    """Return a swing, given its value in each future, shape (worlds, futures).

    The interval is that of a mean over worlds and chance (`intervals.ends_over_worlds`).
    """
    one = means_of(moved, weighing)
    swing = one.mean
    ends = ends_over_worlds(one.means, noise_of_means(*one), weighing)
    agrees = np.sign(one.drawn_in) == np.sign(swing)
    agree = float(mean_of(agrees, weighing))
    return Swing(swing, *ends, agree=agree, worlds=len(moved))
