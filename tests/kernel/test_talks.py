from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.layout import new_record
from detente.kernel.talks import (
    Issues,
    Negotiation,
    concede,
    concession_price,
    defender_worth,
    justification_factor,
    lasting_share,
    mean_justification_factor,
    order_by_price,
    power,
    rate_of_offer,
    worth,
)

weights = st.lists(st.floats(0.05, 1.0), min_size=3, max_size=3)
curvatures = st.lists(st.sampled_from([0.0, 0.1, 0.5, 1.0, 4.0]), min_size=3, max_size=3)
STRAIGHT = [0.0] * 3
GRID = np.array(list(product(np.linspace(0.0, 1.0, 21), repeat=3)))


def issues_of(demanded, conceded, gain_curvature=STRAIGHT, cost_curvature=STRAIGHT):
    gain, cost = 1.0 / (1.0 + np.array(gain_curvature)), 1.0 + np.array(cost_curvature)
    return Issues(np.array(demanded), np.array(conceded), gain, cost)


def path(issues, gain):
    order, positions = np.zeros(3, np.int64), np.zeros(3)
    order_by_price(issues.demanded, issues.conceded, order)
    concede(issues, order, gain, positions)
    return positions


def gained(issues, positions):
    return worth(issues.demanded, issues.gain_exponent, positions)


def lost(issues, positions):
    return worth(issues.conceded, issues.cost_exponent, positions)


@given(weights, weights, curvatures, curvatures, st.floats(0.0, 1.0))
def test_a_package_gives_the_challenger_what_it_was_cut_for(demanded, conceded, up, down, share):
    issues = issues_of(demanded, conceded, up, down)
    gain = share * sum(demanded)
    positions = path(issues, gain)

    assert abs(gained(issues, positions) - gain) < 1e-9
    assert ((positions >= 0.0) & (positions <= 1.0)).all()


@given(weights, weights, curvatures, curvatures, st.floats(0.0, 1.0))
def test_no_package_of_a_fine_grid_is_better_for_one_side_and_no_worse_for_the_other(
    demanded, conceded, up, down, share
):
    issues = issues_of(demanded, conceded, up, down)
    positions = path(issues, share * sum(demanded))
    gains = (issues.demanded * GRID**issues.gain_exponent).sum(axis=1)
    losses = (issues.conceded * GRID**issues.cost_exponent).sum(axis=1)
    is_as_good = gains >= gained(issues, positions) - 1e-12

    assert losses[is_as_good].min(initial=np.inf) >= lost(issues, positions) - 1e-9


@given(weights, weights, curvatures, curvatures, st.floats(0.0, 0.9))
def test_each_further_concession_is_dearer_than_the_last(demanded, conceded, up, down, share):
    issues = issues_of(demanded, conceded, up, down)
    total, step = sum(demanded), 0.05 * sum(demanded)
    costs = [lost(issues, path(issues, share * total + index * step)) for index in range(3)]

    assert costs[2] - costs[1] >= costs[1] - costs[0] - 1e-9


def test_straight_issues_are_conceded_one_after_the_other_from_the_cheapest():
    issues = issues_of([0.5, 0.25, 0.25], [0.25, 0.5, 0.25])

    assert path(issues, 0.625).tolist() == [1.0, 0.0, 0.5]


def test_what_is_free_is_conceded_first_however_its_worth_bends():
    issues = issues_of([0.5, 0.25, 0.25], [0.25, 0.5, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 1.0])

    assert path(issues, 0.125) == pytest.approx([0.0, 0.0, 0.25])
    assert path(issues, 0.5) == pytest.approx([0.5, 0.0, 1.0])


def test_the_more_worth_bends_the_more_concessions_are_spread_over_issues():
    bent = [[bend] * 3 for bend in (0.0, 0.1, 0.25, 0.5, 1.0, 2.0)]
    spread = [path(issues_of([0.4, 0.3, 0.3], [0.2, 0.3, 0.4], one, one), 0.5) for one in bent]
    evenness = [float(positions.min() / positions.max()) for positions in spread]

    assert evenness[0] == 0.0
    assert evenness == sorted(evenness)
    assert evenness[-1] > 0.5


def test_an_issue_that_hardly_bends_is_conceded_as_one_that_does_not():
    bent = issues_of([0.4, 0.3, 0.3], [0.2, 0.3, 0.4], [1e-4] * 3, [1e-4] * 3)
    straight = issues_of([0.4, 0.3, 0.3], [0.2, 0.3, 0.4])

    assert path(bent, 0.5) == pytest.approx(path(straight, 0.5), abs=1e-3)


