import math

import numpy as np
import pytest

from detente.estimate.estimate import Estimate, nested
from detente.estimate.intervals import QUANTILE, estimate_share, student
from detente.questions.engagement.campaigns import (
    CampaignMean,
    Sums,
    bounded,
    figures_of,
    of_moments,
    over_worlds,
    ratio,
    sums_of,
)

GENERATOR = np.random.default_rng(5)


def test_worlds_weigh_the_same_however_many_campaigns_have_the_number():
    one, other = np.array([1.0, np.nan, np.nan, np.nan]), np.array([3.0, 3.0, 3.0, 3.0])

    assert over_worlds([one, other]).value == 2.0


def test_the_interval_is_students_over_the_means_of_worlds_that_lie_evenly():
    figure = over_worlds([np.array([0.0, 2.0]), np.array([4.0, 8.0]), np.array([11.0, 11.0])])
    reach = student(2.0) * np.std([1.0, 6.0, 11.0], ddof=1) / np.sqrt(3.0)

    assert figure.value == pytest.approx(6.0)
    assert figure.high - figure.value == pytest.approx(reach)
    assert figure.value - figure.low == pytest.approx(reach)


@pytest.mark.parametrize("worlds", [4, 16])
def test_the_interval_holds_the_mean_of_all_worlds_nine_times_in_ten(worlds):
    centres = GENERATOR.normal(5.0, 4.0, (2000, worlds, 1))
    figures = [
        over_worlds(list(each)) for each in GENERATOR.normal(centres, 3.0, (*centres.shape[:2], 12))
    ]
    held = np.mean([figure.low <= 5.0 <= figure.high for figure in figures])

    assert 0.88 < held < 0.92


def test_worlds_that_are_alike_leave_the_interval_no_narrower_than_chance():
    figure = over_worlds([np.array([0.0, 2.0])] * 4)

    assert figure.high - figure.value == pytest.approx(QUANTILE * np.sqrt(1.0 / 4.0))


def test_where_only_chance_differs_there_is_no_spread_over_worlds():
    means, noises = np.array([1.0, 2.0, 3.0]), np.full(3, 5.0)
    figure = of_moments(means, noises)

    assert figure.spread_low == figure.spread_high == figure.value == 2.0


def test_where_nothing_is_due_to_chance_the_spread_is_that_of_the_worlds():
    means = np.linspace(0.05, 0.95, 19)
    figure = of_moments(means, np.zeros(19))

    assert figure.spread_low == pytest.approx(0.05)
    assert figure.spread_high == pytest.approx(0.95)


def test_the_spread_over_worlds_varies_as_the_worlds_do_and_not_more():
    centres = GENERATOR.normal(0.0, 1.0, 4000)
    drawn = GENERATOR.normal(centres[:, None], 4.0, (4000, 8))
    figure = over_worlds(list(drawn))

    assert figure.spread_high - figure.spread_low == pytest.approx(2 * QUANTILE, rel=0.05)


def test_with_one_campaign_a_world_all_of_it_is_called_chance():
    figure = over_worlds([np.array([1.0]), np.array([2.0]), np.array([6.0])])

    assert figure.spread_low == figure.spread_high == figure.value == 3.0
    assert figure.low < 3.0 < figure.high


def test_single_campaigns_lie_over_chance_and_worlds_both():
    figure = over_worlds([np.arange(0.0, 50.0), np.arange(50.0, 101.0)])

    assert (figure.campaign_low, figure.campaign_high) == (5.0, 95.0)


def test_a_yes_or_no_is_a_share_of_campaigns():
    share = over_worlds([np.array([True, False]), np.array([True, True])])

    assert isinstance(share, Estimate)
    assert share.value == 0.75
    assert share.low < 0.75 < share.high


def test_sums_of_parts_add_up_to_the_sum_of_the_whole():
    values = np.array([1.0, np.nan, 2.0, 5.0])
    parts = [sums_of(values[:2]), sums_of(values[2:])]
    whole = sums_of(values)

    assert Sums(*(a + b for a, b in zip(*parts, strict=True))) == whole
    assert float(whole.mean) == pytest.approx(8.0 / 3.0)
    assert float(whole.noise) == pytest.approx(np.var([1.0, 2.0, 5.0], ddof=1) / 3.0)


def test_the_ratio_of_sums_is_reported_over_worlds_that_have_it():
    figure = ratio([np.array([1.0, 3.0]), np.array([7.0])], [np.array([2.0, 2.0]), np.array([0.0])])

    assert figure == CampaignMean(2.75, math.nan, math.nan, 1.0, 1.0, worlds=1)
    assert ratio([np.array([1.0])], [np.array([0.0])]) is None


def test_what_no_campaign_has_is_left_out():
    cost = {("cost", name): np.ones(2) for name in ("rounds", "shot_down", "spent")}
    figures = figures_of([{("a",): np.full(2, np.nan), **cost}, {("b",): np.ones(2), **cost}])

    assert ("a",) not in figures
    assert figures["b",].worlds == 1
    assert figures["cost", "exchange"].value == 1.0


def test_the_interval_of_a_share_does_not_leave_0_to_1():
    figure = of_moments(np.array([0.9, 1.0]), np.array([0.1, 0.1]))

    assert figure.high > 1.0
    assert bounded(("leakage",), figure).high == 1.0
    assert bounded(("loss",), figure) == figure


def test_json_nests_figures_by_the_parts_of_their_names():
    share = estimate_share(np.array([5]), 10)

    assert nested({("a", "b"): share}) == {"a": {"b": share}}
