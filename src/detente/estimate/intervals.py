"""Shares, ratios and means over futures, with their intervals and ranges across worlds.

The 90 % interval over worlds and chance says what other seeds would give. Worlds are points of
eight Sobol sequences, each scrambled independently (`ensemble.design`). Points of one sequence are
spread evenly, so that a figure varies far less than over independent worlds, but the sequences are
independent of each other. The variance is therefore a jackknife over the eight scrambles, with
Student's t of 7 degrees of freedom. Only `by_scramble` knows which world belongs to which scramble.

Worlds have equal weights unless the run is weighed: then a figure is the weighted mean `sum w x /
sum w`, and each leave-one-out figure uses weights fitted to the same views without that scramble.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from statistics import NormalDist
from typing import NamedTuple, TypeVar

import numpy as np

from detente.ensemble.design import SCRAMBLES
from detente.ensemble.weighing import Weighing, mean_of
from detente.estimate.estimate import Estimate

K = TypeVar("K")

QUANTILE = 1.6448536269514722
"""Normal quantile that leaves 5 % on each side."""
OUTER, MIDDLE_HALF = (0.05, 0.95), (0.25, 0.75)
"""Levels of the percentiles between which a range across worlds lies."""
NO_RANGE = (math.nan, math.nan)
CLOSE_ENOUGH = 0.01
"""Half-width at which an interval counts as narrow enough: one point."""
LEAST_EFFECTIVE = 5.0
"""Least effective number of worlds that an interval assumes; with fewer it would be useless."""
UNSEEN = 5.0
"""Largest ratio of the odds of an unseen world to those of the most extreme world played."""
LEAST_LEAN, MOST_LEAN = 1e-6, 0.4
"""Bounds of the skewness correction: below the first, worlds are symmetric but for rounding; beyond
the second, the correction would be as large as the interval."""


class Effective(NamedTuple):
    """How many equally weighted futures, and worlds, would carry as much (Kish 1965)."""

    futures: float
    worlds: float


def estimate_share(
    happened: np.ndarray,
    futures: int,
    weighing: Weighing | None = None,
    *,
    levels: tuple[float, float] | None = OUTER,
) -> Estimate:
    """Estimate a share from the count in each world, of `futures` played in each.

    Chance: the worlds are strata, so the variance of the mean share is
    `v = sum_k p_k (1 - p_k) / (M - 1) / K^2`, and Wilson's score interval is taken with `v` in
    place of `p (1 - p) / n` (Wilson 1927), which keeps it sensible at 0 and 1.

    Worlds and chance: the jackknife over scrambles (`over_worlds`), no narrower than chance alone.
    One world says nothing of others, so that the interval is that of chance.

    Across worlds: with `S2` the variance of the worlds' shares and `w` the mean of their chance
    variances `p_k (1 - p_k) / (M - 1)`, `B = S2 - w` is the worlds' own. Each deviation from the
    mean is shrunk by `sqrt(B / (B + w_k))`, where `w_k` is the chance variance of a world whose
    chance is likeliest `share + B / S2 (p_k - share)`, so that what is left varies as the worlds
    do. Percentiles are at `q (K + 1)`, between which a new world lies 9 times in 10
    (the sixth definition of Hyndman & Fan 1996).

    Of weighed worlds it is a ratio of weighted sums (`estimate_ratio`). Without `levels` the range
    across worlds is left out, which takes most of the time.
    """
    by_world, worlds = happened / futures, len(happened)
    whole = np.full(worlds, futures)
    if weighing is not None:
        return estimate_ratio(happened, whole, futures, weighing, levels=levels)
    share = math.fsum(by_world) / worlds
    # A future counts 0 or 1, so that the mean of its square is its mean.
    noise = noise_of_means(by_world, by_world, futures)
    chance = interval(share, noise / worlds, worlds * futures)
    # Shares vary between worlds by chance as well: that part is taken out first.
    across = spread(by_world, share, noise, levels=levels) if levels else NO_RANGE
    return _share(share, chance, between_worlds(happened, whole), across)


def estimate_ratio(
    part: np.ndarray,
    whole: np.ndarray,
    futures: int,
    weighing: Weighing | None = None,
    *,
    levels: tuple[float, float] | None = OUTER,
) -> Estimate:
    """Estimate the share of the futures of a condition in which something else happens.

    `part` and `whole` are counts in each world, and the whole is not empty. Chance: the score
    interval with the variance of the ratio's linear form, in which a future counts `1 - r` in the
    part, `-r` in the rest of the whole and 0 elsewhere (Woodruff 1971). Worlds and chance: as in
    `estimate_share`. Across worlds: percentiles of worlds with at least two futures of the whole,
    at other `levels` if given, left out if None.
    """
    worlds = len(whole)
    even = np.ones(worlds) if weighing is None else weighing.even
    cases = float(even @ whole)
    share = float(even @ part) / cases
    means = (part - share * whole) / futures
    squares = (part * (1.0 - share) ** 2 + (whole - part) * share**2) / futures
    happens = cases / (worlds * futures)
    # Linear form of a ratio: its variance is that of a mean, over the squared chance that something
    # happens.
    noise = noise_of_means(means, squares, futures, weighing) / happens**2
    # As many futures of equal weight would carry as much (Kish 1965).
    ends = interval(share, noise / worlds, cases * cases / float(even**2 @ whole))
    wide = between_worlds(part, whole, weighing)
    if levels is None:
        return _share(share, ends, wide, NO_RANGE)
    # From one future of a world the chance variance of its share cannot be told.
    has_two = whole > 1
    if weighing is not None:
        has_two &= weighing.weights > 0.0
    own = part[has_two] / whole[has_two]
    chances = own * (1.0 - own) / (whole[has_two] - 1)
    of_those = None if weighing is None else weighing.of(has_two)
    chance = float(mean_of(chances, of_those)) if has_two.any() else 0.0
    across = spread(own, share, chance, of_those, levels=levels)
    return _share(share, ends, wide, across)


def estimate_mean(
    by_world: np.ndarray, squares: np.ndarray, futures: int, weighing: Weighing | None = None
) -> Estimate:
    """Estimate the mean of a quantity between -1 and 1, from each world's mean and mean square.

    Chance, as of a share: `(x + 1) / 2` lies between 0 and 1 and has a quarter of the variance.
    Worlds and chance: `ends_over_worlds`.
    """
    worlds = len(by_world)
    mean = math.fsum(adding_to_mean(by_world, weighing)) / worlds
    noise = noise_of_means(by_world, squares, futures, weighing)
    half = (mean + 1.0) / 2.0
    chance = interval(half, noise / 4.0 / worlds, worlds * futures)
    # The range is over the means of single worlds, whose noise no weight changes.
    own_noise = noise_of_means(by_world, squares, futures)
    across = spread((by_world + 1.0) / 2.0, half, own_noise / 4.0, weighing)
    low, high, spread_low, spread_high = (2.0 * end - 1.0 for end in (*chance, *across))
    below, above = ends_over_worlds(by_world, noise, weighing)
    wide = max(-1.0, below), min(1.0, above)
    return _share(mean, (min(low, mean), max(high, mean)), wide, (spread_low, spread_high))


def adding_to_mean(by_world: np.ndarray, weighing: Weighing | None) -> np.ndarray:
    """Return each world's contribution to a weighted mean.

    The plain mean of contributions is the weighted mean and has its variance. To first order a
    world contributes `w (x - mean) / mean w` (delta method).
    """
    if weighing is None:
        return by_world
    mean = float(mean_of(by_world, weighing))
    return np.asarray(mean + weighing.even * (by_world - mean))


def _share(
    share: float,
    chance: tuple[float, float],
    wide: tuple[float, float] | None,
    across: tuple[float, float],
) -> Estimate:
    """Return a share with its three intervals, none narrower than the one of chance alone."""
    low, high = wide or chance
    return Estimate(share, min(low, chance[0]), max(high, chance[1]), *across, *chance)


def between_worlds(
    part: np.ndarray, whole: np.ndarray, weighing: Weighing | None = None
) -> tuple[float, float] | None:
    """Return the 90 % interval over worlds and chance of a share, from counts in each world.

    It is 0 to 1 if one of several scrambles holds the whole, since nothing is known of the others,
    and None if there is only one world. If a few worlds hold nearly all of a share, leave-one-out
    log-odds become so extreme that the interval would exceed any world; no end therefore has odds
    more than `UNSEEN` times those of the most extreme world.
    """
    if len(whole) == 1:
        return None
    if by_scramble(whole).max() == whole.sum():
        return 0.0, 1.0
    own, left_out = part[whole > 0] / whole[whole > 0], without_each(part, whole, weighing)
    if weighing is not None:
        part, whole = weighing.even * part, weighing.even * whole
    effective = less_fitted(max(LEAST_EFFECTIVE, fewest(part, whole - part)), weighing)
    sizes = Effective(float(whole.sum()), effective)
    low, high = over_worlds(float(part.sum() / whole.sum()), left_out, sizes)
    lowest, highest = float(own.min()), float(own.max())
    if lowest == highest:
        return low, high
    farthest = UNSEEN * highest / (1.0 + (UNSEEN - 1.0) * highest)
    nearest = lowest / (lowest + UNSEEN * (1.0 - lowest))
    return max(low, nearest), min(high, farthest)


def consistent(
    estimates: Mapping[K, Estimate], members: Mapping[K, Collection[int]]
) -> dict[K, Estimate]:
    """Return estimates adjusted so that no part exceeds its whole.

    A kind of futures that is part of another cannot be more frequent, so the ends of each interval
    bound those of the other. `members`: the kinds that each estimate counts.
    """
    kinds = {key: set(members[key]) for key in estimates}
    return {
        key: replace(
            one,
            low=max(other.low for part, other in estimates.items() if kinds[part] <= kinds[key]),
            high=min(
                other.high for whole, other in estimates.items() if kinds[key] <= kinds[whole]
            ),
        )
        for key, one in estimates.items()
    }


def by_scramble(by_world: np.ndarray) -> np.ndarray:
    """Return sums over the worlds of each scramble, shape (scrambles, ...).

    World k belongs to scramble `k mod 8`, so that fewer than 8 worlds are a scramble each. If
    `by_world` starts at another world, scrambles are numbered from that one.
    """
    scrambles = min(SCRAMBLES, len(by_world))
    return np.array([by_world[first::SCRAMBLES].sum(axis=0) for first in range(scrambles)])


def over_worlds(share: float, left_out: np.ndarray, effective: Effective) -> tuple[float, float]:
    """Return the 90 % interval of a share over worlds and chance.

    `left_out`: the share without each scramble in turn, shape (scrambles,). The interval is
    computed on the scale of log-odds, where few worlds with a large share pull less to one side. If
    a leave-one-out share is 0 or 1, its log-odds are infinite: then the score interval is used,
    with as many draws as give the jackknife's variance.
    """
    if left_out.min() <= 0.0 or left_out.max() >= 1.0:
        variance = jackknife(left_out, effective.worlds)
        draws = effective.futures
        if variance > 0.0:
            # So many draws as would have this variance, and no more than were made.
            draws = min(draws, share * (1.0 - share) / variance)
        return interval(share, variance, draws)
    reach = reach_over_worlds(np.log(left_out / (1.0 - left_out)), effective.worlds)
    odds = share / (1.0 - share)
    low, high = odds * math.exp(-reach), odds * math.exp(reach)
    return low / (1.0 + low), high / (1.0 + high)


def without_each(
    happened: np.ndarray, weight: np.ndarray, weighing: Weighing | None = None
) -> np.ndarray:
    """Return the share without each scramble in turn, shape (scrambles,), from sums by world."""
    return np.asarray(sums_without_each(happened, weighing) / sums_without_each(weight, weighing))


def sums_without_each(by_world: np.ndarray, weighing: Weighing | None = None) -> np.ndarray:
    """Return sums over worlds without each scramble in turn, shape (scrambles, ...)."""
    return np.asarray(
        by_world.sum(axis=0) - by_scramble(by_world)
        if weighing is None
        else weighing.without @ by_world
    )


def jackknife(left_out: np.ndarray, effective: float) -> float:
    """Return the jackknife variance of a figure over worlds and chance.

    `left_out`: the figure without each scramble; a scramble takes its chance with it (Efron & Stein
    1981). The variance is widened by Student's law, so that normal intervals hold where few
    scrambles or worlds carry the figure; `effective` is the number of worlds. If some scrambles
    have one world more than others, the variance is up to 2 % too large.
    """
    free = max(1.0, min(float(len(left_out)), effective) - 1.0)
    return _variance(left_out) * (student(free) / QUANTILE) ** 2


def reach_over_worlds(left_out: np.ndarray, effective: float) -> float:
    """Return half the length of the 90 % interval of a figure, by `jackknife`."""
    return QUANTILE * math.sqrt(jackknife(left_out, effective))


def less_fitted(carry: float, weighing: Weighing | None) -> float:
    """Return how many scrambles, or worlds if fewer, carry a figure, weighed or not.

    Each condition to which weights were fitted costs one, as in a regression, down to
    `LEAST_EFFECTIVE`; without that, 90 % intervals cover 88.
    """
    if weighing is None:
        return carry
    free = min(float(SCRAMBLES), carry) - weighing.conditions
    return max(min(carry, LEAST_EFFECTIVE), free)


def _variance(left_out: np.ndarray) -> float:
    """Return the plain jackknife variance from leave-one-out figures."""
    scrambles = len(left_out)
    return (scrambles - 1) / scrambles * float(np.sum((left_out - left_out.mean()) ** 2))


def effective_size(weights: np.ndarray) -> float:
    """Return the effective number of weights, `(sum w)^2 / sum w^2`."""
    total = float(weights.sum())
    return total * total / float(weights @ weights)


def fewest(*parts: np.ndarray) -> float:
    """Return the least effective number of worlds of parts, given as weights, shape (worlds,)."""
    return min(effective_size(part) for part in parts if part.any())


def ends_over_worlds(
    by_world: np.ndarray, noise: float, weighing: Weighing | None = None
) -> tuple[float, float]:
    """Return the 90 % interval of a mean over worlds and chance, no narrower than chance's.

    `noise` is the mean chance variance of a world's mean. With one world the interval is that of
    chance.
    """
    worlds, added = len(by_world), adding_to_mean(by_world, weighing)
    mean, chance = math.fsum(added) / worlds, QUANTILE * math.sqrt(noise / worlds)
    if worlds == 1:
        return mean - chance, mean + chance
    carry = less_fitted(min(float(SCRAMBLES), carrying(added)), weighing)
    below, above = _lopsided(added, student(carry - 1.0))
    deviation = math.sqrt(_variance(without_each(by_world, np.ones(worlds), weighing)))
    return mean - max(chance, below * deviation), mean + max(chance, above * deviation)


def _lopsided(by_world: np.ndarray, reach: float) -> tuple[float, float]:
    """Return how many standard errors the 90 % interval of a mean extends below and above it.

    `reach` is Student's quantile `t` with as many degrees of freedom as scrambles, or worlds if
    fewer, carry the mean. With the worlds' skewness `g` and `a = g / sqrt(K)`, .4 at most, the ends
    are where `T + a (T^2 / 3 + 1 / 6) + a^2 T^3 / 27` equals `t` and `-t`, since the mean of a
    skewed law errs more often to one side (Hall 1992).
    """
    spread = float(np.std(by_world))
    skewness = float(np.mean((by_world - by_world.mean()) ** 3)) / spread**3 if spread else 0.0
    lean = min(max(skewness / math.sqrt(len(by_world)), -MOST_LEAN), MOST_LEAN)
    if abs(lean) < LEAST_LEAN:
        return reach, reach
    ends = (np.cbrt(1.0 + lean * (end - lean / 6.0)) - 1.0 for end in (reach, -reach))
    below, above = (3.0 / lean * float(end) for end in ends)
    return below, -above


def carrying(by_world: np.ndarray) -> float:
    """Return how many worlds carry a mean, between 5 (if there are as many) and all.

    Normal contributions around 0 give all; `effective_size` alone would give 2 in pi of them.
    """
    sizes = np.abs(by_world)
    # Among normal numbers the mean square is pi / 2 times the squared mean size.
    effective = math.pi / 2.0 * effective_size(sizes) if sizes.any() else math.inf
    return min(float(len(by_world)), max(LEAST_EFFECTIVE, effective))


def variance_over_worlds(by_world: np.ndarray, noise: float) -> float:
    """Return the variance of a mean over worlds and chance, widened by Student's law.

    It is at least that of chance: `noise` is the mean chance variance of a world's mean.
    """
    worlds = len(by_world)
    if worlds == 1:
        return noise
    return max(noise / worlds, jackknife(without_each(by_world, np.ones(worlds)), worlds))


def noise_of_means(
    by_world: np.ndarray,
    squares: np.ndarray,
    futures: int,
    weighing: Weighing | None = None,
) -> float:
    """Return the mean chance variance of a world's mean, from means and mean squares.

    For weighed worlds it is that of a world's contribution to the weighted mean.
    """
    even = np.ones(len(by_world)) if weighing is None else weighing.even
    if futures == 1:
        # One future a world cannot tell chance from not-knowing: all of it is called chance.
        worlds = len(by_world)
        return math.fsum(even**2 * squares) / worlds - (math.fsum(even * by_world) / worlds) ** 2
    # Rounding may put a variance of 0 below it.
    own = np.maximum(squares - by_world * by_world, 0.0)
    return float(np.mean(even**2 * own)) / (futures - 1)


def interval(
    share: float, variance: float, futures: float, normal_quantile: float = QUANTILE
) -> tuple[float, float]:
    """Return the score interval of a share from the variance of its estimate, 90 % by default.

    With the variance `p (1 - p) / n` it is Wilson's (1927).
    """
    squared = normal_quantile * normal_quantile / futures
    centre = (share + squared / 2.0) / (1.0 + squared)
    half = normal_quantile * math.sqrt(variance + squared / (4.0 * futures)) / (1.0 + squared)
    # The score interval is centred off the share: it holds the share all the same.
    return max(0.0, min(centre - half, share)), min(1.0, max(centre + half, share))


def spread_of_amounts(
    means: np.ndarray, noise: float, weighing: Weighing | None = None
) -> tuple[float, float]:
    """Return the 5th and 95th percentile over worlds of unbounded amounts.

    `noise` is the mean chance variance of a world's mean.
    """
    drawn_in = without_chance(means, noise, weighing)
    low, high = quantiles_over_worlds(drawn_in, OUTER, weighing)
    return float(low), float(high)


def quantiles_over_worlds(
    by_world: np.ndarray, levels: Sequence[float] | np.ndarray, weighing: Weighing | None = None
) -> np.ndarray:
    """Return quantiles over worlds, shape (levels,).

    For equal weights at `q (K + 1)` in the order of K worlds; otherwise the first value that a
    share `q` of the weight does not exceed.
    """
    if weighing is None:
        found: np.ndarray = np.quantile(by_world, levels, method="weibull")
    else:
        weights = weighing.weights
        # Numpy weighs quantiles by this method only.
        found = np.quantile(by_world, levels, method="inverted_cdf", weights=weights)
    return found


def without_chance(means: np.ndarray, noise: float, weighing: Weighing | None = None) -> np.ndarray:
    """Return the means of worlds with the noise of sampling futures removed, shape (worlds,).

    With `S2` their variance and `w` that of sampling, each deviation from the mean is shrunk by
    `sqrt(max(0, (S2 - w) / S2))`, so that the remaining variance is the worlds' own.
    """
    variance = variance_of_worlds(means, weighing)
    kept = math.sqrt(max(0.0, 1.0 - noise / variance)) if variance > 0.0 else 0.0
    mean = mean_of(means, weighing)
    return np.asarray(mean + kept * (means - mean))


def variance_of_worlds(by_world: np.ndarray, weighing: Weighing | None) -> float:
    """Return the unbiased variance over worlds."""
    if len(by_world) == 1:
        return 0.0
    if weighing is None:
        return float(np.var(by_world, ddof=1))
    squares = float(mean_of((by_world - mean_of(by_world, weighing)) ** 2, weighing))
    worlds = weighing.effective
    return squares * worlds / (worlds - 1.0) if worlds > 1.0 else 0.0


def longer(certainty: float) -> float:
    """Return the length of an interval of another certainty relative to a 90 % interval."""
    free = SCRAMBLES - 1
    normal_quantile = NormalDist().inv_cdf((1.0 + certainty) / 2.0)
    return student(free, normal_quantile) / student(free)


def student(free: float, normal_quantile: float = QUANTILE) -> float:
    """Return the quantile of Student's t at the level of a normal quantile, 95 % by default.

    Fisher's expansion to the third order: with 4 degrees of freedom 2.13 for 2.132, with 2 it is
    2.88 for 2.920.
    """
    powers = [normal_quantile**power for power in range(1, 8, 2)]
    first = powers[0] + powers[1]
    second = 3.0 * powers[0] + 16.0 * powers[1] + 5.0 * powers[2]
    third = -15.0 * powers[0] + 17.0 * powers[1] + 19.0 * powers[2] + 3.0 * powers[3]
    return normal_quantile + first / (4 * free) + second / (96 * free**2) + third / (384 * free**3)


def mean_over(figures: np.ndarray) -> Estimate:
    """Return the mean of at least two independent figures, by Student's t."""
    count = len(figures)
    mean = float(figures.mean())
    reach = student(count - 1) * float(np.std(figures, ddof=1)) / math.sqrt(count)
    return Estimate(mean, mean - reach, mean + reach, kind="mean")


