"""Checks drivers against known truth: total effects, swings, and numbers listed without an effect.

    python -m verification.evidence.drivers [--repetitions N] [--only KIND]

Worlds are drawn as in runs, 2,000 times. Functions with known Sobol indices and swings represent an
outcome's share, with sampling noise. The check counts how often the 90 % interval contains the
truth: of total effects relative to the variance over all worlds of a run, of swings, and of total
effects computed from both ends of a number as if the response were linear. It also counts in how
many trials any of twenty numbers without effect is listed, next to ten with one.

Over all models that are judged, each kind of interval should contain the truth in at least 87 of
100 trials, and at most 5 of 100 trials may list a number without effect. Total effects that most
intervals cannot distinguish from 0 are counted separately, since their lower end is 0 and cannot
miss. Coverage of swings is higher here, where few numbers have all the effect, than in a shipped
pack; `verification.evidence.swings` measures it there.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from statistics import NormalDist
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

import numpy as np

from detente.ensemble.design import coordinates
from detente.ensemble.intervention import Intervention
from detente.ensemble.measures import OUTCOMES
from detente.ensemble.study import Study, Worlds
from detente.estimate.estimate import Estimate
from detente.pack.quantity import Quantity
from detente.questions.drivers.groups import apart, jansen, part_of
from detente.questions.drivers.swings import Swings, rounds_of
from verification.evidence.responses import (
    NUMBERS,
    Model,
    common,
    g_function,
    ishigami,
    linear,
    rare,
    usual,
)

REPETITIONS = 2000
LOWEST = 87.0
MOST_LISTED = 5.0
"""Trials of 100 in which a number is listed that does nothing."""
FUTURES = 200
WORLDS, JUDGED, OF_RUN = 60, 48, 128
"""Worlds that drivers play, those that measure, and those of a run."""
STANDARD = NormalDist()
NOTHING = 20
"""Numbers that do nothing, next to ten that do something."""
OUTCOME = "any_war"


class Case(NamedTuple):
    """One interval and the truth that it should hold."""

    kind: str
    truth: float
    low: float
    high: float


class Counts(NamedTuple):
    """Of one figure, in how many of 100 repetitions its interval holds it, and reaches to 0."""

    truth: float
    held: float
    from_none: float

    @property
    def is_distinct(self) -> bool:
        """Say whether at least half of the intervals tell the figure from none."""
        return self.from_none <= 50.0


@lru_cache(maxsize=64)
def drawn(name: str, worlds: int, seed: int) -> np.ndarray:
    """Return coordinates as the worlds of a run have them, shape (numbers, worlds)."""
    names = [f"{name}{place}" for place in range(NUMBERS + NOTHING)]
    return coordinates(names, worlds=worlds, seed=seed)


def totals(model: Model, seed: int) -> Iterator[Case]:
    """Give the intervals of total effects of a model: all worlds of a row on one chance."""
    rng = np.random.default_rng(seed)
    places, other = (drawn(name, OF_RUN, seed)[: model.inputs] for name in "xy")
    variances = over_worlds(model, places, rng)
    rows = slice(OF_RUN - JUDGED, OF_RUN)
    shared = rng.random((JUDGED, FUTURES))
    one = model.played(places[:, rows], shared, rng)
    for place in model.looked_at:
        mixed = places[:, rows].copy()
        mixed[place] = other[place, rows]
        total = part_of(jansen(one, model.played(mixed, shared, rng)), variances)
        yield _case("total of run", model.total[place], total)


def over_worlds(model: Model, places: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return what each world of a run gives for the variance across worlds, without chance."""
    shares, noise = model.counted(places, rng)
    return np.asarray((shares - shares.mean()) ** 2 * OF_RUN / (OF_RUN - 1) - noise)


def _case(kind: str, truth: float, part: Estimate) -> Case:
    return Case(kind, float(truth), part.low, part.high)


@dataclass(frozen=True)
class MadeUp:
    """A run whose outcome is a model of its numbers, for swings to be measured in."""

    model: Model
    seed: int
    run = SimpleNamespace(weighing_of=lambda _worlds: None)
    """Its worlds count alike."""

    @cached_property
    def baseline(self) -> Any:
        """Return its numbers, each normal, in each world."""
        places = drawn("x", OF_RUN, self.seed)
        names = [f"x{place}" for place in range(len(places))]
        values = np.vectorize(STANDARD.inv_cdf)(places)
        number = Quantity("range", "real", STANDARD.inv_cdf(0.05), STANDARD.inv_cdf(0.95), "normal")
        return SimpleNamespace(
            crisis=SimpleNamespace(numbers=dict.fromkeys(names, number)),
            values=dict(zip(names, values, strict=True)),
            worlds=OF_RUN,
        )

    def play(self, _changes: Sequence[Intervention], _worlds: Worlds) -> None:
        """Play nothing: what is asked for is made up then."""

    def rows(self, change: Intervention, worlds: Worlds) -> np.ndarray:
        """Return the futures of some worlds under a change, partly on the draws of others."""
        asked = range(worlds) if isinstance(worlds, int) else worlds
        rows = slice(asked[0], asked[-1] + 1)
        moved = drawn("x", OF_RUN, self.seed).copy()
        for path, values in change.settings.items():
            moved[int(path[1:])] = np.vectorize(STANDARD.cdf)(values)
        return self._played(moved[: self.model.inputs, rows], int(change.name, 16), rows)

    def _played(self, places: np.ndarray, label: int, rows: slice) -> np.ndarray:
        shared = np.random.default_rng(self.seed).random((OF_RUN, FUTURES))[rows]
        rng = np.random.default_rng([self.seed, label, rows.start])
        happened = self.model.played(places, shared, rng) > 0.0
        return np.where(happened, OUTCOMES[OUTCOME].members[0], 0)


