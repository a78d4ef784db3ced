"""How far single numbers move an outcome by intervention, the many narrowed down to the few.

A number swings from its 10th to its 90th percentile in every world, a yes or no from no to yes,
all else as the world has it and on the same draws. Many numbers are narrowed down by successive
halving (Karnin, Koren & Somekh 2013): each is set, in few worlds, to that end of its swing which
lies farther off, and what the whole swing would do is taken from that in a straight line; the half
that may move the outcome most goes on to twice as many worlds. The swings of those that are left
are measured in worlds that did not choose them, both ends played, so that what is reported is not
the largest of many chance finds.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Annotated, NamedTuple, TypeAlias

import numpy as np

from detente.ensemble.alterations import BLOCK, Alteration
from detente.ensemble.design import law_of
from detente.ensemble.pairing import PairedAnswer, Pairing
from detente.ensemble.shares import estimate_mean, noise_of_means, student, without_chance
from detente.ensemble.tally import MEMBERS
from detente.pack.quantity import Quantity

LOW, HIGH = 0.1, 0.9
"""Percentiles between which a number swings."""
LEAST = 0.005
"""A swing that is smaller is not listed: half a point."""
FINALISTS = 10
"""Numbers whose swings are measured, at most."""
MISTAKEN = 0.05
"""Chance that any number at all is listed that moves nothing."""

Play: TypeAlias = Callable[[Sequence[Alteration], int, int], None]
"""Plays alterations in the first worlds, but for so many."""


class Swing(NamedTuple):
    """How far an outcome moves from the 10th to the 90th percentile of a number."""

    swing: Annotated[float, "of the mean share over worlds"]
    low: Annotated[float, "90 % interval over worlds and chance"]
    high: Annotated[float, "90 % interval over worlds and chance"]
    agree: Annotated[float, "share of worlds with its sign, chance removed"]
    worlds: Annotated[int, "in which it was measured"]

    @property
    def most(self) -> float:
        """Return how far it may go, either way."""
        return max(-self.low, self.high)

    def is_told(self, among: int) -> bool:
        """Say whether it is told from none, as one of so many that are looked at."""
        return abs(self.swing) > max(LEAST, self._reach(among))

    def worlds_needed(self, among: int) -> float:
        """Return how many times as many worlds could tell it from none."""
        return (self._reach(among) / max(LEAST, abs(self.swing))) ** 2

    def _reach(self, among: int) -> float:
        """Return half its interval at a chance of `MISTAKEN` for all of so many (Bonferroni)."""
        normal = NormalDist().inv_cdf(1.0 - MISTAKEN / (2.0 * among))
        free = self.worlds - 1
        half = max(self.high - self.swing, self.swing - self.low)
        return student(free, normal) / student(free) * half


class Narrowed(NamedTuple):
    """What is left of many numbers, and how far each of the others may move the outcome."""

    left: tuple[str, ...]
    bounds: dict[str, float]


@dataclass(frozen=True)
class Swings:
    """Numbers of a run that are moved by intervention, and the outcome that is looked at."""

    pairing: Pairing
    outcome: str

    def ends(self, path: str) -> tuple[float, float]:
        """Return the values between which a number swings."""
        return ends_of(self.pairing.ground.crisis.numbers[path])

    def whole(self, path: str) -> list[Alteration]:
        """Return what sets a number to each end of its swing."""
        return [Alteration({path: np.full(self._worlds, end)}) for end in self.ends(path)]

    def farther(self, path: str) -> Alteration:
        """Return what sets a number, in each world, to the end that lies farther off."""
        return Alteration({path: self._far_ends(path)})

    def rough(self, path: str, worlds: int) -> Swing:
        """Return a swing in a straight line, from the farther ends in the first worlds."""
        low, high = self.ends(path)
        distance = (self._far_ends(path) - self._values(path))[:worlds]
        answer = self.pairing.read(self.farther(path), worlds)
        return swing_of(*self._happened(answer), (high - low) / distance)

    def measured(self, path: str, worlds: int, after: int) -> Swing:
        """Return a swing from both its ends, in the first worlds but for so many."""
        answers = [self.pairing.read(end, worlds, after=after) for end in self.whole(path)]
        low, high = (self._happened(answer)[1] for answer in answers)
        return swing_of(low, high, np.ones(len(low)))

    def narrow(self, paths: Iterable[str], rounds: Sequence[int], play: Play) -> Narrowed:
        """Return the few numbers that move the outcome most, tried in ever more worlds."""
        left = [path for path in paths if len(set(self.ends(path))) > 1]
        bounds = dict.fromkeys(set(paths) - set(left), 0.0)
        for worlds in rounds:
            play([self.farther(path) for path in left], worlds, 0)
            rough = {path: self.rough(path, worlds) for path in left}
            is_last = worlds == rounds[-1]
            kept = FINALISTS if is_last else max(FINALISTS, len(left) // 2)
            order = sorted(
                left, key=lambda path: -(abs(rough[path].swing) if is_last else rough[path].most)
            )
            left = [path for path in order[:kept] if rough[path].most >= LEAST]
            bounds |= {path: rough[path].most for path in order if path not in left}
        return Narrowed(tuple(left), bounds)

    def _happened(self, answer: PairedAnswer) -> tuple[np.ndarray, np.ndarray]:
        members = list(MEMBERS[self.outcome])
        return np.isin(answer.before, members), np.isin(answer.after, members)

    def _far_ends(self, path: str) -> np.ndarray:
        low, high = self.ends(path)
        return np.where(self._values(path) < 0.5 * (low + high), high, low)

    def _values(self, path: str) -> np.ndarray:
        return self.pairing.ground.values[path]

    @property
    def _worlds(self) -> int:
        return self.pairing.ground.worlds


def ends_of(number: Quantity) -> tuple[float, float]:
    """Return the 10th and the 90th percentile of a number; no and yes of a yes or no."""
    if number.kind == "chance":
        return 0.0, 1.0
    law = law_of(number)
    return law(LOW), law(HIGH)


def rounds_of(worlds: int) -> list[int]:
    """Return in how many of so many worlds numbers are tried, round after round.

    Two in five at most; the others judge.
    """
    last = max(BLOCK, 2 * worlds // 5 // BLOCK * BLOCK)
    powers = (BLOCK << power for power in range(worlds.bit_length()))
    return [*(size for size in powers if size < last), last]


def swing_of(one: np.ndarray, other: np.ndarray, scale: np.ndarray) -> Swing:
    """Return by how much the other share exceeds the one, scaled in each world."""
    worlds, futures = one.shape
    difference = other.astype(np.int8) - one
    means = difference.mean(axis=1) * scale
    squares = (difference != 0).mean(axis=1) * scale * scale
    found = estimate_mean(means, squares, futures)
    expected = without_chance(means, noise_of_means(means, squares, futures))
    agree = float((np.sign(expected) == np.sign(found.share)).mean())
    return Swing(found.share, found.low, found.high, agree, worlds)
