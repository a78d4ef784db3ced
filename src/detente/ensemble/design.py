"""Draws each uncertain number in each world; drawing more worlds changes no earlier one.

Each number has eight one-dimensional Sobol sequences (van der Corput's) of its own, and world k is
point `k // 8` of sequence `k mod 8`. Each sequence is scrambled independently by nested
permutations (Owen 1995, 1997): of its first 2^m points one falls in each of 2^m equal shares of the
number's distribution, and estimates stay unbiased. The order in which the shares are visited is
shuffled by nested permutations, too (Burley 2020); otherwise any two numbers would be correlated.
Points of one sequence depend on each other, but different sequences are independent. Therefore the
variation of a figure over the eight sequences shows how much it varies from seed to seed
(`estimate.intervals`).

The permutations read random bits addressed by the seed, the number's dotted name, the sequence and
the preceding digits. So a number's draw in a world depends on its name alone: a field added to a
pack changes no other field's draw, and asking for more worlds changes none (MODEL 1). The price is
that numbers are balanced one by one, not jointly: two numbers have a chance correlation of about
1.26 / sqrt(worlds), a quarter more than independent draws.

All arithmetic uses whole numbers and the kernel's own functions in a fixed order, so that the
worlds are the same to the last bit on every machine.
"""

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from detente.kernel.arithmetic import (
    exp,
    gamma_quantile,
    inverse_normal,
    log,
    logistic,
    logit,
    normal_probability,
)
from detente.kernel.draws import BITS, PURPOSE_SHIFT, WORD, Purpose, mix
from detente.pack.correlations import cholesky, normal_correlations
from detente.pack.crisis import Crisis
from detente.pack.model import Correlation
from detente.pack.quantity import Quantity

SCRAMBLES = 8
"""Independently scrambled sequences of each number; few, so that each has enough points."""
LEVELS = 6
"""Binary digits that one draw of bits scrambles: a tree with 63 branchings."""
ORDER_DIGITS = 36
"""Digits of a point's index that are shuffled."""
DIGITS = 54
"""Digits of a coordinate that are scrambled; 52 are kept."""
ORDER_STAGE = 0
VALUE_STAGE = 1
STAGE_SHIFT = 4
LEAST = 2.0**-53
"""Minimum distance of coordinates from 0 and 1."""
UPPER_SCORE = 1.6448536269514722
"""The normal quantile of 95 %."""
ACCEPTED = "accepted"
"""The name whose coordinate selects the row of the accepted set for a world (MODEL 1)."""

Law = Callable[[float], float]


class Scale(NamedTuple):
    """A transformation to the scale on which a number is normally distributed, and its inverse."""

    there: Law
    back: Law


SCALES = {
    "normal": Scale(float, float),
    "lognormal": Scale(log, exp),
    "logitnormal": Scale(logit, logistic),
}


def draw_worlds(
    numbers: Mapping[str, Quantity],
    correlations: Sequence[Correlation],
    *,
    worlds: int,
    seed: int,
    first: int = 0,
) -> dict[str, np.ndarray]:
    """Return each number's value in worlds `first` to `first + worlds - 1`, by dotted name.

    Raises `ClashingCorrelationsError` if the rank correlations contradict each other.
    """
    uniforms = uniforms_of(numbers, worlds=worlds, seed=seed, first=first)
    return draw_at(numbers, uniforms, correlations)


def uniforms_of(
    numbers: Mapping[str, Quantity], *, worlds: int, seed: int, first: int = 0
) -> dict[str, np.ndarray]:
    """Return the coordinates of worlds by number, and one for all of the accepted set."""
    unknown = [path for path, one in numbers.items() if not one.is_fixed and one.kind != ACCEPTED]
    names = [*unknown, ACCEPTED]
    spread = coordinates(names, worlds=worlds, seed=seed, first=first)
    return dict(zip(names, spread, strict=True))


