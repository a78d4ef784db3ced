import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog, root
from scipy.special import expit, logit

from verification.model.bargaining import MODELS
from verification.model.signatures import BARGAINING

NOT_REACHED: set[str] = set()
FINEST_STEP = 0.25

chance = st.floats(0.02, 0.98)
win = st.floats(0.2, 0.5)
small_cost = st.floats(0.02, 0.15)
extra_cost = st.floats(0.05, 0.3)
precision = st.floats(0.1, 40.0)
payoff = st.floats(-1.5, 0.9)
signalling = st.fixed_dictionaries(
    {
        "pi": st.floats(0.02, 0.98),
        "war_B": st.floats(-2.0, -0.1),
        "back_down_cost": st.floats(0.0, 1.0),
        "war_strong": st.floats(-0.5, 0.5),
        "war_weak": st.floats(-1.5, -0.5),
        "lam": st.floats(0.1, 20.0),
    }
)


def model(name, **inputs):
    return MODELS[name](inputs)


@st.composite
def packages(draw):
    """Issues worth 1 in all to each side, and a disagreement that leaves something to gain."""
    count = draw(st.integers(1, 4))
    weights = st.lists(st.floats(0.05, 1.0), min_size=count, max_size=count)
    a, b = (np.array(draw(weights)) for _ in range(2))
    apart = draw(st.floats(0.1, 0.9))
    patience = draw(st.floats(0.0, 0.8))
    return {
        "a": (a / a.sum()).tolist(),
        "b": (b / b.sum()).tolist(),
        "d": [patience * apart, patience * (1.0 - apart)],
    }


def most(gain, of, *, at_least):
    """Largest `gain @ z` over positions z that leave the other side, `sum(of) - of @ z`, enough."""
    room = [sum(of) - at_least]
    return -linprog(-np.array(gain), A_ub=[of], b_ub=room, bounds=(0.0, 1.0)).fun


def at_precision(log_odds, case, lam):
    """What is left of the agent quantal response equilibrium at log-odds of a threat by type."""
    fight = expit(lam * (np.array([case["war_strong"], case["war_weak"]]) + case["back_down_cost"]))
    war = np.array([case["war_strong"], case["war_weak"]])
    resisted = fight * war - (1.0 - fight) * case["back_down_cost"]
    seen = np.array([case["pi"], 1.0 - case["pi"]]) * expit(log_odds)
    fought = seen @ fight / seen.sum()
    resist = expit(lam * (fought * case["war_B"] + 1.0 - fought))
    threaten = expit(log_odds)
    outcome = {
        "threaten_strong": threaten[0],
        "threaten_weak": threaten[1],
        "resist": resist,
        "fight_strong": fight[0],
        "fight_weak": fight[1],
        "war": resist * (seen @ fight),
    }
    return log_odds - lam * (resist * resisted + 1.0 - resist), outcome


def followed(case):
    """Agent quantal response equilibrium, followed from indifference (McKelvey & Palfrey 1998)."""
    log_odds = np.zeros(2)
    for lam in np.linspace(0.0, case["lam"], 2 + int(case["lam"] / FINEST_STEP)):
        found = root(
            lambda x, lam=lam: at_precision(x, case, lam)[0], log_odds, options={"xtol": 1e-13}
        )
        log_odds = found.x
    left, outcome = at_precision(log_odds, case, case["lam"])
    assert np.abs(left).max() < 1e-9
    return outcome


def test_what_is_not_reached_yet_is_known():
    assert BARGAINING.keys() - MODELS.keys() == NOT_REACHED


@given(win, small_cost, extra_cost)
def test_the_range_runs_from_what_war_brings_one_side_to_what_it_leaves_the_other(
    p, cost_a, cost_b
):
    got = model("bargaining_range", win_probability=p, cost_A=cost_a, cost_B=cost_b)

    assert got == pytest.approx({"low": p - cost_a, "high": p + cost_b}, abs=1e-12)


def test_no_share_is_less_than_nothing_or_more_than_all():
    got = model("bargaining_range", win_probability=0.5, cost_A=0.6, cost_B=0.7)

    assert got == {"low": 0.0, "high": 1.0}


@given(win, small_cost, small_cost, extra_cost, chance)
def test_a_demand_is_risky_while_toughness_is_unlikely(p, cost_a, cost_tough, extra, share):
    cost_weak = cost_tough + extra
    threshold = extra / (cost_weak + cost_a)
    tough = 0.98 * share * threshold
    got = model(
        "risk_return",
        win_probability=p,
        cost_A=cost_a,
        cost_tough=cost_tough,
        cost_weak=cost_weak,
        tough_probability=tough,
    )
    expected = {"threshold": threshold, "offer": p + cost_weak, "war": tough}

    assert got == pytest.approx(expected, abs=1e-4)


