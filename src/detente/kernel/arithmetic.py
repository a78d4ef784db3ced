"""Arithmetic that gives the same bits on every processor, with and without the compiler.

Library functions round differently from one processor to the next, so that the same crisis could
end differently on two machines. All functions here use only + - x / and the square root, whose
results are exactly defined, and tables that are computed in whole numbers when the module loads.
"""

import math

import numpy as np

from detente.kernel import exact
from detente.kernel.jit import inlined, jit
from detente.kernel.layout import Array

INFINITY = math.inf
NOT_A_NUMBER = math.nan
EVEN = 0.5
"""An even chance."""

STEPS = 128
"""Tabulated steps in each doubling."""
PLACES = 41
"""Binary places of the high part of a logarithm: few, so that its product with an exponent is
exact."""
STEPS_PER_UNIT = STEPS * exact.ONE / exact.LOG_2
STEP_HIGH, STEP_LOW = exact.in_short(exact.LOG_2 // STEPS, PLACES)
ROUNDER = 6755399441055744.0
"""Adding and subtracting 1.5 x 2^52 rounds a number below 2^51 to a whole one."""
EXP_LOWEST = -744.44
"""Below this argument the exponential is less than the least number above 0."""
EXP_HIGHEST = 709.78
"""Above this argument the exponential is within .3 % of the greatest number, or exceeds it."""
ROOTS_OF_TWO = exact.roots_of_two(STEPS)


@jit
def exp(x: float) -> float:
    """Return the exponential; error below 0.52 units in the last place.

    The result is 0 below EXP_LOWEST and infinite above EXP_HIGHEST.
    """
    # The argument is first clamped, and the two ends are treated last: without branches before
    # them, the compiler vectorises loops over this function.
    held = x if x > EXP_LOWEST else EXP_LOWEST
    held = held if held < EXP_HIGHEST else EXP_HIGHEST
    whole = (held * STEPS_PER_UNIT + ROUNDER) - ROUNDER
    # The step is split in two parts. The high part has few places, so that its product with a whole
    # number is exact.
    rest = (held - whole * STEP_HIGH) - whole * STEP_LOW
    index = int(whole)
    square = rest * rest
    # The Taylor series to the fifth power is enough, as `rest` is below 1 / 256 of a doubling.
    bend = square * (0.5 + rest * (1.0 / 6.0)) + square * square * (
        1.0 / 24.0 + rest * (1.0 / 120.0)
    )
    root = float(ROOTS_OF_TWO[index & 127, 0])
    grown = root + root * (float(ROOTS_OF_TWO[index & 127, 1]) + (rest + bend))
    # The power of two is split into two factors: it alone may overflow or underflow although the
    # result does not.
    half = index >> 8
    result = grown * power_of_two(half) * power_of_two((index >> 7) - half)
    if x > EXP_HIGHEST:
        return INFINITY
    if not x > EXP_LOWEST:
        return x if x != x else 0.0  # noqa: PLR0124 - only what is not a number differs from itself
    return result


@jit
def power_of_two(exponent: int) -> float:
    """Return 2 to an exponent between -1022 and 1023, from the bits that such a number has."""
    return float(np.int64((exponent + 1023) << 52).view(np.float64))


LOG_2_HIGH, LOG_2_LOW = exact.in_short(exact.LOG_2, PLACES)
LOG_STEPS = exact.logarithms(STEPS, PLACES)
LEAST_NORMAL = 2.2250738585072014e-308
TWO_TO_54 = 18014398509481984.0
NEAR_ONE = 1.0 / 64.0
BITS_OF_ONE, BELOW_ONE = 1023 << 52, (1 << 52) - 1
"""The bits of the exponent of the number 1, and a mask for the bits of the fraction."""


@jit
def log(x: float) -> float:
    """Return the logarithm, minus infinity at 0; error below 0.7 units in the last place."""
    return log_without_branch(x)


@jit
def fill_logs(x: Array, logs: Array, count: int) -> None:
    """Fill the logarithms of the first `count` numbers."""
    for place in range(count):
        logs[place] = log_without_branch(x[place])


@inlined
def log_without_branch(x: float) -> float:
    """Return `log` of a number without branches, so that loops over it are vectorised."""
    is_small = x < LEAST_NORMAL
    # A number below the least normal one stores its exponent differently. It is multiplied by 2^54,
    # and 54 is subtracted from the exponent below.
    bits = int(np.float64(x * TWO_TO_54 if is_small else x).view(np.int64))
    exponent = (bits >> 52 & 2047) - 1023
    # The nearest of 128 tabulated points, so that `rest` is small either way.
    index = ((bits >> 44 & 255) + 1) >> 1
    fraction = float(np.int64(bits & BELOW_ONE | BITS_OF_ONE).view(np.float64))
    rest = (fraction - float(LOG_STEPS[index, 2])) * float(LOG_STEPS[index, 3])
    square = rest * rest
    bend = square * (rest * (1.0 / 3.0) - 0.5) + square * square * (
        rest * 0.2 - 0.25 + square * (rest * (1.0 / 7.0) - 1.0 / 6.0)
    )
    exponent -= 54 if is_small else 0
    low = exponent * LOG_2_LOW + float(LOG_STEPS[index, 1])
    # Exact: the exponent has 11 bits and the short part of the logarithm of 2 has 41.
    high = exponent * LOG_2_HIGH + float(LOG_STEPS[index, 0])
    # Near 1 the logarithm is small, and the sum above would lose digits by cancellation. A series
    # about 1 replaces it.
    is_near = 1.0 - NEAR_ONE < x < 1.0 + NEAR_ONE
    near = log_near_one(x - 1.0 if is_near else 0.0)
    result = near if is_near else high + (rest + (bend + low))
    end = -INFINITY if x == 0.0 else (x if x > 0.0 else NOT_A_NUMBER)
    return result if 0.0 < x < INFINITY else end


@inlined
def log_near_one(near: float) -> float:
    """Return the logarithm of `1 + near`, for `near` between -1/64 and 1/64."""
    square = near * near
    fourth = square * square
    third = near * (1.0 / 3.0) - 0.5
    fifth = near * 0.2 - 0.25
    seventh = near * (1.0 / 7.0) - 1.0 / 6.0
    ninth = near * (1.0 / 9.0) - 0.125
    bend = third + square * fifth + fourth * (seventh + square * ninth)
    return near + square * bend


POINTS_PER_UNIT = 64.0
SPACING = 1.0 / POINTS_PER_UNIT
POINTS = 577
"""Tabulated points, from 0 to 9 standard deviations: beyond the quantile of the least uniform of 53
bits."""
MIDDLE = 6
"""Number of points near 0 for which the expansion about the median is more accurate."""
ORDER = 13
"""Powers of each expansion of the quantile."""
ROOT_OF_TWO_PI = 2.5066282746310007
SLOPE_PAST_FIVE_HALVES = 0.006628274631000502
"""The slope of the quantile at 1/2, which is the root of 2 pi, minus 5/2."""
EXPANSION_OF_MASS = 11
NORMAL_POINTS = exact.normal_points(POINTS)
NORMAL_SERIES = exact.normal_series(POINTS, ORDER)


@jit
def inverse_normal(u: float) -> float:
    """Return the quantile of the normal distribution; error below 0.65 units in the last place.

    For a mass below 2^-63, smaller than any uniform drawn here, the result is between 9 and 10 in
    size and no longer accurate.
    """
    if u > EVEN:
        return upper_quantile(1.0 - u)
    return -upper_quantile(u)


@jit
def upper_quantile(mass: float) -> float:
    """Return the point above which the normal distribution has a mass of 1/2 or less.

    A rough approximation selects the nearest tabulated point. A series in powers of the mass
    between that point and the quantile gives the distance.
    """
    if not mass > 0.0:
        return INFINITY
    # A neighbouring point would do as well, as each series is accurate beyond the midpoints.
    index = min(int(rough_quantile(mass) * POINTS_PER_UNIT + 0.5), POINTS - 1)
    if index < MIDDLE:
        return quantile_near_the_middle(0.5 - mass)
    # The first difference is exact, as the two masses are close. The second term corrects for the
    # rounding of the table.
    step = (float(NORMAL_POINTS[index, 0]) - mass) + float(NORMAL_POINTS[index, 1])
    step *= float(NORMAL_POINTS[index, 3])
    bend = 0.0
    for power_left in range(ORDER - 2, -1, -1):
        bend = bend * step + float(NORMAL_SERIES[index, power_left])
    return index * SPACING + (step + step * step * bend)


@jit
def rough_quantile(mass: float) -> float:
    """Return the upper quantile to 4.5e-4 (Hastings 1955; Abramowitz & Stegun 26.2.23)."""
    t = math.sqrt(-2.0 * log(mass))
    top = 2.515517 + t * (0.802853 + t * 0.010328)
    return t - top / (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308)))


