"""What the shell offers while a command is typed."""

import os
import subprocess
import sys

import pytest
from typer.main import get_command

from detente import pack
from detente.cli import parameters
from detente.cli.app import program


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Work in a folder with one pack and one run."""
    monkeypatch.chdir(tmp_path)
    pack.new("border", folder=tmp_path)
    (tmp_path / "runs" / "first").mkdir(parents=True)
    (tmp_path / "runs" / "first" / "record.json").write_text("{}")
    return tmp_path


def typed(command, *words):
    """Return what is known of a command line that is not yet whole."""
    return (
        get_command(program())
        .commands[command]
        .make_context(command, list(words), resilient_parsing=True)
    )


@pytest.mark.parametrize(
    ("offers", "begun", "offered"),
    [
        (parameters.offer_packs, "om", ["oman-2026"]),
        (parameters.offer_packs, "./", ["./border"]),
        (parameters.offer_packs_or_runs, "runs/", ["runs/first"]),
        (parameters.offer_runs, "", ["runs/first"]),
        (parameters.offer_outcomes, "deal,any", ["deal,any_war"]),
        (parameters.offer_options, "hotline,guar", ["hotline,guarantees"]),
        (parameters.offer_settings, "venue.ac", ["venue.access="]),
    ],
)
def test_what_can_stand_there_is_offered(offers, begun, offered):
    assert offers(typed("run", "oman-2026", "--options"), [], begun) == offered


@pytest.mark.parametrize("offers", [parameters.offer_options, parameters.offer_settings])
@pytest.mark.parametrize("words", [["run"], ["run", "./absent"], ["compare", "runs/first"]])
def test_nothing_is_offered_where_something_is_wrong(offers, words):
    assert offers(typed(*words), [], "") == []


def test_a_shell_that_asks_is_answered(here):
    asked = {"COMP_WORDS": "detente run oman-2026 --options hot", "COMP_CWORD": "4"}
    reported = subprocess.run(
        [sys.executable, "-c", "import detente.cli, sys; sys.exit(detente.cli.main())"],
        env={**os.environ, **asked, "_DETENTE_COMPLETE": "complete_bash"},
        cwd=here,
        capture_output=True,
        text=True,
        check=True,
    )

    assert reported.stdout.split() == ["hotline"]
    assert reported.stderr == ""
