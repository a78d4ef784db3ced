import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.layout import new_record
from detente.kernel.talks import (
    Talks,
    concede,
    concession_price,
    defender_worth,
    durability,
    order_by_price,
    worth,
)

weights = st.lists(st.floats(0.05, 1.0), min_size=3, max_size=3)


def path(demanded, conceded, gain):
    order, positions = np.zeros(len(demanded), np.int64), np.zeros(len(demanded))
    order_by_price(np.array(demanded), np.array(conceded), order)
    concede(np.array(demanded), order, gain, positions)
    return positions


@given(weights, weights, st.floats(0.0, 1.0))
def test_a_package_gives_the_challenger_what_it_was_cut_for(demanded, conceded, share):
    gain = share * sum(demanded)
    positions = path(demanded, conceded, gain)

    assert abs(worth(np.array(demanded), positions) - gain) < 1e-9
    assert ((positions >= 0.0) & (positions <= 1.0)).all()


@given(weights, weights, st.lists(st.floats(0.0, 1.0), min_size=3, max_size=3))
def test_no_other_package_gives_the_challenger_as_much_for_less(demanded, conceded, other):
    demanded, conceded, other = np.array(demanded), np.array(conceded), np.array(other)
    positions = path(demanded, conceded, float(worth(demanded, other)))

    assert worth(conceded, positions) <= worth(conceded, other) + 1e-9


@given(weights, weights, st.floats(0.0, 0.9))
def test_each_further_concession_is_dearer_than_the_last(demanded, conceded, share):
    total, step = sum(demanded), 0.05 * sum(demanded)
    costs = [
        worth(np.array(conceded), path(demanded, conceded, share * total + index * step))
        for index in range(3)
    ]

    assert costs[2] - costs[1] >= costs[1] - costs[0] - 1e-9


@given(st.floats(1e-5, 0.003), st.floats(1e-6, 0.01))
def test_a_deal_that_may_be_broken_is_worth_less_but_not_nothing(discount_rate, breaking_rate):
    kept = durability(discount_rate, breaking_rate, 730.0)

    assert 0.0 < kept <= 1.0 + 1e-12
    assert durability(discount_rate, 0.0, 730.0) >= kept - 1e-12


def test_without_discounting_durability_is_the_mean_survival():
    assert abs(durability(0.0, 0.001, 730.0) - (1.0 - np.exp(-0.73)) / 0.73) < 1e-12


def test_force_in_public_view_makes_a_concession_dearer_and_leaves_relief_alone():
    talks = new_record(Talks)
    talks.capitulation, talks.publicity = 0.5, 0.4
    talks.defender_gain[0], talks.defender_concession[0] = 0.3, 0.2

    assert concession_price(talks, 2) == 1.4
    assert abs(defender_worth(talks, 0, 2) - (0.3 - 0.28)) < 1e-12
    assert defender_worth(talks, 0, 0) > defender_worth(talks, 0, 1) > defender_worth(talks, 0, 2)
