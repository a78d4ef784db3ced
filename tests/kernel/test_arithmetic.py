import math
from decimal import Decimal, localcontext
from fractions import Fraction

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from detente.kernel import arithmetic, exact
from detente.kernel.arithmetic import (
    arrival,
    between,
    binomial,
    decay,
    exp,
    fourth_root,
    gamma_quantile,
    inverse_normal,
    log,
    log_gamma,
    logistic,
    logit,
    normal_probability,
    power,
)
from detente.kernel.jit import jit

IS_TWIN = bool(numba.config.DISABLE_JIT)
POINTS = 500 if IS_TWIN else 12_000
QUANTILES = 50 if IS_TWIN else 1_000
BOUNDARY_STRIDE = 400 if IS_TWIN else 1
NEIGHBOURS = np.arange(-6, 7)
DIGITS = 40

probabilities = st.floats(1e-6, 1.0 - 1e-6)
draws = st.integers(0, 2**32 - 1).map(lambda word: (word + 0.5) / 2.0**32)
trials = st.integers(0, 3000).map(float)
shapes = st.floats(0.1, 100.0)


@jit
def exponentials(points: np.ndarray, results: np.ndarray) -> None:
    for place in range(points.shape[0]):
        results[place] = exp(float(points[place]))


@jit
def logarithms(points: np.ndarray, results: np.ndarray) -> None:
    for place in range(points.shape[0]):
        results[place] = log(float(points[place]))


@jit
def normal_quantiles(points: np.ndarray, results: np.ndarray) -> None:
    for place in range(points.shape[0]):
        results[place] = inverse_normal(float(points[place]))


def values(fill, points):
    results = np.zeros(len(points))
    fill(points, results)
    return results


def units_in_the_last_place(found, exactly):
    """Return by how many units in its last place each number misses an exact one."""
    units = np.spacing(np.abs(found))
    with localcontext(prec=DIGITS):
        return max(
            float(abs(Decimal(value) - right) / Decimal(unit))
            for value, right, unit in zip(found.tolist(), exactly, units.tolist(), strict=True)
        )


def drops(found):
    return int(np.sum(found[1:] < found[:-1]))


def with_neighbours(points):
    """Return sorted numbers: those given and the next few in floating point, either way."""
    bits = np.asarray(points).view(np.int64)[::BOUNDARY_STRIDE, None] + NEIGHBOURS
    return np.sort(bits.ravel().view(np.float64))


def mass_below(x):
    """Return the normal probability below -|x| to 40 digits, by the series of its integral."""
    with localcontext(prec=DIGITS + 20):
        x = abs(Decimal(x))
        root_of_two_pi = (2 * Decimal(exact.PI) / Decimal(exact.ONE)).sqrt()
        term = total = x
        count = 1
        while term > Decimal(10) ** -(DIGITS + 18):
            count += 2
            term = term * x * x / count
            total += term
        density = (-x * x / 2).exp() / root_of_two_pi
        return Decimal("0.5") - total * density, density


def quantile_errors(points):
    """Return by how many units in its last place each normal quantile misses."""
    for u, x in zip(points.tolist(), values(normal_quantiles, points).tolist(), strict=True):
        mass, density = mass_below(x)
        with localcontext(prec=DIGITS):
            missed = (mass - min(Decimal(u), 1 - Decimal(u))) / density
            yield float(abs(missed) / Decimal(float(np.spacing(abs(x)))))


@pytest.mark.parametrize(("low", "high"), [(-700.0, 709.7), (-40.0, 5.0), (-1.0, 1.0)])
def test_the_exponential_misses_by_less_than_a_unit_in_the_last_place(low, high):
    points = np.random.default_rng(1).uniform(low, high, POINTS)

    with localcontext(prec=DIGITS):
        exactly = [Decimal(x).exp() for x in points.tolist()]

    assert units_in_the_last_place(values(exponentials, points), exactly) < 0.52


@pytest.mark.parametrize(
    ("low", "high"), [(1e-300, 1e300), (0.0, 2.0), (0.95, 1.05), (1e-9, 100.0)]
)
def test_the_logarithm_misses_by_less_than_a_unit_in_the_last_place(low, high):
    points = np.random.default_rng(2).uniform(low, high, POINTS)

    with localcontext(prec=DIGITS):
        exactly = [Decimal(x).ln() for x in points.tolist()]

    assert units_in_the_last_place(values(logarithms, points), exactly) < 0.7


@pytest.mark.parametrize("most", [0.5, 0.01, 1e-4, 1e-9, 2.0**-48])
def test_the_normal_quantile_misses_by_less_than_a_unit_in_the_last_place(most):
    masses = np.random.default_rng(3).uniform(2.0**-53, most, QUANTILES)

    assert max(quantile_errors(masses)) < 0.65
    assert values(normal_quantiles, 1.0 - masses).min() >= 0.0


def test_the_exponential_never_falls_where_its_table_steps():
    steps = np.arange(-137_470, 131_070) + 0.5
    found = values(exponentials, with_neighbours(steps / arithmetic.STEPS_PER_UNIT))

    assert drops(found) == 0


