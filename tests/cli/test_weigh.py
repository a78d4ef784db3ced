import json

import pytest

from tests.cli.asking import answering

weigh = answering("weigh", "stored")


@pytest.fixture(scope="session")
def usual(play):
    return play(futures=3200, worlds=64)


@pytest.mark.usefixtures("stored")
def test_the_answer_says_what_would_have_to_be_true(capsys):
    status, out, err = weigh(capsys, "--to", "force@2027-02-06=.45")

    assert (status, err) == (0, "")
    assert out.startswith("What would have to be true?")
    assert "Use of force by 6 February 2027 is held to be 45 %; the model has " in out
    assert "add --try" in out
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
    assert "--to force@2026-05-07=40: 40 is more than certain\n  write 40% or .40" in err
