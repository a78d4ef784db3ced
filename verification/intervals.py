"""Shares, means and quantiles with their intervals, worked out by another way than the project's.

Written from `docs/show.md` and `docs/drivers.md`, with Student's law of scipy in place of an
expansion where that is good, and roots found in place of closed forms.
"""

import math
from typing import TypeAlias

import numpy as np
from scipy import optimize, stats  # type: ignore[import-untyped]

CASES, WORLDS = 5, 19
"""Values on either side that a world's quantile needs, and worlds that their range needs."""
FEWEST = 5.0
"""Worlds that an interval counts at least."""
EXACT = 6.0
"""Deviations from which on Student's law and Fisher's expansion of it are the same to 2 in 10,000.
With one the expansion is 12 % short, with two 1.2 %, with three .3 %."""
MOST_LEAN = 0.4
"""How far an interval is put right for skewness at most."""
Z = float(stats.norm.ppf(0.95))
Numbers: TypeAlias = list[float]


def share(happened: np.ndarray, among: np.ndarray | None = None) -> Numbers:
    """Return share, interval and range across worlds in %, of yes or no by world and future.

    `among`: the futures of which it is a share, unless of all.
    """
    whole = np.ones_like(happened) if among is None else among
    part, size = (happened & whole).sum(axis=1), whole.sum(axis=1)
    mean = part.sum() / size.sum()
    noise = _noise(part, size, mean, happened.shape[1])
    chance = score(mean, noise / len(part), int(size.sum()))
    low, high = _jackknife(part, size) if len(part) > 1 else chance
    two = size > 1
    own = part[two] / size[two]
    inside = float(np.mean(own * (1 - own) / (size[two] - 1)))
    around = across(own, mean, inside)
    return [100 * one for one in (mean, min(low, chance[0]), max(high, chance[1]), *around)]


def _noise(part: np.ndarray, size: np.ndarray, mean: float, each: int) -> float:
    """Return the mean chance variance of a world's share, or of a ratio's linear form."""
    form = (part - mean * size) / each
    squares = (part * (1 - mean) ** 2 + (size - part) * mean**2) / each
    variance = np.maximum(squares - form**2, 0) / max(1, each - 1)
    return float(np.mean(variance)) / float(size.sum() / (len(size) * each)) ** 2


def score(mean: float, variance: float, count: float) -> tuple[float, float]:
    """Return the score interval of a share whose estimate has this variance."""
    centre, shrink = mean + Z**2 / (2 * count), 1 + Z**2 / count
    half = Z * math.sqrt(variance + Z**2 / (4 * count**2)) / shrink
    return max(0.0, min(mean, centre / shrink - half)), min(1.0, max(mean, centre / shrink + half))


def _jackknife(part: np.ndarray, size: np.ndarray) -> tuple[float, float]:
    """Return the interval over worlds, each left out in turn, on log-odds."""
    if size.max() == size.sum():
        return 0.0, 1.0
    mean, left = part.sum() / size.sum(), (part.sum() - part) / (size.sum() - size)
    carried = [equal_weights(one) for one in (part, size - part) if one.any()]
    wide = student(max(FEWEST, min(carried)) - 1) / Z
    if left.min() <= 0 or left.max() >= 1:
        variance = (len(left) - 1) * float(np.var(left)) * wide**2
        return score(mean, variance, float(size.sum()))
    reach = Z * wide * math.sqrt((len(left) - 1) * float(np.var(np.log(left / (1 - left)))))
    ends = (math.log(mean / (1 - mean)) + sign * reach for sign in (-1, 1))
    low, high = (1 / (1 + math.exp(-end)) for end in ends)
    return low, high


def equal_weights(weights: np.ndarray) -> float:
    """Return how many equal weights would carry as much as these."""
    return float(weights.sum()) ** 2 / float((weights.astype(float) ** 2).sum())