def mean_over_worlds(by_world: np.ndarray, weighing: Weighing | None = None) -> Estimate:
    """Return the mean over worlds of a figure that contains chance in each."""
    mean = math.fsum(adding_to_mean(by_world, weighing)) / len(by_world)
    return Estimate(mean, *ends_over_worlds(by_world, 0.0, weighing), kind="mean")


def more_needed(low: float, high: float, count: int, width: float = CLOSE_ENOUGH) -> int:
    """Return how many more draws an interval of `count` draws needs for a half-width of `width`.

    The half-width falls with the square root of the number of worlds (interval over worlds and
    chance) or futures (chance alone).
    """
    half = (high - low) / 2.0
    if half <= width:
        return 0
    return math.ceil(count * ((half / width) ** 2 - 1.0))


def spread(
    by_world: np.ndarray,
    share: float,
    noise: float,
    weighing: Weighing | None = None,
    *,
    levels: tuple[float, float] = OUTER,
) -> tuple[float, float]:
    """Return two percentiles over worlds with the mean chance variance `noise` removed."""
    variance = variance_of_worlds(by_world, weighing) if len(by_world) else 0.0
    if variance <= noise:
        return share, share
    between = variance - noise
    likely = share + between / variance * (by_world - share)
    own = likely * (1.0 - likely)
    # By world: with one shrinkage for all the range held a new world in 52 to 83 of 100
    # (docs/decisions.md).
    noises = noise * own / (mean_of(own, weighing) or 1.0)
    low, high = percentiles(by_world, share, between, noises, weighing, levels=levels)
    return max(0.0, low), min(1.0, high)


def percentiles(
    by_world: np.ndarray,
    centre: float,
    between: float,
    noises: np.ndarray,
    weighing: Weighing | None = None,
    *,
    levels: tuple[float, float] = OUTER,
) -> tuple[float, float]:
    """Return two percentiles over worlds of figures with a chance variance in each.

    Deviations from the centre are shrunk to the variance `between`, the worlds' own.
    """
    kept = np.sqrt(between / (between + noises))
    low, high = quantiles_over_worlds(centre + kept * (by_world - centre), levels, weighing)
    return float(low), float(high)
