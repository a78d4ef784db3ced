"""What a sign would tell: laws of information, and signs of a run by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente import simulate
from detente.ensemble import runners
from detente.questions.watching import entropy, information, information_on_plan
from tests.standin import KERNEL

CHANCES = st.floats(0.0, 1.0)
FOUR = st.tuples(CHANCES, CHANCES, CHANCES, CHANCES)


@given(FOUR.filter(lambda weights: sum(weights) > 0.01), FOUR)
def test_information_is_at_least_nothing_and_at_most_what_is_not_known(weights, seen):
    chances = np.array(weights) / sum(weights)
    reported = information(chances, np.array(seen))
    used = chances[chances > 0.0]

    assert 0.0 <= reported <= 1.0 + 1e-12
    assert reported <= -np.sum(used * np.log2(used)) + 1e-9


@given(FOUR.filter(lambda weights: sum(weights) > 0.01), CHANCES)
def test_a_sign_that_is_as_likely_under_all_plans_says_nothing(weights, seen):
    chances = np.array(weights) / sum(weights)

    assert information(chances, np.full(4, seen)) == pytest.approx(0.0, abs=1e-12)


def test_a_sign_that_is_seen_under_one_half_and_never_else_says_all():
    assert information(np.array([0.5, 0.5]), np.array([1.0, 0.0])) == pytest.approx(1.0)


def test_false_alarms_take_away_what_a_sign_reports():
    reported = [
        information(np.array([0.4, 0.6]), np.array([0.9, false_alarm]))
        for false_alarm in (0.0, 0.1, 0.3, 0.6, 0.9)
    ]

    assert reported == sorted(reported, reverse=True)
    assert reported[-1] == pytest.approx(0.0, abs=1e-12)


def test_information_is_the_entropy_that_is_left_on_average_less_than_before():
    chances, seen = np.array([0.3, 0.7]), np.array([0.8, 0.2])
    together = chances @ seen
    if_seen = chances[0] * seen[0] / together
    if_not = chances[0] * (1.0 - seen[0]) / (1.0 - together)
    left = together * entropy(if_seen) + (1.0 - together) * entropy(if_not)

    assert information(chances, seen) == pytest.approx(entropy(0.3) - left)


def test_what_a_sign_reports_the_plan_is_reported_world_by_world(tmp_path, crisis, monkeypatch):
    def play(world, solved, **named):
        rows = KERNEL.play(world, solved, **named)
        rows["plan"] = np.where(rows["future"] % 4 == 0, 3, 0)
        return rows

    monkeypatch.setattr(runners, "kernel", lambda: KERNEL._replace(play=play))
    fixed = {
        "signs.search_and_rescue.false_positive": 0.25,
        "signs.search_and_rescue.likelihood_ratio": 3.0,
        "signs.tankers.likelihood_ratio": 1.0,
    }
    changed = crisis.with_changes(fixed)
    run = simulate(changed, futures=40, worlds=2, threads=1, out=tmp_path / "run")
    reported = information_on_plan(run)
    by_hand = information(np.array([0.75, 0.25]), np.array([0.25, 0.75]))

    assert reported["search_and_rescue"] == pytest.approx([by_hand, by_hand])
    assert reported["tankers"] == pytest.approx([0.0, 0.0], abs=1e-12)
