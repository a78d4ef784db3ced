import hashlib
from functools import cache
from itertools import product, starmap

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.defence import PROGRAMME
from detente.kernel.draws import Draws
from detente.kernel.endings import Violence
from detente.kernel.layout import as_arrays
from detente.kernel.moments import (
    MOMENT_COLUMNS,
    WarCourse,
    end_of,
    no_course,
    variance_of,
    with_end,
)
from detente.kernel.strength import record_first_strength
from detente.kernel.theatre import (
    CHALLENGER,
    DEFENDER,
    ONSETS,
    TOGETHER,
    Campaign,
    Conflict,
    ForceScale,
    Onset,
    Reply,
    Situation,
    has_plan,
    who_begins,
)
from detente.kernel.war import (
    NO_FRONT,
    ForceOutlook,
    FoughtWars,
    expected_war,
    fight,
    fight_all,
    reply_weight,
    same_war,
    value_force,
    war_values,
    worth,
)
from tests.kernel.duels import STRIKE, blank, conflict_of, fought, new_war, share
from tests.kernel.worlds import shipped_world

FUTURES = 40 if numba.config.DISABLE_JIT else 400
needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="fights many wars")
PLACES = (
    Situation(0, 0, 0, 2, Reply.FULL),
    Situation(1, 2, 0, 2, Reply.FULL),
    Situation(0, 1, 1, 2, Reply.FULL),
)
"""Force begun by the challenger without and with some deployed, and by the defender."""


def outlook_of(war, begun):
    """Return what force brings that is begun and answered in one way, one plan being certain."""
    blocks = np.zeros((3, 3, ONSETS, 3, 2, 2, 3))
    outlook = ForceOutlook(*blocks, np.zeros((3, ONSETS, 3, 4, 2, 3)), np.zeros((3, ONSETS, 3)))
    war.plan_by_scale[:] = np.arange(4) == begun.plan
    courses = expected_war(Conflict(war.theatre, blank(Campaign), begun))
    for step, course in enumerate(courses):
        value_force(war, course, begun._replace(step=step), outlook)
    return outlook


def values_of(war):
    """Return the worth of each place by types and holder: challenger, defender, ally."""
    return np.array(
        [outlook_of(war, begun).worth[begun.step, begun.onset, begun.reply] for begun in PLACES]
    )


def short_war():
    """Return the war, soon over where its days are slow to work out."""
    war = new_war()
    if numba.config.DISABLE_JIT:
        war.theatre.terms_rate = 5.0
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


def drawn_wars(situation, futures, **numbers):
    war, campaign = changed_war(**numbers), blank(Campaign)
    return np.array(
        [
            fight(war, campaign, Draws(7, 0, future, 0, 0), 12, situation)
            for future in range(futures)
        ]
    )


@cache
def strikes():
    return drawn_wars(STRIKE, FUTURES)


@needs_compiler
def test_wars_that_are_fought_once_for_several_situations_go_the_same_way():
    theatre = shipped_world().war.theatre
    begun = starmap(Situation, product(range(3), [0], range(ONSETS), range(4), range(3)))
    fought_twice = [
        (
            expected_war(Conflict(theatre, blank(Campaign), one)),
            expected_war(Conflict(theatre, blank(Campaign), same_war(one))),
        )
        for one in begun
        if has_plan(one) and same_war(one) != one
    ]

    assert len(fought_twice) == 26
    assert all(own == alike for own, alike in fought_twice)


@needs_compiler
def test_every_situation_and_pair_of_types_has_its_worth_over_the_plans():
    war = new_war()
    begun = (3, 3, ONSETS, 3)
    worth_of_all, continuation_discount = (
        np.zeros((3, *begun, 2, 2, 3)),
        np.zeros((*begun, 4, 2, 3)),
    )
    settled = np.zeros(begun)
    fought_wars = FoughtWars(
        np.zeros((3, ONSETS, 3, 4, 3, 2, MOMENT_COLUMNS)), np.zeros((3, ONSETS, 3, 4, 3))
    )
    plans = [outlook_of(new_war(), STRIKE._replace(plan=plan)) for plan in range(2)]
    chances = war.plan_by_scale[:, ForceScale.LIMITED, :2]

    fight_all(as_arrays(war.theatre), as_arrays(blank(Campaign)), fought_wars)
    war_values(as_arrays(war), fought_wars, worth_of_all, continuation_discount, settled)
    of_plans = np.array([each.worth[:, 0, Reply.FULL] for each in plans])
    expected = np.einsum("hp,pnhtk->nhtk", chances, of_plans)
    prior = np.array([0.4, 0.6]) @ chances

    assert np.isfinite(worth_of_all).all()
    np.testing.assert_allclose(worth_of_all[0, 1, :, 0, Reply.FULL], expected, atol=1e-12)
    np.testing.assert_allclose(
        settled[1, :, 0, Reply.FULL], prior @ [each.settled[:, 0, Reply.FULL] for each in plans]
    )
    assert (
        continuation_discount[1, :, 0, Reply.FULL, 1].tolist()
        == plans[1].continuation_discount[:, 0, Reply.FULL, 1].tolist()
    )


