"""What is too little memory is told, and what a starved run must not do is found."""

import pytest

from verification import deeds, memory
from verification.deeds import SMALL
from verification.memory import Outcome, report, starve


@pytest.mark.parametrize("allowed", [64, 1782])
def test_a_run_without_memory_says_so_and_goes_on_with_it(tmp_path, allowed):
    run = deeds.begun(tmp_path, SMALL)

    starved = starve(run, allowed)

    assert (starved.status, starved.wrong) == (2, "")
    assert "memory" in starved.what


def test_what_is_wrong_fails_the_command(capsys):
    fine = [Outcome(3000, 0, "", ""), Outcome(64, 2, "64 MiB of memory are allowed", "")]

    assert report(fine) == 0
    assert report([*fine, Outcome(900, -6, "", "status -6: ")]) == 1
    assert "900 MiB, status -6" in capsys.readouterr().out


def test_steps_that_were_all_done_or_none_fail_the_command():
    assert report([Outcome(3000, 0, "", "")]) == 1
    assert report([Outcome(64, 2, "too little", "")]) == 1


def test_memory_falls_in_fifty_steps():
    assert memory.STEPS == 50
    assert memory.MOST > memory.LEAST
