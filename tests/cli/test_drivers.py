import json

import pytest

from tests.cli.asking import answer


@pytest.fixture(scope="session")
def usual(play):
    return play(futures=1600, worlds=16)


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("arguments", "title"),
    [
        (["drivers", "stored"], "What does war turn on?"),
        (["discover", "stored"], "When is war likely?"),
    ],
)
def test_the_answer_goes_out_and_nothing_else(capsys, arguments, title):
    status, out, err = answer(capsys, *arguments)

    assert (status, err) == (0, "")
    assert out.startswith(title)


def test_what_was_played_is_kept_and_goes_with_its_run(capsys, stored):
    answer(capsys, "drivers", "stored", "--worlds", "16")
    kept = list((stored / "answers").rglob("*.classes"))
    size = ["--futures", "8", "--worlds", "1", "--threads", "1"]
    status, _, _ = answer(capsys, "run", "oman-2026", *size, "-o", "stored", "--overwrite", "-q")

    assert kept
    assert status == 0
    assert not (stored / "answers").exists()


def test_a_dry_run_plays_nothing_and_says_whether_all_is_there(capsys, stored):
    asked = ("drivers", "stored", "--worlds", "16", "--threads", "1")
    _, before, _ = answer(capsys, *asked, "--dry-run")
    is_untouched = not (stored / "answers").exists()
    answer(capsys, *asked)
    _, after, _ = answer(capsys, *asked, "--dry-run")
    _, plan, _ = answer(capsys, *asked, "--dry-run", "--json")

    assert before.endswith("Nothing was played.\n")
    assert is_untouched
    assert after == "It was asked before: nothing is left to be played.\n"
    assert json.loads(plan) == {
        "schema": "detente/plan/1",
        "worlds": 16,
        "is_answered": True,
        "seconds": 0.0,
    }


@pytest.mark.usefixtures("stored")
def test_json_is_one_object(capsys):
    status, out, _ = answer(capsys, "drivers", "stored", "--outcome", "deal", "--json")
    content = json.loads(out)

    assert status == 0
    assert content["schema"] == "detente/drivers/2"
    assert content["outcome"] == "deal"


def test_a_run_of_one_world_gets_a_smaller_answer(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer(capsys, "run", "oman-2026", "--futures", "8", "--worlds", "1", "-o", "one", "-q")
    for command in ("drivers", "discover"):
        status, out, _ = answer(capsys, command, "one")

        assert status == 0
        assert "sets of assumptions are needed to say anything; the run has 1" in out


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    "arguments",
    [
        ["drivers", "stored", "--outcome", "warr"],
        ["drivers", "stored", "--option", "x"],
        ["drivers", "stored", "--worlds", "5"],
        ["drivers", "stored", "--worlds", "17"],
        ["drivers", "nowhere"],
        ["discover", "stored", "--outcome", "warr"],
        ["discover", "stored", "--option", "x"],
        ["discover", "nowhere"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_is_reported_with_status_2(capsys, arguments):
    status, out, err = answer(capsys, *arguments)

    assert status == 2
    assert out == ""
    assert err.startswith("detente: ")
