"""Whether nine in ten 90 % intervals of drivers hold the known truth.

`python -m verification.drivers` draws worlds as runs do, 2,000 times, lets functions with known
Sobol indices stand for an outcome's share, with noise as chance gives it, and counts how often the
interval of each index holds it: from given data, from a design, and of Shapley effects. It prints
the coverage of each method over all inputs that do something, and fails if it lies outside 88.5 to
91.5 %. Inputs that do nothing have their truth at the end of what is possible; there an interval of
90 % fails on one side only, and is to hold at least 88.5 %.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from detente.analysis.drivers.basis import legendre, orthonormal
from detente.analysis.drivers.pickfreeze import Whole, effect_of
from detente.analysis.drivers.quadratic import Part, look_at, part_of, products, together
from detente.analysis.drivers.shapley import effects_from
from detente.ensemble.design import coordinates

REPETITIONS = 2000
LOWEST, HIGHEST = 88.5, 91.5
SLOPES = np.array([3.0, 2.0, 1.0, 0.0])
PRODUCT = 3.0
"""Weight of the product of the first two inputs."""
NOISE = 0.5
"""Standard deviation of chance in a world's share; that over worlds is about 1.2."""
FUTURES = 16
DEGREE = 2


class Case(NamedTuple):
    """One interval and the truth that it should hold."""

    name: str
    truth: float
    part: Part


def response(places: np.ndarray) -> np.ndarray:
    """Return a share's stand-in: a tilt in three of four inputs and a product of two."""
    joint = (places[0] - 0.5) * (places[1] - 0.5)
    linear: np.ndarray = SLOPES @ places + PRODUCT * joint
    return linear


VARIANCES = SLOPES**2 / 12.0
JOINT = PRODUCT**2 / 144.0
VARIANCE = float(VARIANCES.sum() + JOINT)
FIRST = VARIANCES / VARIANCE
TOTAL = (VARIANCES + np.array([JOINT, JOINT, 0.0, 0.0])) / VARIANCE


def points(name: str, worlds: int, seed: int) -> np.ndarray:
    """Return coordinates as the worlds of a run have them, shape (inputs, worlds)."""
    names = [f"{name}{place}" for place in range(len(SLOPES))]
    return coordinates(names, worlds=worlds, seed=seed)


def given_cases(worlds: int, seed: int) -> Iterator[Case]:
    """Give the intervals from a run's own worlds."""
    places = points("x", worlds, seed)
    chance = NOISE * np.random.default_rng(seed).normal(size=worlds)
    looked = look_at(response(places) + chance, np.full(worlds, NOISE**2), seed=seed)
    functions = [legendre(column, DEGREE) for column in places]
    for place, own in enumerate(functions):
        others = np.concatenate([one for one in functions if one is not own], axis=1)
        alone = products(looked, own)
        yield Case("first", FIRST[place], part_of(looked, alone))
        joint = alone + together(looked, own, others)
        yield Case("total", TOTAL[place], part_of(looked, joint))


def design_cases(worlds: int, seed: int) -> Iterator[Case]:
    """Give the intervals from a design of so many rows, all of a row on the same chance."""
    one, other = points("x", worlds, seed), points("y", worlds, seed)
    chance = np.random.default_rng(seed).normal(size=(worlds, FUTURES)) * NOISE * FUTURES**0.5
    whole = Whole(response(one)[:, None] + chance, response(other)[:, None] + chance)
    for place in range(len(SLOPES)):
        mixed = one.copy()
        mixed[place] = other[place]
        apart = np.random.default_rng((seed, place)).normal(size=(worlds, FUTURES))
        found = effect_of(whole, response(mixed)[:, None] + chance + 0.2 * apart, seed=seed)
        yield Case("first", FIRST[place], found.first)
        yield Case("total", TOTAL[place], found.total)


RANK = 0.6
LOADS = np.array([2.0, 1.0])


def shapley_cases(worlds: int, seed: int) -> Iterator[Case]:
    """Give the intervals of Shapley effects of two correlated inputs beside one of their own."""
    table = orthonormal(np.random.default_rng(1).normal(size=(256, 2)))
    table = table @ np.array([[1.0, RANK], [0.0, (1.0 - RANK**2) ** 0.5]])
    row, apart = coordinates(["row", "apart"], worlds=worlds, seed=seed)
    rows = (row * 256).astype(int)
    chance = NOISE * np.random.default_rng(seed).normal(size=worlds)
    shares = table[rows] @ LOADS + legendre(apart, 1)[:, 0] + chance
    looked = look_at(shares, np.full(worlds, NOISE**2), seed=seed)
    one, two = LOADS
    half, cross = RANK**2 / 2.0, RANK * one * two
    variance = one**2 + two**2 + 2.0 * cross + 1.0
    truths = [a**2 * (1.0 - half) + cross + b**2 * half for a, b in ((one, two), (two, one))]
    for truth, effect in zip(truths, effects_from(table, rows, looked), strict=True):
        if effect.shapley is not None:
            yield Case("shapley", truth / variance, effect.shapley)


METHODS: dict[str, tuple[Callable[[int, int], Iterator[Case]], tuple[int, ...]]] = {
    "given_data": (given_cases, (64, 256)),
    "design": (design_cases, (64, 256)),
    "shapley": (shapley_cases, (64, 256)),
}
"""Each method with the worlds, or rows of a design, that it is tried on."""


def covered(cases: Callable[[int, int], Iterator[Case]], worlds: int, repetitions: int) -> int:
    """Print the coverage of each interval of a method; return how many fail."""
    held: dict[tuple[int, str, float], int] = {}
    for seed in range(repetitions):
        for place, case in enumerate(cases(worlds, seed)):
            key = place, case.name, float(case.truth)
            held[key] = held.get(key, 0) + (case.part.low <= case.truth <= case.part.high)
    failed = 0
    for kind in sorted({name for _, name, _ in held}):
        for is_none in (False, True):
            rates = {
                truth: 100.0 * count / repetitions
                for (_, name, truth), count in held.items()
                if name == kind and (truth == 0.0) is is_none
            }
            if rates:
                failed += _tell(kind, rates, is_none=is_none)
    return failed


def _tell(kind: str, rates: dict[float, float], *, is_none: bool) -> bool:
    """Print the coverage of one kind of interval; say whether it fails."""
    mean = sum(rates.values()) / len(rates)
    fails = mean < LOWEST or (mean > HIGHEST and not is_none)
    each = ", ".join(f"{rate:.1f} (truth {truth:.3f})" for truth, rate in rates.items())
    mark = "  FAILS" if fails else ""
    print(f"  {kind:<8}{mean:5.1f} % of intervals hold the truth: {each}{mark}", flush=True)
    return fails


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the coverage of all methods and return the exit status."""
    parser = argparse.ArgumentParser(description="Do 90 % intervals of drivers hold the truth?")
    parser.add_argument("--repetitions", type=int, default=REPETITIONS)
    parser.add_argument("--methods", nargs="*", choices=METHODS, default=list(METHODS))
    options = parser.parse_args(arguments)
    start, failed = time.monotonic(), 0
    for name in options.methods:
        cases, sizes = METHODS[name]
        for worlds in sizes:
            print(f"{name}, {worlds} worlds, {options.repetitions} repetitions", flush=True)
            failed += covered(cases, worlds, options.repetitions)
    print(f"{failed} kinds of intervals fail; {time.monotonic() - start:.0f} s")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