def test_the_logarithm_never_falls_where_its_table_steps():
    steps = np.append(1.0 + (np.arange(128) + 0.5) / 128.0, [1.0 - 1.0 / 64.0, 1.0 + 1.0 / 64.0])
    points = np.concatenate([np.ldexp(steps, exponent) for exponent in range(-1021, 1023)])

    assert drops(values(logarithms, with_neighbours(points))) == 0


def test_the_normal_quantile_never_falls_where_its_table_steps():
    steps = special.ndtr(-(np.arange(570) + 0.5) / 64.0)
    rough = np.array([arithmetic.rough_quantile(float(mass)) for mass in steps])
    edges = steps * np.exp((rough * 64.0 - np.arange(570) - 0.5) / 64.0 * (rough + 0.5))
    spread = np.linspace(0.999, 1.001, 1 + POINTS // 50)
    points = np.sort(np.minimum(np.outer(edges, spread).ravel(), 0.5))

    assert drops(values(normal_quantiles, points)) == 0
    assert drops(values(normal_quantiles, np.sort(1.0 - points))) == 0


@pytest.mark.parametrize(
    ("fill", "low", "high"),
    [
        (exponentials, -745.0, 710.0),
        (exponentials, -1.0, 1.0),
        (logarithms, 0.0, 2.0),
        (logarithms, 0.98, 1.02),
        (normal_quantiles, 0.0, 1.0),
        (normal_quantiles, 0.0, 1e-6),
    ],
)
def test_nothing_falls_from_one_number_to_the_next(fill, low, high):
    points = np.random.default_rng(4).uniform(low, high, POINTS // 3)

    assert drops(values(fill, with_neighbours(points))) == 0


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (0.0, 1.0),
        (-0.0, 1.0),
        (-744.0, 1e-323),
        (-745.0, 0.0),
        (-1e308, 0.0),
        (-math.inf, 0.0),
        (709.0, 8.218407461554972e307),
        (710.0, math.inf),
        (1e308, math.inf),
        (math.inf, math.inf),
    ],
)
def test_the_exponential_saturates_at_its_ends(x, expected):
    assert exp(x) == expected


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (1.0, 0.0),
        (0.0, -math.inf),
        (-0.0, -math.inf),
        (math.inf, math.inf),
        (5e-324, -744.4400719213812),
        (1.7976931348623157e308, 709.782712893384),
    ],
)
def test_the_logarithm_is_defined_at_its_ends(x, expected):
    assert log(x) == expected


@pytest.mark.parametrize("x", [-1.0, -math.inf, math.nan])
def test_what_has_no_logarithm_gives_none(x):
    assert math.isnan(log(x))


def test_what_is_not_a_number_stays_so():
    assert math.isnan(exp(math.nan))


@given(st.floats(-700.0, 700.0))
def test_the_logarithm_undoes_the_exponential(x):
    assert log(exp(x)) == pytest.approx(x, rel=1e-15, abs=1.2e-16)


@given(st.floats(-30.0, 30.0))
def test_the_logistic_function_is_symmetric(x):
    assert logistic(x) + logistic(-x) == pytest.approx(1.0, abs=3e-16)


@given(probabilities)
def test_log_odds_are_undone_by_the_logistic_function(p):
    assert logistic(logit(p)) == pytest.approx(p, rel=1e-13)


def test_log_odds_of_certainty_are_infinite():
    assert (logit(0.0), logit(1.0), logit(0.5)) == (-math.inf, math.inf, 0.0)
    assert (logistic(-1e308), logistic(1e308)) == (0.0, 1.0)


@given(st.floats(0.0, 10.0), st.floats(0.0, 400.0))
def test_what_is_left_and_what_has_come_make_one(rate, days):
    assert decay(rate, days) + arrival(rate, days) == pytest.approx(1.0, abs=3e-16)
    assert 0.0 <= arrival(rate, days) <= 1.0


@given(st.floats(0.0, 4.0), st.integers(0, 30))
def test_a_power_is_a_repeated_product(base, exponent):
    assert power(base, exponent) == pytest.approx(base**exponent, rel=1e-14)


@given(st.floats(0.0, 1e6))
def test_a_fourth_root_is_undone_by_the_fourth_power(x):
    assert power(fourth_root(x), 4) == pytest.approx(x, rel=1e-14)


@given(draws)
def test_the_normal_quantile_is_symmetric(u):
    assert inverse_normal(1.0 - u) == -inverse_normal(u)


def test_the_normal_quantile_is_infinite_at_its_ends():
    assert (inverse_normal(0.0), inverse_normal(0.5), inverse_normal(1.0)) == (
        -math.inf,
        0.0,
        math.inf,
    )


@given(st.floats(-8.0, 8.0))
def test_the_normal_probability_agrees_with_another_program(x):
    assert normal_probability(x) == pytest.approx(special.ndtr(x), rel=2e-14)


