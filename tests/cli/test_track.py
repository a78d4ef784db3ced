"""Forecasts that are kept, from the command line."""

import json

import pytest

from detente import simulate
from tests.cli.asking import answering


@pytest.fixture(autouse=True)
def here(crisis, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    simulate(crisis, futures=16, worlds=4, threads=1, out=tmp_path / "run")
    return tmp_path


answer = answering("track")


def test_a_run_is_registered_resolved_and_verified(capsys):
    _, out, _ = answer(capsys, "followed", "--run", "run", "--on", "2026-02-10", "--json")
    head = json.loads(out)["head"]
    said = ["--on", "2026-03-08", "--source", "an invented gazette", "--by", "an umpire"]
    resolved = answer(capsys, "resolve", "followed", "force_2026_03_08", "--did-not", *said)
    verified = answer(capsys, "verify", "followed", "--head", head, "--json")

    assert "12 questions: 11 open, 0 happened, 1 did not, 0 void." in resolved[1]
    assert (verified[0], json.loads(verified[1])["noted"]) == (0, 1)
    assert answer(capsys, "verify", "followed", "--head", "0" * 64)[0] == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["followed"], "nothing is registered here"),
        (["followed", "--on", "2026-02-10"], "--on: goes with --run"),
        (["--run", "run", "followed", "--on", "2026-02-01"], "the run is as of 2026-02-06, after"),
        (["--run", "run", "followed", "--on", "soon"], "--on: 'soon' is not a date"),
    ],
)
def test_what_cannot_be_registered_is_refused_with_the_reason(capsys, arguments, message):
    status, out, err = answer(capsys, *arguments)

    assert (status, out) == (2, "")
    assert message in err


def test_a_file_of_questions_is_refused_with_each_of_its_faults(here, capsys):
    (here / "asked.toml").write_text(
        '[questions.one]\noutcome = "wars"\nby = 2026-02-01\nrule = "r"\nsource = "s"\n'
        'given = "failed_day=0:30"\nbase = 0.1\n'
    )
    status, _, err = answer(capsys, "followed", "--run", "run", "--questions", "asked.toml")

    assert status == 2
    assert "asked.toml: 4 faults" in err
    assert "asked.toml:2:11: questions.one.outcome" in err
    assert "a day after 2026-02-06 (as_of)" in err
    assert "dates such as 2031-04-01" in err
    assert "base with base_source" in err
