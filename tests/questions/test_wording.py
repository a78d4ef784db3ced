import math

import pytest

from detente.ensemble.measures import OUTCOMES
from detente.estimate.estimate import Estimate
from detente.estimate.quantiles import Quantile
from detente.questions import wording


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "did not occur"),
        (0.004, "below the scale (< 1)"),
        (0.01, "almost no chance (1-5)"),
        (0.05, "very unlikely (5-20)"),
        (0.31, "unlikely (20-45)"),
        (0.5, "roughly even chance (45-55)"),
        (0.6, "likely (55-80)"),
        (0.9, "very likely (80-95)"),
        (0.97, "almost certain (95-99)"),
        (0.995, "above the scale (> 99)"),
        (1.0, "occurred always"),
    ],
)
def test_a_share_has_one_term_of_one_row(share, words):
    assert wording.term(share) == words


def test_the_brackets_leave_no_gap():
    assert [term.high for term in wording.TERMS[:-1]] == [term.low for term in wording.TERMS[1:]]


@pytest.mark.parametrize(
    ("share", "count"),
    [(0.0, "0"), (0.0004, "< 1"), (0.31, "31"), (0.9999, "> 99"), (1.0, "100")],
)
def test_what_happened_is_never_reported_as_nothing(share, count):
    assert wording.of_100(share) == count


@pytest.mark.parametrize(
    ("low", "high", "digits"), [(0.27, 0.35, 0), (0.306, 0.314, 1), (0.3099, 0.3101, 1)]
)
def test_no_more_digits_are_reported_than_the_interval_supports(low, high, digits):
    assert wording.decimals(shown(0.31, low, high)) == digits


def shown(share, low, high):
    return Estimate(share, low, high, 0.0, 1.0, share, share)


@pytest.mark.parametrize(
    ("share", "words"),
    [
        ((0.0042, 0.0040, 0.0044), ("0.42", "0.40-0.44")),
        ((0.0042, 0.0005, 0.0205), ("0.4", "0.1-2.1")),
        ((0.0, 0.0, 0.02), ("0", "0-2")),
    ],
)
def test_rare_shares_are_reported_with_one_digit_more_and_never_as_nothing(share, words):
    found = shown(*share)

    assert (wording.percent(found), wording.chance(found)) == words


def test_a_part_of_the_variance_is_reported_with_its_interval():
    assert wording.share(0.092, 0.0704, 0.133, 0) == "9 (7 to 13)"


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0.64, "likely, 64 %"), (0.997, "above 99 %"), (0.003, "below 1 %")],
)
def test_a_belief_is_reported_in_words_and_numbers(probability, words):
    assert wording.belief(probability) == words


def test_every_outcome_has_a_name():
    assert set(wording.NAMES) == set(OUTCOMES)


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        ((-0.052, -0.064, -0.041), "5.2 points less often (4.1 to 6.4)"),
        ((0.01, -0.004, 0.024), "1.0 points more often (0.4 less to 2.4 more)"),
    ],
)
def test_a_change_is_said_by_its_size_with_the_low_end_first(difference, words):
    assert "".join(wording.change(*difference)) == words


@pytest.mark.parametrize(
    ("value", "decimals"), [(0.0, 0), (0.004, 2), (-0.4, 2), (3.14, 1), (-10.0, 0), (1234.5, 0)]
)
def test_a_number_is_written_with_about_two_figures(value, decimals):
    assert wording.places(value) == decimals


def test_a_series_has_an_and_before_its_last():
    assert wording.series(["one"]) == "one"
    assert wording.series(["one", "two", "three"]) == "one, two and three"


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ((-0.0012, -0.0008), "-0.12 to -0.08"),
        ((-0.0004, 0.0004), "-0.04 to 0.04"),
        ((0.031, 0.075), "3.1 to 7.5"),
        ((0.0, 0.0), "0.0"),
        ((-0.000001, 0.000001), "0.0"),
    ],
)
def test_an_interval_never_has_two_ends_that_read_alike(ends, words):
    assert wording.span(*ends) == words


def test_nothing_is_never_written_with_a_sign():
    figure = Quantile(-0.0, -0.0, -0.0, worlds=9)
    zero = shown(-0.0, -0.0, -0.0)

    assert wording.number(-0.04) == "0.0"
    assert wording.amount(figure) == "0"
    assert wording.amount_by_chance(figure) == "0"
    assert wording.significant(-0.0) == "0"
    assert wording.percent(zero) == "0.00"
    assert wording.chance(zero) == "0.00"


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ((12.0, 23.0), "12-23"),
        ((12.0, math.nan), "12 or more"),
        ((math.nan, 23.0), "at most 23"),
        ((math.nan, math.nan), "too few cases"),
    ],
)
def test_an_interval_with_too_few_cases_for_an_end_says_so_in_words(ends, words):
    assert wording.amount_by_chance(Quantile(18.0, *ends, worlds=9)) == words


@pytest.mark.parametrize(
    ("share", "words"),
    [
        ((0.31, 0.24, 0.39), "unlikely (20-45)"),
        ((0.17, 0.14, 0.21), ""),
        ((0.02, 0.0, 0.06), ""),
        ((0.97, 0.9, 1.0), ""),
        ((0.0, 0.0, 0.02), "did not occur"),
    ],
)
def test_an_interval_that_meets_two_brackets_has_no_term(share, words):
    assert wording.terms(*share) == words