def draw_at(
    numbers: Mapping[str, Quantity],
    uniforms: Mapping[str, np.ndarray],
    correlations: Sequence[Correlation],
) -> dict[str, np.ndarray]:
    """Return each number's value in worlds with the given coordinates, which are then correlated.

    One coordinate, `ACCEPTED`, selects the row of all numbers of the accepted set. `numbers` must
    include all that are correlated with each other.
    """
    own = {path: uniforms[path] for path in numbers if path in uniforms}
    places, drawn = correlate(own, correlations), {}
    for path, quantity in numbers.items():
        if quantity.kind == ACCEPTED:
            row = (uniforms[ACCEPTED] * len(quantity.values)).astype(int)
            drawn[path] = np.array(quantity.values)[row]
        elif path in places:
            drawn[path] = at_quantiles(quantity, places[path])
        else:
            worlds = len(next(iter(uniforms.values())))
            drawn[path] = np.full(worlds, float(quantity.low))
    return drawn


def drawn_worlds(crisis: Crisis, worlds: int, seed: int) -> list[dict[str, float]]:
    """Return the numbers of each world by dotted name, as in a run with the same seed."""
    drawn = draw_worlds(crisis.numbers, crisis.correlations, worlds=worlds, seed=seed)
    return [{path: float(x[world]) for path, x in drawn.items()} for world in range(worlds)]


def whole_scrambles(worlds: float) -> int:
    """Return a number of worlds rounded up to a multiple of SCRAMBLES."""
    return SCRAMBLES * math.ceil(worlds / SCRAMBLES)


