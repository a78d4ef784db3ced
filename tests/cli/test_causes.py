import json

import pytest

from tests.cli.asking import answer

SMALL = ["--futures", "300", "--worlds", "7", "--threads", "1"]


@pytest.mark.usefixtures("stored")
def test_causes_are_reported_in_words_and_tables(capsys):
    status, out, err = answer(capsys, "causes", "stored")

    assert status == 0
    assert "In this model wars begin most often as follows: " in out
    assert "courses of events played again." in out
    assert "detente causes stored --future W:I" in out
    assert err == ""


@pytest.mark.usefixtures("stored")
def test_json_is_one_object_that_adds_up(capsys):
    status, out, _ = answer(capsys, "causes", "stored", "--json")
    content = json.loads(out)

    assert status == 0
    total = sum(share["share"] for share in content["causes"].values())
    assert abs(total - content["war"]["share"]) < 1e-9


@pytest.mark.usefixtures("stored")
def test_fewer_worlds_are_reported(capsys):
    _, out, _ = answer(capsys, "causes", "stored", "--worlds", "2", "-q")

    assert "in 2 of the run's 7 sets of assumptions" in out


@pytest.mark.usefixtures("stored")
def test_a_dry_run_judges_nothing(capsys, stored):
    _, out, _ = answer(capsys, "causes", "stored", "--dry-run")
    _, plan, _ = answer(capsys, "causes", "stored", "--dry-run", "--json")

    assert "7 to be judged" in out
    assert json.loads(plan)["missing"] == 7
    assert not (stored / "causes").exists()


@pytest.mark.usefixtures("stored")
def test_a_judged_run_can_be_overwritten(capsys):
    answer(capsys, "causes", "stored")
    status, _, _ = answer(capsys, "run", "oman-2026", *SMALL, "-o", "stored", "--overwrite")
    _, out, _ = answer(capsys, "causes", "stored", "--dry-run")

    assert status == 0
    assert "7 to be judged" in out


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    "arguments",
    [
        ["--worlds", "8"],
        ["--worlds", "0"],
        ["--threads", "0"],
        ["--option", "x"],
        ["--future", "1"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_is_reported_with_status_2(capsys, arguments):
    status, out, err = answer(capsys, "causes", "stored", *arguments)

    assert status == 2
    assert out == ""
    assert err.startswith("detente: ")
