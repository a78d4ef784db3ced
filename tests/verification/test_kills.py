"""A slice of `python -m verification.engine.kills`: a run that is killed goes on."""

from verification.engine import deeds
from verification.engine.deeds import SMALL
from verification.engine.kills import live


def test_a_run_that_is_killed_comes_out_whole(tmp_path):
    run = deeds.begun(tmp_path, SMALL)

    killed = live(run, 2.0, 6, number=1)

    assert killed.wrong == []