def student(free: float) -> float:
    """Return the quantile of Student's law that leaves 5 % on each side, from so many deviations.

    From fewer than six by Fisher's expansion to the third order, by which reports have it.
    """
    if free >= EXACT:
        return float(stats.t.ppf(0.95, free))
    first = (Z**3 + Z) / 4
    second = (5 * Z**5 + 16 * Z**3 + 3 * Z) / 96
    third = (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / 384
    return Z + first / free + second / free**2 + third / free**3


def across(own: np.ndarray, mean: float, noise: float) -> tuple[float, float]:
    """Return the 5th and 95th percentile across worlds, chance removed."""
    between = float(np.var(own, ddof=1)) - noise if len(own) > 1 else 0.0
    if between <= 0:
        return mean, mean
    likely = mean + between / (between + noise) * (own - mean)
    binomial = likely * (1 - likely)
    chance = noise * binomial / (float(np.mean(binomial)) or 1.0)
    drawn = mean + np.sqrt(between / (between + chance)) * (own - mean)
    low, high = np.quantile(drawn, (0.05, 0.95), method="weibull")
    return max(0.0, float(low)), min(1.0, float(high))


def quantile(values: np.ndarray, among: np.ndarray, level: float) -> Numbers:
    """Return a quantile of what happens, with the interval that its share's interval gives."""
    ordered = np.sort(values[among])
    value = _at(ordered, level)
    _, low, high, *_ = (one / 100 for one in share(values <= value, among))
    below = float((ordered <= value).mean())
    ends = [_at(ordered, level + end - below) for end in (low, high)]
    return [value, *ends, *_of_worlds(values, among, level)]


def _of_worlds(values: np.ndarray, among: np.ndarray, level: float) -> Numbers:
    """Return the 5th and 95th percentile of the worlds' own quantiles, if they are enough."""
    each = [np.sort(values[world][among[world]]) for world in range(len(values))]
    each = [one for one in each if len(one) * min(level, 1 - level) >= CASES]
    if len(each) < WORLDS:
        return []
    own = np.array([_at(one, level) for one in each])
    error = [math.sqrt(level * (1 - level) / len(one)) for one in each]
    reach = [_at(one, level + e) - _at(one, level - e) for one, e in zip(each, error, strict=True)]
    noise = (np.array(reach) / 2) ** 2
    between = float(np.var(own, ddof=1) - noise.mean())
    if between <= 0:
        return []
    drawn = own.mean() + np.sqrt(between / (between + noise)) * (own - own.mean())
    low, high = np.quantile(drawn, (0.05, 0.95), method="weibull")
    return [max(float(low), own.min()), min(float(high), own.max())]


def _at(ordered: np.ndarray, level: float) -> float:
    place = math.ceil(level * len(ordered) - 1e-9) - 1
    return float(ordered[min(max(place, 0), len(ordered) - 1)])


def mean_within(values: np.ndarray) -> Numbers:
    """Return a mean between -1 and 1 with its interval and range across worlds.

    `values`: of each future, shape (worlds, futures). The score interval is the least.
    """
    means, (count, each) = values.mean(axis=1), values.shape
    noise, mean = noise_of(values), float(means.mean())
    low, high = ends_of_mean(means, noise)
    half, quarter = (1 + mean) / 2, noise / 4
    least = [2 * end - 1 for end in score(half, quarter / count, count * each)]
    around = [2 * end - 1 for end in across((1 + means) / 2, half, quarter)]
    return [mean, max(-1.0, min(low, least[0])), min(1.0, max(high, least[1])), *around]


def mean_of(values: np.ndarray) -> Numbers:
    """Return a mean that knows no bounds, with its interval and range across worlds."""
    means, noise = values.mean(axis=1), noise_of(values)
    low, high = np.quantile(drawn_in(means, noise), (0.05, 0.95), method="weibull")
    return [float(means.mean()), *ends_of_mean(means, noise), float(low), float(high)]


def difference(values: np.ndarray, base: np.ndarray) -> Numbers:
    """Return the mean of paired differences, its interval, and its range if it is of shares."""
    unlike = values.astype(float) - base
    return mean_within(unlike) if values.dtype == bool else mean_of(unlike)[:3]


def noise_of(values: np.ndarray) -> float:
    """Return the mean chance variance of a world's mean."""
    return float(np.mean(values.var(axis=1, ddof=1)) / values.shape[1])


def ends_of_mean(means: np.ndarray, noise: float) -> tuple[float, float]:
    """Return the ends of a mean over worlds, whose variance is no less than that of chance."""
    below, above = reaches(means)
    error = math.sqrt(max(noise, float(np.var(means, ddof=1))) / len(means))
    return float(means.mean()) - below * error, float(means.mean()) + above * error


def reaches(means: np.ndarray) -> tuple[float, float]:
    """Return how many standard errors an interval reaches below and above a mean over worlds.

    By Student's law of as many worlds as carry the mean, `pi / 2` times as many as equal weights
    would, put right for their skewness (Hall 1992).
    """
    sizes = np.abs(means)
    carry = math.pi / 2 * equal_weights(sizes) if sizes.any() else math.inf
    reach = student(min(len(means), max(FEWEST, carry)) - 1)
    skewness = float(stats.skew(means)) if np.ptp(means) > 0 else 0.0
    lean = min(max(skewness / math.sqrt(len(means)), -MOST_LEAN), MOST_LEAN)

    def turned(end: float) -> float:
        return end + lean * (end**2 / 3 + 1 / 6) + lean**2 * end**3 / 27

    below, above = (
        optimize.brentq(lambda end, to=to: turned(end) - to, -1e3, 1e3) for to in (reach, -reach)
    )
    return below, -above


def drawn_in(means: np.ndarray, noise: float) -> np.ndarray:
    """Return worlds' means, drawn in to their own by what chance adds to their variance."""
    variance = float(np.var(means, ddof=1)) if len(means) > 1 else 0.0
    kept = math.sqrt(max(0.0, 1 - noise / variance)) if variance > 0 else 0.0
    drawn: np.ndarray = means.mean() + kept * (means - means.mean())
    return drawn