@given(win, small_cost, small_cost, extra_cost, chance)
def test_a_demand_is_safe_once_toughness_is_likely(p, cost_a, cost_tough, extra, share):
    cost_weak = cost_tough + extra
    threshold = extra / (cost_weak + cost_a)
    got = model(
        "risk_return",
        win_probability=p,
        cost_A=cost_a,
        cost_tough=cost_tough,
        cost_weak=cost_weak,
        tough_probability=threshold + share * (1.0 - threshold),
    )
    expected = {"threshold": threshold, "offer": p + cost_tough, "war": 0.0}

    assert got == pytest.approx(expected, abs=1e-4)


@given(st.floats(0.0, 0.45), st.floats(0.0, 0.45))
def test_over_one_issue_both_solutions_split_the_difference(for_a, for_b):
    case = {"a": [1.0], "b": [1.0], "d": [for_a, for_b]}
    half = {
        "utility_A": 0.5 * (1.0 + for_a - for_b),
        "utility_B": 0.5 * (1.0 + for_b - for_a),
    }

    assert model("nash_packages", **case) == pytest.approx(half, abs=1e-3)
    assert model("kalai_smorodinsky", **case) == pytest.approx(half, abs=1e-3)


@settings(max_examples=20)
@given(packages(), st.lists(chance, min_size=4, max_size=4))
def test_no_other_division_has_a_larger_product_of_gains(case, positions):
    got = model("nash_packages", **case)
    z = np.array(positions[: len(case["a"])])
    gains = case["a"] @ z - case["d"][0], case["b"] @ (1.0 - z) - case["d"][1]
    best = (got["utility_A"] - case["d"][0]) * (got["utility_B"] - case["d"][1])

    assert best >= max(gains[0], 0.0) * max(gains[1], 0.0) - 1e-6


@settings(max_examples=20)
@given(packages(), st.sampled_from(["nash_packages", "kalai_smorodinsky"]))
def test_neither_side_can_gain_unless_the_other_loses(case, solution):
    got = model(solution, **case)
    best = most(case["a"], case["b"], at_least=got["utility_B"])

    assert got["utility_A"] == pytest.approx(best, abs=1e-9)


@settings(max_examples=20)
@given(packages())
def test_kalai_and_smorodinsky_give_both_the_same_share_of_their_best(case):
    got = model("kalai_smorodinsky", **case)
    for_a, for_b = case["d"]
    best_a = most(case["a"], case["b"], at_least=for_b)
    best_b = most(case["b"], case["a"], at_least=for_a)
    share_a = (got["utility_A"] - for_a) / (best_a - for_a)
    share_b = (got["utility_B"] - for_b) / (best_b - for_b)

    assert share_a == pytest.approx(share_b, abs=5e-3)


@settings(max_examples=6)
@given(signalling)
def test_signalling_is_the_equilibrium_followed_from_indifference(case):
    assert MODELS["aqre_signalling"](case) == pytest.approx(followed(case), abs=1e-6)


@pytest.mark.parametrize("lam", [1.0, 5.0, 30.0, 60.0])
@pytest.mark.parametrize("pi", [0.02, 0.5, 0.98])
def test_signalling_holds_from_dull_to_sharp_and_from_doubt_to_belief(pi, lam):
    case = {
        "pi": pi,
        "war_B": -0.6,
        "back_down_cost": 0.3,
        "war_strong": 0.1,
        "war_weak": -0.7,
        "lam": lam,
    }

    assert MODELS["aqre_signalling"](case) == pytest.approx(followed(case), abs=1e-6)


@given(precision, st.floats(0.1, 2.0), st.floats(0.0, 1.0), payoff, payoff)
def test_a_crisis_is_logit_choice_from_the_last_move_to_the_first(lam, prize, cost, war_a, war_b):
    fight = expit(lam * (war_a + cost))
    resist = expit(lam * (fight * war_b + (1.0 - fight) * prize))
    resisted = fight * war_a - (1.0 - fight) * cost
    challenge = expit(lam * (resist * resisted + (1.0 - resist) * prize))
    expected = {
        "challenge": challenge,
        "resist": resist,
        "fight": fight,
        "war": challenge * resist * fight,
    }
    got = model("aqre_crisis", lam=lam, prize=prize, back_down_cost=cost, war_A=war_a, war_B=war_b)

    assert got == pytest.approx(expected, abs=1e-12)


@given(chance, chance, chance, st.integers(0, 12))
def test_each_sign_adds_its_weight_to_the_log_odds(prior, if_resolved, if_not, signals):
    got = model(
        "repeated_signal", prior=prior, if_resolved=if_resolved, if_not=if_not, signals=signals
    )
    log_odds = logit(prior) + signals * np.log(if_resolved / if_not)

    assert got["posterior"] == pytest.approx(expit(log_odds), abs=1e-12)


