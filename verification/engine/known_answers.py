"""Checks draws and arithmetic against published values and independent programs.

    python -m verification.engine.known_answers [--points N]

The generator is compared with the vectors of Random123 and the Philox of randomgen. Exponential,
logarithm and normal quantile are compared with mpmath at 120 bits and tested for monotonicity.
Means and variances, computed as runs compute them, are compared with NIST's certified values.
"""

import argparse
import math
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

import mpmath
import numpy as np
import randomgen

from detente.kernel import arithmetic
from detente.kernel.draws import Draws, philox, words
from detente.kernel.jit import jit
from verification.engine.nist import references

Array: TypeAlias = np.ndarray[Any, Any]

POINTS = 20_000
BLOCKS = 250_000
"""Four draws each."""
BITS = 120
MOST_UNITS = 1.0
"""Units in the last place by which a function may miss."""
LEAST_DIGITS = 14
SEED, FUTURE, WORLD, PURPOSE = 2**40 + 12_345, 2**33 + 7, 61, 12
VECTORS = (
    ((0,) * 4, (0,) * 2, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((2**32 - 1,) * 4, (2**32 - 1,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
)
"""Known answers of Random123 (Salmon et al. 2011): counter, key, result."""


class Line(NamedTuple):
    """One figure, what it is to be, and whether it is."""

    what: str
    found: str
    wanted: str
    is_right: bool


@jit
def draw_in_order(seed: int, table: Array) -> None:
    """Fill a table of four columns with the words at addresses one after the other."""
    rng = Draws(seed, WORLD, FUTURE, 0, 0)
    for row in range(table.shape[0]):
        drawn = words(rng, row >> 14, PURPOSE, row & 16383)
        for column in range(4):
            table[row, column] = drawn[column]


@jit
def exponentials(points: Array, results: Array) -> None:
    """Take exponentials as the kernel does."""
    for place in range(points.shape[0]):
        results[place] = arithmetic.exp(float(points[place]))


@jit
def logarithms(points: Array, results: Array) -> None:
    """Take logarithms as the kernel does."""
    for place in range(points.shape[0]):
        results[place] = arithmetic.log(float(points[place]))


@jit
def quantiles(points: Array, results: Array) -> None:
    """Take normal quantiles as the kernel does."""
    for place in range(points.shape[0]):
        results[place] = arithmetic.inverse_normal(float(points[place]))


def draws(blocks: int) -> Iterator[Line]:
    """Compare the generator with its vectors and with another program."""
    right = sum(
        tuple(map(int, philox(unsigned(counter), unsigned(key)))) == result
        for counter, key, result in VECTORS
    )
    yield Line("vectors of Random123 met", f"{right}", f"{len(VECTORS)}", right == len(VECTORS))
    ours = np.zeros((blocks, 4), np.uint64)
    draw_in_order(SEED, ours)
    differing = int((ours.ravel() != other_draws(blocks)).sum())
    what = f"of {4 * blocks:,} draws, other than randomgen's"
    yield Line(what, f"{differing}", "0", differing == 0)


def unsigned(numbers: Sequence[int]) -> Any:
    """Return whole numbers as the kernel's words."""
    return tuple(map(np.uint64, numbers))


def other_draws(blocks: int) -> Array:
    """Return the same words from randomgen's Philox4x32-10, which counts up before it draws."""
    counter = (PURPOSE << 26) + (FUTURE >> 32 << 32) + (FUTURE % 2**32 << 64) + (WORLD << 96)
    other = randomgen.Philox(counter=counter - 1, key=SEED, number=4, width=32)
    return np.asarray(other.random_raw(4 * blocks))


Fill: TypeAlias = Callable[[Array, Array], None]
Exactly: TypeAlias = Callable[[float, float], Any]
"""Returns by how much a value found at a point misses, in more digits than it has."""


def functions(points: int) -> Iterator[Line]:
    """Say by how much each function misses at most, and how often it falls."""
    rng = np.random.default_rng(1)
    for name, fill, missed, ranges in FUNCTIONS:
        worst, falls, tried = 0.0, 0, 0
        for low, high in ranges:
            at = np.sort(rng.uniform(low, high, points))
            found = np.zeros(points)
            fill(at, found)
            apart = zip(
                map(missed, at.tolist(), found.tolist()), np.spacing(np.abs(found)), strict=True
            )
            worst = max(worst, *(float(abs(by) / float(unit)) for by, unit in apart))
            dense = neighbours(at)
            rising = np.zeros(len(dense))
            fill(dense, rising)
            falls += int((rising[1:] < rising[:-1]).sum())
            tried += len(dense)
        yield Line(f"{name} misses by, units", f"{worst:.3f}", "< 1", worst < MOST_UNITS)
        yield Line(f"{name} falls, of {tried:,} steps", f"{falls}", "0", falls == 0)


def neighbours(points: Array) -> Array:
    """Return sorted numbers: those given and the next few in floating point, either way."""
    bits = points.view(np.int64)[:, None] + np.arange(-6, 7)
    return np.sort(bits.ravel().view(np.float64))


def quantile_missed(mass: float, found: float) -> Any:
    """Return by how much a normal quantile misses: by what mass, over the density there."""
    return (mpmath.ncdf(found) - mass) / mpmath.npdf(found)


Function: TypeAlias = tuple[str, Fill, Exactly, tuple[tuple[float, float], ...]]
FUNCTIONS: tuple[Function, ...] = (
    (
        "exponential",
        exponentials,
        lambda x, found: mpmath.exp(x) - found,
        ((-700.0, 709.7), (-40.0, 5.0), (-1.0, 1.0)),
    ),
    (
        "logarithm",
        logarithms,
        lambda x, found: mpmath.log(x) - found,
        ((1e-300, 1e300), (0.0, 2.0), (0.98, 1.02)),
    ),
    (
        "normal quantile",
        quantiles,
        quantile_missed,
        ((2.0**-53, 0.5), (2.0**-53, 1e-6), (0.5, 1.0)),
    ),
)


def moments() -> Iterator[Line]:
    """Compare the mean and the variance that runs take with NIST's, digit by digit.

    Most sets are decimal fractions that no floating-point number holds, so what they come to is
    worked out once more, exactly, from the numbers that are held. From that no digit may be lost.
    """
    for name, reference in references().items():
        held = [float(number) for number in reference.numbers]
        mean = math.fsum(held) / len(held)
        deviation = math.sqrt(float(np.var(np.array(held), ddof=1)))
        truth = statistics.variance(map(Fraction, held))
        of_held = mpmath.sqrt(mpmath.mpf(truth.numerator) / truth.denominator)
        lossless = digits(deviation, of_held)
        certified = digits(mean, reference.mean), digits(deviation, reference.deviation)
        found = f"{certified[0]:.1f} and {certified[1]:.1f}; of what is held {lossless:.1f}"
        right = certified[0] >= LEAST_DIGITS and lossless >= LEAST_DIGITS
        yield Line(f"NIST {name}: digits of mean and deviation", found, ">= 14", right)


def digits(found: float, right: Any) -> float:
    """Return how many digits agree, at most the 15 that are certified."""
    exactly = mpmath.mpf(right)
    missed = abs(mpmath.mpf(found) - exactly) / abs(exactly)
    return min(15.0, float(-mpmath.log10(missed))) if missed else 15.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Print all figures and return the exit status."""
    parser = argparse.ArgumentParser(description="Known answers of draws and arithmetic.")
    parser.add_argument("--points", type=int, default=POINTS, help="for each range of a function")
    parser.add_argument("--blocks", type=int, default=BLOCKS, help="of four draws")
    asked = parser.parse_args(arguments)
    start = time.monotonic()
    wrong = 0
    with mpmath.workprec(BITS):
        for line in (*draws(asked.blocks), *functions(asked.points), *moments()):
            mark = "right" if line.is_right else "WRONG"
            print(f"{line.what:<52}{line.found:>34}  {line.wanted:>6}  {mark}", flush=True)
            wrong += not line.is_right
    print(f"{wrong} wrong; took {time.monotonic() - start:.0f} s")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
