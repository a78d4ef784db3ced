"""What a run says once its futures are weighted by what was seen, and how sure that is."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente.analysis.update.counting import Counted
from detente.ensemble.shares import QUANTILE, Share, estimate, interval, student


class Shift(NamedTuple):
    """By how much a share moved, on the same futures."""

    difference: float
    low: Annotated[float, "90 % interval of chance, the worlds held fixed"]
    high: Annotated[float, "90 % interval of chance, the worlds held fixed"]
    wide_low: Annotated[float, "90 % interval of chance and of which worlds were drawn"]
    wide_high: Annotated[float, "90 % interval of chance and of which worlds were drawn"]

    @property
    def is_clear(self) -> bool:
        """Say whether other worlds and other chance would not take it away."""
        return self.wide_low > 0.0 or self.wide_high < 0.0


class Updated(NamedTuple):
    """The share of futures in which something happens, before and after what was seen."""

    before: Share
    share: float
    low: Annotated[float, "90 % interval of chance, the worlds held fixed"]
    high: Annotated[float, "90 % interval of chance, the worlds held fixed"]
    wide_low: Annotated[float, "90 % interval of chance and of which worlds were drawn"]
    wide_high: Annotated[float, "90 % interval of chance and of which worlds were drawn"]
    shift: Shift

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        nested = {"before": self.before._asdict(), "shift": self.shift._asdict()}
        return {**self._asdict(), **nested}


class Effective(NamedTuple):
    """How many equally weighted futures, and worlds, would carry as much (Kish 1965)."""

    futures: float
    worlds: float


@dataclass(frozen=True)
class Weighted:
    """Counted futures with a weight for each world and plan, and 0 where they contradict a fact."""

    counted: Counted
    likelihoods: Annotated[np.ndarray, "up to a factor, shape (worlds, plans)"]

    @cached_property
    def weights(self) -> np.ndarray:
        """Return the weight of a future that agrees, the largest 1, shape (worlds, plans, 1)."""
        weights: np.ndarray = (self.likelihoods / self.likelihoods.max())[:, :, None]
        return weights

    @cached_property
    def table(self) -> np.ndarray:
        """Return the summed weight of futures, shape (worlds, plans, 8)."""
        table: np.ndarray = self.counted.agreeing * self.weights
        return table

    @property
    def effective(self) -> Effective:
        """Return the effective sample sizes `(sum w)^2 / sum w^2` of futures and of worlds."""
        total, squares = self.table.sum(), np.sum(self.counted.agreeing * self.weights**2)
        if total == 0.0:
            return Effective(0.0, 0.0)
        worlds = effective_size(self.table.sum(axis=(1, 2)))
        return Effective(float(total * total / squares), worlds)

    def updated(self, happens: np.ndarray) -> Updated:
        """Return how often something happens, before and after.

        `happens` says for each plan and ending whether it does, shape (plans, 8). The estimate is
        `sum w y / sum w` over all futures (self-normalised importance sampling).
        """
        happened = (self.counted.played * happens).sum(axis=(1, 2))
        before = estimate(happened, self.counted.futures)
        parts = (self.table * happens).sum(axis=(1, 2)), self.table.sum(axis=(1, 2))
        share = float(parts[0].sum() / parts[1].sum())
        shift = share - before.share
        left_out, worlds = without_each(*parts), fewest(*parts)
        moved = left_out - without_each(happened, np.full(len(happened), self.counted.futures))
        chance = interval(share, self._chance(happens, share), self.effective.futures)
        wide = over_worlds(share, left_out, Effective(self.effective.futures, worlds))
        return Updated(
            before,
            share,
            *chance,
            min(chance[0], wide[0]),
            max(chance[1], wide[1]),
            Shift(
                shift,
                *_around(shift, self._chance(happens, share, before.share)),
                *_around(shift, jackknife(moved, worlds)),
            ),
        )

    def _chance(self, happens: np.ndarray, share: float, before: float | None = None) -> float:
        """Return the variance that chance gives to a share, or to what it is more than `before`.

        Worlds are strata. To first order a future adds `w (y - share) / mean w`, and `y - before`
        less of it, so that the variance is `sum_k v_k / (M - 1) / K^2` (delta method). With one
        future a world all that differs is called chance.
        """
        counted = self.counted
        mean = float(self.table.sum()) / (counted.worlds * counted.futures)
        less = 0.0 if before is None else happens - before
        adds = self.weights * (happens - share) / mean - less
        absent = np.zeros_like(adds) - less
        apart = counted.played - counted.agreeing
        first = (counted.agreeing * adds + apart * absent).sum(axis=(1, 2))
        second = (counted.agreeing * adds**2 + apart * absent**2).sum(axis=(1, 2))
        if counted.futures == 1:
            return float(np.var(first)) / counted.worlds
        within = second / counted.futures - (first / counted.futures) ** 2
        variance = float(np.maximum(within, 0.0).sum()) / (counted.futures - 1)
        return variance / counted.worlds**2


def jackknife(left_out: np.ndarray, effective: float) -> float:
    """Return the variance of a figure over worlds and chance, from it without each world in turn.

    Leaving out a world takes its chance with it (Efron & Stein 1981). So that a normal interval
    holds, the variance is wider where few worlds carry the figure, as Student's law is: `effective`
    is how many.
    """
    worlds = len(left_out)
    variance = (worlds - 1) / worlds * float(np.sum((left_out - left_out.mean()) ** 2))
    return variance * (student(max(1.0, effective - 1.0)) / QUANTILE) ** 2


def effective_size(weights: np.ndarray) -> float:
    """Return how many equal weights would carry as much as these: `(sum w)^2 / sum w^2`."""
    total = float(weights.sum())
    return total * total / float(weights @ weights)


def fewest(*parts: np.ndarray) -> float:
    """Return how many worlds carry the part that fewest do, of weights of shape (worlds,)."""
    return min(effective_size(part) for part in parts if part.any())


def over_worlds(share: float, left_out: np.ndarray, effective: Effective) -> tuple[float, float]:
    """Return the 90 % interval of a share over worlds and chance.

    `left_out`: the share without each world in turn, shape (worlds,). On the scale of log-odds, on
    which few worlds with a large share pull less to one side; where a share is 0 or 1 without some
    world that scale has no place for it, and the score interval of a share is taken.
    """
    if left_out.min() <= 0.0 or left_out.max() >= 1.0:
        return interval(share, jackknife(left_out, effective.worlds), effective.futures)
    reach = QUANTILE * math.sqrt(jackknife(np.log(left_out / (1.0 - left_out)), effective.worlds))
    odds = share / (1.0 - share)
    low, high = odds * math.exp(-reach), odds * math.exp(reach)
    return low / (1.0 + low), high / (1.0 + high)


def without_each(happened: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return the share without each world in turn, shape (worlds,)."""
    left: np.ndarray = (happened.sum() - happened) / (weight.sum() - weight)
    return left


def _around(shift: float, variance: float) -> tuple[float, float]:
    reach = QUANTILE * math.sqrt(variance)
    return max(-1.0, shift - reach), min(1.0, shift + reach)
