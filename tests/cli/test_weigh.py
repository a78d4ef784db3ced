import json
import re
import shutil
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.main import get_command

from detente.cli.app import program
from detente.questions import drivers
from tests.cli.asking import answer, answering

weigh = answering("weigh", "stored")


@pytest.fixture(scope="session")
def usual(play):
    return play(futures=3200, worlds=64)


@pytest.mark.usefixtures("stored")
def test_the_answer_says_what_would_have_to_be_true(capsys):
    status, out, err = weigh(capsys, "--to", "force@2027-02-06=.45")

    assert (status, err) == (0, "")
    assert out.startswith("What would have to be true?")
    assert "View: use of force by 6 February 2027 in 45 %. The run has " in out
    assert "has not been tried" in out
    assert "--try" in out
    assert "detente weigh stored --to force@2027-02-06=.45 --name NAME" in out


def test_json_is_one_object_and_weights_are_kept(capsys, stored):
    status, out, _ = weigh(capsys, "--to", "force=.45-.6", "--name", "mine", "--try", "--json")
    found = json.loads(out)

    assert status == 0
    assert found["schema"] == "detente/weigh/1"
    assert found["views"][0]["held"] == [0.45, 0.6]
    assert found["views"][0]["by"] == {"day": 365, "date": "2027-02-06"}
    assert found["moved"][0]["field"] == "talks.fade_rate"
    assert set(found["tried"]) == {"worlds", "futures", "views", "confirmed"}
    assert (stored / "weighed" / "mine.json").is_file()


@pytest.mark.usefixtures("stored")
def test_a_mistake_says_where_it_is_and_what_to_write(capsys):
    status, out, err = weigh(capsys, "--to", "force@2026-05-07=40")

    assert (status, out) == (2, "")
    assert "--to force@2026-05-07=40: 40 is above 100 %\n  write 40% or .40" in err


JUDGEMENTS = """
[judgements.strike]
outcome = "force"
probability = [{low}, 0.6]
who = "Analyst A"
reason = "invented"
"""


def test_a_run_stands_with_the_judgements_of_its_pack_and_without(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer(capsys, "new", "judged", "--from", "oman-2026")
    with (tmp_path / "judged" / "crisis.toml").open("a") as file:
        file.write(JUDGEMENTS.format(low=0.45))
    size = ["--worlds", "64", "--futures", "3200", "--threads", "1"]
    _, played, _ = answer(capsys, "run", "./judged", *size, "-o", "run")
    status, shown, _ = answer(capsys, "show", "run", "--json")
    held = json.loads(shown)
    before = held["outcomes"]["force"]["share"]

    assert status == 0
    assert "With the judgements of the pack" in played
    assert "View: use of force by 6 February 2027 in 45 to 60 % (Analyst A)" in played
    assert held["judged"]["outcomes"]["force"]["share"] == pytest.approx(0.45)
    assert held["judged"]["outcomes"]["force"]["before"]["share"] == before != 0.45


def test_judgements_that_cannot_hold_leave_the_run_as_it_is_and_say_why(
    capsys, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    answer(capsys, "new", "judged", "--from", "oman-2026")
    with (tmp_path / "judged" / "crisis.toml").open("a") as file:
        file.write(JUDGEMENTS.format(low=0.59))
    size = ["--worlds", "16", "--futures", "1600", "--threads", "1"]
    status, played, _ = answer(capsys, "run", "./judged", *size, "-o", "run")

    assert status == 0
    assert "The judgements of the pack cannot all hold in this run: " in played
    assert "judgement:strike" in played


def test_a_check_names_the_judgement_that_would_pin_what_decides(
    capsys, tmp_path, monkeypatch, usual, crisis
):
    monkeypatch.chdir(tmp_path)
    _, before, _ = answer(capsys, "check", "oman-2026")
    (shutil.copytree(usual, tmp_path / "runs" / "one") / "drivers").mkdir()
    found = SimpleNamespace(numbers=crisis.numbers)
    monkeypatch.setattr(drivers, "played", lambda _, **__: found)
    _, after, _ = answer(capsys, "check", "oman-2026")
    _, held, _ = answer(capsys, "check", "oman-2026", "--json")
    pins = json.loads(held)["pins"]["numbers"]
    pasted = tomllib.loads(after[after.index("[judgements.") : after.index('words"') + 6])

    assert "which numbers decide most is known once a run was played" in before
    assert (
        after.count("A judgement on this question would narrow it: how likely is ")
        == len(pins)
        == 3
    )
    assert len(pins[0]["quarters"]) == 4
    assert [*pasted["judgements"]] == [pins[0]["field"].rpartition(".")[2]]


def test_the_documents_name_every_command_that_takes_weights():
    known = get_command(program()).commands
    taking = {
        name for name, one in known.items() if "weighed" in {param.name for param in one.params}
    }
    text = (Path(__file__).parents[2] / "docs" / "drivers.md").read_text(encoding="utf-8")
    (line,) = (one for one in text.splitlines() if "take `--weighed NAME`" in one)

    assert set(re.findall("`([a-z]+)`", line.partition(" take ")[0])) == taking
