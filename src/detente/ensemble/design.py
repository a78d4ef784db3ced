"""The worlds: draws of all that is not known, which stay what they are when more is asked for.

Each number has eight Sobol sequences of its own, in one dimension (van der Corput's), and world k
is point `k // 8` of sequence `k mod 8`. Each is scrambled by nested permutations (Owen 1995, 1997)
of its own: of the first 2^m points of a sequence one falls in each of 2^m equal shares of what the
number may be, and estimates stay unbiased. The order in which the shares are visited is shuffled by
nested permutations too (Burley 2020); without that, any two numbers would rise and fall together.
Points of one sequence depend on each other, those of two sequences do not: so a figure from each of
the eight scrambles shows by how much it varies from seed to seed (`estimate.intervals`).

Which way each binary digit turns is read from random bits addressed by the seed, the number's
dotted name, the scramble and the digits before. So a number's draw in a world is fixed by its name:
a field added to a pack moves no other field's draw, and asking for more worlds moves none
(MODEL 1). The price: two numbers are balanced each on its own, not jointly,
and correlated by chance, by about 1.26 / sqrt(worlds), a quarter more than independent draws.

Everything is worked out in whole numbers and in the kernel's own arithmetic, in a fixed order, so
that the worlds are the same to the last bit on every machine.
"""

import hashlib
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
from detente.kernel.draws import HALF, PURPOSE_SHIFT, WORD, Purpose, mix
from detente.pack.correlations import RankCorrelation, cholesky, normal_correlations
from detente.pack.crisis import Crisis
from detente.pack.quantity import Quantity

SCRAMBLES = 8
"""Sequences of each number that are scrambled on their own; few worlds, well spread in each."""
LEVELS = 6
"""Binary digits that the bits of one draw turn: a tree of 63 branchings."""
ORDER_DIGITS = 36
"""Digits of a point's index that are shuffled."""
DIGITS = 54
"""Digits of a coordinate that are scrambled; 52 are kept."""
ORDER_STAGE = 0
VALUE_STAGE = 1
STAGE_SHIFT = 4
LEAST = 2.0**-53
"""The coordinates lie so far or farther from 0 and 1."""
UPPER_SCORE = 1.6448536269514722
"""The normal quantile of 95 %."""
ACCEPTED = "accepted"
"""The name whose coordinate picks a row of the accepted set for a world (MODEL 1)."""

Law = Callable[[float], float]


class Scale(NamedTuple):
    """Where a number is normal: to that scale and back."""

    there: Law
    back: Law


SCALES = {
    "normal": Scale(float, float),
    "lognormal": Scale(log, exp),
    "logitnormal": Scale(logit, logistic),
}


def draw_worlds(
    numbers: Mapping[str, Quantity],
    correlations: Sequence[RankCorrelation],
    *,
    worlds: int,
    seed: int,
    first: int = 0,
) -> dict[str, np.ndarray]:
    """Return each number's value in worlds `first` to `first + worlds - 1`, by dotted name.

    Raises `ClashingCorrelationsError` if the rank correlations contradict each other.
    """
    unknown = [path for path, one in numbers.items() if not one.is_fixed and one.kind != ACCEPTED]
    names = [*unknown, ACCEPTED]
    spread = coordinates(names, worlds=worlds, seed=seed, first=first)
    return draw_at(numbers, dict(zip(names, spread, strict=True)), correlations)


def draw_at(
    numbers: Mapping[str, Quantity],
    uniforms: Mapping[str, np.ndarray],
    correlations: Sequence[RankCorrelation],
) -> dict[str, np.ndarray]:
    """Return each number's value in worlds that lie at these coordinates, before correlations.

    One coordinate, `ACCEPTED`, chooses the row of all numbers of the accepted set. `numbers` hold
    all that are tied to each other.
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
    """Return the numbers of so many worlds by dotted name, those of a run with the same seed."""
    drawn = draw_worlds(crisis.numbers, crisis.correlations, worlds=worlds, seed=seed)
    return [{path: float(x[world]) for path, x in drawn.items()} for world in range(worlds)]


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
    """Turn each binary digit of whole numbers, or not, by what the digits before it are."""
    turned = np.zeros_like(numbers)
    for draw in range(digits // LEVELS):
        left = digits - draw * LEVELS
        before = numbers >> left
        place = np.uint64(Purpose.WORLD << PURPOSE_SHIFT | stage << STAGE_SHIFT | draw)
        high, low, _, _ = mix((place, np.uint64(0), before >> HALF, before & WORD), keys)
        # 64 random bits: one for each branching of a tree of six digits, 63 of them.
        branches = high << 32 | low
        for level in range(LEVELS):
            # Branchings are numbered as in a heap: a 1, then the digits passed so far.
            ahead = numbers >> left - level & (1 << level) - 1 | 1 << level
            digit = numbers >> left - level - 1 & 1
            turned = turned << 1 | (digit ^ branches >> ahead & 1)
    return turned


def _keys(paths: Sequence[str], seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return two random words for each scramble of each number, shape (numbers, SCRAMBLES).

    They come of the seed, the scramble and 96 bits of the checksum of the number's name.
    """
    digests = b"".join(hashlib.sha256(path.encode()).digest()[:12] for path in paths)
    names = np.frombuffer(digests, ">u4").astype(np.uint64).reshape(-1, 3, 1)
    place = np.uint64(Purpose.WORLD << PURPOSE_SHIFT | 1 << 2 * STAGE_SHIFT)
    places = place | np.arange(SCRAMBLES, dtype=np.uint64)
    key = (np.uint64(seed) & WORD, np.uint64(seed) >> HALF)
    low, high, _, _ = mix((places, names[:, 0], names[:, 1], names[:, 2]), key)
    return low, high


