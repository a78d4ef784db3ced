import json

import pytest

from detente.cli import main
from tests.cli.asking import answer

ONE = ["--only", "no_way_back", "--threads", "1"]


@pytest.fixture(scope="session")
def usual(play):
    return play(futures=320, worlds=16)


@pytest.mark.usefixtures("stored")
def test_a_verdict_goes_out_with_its_command_and_what_is_left_to_do_does_not(capsys):
    status, out, err = answer(capsys, "hypotheses", "stored", "--all", *ONE)

    assert status == 0
    assert out.startswith("Do the pack's hypotheses hold in this model?")
    assert "  detente hypotheses stored --only no_way_back\n" in out
    assert "s of work is left" in err


@pytest.mark.usefixtures("stored")
def test_quiet_leaves_the_result_only(capsys):
    _, out, err = answer(capsys, "hypotheses", "stored", *ONE, "-q")

    assert "rejected" in out
    assert "Next\n" not in out
    assert err == ""


@pytest.mark.usefixtures("stored")
def test_json_is_one_object_with_what_the_contract_names(capsys):
    status, out, err = answer(capsys, "hypotheses", "stored", *ONE, "--json")
    content = json.loads(out)
    one = content["hypotheses"][0]

    assert (status, err) == (0, "")
    assert content["schema"] == "detente/hypotheses/1"
    assert {"id", "says", "estimate", "low", "high", "verdict", "command"} <= set(one)
    assert (one["id"], one["estimate"], one["verdict"]) == ("no_way_back", 0.0, "rejected")


@pytest.mark.usefixtures("stored")
def test_the_command_that_is_reported_gives_the_same_again(capsys):
    asked = ["hypotheses", "stored", *ONE, "--worlds", "4", "--json"]
    _, out, _ = answer(capsys, *asked)
    command = json.loads(out)["hypotheses"][0]["command"]
    _, again, _ = answer(capsys, *command.split()[1:], "--json")

    assert again == out


def test_a_dry_run_plays_nothing(capsys, stored):
    _, out, _ = answer(capsys, "hypotheses", "stored", "--dry-run")
    _, plan, _ = answer(capsys, "hypotheses", "stored", *ONE, "--dry-run", "--json")

    assert "16 to be judged" in out
    assert "Nothing was played." in out
    assert json.loads(plan)["played"] == 32
    assert not (stored / "hypotheses").exists()


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("asked", "reported"),
    [
        (["--only", "no_way_bak"], "did you mean no_way_back?"),
        (["--worlds", "17"], "worlds is 17; use a whole number from 2 to 16"),
        (["--threads", "0"], "threads"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_advice(capsys, asked, reported):
    status, out, err = answer(capsys, "hypotheses", "stored", *asked)

    assert (status, out) == (2, "")
    assert reported in err


def test_a_pack_without_hypotheses_is_reported(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    main(["run", "cuba-1962", "--futures", "20", "--worlds", "2", "-o", "stored", "-q"])
    status, _, err = answer(capsys, "hypotheses", "stored")

    assert status == 2
    assert "the run's pack holds no hypotheses" in err
