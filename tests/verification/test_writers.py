"""Writers of one run at once, with the stand-in for the kernel; and what would fail the check."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from detente.ensemble import runners
from tests.standin import KERNEL
from verification import writers
from verification.deeds import Answer
from verification.writers import THREADS, meet, report


@pytest.fixture(autouse=True)
def kernel(monkeypatch):
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL)


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL)
        return writers.prepare(tmp_path_factory.mktemp("known"))


def met(known):
    with ThreadPoolExecutor(2) as pool:
        return meet(known, THREADS, 1, pool)


def test_writers_of_one_run_lose_nothing(known):
    assert met(known).wrong == []


def test_figures_of_no_run_are_found(known, monkeypatch):
    other = json.dumps({"digest": "0" * 64, "endings": {}})
    monkeypatch.setattr(writers, "simulate_here", lambda *_: Answer(0, other, ""))

    assert "figures of no run" in "; ".join(met(known).wrong)


def test_what_is_wrong_fails_the_command(known, capsys):
    meeting = met(known)

    assert report([meeting]) == 0
    meeting.wrong.append("left over: .detente.lock")
    assert report([meeting]) == 1
    assert "threads: left over" in capsys.readouterr().out
