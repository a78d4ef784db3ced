"""A run of a reference pack is compared with history, printed and as JSON."""

import json

import pytest

from detente.cli import main
from detente.pack import files
from tests.border import BORDER

QUESTION = "Does the model give history's rates?"
SMALL = ["--futures", "320", "--worlds", "8", "--threads", "1"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(params=["non_violent", "violent"])
def start(request, here):
    """Write a small pack of a start and return the start."""
    (here / "mine").mkdir()
    for name, text in files.read(BORDER).files.items():
        word = f'reference = "{request.param}"\n'.encode() if name == "crisis.toml" else b""
        (here / "mine" / name).write_bytes(word + text)
    return request.param


def answer(capsys, *arguments):
    """Run a command and return what it prints."""
    capsys.readouterr()
    assert main(list(arguments)) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    return printed.out


@pytest.mark.usefixtures("start")
def test_show_and_resume_say_of_history_what_run_did(capsys):
    first = answer(capsys, "run", "./mine", *SMALL, "-o", "stored", "--all")
    history = first[first.index(QUESTION) :]

    assert first.count(QUESTION) == 1
    assert answer(capsys, "show", "stored", "--all").endswith(history)
    assert answer(capsys, "run", "--resume", "stored", "--all") == first


def test_json_has_history_for_a_reference_pack_and_for_no_other(start, capsys):
    mine = json.loads(answer(capsys, "run", "./mine", *SMALL, "-o", "mine-run", "--json"))
    shown = json.loads(answer(capsys, "show", "mine-run", "--json"))
    other = json.loads(answer(capsys, "run", "oman-2026", *SMALL, "-o", "other", "--json"))

    assert {**mine, "course": shown["course"], "strip": shown["strip"]} == shown
    assert set(mine) == {*other, "history"}
    assert mine["history"][f"{start}.war"]["share"] == mine["outcomes"]["any_war"]["share"]
    assert mine["history"][f"{start}.war"]["low"] == pytest.approx(
        mine["outcomes"]["any_war"]["low"], abs=1e-12
    )


def test_other_packs_are_not_held_against_history(capsys):
    assert QUESTION not in answer(capsys, "run", "oman-2026", *SMALL, "-o", "stored")
