"""Checks the claims of a comparison of options on artificial runs with known truth.

`python -m verification.evidence.comparison` draws runs with two or more options on the same draws,
in worlds that differ. It counts how often each kind of 90 % interval contains the truth (88.5 to
91.5 of 100 in 2,000 repetitions; variation over worlds pooled, for ensembles with many worlds and
futures), whether the two regrets bracket the true one, how often a planted condition "works only
if" is found, and how often one is found where there is none. The status is 1 if any of these fails.
"""

import argparse
import functools
import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from detente.cli import terminal
from detente.ensemble.measures import OUTCOMES
from detente.ensemble.tally import CLASSES
from detente.estimate.intervals import mean_over
from detente.estimate.paired import (
    FOLDS,
    Goal,
    Pairs,
    WorldMeans,
    estimate_amount,
    estimate_difference,
    paired_means,
    reached,
    regrets,
)
from detente.kernel.layout import Array
from detente.questions.conditions import WorldNumbers, find_rule, numbers_of, turning_point

LOW, HIGH = 0.885, 0.915
"""Between these lies the share of 90 % intervals that hold the truth."""
MOST_FALSE = 0.02
"""At most so many rules may be found where there are none."""
SHARED = 0.7
"""Share of futures in which the luck of all options is one."""
MANY = 1_000_000
"""Worlds by which the truth of all worlds is known."""
LEAST_FOUND = 0.8
"""At least so many planted rules must be found: they move an option by twice the noise."""


class Setting(NamedTuple):
    """Worlds, futures of each, and how often the outcome comes in the mean world."""

    worlds: int
    futures: int
    mean: float
    effect: float


SETTINGS = (
    Setting(64, 100, 0.15, -0.03),
    Setting(64, 782, 0.15, -0.01),
    Setting(16, 50, 0.40, 0.10),
    Setting(256, 20, 0.10, -0.04),
)


FEW_WORLDS, FEW_FUTURES = 16, 50
"""With no more of either, the range of a difference across worlds is reported and not judged."""


class Check(NamedTuple):
    """One claim, what came of it, and whether that is as it should be."""

    claim: str
    found: str
    holds: bool


