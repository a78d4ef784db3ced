"""Expected campaigns against drawn ones, and whether a wrong expectation is noticed."""

import numpy as np
import pytest

from verification import quadrature
from verification.quadrature import (
    COLUMNS,
    Effort,
    Verdict,
    judge,
    multiplied,
    print_summary,
    random_setting,
)

EFFORT = Effort(campaigns=2, futures=1000)
NUMBER = 0
"""A campaign whose means agree."""


def test_a_random_campaign_is_the_same_again_and_differs_from_the_next():
    one, again, other = (random_setting(1, number).theatre for number in (3, 3, 4))

    assert one.tobytes() == again.tobytes()
    assert one.tobytes() != other.tobytes()


@pytest.mark.parametrize("number", range(8))
def test_random_campaigns_are_within_what_the_kernel_allows(number):
    setting = random_setting(1, number)
    for defence in (setting.theatre.challenger_defence, setting.theatre.defender_defence):
        assert 1 <= defence.layers <= 4
        assert defence.batteries[: defence.layers].min() >= 1.0
        assert defence.hardness.min() > 0.0
    assert 1 <= setting.days <= quadrature.MOST_DAYS


def test_means_agree_with_drawn_campaigns_of_many():
    setting = multiplied(random_setting(1, NUMBER), 10)

    assert judge(setting, EFFORT).gaps().max() <= 1.0


def test_ten_times_as_much_leaves_the_campaign_drawn_as_it_was():
    setting = random_setting(1, NUMBER)
    before = setting.theatre.tobytes()
    many = multiplied(setting, 10)

    assert setting.theatre.tobytes() == before
    assert many.theatre.defender_arsenal.stock[0] == 10 * setting.theatre.defender_arsenal.stock[0]


def test_a_shock_left_out_of_the_means_is_noticed():
    setting = multiplied(random_setting(1, NUMBER), 10)
    setting.theatre.defender_defence.shock = 2.0
    verdict = judge(setting, EFFORT)
    setting.theatre.defender_defence.shock = 0.0
    calm = judge(setting, EFFORT)

    assert verdict._replace(expected=calm.expected).gaps().max() > 1.0


def test_gaps_are_what_is_beyond_chance_in_units_of_what_is_allowed():
    drawn = np.array([0.5, 0.5, 0.5, 0.5, 0.5, 0.001, 0.5])
    expected = drawn + np.array([0.0, 0.03, 0.03, -0.03, 0.001, 0.001, 0.0])
    verdict = Verdict(random_setting(1, 0), drawn, np.full(7, 0.005), expected)

    assert verdict.gaps() == pytest.approx([0.0, 1.0, 2.0, 1.0, 0.0, 0.0, 0.0])


@pytest.mark.parametrize(
    ("larger", "of_many", "status"), [(0, 0.9, 0), (1, 0.9, 0), (4, 0.9, 1), (1, 1.1, 1)]
)
def test_too_many_large_gaps_and_any_that_stays_fail(larger, of_many, status):
    gaps = np.full((2, len(COLUMNS)), 0.5)
    gaps[0, :larger] = 3.0

    assert print_summary(gaps, np.full((1, len(COLUMNS)), of_many)) == status


def test_the_command_prints_each_large_gap_with_what_the_campaign_is_made_of(monkeypatch, capsys):
    monkeypatch.setattr(quadrature, "SHARE_ALLOWED", 1e-6)
    monkeypatch.setattr(quadrature, "CHANCE", 0.0)

    status = quadrature.main(["--campaigns", "1", "--futures", "100"])
    lines = capsys.readouterr().out.splitlines()

    assert status == 1
    assert lines[0].startswith("  0 A leakage    drawn 0.")
    assert "times allowed, with 10 times as many of everything" in lines[0]
    assert any("batteries" in line and "raids of" in line for line in lines)
    assert lines[-1] == "not agreed"