@jit
def quantile_near_the_middle(excess: float) -> float:
    """Return the normal quantile at `1/2 + excess`, for a small excess.

    The result is the sum of 5/2 of the excess and a small remainder, so that the rounding of the
    slope and of the series hardly matters.
    """
    step = excess * ROOT_OF_TWO_PI
    square = step * step
    # Even powers are absent: the quantile is odd about 1/2.
    bend = 0.0
    for power_left in range(ORDER - 2, 0, -2):
        bend = bend * square + float(NORMAL_SERIES[0, power_left])
    bend *= step * square
    return 2.5 * excess + (excess * SLOPE_PAST_FIVE_HALVES + bend)


@jit
def normal_probability(x: float) -> float:
    """Return the probability that a standard normal number is below x; 0 or 1 past 9."""
    distance = min(abs(x), (POINTS - 1) * SPACING)
    index = int(distance * POINTS_PER_UNIT + 0.5)
    step = distance - index * SPACING
    before, term, between = 0.0, step, 0.0
    for count in range(1, EXPANSION_OF_MASS):
        between += term / count
        before, term = term, -step * (index * SPACING * term + step * before) / count
    mass = float(NORMAL_POINTS[index, 0]) - between * float(NORMAL_POINTS[index, 2])
    return 1.0 - mass if x > 0.0 else mass