def coordinates(paths: Sequence[str], *, worlds: int, seed: int, first: int = 0) -> np.ndarray:
    """Return each number's scrambled points, shape (numbers, worlds), within 0 and 1."""
    world = np.arange(first, first + worlds, dtype=np.uint64)
    scramble_of = (world % SCRAMBLES).astype(int)
    low, high = _keys(paths, seed)
    keys = low[:, scramble_of], high[:, scramble_of]
    points = (world // SCRAMBLES)[None, :]
    order = scramble(points, keys, ORDER_STAGE, ORDER_DIGITS)
    mirrored = np.zeros_like(order)  # the digits in reverse: the van der Corput sequence
    for digit in range(DIGITS):
        mirrored = mirrored << 1 | (order >> digit & 1)
    digits = scramble(mirrored, keys, VALUE_STAGE, DIGITS)
    return ((digits >> DIGITS - 52).astype(np.float64) + 0.5) * 2.0**-52


def scramble(
    numbers: np.ndarray, keys: tuple[np.ndarray, np.ndarray], stage: int, digits: int
) -> np.ndarray:
    """Return whole numbers with each binary digit flipped or not by a random bit.

    The bit depends on the digits before it (nested permutation). `digits` is the number of digits.
    """
    turned = np.zeros_like(numbers)
    for draw in range(digits // LEVELS):
        left = digits - draw * LEVELS
        before = numbers >> left
        place = np.uint64(Purpose.WORLD << PURPOSE_SHIFT | stage << STAGE_SHIFT | draw)
        high, low, _, _ = mix((place, np.uint64(0), before >> BITS, before & WORD), keys)
        # 64 random bits: one for each branching of a tree of six digits, 63 of them.
        branches = high << 32 | low
        for level in range(LEVELS):
            # Branchings are numbered as in a heap: a 1, then the digits passed so far.
            ahead = numbers >> left - level & (1 << level) - 1 | 1 << level
            digit = numbers >> left - level - 1 & 1
            turned = turned << 1 | (digit ^ branches >> ahead & 1)
    return turned


def _keys(paths: Sequence[str], seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return two random words for each sequence of each number, shape (numbers, SCRAMBLES).

    They depend on the seed, the sequence and 96 bits of the checksum of the number's name.
    """
    digests = b"".join(hashlib.sha256(path.encode()).digest()[:12] for path in paths)
    names = np.frombuffer(digests, ">u4").astype(np.uint64).reshape(-1, 3, 1)
    place = np.uint64(Purpose.WORLD << PURPOSE_SHIFT | 1 << 2 * STAGE_SHIFT)
    places = place | np.arange(SCRAMBLES, dtype=np.uint64)
    key = (np.uint64(seed) & WORD, np.uint64(seed) >> BITS)
    low, high, _, _ = mix((places, names[:, 0], names[:, 1], names[:, 2]), key)
    return low, high


def correlate(
    places: Mapping[str, np.ndarray], correlations: Sequence[Correlation]
) -> dict[str, np.ndarray]:
    """Return coordinates correlated by a Gaussian copula with the given rank correlations.

    Of two correlated numbers, the first by name keeps its coordinates. A correlation with a number
    that does not vary has no effect.
    """
    tied = [pair for pair in correlations if all(path in places for path in pair.of)]
    paths = sorted({path for pair in tied for path in pair.of})
    factor = cholesky(normal_correlations(paths, tied), paths)
    scores = [np.array([inverse_normal(u) for u in places[path].tolist()]) for path in paths]
    joint = dict(places)
    for row, path in enumerate(paths):
        weights = factor[row]
        if any(weights[:row]):
            # Summed one by one: in a matrix product the order of sums, and so the bits of a world,
            # would depend on the machine.
            total = weights[0] * scores[0]
            for column in range(1, row + 1):
                total = total + weights[column] * scores[column]
            places_of = map(normal_probability, total.tolist())
            # A coordinate of 0 or 1 has no quantile.
            joint[path] = np.array([min(max(u, LEAST), 1.0 - LEAST) for u in places_of])
    return joint


def quantile(quantity: Quantity, u: float) -> float:
    """Return the quantile of a number at probability `u`, 0 < u < 1."""
    return law_of(quantity)(u)


def at_quantiles(quantity: Quantity, places: np.ndarray) -> np.ndarray:
    """Return a number's value in each world, given its quantile there, within 0 and 1."""
    law = law_of(quantity)
    return np.array([law(place) for place in places.tolist()])


def law_of(quantity: Quantity) -> Law:
    """Return a number's quantile function."""
    law = _LAWS[quantity.kind](quantity)
    lowest, highest = quantity.limits if quantity.within is None else quantity.within
    # The tails of a range may exceed the limits of the field; they are cut off at the limit.
    return lambda u: min(max(law(u), lowest), highest)


def _fixed(quantity: Quantity) -> Law:
    value = float(quantity.low)
    return lambda u: value  # noqa: ARG005 - the same in every world


def _range(quantity: Quantity) -> Law:
    """Return the quantile function of a range, given its ends or its 5th and 95th percentile."""
    if quantity.shape == "uniform":
        low, width = quantity.low, quantity.high - quantity.low
        return lambda u: low + width * u
    there, back = SCALES[quantity.shape or "normal"]
    low, high = there(float(quantity.low)), there(float(quantity.high))
    middle, deviation = 0.5 * (low + high), 0.5 * (high - low) / UPPER_SCORE
    return lambda u: back(middle + deviation * inverse_normal(u))


def _values(quantity: Quantity) -> Law:
    weights = quantity.weights or (1.0,) * len(quantity.values)
    # Sorted, so that a higher coordinate never gives a lower value: rank correlations need it.
    pairs = sorted(zip(quantity.values, weights, strict=True))
    total = 0.0
    steps = []
    for value, weight in pairs:
        total += weight
        steps.append((total, float(value)))
    return lambda u: next((value for top, value in steps if u * total < top), steps[-1][1])


def _chance(quantity: Quantity) -> Law:
    """Return the quantile function of a yes-or-no number: 1 for high coordinates, else 0."""
    not_so = 1.0 - (quantity.probability or 0.0)
    return lambda u: 1.0 if u >= not_so else 0.0


def _gamma(quantity: Quantity) -> Law:
    shape = float(quantity.gamma_shape or 1.0)
    scale = float(quantity.mean or 0.0) / shape
    return lambda u: scale * gamma_quantile(shape, u)


def _accepted(quantity: Quantity) -> Law:
    """Return the quantile function of one calibrated number, without its correlations."""
    ordered = sorted(quantity.values)
    return lambda u: ordered[int(u * len(ordered))]


_LAWS: Mapping[str, Callable[[Quantity], Law]] = {
    "fixed": _fixed,
    "range": _range,
    "values": _values,
    "chance": _chance,
    "gamma": _gamma,
    "accepted": _accepted,
}
