"""A run that is not the wheel's own, or is not whole, is found."""

import json

import pytest

from detente import provenance
from verification import wheel


@pytest.fixture(autouse=True)
def answers(monkeypatch):
    """Return what is answered from the wheel, to be changed."""
    told = {"futures": 1000, "digest": "0" * 64, "endings": {"war": {"share": 1.0}}}
    version = {"commit": provenance.commit()}
    found = {"place": "unpacked/detente/__init__.py", "told": told, "version": version}

    def ask(folder, *line):
        if line[0] == "-c":
            return str(folder / found["place"])
        return json.dumps(found["version" if "--version" in line else "told"])

    monkeypatch.setattr(wheel, "unpack", lambda _folder: None)
    monkeypatch.setattr(wheel, "ask", ask)
    return found


def test_a_run_from_the_wheel_passes(capsys):
    assert wheel.main([]) == 0
    assert "from the wheel: commit" in capsys.readouterr().out


def test_a_wheel_of_another_commit_fails(answers):
    answers["version"]["commit"] = "0" * 40

    assert wheel.main([]) == 1


def test_a_run_from_elsewhere_fails(answers, capsys):
    answers["place"] = "/elsewhere/detente/__init__.py"

    assert wheel.main([]) == 1
    assert "NOT from the wheel but from /elsewhere" in capsys.readouterr().out


def test_a_run_that_lacks_futures_or_endings_fails(answers):
    answers["told"]["endings"]["war"]["share"] = 0.9
    assert wheel.main([]) == 1

    answers["told"]["endings"]["war"]["share"] = 1.0
    answers["told"]["futures"] = 992
    assert wheel.main([]) == 1
