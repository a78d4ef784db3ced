"""A run that is killed goes on, and a file that is half there or made twice is found."""

import os
import signal
from collections import Counter

import numpy as np
import pytest

from detente.ensemble import runners
from tests.standin import KERNEL
from verification import deeds, kills
from verification.deeds import IT, SMALL, Answer
from verification.kills import Life, live, report, stamps


@pytest.fixture
def life(tmp_path, monkeypatch):
    """Return the life of a run that was stopped half way, with the stand-in for the kernel."""
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL)
    resumed = deeds.deeds(tmp_path / "deeds", SMALL)[1]
    resumed.lay(tmp_path)
    return Life(resumed, 0)


@pytest.mark.parametrize("number", [1, 4])
def test_a_run_that_is_killed_comes_out_whole(tmp_path, number):
    run = deeds.begun(tmp_path, SMALL)

    killed = live(run, 2.0, 6, number)

    assert killed.wrong == []


def test_a_part_cut_short_is_found(life, tmp_path):
    part = next((tmp_path / IT).rglob("*.parquet"))
    part.write_bytes(part.read_bytes()[:-9])

    kills.look_at(life, tmp_path, {})

    assert life.wrong == [f"half under its name: {part.relative_to(tmp_path / IT).as_posix()}"]


def test_a_part_written_again_is_found(life, tmp_path):
    kept = stamps(tmp_path / IT)
    part = tmp_path / IT / sorted(kept)[0]
    content = part.read_bytes()
    part.unlink()
    part.write_bytes(content)
    os.utime(part, ns=(1, 1))

    kills.look_at(life, tmp_path, kept)

    assert life.wrong == [f"computed again: {sorted(kept)[0]}"]


def test_a_finished_file_is_torn_by_hand(life, tmp_path):
    kept = stamps(tmp_path / IT)

    left = kills.tear(life, tmp_path, kept, np.random.default_rng(1))

    (torn,) = kept.keys() - left.keys()
    assert deeds.partial(tmp_path / IT, life.deed.sound) == [torn]


def test_a_stop_has_its_status():
    assert kills.judged(Answer(-9, "", ""), signal.SIGKILL) == []
    assert kills.judged(Answer(143, "", ""), signal.SIGTERM) == []
    assert kills.judged(Answer(1, "", "Traceback"), signal.SIGINT) != []
    assert kills.judged(Answer(-15, "", ""), signal.SIGTERM) != []


def test_a_stop_while_python_starts_is_none_of_ours():
    assert kills.is_early(Answer(-2, "", "Traceback"), signal.SIGINT)
    assert kills.is_early(Answer(1, "", 'File "<frozen site>", line 616'), signal.SIGINT)
    assert not kills.is_early(Answer(1, "", 'File "app.py", line 9'), signal.SIGINT)
    assert not kills.is_early(Answer(-2, '{"digest": 1}', ""), signal.SIGINT)
    assert not kills.is_early(Answer(-2, "", ""), signal.SIGTERM)


def test_what_is_wrong_fails_the_command(life, capsys):
    life.stops = Counter(SIGKILL=1)

    assert report([life]) == 0
    life.wrong.append("differs: record.json")
    assert report([life]) == 1
    assert "resume 0: differs: record.json" in capsys.readouterr().out


def test_lives_that_nothing_stopped_fail_the_command(life):
    assert report([life]) == 1