@jit
def logistic(x: float) -> float:
    """Return `1 / (1 + exp(-x))`."""
    return 1.0 / (1.0 + exp(-x))


@jit
def logit(p: float) -> float:
    """Return the log-odds of a probability, infinite at 0 and 1."""
    if p >= 1.0:
        return INFINITY
    return log(p / (1.0 - p))


@jit
def decay(rate: float, days: float) -> float:
    """Return the share that remains after some days of decay at a rate, `exp(-rate days)`."""
    return exp(-rate * days)


@jit
def arrival(rate: float, days: float) -> float:
    """Return the chance that an event with a rate occurs within `days`, `1 - exp(-rate days)`."""
    return 1.0 - exp(-rate * days)


@jit
def power(base: float, exponent: int) -> float:
    """Return a number raised to a whole power of 0 or more, by repeated squaring."""
    result = 1.0
    while exponent > 0:
        if exponent & 1:
            result *= base
        base *= base
        exponent >>= 1
    return result


@jit
def fourth_root(x: float) -> float:
    """Return the fourth root of a number, 0 or more."""
    return math.sqrt(math.sqrt(x))


HALF_LOG_TWO_PI = 0.9189385332046727
STIRLING_FROM = 16.0
"""From this argument on, five terms of Stirling's series err by less than 1e-16."""


@jit
def log_gamma(shape: float) -> float:
    """Return the logarithm of the gamma function of a number above 0, by Stirling's formula."""
    product = 1.0
    while shape < STIRLING_FROM:
        product *= shape
        shape += 1.0
    stirling = (shape - 0.5) * log(shape) - shape + HALF_LOG_TWO_PI
    return stirling + past_stirling(shape) - log(product)


@jit
def past_stirling(shape: float) -> float:
    """Return the logarithm of the gamma function minus Stirling's formula, for 16 or more."""
    part = 1.0 / (shape * shape)
    series = 1.0 / 12.0 - part * (
        1.0 / 360.0 - part * (1.0 / 1260.0 - part * (1.0 / 1680.0 - part * (1.0 / 1188.0)))
    )
    return series / shape


FEW = 64.0
"""Trials below which a power is faster than an exponential."""
TAIL_DEVIATIONS = 7.5
"""Standard deviations below the mean at which the sum begins.

The chance of a smaller number of successes is below 6.1e-13 (Okamoto 1958).
"""
FAR_DEVIATIONS = 9.0
FAR = 40.0
"""The sum ends 9 standard deviations and 40 above the mean.

The chance of a larger number of successes is below 1e-18 (Bernstein's inequality).
"""


@jit
def binomial(trials: float, probability: float, u: float) -> float:
    """Return a binomial number of successes, by inversion of one uniform `u`.

    `trials` is whole. The result never falls as `u`, the probability or the trials rise. The time
    grows with the standard deviation once the mean is above 85.
    """
    if trials <= 0.0 or probability <= 0.0:
        return 0.0
    if probability >= 1.0:
        return trials
    if probability > EVEN:
        # Failures are rarer. They are counted with `1 - u`, so that successes still rise with `u`.
        return trials - rarer(trials, 1.0 - probability, 1.0 - u)
    return rarer(trials, probability, u)