def main(arguments: Sequence[str] | None = None) -> int:
    """Print every check and return 0, or 1 if one fails."""
    parser = argparse.ArgumentParser(prog="python -m verification.evidence.comparison")
    parser.add_argument("--repetitions", type=int, default=2000)
    repetitions = parser.parse_args(arguments).repetitions
    checks = [*intervals(repetitions), *regret(repetitions // 4), *rules(repetitions)]
    return report(checks)


def report(checks: Sequence[Check]) -> int:
    """Print checks as a table and return 0, or 1 if one fails."""
    rows = [(one.claim, one.found, "" if one.holds else "FAILS") for one in checks]
    terminal.show_table([("", "found", ""), *rows], right=" r")
    return 0 if all(one.holds for one in checks) else 1


def made_up(truth: Array, futures: int, rng: np.random.Generator) -> Pairs:
    """Return what options come to. `truth`: shares, shape (worlds, options).

    In seven futures of ten, all that decides is the luck that options share.
    """
    worlds, options = truth.shape
    own = rng.random((worlds, options, futures))
    is_shared = rng.random((worlds, 1, futures)) < SHARED
    happened = np.where(is_shared, own[:, :1], own) < truth[:, :, None]
    counted = happened.astype(float)
    folds = np.zeros((worlds, FOLDS, options), np.int64)
    for fold in range(FOLDS):
        folds[:, fold] = happened[:, :, fold::FOLDS].sum(axis=2)
    counts = np.zeros((worlds, options, CLASSES), np.int64)
    counts[:, :, OUTCOMES["war"].members[0]] = happened.sum(axis=2)
    counts[:, :, OUTCOMES["fades"].members[0]] = futures - happened.sum(axis=2)
    together = {"war": np.einsum("kof,kpf->kop", counted, counted).astype(np.int64)}
    names = tuple(f"option_{place}" for place in range(options))
    nothing = np.zeros((options, 0))
    return Pairs(names, "war", futures, counts, together, folds, {}, {}, nothing, nothing)


def shares(setting: Setting, rng: np.random.Generator, options: int = 2) -> Array:
    """Return the true shares of worlds under each option, the first without its effect."""
    base = rng.beta(4.0 * setting.mean, 4.0 * (1.0 - setting.mean), setting.worlds)
    effects = setting.effect * rng.normal(1.0, 1.0, (setting.worlds, options))
    effects[:, 0] = 0.0
    return np.clip(base[:, None] + effects, 0.0, 1.0)


def coverage(holds: Callable[[np.random.Generator], bool], repetitions: int) -> float:
    """Return how often an interval holds the truth."""
    return coverages(lambda rng: (holds(rng),), repetitions)[0]


def coverages(
    holds: Callable[[np.random.Generator], tuple[bool, ...]], repetitions: int
) -> list[float]:
    """Return how often each of several intervals of the same draws holds the truth."""
    rng = np.random.default_rng(11)
    shares: list[float] = np.mean([holds(rng) for _ in range(repetitions)], axis=0).tolist()
    return shares


def intervals(repetitions: int) -> list[Check]:
    """Check the intervals of paired differences, of amounts, of worlds and of turning points."""
    checks: list[Check] = []
    for setting in SETTINGS:
        size = f"{setting.worlds} x {setting.futures}"
        for name, holds in KINDS.items():
            both = coverages(lambda rng, h=holds, s=setting: h(s, rng), repetitions)  # type: ignore[misc]
            kinds = f"paired {name}, chance, {size}", f"paired {name}, {size}"
            checks += map(_covers, kinds, both)
    checks += spreads("difference", holds_spread, repetitions)
    checks += spreads("amount", holds_amounts, repetitions)
    checks.append(_covers("mean on one side of a rule, 8 to 63", coverage(holds_rule, repetitions)))
    for worlds in (64, 256):
        found = coverage(lambda rng, w=worlds: holds_reached(w, rng), repetitions)  # type: ignore[misc]
        checks.append(_covers(f"share of worlds below a threshold, {worlds}", found))
        found = coverage(lambda rng, w=worlds: holds_turning(w, rng), repetitions)  # type: ignore[misc]
        checks.append(_covers(f"turning point of a number, {worlds}", found))
    return checks


def spreads(
    name: str, holds: Callable[[Setting, np.random.Generator], bool], repetitions: int
) -> list[Check]:
    """Check the range of a difference across worlds: reported for each setting, judged together."""
    checks, judged = [], []
    for setting in SETTINGS:
        found = coverage(lambda rng, s=setting: holds(s, rng), repetitions)  # type: ignore[misc]
        size = f"{setting.worlds} x {setting.futures}"
        checks.append(_covers(f"{name} in a new world, {size}", found, is_reported=True))
        if setting.worlds > FEW_WORLDS and setting.futures > FEW_FUTURES:
            judged.append(found)
    together = f"{name} in a new world, where neither is few"
    return [*checks, *([_covers(together, float(np.mean(judged)))] if judged else [])]


def _covers(claim: str, found: float, *, is_reported: bool = False) -> Check:
    words = f"{100.0 * found:.1f} %{', not judged' if is_reported else ''}"
    return Check(claim, words, is_reported or LOW <= found <= HIGH)


def holds_difference(setting: Setting, rng: np.random.Generator) -> tuple[bool, bool]:
    """Say whether both intervals of a paired difference of shares hold their truths.

    That of chance is to hold that of the worlds played, the other one that of all worlds.
    """
    truth = shares(setting, rng)
    found = estimate_difference(paired_means(made_up(truth, setting.futures, rng), 1, 0))
    here = float(np.mean(truth[:, 1] - truth[:, 0]))
    is_by_chance = found.chance_low <= here <= found.chance_high
    return is_by_chance, found.low <= everywhere(setting) <= found.high


@functools.cache
def everywhere(setting: Setting) -> float:
    """Return by how much the options differ over all worlds."""
    truth = shares(setting._replace(worlds=MANY), np.random.default_rng(5))
    return float(np.mean(truth[:, 1] - truth[:, 0]))


def holds_spread(setting: Setting, rng: np.random.Generator) -> bool:
    """Say whether the difference in a world that was not played lies in the range across worlds."""
    truth = shares(setting._replace(worlds=setting.worlds + 1), rng)
    found = estimate_difference(paired_means(made_up(truth[1:], setting.futures, rng), 1, 0))
    return found.spread_low <= float(truth[0, 1] - truth[0, 0]) <= found.spread_high


def holds_amounts(setting: Setting, rng: np.random.Generator) -> bool:
    """Say the same of a difference of losses."""
    truth = rng.normal(setting.effect, 0.3, setting.worlds + 1)
    found = estimate_amount(_losses(truth[1:], setting.futures, rng))
    return found.spread_low <= float(truth[0]) <= found.spread_high


def holds_amount(setting: Setting, rng: np.random.Generator) -> tuple[bool, bool]:
    """Say the same of both intervals of a paired difference of losses."""
    truth = rng.normal(setting.effect, 0.3, setting.worlds)
    found = estimate_amount(_losses(truth, setting.futures, rng))
    is_by_chance = found.chance_low <= float(truth.mean()) <= found.chance_high
    return is_by_chance, found.low <= setting.effect <= found.high


def _losses(truth: Array, futures: int, rng: np.random.Generator) -> WorldMeans:
    drawn = truth[:, None] + rng.standard_t(6.0, (len(truth), futures))
    return WorldMeans(drawn.mean(axis=1), (drawn * drawn).mean(axis=1), futures)


def holds_rule(rng: np.random.Generator) -> bool:
    """Say whether the interval of a mean on one side of a rule, over few worlds, holds it."""
    found = mean_over(rng.normal(0.05, 0.05, rng.integers(8, 64)))
    return found.low <= 0.05 <= found.high


def holds_reached(worlds: int, rng: np.random.Generator) -> bool:
    """Say whether the interval of the share of worlds below a threshold holds the truth."""
    truth = rng.beta(2.0, 12.0, worlds)
    pairs = made_up(truth[:, None], 200, rng)
    found = reached(pairs, Goal("war", BELOW, is_below=True), 0)
    return found.low <= BELOW_TRUTH <= found.high


KINDS = {"difference": holds_difference, "amount": holds_amount}
"""Intervals of paired differences: of chance alone, worlds held fixed, and over worlds too."""


BELOW = 0.1
BELOW_TRUTH = 0.37865502  # of a Beta(2, 12) law
"""The share of all worlds that lie below."""


def holds_turning(worlds: int, rng: np.random.Generator) -> bool:
    """Say whether the interval of a turning point holds the place at which the lead is 0."""
    numbers = made_up_numbers(worlds, rng, count=3)
    drawn = 0.1 * (numbers.values[:, 0] - 0.3) + rng.normal(0.0, 0.02, worlds)
    amounts = WorldMeans(drawn, drawn * drawn + 0.01, 200)
    found = turning_point(amounts, numbers)
    return found is not None and found.low <= 0.3 <= found.high


def made_up_numbers(worlds: int, rng: np.random.Generator, count: int = 200) -> WorldNumbers:
    """Return numbers from 0 to 1, one world in each equal share of each, as runs draw them."""
    shares_of = [(rng.permutation(worlds) + rng.random(worlds)) / worlds for _ in range(count)]
    return numbers_of({f"number_{place}": one for place, one in enumerate(shares_of)}, worlds)


def regret(repetitions: int) -> list[Check]:
    """Check that the true regret lies between the two that are reported."""
    checks = []
    for setting in SETTINGS:
        drawn = np.array(
            [_regrets_of(setting, np.random.default_rng(at)) for at in range(repetitions)]
        )
        low, true, high = drawn.mean(axis=0)
        gaps = np.diff(drawn, axis=1)
        errors = gaps.std(axis=0) / np.sqrt(repetitions)
        found = f"{100 * low:.2f} {100 * true:.2f} {100 * high:.2f}"
        claim = f"regret at least, true, at most, {setting.worlds} x {setting.futures}"
        checks.append(Check(claim, found, bool(np.all(gaps.mean(axis=0) >= -3.0 * errors))))
    return checks


def _regrets_of(setting: Setting, rng: np.random.Generator) -> tuple[float, float, float]:
    truth = shares(setting, rng, options=6)
    found = regrets(made_up(truth, setting.futures, rng), -1)
    true = float(np.mean(truth[:, 0] - truth.min(axis=1)))
    return (found[0].regret, true, found[0].most) if found else (0.0, true, 1.0)


def rules(repetitions: int) -> list[Check]:
    """Check that planted rules are found and that noise gives none."""
    checks = []
    for depth, worlds, less in ((1, 64, 100), (2, 256, 200)):
        found = np.mean([finds(depth, worlds, at) for at in range(max(1, repetitions // less))])
        claim = f"planted rule on {depth} number(s) found, {worlds} worlds"
        checks.append(Check(claim, f"{100.0 * found:.1f} %", bool(found >= LEAST_FOUND)))
    found = np.mean([finds(0, 64, at) for at in range(max(1, repetitions // 10))])
    claim = "rule found where there is none, 64 worlds"
    checks.append(Check(claim, f"{100.0 * found:.1f} %", bool(found <= MOST_FALSE)))
    return checks


def finds(depth: int, worlds: int, seed: int) -> bool:
    """Say whether the numbers of a planted rule are found, or any if none is planted."""
    rng = np.random.default_rng(seed)
    numbers = made_up_numbers(worlds, rng)
    holds = np.all(numbers.values[:, :depth] > 0.5, axis=1)
    gains = (0.1 * holds if depth else 0.0) + rng.normal(0.0, 0.05, worlds)
    rule = find_rule(gains, numbers).rule
    if not depth or rule is None:
        return rule is not None
    return {one.field for one in rule.conditions} == set(numbers.fields[:depth])


if __name__ == "__main__":
    sys.exit(main())