@given(chance, chance, chance)
def test_an_alarm_and_a_report_weigh_as_bayes_says(hostile, sensitivity, false_alarm):
    got = model("incident_alarm", hostile=hostile, sensitivity=sensitivity, false_alarm=false_alarm)
    alarm = logit(hostile) + np.log(sensitivity / false_alarm)
    expected = {
        "after_alarm": expit(alarm),
        "confirmed": expit(alarm + np.log(9.0)),
        "denied": expit(alarm - np.log(9.0)),
    }

    assert got == pytest.approx(expected, abs=1e-12)


@given(st.floats(0.001, 0.1), st.floats(0.0, 0.2), st.integers(0, 365))
def test_escalations_come_as_the_thinned_incidents(rate, escalation, days):
    got = model("incident_escalation", rate=rate, escalation=escalation, days=days)

    assert got["probability"] == pytest.approx(-np.expm1(-rate * escalation * days), abs=1e-12)


@given(precision, payoff, st.integers(0, 40), st.floats(0.5, 0.99))
def test_taste_shocks_add_a_geometric_series(lam, u, stages, discount):
    got = model("soft_value", lam=lam, u=u, stages=stages, discount=discount)
    series = (1.0 - discount**stages) / (1.0 - discount)

    assert got["value"] == pytest.approx((u + np.log(2.0) / lam) * series, rel=1e-9, abs=1e-9)


@given(payoff, extra_cost, payoff, extra_cost)
def test_a_first_strike_pays_past_the_threshold(peace, first_costs, struck, mutual_spares):
    got = model(
        "preempt_threshold",
        peace=peace,
        first=peace - first_costs,
        struck=struck,
        mutual=struck + mutual_spares,
    )

    assert got["threshold"] == pytest.approx(first_costs / (first_costs + mutual_spares), abs=1e-9)


@pytest.mark.parametrize("breakdown", [0.02, 0.1, 0.5])
@pytest.mark.parametrize(("surplus", "propose_a"), [(0.1, 0.5), (0.6, 0.9), (1.0, 0.2)])
def test_each_side_gets_the_surplus_by_how_often_it_proposes(surplus, propose_a, breakdown):
    got = model("random_proposer", surplus=surplus, propose_A=propose_a, breakdown=breakdown)
    expected = {"value_A": propose_a * surplus, "value_B": (1.0 - propose_a) * surplus}

    assert got == pytest.approx(expected, abs=5e-4)


@pytest.mark.parametrize("discount", [0.9, 0.98, 0.998])
@pytest.mark.parametrize(
    ("surplus", "move_a", "move_b"), [(0.1, 0.3, 0.3), (0.6, 0.02, 0.1), (1.0, 0.2, 0.05)]
)
def test_each_mover_gets_the_surplus_by_its_pace(surplus, move_a, move_b, discount):
    got = model("random_mover", surplus=surplus, discount=discount, move_A=move_a, move_B=move_b)
    a_day = surplus / (1.0 - (1.0 - move_a - move_b) * discount)

    assert got == pytest.approx({"value_A": move_a * a_day, "value_B": move_b * a_day}, abs=5e-4)


@pytest.mark.parametrize(
    ("name", "inputs", "output", "expected"),
    [
        ("bargaining_range", {"win_probability": 1, "cost_A": 1, "cost_B": 0}, "low", 0.0),
        ("soft_value", {"lam": 1, "u": 1, "stages": 2, "discount": 1}, "value", 3.386294361),
        (
            "repeated_signal",
            {"prior": 1, "if_resolved": 1, "if_not": 1, "signals": 3},
            "posterior",
            1.0,
        ),
        (
            "preempt_threshold",
            {"peace": 0, "first": -1, "struck": -3, "mutual": -2},
            "threshold",
            0.5,
        ),
        ("random_proposer", {"surplus": 1, "propose_A": 1, "breakdown": 1}, "value_A", 1.0),
    ],
)
def test_whole_numbers_are_numbers(name, inputs, output, expected):
    assert MODELS[name](inputs)[output] == pytest.approx(expected, abs=1e-5)


@given(chance, chance)
def test_two_causes_share_a_war_that_either_brings_by_halves(one, other):
    got = model("attribution", kind="either", p1=one, p2=other)

    assert got["shapley_1"] == pytest.approx(one - 0.5 * one * other)
    assert got["but_for_2"] == pytest.approx(other * (1.0 - one))
    assert got["overdetermined"] == pytest.approx(one * other)


@given(chance, chance)
def test_two_causes_share_a_war_that_takes_both_by_halves(one, other):
    got = model("attribution", kind="both", p1=one, p2=other)

    assert got["shapley_1"] == got["shapley_2"] == pytest.approx(0.5 * one * other)
    assert got["but_for_1"] == got["but_for_2"] == pytest.approx(one * other)
    assert got["overdetermined"] == 0.0