@jit
def rarer(trials: float, probability: float, u: float) -> float:
    """Return the inverse of the binomial distribution for a probability of 1/2 or less.

    Probabilities are summed upwards from a count below which there is hardly any probability.
    """
    odds = probability / (1.0 - probability)
    mean = trials * probability
    deviation = math.sqrt(mean * (1.0 - probability))
    # Rounding may keep the sum of probabilities below `u`, so the loop also ends at this count.
    last = min(trials, mean + FAR_DEVIATIONS * deviation + FAR)
    # The mass below this count is less than a uniform of 32 bits can resolve.
    count = float(math.floor(mean - TAIL_DEVIATIONS * deviation))
    # `mass_of_count` is accurate only for 0 and for counts at which Stirling's series is.
    if count < STIRLING_FROM:
        count = 0.0
    mass = mass_of_count(trials, probability, count)
    total = mass
    while total <= u and count < last:
        mass *= odds * (trials - count) / (count + 1.0)
        count += 1.0
        total += mass
    return count


@jit
def mass_of_count(trials: float, probability: float, count: float) -> float:
    """Return the binomial probability of a count, which must be 0, or 16 or more.

    A count above 0 needs at least 16 failures, too. Its probability is computed from its distance
    to the mean (Loader 2000): the logarithms of large factorials would cancel and lose ten digits.
    """
    if count == 0.0:
        if trials < FEW:
            return power(1.0 - probability, int(trials))
        return exp(trials * log(1.0 - probability))
    rest = trials - count
    distance = count * log(count / (trials * probability))
    distance += rest * log(rest / (trials * (1.0 - probability)))
    missed = past_stirling(trials) - past_stirling(count) - past_stirling(rest)
    return exp(missed - distance - HALF_LOG_TWO_PI) / math.sqrt(count * rest / trials)


CONVERGED = 1e-6
"""Relative step at which a quantile has converged: the remaining error is of the step's cube."""
CLOSE = 1e-15
"""Relative change at which a continued fraction has converged."""


@jit
def gamma_quantile(shape: float, u: float) -> float:
    """Return the quantile of a gamma distribution, shape above 0, scale 1 (Halley's method)."""
    if not u > 0.0:
        return 0.0
    if u >= 1.0:
        return INFINITY
    x = first_gamma_quantile(shape, u)
    low, high, step = 0.0, INFINITY, x
    while abs(step) > CONVERGED * x:
        weight = exp(shape * log(x) - x - log_gamma(shape))
        excess = gamma_excess(shape, x, u, weight)
        low, high = (low, x) if excess > 0.0 else (x, high)
        step = excess * x / weight
        # Halley's correction is limited so that it at most doubles Newton's step.
        step /= max(0.5, 1.0 - 0.5 * step * ((shape - 1.0) / x - 1.0))
        # A step that leaves the bracket is replaced, so that the search converges from any start.
        x = between(x - step, low, high)
    return x


@jit
def between(wanted: float, low: float, high: float) -> float:
    """Return `wanted` if it is within the bracket, else the middle of the bracket.

    The result is twice the lower end if the bracket has no upper end yet.
    """
    if low <= wanted <= high:
        return wanted
    return 0.5 * (low + high) if high < INFINITY else 2.0 * low


@jit
def first_gamma_quantile(shape: float, u: float) -> float:
    """Return a rough gamma quantile, by Wilson & Hilferty 1931 or by the leading power near 0."""
    near_zero = exp((log(u) + log_gamma(shape + 1.0)) / shape)
    root = 1.0 - 1.0 / (9.0 * shape) + inverse_normal(u) / (3.0 * math.sqrt(shape))
    # The cube fails for a small shape and a low draw, for which the leading power is accurate.
    cubed = shape * root * root * root
    return cubed if cubed > 0.2 * shape else max(near_zero, 1e-300)


@jit
def gamma_excess(shape: float, x: float, u: float, weight: float) -> float:
    """Return the gamma probability below `x`, less `u`.

    `weight` is `x^shape exp(-x) / Gamma(shape)`. A power series is used below the mean, a continued
    fraction above it (Abramowitz & Stegun 6.5.29, 31).
    """
    if x < shape + 1.0:
        term = 1.0 / shape
        total, divisor = term, shape
        while term > CLOSE * 0.01 * total:
            divisor += 1.0
            term *= x / divisor
            total += term
        return weight * total - u
    return (1.0 - u) - weight * upper_fraction(shape, x)


@jit
def upper_fraction(shape: float, x: float) -> float:
    """Return the continued fraction of the upper incomplete gamma function (Lentz's method)."""
    base = x + 1.0 - shape
    before, after = 1e300, 1.0 / base
    fraction = after
    change, count = 0.0, 0.0
    while abs(change - 1.0) > CLOSE:
        count += 1.0
        factor = -count * (count - shape)
        base += 2.0
        after = 1.0 / (factor * after + base)
        before = base + factor / before
        change = after * before
        fraction *= change
    return fraction
