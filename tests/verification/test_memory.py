"""A slice of `python -m verification.engine.memory`: too little memory is reported."""

from verification.engine import deeds
from verification.engine.deeds import SMALL
from verification.engine.memory import starve


def test_a_run_without_memory_says_so_and_goes_on_with_it(tmp_path):
    run = deeds.begun(tmp_path, SMALL)

    starved = starve(run, 1782)

    assert (starved.status, starved.wrong) == (2, "")
    assert "memory" in starved.what
