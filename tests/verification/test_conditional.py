import numpy as np
import pytest

from detente.questions.past.played import count_rows
from tests.questions.test_history_played import AFTERMATHS, played
from verification.model.conditional import ratio, under_conditions


def test_how_wars_were_settled_is_reported_among_wars():
    counted = count_rows([AFTERMATHS], "non_violent", 1, 365)
    figure = ratio([(1.0, counted)], ("given_up_war", "war"))

    assert figure.value == pytest.approx(0.4)
    assert 0.0 < figure.low < 0.4 < figure.high < 1.0


def test_lengths_by_violence_take_those_open_at_the_horizon_as_longer_than_it():
    counted = count_rows([AFTERMATHS], "non_violent", 1, 365)
    figures = under_conditions("all", [(1.0, counted)])

    assert figures["all.half_if_war"].value == 120
    assert figures["all.half_if_none"].value == 30
    assert figures["all.half_if_clashes"].value == 70
    assert figures["all.three_quarters_if_war"].value == 200
    assert not figures["all.three_quarters_if_war"].is_at_horizon


def test_a_violent_start_without_a_clash_does_not_count_as_a_crisis_without_violence():
    counted = count_rows([AFTERMATHS], "violent", 1, 365)
    figures = under_conditions("all", [(1.0, counted)])

    assert "all.half_if_none" not in figures
    assert "all.half_if_war" in figures


def test_the_interval_of_a_ratio_holds_the_truth_nine_times_in_ten():
    generator = np.random.Generator(np.random.Philox(9))
    held = 0
    for _ in range(1000):
        wars = generator.binomial(64, generator.beta(2.0, 8.0, 64))
        run = played(np.zeros(64 * 64, int), worlds=64, war=wars)
        run.happened["agreement_war"] = generator.binomial(wars, generator.beta(2.0, 3.0, 64))
        figure = ratio([(1.0, run)], ("agreement_war", "war"))
        held += figure.low <= 0.4 <= figure.high

    assert 0.87 < held / 1000 < 0.93
