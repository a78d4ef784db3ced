import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.reference import (
    MODELS,
    alternating_offers,
    commitment_threshold,
    first_strike_stability,
    offers_before_deadline,
    screening_uniform,
)
from verification.signatures import REFERENCE

share = st.floats(0.0, 1.0)
patience = st.floats(0.05, 0.95)
cost = st.floats(0.0, 0.5)


def screening(win, cost_a, cost_max, carrot):
    return screening_uniform(
        {"win_probability": win, "cost_A": cost_a, "cost_max": cost_max, "carrot": carrot}
    )


def value_of_demand(demand, win, cost_a, cost_max, carrot):
    war = min(1.0, max(0.0, (demand - win - carrot) / cost_max))
    return (1.0 - war) * demand + war * (win - cost_a)


def test_every_reference_model_is_there():
    assert MODELS.keys() == REFERENCE.keys()


@given(share, share, cost, cost)
def test_dearer_war_makes_peace_more_stable(first, second, cost_a, cost_b):
    cheap = {"first": first, "second": second, "cost_A": cost_a, "cost_B": cost_b}
    dear = cheap | {"cost_A": cost_a + 0.1}

    assert first_strike_stability(dear)["gap"] < first_strike_stability(cheap)["gap"]


@given(patience)
def test_two_equally_patient_sides_split_by_one_over_one_plus_the_discount(discount):
    got = alternating_offers({"discount_1": discount, "discount_2": discount})["proposer"]

    assert got == pytest.approx(1.0 / (1.0 + discount))


def test_two_sides_that_never_tire_have_no_single_division():
    with pytest.raises(ValueError, match="one side at least must tire"):
        alternating_offers({"discount_1": 1.0, "discount_2": 1.0})


@given(patience)
def test_a_last_offer_takes_all(discount):
    assert offers_before_deadline({"discount": discount, "offers": 1})["proposer"] == 1.0


@given(patience)
def test_many_offers_come_to_the_endless_game(discount):
    endless = alternating_offers({"discount_1": discount, "discount_2": discount})["proposer"]

    got = offers_before_deadline({"discount": discount, "offers": 400})["proposer"]

    assert got == pytest.approx(endless, abs=1e-6)


@given(share, cost, st.floats(0.05, 1.0), st.floats(0.0, 0.3), share)
def test_no_other_demand_is_worth_more(win, cost_a, cost_max, carrot, other):
    best = screening(win, cost_a, cost_max, carrot)["offer"]

    gain = value_of_demand(best, win, cost_a, cost_max, carrot)

    assert gain >= value_of_demand(other, win, cost_a, cost_max, carrot) - 1e-12


@given(share, cost, st.floats(0.05, 1.0), st.floats(0.0, 0.2), st.floats(0.0, 0.2))
def test_a_larger_carrot_never_makes_war_likelier(win, cost_a, cost_max, carrot, more):
    smaller = screening(win, cost_a, cost_max, carrot)["war"]
    larger = screening(win, cost_a, cost_max, carrot + more)["war"]

    assert 0.0 <= larger <= smaller + 1e-12 <= 1.0 + 1e-12


def test_costs_without_a_range_are_refused():
    with pytest.raises(ValueError, match="cost_max"):
        screening(0.5, 0.1, 0.0, 0.0)


@given(share, cost, cost, patience)
def test_at_the_threshold_war_now_is_worth_the_best_offer(win, cost_a, cost_d, discount):
    inputs = {"win_probability": win, "cost_A": cost_a, "cost_D": cost_d, "discount": discount}

    shift = commitment_threshold(inputs)["shift"]
    war_now = (1.0 - win) / (1.0 - discount) - cost_d
    best_offer = 1.0 + discount * ((1.0 - win - shift) / (1.0 - discount) + cost_a)

    assert war_now == pytest.approx(best_offer, abs=1e-9)