@pytest.mark.parametrize("demand", [0.0, 5e-324, 9e-310, 1e-281])
def test_an_issue_that_gains_next_to_nothing_leaves_the_others_as_they_are(demand):
    bends = ([1.0] * 3, [1.0] * 3)
    positions = path(issues_of([0.5, 0.5, demand], [0.2, 0.3, 0.4], *bends), 0.5)
    others = path(issues_of([0.5, 0.5, 0.0], [0.2, 0.3, 0.0], *bends), 0.5)

    assert positions[:2] == pytest.approx(others[:2])
    assert np.isfinite(positions).all()


@given(st.floats(0.0, 1.0))
def test_a_share_to_the_power_1_is_that_share_to_the_last_bit(share):
    assert power(share, 1.0) == share


def dealing(discount_rate, *breaking_rates):
    talks = new_record(Negotiation)
    talks.discount_rate = discount_rate
    talks.breaking_rate[:] = breaking_rates
    return talks


@given(st.floats(1e-5, 0.003), st.floats(1e-6, 0.01), st.floats(0.0, 0.01))
def test_a_deal_lasts_for_less_of_its_worth_the_likelier_either_side_breaks_it(rate, one, other):
    shares = [
        lasting_share(dealing(rate, *each)) for each in ((one, other), (one, 0.0), (0.0, 0.0))
    ]

    assert 0.0 < shares[0] <= shares[1] < shares[2] == 1.0


def test_the_share_of_a_deal_that_lasts_is_what_is_left_of_its_flow_when_it_is_broken():
    days = np.arange(0.5, 20_000.0)
    breaks = np.exp(-0.003 * days) * -np.expm1(-0.003) * np.exp(0.0015)
    drawn = 1.0 - np.exp(-0.002 * days)

    assert lasting_share(dealing(0.002, 0.002, 0.001)) == pytest.approx(breaks @ drawn, rel=1e-3)


def stakes():
    talks = new_record(Negotiation)
    talks.capitulation, talks.publicity, talks.vow_retreat = 0.5, 0.4, 0.3
    talks.defender_gain[0], talks.defender_concession[0] = 0.3, 0.2
    return talks


def test_force_in_public_view_makes_a_concession_dearer_and_leaves_relief_alone():
    talks = stakes()
    worths = [defender_worth(talks, 0, force, False) for force in range(3)]

    assert concession_price(talks, 2, False) == 1.4
    assert abs(worths[2] - (0.3 - 0.28)) < 1e-12
    assert worths[0] > worths[1] > worths[2]


@given(st.integers(0, 2))
def test_a_vow_makes_every_concession_dearer_by_the_retreat(force):
    talks = stakes()
    free, bound = (defender_worth(talks, 0, force, is_bound) for is_bound in (False, True))

    assert abs(free - bound - 0.3 * 0.2) < 1e-12


def test_a_package_listed_more_than_once_is_one_offer_at_all_its_rates():
    talks = new_record(Negotiation)
    talks.packages = 4
    talks.challenger_deal[:4] = [0.1, 0.2, 0.2, 0.1]
    talks.challenger_rate[:4] = [0.5, 0.25, 0.125, 1.0]
    talks.defender_rate[:4] = [2.0, 1.0, 1.0, 1.0]

    assert [rate_of_offer(talks, 0, package) for package in range(4)] == [1.5, 0.375, 0.0, 0.0]
    assert [rate_of_offer(talks, 1, package) for package in range(4)] == [3.0, 2.0, 0.0, 0.0]


@pytest.mark.parametrize(
    "name",
    [
        "challenger_deal",
        "defender_gain",
        "defender_concession",
        "ally_deal",
        "is_comprehensive",
    ],
)
def test_packages_that_differ_to_anyone_are_two_offers(name):
    talks = new_record(Negotiation)
    talks.packages = 2
    talks.challenger_rate[:2] = 1.0
    getattr(talks, name)[1] = 1

    assert [rate_of_offer(talks, 0, package) for package in range(2)] == [1.0, 1.0]


@given(st.floats(0.0, 0.01), st.floats(1.0, 90.0), st.floats(0.0, 0.05))
def test_the_mean_urge_lies_between_calm_and_unrest(rate, days, justification):
    talks = new_record(Negotiation)
    talks.precision, talks.justification = 20.0, justification
    talks.unrest_rate, talks.unrest_days = rate, days

    assert justification_factor(talks, False) == 1.0
    assert 1.0 <= mean_justification_factor(talks) <= justification_factor(talks, True)


def test_without_unrest_the_mean_urge_is_none():
    talks = new_record(Negotiation)
    talks.precision, talks.justification, talks.unrest_days = 20.0, 0.05, 30.0

    assert mean_justification_factor(talks) == 1.0