@needs_compiler
def test_values_are_worked_out_again_to_the_last_bit():
    assert values_of(short_war()).tobytes() == base().tobytes()


def test_the_firm_types_mind_war_less():
    challenger = base()[:2, 0, :, 0] - base()[:2, 1, :, 0]
    defender = base()[:2, :, 0, 1] - base()[:2, :, 1, 1]

    assert challenger.min() > 0.0
    assert defender.min() > 0.0


@needs_compiler
def test_more_force_in_view_settles_more():
    settled = [mean_of(STRIKE._replace(force=force)).settled for force in range(3)]

    assert settled == sorted(settled)


def mean_with_deep_magazines(situation, surprise):
    """Return what a war brings where no layer runs out: surprise saves no rounds for later days."""
    theatre = changed_war(surprise=surprise).theatre
    theatre.challenger_defence.rounds[:] = theatre.defender_defence.rounds[:] = 5000.0
    return expected_war(Conflict(theatre, blank(Campaign), situation))[situation.step]


@needs_compiler
@pytest.mark.parametrize("answer", range(3))
def test_surprise_favours_whoever_strikes_first(answer):
    """Given the answer: a struck side that lost more may answer harder, which can cost more."""
    by_challenger, in_view, by_defender = (place._replace(reply=answer) for place in PLACES)
    alert = [mean_with_deep_magazines(place, 1.0) for place in (by_challenger, by_defender)]
    surprised = [mean_with_deep_magazines(place, 0.3) for place in (by_challenger, by_defender)]

    losses = [[war.challenger.loss, war.defender.loss] for war in (*alert, *surprised)]

    assert losses[2][0] < losses[0][0] or answer == Reply.ABSORBS
    assert losses[2][1] > losses[0][1]
    assert surprised[0].settled > alert[0].settled
    assert losses[3][0] > losses[1][0]
    assert losses[3][1] < losses[1][1] or answer == Reply.ABSORBS
    assert mean_with_deep_magazines(in_view, 0.3) == mean_with_deep_magazines(in_view, 1.0)


@needs_compiler
def test_who_fears_uncertainty_values_war_clearly_less():
    bold, shy = changed(risk_aversion=[0.0, 1.0]), changed(risk_aversion=[2.0, 1.0])

    assert np.all(bold[:2, ..., 0] > shy[:2, ..., 0] + 0.01)
    assert bold[:2, ..., 1].tolist() == shy[:2, ..., 1].tolist()


def test_a_motive_is_worth_what_it_says_to_its_side_alone():
    moved = changed(motive=[[0.2, 0.2], [-0.1, -0.1]])

    np.testing.assert_allclose(moved - base(), [0.2, -0.1, 0.0] * np.ones((3, 2, 2, 1)), atol=1e-12)


@given(share, share)
def test_answers_have_the_weights_of_restraint_and_absorbing(restrained, absorbing):
    war = new_war()
    war.restraint_probability, war.absorb_share = restrained, absorbing
    weights = [reply_weight(war, answer) for answer in range(3)]

    assert sum(weights) == pytest.approx(1.0)
    assert weights[Reply.FULL] == 1.0 - restrained
    assert weights[Reply.ABSORBS] == restrained * absorbing


def course(**moments):
    """Return a course of war that both sides see alike."""
    seen = no_course().challenger._replace(**moments)
    return WarCourse(seen, seen, 0.0)


def worth_at(war, way, types=(0, 0), gains=1.0, onset=Onset.STRIKE):
    """Return what a course of war is worth that is answered in full."""
    return worth(war, way, STRIKE._replace(onset=onset), types, (gains, gains))


@pytest.mark.parametrize("onset", Onset)
def test_who_begins_the_first_force_has_its_bonus_and_nobody_else(onset):
    war, free = changed_war(first_strike_bonus=0.3), new_war()
    first = [worth_at(each, course(), onset=onset) for each in (war, free)]
    again = worth_at(war, course(), gains=0.0, onset=onset)
    who = who_begins(onset)

    assert np.subtract(*first) == pytest.approx(0.3 * np.eye(3)[0 if who == TOGETHER else who])
    assert again == worth_at(free, course(), gains=0.0, onset=onset)


def test_the_ally_weighs_what_is_settled_against_the_losses_of_its_side():
    value = worth_at(new_war(), course(settled=0.5, loss=0.2), (0, 0))

    assert value.ally == pytest.approx(0.7 * 0.5 - 0.5 * 0.2)
    assert value.ally == worth_at(new_war(), course(settled=0.5, loss=0.2), (1, 1)).ally


