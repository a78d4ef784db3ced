import hashlib
from functools import cache
from typing import NamedTuple

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.draws import Luck
from detente.kernel.endings import Violence
from detente.kernel.moments import no_moments, variance_of
from detente.kernel.theatre import ABSORBS, FULL, TOKEN, Campaign, Conflict, Situation
from detente.kernel.war import (
    Start,
    Worth,
    answer_chances,
    expected_war,
    fight,
    pick_answer,
    value_force,
    war_values,
    worth,
    worth_after,
)
from tests.kernel.duels import STRIKE, blank, new_war, share

FUTURES = 40 if numba.config.DISABLE_JIT else 400
gap = st.floats(-1.0, 1.0)
PLACES = (Situation(0, 0, 0, 2, FULL), Situation(1, 2, 0, 2, FULL), Situation(0, 1, 1, 2, FULL))
"""Force begun by the challenger without and with some in view, and by the defender."""


class Values(NamedTuple):
    """Worth and chances of the answers to a few ways to begin, with no vow.

    By place, types and holder: challenger, defender, ally; one plan is certain.
    """

    worth: np.ndarray
    answers: np.ndarray


def both_of(war, begun):
    """Return worth by stance, and the answers by force level, stance and starter."""
    # A slice, as the kernel passes one: a whole array would be compiled for anew.
    values = Values(np.zeros((6, 3, 2, 2, 3))[:, 0], np.full((3, 6, 3, 2, 2, 3), np.nan))
    war.plan_if_hard[:] = war.plan_if_soft[:] = np.arange(4) == begun.plan
    value_force(war, blank(Campaign), begun, values.worth, values.answers)
    return values


def values_of(war, *, vow=0):
    """Return what the places are worth, without (0) or with (1) a vow."""
    worths, answers = [], []
    for begun in PLACES:
        values, stance = both_of(war, begun), begun.step + 3 * vow
        worths.append(values.worth[stance])
        answers.append(values.answers[begun.force, stance, begun.who])
    return Values(np.array(worths), np.array(answers))


def short_war():
    """Return the war, soon over where its days are slow to work out."""
    war = new_war()
    if numba.config.DISABLE_JIT:
        war.theatre.terms_rate = 1.0
    return war


@cache
def base():
    return values_of(short_war())


def changed_war(**numbers):
    """Return the war with some of its numbers changed, its theatre's among them."""
    war = short_war()
    for name, number in numbers.items():
        setattr(war if name in war.dtype.names else war.theatre, name, number)
    return war


def changed(**numbers):
    return values_of(changed_war(**numbers))


def mean_of(situation):
    return expected_war(Conflict(new_war().theatre, blank(Campaign), situation))[situation.step]


def drawn_wars(situation, futures):
    war, campaign = new_war(), blank(Campaign)
    return np.array(
        [fight(war, campaign, Luck(7, 0, future), 12, situation) for future in range(futures)]
    )


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="108 situations are slow uncompiled")
def test_every_situation_and_pair_of_types_has_its_worth_over_the_plans():
    war = new_war()
    worth_of_all = np.full((3, 6, 3, 2, 2, 3), np.nan)
    answers = np.full((4, 3, 6, 3, 2, 2, 3), np.nan)
    by_plan = [both_of(new_war(), STRIKE._replace(plan=plan)) for plan in range(4)]
    of_plans = np.array([values.worth[[0, 3]] for values in by_plan])
    chances = np.array([war.plan_if_hard, war.plan_if_soft])

    war_values(war, blank(Campaign), worth_of_all, answers)
    expected = np.einsum("hp,pvhtk->vhtk", chances, of_plans)

    assert np.isfinite(worth_of_all).all()
    assert answers.min() >= 0.0
    np.testing.assert_allclose(answers.sum(axis=-1), 1.0, atol=1e-12)
    np.testing.assert_allclose(worth_of_all[1, [0, 3], 0], expected, atol=1e-12)
    assert answers[2, 1, 2, 0].tobytes() == base().answers[1].tobytes()


def test_values_are_worked_out_anew_to_the_last_bit():
    again = values_of(short_war())

    assert again.worth.tobytes() == base().worth.tobytes()
    assert again.answers.tobytes() == base().answers.tobytes()