def swings(model: Model, seed: int) -> Iterator[Case]:
    """Give the intervals of swings of a model, and of total effects from both their ends."""
    made, judging = MadeUp(model, seed), range(WORLDS - JUDGED, WORLDS)
    found = Swings(cast("Study", made), OUTCOME)
    places, rng = drawn("x", OF_RUN, seed)[: model.inputs], np.random.default_rng([seed, 0])
    variances = over_worlds(model, places, rng)
    for place in model.looked_at:
        path = f"x{place}"
        swing = found.measured(path, judging)
        yield Case("swing", float(model.swings[place]), swing.low, swing.high)
        (low, high), spread = found.ends(path), float(np.std(made.baseline.values[path]))
        due = 2.0 * apart(found.study, OUTCOME, found.whole(path), judging)
        total = part_of(due / ((high - low) / spread) ** 2, variances)
        yield _case("total in a line", model.total[place], total)


def lists_nothing(model: Model, seed: int) -> bool:
    """Say whether no number is listed that does nothing."""
    found = Swings(cast("Study", MadeUp(model, seed)), OUTCOME)
    paths = found.study.baseline.crisis.numbers
    left, _ = found.narrow(paths, rounds_of(WORLDS))
    measured = {path: found.measured(path, range(WORLDS - JUDGED, WORLDS)) for path in left}
    listed = [int(path[1:]) for path, one in measured.items() if one.confirms(left[path].value)]
    does_something = np.flatnonzero(model.swings).tolist()
    return set(listed) <= set(does_something)


KINDS: dict[str, tuple[Callable[[Model, int], Iterator[Case]], tuple[Model, ...]]] = {
    "totals": (totals, (linear(), ishigami(), g_function(), usual(), rare())),
    "swings": (swings, (common(), usual(), rare())),
}


def counted(
    cases: Callable[[Model, int], Iterator[Case]], model: Model, repetitions: int
) -> dict[str, list[Counts]]:
    """Return how often the interval of each figure holds it, by kind."""
    held: dict[tuple[str, float], np.ndarray] = {}
    for seed in range(repetitions):
        for kind, truth, low, high in cases(model, seed):
            found = np.array([low <= truth <= high, low <= 0.0 <= high])
            held[kind, truth] = held.get((kind, truth), np.zeros(2)) + found
    found_by_kind: dict[str, list[Counts]] = {}
    for (kind, truth), times in held.items():
        one = Counts(truth, *(100.0 * times / repetitions).tolist())
        found_by_kind.setdefault(kind, []).append(one)
    return found_by_kind


def covered(name: str, repetitions: int) -> int:
    """Print the coverage of each kind of interval; return how many fail."""
    cases, models = KINDS[name]
    judged: dict[str, list[Counts]] = {}
    for model in models:
        for kind, found in counted(cases, model, repetitions).items():
            each = (
                f"{one.truth:.3f}: {one.held:.1f}{'' if one.is_distinct else ' (from 0)'}"
                for one in found
            )
            print(f"  {kind:<16}{model.name:<14}{'  '.join(each)}", flush=True)
            judged.setdefault(kind, []).extend(found)
    return sum(_fails(kind, found) for kind, found in judged.items())


def _fails(kind: str, found: Sequence[Counts]) -> bool:
    """Print the coverage of one kind of interval over all that is judged; say whether it fails."""
    distinct, none = (
        [one.held for one in found if one.is_distinct is is_distinct]
        for is_distinct in (True, False)
    )
    means = [sum(part) / len(part) for part in (distinct, none) if part]
    fails = min(means) < LOWEST
    words = " and ".join(f"{mean:.1f}" for mean in means)
    print(f"  {kind:<16}{words} of 100 hold the truth{'  FAILS' if fails else ''}", flush=True)
    return fails


def listing(repetitions: int) -> int:
    """Print in how many trials a number is listed that does nothing; return whether too many."""
    trials = [lists_nothing(usual(), seed) for seed in range(repetitions)]
    share = 100.0 * (1.0 - sum(trials) / len(trials))
    fails = share > MOST_LISTED
    print(
        f"  {share:.1f} of 100 trials list one of {NOTHING + 2} numbers that do nothing"
        f"{'  FAILS' if fails else ''}",
        flush=True,
    )
    return int(fails)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the coverage of all kinds and return the exit status."""
    parser = argparse.ArgumentParser(description="Do intervals of drivers hold the truth?")
    parser.add_argument("--repetitions", type=int, default=REPETITIONS)
    parser.add_argument("--only", choices=(*KINDS, "listing"))
    options = parser.parse_args(arguments)
    start, failed = time.monotonic(), 0
    for name in [options.only] if options.only else (*KINDS, "listing"):
        print(f"{name}, {options.repetitions:,} repetitions; truth: held of 100", flush=True)
        repetitions = options.repetitions
        failed += listing(repetitions) if name == "listing" else covered(name, repetitions)
    print(f"{failed} kinds fail; {time.monotonic() - start:.0f} s")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