@needs_compiler
@pytest.mark.parametrize("side", [0, 1])
def test_an_optimist_values_war_more_and_the_other_side_does_not(side):
    sober, bold = (changed(optimism=np.eye(2)[side] * bias) for bias in (0.0, 0.3))

    assert np.all(bold[..., side] > sober[..., side])
    assert bold[..., 1 - side].tolist() == sober[..., 1 - side].tolist()


def test_wars_between_optimists_last_longer_and_cost_more():
    sober, bold = (
        drawn_wars(STRIKE, FUTURES // 4, optimism=[bias, bias], foresight=0.5, terms_rate=0.1)
        for bias in (0.0, 0.5)
    )

    assert bold[:, 1].mean() > sober[:, 1].mean()
    assert bold[:, 2].mean() > sober[:, 2].mean()


def test_a_war_without_stakes_or_losses_costs_its_price_and_its_days():
    free = changed(
        challenger_stake=0.0,
        defender_stake=0.0,
        challenger_loss_weight=[0.0, 0.0],
        defender_loss_weight=[0.0, 0.0],
    )

    assert free[..., :2] == pytest.approx(-0.1 - 5 * 5e-4)


@given(st.lists(st.tuples(share, share), min_size=2, max_size=20), share, share)
def test_variance_is_that_of_the_weighted_sum(pairs, one, other):
    first, second = np.array(pairs).T
    products = (np.mean(first**2), np.mean(second**2), np.mean(first * second))

    variance = variance_of((one, -other), (np.mean(first), np.mean(second)), products)

    assert variance == pytest.approx(np.var(one * first - other * second), abs=1e-12)


def test_a_certain_war_is_worth_its_gains_less_its_price():
    value = worth_at(new_war(), course(settled=0.5, settled_squared=0.25))

    assert value.challenger == pytest.approx(0.6 * 0.5 - 0.1)
    assert value.defender == pytest.approx(-0.5 * 0.5 - 0.1)


def test_who_prevails_is_a_lottery_that_costs_by_the_square_of_the_stake():
    sure, lottery = (
        course(settled=0.5, settled_squared=0.25),
        course(settled=0.5, settled_squared=0.25, lottery=0.1),
    )
    of_sure, of_lottery = (worth_at(new_war(), each) for each in (sure, lottery))

    assert of_sure.challenger - of_lottery.challenger == pytest.approx(0.5 * 0.6**2 * 0.1)


def test_force_used_again_settles_nothing_and_has_no_motive():
    war = changed_war(motive=[[0.2, 0.2], [0.1, 0.1]])
    again = worth_at(war, course(settled=0.5, loss=0.2, loss_squared=0.04), gains=0.0)

    assert again.challenger == pytest.approx(-war.challenger_loss_weight[0] * 0.2 - 0.1)
    assert again.ally == pytest.approx(-0.5 * 0.2)


@pytest.mark.parametrize("answer", range(3))
def test_what_goes_on_after_a_war_is_discounted_to_its_end(answer):
    seen = mean_of(STRIKE._replace(reply=answer, step=2)).challenger
    days = 5 if answer == Reply.FULL else 4

    assert seen.days == pytest.approx(days)
    assert sum(seen.continuation_discount) == pytest.approx(
        (1.0 - seen.imposed) * np.exp(-0.002 * days)
    )
    assert seen.imposed == 0.0 or answer == Reply.FULL


def test_an_end_that_is_imposed_counts_with_its_chance_and_leaves_nothing_open():
    conflict = fought(STRIKE._replace(reply=Reply.FULL))
    for odds in (40.0, -40.0):
        end = end_of(conflict, 0, odds)
        seen = with_end(no_course().challenger, 0.25, conflict, end, CHALLENGER)

        assert end.is_imposed
        assert (seen.imposed, sum(seen.continuation_discount)) == (0.25, 0.0)


def test_a_programme_loses_its_steps_by_thirds_of_damage():
    conflict = fought(STRIKE._replace(reply=Reply.TOKEN))
    hardness = conflict.theatre.defender_defence.hardness[PROGRAMME] * 1.4
    left = []
    for damage in (0.0, 0.33, 0.34, 0.66, 0.67, 0.999):
        conflict.campaign.damage_taken[DEFENDER, PROGRAMME] = -hardness * np.log(1.0 - damage)
        left.append(end_of(conflict, 2, 0.0).step)

    assert left == [2, 2, 1, 1, 0, 0]


@given(share, st.floats(-6.0, 6.0))
def test_force_that_is_not_answered_in_full_settles_by_what_it_breaks_alone(blows, odds):
    conflict = conflict_of(new_war(), STRIKE._replace(reply=Reply.TOKEN))
    conflict.campaign.damage_taken[DEFENDER, PROGRAMME] = 100.0 * blows
    end = end_of(conflict, 0, odds)

    assert end.settled == pytest.approx(0.6 * (1.0 - np.exp(-blows)))
    assert not end.is_imposed


@given(st.floats(-6.0, 6.0))
def test_a_war_imposes_its_end_where_one_side_prevails_clearly(odds):
    conflict = conflict_of(new_war(), STRIKE)
    record_first_strength(conflict)
    end = end_of(conflict, 0, odds)

    assert end.is_imposed == (abs(end.share_won - 0.5) > 0.38)
    assert end.settled == 0.0


@needs_compiler
@pytest.mark.parametrize(
    "situation",
    [
        STRIKE,
        STRIKE._replace(force=0),
        STRIKE._replace(force=2, step=2),
        STRIKE._replace(onset=Onset.BY_DEFENDER),
        STRIKE._replace(force=2, onset=Onset.BY_ALLY),
        STRIKE._replace(reply=Reply.TOKEN),
        STRIKE._replace(force=0, onset=Onset.BY_DEFENDER, reply=Reply.TOKEN),
        STRIKE._replace(reply=Reply.ABSORBS),
    ],
)
def test_the_nodes_give_what_drawn_wars_come_to(situation):
    """Both sides being sober, so that wars are as long as either foresees."""
    drawn = drawn_wars(situation, FUTURES, optimism=[0.0, 0.0], self_knowledge=0.0)
    amounts = drawn[:, [10, 2, 3]]
    errors = amounts.std(axis=0) / np.sqrt(FUTURES)
    theatre = changed_war(optimism=[0.0, 0.0], self_knowledge=0.0).theatre
    mean = expected_war(Conflict(theatre, blank(Campaign), situation))[situation.step]
    expected = (mean.challenger.settled, mean.challenger.loss, mean.defender.loss)

    # 3 standard errors, and 4 % or a hundredth for what the nodes leave out.
    assert expected == pytest.approx(amounts.mean(axis=0), rel=0.04, abs=3 * errors.max() + 0.01)
    assert mean.settled == pytest.approx(mean.challenger.settled)
    assert mean.defender.settled == pytest.approx(mean.challenger.settled)


def test_a_limited_strike_keeps_its_days_and_its_losses():
    limited = drawn_wars(STRIKE._replace(reply=Reply.TOKEN), FUTURES)
    is_limited = limited[:, 0] == Violence.LIMITED_STRIKE

    assert is_limited.any()
    assert limited[:, 1].max() == 4
    assert limited[is_limited, 2:4].max() < 0.1
    assert limited[:, 5].max() == 2


def test_a_full_answer_is_never_a_limited_strike():
    wars = strikes()

    assert set(wars[:, 0]) <= {Violence.WAR, Violence.REGIONAL_WAR}
    assert wars[:, 1].min() >= 5


def test_four_states_or_more_make_a_war_regional():
    wars = strikes()

    assert np.array_equal(wars[:, 0] == Violence.REGIONAL_WAR, wars[:, 5] >= 4)


def test_the_same_draws_fights_the_same_war_whatever_was_fought_before():
    war, campaign = new_war(), blank(Campaign)
    once = fight(war, campaign, Draws(1, 2, 3, 0, 0), 40, STRIKE)
    fight(war, campaign, Draws(1, 2, 4, 0, 0), 7, Situation(2, 1, 1, 2, Reply.TOKEN))

    assert fight(war, campaign, Draws(1, 2, 3, 0, 0), 40, STRIKE) == once


def test_golden_wars():
    war, campaign = new_war(), blank(Campaign)
    wars = [fight(war, campaign, Draws(42, 0, future, 0, 0), 30, STRIKE) for future in (0, 4, 6)]

    assert [war[:9] for war in wars] == [
        (3, 5, 0.28301362616024395, 0.017372485533653715, 0.10506125107096898, 3, -1, 0.0, 3),
        (4, 19, 0.4359769577067824, 0.08639380070452483, 0.43362563660806774, 4, -1, 0.0, 4),
        (3, 35, 0.3984488216740307, 0.11908103212969397, 0.5484187650774077, 3, -1, 0.0, 2),
    ]
    assert [war[9:] for war in wars] == [
        (0.16307470928339138, 0.16988180975435085, False, 0, NO_FRONT),
        (0.2504336044124253, 0.42252410288488396, False, 0, NO_FRONT),
        (0.37332076936989167, 0.5479272322894636, True, 0, NO_FRONT),
    ]


def test_golden_values():
    # The same with and without the compiler.
    assert hashlib.sha256(values_of(new_war()).tobytes()).hexdigest().startswith("68a7635ff6ad3a5a")