def test_the_firm_types_mind_war_less():
    challenger = base().worth[:2, 0, :, 0] - base().worth[:2, 1, :, 0]
    defender = base().worth[:2, :, 0, 1] - base().worth[:2, :, 1, 1]

    assert challenger.min() > 0.0
    assert defender.min() > 0.0


def test_more_force_in_view_damages_more():
    damages = [mean_of(STRIKE._replace(force=force)).damage for force in range(3)]

    assert damages == sorted(damages)


def mean_with_deep_magazines(situation, surprise):
    """Return what a war brings where no layer runs out: surprise saves no rounds for later days."""
    theatre = changed_war(surprise=surprise).theatre
    theatre.challenger_defence.rounds[:] = theatre.defender_defence.rounds[:] = 5000.0
    return expected_war(Conflict(theatre, blank(Campaign), situation))[situation.step]


@pytest.mark.parametrize("answer", range(3))
def test_surprise_favours_whoever_strikes_first(answer):
    """Given the answer: a struck side that lost more may answer harder, which can cost more."""
    by_challenger, in_view, by_defender = (place._replace(answer=answer) for place in PLACES)
    alert = [mean_with_deep_magazines(place, 1.0) for place in (by_challenger, by_defender)]
    surprised = [mean_with_deep_magazines(place, 0.3) for place in (by_challenger, by_defender)]

    assert surprised[0].challenger < alert[0].challenger or answer == ABSORBS
    assert surprised[0].defender > alert[0].defender
    assert surprised[0].damage > alert[0].damage
    assert surprised[1].challenger > alert[1].challenger
    assert surprised[1].defender < alert[1].defender or answer == ABSORBS
    assert surprised[1].damage < alert[1].damage or answer == ABSORBS
    assert mean_with_deep_magazines(in_view, 0.3) == mean_with_deep_magazines(in_view, 1.0)


def test_who_fears_uncertainty_values_war_less():
    bold, shy = changed(risk_aversion=[0.0, 1.0]), changed(risk_aversion=[2.0, 1.0])

    assert np.all(bold.worth[:2, :, :, 0] > shy.worth[:2, :, :, 0])
    assert bold.worth[:2, :, :, 1].tolist() == shy.worth[:2, :, :, 1].tolist()


@given(st.tuples(gap, gap, gap), st.integers(0, 2), st.floats(0.0, 1.0))
def test_the_more_an_answer_is_worth_the_likelier_it_is(worths, answer, more):
    better = tuple(worths[kind] + more * (kind == answer) for kind in range(3))
    once, then = answer_chances(new_war(), worths), answer_chances(new_war(), better)

    assert sum(once) == pytest.approx(1.0)
    assert then[answer] >= once[answer] - 1e-15


@given(gap)
def test_at_indifference_each_answer_has_its_own_weight(worth_of_all):
    chances = answer_chances(new_war(), (worth_of_all,) * 3)

    assert chances == pytest.approx((0.3 * 0.645, 0.7 * 0.645, 0.355))


@pytest.mark.parametrize(
    ("weights", "answer"),
    [((0.0, 0.5), FULL), ((1.0, 1.0), ABSORBS), ((1.0, 0.0), TOKEN)],
)
def test_an_answer_without_weight_is_never_given(weights, answer):
    values = changed(restraint_probability=weights[0], absorb_share=weights[1])

    assert np.all(values.answers == np.eye(3)[answer])


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_answers_are_picked_from_peaceful_to_violent(draw, more):
    chances = np.array([0.2, 0.3, 0.5])

    assert pick_answer(chances, draw) <= pick_answer(chances, min(draw + more, 1.0))
    assert [pick_answer(chances, at) for at in (0.19, 0.21, 0.49, 0.51)] == [0, 1, 1, 2]


@given(st.floats(0.0, 1.0), st.floats(0.01, 1.0))
def test_a_vow_makes_absorbing_dearest_and_a_full_answer_free(token_share, price):
    war = changed_war(vow_price=price, token_share=token_share)
    free = Worth(0.3, -0.2, 0.1)
    bound = [worth_after(war, Start(0, 0, True), free, answer) for answer in range(3)]

    assert bound[0].defender <= bound[1].defender <= bound[2].defender == free.defender
    assert bound[0].defender == free.defender - price
    assert bound[1].defender == pytest.approx(free.defender - (1.0 - token_share) * price)
    assert {worth.challenger for worth in bound} == {free.challenger}
    assert worth_after(war, Start(1, 0, True), free, 0) == free


