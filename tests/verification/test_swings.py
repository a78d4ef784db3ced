"""A slice of `python -m verification.swings`: swings are held against those of other seeds."""

import pytest

from detente import load
from detente.analysis.drivers.inputs import inputs_of
from detente.analysis.drivers.swings import Swing
from verification.swings import DRAWN, EFFECTS, IDLE, PACK, judged, report

SEEDS = [Swing(0.02, 0.01, 0.03, 1.0, 24)] * 4
AWAY = Swing(0.07, 0.06, 0.08, 1.0, 24)


def test_the_numbers_that_were_drawn_are_as_many_of_each_kind_and_vary_by_themselves():
    numbers = {*EFFECTS, *IDLE}

    assert len(EFFECTS) == len(IDLE) == len(numbers) / 2 == DRAWN
    assert numbers <= {*inputs_of(load(PACK)).singles}


def test_a_seed_is_held_against_the_mean_of_the_others():
    found = judged("moves.tempo", "force", [*SEEDS, AWAY])

    assert found.swing == pytest.approx(0.03)
    assert found.holds.tolist() == [False] * 5
    assert found.listed == 1.0


def test_intervals_that_hold_too_seldom_and_numbers_without_effect_that_are_told_fail(capsys):
    nothing = [Swing(sign * 0.006, sign * 0.001, sign * 0.011, 1.0, 24) for sign in (1, -1)] * 6
    away = judged("moves.tempo", "force", [*SEEDS, AWAY])
    idle = judged(IDLE[0], "force", nothing)

    assert report([away, idle]) == 2
    assert report([judged("moves.tempo", "force", SEEDS)]) == 0
    assert "100.0 (51.0 to 100.0) of 100 intervals hold the truth\n" in capsys.readouterr().out
    assert report([judged("moves.tempo", "force", SEEDS * 15)]) == 1
    assert "of 100 intervals hold the truth  FAILS" in capsys.readouterr().out
