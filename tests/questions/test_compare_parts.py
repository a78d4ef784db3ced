"""What comparisons are worked out with, on made-up worlds of which the truth is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.estimate.paired import WorldMeans, estimate_difference, paired_means, regrets
from detente.estimate.tilting import tilt
from detente.questions.conditions import correlated_fields, find_rule, reweighted, turning_point
from verification.evidence import comparison
from verification.evidence.comparison import Setting, made_up, made_up_numbers, shares

TRUTHS = st.lists(
    st.lists(st.sampled_from([0.0, 0.1, 0.4, 0.5, 1.0]), min_size=3, max_size=3),
    min_size=1,
    max_size=12,
)


def rng(seed=3):
    return np.random.default_rng(seed)


@given(TRUTHS, st.integers(2, 25), st.integers(0, 99), st.sampled_from([-1, 1]))
def test_regret_is_never_below_0_nor_above_what_the_same_futures_say(truth, futures, seed, better):
    found = regrets(made_up(np.array(truth), futures, rng(seed)), better)

    assert all(0.0 <= one.regret <= one.most + 1e-12 for one in found)
    assert min(one.most for one in found) >= 0.0
    assert sum(one.best_in for one in found) == pytest.approx(1.0)


def test_the_single_best_has_no_regret_and_another_has_what_it_loses():
    truth = np.tile([0.5, 0.1], (32, 1))
    worse, best = regrets(made_up(truth, 400, rng()), -1)

    assert (best.regret, best.most, best.best_in) == (0.0, 0.0, 1.0)
    assert worse.regret == pytest.approx(0.4, abs=0.02)


def test_options_that_are_alike_seem_to_be_regretted_and_are_not():
    truth = np.full((64, 1), 0.3) + np.zeros((64, 6))
    pairs = made_up(truth, 50, rng())
    apart = pairs._replace(**independent(truth, 50))
    found = regrets(apart, -1)

    assert min(one.most for one in found) > 0.05
    assert max(one.regret for one in found) < 0.02


def independent(truth, futures):
    """Return counts of options that share no luck."""
    happened = rng(9).random((*truth.shape, futures)) < truth[:, :, None]
    folds = np.stack([happened[:, :, fold::10].sum(axis=2) for fold in range(10)], axis=1)
    counted = happened.astype(np.int64)
    return {"folds": folds, "together": {"war": np.einsum("kof,kpf->kop", counted, counted)}}


def test_a_paired_difference_is_the_mean_over_futures_of_one_less_the_other_and_so_its_square():
    happened = (rng().random((6, 2, 50)) < 0.4).astype(np.int64)
    together = {"war": np.einsum("kof,kpf->kop", happened, happened)}
    pairs = made_up(np.full((6, 2), 0.4), 50, rng())._replace(together=together)
    found, apart = paired_means(pairs, 1, 0), happened[:, 1] - happened[:, 0]

    assert found.means == pytest.approx(apart.mean(axis=1))
    assert found.squares == pytest.approx((apart * apart).mean(axis=1))


def test_a_difference_of_an_option_from_itself_is_exactly_nothing():
    pairs = made_up(shares(Setting(8, 30, 0.3, 0.1), rng()), 30, rng())
    own = paired_means(pairs, 1, 1)

    assert estimate_difference(own).value == 0.0
    assert not own.means.any()
    assert not own.squares.any()


AMOUNTS = st.lists(st.floats(-1.0, 1.0), min_size=2, max_size=40)


@given(AMOUNTS, st.floats(0.02, 0.98))
def test_a_tilt_reaches_its_target_with_weights_that_add_up(amounts, place):
    values = np.array(amounts)
    target = float(values.min() + place * np.ptp(values))
    found = tilt(values - target)

    if np.ptp(values) > 1e-6:
        assert found.weights.sum() == pytest.approx(1.0)
        assert found.weights @ values == pytest.approx(target, abs=1e-9)
        assert 0.0 <= found.entropy <= np.log(len(values)) + 1e-9
        assert 1.0 - 1e-9 <= found.effective <= len(values) + 1e-9


def test_no_other_weights_reach_the_target_with_less():
    values, drawn = rng().normal(size=40), rng(4)
    found = tilt(values - 0.4)
    others = [nearby(found.weights, values, drawn) for _ in range(200)]

    assert min(float(np.sum(one * np.log(40 * one))) for one in others) > found.entropy


def nearby(weights, values, drawn):
    """Return other positive weights with the same sum and the same mean of the values."""
    kept = np.column_stack([np.ones_like(values), values])
    step = drawn.normal(size=len(values)) * weights
    step -= kept @ np.linalg.lstsq(kept, step, rcond=None)[0]
    return weights + 0.5 * step * np.min(weights / np.abs(step))


def test_the_mean_as_it_is_takes_nothing_and_what_no_world_has_cannot_be_reached():
    values = rng().normal(size=40)

    assert tilt(values - values.mean()).entropy == pytest.approx(0.0, abs=1e-12)
    assert tilt(values - values.max() - 0.1) is None


def test_a_tilt_on_few_worlds_is_too_small_to_say():
    amounts = of_means(np.r_[np.full(62, 0.3), 0.0, 0.0])
    found = reweighted(amounts, 0.01, made_up_numbers(64, rng()))

    assert found.why == "too few sets of assumptions agree (effective number 2.1)"
    assert found.moved == ()


def of_means(means):
    return WorldMeans(means, means * means, 1000)


def test_chance_alone_is_not_taken_for_worlds_that_differ():
    drawn = rng().binomial(20, np.full(64, 0.3)) / 20
    found = reweighted(WorldMeans(drawn, drawn, 20), 0.2, made_up_numbers(64, rng()))

    assert found.tilt is None or np.ptp(found.tilt.weights) < np.ptp(tilt(drawn - 0.2).weights)


def test_the_number_that_it_goes_with_is_named_and_noise_is_not():
    numbers = made_up_numbers(64, rng())
    amounts = numbers.values[:, 7] + rng().normal(0.0, 0.1, 64)

    assert correlated_fields(numbers, amounts)[:1] == [7]
    assert correlated_fields(numbers, rng(5).normal(size=64)) == []
    assert correlated_fields(numbers, np.zeros(64)) == []


def test_a_turning_point_is_where_the_line_crosses_nothing():
    numbers = made_up_numbers(64, rng())
    found = turning_point(of_means(0.1 * (0.3 - numbers.places[:, 2])), numbers)

    assert (found.field, found.is_above) == ("number_2", True)
    assert found.place == pytest.approx(0.3)
    assert found.low <= found.place <= found.high
    assert found.value == pytest.approx(0.3, abs=0.02)


def test_a_lead_that_no_number_turns_has_no_turning_point():
    numbers = made_up_numbers(64, rng())
    always = of_means(0.1 + 0.05 * numbers.places[:, 2])

    assert turning_point(always, numbers) is None


def test_a_planted_rule_is_found():
    assert comparison.finds(1, 64, seed=0)


def test_noise_gives_no_rule():
    assert not any(comparison.finds(0, 64, seed) for seed in range(20))


def test_an_option_that_helps_everywhere_and_more_in_places_is_not_reported_as_only():
    numbers = made_up_numbers(64, rng())
    gains = 0.05 + 0.1 * (numbers.values[:, 3] < 0.4) + rng().normal(0.0, 0.01, 64)
    rule = find_rule(gains, numbers).rule

    assert [(one.field, one.is_above) for one in rule.conditions] == [("number_3", False)]
    assert rule.conditions[0].place == pytest.approx(0.4, abs=0.03)
    assert not rule.is_only_if


def test_few_worlds_give_no_rule_however_well_they_part():
    numbers = made_up_numbers(31, rng())
    found = find_rule(1.0 * (numbers.values[:, 0] > 0.5), numbers)

    assert found.rule is None
    assert found.why == "31 sets of assumptions are too few; 32 are needed"