def correlate(
    places: Mapping[str, np.ndarray], correlations: Sequence[RankCorrelation]
) -> dict[str, np.ndarray]:
    """Return coordinates tied by a Gaussian copula that has the rank correlations asked for.

    Of two numbers tied, the first by name keeps its coordinates. A number that every world has the
    same is tied to nothing.
    """
    tied = [pair for pair in correlations if all(path in places for path in pair.of)]
    paths = sorted({path for pair in tied for path in pair.of})
    factor = cholesky(normal_correlations(paths, tied), paths)
    scores = [np.array([inverse_normal(u) for u in places[path].tolist()]) for path in paths]
    joint = dict(places)
    for row, path in enumerate(paths):
        weights = factor[row]
        if any(weights[:row]):
            # A matrix product would add in an order of its own, and the bits of a world would
            # depend on the machine.
            total = weights[0] * scores[0]
            for column in range(1, row + 1):
                total = total + weights[column] * scores[column]
            places_of = map(normal_probability, total.tolist())
            # A coordinate of 0 or 1 has no quantile.
            joint[path] = np.array([min(max(u, LEAST), 1.0 - LEAST) for u in places_of])
    return joint


def quantile(quantity: Quantity, u: float) -> float:
    """Return the value below which a number lies with probability `u`, 0 < u < 1."""
    return law_of(quantity)(u)


def at_quantiles(quantity: Quantity, places: np.ndarray) -> np.ndarray:
    """Return the value of a number in each world from where it lies there, within 0 and 1."""
    law = law_of(quantity)
    return np.array([law(place) for place in places.tolist()])


def law_of(quantity: Quantity) -> Law:
    """Return a number's quantile function."""
    law = _LAWS[quantity.kind](quantity)
    lowest, highest = quantity.limits if quantity.within is None else quantity.within
    # Tails of a range may pass what the field allows: worlds there lie on the bound.
    return lambda u: min(max(law(u), lowest), highest)


def _fixed(quantity: Quantity) -> Law:
    value = float(quantity.low)
    return lambda u: value  # noqa: ARG005 - the same in every world


def _range(quantity: Quantity) -> Law:
    """Return the law of a range from its ends, or from its 5th and 95th percentile."""
    if quantity.shape == "uniform":
        low, width = quantity.low, quantity.high - quantity.low
        return lambda u: low + width * u
    there, back = SCALES[quantity.shape or "normal"]
    low, high = there(float(quantity.low)), there(float(quantity.high))
    middle, deviation = 0.5 * (low + high), 0.5 * (high - low) / UPPER_SCORE
    return lambda u: back(middle + deviation * inverse_normal(u))


def _values(quantity: Quantity) -> Law:
    weights = quantity.weights or (1.0,) * len(quantity.values)
    # In order, so that a higher coordinate never brings a lower value: rank correlations need it.
    pairs = sorted(zip(quantity.values, weights, strict=True))
    total = 0.0
    steps = []
    for value, weight in pairs:
        total += weight
        steps.append((total, float(value)))
    return lambda u: next((value for top, value in steps if u * total < top), steps[-1][1])


def _chance(quantity: Quantity) -> Law:
    """Return the law of what is so (1) or not (0); the high coordinates are those where it is."""
    not_so = 1.0 - (quantity.probability or 0.0)
    return lambda u: 1.0 if u >= not_so else 0.0


def _gamma(quantity: Quantity) -> Law:
    shape = float(quantity.gamma_shape or 1.0)
    scale = float(quantity.mean or 0.0) / shape
    return lambda u: scale * gamma_quantile(shape, u)


def _accepted(quantity: Quantity) -> Law:
    """Return the law of one calibrated number, whatever goes with it."""
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