def test_a_vow_makes_a_full_answer_likelier_and_only_to_force_against_the_defender():
    free, bound = values_of(short_war()), values_of(short_war(), vow=1)

    assert np.all(bound.answers[:2, ..., FULL] > free.answers[:2, ..., FULL])
    assert bound.answers[2].tolist() == free.answers[2].tolist()
    assert bound.worth[2].tolist() == free.worth[2].tolist()


@pytest.mark.parametrize("price", [0.0, 0.3])
def test_a_dearer_vow_deters_more_where_the_challenger_gains_by_restraint(price):
    war = changed_war(vow_price=price, challenger_loss_weight=[3.0, 6.0])
    dearer = changed_war(vow_price=price + 0.1, challenger_loss_weight=[3.0, 6.0])
    absorbed, token, full = (mean_of(PLACES[0]._replace(answer=answer)) for answer in range(3))
    gains = [
        worth(war, moments, hard, 0).challenger > worth(war, full, hard, 0).challenger
        for hard in range(2)
        for moments in (absorbed, token)
    ]
    bound, more_bound = values_of(war, vow=1), values_of(dearer, vow=1)

    assert all(gains)
    assert np.all(more_bound.answers[0, ..., FULL] > bound.answers[0, ..., FULL])
    assert np.all(more_bound.worth[0, :, :, 0] < bound.worth[0, :, :, 0])


def test_without_a_price_a_vow_changes_nothing():
    war = changed_war(vow_price=0.0)

    assert values_of(war, vow=1).worth.tobytes() == values_of(war).worth.tobytes()
    assert values_of(war, vow=1).answers.tobytes() == values_of(war).answers.tobytes()


def test_the_ally_weighs_damage_against_the_losses_of_its_side():
    war = new_war()
    moments = no_moments()._replace(damage=0.5, challenger=0.2)

    assert worth(war, moments, 0, 0).ally == pytest.approx(0.6 * 0.7 * 0.5 - 0.5 * 0.2 - 0.1)
    assert worth(war, moments, 0, 0).ally == worth(war, moments, 1, 1).ally


def test_an_optimist_hopes_for_more_and_fears_less():
    """Of the same war: with more to disagree about a war lasts longer and costs more."""
    moments = no_moments()._replace(damage=0.5, challenger=0.2, defender=0.3)
    sober, challenger, defender = (
        worth(changed_war(optimism=optimism, risk_aversion=[0.0, 0.0]), moments, 0, 0)
        for optimism in ([0.0, 0.0], [0.2, 0.0], [0.0, 0.2])
    )

    assert challenger.challenger > sober.challenger
    assert defender.defender > sober.defender
    assert challenger[1:] == sober[1:]
    assert (defender.challenger, defender.ally) == (sober.challenger, sober.ally)


def test_wars_between_optimists_are_longer_and_damage_more_but_for_their_surprise():
    sober, bold = (
        expected_war(
            Conflict(
                changed_war(optimism=[bias, bias], surprise_weight=0.0).theatre,
                blank(Campaign),
                STRIKE,
            )
        )[0]
        for bias in (0.0, 0.5)
    )

    assert bold.damage > sober.damage
    assert bold.challenger > sober.challenger


def test_a_war_without_stakes_or_losses_costs_its_price():
    free = changed(
        challenger_stake=0.0,
        defender_stake=0.0,
        challenger_loss_weight=[0.0, 0.0],
        defender_loss_weight=[0.0, 0.0],
    )

    assert free.worth[2, ..., :2] == pytest.approx(-0.1)


@given(st.lists(st.tuples(share, share), min_size=2, max_size=20), share, share)
def test_variance_is_that_of_the_weighted_sum(pairs, one, other):
    first, second = np.array(pairs).T
    products = (np.mean(first**2), np.mean(second**2), np.mean(first * second))

    variance = variance_of((one, -other), (np.mean(first), np.mean(second)), products)

    assert variance == pytest.approx(np.var(one * first - other * second), abs=1e-12)


def test_a_certain_war_is_worth_its_gains_less_its_price():
    war = new_war()
    moments = no_moments()._replace(damage=0.5, damage_squared=0.25)

    value = worth(war, moments, 0, 0)

    assert value.challenger == pytest.approx(0.6 * 0.6 * 0.5 - 0.1)
    assert value.defender == pytest.approx(-0.6 * 0.5 * 0.5 - 0.1)