@given(draws)
def test_the_normal_probability_undoes_the_quantile(u):
    assert normal_probability(inverse_normal(u)) == pytest.approx(u, rel=1e-14)


@given(st.floats(0.01, 1e5))
def test_the_log_gamma_function_agrees_with_another_program(shape):
    assert log_gamma(shape) == pytest.approx(special.gammaln(shape), rel=1e-14, abs=5e-14)


@given(shapes, draws)
def test_the_gamma_quantile_agrees_with_another_program(shape, u):
    assert gamma_quantile(shape, u) == pytest.approx(special.gammaincinv(shape, u), rel=1e-11)


def test_the_gamma_quantile_of_shape_one_is_exponential():
    assert gamma_quantile(1.0, 0.75) == pytest.approx(2.0 * math.log(2.0), rel=1e-14)
    assert (gamma_quantile(2.0, 0.0), gamma_quantile(2.0, 1.0)) == (0.0, math.inf)


@given(shapes, draws, draws)
def test_the_gamma_quantile_never_falls(shape, one, other):
    low, high = sorted((one, other))

    assert gamma_quantile(shape, low) <= gamma_quantile(shape, high) * (1.0 + 1e-12)


@given(trials, st.floats(0.0, 1.0), draws)
def test_successes_are_whole_and_no_more_than_trials(count, probability, u):
    successes = binomial(count, probability, u)

    assert 0.0 <= successes <= count
    assert successes == math.floor(successes)


@given(trials, probabilities, draws, draws)
def test_successes_never_fall_as_the_draw_rises(count, probability, one, other):
    low, high = sorted((one, other))

    assert binomial(count, probability, low) <= binomial(count, probability, high)


@given(trials, st.integers(0, 10**6), st.integers(0, 10**6), draws)
def test_successes_never_fall_as_the_probability_rises(count, one, other, u):
    low, high = sorted((one / 1e6, other / 1e6))

    assert binomial(count, low, u) <= binomial(count, high, u)


@given(trials, trials, probabilities, draws)
def test_successes_never_fall_as_trials_are_added(one, other, probability, u):
    low, high = sorted((one, other))

    assert binomial(low, probability, u) <= binomial(high, probability, u)


@given(trials, probabilities, draws)
def test_successes_agree_with_another_program(count, probability, u):
    assert binomial(count, probability, u) == stats.binom.ppf(u, count, probability)


@pytest.mark.parametrize("probability", [1e-5, 0.003, 0.5, 0.9, 0.9999])
def test_a_hundred_thousand_trials_are_no_trouble(probability):
    words = np.random.default_rng(5).integers(0, 2**32, 20)
    found = [binomial(1e5, probability, (int(word) + 0.5) / 2.0**32) for word in words]

    assert found == stats.binom.ppf((words + 0.5) / 2.0**32, 1e5, probability).tolist()


def test_even_the_farthest_draws_of_a_hundred_thousand_trials_are_near_the_mean():
    cases = [(p, u) for p in (0.1, 0.5, 0.9) for u in (2.0**-33, 1.0 - 2.0**-33)]
    found = [binomial(1e5, p, u) for p, u in cases]

    assert found == pytest.approx([stats.binom.ppf(u, 1e5, p) for p, u in cases], abs=3.0)
    assert binomial(1e5, 0.5, 1.0 - 2.0**-53) < 52_000.0


def test_a_place_beyond_its_bracket_gives_way_to_one_within():
    assert between(2.0, 1.0, 4.0) == 2.0
    assert between(7.0, 1.0, 4.0) == between(0.5, 1.0, 4.0) == 2.5
    assert between(-1.0, 3.0, math.inf) == 6.0


def test_nothing_succeeds_of_nothing():
    assert (binomial(0.0, 0.5, 0.9), binomial(5.0, 0.0, 0.9), binomial(5.0, 1.0, 0.1)) == (0, 0, 5)


def test_constants_are_worked_out_to_the_last_bit():
    with localcontext(prec=55):
        log_of_two = Decimal(exact.LOG_2) / Decimal(exact.ONE)
        pi = Decimal(exact.PI) / Decimal(exact.ONE)

        assert abs(log_of_two - Decimal(2).ln()) < Decimal("1e-52")
        assert str(pi).startswith("3.14159265358979323846264338327950288419716939937510")


@pytest.mark.parametrize("places", [8, 20, 40])
@pytest.mark.parametrize(
    "number",
    [exact.LOG_2, exact.PI, exact.ONE // 3, exact.ONE],
    ids=["log 2", "pi", "a third", "1"],
)
def test_a_number_in_short_is_the_nearest_of_few_places_and_the_rest_makes_it_good(number, places):
    short, rest = exact.in_short(number, places)
    exactly = Fraction(number, exact.ONE)

    assert (short * 2**places).is_integer()
    assert abs(exactly - Fraction(short)) <= Fraction(1, 2 ** (places + 1))
    assert abs(exactly - Fraction(short) - Fraction(rest)) <= abs(rest) * 2.0**-53
