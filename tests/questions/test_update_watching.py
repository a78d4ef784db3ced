"""What to watch for: what a sign would make of the outcome is what an update with it makes."""

import numpy as np
import pytest

from detente import update
from detente.ensemble import runners
from detente.questions.watching import bits_of
from tests.observations import PLANNED, own_sign, sign, state
from tests.standin import played


@pytest.fixture(autouse=True)
def planned(monkeypatch):
    monkeypatch.setattr(runners, "kernel", lambda: PLANNED)


@pytest.fixture(scope="module")
def run(tmp_path_factory, crisis):
    changed = crisis.with_changes({"posture.dependence": 0.3})
    folder = tmp_path_factory.mktemp("watched") / "run"
    return played(changed, folder, PLANNED, worlds=16, futures=6400)


@pytest.mark.parametrize(("seen", "figure"), [(True, "if_seen"), (False, "if_not")])
def test_what_a_sign_would_change_is_what_it_changes_once_it_is_reported(
    run, reported, seen, figure
):
    before = update(run, reported(state("open"))).next["search_and_rescue"]
    after = update(run, reported(state("open"), sign(seen=seen))).outcomes["any_war"]

    assert getattr(before, figure).value == pytest.approx(after.after.value)


def test_seen_or_not_it_comes_to_the_same_on_average(run):
    one = update(run).next["tankers"]
    war = update(run).outcomes["any_war"].after.value

    assert one.seen.value * one.if_seen.value + (1.0 - one.seen.value) * one.if_not.value == (
        pytest.approx(war)
    )


def test_the_sign_that_has_most_information_is_first_and_signs_already_reported_are_left_out(
    run, reported
):
    telling = own_sign("hospitals", "range = [4, 8]", false_positive=0.1)
    silent = own_sign("parades", "value = 1.0001", false_positive=0.5)
    found = update(run, reported(sign("tankers"), signs=telling + silent)).next

    assert list(found) == ["hospitals", "search_and_rescue", "parades"]
    assert found["hospitals"].outcome.low > 0.0
    assert found["parades"].outcome.value == pytest.approx(0.0, abs=1e-6)
    assert found["parades"].plan.value == pytest.approx(0.0, abs=1e-6)
    assert found["hospitals"].points_to == ("direct_action",)


def test_false_alarms_are_priced_in(run, reported):
    signs = [own_sign(f"sign_{place}", "value = 2", false_positive=alarm) for place, alarm in CASES]
    found = update(run, reported(signs="".join(signs))).next
    bits = [found[f"sign_{place}"].plan.value for place, _ in CASES]

    assert bits == sorted(bits)
    assert found["sign_0"].seen.value < found["sign_2"].seen.value


CASES = tuple(enumerate((0.05, 0.2, 0.45)))
"""At a ratio of two, a sign that is rarer under all plans tells less, seen or not."""


def test_a_sign_of_plans_that_were_pointed_to_before_says_less(run, reported):
    fresh = own_sign("fresh", "value = 4", points_to='["sustained"]')
    again = own_sign("again", "value = 4", points_to='["sustained", "direct_action"]')
    alone = own_sign("alone", "value = 4", points_to='["stand_off", "direct_action"]')
    found = update(run, reported(signs=fresh + again + alone)).next

    assert found["again"].plan.value < found["alone"].plan.value
    assert found["fresh"].plan.value < found["alone"].plan.value


def test_parts_of_what_is_not_known_lie_between_none_and_all(run):
    for one in update(run, outcome="deal").next.values():
        assert 0.0 <= one.outcome_part <= 1.0
        assert 0.0 <= one.plan_part <= 1.0
        assert one.plan.low <= one.plan.value <= one.plan.high


def test_things_that_never_come_about_say_nothing():
    joint = np.array([[3.0, 5.0], [0.0, 0.0]])

    assert bits_of(joint) == pytest.approx(0.0, abs=1e-12)
