"""Draws more worlds in which the observations are likely, if few of a run's own agree with them.

A few numbers that affect the weights are drawn from shifted distributions, and all that is
correlated with them follows. Shares remain those of the pack's own ranges (adaptive importance
sampling): with K worlds of the run, and N_r drawn in round r with density q_r, where the pack's
density is p, a world has the weight `(K + sum N_r) / (K + sum N_r q_r / p)` (the balance heuristic:
Veach & Guibas 1995, Owen & Zhou 2000). So no world has a larger share of the total weight than one
of the run's has without new ones.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente.ensemble.design import (
    ACCEPTED,
    SCRAMBLES,
    coordinates,
    draw_at,
    draw_worlds,
    uniforms_of,
    whole_scrambles,
)
from detente.ensemble.intervention import Intervention
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.store import Rows
from detente.ensemble.study import MOST_FUTURES, Readout, Study
from detente.estimate.intervals import effective_size
from detente.kernel.arithmetic import inverse_normal, normal_probability
from detente.kernel.endings import FUTURE
from detente.pack import Crisis
from detente.pack.observed import Observations
from detente.pack.places import divides_attack
from detente.questions.conditions import correlated_fields, numbers_of
from detente.questions.reweighting import Values

MOST_SHIFTED = 4
"""Maximum number of shifted numbers; each one reduces the effective number of new worlds."""
ROUNDS = 2
"""Rounds in which worlds are drawn, each one shifted to where the observations were likely."""
FEW = 2.0
"""A mean over this effective number of worlds is halved."""


class Round(NamedTuple):
    """Worlds that were drawn with some numbers shifted, and played."""

    first: Annotated[int, "index of the first world"]
    worlds: int
    shifts: Annotated[Mapping[str, float], "of each number, in standard deviations of its score"]
    under: Intervention
    rows: Annotated[tuple[Rows, ...], "of each world its futures"]

    @property
    def indices(self) -> range:
        """Return the indices of the worlds."""
        return range(self.first, self.first + self.worlds)


@dataclass(frozen=True)
class Pool:
    """The worlds of an option of a run, and those that were drawn after them."""

    run: Run
    option: str
    most: Annotated[int, "worlds that may be drawn"]
    means: Annotated[Mapping[str, Any], "threads and progress, as of a study"]
    rounds: tuple[Round, ...] = ()

    @property
    def own(self) -> int:
        """Return the number of worlds of the run itself."""
        return self.run.record.settings.worlds_of(self.option)

    @property
    def drawn(self) -> int:
        """Return the number of worlds that were drawn."""
        return sum(one.worlds for one in self.rounds)

    @property
    def can_play(self) -> bool:
        """Return whether more worlds can be played; stored weights do not cover new worlds."""
        record, is_weighed = self.run.record, self.run.weighing is not None
        is_small = record.settings.futures_of_a_world <= MOST_FUTURES
        return record.is_playable and is_small and not is_weighed

    @property
    def is_full(self) -> bool:
        """Return whether no more worlds may be drawn."""
        return not self.can_play or self.drawn >= self.most

    @cached_property
    def crises(self) -> Mapping[str, Crisis]:
        """Return the crisis under each option, the base included."""
        return self.run.crises

    @cached_property
    def shiftable(self) -> tuple[str, ...]:
        """Return the numbers that vary alone, are as in the base, and divide no attack."""
        return tuple(
            path
            for path, number in self.crises[BASE].numbers.items()
            if not number.is_fixed
            and number.kind != ACCEPTED
            and self.is_as_in_base(path)
            and not divides_attack(path)
        )

    def is_as_in_base(self, path: str) -> bool:
        """Return whether a number is the same under the option as in the base."""
        base, option = (self.crises[name].numbers for name in (BASE, self.option))
        return option.get(path) == base[path]

    def scores(self, paths: Sequence[str]) -> np.ndarray:
        """Return the normal scores of numbers, before correlations, shape (worlds, numbers)."""
        seed = self.run.record.settings.seed
        found = [_scores(coordinates(paths, worlds=self.own, seed=seed))]
        for one in self.rounds:
            drawn = coordinates(paths, worlds=one.worlds, seed=seed, first=one.first)
            shift = np.array([one.shifts.get(path, 0.0) for path in paths])
            found.append(_scores(drawn) + shift[:, None])
        return np.concatenate(found, axis=1).T

    @property
    def density(self) -> np.ndarray:
        """Return the weights with which all worlds together represent the pack's own ranges."""
        paths = list(dict.fromkeys(path for one in self.rounds for path in one.shifts))
        scores, whole = self.scores(paths), self.own + self.drawn
        below = np.full(whole, float(self.own))
        for one in self.rounds:
            shift = np.array([one.shifts.get(path, 0.0) for path in paths])
            below += one.worlds * np.exp(scores @ shift - 0.5 * float(shift @ shift))
        return np.asarray(whole / below)

    def values(self, observations: Observations, values: Values) -> Values:
        """Return numbers of all worlds, given those of the run's own and of a file's signs."""
        seed = self.run.record.settings.seed
        parts = [
            {
                **self._numbers(one.first, one.worlds, one.shifts),
                **draw_worlds(
                    observations.numbers, (), worlds=one.worlds, seed=seed, first=one.first
                ),
            }
            for one in self.rounds
        ]
        return {
            path: np.concatenate([own, *(part[path] for part in parts)])
            for path, own in values.items()
        }

    def _numbers(
        self, first: int, worlds: int, shifts: Mapping[str, float]
    ) -> dict[str, np.ndarray]:
        """Return all numbers of worlds that are drawn with some of them shifted."""
        crisis, seed = self.crises[BASE], self.run.record.settings.seed
        places = uniforms_of(crisis.numbers, worlds=worlds, seed=seed, first=first)
        for path, shift in shifts.items():
            scores = (_scores(places[path]) + shift).tolist()
            places[path] = np.array([normal_probability(score) for score in scores])
        return draw_at(crisis.numbers, places, crisis.correlations)

    def drawn_more(self, shifts: Mapping[str, float]) -> "Pool":
        """Return the pool with another round, drawn with some numbers shifted, and played.

        Raises `DetenteError` if a world cannot be played, or a file cannot be written.
        """
        settings = self.run.record.settings
        # New worlds continue the order of scrambles after the run's last world.
        start = settings.worlds + (self.own - settings.worlds) % SCRAMBLES + self.drawn
        size = min(max(SCRAMBLES, whole_scrambles(self.most / ROUNDS)), self.most - self.drawn)
        values = self._numbers(start, size, shifts)
        plain = self._numbers(start, size, {})
        # What an option sets stays the same, even if it is correlated with a shifted number.
        moved = {
            path: values[path]
            for path in plain
            if self.is_as_in_base(path) and not np.array_equal(values[path], plain[path])
        }
        about = hashlib.sha256(repr(sorted(shifts.items())).encode()).hexdigest()[:12]
        study = Study(
            self.run,
            self.option,
            settings.futures_of_a_world,
            settings.grid,
            "update RUN --observed FILE",
            Readout(f"futures-{about}", FUTURE, lambda world: world.played(), worlds=1),
            new_worlds=start + size - settings.worlds,
            **self.means,
        )
        drawn = study.stage.values[self.option]
        under = Intervention(
            {path: np.concatenate([drawn[path][:start], own]) for path, own in moved.items()}
        )
        worlds = range(start, start + size)
        study.play([under], worlds)
        rows = tuple(study.rows(under, worlds))
        return replace(self, rounds=(*self.rounds, Round(start, size, shifts, under, rows)))

    def shifts(self, weights: np.ndarray) -> dict[str, float]:
        """Return the shifts of numbers: their mean scores in the weighted worlds.

        `weights` are those of all worlds, densities included. The numbers are those correlated with
        the weights of the run's own worlds by more than chance.
        """
        paths = self.shiftable
        # Without their densities, the run's worlds are a sample of the pack's own ranges.
        own = (weights / self.density)[: self.own]
        drawn = coordinates(paths, worlds=self.own, seed=self.run.record.settings.seed)
        places = numbers_of(dict(zip(paths, drawn, strict=True)), self.own)
        found = correlated_fields(places, ranks(own))
        named = [paths[place] for place in found[:MOST_SHIFTED]]
        size = effective_size(weights)
        means = weights @ self.scores(named) / weights.sum() * size / (size + FEW)
        return dict(zip(named, means.tolist(), strict=True))


def ranks(amounts: np.ndarray) -> np.ndarray:
    """Return the rank of each amount, from 0 to 1; equal ones share a rank."""
    return np.asarray(numbers_of({"": amounts}, len(amounts)).places[:, 0])


def _scores(places: np.ndarray) -> np.ndarray:
    """Return normal quantiles."""
    found = np.array([inverse_normal(place) for place in places.ravel().tolist()])
    return found.reshape(places.shape)