@pytest.mark.parametrize(
    "situation",
    [
        STRIKE,
        STRIKE._replace(force=0),
        STRIKE._replace(force=2, step=2),
        STRIKE._replace(who=1),
        STRIKE._replace(force=2, who=2),
        STRIKE._replace(answer=TOKEN),
        STRIKE._replace(force=0, who=1, answer=TOKEN),
        STRIKE._replace(answer=ABSORBS),
    ],
)
def test_the_nodes_give_what_drawn_wars_come_to(situation):
    drawn = drawn_wars(situation, FUTURES)
    strains = drawn[:, 2:4] + 0.01 * drawn[:, 1:2]
    errors = strains.std(axis=0) / np.sqrt(FUTURES)
    error = drawn[:, 4].std() / np.sqrt(FUTURES)

    mean = mean_of(situation)

    # 3 standard errors, and 4 % or a hundredth for what the nodes leave out.
    assert mean.damage == pytest.approx(drawn[:, 4].mean(), rel=0.04, abs=3 * error + 0.01)
    assert (mean.challenger, mean.defender) == pytest.approx(
        strains.mean(axis=0), rel=0.04, abs=3 * errors.max() + 0.01
    )


def test_the_nodes_spread_is_that_of_drawn_wars():
    drawn = drawn_wars(STRIKE, FUTURES)
    mean = mean_of(STRIKE)

    spread = np.sqrt(mean.damage_squared - mean.damage**2)

    # Counts of single weapons add to the drawn spread what means leave out.
    assert spread == pytest.approx(drawn[:, 4].std(), rel=0.2)


def test_a_limited_strike_keeps_its_days_and_its_losses():
    limited = drawn_wars(STRIKE._replace(answer=TOKEN), 100)
    is_limited = limited[:, 0] == Violence.LIMITED_STRIKE

    assert is_limited.any()
    assert limited[:, 1].max() == 4
    assert limited[is_limited, 2:4].max() < 0.1
    assert limited[:, 5].max() == 2


def test_a_full_answer_is_never_a_limited_strike():
    wars = drawn_wars(STRIKE, 100)

    assert set(wars[:, 0]) <= {Violence.WAR, Violence.REGIONAL_WAR}
    assert wars[:, 1].min() >= 3


def test_four_states_or_more_make_a_war_regional():
    wars = drawn_wars(STRIKE, 200)

    assert np.array_equal(wars[:, 0] == Violence.REGIONAL_WAR, wars[:, 5] >= 4)


def test_the_same_luck_fights_the_same_war_whatever_was_fought_before():
    war, campaign = new_war(), blank(Campaign)
    once = fight(war, campaign, Luck(1, 2, 3), 40, STRIKE)
    fight(war, campaign, Luck(1, 2, 4), 7, Situation(2, 1, 1, 2, TOKEN))

    assert fight(war, campaign, Luck(1, 2, 3), 40, STRIKE) == once


def test_golden_wars():
    war, campaign = new_war(), blank(Campaign)
    wars = [fight(war, campaign, Luck(42, 0, future), 30, STRIKE) for future in (0, 4, 6)]

    assert wars == [
        (3, 3, 0.1645658977623517, 0.009421600620372728, 0.05823546641575128, 2, -1, 0.0, 4),
        (3, 13, 0.3928280902077168, 0.05882535536025653, 0.3178461090235478, 3, -1, 0.0, 2),
        (3, 16, 0.34051921623505294, 0.06577985360459158, 0.3488400708189675, 3, -1, 0.0, 2),
    ]


def test_golden_values():
    bound = values_of(new_war(), vow=1)
    bits = bound.worth[..., :2].tobytes() + bound.answers.tobytes()

    # The same with and without the compiler.
    assert hashlib.sha256(bits).hexdigest().startswith("9e814521c1494512")


@pytest.mark.parametrize("absorb_share", [0.0, 1.0])
def test_an_answer_that_no_one_gives_is_no_measure_for_the_others(absorb_share):
    war = new_war()
    war.absorb_share, war.precision = absorb_share, 60.0
    worths = (-1e4 * absorb_share, -1e4 * (1.0 - absorb_share), -2e4)
    chances = answer_chances(war, worths)

    assert sum(chances) == pytest.approx(1.0)
