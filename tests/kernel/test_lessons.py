import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.arithmetic import log
from detente.kernel.beliefs import attack_probability, evidence_shift, expected_loss, trust

counts = st.floats(0.1, 1000.0)
weights = st.floats(0.0, 1.0)
losses = st.floats(0.0, 10.0)
deviations = st.floats(0.01, 10.0)
ratios = st.floats(0.01, 100.0)
MORE = 0.1


@given(counts, counts, weights)
def test_either_there_is_an_attack_or_none(attacks, talks, weight):
    attacked = attack_probability(attacks, talks, weight)

    assert 0.0 < attacked < 1.0
    assert attacked + trust(attacks, talks, weight) == pytest.approx(1.0, abs=1e-12)


@given(counts, counts)
def test_a_last_round_of_no_weight_leaves_the_chance_as_it_was(attacks, talks):
    assert attack_probability(attacks, talks, 0.0) == attacks / (attacks + talks)


@given(counts, counts)
def test_one_of_full_weight_counts_as_one_more_attack(attacks, talks):
    assert attack_probability(attacks, talks, 1.0) == pytest.approx(
        attack_probability(attacks + 1.0, talks, 0.0)
    )


@given(counts, counts, weights)
def test_the_more_it_weighs_the_less_trust_is_left(attacks, talks, weight):
    heavier = weight + MORE

    assert attack_probability(attacks, talks, heavier) > attack_probability(attacks, talks, weight)
    assert trust(attacks, talks, heavier) < trust(attacks, talks, weight)


@given(counts, counts, weights)
def test_talks_without_an_attack_restore_trust(attacks, talks, weight):
    assert trust(attacks, talks + MORE, weight) > trust(attacks, talks, weight)


@given(weights)
def test_an_attack_that_fits_both_types_says_nothing_of_either(weight):
    assert evidence_shift(weight, 1.0) == 0.0


@given(ratios)
def test_a_last_round_of_no_weight_says_nothing(ratio):
    assert evidence_shift(0.0, ratio) == 0.0


@given(ratios)
def test_one_of_full_weight_shifts_the_odds_as_bayes_does(ratio):
    assert evidence_shift(1.0, ratio) == log(ratio)


@given(weights, ratios)
def test_what_fits_the_soft_type_as_much_better_shifts_as_far_back(weight, ratio):
    assert evidence_shift(weight, 1.0 / ratio) == pytest.approx(
        -evidence_shift(weight, ratio), abs=1e-12
    )


@given(losses, deviations, losses, deviations)
def test_a_last_round_of_no_weight_leaves_the_loss_as_expected(mean, spread, seen, seen_spread):
    expected = expected_loss(mean, spread, seen, seen_spread, 0.0)

    assert expected == pytest.approx(mean, abs=1e-12)


@given(losses, deviations, losses, deviations)
def test_one_of_great_weight_leaves_what_was_seen(mean, spread, seen, seen_spread):
    assert expected_loss(mean, spread, seen, seen_spread, 1e12) == pytest.approx(seen, abs=1e-4)


@given(losses, deviations, losses, deviations, weights)
def test_the_loss_expected_lies_between_what_was_and_what_was_seen(
    mean, spread, seen, seen_spread, weight
):
    expected = expected_loss(mean, spread, seen, seen_spread, weight)

    assert min(mean, seen) - 1e-9 <= expected <= max(mean, seen) + 1e-9


@given(st.floats(0.5, 10.0), deviations, deviations, weights)
def test_the_more_a_cheap_round_weighs_the_less_loss_is_expected(mean, spread, seen_spread, weight):
    cheap = 0.5 * mean
    light = expected_loss(mean, spread, cheap, seen_spread, weight)
    heavy = expected_loss(mean, spread, cheap, seen_spread, weight + MORE)

    assert heavy < light


@given(losses, deviations, losses)
def test_a_round_as_sure_as_the_prior_counts_as_much(mean, spread, seen):
    assert expected_loss(mean, spread, seen, spread, 1.0) == pytest.approx(
        0.5 * (mean + seen), abs=1e-9
    )
