import numpy as np
import pytest

from verification import known_answers
from verification.nist import references

FEW = ["--points", "40", "--blocks", "200"]


def test_few_points_and_draws_meet_their_known_answers(capsys):
    assert known_answers.main(FEW) == 0
    assert "WRONG" not in capsys.readouterr().out


def test_a_single_draw_that_differs_is_told(monkeypatch, capsys):
    def one_off(blocks):
        drawn = other_draws(blocks)
        drawn[-1] ^= np.uint64(1)
        return drawn

    other_draws = known_answers.other_draws
    monkeypatch.setattr(known_answers, "other_draws", one_off)

    assert known_answers.main(FEW) == 1
    assert capsys.readouterr().out.count("WRONG") == 1


@pytest.mark.parametrize("units", [1, 3])
def test_a_function_that_misses_is_measured_in_units(units):
    right = float(np.exp(1.5))
    wrong = right + units * float(np.spacing(right))

    assert abs(known_answers.missed_exponential(1.5, wrong) - units) < 0.6


def test_the_reference_sets_have_their_sizes():
    sizes = {name: len(reference.numbers) for name, reference in references().items()}

    assert (sizes["Lew"], sizes["Michelso"], sizes["Mavro"]) == (200, 100, 50)
    assert (sizes["NumAcc1"], sizes["NumAcc4"]) == (3, 1001)
